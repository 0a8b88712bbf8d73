"""gradcheck where slopes, inputs and results are of very different sizes: a wrong one is not hidden by the largest.

The right Jacobians are closed forms.
"""

import itertools

import numpy as np
import pytest

from autograd_core import primitive
from autograd_core.errors import GradientError
from autograd_core.testing import check_jvp, check_vjp, complex_step, gradcheck, numerical_jacobian

pytestmark = pytest.mark.heavy  # seconds each: in CI, after the others

N = 3
FACTORS = [2.0, 1.1, -1.0]


class Scaled:
    """y_k = c_k (2 + sin Σ_i a_ki x_i / s_i), all of a, x / s and sin' between ¼ and 2, with its Jacobian times `factors`."""

    def __init__(self, rng, decades, dtype=np.float64, results=N):
        self.s, self.c = 10.0 ** rng.uniform(-decades, decades, N), 10.0 ** rng.uniform(-decades, decades, results)
        self.a = rng.uniform(0.5, 1.5, (results, N)) / 4
        self.x = (self.s * rng.uniform(0.5, 1.5, N) * rng.choice([-1, 1], N)).astype(dtype)

    def function(self, factors=1.0, only=None):
        """The function, whose rule is off by `factors`; where `only` is given, for x of that dtype alone."""

        def rule(g, x):
            wrong = 1.0 if only is not None and x.dtype != only else factors
            return (g @ (self.jacobian(x) * wrong)).astype(x.dtype)

        return primitive(x=rule, once=True)(self.value)

    def value(self, x):
        return (self.c * (2 + np.sin(self.a @ (x / self.s)))).astype(x.dtype)

    def jacobian(self, x):
        return self.c[:, None] * np.cos(self.a @ (x / self.s))[:, None] * self.a / self.s


def verdict(f, x, **options):
    try:
        gradcheck(f, x, order=1, modes=("reverse",), **options)
    except GradientError as error:
        return error.verdict
    return "right"


