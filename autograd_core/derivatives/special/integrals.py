"""Exponential, sine and cosine integrals, Fresnel's, the dilogarithm; agm, Owen's T, ζ and Lambert's W."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.bells import normal_density
from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special import integral_kernels as kernels
from autograd_core.derivatives.special.entropy import log1p_ratio
from autograd_core.derivatives.special.error import faddeeva
from autograd_core.derivatives.special.incomplete import log
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.special.spherical import spherical_i, spherical_j
from autograd_core.derivatives.special.turns import cospi, sinpi
from autograd_core.derivatives.strong import over, quiet, times, zero
from autograd_core.derivatives.table import derivative, primitive
from autograd_core.errors import UnsupportedError

MIDDLE = (0.5, 3)


def parts(g, *slopes):
    """The gradient of the operand of several results, of which some may have none."""
    terms = [times(part, slope()) for part, slope in zip(g, slopes, strict=True) if part is not None]
    return sum(terms[1:], terms[0])


# Exponential integrals

derivative("special.exp1", "E₁(x) | -ḡ e⁻ˣ / x", x=lambda g, x: -over(times(g, quiet(np.exp, -x)), x), domain=(POSITIVE,))
derivative("special.expi", "Ei(x) | ḡ eˣ / x", x=lambda g, x: over(times(g, quiet(np.exp, x)), x), domain=(POSITIVE,))
derivative("special.expn", "Eₙ(x) | -ḡ Eₙ₋₁(x)", parameters="n x", x=lambda g, n, x: -times(g, expn(np.trunc(n) - 1, x)))


@primitive("Eₙ(x) | -ḡ Eₙ₋₁(x)", x=lambda g, n, x: -times(g, expn(n - 1, x)))
@kernel
def expn(n, x):
    """For negative n too: m! / xᵐ⁺¹ e⁻ˣ Σ xᵏ / k! for n = -m, a sum up to m."""
    return kernels.expn(n, x)


# sin x / x and sinh x / x are spherical Bessel functions of order 0, and their derivatives are such functions of every order


derivative(
    "special.sici", "Si(x), Ci(x) | ḡ₀ sin x / x + ḡ₁ cos x / x", outputs=2,
    x=lambda g, x: parts(g, lambda: spherical_j(0, x), lambda: np.cos(x) / x),
)  # fmt: skip
derivative(
    "special.shichi", "Shi(x), Chi(x) | ḡ₀ sinh x / x + ḡ₁ cosh x / x", outputs=2,
    x=lambda g, x: parts(g, lambda: spherical_i(0, x), lambda: np.cosh(x) / x),
)  # fmt: skip

# Fresnel's integrals


@primitive("sin(π x² / 2) | ḡ π x cos(π x² / 2)", x=lambda g, x: times(g, math.pi * x * cos_square(x)), domain=(REALS,))
@kernel
def sin_square(x):
    return kernels.square_wave(x, sine=True)


@primitive("cos(π x² / 2) | -ḡ π x sin(π x² / 2)", x=lambda g, x: times(g, -math.pi * x * sin_square(x)), domain=(REALS,))
@kernel
def cos_square(x):
    return kernels.square_wave(x, sine=False)


derivative(
    "special.fresnel", "S(x), C(x) | ḡ₀ sin(π x² / 2) + ḡ₁ cos(π x² / 2)", outputs=2,
    x=lambda g, x: parts(g, lambda: sin_square(x), lambda: cos_square(x)),
)  # fmt: skip


def modified_fresnel(sign):
    """F, the integral of e^(± i t²) from x on, and K = w(z) / 2 with z = x e^(iπ/4), or minus its conjugate."""
    turn = np.exp(1j * math.pi / 4) if sign > 0 else np.exp(3j * math.pi / 4)
    return lambda g, x: np.real(parts(g, lambda: -np.exp(sign * 1j * np.square(x)), lambda: 0.5 * turn * faddeeva(turn * x, 1)))


for name, sign in ("modfresnelp", 1), ("modfresnelm", -1):
    derivative(f"special.{name}", "F(x), K(x) | -ḡ₀ e^(± i x²) + ḡ₁ w′(z) z / 2 x", outputs=2, x=modified_fresnel(sign))

# The dilogarithm: its slope is -ln(1 + v) / v at v = z - 1


def spence_slope(z):
    far = np.abs(z - 1) > 0.4
    x, v = np.where(far, z, 2), np.where(far, 0, z - 1)
    return np.where(far, log(x) / (1 - x), -log1p_ratio(v, 0))


derivative(
    "special.spence", "-∫₁ᶻ ln t / (t - 1) dt | -ḡ ln z / (z - 1)", parameters="z",
    z=lambda g, z: times(g, spence_slope(z)), domain=(POSITIVE,),
)  # fmt: skip

# The arithmetic-geometric mean, by its iteration

derivative(
    "special.agm", "M(a, b) | ḡ ∂M/∂a | ḡ ∂M/∂b",
    a=lambda g, a, b: times(g, agm(a, b, 1, 0)), b=lambda g, a, b: times(g, agm(a, b, 0, 1)), domain=(POSITIVE, POSITIVE),
)  # fmt: skip


@primitive(
    "∂ᵐ⁺ⁿM/∂aᵐ∂bⁿ | ḡ that for m + 1 | ḡ that for n + 1",
    a=lambda g, a, b, m, n: times(g, agm(a, b, m + 1, n)), b=lambda g, a, b, m, n: times(g, agm(a, b, m, n + 1)),
)  # fmt: skip
@kernel
def agm(a, b, m, n):
    m, n = (int(count[0]) if count.size else 1 for count in (m, n))
    return kernels.agm(a, b, m, n)


derivative(
    "special.owens_t", "T(h, a) | -ḡ φ(h) erf(a h / √2) / 2 | ḡ e^(-h² (1 + a²) / 2) / (2π (1 + a²))", parameters="h a",
    h=lambda g, h, a: -times(g, 0.5 * normal_density(h) * sp.erf(a * h * math.sqrt(0.5))),
    a=lambda g, h, a: over(times(g, normal_density(h) * np.exp(-0.5 * np.square(a * h)) / math.sqrt(2 * math.pi)), 1 + a * a),
    domain=(REALS, REALS),
)  # fmt: skip

# ζ, of Riemann and of Hurwitz. SciPy's function `zeta` calls these


@primitive(
    "∂ⁿζ(x, q)/∂xⁿ | ḡ ∂ⁿ⁺¹ζ/∂xⁿ⁺¹ | ḡ ∂ⁿ/∂xⁿ of -x ζ(x + 1, q)",
    x=lambda g, x, q, n: times(g, hurwitz(x, q, n + 1)),
    q=lambda g, x, q, n: -times(g, x * hurwitz(x + 1, q, n) + (n * hurwitz(x + 1, q, n - 1) if n else 0)),
)
@kernel
def hurwitz(x, q, n):
    return kernels.hurwitz(x, q, int(n[0]) if n.size else 0)


derivative(
    "special._ufuncs._zeta", "Σ (k + q)⁻ˣ | -ḡ Σ ln(k + q) (k + q)⁻ˣ | -ḡ x ζ(x + 1, q)", name="special.zeta", parameters="x q",
    x=lambda g, x, q: times(g, hurwitz(x, q, 1)), q=lambda g, x, q: -times(g, x * hurwitz(x + 1, q, 0)),
    domain=((1.2, 4), MIDDLE),
)  # fmt: skip


def riemann_slope(x):
    """ζ′: left of -1/2 by the reflection of DLMF 25.4.1, since the terms of Euler and Maclaurin cancel there."""
    if np.iscomplexobj(x):
        raise UnsupportedError("special.zeta: there is no derivative for a complex x; give it its value, x.detach(), or a real x")
    left = x < -0.5
    s = np.where(left, x, -1)
    y, sine = 1 - s, sinpi(s / 2)
    scale = 2 * np.exp((s - 1) * LOG_2PI + sp.gammaln(y))
    value = hurwitz(y, 1, 0)
    slope = (LOG_2PI - sp.psi(y)) * sine * value + math.pi / 2 * cospi(s / 2) * value - sine * hurwitz(y, 1, 1)
    return np.where(left, scale * slope, hurwitz(np.where(left, 2, x), 2, 1))


LOG_2PI = math.log(2 * math.pi)
derivative(
    "special._ufuncs._riemann_zeta", "ζ(x) | -ḡ Σ ln k k⁻ˣ", name="special.zeta(x)", parameters="x",
    x=lambda g, x: times(g, riemann_slope(x)), domain=((1.2, 4),),
)  # fmt: skip
derivative("special.zetac", "ζ(x) - 1 | -ḡ Σ ln k k⁻ˣ", x=lambda g, x: times(g, riemann_slope(x)), domain=((1.2, 4),))

# Inverses of x eˣ and x + ln x

INVERSE_E_REST = -1.2428753672788363e-17  # 1 / e less the float64 next to it


def lambert_slope(z, out):
    """1 / (e^W (1 + W)), which is W / z / (1 + W) with more digits where W is large."""
    near, branch = np.abs(z) < 1, np.abs(z + 1 / math.e) < 0.02
    w, v, y = np.where(near & ~branch, out, 0), np.where(near, 0, out), np.where(near, 1, z)
    t = lambert_rest(np.where(branch, z, 0), np.where(branch, out, 0))
    slope = np.where(near, quiet(np.exp, -w) / (1 + w), v / (y * (1 + v)))
    return np.where(branch & (t != 0), quiet(np.exp, 1 - t) / np.where(t == 0, 1, t), slope)


@primitive("1 + W(z) | ḡ / (e^W (1 + W)) | 0", z=lambda g, out: times(g, over(quiet(np.exp, 1 - out), out)), w=lambda g: zero(g))
@kernel
def lambert_rest(z, w):
    """Next to the branch point, for the w that is W(z) nearly, and tells which: 1 + w has few digits, and of SciPy's W₋₁ none.

    By Newton's method for Σ tᵏ / (k (k - 2)!) = 1 + e z, k ≥ 2, with a 1/e of more digits than a float has.
    """
    rest = ((z + 1 / math.e) + INVERSE_E_REST) * math.e
    start = np.sqrt(2 * rest + 0j)
    start = np.where(np.abs(1 + w - start) <= np.abs(1 + w + start), start, -start)
    if z.dtype.kind != "c" and w.dtype.kind != "c":
        start = np.real(start)
    t = start - start * start / 3
    for _ in range(4):
        series = 0
        for k in range(14, 1, -1):
            series = series * t + 1 / (k * math.factorial(k - 2))
        t = t - (series * t * t - rest) / np.where(t == 0, 1, t * np.exp(t))
    known = (np.abs(rest) < 0.1) & (np.abs(1 + w) < 0.6)
    return np.where(known, t, 1 + w)


derivative(
    "special._ufuncs._lambertw", "W: W e^W = z | ḡ / (e^W (1 + W))", name="special.lambertw", parameters="z k tol",
    z=lambda g, z, out: times(g, lambert_slope(z, out)),
)  # fmt: skip
derivative(
    "special.wrightomega", "ω: ω + ln ω = z | ḡ ω / (1 + ω)", parameters="z",
    z=lambda g, out: times(g, over(out, 1 + out)), domain=(REALS,),
)  # fmt: skip
