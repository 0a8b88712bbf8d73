"""Pools: one number for each window of an image. All take any number of axes inside; the names say how many users see."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

import numpy as np

from nn.functional.windows import batch_first, batched, check_room, columns, each, sizes_of
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Array, Sides, Sizes, X

    Steps = tuple[int, ...]


class _Places:
    """Where the windows of a pool lie, checked: kernel, stride, padding, dilation, and the sides with what ceil_mode adds."""

    def __init__(self, name: str, image: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool) -> None:
        axes = len(image.shape) - 2
        self.kernel = each(name, "kernel_size", kernel, axes)
        self.stride = sizes_of(name, "stride", stride, self.kernel)
        self.padding = each(name, "padding", padding, axes, 0)
        self.dilation = each(name, "dilation", dilation, axes)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel, strict=True)):
            raise ValueError(f"{name}: padding must be at most half of the kernel {self.kernel}, got {self.padding}")
        self.sides: Sides = tuple((p, p) for p in self.padding)
        if ceil_mode:
            parts = zip(image.shape[2:], self.kernel, self.stride, self.padding, self.dilation, strict=True)
            self.sides = tuple(_up(*part) for part in parts)
        check_room(name, image.shape[2:], self.kernel, self.sides, self.dilation)

    def windows(self, image: Any, fill: float = 0) -> Any:
        return columns(image, self.kernel, self.stride, self.sides, self.dilation, fill)

    def starts(self, axis: int, places: int) -> Array:
        return np.arange(places) * self.stride[axis] - self.padding[axis]


def _up(size: int, kernel: int, stride: int, padding: int, dilation: int) -> tuple[int, int]:
    """The padding that makes room for a last window that is not whole, if it begins inside the image or its padding."""
    reach = dilation * (kernel - 1) + 1
    places = -((size + 2 * padding - reach) // -stride) + 1
    if (places - 1) * stride >= size + padding:
        places -= 1
    return padding, padding + max((places - 1) * stride + reach - size - 2 * padding, 0)


# The greatest element


def max_pool(
    axes: int, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, return_indices: bool
) -> Any:
    name = f"max_pool{axes}d"
    image, whole = batched(name, input, axes)
    where = _Places(name, image, kernel, stride, padding, dilation, ceil_mode)
    lowest = -np.inf if image.dtype.kind == "f" else np.iinfo(image.dtype).min
    windows = where.windows(image, lowest)
    inside = tuple(range(1, axes + 1))
    if not return_indices:
        out = batch_first(np.max(windows, axis=inside))
        return out if whole else out[0]
    values = values_of(windows)
    numbers = where.windows(np.arange(math.prod(image.shape[2:])).reshape(1, 1, *image.shape[2:]), -1)
    hit = (numbers >= 0) & ((values == np.max(values, axis=inside, keepdims=True)) | (values != values))  # NaN is the greatest
    flat = (math.prod(where.kernel), *hit.shape[axes + 1 :])
    hit = hit.reshape(hit.shape[0], *flat)
    if not hit.any(axis=1).all():
        raise ValueError(
            f"{name}: a window has nothing but padding, so there is no index to return; use less padding or dilation"
        )
    first = np.argmax(hit, axis=1)[:, None]
    numbers = np.broadcast_to(numbers.reshape(1, *flat[:-1], 1), hit.shape)
    return chosen(image, batch_first(np.take_along_axis(numbers, first, axis=1)[:, 0]), whole)


def chosen(image: Any, numbers: Array, whole: bool) -> tuple[Any, Array]:
    """The elements with these numbers in each image, and the numbers."""
    flat = np.reshape(image, (*image.shape[:2], math.prod(image.shape[2:])))
    out = np.take_along_axis(flat, np.reshape(numbers, (*numbers.shape[:2], math.prod(numbers.shape[2:]))), axis=-1)
    out = np.reshape(out, numbers.shape)
    return (out, numbers) if whole else (out[0], numbers[0])


@overload
def max_pool1d(
    input: X,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> X: ...
@overload
def max_pool1d(
    input: X,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[X, Array]: ...
def max_pool1d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """`max_pool2d` along one axis: (n, c, length) -> (n, c, places), or without n.

    >>> max_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[3., 2.]])
    """
    return max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


@overload
def max_pool2d(
    input: X,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> X: ...
@overload
def max_pool2d(
    input: X,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[X, Array]: ...
def max_pool2d(
    input: Any, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1, ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:  # fmt: skip
    """The greatest element of each window: (n, c, h, w) -> (n, c, rows, columns), or without n.

    stride           kernel_size by default
    padding          at most half the kernel, and never the greatest
    dilation         how far apart the elements of a window are
    ceil_mode        also take windows at the end that are not whole
    return_indices   also return where each greatest element is, counted through the image row by row, for `max_unpool2d`

    If several are the greatest, they share the gradient evenly, as in `np.max`; with return_indices the first, of which the
    number is, gets it all. (PyTorch gives it to the first always.)

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    return max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


