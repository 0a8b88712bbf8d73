"""Functions of each element, and questions about an array, for a batch."""

import numpy as np

from autograd_core.functional.batches.calls import (
    CannotBatch,
    batching,
    elementwise,
    is_batched,
    made,
)

for function in (
    np.real, np.imag, np.angle, np.round, np.around, np.nan_to_num, np.isclose, np.sinc, np.i0, np.fix,
    np.isneginf, np.isposinf, np.clip, np.iscomplex, np.isreal,
):  # fmt: skip

    @batching(function)
    def _(*args, function=function, **kwargs):
        return elementwise(function, args, kwargs)


@batching(np.where)
def where(condition, *choices):
    if not choices:
        raise CannotBatch("another number of places is found in each array")
    return elementwise(np.where, (condition, *choices), {})


for name in ("shape", "ndim", "size"):

    @batching(getattr(np, name))
    def _(a, axis=None, name=name):
        value = getattr(a, name)
        return value if axis is None else a.shape[axis]


for name in ("iscomplexobj", "isrealobj"):

    @batching(getattr(np, name))
    def _(x, name=name):
        return getattr(np, name)(np.zeros((), x.dtype))


@batching(np.result_type)
def result_type(*args):
    return np.result_type(*[x.dtype if is_batched(x) else x for x in args])


@batching(np.copy)
def copy(a, order="K", subok=False):
    return a.copy()


@batching(np.astype)
def astype(x, dtype, /, *, copy=True, device=None):
    return x.astype(dtype, copy=copy)


for name in ("zeros_like", "ones_like", "empty_like"):

    @batching(getattr(np, name))
    def _(a, dtype=None, order="K", subok=True, shape=None, *, device=None, name=name):
        shape = a.shape if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
        return made(a, getattr(np, name)(a.data[:1], dtype=dtype, shape=(a.count, *shape)))
