"""Exponential and trigonometric integrals, the dilogarithm, agm, Owen's T, ζ, W, and entropies, against mpmath."""

import numpy as np
import pytest

from autograd_core import grad, vjp
from autograd_core.errors import UnsupportedError
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

POSITIVE = [1e-8, 0.01, 0.4, 1.7, 9.0, 40.0]
first = lambda f: lambda x: f(x)[0]
second = lambda f: lambda x: f(x)[1]
exprel = lambda x: mp.expm1(x) / x
boxcox = lambda x, p: mp.expm1(p * mp.log(x)) / p
inv_boxcox = lambda x, p: mp.exp(mp.log1p(p * x) / p)
owens_t = lambda h, a: mp.quad(lambda x: mp.exp(-h * h * (1 + x * x) / 2) / (1 + x * x), [0, a]) / (2 * mp.pi)

ONE = {
    "exp1": (special.exp1, mp.e1, POSITIVE),
    "expi": (special.expi, mp.ei, [*POSITIVE, -3.0]),
    "Si": (first(special.sici), mp.si, [*POSITIVE, 1e3]),
    "Ci": (second(special.sici), mp.ci, [*POSITIVE, 1e3]),
    "Shi": (first(special.shichi), mp.shi, POSITIVE),
    "Chi": (second(special.shichi), mp.chi, POSITIVE),
    "S": (first(special.fresnel), mp.fresnels, [0.01, 0.4, 9.1, 1234.567]),
    "C": (second(special.fresnel), mp.fresnelc, [0.01, 0.4, 9.1, 1234.567]),
    "spence": (special.spence, lambda z: mp.re(mp.polylog(2, 1 - z)), [1e-8, 0.5, 0.999, 1.0 + 1e-9, 1.3, 9.0]),
    "zetac": (special.zetac, mp.zeta, [1.1, 3.0, 30.0]),
    "zeta": (special.zeta, mp.zeta, [1.1, 3.0, 30.0]),
    "wrightomega": (special.wrightomega, lambda z: mp.re(mp.lambertw(mp.exp(z))), [-30.0, -1.0, 0.5, 40.0]),
    "lambertw": (lambda z: np.real(special.lambertw(z)), lambda z: mp.re(mp.lambertw(z)), [-0.3, -1e-9, 0.3, 0.999, 1.5, 1e9]),
    "exprel": (special.exprel, exprel, [-300.0, -41.0, -39.0, -1e-9, 1e-3, 5.0, 39.0, 41.0]),
    "entr": (special.entr, lambda x: -x * mp.log(x), POSITIVE),
    "expit": (special.expit, lambda x: 1 / (1 + mp.exp(-x)), [-40.0, 0.4, 40.0]),
    "logit": (special.logit, lambda x: mp.log(x / (1 - x)), [1e-10, 0.4, 1 - 1e-9]),
    "log_expit": (special.log_expit, lambda x: -mp.log1p(mp.exp(-x)), [-40.0, 0.4, 40.0]),
    "cosm1": (special.cosm1, mp.cos, POSITIVE),
    "exp10": (special.exp10, lambda x: mp.mpf(10) ** x, POSITIVE),
    "cbrt": (special.cbrt, mp.cbrt, POSITIVE),
    "sindg": (special.sindg, lambda x: mp.sin(x * mp.pi / 180), [0.4, 89.0, 1e3]),
    "cosdg": (special.cosdg, lambda x: mp.cos(x * mp.pi / 180), [0.4, 89.0, 1e3]),
    "tandg": (special.tandg, lambda x: mp.tan(x * mp.pi / 180), [0.4, 80.0]),
    "cotdg": (special.cotdg, lambda x: mp.cot(x * mp.pi / 180), [1.0, 80.0]),
}
# Angles in degrees are in SciPy's own functions multiplied by π / 180; a rounding of Si's cosine is one of x
ROUNDED = {"tandg": 1e-13, "cotdg": 1e-13, "Si": 1e-12, "Ci": 1e-12, "S": 1e-12, "C": 1e-12}


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_functions_of_one_operand(name, dtype):
    f, double, points = ONE[name]
    rtol = ROUNDED.get(name, 3e-14)
    if dtype is np.float32:
        points, rtol = [x for x in points if abs(x) < 41 and x not in (1.0 + 1e-9, 1 - 1e-9)], 5e-6
    check(f, double, points, rtol=rtol, dtype=dtype, dps=60)


