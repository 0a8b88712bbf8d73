"""The incomplete gamma and beta functions and their inverses, by all arguments.

The derivatives by the parameters a and b have no closed form. Each is an entry of its own, whose derivatives are of the same kind
(`incomplete_kernels`), so that every order is right; an inverse has those of an implicit function.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE
from autograd_core.derivatives.special import incomplete_kernels as kernels
from autograd_core.derivatives.special.gamma import polygamma, psi, psi_step
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import over, times
from autograd_core.derivatives.table import derivative, primitive

UNIT = (0, 1)


def log(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(x)


def log1p(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log1p(x)


def wide(rule):
    """The rule in float64 for float32 too: of a quotient by a density, or a small sum of large terms, a second derivative loses
    what digits float32 has."""

    def computed(g, *values):
        if g.dtype != np.float32:
            return rule(g, *values)
        values = [value.astype(float) if hasattr(value, "dtype") else value for value in values]
        return rule(g.astype(float), *values).astype(np.float32)

    return computed


# Gamma


@primitive(
    "xᵃ⁻¹ e⁻ˣ / Γ(a) | ḡ out (ln x - ψ(a)) | ḡ out (a - 1 - x) / x",
    a=lambda g, a, x, out: times(g, times(out, log(x) - psi(a))), x=lambda g, a, x, out: over(times(g, times(out, a - 1 - x)), x),
)  # fmt: skip
@kernel
def gamma_density(a, x):
    """The derivative of P(a, x) by x."""
    return kernels.gamma_density(a, x)


@primitive(
    "∂ⁿP(a, x)/∂aⁿ | ḡ ∂ⁿ⁺¹P/∂aⁿ⁺¹ | ḡ ∂ⁿ/∂aⁿ of the density",
    a=lambda g, a, x, n: times(g, lower_gamma(a, x, n + 1)), x=lambda g, a, x, n: times(g, gamma_density_by_a(a, x, n)),
)  # fmt: skip
@kernel
def lower_gamma(a, x, n):
    return kernels.lower_gamma(a, x, int(n[0]) if n.size else 1)


def gamma_density_by_a(a, x, n):
    """∂ⁿ/∂aⁿ of the density, by the derivatives of its logarithm."""
    slopes = [log(x) - psi(a)] + [-polygamma(k, a) for k in range(1, n)]
    parts = [gamma_density(a, x)]
    for k in range(n):
        parts.append(sum(math.comb(k, i) * times(parts[k - i], slopes[i]) for i in range(k + 1)))
    return parts[n]


def few(*parameters):
    """Whether all parameters are numbers for which the densities are products of powers, without loss of digits."""
    return all(isinstance(p, (float, int)) and abs(p) < 8 for p in parameters)


def plain_gamma_density(a, x):
    """The density, in a fifth of the time for an array in which nothing is out of range."""
    if type(x) is np.ndarray and x.dtype.char == "d" and x.size and few(a) and x.min() > 1e-14 and x.max() < 300:
        return x ** (a - 1) * np.exp(-x) * sp.rgamma(a)
    return gamma_density(a, x)


def plain_beta_density(a, b, x):
    if type(x) is np.ndarray and x.dtype.char == "d" and x.size and few(a, b) and x.min() > 1e-14 and x.max() < 1:
        return x ** (a - 1) * (1 - x) ** (b - 1) / sp.beta(a, b)
    return beta_density(a, b, x)


def put_gamma(name, inverse, sign, formula):
    """P(a, x), or 1 - P if the sign is -1, and the inverse of it by x."""
    minus = "-" if sign < 0 else ""
    derivative(
        f"special.{name}", f"{formula} | {minus}ḡ ∂P/∂a | {minus}ḡ xᵃ⁻¹ e⁻ˣ / Γ(a)", parameters="a x",
        a=lambda g, a, x: times(sign * g, lower_gamma(a, x, 1)), x=lambda g, a, x: times(sign * g, plain_gamma_density(a, x)),
        domain=(POSITIVE, POSITIVE),
    )  # fmt: skip
    derivative(
        f"special.{inverse}", f"x: {formula} = y | -ḡ ∂P/∂a / ∂P/∂x | {minus}ḡ / ∂P/∂x", parameters="a y",
        a=(wide(lambda g, a, out: -over(times(g, lower_gamma(a, out, 1)), gamma_density(a, out))), "a", "out"),
        y=(wide(lambda g, a, out: over(sign * g, gamma_density(a, out))), "a", "out"),
    )  # fmt: skip


put_gamma("gammainc", "gammaincinv", 1, "P(a, x)")
put_gamma("gammaincc", "gammainccinv", -1, "1 - P(a, x)")

# Beta


@primitive(
    "xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b) | ḡ out (ln x - ψ(a) + ψ(a + b)) | ḡ out (ln(1 - x) - ψ(b) + ψ(a + b)) | "
    "ḡ out ((a - 1) / x - (b - 1) / (1 - x))",
    a=lambda g, a, b, x, out: times(g, times(out, log(x) - psi_step(a, b))),
    b=lambda g, a, b, x, out: times(g, times(out, log1p(-x) - psi_step(b, a))),
    x=lambda g, a, b, x, out: over(over(times(g, times(out, (a - 1) * (1 - x) - (b - 1) * x)), x), 1 - x),
)
@kernel
def beta_density(a, b, x):
    """The derivative of I(a, b, x) by x."""
    return kernels.beta_density(a, b, x)


@primitive(
    "∂ᵐ⁺ⁿI(a, b, x)/∂aᵐ∂bⁿ | ḡ that for m + 1 | ḡ that for n + 1 | ḡ the same of the density",
    a=lambda g, a, b, x, m, n: times(g, lower_beta(a, b, x, m + 1, n)),
    b=lambda g, a, b, x, m, n: times(g, lower_beta(a, b, x, m, n + 1)),
    x=lambda g, a, b, x, m, n: times(g, beta_density_by(a, b, x, m, n)),
)
@kernel
def lower_beta(a, b, x, m, n):
    m, n = (int(count[0]) if count.size else 1 for count in (m, n))
    return kernels.lower_beta(a, b, x, m, n)


def beta_density_by(a, b, x, m, n):
    """∂ᵐ⁺ⁿ/∂aᵐ∂bⁿ of the density, by the derivatives of its logarithm."""
    parts = {(0, 0): beta_density(a, b, x)}

    def slope(i, j):
        if (i, j) == (1, 0):
            return log(x) - psi_step(a, b)
        if (i, j) == (0, 1):
            return log1p(-x) - psi_step(b, a)
        own = polygamma(i - 1, a) if j == 0 else polygamma(j - 1, b) if i == 0 else 0
        return polygamma(i + j - 1, a + b) - own

    for i in range(m + 1):
        for j in range(n + 1):
            if i:  # from the part with one derivative less by a
                terms = [(k, r) for k in range(i) for r in range(j + 1)]
                parts[i, j] = sum(
                    math.comb(i - 1, k) * math.comb(j, r) * times(parts[i - 1 - k, j - r], slope(k + 1, r)) for k, r in terms
                )
            elif j:
                parts[i, j] = sum(math.comb(j - 1, r) * times(parts[i, j - 1 - r], slope(0, r + 1)) for r in range(j))
    return parts[m, n]


def put_beta(name, inverse, sign, formula):
    """I(a, b, x), or 1 - I if the sign is -1, and the inverse of it by x."""
    minus = "-" if sign < 0 else ""
    derivative(
        f"special.{name}", f"{formula} | {minus}ḡ ∂I/∂a | {minus}ḡ ∂I/∂b | {minus}ḡ xᵃ⁻¹ (1 - x)ᵇ⁻¹ / B(a, b)",
        parameters="a b x",
        a=lambda g, a, b, x: times(sign * g, lower_beta(a, b, x, 1, 0)),
        b=lambda g, a, b, x: times(sign * g, lower_beta(a, b, x, 0, 1)),
        x=lambda g, a, b, x: times(sign * g, plain_beta_density(a, b, x)), domain=(POSITIVE, POSITIVE, UNIT),
    )  # fmt: skip
    derivative(
        f"special.{inverse}", f"x: {formula} = y | -ḡ ∂I/∂a / ∂I/∂x | -ḡ ∂I/∂b / ∂I/∂x | {minus}ḡ / ∂I/∂x", parameters="a b y",
        a=(wide(lambda g, a, b, out: -over(times(g, lower_beta(a, b, out, 1, 0)), beta_density(a, b, out))), "a", "b", "out"),
        b=(wide(lambda g, a, b, out: -over(times(g, lower_beta(a, b, out, 0, 1)), beta_density(a, b, out))), "a", "b", "out"),
        y=(wide(lambda g, a, b, out: over(sign * g, beta_density(a, b, out))), "a", "b", "out"),
    )  # fmt: skip


put_beta("betainc", "betaincinv", 1, "I(a, b, x)")
put_beta("betaincc", "betainccinv", -1, "1 - I(a, b, x)")
