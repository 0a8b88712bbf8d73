"""How near vectors are: normalize, cosine_similarity, pairwise_distance; and bilinear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors

if TYPE_CHECKING:
    from typing import Any

    from nn.types import X


def normalize(input: X, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> X:
    """x / max(‖x‖, eps), with the p-norm along the axis dim: vectors of length 1.

    >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    if not isinstance(dim, (int, np.integer)):
        raise TypeError(f"normalize: dim must be the number of one axis, got {dim!r}; reshape the axes into one before")
    x: Any = input
    out: Any = x / np.maximum(np.linalg.norm(x, p, axis=_axis("normalize", x, dim), keepdims=True), eps)
    return out


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """x₁·x₂ / (max(‖x₁‖, eps) max(‖x₂‖, eps)) along the axis dim, which goes; x1 and x2 are broadcast.

    The gradient is that of this formula. (PyTorch's has the slope of a norm even if it takes eps instead.)

    >>> cosine_similarity(np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])).round(3)
    array([0.707])
    """
    shape = _broadcast("cosine_similarity", x1, x2)
    if dim not in range(-len(shape), len(shape)):
        raise errors.ShapeError(f"cosine_similarity: there is no axis {dim} in shape {shape}; write dim=-1 for the last one")
    axis = dim % len(shape) - len(shape)  # from the end, so that it is the same in both
    if x1.ndim < -axis or x2.ndim < -axis or x1.shape[axis] != x2.shape[axis]:
        x1, x2 = np.broadcast_to(x1, shape), np.broadcast_to(x2, shape)
    a = x1 / np.maximum(np.linalg.norm(x1, axis=axis, keepdims=True), eps)
    b = x2 / np.maximum(np.linalg.norm(x2, axis=axis, keepdims=True), eps)
    return np.sum(a * b, axis=axis)


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Any:
    """‖x₁ - x₂ + eps‖, the p-norm along the last axis: (…, features) -> (…); with keepdim (…, 1). x1 and x2 are broadcast.

    >>> pairwise_distance(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]]), eps=0.0)
    array([5.])
    """
    shape = _broadcast("pairwise_distance", x1, x2)
    if not shape:
        raise errors.ShapeError("pairwise_distance: x1 and x2 must have the shape (…, features), got ()")
    return np.linalg.norm(np.subtract(x1, x2) + eps, p, axis=-1, keepdims=keepdim)


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Any:
    """x₁ᵀ weight x₂ + bias: (…, in1), (…, in2) and (outputs, in1, in2) -> (…, outputs).

    >>> bilinear(np.array([1.0, 2.0]), np.array([3.0]), np.array([[[1.0], [1.0]]]))
    array([9.])
    """
    if weight.ndim != 3 or input1.shape[-1:] != weight.shape[1:2] or input2.shape[-1:] != weight.shape[2:]:
        raise errors.ShapeError(
            "bilinear: input1, input2 and weight must have the shapes (…, in1), (…, in2) and (outputs, in1, in2), got "
            f"{input1.shape}, {input2.shape} and {weight.shape}"
        )
    if input1.shape[:-1] != input2.shape[:-1]:
        raise errors.ShapeError(
            f"bilinear: input1 and input2 must have the same shape but for the last axis, got {input1.shape} and {input2.shape}"
        )
    if bias is not None and bias.shape != weight.shape[:1]:
        raise errors.ShapeError(
            f"bilinear: bias must have the shape {weight.shape[:1]} for a weight of {weight.shape}, got {bias.shape}"
        )
    half = np.tensordot(input1, weight, ((-1,), (1,)))  # (…, outputs, in2)
    out = (half @ input2[..., None])[..., 0]
    return out if bias is None else out + bias


def _axis(name: str, x: Any, dim: int) -> int:
    if dim not in range(-x.ndim, x.ndim):
        raise errors.ShapeError(f"{name}: there is no axis {dim} in shape {x.shape}; write dim=-1 for the last one")
    return dim


def _broadcast(name: str, x1: Any, x2: Any) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(x1.shape, x2.shape)
    except ValueError:
        raise errors.ShapeError(f"{name}: x1 and x2 must have the same shape, got {x1.shape} and {x2.shape}") from None
