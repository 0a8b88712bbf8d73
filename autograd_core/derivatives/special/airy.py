"""Relatives of Bessel functions: Airy's, Kelvin's and Struve's, Wright's, and integrals of them."""

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special import airy_kernels as kernels
from autograd_core.derivatives.special.bessel import count
from autograd_core.derivatives.special.integrals import parts
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import quiet, times
from autograd_core.derivatives.table import derivative, primitive
from autograd_core.errors import UnsupportedError

# Airy

derivative(
    "special.airy", "Ai(z), Ai′(z), Bi(z), Bi′(z) | ḡ₀ Ai′ + ḡ₁ z Ai + ḡ₂ Bi′ + ḡ₃ z Bi", parameters="z", outputs=4,
    z=lambda g, z, out: parts(g, lambda: out[1], lambda: z * out[0], lambda: out[3], lambda: z * out[2]),
)  # fmt: skip


@primitive("f⁽ⁿ⁾(x) of Ai or Bi times its scale | ḡ f⁽ⁿ⁺¹⁾(x)", x=lambda g, x, n, second: times(g, scaled_airy(x, n + 1, second)))
@kernel
def scaled_airy(x, n, second):
    return kernels.scaled_airy(x, count(n), bool(count(second)))


def airye_z(g, z, out):
    """With the scale e^ζ the slope of Ai′ is √z times that of Ai, and left of 0, where Bi has none, it is that of `airy`."""
    if z.dtype.kind == "c":
        raise UnsupportedError("special.airye: there is no derivative for a complex z; write special.airy, times the scale")
    root, left = np.sqrt(np.where(z > 0, z, 0)), z <= 0
    ai, bi = lambda: scaled_airy(z, 1, 0), lambda: scaled_airy(z, 1, 1)
    falling = lambda: np.where(left, z * out[2], -root * bi())
    return parts(g, ai, lambda: root * ai(), bi, falling)


derivative(
    "special.airye", "Ai e^ζ, Ai′ e^ζ, Bi e^(-ζ), Bi′ e^(-ζ), ζ = 2/3 z^(3/2) | (ḡ₀ + ḡ₁ √z) out₀′ + (ḡ₂ - ḡ₃ √z) out₂′",
    parameters="z", outputs=4, z=airye_z,
)  # fmt: skip
derivative(
    "special.itairy", "∫ Ai, ∫ Bi from 0 to x, and to -x of the same | ḡ₀ Ai(x) + ḡ₁ Bi(x) + ḡ₂ Ai(-x) + ḡ₃ Bi(-x)", outputs=4,
    x=lambda g, x: parts(
        g, lambda: sp.airy(x)[0], lambda: sp.airy(x)[2], lambda: sp.airy(-x)[0], lambda: sp.airy(-x)[2]
    ),
)  # fmt: skip

# Kelvin: derivatives of J₀ and K₀ of complex arguments


@primitive("ber⁽ⁿ⁾(x), bei, ker, kei for part 0 … 3 | ḡ that for n + 1", x=lambda g, x, n, part: times(g, kelvin(x, n + 1, part)))
@kernel
def kelvin(x, n, part):
    return kernels.kelvin(x, count(n), count(part))


def put_kelvin(name, part, domain):
    derivative(f"special.{name}", f"{name} x | ḡ {name}′ x", x=lambda g, x: times(g, kelvin(x, 1, part)), domain=(domain,))
    derivative(f"special.{name}p", f"{name}′ x | ḡ {name}″ x", x=lambda g, x: times(g, kelvin(x, 2, part)), domain=(domain,))


for part, name in enumerate(("ber", "bei", "ker", "kei")):
    put_kelvin(name, part, REALS if part < 2 else POSITIVE)


def kelvin_slope(x, n, part):
    return lambda: kelvin(x, n, part) + 1j * kelvin(x, n, part + 1)


derivative(
    "special.kelvin", "ber x + i bei x, ker x + i kei x, and their derivatives | Σ ḡₖ outₖ′", outputs=4,
    x=lambda g, x: np.real(
        parts(g, kelvin_slope(x, 1, 0), kelvin_slope(x, 1, 2), kelvin_slope(x, 2, 0), kelvin_slope(x, 2, 2))
    ),
)  # fmt: skip

# Struve


