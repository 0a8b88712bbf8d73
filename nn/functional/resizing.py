"""Images of another size: interpolate, and pixel_shuffle, which trades channels for size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.functional.adaptive_pooling import adaptive_avg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import Array, X

LINEAR = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}  # how many axes each is for
MODES = ("nearest", "nearest-exact", "area", *LINEAR)


def interpolate(
    input: X,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> X:
    """Images of another size: (n, c, *sizes) -> (n, c, *size), or sizes × scale_factor, rounded down.

    size, scale_factor   one of them: a number, or one for each axis
    mode                 "nearest", "nearest-exact" (the element whose middle is nearest), "area" (means), "linear" for
                         (n, c, length), "bilinear" or "bicubic" for (n, c, h, w), "trilinear" for three axes
    align_corners        of the linear and cubic modes: whether the middles of the outermost elements stay where they are, or
                         (None, False) their outer edges
    recompute_scale_factor   place elements by the quotient of the sizes, and not by scale_factor

    The cubic is Keys' with a = -3/4 (1981), as in PyTorch.

    >>> interpolate(np.array([[[1.0, 3.0]]]), 4, mode="linear")
    array([[[1. , 1.5, 2.5, 3. ]]])
    """
    if mode not in MODES:
        raise ValueError(f"interpolate: mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if antialias:
        raise ValueError("interpolate: antialias=True is not available; average first, with avg_pool2d or mode='area'")
    if align_corners is not None and mode not in LINEAR:
        raise ValueError(f"interpolate: align_corners is for the linear and cubic modes, got {align_corners} with mode={mode!r}")
    sizes = input.shape[2:]
    if len(sizes) not in (1, 2, 3) or LINEAR.get(mode, len(sizes)) != len(sizes):
        axes = {1: "(n, c, length)", 2: "(n, c, height, width)", 3: "(n, c, depth, height, width)"}
        expected = axes[LINEAR[mode]] if mode in LINEAR else "(n, c, *sizes) with one to three sizes"
        raise errors.ShapeError(f"interpolate: mode={mode!r} needs an input of shape {expected}, got {input.shape}")
    wanted, scales = _wanted(sizes, size, scale_factor)
    if recompute_scale_factor:
        scales = (None,) * len(sizes)
    if min(sizes) < 1 or min(wanted) < 1:
        raise errors.ShapeError(f"interpolate: an image of {sizes} cannot become one of {wanted}; each must have an element")
    if mode == "area":
        return adaptive_avg(len(sizes), input, wanted)  # type: ignore[no-any-return]
    x: Any = input
    out = x
    for axis, (m, p, scale) in enumerate(zip(sizes, wanted, scales, strict=True), 2):
        if mode in LINEAR and (m != p or mode == "bicubic"):  # as in PyTorch, where the same size is the same image
            taps = _cubic if mode == "bicubic" else _linear
            out = _weighted(out, axis, *taps(_sources(m, p, scale, bool(align_corners)), m))
        elif mode not in LINEAR and (m != p or scale not in (None, 1)):
            out = np.take(out, _nearest(m, p, scale, mode == "nearest-exact", x.dtype.type), axis=axis)
    return out + 0 if out is input else out


def _wanted(sizes: tuple[int, ...], size: Any, scale_factor: Any) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """The sizes to come, and by what factors elements are placed: None for the quotients of the sizes."""
    if (size is None) == (scale_factor is None):
        raise ValueError(f"interpolate: give size or scale_factor, one of them, got {size!r} and {scale_factor!r}")
    given, name = (scale_factor, "scale_factor") if size is None else (size, "size")
    each = tuple(given) if isinstance(given, (tuple, list)) else (given,) * len(sizes)
    kinds = (int, np.integer) if size is not None else (int, float, np.integer, np.floating)
    if len(each) != len(sizes) or not all(isinstance(s, kinds) and not isinstance(s, bool) and s > 0 for s in each):
        kind = "a positive number" if size is None else "a positive integer"
        raise ValueError(
            f"interpolate: {name} must be {kind}, or {len(sizes)} for an input with {len(sizes)} sizes, got {given!r}"
        )
    if size is not None:
        return each, (None,) * len(sizes)
    return tuple(int(np.floor(m * s)) for m, s in zip(sizes, each, strict=True)), each


def _nearest(size: int, wanted: int, scale: float | None, exact: bool, kind: Any) -> Array:
    """Which element each new one is. An edge between two can fall on the middle of a new one: the rounding is PyTorch's."""
    kind = np.float64 if kind is np.float64 else np.float32
    step = kind(size) / kind(wanted) if scale is None else kind(1 / scale)
    places = np.arange(wanted, dtype=kind) * step
    if exact:
        places = np.maximum(step * (np.arange(wanted, dtype=kind) + kind(0.5)) - kind(0.5), 0).astype(float) + 0.5
    return np.minimum(np.floor(places.astype(np.float32)).astype(np.int64), size - 1)


