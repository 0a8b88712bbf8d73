"""First and second derivatives of every elementwise function, from tail to tail, against mpmath: all their digits are right.

mpmath differentiates the function alone, by differences with 700 digits or so, and knows nothing of the rules.
"""

import sys
import warnings

import numpy as np
import pytest

from autograd_core import elementwise_grad, grad, vjp
from autograd_core.derivatives import activations, bells, transcendental
from autograd_core.derivatives.class_losses import cross_entropy
from autograd_core.derivatives.losses import binary_cross_entropy_with_logits
from autograd_core.derivatives.softmax import log_softmax, logsumexp, softmax
from tests.derivatives.test_table import ENTRIES, of_special

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

mp = pytest.importorskip("mpmath")

GRID = [0.0, 1e-30, 1e-20, 1e-8, 0.01, 0.3, 1.0, 1.7, 9.01, 20.0, 40.0, 120.0, 700.0]
BOTH = [-x for x in GRID[:0:-1]] + [-0.0, *GRID]


def inside(low, high):
    """Points of an interval, some of them next to its ends."""
    ends = [low + 1e-8, low + 1e-3, high - 1e-3, high - 1e-8]
    return [x for x in [*BOTH, *ends] if low < x < high]


UNIT, POSITIVE = inside(-1, 1), [x for x in GRID if x]
sigmoid = lambda x: 1 / (1 + mp.exp(-x))
bell = lambda x: mp.exp(-x) / (1 + mp.exp(-x)) ** 2
density = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
gelu_tanh = lambda x: x * sigmoid(2 * mp.sqrt(2 / mp.pi) * (x + mp.mpf(0.044715) * x**3))

# The function, its double in mpmath, where to compare
ONE = {
    "exp": (np.exp, mp.exp, BOTH),
    "exp2": (np.exp2, lambda x: mp.mpf(2) ** x, BOTH),
    "expm1": (np.expm1, mp.expm1, BOTH),
    "log": (np.log, mp.log, POSITIVE),
    "log2": (np.log2, lambda x: mp.log(x, 2), POSITIVE),
    "log10": (np.log10, mp.log10, POSITIVE),
    "log1p": (np.log1p, mp.log1p, inside(-1, 800)),
    "sqrt": (np.sqrt, mp.sqrt, POSITIVE),
    "cbrt": (np.cbrt, lambda x: mp.sign(x) * mp.cbrt(abs(x)), [x for x in BOTH if x]),
    "square": (np.square, lambda x: x * x, BOTH),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, [x for x in BOTH if x]),
    "negative": (np.negative, lambda x: -x, BOTH),
    "positive": (np.positive, lambda x: x, BOTH),
    "absolute": (np.absolute, abs, [x for x in BOTH if x]),
    "fabs": (np.fabs, abs, [x for x in BOTH if x]),
    "sin": (np.sin, mp.sin, BOTH),
    "cos": (np.cos, mp.cos, BOTH),
    "tan": (np.tan, mp.tan, BOTH),
    "arcsin": (np.arcsin, mp.asin, UNIT),
    "arccos": (np.arccos, mp.acos, UNIT),
    "arctan": (np.arctan, mp.atan, BOTH),
    "sinh": (np.sinh, mp.sinh, BOTH),
    "cosh": (np.cosh, mp.cosh, BOTH),
    "tanh": (np.tanh, mp.tanh, BOTH),
    "arcsinh": (np.arcsinh, mp.asinh, BOTH),
    "arccosh": (np.arccosh, mp.acosh, inside(1, 800)),
    "arctanh": (np.arctanh, mp.atanh, UNIT),
    "sinc": (np.sinc, mp.sincpi, BOTH),
    "i0": (np.i0, lambda x: mp.besseli(0, x), [-9.01, -1e-8, 0.0, 0.3, 40.0, 700.0]),
    "deg2rad": (np.deg2rad, mp.radians, BOTH),
    "radians": (np.radians, mp.radians, BOTH),
    "rad2deg": (np.rad2deg, mp.degrees, BOTH),
    "degrees": (np.degrees, mp.degrees, BOTH),
    "sigmoid": (activations.sigmoid, sigmoid, BOTH),
    "softplus": (activations.softplus, lambda x: mp.log1p(mp.exp(x)), BOTH),
    "relu": (activations.relu, lambda x: max(x, 0), [x for x in BOTH if x]),
    "leaky_relu": (activations.leaky_relu, lambda x: x if x > 0 else x * mp.mpf(0.01), [x for x in BOTH if x]),
    "elu": (activations.elu, lambda x: x if x > 0 else mp.expm1(x), [x for x in BOTH if x]),
    "silu": (activations.silu, lambda x: x * sigmoid(x), BOTH),
    "gelu": (activations.gelu, lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, BOTH),
    "gelu tanh": (lambda x: activations.gelu(x, "tanh"), gelu_tanh, BOTH),
    "normal_cdf": (activations.normal_cdf, lambda x: mp.erfc(-x / mp.sqrt(2)) / 2, BOTH),
    "sech_squared": (bells.sech_squared, lambda x: mp.sech(x) ** 2, BOTH),
    "sigmoid_slope": (bells.sigmoid_slope, bell, BOTH),
    "normal_density": (bells.normal_density, density, BOTH),
}
SOME = [1e-8, 0.3, 20.0, 700.0]
ALL = [-700.0, -20.0, -0.3, -0.0, *SOME]
EXPONENTS = [-6.0, -1.5, -1e-8, 1e-8, 0.3, 2.5, 5.0]
TWO = {
    "add": (np.add, lambda a, b: a + b, ALL, ALL),
    "subtract": (np.subtract, lambda a, b: a - b, ALL, ALL),
    "multiply": (np.multiply, lambda a, b: a * b, ALL, ALL),
    "divide": (np.divide, lambda a, b: a / b, ALL, SOME),
    "logaddexp": (np.logaddexp, lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), ALL, ALL),
    "logaddexp2": (np.logaddexp2, lambda a, b: mp.log(mp.mpf(2) ** a + mp.mpf(2) ** b, 2), ALL, ALL),
    "hypot": (np.hypot, lambda a, b: mp.sqrt(a * a + b * b), SOME, ALL),
    "cosine": (transcendental.cosine, lambda a, b: a / mp.sqrt(a * a + b * b), SOME, ALL),
    "arctan2": (np.arctan2, mp.atan2, SOME, ALL),
    "power": (np.power, lambda a, b: a**b, SOME, EXPONENTS),
    "float_power": (np.float_power, lambda a, b: a**b, SOME, EXPONENTS),
}
ONE |= {
    "semicircle": (transcendental.semicircle, lambda x: mp.sqrt(1 - x * x), UNIT),
    "one_less_square": (transcendental.one_less_square, lambda x: 1 - x * x, UNIT),
}

