"""Losses that ask for a margin: between two scores, between distances, between a score and a bound.

`reduction` is "mean", "sum" or "none".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from autograd_core import errors
from nn.functional.distances import pairwise_distance
from nn.functional.reducing import as_numbers, check_shapes, check_signs, reduced

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from nn.types import Operand, Reduction, X

core: Any = autograd_core  # one type variable for Tensors and arrays is more than its overloads can say


def margin_ranking_loss(input1: X, input2: X, target: Operand, margin: float = 0.0, *, reduction: Reduction = "mean") -> X:
    """max(0, margin - y (x₁ - x₂)), averaged: x₁ is to be greater for y = 1, and x₂ for y = -1.

    >>> margin_ranking_loss(np.array([1.0, 1.0]), np.array([0.0, 3.0]), np.array([1, 1]), reduction="none")
    array([0., 2.])
    """
    check_shapes("margin_ranking_loss", input1, input2, "input1", "input2")
    d = input1 - input2
    y = _signs("margin_ranking_loss", d, target)
    return reduced("margin_ranking_loss", _at_least_0(margin - y * d), reduction)


def hinge_embedding_loss(input: X, target: Operand, margin: float = 1.0, *, reduction: Reduction = "mean") -> X:
    """x for y = 1 and max(0, margin - x) for y = -1, averaged: distances, of what is alike and what is not.

    >>> hinge_embedding_loss(np.array([0.5, 0.75]), np.array([1, -1]), reduction="none")
    array([0.5 , 0.25])
    """
    y = _signs("hinge_embedding_loss", input, target)
    x: Any = input
    return reduced("hinge_embedding_loss", np.where(y > 0, x, _at_least_0(margin - x)), reduction)


def soft_margin_loss(input: X, target: Operand, *, reduction: Reduction = "mean") -> X:
    """ln(1 + e^(-y x)) for targets y of 1 and -1, averaged; to full relative precision.

    >>> float(soft_margin_loss(np.array([0.0, 0.0]), np.array([1, -1])).round(4))
    0.6931
    """
    y = _signs("soft_margin_loss", input, target)
    return reduced("soft_margin_loss", core.softplus(-y * input), reduction)


def cosine_embedding_loss(input1: X, input2: X, target: Operand, margin: float = 0.0, *, reduction: Reduction = "mean") -> X:
    """1 - cos for y = 1 and max(0, cos - margin) for y = -1, averaged, with the cosine of the angle between x₁ and x₂.

    input1, input2   (n, features) or (features,)
    target           (n,) or ()

    >>> cosine_embedding_loss(np.eye(2), np.ones((2, 2)), np.array([1, -1]), reduction="none").round(3)
    array([0.293, 0.707])
    """
    check_shapes("cosine_embedding_loss", input1, input2, "input1", "input2")
    x1: Any = input1
    x2: Any = input2
    if x1.ndim not in (1, 2):
        raise errors.ShapeError(f"cosine_embedding_loss: inputs must have the shape (n, features) or (features,), got {x1.shape}")
    squares = (np.sum(x1 * x1, axis=-1) + 1e-12) * (np.sum(x2 * x2, axis=-1) + 1e-12)
    cosine: Any = np.sum(x1 * x2, axis=-1) / np.sqrt(squares)
    y = _signs("cosine_embedding_loss", cosine, target)
    return reduced("cosine_embedding_loss", np.where(y > 0, 1 - cosine, _at_least_0(cosine - margin)), reduction)


def triplet_margin_loss(
    anchor: X,
    positive: X,
    negative: X,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: Reduction = "mean",
) -> X:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), averaged, with `pairwise_distance` of p and eps.

    swap   take d(positive, negative) instead of d(anchor, negative) where it is less (Balntas et al., 2016)

    >>> float(triplet_margin_loss(np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 5.5]]), eps=0.0))
    0.5
    """
    distance = lambda a, b: pairwise_distance(a, b, p, eps)
    return _triplet("triplet_margin_loss", anchor, positive, negative, distance, margin, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: X,
    positive: X,
    negative: X,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: Reduction = "mean",
) -> X:
    """`triplet_margin_loss` with a distance of one's own, by default `pairwise_distance`.

    >>> far = lambda a, b: np.max(np.abs(a - b), axis=-1)
    >>> a, p, n = np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[0.0, 2.5]])
    >>> float(triplet_margin_with_distance_loss(a, p, n, distance_function=far))
    2.5
    """
    distance = pairwise_distance if distance_function is None else distance_function
    return _triplet("triplet_margin_with_distance_loss", anchor, positive, negative, distance, margin, swap, reduction)


def _triplet(
    name: str,
    anchor: Any,
    positive: Any,
    negative: Any,
    distance: Callable[..., Any],
    margin: float,
    swap: bool,
    reduction: Reduction,
) -> Any:
    check_shapes(name, anchor, positive, "anchor", "positive")
    check_shapes(name, anchor, negative, "anchor", "negative")
    if not margin > 0:
        raise ValueError(f"{name}: margin must be greater than 0, got {margin}")
    near, far = distance(anchor, positive), distance(anchor, negative)
    far = np.minimum(far, distance(positive, negative)) if swap else far
    return reduced(name, _at_least_0(near - far + margin), reduction)


def _at_least_0(x: Any) -> Any:
    """max(x, 0) with the slope 1 at 0, as these losses have it in PyTorch: with equal scores and no margin there still is one."""
    return np.where(x < 0, 0, x)


def _signs(name: str, losses: Any, target: Any) -> Any:
    """The targets, which are 1 or -1, in the dtype of the losses."""
    check_shapes(name, losses, target)
    check_signs(name, target)
    return as_numbers(target, losses)
