"""The error function and what is made of it, against mpmath, from tail to tail."""

import numpy as np
import pytest

from autograd_core import grad, vjp
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

LEFT, MIDDLE, RIGHT = [-26.0, -7.1], [-5.0, -1.3, -1e-3, 1e-8, 0.3, 0.74, 0.76, 1.7, 5.0], [7.1, 26.0]
scaled = lambda x: mp.exp(x * x) * mp.erfc(x)
normal = lambda x: mp.erfc(-x / mp.sqrt(2)) / 2
faddeeva = lambda z: mp.exp(-z * z) * mp.erfc(-1j * z)

# The double of a function, where it is not 1 but for what falls off, float64's tolerance: Dawson's recurrence loses some at x = 6
FUNCTIONS = {
    "erf": (mp.erf, MIDDLE, 1e-14),
    "erfc": (mp.erfc, MIDDLE + RIGHT, 1e-14),
    "erfi": (mp.erfi, LEFT + MIDDLE + RIGHT, 1e-14),
    "erfcx": (scaled, LEFT + MIDDLE + RIGHT, 1e-13),
    "dawsn": (lambda x: mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x), [*LEFT, *MIDDLE, *RIGHT, 6.9], 2e-12),
    "ndtr": (normal, LEFT + MIDDLE, 1e-14),
    "log_ndtr": (lambda x: mp.log(normal(x)), [-1e3, *LEFT, *MIDDLE], 1e-13),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_functions_of_one_operand(name, dtype):
    double, points, rtol = FUNCTIONS[name]
    if dtype is np.float32:
        points, rtol = [x for x in points if abs(x) < 9], 3e-6
    check(getattr(special, name), double, points, rtol=rtol, dtype=dtype, dps=60)


INVERSES = {
    "ndtri": (normal, [1e-100, 1e-5, 0.2, 0.7, 1 - 1e-12]),
    "ndtri_exp": (lambda x: mp.log(normal(x)), [-1e3, -30.0, -1.0, -1e-3]),
    "erfinv": (mp.erf, [-0.99, 1e-10, 0.3, 1 - 1e-12]),
    "erfcinv": (mp.erfc, [1e-100, 1e-5, 0.2, 0.7, 1.5, 1.9999]),
}


@pytest.mark.parametrize("name", INVERSES)
def test_inverses(name):
    """With x(y) the inverse of f: x′ = 1 / f′ and x″ = -f″ / f′³, at the x of 120 digits."""
    f, points = INVERSES[name]
    function = getattr(special, name)
    with mp.workdps(120):
        for y in points:
            x = mp.findroot(lambda x, y=y: f(x) - mp.mpf(y), mp.mpf(float(function(y))), tol=mp.mpf(10) ** (-200), verify=False)
            first, second = mp.diff(f, x), mp.diff(f, x, 2)
            right = [1 / first, -second / first**3]
            found = [grad(function)(y), grad(grad(function))(y)]
            for value, expected in zip(found, right, strict=True):
                if abs(expected) < 1e300:
                    assert abs(mp.mpf(float(value)) / expected - 1) < 1e-12, (name, y)


def voigt(x, sigma, gamma):
    return mp.re(faddeeva((x + 1j * gamma) / (sigma * mp.sqrt(2)))) / (sigma * mp.sqrt(2 * mp.pi))


@pytest.mark.heavy
def test_voigt_profile():
    """Between |z| = 4 and 7 the recurrence loses up to 7 digits of ∂²V/∂σ², a fourth derivative."""
    columns = [0.0, 0.0, 3.0, 3.0, 30.0, 30.0], [0.3, 4.0, 0.3, 4.0, 0.3, 4.0], [1e-3, 2.0, 2.0, 1e-3, 1e-3, 2.0]
    check(special.voigt_profile, voigt, *columns, by=(0, 1, 2), rtol=1e-9, dps=40)


def test_voigt_profile_at_its_ends():
    """γ = 0 is a Gaussian, σ = 0 a Cauchy profile: their own derivatives."""
    x, s = 0.7, 1.3
    gauss = np.exp(-x * x / (2 * s * s)) / (s * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(
        grad(special.voigt_profile, (0, 1))(x, s, 0.0), (-x / s**2 * gauss, (x * x / s**3 - 1 / s) * gauss), rtol=1e-13
    )
    r = x * x + s * s
    np.testing.assert_allclose(
        grad(special.voigt_profile, (0, 2))(x, 0.0, s), (-2 * x * s / r**2 / np.pi, (x * x - s * s) / r**2 / np.pi), rtol=1e-13
    )


@pytest.mark.parametrize("z", [0.3 + 0.4j, 9 + 1j, -8 - 2j, 8.0 + 0j, 2 + 9j, 7.5 - 1e-3j])
def test_faddeeva(z):
    """w′ along both axes: the derivative of a holomorphic function is one number."""
    with mp.workdps(60):
        right = complex(mp.diff(faddeeva, mp.mpc(z)))
    _, pullback = vjp(special.wofz, np.array([z]))
    found = pullback(np.array([1.0 + 0j]))[0][0]
    assert min(abs(found - right), abs(found - right.conjugate())) < 1e-12 * abs(right)


def test_slopes_at_the_ends_of_the_domain():
    """Limits: infinite where a quantile is, 0 where a function has died out."""
    with np.errstate(all="ignore"):
        for order, f in ((1, grad), (2, lambda f: grad(grad(f)))):
            assert f(special.ndtri)(0.0) == (-1) ** (order + 1) * np.inf
            assert f(special.ndtri)(1.0) == np.inf
            assert f(special.erfcinv)(0.0) == (-1) ** order * np.inf
            assert f(special.erfcinv)(2.0) == -np.inf
            assert [f(special.dawsn)(x) for x in (np.inf, -np.inf)] == [0, 0]
            assert f(special.kolmogorov)(np.inf) == 0
