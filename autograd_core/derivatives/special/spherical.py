"""Spherical Bessel functions and Legendre functions of whole degree: a slope is made of neighbours (DLMF 10.51, 14.10).

SciPy has these as Python functions, which hand no Tensor over; `autograd_core.scipy.special` has counterparts, and integrals of
sin x / x end in them.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import primitive


def slope(function, n, z, lower=1, upper=-1):
    """f′ of the degree n, by those of n - 1 and n + 1: of all four functions no terms cancel but at a zero of f′."""
    above = upper * (n + 1) / (2 * n + 1) * function(n + 1, z)
    if np.all(n == 0):
        return above
    below = lower * n / (2 * n + 1) * function(np.where(n == 0, 0, n - 1), z)
    return above + np.where(n == 0, 0, below)


def first_power(n, z, value):
    """`value`, and zⁿ / (2 n + 1)!! for the least z, of which SciPy makes 0: the next term is z² / (4 n + 6) times as large."""
    near = (np.abs(z) < 1e-8) & (z != 0)
    if not near.any():
        return value
    return np.where(near, np.where(near, z, 0) ** n * (math.sqrt(math.pi) / 2 * 0.5**n) * sp.rgamma(n + 1.5), value)


@primitive("jₙ(z) | ḡ (n jₙ₋₁ - (n + 1) jₙ₊₁) / (2 n + 1)", z=lambda g, n, z: times(g, slope(spherical_j, n, z)))
@kernel
def spherical_j(n, z):
    return first_power(n, z, sp.spherical_jn(n.astype(int), z))


@primitive("yₙ(z) | ḡ (n yₙ₋₁ - (n + 1) yₙ₊₁) / (2 n + 1)", z=lambda g, n, z: times(g, slope(spherical_y, n, z)))
@kernel
def spherical_y(n, z):
    return sp.spherical_yn(n.astype(int), z)


@primitive("iₙ(z) | ḡ (n iₙ₋₁ + (n + 1) iₙ₊₁) / (2 n + 1)", z=lambda g, n, z: times(g, slope(spherical_i, n, z, 1, 1)))
@kernel
def spherical_i(n, z):
    return first_power(n, z, sp.spherical_in(n.astype(int), z))


@primitive("kₙ(z) | -ḡ (n kₙ₋₁ + (n + 1) kₙ₊₁) / (2 n + 1)", z=lambda g, n, z: times(g, slope(spherical_k, n, z, -1, -1)))
@kernel
def spherical_k(n, z):
    return sp.spherical_kn(n.astype(int), z)


@primitive(
    "eᶜ ∂ᵏPₙ/∂zᵏ | ḡ that for k + 1", n=None, k=None, c=None,
    z=lambda g, n, z, k, c: times(g, legendre_derivative(n, z, k + 1, c)),
)  # fmt: skip
@kernel
def legendre_derivative(n, z, k, c):
    """eᶜ (2 k - 1)!! times the Gegenbauer polynomial of degree n - k for λ = k + 1/2, by its recurrence."""
    degree, rate = n - k, k + 0.5
    before, last = np.zeros_like(z), np.ones_like(z)
    out = np.where(degree == 0, last, 0)
    for j in range(1, int(np.max(degree, initial=0)) + 1):
        before, last = last, (2 * (j + rate - 1) * z * last - (j + 2 * rate - 2) * before) / j
        out = np.where(degree == j, last, out)
    return out * np.exp(c + sp.gammaln(2 * k + 1) - sp.gammaln(k + 1) - k * math.log(2))


def spherical_slope(g, n, m, theta):
    """The normalised functions of m - 1 and m + 1; SciPy takes abs(sin θ), so those of negative θ are mirrored."""
    above = np.sqrt(np.maximum((n - m) * (n + m + 1), 0)) * spherical_legendre(n, m + 1, theta)
    below = np.sqrt(np.maximum((n + m) * (n - m + 1), 0)) * spherical_legendre(n, m - 1, theta)
    return times(g, np.where(np.sin(theta) < 0, -0.5, 0.5) * (above - below))


@primitive("Pₙᵐ(cos θ), normalised | ḡ (√(n - m)(n + m + 1) Pₙᵐ⁺¹ - √(n + m)(n - m + 1) Pₙᵐ⁻¹) / 2", theta=spherical_slope)
@kernel
def spherical_legendre(n, m, theta):
    return sp.sph_legendre_p(n.astype(int), m.astype(int), theta)[0]
