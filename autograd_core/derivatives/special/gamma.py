"""Γ and its relatives: logarithm, reciprocal, the polygamma functions.

At the poles of Γ the slopes are those that SciPy's functions give there (NaN, or infinite); 1/Γ is entire, and its are right.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special.kernels import alike, kernel
from autograd_core.derivatives.special.turns import cospi, sinpi
from autograd_core.derivatives.strong import quiet, times, zero
from autograd_core.derivatives.table import derivative, primitive

derivative("special.gamma", "Γ(x) | ḡ out ψ(x)", x=lambda g, x, out: times(g, times(out, psi(x))), domain=(POSITIVE,))
derivative("special.gammaln", "ln |Γ(x)| | ḡ ψ(x)", x=lambda g, x: times(g, psi(x)), domain=(POSITIVE,))
derivative("special.loggamma", "ln Γ(x) | ḡ ψ(x)", x=lambda g, x: times(g, psi(x)), domain=(POSITIVE,))
derivative("special.digamma", "ψ(x) | ḡ ψ′(x)", x=lambda g, x: times(g, polygamma(1, x)), domain=(POSITIVE,))
derivative("special.rgamma", "1 / Γ(x) | -ḡ out ψ(x)", x=lambda g, x, out: times(g, rgamma_slope(x, out)), domain=(REALS,))
derivative(
    "special.beta", "B(a, b) | ḡ out (ψ(a) - ψ(a + b)) | ḡ out (ψ(b) - ψ(a + b))",
    a=lambda g, a, b, out: times(g, times(out, psi_step(a, b))), b=lambda g, a, b, out: times(g, times(out, psi_step(b, a))),
    domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.betaln", "ln |B(a, b)| | ḡ (ψ(a) - ψ(a + b)) | ḡ (ψ(b) - ψ(a + b))",
    a=lambda g, a, b: times(g, psi_step(a, b)), b=lambda g, a, b: times(g, psi_step(b, a)), domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative("special.gammasgn", "the sign of Γ(x) | 0", x=lambda g: zero(g), domain=((0.1, 3),))


def psi(x):
    return sp.psi(x) if isinstance(x, float) and x > 0 else quiet(sp.psi, x)  # 1 µs for nothing


@primitive("ψ⁽ⁿ⁾(x) | ḡ ψ⁽ⁿ⁺¹⁾(x)", x=lambda g, n, x: times(g, polygamma(n + 1, x)))
@kernel
def polygamma(n, x):
    """The n-th derivative of ψ, for an n from 1 on."""
    order = alike(n)
    if order.size > 1:
        return np.select([n == k for k in np.unique(n)], [polygamma(k, x) for k in np.unique(n)])
    if x.dtype.kind == "c":
        return complex_polygamma(int(order[0]) if n.size else 1, x)
    if np.any(order < 1):
        return sp.polygamma(n, x)
    if n.size and order[0] <= 3 and np.all(x > 0):
        return polygamma_of_positive(int(order[0]), x)
    return (-1) ** (order + 1) * sp.gamma(order + 1) * sp.zeta(order + 1, x)


def polygamma_of_positive(n, x):
    """By ten steps up and the asymptotic series from there, in a tenth of the time that SciPy's ζ takes."""
    total = 0
    for i in range(10):
        y = 1 / (x + i)
        total = total + math.prod([y] * (n + 1))
    total, y = math.factorial(n) * total, 1 / (x + 10)
    square, series = y * y, 0
    for k, bernoulli in reversed(list(enumerate(BERNOULLI, 1))):
        series = (series + bernoulli * math.factorial(2 * k + n - 1) / math.factorial(2 * k)) * square
    return (-1) ** (n + 1) * (total + y**n * (math.factorial(n - 1) + math.factorial(n) / 2 * y + series))


def complex_polygamma(n, x):
    """By the asymptotic series of n! Σ (x + k)⁻ⁿ⁻¹, from where the real part is 15."""
    total, factor = 0 * x, (-1) ** (n + 1)
    least = np.min(np.where(np.isfinite(x), np.real(x), 15), initial=15)
    for _ in range(int(min(15 - least, 10_000)) + 1):
        low = np.real(x) < 15
        total = total + np.where(low, math.factorial(n) / np.where(low, x, 1) ** (n + 1), 0)
        x = np.where(low, x + 1, x)
    total = total + math.factorial(n - 1) / x**n + math.factorial(n) / (2 * x ** (n + 1))
    for k, bernoulli in enumerate(BERNOULLI, 1):
        total = total + bernoulli * math.factorial(2 * k + n - 1) / math.factorial(2 * k) / x ** (2 * k + n)
    return np.where(np.real(x) < 15, np.nan, factor * total)  # too far to the left


