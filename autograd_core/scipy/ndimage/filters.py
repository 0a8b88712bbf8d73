"""Linear filters of arrays of any number of axes, with every way to go on beyond their ends."""

import numbers

import numpy as np

from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule, refused
from autograd_core.scipy.signal.convolving import convolved

ndimage = Submodule("ndimage")

# NumPy's names for SciPy's ways beyond the ends
PADS = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "constant": "constant", "grid-constant": "constant", "nearest": "edge",
    "mirror": "reflect", "wrap": "wrap", "grid-wrap": "wrap",
}  # fmt: skip


def padded(x, widths, mode, cval):
    """x with so many elements before and after it along each axis."""
    if mode not in PADS:
        raise ValueError(f"mode must be one of {', '.join(PADS)}, got {mode!r}")
    widths = [tuple(width) for width in widths]
    options = {"constant_values": cval} if PADS[mode] == "constant" else {}
    return np.pad(x, widths, mode=PADS[mode], **options) if any(map(any, widths)) else x


def no_output(what, output):
    if output is not None:
        raise refused(f"scipy.ndimage.{what}", "output", output, "leave output out, and write .astype(…) for another dtype")


def for_each(what, name, value, n):
    """One value for each of n axes, from one for all or from a sequence."""
    if isinstance(value, (str, numbers.Number, type(None))) or np.ndim(plain(value)) == 0:
        return [value] * n
    if len(value) != n:
        raise ValueError(f"scipy.ndimage.{what}: {name} must have one value, or one for each of {n} axes, got {len(value)}")
    return [value[i] for i in range(n)]


def axes_of(x, axes):
    return list(range(np.ndim(x))) if axes is None else [axis % np.ndim(x) for axis in (axes if np.ndim(axes) else [axes])]


def along(x, weights, axis, mode, cval, origin):
    """Σ w[j] x[i + j - n // 2 - origin] along one axis."""
    n = np.shape(weights)[0]
    left = n // 2 + origin
    if not 0 <= left < n:
        raise ValueError("Invalid origin; origin must satisfy -(len(weights) // 2) <= origin <= (len(weights)-1) // 2")
    if 0 in np.shape(x):  # which NumPy does not pad
        return 1 * x
    x = np.moveaxis(x, axis, -1)
    x = padded(x, [(0, 0)] * (x.ndim - 1) + [(left, n - 1 - left)], mode, cval)
    out = np.lib.stride_tricks.sliding_window_view(x, n, axis=-1) @ as_of(weights, x)
    return np.moveaxis(out, -1, axis)


def as_of(weights, x):
    """Weights in the dtype of the array, which SciPy's results have; complex weights stay complex."""
    dtype, given = plain(x).dtype, plain(weights).dtype
    return weights if given == dtype else weights.astype(np.result_type(dtype, np.complex64 if given.kind == "c" else np.float32))


def conjugate(weights):
    """What a correlation multiplies by."""
    return np.conjugate(weights) if plain(weights).dtype.kind == "c" else weights


def as_vector(what, weights):
    weights = weights if np.ndim(weights) else None
    if weights is None or np.ndim(weights) != 1 or not np.size(plain(weights)):
        raise RuntimeError(f"scipy.ndimage.{what}: weights must be a vector of at least one number")
    return weights if hasattr(weights, "astype") else np.asarray(weights, float)


@ndimage.composed("correlate1d")
def correlate1d(input, weights, axis, output, mode, cval, origin):
    """The correlation with a vector along one axis."""
    no_output("correlate1d", output)
    return along(input, conjugate(as_vector("correlate1d", weights)), axis, mode, cval, origin)


@ndimage.composed("convolve1d")
def convolve1d(input, weights, axis, output, mode, cval, origin):
    """The convolution with a vector along one axis."""
    no_output("convolve1d", output)
    weights = as_vector("convolve1d", weights)
    return along(input, np.flip(weights), axis, mode, cval, -origin - 1 + np.shape(weights)[0] % 2)


