"""scipy.signal: convolutions, filters and short Fourier transforms, with derivatives in signals and coefficients."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.signal import classification, convolving, filtering, spectra  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("signal").exports()
