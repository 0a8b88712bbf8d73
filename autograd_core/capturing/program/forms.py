"""Functions that a program calls and NumPy does not have: for changes in place, copies of what would be views, parts."""

from collections.abc import Callable
from functools import cache, wraps
from math import prod
from typing import Any

import numpy as np

Array = np.ndarray


def setitem(array: Array, index: Any, value: Any) -> Array:
    """A copy of the array with `array[index] = value`."""
    changed = np.array(array)
    changed[index] = value
    return changed


def ufunc_at(array: Array, ufunc: np.ufunc, index: Any, *operands: Any) -> Array:
    """A copy of the array after `ufunc.at(array, index, …)`."""
    changed = np.array(array)
    ufunc.at(changed, index, *operands)
    return changed


def astype(array: Any, dtype: np.dtype) -> Any:
    """`array.astype(dtype)`."""
    return array.astype(dtype) if hasattr(array, "astype") else dtype.type(array)


def with_zeros(row: Array) -> Array:
    """A row, (1, n), and a row of zeros below it, (2, n)."""
    return np.concatenate([row, np.zeros_like(row)])


def with_ones(array: Array, first: bool) -> Array:
    """A matrix and one more column, of ones: the first or the last. In Fortran's order, in which columns are quickly copied."""
    return np.asfortranarray(np.insert(array, 0 if first else array.shape[1], 1, axis=1))


def reshaped(array: Array, shape: tuple[int, ...], order: Any = "C") -> Array:
    """`np.reshape`, or `np.ravel`, of an array that has no view of that shape, so that it is copied."""
    return np.array(np.reshape(array, shape, order))


def packed(*parts: Array, orders: Any) -> Array:
    """The elements of all parts, one after the other. A replay lets the parts be written there in the first place."""
    return np.concatenate([np.ravel(part, order) for part, order in zip(parts, orders, strict=True)])


def unpacked(flat: Array, start: int, shape: tuple[int, ...], order: Any) -> Array:
    """The part of a flat array that begins at `start`, in its shape."""
    return flat[start : start + prod(shape)].reshape(shape, order=order)


@cache
def unshared(function: Callable) -> Callable:
    """`function`, but what would be views of its arguments (`np.split`, `np.diag`, `np.real`) are copies."""

    @wraps(function)
    def copied(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        if not isinstance(result, (tuple, list)):
            return np.copy(result)
        copies = [np.copy(part) for part in result]
        return type(result)(*copies) if hasattr(result, "_fields") else type(result)(copies)

    copied.shared = function  # type: ignore[attr-defined]
    return copied
