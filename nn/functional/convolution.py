"""Convolutions along one, two or three axes, and what undoes their shapes.

A convolution is linear in the image and in the weight. Its derivative by the image is `transposed`, a convolution the other way
round, and that by the weight is `between`. The three are one trilinear form, seen from its three sides: the derivatives of
each are the two others, to any order. ConvTranspose is nothing but the second.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, overload

import numpy as np

from autograd_core import errors, primitive
from nn.functional.windows import (
    SIZES,
    batch_first,
    batch_last,
    batched,
    check_room,
    columns,
    each,
    folded,
    padded_last,
    sides_of,
    view,
)

if TYPE_CHECKING:
    from typing import Any

    from autograd_core import Tensor
    from nn.types import Array, ConvPadding, Sides, Sizes, X

    Steps = tuple[int, ...]


CACHE = 1_200_000  # bytes of windows at a time, of the 1 to 2 MB that a core has for itself
LEAST = 350_000  # and of fewer the calls would take longer than what they do
COLUMNS = 544  # windows at a time: of 2 ** k columns, the rows of a wider matrix get into each other's way in the cache
MOST_BLOCKS = 64  # each is a few calls, which `capture` writes down


def _in_groups(rows: Any, groups: int) -> Any:
    """(c, …) -> (c, many), or for several groups (groups, c / groups, many)."""
    c = rows.shape[0]
    many = math.prod(rows.shape[1:])
    return np.reshape(rows, (c, many) if groups == 1 else (groups, c // groups, many))


def _flat(windows: Any, axes: int, groups: int) -> Any:
    """(c, *kernel, *places, n) -> (c kernel, many), or for several groups (groups, …, many): a copy, if it must be."""
    c, kernel, places = windows.shape[0], windows.shape[1 : axes + 1], windows.shape[axes + 1 :]
    inputs, many = c // groups * math.prod(kernel), math.prod(places)
    if math.prod(kernel) > 1:
        windows = np.copy(windows, order="C")  # which gets a buffer from `capture`, and what `reshape` copies does not
    return np.reshape(windows, (inputs, many) if groups == 1 else (groups, inputs, many))


def _blocks(windows: Any, axes: int) -> list[tuple[slice, ...]]:
    """The places in parts whose windows fit into a core's cache: all windows at once would be written to memory and read again,
    nine times the image for a kernel of 3×3."""
    places, n = windows.shape[axes + 1 : -1], max(windows.shape[-1], 1)
    one = max(windows.itemsize * math.prod(windows.shape[: axes + 1]) * n, 1)
    room = max(min(CACHE // one, max(COLUMNS // n, LEAST // one)), math.prod(places) // MOST_BLOCKS, 1)
    parts: list[list[slice]] = []
    for m in reversed(places):
        step = -(-m // -(-m // room))  # all of about the same length
        parts.insert(0, [slice(i, i + step) for i in range(0, m, step)])
        room = max(room // m, 1)
    return list(product(*parts))


def _times(weight: Any, windows: Any, groups: int, bias: Any = None) -> Any:
    """The weight (outputs, c / groups, *kernel) times windows, plus the bias: (n, outputs, *places)."""
    axes = weight.ndim - 2
    rows, outputs = _in_groups(weight, groups), weight.shape[0]
    along = None if bias is None else np.reshape(bias, (*rows.shape[:-1], 1))
    blocks = _blocks(windows, axes)
    out: Any = None
    for block in blocks:
        part = windows if len(blocks) == 1 else windows[..., *block, :]
        done = rows @ _flat(part, axes, groups)
        if along is not None:
            if along.dtype == done.dtype:
                done += along
            else:
                done = done + along
        done = np.reshape(done, (outputs, *part.shape[axes + 1 :]))
        if len(blocks) == 1:
            return batch_first(done)
        if out is None:
            out = np.empty_like(done, shape=(outputs, *windows.shape[axes + 1 :]))
        out[:, *block] = done
    return batch_first(out)


@primitive(
    "g times the windows of x",
    x=lambda v, x_shape, g, stride, padding, dilation, groups: transposed(g, v, x_shape[2:], stride, padding, dilation, groups),
    g=lambda v, x, g_shape, stride, padding, dilation, groups: _cut(
        convolution(x, v, None, stride, padding, dilation, groups), g_shape[2:]
    ),
)
def between(x: Any, g: Any, kernel: Steps, stride: Steps, padding: Sides, dilation: Steps, groups: int) -> Any:
    """The gradient of the weight that made g, (n, outputs, *places), of x, (n, c, *sizes): (outputs, c / groups, *kernel)."""
    windows, rows = view(padded_last(x, padding), kernel, stride, dilation), batch_last(g)
    axes = len(kernel)
    if windows.shape[axes + 1 :] != rows.shape[1:]:  # output_padding makes more
        windows = windows[..., *(slice(m) for m in rows.shape[1:-1]), :]
    blocks = _blocks(windows, axes)
    out: Any = None
    for block in blocks:
        parts = (windows, rows) if len(blocks) == 1 else (windows[..., *block, :], rows[:, *block])
        done = _flat(parts[0], axes, groups) @ np.swapaxes(_in_groups(parts[1], groups), -1, -2)  # faster than ḡ xᵀ
        out = done if out is None else out + done
    return np.reshape(np.swapaxes(out, -1, -2), (g.shape[1], x.shape[1] // groups, *kernel))


def _padded(x: Any, padding: Sides) -> Any:
    return np.pad(x, ((0, 0), (0, 0), *padding)) if any(map(any, padding)) else x


@primitive(
    "weight ∗ x + bias | weightᵀ ∗ ḡ | ḡ times the windows of x | Σ ḡ",
    kept={"padded": lambda x, padding: _padded(x, padding)},
    x=lambda g, x_shape, weight, stride, padding, dilation, groups: transposed(
        g, weight, x_shape[2:], stride, padding, dilation, groups
    ),
    weight=lambda g, padded, weight_shape, stride, padding, dilation, groups: between(
        padded, g, weight_shape[2:], stride, ((0, 0),) * len(padding), dilation, groups
    ),
    bias=lambda g: np.add.reduce(_in_groups(batch_last(g), 1), axis=1),
)
def convolution(x: Any, weight: Any, bias: Any, stride: Steps, padding: Sides, dilation: Steps, groups: int) -> Any:
    """(n, c, *sizes), (outputs, c / groups, *kernel), (outputs,) -> (n, outputs, *places)."""
    padded = padded_last(x, padding)
    return _times(weight, view(padded, weight.shape[2:], stride, dilation), groups, bias), batch_first(padded)


def _cut(image: Any, sizes: tuple[int, ...]) -> Any:
    return image if image.shape[2:] == sizes else image[:, :, *(slice(m) for m in sizes)]


@primitive(
    "weightᵀ ∗ x | weight ∗ ḡ | x times the windows of ḡ",
    x=lambda g, x_shape, weight, stride, padding, dilation, groups: _cut(
        convolution(g, weight, None, stride, padding, dilation, groups), x_shape[2:]
    ),
    weight=lambda g, x, weight_shape, stride, padding, dilation, groups: between(
        g, x, weight_shape[2:], stride, padding, dilation, groups
    ),
)
def transposed(x: Any, weight: Any, sizes: tuple[int, ...], stride: Steps, padding: Sides, dilation: Steps, groups: int) -> Any:
    """The transpose of `convolution` by its image: (n, outputs, *places), its weight -> (n, c, *sizes)."""
    outputs, c, *kernel = weight.shape
    if all(s == 1 for s in stride) and outputs <= 2 * c * groups:
        # The convolution with the kernel turned round. To add windows up takes three times as long as to copy them
        reach = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        missing = [m + a + b - r - p for m, p, r, (a, b) in zip(sizes, x.shape[2:], reach, padding, strict=True)]
        sides = tuple((r - a, r - b + more) for r, (a, b), more in zip(reach, padding, missing, strict=True))
        if min(map(min, sides)) >= 0:
            parts = np.reshape(weight, (groups, outputs // groups, c, *kernel)) if groups > 1 else weight[None]
            turned: Any = np.swapaxes(parts, 1, 2)
            turned = turned[..., *(slice(None, None, -1) for _ in kernel)]
            windows = view(padded_last(x, sides), tuple(kernel), stride, dilation)
            return _times(np.reshape(turned, (groups * c, outputs // groups, *kernel)), windows, groups)
    rows = _in_groups(batch_last(x), groups)
    windows = np.swapaxes(_in_groups(weight, groups), -1, -2) @ rows
    windows = np.reshape(windows, (groups * c, *kernel, *x.shape[2:], x.shape[0]))
    return folded(windows, (x.shape[0], groups * c, *sizes), tuple(kernel), stride, padding, dilation)


# What users call


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
