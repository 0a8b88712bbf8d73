"""scipy.stats: distributions with derivatives in the variable and in every parameter."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.stats import continuous, discrete

stats = Submodule("stats")
for distribution in (*continuous.ALL, *discrete.ALL):
    stats.put("constants", distribution.name, distribution)

__all__, __getattr__, __dir__ = stats.exports()
