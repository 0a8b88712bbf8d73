"""Arrays as one vector of real numbers, on which a derivative is checked.

A complex element is two real ones, its real and its imaginary part. Under the convention of this package (the gradient of a
real f is ∂f/∂x - i ∂f/∂y) the pairing Re Σ g t of a gradient with a direction then is the ordinary product of two vectors,
if gradients are written as vectors with their imaginary parts negated (`dual=True`).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core.testing.types import Array, Sides


def as_vector(arrays: Sequence[Any], dual: bool = False) -> Array:
    """The elements of several arrays, one after another."""
    parts = [np.ravel(array) for array in arrays]
    parts = [(np.conj(part) if dual else part).view(part.real.dtype) if part.dtype.kind == "c" else part for part in parts]
    return np.concatenate(parts) if parts else np.zeros(0)


class Layout:
    """Which array, which element and which part of it each place of a vector is."""

    def __init__(self, names: list[str], arrays: Sequence[Any]) -> None:
        self.names = names
        self.shapes = [np.shape(array) for array in arrays]
        self.dtypes = [np.result_type(array) for array in arrays]
        sizes = [np.size(array) * (2 if dtype.kind == "c" else 1) for array, dtype in zip(arrays, self.dtypes, strict=True)]
        ends = np.cumsum([0, *sizes])
        self.slices = [slice(int(start), int(end)) for start, end in itertools.pairwise(ends)]
        self.size = int(ends[-1])

    def split(self, vector: Array, dual: bool = False) -> list[Array]:
        """The arrays, as wide as the vector is."""
        arrays = []
        for part, shape, dtype in zip(self.slices, self.shapes, self.dtypes, strict=True):
            values = vector[part].astype(vector.dtype)  # a copy
            if dtype.kind == "c":
                values = values.view(np.result_type(vector.dtype, np.complex64))
                values = np.conj(values) if dual else values
            arrays.append(values.reshape(shape))
        return arrays

    def which(self, place: int) -> int:
        """The number of the array in which a place of the vector is."""
        return next(i for i, part in enumerate(self.slices) if part.start <= place < part.stop)

    def where(self, place: int) -> tuple[str, Sides, Sides, str]:
        """(name of the array, index in it, its shape, "", " (real part)" or " (imaginary part)") of a place of the vector."""
        i = self.which(place)
        flat, part = place - self.slices[i].start, ""
        if self.dtypes[i].kind == "c":
            flat, imaginary = divmod(flat, 2)
            part = " (imaginary part)" if imaginary else " (real part)"
        return self.names[i], tuple(int(k) for k in np.unravel_index(flat, self.shapes[i])), self.shapes[i], part


def copied(array: Array, dtype: DTypeLike) -> Array:
    """A copy in another dtype that is laid out in memory as the array is: broadcast, backwards, Fortran order."""
    base, flips = unfolded(np.asarray(array))
    copy = base.astype(dtype, order="K")[*flips, ...]
    return copy if copy.shape == np.shape(array) else np.broadcast_to(copy, np.shape(array))


def unfolded(array: Array) -> tuple[Array, tuple[Any, ...]]:
    """What an array is a view of: without the axes along which it is broadcast, forwards; and the index that turns it back."""
    turned = tuple([slice(None, None, -1 if stride < 0 else None) for stride in array.strides])
    pairs = zip(array.strides, array.shape, strict=True)
    once = tuple([slice(1) if stride == 0 and size > 1 else slice(None) for stride, size in pairs])
    return array[*once, ...][*turned, ...], turned
