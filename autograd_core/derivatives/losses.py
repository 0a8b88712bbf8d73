"""Losses: how far predictions are from targets, as one number. Here of arrays of one shape; `class_losses` has those of classes.

Each is one entry: composed of five or more, a training step of a small net would spend most of its time on the loss.
Every one has `reduction`: "mean" (of all elements, or rows for classes), "sum", or "none" for the single losses.
"""

import math

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.bells import ONE, sigmoid_slope
from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.operands import floating
from autograd_core.derivatives.strong import extremes, times
from autograd_core.derivatives.table import primitive
from autograd_core.errors import DTypeError, ShapeError


def reduced(losses, reduction, count):
    """The single losses, or their sum, or it divided by `count`."""
    if reduction == "none":
        return losses
    total = np.add.reduce(losses, axis=None)
    return total / count if reduction == "mean" else total


def share(g, reduction, count):
    """The gradient of each single loss."""
    return g / count if reduction == "mean" else g


def mse_pull(g, prediction, target, reduction):
    difference = np.subtract(prediction, target)
    return times(share(g, reduction, math.prod(difference.shape)) * 2, difference)


@primitive(
    "Σ (prediction - target)² / n | 2 ḡ (prediction - target) / n | -2 ḡ (prediction - target) / n",
    prediction=mse_pull,
    target=lambda g, prediction, target, reduction: -mse_pull(g, prediction, target, reduction),
)
def mse_loss(prediction, target, reduction="mean"):
    """Mean squared error: Σ (prediction - target)² / n.

    Raises ShapeError if the shapes differ: an (n, 1) array minus an (n,) one would be (n, n), and train to nonsense.

    >>> float(mse_loss([1.0, 2.0], [1.0, 4.0]))
    2.0
    """
    prediction, target = check_pair("mse_loss", prediction, target, reduction, "np.mean(np.abs(prediction - target) ** 2)")
    difference = np.subtract(prediction, target)
    if reduction == "none":
        return difference * difference
    total = np.vdot(difference, difference)  # 0.7 µs, while a product and a sum take 1.6
    return total / difference.size if reduction == "mean" else total


def bce_pull(g, prediction, target, reduction):
    g = share(g, reduction, math.prod(prediction.shape))
    unit, least = (1, 1e-12) if type(prediction) is not ndarray else SMALLEST.get(prediction.dtype.char, (1, 1e-12))
    return times(g, np.subtract(prediction, target) / np.maximum(prediction * np.subtract(unit, prediction), least))


SMALLEST = {char: (ONE[char], np.array(1e-12, char)) for char in "fd"}  # numbers that are arrays take half the time


def bce_target(g, prediction, reduction):
    return times(share(g, reduction, math.prod(np.shape(prediction))), log_of_rest(prediction) - log_of(prediction))


@primitive(
    "-Σ (t ln p + (1 - t) ln(1 - p)) / n | ḡ (p - t) / (p (1 - p)) / n | ḡ (ln(1 - p) - ln p) / n",
    prediction=bce_pull,
    target=bce_target,
)
def binary_cross_entropy(prediction, target, reduction="mean"):
    """-(t ln p + (1 - t) ln(1 - p)) for probabilities p and targets t, averaged.

    A logarithm counts as -100 at least, and p (1 - p) as 1e-12 at least in the gradient, so that both are finite at
    p = 0 and 1 (the conventions that PyTorch documents). With the logits at hand, `binary_cross_entropy_with_logits` is
    faster and more precise. Raises ShapeError if the shapes differ, ValueError for p outside [0, 1].

    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.5, 0.9]), np.array([0.0, 1.0]), reduction="none").round(3)
    array([0.693, 0.105])
    """
    prediction, target = check_pair("binary_cross_entropy", prediction, target, reduction)
    inside = check_probabilities(
        "binary_cross_entropy: prediction", prediction, "apply sigmoid first, or use binary_cross_entropy_with_logits"
    )
    yes, no = (np.log(prediction), np.log1p(np.negative(prediction))) if inside else (log_of(prediction), log_of_rest(prediction))
    unit = ONE.get(target.dtype.char, 1) if type(target) is ndarray else 1
    return reduced(np.subtract(target, unit) * no - target * yes, reduction, prediction.size)


def log_of(p):
    """ln p, at least -100; no warning at 0."""
    zero = np.equal(p, 0)
    return np.where(zero, -100, np.maximum(np.log(np.where(zero, 1, p)), -100))


