"""Connectionist temporal classification: how probable a sequence of labels is, if nobody says at which steps they come.

Steps that say the same label are one, and blanks go (Graves et al., 2006). The labels with a blank before, between and after them
are 2 L + 1 states; α and β are ln of the probability of all ways to a state and from it on. All samples go step by step at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, primitive
from nn.functional.reducing import reduced
from nn.values import greatest, values_of

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Operand, Reduction, X


def ctc_loss(
    log_probs: X,
    targets: Operand,
    input_lengths: Operand,
    target_lengths: Operand,
    blank: int = 0,
    reduction: Reduction = "mean",
    zero_infinity: bool = False,
) -> X:
    """-ln of the probability of each target, of which "mean" is divided by its length first.

    log_probs        (steps, n, classes), or (steps, classes) for one sample: log-probabilities, from `log_softmax`
    targets          (n, most labels), or all labels one after another; no label is the blank
    input_lengths    (n,): how many steps of each sample count
    target_lengths   (n,): how many labels each sample has
    zero_infinity    0, with a gradient of 0, for a target that is too long for its steps; otherwise that loss is infinite, and
                     its gradient NaN

    The gradient is that of log_probs as they are. (PyTorch's takes them for results of `log_softmax`; before that, both are the
    same.) Derivatives of every order.

    >>> ways = np.log(np.full((2, 1, 2), 0.5))  # two steps for one label: itself twice, or once and a blank
    >>> float(ctc_loss(ways, np.array([[1]]), np.array([2]), np.array([1])).round(4)), float(-np.log(0.75).round(4))
    (0.2877, 0.2877)
    """
    if log_probs.ndim not in (2, 3):
        raise errors.ShapeError(
            f"ctc_loss: log_probs must have the shape (steps, n, classes) or (steps, classes), got {log_probs.shape}"
        )
    if log_probs.dtype.kind != "f":
        raise errors.DTypeError(f"ctc_loss: log_probs must be floating numbers, got dtype {log_probs.dtype}")
    alone = log_probs.ndim == 2
    x: Any = log_probs[:, None] if alone else log_probs
    steps, count, classes = x.shape
    before, many = _lengths("input", input_lengths, count, steps), _lengths("target", target_lengths, count, None)
    labels = _labels(values_of(targets), many, count, classes, blank)
    losses: Any = _ctc(x, labels, before, many, blank)
    losses = np.where(np.isinf(losses), 0, losses) if zero_infinity else losses
    if reduction == "mean":
        losses = losses / np.maximum(many, 1).astype(losses.dtype)
    return reduced("ctc_loss", losses[0] if alone else losses, reduction)


def _states(labels: Any, blank: int) -> tuple[Any, Any]:
    """The label of each state, (n, states), and which states can follow the last but one: labels, unless that is the same."""
    places = np.arange(2 * labels.shape[1] + 1)
    states = np.where(places % 2 == 1, labels[:, np.minimum(places // 2, labels.shape[1] - 1)], blank)
    return states, (places >= 2) & (states != blank) & (states != _later(_later(states, blank), blank))


def _later(x: Any, first: Any) -> Any:
    """Each state's number at the next state."""
    return np.concatenate([np.full((x.shape[0], 1), first, x.dtype), x[:, :-1]], axis=1)


def _earlier(x: Any) -> Any:
    """Each state's number at the one before."""
    return np.concatenate([x[:, 1:], np.full((x.shape[0], 1), -np.inf, x.dtype)], axis=1)


def _emissions(x: Any, states: Any) -> Any:
    """The log-probability of each state's label at each step: (steps, n, states)."""
    return x[:, np.arange(x.shape[1])[:, None], states]


def _alphas(x: Any, labels: Any, blank: int) -> Any:
    """ln of the probability of all ways to each state, up to and with each step: (steps, n, states)."""
    states, skips = _states(labels, blank)
    said = _emissions(x, states)
    a = np.where(np.arange(states.shape[1]) < 2, said[0], -np.inf)
    alphas = [a]
    for now in said[1:]:
        before = _later(a, -np.inf)
        ways = np.logaddexp(np.logaddexp(a, before), np.where(skips, _later(before, -np.inf), -np.inf))
        a = now + ways
        alphas.append(a)
    return np.stack(alphas)


def _ends(many: Any, count: int) -> Any:
    """Which states a sample of so many labels can end in: its last label, and the blank after it."""
    places, last = np.arange(count), 2 * many[:, None]
    return (places == last) | (places == last - 1)


