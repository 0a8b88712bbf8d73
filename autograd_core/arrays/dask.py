"""Lazy: an array of Dask. Nothing of it is computed here, and what Dask would compute at once, with a warning, is refused."""

import math

import dask
import dask.array as da
import numpy as np

from autograd_core.arrays.foreign import Foreign, opened
from autograd_core.derivatives.partial import hits_once
from autograd_core.errors import ShapeError


class Lazy(Foreign):
    """An array of Dask."""

    __slots__ = ()
    library = "Dask"
    number = "x.compute()"

    def __init__(self, held):
        if any(map(math.isnan, held.shape)):
            raise ShapeError(
                f"an array of Dask whose chunks are not known, of shape {held.shape}, cannot be the value of a Tensor; write "
                "x.compute_chunk_sizes() first, and np.where(mask, x, 0) for x[mask]"
            )
        self.held = held

    def __postponed__(self, good, words):
        return Lazy(da.map_blocks(_checked, *opened((self, good)), words, dtype=self.dtype))

    def item(self):
        return self.held.compute().item()

    def tolist(self):
        return self.held.compute().tolist()

    def _put(self, index, value):
        held = self.held.copy()  # the array is the user's
        index = index if type(index) is tuple else (index,)
        if any(part is None for part in index):  # which Dask does not know here
            rest = tuple([part for part in index if part is not None])
            value = da.reshape(da.broadcast_to(value, held[index].shape), held[rest].shape)
            index = rest
        held[index] = value
        self.held = held

    @property
    def namespace(self):
        return da

    def _at(self, ufunc, target, index, *operands):
        if hits_once(index) or not isinstance(target, Lazy):
            super()._at(ufunc, target, index, *operands)
        else:  # in one task, into one chunk
            changed = dask.delayed(_changed)(ufunc, target.held, opened(index), *opened(operands))
            target.held = da.from_delayed(changed, target.shape, target.dtype)


def _checked(values, good, words):
    if not np.all(good):
        index = tuple(int(i) for i in np.argwhere(~np.asarray(good))[0])
        raise ValueError(f"{words}: {values[index]} at index {index} of its chunk")
    return values


def _changed(ufunc, target, index, *operands):
    target = np.array(target)
    ufunc.at(target, index, *operands)
    return target
