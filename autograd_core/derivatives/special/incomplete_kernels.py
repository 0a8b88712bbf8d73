"""Incomplete gamma and beta functions by their parameters: series and continued fractions, differentiated term by term.

The terms of each are of one sign where it is used, so that nothing cancels. The densities are computed from deviances (Loader,
"Fast and accurate computation of binomial probabilities", 2000): powers of large exponents have no digits to spare.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.jets import Jet, variable

SMOOTH = 1e5  # from here on P is smooth on the scale of 1: a series in derivatives of the density
EXPANDED = 24  # terms of it
STEEP = 1e8  # of larger parameters of I there is NaN
LARGE = 10.0  # from here on Stirling's series, of eight terms
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)


def stirling_error(a):
    """ln Γ(a + 1) - (a + 1/2) ln a + a - ln √2π, for a ≥ 10."""
    square, series = 1 / (a * a), 0
    for c in STIRLING[::-1]:
        series = series * square + c
    return series / a


def deviance(a, m):
    """a ln(a / m) + m - a, right where a and m are nearly equal too, and where m is next to nothing beside a."""
    u = (m - a) / a
    near = np.abs(u) < 0.3
    v, series = np.where(near, u, 0), 0
    for k in range(40, 1, -1):
        series = series * v + (-1) ** k / k
    return a * np.where(near, series * v * v, u - np.log(m / a))


def gamma_term(a, x):
    """xᵃ e⁻ˣ / Γ(a + 1)."""
    large = a >= LARGE
    b = np.where(large, a, LARGE)
    scaled = np.exp(-deviance(b, x) - stirling_error(b)) / np.sqrt(2 * math.pi * b)
    return np.where(large, scaled, np.exp(sp.xlogy(a, x) - x) * sp.rgamma(np.where(large, 1, a) + 1))


def beta_term(a, b, x):
    """xᵃ (1 - x)ᵇ / B(a, b)."""
    large = (a >= LARGE) & (b >= LARGE)
    p, q = np.where(large, a, LARGE), np.where(large, b, LARGE)
    n = p + q
    exponent = stirling_error(n) - stirling_error(p) - stirling_error(q) - deviance(p, n * x) - deviance(q, n * (1 - x))
    scaled = np.exp(exponent) * np.sqrt(p * q / (2 * math.pi * n))
    return np.where(large, scaled, np.exp(sp.xlogy(a, x) + sp.xlog1py(b, -x) - sp.betaln(a, b)))


# P(a, x) and its derivatives by a


def lower_gamma(a, x, n):
    """∂ⁿP/∂aⁿ."""
    usual = (x > 0) & (a >= 0) & np.isfinite(x) & np.isfinite(a)
    smooth = usual & (a > SMOOTH)
    by_series = usual & ~smooth & (x <= a + 1 + 2 * np.sqrt(a))
    out = np.where((x == 0) | np.isinf(x), 0.0, np.nan)
    for way, chosen in (
        (_gamma_series, by_series),
        (_gamma_fraction, usual & ~smooth & ~by_series),
        (_gamma_smooth, smooth),
    ):
        if chosen.any():
            out[chosen] = way(a[chosen], x[chosen], n)
    return out


def _start_of_gamma(a, x, n):
    """xᵃ e⁻ˣ / Γ(a + 1) as a jet in a."""
    slopes = [np.log(x) - sp.psi(a + 1)] + [-sp.polygamma(k - 1, a + 1) / math.factorial(k) for k in range(2, n + 1)]
    return Jet(0.0, *slopes[:n]).exp(gamma_term(a, x))


def _gamma_series(a, x, n):
    """P = Σ xᵃ⁺ᵏ e⁻ˣ / Γ(a + k + 1)."""
    term = _start_of_gamma(a, x, n)
    total, b, least = term, variable(a, n), 1e-18
    for k in range(1, 10_000_000):
        term = term * x / (b + k)
        total = total + term
        if k % 16 == 0 and np.all(np.abs(term.c[-1]) <= least * np.abs(total.c[-1])) and np.all(x < a + k):
            break
    return total.derivative()


def _gamma_fraction(a, x, n):
    """1 - Q, Q = a xᵃ e⁻ˣ / Γ(a + 1) / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - …)))."""
    b = variable(a, n)
    count = int(np.max(20 + 80 / x + 2 * np.sqrt(a)))
    tail = (x + (2 * count + 1)) - b
    for k in range(count, 0, -1):
        tail = ((x + (2 * k - 1)) - b) - (k - b) * k / tail
    return -(_start_of_gamma(a, x, n) * b / tail).derivative()


def _gamma_smooth(a, x, n):
    """(-ln(1 + D))ⁿ P with D = ∂/∂x, since the Laplace transform of the density is (1 + s)⁻ᵃ: a series in 1 / √a."""
    slopes = [(a - 1) * (-1.0) ** (k - 1) / (k * x**k) - (k == 1) for k in range(1, EXPANDED)]
    density = Jet(0.0, *slopes).exp(gamma_density(a, x))
    log = Jet(0.0, *[(-1.0) ** k / k for k in range(1, EXPANDED + 1)])
    power = log
    for _ in range(n - 1):
        power = power * log
    out = np.zeros_like(x)
    for k in range(EXPANDED - 1, 0, -1):
        term = power.c[k] * math.factorial(k - 1) * density.c[k - 1]
        out = out + np.where(density.c[0] == 0, 0, term)
    return out


# I(a, b, x) and its derivatives by a and b


def lower_beta(a, b, x, m, n):
    """∂ᵐ⁺ⁿI/∂aᵐ∂bⁿ."""
    usual = (x > 0) & (x < 1) & (a > 0) & (b > 0) & np.isfinite(a) & np.isfinite(b)
    steep = usual & (np.maximum(a, b) > STEEP)  # too many terms, but for the tails, where nothing is left
    usual = usual & ~steep
    swapped = x > (a + 1) / (a + b + 2)
    flat = (x == 0) | (x == 1) | (steep & (beta_term(a, b, x) == 0))
    out = np.where(flat, 0.0, np.nan)
    left, right = usual & ~swapped, usual & swapped
    if left.any():
        out[left] = _beta_fraction(a[left], b[left], x[left], 1 - x[left], m, n)
    if right.any():
        out[right] = -_beta_fraction(b[right], a[right], 1 - x[right], x[right], n, m)
    return out


def _beta_fraction(a, b, x, y, m, n):
    """I = xᵃ yᵇ / (a B(a, b)) / (1 + d₁ / (1 + d₂ / (1 + …))), DLMF 8.17.22: as a jet in a, in b, or in a of jets in b."""
    p, q = a, b
    if m and n:
        p = Jet(*[Jet(a if k == 0 else 1.0 if k == 1 else 0.0, *[0.0] * n) for k in range(m + 1)])
        q = Jet(*[variable(b, n) if k == 0 else Jet(*[0.0] * (n + 1)) for k in range(m + 1)])
    elif m:
        p = variable(a, m)
    else:
        q = variable(b, n)
    count = int(np.max(14 + 3.5 * np.sqrt(np.maximum(a, b))))
    tail, total = 1.0, p + q
    for k in range(count, -1, -1):
        upper = p + (2 * k + 1)
        tail = 1.0 + (q - (k + 1)) * ((k + 1) * x) / (upper * (p + (2 * k + 2)) * tail)
        tail = 1.0 - (p + k) * (total + k) * x / ((p + 2 * k) * upper * tail)
    out = (_start_of_beta(a, b, x, y, m, n) / (p * tail)).derivative()
    return out.derivative() if m and n else out


def _start_of_beta(a, b, x, y, m, n):
    """xᵃ yᵇ / B(a, b) as such a jet: that of its logarithm has the polygamma functions of a, b and a + b in it."""
    slope = lambda i, j: _log_slope(a, b, x, y, i, j) / (math.factorial(i) * math.factorial(j)) if i + j else 0.0
    term = beta_term(a, b, x)
    if not n:
        return Jet(*[slope(i, 0) for i in range(m + 1)]).exp(term)
    rows = [Jet(*[slope(i, j) for j in range(n + 1)]) for i in range(m + 1)]
    inner = rows[0].exp(term)
    return Jet(*rows).exp(inner) if m else inner


def _log_slope(a, b, x, y, i, j):
    psi = lambda k, z: sp.psi(z) if k == 0 else sp.polygamma(k, z)
    total = psi(i + j - 1, a + b)
    if j == 0:
        total = total - psi(i - 1, a) + (np.log(x) if i == 1 else 0)
    if i == 0:
        total = total - psi(j - 1, b) + (np.log(y) if j == 1 else 0)
    return total


# Densities


def gamma_density(a, x):
    """xᵃ⁻¹ e⁻ˣ / Γ(a)."""
    plain = np.exp(sp.xlogy(a - 1, x) - x) * sp.rgamma(np.where(a < LARGE, a, 1))
    return np.where((a < LARGE) | (x == 0), plain, gamma_term(a, x) * a / np.where(x == 0, 1, x))


def beta_density(a, b, x):
    """xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b)."""
    plain = np.exp(sp.xlogy(a - 1, x) + sp.xlog1py(b - 1, -x) - sp.betaln(a, b))
    inside = (a >= LARGE) & (b >= LARGE) & (x > 0) & (x < 1)
    z = np.where(inside, x, 0.5)
    out = np.where(inside, beta_term(a, b, z) / (z * (1 - z)), plain)
    return np.where((x < 0) | (x > 1), np.nan, out)
