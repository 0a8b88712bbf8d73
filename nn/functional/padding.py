"""Padding: `pad` in the order in which PyTorch counts, from the last axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import X

MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's word, NumPy's


def pad(input: X, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> X:
    """More elements around: `pad` is (left, right), (left, right, top, bottom) and so on, beginning with the last axis.

    mode    "constant": value, 0 by default; "reflect": the image seen in a mirror, its edge not repeated; "replicate": its edge;
            "circular": the image again
    value   of "constant" only

    A negative number takes elements away.

    >>> pad(np.array([[1.0, 2.0, 3.0]]), (2, 1), "reflect")
    array([[3., 2., 1., 2., 3., 2.]])
    """
    numbers = tuple(pad)
    if len(numbers) % 2 or not all(isinstance(n, (int, np.integer)) for n in numbers):
        raise ValueError(f"pad: pad must be integers in pairs, (left, right) or (left, right, top, bottom), got {pad!r}")
    axes: int = len(numbers) // 2
    shape: tuple[int, ...] = input.shape
    if axes > len(shape):
        raise errors.ShapeError(f"pad: {len(numbers)} numbers are for {axes} axes, got an input of shape {shape}")
    pairs: list[tuple[int, int]] = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]  # in the order of the axes
    sizes = shape[len(shape) - axes :]
    if any(m + min(a, 0) + min(b, 0) < 0 for m, (a, b) in zip(sizes, pairs, strict=True)):
        raise errors.ShapeError(f"pad: {numbers} takes more away than an input of shape {shape} has")
    if mode != "constant":
        _check_mode(mode, value, pairs, sizes)
    out: Any = input
    if mode == "circular":  # what was taken away does not come again at the other edge; in a mirror it does
        return _widened(_cropped(out, pairs), pairs, mode, value)  # type: ignore[no-any-return]
    return _cropped(_widened(out, pairs, mode, value), pairs)  # type: ignore[no-any-return]


def _cropped(image: Any, pairs: list[tuple[int, int]]) -> Any:
    if all(a >= 0 and b >= 0 for a, b in pairs):
        return image
    sizes = image.shape[-len(pairs) :]
    return image[..., *(slice(max(-a, 0), m - max(-b, 0)) for m, (a, b) in zip(sizes, pairs, strict=True))]


def _widened(image: Any, pairs: list[tuple[int, int]], mode: str, value: float | None) -> Any:
    if all(a <= 0 and b <= 0 for a, b in pairs):
        return image
    widths = (*((0, 0),) * (image.ndim - len(pairs)), *((max(a, 0), max(b, 0)) for a, b in pairs))
    if mode == "constant":
        return np.pad(image, widths, constant_values=0 if value is None else value)
    return np.pad(image, widths, mode=MODES[mode])  # type: ignore[call-overload]


def _check_mode(mode: str, value: float | None, pairs: list[tuple[int, int]], sizes: tuple[int, ...]) -> None:
    if mode not in MODES:
        raise ValueError(f"pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if value is not None and value != 0:
        raise ValueError(f"pad: value is for mode='constant', got {value} with mode={mode!r}")
    for (a, b), size in zip(pairs, sizes, strict=True):
        left = size + min(a, 0) + min(b, 0)
        most = {"reflect": size - 1, "circular": left}.get(mode, max(a, b, 0) if size else 0)
        if max(a, b) > most:
            raise errors.ShapeError(f"pad: mode={mode!r} can add at most {most} to an axis of {size}, got {max(a, b)}")
