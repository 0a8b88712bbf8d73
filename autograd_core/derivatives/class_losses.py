"""Losses of classes: scores of shape (…, classes), and targets that are class numbers (…) or probabilities (…, classes)."""

import functools
import math

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.bells import ONE
from autograd_core.derivatives.kinds import beside, undecided
from autograd_core.derivatives.losses import check_probabilities, check_reduction, reduced, share
from autograd_core.derivatives.matrices import across, row_totals
from autograd_core.derivatives.operands import array, as_plain, floating
from autograd_core.derivatives.softmax import balanced, exponentials, log_softmax, softmax
from autograd_core.derivatives.strong import extremes, tamed, times
from autograd_core.derivatives.table import primitive
from autograd_core.errors import DTypeError, ShapeError


def cross_entropy_logits(g, p, target, weight, reduction, label_smoothing):
    target, weight = array(target), weight if weight is None else array(weight)
    labels = target.ndim < p.ndim
    g = share(g, reduction, row_count(p.shape, target, weight if labels else None))
    if labels and weight is None and not label_smoothing and isinstance(g, generic) and p.ndim == 2:
        out, rows = times(g, p), numbers(target.size)  # without writing out the ones: half the time
        out[rows, target] = 0
        out[rows, target] = -across(out)  # what all others have together: it keeps digits that p - 1 loses
        return out
    wanted = mixture(p, target, weight, label_smoothing)
    mass = 1 if labels and weight is None else np.add.reduce(wanted, axis=-1, keepdims=True)
    g = g[..., None] if reduction == "none" else g
    p = tamed(g, p)
    return times(g, balanced(p * mass - wanted, p, -1))


def cross_entropy_target(g, logits, target, weight, reduction, label_smoothing):
    g = share(g, reduction, row_count(logits.shape, target, None))
    scores = log_softmax(logits) * (label_smoothing - 1)
    return times(g[..., None] if reduction == "none" else g, scores if weight is None else scores * array(weight))


@primitive(
    "-Σ target ln softmax(logits) / n | ḡ (softmax(logits) - target) / n | -ḡ ln softmax(logits) / n",
    kept={"p": lambda logits: softmax(logits)},
    logits=cross_entropy_logits,
    target=cross_entropy_target,
)
def cross_entropy(logits, target, weight=None, reduction="mean", label_smoothing=0.0):
    """-ln softmax(logits) at the right class, averaged over all rows.

    logits            (…, classes), any real numbers; -inf for a class that is ruled out
    target            class numbers (…) of any integer dtype, or probabilities (…, classes)
    weight            (classes,): what each class counts. With class numbers the mean is that weighted by them
    label_smoothing   the part of each target, from 0 to 1, that is spread evenly over all classes

    Raises ValueError for a class number that is out of range, ShapeError for shapes other than these.

    >>> import numpy as np
    >>> cross_entropy(np.array([[0.0, 0.0], [0.0, 1000.0]]), np.array([0, 1]), reduction="none").round(3)
    array([0.693, 0.   ])
    """
    logits, target = floating(logits), array(target)
    labels = check_classes("cross_entropy", logits, target, weight, reduction)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing must be from 0 to 1, got {label_smoothing}")
    weight = weights(weight, logits)
    if labels and not label_smoothing:  # ln Σ e^(x - max) - (x - max) at the class: half the time of a log_softmax of all
        shifted, e, _ = exponentials(logits, -1)
        total = np.maximum(row_totals(e, -1), ONE.get(e.dtype.char, 1) if type(e) is ndarray else 1)
        p = e / total
        losses = np.log(total[..., 0]) - picked(shifted, target)
        losses = losses if weight is None else losses * of_class(weight, target)
    else:
        scores = log_softmax(logits)
        p = np.exp(scores)
        losses = -np.add.reduce(times(mixture(scores, target, weight, label_smoothing), scores), axis=-1)
    return reduced(losses, reduction, row_count(logits.shape, target, weight if labels else None)), p


def mixture(like, target, weight, smoothing):
    """The probabilities wanted of each class, times its weight: in the dtype of `like`, or bool where that will do."""
    classes = like.shape[-1]
    wanted = target
    if target.ndim < like.ndim:
        wanted = at_class(target, classes)
        if smoothing or weight is not None:
            wanted = wanted.astype(like.dtype)
    if smoothing:
        wanted = wanted * (1 - smoothing) + smoothing / classes
    return wanted if weight is None else wanted * weight


def at_class(target, classes):
    """Where each row has its class: a mask; or, if the class numbers cannot be looked at now, 1 and 0, and NaN in a row whose
    number is out of range, if no error can be raised once it is computed."""
    mask = target[..., None] == beside(np.arange(classes), target)
    if not undecided(target):
        return mask
    known = (target >= 0) & (target < classes)
    checked = target.__postponed__(known, f"a class number is not one of the {classes} classes 0 to {classes - 1}")
    if checked is not None:
        return (checked[..., None] == np.arange(classes)).astype(float)
    return np.where(known[..., None], mask, np.nan)


