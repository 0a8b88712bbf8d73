"""scipy.stats: distributions with derivatives in the variable and in every parameter, and descriptive statistics.

distribution      what distributions of one variable have in common; density and mass, those of reals and integers
continuous        normal, t, gamma, beta, …      discrete    Poisson, binomial, …
multivariate      normal, t, Dirichlet, …        kernel_density, statistics
classification    what has no derivative here, and what to write instead
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.stats import classification, continuous, discrete, kernel_density, multivariate, statistics  # noqa: F401

stats = Submodule("stats")
for distribution in (*continuous.ALL, *discrete.ALL, *multivariate.ALL):
    stats.put("constants", distribution.name, distribution)
stats.put("constants", "gaussian_kde", kernel_density.gaussian_kde)

__all__, __getattr__, __dir__ = stats.exports()
