"""The error function, its inverses and scaled forms, the normal distribution function, Dawson's integral and Voigt's profile.

What falls off in the tails is computed from ratios, not from differences: see `error_kernels`.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.bells import normal_density
from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special import error_kernels
from autograd_core.derivatives.special.error_kernels import TWO_BY_ROOT_PI
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import over, quiet, times
from autograd_core.derivatives.table import derivative, primitive

UNIT, UNIT_01, INSIDE_2, NEGATIVE = (-1, 1), (0, 1), (0, 2), (-np.inf, 0)
ROOT_2, ROOT_2PI = math.sqrt(2), math.sqrt(2 * math.pi)


def square_split(function, x, sign):
    """function(sign x²), by x² = h² + (x - h) (x + h) for an h of few bits: the exponential of a rounded x² has 700 roundings."""
    if x.dtype.kind == "c":
        return function(sign * x * x)
    x = np.minimum(np.abs(x), 60)  # from there on it is 0 or infinite, in every float
    h = np.floor(x * 64) / 64
    return function(sign * (h * h)) * function(sign * ((x - h) * (x + h)))


@primitive("2 e^(-x²) / √π | -2 ḡ x out", x=lambda g, x, out: -2 * times(g, times(out, x)), domain=(REALS,))
def gaussian(x):
    """The derivative of erf."""
    if type(x) is np.ndarray and x.dtype.char == "d" and x.ndim and x.size and x.max() <= 4 and x.min() >= -4:  # x² is 16 at most
        out = x * x
        np.exp(np.negative(out, out), out)
        out *= TWO_BY_ROOT_PI
        return out
    return quiet(square_split, np.exp, x, -1) * TWO_BY_ROOT_PI


@primitive("2 e^(x²) / √π | 2 ḡ x out", x=lambda g, x, out: 2 * times(g, times(out, x)), domain=(REALS,))
def inverse_gaussian(x):
    """The derivative of erfi."""
    return quiet(square_split, np.exp, x, 1) * TWO_BY_ROOT_PI


@primitive("e^(x²) iⁿerfc(x) | -2 (n + 1) ḡ Eₙ₊₁(x)", x=lambda g, x, n: times(g, -2 * (n + 1) * repeated(x, n + 1)))
@kernel
def repeated(x, n):
    return error_kernels.repeated(x, int(n[0]) if n.size else 0)


@primitive("w⁽ⁿ⁾(z) | ḡ w⁽ⁿ⁺¹⁾(z)", z=lambda g, z, n: times(g, faddeeva(z, n + 1)))
@kernel
def faddeeva(z, n):
    return error_kernels.faddeeva(z, int(n[0]) if n.size else 0)


@primitive("F⁽ⁿ⁾(x) | ḡ F⁽ⁿ⁺¹⁾(x)", x=lambda g, x, n: times(g, dawson(x, n + 1)))
@kernel
def dawson(x, n):
    """The n-th derivative of Dawson's integral, i (e^(-x²) - w(x)) √π / 2."""
    n = int(n[0]) if n.size else 0
    w = error_kernels.faddeeva(x + 0j, n)
    if x.dtype.kind != "c":
        return np.where(np.isinf(x), 0, np.imag(w)) / TWO_BY_ROOT_PI
    before, bell = 0 * x, np.exp(-x * x)
    for k in range(n):
        before, bell = bell, -2 * x * bell - 2 * k * before
    return 1j * (bell - w) / TWO_BY_ROOT_PI


derivative("special.erf", "erf x | 2 ḡ e^(-x²) / √π", x=lambda g, x: times(g, gaussian(x)), domain=(REALS,))
derivative("special.erfc", "1 - erf x | -2 ḡ e^(-x²) / √π", x=lambda g, x: -times(g, gaussian(x)), domain=(REALS,))
derivative("special.erfi", "-i erf(i x) | 2 ḡ e^(x²) / √π", x=lambda g, x: times(g, inverse_gaussian(x)), domain=(REALS,))
derivative("special.erfcx", "e^(x²) erfc x | -2 ḡ E₁(x)", x=lambda g, x: times(g, -2 * repeated(x, 1)), domain=(REALS,))
derivative("special.wofz", "w(z) | ḡ w′(z)", parameters="z", z=lambda g, z: times(g, faddeeva(z, 1)))
derivative("special.dawsn", "F(x) | ḡ (1 - 2 x F(x))", x=lambda g, x: times(g, dawson(x, 1)), domain=(REALS,))
derivative(
    "special.erfinv", "y: erf y = x | ḡ √π e^(y²) / 2",
    x=lambda g, out: times(g, inverse_gaussian(out) * (math.pi / 4)), domain=(UNIT,),
)  # fmt: skip
derivative("special.erfcinv", "y: erfc y = x | -ḡ √π e^(y²) / 2", x=lambda g, x: -times(g, erfcinv_slope(x)), domain=(INSIDE_2,))


def by_probability(scaled, p):
    """scaled / p, and infinite where p is 0: the quantile is infinite there, and the scaled erfc of it 0."""
    with np.errstate(divide="ignore"):
        return np.where(scaled == 0, 1, scaled) / p


