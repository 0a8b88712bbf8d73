"""Choosing rows and elements: embedding, one_hot, dropout; and flatten."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.random import generator as generator_of
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from nn.types import Array, Generator, Operand, X


def embedding(input: Operand, weight: X) -> X:
    """The rows of weight, (count, features), with the numbers in input, (…) of any integer dtype -> (…, features).

    >>> embedding(np.array([2, 0]), np.eye(3))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    return weight[_indices("embedding", input, weight.shape[0])]


def one_hot(tensor: Operand, num_classes: int | None = None) -> NDArray[np.int64]:
    """1 at the class numbers (…), 0 elsewhere: (…, num_classes), as integers; by default one class more than the greatest number.

    >>> one_hot(np.array([1, 0, 2]))
    array([[0, 1, 0],
           [1, 0, 0],
           [0, 0, 1]])
    """
    values = values_of(tensor)
    count = int(values.max(initial=-1)) + 1 if num_classes is None else num_classes
    return (_indices("one_hot", values, count)[..., None] == np.arange(count)).astype(np.int64)


def dropout(input: X, p: float = 0.5, training: bool = True, generator: Generator = None) -> X:
    """Each element 0 with probability p, else divided by 1 - p, so that the mean stays; the input itself if not training.

    >>> dropout(np.ones(8), 0.5, generator=0)
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    """
    check_probability("dropout", p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * input.dtype.type(0)
    kind = np.float32 if input.dtype == np.float32 else float
    kept = generator_of(generator).random(input.shape, kind) >= p
    return input * (kept * input.dtype.type(1 / (1 - p)))


def flatten(input: X, start_dim: int = 0, end_dim: int = -1) -> X:
    """The axes from start_dim to end_dim as one.

    >>> flatten(np.zeros((2, 3, 4)), 1).shape
    (2, 12)
    """
    values: Any = input
    shape: tuple[int, ...] = input.shape
    axes = range(len(shape))
    if (
        start_dim not in range(-len(shape), len(shape))
        or end_dim not in range(-len(shape), len(shape))
        or axes[start_dim] > axes[end_dim]
    ):
        raise errors.ShapeError(f"flatten: there are no axes {start_dim} to {end_dim} in shape {shape}")
    start: int = axes[start_dim]
    end: int = axes[end_dim] + 1
    merged = (*shape[:start], math.prod(shape[start:end]), *shape[end:])
    flat: Any = np.reshape(values, merged)
    return flat


def check_probability(name: str, p: float, argument: str = "p") -> None:
    """Raise unless p is a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: {argument} must be a probability from 0 to 1, got {p}")


def _indices(name: str, x: Any, count: int) -> Array:
    """Indices as an array of integers, of which there are `count`."""
    values = values_of(x)
    if values.dtype.kind not in "iu":
        raise errors.DTypeError(f"{name}: indices must be integers, got dtype {values.dtype}; write .astype(int)")
    if values.size and not (values.min() >= 0 and values.max() < count):
        index = tuple(int(i) for i in np.argwhere((values < 0) | (values >= count))[0])
        raise ValueError(f"{name}: index {values[index]} at {index} is not one of the {count} from 0 to {count - 1}")
    return values
