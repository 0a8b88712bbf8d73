"""Reductions for a batch, and what else goes along an axis."""

import numpy as np

from autograd_core.functional.batches.calls import (
    CannotBatch,
    axes_in_front,
    batched_among,
    batching,
    data_of,
    is_batched,
    made,
    shifted,
)


def along(function, whole, default=None):
    """A function along `axis`, the second of its arguments. `whole` says what it does without one: take all "axes", or all
    elements in a "row"."""

    def rule(a, axis=default, *rest, **kwargs):
        if batched_among((rest, kwargs)) or not is_batched(a) or kwargs.get("out") is not None:
            return NotImplemented
        data = a.data
        if axis is None:
            if whole is None or (whole == "row" and kwargs.get("keepdims")):
                return NotImplemented
            axis = tuple(range(1, data.ndim)) if whole == "axes" else 1
            if whole == "row":
                data = np.reshape(data, (a.count, a.size))
        elif not a.ndim:
            return NotImplemented
        else:
            axis = shifted(axis, a.ndim)
        return made(a, function(data, axis, *rest, **kwargs))

    return rule


for name in ["sum", "mean", "prod", "max", "min", "amax", "amin", "any", "all", "std", "var"]:
    batching(getattr(np, name))(along(getattr(np, name), "axes"))
for name in ["cumsum", "cumprod", "argmax", "argmin", "median"]:
    batching(getattr(np, name))(along(getattr(np, name), "row"))
for name in ["sort", "argsort"]:
    batching(getattr(np, name))(along(getattr(np, name), None, -1))
for name in ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]:

    @batching(getattr(np.fft, name))
    def _(a, n=None, axis=-1, norm=None, out=None, name=name):
        return made(a, getattr(np.fft, name)(a.data, n, shifted(axis, a.ndim), norm))


@batching(np.linalg.norm)
def norm(x, ord=None, axis=None, keepdims=False):
    if axis is None:
        if keepdims or (ord is not None and x.ndim not in (1, 2)):
            return NotImplemented
        data = np.reshape(x.data, (x.count, x.size)) if ord is None else x.data
        return made(x, np.linalg.norm(data, ord, 1 if data.ndim == 2 else (1, 2)))
    return made(x, np.linalg.norm(x.data, ord, shifted(axis, x.ndim), keepdims))


batching(np.flip)(along(np.flip, None))


def reduced(ufunc):
    def rule(a, axis=0, dtype=None, out=None, keepdims=False, initial=np._NoValue, where=True):
        if not is_batched(a) or is_batched(where) or out not in (None, (None,)):
            return NotImplemented
        if not a.ndim and axis is not None:
            axis = ()
        axis = tuple(range(1, a.ndim + 1)) if axis is None else shifted(axis, max(a.ndim, 1))
        options = {} if initial is np._NoValue else {"initial": initial}
        options |= {} if where is True else {"where": where}
        return made(a, ufunc.reduce(a.data, axis=axis, dtype=dtype, keepdims=keepdims, **options))

    return rule


for ufunc in (np.add, np.multiply, np.maximum, np.minimum, np.logical_and, np.logical_or, np.logaddexp):
    batching((ufunc, "reduce"))(reduced(ufunc))


def accumulated(ufunc):
    def rule(a, axis=0, dtype=None, out=None):
        return made(a, ufunc.accumulate(a.data, shifted(axis, a.ndim), dtype))

    return rule


for ufunc in (np.add, np.multiply, np.maximum, np.minimum):
    batching((ufunc, "accumulate"))(accumulated(ufunc))


@batching((np.add, "at"))
def add_at(a, index, value):
    parts = index if type(index) is tuple else (index,)
    if not is_batched(a) or batched_among(parts):
        raise CannotBatch("elements are added at other places in each array")
    where, front = (slice(None), *parts), axes_in_front(parts)
    shape = np.moveaxis(a.data[where], front, 0).shape
    np.add.at(a.data, where, np.moveaxis(np.broadcast_to(data_of(value, len(shape) - 1), shape), 0, front))
