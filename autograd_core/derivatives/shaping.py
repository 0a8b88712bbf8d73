"""Functions that move elements and change no value: shapes, axes, orders, repetitions, triangles and diagonals."""

import math

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.indexing import scatter, scattered
from autograd_core.derivatives.joining import check_ndim
from autograd_core.derivatives.operands import NUMBERS, array, converted, reshaped, values_of
from autograd_core.derivatives.partial import scatter_add
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.table import composed, derivative, primitive
from autograd_core.errors import DTypeError, UnsupportedError

# Shapes


def reshape(a, shape=None, order="C", **others):
    if order == "C" and shape is not None and not others:
        return a.reshape(shape)
    check_order("reshape", a, order)
    if others or shape is None:  # copy=, and newshape= of older NumPy
        return np.reshape(a, order=order, **others) if shape is None else np.reshape(a, shape, order, **others)
    return a.reshape(shape, order=order)


def ravel(a, order="C"):
    check_order("ravel", a, order)
    return np.ravel(a, order)


def check_order(name, a, order):
    """Refuse an order that is not seen from shapes; if the array lies in C order, "A" and "K" are "C"."""
    if order in ("A", "K") and not a.flags.c_contiguous:
        raise UnsupportedError(f'{name}: order="{order}" depends on how the array lies in memory; write order="C" or order="F"')


def reshaped_back(g, a_shape, order):
    return reshaped(g, a_shape, "F" if order == "F" else "C")


derivative("reshape", "a in another shape | ḡ in a's shape", forward=reshape, a=reshaped_back)
derivative("ravel", "a as one row | ḡ in a's shape", forward=ravel, a=reshaped_back)
derivative("expand_dims", "a with axes of length 1 | ḡ in a's shape", a=(reshaped, "a_shape"))
derivative("squeeze", "a without axes of length 1 | ḡ in a's shape", a=(reshaped, "a_shape"))
derivative("broadcast_to", "array, repeated to a larger shape | ḡ, summed over what was repeated", array=same)
derivative("copy", "a | ḡ", a=same)


@composed("atleast_1d")
def atleast_1d(*arys):
    return one_or_all([a if a.ndim else np.reshape(a, (1,)) for a in map(array, arys)])


@composed("atleast_2d")
def atleast_2d(*arys):
    return one_or_all([a if a.ndim > 1 else np.reshape(a, (1, a.size)) for a in map(array, arys)])


@composed("atleast_3d")
def atleast_3d(*arys):
    return one_or_all(
        [a if a.ndim > 2 else np.reshape(a, (*a.shape, 1) if a.ndim == 2 else (1, a.size, 1)) for a in map(array, arys)]
    )


def one_or_all(arrays):
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


@composed("broadcast_arrays")
def broadcast_arrays(*args, subok=False):
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple([np.broadcast_to(array, shape) for array in args])


@composed("meshgrid")
def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', got {indexing!r}")
    n = len(xi)
    axes = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else range(n)
    grids = [np.reshape(x, (*[1] * axis, -1, *[1] * (n - 1 - axis))) for x, axis in zip(xi, axes, strict=True)]
    grids = grids if sparse else np.broadcast_arrays(*grids)
    return tuple([np.copy(grid) for grid in grids] if copy else grids)


# dtype


@composed("astype")
def astype(x, dtype, /, *, copy=True, device=None):
    """An integer or bool has no derivative: a plain array. Of what else could become numbers again, the derivative would be 0."""
    kind = np.dtype(dtype).kind
    if kind not in "fciub":
        raise DTypeError(
            f"astype: an array of dtype {np.dtype(dtype)} cannot be part of a graph, and its derivative would be lost; "
            "write t.detach().astype(…) for the values alone"
        )
    if not copy and x.dtype == dtype:
        return x
    return converted(x, dtype) if kind in "fc" else values_of(x).astype(dtype)


@composed("full_like")
def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None, *, device=None):
    dtype, shape = np.dtype(a.dtype if dtype is None else dtype), a.shape if shape is None else shape
    if isinstance(fill_value, (*NUMBERS, list)):
        return np.full(shape, fill_value, dtype)
    return np.copy(np.broadcast_to(converted(fill_value, dtype), shape))


