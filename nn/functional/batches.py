"""Batch norm of images in training, as one entry: composed of a product and a sum with another, it takes twice as long."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import primitive
from nn.functional.windows import batch_first, batch_last
from nn.values import values_of

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Array


def _rows(x: Any) -> Any:
    """(n, c, *sizes) -> (c, many), in the order in which convolutions leave images in memory."""
    return np.reshape(batch_last(x), (x.shape[1], math.prod(x.shape[2:]) * x.shape[0]))


def _images(rows: Any, shape: tuple[int, ...]) -> Any:
    return batch_first(np.reshape(rows, (*shape[1:], shape[0])))


def _deviation(x: Any, eps: float) -> Any:
    return np.sqrt(np.var(_rows(x), axis=1, keepdims=True) + eps)


def _normal(x: Any, eps: float) -> Any:
    rows = _rows(x)
    return (rows - np.mean(rows, axis=1, keepdims=True)) / _deviation(x, eps)


def _pull(g: Any, weight: Any, normal: Any, deviation: Any) -> Any:
    rows, count = _rows(g), normal.shape[1]
    mean = np.add.reduce(rows, axis=1, keepdims=True) / count
    along = np.vecdot(rows, normal)[:, None] / count
    scale, out = weight[:, None] / deviation, normal * along
    if type(rows) is type(out) is type(scale) is np.ndarray and rows.dtype == out.dtype == scale.dtype:
        np.subtract(rows, out, out=out)  # four arrays as large as the image would take twice as long as one
        out -= mean
        out *= scale
    else:
        out = (rows - out - mean) * scale
    return _images(out, g.shape)


@primitive(
    "weight normal + bias, normal = (x - mean) / √(variance + eps)"
    " | weight (ḡ - mean ḡ - normal mean(ḡ normal)) / √(variance + eps) | Σ ḡ normal | Σ ḡ",
    kept={"normal": lambda x, eps: _normal(x, eps), "deviation": lambda x, eps: _deviation(x, eps)},
    x=_pull,
    weight=lambda g, normal: np.vecdot(_rows(g), normal),
    bias=lambda g: np.add.reduce(_rows(g), axis=1),
)
def _scaled(x: Any, weight: Any, bias: Any, of_x: tuple[Any, Any], eps: float) -> Any:
    """`of_x` are normal and deviation, from which running statistics are taken too; the rules know what they depend on."""
    normal, deviation = of_x
    out = normal * weight[:, None]
    if out.dtype == bias.dtype:
        out += bias[:, None]
    else:
        out = out + bias[:, None]
    return _images(out, x.shape), normal, deviation


def normalized_and_scaled(x: Any, weight: Any, bias: Any, eps: float) -> tuple[Any, Array, Array]:
    """(x - mean) / √(variance + eps) for each channel of (n, c, *sizes), times weight, plus bias; the mean; the variance."""
    rows = _rows(values_of(x))
    mean = np.add.reduce(rows, axis=1) / rows.shape[1]
    normal = rows - mean[:, None]
    variance = np.vecdot(normal, normal) / rows.shape[1]
    deviation = np.sqrt(variance + eps)[:, None]
    normal /= deviation
    return _scaled(x, weight, bias, (normal, deviation), eps), mean, variance