def _sources(size: int, wanted: int, scale: float | None, align_corners: bool) -> Array:
    """Where each new element is among the old ones, whose middles are 0, 1, 2, …"""
    numbers = np.arange(wanted)
    if align_corners:
        return numbers * ((size - 1) / (wanted - 1) if wanted > 1 else 0.0)
    return (numbers + 0.5) * (size / wanted if scale is None else 1 / scale) - 0.5


def _linear(sources: Array, size: int) -> tuple[Array, Array]:
    """(indices, weights) of the two elements beside each place."""
    sources = np.clip(sources, 0, size - 1)
    below = np.floor(sources)
    after = sources - below
    below = below.astype(np.int64)
    return np.stack([below, np.minimum(below + 1, size - 1)]), np.stack([1 - after, after])


def _cubic(sources: Array, size: int, a: float = -0.75) -> tuple[Array, Array]:
    """(indices, weights) of the four elements around each place; beyond the edge is the edge."""
    below = np.floor(sources)
    distances = np.abs(sources - below - np.arange(-1, 3)[:, None])
    near = ((a + 2) * distances - (a + 3)) * distances**2 + 1
    far = ((distances - 5) * distances + 8) * distances * a - 4 * a
    indices = np.clip(below.astype(np.int64) + np.arange(-1, 3)[:, None], 0, size - 1)
    return indices, np.where(distances <= 1, near, far)


def _weighted(x: Any, axis: int, indices: Array, weights: Array) -> Any:
    """Σ weight × element along an axis. (A product with a matrix would spread a NaN over the whole line.)"""
    along = (-1, *(1,) * (x.ndim - 1 - axis))
    kind = x.dtype if x.dtype.kind == "f" else float
    parts = (np.take(x, i, axis=axis) * w.astype(kind).reshape(along) for i, w in zip(indices, weights, strict=True))
    out: Any = next(parts)
    for part in parts:
        out = out + part
    return out


def upsample(
    input: X,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> X:
    """`interpolate`, under its old name.

    >>> upsample(np.array([[[1.0, 3.0]]]), scale_factor=2)
    array([[[1., 1., 3., 3.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


def pixel_shuffle(input: X, upscale_factor: int) -> X:
    """Channels as pixels: (…, c r², h, w) -> (…, c, h r, w r), r = upscale_factor (Shi et al., 2016).

    >>> pixel_shuffle(np.arange(4.0).reshape(4, 1, 1), 2)
    array([[[0., 1.],
            [2., 3.]]])
    """
    image: Any = input
    r = _factor("pixel_shuffle", "upscale_factor", upscale_factor, image)
    rest: tuple[int, ...] = image.shape[:-3]
    c, h, w = image.shape[-3:]
    if c % (r * r):
        raise errors.ShapeError(f"pixel_shuffle: the channels must be a multiple of {r}², got an input of shape {image.shape}")
    k: int = len(rest)
    parts = image.reshape(*rest, c // (r * r), r, r, h, w)
    moved = parts.transpose(*range(k), k, k + 3, k + 1, k + 4, k + 2)
    out: X = moved.reshape(*rest, c // (r * r), h * r, w * r)
    return out


def pixel_unshuffle(input: X, downscale_factor: int) -> X:
    """Pixels as channels, what `pixel_shuffle` undoes: (…, c, h r, w r) -> (…, c r², h, w), r = downscale_factor.

    >>> pixel_unshuffle(np.array([[[1.0, 2.0], [3.0, 4.0]]]), 2).ravel()
    array([1., 2., 3., 4.])
    """
    image: Any = input
    r = _factor("pixel_unshuffle", "downscale_factor", downscale_factor, image)
    rest: tuple[int, ...] = image.shape[:-3]
    c, h, w = image.shape[-3:]
    if h % r or w % r:
        raise errors.ShapeError(
            f"pixel_unshuffle: height and width must be multiples of {r}, got an input of shape {image.shape}"
        )
    k: int = len(rest)
    parts = image.reshape(*rest, c, h // r, r, w // r, r)
    moved = parts.transpose(*range(k), k, k + 2, k + 4, k + 1, k + 3)
    out: X = moved.reshape(*rest, c * r * r, h // r, w // r)
    return out


def _factor(name: str, argument: str, factor: int, image: Any) -> int:
    if not isinstance(factor, (int, np.integer)) or factor < 1:
        raise ValueError(f"{name}: {argument} must be an integer ≥ 1, got {factor!r}")
    if len(image.shape) < 3:
        raise errors.ShapeError(f"{name}: input must have the shape (…, channels, height, width), got {image.shape}")
    return int(factor)
