"""Spherical Bessel functions, Legendre functions and spherical harmonics against mpmath, at the ends and where they refuse."""

import numpy as np
import pytest
import scipy.special

from autograd_core import Tensor, grad, hessian
from autograd_core.errors import DetachError, UnsupportedError
from autograd_core.scipy import special
from tests.scipy.right import check, mp

spherical = lambda bessel, factor: lambda n, z: mp.sqrt(factor / z) * bessel(n + mp.mpf(1) / 2, z)
BESSEL = {
    "spherical_jn": spherical(mp.besselj, mp.pi / 2), "spherical_yn": spherical(mp.bessely, mp.pi / 2),
    "spherical_in": spherical(mp.besseli, mp.pi / 2), "spherical_kn": spherical(mp.besselk, mp.pi / 2),
}  # fmt: skip
since = pytest.mark.skipif(not hasattr(scipy.special, "sph_harm_y"), reason="SciPy has these from 1.15 on")


@pytest.mark.parametrize("name", BESSEL)
@pytest.mark.parametrize("n", [0, 1, 7])
def test_spherical_bessel_functions(name, n):
    f, double = getattr(special, name), lambda z: BESSEL[name](n, z)
    points = [1e-3, 0.4, 2.2, 9.0, 60.0]
    check(lambda z: f(n, z), double, points, rtol=2e-12, dps=40)
    check(lambda z: f(n, z, derivative=True), lambda z: mp.diff(double, z), points[1:4], orders=(1,), rtol=2e-12, dps=30)


def test_spherical_bessel_functions_at_0_and_below():
    """j₁ = z / 3 - z³ / 30 + …, i₂ = z² / 15 + …; jₙ(-z) = (-1)ⁿ jₙ(z)."""
    assert grad(lambda z: special.spherical_jn(1, z))(0.0) == pytest.approx(1 / 3, rel=1e-15)
    assert grad(grad(lambda z: special.spherical_in(2, z)))(0.0) == pytest.approx(2 / 15, rel=1e-15)
    left, right = (grad(lambda z: special.spherical_jn(2, z))(z) for z in (-1.3, 1.3))
    assert left == -right == pytest.approx(scipy.special.spherical_jn(2, -1.3, derivative=True), rel=1e-13)


def test_orders_are_constants():
    n = Tensor(2.0, requires_grad=True)
    for name in BESSEL:
        with pytest.raises(UnsupportedError, match=rf"scipy\.special\.{name}: .* the order is an integer; write n\.detach\(\)"):
            getattr(special, name)(n, 0.3)


@since
@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_legendre_polynomials(n):
    f = lambda z: special.legendre_p(n, z)[0]
    check(f, lambda z: mp.legendre(n, z), [-1.0, -0.6, 0.1, 0.999, 1.0, 2.5], rtol=1e-13, atol=1e-14, dps=30)


