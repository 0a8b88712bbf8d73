"""Distribution functions by all arguments, against mpmath; the inverses are compared with differences in the table's tests."""

import warnings

import numpy as np
import pytest

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import stats
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

lower = lambda a, x: mp.gammainc(a, 0, x, regularized=True)
beta = lambda a, b, x: mp.betainc(a, b, 0, x, regularized=True)


def student(df, t):
    tail = beta(df / 2, mp.mpf(1) / 2, df / (df + t * t)) / 2
    return 1 - tail if t > 0 else tail


def kolmogorov(y):
    return 2 * mp.nsum(lambda k: (-1) ** (int(k) - 1) * mp.exp(-2 * k * k * y * y), [1, 40 if y < 0.5 else 12], method="d")


def smirnov(n):
    def sf(d):
        terms = [mp.binomial(n, j) * (d + mp.mpf(j) / n) ** (j - 1) * (1 - d - mp.mpf(j) / n) ** (n - j) for j in range(n + 1)]
        return d * sum(term for j, term in enumerate(terms) if j <= n * (1 - d))

    return sf


def off_centre(df):
    """χ² off centre as the mixture that it is."""
    return lambda x, nc: sum(
        mp.exp(-nc / 2) * (nc / 2) ** j / mp.factorial(j) * lower(mp.mpf(df) / 2 + j, x / 2) for j in range(60)
    )


CASES = {
    "gdtr": (special.gdtr, lambda a, b, x: lower(b, a * x), [(2.0, 3.0, 0.7), (0.1, 0.5, 30.0)], (0, 1, 2)),
    "chdtrc": (special.chdtrc, lambda v, x: -lower(v / 2, x / 2), [(1.0, 3.0), (8.0, 40.0), (5.0, 0.01)], (0, 1)),
    "pdtr": (lambda m: special.pdtr(3, m), lambda m: -lower(mp.mpf(4), m), [(0.3,), (9.0,)], (0,)),
    "bdtr": (lambda p: special.bdtr(2, 7, p), lambda p: -beta(mp.mpf(3), mp.mpf(5), p), [(1e-30,), (0.1,), (0.8,)], (0,)),
    "nbdtr": (lambda p: special.nbdtr(2, 7, p), lambda p: beta(mp.mpf(7), mp.mpf(3), p), [(0.1,), (0.8,)], (0,)),
    "fdtr": (
        special.fdtr,
        lambda n, m, x: beta(n / 2, m / 2, n * x / (m + n * x)),
        [(3.0, 8.0, 0.4), (5.0, 2.0, 30.0)],
        (0, 1, 2),
    ),
    "stdtr": (special.stdtr, student, [(0.7, -30.0), (3.0, 0.4), (8.0, -1.7), (40.0, 9.0)], (0, 1)),
    "kolmogorov": (special.kolmogorov, kolmogorov, [(0.3,), (0.99,), (1.01,), (4.0,)], (0,)),
    "smirnov": (lambda d: special.smirnov(6, d), smirnov(6), [(3e-10,), (0.05,), (0.37,), (0.9,)], (0,)),
    "tklmbda": (
        lambda x: special.tklmbda(x, -1.0),
        lambda x: (x - 2 + mp.sqrt(x * x + 4)) / (2 * x),
        [(-3.0,), (0.4,), (50.0,)],
        (0,),
    ),
    "chndtr": (lambda x, nc: special.chndtr(x, 3.5, nc), off_centre(3.5), [(2.0, 1.5), (9.0, 4.0)], (0, 1)),
}
# SciPy's own quantile for Tukey's λ is found to 1e-14 or so, and a second derivative of χ² off centre is three differences
SLOW = {"fdtr", "chndtr"}  # for mpmath
LOOSE = {"chndtr": 1e-10, "tklmbda": 1e-9, "smirnov": 1e-11}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.heavy) if name in SLOW else name for name in CASES])
def test_distribution_functions(name):
    f, double, points, by = CASES[name]
    check(f, double, *zip(*points, strict=True), by=by, rtol=LOOSE.get(name, 1e-12), dps=40)


@pytest.mark.parametrize(
    ("f", "double", "points"),
    [
        (special.stdtr, student, [(873.0, 1.1), (650.0, 0.0065)]),
        (special.fdtr, CASES["fdtr"][1], [(492.0, 5.0, 1.49)]),
    ],
    ids=["stdtr", "fdtr"],
)
def test_many_degrees_of_freedom_in_float32(f, double, points):
    """Their derivatives are small sums of terms that are not."""
    points = [[float(np.float32(x)) for x in point] for point in points]
    check(f, double, *zip(*points, strict=True), by=range(len(points[0])), rtol=5e-6, dtype=np.float32, dps=20)


