"""Derivatives of Bessel functions by their order at small x and v, where contour integrals lose digits: series in v.

Of the powers of x only the first counts: (x/2)^v / Γ(1 + v) of J and I, and of Y what Γ(1 + v) (x/2)^-v and its reflection make.
Functions of v are arrays of coefficients, one row for each element.
"""

import math

import numpy as np
from scipy import special as sp

TERMS = 44  # of series in v at abs(v ln x) < 2
FACTORIALS = sp.factorial(np.arange(TERMS))


def near(v, x, least):
    """Where the series holds: for x < least, whose powers do not count beside 1."""
    return (x < least) & (v * -np.log(x / 2) <= 2)


def exponential(rates):
    """Coefficients of exp(Σ rates[k] vᵏ), from k = 1 on."""
    out = [1.0]
    for n in range(1, TERMS):
        out.append(sum(k * rates[k - 1] * out[n - k] for k in range(1, n + 1)) / n)
    return np.array(out)


LOGARITHM = [-np.euler_gamma, *[(-1) ** k * float(sp.zeta(k)) / k for k in range(2, TERMS)]]  # of Γ(1 + v), DLMF 5.7.3
GAMMA, RECIPROCAL = exponential(LOGARITHM), exponential([-rate for rate in LOGARITHM])
COSINE = np.array([(-1) ** (k // 2) * math.pi**k / math.factorial(k) if k % 2 == 0 else 0.0 for k in range(TERMS)])  # of π v


def product(rows, coefficients):
    """Of functions, one for each row, and of one for all."""
    out = np.zeros_like(rows)
    for k, coefficient in enumerate(coefficients[:TERMS]):
        out[:, k:] += coefficient * rows[:, : TERMS - k]
    return out


def power(v_sign, logarithm, n, factor):
    """factor(v) times xⁿ dⁿ/dxⁿ of (x/2)^±v."""
    rows = (v_sign * logarithm[:, None]) ** np.arange(TERMS) / FACTORIALS
    falling = np.ones(1)
    for i in range(n):
        falling = np.convolve(falling, [-i, v_sign])
    return product(product(rows, falling), factor)


def derivative(rows, v, m):
    total = np.zeros_like(v)
    for k in range(rows.shape[1] - 1, m - 1, -1):
        total = total * v + math.perm(k, m) * rows[:, k]
    return total


def first(v, x, m, n):
    """Those of J and I."""
    return derivative(power(1, np.log(x / 2), n, RECIPROCAL), v, m) * x**-n


def second(v, x, m, n):
    """Those of Y = (cos(π v) F(-v) - F(v)) / (π v), F(v) = Γ(1 + v) (x/2)^-v: what is even in F falls out before it is added."""
    f = power(-1, np.log(x / 2), n, GAMMA)
    signs = (-1.0) ** np.arange(TERMS)
    both = f * (signs - 1) + product(f * signs, np.concatenate(([0.0], COSINE[1:])))
    return derivative(both[:, 1:], v, m) * x**-n / math.pi
