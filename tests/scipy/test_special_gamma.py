"""Γ and its relatives against mpmath."""

import numpy as np
import pytest

from autograd_core import grad
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

# Not next to the zeros of second derivatives, where what is left is the rounding of x
LEFT = [-30.3, -3.6, -1.4, -0.4, -1e-3]
RIGHT = [1e-8, 0.4, 1.0, 1.46, 3.0, 20.0, 100.0]
LARGE = [1e4, 1e10, 1e200]


@pytest.mark.parametrize(
    ("f", "double", "points"),
    [
        (special.gamma, mp.gamma, LEFT + RIGHT),
        (special.gammaln, lambda x: mp.re(mp.loggamma(x)), LEFT + RIGHT + LARGE),
        (special.loggamma, mp.loggamma, RIGHT + LARGE),
        (special.rgamma, mp.rgamma, [*LEFT, *RIGHT, 0.0, -1.0, -3.0, -1 + 1e-9, 0.4999]),
        (special.digamma, mp.digamma, LEFT + RIGHT + LARGE[:2]),
    ],
    ids=["gamma", "gammaln", "loggamma", "rgamma", "digamma"],
)
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-13), (np.float32, 2e-6)], ids=["float64", "float32"])
def test_functions_of_one_operand(f, double, points, dtype, rtol):
    points = [x for x in points if dtype is np.float64 or (abs(x) < 30 and x != -1 + 1e-9)]
    check(f, double, points, rtol=rtol, dtype=dtype)


@pytest.mark.parametrize(
    ("name", "double", "points"),
    [
        ("binom", mp.binomial, [(0.3, -1.0), (0.3, -2.0), (5.0, -1.0), (2.0, 3.0), (2.5, 3.5), (4.3, -3.0), (2.0, 2.0)]),
        ("poch", lambda z, m: mp.gamma(z + m) * mp.rgamma(z), [(-3.0, 5.0), (0.0, 2.0), (-2.0, 2.5), (2.0, 3.0)]),
    ],
)
def test_where_a_reciprocal_gamma_is_0(name, double, points):
    """The value is 0 there, and the slope is not."""
    check(getattr(special, name), double, *zip(*points, strict=True), by=(0, 1), rtol=1e-12, atol=1e-14, dps=40)


@pytest.mark.parametrize(
    ("name", "double", "points"),
    [
        ("binom", mp.binomial, [(170.0, 172.0), (170.0, 180.0), (100.0, 200.0), (20.0, 200.0), (200.0, 300.0), (500.0, -40.0)]),
        ("poch", lambda z, m: mp.gamma(z + m) * mp.rgamma(z), [(-200.0, -50.5), (-100.0, -50.5), (-150.0, 20.5)]),
    ],
)
def test_where_a_reciprocal_gamma_is_0_and_other_factors_are_beyond_floats(name, double, points):
    check(getattr(special, name), double, *zip(*points, strict=True), by=(0, 1), rtol=1e-12, atol=0, dps=60)


@pytest.mark.parametrize(
    ("name", "double", "points"),
    [
        ("binom", mp.binomial, [(6.3, -3 + 2e-10), (23.0, -10 + 2e-10), (2.3, 3.3 + 1e-9), (4.0, -15 + 5e-7)]),
        ("poch", lambda z, m: mp.gamma(z + m) * mp.rgamma(z), [(-3 + 1e-9, -6.5), (-18 + 3e-12, -3.96), (-2 - 1e-12, -27.79)]),
        ("poch", lambda z, m: mp.gamma(z + m) * mp.rgamma(z), [(-3.2, 1e-9), (-0.3, -1e-12), (-62.18, 8e-6)]),
    ],
)
def test_next_to_where_a_reciprocal_gamma_is_0(name, double, points):
    """ψ has poles there, and the second derivative is what is left of their squares; for small m those of z and z + m."""
    check(getattr(special, name), double, *zip(*points, strict=True), by=(0, 1), rtol=1e-10, dps=60)


@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-10), (np.float32, 3e-6)], ids=["float64", "float32"])
def test_betaln_left_of_0(dtype, rtol):
    """Differences of ψ, with all digits for small b, and next to poles of both; sums in float64 also for float32."""
    points = [(-563.34, -1e-5), (-8.674, -7.335), (-1.16, -16.82)]
    points += [(-3.44, 1.9e-22), (-2 + 1e-9, -1e-3)] * (dtype is np.float64)
    double = lambda a, b: mp.log(abs(mp.beta(a, b)))
    check(special.betaln, double, *zip(*points, strict=True), by=(0, 1), rtol=rtol, dtype=dtype, dps=70)


@pytest.mark.parametrize(
    ("f", "double", "points"),
    [
        (special.poch, lambda z, m: mp.fprod(z + k for k in range(int(m))), [(-3.0, 2.0), (-3.0, 3.0), (-7.0, 1.0)]),
        (special.beta, lambda a, b: mp.factorial(b - 1) / mp.fprod(a + k for k in range(int(b))), [(-3.0, 2.0), (-9.0, 1.0)]),
    ],
    ids=["poch", "beta"],
)
def test_where_poles_cancel(f, double, points):
    """For a whole second argument it is a polynomial of the first, or one over it; next to it infinite, or 0."""
    check(f, double, *zip(*points, strict=True), rtol=1e-12, dps=30)
    for point in points:
        with np.errstate(all="ignore"):
            assert np.isnan(grad(f, 1)(*point))
            assert np.isnan(grad(grad(f), 1)(*point))
