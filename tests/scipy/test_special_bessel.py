"""Bessel functions against mpmath: first and second derivatives, at 0, in tails, of many orders."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, vjp
from autograd_core.errors import UnsupportedError
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

X = [1e-8, 1e-3, 0.4, 1.7, 6.2, 17.0, 19.0, 40.0]
BOTH = [-19.0, -2.2, -1e-3, 0.0, *X]


def second_kind(x, sign):
    """The sum of DLMF 10.8.2 (sign -1) and 10.31.2: mpmath's own functions of integer order take limits, and seconds."""
    q, term, total, harmonic, k = sign * x * x / 4, mp.mpf(1), mp.mpf(0), mp.mpf(0), 0
    while k < 10 or abs(term) > mp.eps * mp.mpf(10) ** -40:
        k += 1
        term *= q / k**2
        harmonic += mp.mpf(1) / k
        total += harmonic * term
    return total


log = lambda x: mp.log(x / 2) + mp.euler
k0 = lambda x: -log(x) * mp.besseli(0, x) + second_kind(x, 1)
y0 = lambda x: 2 / mp.pi * (log(x) * mp.besselj(0, x) - second_kind(x, -1))
k1 = lambda x: (1 / x - mp.besseli(1, x) * k0(x)) / mp.besseli(0, x)  # their Wronskian
y1 = lambda x: (mp.besselj(1, x) * y0(x) - 2 / (mp.pi * x)) / mp.besselj(0, x)

ONE = {
    "j0": (lambda x: mp.besselj(0, x), BOTH),
    "j1": (lambda x: mp.besselj(1, x), BOTH),
    "y0": (y0, X),
    "y1": (y1, X),
    "i0": (lambda x: mp.besseli(0, x), [*BOTH, 600.0]),
    "i1": (lambda x: mp.besseli(1, x), [*BOTH, 600.0]),
    "k0": (k0, X),
    "k1": (k1, X),
    "i0e": (lambda x: mp.besseli(0, x) * mp.exp(-abs(x)), [x for x in BOTH if x] + [-1e5, 1e5]),
    "i1e": (lambda x: mp.besseli(1, x) * mp.exp(-abs(x)), [x for x in BOTH if x] + [-1e5, 1e5]),
    "k0e": (lambda x: k0(x) * mp.exp(x), X),
    "k1e": (lambda x: k1(x) * mp.exp(x), X),
}


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 2e-13), (np.float32, 3e-6)], ids=["float64", "float32"])
def test_orders_0_and_1(name, dtype, rtol):
    double, points = ONE[name]
    if dtype is np.float32:
        points = [x for x in points if abs(x) < 18]
    check(getattr(special, name), double, points, dtype=dtype, rtol=rtol, dps=90)


ORDERS = [0.3, 2.5, 11.7, -1.3]
scale = lambda f, rate: lambda v: lambda z: f(v, z) * mp.exp(rate * abs(z))
MANY = {
    "jv": (lambda v: lambda z: mp.besselj(v, z), [*X, 300.0]),
    "yv": (lambda v: lambda z: mp.bessely(v, z), [*X, 300.0]),
    "iv": (lambda v: lambda z: mp.besseli(v, z), [*X, 300.0]),
    "kv": (lambda v: lambda z: mp.besselk(v, z), [*X, 300.0]),
    "jve": (lambda v: lambda z: mp.besselj(v, z), X),
    "yve": (lambda v: lambda z: mp.bessely(v, z), X),
    "ive": (scale(mp.besseli, -1), [*X, 90.0, 1e4]),
    "kve": (scale(mp.besselk, 1), [*X, 90.0, 1e4]),
}


@pytest.mark.heavy
@pytest.mark.parametrize("name", MANY)
def test_real_orders(name):
    """At the zeros of a derivative its digits are those of x: the points are not next to one."""
    double, points = MANY[name]
    for v in ORDERS:
        near = [z for z in points if z > 1e-7 or v in (0.3, 2.5)]
        check(lambda z, v=v: getattr(special, name)(v, z), double(v), near, rtol=1e-12, dps=40)


@pytest.mark.heavy
def test_scaled_forms_of_large_order():
    """Where the neighbouring orders differ in their last digits alone."""
    for v, x in [(59.8, 390.0), (300.0, 1e4), (25.0, 26.0), (-3.3, 40.0)]:
        check(lambda x, v=v: special.ive(v, x), lambda x, v=v: mp.besseli(v, x) * mp.exp(-x), [x], rtol=1e-12, dps=30)
        check(lambda x, v=v: special.kve(v, x), lambda x, v=v: mp.besselk(v, x) * mp.exp(x), [x], rtol=1e-12, dps=30)


