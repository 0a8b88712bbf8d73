"""Exponentials and logarithms, trigonometric and hyperbolic functions and their inverses, sinc and the Bessel function i0."""

import math

import numpy as np

from autograd_core.derivatives.activations import sigmoid
from autograd_core.derivatives.bells import tanh_x
from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.rules import Root
from autograd_core.derivatives.strong import nowhere, or_inf, over, quiet, times
from autograd_core.derivatives.table import derivative, primitive

LN2, LN10 = math.log(2), math.log(10)
UNIT = (-1, 1)
DEGREE = math.pi / 180

# Exponentials and logarithms

derivative("exp", "eˣ | ḡ out", x=lambda g, out: times(g, out), domain=(REALS,))
derivative("exp2", "2ˣ | ḡ out ln 2", x=lambda g, out: times(g, out * LN2), domain=(REALS,))
derivative("expm1", "eˣ - 1 | ḡ eˣ", x=lambda g, x: times(g, quiet(np.exp, x)), domain=(REALS,))  # out + 1 is 0 below x = -37
derivative("log", "ln x | ḡ / x", x=lambda g, x: over(g, x), domain=(POSITIVE,))
derivative("log2", "log₂ x | ḡ / (x ln 2)", x=lambda g, x: over(g, x * LN2), domain=(POSITIVE,))
derivative("log10", "log₁₀ x | ḡ / (x ln 10)", x=lambda g, x: over(g, x * LN10), domain=(POSITIVE,))
derivative("log1p", "ln(1 + x) | ḡ / (1 + x)", x=lambda g, x: over(g, 1 + x), domain=(POSITIVE,))
derivative(
    "logaddexp", "ln(eᵃ + eᵇ) | ḡ sigmoid(a - b) | ḡ sigmoid(b - a)",
    a=lambda g, a, b, out: times(g, sigmoid(gap(a, b, out))), b=lambda g, a, b, out: times(g, sigmoid(gap(b, a, out))),
    domain=(REALS, REALS),
)  # fmt: skip
derivative(
    "logaddexp2", "log₂(2ᵃ + 2ᵇ) | ḡ sigmoid((a - b) ln 2) | ḡ sigmoid((b - a) ln 2)",
    a=lambda g, a, b, out: times(g, sigmoid(gap(a, b, out) * LN2)),
    b=lambda g, a, b, out: times(g, sigmoid(gap(b, a, out) * LN2)),
    domain=(REALS, REALS),
)  # fmt: skip


def gap(a, b, out):
    """a - b, where out, of which they are the terms, is infinite too: two of +inf have the gap 0, two of -inf that of nothing."""
    infinite = np.isinf(out)
    if nowhere(infinite):
        return a - b
    both = infinite & (a == b)
    return np.where(both, np.where(a > 0, 0, -np.inf), np.where(both, 0, a) - np.where(both, 0, b))


# Trigonometric functions

derivative("sin", "sin x | ḡ cos x", x=lambda g, x: times(g, quiet(np.cos, x)), domain=(REALS,))
derivative("cos", "cos x | -ḡ sin x", x=lambda g, x: times(g, -quiet(np.sin, x)), domain=(REALS,))
derivative("tan", "tan x | ḡ (1 + out²)", x=lambda g, out: times(g, 1 + out * out), domain=(UNIT,))
derivative("arcsin", "arcsin x | ḡ / √(1 - x²)", x=lambda g, x: over(g, semicircle(x)), domain=(UNIT,))
derivative("arccos", "arccos x | -ḡ / √(1 - x²)", x=lambda g, x: -over(g, semicircle(x)), domain=(UNIT,))
derivative("arctan", "arctan x | ḡ / (1 + x²)", x=lambda g, x: arctan_x(g, x), domain=(REALS,))
derivative(
    "arctan2", "the angle of (b, a) | ḡ b / (a² + b²) | -ḡ a / (a² + b²)",
    a=lambda g, a, b: per_square(g, b, a, b), b=lambda g, a, b: -per_square(g, a, a, b), domain=(POSITIVE, REALS),
)  # fmt: skip
derivative(
    "hypot", "√(a² + b²) | ḡ a / out | ḡ b / out",
    a=lambda g, a, b: times(g, cosine(a, b)), b=lambda g, a, b: times(g, cosine(b, a)), domain=(POSITIVE, REALS),
    root=Root(lambda a, b: (a == 0) & (b == 0), a=lambda g, a: times(g, 2 * a), b=lambda g, b: times(g, 2 * b)),
)  # fmt: skip
for name in ("deg2rad", "radians"):
    derivative(name, "π x / 180 | π ḡ / 180", x=lambda g: g * DEGREE, domain=(REALS,))