P, L = [1e-8, 0.4, 1.7, 30.0], [-2.0, -1e-3, 1e-9, 0.3, 2.0]
TWO = {
    "agm": (special.agm, mp.agm, P, [0.4, 1.0, 5.0]),
    "owens_t": (special.owens_t, owens_t, [0.2, 1.5], [2.0]),
    "zeta": (special.zeta, mp.zeta, [1.1, 9.0], [0.3, 20.0]),
    "xlogy": (special.xlogy, lambda x, y: x * mp.log(y), P, P),
    "xlog1py": (special.xlog1py, lambda x, y: x * mp.log1p(y), P, P),
    "rel_entr": (special.rel_entr, lambda x, y: x * mp.log(x / y), P, P),
    "kl_div": (special.kl_div, lambda x, y: x * mp.log(x / y) - x + y, P, [0.31, 0.4000001, 2.0]),
    "boxcox": (special.boxcox, boxcox, P, L),
    "boxcox1p": (special.boxcox1p, lambda x, p: boxcox(1 + x, p), P, L),
    "inv_boxcox": (special.inv_boxcox, inv_boxcox, P, L[2:]),
    "inv_boxcox1p": (special.inv_boxcox1p, inv_boxcox, P, L[2:]),
    "pseudo_huber": (special.pseudo_huber, lambda d, r: d * d * (mp.sqrt(1 + (r / d) ** 2) - 1), P, [-3.0, 0.1, 1e-6, 50.0]),
    "powm1": (special.powm1, lambda x, y: x**y, P, L),
}


@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_operands(name):
    f, double, a, b = TWO[name]
    zero = {"xlogy", "xlog1py"}  # linear in x: ∂²/∂x² is 0, and mpmath's difference a rounding of that
    check(
        f,
        double,
        a,
        b,
        by=(0, 1),
        rtol=2e-13,
        atol=1e-40 if name in zero else 0,
        dps=20 if name == "owens_t" else 50,
        product=True,
    )


LOSSLESS = {  # where as products or differences these would lose their digits, or overflow
    "boxcox": (special.boxcox, boxcox, [(13.0, -48.0), (0.5, 142.0), (2e-11, 2.0), (970.0, -5.0), (3e80, -1.0)]),
    "boxcox1p": (special.boxcox1p, lambda x, p: boxcox(1 + x, p), [(5.9, -72.0), (18.9, -19.2), (-1 + 2**-40, 2.0)]),
    "inv_boxcox": (special.inv_boxcox, inv_boxcox, [(1e117, 2.2), (-176.0, 0.004)]),
    "inv_boxcox1p": (special.inv_boxcox1p, inv_boxcox, [(-176.0, 0.004), (-21.8, -0.0025), (-37.0, -0.08)]),
    "pseudo_huber": (
        special.pseudo_huber,
        lambda d, r: d * d * (mp.sqrt(1 + (r / d) ** 2) - 1),
        [(20.0, 0.0078), (4.8, -1e-60), (5e10, -20.0), (1e-3, 1e12)],
    ),
}


@pytest.mark.parametrize("name", LOSSLESS)
def test_digits_of_functions_of_two_operands(name):
    f, double, points = LOSSLESS[name]
    check(f, double, *zip(*points, strict=True), by=(0, 1), rtol=2e-11, dps=300)


def test_digits_in_float32():
    """What overflows or cancels on the way in float32, but is in its range."""
    check(special.inv_boxcox, inv_boxcox, [7.8e16, 2.3e17], [1.2, 2.0], by=(1,), rtol=1e-5, dtype=np.float32, dps=60)
    check(special.boxcox, boxcox, [407.0, 10.6], [-2.4, -11.0], by=(0, 1), rtol=1e-4, dtype=np.float32)
    pseudo_huber = lambda d, r: d * d * (mp.sqrt(1 + (r / d) ** 2) - 1)
    check(special.pseudo_huber, pseudo_huber, [20.0, 226.0], [0.0078, -0.35], by=(0, 1), rtol=2e-6, dtype=np.float32)
    check(special.pseudo_huber, pseudo_huber, [2e16], [2.4e-30], by=(1,), orders=(1,), rtol=2e-6, dtype=np.float32, dps=150)


