"""Orthogonal polynomials and Legendre functions, in the argument: degree and parameters are constants.

The slope of one is one of a degree less, of the same family or of Jacobi's; all formulas hold for degrees that are no integers.
"""

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import derivative, primitive


def less(n):
    """n - 1; of degree 0, whose slope is 0, the 0 again, since not every function has one of -1."""
    return (n - 1 if n else 0) if isinstance(n, int) else n - np.where(n == 0, 0, 1)


def some(n):
    """0 for degree 0, and else 1."""
    return (1 if n else 0) if isinstance(n, int) else np.where(n == 0, 0, 1)


def put(name, doc, slope, parameters="n x"):
    """An entry for `eval_<name>`, of whose arguments the last is the one to differentiate by."""
    rules = {
        "n x": lambda g, n, x: times(g, slope(n, x)),
        "n alpha x": lambda g, n, alpha, x: times(g, slope(n, alpha, x)),
        "n alpha beta x": lambda g, n, alpha, beta, x: times(g, slope(n, alpha, beta, x)),
        "n p q x": lambda g, n, p, q, x: times(g, slope(n, p, q, x)),
    }
    derivative(f"special.eval_{name}", doc, parameters=parameters, x=rules[parameters])


def jacobi(n, a, b, x):
    return (n + a + b + 1) * some(n) / 2 * sp.eval_jacobi(less(n), a + 1, b + 1, x)


def gegenbauer(n, alpha, x):
    return 2 * alpha * some(n) * sp.eval_gegenbauer(less(n), alpha + 1, x)


put("jacobi", "Pₙ | ḡ (n + α + β + 1) / 2 Pₙ₋₁ for α + 1, β + 1", jacobi, "n alpha beta x")
put("sh_jacobi", "Gₙ | ḡ n Gₙ₋₁ for p + 2, q + 1", lambda n, p, q, x: n * sp.eval_sh_jacobi(less(n), p + 2, q + 1, x), "n p q x")
put("gegenbauer", "Cₙ | 2 ḡ α Cₙ₋₁ for α + 1", gegenbauer, "n alpha x")
put("genlaguerre", "Lₙ | -ḡ Lₙ₋₁ for α + 1", lambda n, a, x: -some(n) * sp.eval_genlaguerre(less(n), a + 1, x), "n alpha x")
put("laguerre", "Lₙ | -ḡ Lₙ₋₁ for α = 1", lambda n, x: -some(n) * sp.eval_genlaguerre(less(n), 1.0, x))
put("legendre", "Pₙ | ḡ (n + 1) / 2 Pₙ₋₁ of Jacobi for α = β = 1", lambda n, x: jacobi(n, 0.0, 0.0, x))
put("sh_legendre", "Pₙ(2 x - 1) | 2 ḡ Pₙ′", lambda n, x: 2 * jacobi(n, 0.0, 0.0, 2 * x - 1))
put("chebyt", "Tₙ | ḡ n Uₙ₋₁", lambda n, x: n * sp.eval_chebyu(less(n), x))
put("chebyu", "Uₙ | 2 ḡ Cₙ₋₁ for α = 2", lambda n, x: gegenbauer(n, 1.0, x))
put("chebyc", "2 Tₙ(x / 2) | ḡ n Uₙ₋₁(x / 2)", lambda n, x: n * sp.eval_chebyu(less(n), x / 2))
put("chebys", "Uₙ(x / 2) | ḡ Cₙ₋₁(x / 2) for α = 2", lambda n, x: gegenbauer(n, 1.0, x / 2) / 2)
put("sh_chebyt", "Tₙ(2 x - 1) | 2 ḡ n Uₙ₋₁(2 x - 1)", lambda n, x: 2 * n * sp.eval_chebyu(less(n), 2 * x - 1))
put("sh_chebyu", "Uₙ(2 x - 1) | 4 ḡ Cₙ₋₁(2 x - 1) for α = 2", lambda n, x: 2 * gegenbauer(n, 1.0, 2 * x - 1))
put("hermite", "Hₙ | 2 ḡ n Hₙ₋₁", lambda n, x: 2 * n * sp.eval_hermite(less(n), x))
put("hermitenorm", "Heₙ | ḡ n Heₙ₋₁", lambda n, x: n * sp.eval_hermitenorm(less(n), x))

# Legendre functions: (1 - x²)^(m/2) times the m-th derivative of P


@primitive("∂ᵏPᵥ/∂xᵏ | ḡ that for k + 1", v=None, x=lambda g, v, x, k: times(g, legendre(v, x, k + 1)))
@kernel
def legendre(v, x, k):
    """By Jacobi's polynomial of degree v - k; by recurrence if that is an integer, where the hypergeometric sum would cancel."""
    v = np.where(v < -0.5, -v - 1, v)
    n = v - k
    whole, scale = n == np.rint(n), sp.poch(v + 1, k) / 2**k
    by_steps = sp.eval_jacobi(np.where(whole, np.maximum(n, 0), 0).astype(int), k, k, x)
    value = np.where(whole, np.where(n < 0, 0, by_steps), sp.eval_jacobi(np.where(whole, 0.5, n), k, k, x))
    return np.where(n < 0, np.where(whole, 0, value), value) * scale


def lpmv_x(g, m, v, x):
    k, below = np.abs(m), 1 - x * x
    degree = np.where(v < -0.5, -v - 1, v)
    sign = np.where(k % 2 == 1, -1.0, 1.0)
    factor = np.where(m < 0, sp.poch(degree + 1 + k, -2.0 * k), sign)  # (v - k)! / (v + k)!
    power = np.where(k == 0, 0, k / 2 - 1)
    return times(g, factor * (below ** (k / 2) * legendre(v, x, k + 1) - k * x * below**power * legendre(v, x, k)))


derivative(
    "special.lpmv", "Pᵥᵐ(x), (-1)ᵐ (1 - x²)^(m/2) ∂ᵐPᵥ/∂xᵐ | ḡ the slope of the product", parameters="m v x", x=lpmv_x
)  # fmt: skip
