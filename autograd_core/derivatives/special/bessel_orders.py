"""Derivatives of Bessel functions by their order and argument, from contour integrals (DLMF 10.9.17, 10.9.18 and 10.32.12).

Under the integrals the order gives a factor -t and the argument sinh t or cosh t. Along the paths of steepest descent nothing
oscillates, so no digits cancel, and what is left is smooth and falls off like a Gaussian or faster: it goes through 64 nodes of
Gauss for each of two pieces. `v` ≥ 0 and `x` > 0 are of one dimension; m and n say how often to differentiate by v and by x.
"""

import math

import numpy as np

from autograd_core.derivatives.special import bessel_small
from autograd_core.derivatives.special.turns import cospi, sinpi

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
NODES, WEIGHTS = (1 + NODES) / 2, WEIGHTS / 2
DROP = 45.0  # e^(-45) of the peak is nothing
BLOCK = 256


def by_blocks(function):
    """So that the nodes of many elements do not fill the memory."""

    def run(v, x, *args):
        if x.size <= BLOCK:
            return function(v, x, *args)
        parts = [function(v[i : i + BLOCK], x[i : i + BLOCK], *args) for i in range(0, x.size, BLOCK)]
        return tuple(map(np.concatenate, zip(*parts, strict=True))) if type(parts[0]) is tuple else np.concatenate(parts)

    return run


# Sums that keep their digits


def odd_series(x, sign):
    """x - sin x for sign -1 and sinh x - x for 1, at abs(x) < 1."""
    square, total = x * x, 1.0
    for k in range(8, 1, -1):
        total = 1 + sign * square / (2 * k * (2 * k + 1)) * total
    return x * square / 6 * total


def less_sine(x):
    return np.where(np.abs(x) < 1, odd_series(x, -1), x - np.sin(x))


def sinh_less(x):
    return np.where(np.abs(x) < 1, odd_series(x, 1), np.sinh(x) - x)


def sine_less(x):
    """sin x - x cos x."""
    return np.where(np.abs(x) < 1, 2 * x * np.sin(x / 2) ** 2 - odd_series(x, -1), np.sin(x) - x * np.cos(x))


# Quadrature


def column(*arrays):
    return [array[:, None] for array in arrays]


def integral(function, low, high):
    """Of a function of nodes, one row for each element."""
    low, length = column(low, high - low)
    return np.sum(WEIGHTS * function(low + length * NODES), axis=1) * length[:, 0]


def end_of(drop, near, far):
    """Where, between `near` and `far`, `drop` comes to DROP."""
    for _ in range(16):
        middle = (near + far) / 2
        beyond = drop(middle) > DROP
        near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
    return far


def angle(y):
    """b and π - b of y = ln(b / (π - b)): near both ends of the path its steps are even in y."""
    return math.pi / (1 + np.exp(-y)), math.pi / (1 + np.exp(y))


# The functions that fall off to the left of their turning point, x = v: J and Y for x ≤ v, and I


def rising(v, x, m, n, path, top, factor):
    """∫ (-t)ᵐ factorⁿ e^(φ(t) - top) dt from the saddle of φ on the real axis to ∞ + πi, t = a + b i.

    path(b, π - b) has a, da / db and φ, which is real on it.
    """

    def value(b, rest):
        a, slope, phi = path(b, rest)
        t = a + 1j * b
        return (-t) ** m * factor(t) ** n * (slope + 1j) * np.exp(phi - top[:, None])

    def logarithmic(y):
        b, rest = angle(y)
        return value(b, rest) * b * rest / math.pi

    end = end_of(lambda y: top - path(*angle(y[:, None]))[2][:, 0], np.full(x.shape, -40.0), np.full(x.shape, 300.0))
    middle = np.minimum(angle(end)[0], 1.5)
    (b,) = column(middle)
    total = integral(lambda r: value(b * r * r, math.pi - b * r * r) * 2 * b * r, np.zeros_like(x), np.ones_like(x))
    start = np.log(middle / (math.pi - middle))
    far = end > start + 1e-6
    return total + (np.where(far, integral(logarithmic, start, np.maximum(start, end)), 0) if far.any() else 0)


