"""Bessel functions: of the first, second and third kind, the modified ones and the scaled forms, and Hankel's.

Every derivative is one of an n-th derivative of the same function by its argument and m-th by its order, entries of their own. By
the order they are for real arguments; that of kn and yn is a whole number, and a constant.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special import bessel_kernels as kernels
from autograd_core.derivatives.special import bessel_orders as orders
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import derivative, is_declared, primitive, resolve
from autograd_core.errors import UnsupportedError

ORDER = (0.5, 2.5)


def count(n):
    """A count that a kernel has got as an array."""
    return int(n[0]) if n.size else 0


def real(name, z):
    """A real argument: for a complex one there are no derivatives by the order."""
    if isinstance(z, complex) or (hasattr(z, "dtype") and z.dtype.kind == "c"):
        raise UnsupportedError(
            f"special.{name}: there is no derivative with respect to argument v, its order, for complex z; "
            "write v.detach(), or a real z"
        )
    return z


def further(entry):
    """The rules of a derivative by the order, a function of (v, z, m, n)."""
    return {
        "v": lambda g, v, z, m, n: times(g, entry()(v, z, m + 1, n)),
        "z": lambda g, v, z, m, n: times(g, entry()(v, z, m, n + 1)),
    }


@primitive("∂ᵐ⁺ⁿJᵥ/∂vᵐ∂zⁿ | ḡ that for m + 1 | ḡ that for n + 1", **further(lambda: order_j))
@kernel
def order_j(v, z, m, n):
    return orders.in_range(lambda *args: orders.of_any_order(*args)[0], v, z, count(m), count(n))


@primitive("∂ᵐ⁺ⁿYᵥ/∂vᵐ∂zⁿ | ḡ that for m + 1 | ḡ that for n + 1", **further(lambda: order_y))
@kernel
def order_y(v, z, m, n):
    return orders.in_range(lambda *args: orders.of_any_order(*args)[1], v, z, count(m), count(n))


@primitive("∂ᵐ⁺ⁿIᵥ/∂vᵐ∂zⁿ | ḡ that for m + 1 | ḡ that for n + 1", **further(lambda: order_i))
@kernel
def order_i(v, z, m, n):
    return orders.in_range(orders.modified_of_any_order, v, z, count(m), count(n), False, kernels.macdonald)


@primitive("∂ᵐ⁺ⁿ(e⁻ˣ Iᵥ)/∂vᵐ∂xⁿ | ḡ that for m + 1 | ḡ that for n + 1", **further(lambda: order_scaled_i))
@kernel
def order_scaled_i(v, z, m, n):
    return orders.in_range(orders.modified_of_any_order, v, z, count(m), count(n), True, kernels.macdonald)


def order_hankel(v, z, n, sign):
    """The first derivative by the order of the n-th of J ± i Y."""
    return order_j(v, z, 1, n) + 1j * sign * order_y(v, z, 1, n)


def order_scaled_hankel(v, z, n, sign):
    n, turn = int(np.max(n)), -1j * np.max(sign)
    parts = [math.comb(n, k) * turn ** (n - k) * order_hankel(v, z, k, np.max(sign)) for k in range(n + 1)]
    return np.exp(turn * z) * sum(parts)


@primitive(
    "∂ⁿJᵥ/∂zⁿ | ḡ ∂ⁿ⁺¹Jᵥ/∂v∂zⁿ | ḡ ∂ⁿ⁺¹Jᵥ/∂zⁿ⁺¹",
    v=lambda g, v, z, n: times(g, order_j(v, real("jv", z), 1, n)), z=lambda g, v, z, n: times(g, bessel_j(v, z, n + 1)),
)  # fmt: skip
@kernel
def bessel_j(v, z, n):
    return kernels.differences(sp.jv, v, z, count(n), -1)


@primitive(
    "∂ⁿYᵥ/∂zⁿ | ḡ ∂ⁿ⁺¹Yᵥ/∂v∂zⁿ | ḡ ∂ⁿ⁺¹Yᵥ/∂zⁿ⁺¹",
    v=lambda g, v, z, n: times(g, order_y(v, real("yv", z), 1, n)), z=lambda g, v, z, n: times(g, bessel_y(v, z, n + 1)),
)  # fmt: skip
@kernel
def bessel_y(v, z, n):
    return kernels.differences(sp.yv, v, z, count(n), -1)


@primitive(
    "∂ⁿIᵥ/∂zⁿ | ḡ ∂ⁿ⁺¹Iᵥ/∂v∂zⁿ | ḡ ∂ⁿ⁺¹Iᵥ/∂zⁿ⁺¹",
    v=lambda g, v, z, n: times(g, order_i(v, real("iv", z), 1, n)), z=lambda g, v, z, n: times(g, bessel_i(v, z, n + 1)),
)  # fmt: skip
@kernel
def bessel_i(v, z, n):
    return kernels.differences(sp.iv, v, z, count(n), 1)


@primitive(
    "∂ⁿ(e^(-|x|) Iᵥ)/∂xⁿ | ḡ that by v too | ḡ that for n + 1",
    v=lambda g, v, x, n: times(g, order_scaled_i(v, real("ive", x), 1, n)), x=lambda g, v, x, n: times(g, scaled_i(v, x, n + 1)),
)  # fmt: skip
@kernel
def scaled_i(v, x, n):
    return kernels.scaled_i(v, x, count(n))


@primitive(
    "∂ᵐ⁺ⁿKᵥ/∂vᵐ∂zⁿ, or of eᶻ Kᵥ | ḡ that for m + 1 | ḡ that for n + 1",
    v=lambda g, v, z, m, n, scaled: times(g, macdonald(v, real("kv", z), m + 1, n, scaled)),
    z=lambda g, v, z, m, n, scaled: times(g, macdonald(v, z, m, n + 1, scaled)),
)
@kernel
def macdonald(v, z, m, n, scaled):
    return kernels.macdonald(v, z, count(m), count(n), bool(count(scaled)))


@primitive(
    "∂ⁿHᵥ/∂zⁿ | ḡ that by v too | ḡ ∂ⁿ⁺¹Hᵥ/∂zⁿ⁺¹",
    v=lambda g, v, z, n, sign: times(g, order_hankel(v, real("hankel1", z), n, sign)),
    z=lambda g, v, z, n, sign: times(g, hankel(v, z, n + 1, sign)),
)  # fmt: skip
@kernel
def hankel(v, z, n, sign):
    return kernels.differences(sp.hankel1 if np.all(sign > 0) else sp.hankel2, v, z, count(n), -1)


@primitive(
    "∂ⁿ(e^(∓iz) Hᵥ)/∂zⁿ | ḡ that by v too | ḡ that for n + 1",
    v=lambda g, v, z, n, sign: times(g, order_scaled_hankel(v, real("hankel1e", z), n, sign)),
    z=lambda g, v, z, n, sign: times(g, scaled_hankel(v, z, n + 1, sign)),
)  # fmt: skip
@kernel
def scaled_hankel(v, z, n, sign):
    return kernels.scaled_h(v, z, count(n), 1 if np.all(sign > 0) else -1)


# Of orders 0 and 1

for name, rule, formula, domain in [
    ("j0", lambda g, x: -times(g, sp.j1(x)), "J₀(x) | -ḡ J₁(x)", REALS),
    ("j1", lambda g, x: times(g, bessel_j(1, x, 1)), "J₁(x) | ḡ (J₀(x) - J₂(x)) / 2", REALS),
    ("y0", lambda g, x: -times(g, sp.y1(x)), "Y₀(x) | -ḡ Y₁(x)", POSITIVE),
    ("y1", lambda g, x: times(g, bessel_y(1, x, 1)), "Y₁(x) | ḡ (Y₀(x) - Y₂(x)) / 2", POSITIVE),
    ("i0", lambda g, x: times(g, sp.i1(x)), "I₀(x) | ḡ I₁(x)", REALS),
    ("i1", lambda g, x: times(g, bessel_i(1, x, 1)), "I₁(x) | ḡ (I₀(x) + I₂(x)) / 2", REALS),
    ("k0", lambda g, x: -times(g, sp.k1(x)), "K₀(x) | -ḡ K₁(x)", POSITIVE),
    ("k1", lambda g, x: times(g, macdonald(1, x, 0, 1, 0)), "K₁(x) | -ḡ (K₀(x) + K₂(x)) / 2", POSITIVE),
    ("i0e", lambda g, x: times(g, scaled_i(0, x, 1)), "e^(-|x|) I₀(x) | ḡ out′", REALS),
    ("i1e", lambda g, x: times(g, scaled_i(1, x, 1)), "e^(-|x|) I₁(x) | ḡ out′", REALS),
    ("k0e", lambda g, x: times(g, macdonald(0, x, 0, 1, 1)), "eˣ K₀(x) | ḡ out′", POSITIVE),
    ("k1e", lambda g, x: times(g, macdonald(1, x, 0, 1, 1)), "eˣ K₁(x) | ḡ out′", POSITIVE),
]:
    derivative(f"special.{name}", formula, x=rule, domain=(domain,), kinks=(0,) if name in ("i0e", "i1e") else ())

# Of every order


def put(names, formula, **rules):
    """An entry for each of the names that is a function of its own: SciPy's `jn` is its `jv`."""
    for name in names.split():
        function = resolve(f"special.{name}")
        if function is not None and not is_declared(function):
            derivative(f"special.{name}", formula, parameters="v z", **rules)


