"""Convolutions along one, two or three axes, their transposes, and the windows under them: what users call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, overload

import numpy as np

from autograd_core import errors
from nn.functional.correlation import convolution, transposed
from nn.functional.windows import SIZES, batched, check_room, columns, each, folded, sides_of

if TYPE_CHECKING:
    from typing import Any

    from autograd_core import Tensor
    from nn.types import Array, ConvPadding, Sides, Sizes, X

    Steps = tuple[int, ...]


def _convolve(axes: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    name = f"conv{axes}d"
    image, whole = _operands(name, axes, input, weight, bias, groups)
    if image.shape[1] != weight.shape[1] * groups:
        _misfit(name, axes, input, weight, "(outputs, c" + f" / {groups}" * (groups > 1))
    if bias is not None and bias.shape != weight.shape[:1]:
        raise errors.ShapeError(
            f"{name}: bias must have the shape {weight.shape[:1]} for a weight of {weight.shape}, got {bias.shape}"
        )
    kernel, steps, spread = weight.shape[2:], each(name, "stride", stride, axes), each(name, "dilation", dilation, axes)
    sides = sides_of(name, kernel, steps, padding, spread)
    check_room(name, image.shape[2:], kernel, sides, spread)
    out = convolution(image, weight, bias, steps, sides, spread, groups)
    return out if whole else out[0]


def _convolve_back(
    axes: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, more: Any, groups: int, dilation: Any
) -> Any:
    name = f"conv_transpose{axes}d"
    image, whole = _operands(name, axes, input, weight, bias, groups)
    if image.shape[1] != weight.shape[0]:
        _misfit(name, axes, input, weight, "(c, outputs" + f" / {groups}" * (groups > 1))
    outputs = weight.shape[1] * groups
    if bias is not None and bias.shape != (outputs,):
        raise errors.ShapeError(f"{name}: bias must have the shape {(outputs,)} for a weight of {weight.shape}, got {bias.shape}")
    kernel, steps, spread = weight.shape[2:], each(name, "stride", stride, axes), each(name, "dilation", dilation, axes)
    sides = each(name, "padding", padding, axes, 0)
    extra = each(name, "output_padding", more, axes, 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, steps, spread, strict=True)):
        raise ValueError(
            f"{name}: output_padding must be smaller than the stride or the dilation, got {extra} for {steps} and {spread}"
        )
    sizes = transposed_sizes(image.shape[2:], kernel, steps, sides, spread, extra)
    if min(sizes) < 1:
        raise errors.ShapeError(f"{name}: of an image {image.shape[2:]} nothing is left with padding {sides}, but {sizes}")
    out = transposed(image, weight, sizes, steps, tuple((p, p) for p in sides), spread, groups)
    out = out if bias is None else out + np.reshape(bias, (-1, *(1,) * axes))
    return out if whole else out[0]


def transposed_sizes(sizes: Steps, kernel: Steps, stride: Steps, padding: Steps, dilation: Steps, extra: Steps) -> Steps:
    """How large a transposed convolution makes an image."""
    parts = zip(sizes, kernel, stride, padding, dilation, extra, strict=True)
    return tuple((m - 1) * s - 2 * p + d * (k - 1) + e + 1 for m, k, s, p, d, e in parts)


def _operands(name: str, axes: int, input: Any, weight: Any, bias: Any, groups: int) -> tuple[Any, bool]:
    if not isinstance(groups, (int, np.integer)) or groups < 1:
        raise ValueError(f"{name}: groups must be an integer ≥ 1, got {groups!r}")
    if len(weight.shape) != axes + 2 or len(input.shape) not in (axes + 1, axes + 2):
        _misfit(name, axes, input, weight, "(c, outputs" if "transpose" in name else "(outputs, c")
    if weight.shape[0] % groups:
        raise errors.ShapeError(f"{name}: {groups} groups need a weight whose first axis is a multiple of it, got {weight.shape}")
    return batched(name, input, axes)


def _misfit(name: str, axes: int, input: Any, weight: Any, channels: str) -> None:
    kernel = ", ".join(f"kernel {size}" for size in SIZES[axes].split(", "))
    raise errors.ShapeError(
        f"{name}: input must have the shape (n, c, {SIZES[axes]}), or that without n, and weight {channels}, {kernel}), "
        f"got {input.shape} and {weight.shape}"
    )


def conv1d(
    input: X, weight: X, bias: X | None = None, stride: Sizes = 1, padding: ConvPadding = 0, dilation: Sizes = 1, groups: int = 1
) -> X:
    """`conv2d` along one axis: (n, c, length), (outputs, c / groups, kernel), (outputs,) -> (n, outputs, places).

    >>> conv1d(np.array([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]))
    array([[[1., 2.]]])
    """
    out: X = _convolve(1, input, weight, bias, stride, padding, dilation, groups)
    return out


@overload
def conv2d(
    input: Tensor,
    weight: Tensor | Array,
    bias: Tensor | Array | None = None,
    stride: Sizes = 1,
    padding: ConvPadding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor: ...
@overload
def conv2d(
    input: Array,
    weight: X,
    bias: X | None = None,
    stride: Sizes = 1,
    padding: ConvPadding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> X: ...
def conv2d(
    input: Any, weight: Any, bias: Any = None, stride: Sizes = 1, padding: ConvPadding = 0, dilation: Sizes = 1, groups: int = 1
) -> Any:
    """Cross-correlation with the kernels: (n, c, h, w), (outputs, c / groups, kh, kw), (outputs,) -> (n, outputs, rows, columns).

    Without the n, for one image, likewise.

    stride     a number, or (down, right)
    padding    zeros around the image: a number, (down, right), "valid" for none, or "same" for an output as large as the input,
               if the stride is 1
    dilation   how far apart the elements under a kernel are: a number, or (down, right)
    groups     into how many parts the channels are split, each with kernels of its own

    Raises ShapeError for shapes other than these.

    >>> conv2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)))[0, 0]
    array([[4., 4.],
           [4., 4.]])
    """
    return _convolve(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: X, weight: X, bias: X | None = None, stride: Sizes = 1, padding: ConvPadding = 0, dilation: Sizes = 1, groups: int = 1
) -> X:
    """`conv2d` along three axes: (n, c, depth, h, w), (outputs, c / groups, kd, kh, kw), (outputs,) -> (n, outputs, d, h, w).

    >>> conv3d(np.ones((1, 1, 2, 3, 3)), np.ones((1, 1, 2, 2, 2)))[0, 0]
    array([[[8., 8.],
            [8., 8.]]])
    """
    out: X = _convolve(3, input, weight, bias, stride, padding, dilation, groups)
    return out


def conv_transpose1d(
    input: X, weight: X, bias: X | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0, groups: int = 1,
    dilation: Sizes = 1,
) -> X:  # fmt: skip
    """`conv_transpose2d` along one axis: (n, c, places), (c, outputs / groups, kernel), (outputs,) -> (n, outputs, length).

    >>> conv_transpose1d(np.array([[[1.0, 2.0]]]), np.array([[[1.0, 10.0]]]), stride=2)
    array([[[ 1., 10.,  2., 20.]]])
    """
    out: X = _convolve_back(1, input, weight, bias, stride, padding, output_padding, groups, dilation)
    return out


def conv_transpose2d(
    input: X, weight: X, bias: X | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0, groups: int = 1,
    dilation: Sizes = 1,
) -> X:  # fmt: skip
    """Each element times its kernel, laid out and added up: (n, c, rows, columns), (c, outputs / groups, kh, kw) -> images.

    This is what `conv2d` with the same arguments does to gradients, so it gives an image the size that `conv2d` took away.

    padding          what is cut off at each side: a number, or (down, right)
    output_padding   rows and columns to add at the ends; fewer than the stride or the dilation. With a stride, `conv2d` makes
                     the same of images of several sizes: this chooses one of them.

    >>> conv_transpose2d(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)))[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    out: X = _convolve_back(2, input, weight, bias, stride, padding, output_padding, groups, dilation)
    return out


def conv_transpose3d(
    input: X, weight: X, bias: X | None = None, stride: Sizes = 1, padding: Sizes = 0, output_padding: Sizes = 0, groups: int = 1,
    dilation: Sizes = 1,
) -> X:  # fmt: skip
    """`conv_transpose2d` along three axes.

    >>> conv_transpose3d(np.ones((1, 1, 1, 1, 1)), np.ones((1, 2, 2, 2, 2))).shape
    (1, 2, 2, 2, 2)
    """
    out: X = _convolve_back(3, input, weight, bias, stride, padding, output_padding, groups, dilation)
    return out


# The windows themselves


def unfold(input: X, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> X:
    """The windows of an image as columns: (n, c, h, w) -> (n, c kh kw, places), or without n.

    >>> unfold(np.arange(9.0).reshape(1, 1, 3, 3), 2)[0]
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    image, whole = batched("unfold", input, 2)
    kernel, steps, sides, spread = _window("unfold", kernel_size, stride, padding, dilation)
    check_room("unfold", image.shape[2:], kernel, sides, spread)
    windows = columns(image, kernel, steps, sides, spread)
    flat: Any = np.reshape(windows, (image.shape[1] * math.prod(kernel), math.prod(windows.shape[3:5]), image.shape[0]))
    out: Any = np.transpose(flat, (2, 0, 1)) if whole else flat[..., 0]
    return out  # type: ignore[no-any-return]


def fold(input: X, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> X:
    """Columns laid out as windows and added up: (n, c kh kw, places) -> (n, c, *output_size), or without n.

    >>> fold(unfold(np.ones((1, 1, 3, 3)), 2), 3, 2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    out: X = _fold(input, output_size, kernel_size, dilation, padding, stride)
    return out


def _fold(input: Any, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes) -> Any:
    if len(input.shape) not in (2, 3):
        raise errors.ShapeError(f"fold: input must have the shape (n, c kh kw, places), or that without n, got {input.shape}")
    kernel, steps, sides, spread = _window("fold", kernel_size, stride, padding, dilation)
    sizes = each("fold", "output_size", output_size, 2)
    flat = input if len(input.shape) == 3 else input[None]
    check_room("fold", sizes, kernel, sides, spread)
    parts = zip(sizes, kernel, steps, sides, spread, strict=True)
    places = tuple((m + 2 * p - d * (k - 1) - 1) // s + 1 for m, k, s, (p, _), d in parts)
    n, inputs, many = flat.shape
    if inputs % math.prod(kernel) or many != math.prod(places):
        raise errors.ShapeError(
            f"fold: for an output of {sizes} and a kernel of {kernel} input must have the shape (n, c × {math.prod(kernel)}, "
            f"{math.prod(places)}), got {input.shape}"
        )
    c = inputs // math.prod(kernel)
    windows = np.reshape(np.transpose(flat, (1, 2, 0)), (c, *kernel, *places, n))
    out = folded(windows, (n, c, *sizes), kernel, steps, sides, spread)
    return out if len(input.shape) == 3 else out[0]


def _window(name: str, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> tuple[Steps, Steps, Sides, Steps]:
    sides = tuple((p, p) for p in each(name, "padding", padding, 2, 0))
    return each(name, "kernel_size", kernel, 2), each(name, "stride", stride, 2), sides, each(name, "dilation", dilation, 2)
