"""numpy.pad: every mode is an array with something before and after it, along one axis after another."""

import numpy as np

from autograd_core.derivatives.operands import NUMBERS
from autograd_core.derivatives.table import composed, primitive
from autograd_core.errors import UnsupportedError


@primitive(
    "array in a frame of a constant | the part of ḡ inside",
    name="pad",
    array=lambda g, array_shape, widths: g[
        tuple([slice(before, before + n) for n, (before, _) in zip(array_shape, widths, strict=True)])
    ],
)
def framed(array, widths, value):
    return np.pad(array, widths, constant_values=value)


@composed("pad")
def pad(array, pad_width, mode="constant", **kwargs):
    if callable(mode):
        raise UnsupportedError(
            "pad: a function as mode changes arrays, which has no derivative; write np.concatenate([before, array, after], axis)"
        )
    widths = [tuple(map(int, pair)) for pair in pairs(pad_width, array.ndim)]
    if min(map(min, widths), default=0) < 0:
        raise ValueError(f"pad: pad_width must not be negative, got {pad_width}")
    if mode == "empty":
        return framed(array, widths, 0)
    constant = kwargs.get("constant_values", 0)
    if mode == "constant" and isinstance(constant, NUMBERS) and np.ndim(constant) == 0:
        return framed(array, widths, constant)
    if mode not in SIDES:
        raise ValueError(f"pad: mode {mode!r} is not supported; there are {', '.join(['empty', *SIDES])}")
    if not any(map(any, widths)):
        return np.copy(array)
    for axis, width in enumerate(widths):
        if width == (0, 0):
            continue
        before, after = SIDES[mode](array, axis, width, **kwargs)
        parts = [before if width[0] else None, array, after if width[1] else None]
        array = np.concatenate([np.astype(part, array.dtype) for part in parts if part is not None], axis)
    return array


def pairs(values, ndim):
    """(before, after) for each axis from what NumPy takes for it: a number, one pair, a pair for each axis, a dict of axes."""
    if isinstance(values, dict):
        widths = [(0, 0)] * ndim
        for axis, value in values.items():
            widths[axis] = (value, value) if np.ndim(value) == 0 else tuple(value)
        return widths
    return np.broadcast_to(values, (ndim, 2))


def slab(value, array, axis, width):
    """`value` broadcast to `width` layers beside the array."""
    return np.broadcast_to(value, (*array.shape[:axis], width, *array.shape[axis + 1 :]))


def constant_sides(array, axis, width, constant_values=0):
    values = pairs(constant_values, array.ndim)[axis]
    return [slab(values[side], array, axis, width[side]) for side in (0, 1)]


def ramp_sides(array, axis, width, end_values=0):
    values = pairs(end_values, array.ndim)[axis]
    edges = [np.take(array, place, axis) for place in (0, -1)]
    before, after = [np.linspace(values[side], edges[side], width[side], endpoint=False, axis=axis) for side in (0, 1)]
    return before, np.flip(after, axis)


def mirrored_sides(mode):
    """Modes that repeat elements: NumPy pads the numbers of the places, and these are the elements to take."""

    def sides(array, axis, width, reflect_type="even"):
        n = array.shape[axis]
        places = np.pad(np.arange(n), width, mode=mode)
        if reflect_type == "odd" and n > 1:
            return [odd(array, axis, width, mode, places, part) for part in (slice(width[0]), slice(width[0] + n, None))]
        return np.take(array, places[: width[0]], axis), np.take(array, places[width[0] + n :], axis)

    return sides


def odd(array, axis, width, mode, places, part):
    """Reflected at the edge's value: a sum of the element reflected and the two edges.

    Padding 1 at an edge and 0 elsewhere in the same way gives the edge's factor. A constant stays one, so the three
    factors add up to 1, and that gives the factor of an element in between.
    """
    n = array.shape[axis]
    shape = [-1 if i == axis else 1 for i in range(array.ndim)]
    at_edges = [np.pad(np.eye(n)[edge], width, mode=mode, reflect_type="odd")[part] for edge in (0, -1)]
    places = places[part]
    between = np.where((places > 0) & (places < n - 1), 1 - at_edges[0] - at_edges[1], 0)
    terms = [np.take(array, [0], axis), np.take(array, [-1], axis), np.take(array, places, axis)]
    factors = [np.reshape(factor.astype(array.dtype), shape) for factor in (*at_edges, between)]
    return sum(term * factor for term, factor in zip(terms, factors, strict=True))


def edge_sides(array, axis, width):
    return np.repeat(np.take(array, [0], axis), width[0], axis), np.repeat(np.take(array, [-1], axis), width[1], axis)


def statistic_sides(statistic):
    """Modes that repeat a statistic of the `stat_length` elements next to the edge."""

    def sides(array, axis, width, stat_length=None):
        n = array.shape[axis]
        lengths = (n, n) if stat_length is None else [min(n, int(length)) for length in pairs(stat_length, array.ndim)[axis]]
        before = (slice(None),) * axis
        parts = [array[(*before, slice(0, lengths[0]))], array[(*before, slice(n - lengths[1], n))]]
        return [slab(statistic(parts[side], axis=axis, keepdims=True), array, axis, width[side]) for side in (0, 1)]

    return sides


SIDES = {
    "constant": constant_sides,
    "edge": edge_sides,
    "linear_ramp": ramp_sides,
    "maximum": statistic_sides(np.max),
    "mean": statistic_sides(np.mean),
    "median": statistic_sides(np.median),
    "minimum": statistic_sides(np.min),
    "reflect": mirrored_sides("reflect"),
    "symmetric": mirrored_sides("symmetric"),
    "wrap": mirrored_sides("wrap"),
}
