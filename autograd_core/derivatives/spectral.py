"""numpy.fft. Loaded when NumPy's module is first used on a Tensor.

The matrix of a Fourier transform is symmetric, so it is its own transpose: the derivative of `fft` is `fft`, of `ifft` is
`ifft`. The rest is what happens to the ends: an axis that was cropped or padded to length n is padded or cropped back, and
half a spectrum (rfft, hfft and their inverses) stands for a whole one.
"""

import numpy as np

from autograd_core.derivatives.table import composed, derivative

derivative("fft.fft", "F a | F ḡ", a=lambda g, a_shape, axis, norm: resized(np.fft.fft(g, None, axis, norm), a_shape, axis))
derivative("fft.ifft", "F⁻¹ a | F⁻¹ ḡ", a=lambda g, a_shape, axis, norm: resized(np.fft.ifft(g, None, axis, norm), a_shape, axis))
derivative(
    "fft.rfft", "half of F a | Re F ḡ", a=lambda g, a_shape, n, axis, norm: real_input(np.fft.fft, g, a_shape, n, axis, norm)
)
derivative(
    "fft.ihfft",
    "half of F⁻¹ a | Re F⁻¹ ḡ",
    a=lambda g, a_shape, n, axis, norm: real_input(np.fft.ifft, g, a_shape, n, axis, norm),
)
derivative(
    "fft.irfft",
    "F⁻¹ of half a | half of F⁻¹ ḡ, twice",
    a=lambda g, a_shape, axis, norm: real_output(np.fft.ihfft, g, a_shape, axis, norm),
)
derivative(
    "fft.hfft",
    "F of half a | half of F ḡ, twice",
    a=lambda g, a_shape, axis, norm: real_output(np.fft.rfft, g, a_shape, axis, norm),
)


def real_input(transform, g, a_shape, n, axis, norm):
    """The transform of ḡ, which ends in the middle of the spectrum: the other half was not computed, it has no gradient."""
    return resized(np.real(transform(g, a_shape[axis] if n is None else n, axis, norm)), a_shape, axis)


def real_output(transform, g, a_shape, axis, norm):
    """Half the transform of ḡ; twice, since each element stands for its conjugate too, but for those that have no partner."""
    n = g.shape[axis]
    k = np.arange(n // 2 + 1)
    twice = np.where((k == 0) | (2 * k == n), 1, 2).astype(np.float32)  # exact, and float32 raises no dtype
    shape = np.ones(len(a_shape), int)
    shape[axis] = k.size
    return resized(transform(g, None, axis, norm) * twice.reshape(shape), a_shape, axis)


def resized(g, shape, axis):
    """g cropped, or filled up with zeros, to the length that `shape` has along `axis`."""
    axis, length = axis % len(shape), shape[axis]
    if g.shape[axis] == length:
        return g
    if g.shape[axis] > length:
        return g[(slice(None),) * axis + (slice(length),)]
    missing = list(g.shape)
    missing[axis] = length - missing[axis]
    return np.concatenate([g, np.zeros(missing, g.dtype)], axis=axis)


# Over several axes, one after the other as in NumPy: the last axis first, and the real transform on the last axis


def each_axis(a, s, axes, half=False):
    """[(length, axis), …] for a transform over several axes. `half`: a's last axis is half a spectrum."""
    if axes is None:
        axes = range(-len(s), 0) if s is not None else range(-np.ndim(a), 0)
    if s is None:
        s = [np.shape(a)[axis] for axis in axes]
        if half:
            s[-1] = 2 * (s[-1] - 1)
    return [(np.shape(a)[axis] if n == -1 else n, axis) for n, axis in zip(s, axes, strict=True)]


def one_by_one(transform, a, steps, norm):
    for n, axis in steps:
        a = transform(a, n, axis, norm)
    return a


@composed("fft.fftn")
def fftn(a, s=None, axes=None, norm=None):
    return one_by_one(np.fft.fft, a, each_axis(a, s, axes)[::-1], norm)


@composed("fft.ifftn")
def ifftn(a, s=None, axes=None, norm=None):
    return one_by_one(np.fft.ifft, a, each_axis(a, s, axes)[::-1], norm)


@composed("fft.rfftn")
def rfftn(a, s=None, axes=None, norm=None):
    *first, (n, last) = each_axis(a, s, axes)
    return one_by_one(np.fft.fft, np.fft.rfft(a, n, last, norm), first[::-1], norm)


@composed("fft.irfftn")
def irfftn(a, s=None, axes=None, norm=None):
    *first, (n, last) = each_axis(a, s, axes, half=True)
    return np.fft.irfft(one_by_one(np.fft.ifft, a, first, norm), n, last, norm)


def over_two(transform):
    """The transform over two axes: that over several, with another default."""
    return lambda a, s=None, axes=(-2, -1), norm=None: transform(a, s, axes, norm)


for name, transform in {"fft2": fftn, "ifft2": ifftn, "rfft2": rfftn, "irfft2": irfftn}.items():
    composed(f"fft.{name}")(over_two(transform))


@composed("fft.fftshift")
def fftshift(x, axes=None):
    axes = all_axes(x, axes)
    return np.roll(x, [np.shape(x)[axis] // 2 for axis in axes], axes)


@composed("fft.ifftshift")
def ifftshift(x, axes=None):
    axes = all_axes(x, axes)
    return np.roll(x, [-(np.shape(x)[axis] // 2) for axis in axes], axes)


def all_axes(x, axes):
    return tuple(range(np.ndim(x))) if axes is None else (axes,) if isinstance(axes, (int, np.integer)) else tuple(axes)
