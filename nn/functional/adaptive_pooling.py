"""Adaptive pools: as many windows as are asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

import numpy as np

from autograd_core import errors
from nn.functional.pooling import chosen, max_pool
from nn.functional.windows import batched, each
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Array, Sizes, X

    Steps = tuple[int, ...]


def _adapted(axes: int, kind: str, input: Any, output_size: Any) -> tuple[Any, bool, Steps, bool]:
    """The image, whether it is a batch, how many windows along each axis, and whether these are all alike and don't overlap."""
    name = f"adaptive_{kind}_pool{axes}d"
    image, whole = batched(name, input, axes)
    asked = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    asked *= axes if len(asked) == 1 else 1
    sizes = image.shape[2:]
    places = each(name, "output_size", tuple(m if p is None else p for p, m in zip(asked, sizes, strict=False)), axes)
    if min(sizes) < 1:
        raise errors.ShapeError(f"{name}: an empty image has no elements to choose from, got {input.shape}")
    return image, whole, places, all(m % p == 0 for m, p in zip(sizes, places, strict=True))


def _uneven(sizes: Steps, places: Steps) -> tuple[tuple[Array, ...], Array]:
    """The windows from floor(i m / p) to ceil((i + 1) m / p): an index (p₁, width₁, p₂, width₂, …), and which of it counts."""
    axes, index = len(sizes), []
    counts: Any = True
    for axis, (m, p) in enumerate(zip(sizes, places, strict=True)):
        starts = np.arange(p) * m // p
        stops = -(np.arange(1, p + 1) * -m // p)
        offsets = np.arange((stops - starts).max())
        along = (p, offsets.size, *(1, 1) * (axes - 1 - axis))
        numbers = starts[:, None] + offsets
        index.append(np.minimum(numbers, m - 1).reshape(along))
        counts = counts & (numbers < stops[:, None]).reshape(along)
    return tuple(index), counts


def adaptive_avg(axes: int, input: Any, output_size: Any) -> Any:
    image, whole, places, even = _adapted(axes, "avg", input, output_size)
    sizes = image.shape[2:]
    if even:
        widths = [part for m, p in zip(sizes, places, strict=True) for part in (p, m // p)]
        windows = np.reshape(image, (*image.shape[:2], *widths))
        out = np.mean(windows, axis=tuple(range(3, 3 + 2 * axes, 2)))
    else:
        index, counts = _uneven(sizes, places)
        inside = tuple(range(3, 3 + 2 * axes, 2))
        of_each = counts.sum(axis=tuple(axis - 2 for axis in inside))
        total = np.sum(np.where(counts, image[:, :, *index], 0), axis=inside)
        out = total / of_each.astype(image.dtype if image.dtype.kind == "f" else float)
    return out if whole else out[0]


def _adaptive_max(axes: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    image, whole, places, even = _adapted(axes, "max", input, output_size)
    sizes = image.shape[2:]
    if even:
        kernel = tuple(m // p for m, p in zip(sizes, places, strict=True))
        return max_pool(axes, input, kernel, None, 0, 1, False, return_indices)
    index, counts = _uneven(sizes, places)
    lowest = -np.inf if image.dtype.kind == "f" else np.iinfo(image.dtype).min
    windows = np.where(counts, image[:, :, *index], lowest)
    if not return_indices:
        out = np.max(windows, axis=tuple(range(3, 3 + 2 * axes, 2)))
        return out if whole else out[0]
    numbers: Any = 0
    for m, along in zip(sizes, index, strict=True):
        numbers = numbers * m + along
    order = (*range(0, 2 * axes, 2), *range(1, 2 * axes, 2))  # all places, then all widths
    flat = (*places, math.prod(numbers.shape[1::2]))
    values = np.reshape(np.transpose(values_of(windows), (0, 1, *(2 + axis for axis in order))), (*image.shape[:2], *flat))
    numbers = np.broadcast_to(np.reshape(np.transpose(numbers, order), flat), values.shape)
    first = np.argmax(values, axis=-1)[..., None]
    return chosen(image, np.take_along_axis(numbers, first, axis=-1)[..., 0], whole)


def adaptive_avg_pool1d(input: X, output_size: Sizes | None) -> X:
    """`adaptive_avg_pool2d` along one axis: (n, c, length) -> (n, c, output_size), or without n.

    >>> adaptive_avg_pool1d(np.array([[1.0, 3.0, 5.0]]), 2)
    array([[2., 4.]])
    """
    out: X = adaptive_avg(1, input, output_size)
    return out


def adaptive_avg_pool2d(input: X, output_size: Sizes | tuple[int | None, ...] | None) -> X:
    """Means of as many windows as are asked for: (n, c, h, w) -> (n, c, *output_size), or without n.

    output_size   a number, or (rows, columns); None for as many as there are. Window i of p over m elements is from
                  floor(i m / p) to ceil((i + 1) m / p).

    >>> adaptive_avg_pool2d(np.arange(16.0).reshape(1, 4, 4), (1, 2))
    array([[[6.5, 8.5]]])
    """
    out: X = adaptive_avg(2, input, output_size)
    return out


@overload
def adaptive_max_pool1d(input: X, output_size: Sizes | None, return_indices: Literal[False] = False) -> X: ...
@overload
def adaptive_max_pool1d(input: X, output_size: Sizes | None, return_indices: Literal[True]) -> tuple[X, Array]: ...
def adaptive_max_pool1d(input: Any, output_size: Sizes | None, return_indices: bool = False) -> Any:
    """`adaptive_max_pool2d` along one axis: (n, c, length) -> (n, c, output_size), or without n.

    >>> adaptive_max_pool1d(np.array([[1.0, 3.0, 9.0, 5.0]]), 2)
    array([[3., 9.]])
    """
    return _adaptive_max(1, input, output_size, return_indices)


@overload
def adaptive_max_pool2d(
    input: X, output_size: Sizes | tuple[int | None, ...] | None, return_indices: Literal[False] = False
) -> X: ...
@overload
def adaptive_max_pool2d(
    input: X, output_size: Sizes | tuple[int | None, ...] | None, return_indices: Literal[True]
) -> tuple[X, Array]: ...
def adaptive_max_pool2d(input: Any, output_size: Sizes | tuple[int | None, ...] | None, return_indices: bool = False) -> Any:
    """The greatest elements of as many windows as are asked for; windows as in `adaptive_avg_pool2d`, ties as in `max_pool2d`.

    >>> adaptive_max_pool2d(np.array([[[1.0, 3.0], [9.0, 5.0]]]), 1)
    array([[[9.]]])
    """
    return _adaptive_max(2, input, output_size, return_indices)
