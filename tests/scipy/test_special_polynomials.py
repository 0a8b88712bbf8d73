"""Hypergeometric functions, orthogonal polynomials and Legendre functions against mpmath."""

import numpy as np
import pytest

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

PARAMETERS = {
    "hyp0f1": (mp.hyp0f1, [(1.5,), (-0.7,)], [-50.0, -0.3, 0.0, 5.0, 50.0]),
    "hyp1f1": (mp.hyp1f1, [(0.5, 1.5), (-2.5, 4.0)], [-50.0, -0.3, 0.0, 5.0, 50.0]),
    "hyp2f1": (mp.hyp2f1, [(0.5, 1.5, 2.5), (1.0, 1.0, 2.0), (3.3, -0.7, 1.2)], [-50.0, -0.3, 0.0, 0.7, 0.99]),
    "hyperu": (mp.hyperu, [(0.5, 1.5), (-2.5, 4.0)], [0.01, 0.3, 5.0, 50.0]),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_hypergeometric(name):
    double, parameters, points = PARAMETERS[name]
    for some in parameters:
        check(
            lambda x, some=some: getattr(special, name)(*some, x),
            lambda x, some=some: double(*some, x),
            points,
            rtol=2e-12,
            dps=30,
        )


def test_hyperu_where_scipy_has_none():
    """Of U(5.5, 7, 0.043), which makes the second derivative of U(3.5, 5, x), it makes NaN."""
    for a, b, x in ((3.5, 5.0, 0.043), (2.5, 5.0, 0.0067)):
        check(lambda x, a=a, b=b: special.hyperu(a, b, x), lambda x, a=a, b=b: mp.hyperu(a, b, x), [x], rtol=1e-12)


def test_hypergeometric_of_complex_numbers():
    z = 0.3 + 0.4j
    found = grad(lambda x: np.real(special.hyp2f1(0.5, 1.5, 2.5, x + z)))(0.0)
    np.testing.assert_allclose(found, float(mp.diff(lambda x: mp.hyp2f1(0.5, 1.5, 2.5, x), z).real), rtol=1e-13)


def test_parameters_are_constants():
    with pytest.raises(UnsupportedError, match=r"special.hyp1f1: there is no derivative with respect to argument a, only to x"):
        special.hyp1f1(Tensor(0.5, requires_grad=True), 1.5, 0.3)


@pytest.mark.heavy
@pytest.mark.parametrize("k", [0, 1])
def test_parabolic_cylinder(k):
    of = lambda f: f if k == 0 else lambda x: mp.diff(f, x)
    for v in (0.3, 2.0):
        check(lambda x, v=v: special.pbdv(v, x)[k], of(lambda x, v=v: mp.pcfd(v, x)), [-4.0, 0.3, 2.1], rtol=1e-11, dps=20)
        check(lambda x, v=v: special.pbvv(v, x)[k], of(lambda x, v=v: mp.pcfv(-v - 0.5, x)), [-4.0, 0.3, 2.1], rtol=1e-11, dps=20)
        check(lambda x, v=v: special.pbwa(v, x)[k], of(lambda x, v=v: mp.pcfw(v, x)), [-2.1, 0.3, 2.1], rtol=1e-11, dps=20)


TURNED = {
    "legendre": mp.legendre, "chebyt": mp.chebyt, "chebyu": mp.chebyu, "hermite": mp.hermite,
    "laguerre": lambda n, x: mp.laguerre(n, 0, x),
    "hermitenorm": lambda n, x: mp.hermite(n, x / mp.sqrt(2)) / mp.mpf(2) ** (mp.mpf(n) / 2),
    "chebyc": lambda n, x: 2 * mp.chebyt(n, x / 2), "chebys": lambda n, x: mp.chebyu(n, x / 2),
    "sh_legendre": lambda n, x: mp.legendre(n, 2 * x - 1),
    "sh_chebyt": lambda n, x: mp.chebyt(n, 2 * x - 1), "sh_chebyu": lambda n, x: mp.chebyu(n, 2 * x - 1),
}  # fmt: skip
WITH_PARAMETERS = {
    "jacobi": ((0.3, -0.6), mp.jacobi),
    "gegenbauer": (
        (0.7,),
        lambda n, a, x: mp.jacobi(n, a - 0.5, a - 0.5, x) * mp.rf(2 * a, n) / mp.rf(a + 0.5, n),
    ),  # DLMF 18.7.1
    "genlaguerre": ((0.7,), mp.laguerre),
    "sh_jacobi": ((2.5, 1.3), lambda n, p, q, x: mp.jacobi(n, p - q, q - 1, 2 * x - 1) / mp.binomial(2 * n + p - 1, n)),
}


@pytest.mark.parametrize("name", [*TURNED, *WITH_PARAMETERS])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 2.5])
def test_orthogonal_polynomials(name, n):
    if name.startswith("hermite") and n == 2.5:
        pytest.skip("SciPy has these of integer degrees only")
    parameters, double = WITH_PARAMETERS.get(name, ((), TURNED.get(name)))
    points = [0.0, 0.37, 0.81, *([-0.6] if "sh_" not in name and "laguerre" not in name else [])]
    if n == 2.5 or name == "gegenbauer":  # mpmath's sum for this does not end where the value is 0
        points = points[1:]
    f = lambda x: getattr(special, f"eval_{name}")(n, *parameters, x)
    check(f, lambda x: double(n, *parameters, x), points, rtol=2e-12, atol=1e-14, dps=30)


def test_legendre_at_the_ends():
    """P′(1) = n (n + 1) / 2, P″(1) = (n - 1) n (n + 1) (n + 2) / 8."""
    f = lambda x: special.eval_legendre(7, x)
    assert (grad(f)(1.0), grad(grad(f))(1.0)) == pytest.approx((28, 378), rel=1e-14)
    f = lambda x: special.lpmv(0, 7, x)
    assert (grad(f)(1.0), grad(grad(f))(1.0)) == pytest.approx((28, 378), rel=1e-14)


@pytest.mark.parametrize(("m", "v"), [(0, 3), (1, 2), (2, 2), (3, 20), (-1, 2), (-2, 3), (0, 0.5), (1, 2.3), (2, -3.0)])
def test_legendre_functions(m, v):
    """DLMF 14.3.8 and, for negative order and degree, 14.9.3 and 14.9.5."""
    degree, k = -v - 1 if v < 0 else v, abs(m)
    factor = (-1) ** k * mp.gamma(degree + k + 1) / mp.gamma(degree - k + 1)
    scale = (factor if m >= 0 else 1) / (mp.mpf(2) ** k * mp.factorial(k))
    double = lambda x: scale * (1 - x * x) ** (mp.mpf(k) / 2) * mp.hyp2f1(k - degree, degree + k + 1, k + 1, (1 - x) / 2)
    check(lambda x: special.lpmv(m, v, x), double, [-0.7, 0.2, 0.9, 0.999], rtol=1e-11, dps=30)
