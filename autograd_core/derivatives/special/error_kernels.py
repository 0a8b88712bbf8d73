"""The repeated integrals of erfc and the derivatives of the Faddeeva function w, of every order and without cancellation.

With Eₙ(x) = e^(x²) iⁿerfc(x), where iⁿerfc is erfc integrated n times from infinity (DLMF 7.18):

    Eₙ′ = -2 (n + 1) Eₙ₊₁        2 (n + 1) Eₙ₊₁ = Eₙ₋₁ - 2 x Eₙ        E₋₁ = 2 / √π,  E₀ = erfcx

Right of 0 the recurrence loses all digits upwards, so there the ratios Eₙ / Eₙ₋₁ = 1 / (2 x + 2 (n + 1) Eₙ₊₁ / Eₙ) are taken
downwards, as a continued fraction. And w⁽ⁿ⁾(z) = (2 i)ⁿ n! Eₙ(-i z).
"""

import math

import numpy as np
from scipy import special as sp

TWO_BY_ROOT_PI = 2 / math.sqrt(math.pi)
STEEP = 0.75  # from here on the ratios, of which 300 are enough
TINY = 1e-10  # nearer to the imaginary axis e^(x²) is no longer small beside the real part
FAR = 7.0  # in absolute value, from here on 18: more have poles on the imaginary axis there


def repeated(x, n):
    """Eₙ of float64 or complex128 x, for one n ≥ 0."""
    if x.dtype.kind != "c":
        return _chosen(x, n, x >= STEEP, 300, sp.erfcx)
    far = np.abs(x) >= FAR
    right = np.where(np.real(x) < 0, -x, x)  # E is entire; on the left: Eₙ(-x) = its mirror image and a Gaussian
    out = np.where(
        far, _by_ratios(np.where(far, right, FAR), n, 18), _chosen(np.where(far, 1, x), n, np.real(x) >= STEEP, 300, _erfcx)
    )
    gaussian = far & (np.real(x) < TINY)
    return np.where(gaussian, _mirrored(x, n, out), out) if gaussian.any() else out


def _erfcx(x):
    return sp.wofz(1j * x)


def _chosen(x, n, steep, count, start):
    up = _upwards(np.where(steep, 0, x), n, start)
    return np.where(steep, _by_ratios(np.where(steep, x, 1), n, count), up) if steep.any() else up


def _upwards(x, n, start):
    before, here = TWO_BY_ROOT_PI, start(x)
    for k in range(1, n + 1):
        before, here = here, (before - 2 * x * here) / (2 * k)
    return here


def _by_ratios(x, n, count):
    ratio, ratios = 0.5 / x, []
    for k in range(n + count, -1, -1):
        ratio = 1 / (2 * x + 2 * (k + 1) * ratio)
        if k <= n:
            ratios.append(ratio)
    out = TWO_BY_ROOT_PI
    for ratio in ratios[::-1]:
        out = out * ratio
    return out


def _mirrored(x, n, out):
    """Eₙ(x) by that of -x, left of the imaginary axis: Eₙ(x) + (-1)ⁿ Eₙ(-x) = G, the n-th derivative of 2 e^(x²) over (-2)ⁿ n!.

    On the axis itself it takes half of G, which the ratios do not see.
    """
    before, bell = 0 * x, np.exp(x * x)
    for k in range(n):  # d/dx of p(x) e^(x²), by the recurrence of Hermite polynomials of an imaginary argument
        before, bell = bell, 2 * x * bell + 2 * k * before
    bell = bell / ((-2) ** n * math.factorial(n))
    on_axis = np.abs(np.real(x)) < TINY
    return np.where(np.real(x) < 0, np.where(on_axis, 1, 2) * bell - (-1) ** n * out, out + bell)


def faddeeva(z, n):
    """w⁽ⁿ⁾(z)."""
    return (2j) ** n * math.factorial(n) * repeated(-1j * z, n)