def weights(weight, scores):
    """The weights in the dtype of the scores, so that those of float32 stay float32."""
    return None if weight is None else as_plain(weight, scores.dtype if scores.dtype.kind == "f" else None)


def picked(scores, target):
    """The scores at the class numbers."""
    if undecided(scores) or undecided(target):
        chosen = at_class(target, scores.shape[-1])
        return np.sum(np.where(chosen != 0, scores * chosen, 0), axis=-1).astype(scores.dtype, copy=False)
    if target.ndim == 1:
        return scores[numbers(target.size), target]
    rows = np.reshape(scores, (-1, scores.shape[-1]))
    return np.reshape(rows[numbers(target.size), np.reshape(target, -1)], target.shape)[()]


KEPT = 2**14  # row numbers, at most, that are kept from one loss to the next


def numbers(count):
    """0, 1, 2, … up to `count`."""
    return few_numbers(count) if count <= KEPT else np.arange(count)


@functools.lru_cache(maxsize=16)
def few_numbers(count):
    rows = np.arange(count)
    rows.flags.writeable = False
    return rows


def row_count(shape, target, weight):
    """What the mean is divided by: the number of rows of scores of that shape, or the weights of their classes."""
    return math.prod(shape[:-1]) if weight is None else np.add.reduce(of_class(weight, target), axis=None)


def of_class(weight, target):
    """The weight of each row's class."""
    if not undecided(target):
        return weight[target]
    return np.sum(np.where((chosen := at_class(target, weight.shape[0])) != 0, chosen * weight, 0), axis=-1)


def nll_pull(g, log_probabilities_shape, target, weight, reduction):
    shape = log_probabilities_shape
    target, weight = array(target), weight if weight is None else array(weight)
    chosen = at_class(target, shape[-1])
    g = share(g, reduction, row_count(shape, target, weight))
    return -(g[..., None] if reduction == "none" else g) * (chosen if weight is None else chosen * weight)


@primitive(
    "-log_probabilities at target / n | -ḡ at target / n",
    log_probabilities=nll_pull,
)
def nll_loss(log_probabilities, target, weight=None, reduction="mean"):
    """-log_probabilities at the right class, averaged over all rows: `cross_entropy` for what went through `log_softmax`.

    log_probabilities   (…, classes)
    target              class numbers (…) of any integer dtype
    weight              (classes,): what each class counts; the mean is that weighted by them

    Raises ValueError for a class number that is out of range, ShapeError for shapes other than these.

    >>> import numpy as np
    >>> float(nll_loss(np.array([[-0.5, -2.0], [-1.5, -1.0]]), np.array([0, 0])))
    1.0
    """
    log_probabilities, target = floating(log_probabilities), array(target)
    if not check_classes("nll_loss", log_probabilities, target, weight, reduction):
        raise ShapeError(
            f"nll_loss: target must be class numbers of shape {log_probabilities.shape[:-1]}, got shape {target.shape}; "
            "for probabilities use cross_entropy"
        )
    weight = weights(weight, log_probabilities)
    losses = -picked(log_probabilities, target) * (1 if weight is None else of_class(weight, target))
    return reduced(losses, reduction, row_count(log_probabilities.shape, target, weight))


def check_classes(name, scores, target, weight, reduction):
    """Raise unless scores, targets and weights go together; say whether the targets are class numbers."""
    shape, other = scores.shape, target.shape
    if not shape or not shape[-1]:
        raise ShapeError(f"{name}: the scores must have the shape (…, classes), got {shape}")
    if scores.dtype.kind == "c":
        raise DTypeError(f"{name}: the scores must be real, got {scores.dtype}; write np.real(scores) or np.abs(scores)")
    labels = len(other) < len(shape)
    if other != (shape[:-1] if labels else shape):
        raise ShapeError(
            f"{name}: for scores of shape {shape} the target must be class numbers of shape {shape[:-1]} or probabilities of "
            f"shape {shape}, got shape {other}. Classes are along the last axis; write np.moveaxis(scores, 1, -1) if yours are "
            "along axis 1"
        )
    check_reduction(name, reduction, shape)
    if weight is not None and np.shape(weight) != shape[-1:]:
        raise ShapeError(f"{name}: weight must have the shape {shape[-1:]}, one number for each class, got {np.shape(weight)}")
    if not labels:
        check_probabilities(f"{name}: target", target, "for class numbers drop the last axis")
    elif target.dtype.kind not in "iu":
        raise DTypeError(f"{name}: class numbers must be integers, got dtype {target.dtype}; write target.astype(int)")
    elif target.size and not undecided(target) and not _numbers_of(target, shape[-1]):
        index = tuple(int(i) for i in np.argwhere((target < 0) | (target >= shape[-1]))[0])
        raise ValueError(
            f"{name}: class number {target[index]} at index {index} of target is not one of the {shape[-1]} classes "
            f"0 to {shape[-1] - 1}"
        )
    return labels


def _numbers_of(target, count):
    lowest, highest = extremes(target)
    return lowest >= 0 and highest < count