# Without digits to lose: constant between their jumps, linear in pieces, or a choice between operands
PIECEWISE = {
    "floor", "ceil", "trunc", "rint", "fix", "spacing", "round", "around", "nextafter", "sign", "copysign", "heaviside",
    "remainder", "fmod", "floor_divide", "maximum", "minimum", "fmax", "fmin", "conjugate", "real", "imag", "real_if_close",
    "nan_to_num",
}  # fmt: skip

# Roundings that are allowed, of which a product of three functions of NumPy has about as many, and more by a reason
ROUNDINGS = 10
MORE = {
    "i0": lambda x: abs(x) / 4,  # the exponent of a sum of exponentials is rounded
    "gelu tanh": lambda x: 100 if abs(x) > 5 else 0,  # so is the cubic inside
    "logaddexp": lambda a, b: abs(a - b) / 2,  # the difference, before its exponential is taken
    "logaddexp2": lambda a, b: abs(a - b),
}


def test_every_elementwise_entry_is_here():
    elementwise = {name for name, entry in ENTRIES.items() if entry.domain is not None and not of_special(entry)}
    assert elementwise == ({*ONE, *TWO} | PIECEWISE) - {"gelu tanh"}


def compare(name, found, points, double, order, dtype):
    """Raise where derivatives at some points differ from mpmath's by more than a few roundings."""
    eps, least, greatest = np.finfo(dtype).eps, np.finfo(dtype).tiny, np.finfo(dtype).max
    for point, value in zip(points, found, strict=True):
        exact = [mp.mpf(float(x)) for x in point]
        with mp.workprec(1150):
            if len(point) == 1:
                right = mp.re(mp.diff(double, exact[0], order[0], relative=bool(exact[0])))
            else:
                right = mp.re(mp.diff(double, tuple(exact), order))
            if abs(right) < 1e-320:
                right = mp.mpf(0)
        if abs(right) > greatest:
            continue
        allowed = (ROUNDINGS + MORE.get(name, lambda *x: 0)(*map(float, point))) * eps
        error = abs(mp.mpf(float(value)) - right) - float(least)  # next to 0 numbers have fewer digits
        assert error <= allowed * abs(right), f"{name}, order {order}, at {point}: {value}, right {mp.nstr(right, 17)}"