def test_student_in_the_middle():
    """At t = 0 F is 1/2 for every ν; ∂²F/∂ν∂t is the slope of the density by ν there."""
    assert grad(special.stdtr, 0)(3.0, 0.0) == 0
    mixed = grad(lambda t: grad(special.stdtr, 0)(3.0, t))(0.0)
    density = lambda v: mp.gamma((v + 1) / 2) / mp.sqrt(v * mp.pi) / mp.gamma(v / 2)
    assert mixed == pytest.approx(float(mp.diff(density, 3)), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "args", "argument"), [("bdtr", (2.0, 7, 0.4), "k"), ("pdtr", (2.0, 3.0), "k"), ("chndtr", (2.0, 3.0, 1.0), "df")]
)
def test_an_argument_without_a_derivative_is_named(name, args, argument):
    """A count has none, and the degrees of freedom of χ² off centre have no formula."""
    place = {"k": 0, "df": 1}[argument]
    args = [Tensor(x, requires_grad=True) if i == place else x for i, x in enumerate(args)]
    with pytest.raises(UnsupportedError, match=rf"{name}: there is no derivative with respect to argument {argument}, only to "):
        getattr(special, name)(*args)


def test_large_samples_of_smirnov():
    """For n = 1000 the slope is that of Kolmogorov's limit to within 1 / √n."""
    slope = grad(lambda d: special.smirnov(1000, d))(0.03)
    x = 0.03 * np.sqrt(1000)
    assert slope == pytest.approx(-4 * x * np.exp(-2 * x * x) * np.sqrt(1000), rel=0.05)


STUDENTS = [(3.0, 1.3), (19.9, -1.3), (20.1, 0.4), (25.0, 30.0), (1e3, 1.3), (1e6, 1.3), (1e12, 2.0), (5.0, 1e10)]


def test_density_of_student_of_any_degree_of_freedom():
    """SciPy's own formula for log Γ((ν + 1) / 2) - log Γ(ν / 2) has 5 digits at ν = 10⁶."""
    double = lambda v, t: (
        mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - mp.log(mp.pi * v) / 2 - (v + 1) / 2 * mp.log1p(t * t / v)
    )
    check(lambda v, t: stats.t.logpdf(t, v), double, *zip(*STUDENTS, strict=True), by=(0, 1), rtol=2e-12, dps=60)


@pytest.mark.parametrize("method", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf"])
def test_student_of_infinitely_many_degrees_is_normal(method):
    x = np.array([0.3, 0.9, 0.02])
    found, right = (lambda x: getattr(stats.t, method)(x, np.inf)), getattr(stats.norm, method)
    np.testing.assert_allclose(grad(lambda x: np.sum(found(x)))(x), grad(lambda x: np.sum(right(x)))(x), rtol=1e-13)
    np.testing.assert_allclose(grad(grad(found))(0.3), grad(grad(right))(0.3), rtol=1e-13)
    assert grad(getattr(stats.t, method), 1)(0.3, np.inf) == 0  # of all, the slope by ν is of the order 1 / ν²
    assert grad(stats.t.var)(np.inf) == grad(stats.t.mean)(np.inf) == 0


@pytest.mark.parametrize(
    ("name", "real", "whole"),
    [
        ("bdtr", (1.0, 2.7, 0.3), (1.0, 2.0, 0.3)),
        ("bdtrc", (1.0, 5.7, 0.3), (1.0, 5.0, 0.3)),
        ("bdtri", (1.0, 2.7, 0.3), (1.0, 2.0, 0.3)),
        ("nbdtr", (-0.5, 2.7, 0.3), (0.0, 2.0, 0.3)),
        ("nbdtri", (-0.5, 2.7, 0.3), (0.0, 2.0, 0.3)),
        ("pdtri", (-0.5, 0.3), (0.0, 0.3)),
        ("expn", (0.7, 0.4), (0.0, 0.4)),
        ("expn", (-0.3, 0.4), (0.0, 0.4)),
        ("yn", (2.7, 1.4), (2.0, 1.4)),
        ("kn", (-0.7, 1.4), (0.0, 1.4)),
    ],
)
def test_of_a_real_number_in_the_place_of_a_whole_one(name, real, whole):
    """SciPy takes its whole part; so must the slopes."""
    f, last = getattr(special, name), len(real) - 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so
        assert f(*real) == f(*whole)
        for g in (grad(f, last), grad(grad(f, last), last)):
            np.testing.assert_allclose(g(*real), g(*whole), rtol=1e-15)
        difference = (f(*whole[:last], whole[last] + 1e-6) - f(*whole[:last], whole[last] - 1e-6)) / 2e-6
        np.testing.assert_allclose(grad(f, last)(*whole), difference, rtol=1e-7)
