"""Arithmetic, powers, rounding and remainders, element by element.

If a function is constant nearby (sign, rounding), its derivative is 0, at the jumps too. See docs/conventions.md for
ties and kinks, and `strong` for `times` and `over`.
"""

import math

import numpy as np
from numpy import floating, ndarray

from autograd_core.derivatives.rules import Root, same
from autograd_core.derivatives.strong import no_zeros, nowhere, or_inf, over, quiet, tamed, times, zero
from autograd_core.derivatives.table import composed, derivative, primitive

REALS = (-np.inf, np.inf)
POSITIVE = (0, np.inf)
INSIDE = (0.1, 0.45)  # between the jumps of functions that round

# Arithmetic

derivative("add", "a + b | ḡ | ḡ", a=same, b=same, domain=(REALS, REALS))
derivative("subtract", "a - b | ḡ | -ḡ", a=same, b=lambda g: -g, domain=(REALS, REALS))
derivative("multiply", "a b | ḡ b | ḡ a", a=(times, "b"), b=(times, "a"), domain=(REALS, REALS))
derivative(
    "divide", "a / b | ḡ / b | -ḡ out / b",
    a=(over, "b"), b=lambda g, b, out: -over(times(g, out), b), domain=(REALS, POSITIVE),
)  # fmt: skip
derivative("negative", "-x | -ḡ", x=lambda g: -g, domain=(REALS,))
derivative("positive", "x | ḡ", x=same, domain=(REALS,))
derivative("reciprocal", "1 / x | -ḡ out²", x=lambda g, out: -times(times(g, out), out), domain=(POSITIVE,))
for name in ("absolute", "fabs"):
    derivative(
        name, "|x| | ḡ sign x", x=lambda g, x: absolute_x(g, x), domain=(REALS,), kinks=(0,),
        root=Root(lambda x: x == 0, x=lambda g, x: times(g, 2 * np.conjugate(x))),
    )  # fmt: skip


def absolute_x(g, x):
    """ḡ sign x. For complex x it is ḡ x* / |x|, since d|x| = Re(x* dx) / |x|; NumPy's sign is x / |x|, and 0 at 0."""
    return times(g, np.conjugate(np.sign(x)) if x.dtype.kind == "c" else np.sign(x))


# Powers. (x + x and not 2 x: a small array and a number take twice as long as two arrays.)

derivative("square", "x² | 2 ḡ x", x=lambda g, x: times(g, x + x), domain=(REALS,))
derivative(
    "sqrt", "√x | ḡ / (2 out)",
    x=lambda g, out: over(g, out + out), domain=(POSITIVE,), root=Root(lambda out: out == 0, lambda: 2, x=same),
)  # fmt: skip
derivative(
    "cbrt", "∛x | ḡ / (3 out²)",
    x=lambda g, out: over(g, 3 * out * out), domain=(POSITIVE,), root=Root(lambda out: out == 0, lambda: 3, x=lambda g: None),
)  # fmt: skip
for name in ("power", "float_power"):
    derivative(
        name, "aᵇ | ḡ b aᵇ⁻¹ | ḡ out ln a",
        a=lambda g, a, b: power_a(g, a, b), b=lambda g, a, out: power_b(g, a, out), domain=(POSITIVE, REALS),
        root=Root(
            lambda a, b: a == 0 if is_root(b) else False, lambda b: 1 / float(b), lambda b: type(b) is not int and is_root(b),
            a=lambda g, b: g if b == 0.5 else None, b=lambda g: None,
        ),
    )  # fmt: skip


def is_root(b):
    return is_number(b) and 0 < b < 1


def is_number(b):
    """Whether an exponent is one real number, be it in an array of its own."""
    return isinstance(b, (int, float, np.integer, floating)) or (type(b) is ndarray and b.ndim == 0 and b.dtype.kind in "iuf")


def power_a(g, a, b):
    """ḡ b aᵇ⁻¹. If b is 0 it is 0, also if a is: a⁰ is the constant 1.

    (Not the quotient by a¹⁻ᵇ for b < 1, which would do without a look at the zeros: its derivative has a²⁻²ᵇ in it, which
    overflows where the result is far from it.)
    """
    if type(b) is int and b == 2:
        return times(g, a + a)
    if isinstance(b, (int, float)):
        return power_number(g, a, b)
    if isinstance(b, complex) or b.dtype.kind == "c":
        return times(g, b * a ** (b - 1))
    return times(g, b * reduced_power(a, b, (b < 1) & (a == 0) & ((g == 0) | (b == 0))))


def power_number(g, a, b):
    """`power_a` for b a number: few calls for the usual ones."""
    if b == 2:
        return times(g, a + a)
    if b == 1:
        return g
    if b == 0:
        return zero(g)
    if b > 1:
        return times(g, b * (a ** (b - 1) if b % 1 == 0 else quiet(pow, a, b - 1)))
    return times(g, b * reduced_power(a, b, False if no_zeros(g) else (a == 0) & (g == 0)))


def reduced_power(a, b, out_of_reach):
    """aᵇ⁻¹, and 0 where it is out of reach: where a is 0 it would be infinite, and warn."""
    if nowhere(out_of_reach):
        return quiet(pow, a, b - 1)
    return np.where(out_of_reach, 0, quiet(pow, np.where(out_of_reach, 1, a), b - 1))


