"""What the losses share: checks of shapes and targets, weights, and the mean or sum."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.values import float_dtype, undecided, values_of

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Reduction


def difference(name: str, input: Any, target: Any) -> Any:
    """input - target, which must have the same shape."""
    check_shapes(name, input, target)
    return np.subtract(input, as_numbers(target, input))


def as_numbers(target: Any, input: Any) -> Any:
    """A target of integers or bools in the dtype of the input, so that float32 stays so."""
    if isinstance(target, (np.ndarray, Tensor)) and target.dtype.kind == "f":
        return target
    values, dtype = values_of(target), getattr(input, "dtype", None)
    return values if dtype is None or values.dtype.kind == "f" or dtype.kind != "f" else values.astype(dtype)


def check_shapes(name: str, input: Any, target: Any, first: str = "input", second: str = "target") -> None:
    """Raise unless two arguments have the same shape."""
    shape, other = np.shape(input), np.shape(target)
    if shape != other:
        hint = f"; write {second}.reshape({shape})" if math.prod(shape) == math.prod(other) else ""
        raise errors.ShapeError(f"{name}: {first} and {second} must have the same shape, got {shape} and {other}{hint}")


def check_targets(name: str, target: Any) -> None:
    values = values_of(target)
    if values.size and not undecided(values) and not _between_0_and_1(values):
        index = tuple(int(i) for i in np.argwhere(~((values >= 0) & (values <= 1)))[0])
        raise ValueError(f"{name}: targets must be in [0, 1], got {values[index]} at index {index}")


def _between_0_and_1(values: Any) -> bool:
    if type(values) is np.ndarray:  # a third of the time
        return values.item(values.argmin()) >= 0 and values.item(values.argmax()) <= 1
    return bool(np.minimum.reduce(values, None) >= 0 and np.maximum.reduce(values, None) <= 1)


def like(weight: Any, losses: Any) -> Any:
    """A weight as an array of the losses' dtype, so that those of float32 stay float32."""
    return weight if isinstance(weight, Tensor) else values_of(weight, float_dtype(losses))


def spread(name: str, weight: Any, losses: Any) -> Any:
    """The weight, if it can be multiplied with the losses without making more of them."""
    try:
        fits = np.broadcast_shapes(weight.shape, losses.shape) == losses.shape
    except ValueError:
        fits = False
    if not fits:
        raise errors.ShapeError(f"{name} must go with losses of shape {losses.shape}, got shape {weight.shape}")
    return weight


def weighted(name: str, losses: Any, weight: Any, reduction: Reduction) -> Any:
    if weight is not None:
        losses = losses * spread(f"{name}: weight", like(weight, losses), losses)
    return reduced(name, losses, reduction)


def reduced(name: str, losses: Any, reduction: Reduction) -> Any:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    if reduction == "mean" and not losses.size:
        raise errors.ShapeError(f"{name}: an empty array, of shape {losses.shape}, has no mean; write reduction='sum'")
    return losses if reduction == "none" else np.mean(losses) if reduction == "mean" else np.sum(losses)


def check_signs(name: str, target: Any) -> None:
    """Raise unless all targets are 1 or -1."""
    values = values_of(target)
    if not np.all((values == 1) | (values == -1)):
        index = tuple(int(i) for i in np.argwhere((values != 1) & (values != -1))[0])
        raise ValueError(f"{name}: targets must be 1 or -1, got {values[index]} at index {index}")