def scaled_slope(g, v, z, out, function, sign, axis):
    """Of one scaled by the real or imaginary part of a complex z, which has no complex derivative."""
    along, unit = (np.real(z), -1) if axis == "real" else (np.imag(z), 1j)
    scaling = times(np.real(times(g, out)), np.sign(along))
    return times(g, (function(v - 1, z) + sign * function(v + 1, z)) / 2) + unit * scaling


def scaled_rule(function, sign, axis, real):
    return lambda g, v, z, out: (
        scaled_slope(g, v, z, out, function, sign, axis) if z.dtype.kind == "c" else times(g, real(v, z, 1))
    )


def by_one_neighbour(function, sign, entry):
    """The rule with f′ = ±fᵥ₊₁ + v / z fᵥ, half as much work, for plain z > 0 and v ≥ 0: its own derivative would cancel."""

    def rule(g, v, z, out):
        if type(z) in (np.ndarray, np.float64) and z.dtype.char == "d" and np.all(z > 0) and np.all(v >= 0):
            return times(g, sign * function(v + 1, z) + v / z * out)
        return times(g, entry(v, z, 1))

    return rule


def order_rule(name, entry, *rest):
    return lambda g, v, z: times(g, entry(v, real(name, z), *rest))


DOMAIN = {"domain": (ORDER, POSITIVE)}
put(
    "jv jn",
    "Jᵥ(z) | ḡ ∂Jᵥ/∂v | ḡ (Jᵥ₋₁ - Jᵥ₊₁) / 2",
    v=order_rule("jv", order_j, 1, 0),
    z=by_one_neighbour(sp.jv, -1, bessel_j),
    **DOMAIN,
)
put(
    "yv",
    "Yᵥ(z) | ḡ ∂Yᵥ/∂v | ḡ (Yᵥ₋₁ - Yᵥ₊₁) / 2",
    v=order_rule("yv", order_y, 1, 0),
    z=by_one_neighbour(sp.yv, -1, bessel_y),
    **DOMAIN,
)
put("yn", "Yₙ(x) | ḡ (Yₙ₋₁ - Yₙ₊₁) / 2", z=lambda g, v, z: times(g, bessel_y(np.trunc(v), z, 1)))  # SciPy takes the whole part
put(
    "iv",
    "Iᵥ(z) | ḡ ∂Iᵥ/∂v | ḡ (Iᵥ₋₁ + Iᵥ₊₁) / 2",
    v=order_rule("iv", order_i, 1, 0),
    z=by_one_neighbour(sp.iv, 1, bessel_i),
    **DOMAIN,
)
put(
    "kv", "Kᵥ(z) | ḡ ∫ t sinh(v t) e^(-z cosh t) dt | -ḡ (Kᵥ₋₁ + Kᵥ₊₁) / 2",
    v=order_rule("kv", macdonald, 1, 0, 0), z=lambda g, v, z: times(g, macdonald(v, z, 0, 1, 0)),
    domain=(ORDER, POSITIVE),
)  # fmt: skip
put(
    "kve", "eᶻ Kᵥ(z) | ḡ ∫ t sinh(v t) e^(z - z cosh t) dt | ḡ out′",
    v=order_rule("kve", macdonald, 1, 0, 1), z=lambda g, v, z: times(g, macdonald(v, z, 0, 1, 1)),
    domain=(ORDER, POSITIVE),
)  # fmt: skip
put("kn", "Kₙ(x) | -ḡ (Kₙ₋₁ + Kₙ₊₁) / 2", z=lambda g, v, z: times(g, macdonald(np.trunc(v), z, 0, 1, 0)))
put(
    "jve",
    "e^(-|Im z|) Jᵥ(z) | ḡ ∂out/∂v | ḡ out′",
    v=order_rule("jve", order_j, 1, 0),
    z=scaled_rule(sp.jve, -1, "imaginary", bessel_j),
    **DOMAIN,
)
put(
    "yve",
    "e^(-|Im z|) Yᵥ(z) | ḡ ∂out/∂v | ḡ out′",
    v=order_rule("yve", order_y, 1, 0),
    z=scaled_rule(sp.yve, -1, "imaginary", bessel_y),
    **DOMAIN,
)
put(
    "ive",
    "e^(-|Re z|) Iᵥ(z) | ḡ ∂out/∂v | ḡ out′",
    v=order_rule("ive", order_scaled_i, 1, 0),
    z=scaled_rule(sp.ive, 1, "real", scaled_i),
    **DOMAIN,
)


def hankel_rule(entry, sign):
    return lambda g, v, z: times(g, entry(v, z, 1, sign))


for name, sign, formula in (("hankel1", 1, "Jᵥ(z) + i Yᵥ(z)"), ("hankel2", -1, "Jᵥ(z) - i Yᵥ(z)")):
    put(
        name, f"{formula} | ḡ ∂out/∂v | ḡ out′",
        v=order_rule(name, order_hankel, 0, sign),
        z=hankel_rule(hankel, sign),
    )  # fmt: skip
    put(
        f"{name}e", f"e^({'-' if sign > 0 else ''}iz) ({formula}) | ḡ ∂out/∂v | ḡ out′",
        v=order_rule(f"{name}e", order_scaled_hankel, 0, sign),
        z=hankel_rule(scaled_hankel, sign),
    )  # fmt: skip