@primitive(
    "∂ⁿ/∂xⁿ of x⁻ᵈ Hᵥ(x), or of L for sign 1 | ḡ that for n + 1", v=None,
    x=lambda g, v, x, n, sign, down: times(g, struve(v, x, n + 1, sign, down)),
)  # fmt: skip
@kernel
def struve(v, x, n, sign, down):
    return kernels.struve(v, x, count(n), count(sign), count(down))


derivative("special.struve", "Hᵥ(x) | ḡ (Hᵥ₋₁ - v Hᵥ / x)", parameters="v x", x=lambda g, v, x: times(g, struve(v, x, 1, -1, 0)))
derivative(
    "special.modstruve", "Lᵥ(x) | ḡ (Lᵥ₋₁ - v Lᵥ / x)", parameters="v x", x=lambda g, v, x: times(g, struve(v, x, 1, 1, 0))
)
derivative("special.itstruve0", "∫ H₀ from 0 to x | ḡ H₀(x)", x=lambda g, x: times(g, struve(0, x, 0, -1, 0)), domain=(REALS,))
derivative("special.itmodstruve0", "∫ L₀ from 0 to x | ḡ L₀(x)", x=lambda g, x: times(g, struve(0, x, 0, 1, 0)), domain=(REALS,))
derivative(
    "special.it2struve0",
    "∫ H₀(t) / t from x on | -ḡ H₀(x) / x",
    x=lambda g, x: -times(g, struve(0, x, 0, -1, 1)),
    domain=(REALS,),
)

# Integrals of Bessel functions


@primitive(
    "∂ⁿ/∂xⁿ of (1 - J₀) / x, or (I₀ - 1) / x | ḡ that for n + 1", x=lambda g, x, n, sign: times(g, less_one(x, n + 1, sign))
)
@kernel
def less_one(x, n, sign):
    return kernels.less_one(x, count(n), count(sign))


def both(first, second):
    return lambda g, x: parts(g, lambda: first(x), lambda: second(x))


for name, formula, first, second in [
    ("itj0y0", "∫ J₀, ∫ Y₀ from 0 to x | ḡ₀ J₀ + ḡ₁ Y₀", sp.j0, sp.y0),
    ("iti0k0", "∫ I₀, ∫ K₀ from 0 to x | ḡ₀ I₀ + ḡ₁ K₀", sp.i0, sp.k0),
    (
        "it2j0y0", "∫ (1 - J₀) / t from 0 to x, ∫ Y₀ / t from x on | ḡ₀ (1 - J₀) / x - ḡ₁ Y₀ / x",
        lambda x: less_one(x, 0, -1), lambda x: -sp.y0(x) / x,
    ),
    (
        "it2i0k0", "∫ (I₀ - 1) / t from 0 to x, ∫ K₀ / t from x on | ḡ₀ (I₀ - 1) / x - ḡ₁ K₀ / x",
        lambda x: less_one(x, 0, 1), lambda x: -sp.k0(x) / x,
    ),
]:  # fmt: skip
    derivative(f"special.{name}", formula, outputs=2, x=both(first, second))


def besselpoly_slope(a, lmb, nu):
    """∫ 2 x^(λ+1) J′(2 a x): by both neighbouring orders, or where there is none below by the one above."""
    below = nu >= 1
    upper = sp.besselpoly(a, lmb + 1, nu + 1)
    low = sp.besselpoly(a, lmb + 1, np.where(below, nu - 1, 0)) - upper
    b = np.where(below | (nu == 0), 1, a)
    return np.where(below, low, nu / b * sp.besselpoly(a, lmb, nu) - 2 * upper)


derivative(
    "special.besselpoly", "∫ x^λ Jᵥ(2 a x) dx from 0 to 1 | ḡ ∫ 2 x^(λ+1) Jᵥ′(2 a x) dx", parameters="a lmb nu",
    a=lambda g, a, lmb, nu: times(g, besselpoly_slope(a, lmb, nu)),
)  # fmt: skip

# Wright's generalised Bessel function

derivative(
    "special.wright_bessel", "Σ xᵏ / (k! Γ(a k + b)) | ḡ that of b + a", parameters="a b x",
    x=lambda g, a, b, x: times(g, sp.wright_bessel(a, a + b, x)),
)  # fmt: skip
derivative(
    "special.log_wright_bessel", "ln Σ xᵏ / (k! Γ(a k + b)) | ḡ e^(that of b + a, less out)", parameters="a b x",
    x=lambda g, a, b, x, out: times(g, quiet(np.exp, sp.log_wright_bessel(a, a + b, x) - out)),
)  # fmt: skip
