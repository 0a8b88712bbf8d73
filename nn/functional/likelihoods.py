"""Losses that are -ln of a probability: kl_div, poisson_nll_loss, gaussian_nll_loss.

`reduction` is "mean", "sum" or "none".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.functional.reducing import as_numbers, check_shapes, difference, reduced
from nn.values import float_dtype, undecided, values_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Operand, Reduction, X


def kl_div(input: X, target: Operand, *, reduction: Reduction | Literal["batchmean"] = "mean", log_target: bool = False) -> X:
    """target (ln target - input) for log-probabilities input and probabilities target: how far the one is from the other.

    reduction    "batchmean" is the divergence: the sum, divided by the length of the first axis. "mean" divides by all elements
    log_target   target is ln of the probabilities as well

    A target of 0 counts 0, whatever the input.

    >>> p, q = np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])
    >>> float(kl_div(np.log(q), p, reduction="batchmean").round(4))
    0.1438
    """
    check_shapes("kl_div", input, target)
    t: Any = as_numbers(target, input)
    if log_target:
        losses = np.exp(t) * (t - input)
    else:
        values = values_of(t)
        if values.size and not undecided(values) and not np.minimum.reduce(values, None) >= 0:
            index = tuple(int(i) for i in np.argwhere(~(values >= 0))[0])
            raise ValueError(
                f"kl_div: targets must be probabilities, got {values[index]} at index {index}; "
                "for their logarithms write log_target=True"
            )
        none = values == 0
        x: Any = input
        losses = np.where(none, 0, t * (np.log(np.where(none, 1, t)) - np.where(none, 0, x)))
    if reduction != "batchmean":
        return reduced("kl_div", losses, reduction)
    if not losses.ndim or not losses.shape[0]:
        raise errors.ShapeError(f"kl_div: reduction='batchmean' needs an input (n, …) with n ≥ 1, got {losses.shape}")
    return np.sum(losses) / losses.shape[0]


def poisson_nll_loss(
    input: X,
    target: Operand,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: Reduction = "mean",
) -> X:
    """e^x - t x for the logarithm x of an expected number and the number t that was counted, averaged.

    log_input   False: input is the expected number itself, and the loss x - t ln(x + eps)
    full        add ln t!, by Stirling's formula, for t > 1

    >>> float(poisson_nll_loss(np.array([0.0]), np.array([2.0])))
    1.0
    """
    check_shapes("poisson_nll_loss", input, target)
    t: Any = as_numbers(target, input)
    x: Any = input
    losses = np.exp(x) - t * x if log_input else x - t * np.log(x + eps)
    if full:
        many = values_of(t) > 1
        n = np.where(many, t, 1)
        losses = losses + np.where(many, n * np.log(n) - n + 0.5 * np.log(2 * math.pi * n), 0)
    return reduced("poisson_nll_loss", losses, reduction)


def gaussian_nll_loss(
    input: X, target: Operand, var: Any, full: bool = False, eps: float = 1e-6, *, reduction: Reduction = "mean"
) -> X:
    """½ (ln v + (x - t)² / v) for a normal distribution with mean x and variance v = max(var, eps), averaged.

    var    of the shape of input, or with 1 for its last axis, or without it; or one number
    full   add ½ ln 2π

    The gradient of var is that of v: as in PyTorch, one less than eps is not stuck there.

    >>> float(gaussian_nll_loss(np.array([1.0]), np.array([3.0]), np.array([4.0])).round(4))
    1.1931
    """
    d = difference("gaussian_nll_loss", input, target)
    if not hasattr(var, "shape"):
        var = np.asarray(var, float_dtype(input))
    if var.shape == input.shape[:-1] and input.ndim and var.shape != input.shape:
        var = var[..., None]
    if var.shape not in ((), input.shape, (*input.shape[:-1], 1)):
        raise errors.ShapeError(
            f"gaussian_nll_loss: var must have the shape {input.shape}, {(*input.shape[:-1], 1)} or (), got {var.shape}"
        )
    values = values_of(var)
    if values.size and not undecided(values) and not np.minimum.reduce(values, None) >= 0:
        index = tuple(int(i) for i in np.argwhere(~(values >= 0))[0])
        raise ValueError(f"gaussian_nll_loss: a variance must be at least 0, got {values[index]} at index {index}")
    v = np.where(values < eps, float_dtype(input).type(eps) + (var - values), var)
    losses = 0.5 * (np.log(v) + d * d / v)
    return reduced("gaussian_nll_loss", losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)