def rgamma_slope(x, out):
    """-ψ(x) / Γ(x), left of 1/2 by reflection: at the poles of Γ it is the limit, and so are its derivatives."""
    left = np.real(x) < 0.5
    z = np.where(left, x, 0.25)
    reflected = quiet(sp.gamma, 1 - z) * (cospi(z) - psi(1 - z) * sinpi(z) / np.pi)
    return np.where(left, reflected, -out * psi(np.where(left, 1, x)))


def psi_step(a, b):
    """ψ(a) - ψ(a + b)."""
    return polygamma_step(a, b, 0)


def unless_both(a, b):
    """a + b, or NaN where it and a are poles of ψ, which cancel for this b alone."""
    return np.where(is_root(a) & is_root(a + b), np.nan, a + b)


@primitive(
    "ψ⁽ⁿ⁾(a + b) | ḡ ψ⁽ⁿ⁺¹⁾(a + b) | ḡ ψ⁽ⁿ⁺¹⁾(a + b)",
    a=lambda g, a, b, n: times(g, polygamma_sum(a, b, n + 1)),
    b=lambda g, a, b, n: times(g, polygamma_sum(a, b, n + 1)),
)
@kernel
def polygamma_sum(a, b, n):
    """For n ≥ 1, with a sum in float64, as that of `polygamma_step`: next to a pole the two would differ otherwise."""
    return polygamma(n, unless_both(a, b))


@primitive(
    "ψ⁽ⁿ⁾(a) - ψ⁽ⁿ⁾(a + b) | ḡ (ψ⁽ⁿ⁺¹⁾(a) - ψ⁽ⁿ⁺¹⁾(a + b)) | -ḡ ψ⁽ⁿ⁺¹⁾(a + b)",
    a=lambda g, a, b, n: times(g, polygamma_step(a, b, n + 1)),
    b=lambda g, a, b, n: -times(g, polygamma_sum(a, b, n + 1)),
)
@kernel
def polygamma_step(a, b, n):
    """A difference with all digits for small b too: of each term of the asymptotic series at a + 10, and of those before."""
    n = int(n[0]) if n.size else 0
    pole = is_root(a + b)
    if pole.any():
        a = np.where(pole & is_root(b), np.nan, a)  # these poles cancel for this a alone
        both = pole & is_root(a)  # by reflection: what is infinite cancels
        a, b, sign = np.where(both, 1 - a, a), np.where(both, -b, b), np.where(both, (-1) ** n, 1)
        if both.any():
            return sign * polygamma_step(a, b, n)
    usual = (a > 0) & (a + b > 0)
    if np.all(usual & (b > a / 2)):  # nothing cancels
        return _polygamma(n, a) - _polygamma(n, a + b)
    left = ~usual & (a < 0.5) & (a + b < 0.5) & (n < 2)
    if left.any():
        p, q = a[left], b[left]
        out = np.empty_like(a)
        out[left], out[~left] = reflected_step(p, q, n), polygamma_step(a[~left], b[~left], n)
        return out
    x, y = np.where(usual, a, 1), np.where(usual, b, 1)
    fall = lambda x, m: x**-m * -np.expm1(-m * np.log1p(y / x))  # x⁻ᵐ - (x + y)⁻ᵐ
    sign = (-1) ** (n + 1)
    total = sum(sign * math.factorial(n) * fall(x + i, n + 1) for i in range(10))
    x = x + 10
    total = total + (-np.log1p(y / x) if n == 0 else sign * math.factorial(n - 1) * fall(x, n))
    total = total + sign * math.factorial(n) / 2 * fall(x, n + 1)
    for k, bernoulli in enumerate(BERNOULLI, 1):
        total = total + sign * bernoulli * math.factorial(2 * k + n - 1) / math.factorial(2 * k) * fall(x, 2 * k + n)
    return np.where(usual, total, _polygamma(n, a) - _polygamma(n, a + b))


def reflected_step(a, b, n):
    """`polygamma_step` left of 1/2, for n = 0 and 1, by ψ(x) = ψ(1 - x) - π cot πx; differences of cot πx are products."""
    sine, beyond = sinpi(a), sinpi(a + b)
    wave = -sinpi(b) if n == 0 else sinpi(b) * math.pi * (cospi(a) / sine + cospi(a + b) / beyond)
    return (-1) ** (n + 1) * polygamma_step(1 - a - b, b, n) + math.pi * wave / (sine * beyond)