@primitive(
    "√π e^(y²) / 2 at erfc y = x | -2 ḡ y out²",
    x=lambda g, x, out: -2 * times(g, times(out * out, sp.erfcinv(x))), domain=(INSIDE_2,),
)  # fmt: skip
def erfcinv_slope(x):
    """From x too, which y alone does not give to its last digits: e^(y²) has an error of 2 y² roundings."""
    small, y = x < 1, sp.erfcinv(x)
    scaled = by_probability(sp.erfcx(np.where(small, y, 0)), np.where(small, x, 1))
    return np.where(small, scaled, quiet(np.exp, np.where(small, 0, y) ** 2))[()] / TWO_BY_ROOT_PI


# The normal distribution

derivative("special.ndtr", "Φ(x) | ḡ φ(x)", x=lambda g, x: times(g, density(x)), domain=(REALS,))
derivative("special.log_ndtr", "ln Φ(x) | ḡ φ(x) / Φ(x)", x=lambda g, x: times(g, mills(x)), domain=(REALS,))
derivative(
    "special.ndtri", "x: Φ(x) = y | ḡ / φ(out)", parameters="y", y=lambda g, y: times(g, ndtri_slope(y)), domain=(UNIT_01,)
)
derivative(
    "special.ndtri_exp", "x: ln Φ(x) = y | ḡ Φ(out) / φ(out)", parameters="y",
    y=lambda g, out: times(g, inverse_mills(out)), domain=(NEGATIVE,),
)  # fmt: skip


def density(x):
    return np.exp(x * x / -2) / ROOT_2PI if x.dtype.kind == "c" else normal_density(x)


def mills(x):
    """φ(x) / Φ(x)."""
    if x.dtype.kind == "c":
        return density(x) / sp.ndtr(x)
    left = x < 0
    tail, middle = repeated(np.where(left, x, 0) / -ROOT_2, 0), np.where(left, 0, x)
    with np.errstate(divide="ignore"):  # infinite at -inf
        far = over(2 / ROOT_2PI, tail)
    return np.where(left, far, normal_density(middle) / sp.ndtr(middle))


def inverse_mills(x):
    """Φ(x) / φ(x)."""
    left = x < 0
    tail, middle = repeated(np.where(left, x, 0) / -ROOT_2, 0), np.where(left, 0, x)
    return np.where(left, tail * (ROOT_2PI / 2), over(sp.ndtr(middle), normal_density(middle)))


@primitive("1 / φ(x) at Φ(x) = y | ḡ x out²", y=lambda g, y, out: times(g, times(out * out, sp.ndtri(y))), domain=(UNIT_01,))
def ndtri_slope(y):
    """From y too, as `erfcinv_slope`."""
    return by_probability(sp.erfcx(np.abs(sp.ndtri(y)) / ROOT_2), np.where(y < 0.5, y, 1 - y))[()] * (ROOT_2PI / 2)


# Voigt's profile, Re w(z) / (σ √2π) with z = (x + iγ) / (σ √2), solves the heat equation, in σ²/2

derivative(
    "special.voigt_profile", "V(x, σ, γ) | ḡ ∂V/∂x | ḡ σ ∂²V/∂x² | ḡ ∂V/∂γ", parameters="x sigma gamma",
    x=lambda g, x, sigma, gamma: times(g, voigt(x, sigma, gamma, 1, 0)),
    sigma=lambda g, x, sigma, gamma: times(g, times(sigma, voigt(x, sigma, gamma, 2, 0))),
    gamma=lambda g, x, sigma, gamma: times(g, voigt(x, sigma, gamma, 1, 1)),
    domain=(REALS, POSITIVE, POSITIVE),
)  # fmt: skip


@primitive(
    "∂ⁿV/∂xⁿ, or of the imaginary part instead of Re w",
    x=lambda g, x, sigma, gamma, n, turns: times(g, voigt(x, sigma, gamma, n + 1, turns)),
    sigma=lambda g, x, sigma, gamma, n, turns: times(g, times(sigma, voigt(x, sigma, gamma, n + 2, turns))),
    gamma=lambda g, x, sigma, gamma, n, turns: times(g, voigt(x, sigma, gamma, n + 1, turns + 1)),
)
@kernel
def voigt(x, sigma, gamma, n, turns):
    """Re(iᵏ w⁽ⁿ⁾(z)) / (σ √2π (σ √2)ⁿ), k the number of `turns`; for σ = 0 that of Cauchy's profile."""
    n, turns = (int(count[0]) if count.size else 0 for count in (n, turns))
    sharp = sigma == 0
    width = np.where(sharp, 1, sigma) * ROOT_2
    w = error_kernels.faddeeva((x + 1j * gamma) / width, n) / (math.sqrt(math.pi) * width ** (n + 1))
    cauchy = 1j * (-1) ** n * math.factorial(n) / (math.pi * (x + 1j * gamma) ** (n + 1))
    return np.real(1j**turns * np.where(sharp, cauchy, w))
