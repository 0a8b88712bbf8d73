"""Elliptic integrals, complete and incomplete, Carlson's symmetric ones, and Jacobi's elliptic functions.

All derivatives are integrals of one kind, whose own are of that kind again: see `power_integral`.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special.bessel import count
from autograd_core.derivatives.special.integrals import parts
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import over, times
from autograd_core.derivatives.table import derivative, primitive

BELOW_1 = (-np.inf, 1)


@primitive(
    "∫ tᵐ (t + x)⁻ᵃ (t + y)⁻ᵇ (t + z)⁻ᶜ (t + p)⁻ᵈ dt from 0 on | -ḡ a that of a + 1 | -ḡ b … | -ḡ c … | -ḡ d …",
    x=lambda g, x, y, z, p, m, a, b, c, d: times(g, -a * power_integral(x, y, z, p, m, a + 1, b, c, d)),
    y=lambda g, x, y, z, p, m, a, b, c, d: times(g, -b * power_integral(x, y, z, p, m, a, b + 1, c, d)),
    z=lambda g, x, y, z, p, m, a, b, c, d: times(g, -c * power_integral(x, y, z, p, m, a, b, c + 1, d)),
    p=lambda g, x, y, z, p, m, a, b, c, d: times(g, -d * power_integral(x, y, z, p, m, a, b, c, d + 1)),
)  # fmt: skip
@kernel
def power_integral(x, y, z, p, m, a, b, c, d):
    """By the trapezoidal rule in ln t along a ray, which has all digits if no pole is near it.

    For numbers off the negative axis. The principal values that SciPy gives there are none of this integral.
    """
    powers = [float(power[0]) if power.size else 1.0 for power in (a, b, c, d)]
    m = float(m[0]) if m.size else 0.0
    used = [(number, power) for number, power in zip((x, y, z, p), powers, strict=True) if power]
    turn, pole = ray([number for number, _ in used])
    sizes = np.stack([np.abs(number) for number, _ in used])
    zeros = sum(np.where(number == 0, power, 0) for number, power in used)
    at_0, at_end = 1 + m - zeros, sum(powers) - 1 - m
    usual = np.all([np.isfinite(number) for number, _ in used], axis=0) & np.any(sizes > 0, axis=0) & (pole > NEAREST)
    fit = usual & (at_0 > 0)
    low = np.log(np.min(np.where(fit & (sizes > 0), sizes, np.where(fit, np.inf, 1)), axis=0)) - 38 / np.where(fit, at_0, 1)
    high = np.log(np.max(np.where(fit, sizes, 1), axis=0)) + 38 / at_end
    steps = int(np.max(np.where(fit, high - low, 0) * 2 * math.pi / np.where(fit, pole, math.pi), initial=1)) + 1
    total, step = 0, (high - low) / steps
    for k in range(steps + 1):
        t = np.exp(low + k * step) * turn
        value = t ** (1 + m)
        for number, power in used:
            value = value * (t + number) ** -power
        total = total + value
    return np.where(fit, total * step, np.where(usual, np.inf, np.nan))


NEAREST = 0.05  # the angle of the nearest pole with the ray, for which there are some 10,000 steps


def ray(numbers):
    """The direction of a ray along which t + number is never 0 for any of them, and the least angle of -number with it.

    To turn the positive axis there, past no pole and no branch, takes numbers that are all within π of the ray.
    """
    if all(number.dtype.kind != "c" for number in numbers):
        return 1.0, np.where(np.min(numbers, axis=0) < 0, 0, math.pi)
    angles = np.stack([np.where(number == 0, 0, np.angle(number)) for number in numbers])
    middle = (np.max(angles, axis=0) + np.min(angles, axis=0)) / 2
    pole = math.pi - np.max(np.abs(angles - middle), axis=0)
    return np.exp(1j * middle), np.where(np.max(np.abs(angles), axis=0) < math.pi, pole, 0)


# Carlson's

derivative(
    "special.elliprf", "½ ∫ ((t + x) (t + y) (t + z))^(-1/2) dt | -ḡ R_D(y, z, x) / 6 | …", parameters="x y z",
    x=lambda g, x, y, z: -times(g, sp.elliprd(y, z, x) / 6), y=lambda g, x, y, z: -times(g, sp.elliprd(z, x, y) / 6),
    z=lambda g, x, y, z: -times(g, sp.elliprd(x, y, z) / 6), domain=(POSITIVE, POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.elliprd", "1½ ∫ ((t + x) (t + y))^(-1/2) (t + z)^(-3/2) dt | -¾ ḡ that with (t + x)⁻¹ in it | … | -9/4 ḡ …",
    parameters="x y z",
    x=lambda g, x, y, z: times(g, -0.75 * power_integral(x, y, z, 1.0, 0, 1.5, 0.5, 1.5, 0)),
    y=lambda g, x, y, z: times(g, -0.75 * power_integral(x, y, z, 1.0, 0, 0.5, 1.5, 1.5, 0)),
    z=lambda g, x, y, z: times(g, -2.25 * power_integral(x, y, z, 1.0, 0, 0.5, 0.5, 2.5, 0)),
    domain=(POSITIVE, POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.elliprj", "1½ ∫ ((t + x) (t + y) (t + z))^(-1/2) / (t + p) dt | -¾ ḡ that with (t + x)⁻¹ in it | … | … | -1½ ḡ …",
    parameters="x y z p",
    x=lambda g, x, y, z, p: times(g, -0.75 * power_integral(x, y, z, p, 0, 1.5, 0.5, 0.5, 1)),
    y=lambda g, x, y, z, p: times(g, -0.75 * power_integral(x, y, z, p, 0, 0.5, 1.5, 0.5, 1)),
    z=lambda g, x, y, z, p: times(g, -0.75 * power_integral(x, y, z, p, 0, 0.5, 0.5, 1.5, 1)),
    p=lambda g, x, y, z, p: times(g, -1.5 * power_integral(x, y, z, p, 0, 0.5, 0.5, 0.5, 2)),
    domain=(POSITIVE, POSITIVE, POSITIVE, POSITIVE),
)  # fmt: skip


def of_principal_value(x, y):
    """(where R_C(x, y) is a principal value, y < 0; x and y there, and elsewhere 1 and -1; y elsewhere, and there 1)."""
    there = (np.real(y) < 0) & (np.imag(y) == 0)
    return there, np.where(there, x, 1.0), np.where(there, y, -1.0), np.where(there, 1.0, y)


def elliprc_x(g, x, y):
    there, a, b, y = of_principal_value(x, y)
    principal = (sp.elliprc(a, b) - np.sqrt(1 / a)) / (2 * (b - a))
    return times(g, np.where(there, principal, -0.25 * power_integral(x, y, 1.0, 1.0, 0, 1.5, 1, 0, 0)))


def elliprc_y(g, x, y):
    there, a, b, y = of_principal_value(x, y)
    principal = (np.sqrt(a) / b - sp.elliprc(a, b)) / (2 * (b - a))
    return times(g, np.where(there, principal, -0.5 * power_integral(x, y, 1.0, 1.0, 0, 0.5, 2, 0, 0)))


derivative(
    "special.elliprc", "½ ∫ (t + x)^(-1/2) / (t + y) dt | -¼ ḡ that with (t + x)⁻¹ in it | -½ ḡ …", parameters="x y",
    x=elliprc_x, y=elliprc_y, domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.elliprg", "the surface of an ellipsoid | ḡ/8 ∫ t (t + x)^(-3/2) ((t + y) (t + z))^(-1/2) dt | …", parameters="x y z",
    x=lambda g, x, y, z: times(g, 0.125 * power_integral(x, y, z, 1.0, 1, 1.5, 0.5, 0.5, 0)),
    y=lambda g, x, y, z: times(g, 0.125 * power_integral(x, y, z, 1.0, 1, 0.5, 1.5, 0.5, 0)),
    z=lambda g, x, y, z: times(g, 0.125 * power_integral(x, y, z, 1.0, 1, 0.5, 0.5, 1.5, 0)),
    domain=(POSITIVE, POSITIVE, POSITIVE),
)  # fmt: skip

# Complete

derivative("special.ellipk", "K(m) | ḡ R_D(0, 1, 1 - m) / 6", parameters="m",
           m=lambda g, m: times(g, sp.elliprd(0.0, 1.0, 1 - m) / 6), domain=(BELOW_1,))  # fmt: skip
derivative("special.ellipkm1", "K(1 - p) | -ḡ R_D(0, 1, p) / 6", parameters="p",
           p=lambda g, p: -times(g, sp.elliprd(0.0, 1.0, p) / 6), domain=(POSITIVE,))  # fmt: skip
derivative("special.ellipe", "E(m) | -ḡ R_D(0, 1 - m, 1) / 6", parameters="m",
           m=lambda g, m: -times(g, sp.elliprd(0.0, 1 - m, 1.0) / 6), domain=(BELOW_1,))  # fmt: skip

# Incomplete


@primitive(
    "∫ (sin θ)²ⁿ (1 - m sin² θ)⁻ʰ dθ from 0 to φ | ḡ (sin φ)²ⁿ (1 - m sin² φ)⁻ʰ | ḡ h that of n + 1 and h + 1",
    phi=lambda g, phi, m, n, h: times(g, np.sin(phi) ** (2 * n) * delta(phi, m) ** -h),
    m=lambda g, phi, m, n, h: times(g, h * sine_integral(phi, m, n + 1, h + 1)),
)
@kernel
def sine_integral(phi, m, n, h):
    """From φ less a multiple k of π, and 2 k times that up to a quarter turn; with t = sin² φ / sin² θ - 1 it is Carlson's."""
    n, h = count(n), float(h[0]) if h.size else 0.5
    k = np.rint(phi / np.pi)
    rest = phi - k * np.pi
    s, c = np.sin(rest), np.cos(rest)
    part = 0.5 * s ** (2 * n + 1) * power_integral(c * c, 1 - m * s * s, 1.0, 1.0, 0, 0.5, h, n + 1 - h, 0)
    if k.any():
        whole = power_integral(0.0, 1 - m, 1.0, 1.0, 0, 0.5, h, n + 1 - h, 0)
        part = part + np.where(k == 0, 0, k * whole)
    return part


