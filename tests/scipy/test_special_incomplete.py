"""The incomplete gamma and beta functions by all arguments, against mpmath."""

import numpy as np
import pytest

from autograd_core import grad, hessian
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

lower = lambda a, x: mp.gammainc(a, 0, x, regularized=True)
upper = lambda a, x: -lower(a, x)  # but for a constant
beta = lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True)
beta_upper = lambda a, b, x: -beta(a, b, x)

# Around the mean, and far from it to both sides; not where a second derivative is 0, as ∂²P/∂a² nearly is at x = a
GAMMA = [
    (1e-3, 1e-6),
    (1e-3, 0.3),
    (1e-3, 4.0),
    (0.5, 0.01),
    (0.5, 1.9),
    (3.3, 0.4),
    (3.3, 6.8),
    (3.3, 60.0),
    (12.0, 1e-9),
    (12.0, 0.03),
    (12.0, 9.0),
    (12.0, 30.0),
]
WIDE = [(50.0, 41.0), (50.0, 64.5), (1e3, 930.0), (1e3, 1063.0), (1e3, 1064.0), (1e3, 1200.0), (1e4, 9700.0), (1e4, 10250.0)]
BETA = [
    (0.01, 0.5, 1e-3),
    (0.5, 0.5, 0.3),
    (2.0, 3.0, 0.1),
    (2.0, 3.0, 0.7),
    (12.0, 30.0, 1e-9),
    (30.0, 12.0, 1e-3),
    (12.0, 30.0, 0.2),
    (12.0, 30.0, 0.6),
    (0.7, 40.0, 0.1),
]
WIDE_BETA = [(300.0, 2.0, 0.97), (300.0, 2.0, 0.9999), (200.0, 500.0, 0.25), (200.0, 500.0, 0.31), (1e3, 0.3, 0.9999)]


@pytest.mark.parametrize(("f", "double"), [(special.gammainc, lower), (special.gammaincc, upper)], ids=["gammainc", "gammaincc"])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 5e-6)], ids=["float64", "float32"])
def test_incomplete_gamma(f, double, dtype, rtol):
    check(f, double, *zip(*GAMMA, strict=True), by=(0, 1), rtol=rtol, dtype=dtype)


@pytest.mark.heavy
def test_incomplete_gamma_of_large_parameters():
    """The exponent of the density is a deviance of up to 50, and x off by a rounding moves it: relative 1e-11 is reached."""
    check(special.gammainc, lower, *zip(*WIDE, strict=True), by=(0, 1), rtol=1e-11)


@pytest.mark.parametrize(("f", "double"), [(special.betainc, beta), (special.betaincc, beta_upper)], ids=["betainc", "betaincc"])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 2e-5)], ids=["float64", "float32"])
def test_incomplete_beta(f, double, dtype, rtol):
    check(f, double, *zip(*BETA, strict=True), by=(0, 1, 2), rtol=rtol, dtype=dtype)


@pytest.mark.heavy
def test_incomplete_beta_of_large_parameters():
    check(special.betainc, beta, *zip(*WIDE_BETA, strict=True), by=(0, 1, 2), rtol=1e-10)


def implicit(f, values, sign=1):
    """Gradient and Hessian of the x with f(…, x) = y, in the parameters and y, from the derivatives of f by differences."""
    *parameters, x = [mp.mpf(float(value)) for value in values]
    n = len(parameters)
    d = lambda *ks: sign * mp.diff(f, (*parameters, x), tuple(ks.count(k) for k in range(n + 1)))
    first = [-d(k) / d(n) for k in range(n)] + [1 / d(n)]
    total = lambda i, j: d(*[k for k in (i, j) if k < n])
    second = np.zeros((n + 1, n + 1))
    for i in range(n + 1):
        for j in range(n + 1):  # from f_ij + f_ix x_j + f_jx x_i + f_xx x_i x_j + f_x x_ij = 0
            terms = total(i, j) if i < n and j < n else 0
            terms += (d(i, n) * first[j] if i < n else 0) + (d(j, n) * first[i] if j < n else 0)
            second[i, j] = float(-(terms + d(n, n) * first[i] * first[j]) / d(n))
    return [float(value) for value in first], second


