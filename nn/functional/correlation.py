"""The entries of convolutions along any number of axes.

A convolution is linear in the image and in the weight. Its derivative by the image is `transposed`, a convolution the other way
round, and that by the weight is `between`. The three are one trilinear form, seen from its three sides: the derivatives of
each are the two others, to any order. ConvTranspose is nothing but the second.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import primitive
from nn.functional.windows import batch_first, batch_last, folded, padded_last, view

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Sides

    Steps = tuple[int, ...]


CACHE = 2_500_000  # bytes of windows at a time, for a cache of some MB
LEAST = 350_000  # and of fewer the calls would take longer than what they do
COLUMNS = 2200  # windows at a time: 500 are as fast, but captured, where each block has a buffer, the step takes a fifth longer
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