def delta(phi, m):
    return 1 - m * np.square(np.sin(phi))


derivative(
    "special.ellipkinc",
    "∫ (1 - m sin² θ)^(-1/2) dθ from 0 to φ | ḡ (1 - m sin² φ)^(-1/2) | ½ ḡ ∫ sin² θ (1 - m sin² θ)^(-3/2) dθ",
    parameters="phi m",
    phi=lambda g, phi, m: times(g, delta(phi, m) ** -0.5), m=lambda g, phi, m: times(g, 0.5 * sine_integral(phi, m, 1, 1.5)),
    domain=(REALS, BELOW_1),
)  # fmt: skip
derivative(
    "special.ellipeinc", "∫ √(1 - m sin² θ) dθ from 0 to φ | ḡ √(1 - m sin² φ) | -½ ḡ ∫ sin² θ (1 - m sin² θ)^(-1/2) dθ",
    parameters="phi m",
    phi=lambda g, phi, m: times(g, np.sqrt(delta(phi, m))), m=lambda g, phi, m: times(g, -0.5 * sine_integral(phi, m, 1, 0.5)),
    domain=(REALS, BELOW_1),
)  # fmt: skip

# Jacobi's: the amplitude φ with F(φ, m) = u, and its sine, its cosine and √(1 - m sin² φ)


def ellipj_u(g, m, out):
    sn, cn, dn, _ = out
    return parts(g, lambda: cn * dn, lambda: -sn * dn, lambda: -m * sn * cn, lambda: dn)


def ellipj_m(g, m, out):
    sn, cn, dn, phi = out
    turned = dn * sine_integral(phi, m, 1, 1.5) * -0.5
    return parts(
        g, lambda: cn * turned, lambda: -sn * turned, lambda: -over(m * sn * cn * turned + sn * sn / 2, dn), lambda: turned
    )  # fmt: skip


derivative(
    "special.ellipj", "sn, cn, dn, φ of (u | m) | Σ ḡₖ ∂outₖ/∂φ dn | Σ ḡₖ ∂outₖ/∂m", parameters="u m", outputs=4,
    u=ellipj_u, m=ellipj_m,
)  # fmt: skip
