"""Derivatives of scaled Airy, Kelvin and Struve functions: from power series, asymptotic ones, and recurrences in between."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.bessel_kernels import differences

TURN_B, TURN_K = np.exp(3j * math.pi / 4), np.exp(1j * math.pi / 4)


def falling(p, n):
    """p (p - 1) … (p - n + 1), the factor of the n-th derivative of xᵖ."""
    return math.prod([p - i for i in range(n)], start=1.0)


def falling_slope(p, n):
    """Its derivative by p."""
    return sum(math.prod([p - j for j in range(n) if j != i], start=1.0) for i in range(n))


# Struve: H and, for sign 1, L


def struve(v, x, n, sign, down):
    """∂ⁿ/∂xⁿ of x⁻ᵈ H(x): the power series where it does not cancel, else by H′ = Hᵥ₋₁ - (v / x) H. (Of L it never does.)"""
    near = np.abs(x) < (2.5 if sign < 0 else 40)
    out = np.full(x.shape, np.nan)
    for where, way in ((near, _struve_series), (~near & ~np.isnan(x), _struve_steps)):
        if where.any():
            out[where] = way(v[where], x[where], n, sign, down)
    return out


def _struve_series(v, x, n, sign, down):
    half, total = np.abs(x) / 2, 0
    for k in range(12 if sign < 0 else 120):
        p = 2 * k + v + 1
        factor = falling(p - down, n) * sp.rgamma(k + 1.5) * sp.rgamma(k + v + 1.5)
        q = np.where(factor == 0, 0, p - n - down)  # no power where the coefficient is 0
        total = total + sign**k * factor * half**q
    whole = v == np.rint(v)
    odd = 1 - 2 * np.remainder(np.rint(v) + 1 + n + down, 2)
    return np.where(x < 0, np.where(whole, odd, np.nan), 1) * total / 2.0 ** (n + down)


def _struve_steps(v, x, n, sign, down):
    function = sp.struve if sign < 0 else sp.modstruve
    terms = {(down, 0): np.ones_like(x)}  # the factors of x⁻ʲ Hᵥ₋ₖ
    for _ in range(n):
        following = {}
        for (j, k), factor in terms.items():
            for key, more in (((j + 1, k), -(j + v - k)), ((j, k + 1), 1.0)):
                following[key] = following.get(key, 0) + factor * more
        terms = following
    return sum(factor * x**-j * function(v - k, x) for (j, k), factor in terms.items())


# Kelvin: 0 … 3 for ber, bei, ker, kei


def kelvin(x, n, part):
    """The n-th derivative. SciPy's own lose half their digits next to x = 10, its Bessel functions of complex arguments none."""
    far = np.abs(x) >= 2
    out = np.empty(x.shape)
    if far.any():
        z = x[far]
        if part < 2:
            values = TURN_B**n * differences(sp.jve, np.zeros_like(z), TURN_B * np.abs(z), n, -1)
            scale = np.exp(np.abs(z) * TURN_B.imag) * np.where((z < 0) & (n % 2 == 1), -1, 1)
        else:
            values = (-TURN_K) ** n * differences(sp.kv, np.zeros_like(z), TURN_K * np.abs(z), n, 1)
            values = np.where(np.isposinf(z), 0, values)
            scale = np.where(z < 0, np.nan, 1)
        out[far] = (np.imag(values) if part % 2 else np.real(values)) * scale
    if not far.all():
        z = x[~far]
        out[~far] = _kelvin_b(z, n, part) if part < 2 else _kelvin_k(z, n, part - 2)
    return out


def _powers(x, p, n):
    """xᵖ⁻ⁿ, where the factor p (p - 1) … is not 0."""
    return x ** np.maximum(p - n, 0.0) if p >= n else x ** float(p - n)


def _kelvin_b(x, n, part):
    total = 0
    for k in range(8):
        p = 4 * k + 2 * part
        if p >= n:
            total = total + (-1) ** k * falling(p, n) / (math.factorial(2 * k + part) ** 2 * 2.0**p) * _powers(x, p, n)
    return total + 0 * x


