"""The strong zero: where the incoming gradient is exactly 0, what goes out is 0 too, whatever the derivative is there.

`np.where(x > 0, np.log(x), 0)` sends a zero into the derivative of log at x = 0. Multiplied out, 0 * inf is NaN and
ruins every gradient before it, though log was never taken there. With the strong zero the answer is the right one.

Another array is asked through `__finite__`, `__no_zeros__`, `__nowhere__` and `__within__`, if its class has them: those that
stand for arrays while a step is recorded answer, and the recording holds for as long as the answer does.

So that it costs little, the functions look first for a reason not to care: one pass over a small array takes 0.3 µs.
"""

import numpy as np
from numpy import float64, generic, ndarray

from autograd_core.derivatives.kinds import taken_in, undecided

try:
    from numpy._core.multiarray import count_nonzero  # what np.count_nonzero calls, in a third of its time
except ImportError:
    count_nonzero = np.count_nonzero
vdot = getattr(np.vdot, "_implementation", np.vdot)  # which does not ask for `__array_function__`: two thirds of the time
FEW = 500  # elements of ḡ up to which it is quickest to see first whether there is a 0 at all
SMALL = 1500  # count_nonzero is the quickest test up to this size, and slower than all() beyond
INFINITE = float("inf")
SERIAL = 10_000  # for more, BLAS takes several threads, and on a busy machine waits 8 ms for them


def times(g, d):
    """g * d, and 0 where g is 0 and d infinite or NaN."""
    kind = type(g)
    if kind is float64 and g:
        return d * g  # the number second: NumPy looks at its own side first
    if (count_nonzero(g) == size if kind is ndarray and (size := g.size) < FEW else isinstance(g, generic) and g) or finite(d):
        return g * d
    return g * _tamed(g, d)


def tamed(g, d):
    """d, and 0 where g is 0 and d infinite or NaN: for what is multiplied by g more than once."""
    return d if (isinstance(g, generic) and g) or finite(d) else _tamed(g, d)


def _tamed(g, d):
    bad = ~np.isfinite(d)
    return d if nowhere(bad) else np.where((g == 0) & bad, 0, d)


def strongly(product, g, *others):
    """product(g, *others), sums of products, in which what 0 of g is multiplied by is no matter."""
    if all(map(finite, others)):
        return product(g, *others)
    bad = [~np.isfinite(d) for d in others]
    if all(map(nowhere, bad)):
        return product(g, *others)
    clean = product(g, *[np.where(mask, 0, d) for mask, d in zip(bad, others, strict=True)])
    taken, ones = np.where(g == 0, 0.0, 1.0), [np.ones(np.shape(d)) for d in others]
    for k, mask in enumerate(bad):
        met = product(taken, *ones[:k], np.where(mask, 1.0, 0.0), *ones[k + 1 :]) != 0
        if not nowhere(met):
            clean = np.where(met, product(g, *others), clean)
    return clean


def both(a, b):
    """a * b, and 0 where either is 0."""
    if finite(a) and finite(b):
        return quiet(np.multiply, a, b)
    hole = ((a == 0) & ~np.isfinite(b)) | ((b == 0) & ~np.isfinite(a))
    return quiet(np.multiply, a, b) if nowhere(hole) else quiet(np.multiply, np.where(hole, 0, a), np.where(hole, 0, b))


def over(g, d):
    """g / d, and 0 where g is 0 and d zero or NaN."""
    if (type(g) is float64 and g) or no_zeros(g) or (no_zeros(d) and finite(d)):
        return g / d
    bad = (d == 0) | (d != d)
    # By infinity and not by 1, so that the derivatives of the quotient are 0 too
    return g / d if nowhere(bad) else g / np.where((g == 0) & bad, np.inf, d)


def or_inf(d):
    """d, and infinity where it is 0: a quotient by it is 0 there. That is the zero subgradient of |x|, hypot and norms."""
    bad = d == 0
    return d if nowhere(bad) else np.where(bad, np.inf, d)


def zero(g):
    """Zeros like g. (0 * g would be NaN where g is infinite.)"""
    return type(g)(0) if isinstance(g, generic) else np.zeros_like(g)


def quiet(function, *args):
    """function(*args) without a warning, for where the forward pass has given it already: out of the domain (NaN), overflow."""
    with np.errstate(invalid="ignore", over="ignore"):
        return function(*args)


def no_zeros(g):
    """Whether g is plain NumPy without a zero. (Of another array nothing is asked.)"""
    if isinstance(g, generic):
        return g
    kind = type(g)
    if kind is ndarray:
        return count_nonzero(g) == size if (size := g.size) < SMALL else g.all()
    return hasattr(kind, "__no_zeros__") and g.__no_zeros__()


def finite(d):
    """Whether d is plain NumPy or a number, and surely without an infinity or NaN: either stays in the sum of squares."""
    kind = type(d)
    if kind is ndarray:
        return vdot(d, d) < INFINITE if d.size <= SERIAL else np.isfinite(d).all()
    if kind is int or kind is float:
        return kind is int or -np.inf < d < np.inf
    return hasattr(kind, "__finite__") and d.__finite__()


def nowhere(mask):
    """Whether a mask is plain NumPy and False everywhere. (Of another array nothing is asked.)"""
    kind = type(mask)
    if kind is ndarray:
        return not mask.any()
    if kind is np.bool or kind is bool:
        return not mask
    return hasattr(kind, "__nowhere__") and mask.__nowhere__()


def somewhere(mask):
    """Whether a mask is surely True somewhere: nothing is asked of one that is not computed yet."""
    return not undecided(taken_in(mask)) and bool(np.any(mask))


def extremes(x):
    """The least and the greatest element of a real array, NaN if there is one: of few by their places, in a third of the time."""
    if type(x) is ndarray and x.size <= SERIAL:
        return x.item(x.argmin()), x.item(x.argmax())
    return np.minimum.reduce(x, axis=None), np.maximum.reduce(x, axis=None)


def within(x, bound):
    """Whether x is plain NumPy and surely in ±bound. Of few numbers the sum of squares tells, in a third of the time."""
    kind = type(x)
    if kind is ndarray:
        square, size = bound * bound, x.size
        if 2 * size < square and size <= SERIAL and vdot(x, x) < square:
            return True
        return size > 0 and np.maximum.reduce(x, axis=None) < bound and np.minimum.reduce(x, axis=None) > -bound
    if kind is float64 or kind is np.float32:
        return -bound < x < bound
    return hasattr(kind, "__within__") and x.__within__(bound)
