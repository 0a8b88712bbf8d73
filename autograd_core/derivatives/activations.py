"""Activations of neural nets.

They are entries of their own if a composition of NumPy's functions would overflow, lose digits or take longer. Integers
and bools count as float64. Those that ask for the sign of x, or know the normal distribution, take real numbers only.
"""

import math

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.bells import ONE, REALS, bell, is_near, normal_density, sigmoid_slope
from autograd_core.derivatives.choosing import either, only
from autograd_core.derivatives.operands import array, floating, real
from autograd_core.derivatives.strong import times, zero
from autograd_core.derivatives.table import primitive


def ceiling(x):
    """Above this, adding 1 to eˣ changes nothing; eˣ is still finite there. For float16, and for all longer floats."""
    return 11 if x.dtype.char == "e" else 80


def sigmoid_x(g, x, slope):
    """ḡ times the slope, which was kept if all x are near: as out / (1 + eˣ), where 1 - out = 1 / (1 + eˣ) has all its digits."""
    return times(g, sigmoid_slope(x)) if slope is None else g * slope


@primitive("1 / (1 + e⁻ˣ) | ḡ out (1 - out)", kept={"slope": lambda x: None}, x=sigmoid_x, domain=REALS)
def sigmoid(x):
    """1 / (1 + e⁻ˣ), to full relative precision for every x, as its derivative is.

    Computed as eˣ / (1 + eˣ), which keeps all digits where it is small (½ tanh(x/2) + ½ has none left at x = -40).
    Beyond the ceiling it is 1 to the last bit, so cutting x there changes nothing, and eˣ can't overflow. Four calls of
    NumPy; the usual two branches with e⁻|ˣ| take seven.

    >>> sigmoid([-800.0, 0.0, 800.0])
    array([0. , 0.5, 1. ])
    """
    x = x if type(x) is ndarray and x.dtype.char in ONE else floating(x)
    if is_near(x):
        e = np.exp(x)
        if type(e) is ndarray:
            total = e + ONE[e.dtype.char]
            e /= total
            return e, np.divide(e, total, total)
        out = e / (1 + e)
        return out, out / (1 + e)
    e = np.exp(np.minimum(x, ceiling(x)))
    return e / (1 + e), None


@primitive("ln(1 + eˣ) | ḡ sigmoid x", x=lambda g, x: times(g, sigmoid(x)), domain=REALS)
def softplus(x):
    """ln(1 + eˣ), to full relative precision for every x; of a complex x the principal value.

    It is greater than x by less than a rounding error beyond the ceiling, hence the maximum. `np.logaddexp(x, 0)` is the
    same in one call, but not vectorized: 245 µs against 35 for 8192 elements.

    >>> softplus([-40.0, 0.0, 80.0])
    array([4.24835426e-18, 6.93147181e-01, 8.00000000e+01])
    """
    x = floating(x)
    if x.dtype.kind == "c":
        return complex_softplus(x)
    return np.maximum(x, np.log1p(np.exp(np.minimum(x, ceiling(x)))))


def complex_softplus(x):
    """m + ln(e⁻ᵐ + eˣ⁻ᵐ) with m = max(Re x, 0), so that nothing overflows.

    What the logarithm is taken of is 1 + w; NumPy's log1p of a complex w has no digits where w is small.
    """
    m = np.maximum(np.real(x), 0)
    w = np.expm1(-m) + np.exp(x - m)
    u, v = np.real(w), np.imag(w)
    return m + 0.5 * np.log1p(u * (2 + u) + v * v) + 1j * np.arctan2(v, 1 + u)


def relu_x(g, x):
    if isinstance(x, float):
        return g if x > 0 else zero(g)
    return only(x > 0, g)  # not g (out > 0): an infinite gradient is not sent to what was not taken


