"""scipy.stats where a result is NaN, broadcast, or has axes of length 1: as SciPy has it."""

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
