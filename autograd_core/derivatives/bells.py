"""Slopes that fall off to both sides: those of tanh, of the sigmoid and of the normal distribution function.

They are entries of their own for the sake of their digits. From out = tanh x the slope 1 - out² has none left at x = 20, where it
is 1.7e-17, and what is computed from e^(-|x|) has wrong derivatives at 0, where |x| has a kink. Here each is computed from x in
whatever way is precise, and its rule is a product again, so that all orders are precise in the tails.
"""

import math

import numpy as np

from autograd_core.derivatives.strong import times, within
from autograd_core.derivatives.table import primitive

REALS = ((-np.inf, np.inf),)
# Where cosh x is finite, and its square so large that 1 over it is 0
FLAT = {char: 0.9 * math.log(2) * np.finfo(char).maxexp for char in "efdg"}

# Within this, cosh² x and 1 + eˣ are finite, and so are their squares: 1 over them has all its digits
NEAR = {char: 0.49 * math.log(np.finfo(char).max) for char in "fd"}


MANY = 4096  # elements, for which one exponential and more calls take less time than one hyperbolic cosine

# As an operand of a small array, in half the time that Python's 1 takes
ONE = {char: np.ones((), char) for char in "fd"}


def is_near(x):
    """Whether a quick way will do: x is plain NumPy, float32 or float64, and nowhere NaN or far out."""
    bound = NEAR.get(x.dtype.char)
    return bound is not None and within(x, bound)


def falling(x):
    """-|x|, and of a complex x that of x and -x which has the lesser real part: the exponential of it can't overflow."""
    return np.where(np.real(x) < 0, x, -x) if x.dtype.kind == "c" else -np.abs(x)


@primitive("1 / cosh² x | -2 ḡ out tanh x", x=lambda g, x, out: times(g, -2 * (out * np.tanh(x))), domain=REALS)
def sech_squared(x):
    """The derivative of tanh.

    For a few real x with cosh, of five calls; with e^(-2|x|) it takes seven.
    """
    if x.dtype.kind == "c" or x.size > MANY:
        e = np.exp(2 * falling(x) if x.dtype.kind == "c" else -2 * np.abs(x))
        return 4 * e / np.square(1 + e)
    r = 1 / np.cosh(np.minimum(np.abs(x), FLAT[x.dtype.char]))
    return r * r


def tanh_x(g, x):
    """ḡ / cosh² x. With all x near, nothing overflows and no 0 of ḡ can meet an infinity, so that there is nothing to look at."""
    if x.size <= MANY and is_near(x):
        c = np.cosh(x)
        return g / (c * c)
    return times(g, sech_squared(x))


@primitive("e⁻ˣ / (1 + e⁻ˣ)² | -ḡ out tanh(x/2)", x=lambda g, x, out: times(g, -out * np.tanh(0.5 * x)), domain=REALS)
def sigmoid_slope(x):
    """The derivative of the sigmoid."""
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
    h = np.floor(x * 64) * (1 / 64)
    return np.exp(-0.5 * (h * h)) * np.exp(-0.5 * ((x - h) * (x + h)))
