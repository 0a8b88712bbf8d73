"""Values of an array between its elements: at coordinates, shifted, zoomed, rotated, transformed. By B-splines of order 0 to 5.

Derivatives are by the array, and by coordinates, shifts, angles and matrices.
"""

import numpy as np

from autograd_core.graph.variable import Variable, count_recorded, plain
from autograd_core.scipy.binding import stacked
from autograd_core.scipy.declaring import Submodule, refused
from autograd_core.scipy.ndimage.filters import for_each, no_output, padded
from autograd_core.scipy.ndimage.splines import bent, checked_order, every_axis
from autograd_core.scipy.splines import basis

ndimage = Submodule("ndimage")
MODES = ("reflect", "grid-mirror", "constant", "grid-constant", "nearest", "mirror", "grid-wrap", "wrap")
PREPAD = 12  # as many elements as SciPy puts around an array whose ends the spline filter cannot go beyond


def weights(share, order):
    """The order + 1 B-splines of this order that are not 0, at a share of the way from one knot to the next."""
    return basis(np.arange(-order, order + 2.0), order, share)[1]


def folded(x, n, mode):
    """(coordinates inside 0 … n - 1, where they are outside for good): each is ±x plus a number."""
    value = plain(x)
    if mode == "constant":
        outside = (value < 0) | (value > n - 1)
        return np.where(outside, 0.0, x), outside
    if mode == "nearest":
        return np.clip(x, 0, n - 1), None
    if n == 1 and mode in ("mirror", "wrap", "nearest"):
        return 0 * x, None
    if mode == "wrap":
        period = n - 1
        turns = np.where(value < 0, np.trunc(-value / period) + 1, np.where(value > n - 1, -np.trunc(value / period), 0))
        return x + turns * period, None
    if mode == "grid-wrap":
        return x - np.floor(value / n) * n, None
    if mode == "mirror":
        period = 2 * n - 2
        turned = x - np.floor(value / period) * period
        return np.where(plain(turned) > n - 1, period - turned, turned), None
    if mode in ("reflect", "grid-mirror"):
        period = 2 * n
        turned = x + 0.5 - np.floor((value + 0.5) / period) * period
        return np.where(plain(turned) > n, period - turned, turned) - 0.5, None
    return x, None