@pytest.mark.parametrize(("dtype", "decades"), [(np.float64, 9), (np.float32, 9), (np.float16, 1)])
def test_one_wrong_slope_of_any_size_is_seen(dtype, decades):
    """Power: each of the nine slopes times 2, 1.1 and -1, in ten functions of sizes 10^±9 (10^±1 in float16): all are seen, and
    no right one is accused."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        problem = Scaled(rng, decades, dtype)
        assert verdict(problem.function(), problem.x) == "right"
        for k, i in itertools.product(range(N), range(N)):
            factors = np.ones((N, N))
            factors[k, i] = FACTORS[seed % 3]
            assert verdict(problem.function(factors), problem.x) == "gradient wrong", (seed, k, i)


@pytest.mark.parametrize(("dtype", "decades"), [(np.float32, 9), (np.float16, 1)])
def test_one_slope_that_is_wrong_in_its_own_dtype_only(dtype, decades):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        problem = Scaled(rng, decades, dtype)
        for k, i in itertools.product(range(N), range(N)):
            factors = np.ones((N, N))
            factors[k, i] = FACTORS[seed % 3]
            assert verdict(problem.function(factors, only=dtype), problem.x) == "dtype", (seed, k, i)


def test_ten_percent_in_float16():
    rule = lambda g, x: g * np.cos(x) * (1.1 if x.dtype == np.float16 else 1)
    assert verdict(primitive(x=rule)(lambda x: np.sin(x)), np.array([0.3, 0.5, 1.0], np.float16)) == "dtype"


@pytest.mark.parametrize("seed", range(40))
def test_no_right_gradient_is_accused(seed):
    """Sums of terms of all sizes, products of matrices, quotients: closed forms of NumPy, both modes and orders."""
    rng = np.random.default_rng(seed)
    x, m = rng.uniform(0.5, 2, 4) * 10.0 ** rng.uniform(-9, 9, 4), rng.normal(size=(4, 4)) * 10.0 ** rng.uniform(-4, 4, (4, 1))
    functions = [
        lambda x: np.sum(x), lambda x: np.exp(-x / np.max(x)) * x, lambda x: x / np.sum(x), lambda x: np.cumsum(x),
        lambda x: np.outer(x, 1 / x), lambda x: np.log(x) * np.sum(x), np.sqrt, np.linalg.norm, lambda x: m @ x,
        lambda x: x @ m @ x, lambda x: np.linalg.inv(np.eye(4) + m / np.linalg.norm(m) / 2) @ x, lambda x: np.fft.rfft(x).real,
    ]  # fmt: skip
    assert gradcheck(functions[seed % len(functions)], x)


BESIDE = 10.0 ** np.array([9, 12, 14])


@pytest.mark.parametrize("size", BESIDE)
@pytest.mark.parametrize("factor", FACTORS)
def test_beside_a_slope_a_billion_times_larger(factor, size):
    x = np.array([0.3, 0.5])
    both = np.array([size, 1.0])
    together = lambda w: primitive(x=lambda g, x: g * both * [1, w] * np.cos(x))(lambda x: both * np.sin(x))
    single = lambda w: primitive(x=lambda g, x: w * g * np.cos(x))(lambda x: np.sin(x))
    for w, expected in ((1.0, "right"), (factor, "gradient wrong")):
        assert verdict(together(w), x) == expected
        assert verdict(lambda x, w=w: (size * np.cos(x), single(w)(x)), x) == expected


def test_hand_written_rules_beside_larger_slopes():
    x, size = np.array([0.3, 0.5]), np.array([1e10, 1.0])
    f = lambda x: size * np.sin(x)
    for w in FACTORS:
        assert check_vjp(f, lambda g, x: g * size * np.cos(x), (x,))
        assert check_jvp(f, lambda t, x: t[0] * size * np.cos(x), (x,))
        with pytest.raises(GradientError, match="index \\(1,\\)"):
            check_vjp(f, lambda g, x, w=w: g * size * [1, w] * np.cos(x), (x,))
        with pytest.raises(GradientError, match="index \\(1,\\)"):
            check_jvp(f, lambda t, x, w=w: t[0] * size * [1, w] * np.cos(x), (x,))


def test_forward_mode_sees_a_small_slope_in_the_same_result():
    """y = 1e10 sin x₀ + sin x₁: along a random direction the second term is below what is allowed."""
    x, size = np.array([0.3, 0.5]), np.array([1e7, 1.0])
    f = lambda x: np.sum(size * np.sin(x))
    assert check_jvp(f, lambda t, x: np.sum(t[0] * size * np.cos(x)), (x,))
    with pytest.raises(GradientError, match="index \\(1,\\)"):
        check_jvp(f, lambda t, x: np.sum(t[0] * size * [1, 2] * np.cos(x)), (x,))


@pytest.mark.parametrize("tiny", [1e-10, 1e-12, 1e-15])
@pytest.mark.parametrize("f", [np.sqrt, np.log, np.reciprocal])
def test_a_tiny_input_beside_larger_ones(f, tiny):
    """Steps relative to its neighbours leave the domain; those relative to itself do not."""
    x = np.array([tiny, 1.0, 4.0])
    assert gradcheck(f, x, order=1)
    expected = {np.sqrt: 0.5 / np.sqrt(x), np.log: 1 / x, np.reciprocal: -1 / x**2}[f]
    np.testing.assert_allclose(np.diag(numerical_jacobian(f, x)), expected, rtol=1e-5)
    wrong = primitive(x=lambda g: g * expected * [1.01, 1, 1])(lambda x: f(x))
    assert verdict(wrong, x) != "right"


NOT_ANALYTIC = {
    "absolute": np.abs,
    "norm": np.linalg.norm,
    "<lambda> is not analytic because of absolute": lambda x: np.sin(x) + 0.1 * np.abs(x),
    "<lambda> is not analytic because of conjugate": lambda x: x * np.conj(x),
    "<lambda> is not analytic because of astype": lambda x: x.astype(float) * x,
    "std": np.std,
    "large": lambda x: np.abs(np.repeat(x, 50)),
}


@pytest.mark.parametrize("words", NOT_ANALYTIC)
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_the_complex_step_refuses_what_is_not_analytic(words):
    expected = words.replace("large", "<lambda> is not analytic because of absolute")
    with pytest.raises(TypeError, match=f"complex_step: {expected}.*finite differences give .*use numerical_jacobian instead"):
        complex_step(NOT_ANALYTIC[words], np.array([0.3, -0.5, 1.2]))
    with pytest.raises(TypeError, match=r"complex_step: hypot does not take complex arrays .*; use numerical_jacobian instead"):
        complex_step(np.hypot, 1.0, 2.0)


def test_the_complex_step_is_not_judged_by_noise():
    """Finite differences know this slope to 1e-5 at best, the complex step to the last digit."""
    x = np.array([0.3, -0.5])
    np.testing.assert_allclose(complex_step(lambda x: (1e9 + np.tanh(x)) - 1e9, x), np.diag(1 - np.tanh(x) ** 2), rtol=1e-14)
    np.testing.assert_array_equal(complex_step(np.max, x), [1, 0])