def _of_array(what, x, weights, output, mode, cval, origin, axes, turned):
    no_output(what, output)
    axes = axes_of(x, axes)
    if np.ndim(weights) != len(axes):
        raise RuntimeError(f"scipy.ndimage.{what}: weights must have {len(axes)} axes, got {np.ndim(weights)}")
    origins, modes = for_each(what, "origin", origin, len(axes)), for_each(what, "mode", mode, len(axes))
    sizes = np.shape(weights)
    if turned:
        weights = np.flip(weights)
        origins = [-o - 1 + n % 2 for o, n in zip(origins, sizes, strict=True)]
    if 0 in np.shape(x):
        return 1 * x
    for axis, size, shift, way in zip(axes, sizes, origins, modes, strict=True):
        left = size // 2 + shift
        if not 0 <= left < size:
            raise ValueError("Invalid origin; origin must satisfy -(len(weights) // 2) <= origin <= (len(weights)-1) // 2")
        widths = [(0, 0)] * np.ndim(x)
        widths[axis] = (left, size - 1 - left)
        x = padded(x, widths, way, cval)
    shape = [1] * np.ndim(x)
    order = np.argsort(axes)
    weights = np.transpose(weights, order)
    for axis, size in zip(np.asarray(axes)[order], np.asarray(sizes)[order], strict=True):
        shape[axis] = size
    return convolved(x, np.flip(as_of(np.reshape(weights, shape), x)), "valid", "direct")


@ndimage.composed("correlate")
def correlate(input, weights, output, mode, cval, origin, axes):
    """The correlation with an array of weights."""
    return _of_array("correlate", input, conjugate(weights), output, mode, cval, origin, axes, turned=False)


@ndimage.composed("convolve")
def convolve(input, weights, output, mode, cval, origin, axes):
    """The convolution with an array of weights."""
    return _of_array("convolve", input, weights, output, mode, cval, origin, axes, turned=True)


def gaussian_weights(sigma, order, radius):
    """The Gaussian, or the polynomial times it that is its derivative of this order, at the integers up to the radius."""
    x = np.arange(-radius, radius + 1)
    square = sigma * sigma
    bell = np.exp(-0.5 / square * x**2)
    bell = bell / np.sum(bell)
    if order == 0:
        return bell
    powers = np.arange(order + 1)
    derivative = np.diag(powers[1:].astype(float), 1) - np.diag(np.ones(order), -1) / square
    polynomial = np.eye(order + 1)[0]
    for _ in range(order):
        polynomial = derivative @ polynomial
    return (x[:, None] ** powers).astype(float) @ polynomial * bell


def gaussian(what, x, sigma, axis, order, mode, cval, truncate, radius):
    value = float(plain(sigma))
    size = int(truncate * value + 0.5) if radius is None else radius
    if not isinstance(size, numbers.Integral) or size < 0:
        raise ValueError(f"scipy.ndimage.{what}: radius must be a nonnegative integer, got {radius!r}")
    return along(x, np.flip(gaussian_weights(sigma, order, int(size))), axis, mode, cval, 0)


@ndimage.composed("gaussian_filter1d")
def gaussian_filter1d(input, sigma, axis, order, output, mode, cval, truncate, radius):
    """The Gaussian filter along one axis, or a derivative of it; sigma may be a Tensor."""
    no_output("gaussian_filter1d", output)
    return gaussian("gaussian_filter1d", input, sigma, axis, order, mode, cval, truncate, radius)


def gaussian_of(what, x, sigma, order, mode, cval, truncate=4.0, radius=None, axes=None):
    axes = axes_of(x, axes)
    n = len(axes)
    named = [("sigma", sigma), ("order", order), ("mode", mode), ("radius", radius)]
    settings = [for_each(what, name, value, n) for name, value in named]
    for axis, one, of_axis, way, size in zip(axes, *settings, strict=True):
        if plain(one) > 1e-15:
            x = gaussian(what, x, one, axis, of_axis, way, cval, truncate, size)
    return x


