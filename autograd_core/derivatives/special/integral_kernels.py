"""Exponential integrals of negative order, sines of squares, the slopes of agm, and ζ by its exponent."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.jets import Jet, variable

SPLIT = 134217729.0  # 2²⁷ + 1 halves a float64
TERMS = 24  # of ζ, before the rest is summed by Euler and Maclaurin
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)


def expn(n, x):
    m = np.where(n < 0, -n, 0)
    total, term = np.zeros_like(x), np.ones_like(x)
    for k in range(int(np.max(m, initial=0)) + 1):
        total = total + np.where(k <= m, term, 0)
        term = term * x / (k + 1)
    return np.where(n < 0, sp.gamma(m + 1) / x ** (m + 1) * np.exp(-x) * total, sp.expn(np.maximum(n, 0), x))


def square_wave(x, sine):
    """sin or cos of π x² / 2, from x² and what was rounded off it (Dekker's product), so that a large x has its digits."""
    if x.dtype.kind == "c":
        return (np.sin if sine else np.cos)(0.5 * math.pi * x * x)
    high = x * SPLIT
    high = high - (high - x)
    low, square = x - high, x * x
    rest = ((high * high - square) + 2 * high * low) + low * low
    turned = square - 4 * np.rint(square / 4)
    turned = np.where(np.abs(x) < 1e100, turned, np.nan) + rest
    quarter = np.rint(turned)
    angle = 0.5 * math.pi * (turned - quarter)
    k = np.where(np.isfinite(quarter), quarter, 0).astype(int) + (0 if sine else 1)
    sines, cosines = np.sin(angle), np.cos(angle)
    return np.choose(k % 4, [sines, cosines, -sines, -cosines])


def agm(a, b, m, n):
    """∂ᵐ⁺ⁿM/∂aᵐ∂bⁿ: the iteration, with a as a jet, and b as one inside that."""
    x = Jet(*[Jet(np.abs(a) if k == 0 else 1.0 + 0 * a if k == 1 else 0 * a, *[0 * a] * n) for k in range(m + 1)])
    y = Jet(*[variable(np.abs(b), n) if k == 0 else Jet(*[0 * b] * (n + 1)) for k in range(m + 1)])
    for _ in range(15):  # the digits double in each step, once the operands are within a factor of 10
        x, y = (x + y) * 0.5, (x * y).sqrt()
    out = ((x + y) * 0.5).derivative().derivative()
    return np.where(a * b > 0, np.where(a < 0, -((-1.0) ** (m + n)), 1) * out, np.nan)


def hurwitz(x, q, n):
    """∂ⁿ/∂xⁿ of Σ (k + q)⁻ˣ; beyond the first terms by Euler and Maclaurin, which continues it to the left of x = 1."""
    total = np.zeros_like(x)
    for k in range(TERMS):
        total = total + _power(x, k + q, n).c[n]
    s, end = variable(x, n), q + TERMS
    power = _power(x, end, n)
    rest = power * end / (s - 1.0) + power * 0.5
    rising, scale = s, 1 / end
    for j, bernoulli in enumerate(BERNOULLI, 1):
        rest = rest + power * rising * (scale * bernoulli / math.factorial(2 * j))
        rising = rising * (s + (2 * j - 1.0)) * (s + 2.0 * j)
        scale = scale / (end * end)
    out = (total + rest.c[n]) * math.factorial(n)
    return np.where(x == 1, np.nan, np.where(np.isposinf(x), 0.0 * q, out))


def _power(x, base, n):
    log = np.log(base)
    value, out = base**-x, []
    for k in range(n + 1):
        out.append(value)
        value = value * -log / (k + 1)
    return Jet(*out)
