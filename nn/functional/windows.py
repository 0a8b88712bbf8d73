"""Convolution and pooling, all on `columns`: the windows of an image as one array, so that no loop goes over pixels.

Shapes are (n, channels, height, width), as in PyTorch. The columns are (channels, kernel height, kernel width, rows of windows,
columns of windows, n): one product of matrices does a convolution. In memory the results have the batch last too, so that
whatever comes next has long runs of neighbours to go through: for a small net that halves the time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

import numpy as np

from autograd_core import errors, primitive

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from autograd_core import Tensor
    from nn.types import Array, Padding, Pair, Sides, X

# Both are linear, and each is the transpose of the other: so each is the derivative of the other, to any order.


@primitive(
    "the windows of x | ḡ added up where the windows were",
    x=lambda g, x_shape, kernel, stride, padding: folded(g, x_shape, kernel, stride, padding),
)
def columns(x: Any, kernel: tuple[int, int], stride: tuple[int, int], padding: Sides, fill: float = 0) -> Any:
    """All windows of x, (n, c, h, w) -> (c, kh, kw, rows, across, n).

    kernel, stride   (down, right)
    padding          ((top, bottom), (left, right)), filled with `fill`
    """
    x = x.transpose(1, 2, 3, 0)
    (top, bottom), (left, right) = padding
    if top or bottom or left or right:
        c, h, w, n = x.shape
        padded = np.full_like(x, fill, order="C", shape=(c, top + h + bottom, left + w + right, n))
        padded[:, top : top + h, left : left + w] = x
        x = padded
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, (1, 2))[:, :: stride[0], :: stride[1]]
    return np.copy(windows.transpose(0, 4, 5, 1, 2, 3), order="C")  # capture sees this, but not `ascontiguousarray`


@primitive(
    "windows added up where they were | the windows of ḡ",
    windows=lambda g, kernel, stride, padding: columns(g, kernel, stride, padding),
)
def folded(windows: Any, shape: tuple[int, ...], kernel: tuple[int, int], stride: tuple[int, int], padding: Sides) -> Any:
    """The transpose of `columns`: an array whose every element is the sum over all windows that contain it."""
    n, c, h, w = shape
    (top, bottom), (left, right) = padding
    rows, across = windows.shape[3:5]
    out = np.zeros_like(windows, order="C", shape=(c, top + h + bottom, left + w + right, n))
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            out[:, i : i + rows * stride[0] : stride[0], j : j + across * stride[1] : stride[1]] += windows[:, i, j]
    return out[:, top : top + h, left : left + w].transpose(3, 0, 1, 2)


@primitive(
    "weight x + bias | ḡ xᵀ | weightᵀ ḡ | Σ ḡ",
    weight=lambda g, x: np.transpose(x @ np.transpose(g)),  # in this order twice as fast as ḡ xᵀ
    x=lambda g, weight: np.transpose(weight) @ g,
    bias=lambda g: np.add.reduce(g, axis=1),
)
def product(weight: Any, x: Any, bias: Any) -> Any:
    """(outputs, inputs), (inputs, many), (outputs,) -> (outputs, many)."""
    out = weight @ x
    if bias is None or bias.dtype != out.dtype:
        return out if bias is None else out + bias[:, None]
    out += bias[:, None]
    return out


@overload
def conv2d(
    input: Tensor, weight: Tensor | Array, bias: Tensor | Array | None = None, stride: Pair = 1, padding: Padding = 0
) -> Tensor: ...
@overload
def conv2d(input: Array, weight: X, bias: X | None = None, stride: Pair = 1, padding: Padding = 0) -> X: ...
def conv2d(input: Any, weight: Any, bias: Any = None, stride: Pair = 1, padding: Padding = 0) -> Any:
    """Cross-correlation with the kernels: (n, c, h, w), (outputs, c, kh, kw), (outputs,) -> (n, outputs, rows, columns).

    stride    a number, or (down, right)
    padding   zeros around the image: a number, (down, right), "valid" for none, or "same" for an output as large as the input,
              if the stride is 1

    Raises ShapeError for shapes other than these.

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))[0, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    if len(weight.shape) != 4 or len(input.shape) != 4 or input.shape[1] != weight.shape[1]:
        raise errors.ShapeError(
            f"conv2d: input must have the shape (n, c, height, width) and weight (outputs, c, kernel height, kernel width), "
            f"got {input.shape} and {weight.shape}"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise errors.ShapeError(
            f"conv2d: bias must have the shape {weight.shape[:1]} for a weight of {weight.shape}, got {bias.shape}"
        )
    outputs, kernel = weight.shape[0], weight.shape[2:]
    steps, sides = places("conv2d", kernel, stride, padding)
    windows = _columns("conv2d", input, kernel, steps, sides)
    inputs, across = math.prod(weight.shape[1:]), windows.shape[3:]
    out = product(np.reshape(weight, (outputs, inputs)), np.reshape(windows, (inputs, math.prod(across))), bias)
    return np.transpose(np.reshape(out, (outputs, *across)), (3, 0, 1, 2))


def max_pool2d(input: X, kernel_size: Pair, stride: Pair | None = None, padding: Padding = 0) -> X:
    """The greatest element of each window: (n, c, h, w) -> (n, c, rows, columns).

    stride    kernel_size by default
    padding   at most half the kernel, and never the greatest

    If several are the greatest, they share the gradient evenly, as in `np.max`. (PyTorch gives it to the first.)

    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    lowest = -np.inf if input.dtype.kind == "f" else np.iinfo(input.dtype).min
    return _pooled(np.max, "max_pool2d", input, kernel_size, stride, padding, lowest)


def avg_pool2d(input: X, kernel_size: Pair, stride: Pair | None = None, padding: Padding = 0) -> X:
    """The mean of each window, the zeros of the padding included: (n, c, h, w) -> (n, c, rows, columns).

    stride    kernel_size by default
    padding   at most half the kernel
    """
    return _pooled(np.mean, "avg_pool2d", input, kernel_size, stride, padding, 0)


def _pooled(
    reduction: Callable[..., Any], name: str, input: Any, kernel_size: Pair, stride: Pair | None, padding: Padding, fill: float
) -> Any:
    if len(input.shape) != 4:
        raise errors.ShapeError(f"{name}: input must have the shape (n, channels, height, width), got {input.shape}")
    kernel = pair(name, "kernel_size", kernel_size)
    steps, sides = places(name, kernel, kernel if stride is None else stride, padding)
    if any(2 * max(side) > k for side, k in zip(sides, kernel, strict=True)):
        raise ValueError(f"{name}: padding must be at most half of the kernel {kernel}, got {tuple(max(side) for side in sides)}")
    windows = _columns(name, input, kernel, steps, sides, fill)
    return np.transpose(reduction(windows, axis=(1, 2)), (3, 0, 1, 2))


def _columns(name: str, input: Any, kernel: tuple[int, int], stride: tuple[int, int], padding: Sides, fill: float = 0) -> Any:
    size = tuple(n + a + b for n, (a, b) in zip(input.shape[2:], padding, strict=True))
    if size[0] < kernel[0] or size[1] < kernel[1]:
        raise errors.ShapeError(f"{name}: a kernel of {kernel} is larger than the image, {size} with its padding")
    return columns(input, kernel, stride, padding, fill)


def places(name: str, kernel: tuple[int, int], stride: Pair, padding: Padding) -> tuple[tuple[int, int], Sides]:
    """(stride, padding) checked, as (down, right) and ((top, bottom), (left, right))."""
    steps = pair(name, "stride", stride)
    if padding == "same":
        if steps != (1, 1):
            raise ValueError(f"{name}: padding='same' needs stride 1, got {steps}")
        return steps, tuple(((k - 1) // 2, k // 2) for k in kernel)  # as in PyTorch, one more at the end of an even kernel
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"{name}: padding must be a number, a pair, 'same' or 'valid', got {padding!r}")
    return steps, tuple((p, p) for p in ((0, 0) if padding == "valid" else pair(name, "padding", padding, least=0)))


def pair(name: str, argument: str, value: Any, least: int = 1) -> tuple[int, int]:
    """A number or a pair as a pair."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(isinstance(n, (int, np.integer)) and n >= least for n in both):
        raise ValueError(f"{name}: {argument} must be an integer ≥ {least}, or two (down, right), got {value!r}")
    return both