# Axes


def transpose(a, axes=None):
    return a.transpose(axes) if type(a) is ndarray else np.transpose(a, axes)  # the method takes a quarter of the time


derivative(
    "transpose",
    "a with its axes permuted | ḡ with them permuted back",
    forward=transpose,
    a=lambda g, axes: transpose(g, inverse(axes)),
)
derivative("matrix_transpose", "xᵀ | ḡᵀ", x=lambda g: np.matrix_transpose(g))
derivative("swapaxes", "a with two axes swapped | ḡ with them swapped", a=lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2))
derivative(
    "moveaxis", "a with axes moved | ḡ with them moved back", a=lambda g, source, destination: np.moveaxis(g, destination, source)
)


def inverse(axes):
    """The permutation that undoes `axes`."""
    return None if axes is None else np.argsort([axis % len(axes) for axis in axes])


@composed("rollaxis")
def rollaxis(a, axis, start=0):
    n = np.ndim(a)
    axis, start = axis + n if axis < 0 else axis, start + n if start < 0 else start
    return np.moveaxis(a, axis, start - 1 if axis < start else start)


# Orders and repetitions

derivative("flip", "m backwards along axis | ḡ backwards", m=lambda g, axis: np.flip(g, axis))
derivative("roll", "a shifted round along axis | ḡ shifted back", a=lambda g, shift, axis: np.roll(g, np.negative(shift), axis))
derivative("rot90", "m turned k times | ḡ turned back", m=lambda g, k, axes: np.rot90(g, -k, axes))


def untiled(g, A_shape, reps):
    """Each axis of ḡ as (tile, place in the tile), and the sum over the tiles."""
    reps, shape = tuple(np.ravel(reps)), A_shape
    reps, full = (1,) * (len(shape) - len(reps)) + reps, (1,) * (len(reps) - len(shape)) + shape
    pairs = [n for pair in zip(reps, full, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, len(pairs), 2))), shape)


def unrepeated(g, a_shape, repeats, axis):
    axis = axis if a_shape else None  # NumPy takes 0 and -1 for a number's axis
    full, place = (a_shape, axis % len(a_shape)) if axis is not None else ((math.prod(a_shape),), 0)
    if np.size(repeats) == 1:
        repeated = (*full[: place + 1], np.ravel(repeats)[0], *full[place + 1 :])
        return np.reshape(np.sum(np.reshape(g, repeated), axis=place + 1), a_shape)
    index = (*[slice(None)] * place, np.repeat(np.arange(full[place]), repeats))
    return scattered(g, index, a_shape) if axis is not None else np.reshape(scatter(g, index, full), a_shape)


derivative("tile", "A, reps times | ḡ, summed over the tiles", A=untiled)
derivative("repeat", "a, elements repeated | ḡ, summed over the repeats", a=unrepeated)


@composed("fliplr")
def fliplr(m):
    check_ndim("fliplr", m, 2)
    return np.flip(m, 1)


@composed("flipud")
def flipud(m):
    check_ndim("flipud", m, 1)
    return np.flip(m, 0)