@pytest.mark.parametrize("name", ["jv", "iv", "jn", "jve", "ive"])
def test_integer_orders_at_0_and_below(name):
    """Of a negative order by its positive one: for -n mpmath takes a limit."""
    f = (
        (lambda n, z: mp.besseli(abs(n), z))
        if name.startswith("i")
        else lambda n, z: mp.besselj(abs(n), z) * (1 if n >= 0 else -1)
    )
    factor = (lambda z: mp.exp(-abs(z))) if name == "ive" else lambda z: 1
    for n in [0, 1, 4, -3]:
        points = [-25.0, -1.3, *([] if name == "ive" else [0.0]), 0.7, 30.0]
        check(
            lambda z, n=n: getattr(special, name)(n, z),
            lambda z, n=n: f(n, z) * factor(z),
            points,
            rtol=1e-12,
            atol=1e-50,
            dps=40,
        )


@pytest.mark.parametrize("name", ["kn", "yn"])
def test_integer_orders_by_recurrence(name):
    """DLMF 10.6.1 and 10.29.1 from orders 0 and 1."""
    sign, low, high = (1, k0, k1) if name == "kn" else (-1, y0, y1)
    for n in (np.int64(2), 2.0):
        check(lambda x, n=n: getattr(special, name)(n, x), lambda x: sign * low(x) + 2 / x * high(x), X, rtol=1e-12, dps=90)


def test_infinite_slopes_at_0():
    with np.errstate(all="ignore"):
        assert grad(special.y0)(0.0) == np.inf
        assert grad(special.k0)(0.0) == -np.inf
        assert grad(special.jv, 1)(0.5, 0.0) == np.inf
        assert grad(special.i0e)(0.0) == 0  # e^(-|x|) has a kink there: the mean of -1 and 1
        assert grad(special.i1e)(0.0) == 0.5


def test_nothing_of_a_masked_pole_is_left():
    x = np.array([0.0, 0.5])
    with np.errstate(all="ignore"):
        found = grad(lambda x: np.sum(np.where(x > 0, special.kv(1.5, x), 0)))(x)
    np.testing.assert_allclose(found, [0, float(mp.diff(lambda x: mp.besselk(1.5, x), 0.5))], rtol=1e-13)


ORDER_POINTS = [(0.3, 0.2), (2.5, 0.01), (-1.7, 3.0), (7.3, 30.0), (0.01, 1.0), (20.2, 2.0)]


@pytest.mark.parametrize("name", ["kv", "kve"])
def test_k_by_its_order(name):
    factor = (lambda z: mp.exp(z)) if name == "kve" else lambda z: 1
    check(
        getattr(special, name), lambda v, z: mp.besselk(v, z) * factor(z), *zip(*ORDER_POINTS, strict=True),
        by=(0, 1), rtol=1e-12, dps=25,
    )  # fmt: skip


def test_k_is_even_in_its_order():
    assert grad(special.kv)(0.0, 1.3) == 0
    np.testing.assert_allclose(grad(grad(special.kv))(0.0, 1.3), float(mp.diff(lambda v: mp.besselk(v, 1.3), 0, 2)), rtol=1e-12)


COMPLEX = {
    "jv": mp.besselj, "yv": mp.bessely, "iv": mp.besseli, "kv": mp.besselk,
    "kve": lambda v, z: mp.exp(z) * mp.besselk(v, z),
    "hankel1": mp.hankel1, "hankel2": mp.hankel2,
    "hankel1e": lambda v, z: mp.exp(-1j * z) * mp.hankel1(v, z), "hankel2e": lambda v, z: mp.exp(1j * z) * mp.hankel2(v, z),
    "jve": lambda v, z: mp.exp(-abs(mp.im(z))) * mp.besselj(v, z), "yve": lambda v, z: mp.exp(-abs(mp.im(z))) * mp.bessely(v, z),
    "ive": lambda v, z: mp.exp(-abs(mp.re(z))) * mp.besseli(v, z),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLEX)
@pytest.mark.parametrize("z", [0.3 + 0.4j, 9 - 2j, 40 + 3j])
def test_complex_argument(name, z):
    """ḡ · ∂f/∂x and ḡ · ∂f/∂y by differences along both axes, which the gradient has in its parts; and the second along x."""
    f, double = getattr(special, name), COMPLEX[name]
    _, pullback = vjp(lambda z: f(1.3, z), np.array([z]))
    with mp.workdps(30):
        along = [mp.diff(lambda t, unit=unit: double(1.3, mp.mpc(z) + unit * t), 0) for unit in (1, 1j)]
        twice = mp.diff(lambda t: double(1.3, mp.mpc(z) + t), 0, 2)
    for g in (1, 1j):
        found = pullback(np.array([g + 0j]))[0][0]
        right = complex(*[float(mp.re(g * slope)) for slope in along])
        assert min(abs(found - right), abs(found - right.conjugate())) < 1e-12 * abs(along[0])
    real = grad(grad(lambda x: np.real(f(1.3, x + z))))(0.0)
    assert abs(real - float(twice.real)) < 1e-11 * abs(twice)