def _kelvin_k(x, n, part):
    """DLMF 10.65.3, 10.65.4, with the logarithm differentiated too."""
    total, log = 0, np.log(x / 2)
    for k in range(8):
        for other in (0, 1):
            p = 4 * k + 2 * other
            scale = (-1) ** k / (math.factorial(2 * k + other) ** 2 * 2.0**p)
            if other == part:
                harmonic = float(sp.psi(2 * k + other + 1))
                term = (falling(p, n) * (harmonic - np.where((x == 0) & (p > n), 0, log)) if p >= n else 0) - falling_slope(p, n)
                total = total + np.where(x >= 0, scale * term * _powers(x, p, n), np.nan)
            elif p >= n:  # + π/4 bei in ker, - π/4 ber in kei
                total = total + (1 if part == 0 else -1) * math.pi / 4 * scale * falling(p, n) * _powers(x, p, n)
    return total


# Scaled Airy functions


def scaled_airy(x, n, second):
    """The n-th derivative of Ai(x) e^ζ, or Bi(x) e^(-ζ), with ζ = 2/3 x^(3/2), for n ≥ 1 and x > 0.

    With s = √x it is f′ = Ai′ e^ζ + s f, f″ = 2 s f′ + f / 2 s, and from x = 9 on the series in powers of 1 / ζ.
    """
    far = x > 9
    out = np.empty(x.shape)
    if far.any():
        out[far] = _airy_tail(x[far], n, second)
    if not far.all():
        z = x[~far]
        side = -1 if second else 1
        root = np.sqrt(np.where(z > 0, z, np.nan))
        values = [value * np.exp(side * 2 / 3 * z * np.sqrt(np.maximum(z, 0))) for value in sp.airy(z)]  # airye has less digits
        f = [values[2 if second else 0]]
        f.append(values[3 if second else 1] + side * root * f[0])
        for k in range(n - 1):
            total = 0
            for j in range(k + 1):
                s, inverse = falling(0.5, j) * root ** (1 - 2 * j), falling(-0.5, j) * root ** (-1 - 2 * j)
                total = total + math.comb(k, j) * side * (2 * s * f[k + 1 - j] + inverse / 2 * f[k - j])
            f.append(total)
        if second:
            bi = _airy_left(z, n)
            out[~far] = np.where(z > 0, f[n], bi)
        else:
            out[~far] = np.where(z == 0, values[1] if n == 1 else np.inf, f[n])
    return out


def _airy_tail(x, n, second):
    total, factor = 0, (1 if second else 0.5) / math.sqrt(math.pi)
    for k in range(37):
        p = -0.25 - 1.5 * k
        total = total + factor * falling(p, n) * x ** (p - n)
        factor = factor * (1 if second else -1) * (6 * k + 5) * (6 * k + 3) * (6 * k + 1) / (216 * (k + 1) * (2 * k + 1)) * 1.5
    return total


def _airy_left(x, n):
    """The n-th derivative of Bi, by Bi″ = x Bi. At 0 it is that of the scaled form, infinite from the second on."""
    values = sp.airy(x)
    f = [values[2], values[3]]
    for k in range(n - 1):
        f.append(x * f[k] + (k * f[k - 1] if k else 0))
    return np.where((x == 0) & (n > 1), -np.inf, f[n])


# (1 - J₀(x)) / x, and for sign 1 (I₀(x) - 1) / x


def less_one(x, n, sign):
    near = np.abs(x) < 4
    out = np.empty(x.shape)
    if near.any():
        z, total = x[near], 0
        for k in range(1, 30):
            p = 2 * k - 1
            if p >= n:
                total = total + sign ** (k - 1) * falling(p, n) / (math.factorial(k) ** 2 * 4.0**k) * z ** (p - n)
        out[near] = total
    if not near.all():
        z, total = x[~near], 0
        for j in range(n + 1):
            value = sign * differences(sp.jv if sign < 0 else sp.iv, np.zeros_like(z), z, j, sign)
            value = value - sign if j == 0 else value
            total = total + math.comb(n, j) * falling(-1.0, n - j) * value / z ** (n - j + 1)
        out[~near] = total
    return out
