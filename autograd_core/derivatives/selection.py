"""Functions that choose between values: maximum and minimum, clip, where, select, piecewise, nan_to_num.

The convention at ties and kinks (docs/conventions.md has that of all functions); the shares of the operands add up to one:

    maximum, minimum, fmax, fmin         one half each where both are equal (or, but for fmax and fmin, where one is NaN)
    fmax, fmin                           all to the other where one is NaN
    clip(x, low, high)                   1 strictly between the bounds, 0 at them; the rest goes to the bound
    relu(x), clip(x, 0, None),
    where(x > 0, x, 0)                   0 at 0
    where, select, piecewise             all to the value taken

What was not chosen gets 0, never NaN: also an infinite gradient is not sent there.
"""

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.choosing import LARGE, cleared, only
from autograd_core.derivatives.elementwise import REALS
from autograd_core.derivatives.indexing import setitem
from autograd_core.derivatives.operands import as_plain
from autograd_core.derivatives.strong import count_nonzero, zero
from autograd_core.derivatives.table import composed, derivative, primitive
from autograd_core.errors import UnsupportedError


def kept(g, condition):
    """g where the condition holds, and 0 elsewhere."""
    if isinstance(condition, (bool, np.bool)):
        return g if condition else zero(g)
    return np.where(condition, g, 0)


def inside(g, condition):
    """The same, for a condition that was computed here."""
    return only(condition, g) if type(condition) is ndarray else kept(g, condition)


# The larger and the smaller of two

derivative(
    "maximum", "the larger | ḡ where a > b | ḡ where b > a",
    a=lambda g, a, b: shared(g, a > b, a < b), b=lambda g, a, b: shared(g, a < b, a > b), domain=(REALS, REALS),
)  # fmt: skip
derivative(
    "minimum", "the smaller | ḡ where a < b | ḡ where b < a",
    a=lambda g, a, b: shared(g, a < b, a > b), b=lambda g, a, b: shared(g, a > b, a < b), domain=(REALS, REALS),
)  # fmt: skip
derivative(
    "fmax", "the larger that is no NaN | ḡ where a > b | ḡ where b > a",
    a=lambda g, a, b: shared(g, (a > b) | only_nan(b, a), (a < b) | only_nan(a, b)),
    b=lambda g, a, b: shared(g, (a < b) | only_nan(a, b), (a > b) | only_nan(b, a)),
    domain=(REALS, REALS),
)  # fmt: skip
derivative(
    "fmin", "the smaller that is no NaN | ḡ where a < b | ḡ where b < a",
    a=lambda g, a, b: shared(g, (a < b) | only_nan(b, a), (a > b) | only_nan(a, b)),
    b=lambda g, a, b: shared(g, (a > b) | only_nan(a, b), (a < b) | only_nan(b, a)),
    domain=(REALS, REALS),
)  # fmt: skip


def shared(g, wins, loses):
    """g where this operand wins, 0 where it loses, and half of g where neither is so."""
    if isinstance(wins, (bool, np.bool)):
        return g if wins else zero(g) if loses else g * 0.5
    if type(wins) is ndarray and count_nonzero(wins) + count_nonzero(loses) == wins.size:
        return cleared(g, loses) if type(g) is ndarray and g.size < LARGE and g.shape == loses.shape else only(wins, g)
    return np.where(wins, g, np.where(loses, 0, g * 0.5))


def only_nan(a, b):
    """Where a is NaN and b is not."""
    return (a != a) & (b == b)


# clip


@primitive(
    "x between low and high | ḡ where low < x < high | ḡ where x <= low | ḡ where x >= high",
    name="clip",
    x=lambda g, x, low, high: inside(g, strictly_inside(x, low, high)),
    low=lambda g, x, low, high: kept(g, x <= low if high is None else (x <= low) & (low < high)),
    high=lambda g, x, low, high: kept(g, x >= high if low is None else (x >= high) | (low >= high)),
)
def clamp(x, low, high, **options):
    """x, but `low` where it is less and `high` where it is more. Without a bound if that is None."""
    return np.clip(x, low, high, **options)


def strictly_inside(x, low, high):
    if low is None:
        return x < high
    return x > low if high is None else (x > low) & (x < high)


@composed("clip")
def clip(a, a_min=np._NoValue, a_max=np._NoValue, out=None, *, min=np._NoValue, max=np._NoValue, **options):
    if a_min is np._NoValue and a_max is np._NoValue:
        a_min, a_max = (None if bound is np._NoValue else bound for bound in (min, max))
    elif a_min is np._NoValue or a_max is np._NoValue:
        missing = "a_min" if a_min is np._NoValue else "a_max"
        raise TypeError(f"clip: {missing} is missing; write None for no bound, or use min= and max=")
    elif min is not np._NoValue or max is not np._NoValue:
        raise ValueError("clip: got a_min and a_max, and min= or max= as well; write one pair of them")
    return np.positive(a, **options) if a_min is None and a_max is None else clamp(a, a_min, a_max, **options)


# where, select, piecewise

derivative(
    "where", "x where condition, else y | ḡ where condition | ḡ where not",
    condition=None, x=lambda g, condition: kept(g, condition), y=lambda g, condition: kept(g, np.logical_not(condition)),
)  # fmt: skip


@composed("select")
def select(condlist, choicelist, default=0):
    if len(condlist) != len(choicelist) or not len(condlist):
        counts = f"{len(condlist)} conditions and {len(choicelist)} choices"
        raise ValueError(f"select: expected as many choices as conditions, at least one, got {counts}")
    result = default
    for i, (condition, choice) in reversed([*enumerate(zip(condlist, choicelist, strict=True))]):
        condition = as_plain(condition)
        if condition.dtype != bool:
            raise TypeError(f"select: condlist[{i}] must be bool, got {condition.dtype}; write for example x > 0")
        result = np.where(condition, choice, result)
    return result


@composed("piecewise")
def piecewise(x, condlist, funclist, *args, **kw):
    if np.isscalar(condlist) or (not isinstance(condlist[0], (list, np.ndarray)) and x.ndim != 0):
        condlist = [condlist]
    conditions = [as_plain(condition, bool) for condition in condlist]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.logical_or.reduce(conditions))
    elif len(funclist) != len(conditions):
        needed = f"{len(conditions)} conditions need as many functions, or one more for elsewhere"
        raise ValueError(f"piecewise: {needed}, got {len(funclist)}")
    result = np.where(False, x, 0)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result = setitem(result, condition, function)
        elif condition.any():
            result = setitem(result, condition, function(x[condition], *args, **kw))
    return result


# NaN and infinities replaced


def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    if not copy:
        raise UnsupportedError("nan_to_num: copy=False would change x in place; write t[...] = np.nan_to_num(t)")
    return np.nan_to_num(x, True, nan, posinf, neginf)


def nan_to_num_x(g, x):
    """ḡ where x is finite; of a complex x each part for itself."""
    if x.dtype.kind != "c":
        return kept(g, np.isfinite(x))
    return kept(np.real(g), np.isfinite(np.real(x))) + 1j * kept(np.imag(g), np.isfinite(np.imag(x)))


derivative("nan_to_num", "x, numbers for NaN and ±inf | ḡ where x is finite", forward=nan_to_num, x=nan_to_num_x, domain=(REALS,))