def _polygamma(n, x):
    return sp.psi(x) if n == 0 else sp.polygamma(n, x)


BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)  # B₂, B₄, …


# Next to where a factor 1 / Γ is 0, it is Γ(1 - x) sin πx / π: smooth, while ψ has a pole, whose square the second derivative
# would have to lose again; and of a size that logarithms hold however large the others are


def is_root(x):
    """Whether 1 / Γ(x) is 0."""
    return (x <= 0) & (x == np.floor(x))


def to_root(x):
    """The distance of x from where 1 / Γ is 0, or 1 right of 1/2."""
    return np.where(x < 0.5, np.abs(x - np.rint(x)), 1)


def near_root(x):
    return to_root(x) < 0.25


def poch_z(z, m, out):
    root = near_root(z) & ~is_root(z + m) & (4 * to_root(z) <= to_root(z + m))
    low, step = np.where(root, z, 0), np.where(root, m, 1)
    size = sp.gammasgn(low + step) * quiet(np.exp, sp.gammaln(low + step) + sp.gammaln(1 - low))
    slope = size * (cospi(low) + (psi(low + step) - psi(1 - low)) * sinpi(low) / math.pi)
    return np.where(root, slope, -times(out, psi_step(z, m)))


def binom_n(n, k, out):
    (beyond, top, low, size), (below, n_there, k_there, size_there) = binom_roots(n, k)
    b, a = top - low + 1, k_there + 1
    slope = size * (cospi(b) + (psi(top + 1) - psi(1 - b)) * sinpi(b) / math.pi)
    slope_there = size_there * (psi(n_there + 1) - psi(n_there - k_there + 1)) * sinpi(a) / math.pi
    return np.where(beyond, slope, np.where(below, slope_there, -times(out, psi_step(n - k + 1, k))))


def binom_k(n, k, out):
    (beyond, top, low, size), (below, n_there, k_there, size_there) = binom_roots(n, k)
    b, a = top - low + 1, k_there + 1
    slope = size * ((psi(1 - b) - psi(low + 1)) * sinpi(b) / math.pi - cospi(b))
    slope_there = size_there * (cospi(a) + (psi(n_there - k_there + 1) - psi(-k_there)) * sinpi(a) / math.pi)
    return np.where(beyond, slope, np.where(below, slope_there, times(out, psi(n - k + 1) - psi(k + 1))))


def binom_roots(n, k):
    """(where 1 / Γ(n - k + 1) is next to 0, n and k there, Γ(n + 1) Γ(k - n) / Γ(k + 1)); (where 1 / Γ(k + 1) is, n and k there,
    Γ(n + 1) Γ(-k) / Γ(n - k + 1)); n is NaN up to -1, where SciPy has other limits."""
    known = np.where(n > -1, n, np.nan)
    beyond, below = is_root(n - k + 1), is_root(k + 1)
    beyond, below = beyond | (near_root(n - k + 1) & (n > -1)), below | (near_root(k + 1) & (n > -1))
    top, low = np.where(beyond, known, 0), np.where(beyond, k, 1)
    n_there, k_there = np.where(below, known, 0), np.where(below, k, -1)
    size = quiet(np.exp, sp.gammaln(top + 1) + sp.gammaln(low - top) - sp.gammaln(low + 1))
    size_there = quiet(np.exp, sp.gammaln(n_there + 1) + sp.gammaln(-k_there) - sp.gammaln(n_there - k_there + 1))
    return (beyond, top, low, size), (below, n_there, k_there, size_there)


derivative(
    "special.poch", "Γ(z + m) / Γ(z) | ḡ out (ψ(z + m) - ψ(z)) | ḡ out ψ(z + m)", parameters="z m",
    z=lambda g, z, m, out: times(g, poch_z(z, m, out)),
    m=lambda g, z, m, out: times(g, times(out, psi(unless_both(z, m)))), domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.binom", "Γ(n + 1) / (Γ(k + 1) Γ(n - k + 1)) | ḡ out (ψ(n + 1) - ψ(n - k + 1)) | ḡ out (ψ(n - k + 1) - ψ(k + 1))",
    parameters="n k",
    n=lambda g, n, k, out: times(g, binom_n(n, k, out)),
    k=lambda g, n, k, out: times(g, binom_k(n, k, out)), domain=((2, 3), (0, 1)),
)  # fmt: skip
