"""Convolutions and correlations.

All are made of one entry, the convolution of two arrays "full" or "valid": its derivatives are convolutions of the same kind.
"""

import numpy as np
from scipy import signal as original

from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule, refused

signal = Submodule("signal")
VALID = "with mode='valid' one must be at least as large as the other along every axis"
MODES = ("full", "valid", "same")


def _by_kernel(g, b, mode, method):
    """The gradient of what is convolved with b."""
    return convolved(g, np.flip(b), "valid" if mode == "full" else "full", method)


def _by_window(g, a, b_shape, mode, method):
    """The gradient of what a is convolved with, in mode "valid" no larger than a."""
    if mode == "full":
        return convolved(g, np.flip(a), "valid", method)
    return np.flip(convolved(a, np.flip(g), "valid", method))


@primitive(
    "a ∗ b | ḡ ∗ b turned round | ḡ ∗ a turned round",
    name="convolve",
    a=lambda g, b, mode, method: _by_kernel(g, b, mode, method),
    b=lambda g, a, b_shape, mode, method: _by_window(g, a, b_shape, mode, method),
)
def convolved(a, b, mode, method):
    """The convolution, "full", or "valid" with a at least as large as b along every axis."""
    return original.convolve(a, b, mode, method)


def convolution(what, a, b, mode, method):
    if mode not in MODES:
        raise ValueError(f"scipy.signal.{what}: mode must be one of {', '.join(MODES)}, got {mode!r}")
    if np.ndim(a) != np.ndim(b):
        raise ValueError(f"scipy.signal.{what}: both must have as many axes, got {np.ndim(a)} and {np.ndim(b)}")
    if np.ndim(a) == 0:
        return a * b
    if mode == "valid":
        if all(n >= m for n, m in zip(np.shape(a), np.shape(b), strict=True)):
            return convolved(a, b, "valid", method)
        if any(n > m for n, m in zip(np.shape(a), np.shape(b), strict=True)):
            raise ValueError(
                f"scipy.signal.{what}: with mode='valid' one must be at least as large as the other along every axis"
            )
        return convolved(b, a, "valid", method)
    full = convolved(a, b, "full", method)
    return full if mode == "full" else centred(full, np.shape(a))


def centred(full, shape):
    """The middle of an array, of this shape."""
    starts = [(n - m) // 2 for n, m in zip(np.shape(full), shape, strict=True)]
    return full[tuple([slice(start, start + n) for start, n in zip(starts, shape, strict=True)])]


@signal.composed("convolve")
def convolve(in1, in2, mode, method):
    """The convolution of two arrays."""
    return convolution("convolve", in1, in2, mode, method)


@signal.composed("correlate")
def correlate(in1, in2, mode, method):
    """The cross-correlation of two arrays."""
    return convolution("correlate", in1, np.conj(np.flip(in2)), mode, method)


@signal.composed("fftconvolve")
def fftconvolve(in1, in2, mode, axes):
    """The convolution of two arrays by way of their Fourier transforms, along all axes or some."""
    return _by_fft("fftconvolve", in1, in2, mode, axes)


@signal.composed("oaconvolve")
def oaconvolve(in1, in2, mode, axes):
    """The same as fftconvolve; SciPy cuts the longer array into pieces."""
    return _by_fft("oaconvolve", in1, in2, mode, axes)


def _by_fft(what, in1, in2, mode, axes):
    if mode not in MODES:
        raise ValueError(f"scipy.signal.{what}: mode must be one of {', '.join(MODES)}, got {mode!r}")
    ndim = np.ndim(in1)
    if ndim != np.ndim(in2):
        raise ValueError(f"scipy.signal.{what}: both must have as many axes, got {ndim} and {np.ndim(in2)}")
    axes = range(ndim) if axes is None else [axis % ndim for axis in (axes if np.ndim(axes) else [axes])]
    if ndim == 0 or not len(axes):
        return in1 * in2
    first, second = np.shape(in1), np.shape(in2)
    if 0 in first or 0 in second:
        return np.ravel(in1)[:0] + np.ravel(in2)[:0]  # of one axis, as SciPy has it
    # as SciPy: no transform along an axis of length 1 of either
    turned = [axis for axis in axes if first[axis] != 1 and second[axis] != 1]
    shape = [first[i] + second[i] - 1 if i in axes else max(first[i], second[i]) for i in range(ndim)]
    if turned:
        size = [shape[axis] for axis in turned]
        is_complex = np.result_type(plain(in1), plain(in2)).kind == "c"
        forth, back = (np.fft.fftn, np.fft.ifftn) if is_complex else (np.fft.rfftn, np.fft.irfftn)
        full = back(forth(in1, size, turned) * forth(in2, size, turned), size, turned)
    else:
        full = in1 * in2
    if mode == "full":
        return full
    if mode == "same":
        return centred(full, [first[i] if i in axes else shape[i] for i in range(ndim)])
    longer = all(first[axis] >= second[axis] for axis in axes)
    if not longer and any(first[axis] > second[axis] for axis in axes):
        raise ValueError(f"scipy.signal.{what}: {VALID}")
    return centred(full, [abs(first[i] - second[i]) + 1 if i in axes else shape[i] for i in range(ndim)])


PADDED = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


def _planes(what, in1, in2, mode, boundary, fillvalue, kernel, turned=False):
    """`turned` for a correlation, whose middle SciPy takes one later if the kernel has an even size."""
    if boundary not in PADDED:
        raise ValueError(f"scipy.signal.{what}: boundary must be one of {', '.join(PADDED)}, got {boundary!r}")
    if np.ndim(in1) != 2 or np.ndim(in2) != 2:
        raise ValueError(f"scipy.signal.{what}: both must have two axes, got {np.ndim(in1)} and {np.ndim(in2)}")
    plainly = boundary == "fill" and np.ndim(fillvalue) == 0 and plain(fillvalue) == 0 and not (turned and mode == "same")
    if mode == "valid" or plainly:
        return convolution(what, in1, kernel, mode, "direct")
    if boundary == "fill" and np.ndim(plain(fillvalue)):
        raise refused(f"scipy.signal.{what}", "fillvalue", fillvalue, "write one number")
    n, m = np.shape(kernel)
    widths = ((n - 1, n - 1), (m - 1, m - 1))
    filled = {"constant_values": fillvalue} if boundary == "fill" else {}
    padded = np.pad(in1, widths, mode=PADDED[boundary], **filled)
    full = convolution(what, padded, kernel, "valid", "direct")
    if mode == "full":
        return full
    (rows, columns), late = np.shape(in1), int(turned)
    top, left = (n - 1 + late) // 2, (m - 1 + late) // 2
    return full[top : top + rows, left : left + columns]


@signal.composed("convolve2d")
def convolve2d(in1, in2, mode, boundary, fillvalue):
    """The convolution of two arrays of two axes, with a boundary."""
    return _planes("convolve2d", in1, in2, mode, boundary, fillvalue, in2)


@signal.composed("correlate2d")
def correlate2d(in1, in2, mode, boundary, fillvalue):
    """The cross-correlation of two arrays of two axes, with a boundary."""
    return _planes("correlate2d", in1, in2, mode, boundary, fillvalue, np.conj(np.flip(in2)), turned=True)