@primitive("max(x, 0) | ḡ where x > 0", x=relu_x, domain=REALS, kinks=(0,))
def relu(x):
    """max(x, 0); the derivative at 0 is 0.

    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    if isinstance(x, float):  # `np.maximum` of numbers takes 0.9 µs, this 0.1
        return type(x)(0) if x <= 0 else x
    return np.maximum(real("relu", array(x)), 0)


@primitive(
    "x where x > 0, else negative_slope x | ḡ, or ḡ negative_slope",
    x=lambda g, x, negative_slope: either(x > 0, g, g * negative_slope),
    domain=REALS,
    kinks=(0,),
)
def leaky_relu(x, negative_slope=0.01):
    """x where x > 0, else negative_slope * x; the derivative at 0 is negative_slope.

    >>> leaky_relu([-1.0, 0.0, 2.0], negative_slope=0.1)
    array([-0.1,  0. ,  2. ])
    """
    x = real("leaky_relu", floating(x))
    return either(x > 0, x, x * negative_slope)


@primitive(
    "x where x > 0, else alpha (eˣ - 1) | ḡ, or ḡ alpha eˣ",
    x=lambda g, x, alpha: either(x > 0, g, times(g, alpha * np.exp(np.minimum(x, 0)))),
    domain=REALS,
    kinks=(0,),
)
def elu(x, alpha=1.0):
    """x where x > 0, else alpha * (eˣ - 1); the derivative at 0 is alpha.

    With the exponent cut at 0: `np.where` computes both sides, and eˣ would overflow where it is not wanted.

    >>> elu([-800.0, 0.0, 2.0])
    array([-1.,  0.,  2.])
    """
    x = real("elu", floating(x))
    return either(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@primitive(
    "x sigmoid x | ḡ (sigmoid x + x sigmoid' x)",
    kept={"share": lambda x: sigmoid(x)},
    x=lambda g, x, share: times(g, share + times(sigmoid_slope(x), x)),
    domain=REALS,
)
def silu(x):
    """x sigmoid(x), also known as swish.

    >>> silu([-2.0, 0.0, 2.0]).round(3)
    array([-0.238,  0.   ,  1.762])
    """
    x = floating(x)
    share = sigmoid(x)
    return times(share, x), share


@primitive(
    "x Φ(x) | ḡ (Φ(x) + x Φ'(x))",
    kept={"slope": lambda x, approximate: gelu_slope(x, approximate)},
    x=lambda g, x, slope, approximate: times(g, slope if approximate == "none" else slope + tanh_rest(x)),
    domain=REALS,
)
def gelu(x, approximate="none"):
    """x Φ(x), with the distribution function Φ of the normal distribution.

    approximate   "none" for Φ to 15 digits, "tanh" for ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), off by up to 5e-4

    >>> gelu([-2.0, 0.0, 2.0]).round(3)
    array([-0.046,  0.   ,  1.954])
    """
    x = real("gelu", floating(x))
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")
    if approximate == "tanh":
        share = sigmoid(twice_inside(x))
        return times(share, x), share
    share, density = cdf_and_density(x)
    return times(share, x), share + times(density, x)


def gelu_slope(x, approximate):
    """What of the derivative the forward pass finds: all of it, or what stands for Φ(x)."""
    if approximate == "tanh":
        return sigmoid(twice_inside(x))
    return normal_cdf(x) + times(normal_density(x), x)


def tanh_rest(x):
    """x times the derivative of what stands for Φ(x)."""
    slope = sigmoid_slope(twice_inside(x))
    return times(times(slope, x), TANH * (1 + 3 * 0.044715 * np.square(x)))


TANH = math.sqrt(8 / math.pi)


def twice_inside(x):
    """2y, where ½ (1 + tanh y) = sigmoid 2y stands for Φ(x): this keeps its digits far to the left."""
    return TANH * x * (1 + 0.044715 * np.square(x))


# e^(z²) erfc(z) (1 + 2z) for z ≥ 0 is smooth up to infinity, and a polynomial in (z - 3.75) / (z + 3.75), from -1 to 1:
# Chebyshev interpolation of degree 22, made with 50 digits, here as coefficients of the powers. (The substitution is that
# of M. Shepherd and J. Laframboise, Math. Comp. 36, 1981.) NumPy has no erf; `math.erf` one by one takes five times longer.
ERFC = (
    1.2375126308378275, -0.14024059858554522, 0.0035854154854663067, 0.08227673848999159,
    -0.10880393014193915, 0.09230432116435616, -0.058693398584491845, 0.028362277371370044,
    -0.00974657962081509, 0.0017556261692276722, 0.00029371408777227685, -0.0002901553656394713,
    5.164737123871838e-05, 2.238759272534769e-05, -1.143961526007595e-05, -9.79297529099823e-07,
    1.7438577411359181e-06, -5.0816911811698186e-08, -2.4996538037405243e-07, 1.8778501156468795e-08,
    3.256499083798513e-08, -1.952790162974837e-09, -2.7293941332533855e-09,
)  # fmt: skip
# Φ(-a) e^(a²/2) for 0 ≤ a ≤ 14.6, beyond which Φ(-a) is 0 in float32, as a quotient of polynomials: off by 6e-9 at most, a
# tenth of the rounding of float32. All coefficients are positive, so nothing cancels. It takes 18 calls, a polynomial in s 30
UPPER = (0.39894684, 3.93583456, 17.74107494, 42.42124234, 48.37128188)
LOWER = (9.86629128, 45.45591166, 116.39316976, 162.03192338, 96.74256318)  # after a⁵


@primitive("Φ(x) | ḡ e^(-x²/2) / √(2π)", x=lambda g, x: times(g, normal_density(x)), domain=REALS)
def normal_cdf(x):
    """Φ(x) = ½ erfc(-x/√2): the probability of a normally distributed number to be less than x, to 15 digits.

    >>> normal_cdf([-1.0, 0.0, 1.0]).round(3)
    array([0.159, 0.5  , 0.841])
    """
    return cdf_and_density(real("normal_cdf", floating(x)))[0]


def cdf_and_density(x):
    """Φ(x) and Φ'(x), whose exponential is the same."""
    if x.dtype.char == "e":
        return tuple([value.astype(x.dtype) for value in cdf_and_density(x.astype(np.float32))])
    a = np.minimum(np.abs(x), 200)  # from there on both e^(-a²/2) are 0, and s of infinity would be NaN
    e = bell(a)
    tail = e * (short_tail(a) if x.dtype.char == "f" else tail_over_bell(a))
    return either(np.greater(x, 0), 1 - tail, tail), e * (1 / math.sqrt(2 * math.pi))


def tail_over_bell(a):
    """Φ(-a) e^(a²/2), to 15 digits."""
    s = (a - 3.75 * ROOT2) / (a + 3.75 * ROOT2)
    return horner(s, s * ERFC[-1] + ERFC[-2], ERFC[-3::-1]) / (2 + 2 * ROOT2 * a)


def short_tail(a):
    """The same, to the digits of float32."""
    return horner(a, a * UPPER[0] + UPPER[1], UPPER[2:]) / horner(a, a + LOWER[0], LOWER[1:])


def horner(x, p, coefficients):
    """(… (p x + c) x + …) x + c, in place."""
    for c in coefficients:
        p *= x
        p += c
    return p


ROOT2 = math.sqrt(2)
