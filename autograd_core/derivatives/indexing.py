"""Choosing elements: by index, along an axis, by condition."""

import math

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.partial import Scattered, hits_once, scatter_add
from autograd_core.derivatives.table import composed, derivative, primitive


@primitive("x[index] | zeros, ḡ at index", x=lambda g, x_shape, index: scattered(g, index, x_shape))
def getitem(x, index):
    return x[index]


@primitive("zeros, value at index | ḡ[index]", value=lambda g, index: g[index])
def scatter(value, index, shape):
    """Zeros of `shape` with `value` added at `index`: the transpose of `x[index]`."""
    out = np.zeros_like(value, shape=shape)
    scatter_add(out, index, value)
    return out


def scattered(g, index, shape):
    """What `x[index]` sends back to x: a `Partial`, unless g is itself being recorded."""
    return Scattered(g, index, shape) if isinstance(g, (ndarray, generic)) else scatter(g, index, shape)


@primitive(
    "x with value at index | ḡ, 0 at index | ḡ[index]",
    x=lambda g, x_shape, index: zeroed(g, index, x_shape),
    value=lambda g, index, x_shape: of_last_written(g[index], index, x_shape),
)
def setitem(x, index, value):
    """x with `value` at `index`, as `x[index] = value` leaves it."""
    out = np.copy(x)
    out[index] = value
    return out if out.ndim else out[()]


def zeroed(g, index, shape):
    """g with 0 at index."""
    if isinstance(g, (ndarray, generic)):
        return setitem(g, index, 0)
    written = np.zeros(shape, bool)
    written[index] = True
    return np.where(written, 0, g)


def of_last_written(g, index, shape):
    """g where an element of `value` stays in `x[index] = value`, 0 where a later one overwrites it."""
    if hits_once(index):
        return g
    order = np.zeros(shape, np.intp)
    numbers = np.arange(order[index].size).reshape(order[index].shape)
    order[index] = numbers
    return np.where(order[index] == numbers, g, 0)


# By integers


def untaken(g, a_shape, indices, axis, mode):
    """`np.take` is `a[index]`, with `index` for the elements of all axes or in front of one."""
    if not a_shape:
        return np.sum(g)
    if axis is None:
        return scattered(g, np.unravel_index(in_range(indices, math.prod(a_shape), mode), a_shape), a_shape)
    axis %= len(a_shape)
    return scattered(g, (*[slice(None)] * axis, in_range(indices, a_shape[axis], mode)), a_shape)


def untaken_along_axis(g, arr_shape, indices, axis):
    return scattered(g, along_axis(arr_shape, indices, axis), arr_shape)


derivative("take", "a at indices along axis | zeros, ḡ added at indices", a=untaken)
derivative("take_along_axis", "arr[…, indices, …] | zeros, ḡ added at indices", arr=untaken_along_axis)


def in_range(indices, n, mode):
    """Indices into an axis of n elements, none negative or too large, as `mode` of `np.take` and `np.put` has it."""
    if not np.size(indices):
        return np.zeros(np.shape(indices), np.intp)  # of an empty list NumPy makes floats
    if mode == "clip":
        return np.clip(indices, 0, n - 1, dtype=np.intp)  # uint8 would not hold an n of 300
    return np.remainder(indices, n, dtype=np.intp)


def along_axis(shape, indices, axis):
    """The index for which `arr[index]` is `np.take_along_axis(arr, indices, axis)`."""
    if axis is None:
        return np.unravel_index(in_range(indices, math.prod(shape), "raise"), shape)
    ndim = len(shape)
    index = [np.arange(n).reshape(-1, *[1] * (ndim - 1 - i)) for i, n in enumerate(shape)]
    index[axis] = indices
    return tuple(index)


# By condition


@composed("compress")
def compress(condition, a, axis=None, out=None):
    (indices,) = np.nonzero(condition)
    return np.take(a, indices, axis)


@composed("extract")
def extract(condition, arr):
    return np.ravel(arr)[np.nonzero(np.ravel(condition))]


# By number of the choice


@primitive(
    "choices[a] | ḡ where a is i",
    name="choose",
    sequence="choices",
    choices=lambda g, a, i: np.where(np.equal(a, i), g, 0),
)
def chosen(a, choices):
    """`choices[a[k]][k]` for each k."""
    return np.choose(a, choices)


@composed("choose")
def choose(a, choices, out=None, mode="raise"):
    choices = list(choices)
    if mode != "raise":
        a = in_range(a, len(choices), mode)
    return chosen(a, choices)
