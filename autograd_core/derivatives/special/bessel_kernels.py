"""Derivatives of Bessel functions of every order, in the argument; of K in its order too.

From the functions of neighbouring orders (DLMF 10.6.7, 10.29.5), whose terms do not cancel. For the scaled forms, which are flat
where the argument is large, they would: there e^(-x) I(x) and eˣ K(x) have integrals, and K and H their asymptotic series.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.kernels import alike

FAR = 18.0  # the series of at most 36 terms has all digits beyond FAR + v² / 4
TERMS = 36


QUICK = {sp.jv: (sp.j0, sp.j1), sp.yv: (sp.y0, sp.y1), sp.iv: (sp.i0, sp.i1), sp.kv: (sp.k0, sp.k1)}  # a tenth of the time
EVEN = {sp.iv, sp.kv}  # in their order, if it is whole; the others have (-1)ᵛ


def differences(function, v, z, n, sign):
    """The n-th derivative of a function whose own is (f of v - 1, plus sign f of v + 1) / 2."""
    order = alike(v)
    if function in QUICK and order.size == 1 and float(order[0]).is_integer() and z.dtype.kind != "c":
        return by_integers(function, int(order[0]), z, n, sign)
    return sum(sign**k * math.comb(n, k) * function(v - n + 2 * k, z) for k in range(n + 1)) / 2**n


def by_integers(function, v, z, n, sign):
    """`differences` for a whole order, by the functions of orders 0 and 1 where these occur."""
    zeroth, first = QUICK[function]
    if v == 1 and n == 1:  # half of the terms of f₀ - f₁ / z cancel at most; `macdonald` has the sign of K
        ratio = first(z) / np.where(z == 0, 1, z)
        slope = zeroth(z) + (ratio if function is sp.kv else -ratio)
        return np.where(z == 0, 0.5 if function in (sp.jv, sp.iv) else np.inf, slope)

    def of(order):
        value = zeroth(z) if order == 0 else first(z) if abs(order) == 1 else function(float(abs(order)), z)
        return -value if order < 0 and order % 2 and function not in EVEN else value

    return sum(sign**k * math.comb(n, k) * of(v - n + 2 * k) for k in range(n + 1)) / 2**n


def with_factor(function, v, z, n, sign, rate, turn=1):
    """The n-th derivative of e^(rate z) L(z), where `function` has the factor already, and L′ is turn times the difference."""
    return sum(
        math.comb(n, k) * rate ** (n - k) * turn**k * differences(function, v, z, k, sign) for k in range(n + 1)
    )  # fmt: skip


def tail(v, z, n, turn):
    """The n-th derivative of z^(-1/2) Σ turnᵏ aₖ(v) z⁻ᵏ, DLMF 10.17.1."""
    term, total = z ** (-0.5 - n) * (-1) ** n * math.prod(0.5 + i for i in range(n)), 0
    for k in range(TERMS):
        if k % 8 == 0 and k and np.all(np.abs(term) < 1e-18 * np.abs(total)):
            break
        total = total + term
        term = term * (turn * (4 * v * v - (2 * k + 1) ** 2) / (8 * (k + 1)) * (k + 0.5 + n) / (k + 0.5) / z)
    return total


def chosen(far, z, v, near_way, far_way):
    """near_way(v, z), and far_way(v, z) where `far`."""
    if not far.any():
        return near_way(v, z)
    if far.all():
        return far_way(v, z)
    near, beyond = near_way(v[~far], z[~far]), far_way(v[far], z[far])
    out = np.empty(z.shape, np.result_type(near, beyond))
    out[~far], out[far] = near, beyond
    return out


def scaled_i(v, x, n):
    """∂ⁿ/∂xⁿ of e^(-|x|) I(x), for real x."""

    def near(v, x):
        middle = np.abs(x) < 500  # there SciPy's iv has all digits, and its ive two less
        out = with_factor(sp.iv, v, np.where(middle, x, 1), n, 1, -np.sign(x)) * np.exp(-np.abs(x))
        return out if middle.all() else np.where(middle, out, with_factor(sp.ive, v, x, n, 1, -np.sign(x)))

    def far(v, x):
        whole = v == np.rint(v)
        turned = np.where(whole, 1 - 2 * np.remainder(np.rint(v) + n, 2), np.nan)
        return np.where(x < 0, turned, 1) * _saddle(np.abs(v), np.abs(x), n)

    size, order = np.abs(x), np.abs(v)
    w, alpha = np.hypot(size, order), np.arcsinh(order / np.where(size == 0, 1, size))
    rest = w - order * alpha  # with e^(-37) of it nothing is left of what the integral leaves out
    out_of_reach = np.where((v < 0) & (v != np.rint(v)), 2 * rest, size + rest)
    return chosen((size >= order) & (out_of_reach > 37), x, v, near, far)


def _saddle(v, x, n):
    """For large x, from e^(x cos θ + i v θ) / 2π through its saddle at i α, x sinh α = v, where it is next to a Gaussian."""
    w, alpha = np.hypot(x, v), np.arcsinh(v / x)
    end = 2 * np.arcsin(np.minimum(1, np.sqrt((40 + 5 * n) / (2 * w))))
    steps = 28 + 4 * n
    total, step = 0, end / steps
    for k in range(steps + 1):
        s = k * step
        rate = 2 * np.sinh(alpha / 2) ** 2 * np.cos(s) - 2 * np.sin(s / 2) ** 2 - 1j * np.sinh(alpha) * np.sin(s)  # cos θ - 1
        value = np.real(rate**n * np.exp(-2 * w * np.sin(s / 2) ** 2 + 1j * v * (s - np.sin(s))))
        total = total + (value / 2 if k == 0 else value)
    return total * step / math.pi * np.exp(v * v / (w + x) - v * alpha)


def scaled_h(v, z, n, sign):
    """∂ⁿ/∂zⁿ of e^(∓ i z) H(z), of the first kind for sign 1 and the second for -1."""
    function = sp.hankel1e if sign > 0 else sp.hankel2e
    near = lambda v, z: with_factor(function, v, z, n, -1, -1j * sign)
    phase = lambda v: np.exp(-1j * sign * math.pi / 2 * (v + 0.5)) * math.sqrt(2 / math.pi)
    far = lambda v, z: phase(v) * tail(v, z, n, 1j * sign)
    return chosen((np.abs(z) > FAR + v * v / 4) & (np.real(z) > 0), z, v, near, far)


def macdonald(v, z, m, n, scaled):
    """∂ᵐ⁺ⁿ/∂vᵐ∂zⁿ of K(z), or of eᶻ K(z)."""
    if m == 0 and not scaled:
        return (-1) ** n * differences(sp.kv, v, z, n, 1)
    if z.dtype.kind == "c":
        near = lambda v, z: with_factor(sp.kve, v, z, n, 1, 1, -1)
        return near(v, z) if m == 0 else np.full(z.shape, np.nan)
    usual = (z > 0) & np.isfinite(z) & np.isfinite(v)
    out = np.where(z == np.inf, 0, np.where((z == 0) & (v == 0) & (m % 2 == 1), 0, np.nan)) if m else (-1) ** n * sp.kv(v, z)
    if m == 0:
        ways = [(z <= (FAR if n == 1 else 1), lambda v, x: with_factor(sp.kve, v, x, n, 1, 1, -1))]
        ways += [(z > FAR + v * v / 4, lambda v, x: tail(v, x, n, 1) * math.sqrt(math.pi / 2))]
        ways += [(~ways[0][0] & ~ways[1][0], lambda v, x: cosh_integral(v, x, 0, n, True))]
    else:
        ways = [(np.ones(z.shape, bool), lambda v, x: cosh_integral(v, x, m, n, scaled))]
    for where, way in ways:
        where = where & usual
        if where.any():
            out[where] = way(v[where], z[where])
    return out


def cosh_integral(v, x, m, n, scaled):
    """(-1)ⁿ ∫ tᵐ cosh(v t) (sinh for odd m) coshⁿ t e^(-x cosh t) dt from 0 on, or with cosh t - 1 instead of cosh t.

    By the trapezoidal rule, whose error falls off exponentially here: what is needed is within 45 of
    the peak's exponent.
    """
    sign, v = np.where((v < 0) & (m % 2 == 1), -1.0, 1.0) * (-1) ** n, np.abs(v)
    w = np.hypot(x, v)
    peak = np.arcsinh(v / x)
    low = np.maximum(0, peak - np.sqrt(90 / w) - 45 / w - 1)
    high = peak + np.arccosh(1 + (45 + 5 * (m + n)) / w) + 0.1 * (m + n)
    steps = (high - low) / np.minimum(0.2, 0.45 / np.sqrt(w))
    known = steps < 1e5  # further out, and for NaN, nothing is known
    count = int(np.max(steps, initial=0, where=known)) + 2
    total, step = np.zeros_like(x), (high - low) / count
    for k in range(count + 1):
        t = low + k * step
        lift = 2 * np.sinh(t / 2) ** 2
        both = -np.expm1(-2 * v * t) if m % 2 else 1 + np.exp(-2 * v * t)
        value = t**m * (lift if scaled else 1 + lift) ** n * np.exp(v * t - x * lift) * both
        total += value / 2 if k in (0, count) else value
    return np.where(known, sign * total * step / 2 * (1 if scaled else np.exp(-x)), np.nan)