@by_blocks
def below(v, x, m, n):
    """Those of J and Y, for x ≤ v."""
    w, alpha = np.sqrt((v - x) * (v + x)), 2 * np.arcsinh(np.sqrt((v - x) / (2 * x)))
    order, argument, width, saddle = column(v, x, w, alpha)

    def path(b, rest):  # x cosh a sin b = v b
        sine = np.sin(np.minimum(b, rest))
        lift = (order - argument) / argument * (b / sine) + less_sine(b) / sine  # cosh a - 1
        a, sinh = 2 * np.arcsinh(np.sqrt(lift / 2)), np.sqrt(lift * (lift + 2))
        return a, order / argument * sine_less(b) / sine**2 / sinh, argument * sinh * np.cos(b) - order * a

    up = rising(v, x, m, n, path, w - v * alpha, np.sinh) * np.exp(w - v * alpha)

    def along(s):  # t = -α - s, on the real axis, around the other saddle
        fall = 2 * width * np.sinh(s / 2) ** 2 + order * sinh_less(s)
        fall = np.where(s < -1, argument * np.sinh(saddle + s) - width - order * s, fall)
        return (saddle + s) ** m * np.sinh(-saddle - s) ** n * np.exp(-fall)

    steep = np.where(w > 0, w, np.finfo(float).tiny)
    right = np.minimum(np.cbrt(6 * DROP / v), np.maximum(3, np.arcsinh(1.5 * DROP / v)))
    right = np.minimum(right, 2 * np.arcsinh(np.sqrt(DROP / 2 / steep)))
    left = np.minimum(2 * alpha, np.sqrt(6 * DROP / steep) + 1.5 * DROP / v)
    both = integral(along, -left, np.zeros_like(x)) + integral(along, np.zeros_like(x), right)
    return np.imag(up) / math.pi, -(both * np.exp(v * alpha - w) + np.real(up)) / math.pi


@by_blocks
def modified(v, x, m, n, scaled):
    """Those of I, or of e⁻ˣ I."""
    w, alpha = np.hypot(v, x), np.arcsinh(v / x)
    order, argument = column(v, x)
    factor = (lambda t: 2 * np.sinh(t / 2) ** 2) if scaled else np.cosh

    def path(b, rest):  # x sinh a sin b = v b
        sine = np.sin(np.minimum(b, rest))
        sinh = order / argument * b / sine
        a, cosh = np.arcsinh(sinh), np.hypot(1, sinh)
        return a, order / argument * sine_less(b) / sine**2 / cosh, argument * cosh * np.cos(b) - order * a

    top = w - v * alpha
    lift = v * v / (w + x) - v * alpha if scaled else top
    return np.imag(rising(v, x, m, n, path, top, factor)) / math.pi * np.exp(lift)


@by_blocks
def modified_of_small_order(v, x, m, n, scaled):
    """Those of I, or of e⁻ˣ I, from DLMF 10.32.4: at v = 0 what is even in the order cancels."""
    order, argument = column(v, x)
    shift = x if scaled else 0 * x
    turn = np.minimum(math.pi, np.sqrt(6 * DROP / x))
    wave = (np.cos, lambda y: -np.sin(y), lambda y: -np.cos(y), np.sin)[m % 4]

    def around(theta):
        lift = -2 * np.sin(theta / 2) ** 2
        rate = lift if scaled else 1 + lift
        return rate**n * theta**m * wave(order * theta) * np.exp(argument * lift)

    first = integral(around, 0 * x, turn / 2) + integral(around, turn / 2, turn)
    total = np.where(first == 0, 0, first / math.pi * np.exp(x - shift))
    far = np.arccosh(1 + DROP / x)
    for k in range(m + 1):

        def along(t, k=k):
            cosh = np.cosh(t)
            rate = -cosh - 1 if scaled else -cosh
            return rate**n * (-t) ** (m - k) * np.exp(-argument * 2 * np.sinh(t / 2) ** 2 - order * t)

        second = (integral(along, 0 * x, far / 2) + integral(along, far / 2, far)) * np.exp(-x - shift)
        total = total - math.comb(m, k) * math.pi ** (k - 1) * sinpi(v + k / 2) * second
    return total


# Beyond the turning point


@by_blocks
def beyond(v, x, m, n):
    """Those of J + i Y, for x > v: through the saddle i β, v = x cos β, along x cosh a sin b - v b = x sin β - v β."""
    beta, w = 2 * np.arcsin(np.sqrt((x - v) / (2 * x))), np.sqrt((x - v) * (x + v))
    phase = x * sine_less(beta)
    order, argument, width, saddle, constant = column(v, x, w, beta, phase)

    def path(b, rest):
        """a, da / db, and by how much φ has fallen."""
        sine, d = np.sin(np.minimum(b, rest)), b - saddle
        near = 2 * width * np.sin(d / 2) ** 2 + order * less_sine(d)
        over = np.maximum(np.where(np.abs(d) < 1, near, constant + order * b - argument * sine), 0)
        under = argument * sine
        lift, side = over / under, np.sign(d)  # cosh a - 1
        a, sinh = 2 * side * np.arcsinh(np.sqrt(lift / 2)), side * np.sqrt(lift * (lift + 2))
        rate = (width * np.sin(d) + 2 * order * np.sin(d / 2) ** 2 - lift * argument * np.cos(b)) / under
        slope = np.where(sinh == 0, 1, rate / np.where(sinh == 0, 1, sinh))
        fall = width * sinh * np.sin(d) - order * (sinh_less(a) - 2 * sinh * np.sin(d / 2) ** 2)
        return a, slope, np.where(np.abs(a) < 1, fall, order * a - argument * sinh * np.cos(b))

    def value(y):
        b, rest = angle(y)
        a, slope, fall = path(b, rest)
        t = a + 1j * b
        return (-t) ** m * np.sinh(t) ** n * (slope + 1j) * np.exp(-fall) * b * rest / math.pi

    drop = lambda y: path(*angle(y[:, None]))[2][:, 0]
    middle = np.log(beta / (math.pi - beta))
    ends = end_of(drop, middle, middle - 300), end_of(drop, middle, middle + 100)
    return (integral(value, ends[0], middle) + integral(value, middle, ends[1])) / (math.pi * 1j) * np.exp(1j * phase)


