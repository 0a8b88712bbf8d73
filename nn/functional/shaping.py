"""Other axes for the same elements: flatten, unflatten, channel_shuffle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import X


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


def unflatten(input: X, dim: int, sizes: Sequence[int]) -> X:
    """The axis dim as several, of these sizes; one of them may be -1. The reverse of `flatten`.

    >>> unflatten(np.zeros((2, 12)), 1, (3, -1)).shape
    (2, 3, 4)
    """
    shape: tuple[int, ...] = input.shape
    parts = tuple(sizes)
    if dim not in range(-len(shape), len(shape)):
        raise errors.ShapeError(f"unflatten: there is no axis {dim} in shape {shape}")
    size = shape[dim]
    known = math.prod(part for part in parts if part != -1)
    free = parts.count(-1)
    if not parts or free > 1 or min(parts) < -1 or (size % known if free and known else size != known or free):
        raise errors.ShapeError(
            f"unflatten: the axis {dim} of shape {shape} has {size} elements, which {parts} does not divide up"
        )
    at: int = dim % len(shape)
    filled: Any = (size // known if part == -1 else part for part in parts)
    values: Any = input
    out: Any = np.reshape(values, (*shape[:at], *filled, *shape[at + 1 :]))
    return out


def channel_shuffle(input: X, groups: int) -> X:
    """The channels, on axis 1, taken from the groups in turn: 0 1 2 3 with two groups becomes 0 2 1 3 (Zhang et al., 2017).

    >>> channel_shuffle(np.arange(4).reshape(1, 4, 1), 2).ravel()
    array([0, 2, 1, 3])
    """
    shape: tuple[int, ...] = input.shape
    if len(shape) < 3 or groups < 1 or shape[1] % groups:
        raise errors.ShapeError(
            f"channel_shuffle: input must have the shape (n, channels, …), with a multiple of groups={groups} channels, "
            f"got {shape}"
        )
    values: Any = input
    split: Any = np.reshape(values, (shape[0], groups, shape[1] // groups, *shape[2:]))
    out: Any = np.reshape(np.swapaxes(split, 1, 2), shape)
    return out