@ndimage.composed("gaussian_filter")
def gaussian_filter(input, sigma, order, output, mode, cval, truncate, radius, axes):
    """The Gaussian filter along all axes, or derivatives of it; sigma may be a Tensor."""
    no_output("gaussian_filter", output)
    return gaussian_of("gaussian_filter", input, sigma, order, mode, cval, truncate, radius, axes)


@ndimage.composed("uniform_filter1d")
def uniform_filter1d(input, size, axis, output, mode, cval, origin):
    """The mean of neighbours along one axis."""
    no_output("uniform_filter1d", output)
    return along(input, np.full(size, 1 / size), axis, mode, cval, origin)


@ndimage.composed("uniform_filter")
def uniform_filter(input, size, output, mode, cval, origin, axes):
    """The mean of neighbours along all axes."""
    no_output("uniform_filter", output)
    axes = axes_of(input, axes)
    named = [("size", size), ("mode", mode), ("origin", origin)]
    settings = [for_each("uniform_filter", name, value, len(axes)) for name, value in named]
    for axis, n, way, shift in zip(axes, *settings, strict=True):
        if n > 1:
            input = along(input, np.full(n, 1 / n), axis, way, cval, shift)
    return input


def _edges(what, x, axis, output, mode, cval, smooth):
    no_output(what, output)
    modes = for_each(what, "mode", mode, np.ndim(x))
    axis = axis % np.ndim(x)
    x = along(x, np.array([-1.0, 0.0, 1.0]), axis, modes[axis], cval, 0)
    for other in range(np.ndim(x)):
        if other != axis:
            x = along(x, smooth, other, modes[other], cval, 0)
    return x


@ndimage.composed("sobel")
def sobel(input, axis, output, mode, cval):
    """Sobel's derivative along one axis, smoothed along the others."""
    return _edges("sobel", input, axis, output, mode, cval, np.array([1.0, 2.0, 1.0]))


@ndimage.composed("prewitt")
def prewitt(input, axis, output, mode, cval):
    """Prewitt's derivative along one axis, summed along the others."""
    return _edges("prewitt", input, axis, output, mode, cval, np.array([1.0, 1.0, 1.0]))


@ndimage.composed("laplace")
def laplace(input, output, mode, cval, axes):
    """The sum of second differences."""
    no_output("laplace", output)
    axes = axes_of(input, axes)
    modes = for_each("laplace", "mode", mode, len(axes))
    second = np.array([1.0, -2.0, 1.0])
    return sum(along(input, second, axis, way, cval, 0) for axis, way in zip(axes, modes, strict=True))


def _each_order(what, x, sigma, order, mode, cval, axes, kwargs):
    axes = axes_of(x, axes)
    for i in range(len(axes)):
        orders = [order if j == i else 0 for j in range(len(axes))]
        yield gaussian_of(what, x, sigma, orders, mode, cval, axes=axes, **kwargs)


@ndimage.composed("gaussian_laplace")
def gaussian_laplace(input, sigma, output, mode, cval, axes, kwargs):
    """The sum of second derivatives of the Gaussian filter."""
    no_output("gaussian_laplace", output)
    return sum(_each_order("gaussian_laplace", input, sigma, 2, mode, cval, axes, kwargs))


@ndimage.composed("gaussian_gradient_magnitude")
def gaussian_gradient_magnitude(input, sigma, output, mode, cval, axes, kwargs):
    """The length of the gradient of the Gaussian filter."""
    no_output("gaussian_gradient_magnitude", output)
    parts = list(_each_order("gaussian_gradient_magnitude", input, sigma, 1, mode, cval, axes, kwargs))
    return np.linalg.norm(np.stack(parts), axis=0)
