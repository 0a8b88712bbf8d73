"""Losses of numbers and of yes or no, with PyTorch's arguments.

`reduction` is "mean", "sum" or "none". Predictions and targets must have the same shape: an (n, 1) array beside an (n,)
one would be (n, n), and train to nonsense.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from nn.functional.reducing import as_numbers, check_targets, difference, like, reduced, spread, weighted

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Operand, Reduction, X

core: Any = autograd_core  # one type variable for Tensors and arrays is more than its overloads can say


def mse_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X:
    """(input - target)², averaged.

    >>> float(mse_loss(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    4.5
    """
    return core.mse_loss(input, as_numbers(target, input), reduction)


def l1_loss(input: X, target: Operand, reduction: Reduction = "mean") -> X:
    """|input - target|, averaged; the derivative at 0 is 0.

    >>> float(l1_loss(np.array([1.0, 2.0]), np.array([1.0, 5.0])))
    1.5
    """
    return reduced("l1_loss", np.abs(difference("l1_loss", input, target)), reduction)


def huber_loss(input: X, target: Operand, reduction: Reduction = "mean", delta: float = 1.0) -> X:
    """½ d² if |d| ≤ delta, else delta (|d| - ½ delta), for d = input - target, averaged.

    >>> huber_loss(np.array([0.5, 3.0]), np.zeros(2), "none")
    array([0.125, 2.5  ])
    """
    if not delta > 0:
        raise ValueError(f"huber_loss: delta must be greater than 0, got {delta}")
    d = difference("huber_loss", input, target)
    inside = np.clip(d, -delta, delta)  # d inside, ±delta outside, so that one formula serves both
    return reduced("huber_loss", inside * (d - 0.5 * inside), reduction)


def smooth_l1_loss(input: X, target: Operand, reduction: Reduction = "mean", beta: float = 1.0) -> X:
    """½ d² / beta if |d| < beta, else |d| - ½ beta, for d = input - target, averaged; with beta=0 `l1_loss`.

    >>> smooth_l1_loss(np.array([0.5, 3.0]), np.zeros(2), "none")
    array([0.125, 2.5  ])
    """
    if not beta >= 0:
        raise ValueError(f"smooth_l1_loss: beta must be at least 0, got {beta}")
    if beta == 0:
        return reduced("smooth_l1_loss", np.abs(difference("smooth_l1_loss", input, target)), reduction)
    d = difference("smooth_l1_loss", input, target)
    inside = np.clip(d, -beta, beta)
    return reduced("smooth_l1_loss", inside / beta * (d - 0.5 * inside), reduction)


def binary_cross_entropy(input: X, target: Operand, weight: ArrayLike | None = None, reduction: Reduction = "mean") -> X:
    """-(t ln p + (1 - t) ln(1 - p)) of probabilities p and targets t in [0, 1], times the weight, averaged.

    A logarithm counts as -100 at least, as in PyTorch.

    >>> float(binary_cross_entropy(np.array([0.5, 0.25]), np.array([1.0, 1.0]), reduction="sum").round(4))   # ln 2 + ln 4
    2.0794
    """
    check_targets("binary_cross_entropy", target)
    if weight is None:
        return core.binary_cross_entropy(input, as_numbers(target, input), reduction)
    losses = core.binary_cross_entropy(input, as_numbers(target, input), "none")
    return weighted("binary_cross_entropy", losses, weight, reduction)


def binary_cross_entropy_with_logits(
    input: X, target: Operand, weight: ArrayLike | None = None, reduction: Reduction = "mean", pos_weight: ArrayLike | None = None
) -> X:
    """The binary cross entropy of sigmoid(input), times the weight, averaged; never infinite.

    pos_weight   how much the part t ln p counts beside the other one: one number, or one for each column

    >>> float(binary_cross_entropy_with_logits(np.zeros(2), np.array([1.0, 0.0])).round(4))   # ln 2
    0.6931
    """
    check_targets("binary_cross_entropy_with_logits", target)
    target = as_numbers(target, input)
    if weight is None and pos_weight is None:
        return core.binary_cross_entropy_with_logits(input, target, reduction)
    losses = core.binary_cross_entropy_with_logits(input, target, "none")
    if pos_weight is not None:  # -ln sigmoid x = softplus(-x)
        counts: Any = target
        more = np.multiply(np.subtract(like(pos_weight, losses), 1), counts)
        losses = losses + spread("binary_cross_entropy_with_logits: pos_weight", more, losses) * core.softplus(-input)
    return weighted("binary_cross_entropy_with_logits", losses, weight, reduction)
