"""The standard's Fourier transforms: those of NumPy."""

import numpy as np

from autograd_core.array_api.array import closed
from autograd_core.array_api.wrapping import check_device, lookup

OF_NUMPY = str.split("fft ifft fftn ifftn rfft irfft rfftn irfftn hfft ihfft fftshift ifftshift")


def fftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """`np.fft.fftfreq`."""
    return _frequencies(np.fft.fftfreq, n, d, dtype, device)


def rfftfreq(n, /, *, d=1.0, dtype=None, device=None):
    """`np.fft.rfftfreq`."""
    return _frequencies(np.fft.rfftfreq, n, d, dtype, device)


def _frequencies(function, n, d, dtype, device):
    check_device(function.__name__, device)
    frequencies = function(n, d=d)
    return closed(frequencies if dtype is None else frequencies.astype(dtype))


__all__ = [*OF_NUMPY, "fftfreq", "rfftfreq"]
__getattr__ = lookup(globals(), np.fft, OF_NUMPY, "the standard has none, but np.fft may, and takes Tensors")


def __dir__():
    return __all__