def test_hankel_of_real_argument():
    x = np.array([0.4, 3.0, 40.0])
    np.testing.assert_allclose(
        grad(lambda x: np.sum(np.imag(special.hankel1(0.3, x))))(x),
        [float(mp.diff(lambda t: mp.bessely(0.3, t), value)) for value in x], rtol=1e-13,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["jvp", "yvp", "ivp", "kvp", "h1vp", "h2vp"])
@pytest.mark.parametrize("n", [0, 2])
def test_derivatives_by_name(name, n):
    """Python functions over the ufuncs: the slope of the n-th derivative is what they say the next one is."""
    f = getattr(special, name)
    x = np.array([0.4, 3.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(np.real(f(1.3, x, n))))(x), np.real(f(1.3, x, n + 1)), rtol=1e-12)


ORDER = {
    "jv": (mp.besselj, 1), "yv": (mp.bessely, 1), "iv": (mp.besseli, 1), "jve": (mp.besselj, 1), "yve": (mp.bessely, 1),
    "ive": (lambda v, z: mp.exp(-z) * mp.besseli(v, z), 1),
    "hankel1": (lambda v, z: mp.bessely(v, z), 1j), "hankel2e": (lambda v, z: mp.im(mp.exp(1j * z) * mp.hankel2(v, z)), 1j),
}  # fmt: skip
AROUND = [  # of x = v, and of 0 from both sides; -1, 0, 2 and 20 are where mpmath takes limits, so few of them
    *[(0.3, 0.2), (2.5, 0.01), (7.3, 30.0), (0.01, 1.0), (20.2, 2.0), (20.2, 20.2), (20.2, 20.3), (0.5, 0.6), (50.0, 90.0)],
    *[(-1.7, 3.0), (-0.4, 0.02), (-7.3, 19.0), (-1.0, 2.0), (2.0, 9.0), (0.0, 0.7), (1e-9, 0.03), (20.0, 19.0)],
]


def of_part(name):
    f, unit = getattr(special, name), ORDER[name][1]
    return f if unit == 1 else lambda v, z: np.imag(f(v, z))


@pytest.mark.parametrize("name", ORDER)
def test_by_order_and_argument(name):
    points = AROUND if name in ("jv", "iv") else AROUND[::3]
    check(of_part(name), ORDER[name][0], *zip(*points, strict=True), by=(0, 1), rtol=3e-12, dps=30)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["jv", "yv", "iv"])
def test_by_order_over_a_wide_domain(name):
    """Relative to what oscillates, so where J or Y is small next to the other, to a derivative of both."""
    orders, arguments = (
        [-20.5, -2.3, 1e-10, 0.5, 2.5, 20.2, 100.0, 333.3],
        [1e-8, 0.05, 1.0, 6.2, 20.3, 99.0, 101.0, 300.0, 1010.0],
    )
    points = [(v, x) for v in orders for x in arguments]
    with np.errstate(all="ignore"):
        found = grad(lambda v: np.sum(getattr(special, name)(v, np.array([x for _, x in points]))))(
            np.array([v for v, _ in points])
        )
    for (v, x), value in zip(points, found, strict=True):
        with mp.workdps(40):
            kinds = (mp.besselj, mp.bessely) if name != "iv" else (mp.besseli,)
            slopes = [mp.diff(lambda u, f=f, x=x: f(u, mp.mpf(x)), mp.mpf(v)) for f in kinds]
        right = slopes[name == "yv"]
        scale = mp.norm(slopes) if x > abs(v) else abs(right)
        if abs(right) > 1e-290 and scale < 1e300:
            assert abs(mp.mpf(float(value)) - right) < 1e-12 * scale, (v, x)


def leading(name, X):
    """Of x so small that its square does not count: J, I and Y as functions of v alone, DLMF 10.2.2 and 10.2.3."""
    power = lambda v: mp.exp(v * mp.log(mp.mpf(X) / 2)) * mp.rgamma(1 + v)
    if name == "ive":
        return lambda v: power(v) * mp.exp(-mp.mpf(X))
    return power if name != "yv" else lambda v: (power(v) * mp.cospi(v) - power(-v)) / mp.sinpi(v)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["jv", "yv", "iv", "ive"])
