"""The windows of an image as one array, so that no loop goes over pixels: what convolutions and pools are made of.

Shapes are (n, channels, *sizes) with one, two or three sizes, as in PyTorch; all here takes any number. The windows are
(channels, *kernel, *places, n): one product of matrices does a convolution. In memory the results have the batch last too, so
that whatever comes next has long runs of neighbours to go through: for a small net that halves the time.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, primitive

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Sides, Sizes

AXES = ("", "in a tuple", "two (down, right)", "three (deep, down, right)")

# Both are linear, and each is the transpose of the other: so each is the derivative of the other, to any order.


@primitive(
    "the windows of x | ḡ added up where the windows were",
    x=lambda g, x_shape, kernel, stride, padding, dilation: folded(g, x_shape, kernel, stride, padding, dilation),
)
def columns(
    x: Any, kernel: tuple[int, ...], stride: tuple[int, ...], padding: Sides, dilation: tuple[int, ...], fill: float = 0
) -> Any:
    """All windows of x, (n, c, *sizes) -> (c, *kernel, *places, n).

    stride     between windows, along each axis
    padding    (before, after) along each axis, filled with `fill`
    dilation   between the elements of a window, along each axis
    """
    windows = view(padded_last(x, padding, fill), kernel, stride, dilation)
    return np.copy(windows, order="C")  # capture sees this, but not `ascontiguousarray`


# For use in entries


def padded_last(x: Any, padding: Sides, fill: float = 0) -> Any:
    """(n, c, *sizes) -> (c, *sizes, n), with its padding: in C's order then, a view if there is none."""
    x = batch_last(x)
    if not any(map(any, padding)):
        return x
    c, *sizes, n = x.shape
    padded = np.full_like(x, fill, order="C", shape=(c, *(a + m + b for m, (a, b) in zip(sizes, padding, strict=True)), n))
    padded[slice(None), *(slice(a, a + m) for m, (a, _) in zip(sizes, padding, strict=True))] = x
    return padded


def view(x: Any, kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]) -> Any:
    """The windows of x, (c, *sizes, n), as a view: (c, *kernel, *places, n)."""
    axes = len(kernel)
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    if type(x) is np.ndarray and x.flags.c_contiguous:  # in a tenth of the 30 µs that the general way takes
        places = tuple((m - r) // s + 1 for m, r, s in zip(x.shape[1:-1], reach, stride, strict=True))
        first, *steps, last = x.strides
        along = (
            *(step * d for step, d in zip(steps, dilation, strict=True)),
            *(a * s for a, s in zip(steps, stride, strict=True)),
        )
        return np.ndarray((x.shape[0], *kernel, *places, x.shape[-1]), x.dtype, x, 0, (first, *along, last))
    windows: Any = np.lib.stride_tricks.sliding_window_view(x, reach, tuple(range(1, axes + 1)))
    windows = windows[slice(None), *(slice(None, None, s) for s in stride), ..., *(slice(None, None, d) for d in dilation)]
    return windows.transpose(0, *range(axes + 2, 2 * axes + 2), *range(1, axes + 2))


def _pull_folded(
    g: Any, windows_shape: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], padding: Sides, dilation: Any
) -> Any:
    windows = columns(g, kernel, stride, padding, dilation)
    places = windows_shape[1 + len(kernel) : -1]  # which output_padding can be fewer than those that there are
    return windows[..., *(slice(m) for m in places), :] if windows.shape != windows_shape else windows


@primitive("windows added up where they were | the windows of ḡ", windows=_pull_folded)
def folded(
    windows: Any, shape: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...], padding: Sides, dilation: Any
) -> Any:
    """The transpose of `columns`: an array whose every element is the sum over all windows that contain it."""
    n, c, *sizes = shape
    places = windows.shape[1 + len(kernel) : -1]
    out = np.zeros_like(windows, order="C", shape=(c, *(a + m + b for m, (a, b) in zip(sizes, padding, strict=True)), n))
    apart = all(s > d * (k - 1) for k, s, d in zip(kernel, stride, dilation, strict=True))
    for offset in product(*map(range, kernel)):
        starts = [i * d for i, d in zip(offset, dilation, strict=True)]
        where = (slice(i, i + m * s, s) for i, m, s in zip(starts, places, stride, strict=True))
        if apart:
            out[slice(None), *where] = windows[slice(None), *offset]
        else:
            out[slice(None), *where] += windows[slice(None), *offset]
    if any(map(any, padding)):
        out = out[slice(None), *(slice(a, a + m) for m, (a, _) in zip(sizes, padding, strict=True))]
    return batch_first(out)


def batch_last(x: Any) -> Any:
    """(n, c, *sizes) -> (c, *sizes, n)."""
    return x.transpose(*range(1, x.ndim), 0)


def batch_first(x: Any) -> Any:
    """(c, *sizes, n) -> (n, c, *sizes)."""
    return x.transpose(x.ndim - 1, *range(x.ndim - 1))


# Arguments


def each(name: str, argument: str, value: Any, axes: int, least: int = 1) -> tuple[int, ...]:
    """A number, or one for each axis, as a tuple."""
    if type(value) is int and value >= least:  # as most are
        return (value,) * axes
    numbers = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    numbers *= axes if len(numbers) == 1 else 1
    if len(numbers) != axes or not all(isinstance(n, (int, np.integer)) and n >= least for n in numbers):
        also = f", or {AXES[axes]}" if axes > 1 else ""
        raise ValueError(f"{name}: {argument} must be an integer ≥ {least}{also}, got {value!r}")
    return tuple(map(int, numbers))


def sides_of(name: str, kernel: tuple[int, ...], stride: tuple[int, ...], padding: Any, dilation: tuple[int, ...]) -> Sides:
    """The padding of a convolution as (before, after) along each axis."""
    if padding == "same":
        if any(s != 1 for s in stride):
            raise ValueError(f"{name}: padding='same' needs stride 1, got {stride}")
        spans = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((span // 2, span - span // 2) for span in spans)  # as in PyTorch, one more at the end of an even kernel
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"{name}: padding must be a number, a pair, 'same' or 'valid', got {padding!r}")
    return tuple((p, p) for p in ((0,) * len(kernel) if padding == "valid" else each(name, "padding", padding, len(kernel), 0)))


def check_room(name: str, sizes: tuple[int, ...], kernel: tuple[int, ...], padding: Sides, dilation: tuple[int, ...]) -> None:
    """Raise unless there is a window along each axis."""
    padded = tuple(m + a + b for m, (a, b) in zip(sizes, padding, strict=True))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    if any(m < k for m, k in zip(padded, reach, strict=True)):
        spread = "" if reach == kernel else f", which with dilation reaches over {reach},"
        raise errors.ShapeError(f"{name}: a kernel of {kernel}{spread} is larger than the image, {padded} with its padding")


def batched(name: str, input: Any, axes: int) -> tuple[Any, bool]:
    """The input as a batch, and whether it was one."""
    if len(input.shape) not in (axes + 1, axes + 2):
        shape = f"channels, {SIZES[axes]})"
        raise errors.ShapeError(f"{name}: input must have the shape (n, {shape} or ({shape}, got {input.shape}")
    return (input, True) if len(input.shape) == axes + 2 else (input[None], False)


SIZES = ("", "length", "height, width", "depth, height, width")


def sizes_of(name: str, argument: str, value: Sizes | None, default: tuple[int, ...]) -> tuple[int, ...]:
    """`each`, by default something else."""
    return default if value is None else each(name, argument, value, len(default))