def at(what, x, coordinates, order, mode, cval, prefilter):
    """The values of x at coordinates, one array for each axis."""
    if mode not in MODES:
        raise RuntimeError(f"scipy.ndimage.{what}: mode must be one of {', '.join(MODES)}, got {mode!r}")
    checked_order(what, order)
    dtype = plain(x).dtype
    npad = 0
    if prefilter and order > 1:
        if mode in ("nearest", "grid-constant"):
            npad = PREPAD
            x = padded(x, [(npad, npad)] * np.ndim(x), mode, cval)
        x = every_axis(x, order, mode)
    starts, shares, beyond = [], [], np.False_
    for axis, c in enumerate(coordinates):
        c, outside = folded(c + npad, np.shape(x)[axis], mode)
        beyond = beyond if outside is None else beyond | outside
        first = np.floor(plain(c) + (0 if order % 2 else 0.5)).astype(int)
        shares.append(c - first + (0.0 if order % 2 else 0.5))
        starts.append(first - order // 2)
    parts = [weights(share, order) for share in shares]
    total = 0.0
    for corner in np.ndindex(*[order + 1] * len(parts)):
        weight, places, missing = 1.0, [], np.False_
        for axis, k in enumerate(corner):
            n, index = np.shape(x)[axis], starts[axis] + k
            if mode == "grid-constant":
                missing = missing | (index < 0) | (index >= n)
                places.append(np.clip(index, 0, n - 1))
            else:
                places.append(bent(index, n, mode))
            weight = weight * parts[axis][k]
        value = x[tuple(places)]
        if mode == "grid-constant" and np.any(missing):
            value = np.where(missing, cval, value)
        total = total + weight * value
    if np.any(beyond):
        total = np.where(beyond, cval, total)
    return total if plain(total).dtype == dtype else total.astype(dtype)


def grid(shape):
    """The indices of an array's elements, one array for each axis."""
    return list(np.indices(shape).astype(float))


@ndimage.composed("map_coordinates")
def map_coordinates(input, coordinates, output, order, mode, cval, prefilter):
    """The values of an array at coordinates of shape (axes, …)."""
    no_output("map_coordinates", output)
    if np.shape(coordinates)[0] != np.ndim(input):
        raise RuntimeError("invalid shape for coordinate array")
    return at("map_coordinates", input, list(coordinates), order, mode, cval, prefilter)


@ndimage.composed("shift")
def shift(input, shift, output, order, mode, cval, prefilter):
    """The array moved along its axes by a number or one for each."""
    no_output("shift", output)
    shifts = for_each("shift", "shift", shift, np.ndim(input))
    moved = [c - one for c, one in zip(grid(np.shape(input)), shifts, strict=True)]
    return at("shift", input, moved, order, mode, cval, prefilter)


@ndimage.composed("zoom")
def zoom(input, zoom, output, order, mode, cval, prefilter, grid_mode):
    """The array with another number of elements along its axes."""
    no_output("zoom", output)
    if count_recorded([zoom]):
        raise refused("scipy.ndimage.zoom", "zoom", "a Tensor", "it is rounded to a shape; write zoom.detach().numpy()")
    factors = for_each("zoom", "zoom", plain(zoom), np.ndim(input))
    shape = tuple(round(n * factor) for n, factor in zip(np.shape(input), factors, strict=True))
    places = []
    for c, n, m in zip(grid(shape), np.shape(input), shape, strict=True):
        if grid_mode:
            places.append((c + 0.5) * (n / m) - 0.5)
        else:
            places.append(c * ((n - 1) / (m - 1)) if m > 1 else 0 * c)
    return at("zoom", input, places, order, mode, cval, prefilter)


@ndimage.composed("affine_transform")
def affine_transform(input, matrix, offset, output_shape, output, order, mode, cval, prefilter):
    """The array at matrix @ index + offset for each index of the result."""
    no_output("affine_transform", output)
    ndim = np.ndim(input)
    matrix = stacked(matrix) if isinstance(matrix, (list, tuple)) else matrix
    matrix = matrix if isinstance(matrix, Variable) else np.asarray(matrix, float)
    if matrix.ndim == 2 and matrix.shape[1] == ndim + 1 and matrix.shape[0] in (ndim, ndim + 1):
        offset = matrix[:ndim, ndim]
        matrix = matrix[:ndim, :ndim]
    shape = np.shape(input) if output_shape is None else tuple(output_shape)
    offsets = for_each("affine_transform", "offset", offset, ndim)
    indices = grid(shape)
    if matrix.ndim == 1:
        places = [matrix[i] * indices[i] + offsets[i] for i in range(ndim)]
    elif matrix.shape == (ndim, len(shape)):
        places = [sum(matrix[i, j] * indices[j] for j in range(len(shape))) + offsets[i] for i in range(ndim)]
    else:
        raise RuntimeError(f"affine matrix has the shape {matrix.shape}, which does not go with {ndim} axes")
    return at("affine_transform", input, places, order, mode, cval, prefilter)


@ndimage.composed("rotate")
def rotate(input, angle, axes, reshape, output, order, mode, cval, prefilter):
    """The array rotated by an angle in degrees, in the plane of two axes."""
    no_output("rotate", output)
    first, second = sorted(axis % np.ndim(input) for axis in axes)
    radians = np.deg2rad(angle)
    c, s = np.cos(radians), np.sin(radians)
    n, m = np.shape(input)[first], np.shape(input)[second]
    turned = np.array([[plain(c), plain(s)], [-plain(s), plain(c)]])
    height, width = n, m
    if reshape:
        bounds = turned @ np.array([[0, 0, n, n], [0, m, 0, m]])
        height, width = (int(size + 0.5) for size in np.ptp(bounds, axis=1))
    shape = list(np.shape(input))
    shape[first], shape[second] = height, width
    places = grid(tuple(shape))
    y, x = places[first] - (height - 1) / 2, places[second] - (width - 1) / 2
    places[first] = c * y + s * x + (n - 1) / 2
    places[second] = c * x - s * y + (m - 1) / 2
    return at("rotate", input, places, order, mode, cval, prefilter)
