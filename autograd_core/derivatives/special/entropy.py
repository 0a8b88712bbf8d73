"""x ln y and what entropies are made of, Box-Cox transforms, and Huber's losses.

At 0 they have the slopes of the functions as SciPy extends them: x ln y is 0 along x = 0, so it is flat in y, at y = 0 too.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS, power_a, power_b
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import no_zeros, or_inf, over, quiet, times
from autograd_core.derivatives.table import derivative, primitive
from autograd_core.derivatives.transcendental import cosine

BESIDE_1 = (0.2, 3)

derivative(
    "special.xlogy", "x ln y | ḡ ln y | ḡ x / y", parameters="x y",
    x=lambda g, y: times(g, log(g, y)), y=lambda g, x, y: over(times(g, x), y), domain=(REALS, POSITIVE),
)  # fmt: skip
derivative(
    "special.xlog1py", "x ln(1 + y) | ḡ ln(1 + y) | ḡ x / (1 + y)", parameters="x y",
    x=lambda g, y: times(g, log(g, y, np.log1p, -1)), y=lambda g, x, y: over(times(g, x), 1 + y), domain=(REALS, POSITIVE),
)  # fmt: skip
derivative("special.entr", "-x ln x | -ḡ (1 + ln x)", x=lambda g, x: -times(g, 1 + log(g, x)), domain=(POSITIVE,))
derivative(
    "special.rel_entr", "x ln(x / y) | ḡ (1 + ln(x / y)) | -ḡ x / y", parameters="x y",
    x=lambda g, x, y: times(g, 1 + log_ratio(x, y)), y=lambda g, x, y: -over(times(g, x), y), domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.kl_div", "x ln(x / y) - x + y | ḡ ln(x / y) | ḡ (1 - x / y)", parameters="x y",
    x=lambda g, x, y: times(g, log_ratio(x, y)), y=lambda g, x, y: times(g, less_ratio(x, y)), domain=(POSITIVE, BESIDE_1),
)  # fmt: skip


def log(g, x, function=np.log, pole=0):
    """The logarithm of x, without a warning of its pole where nothing comes in."""
    return quiet(function, x if no_zeros(g) else np.where((g == 0) & (x == pole), 1, x))


@primitive("ln(x / y) | ḡ / x | -ḡ / y", x=lambda g, x: over(g, x), y=lambda g, y: -over(g, y), domain=(POSITIVE, BESIDE_1))
def log_ratio(x, y):
    """With all digits where x and y are nearly equal. Where x is 0 it is -∞, and gives no warning."""
    with np.errstate(all="ignore"):
        return np.where(np.abs(x - y) < y / 2, np.log1p((x - y) / y), np.log(x / y))[()]


@primitive("1 - x / y | -ḡ / y | ḡ x / y²", x=lambda g, y: -over(g, y), y=lambda g, x, y: over(over(times(g, x), y), y))
def less_ratio(x, y):
    """With all digits where x and y are nearly equal. Where x is 0 it is 1: there kl_div is y."""
    nothing = x == 0
    return np.where(nothing, 1, quiet(np.divide, y - x, np.where(nothing, 1, y)))[()]


# Box-Cox: (x^λ - 1) / λ = ∫ e^(λ s) ds from 0 to L = ln x, for every λ; its inverse is e^(ln(1 + λ x) / λ). Their slopes by λ are
# entries of their own: written as products of powers of L or x, they would have terms by x that cancel

derivative("special.exprel", "(eˣ - 1) / x | ḡ ∫₀¹ t e^(x t) dt", x=lambda g, x: times(g, moment(x, 1)), domain=(REALS,))
derivative(
    "special.boxcox", "(x^λ - 1) / λ | ḡ x^(λ - 1) | ḡ ∫ s e^(λ s) ds from 0 to ln x", parameters="x lmbda",
    x=lambda g, x, lmbda: times(g, quiet(np.power, x, lmbda - 1)),
    lmbda=lambda g, x, lmbda: boxcox_lambda(g, x, lmbda), domain=(POSITIVE, REALS),
)  # fmt: skip
derivative(
    "special.boxcox1p", "((1 + x)^λ - 1) / λ | ḡ (1 + x)^(λ - 1) | ḡ ∫ s e^(λ s) ds from 0 to ln(1 + x)", parameters="x lmbda",
    x=lambda g, x, lmbda: times(g, quiet(np.exp, (lmbda - 1) * log(g, x, np.log1p, -1))),
    lmbda=lambda g, x, lmbda: boxcox_lambda(g, x, lmbda, np.log1p, -1), domain=(POSITIVE, REALS),
)  # fmt: skip
derivative(
    "special.inv_boxcox", "(λ x + 1)^(1/λ) | ḡ out / (λ x + 1) | ḡ out r′, r(λ) = ln(1 + λ x) / λ", parameters="x lmbda",
    x=lambda g, x, lmbda, out: over(times(g, out), lmbda * x + 1),
    lmbda=lambda g, x, lmbda, out: times(g, times(out, log_rate(x, lmbda, 1))), domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.inv_boxcox1p", "p - 1, p = (λ x + 1)^(1/λ) | ḡ p / (λ x + 1) | ḡ p r′, r(λ) = ln(1 + λ x) / λ", parameters="x lmbda",
    x=lambda g, x, lmbda: over(times(g, sp.inv_boxcox(x, lmbda)), lmbda * x + 1),  # of a p next to 0 out + 1 has no digits
    lmbda=lambda g, x, lmbda: times(g, times(sp.inv_boxcox(x, lmbda), log_rate(x, lmbda, 1))), domain=(POSITIVE, POSITIVE),
)  # fmt: skip


def boxcox_lambda(g, x, lmbda, function=np.log, pole=0):
    with np.errstate(divide="ignore"):  # of -1 / λ the forward pass gives no warning
        L = log(g, x, function, pole)
    bottom = np.isneginf(L) & (lmbda > 0)  # there boxcox is -1 / λ
    L, above = np.where(bottom, -1, L), np.where(bottom, lmbda, 1)
    return times(g, np.where(bottom, 1 / (above * above), boxcox_moment(L, lmbda, 1)))


@primitive(
    "∫ sⁿ e^(λ s) ds from 0 to L | ḡ Lⁿ e^(λ L) | ḡ that for n + 1",
    L=lambda g, L, lmbda, n: times(g, times(L**n, quiet(np.exp, lmbda * L))),
    lmbda=lambda g, L, lmbda, n: times(g, boxcox_moment(L, lmbda, n + 1)),
)  # fmt: skip
@kernel
def boxcox_moment(L, lmbda, n):
    return L ** (n + 1) * moment(lmbda * L, n[:1])


@primitive(
    "∂ⁿ/∂λⁿ of ln(1 + λ x) / λ | ḡ (-1)ⁿ n! xⁿ / (1 + λ x)ⁿ⁺¹ | ḡ that for n + 1",
    x=lambda g, x, lmbda, n: times(g, (-1) ** n * math.factorial(n) * over(over(x, 1 + lmbda * x) ** n, 1 + lmbda * x)),
    lmbda=lambda g, x, lmbda, n: times(g, log_rate(x, lmbda, n + 1)),
)  # fmt: skip
@kernel
def log_rate(x, lmbda, n):
    """xⁿ⁺¹ q⁽ⁿ⁾(v), with v = λ x and q as below, and from v = 1 on λ⁻ⁿ⁻¹ vⁿ⁺¹ q⁽ⁿ⁾(v), which no power of v overflows."""
    n = int(n[0]) if n.size else 1
    v = lmbda * x
    far = v > 1
    z = np.where(far, v, 1)
    out = np.log1p(z)
    for k in range(1, n + 1):
        out = (-1) ** (k - 1) * math.factorial(k - 1) * (z / (1 + z)) ** k - k * out
    return np.where(far, out / np.where(far, lmbda, 1) ** (n + 1), x ** (n + 1) * log1p_ratio(np.where(far, 0, v), n))


@primitive("∫₀¹ tⁿ e^(x t) dt | ḡ ∫₀¹ tⁿ⁺¹ e^(x t) dt", x=lambda g, x, n: times(g, moment(x, n + 1)))
@kernel
def moment(x, n):
    """The n-th derivative of exprel: sums of positive terms up to |x| = 40, by parts beyond."""
    n = int(n[0]) if n.size else 0
    y = np.clip(np.abs(x), 0, 40)
    term, right, left = np.ones_like(x), np.zeros_like(x), np.zeros_like(x)
    for k in range(160):
        right = right + term / (n + 1 + k)
        term = term * y / (k + 1)
    term = np.exp(-y) / (n + 1)
    for k in range(160):
        left = left + term
        term = term * y / (n + 2 + k)
    far = np.expm1(x) / x
    for k in range(1, n + 1):
        far = (np.exp(x) - k * far) / x
    return np.where(np.abs(x) > 40, far, np.where(x < 0, left, right))


@primitive("the n-th derivative of q(x) = ln(1 + x) / x | ḡ q⁽ⁿ⁺¹⁾(x)", x=lambda g, x, n: times(g, log1p_ratio(x, n + 1)))
@kernel
def log1p_ratio(x, n):
    n = int(n[0]) if n.size else 0
    limit, terms = {0: (1e-300, 0), 1: (0.1, 20)}.get(n, (0.4, 60))  # 0 itself; where few digits cancel; where n would
    near = np.abs(x) < limit
    z = np.where(near, 1, x)
    out = np.where(x == np.inf, 0, np.log1p(z) / z)
    for k in range(1, n + 1):
        out = ((-1) ** (k - 1) * math.factorial(k - 1) / (1 + z) ** k - k * out) / z
    y, series = x[near], 0
    for k in range(n + terms, n - 1, -1):
        series = series * y + (-1) ** k * math.perm(k, n) / (k + 1)
    out[near] = series
    return out


derivative(
    "special.powm1", "xʸ - 1 | ḡ y xʸ⁻¹ | ḡ xʸ ln x", parameters="x y",
    x=lambda g, x, y: power_a(g, x, y), y=lambda g, x, y: power_b(g, x, quiet(np.power, x, y)), domain=(POSITIVE, REALS),
)  # fmt: skip

# Huber's losses

derivative(
    "special.huber", "r²/2 if |r| ≤ δ, else δ (|r| - δ/2) | ḡ max(|r| - δ, 0) | ḡ r, or δ sign r", parameters="delta r",
    delta=lambda g, delta, r: times(g, np.where(np.abs(r) > delta, np.abs(r) - delta, 0)),
    r=lambda g, delta, r: times(g, np.where(np.abs(r) > delta, delta * np.sign(r), r)), domain=((0.5, 0.7), (0.8, 3)),
)  # fmt: skip
derivative(
    "special.pseudo_huber", "δ² (√(1 + (r/δ)²) - 1) | ḡ r⁴ / (h (h + δ)²) | ḡ δ r / h, h = √(δ² + r²)", parameters="delta r",
    delta=lambda g, delta, r: times(g, pseudo_huber_delta(delta, r)), r=lambda g, delta, r: times(g, harmonic(delta, r)),
    domain=(POSITIVE, REALS),
)  # fmt: skip


@primitive(
    "a b / √(a² + b²) | ḡ b³ / (a² + b²)^(3/2) | ḡ a³ / (a² + b²)^(3/2)",
    a=lambda g, a, b: times(g, cosine(b, a) ** 3),
    b=lambda g, a, b: times(g, cosine(a, b) ** 3),
    domain=(POSITIVE, REALS),
)
def harmonic(a, b):
    """An entry of its own, since as a product the terms of its slopes would nearly cancel."""
    return np.where(np.abs(a) < np.abs(b), a * cosine(b, a), b * cosine(a, b))[()]


def pseudo_huber_delta(delta, r):
    h = np.hypot(delta, r)
    q = r / or_inf(h + delta) * r
    return q * (q / or_inf(h))
