"""Series of distribution functions, differentiated term by term."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.incomplete_kernels import lower_beta
from autograd_core.derivatives.special.jets import Jet, variable


def student_part(df, t):
    """sign t ∂I(1/2, b, x)/∂b for b = ν/2 and x = t² / (ν + t²), from 1 - x where that has the digits."""
    square = t * t
    left = square <= df
    out = np.where(
        left, lower_beta(0 * df + 0.5, 0.5 * df, np.where(left, square / (df + square), 0), 0, 1),
        -lower_beta(0.5 * df, 0 * df + 0.5, np.where(left, 0, df / (df + square)), 1, 0),
    )  # fmt: skip
    return np.sign(t) * out


def kolmogorov(y, n):
    """The n-th derivative of 2 Σ (-1)ᵏ⁻¹ e^(-2 k² y²) = 1 - √(2π) / y Σ e^(-(2k - 1)² π² / (8 y²)): whichever converges."""
    small = y < 1
    low = variable(np.where(small & (y > 0), y, 1), n)
    high = variable(np.where(small, 1, np.minimum(y, 40)), n)  # from there on it is 0, at infinity too
    left, right = None, None
    for k in range(1, 9):
        exponent = (1 / (low * low)) * (-(((2 * k - 1) * math.pi) ** 2) / 8)
        term = exponent.exp(np.exp(exponent.c[0])) / low * -math.sqrt(2 * math.pi)
        left = term if left is None else left + term
        exponent = high * high * (-2 * k * k)
        term = exponent.exp(np.exp(exponent.c[0])) * (2 * (-1) ** (k - 1))
        right = term if right is None else right + term
    return np.where(y > 0, np.where(small, left.derivative(), right.derivative()), np.where(np.isnan(y), y, 0))


def smirnov(n, d, m):
    """The m-th derivative by d of d Σ C(n, j) (d + j/n)ʲ⁻¹ (1 - d - j/n)ⁿ⁻ʲ, over the j up to n (1 - d)."""
    total = np.zeros_like(d)
    usual = (d > 0) & (d < 1) & (n >= 1) & (n <= 1e5)
    n, e = np.where(usual, np.floor(n), 1), variable(np.where(usual, d, 0.5), m)
    for j in range(int(np.max(n, initial=0)) + 1):
        inside = usual & (j <= n * (1 - e.c[0])) & (j <= n)
        a, b = e + np.where(inside, j / n, 0), 1 - e - np.where(inside, j / n, 0)
        choose = -np.log1p(n) - sp.betaln(np.where(inside, n - j, n) + 1, np.where(inside, j, 0) + 1)
        p, q = np.where(inside, max(j - 1, 0), 0), np.where(inside, n - j, 1)
        value = sp.xlogy(p, a.c[0]) + sp.xlogy(q, b.c[0])
        term = (log_slopes(a) * p + log_slopes(b) * q).exp(np.exp(choose + value)) * (e if j else 1.0)  # 1 is d d⁻¹
        # (0⁰ is constant, and so is what stands before it)
        total = total + np.where(inside, np.nan_to_num(term.derivative()), 0)
    return np.where((n >= 1) & (n <= 1e5) & ~np.isnan(d), total, np.nan)


def log_slopes(jet):
    """The jet of the logarithm, whose constant is left 0."""
    out = [0.0]
    for k in range(1, len(jet.c)):
        rest = sum(i * out[i] * jet.c[k - i] for i in range(1, k)) / k
        out.append((jet.c[k] - rest) / jet.c[0])
    return Jet(*out)