def test_shichi_of_the_least_numbers():
    """SciPy's spherical_in is 0 there."""
    slope = grad(lambda x: np.sum(special.shichi(x)[0]))
    np.testing.assert_array_equal(slope(np.array([1e-300, -1e-218, 1e-9])).round(15), 1)
    np.testing.assert_allclose(grad(slope)(1e-240), 1e-240 / 3, rtol=1e-14)


BRANCH = -np.exp(-1)


@pytest.mark.parametrize("k", [0, -1])
def test_lambertw_next_to_its_branch_point(k):
    """SciPy's W₋₁ is -1 there to all digits."""
    points = [BRANCH * (1 - d) for d in (1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.04, 0.06)]
    check(lambda z: np.real(special.lambertw(z, k)), lambda z: mp.re(mp.lambertw(z, k)), points, rtol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_expn(n):
    check(lambda x: special.expn(n, x), lambda x: mp.expint(n, x), [0.01, 0.4, 1.7, 40.0], rtol=1e-13)


@pytest.mark.parametrize("name", ["modfresnelp", "modfresnelm"])
def test_modified_fresnel_integrals(name):
    """F and K by their definitions, for the two parts of each."""
    sign = 1 if name == "modfresnelp" else -1
    F = lambda x: mp.sqrt(mp.pi) / 2 * mp.expjpi(0.25) * mp.erfc(x * mp.expjpi(-0.25))  # of the upper sign

    K = lambda x: mp.exp(-1j * (x * x + mp.pi / 4)) / mp.sqrt(mp.pi) * F(x)
    for x in [0.3, 2.0, 30.0]:
        out, pullback = vjp(getattr(special, name), x)
        with mp.workdps(40):
            right = [complex(mp.diff(f, mp.mpf(x))) for f in (F, K)]
            values = [complex(f(mp.mpf(x))) for f in (F, K)]
        right, values = ([complex(v.real, sign * v.imag) for v in pair] for pair in (right, values))
        np.testing.assert_allclose(out, values, rtol=1e-12)
        for k in range(2):
            for unit in (1.0 + 0j, 1j):
                g = [unit if j == k else 0j for j in range(2)]
                found = pullback(tuple(g))[0]
                expected = right[k].real if unit == 1 else -right[k].imag
                np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_at_0():
    """The slopes of the functions as SciPy extends them to 0."""
    with np.errstate(divide="ignore"):
        assert grad(special.xlogy, (0, 1))(0.0, 2.0) == (np.log(2.0), 0)
        assert grad(special.xlogy, 1)(0.0, 0.0) == 0
        assert grad(special.entr)(0.0) == np.inf
        assert grad(special.rel_entr, (0, 1))(0.0, 2.0) == (-np.inf, 0)
        assert grad(special.kl_div, (0, 1))(0.0, 2.0) == (-np.inf, 1)
        assert grad(special.kl_div, 1)(0.0, 0.0) == 1
    assert grad(special.boxcox, 1)(1.0, 0.0) == 0
    assert grad(special.boxcox, 1)(2.0, 0.0) == pytest.approx(np.log(2.0) ** 2 / 2, rel=1e-15)
    assert grad(lambda x: special.sici(x)[0])(0.0) == 1
    assert grad(lambda x: special.shichi(x)[0])(0.0) == 1
    assert grad(special.exprel)(0.0) == 0.5
    assert grad(special.spence)(1.0) == -1
    assert grad(lambda z: np.real(special.lambertw(z)))(0.0) == 1


def test_masked_entropy_has_no_nan_and_no_warning():
    """The usual way round log(0): nothing is known of it outside."""
    p = np.array([0.0, 0.3, 0.7])
    found = grad(lambda p: np.sum(np.where(p > 0, special.entr(p), 0)))(p)
    np.testing.assert_allclose(found, [0, -np.log(0.3) - 1, -np.log(0.7) - 1], rtol=1e-15)


@pytest.mark.parametrize("name", ["zeta", "zetac"])
def test_zeta_to_the_left(name):
    """Where Euler and Maclaurin's terms grow and cancel."""
    points = [-51.2, -27.41, -14.6, -4.0, -2.5, -2.0, -0.7, -0.5, -0.3, 0.5, 3.0]
    check(getattr(special, name), mp.zeta, points, rtol=2e-12, dps=40)


def test_zeta_of_a_complex_number():
    with pytest.raises(UnsupportedError, match=r"special\.zeta: there is no derivative for a complex x; .*x\.detach\(\)"):
        grad(lambda x: np.real(special.zeta(x)))(1 + 2j)
