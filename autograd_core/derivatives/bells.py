"""Slopes that fall off to both sides: those of tanh, of the sigmoid and of the normal distribution function.

They are entries of their own for the sake of their digits. From out = tanh x the slope 1 - out² has none left at x = 20, where it
is 1.7e-17, and what is computed from e^(-|x|) has wrong derivatives at 0, where |x| has a kink. Here each is computed from x in
whatever way is precise, and its rule is a product again, so that all orders are precise in the tails.
"""

import math
import sys

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.strong import finite, times, within
from autograd_core.derivatives.table import primitive

try:
    from numpy._core._multiarray_umath import __cpu_features__ as features
except ImportError:
    features = {}

REALS = ((-np.inf, np.inf),)
# Within this, cosh² x and 1 + eˣ are finite, and so are their squares: 1 over them has all its digits
NEAR = {char: 0.49 * math.log(np.finfo(char).max) for char in "fd"}

# Elements up to which one hyperbolic cosine takes less time than one exponential and six more calls. NumPy has vector code for
# the exponential on most processors, for cosh on Linux with AVX-512: there it always does
FEW = {"f": 250, "d": 700}
if sys.platform == "linux" and features.get("AVX512_SKX"):
    FEW = dict.fromkeys("fd", sys.maxsize)
IN_PLACE = 4096  # elements from which that is quicker: of 10⁶ in 0.65 of the time, of fewer in as much

# As operands of a small array, in half the time that Python's numbers take
ONE, FOUR, MINUS_TWO = [{char: np.full((), value, char) for char in "fd"} for value in (1, 4, -2)]


def is_near(x):
    """Whether a quick way will do: x is plain NumPy, float32 or float64, and nowhere NaN or far out."""
    bound = NEAR.get(x.dtype.char)
    return bound is not None and within(x, bound)


def falling(x):
    """-|x|, and of a complex x that of x and -x which has the lesser real part: the exponential of it can't overflow."""
    return np.where(np.real(x) < 0, x, -x) if x.dtype.kind == "c" else -np.abs(x)


@primitive("1 / cosh² x | -2 ḡ out tanh x", x=lambda g, x, out: times(g, -2 * (out * np.tanh(x))), domain=REALS)
def sech_squared(x):
    """The derivative of tanh: 4 e / (1 + e)² with e = e^(-2|x|)."""
    char = x.dtype.char
    if type(x) is ndarray and x.shape and char in ONE:
        e = np.abs(x)
        e *= MINUS_TWO[char]
        total = np.exp(e, e) + ONE[char]
        total *= total
        e *= FOUR[char]
        e /= total
        return e
    e = np.exp(2 * falling(x) if x.dtype.kind == "c" else -2 * np.abs(x))
    return 4 * e / np.square(1 + e)


def tanh_x(g, x):
    """ḡ / cosh² x. Of few x that are all near, by cosh: nothing overflows, and no 0 of ḡ can meet an infinity.

    What is in place is the same for other arrays, so that a captured step has the same digits.
    """
    if x.size <= FEW.get(x.dtype.char, 0) and is_near(x):
        c = np.cosh(x)
        if x.size <= IN_PLACE or not fits(c, g):
            return g / (c * c)
        c *= c
        return np.divide(g, c, c)
    slope = sech_squared(x)
    if not fits(slope, g):
        return times(g, slope)
    slope *= g
    return slope if finite(slope) else times(g, sech_squared(x))  # an infinity or NaN, which may have met a 0


def fits(made, g):
    """Whether the product of ḡ with an array that was made for it can take that one's place."""
    return type(made) is ndarray is type(g) and made.dtype == g.dtype and made.shape == g.shape


@primitive("e⁻ˣ / (1 + e⁻ˣ)² | -ḡ out tanh(x/2)", x=lambda g, x, out: times(g, -out * np.tanh(0.5 * x)), domain=REALS)
def sigmoid_slope(x):
    """The derivative of the sigmoid."""
    char = x.dtype.char
    if type(x) is ndarray and x.shape and char in ONE:
        e = np.abs(x)
        np.exp(np.negative(e, e), e)
        total = e + ONE[char]
        total *= total
        e /= total
        return e
    e = np.exp(falling(x))
    total = 1 + e
    return e / (total * total)


@primitive("e^(-x²/2) / √(2π) | -ḡ out x", x=lambda g, x, out: times(g, -times(out, x)), domain=REALS)
def normal_density(x):
    """The derivative of the normal distribution function."""
    return bell(np.minimum(np.abs(x), 200)) * (1 / math.sqrt(2 * math.pi))  # from there on it is 0, in every float


def bell(x):
    """e^(-x²/2) for 0 ≤ x ≤ 200.

    With x² = h² + (x - h) (x + h) for an h of few bits, whose square is exact: the exponential of a rounded x² is off by 100
    roundings at x = 20.
    """
    h = np.floor(x * 64)
    h *= 1 / 64
    rest = x - h
    rest *= x + h
    rest *= -0.5
    h *= h
    h *= -0.5
    e = np.exp(h)
    e *= np.exp(rest)
    return e