def log_of_rest(p):
    """ln(1 - p), at least -100 (which only p = 1 reaches); no warning at 1, and all digits for small p."""
    certain = np.equal(p, 1)
    return np.where(certain, -100, np.log1p(np.negative(np.where(certain, 0, p))))


@primitive("sigmoid x - t | ḡ sigmoid' x | -ḡ", x=lambda g, x: times(g, sigmoid_slope(x)), t=lambda g: -g)
def missed(x, t):
    """By how much sigmoid(x) misses the target t, to full relative precision for t = 0 and 1: (eˣ (1 - t) - t) / (1 + eˣ)."""
    x, t = floating(x), floating(t)
    e = np.exp(np.minimum(x, LARGEST_EXPONENT.get(x.dtype.char, 709)))
    return (e * (1 - t) - t) / (1 + e)


# Of the number types: for what follows 1 / (1 + eˣ) is 0, or next to it
LARGEST_EXPONENT = {"e": 11, "f": 88, "d": 709, "g": math.floor(np.finfo("g").maxexp * math.log(2))}


@primitive(
    "Σ (ln(1 + eˣ) - t x) / n | ḡ (sigmoid x - t) / n | -ḡ x / n",
    logits=lambda g, logits, target, reduction: times(share(g, reduction, math.prod(np.shape(logits))), missed(logits, target)),
    target=lambda g, logits, reduction: -times(share(g, reduction, math.prod(np.shape(logits))), logits),
)
def binary_cross_entropy_with_logits(logits, target, reduction="mean"):
    """The binary cross entropy of the probabilities sigmoid(logits), averaged; never infinite.

    Computed as max(x, 0) - t x + ln(1 + e⁻|ˣ|): the first two cancel exactly for a confident right answer, so that even
    a loss of 1e-30 has all its digits. Raises ShapeError if the shapes differ.

    >>> import numpy as np
    >>> binary_cross_entropy_with_logits(np.array([0.0, 1000.0]), np.array([1.0, 0.0]), reduction="none").round(3)
    array([6.93e-01, 1.00e+03])
    """
    logits, target = check_pair("binary_cross_entropy_with_logits", logits, target, reduction)
    losses = np.maximum(logits, 0) - np.multiply(logits, target) + np.log1p(np.exp(-np.abs(logits)))
    return reduced(losses, reduction, np.size(logits))


def check_pair(name, prediction, target, reduction, instead="the loss with NumPy's functions"):
    """Predictions and targets as arrays of floats. Raises unless they are real, of one shape, and the reduction is known."""
    plain = type(prediction) is type(target) is ndarray and prediction.dtype.kind == "f" == target.dtype.kind
    if plain and (shape := prediction.shape) == target.shape:
        check_reduction(name, reduction, shape)
        return prediction, target
    shape, other = np.shape(prediction), np.shape(target)
    if shape != other:
        same = math.prod(shape) == math.prod(other)
        hint = f"write target.reshape({shape})" if same else f"write np.broadcast_to(target, {shape}) if it is to be repeated"
        raise ShapeError(f"{name}: prediction and target must have the same shape, got {shape} and {other}; {hint}")
    check_reduction(name, reduction, shape)
    prediction, target = floating(prediction), floating(target)
    if prediction.dtype.kind == "c" or target.dtype.kind == "c":
        raise DTypeError(f"{name}: prediction and target must be real, got complex; write {instead}")
    return prediction, target


def check_reduction(name, reduction, shape):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{name}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
    if reduction == "mean" and 0 in shape:
        raise ShapeError(f"{name}: an empty array, of shape {shape}, has no mean; write reduction='sum'")


def check_probabilities(name, p, hint):
    """Raise unless all elements are in [0, 1] (NaN is not); say whether they are so far inside that no logarithm reaches -100."""
    if 0 in p.shape:
        return True
    if undecided(p):  # what is out of range has no logarithm: NaN
        return False
    lowest, highest = extremes(p)
    if not (lowest >= 0 and highest <= 1):
        p = np.asarray(p)
        index = tuple(int(i) for i in np.argwhere(~((p >= 0) & (p <= 1)))[0])
        raise ValueError(f"{name} must be probabilities in [0, 1], got {p[index]} at index {index}; {hint}")
    return lowest > 1e-43 and highest < 1
