"""Class numbers as rows of ones and zeros, and the check that numbers are those of rows or classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from nn.types import Array, Operand


def one_hot(tensor: Operand, num_classes: int | None = None) -> NDArray[np.int64]:
    """1 at the class numbers (…), 0 elsewhere: (…, num_classes), as integers; by default one class more than the greatest number.

    >>> one_hot(np.array([1, 0, 2]))
    array([[0, 1, 0],
           [1, 0, 0],
           [0, 0, 1]])
    """
    values = values_of(tensor)
    count = int(values.max(initial=-1)) + 1 if num_classes in (None, -1) else num_classes
    return (indices_of("one_hot", values, count)[..., None] == np.arange(count)).astype(np.int64)


def indices_of(name: str, x: Any, count: int) -> Array:
    """Indices as an array of integers, of which there are `count`."""
    values = values_of(x)
    if values.dtype.kind not in "iu":
        raise errors.DTypeError(f"{name}: indices must be integers, got dtype {values.dtype}; write .astype(int)")
    if values.size and not (values.min() >= 0 and values.max() < count):
        index = tuple(int(i) for i in np.argwhere((values < 0) | (values >= count))[0])
        raise ValueError(f"{name}: index {values[index]} at {index} is not one of the {count} from 0 to {count - 1}")
    return values
