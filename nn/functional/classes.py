"""Losses of classes: scores or log-probabilities for each class, and the numbers of those that are right.

`reduction` is "mean", "sum" or "none".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from autograd_core import errors
from nn.functional.reducing import as_numbers, check_shapes, check_targets, like, reduced, weighted
from nn.values import undecided, values_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Operand, Reduction, X

core: Any = autograd_core  # one type variable for Tensors and arrays is more than its overloads can say


def cross_entropy(
    input: X,
    target: Operand,
    weight: ArrayLike | None = None,
    *,
    ignore_index: int | None = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> X:
    """-ln softmax(input) at the right class, averaged.

    input             (classes,), (n, classes) or, as in PyTorch, (n, classes, d₁, …): any real numbers
    target            class numbers, of that shape without the classes and of any integer dtype, or probabilities of that shape
    weight            (classes,): what each class counts. With class numbers the mean is that weighted by them
    ignore_index      a class number whose rows do not count; None for none. If no row is left, there is no mean: ValueError.
                      (PyTorch's is NaN then)
    label_smoothing   the part of each target, from 0 to 1, that is spread evenly over all classes

    >>> float(cross_entropy(np.zeros((2, 4)), np.array([0, 3])).round(3))
    1.386
    """
    scores, classes = _classes_last(input, target)
    if not _ignores("cross_entropy", scores, classes, ignore_index):
        return core.cross_entropy(scores, classes, weight, reduction, label_smoothing)
    smoothed = lambda *arguments: core.cross_entropy(*arguments, label_smoothing)
    return _ignoring("cross_entropy", smoothed, scores, classes, weight, ignore_index, reduction)


def nll_loss(
    input: X, target: Operand, weight: ArrayLike | None = None, *, ignore_index: int | None = -100, reduction: Reduction = "mean"
) -> X:
    """-input at the right class, averaged: `cross_entropy` of the output of `log_softmax`; arguments as there.

    >>> float(nll_loss(np.log(np.array([[0.5, 0.5], [0.25, 0.75]])), np.array([0, 0]), reduction="sum").round(4))   # ln 2 + ln 4
    2.0794
    """
    scores, classes = _classes_last(input, target)
    if not _ignores("nll_loss", scores, classes, ignore_index):
        return core.nll_loss(scores, classes, weight, reduction)
    return _ignoring("nll_loss", core.nll_loss, scores, classes, weight, ignore_index, reduction)


def _classes_last(scores: Any, target: Any) -> tuple[Any, Any]:
    """Scores (n, classes, d₁, …) with their classes on the last axis, and so for a target of probabilities."""
    if _ndim(scores) > 2:
        target = np.moveaxis(target, 1, -1) if _ndim(target) == _ndim(scores) else target
        scores = np.moveaxis(scores, 1, -1)
    return scores, target


def _ignores(name: str, scores: Any, target: Any, ignore_index: int | None) -> bool:
    """Whether a row may have to be left out. Of the index that nobody gave, -100, that is seen from the least class number."""
    if ignore_index is None:
        return False
    if _ndim(target) != _ndim(scores) - 1:
        if ignore_index >= 0 and np.shape(target) == np.shape(scores):
            raise errors.ShapeError(
                f"{name}: ignore_index needs class numbers of shape {np.shape(scores)[:-1]} as target, "
                f"got shape {np.shape(target)}"
            )
        return False
    values = values_of(target)
    return values.dtype.kind in "iu" and (ignore_index >= 0 or undecided(values) or _least(values) < 0)


def _ndim(x: Any) -> int:
    """`np.ndim`, which takes 1 µs to find its way to a Tensor."""
    return x.ndim if hasattr(type(x), "ndim") else np.ndim(x)


def _least(values: Any) -> Any:
    """The least of integers, or 0 if there are none; of an array by its place, in a third of the time."""
    if type(values) is np.ndarray and values.size:
        return values.item(values.argmin())
    return np.minimum.reduce(values, axis=None, initial=0)


def _ignoring(
    name: str,
    loss: Callable[..., Any],
    input: Any,
    target: Any,
    weight: ArrayLike | None,
    ignore_index: int | None,
    reduction: Reduction,
) -> Any:
    values = values_of(target)
    counts = values != ignore_index
    classes = np.where(counts, values, 0)
    losses = np.where(counts, loss(input, classes, weight, "none"), 0)
    if reduction != "mean":
        return reduced(name, losses, reduction)
    if not undecided(counts) and not np.any(counts):
        raise errors.ShapeError(
            f"{name}: all {values.size} targets are {ignore_index}, which ignore_index={ignore_index} leaves out, so there is no "
            "mean: skip such batches, or write reduction='sum', which gives 0"
        )
    many = np.sum(counts if weight is None else counts * values_of(weight)[classes])
    return np.sum(losses) / many.astype(losses.dtype)


def multi_margin_loss(
    input: X,
    target: Operand,
    p: int = 1,
    margin: float = 1.0,
    weight: ArrayLike | None = None,
    *,
    reduction: Reduction = "mean",
) -> X:
    """Σᵢ max(0, margin - x[y] + x[i])ᵖ / classes over all classes i but the right one, y, averaged: a support vector machine's.

    input    (n, classes) or (classes,)
    target   class numbers (n,) or ()
    p        1 or 2
    weight   (classes,): what rows with that right class count

    >>> float(multi_margin_loss(np.array([[0.0, 0.5, 2.0]]), np.array([2])))
    0.0
    """
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p must be 1 or 2, got {p}")
    x: Any = input
    classes = _numbers("multi_margin_loss", x, target, 1)
    chosen = classes[..., None] == np.arange(input.shape[-1])
    right = np.sum(np.where(chosen, x, 0), axis=-1, keepdims=True)
    short: Any = core.relu(margin - right + x)
    short = np.where(chosen, 0, short * short if p == 2 else short)
    if weight is not None:
        each: Any = like(weight, input)
        if each.shape != input.shape[-1:]:
            raise errors.ShapeError(f"multi_margin_loss: weight must have the shape {input.shape[-1:]}, got {each.shape}")
        short = short * each[classes][..., None]
    return reduced("multi_margin_loss", np.sum(short, axis=-1) / input.shape[-1], reduction)


def multilabel_margin_loss(input: X, target: Operand, *, reduction: Reduction = "mean") -> X:
    """Σ max(0, 1 - (x[y] - x[i])) / classes over all right classes y and all others, i, averaged.

    input    (n, classes) or (classes,)
    target   of that shape: the numbers of the right classes, then -1; what follows a -1 does not count

    >>> float(multilabel_margin_loss(np.array([[0.1, 0.2, 0.4, 0.8]]), np.array([[3, 0, -1, 1]])).round(4))
    0.85
    """
    x: Any = input
    count = x.shape[-1] if x.ndim else 0
    classes = _numbers("multilabel_margin_loss", x, target, 0, -1)
    given = np.cumsum(classes < 0, axis=-1) == 0  # before the first -1
    chosen = (classes[..., None] == np.arange(count)) & given[..., None]  # (…, places, classes)
    right = np.sum(np.where(chosen, x[..., None, :], 0), axis=-1)
    others = given[..., None] & ~np.any(chosen, axis=-2)[..., None, :]
    short: Any = core.relu(1 - (right[..., None] - x[..., None, :]))
    losses = np.sum(np.where(others, short, 0), axis=(-2, -1)) / count
    return reduced("multilabel_margin_loss", losses, reduction)


def multilabel_soft_margin_loss(
    input: X, target: Operand, weight: ArrayLike | None = None, *, reduction: Reduction = "mean"
) -> X:
    """The binary cross entropy of sigmoid(input), averaged over the classes of each row, (…, classes), and over the rows.

    weight   (classes,), or of another shape that goes with input

    >>> float(multilabel_soft_margin_loss(np.zeros((1, 3)), np.eye(3)[:1]).round(4))
    0.6931
    """
    check_shapes("multilabel_soft_margin_loss", input, target)
    check_targets("multilabel_soft_margin_loss", target)
    losses: Any = core.binary_cross_entropy_with_logits(input, as_numbers(target, input), "none")
    losses = weighted("multilabel_soft_margin_loss", losses, weight, "none")
    return reduced("multilabel_soft_margin_loss", np.mean(losses, axis=-1), reduction)


def _numbers(name: str, input: Any, target: Any, fewer: int, least: int = 0) -> Any:
    """Class numbers from `least` on for scores (n, classes) or (classes,), with so many axes fewer."""
    values = values_of(target)
    expected = input.shape[: input.ndim - fewer]
    if input.ndim not in (1, 2) or values.shape != expected:
        raise errors.ShapeError(
            f"{name}: input must have the shape (n, classes) or (classes,), and target for this one {expected}, "
            f"got {input.shape} and {values.shape}"
        )
    if values.dtype.kind not in "iu":
        raise errors.DTypeError(f"{name}: class numbers must be integers, got dtype {values.dtype}; write target.astype(int)")
    if values.size and not (values.min() >= least and values.max() < input.shape[-1]):
        index = tuple(int(i) for i in np.argwhere((values < least) | (values >= input.shape[-1]))[0])
        raise ValueError(
            f"{name}: class number {values[index]} at index {index} of target is not one of {least} to {input.shape[-1] - 1}"
        )
    return values
