"""What undoes the greatest element of each window: the values in their places again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, primitive
from nn.functional.windows import batched, each, sizes_of
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Array, Sizes, X


def _unscattered(g: Any, indices: Array) -> Any:
    """ḡ at the indices, but 0 for values that a later one replaced."""
    flat = np.reshape(g, (*g.shape[:2], math.prod(g.shape[2:])))
    numbers = np.broadcast_to(np.arange(indices.shape[-1]), indices.shape)
    owners = np.zeros(flat.shape, indices.dtype)
    np.put_along_axis(owners, indices, numbers, axis=-1)
    stays = np.take_along_axis(owners, indices, axis=-1) == numbers
    return np.where(stays, np.take_along_axis(flat, indices, axis=-1), 0)


@primitive("values at indices, 0 elsewhere | ḡ at indices", values=_unscattered)
def _scattered(values: Any, indices: Any, sizes: tuple[int, ...]) -> Any:
    out = np.zeros_like(values, shape=(*values.shape[:2], math.prod(sizes)))
    np.put_along_axis(out, indices, values, axis=-1)
    return np.reshape(out, (*values.shape[:2], *sizes))


def _max_unpool(axes: int, input: Any, indices: Any, kernel: Any, stride: Any, padding: Any, output_size: Any) -> Any:
    name = f"max_unpool{axes}d"
    image, whole = batched(name, input, axes)
    numbers = values_of(indices)
    if numbers.dtype.kind not in "iu":
        raise errors.DTypeError(f"{name}: indices must be integers, got dtype {numbers.dtype}; take those of max_pool{axes}d")
    if numbers.shape != input.shape:
        raise errors.ShapeError(f"{name}: indices must have the shape of input, {input.shape}, got {numbers.shape}")
    kernel = each(name, "kernel_size", kernel, axes)
    steps, sides = sizes_of(name, "stride", stride, kernel), each(name, "padding", padding, axes, 0)
    parts = zip(image.shape[2:], kernel, steps, sides, strict=True)
    sizes = tuple((m - 1) * s - 2 * p + k for m, k, s, p in parts)
    if output_size is not None:
        wanted = each(name, "output_size", tuple(output_size)[-axes:], axes)
        if any(abs(a - b) >= s for a, b, s in zip(wanted, sizes, steps, strict=True)):
            raise ValueError(f"{name}: output_size must be less than the stride {steps} away from {sizes}, got {wanted}")
        sizes = wanted
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < math.prod(sizes)):
        wrong = numbers.min() if numbers.min() < 0 else numbers.max()
        raise ValueError(f"{name}: index {wrong} is not in an output of {sizes}; give output_size=, the size before the pool")
    flat = (*image.shape[:2], math.prod(image.shape[2:]))
    out = _scattered(np.reshape(image, flat), np.reshape(numbers, flat), sizes)
    return out if whole else out[0]


def max_unpool1d(
    input: X, indices: Array, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> X:  # fmt: skip
    """`max_unpool2d` along one axis.

    >>> max_unpool1d(np.array([[3.0, 2.0]]), np.array([[1, 2]]), 2)
    array([[0., 3., 2., 0.]])
    """
    out: X = _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)
    return out


def max_unpool2d(
    input: X, indices: Array, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0,
    output_size: tuple[int, ...] | None = None,
) -> X:  # fmt: skip
    """What `max_pool2d(…, return_indices=True)` returned, put back in its places; 0 elsewhere.

    kernel_size, stride, padding   as in the pool
    output_size                    the size before the pool, if several are possible

    >>> from nn.functional import max_pool2d
    >>> values, places = max_pool2d(np.array([[[1.0, 3.0], [9.0, 5.0]]]), 2, return_indices=True)
    >>> max_unpool2d(values, places, 2)
    array([[[0., 0.],
            [9., 0.]]])
    """
    out: X = _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)
    return out
