"""Losses with PyTorch's arguments: those of autograd_core, and what they leave open (weights of elements, absolute losses).

`reduction` is "mean", "sum" or "none". Predictions and targets must have the same shape: an (n, 1) array beside an (n,)
one would be (n, n), and train to nonsense.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from autograd_core import Tensor, errors
from nn.values import values_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Operand, Reduction, X

core: Any = autograd_core  # one type variable for Tensors and arrays is more than its overloads can say


def mse_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X:
    """(input - target)², averaged."""
    return core.mse_loss(input, target, reduction)


def l1_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X:
    """|input - target|, averaged; the derivative at 0 is 0.

    >>> float(l1_loss(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    1.5
    """
    return _reduced("l1_loss", np.abs(_difference("l1_loss", input, target)), reduction)


def huber_loss(input: X, target: Operand, reduction: Reduction = "mean", delta: float = 1.0) -> X:
    """½ d² if |d| ≤ delta, else delta (|d| - ½ delta), for d = input - target, averaged.

    >>> huber_loss(np.array([0.5, 3.0]), np.zeros(2), "none")
    array([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be greater than 0, got {delta}")
    difference = _difference("huber_loss", input, target)
    inside = np.clip(difference, -delta, delta)  # d inside, ±delta outside, so that one formula serves both
    return _reduced("huber_loss", inside * (difference - 0.5 * inside), reduction)


def binary_cross_entropy(input: X, target: Operand, weight: ArrayLike | None = None, reduction: Reduction = "mean") -> X:
    """-(t ln p + (1 - t) ln(1 - p)) of probabilities p and targets t in [0, 1], times the weight, averaged.

    A logarithm counts as -100 at least, as in PyTorch.
    """
    _check_targets("binary_cross_entropy", target)
    if weight is None:
        return core.binary_cross_entropy(input, target, reduction)
    losses = core.binary_cross_entropy(input, target, "none")
    return _weighted("binary_cross_entropy", losses, weight, reduction)


def binary_cross_entropy_with_logits(
    input: X, target: Operand, weight: ArrayLike | None = None, reduction: Reduction = "mean", pos_weight: ArrayLike | None = None
) -> X:
    """The binary cross entropy of sigmoid(input), times the weight, averaged; never infinite.

    pos_weight   how much the part t ln p counts beside the other one: one number, or one for each column
    """
    _check_targets("binary_cross_entropy_with_logits", target)
    if weight is None and pos_weight is None:
        return core.binary_cross_entropy_with_logits(input, target, reduction)
    losses = core.binary_cross_entropy_with_logits(input, target, "none")
    if pos_weight is not None:  # -ln sigmoid x = softplus(-x)
        counts: Any = target
        more = np.multiply(np.subtract(_like(pos_weight, losses), 1), counts)
        losses = losses + _spread("binary_cross_entropy_with_logits: pos_weight", more, losses) * core.softplus(-input)
    return _weighted("binary_cross_entropy_with_logits", losses, weight, reduction)


def cross_entropy(
    input: X,
    target: Operand,
    weight: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> X:
    """-ln softmax(input) at the right class, averaged.

    input             (classes,), (n, classes) or, as in PyTorch, (n, classes, d₁, …): any real numbers
    target            class numbers, of that shape without the classes and of any integer dtype, or probabilities of that shape
    weight            (classes,): what each class counts. With class numbers the mean is that weighted by them
    ignore_index      a class number whose rows do not count. (PyTorch ignores -100 unasked; here that is an error.)
    label_smoothing   the part of each target, from 0 to 1, that is spread evenly over all classes

    >>> float(cross_entropy(np.zeros((2, 4)), np.array([0, 3])).round(3))
    1.386
    """
    scores, classes = _classes_last(input, target)
    if ignore_index is None:
        return core.cross_entropy(scores, classes, weight, reduction, label_smoothing)
    smoothed = lambda *arguments: core.cross_entropy(*arguments, label_smoothing)
    return _ignoring(smoothed, scores, classes, weight, ignore_index, reduction)


def nll_loss(
    input: X, target: Operand, weight: ArrayLike | None = None, ignore_index: int | None = None, reduction: Reduction = "mean"
) -> X:
    """-input at the right class, averaged: `cross_entropy` of the output of `log_softmax`; arguments as there."""
    scores, classes = _classes_last(input, target)
    if ignore_index is None:
        return core.nll_loss(scores, classes, weight, reduction)
    return _ignoring(core.nll_loss, scores, classes, weight, ignore_index, reduction)


def _classes_last(scores: Any, target: Any) -> tuple[Any, Any]:
    """Scores (n, classes, d₁, …) with their classes on the last axis, and so for a target of probabilities."""
    if np.ndim(scores) > 2:
        target = np.moveaxis(target, 1, -1) if np.ndim(target) == np.ndim(scores) else target
        scores = np.moveaxis(scores, 1, -1)
    return scores, target


def _ignoring(
    loss: Callable[..., Any], input: Any, target: Any, weight: ArrayLike | None, ignore_index: int, reduction: Reduction
) -> Any:
    counts = np.not_equal(target, ignore_index)
    if np.shape(target) != np.shape(input)[:-1]:
        raise errors.ShapeError(
            f"ignore_index needs class numbers of shape {np.shape(input)[:-1]} as target, got shape {np.shape(target)}"
        )
    if reduction == "none":
        return np.where(counts, loss(input, np.where(counts, target, 0), weight, reduction), 0)
    return loss(input[counts], (target if hasattr(target, "dtype") else np.asarray(target))[counts], weight, reduction)


def _difference(name: str, input: Any, target: Any) -> Any:
    """input - target, which must have the same shape."""
    shape, other = np.shape(input), np.shape(target)
    if shape != other:
        hint = f"; write target.reshape({shape})" if math.prod(shape) == math.prod(other) else ""
        raise errors.ShapeError(f"{name}: input and target must have the same shape, got {shape} and {other}{hint}")
    return np.subtract(input, target)


def _check_targets(name: str, target: Any) -> None:
    values = values_of(target)
    if values.size and not (np.minimum.reduce(values, None) >= 0 and np.maximum.reduce(values, None) <= 1):
        index = tuple(int(i) for i in np.argwhere(~((values >= 0) & (values <= 1)))[0])
        raise ValueError(f"{name}: targets must be in [0, 1], got {values[index]} at index {index}")


def _like(weight: Any, losses: Any) -> Any:
    """A weight as an array of the losses' dtype, so that those of float32 stay float32."""
    return weight if isinstance(weight, Tensor) else values_of(weight, losses.dtype)


def _spread(name: str, weight: Any, losses: Any) -> Any:
    """The weight, if it can be multiplied with the losses without making more of them."""
    try:
        fits = np.broadcast_shapes(weight.shape, losses.shape) == losses.shape
    except ValueError:
        fits = False
    if not fits:
        raise errors.ShapeError(f"{name} must go with losses of shape {losses.shape}, got shape {weight.shape}")
    return weight


def _weighted(name: str, losses: Any, weight: Any, reduction: Reduction) -> Any:
    if weight is not None:
        losses = losses * _spread(f"{name}: weight", _like(weight, losses), losses)
    return _reduced(name, losses, reduction)


def _reduced(name: str, losses: Any, reduction: Reduction) -> Any:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    if reduction == "mean" and not losses.size:
        raise errors.ShapeError(f"{name}: an empty array, of shape {losses.shape}, has no mean; write reduction='sum'")
    return losses if reduction == "none" else np.mean(losses) if reduction == "mean" else np.sum(losses)