# Of any order


def split(there, *arrays):
    return [array[there] for array in arrays]


def turning(v, x, m, n):
    """Those of J and Y for x next to v, where the saddles nearly meet: Taylor's series from x = v, where they do."""
    gap, j, y = x - v, 0.0, 0.0
    for k in range(4):
        parts, weight = below(v, v, m, n + k), gap**k / math.factorial(k)
        j, y = j + weight * parts[0], y + weight * parts[1]
    return j, y


def first_two(v, x, m, n):
    """Those of J and Y for v ≥ 0 and x > 0; NaN for an x of which the integrals lose too many digits."""
    j, y = np.full_like(x, np.nan), np.full_like(x, np.nan)
    small = bessel_small.near(v, x, 1e-8)
    near = ~small & (np.abs(x - v) < 1e-6 * v)
    far = ~(small | near) & (x > v)
    rest = ~(small | near | far) & (x >= 1e-40)
    if small.any():
        j[small], y[small] = [way(*split(small, v, x), m, n) for way in (bessel_small.first, bessel_small.second)]
    if near.any():
        j[near], y[near] = turning(*split(near, v, x), m, n)
    if far.any():
        both = beyond(*split(far, v, x), m, n)
        j[far], y[far] = np.real(both), np.imag(both)
    if rest.any():
        j[rest], y[rest] = below(*split(rest, v, x), m, n)
    return j, y


def of_any_order(v, x, m, n):
    """Those of J and Y for x > 0. For v < 0 by DLMF 10.4.6, H of -v is e^(v π i) H of v."""
    j, y = first_two(np.abs(v), x, m, n)
    back = v < 0
    if back.any():
        u, x = -v[back], x[back]
        mirrored = [0.0, 0.0]
        for k in range(m + 1):
            a, b = first_two(u, x, m - k, n) if k else (j[back], y[back])
            cosine, sine = cospi(u + k / 2), sinpi(u + k / 2)
            weight = math.comb(m, k) * math.pi**k * (-1) ** m
            mirrored = [mirrored[0] + weight * (cosine * a - sine * b), mirrored[1] + weight * (sine * a + cosine * b)]
        j[back], y[back] = mirrored
    return j, y


def modified_of_any_order(v, x, m, n, scaled, macdonald):
    """Those of I, or of e⁻ˣ I, for x > 0. For v < 0 by DLMF 10.27.2, with `macdonald` the same of eˣ K."""
    order = np.abs(v)
    out = np.empty_like(x)
    small = (order <= 0.5) & (order * np.log(2 / x) <= 2)
    tiny = bessel_small.near(order, x, 1e-20)  # of e⁻ˣ too nothing counts
    ways = (
        (tiny, lambda v, x, m, n, _: bessel_small.first(v, x, m, n)),
        (small & ~tiny, modified_of_small_order),
        (~small, modified),
    )
    for there, way in ways:
        if there.any():
            out[there] = way(*split(there, order, x), m, n, scaled)
    back = v < 0
    if back.any():
        u, z = order[back], x[back]
        rate = -2 if scaled else -1  # of what stands before eˣ K
        added = 0
        for k in range(m + 1):
            turned = sinpi(u + k / 2) * math.comb(m, k) * math.pi ** (k - 1) * 2
            parts = [math.comb(n, i) * rate ** (n - i) * macdonald(u, z, m - k, i, True) for i in range(n + 1)]
            added = added + turned * sum(parts) * np.exp(rate * z)
        out[back] = (-1) ** m * (out[back] + added)
    return out


def in_range(way, v, x, *rest):
    """`way` where the order is finite and x > 0; elsewhere nothing is known."""
    usual = (x > 0) & np.isfinite(x) & np.isfinite(v)
    out = np.full(x.shape, np.nan)
    if usual.any():
        out[usual] = way(*split(usual, v, x), *rest)
    return out