def _pull(g: Any, x: Any, out: Any, alphas: Any, labels: Any, before: Any, many: Any, blank: int) -> Any:
    """-ḡ times the probability of each label at each step, among the ways that give the target."""
    states, skips = _states(labels, blank)
    said, ends = _emissions(x, states), _ends(many, states.shape[1])
    start = np.where(ends, 0, -np.inf).astype(x.dtype)
    b = np.full_like(start, -np.inf)
    betas = []
    for step in range(x.shape[0] - 1, -1, -1):
        if step < x.shape[0] - 1:
            now = said[step + 1] + b
            b = np.logaddexp(np.logaddexp(now, _earlier(now)), _earlier(_earlier(np.where(skips, now, -np.inf))))
        b = np.where((before == step + 1)[:, None], start, b)
        betas.append(b)
    impossible = np.isinf(out)
    taken = np.exp(alphas + np.stack(betas[::-1]) + np.where(impossible, 0, out)[:, None])
    taken = np.where((impossible & (g != 0))[:, None], np.nan, taken)
    labelled = (states[..., None] == np.arange(x.shape[2])).astype(x.dtype)  # (n, states, classes)
    return np.swapaxes(np.swapaxes(taken, 0, 1) @ labelled, 0, 1) * -g[:, None]


# One entry: as calls, a step of 50 would be 800 nodes.
@primitive(
    "-ln p(labels) | -ḡ p(label at each step)",
    name="ctc_loss",
    kept={"alphas": _alphas},
    x=_pull,
)
def _ctc(x: Any, labels: Any, before: Any, many: Any, blank: int) -> Any:
    alphas = _alphas(x, labels, blank)
    last = alphas[before - 1, np.arange(before.shape[0])]
    return -np.logaddexp.reduce(np.where(_ends(many, last.shape[1]), last, -np.inf), axis=1), alphas


def _lengths(what: str, lengths: Any, count: int, most: int | None) -> Any:
    values = np.reshape(values_of(lengths), -1) if np.ndim(lengths) == 0 else values_of(lengths)
    if values.shape != (count,) or values.dtype.kind not in "iu":
        raise errors.ShapeError(
            f"ctc_loss: {what}_lengths must be {count} integers, one a sample, got shape {values.shape} of {values.dtype}"
        )
    least = 0 if most is None else 1
    if count and not (np.min(values) >= least and (most is None or np.max(values) <= most)):
        index = int(np.argmax((values < least) | (values > (values if most is None else most))))
        bound = f"from {least} to {most}, the steps of log_probs" if most is not None else f"at least {least}"
        raise ValueError(f"ctc_loss: {what}_lengths must be {bound}, got {values[index]} for sample {index}")
    return values.astype(np.int64)


def _labels(targets: Any, many: Any, count: int, classes: int, blank: int) -> Any:
    """The labels as (n, most labels), with blanks for those that a sample lacks; at least one column."""
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank must be one of the {classes} classes, from 0 to {classes - 1}, got {blank}")
    if targets.dtype.kind not in "iu":
        raise errors.DTypeError(f"ctc_loss: targets must be integers, got dtype {targets.dtype}; write targets.astype(int)")
    most = targets.shape[1] if targets.ndim == 2 else greatest(many)
    fits = np.sum(many) == targets.size if targets.ndim == 1 else targets.ndim == 2 and len(targets) == count
    if not fits or np.any(many > most):
        total, longest = int(np.sum(many)), int(np.max(many, initial=0))
        raise errors.ShapeError(
            f"ctc_loss: targets must have the shape ({count}, {longest}), or ({total},) for all labels one after another, "
            f"by target_lengths, got {targets.shape}"
        )
    places = np.arange(max(most, 1))
    inside = places < many[:, None]
    if targets.ndim == 1:
        starts = np.cumsum(many) - many
        labels = np.append(targets, blank)[np.where(inside, starts[:, None] + places, targets.size)]
    else:
        labels = np.where(inside, targets if most else blank, blank)
    wrong = inside & ((labels < 0) | (labels >= classes) | (labels == blank))
    if np.any(wrong):
        sample, place = (int(i) for i in np.argwhere(wrong)[0])
        what = f"{labels[sample, place]}, the blank" if labels[sample, place] == blank else labels[sample, place]
        raise ValueError(f"ctc_loss: label {place} of sample {sample} is {what}; labels are from 0 to {classes - 1}, but {blank}")
    return labels