@primitive(
    "rᵇ = xᶜ | ḡ b rᵇ⁻¹ | where r is 0, ḡ c xᶜ⁻¹",
    name="power",
    r=lambda g, r, b: power_number(np.where(r == 0, 0, g), np.where(r == 0, 1, r), b),
    x=lambda g, r, x, c: power_number(np.where(r == 0, g, 0), x, c),
)
def power_of_root(r, x, b, c):
    """A power of a root, with its derivative at r = 0 by x: there that of the root is infinite, and the product 0 times ∞."""
    return np.where(r == 0, x**c, r**b)[()]


@primitive(
    "r s = xᶜ | ḡ s | ḡ r | where r is 0, ḡ c xᶜ⁻¹",
    name="multiply",
    r=lambda g, r, s: times(np.where(r == 0, 0, g), s),
    s=lambda g, r, s: times(np.where(r == 0, 0, g), r),
    x=lambda g, r, x, c: power_number(np.where(r == 0, g, 0), x, c),
)
def product_of_roots(r, s, x, c):
    """The same for the product of two powers of x, of which one is a root at least."""
    return np.where(r == 0, x**c, r * s)[()]


power_of_root.by_root = product_of_roots.by_root = True


def power_b(g, a, out):
    """ḡ out ln a, and 0 where a is 0, as it is in the limit for b > 0, where 0ᵇ is constant."""
    if isinstance(a, (int, float)) and a > 0:
        return times(g, out * math.log(a))
    if out.dtype.kind == "c":
        a = a + 0j
        unfit = a == 0
    else:
        unfit = (a == 0) | ((a < 0) & (g == 0))
    if nowhere(unfit):
        return times(g, out * np.log(a))
    return times(g, np.where(a == 0, 0, out) * np.log(np.where(unfit, 1, a)))


# Remainders

derivative(
    "remainder", "a mod b | ḡ | -ḡ ⌊a / b⌋",
    a=same, b=lambda g, a, b: times(g, -np.floor_divide(a, b)), domain=((0.1, 0.9), (1, 2)),
)  # fmt: skip
derivative(
    "fmod", "a - b trunc(a / b) | ḡ | -ḡ trunc(a / b)",
    a=same, b=lambda g, a, b, out: times(g, -np.rint((a - out) / b)), domain=((0.1, 0.9), (1, 2)),
)  # fmt: skip
derivative("floor_divide", "⌊a / b⌋ | 0 | 0", a=lambda g: zero(g), b=lambda g: zero(g), domain=((0.1, 0.9), (1, 2)))


@composed("divmod")
def divmod(a, b, /):
    return np.floor_divide(a, b), np.remainder(a, b)


def modf_x(g):
    """ḡ of the fractional part; the integral part is constant."""
    fractional, integral = g
    return zero(integral) if fractional is None else fractional


derivative("modf", "x - trunc x, trunc x | ḡ₀", outputs=2, x=modf_x)
derivative("frexp", "m, e with x = m 2ᵉ | ḡ₀ / 2ᵉ", outputs=2, x=lambda g, out: np.ldexp(g[0], -out[1]))
derivative("ldexp", "x 2ⁱ | ḡ 2ⁱ", parameters="x power", x=lambda g, power: np.ldexp(g, power), power=None)

# Rounding

for name in ("floor", "ceil", "trunc", "rint", "fix", "spacing"):
    derivative(name, f"{name} x | 0", parameters="x", x=lambda g: zero(g), domain=(INSIDE,))
for name in ("round", "around"):
    derivative(name, "a to decimals places | 0", a=lambda g: zero(g), domain=(INSIDE,))
derivative("nextafter", "the number after a towards b | ḡ | 0", a=same, b=lambda g: zero(g), domain=(REALS, REALS))

# Signs

derivative(
    "sign", "x / |x| | 0, complex i out* Im(ḡ out) / |x|",
    x=lambda g, x, out: sign_x(g, x, out), domain=(REALS,), kinks=(0,),
)  # fmt: skip
derivative(
    "copysign", "|a| sign b | ḡ sign a sign b | 0",
    a=lambda g, a, b: times(g, np.sign(a) * np.copysign(1, b)), b=lambda g: zero(g), domain=(REALS, REALS), kinks=(0,),
    root=Root(lambda a: a == 0, a=lambda g, a: times(g, 2 * a), b=lambda g: zero(g)),
)  # fmt: skip


def sign_x(g, x, out):
    """0, but for complex x: dx across the direction of x turns it, d out = i out Im(out* dx) / |x|."""
    if x.dtype.kind != "c":
        return zero(g)
    out = tamed(g, out)
    return over(1j * np.conjugate(out) * np.imag(g * out), or_inf(np.abs(x)))


derivative(
    "heaviside", "1 if a > 0, b if a = 0, else 0 | 0 | ḡ where a = 0",
    a=lambda g: zero(g), b=lambda g, a: np.where(a == 0, g, 0), domain=(REALS, REALS), kinks=(0,),
)  # fmt: skip