@pytest.mark.parametrize("x", [1e-9, 1e-12, 1e-19, 1e-21, 1e-30, 1e-60, 1e-120, 1e-290])
def test_by_an_order_next_to_nothing_at_an_argument_next_to_nothing(name, x):
    """At 1e-12 and less, integrals along the contours lose digits in silence: at 1e-60 all."""
    limit = 2 / np.log(2 / x)  # up to which there are series in v
    for v in (1e-200, x / 3, x, 100 * x, limit / 1e3, limit / 2, limit * 0.999, limit * 1.5, -x / 3, -limit / 2, 0.3, 1.7):
        with mp.workdps(900):
            h = mp.mpf(10) ** -280
            around = [leading(name, x)(mp.mpf(v) + h * (k + mp.mpf("1e-9"))) for k in (-1, 0, 1)]
        for order in (1, 2):
            f = lambda v: getattr(special, name)(v, x)
            for _ in range(order):
                f = grad(f)
            with np.errstate(all="ignore"):
                found = f(v)
            if name in ("jv", "yv") and x < 1e-40 and abs(v) > limit and np.isnan(found):
                continue
            with mp.workdps(900):
                right = (around[2] - around[0]) / (2 * h) if order == 1 else (around[2] - 2 * around[1] + around[0]) / h**2
                if 1e-290 < abs(right) < 1e300:
                    assert abs(found - right) < 1e-12 * abs(right), (v, order)


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["jv", "yv"])
def test_by_order_next_to_the_turning_point(name):
    """Where x = v but for some digits, and the two saddles nearly meet."""
    gaps = (-1e-3, -1e-5, -1e-7, -1e-12, -1e-15, 0.0, 1e-15, 1e-12, 1e-7, 1e-5, 1e-3)
    points = [(v, v * (1 + gap)) for v in (0.01, 0.7, 41.3) for gap in gaps]
    given = getattr(special, name), ORDER[name][0], *zip(*points, strict=True)
    check(*given, by=(0, 1), pairs=[(0, 0), (0, 1), (1, 1)], rtol=1e-12, dps=45)
    # By x first, this is a difference of terms of the size of 0.1, next to a zero of its own
    check(*given, orders=(2,), pairs=[(1, 0)], rtol=1e-12, atol=2e-16, dps=45)


def test_order_of_third_and_fourth_derivatives():
    for name, double in (("jv", mp.besselj), ("yv", mp.bessely), ("iv", mp.besseli)):
        f = lambda v, name=name: getattr(special, name)(v, 3.3)
        for order in (1, 2, 3, 4):
            f = grad(f)
            if order > 2:
                with mp.workdps(60):
                    right = mp.diff(lambda v, double=double: double(v, mp.mpf(3.3)), mp.mpf(2.2), order)
                np.testing.assert_allclose(f(2.2), float(right), rtol=1e-12)


def test_of_order_0_where_i_is_even():
    """∂I/∂v = -K there (DLMF 10.38.4), which is e⁻²ˣ of it."""
    x = np.array([0.01, 1.0, 19.0, 60.0])
    with mp.workdps(90):
        right = [-float(k0(mp.mpf(z))) for z in x]
    np.testing.assert_allclose(grad(lambda v: np.sum(special.iv(v, x)))(np.zeros(4)), right, rtol=1e-12)


def test_what_is_not_known_by_the_order():
    with np.errstate(all="ignore"):
        found = grad(lambda v: np.sum(special.jv(v, np.array([0.0, -1.0, np.inf, np.nan]))))(np.full(4, 2.0))
    assert np.all(np.isnan(found))
    for name in ("jv", "kv", "hankel1", "hankel2e", "ive", "kve"):
        with pytest.raises(
            UnsupportedError,
            match=rf"^special\.{name}: there is no derivative with respect to argument v, its order, for complex z; write v\.det",
        ):
            grad(lambda v, name=name: np.real(getattr(special, name)(v, 1 + 1j)))(1.3)


@pytest.mark.parametrize("name", ["yn", "kn"])
def test_a_whole_order_is_a_constant(name):
    v = Tensor(1.0, requires_grad=True)
    with pytest.raises(UnsupportedError, match=rf"special.{name}: there is no derivative with respect to argument v, only to z"):
        grad(lambda v: getattr(special, name)(v, 0.7))(v)


@pytest.mark.parametrize("name", ["jv", "yv", "iv", "ive", "kv", "kve"])
def test_by_the_argument_first_and_then_by_the_order(name):
    """The second derivatives in either order are one number."""
    f = getattr(special, name)
    np.testing.assert_allclose(grad(grad(f, 1), 0)(0.7, 1.9), grad(grad(f, 0), 1)(0.7, 1.9), rtol=1e-12)