@composed("resize")
def resize(a, new_shape):
    new_shape = (new_shape,) if isinstance(new_shape, (int, np.integer)) else tuple(new_shape)
    a, size = np.ravel(a), math.prod(new_shape)
    if not a.size:
        return np.zeros_like(a, shape=new_shape)
    return np.reshape(np.tile(a, -(-size // a.size))[:size], new_shape)


@composed("trim_zeros")
def trim_zeros(filt, trim="fb", axis=None):
    """The smallest slice that has all the nonzero elements: they decide where it ends, and have no derivative there."""
    trim = trim.lower()
    if sorted(trim) not in (["b"], ["f"], ["b", "f"]):
        raise ValueError(f"trim_zeros: trim must be 'f', 'b' or 'fb', got {trim!r}")
    axes = range(filt.ndim) if axis is None else {k % filt.ndim for k in np.ravel(axis)}
    index = [slice(None)] * filt.ndim
    for k, where in enumerate(np.nonzero(filt)):
        if k in axes:
            first, last = (where.min(), where.max() + 1) if where.size else (0, 0)
            index[k] = slice(first if "f" in trim or not where.size else None, last if "b" in trim or not where.size else None)
    return filt[tuple(index)]


# Triangles and diagonals

derivative("tril", "m, 0 above diagonal k | ḡ, 0 above diagonal k", m=lambda g, k: np.tril(g, k))
derivative("triu", "m, 0 below diagonal k | ḡ, 0 below diagonal k", m=lambda g, k: np.triu(g, k))


def on_diagonal(g, a_shape, offset, axis1, axis2):
    """Zeros of `a_shape` with g, whose last axis runs along the diagonal, on the diagonal."""
    rest = [n for axis, n in enumerate(a_shape) if axis not in (axis1 % len(a_shape), axis2 % len(a_shape))]
    rows = np.arange(np.shape(g)[-1]) + max(0, -offset)
    zeros = scatter(g, (..., rows, rows + offset), (*rest, a_shape[axis1], a_shape[axis2]))
    return np.moveaxis(zeros, (-2, -1), (axis1, axis2))


derivative("diagonal", "a[…, i, i + offset] | zeros, ḡ on the diagonal", a=on_diagonal)


@composed("diag")
def diag(v, k=0):
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise ValueError(f"diag: v must have 1 or 2 dimensions, got shape {v.shape}")
    n = v.size + abs(k)
    return on_diagonal(v, (n, n), k, 0, 1)


@composed("diagflat")
def diagflat(v, k=0):
    return np.diag(np.ravel(v), k)


# Windows


def unwindowed(g, x_shape, axis):
    """Take the windows back, last axis first: each has made axis `a` shorter and put a new axis at the end."""
    axes = range(len(x_shape)) if axis is None else [a % len(x_shape) for a in np.ravel(axis)]
    for a in reversed(axes):
        g = overlapped(g, a)
    return g


derivative("lib.stride_tricks.sliding_window_view", "x[…, i + j, …] | zeros, ḡ added at i + j", x=unwindowed)
windows_of = np.lib.stride_tricks.sliding_window_view


@primitive(
    "out[…, i + j, …] = Σ windows[…, i, …, j] | the windows of ḡ",
    windows=lambda g, windows_shape, axis: windows_of(g, windows_shape[-1], axis),
)
def overlapped(windows, axis):
    """Lay windows along `axis`, whose contents are the last axis, over each other: the transpose of a sliding window."""
    places, width = windows.shape[axis], windows.shape[-1]
    shape = list(windows.shape[:-1])
    shape[axis] = places + width - 1
    out = np.zeros_like(windows, shape=shape)
    before = (slice(None),) * axis
    if type(out) is not np.ndarray:
        index = (*before, np.arange(places)[:, None] + np.arange(width))
        scatter_add(out, index, np.moveaxis(windows, -1, axis + 1))
    elif width > places or (axis == 0 and windows[0].size > 500):  # few steps, or each goes through memory in order
        for i, window in enumerate(np.moveaxis(windows, (axis, -1), (0, axis + 1))):
            out[(*before, slice(i, i + width))] += window
    else:
        for j in range(width):
            out[(*before, slice(j, j + places))] += windows[..., j]
    return out


# Along axes


@composed("apply_along_axis")
def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    rows = np.moveaxis(arr, axis, -1)
    outer = rows.shape[:-1]
    if not math.prod(outer):
        raise ValueError("apply_along_axis: cannot apply a function along an axis when any of the other axes has length 0")
    results = np.stack([func1d(rows[index], *args, **kwargs) for index in np.ndindex(outer)])
    results = np.reshape(results, outer + results.shape[1:])
    made = range(len(outer), results.ndim)
    return np.moveaxis(results, made, [axis % arr.ndim + i for i in range(len(made))])


@composed("apply_over_axes")
def apply_over_axes(func, a, axes):
    for axis in np.ravel(axes):
        axis %= a.ndim
        result = func(a, axis)
        a = result if np.ndim(result) == a.ndim else np.expand_dims(result, axis)
    return a
