"""Functions of the shape, joins and choices for a batch."""

import math

import numpy as np

from autograd_core.functional.batches.calls import (
    batched_among,
    batching,
    data_of,
    is_batched,
    made,
    ndim_of,
    shifted,
)


@batching(np.reshape)
def reshape(a, /, shape, order="C", *, copy=None):
    if order != "C":
        return NotImplemented
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if -1 in shape and not a.count:
        rest = math.prod(n for n in shape if n != -1)
        shape = tuple([math.prod(a.shape) // rest if n == -1 else n for n in shape])
    return made(a, np.reshape(a.data, (a.count, *shape)))


@batching(np.ravel)
def ravel(a, order="C"):
    return reshape(a, (math.prod(a.shape),), order)


@batching(np.transpose)
def transpose(a, axes=None):
    axes = range(a.ndim)[::-1] if axes is None else [k % a.ndim for k in axes]
    return made(a, np.transpose(a.data, (0, *[k + 1 for k in axes])))


@batching(np.matrix_transpose)
def matrix_transpose(x):
    return made(x, np.swapaxes(x.data, -1, -2))


@batching(np.swapaxes)
def swapaxes(a, axis1, axis2):
    return made(a, np.swapaxes(a.data, shifted(axis1, a.ndim), shifted(axis2, a.ndim)))


@batching(np.moveaxis)
def moveaxis(a, source, destination):
    return made(a, np.moveaxis(a.data, shifted(source, a.ndim), shifted(destination, a.ndim)))


@batching(np.expand_dims)
def expand_dims(a, axis):
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    return made(a, np.expand_dims(a.data, shifted(axes, a.ndim + len(axes))))


@batching(np.squeeze)
def squeeze(a, axis=None):
    axis = tuple([k for k, n in enumerate(a.shape) if n == 1]) if axis is None else axis
    return made(a, np.squeeze(a.data, shifted(axis, a.ndim)))


@batching(np.flip)
def flip(m, axis=None):
    return made(m, np.flip(m.data, shifted(tuple(range(m.ndim)) if axis is None else axis, m.ndim)))


@batching(np.broadcast_to)
def broadcast_to(array, shape, subok=False):
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return made(array, np.broadcast_to(data_of(array, len(shape)), (array.count, *shape)))


@batching(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    axes = tuple(range(x.ndim)) if axis is None else axis
    return made(x, np.lib.stride_tricks.sliding_window_view(x.data, window_shape, shifted(axes, x.ndim)))


def whole(x, like):
    """The data of x, which is repeated for each array if it is no batch."""
    return x.data if is_batched(x) else np.broadcast_to(x, (like.count, *np.shape(x)))


@batching(np.concatenate)
def concatenate(arrays, /, axis=0, out=None, *, dtype=None, casting="same_kind"):
    like = batched_among(arrays)[0]
    parts = [whole(x, like) for x in arrays]
    if axis is None:
        parts, axis = [np.reshape(part, (like.count, -1)) for part in parts], 0
    return made(like, np.concatenate(parts, shifted(axis, parts[0].ndim - 1), dtype=dtype, casting=casting))


@batching(np.stack)
def stack(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    like = batched_among(arrays)[0]
    parts = [whole(x, like) for x in arrays]
    return made(like, np.stack(parts, shifted(axis, parts[0].ndim), dtype=dtype, casting=casting))


for name in ("tril", "triu"):

    @batching(getattr(np, name))
    def _(m, k=0, name=name):
        return made(m, getattr(np, name)(m.data, k)) if m.ndim > 1 else NotImplemented


@batching(np.diagonal)
def diagonal(a, offset=0, axis1=0, axis2=1):
    return made(a, np.diagonal(a.data, offset, shifted(axis1, a.ndim), shifted(axis2, a.ndim)))


@batching(np.roll)
def roll(a, shift, axis=None):
    if axis is None or not a.ndim:
        return reshape(made(a, np.roll(np.reshape(a.data, (a.count, -1)), shift, 1)), a.shape)
    return made(a, np.roll(a.data, shift, shifted(axis, a.ndim)))


@batching(np.take)
def take(a, indices, axis=None, out=None, mode="raise"):
    if is_batched(a) and not is_batched(indices):
        data = np.reshape(a.data, (a.count, -1)) if axis is None else a.data
        return made(a, np.take(data, indices, 1 if axis is None else shifted(axis, a.ndim), mode=mode))
    if is_batched(indices) and not is_batched(a) and axis in (0, None):
        return made(indices, np.take(a, indices.data, axis, mode=mode))
    return NotImplemented


@batching(np.take_along_axis)
def take_along_axis(arr, indices, axis=-1):
    if axis is None:
        return NotImplemented
    like = batched_among((arr, indices))[0]
    return made(like, np.take_along_axis(whole(arr, like), whole(indices, like), shifted(axis, ndim_of(arr))))
