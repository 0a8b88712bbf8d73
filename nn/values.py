"""Values of Tensors, lists and numbers, and of what stands in for an array while `capture` records a step."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from autograd_core import Tensor
from autograd_core.arrays import wrap
from autograd_core.errors import DTypeError
from autograd_core.errors.arguments import holds_masked, is_unsuited, unsuited

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from nn.types import Array


def values_of(x: Any, dtype: DTypeLike | None = None) -> Array:
    """The array of a Tensor, a list or a number; what stands for an array stays what it is, and so do arrays of other libraries,
    behind what stands for them."""
    x = x if type(x) is ndarray else x.data if isinstance(x, Tensor) else x
    if isinstance(x, ndarray):
        return x if dtype is None else np.asarray(x, dtype)
    x = wrap(x) if hasattr(type(x), "__array_function__") else x
    if not hasattr(x, "__stands_for_array__"):
        refuse("a list", "list", x)
        return np.asarray(x, dtype)
    return x if dtype is None else x.astype(dtype, copy=False)


def handed_out(x: Any) -> Any:
    """What users get of what stands for an array of another library."""
    return x.__hand_out__() if hasattr(type(x), "__hand_out__") else x


def undecided(x: Any) -> bool:
    """Whether nothing can be decided by the numbers of `values_of(…)`: they are not computed yet, or lie on a device."""
    return getattr(x, "__undecided__", False)


def float_dtype(x: Any) -> np.dtype[Any]:
    """The dtype of floating numbers; float64 for integers and bools, which would cut what is put among them."""
    return x.dtype if x.dtype.kind in "fc" else np.dtype(float)


def row_sums(x: Any) -> Any:
    """Σ along the last axis, which is kept with one element: by a product, 2 µs instead of 11 for 512 rows of 64."""
    decided = type(x) is ndarray or (hasattr(x, "__stands_for_array__") and not undecided(x))
    if decided and x.ndim > 1 and x.size >= MANY and 1 < x.shape[-1] <= LONG and x.dtype.char in "fd":
        return x @ _column(x.shape[-1], x.dtype.char)
    return np.add.reduce(x, axis=-1, keepdims=True)


MANY, LONG = 256, 1024  # elements, and elements in a row, for which it pays


@functools.lru_cache(maxsize=64)
def _column(n: int, char: str) -> Array:
    ones = np.ones((n, 1), char)
    ones.flags.writeable = False
    return ones


def means(x: Any, axes: tuple[int, ...]) -> Any:
    """The means along axes, which are kept with one element."""
    if axes == (-1,) and x.shape[-1] and x.dtype.char in "fd":  # NumPy adds up means of float16 in float32
        return row_sums(x) / x.shape[-1]
    return np.mean(x, axis=axes, keepdims=True)


def cos(x: Any) -> Any:
    """`math.cos`, also of a stand-in for a number."""
    return x.__call_on_number__(math.cos) if hasattr(x, "__stands_for_array__") else math.cos(x)


def greatest(x: Any) -> int:
    """The greatest of integers ≥ 0, to make room for that many; of what stands for an array a power of two that is not less.

    A step that is recorded may ask what is greater than what, but not take a number out. So it holds for all that need that room.
    """
    if not hasattr(x, "__stands_for_array__"):
        return int(np.max(x, initial=0))
    room = 1
    while np.any(x > room):
        room *= 2
    return room


def operand_of(x: Any, what: str = "input") -> Any:
    """A Tensor or an array as it is, also one of another kind; a list or a number as an array. Refuses what `refuse` does."""
    refuse(what, what.split()[0], x)  # "h of hx" is an h
    return x if hasattr(x, "ndim") else np.asarray(x)


def refuse(what: str, name: str, value: Any) -> None:
    """Raise DTypeError for an np.matrix or a masked array, also if it is in a list, where it would lose its mask."""
    if is_unsuited(type(value)):
        raise DTypeError(f"{what} is {unsuited(type(value), name)}")
    if isinstance(value, (list, tuple)) and holds_masked(value):
        raise DTypeError(f"{what} holds {unsuited(np.ma.MaskedArray, 'part')}")