def associated(n, m, z, kind=2):
    """Rodrigues' sum, DLMF 18.5.8 and 14.7.10-11: quicker than mpmath's `legenp`, which sums hypergeometric series."""
    k = abs(m)
    powers = [(n - 2 * j - k, (-1) ** j * mp.binomial(n, j) * mp.binomial(2 * n - 2 * j, n)) for j in range((n - k) // 2 + 1)]
    total = sum(c * mp.ff(p + k, k) * z**p for p, c in powers) / mp.mpf(2) ** n
    factor = mp.factorial(n - k) / mp.factorial(n + k) if m < 0 else (-1) ** k if kind == 2 else 1
    return factor * (1 - z * z if kind == 2 else z * z - 1) ** (mp.mpf(k) / 2) * total


def test_the_sum_is_mpmaths_function():
    for kind, z in (2, 0.3), (3, 1.7):
        for n, m in (3, -2), (4, 1):
            assert mp.almosteq(associated(n, m, mp.mpf(z), kind), mp.re(mp.legenp(n, m, z, type=kind)), 1e-12)


ORDERS = [(0, 0), (2, 1), (3, -2), (5, 5), (6, -3), (4, 0)]


@since
@pytest.mark.parametrize(("n", "m"), ORDERS)
@pytest.mark.parametrize("norm", [False, True])
def test_legendre_functions(n, m, norm):
    scale = mp.sqrt((n + mp.mpf(1) / 2) * mp.factorial(n - m) / mp.factorial(n + m)) if norm else 1
    for kind, points in (2, [-0.9, 0.1, 0.7]), (3, [1.01, 3.0]):
        f = lambda z, kind=kind: special.assoc_legendre_p(n, m, z, branch_cut=kind, norm=norm)[0]
        double = lambda z, kind=kind: scale * associated(n, m, z, kind)
        check(f, double, points, rtol=1e-12, atol=1e-14, dps=30)


@since
def test_normalised_functions_of_high_order():
    """(n - m)! / (n + m)! is out of range here, the function is not: Pₙⁿ ~ sinⁿ θ, so its slope is n cot θ times it."""
    n, theta = 400, 1.5
    f = lambda theta: special.sph_legendre_p(n, n, theta)[0]
    assert grad(f)(theta) == pytest.approx(n / np.tan(theta) * f(theta), rel=1e-11)
    g = lambda z: special.assoc_legendre_p(n, n, z, norm=True)[0]
    assert grad(g)(0.01) == pytest.approx(-n * 0.01 / (1 - 1e-4) * g(0.01), rel=1e-11)


@since
@pytest.mark.parametrize(("n", "m"), ORDERS)
@pytest.mark.parametrize("part", [np.real, np.imag])
def test_spherical_harmonics(n, m, part):
    norm = mp.sqrt((2 * n + 1) / (4 * mp.pi) * mp.factorial(n - m) / mp.factorial(n + m))
    turn = (lambda x: mp.cos(m * x)) if part is np.real else (lambda x: mp.sin(m * x))
    double = lambda t, p: norm * associated(n, m, mp.cos(t)) * turn(p)
    f = lambda t, p: part(special.sph_harm_y(n, m, t, p))
    check(f, double, [0.2, 1.1, 2.9], [0.4, 4.0, 1.5], by=(0, 1), rtol=1e-12, atol=1e-14, dps=30)


@since
def test_harmonics_at_the_poles():
    """Y₁¹ = -√(3 / 8π) sin θ e^(iφ), Y₁⁰ = √(3 / 4π) cos θ, whose derivatives are none of a quotient by sin θ."""
    for theta, sign in (0.0, 1), (np.pi, -1):
        slope = grad(lambda t: np.real(special.sph_harm_y(1, 1, t, 0.0)))(theta)
        assert slope == pytest.approx(-sign * np.sqrt(3 / (8 * np.pi)), rel=1e-15)
        curved = hessian(lambda v: np.real(special.sph_harm_y(1, 0, v[0], v[1])))(np.array([theta, 0.0]))
        np.testing.assert_allclose(curved, [[-sign * np.sqrt(3 / (4 * np.pi)), 0], [0, 0]], rtol=1e-15)


@since
@pytest.mark.parametrize("diff_n", [1, 2])
def test_derivatives_beside_the_value(diff_n):
    z = np.array([0.3, -0.6])
    record = lambda x: Tensor(x, requires_grad=True)
    pairs = [
        (special.legendre_p(4, record(z), diff_n=diff_n), scipy.special.legendre_p(4, z, diff_n=diff_n)),
        (special.sph_legendre_p(4, -1, record(z), diff_n=diff_n), scipy.special.sph_legendre_p(4, -1, z, diff_n=diff_n)),
        (special.assoc_legendre_p(4, 1, record(z), diff_n=diff_n), scipy.special.assoc_legendre_p(4, 1, z, diff_n=diff_n)),
    ]
    pairs += zip(
        special.sph_harm_y(4, 1, record(z), 0.3, diff_n=diff_n),
        scipy.special.sph_harm_y(4, 1, z, 0.3, diff_n=diff_n),
        strict=True,
    )
    for found, right in pairs:
        np.testing.assert_allclose(found.numpy(), right, rtol=1e-12)


@since
def test_what_refuses_a_tensor_names_its_counterpart():
    t = Tensor(0.3, requires_grad=True)
    with pytest.raises(DetachError, match=r"scipy\.special\.sph_harm_y would cut .* and special\.sph_harm_y\(…\), which has"):
        scipy.special.sph_harm_y(2, 1, t, 0.4)
    with pytest.raises(ValueError, match=r"scipy\.special\.legendre_p: n must be a degree, an integer from 0 on, not -1"):
        special.legendre_p(-1, t)
    with pytest.raises(UnsupportedError, match=r"write the function of one degree, which takes Tensors"):
        special.legendre_p_all(3, t)
    with pytest.raises(TypeError, match=r"legendre_p"):
        special.legendre_p(2, t, norm=True)