@pytest.fixture(autouse=True)
def in_silence():
    """The forward pass warns of what overflows, as NumPy does."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_operand(name, dtype):
    f, double, points = ONE[name]
    x = np.array(points, dtype)
    x = x[(np.array(points) == 0) | (np.abs(x) >= np.finfo(dtype).tiny) & ((np.abs(x) != 1) | (np.abs(points) == 1))]
    compare(name, elementwise_grad(f)(x), [(v,) for v in x], double, (1,), dtype)
    compare(name, elementwise_grad(elementwise_grad(f))(x), [(v,) for v in x], double, (2,), dtype)


@pytest.mark.heavy
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", TWO)
def test_functions_of_two_operands(name, dtype):
    f, double, first, second = TWO[name]
    a, b = (x.ravel().astype(dtype) for x in np.meshgrid(first, second))
    if name == "arctan2":
        a, b = a[np.abs(a) != np.abs(b)], b[np.abs(a) != np.abs(b)]  # where ∂²/∂a∂b = (a² - b²) / r⁴ is 0
    by = lambda f, k: lambda *x: grad(lambda *y: np.sum(f(*y)), k)(*x)
    for order, slope in {
        (1, 0): by(f, 0), (0, 1): by(f, 1), (2, 0): by(by(f, 0), 0), (1, 1): by(by(f, 0), 1), (0, 2): by(by(f, 1), 1),
    }.items():  # fmt: skip
        compare(name, slope(a, b), [*zip(a, b, strict=True)], double, order, dtype)


# Softmax and the losses


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("x", [[40, 0], [0, 40], [-3, 40, 2], [80, 1, 0, 79], [1, 2, 3]])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "cross_entropy"])
def test_pullbacks_of_softmax(name, x, dtype):
    """By pₖ (δᵢₖ - pᵢ), δᵢₖ - pᵢ and p, in 100 digits; the first two, and those of the cross entropy, add up to 0."""
    x = np.array(x, dtype)
    eps, least = np.finfo(dtype).eps, np.finfo(dtype).tiny
    with mp.workdps(100):
        total = sum(mp.exp(float(v)) for v in x)
        p = [mp.exp(float(v)) / total for v in x]
        rest = [sum(p[j] for j in range(len(p)) if j != i) for i in range(len(p))]
        for k in range(len(x)):
            g = np.eye(len(x), dtype=dtype)[k]
            if name == "softmax":
                right = [p[k] * (rest[i] if i == k else -p[i]) for i in range(len(p))]
                found = vjp(softmax, x)[1](g)[0]
            elif name == "log_softmax":
                right = [rest[i] if i == k else -p[i] for i in range(len(p))]
                found = vjp(log_softmax, x)[1](g)[0]
            elif name == "logsumexp":  # its Hessian, row k
                right = [p[k] * (rest[i] if i == k else -p[i]) for i in range(len(p))]
                found = grad(lambda x, k=k: grad(logsumexp)(x)[k])(x)
            else:
                right = [-rest[i] if i == k else p[i] for i in range(len(p))]
                found = grad(lambda x, k=k: cross_entropy(x[None], np.array([k])))(x)
                for target in (g, np.array(k)):
                    other = grad(lambda x, target=target: np.sum(cross_entropy(x, target, reduction="none")))(x)
                    np.testing.assert_allclose(other, [float(v) for v in right], rtol=24 * eps, atol=least)
            np.testing.assert_allclose(found, [float(v) for v in right], rtol=24 * eps, atol=least)
            if name != "logsumexp":
                assert abs(np.sum(found, dtype=np.longdouble)) <= 2 * eps * np.abs(found).sum()


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_cross_entropy_with_logits(target, dtype):
    """By σ(x) for target 0 and -σ(-x) for 1, and their derivatives."""
    x = np.array([v for v in BOTH if abs(v) >= 1e-8 or not v], dtype)
    loss = lambda x: binary_cross_entropy_with_logits(x, np.full(len(BOTH), target, dtype)[: len(x)], "none")
    double = sigmoid if target == 0 else lambda x: -sigmoid(-x)
    compare("logits", elementwise_grad(loss)(x), [(v,) for v in x], double, (0,), dtype)
    compare("logits", elementwise_grad(elementwise_grad(loss))(x), [(v,) for v in x], double, (1,), dtype)


def test_the_numbers_of_the_issue():
    """Each by its right value to 15 digits, from mpmath."""
    for f, x, right in [
        (activations.sigmoid, 40.0, 4.2483542552915889953e-18),
        (np.tanh, 20.0, 1.6993417021166355981e-17),
        (np.tanh, -20.0, 1.6993417021166355981e-17),
        (elementwise_grad(activations.softplus), 40.0, 4.2483542552915889953e-18),
        (elementwise_grad(lambda x: np.logaddexp(x, 0.0)), 40.0, 4.2483542552915889953e-18),
    ]:
        assert grad(f)(x) == pytest.approx(right, rel=1e-15, abs=0)
    assert grad(np.tanh)(np.float32(-9.01)) == pytest.approx(float(mp.sech(float(np.float32(-9.01))) ** 2), rel=5e-7, abs=0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_slopes_at_infinity(dtype):
    """By their limits."""
    x = np.array([-np.inf, np.inf], dtype)
    for f, limits in [
        (np.tanh, [0, 0]),
        (activations.sigmoid, [0, 0]),
        (activations.softplus, [0, 1]),
        (activations.silu, [0, 1]),
        (activations.gelu, [0, 1]),
        (lambda x: activations.gelu(x, "tanh"), [0, 1]),
        (activations.normal_cdf, [0, 0]),
        (activations.elu, [0, 1]),
        (np.arctan, [0, 0]),
        (np.arcsinh, [0, 0]),
    ]:
        np.testing.assert_array_equal(elementwise_grad(f)(x), limits)
        np.testing.assert_array_equal(elementwise_grad(elementwise_grad(f))(x), [0, 0])
    assert activations.silu(-np.inf) == activations.gelu(-np.inf) == 0


BY = pytest.mark.parametrize("few", [0, sys.maxsize], ids=["by exp", "by cosh"])  # as size and processor say


@BY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_slopes_of_many_elements(monkeypatch, few, dtype):
    """Computed in place, where that takes less time."""
    monkeypatch.setattr(bells, "FEW", dict.fromkeys("fd", few))
    x = np.resize(np.array([v for v in BOTH if abs(v) < 40], dtype), bells.IN_PLACE + 1)
    points = [mp.mpf(float(v)) for v in x[: len(BOTH)]]
    slope, curvature = elementwise_grad(np.tanh)(x), elementwise_grad(elementwise_grad(np.tanh))(x)
    for v, first, second in zip(points, slope, curvature, strict=False):
        right = mp.sech(v) ** 2, -2 * mp.sech(v) ** 2 * mp.tanh(v)
        for value, exact in zip((first, second), right, strict=True):
            assert abs(mp.mpf(float(value)) - exact) <= ROUNDINGS * np.finfo(dtype).eps * abs(exact)
    x[:3] = [np.inf, -np.inf, np.nan]
    got = grad(lambda x: np.sum(np.where(np.arange(x.size) > 2, np.tanh(x), 0)))(x)
    np.testing.assert_array_equal(got[:3], 0)  # what is masked away
    np.testing.assert_array_equal(elementwise_grad(np.tanh)(x)[:2], 0)


@BY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_slope_of_tanh_everywhere(monkeypatch, few, dtype):
    """To a few units in the last place of whatever is there, be it subnormal."""
    monkeypatch.setattr(bells, "FEW", dict.fromkeys("fd", few))
    tiny, end = np.finfo(dtype).smallest_subnormal, np.log(np.finfo(dtype).max) / 2
    size = np.concatenate([[0, tiny, 3 * tiny], np.geomspace(1e-30, 1, 60), np.linspace(0.5, 1.1 * end, 900)]).astype(dtype)
    for part in (size[size < end / 2], size):  # the second is not near, so that it goes by exp
        x = np.concatenate([part, -part])
        for v, slope in zip(x, elementwise_grad(np.tanh)(x), strict=True):
            exact = mp.sech(mp.mpf(float(v))) ** 2
            assert abs(mp.mpf(float(slope)) - exact) <= 6 * mp.mpf(float(np.spacing(slope)))


@BY
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [10, 20_000])
def test_the_slope_of_tanh_times_what_comes_in(monkeypatch, few, dtype, size):
    """An infinite gradient and a very large one, a zero beside NaN, and gradients of other shapes stay what their product is."""
    monkeypatch.setattr(bells, "FEW", dict.fromkeys("fd", few))
    x, g = np.full(size, 0.5, dtype), np.ones(size, dtype)
    x[:6], large = [np.nan, np.nan, 0.5, 0.5, np.inf, 0], np.finfo(dtype).max
    g[:6] = [0, 1, np.inf, large, 1, -large]
    slope = float(mp.sech(0.5) ** 2)
    expected = np.array([0, np.nan, np.inf, slope * float(large), 0, -float(large)])
    kept = g.copy(), x.copy()
    for chosen in (slice(None), [2, 3, 5]):
        got = bells.tanh_x(g[chosen], x[chosen])
        assert got.dtype == dtype
        np.testing.assert_allclose(got[: len(expected[chosen])], expected[chosen], rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_array_equal((g, x), kept)
    np.testing.assert_allclose(bells.tanh_x(g[:1] + 2, x[-4:]), 2 * slope, rtol=4 * np.finfo(dtype).eps)
