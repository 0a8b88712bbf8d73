"""scipy.stats where a result is NaN, broadcast, or has axes of length 1: as SciPy has it."""

import mpmath
import numpy as np
import pytest
import scipy.stats

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import stats

METHODS = {"norm": (), "gamma": (2.0,), "uniform": (), "beta": (2.0, 3.0)}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("method", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"])
def test_nan_stays_nan(name, method):
    x = np.array([np.nan, 0.5, -1.0])
    value = getattr(getattr(stats, name), method)(Tensor(x, requires_grad=True), *METHODS[name]).numpy()
    np.testing.assert_allclose(value, getattr(getattr(scipy.stats, name), method)(x, *METHODS[name]), rtol=1e-12)
    assert np.isnan(value[0])


@pytest.mark.parametrize("method", ["pmf", "logpmf", "cdf", "sf", "logcdf", "logsf"])
@pytest.mark.parametrize(("name", "shapes"), [("poisson", (2.0,)), ("bernoulli", (0.3,)), ("geom", (0.3,)), ("binom", (3, 0.3))])
def test_discrete_nan_and_broadcasting(name, shapes, method):
    k = np.array([np.nan, 0.0, 1.0])
    expected = getattr(getattr(scipy.stats, name), method)(k, *shapes)
    p = Tensor(shapes[-1], requires_grad=True)
    np.testing.assert_allclose(getattr(getattr(stats, name), method)(k, *shapes[:-1], p).numpy(), expected, rtol=1e-12)
    once = getattr(getattr(stats, name), method)(np.zeros(2), *shapes[:-1], p)
    assert once.shape == (2,)


def test_axes_of_length_1_go_as_in_scipy():
    x = np.zeros((2, 1, 3))
    value = stats.multivariate_normal.logpdf(Tensor(x, requires_grad=True), np.zeros(3), np.eye(3))
    assert value.shape == np.shape(scipy.stats.multivariate_normal.logpdf(x, np.zeros(3), np.eye(3))) == (2,)


@pytest.mark.filterwarnings("ignore:Some rows of `p` do not sum to 1")
def test_probabilities_that_do_not_sum_to_1_are_scipys_affair():
    expected = scipy.stats.multinomial.logpmf([1, 2], 3, [0.3, 0.6])
    np.testing.assert_allclose(stats.multinomial.logpmf([1, 2], 3, Tensor([0.3, 0.6], requires_grad=True)).numpy(), expected)


@pytest.mark.parametrize("name", ["pmean", "skew", "kurtosis", "sem", "variation", "gmean", "hmean", "boxcox_llf"])
def test_keepdims_of_all_axes(name):
    a = np.random.default_rng(0).uniform(1, 2, (3, 4))
    first = (0.5,) if name == "boxcox_llf" else ()
    last = (2.5,) if name == "pmean" else ()
    for axis in (None, 1):
        expected = getattr(scipy.stats, name)(*first, a, *last, axis=axis, keepdims=True)
        value = getattr(stats, name)(*first, Tensor(a, requires_grad=True), *last, axis=axis, keepdims=True)
        assert value.shape == np.shape(expected)
        np.testing.assert_allclose(value.numpy(), expected, rtol=1e-10)


def test_the_estimate_refuses_what_would_be_cut():
    kde = stats.gaussian_kde(Tensor(np.arange(5.0), requires_grad=True))
    for use in (lambda: kde.covariance, lambda: kde.integrate_box_1d(0, 1), lambda: kde.resample(3), lambda: kde.dataset):
        with pytest.raises(UnsupportedError, match=r"gaussian_kde\.\w+: there is no derivative for this; evaluate and"):
            use()
    assert stats.gaussian_kde(np.arange(5.0)).integrate_box_1d(-9, 99) == pytest.approx(1)


def test_a_quantile_to_second_order_where_both_ends_move():
    f = lambda a, b: stats.truncnorm.ppf(0.3, a, b)
    step = 1e-5
    second = grad(grad(f))(-0.7, 1.9)
    right = (grad(f)(-0.7 + step, 1.9) - grad(f)(-0.7 - step, 1.9)) / (2 * step)
    assert second == pytest.approx(right, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "shapes"), [("lognorm", (0.7,)), ("invgamma", (2.6,)), ("f", (4.5, 7.2)), ("genpareto", (0.3,))]
)
@pytest.mark.parametrize("method", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"])
def test_at_the_ends_of_the_support(name, shapes, method):
    """SciPy's density of f is NaN at infinity; the limit is 0."""
    x = np.array([0.0, np.inf, 1.0])
    if name == "f" and "pdf" in method:
        x = x[[0, 2]]
    with np.errstate(divide="ignore"):  # the log of a probability of 0
        value = getattr(getattr(stats, name), method)(Tensor(x, requires_grad=True), *shapes).numpy()
        np.testing.assert_allclose(value, getattr(getattr(scipy.stats, name), method)(x, *shapes), rtol=1e-12)


# Where digits were lost, and where a gradient was 0 or NaN that is neither: found by comparing everything with mpmath


@pytest.mark.parametrize("name", ["expon", "gamma", "laplace", "gumbel_r", "weibull_min", "truncnorm", "beta"])
def test_the_log_of_a_probability_of_almost_1(name):
    """It is minus the other one; the log of 1 - 10⁻²⁰ has no digits."""
    shapes = {"gamma": (2.3,), "weibull_min": (1.8,), "truncnorm": (-0.7, np.inf), "beta": (2.2, 30.0)}.get(name, ())
    theirs, ours = getattr(scipy.stats, name), getattr(stats, name)
    for log, rest, x in (("logcdf", "sf", theirs.isf(1e-20, *shapes)), ("logsf", "cdf", theirs.ppf(1e-20, *shapes))):
        value = getattr(ours, log)(Tensor(x, requires_grad=True), *shapes).numpy()
        np.testing.assert_allclose(value, -getattr(theirs, rest)(x, *shapes), rtol=1e-10)


@pytest.mark.parametrize(("method", "right"), [("cdf", 0.5), ("sf", -0.5), ("logcdf", 1.0), ("logsf", -1.0)])
def test_the_laplace_distribution_at_its_top(method, right):
    assert grad(getattr(stats.laplace, method))(0.0) == right


def test_the_laplace_distribution_where_its_density_underflows():
    assert grad(stats.laplace.logsf)(1000.0) == -1
    assert stats.laplace.logsf(Tensor(1000.0, requires_grad=True)).item() == pytest.approx(-1000 - np.log(2), rel=1e-15)


def test_the_cauchy_distribution_where_a_square_overflows():
    x = 1e200
    assert stats.cauchy.logpdf(Tensor(x, requires_grad=True)).item() == pytest.approx(scipy.stats.cauchy.logpdf(x), rel=1e-14)
    assert grad(lambda scale: stats.cauchy.logpdf(x, 0.0, scale))(2.0) == pytest.approx(0.5)  # log scale - 2 log x


def test_the_uniform_one_among_the_generalised_pareto_distributions():
    for x, right in ((0.999999999999, -1), (1.0, -1)):  # log f = -log scale
        assert grad(lambda scale, x=x: stats.genpareto.logpdf(x, -1.0, 0.0, scale))(1.0) == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize(
    ("x", "a", "b"), [(1.5 + 1e-9, 1.5, 4.0), (-2 - 1e-9, -5.0, -2.0), (3 + 1e-9, 3.0, np.inf), (1e-9, -1e-8, 1e-8)]
)
def test_the_truncated_normal_distribution_beside_its_ends(x, a, b):
    """SciPy's own cdf has 10⁻⁷ there."""
    with mpmath.workdps(60):
        mass = lambda low, high: (mpmath.erfc(low / mpmath.sqrt(2)) - mpmath.erfc(high / mpmath.sqrt(2))) / 2
        z, low, high = mpmath.mpf(x), mpmath.mpf(a), mpmath.mpf(b)
        for method, share in (("cdf", mass(low, z) / mass(low, high)), ("sf", mass(z, high) / mass(low, high))):
            value = getattr(stats.truncnorm, method)(Tensor(x, requires_grad=True), a, b).item()
            assert value == pytest.approx(float(share), rel=1e-13)
        density = float(mpmath.npdf(z) / mass(low, high))
        assert grad(stats.truncnorm.cdf)(x, a, b) == pytest.approx(density, rel=1e-13)
        by_a = float(-mpmath.npdf(low) / mass(low, high) * mass(z, high) / mass(low, high))
        assert grad(lambda a: stats.truncnorm.sf(x, a, b))(a) == pytest.approx(-by_a, rel=1e-12)


def test_the_truncated_normal_distribution_at_its_end():
    assert grad(stats.truncnorm.cdf)(-0.7, -0.7, 1.9) == pytest.approx(scipy.stats.truncnorm.pdf(-0.7, -0.7, 1.9))


ENDLESS = [
    ("norm", ()),
    ("t", (3.5,)),
    ("gamma", (2.3,)),
    ("chi2", (3.7,)),
    ("weibull_min", (0.5,)),
    ("f", (4.5, 7.2)),
    ("lognorm", (0.7,)),
]


@pytest.mark.parametrize(("name", "shapes"), ENDLESS)
@pytest.mark.parametrize("method", ["cdf", "sf", "pdf"])
def test_at_infinity_nothing_moves(name, shapes, method):
    """An interval of which one end is infinite: its probability had the gradient NaN."""
    distribution = getattr(stats, name)
    x = np.array([np.inf, -np.inf])
    leaves = [Tensor(value, requires_grad=True) for value in (*shapes, 0.0, 1.0)]
    value = getattr(distribution, method)(x, *leaves)
    np.testing.assert_array_equal(value.numpy(), {"cdf": [1, 0], "sf": [0, 1], "pdf": [0, 0]}[method])
    np.sum(value).backward()
    assert [float(leaf.grad) for leaf in leaves] == [0] * len(leaves)


@pytest.mark.parametrize(
    ("name", "shapes"), [("gamma", (0.5,)), ("chi2", (1.0,)), ("beta", (0.5, 0.5)), ("weibull_min", (0.5,)), ("f", (1.0, 1.0))]
)
def test_an_interval_that_starts_where_the_density_is_infinite(name, shapes):
    """F(0) = 0 whatever the shape and the scale."""
    with np.errstate(all="raise"):
        for method, right in (("cdf", 0), ("sf", 1), ("logsf", 0)):
            leaves = [Tensor(value, requires_grad=True) for value in (*shapes, 1.0)]
            value = getattr(getattr(stats, name), method)(0.0, *leaves[:-1], scale=leaves[-1])
            value.backward()
            assert value.item() == right
            assert [float(leaf.grad) for leaf in leaves] == [0] * len(leaves)


@pytest.mark.parametrize(
    ("name", "shapes", "q"), [("f", (0.3, 0.4), 1e-3), ("truncnorm", (3.0, np.inf), 1e-12), ("gamma", (2.3,), 1e-14)]
)
def test_a_quantile_in_the_upper_tail_moves_with_the_shape(name, shapes, q):
    """There ∂F/∂θ has no digits left where F is 1 - 10⁻¹²; ∂S/∂θ has."""
    isf = lambda shape: getattr(stats, name).isf(q, shape, *shapes[1:])
    theirs = lambda shape: getattr(scipy.stats, name).isf(q, shape, *shapes[1:])
    step = 1e-3 * shapes[0]
    moved = [theirs(shapes[0] + k * step) for k in (-2, -1, 1, 2)]
    right = np.dot(moved, [1, -8, 8, -1]) / (12 * step)
    assert grad(isf)(shapes[0]) == pytest.approx(right, rel=1e-6)


def test_the_negative_binomial_distribution_of_many():
    """The differences of logs of Γ had 8 of 16 digits."""
    k, n, p = 167834697.0, 2.0, 1e-8
    value = stats.nbinom.logpmf(k, n, Tensor(p, requires_grad=True)).item()
    with mpmath.workdps(40):
        right = mpmath.log(k + 1) + 2 * mpmath.log(mpmath.mpf(p)) + k * mpmath.log1p(-mpmath.mpf(p))
    assert value == pytest.approx(float(right), rel=1e-12)


def test_draws_without_a_tensor_are_scipys():
    """Of one number it is a number, and of arrays an array."""
    for loc in (0.5, np.zeros(3), np.zeros((2, 1))):
        expected = scipy.stats.norm.rvs(loc, random_state=0)
        drawn = stats.norm.rvs(loc, random_state=0)
        assert np.shape(drawn) == np.shape(expected) == stats.norm.rvs(Tensor(loc, requires_grad=True), random_state=0).shape
        np.testing.assert_array_equal(drawn, expected)


@pytest.mark.parametrize("df", [0.7, 30.0, 1e5, 1e9])
def test_several_variables_with_many_degrees_of_freedom(df):
    """Up to 10⁹ of them, where the differences of logs of Γ had no digits."""
    x = np.array([0.4, -1.3, 2.0])

    def exact(df):
        d = mpmath.mpf(float(x @ x))
        constant = mpmath.loggamma((df + 3) / 2) - mpmath.loggamma(df / 2) - 1.5 * mpmath.log(df * mpmath.pi)
        return constant - (df + 3) / 2 * mpmath.log1p(d / df)

    f = lambda df: stats.multivariate_t.logpdf(x, np.zeros(3), np.eye(3), df)
    with mpmath.workdps(60):
        right = [float(mpmath.diff(exact, mpmath.mpf(df), n)) for n in range(3)]
    assert f(Tensor(df, requires_grad=True)).item() == pytest.approx(right[0], rel=1e-13)
    assert grad(f)(df) == pytest.approx(right[1], rel=1e-9)
    assert grad(grad(f))(df) == pytest.approx(right[2], rel=1e-8)


def test_infinitely_many_degrees_of_freedom_are_normal():
    x, m, s = np.array([[0.4, -1.3], [1.0, 2.0]]), np.array([0.1, 0.2]), np.array([[2.0, 0.3], [0.3, 1.0]])
    value = stats.multivariate_t.logpdf(x, m, Tensor(s, requires_grad=True), np.inf).numpy()
    np.testing.assert_allclose(value, scipy.stats.multivariate_normal.logpdf(x, m, s), rtol=1e-13)
    assert grad(lambda df: stats.multivariate_t.logpdf(x[0], m, s, df))(np.inf) == 0


@pytest.mark.parametrize("size", [1, 4, (2, 3), (1, 3), (2, 1, 2)])
@pytest.mark.parametrize(("mean", "cov"), [(np.array([0.1, -0.4]), np.array([[2.0, 0.5], [0.5, 1.0]])), (0.3, 2.0)])
def test_draws_of_several_variables_have_scipys_shape(size, mean, cov):
    expected = scipy.stats.multivariate_normal.rvs(mean, cov, size=size, random_state=1)
    drawn = stats.multivariate_normal.rvs(mean, Tensor(cov, requires_grad=True), size=size, random_state=1)
    assert drawn.shape == np.shape(expected)
    np.testing.assert_allclose(drawn.numpy(), expected, rtol=1e-12)


def test_draws_with_a_singular_covariance_have_no_derivative_by_it():
    """The Cholesky factor of rank 1 is none, but for rounding."""
    cov = np.outer([1.0, 2.0, 0.3], [1.0, 2.0, 0.3])
    with pytest.raises(UnsupportedError, match=r"no derivative by a singular covariance, of rank 1 and size 3; write A @ z"):
        stats.multivariate_normal.rvs(np.zeros(3), Tensor(cov, requires_grad=True), random_state=0)
    drawn = stats.multivariate_normal.rvs(Tensor(np.zeros(3), requires_grad=True), cov, random_state=0)
    np.testing.assert_allclose(drawn.numpy(), scipy.stats.multivariate_normal.rvs(np.zeros(3), cov, random_state=0))