# The mean


def _avg_pool(
    axes: int, input: Any, kernel: Any, stride: Any, padding: Any, ceil_mode: bool, count_include_pad: bool, divisor: int | None
) -> Any:
    name = f"avg_pool{axes}d"
    if divisor is not None and (not isinstance(divisor, (int, np.integer)) or divisor == 0):
        raise ValueError(f"{name}: divisor_override must be an integer other than 0, got {divisor!r}")
    image, whole = batched(name, input, axes)
    where = _Places(name, image, kernel, stride, padding, 1, ceil_mode)
    windows = where.windows(image)
    inside = tuple(range(1, axes + 1))
    places = windows.shape[axes + 1 : -1]
    counts = _counts(where, image.shape[2:], places, count_include_pad) if divisor is None else None
    if divisor is None and counts is None:
        out = np.mean(windows, axis=inside)
    else:
        total = np.sum(windows, axis=inside)
        out = total / (divisor if counts is None else counts.astype(windows.dtype if windows.dtype.kind == "f" else float))
    out = batch_first(out)
    return out if whole else out[0]


def _counts(where: _Places, sizes: Steps, places: Steps, count_include_pad: bool) -> Array | None:
    """How many elements each window has, (*places, 1); None if all are whole."""
    counts: Any = np.ones((*(1 for _ in places), 1), int)
    for axis, (size, padding, kernel) in enumerate(zip(sizes, where.padding, where.kernel, strict=True)):
        starts = where.starts(axis, places[axis])
        around = padding if count_include_pad else 0
        along = np.minimum(starts + kernel, size + around) - np.maximum(starts, -around)
        counts = counts * along.reshape(-1, *(1,) * (len(places) - axis))
    return None if (counts == math.prod(where.kernel)).all() else counts


def avg_pool1d(
    input: X, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> X:  # fmt: skip
    """`avg_pool2d` along one axis: (n, c, length) -> (n, c, places), or without n.

    >>> avg_pool1d(np.array([[1.0, 3.0, 2.0, 0.0]]), 2)
    array([[2., 1.]])
    """
    out: X = _avg_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)
    return out


def avg_pool2d(
    input: X, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> X:  # fmt: skip
    """The mean of each window: (n, c, h, w) -> (n, c, rows, columns), or without n.

    stride              kernel_size by default
    padding             zeros, at most half the kernel
    ceil_mode           also take windows at the end that are not whole; what is beyond the padding does not count
    count_include_pad   whether the zeros of the padding count
    divisor_override    what to divide the sums by, in the place of the number of elements

    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    out: X = _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    return out


def _lp_pool(axes: int, input: Any, norm_type: float, kernel: Any, stride: Any, ceil_mode: bool) -> Any:
    kernel = each(f"lp_pool{axes}d", "kernel_size", kernel, axes)
    means = _avg_pool(axes, np.power(input, norm_type), kernel, stride, 0, ceil_mode, True, None)
    return np.power(means * math.prod(kernel), 1 / norm_type)


def lp_pool1d(input: X, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False) -> X:
    """(Σ xᵖ)^(1/p) of each window along one axis, p = norm_type: (n, c, length) -> (n, c, places), or without n.

    >>> lp_pool1d(np.array([[3.0, 4.0]]), 2, 2)
    array([[5.]])
    """
    out: X = _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)
    return out


def lp_pool2d(input: X, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False) -> X:
    """(Σ xᵖ)^(1/p) of each window, p = norm_type: (n, c, h, w) -> (n, c, rows, columns), or without n.

    As in PyTorch, a negative sum, which an odd p can have, gives NaN, and a window at the end that is not whole (ceil_mode) the
    norm that a whole one with its mean would have.

    >>> lp_pool2d(np.array([[[3.0, 0.0], [4.0, 0.0]]]), 2, 2)
    array([[[5.]]])
    """
    out: X = _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)
    return out
