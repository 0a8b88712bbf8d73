"""Airy, Kelvin, Struve and Wright functions and integrals of Bessel functions against mpmath."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, vjp
from autograd_core.errors import UnsupportedError
from tests.scipy.right import check, mp
from tests.scipy.test_special_bessel import k0, y0

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

X = [1e-3, 0.4, 1.9, 2.1, 6.2, 10.0, 30.0]
LEFT = [-7.0, -1.3]
part = lambda name, k: lambda x: getattr(special, name)(x)[k]


def slope(f, order=1):
    return lambda x: mp.diff(f, x, order)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-12), (np.float32, 1e-5)], ids=["float64", "float32"])
def test_airy(dtype, rtol):
    points = [-9.0, -0.4, 0.0, 1e-8, 0.3, 2.0, 9.0]
    for k, f in enumerate([mp.airyai, slope(mp.airyai), mp.airybi, slope(mp.airybi)]):
        at_0 = 1e-30 if k % 2 == 0 else 0  # the second derivative of Ai at 0
        check(part("airy", k), f, points, rtol=rtol, atol=at_0, dtype=dtype)


@pytest.mark.parametrize("k", range(4))
def test_scaled_airy(k):
    f = [mp.airyai, slope(mp.airyai), mp.airybi, slope(mp.airybi)][k]
    sign = 1 if k < 2 else -1
    g = lambda x: f(x) * mp.exp(sign * 2 / mp.mpf(3) * mp.re(x * mp.sqrt(x)))
    points = [1e-3, 0.3, 2.0, 8.9, 9.1, 50.0, 1e4]
    check(part("airye", k), g, points, rtol=5e-12, dps=40)
    if k >= 2:
        check(part("airye", k), f, LEFT, rtol=1e-12)


def test_scaled_airy_of_a_complex_number_is_refused():
    with pytest.raises(UnsupportedError, match=r"airye: there is no derivative for a complex z; write special.airy"):
        grad(lambda x: np.real(special.airye(x + 1j)[0]))(1.0)


def test_airy_of_a_complex_number():
    z = 1.3 - 0.7j
    for k, f in enumerate([mp.airyai, slope(mp.airyai), mp.airybi, slope(mp.airybi)]):
        found = (
            grad(lambda x, k=k: np.real(special.airy(x + z)[k]))(0.0),
            grad(lambda y, k=k: np.real(special.airy(1j * y + z)[k]))(0.0),
        )
        right = complex(mp.diff(f, z))
        np.testing.assert_allclose(found, (right.real, -right.imag), rtol=1e-12)


bessel_j = lambda x: mp.besselj(0, mp.expjpi(0.75) * x)
bessel_k = lambda x: k0(mp.expjpi(0.25) * x)
KELVIN = {
    "ber": (bessel_j, mp.re, X + LEFT), "bei": (bessel_j, mp.im, X + LEFT),
    "ker": (bessel_k, mp.re, X), "kei": (bessel_k, mp.im, X),
}  # fmt: skip


@pytest.mark.heavy
@pytest.mark.parametrize("name", KELVIN)
def test_kelvin(name):
    """The real and imaginary parts of J₀ and K₀ of x on a diagonal."""
    f, side, points = KELVIN[name]
    check(getattr(special, name), lambda x: side(f(x)), points, rtol=3e-13, dps=60)
    check(getattr(special, name + "p"), lambda x: side(mp.diff(f, x)), points[::3], rtol=3e-13, dps=60)


def test_kelvin_of_all_at_once():
    x = np.array([0.4, 10.0])
    names = ["ber", "bei", "ker", "kei", "berp", "beip", "kerp", "keip"]
    for k in range(4):
        for side, name in zip((np.real, np.imag), names[2 * k : 2 * k + 2], strict=True):
            found = grad(lambda x, side=side, k=k: np.sum(side(special.kelvin(x)[k])))(x)
            f, of, _ = KELVIN[name.rstrip("p")]
            order = 2 if name.endswith("p") else 1
            right = [float(of(mp.diff(f, mp.mpf(value), order))) for value in x]
            np.testing.assert_allclose(found, right, rtol=1e-12)


def test_kelvin_at_0():
    assert [grad(getattr(special, name))(0.0) for name in ("ber", "bei", "berp", "beip")] == [0, 0, 0, 0.5]
    assert grad(grad(special.bei))(0.0) == 0.5
    with np.errstate(all="ignore"):
        assert grad(special.ker)(0.0) == -np.inf


@pytest.mark.parametrize("v", [-1.0, 0.0, 0.5, 1.0, 3.0, 7.3])
def test_struve(v):
    points = [1e-3, 0.4, 2.4, 2.6, 8.0, 30.0, *([-1.3, -9.0] if v == int(v) else [])]
    check(lambda x: special.struve(v, x), lambda x: mp.struveh(v, x), points, rtol=1e-12)
    check(lambda x: special.modstruve(v, x), lambda x: mp.struvel(v, x), [*points, 45.0], rtol=1e-12)


def test_struve_at_0():
    assert grad(special.struve, 1)(0.0, 0.0) == pytest.approx(2 / np.pi, rel=1e-15)
    assert grad(special.modstruve, 1)(1.0, 0.0) == 0
    assert grad(special.it2struve0)(0.0) == pytest.approx(-2 / np.pi, rel=1e-15)
    with pytest.raises(UnsupportedError, match=r"special.struve: there is no derivative with respect to argument v"):
        special.struve(Tensor(1.0, requires_grad=True), 2.0)


# What each integral is of: checked as the first derivative, and its own as the second
INTEGRALS = {
    "itstruve0": (None, lambda x: mp.struveh(0, x), X + LEFT),
    "itmodstruve0": (None, lambda x: mp.struvel(0, x), X + LEFT),
    "it2struve0": (None, lambda x: -mp.struveh(0, x) / x, X + LEFT),
    "itj0y0 0": (0, lambda x: mp.besselj(0, x), X),
    "itj0y0 1": (1, y0, X),
    "iti0k0 0": (0, lambda x: mp.besseli(0, x), X),
    "iti0k0 1": (1, k0, X),
    "it2j0y0 0": (0, lambda x: (1 - mp.besselj(0, x)) / x, X),
    "it2j0y0 1": (1, lambda x: -y0(x) / x, X),
    "it2i0k0 0": (0, lambda x: (mp.besseli(0, x) - 1) / x, X),
    "it2i0k0 1": (1, lambda x: -k0(x) / x, X),
    "itairy 0": (0, mp.airyai, X[:5]),
    "itairy 1": (1, mp.airybi, X[:5]),
    "itairy 2": (2, lambda x: mp.airyai(-x), X[:6]),
    "itairy 3": (3, lambda x: mp.airybi(-x), X[:6]),
}


@pytest.mark.parametrize("name", INTEGRALS)
def test_integrals(name):
    """The first derivative is the integrand, and the second that of it."""
    k, integrand, points = INTEGRALS[name]
    function = getattr(special, name.split()[0])
    f = function if k is None else lambda x: function(x)[k]
    first = grad(lambda x: np.sum(f(x)))
    x = np.array(points)
    with mp.workdps(60):
        right = [[float(mp.diff(integrand, mp.mpf(value), n)) for value in points] for n in (0, 1)]
    np.testing.assert_allclose(first(x), right[0], rtol=1e-13)
    np.testing.assert_allclose(grad(lambda x: np.sum(first(x)))(x), right[1], rtol=1e-12)


@pytest.mark.heavy
@pytest.mark.parametrize("nu", [0, 1, 2, 0.5])
def test_besselpoly(nu):
    f = lambda a: mp.quad(lambda x: x**1.5 * mp.besselj(nu, 2 * a * x), [0, 0.5, 1])
    check(lambda a: special.besselpoly(a, 1.5, nu), f, [0.2, 1.3, 4.0], rtol=1e-11, dps=20)
    assert grad(lambda a: special.besselpoly(a, 1.5, 1))(0.0) == pytest.approx(1 / 3.5, rel=1e-14)


def test_wright_bessel():
    series = lambda a, b: lambda x: mp.nsum(lambda k: x**k / mp.factorial(k) * mp.rgamma(a * k + b), [0, mp.inf])
    for a, b in [(0.5, 1.2), (1.0, 2.0)]:
        points = [0.0, 0.3, 5.0]
        check(lambda x, a=a, b=b: special.wright_bessel(a, b, x), series(a, b), points, rtol=1e-12, dps=20)
        if hasattr(special, "log_wright_bessel"):
            log = lambda x, a=a, b=b: mp.log(series(a, b)(x))
            check(lambda x, a=a, b=b: special.log_wright_bessel(a, b, x), log, points[1:], rtol=1e-11, dps=20)


def test_only_the_asked_results_are_differentiated():
    _, pullback = vjp(special.airy, np.array([0.3]))
    zero, one = np.zeros(1), np.ones(1)
    right = [float(mp.airyai(0.3, derivative=1)), float(mp.airybi(0.3, derivative=1))]
    np.testing.assert_allclose(pullback((one, zero, one, zero))[0], [sum(right)], rtol=1e-14)
