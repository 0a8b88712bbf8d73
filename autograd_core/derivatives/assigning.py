"""NumPy's functions that change their first argument: put, place, putmask, copyto, fill_diagonal, put_along_axis.

Each is assignment by index. On a Tensor that is recorded: the Tensor moves on to its new value. An ndarray cannot hold a
value that is part of a graph, so giving it one is an error, and anything else goes into it as in NumPy.
"""

import functools

import numpy as np

from autograd_core.derivatives.indexing import along_axis, in_range
from autograd_core.derivatives.table import composed, resolve
from autograd_core.errors import DetachError

HINTS = {"copyto": "; np.full_like(arr, t) copies too: write np.broadcast_to(t, arr.shape)"}


def changes(name, target, value):
    """A composed function that changes its argument `target`, by assigning what it makes of its argument `value`."""

    def put(function):
        original = resolve(name)
        if original is None:
            return function

        @functools.wraps(function)
        def checked(*args, **kwargs):
            names = dict(zip(function.__code__.co_varnames, args, strict=False)) | kwargs
            if not isinstance(names[target], np.ndarray):
                return function(*args, **kwargs)
            try:
                names[value] = np.asarray(names[value])
            except DetachError:
                raise DetachError(
                    f"{name}: {target} is an ndarray and cannot hold {value}, a Tensor that is part of a graph: its gradient "
                    f"would be lost. Make it a Tensor first: {target} = Tensor({target}); np.{name}({target}, …)"
                    + HINTS.get(name, "")
                ) from None
            return function(**names)

        checked.changes_operand = True
        return composed(name)(checked)

    return put


@changes("put", "a", "v")
def put(a, ind, v, mode="raise"):
    ind = np.ravel(in_range(ind, a.size, mode))
    if ind.size:
        a[np.unravel_index(ind, a.shape) if a.ndim else ...] = repeated(v, ind.size) if a.ndim else repeated(v, ind.size)[-1]


@changes("place", "arr", "vals")
def place(arr, mask, vals):
    if not arr.ndim:  # a view, which has the axis that nonzero asks for
        arr = np.ravel(arr)
    index = np.nonzero(np.reshape(mask, arr.shape))
    if index[0].size:
        if not np.size(vals):
            raise ValueError("place: vals must not be empty where mask chooses elements")
        arr[index] = repeated(vals, index[0].size)


@changes("putmask", "a", "values")
def putmask(a, mask, values):
    mask = np.not_equal(np.reshape(mask, a.shape), 0)
    if np.size(values):
        a[mask] = np.reshape(repeated(values, a.size), a.shape)[mask]


@changes("copyto", "dst", "src")
def copyto(dst, src, casting="same_kind", where=True):
    kind = np.result_type(dst.dtype, src) if isinstance(src, (int, float, complex)) else src.dtype
    if not np.can_cast(kind, dst.dtype, casting):
        raise TypeError(f"copyto: cannot cast from {kind} to {dst.dtype} with casting={casting!r}")
    src = np.broadcast_to(src, dst.shape)
    if where is True:
        dst[...] = src
    else:
        mask = np.broadcast_to(np.not_equal(where, 0), dst.shape)
        dst[mask] = src[mask]


@changes("fill_diagonal", "a", "val")
def fill_diagonal(a, val, wrap=False):
    if a.ndim < 2:
        raise ValueError("fill_diagonal: a must be at least 2-d")
    if a.ndim > 2 and len(set(a.shape)) > 1:
        raise ValueError(f"fill_diagonal: all dimensions of a must be of equal length, got {a.shape}")
    step = sum(a.shape[1] ** k for k in range(a.ndim)) if a.ndim > 2 else a.shape[1] + 1
    end = a.size if wrap or a.ndim > 2 else a.shape[1] * a.shape[1]
    flat = np.arange(a.size)[:end:step]
    if flat.size:
        a[np.unravel_index(flat, a.shape)] = repeated(val, flat.size)


@changes("put_along_axis", "arr", "values")
def put_along_axis(arr, indices, values, axis):
    if axis is None:
        indices, values = np.ravel(indices), np.ravel(values)
    arr[along_axis(arr.shape, indices, axis)] = values


def repeated(values, count):
    """The first `count` of the values, which start again when they run out, as assignment to `a.flat` repeats them."""
    values = np.ravel(values)
    return values if values.size == count else values[np.arange(count) % values.size]