for name in ("rad2deg", "degrees"):
    derivative(name, "180 x / π | 180 ḡ / π", x=lambda g: g / DEGREE, domain=(REALS,))


def root(x):
    return quiet(np.sqrt, x)


# Entries of their own: the derivatives of their factors would nearly cancel where x is small


@primitive("√(1 - x²) | -ḡ x / out", x=lambda g, x, out: -over(times(g, x), out), domain=(UNIT,))
def semicircle(x):
    return root(1 - x) * root(1 + x)


@primitive("1 - x² | -2 ḡ x", x=lambda g, x: -times(g, x + x), domain=(REALS,))
def one_less_square(x):
    return (1 - x) * (1 + x)


def root_of_1_and_square(x):
    """√(1 + x²), for real x without overflow."""
    return np.sqrt(1 + x * x) if x.dtype.kind == "c" else np.hypot(1, x)


def arctan_x(g, x):
    r = root_of_1_and_square(x)
    return over(over(g, r), r)


@primitive(
    "a / √(a² + b²) | ḡ b² / (a² + b²)^(3/2) | -ḡ a b / (a² + b²)^(3/2)",
    a=lambda g, a, b: over(times(g, np.square(cosine(b, a))), or_inf(np.hypot(a, b))),
    b=lambda g, a, b: -over(times(g, cosine(a, b) * cosine(b, a)), or_inf(np.hypot(a, b))),
    domain=(POSITIVE, REALS),
)
def cosine(a, b):
    """The slope of hypot, 0 where both are 0; an entry of its own, since the terms of a's derivative would nearly cancel."""
    return a / or_inf(np.hypot(a, b))


def per_square(g, numerator, a, b):
    """ḡ numerator / (a² + b²) without overflow, and 0 where both are 0."""
    r = or_inf(np.hypot(a, b))
    return over(times(g, numerator / r), r)


# Hyperbolic functions

derivative("sinh", "sinh x | ḡ cosh x", x=lambda g, x: times(g, quiet(np.cosh, x)), domain=(REALS,))
derivative("cosh", "cosh x | ḡ sinh x", x=lambda g, x: times(g, quiet(np.sinh, x)), domain=(REALS,))
derivative("tanh", "tanh x | ḡ / cosh² x", x=tanh_x, domain=(REALS,))
derivative("arcsinh", "arsinh x | ḡ / √(1 + x²)", x=lambda g, x: over(g, root_of_1_and_square(x)), domain=(REALS,))
derivative("arccosh", "arcosh x | ḡ / √(x² - 1)", x=lambda g, x: over(g, root(x - 1) * root(x + 1)), domain=((1.1, np.inf),))
derivative("arctanh", "artanh x | ḡ / (1 - x²)", x=lambda g, x: over(g, one_less_square(x)), domain=(UNIT,))

# Special functions

derivative("sinc", "sin(πx) / (πx) | ḡ (cos(πx) - out) / x", x=lambda g, x: times(g, sinc_slope(x)), domain=(REALS,))
derivative("i0", "I₀(x) | ḡ I₁(x)", x=lambda g, x: times(g, bessel(x, 1)), domain=(REALS,))

# sinc x = Σ (-1)ᵏ (πx)²ᵏ / (2k + 1)!, differentiated: the coefficients of x, x³, x⁵, … For |x| < 1/2 these 13 are enough.
SINC_SLOPE = [2 * k * (-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(1, 14)]


def sinc_slope(x):
    """The derivative of sinc. Near 0 it is the series, since the quotient loses all its digits there."""
    near = np.abs(x) < 0.5
    far, x = np.where(near, 1, x), np.where(near, x, 0)
    series, square = 0, x * x
    for coefficient in reversed(SINC_SLOPE):
        series = series * square + coefficient
    turned = far - 2 * np.rint(np.real(far) / 2)  # by whole turns, before π x is rounded
    return np.where(near, series * x, (np.cos(np.pi * turned) - np.sinc(far)) / far)


# Iₙ(x) is the mean of e^(x cos t) cos(n t) over the circle: for a smooth periodic function, that over equally spaced points
# has an error that falls exponentially. By symmetry a quarter of 240 points is enough up to where I₀ overflows.
QUARTER = [(k + 0.5) * math.pi / 120 for k in range(60)]


@primitive("Iₙ(x) | ḡ (Iₙ₋₁(x) + Iₙ₊₁(x)) / 2", x=lambda g, x, n: times(g, (bessel(x, n - 1) + bessel(x, n + 1)) / 2))
def bessel(x, n):
    """The modified Bessel function of the first kind, of small integer order n."""
    function = np.sinh if n % 2 else np.cosh
    return sum(math.cos(n * t) / len(QUARTER) * function(math.cos(t) * x) for t in QUARTER)