@pytest.mark.parametrize(
    ("name", "f", "sign", "points"),
    [
        ("gammaincinv", lower, 1, [(0.5, 0.1), (3.3, 0.999), (30.0, 1e-6)]),
        ("gammainccinv", lower, -1, [(0.5, 0.1), (3.3, 1e-9), (30.0, 0.5)]),
        ("betaincinv", beta, 1, [(0.5, 2.0, 0.1), (12.0, 30.0, 0.9)]),
        ("betainccinv", beta, -1, [(0.5, 2.0, 0.1), (12.0, 30.0, 1e-4)]),
    ],
)
def test_inverses(name, f, sign, points):
    function = getattr(special, name)
    for point in points:
        out = function(*point)
        with mp.workdps(40):
            gradient, second = implicit(f, (*point[:-1], out), sign)
        x = np.array(point)
        found = hessian(lambda v: function(*v))(x)
        np.testing.assert_allclose(grad(lambda v: function(*v))(x), gradient, rtol=2e-11)
        np.testing.assert_allclose(found, second, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "f", "point"), [("gammaincinv", lower, (620.5, 0.5625)), ("betaincinv", beta, (300.0, 2.5, 0.375))]
)
def test_inverses_in_float32(name, f, point):
    """For large parameters ∂²x/∂a² is a small difference of quotients. (The result itself is rounded to float32.)"""
    function, x = getattr(special, name), np.array(point, np.float32)
    with mp.workdps(30):
        gradient, second = implicit(f, (*point[:-1], function(*point)))
    found = hessian(lambda v: function(*v))(x)
    assert found.dtype == np.float32
    np.testing.assert_allclose(grad(lambda v: function(*v))(x), gradient, rtol=1e-5)
    np.testing.assert_allclose(found, second, rtol=1e-4)


def test_ends():
    """At x = 0 and 1, and in the tails, no NaN comes out."""
    assert grad(special.gammainc, (0, 1))(2.0, 0.0) == (0, 0)
    assert grad(special.gammainc, (0, 1))(1.0, 0.0) == (0, 1)
    assert grad(special.gammainc, (0, 1))(2.0, np.inf)[0] == 0
    assert grad(special.betainc, (0, 1, 2))(2.0, 3.0, 0.0) == (0, 0, 0)
    assert grad(special.betainc, (0, 1, 2))(2.0, 1.0, 1.0) == (0, 0, 2)


def test_large_parameters_take_no_longer():
    """∂P/∂a for a = 10⁷ and more is a series in derivatives of the density, -p (1 + …); of I beyond 10⁸ the tails are known."""
    a, z = np.array([1e7, 1e7, 1e12, 1e200]), np.array([-3.0, 1.0, 0.5, 0.0])
    slope = grad(lambda a: np.sum(special.gammainc(a, x)))
    with np.errstate(all="ignore"):
        x = a + z * np.sqrt(a)
        normal = -np.exp(-z * z / 2) / np.sqrt(2 * np.pi * a)
        np.testing.assert_allclose(slope(a), normal, rtol=3e-3)
        assert grad(special.betainc, (0, 1))(1e200, 2.0, 0.5) == (0, 0)
        assert np.isnan(grad(special.betainc)(1e10, 1e10, 0.5))


@pytest.mark.heavy
def test_where_the_series_in_derivatives_of_the_density_begins():
    """At a = 10⁵ the other ways are still as good: both agree with mpmath's own difference to 10 digits."""
    a = 1e5 * (1 + 1e-9)
    for x in (a - 900, a + 130, a + 1500):
        h = mp.mpf(10) ** -12
        with mp.workdps(50):
            right = (lower(mp.mpf(a) + h, mp.mpf(x)) - lower(mp.mpf(a) - h, mp.mpf(x))) / (2 * h)
        assert grad(special.gammainc, 0)(a, x) == pytest.approx(float(right), rel=1e-10)
        assert grad(special.gammainc, 0)(1e5 * (1 - 1e-9), x) == pytest.approx(float(right), rel=1e-5)
