"""scipy.stats: every method of every distribution against SciPy's values and finite differences; tails against mpmath."""

import inspect

import mpmath
import numpy as np
import pytest
import scipy.stats

from autograd_core import Tensor, grad, jacobian
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import stats
from autograd_core.scipy.stats import continuous, discrete
from autograd_core.testing import gradcheck

SHAPES = {
    "t": (3.5,), "gamma": (2.3,), "chi2": (3.7,), "invgamma": (2.6,), "beta": (2.2, 3.3), "f": (4.5, 7.2), "lognorm": (0.7,),
    "pareto": (2.4,), "weibull_min": (1.8,), "genpareto": (0.3,), "truncnorm": (-0.7, 1.9), "vonmises": (1.3,),
    "poisson": (3.4,), "bernoulli": (0.3,), "binom": (7.0, 0.4), "nbinom": (3.5, 0.4), "betabinom": (6.0, 2.3, 1.7),
    "geom": (0.35,),
}  # fmt: skip
MORE = {"genpareto": [(-0.2,), (1e-9,)], "truncnorm": [(1.5, 4.0), (-5.0, -2.0)], "gamma": [(0.4,)], "beta": [(0.6, 0.5)]}
DENSITIES, PROBABILITIES, QUANTILES = ("logpdf", "pdf"), ("cdf", "sf", "logcdf", "logsf"), ("ppf", "isf")
LOC, SCALE = 0.3, 1.7
LEVELS = np.array([0.1, 0.45, 0.8])

AT_ONCE = ("logpdf", "cdf", "ppf")
CONTINUOUS = [
    pytest.param(d, shapes, method, id=f"{d.name}{shapes}-{method}", marks=[pytest.mark.heavy] * (i > 0 or method not in AT_ONCE))
    for d in continuous.ALL
    for i, shapes in enumerate([SHAPES.get(d.name, ()), *MORE.get(d.name, [])])
    for method in (*DENSITIES, *(((*PROBABILITIES, *QUANTILES)) if "cdf" in d.functions else ()))
]
DISCRETE = [
    pytest.param(d, method, id=f"{d.name}-{method}")
    for d in discrete.ALL
    for method in ("logpmf", "pmf", *(PROBABILITIES if "cdf" in d.functions else ()))
]


@pytest.mark.parametrize(("distribution", "shapes", "method"), CONTINUOUS)
def test_continuous(distribution, shapes, method):
    """In the variable and every parameter, to second order."""
    original = distribution.original
    scale = 1.0 if distribution.name == "vonmises" else SCALE
    x = LEVELS if method in QUANTILES else original.ppf(LEVELS, *shapes, LOC, scale)
    f = getattr(distribution, method)
    value = f(Tensor(x, requires_grad=True), *shapes, LOC, scale)
    np.testing.assert_allclose(value.numpy(), getattr(original, method)(x, *shapes, LOC, scale), rtol=1e-11, atol=1e-13)
    by_n = any(name in ("truncnorm",) for name in [distribution.name])
    gradcheck(f, x, *shapes, LOC, scale, order=1 if method in QUANTILES and by_n else 2)
    np.testing.assert_array_equal(f(x, *shapes, LOC, scale), getattr(original, method)(x, *shapes, LOC, scale))


@pytest.mark.parametrize(("distribution", "method"), DISCRETE)
def test_discrete(distribution, method):
    """In the parameters, to second order; on integers inside, outside and between."""
    shapes = SHAPES[distribution.name]
    k = np.array([-1.0, 0.0, 1.0, 1.5, 3.0, 40.0])
    f = getattr(distribution, method)
    value = f(k, *[Tensor(shape, requires_grad=True) for shape in shapes])
    expected = getattr(distribution.original, method)(k, *shapes)
    np.testing.assert_allclose(value.numpy(), expected, rtol=1e-11, atol=1e-13)
    inside = k[np.isfinite(expected) & (expected != 0)]
    free = shapes[1:] if distribution.name in ("binom", "betabinom") else shapes  # n is an integer
    given = shapes[: len(shapes) - len(free)]
    gradcheck(lambda *shapes: f(inside, *given, *shapes), *free)
    gradient = jacobian(lambda p: f(k, *given, p, *free[1:]))(free[0])
    assert np.all(np.isfinite(gradient))


@pytest.mark.parametrize("distribution", [d for d in (*continuous.ALL, *discrete.ALL) if "mean" in d.functions], ids=repr)
def test_moments(distribution):
    shapes = SHAPES.get(distribution.name, ())
    others = (LOC, SCALE) if "scale" in distribution.signature.parameters else (2.0,)
    for method in ("mean", "var", "std", *(("entropy",) if "entropy" in distribution.functions else ())):
        f = getattr(distribution, method)
        value = f(*[Tensor(value, requires_grad=True) for value in (*shapes, *others)])
        np.testing.assert_allclose(float(value.numpy()), getattr(distribution.original, method)(*shapes, *others), rtol=1e-11)
        gradcheck(lambda *shapes, f=f: f(*shapes, *others), *shapes) if shapes else None
    if "scale" in distribution.signature.parameters:
        gradcheck(lambda scale: distribution.std(*shapes, LOC, scale), 1.7)


@pytest.mark.parametrize("distribution", [d for d in continuous.ALL if "entropy" in d.functions], ids=repr)
def test_entropy(distribution):
    shapes = SHAPES.get(distribution.name, ())
    value = distribution.entropy(*[Tensor(value, requires_grad=True) for value in (*shapes, LOC, SCALE)])
    np.testing.assert_allclose(float(value.numpy()), distribution.original.entropy(*shapes, LOC, SCALE), rtol=1e-10)
    gradcheck(lambda *values: distribution.entropy(*values[:-1], LOC, values[-1]), *shapes, SCALE)


# Outside, at the ends, and for parameters of which there is no distribution


def test_outside_the_support_the_density_is_0_and_so_is_its_gradient():
    x = np.array([-1.0, 2.0, np.nan])
    np.testing.assert_array_equal(stats.gamma.pdf(Tensor(x, requires_grad=True), 2.0).numpy()[:1], [0])
    assert np.isneginf(stats.gamma.logpdf(Tensor(-1.0, requires_grad=True), 2.0).numpy())
    gradient = grad(lambda a: np.sum(stats.gamma.pdf(x[:2], a)))(2.0)
    right = float(mpmath.diff(lambda a: 2 ** (a - 1) * mpmath.exp(-2) / mpmath.gamma(a), 2))
    np.testing.assert_allclose(gradient, right, rtol=1e-12)
    np.testing.assert_array_equal(stats.gamma.cdf(Tensor([-1.0, 0.0, np.inf], requires_grad=True), 2.0).numpy(), [0, 0, 1])
    np.testing.assert_array_equal(stats.beta.logsf(Tensor([-1.0, 2.0], requires_grad=True), 2.0, 2.0).numpy(), [0, -np.inf])


@pytest.mark.parametrize("name", ["norm", "gamma", "poisson"])
def test_parameters_of_no_distribution_give_nan(name):
    parameters = {"norm": (0.0, -1.0), "gamma": (-1.0,), "poisson": (-1.0,)}[name]
    method = "pmf" if name == "poisson" else "pdf"
    value = getattr(getattr(stats, name), method)(1.0, *[Tensor(p, requires_grad=True) for p in parameters])
    assert np.isnan(value.numpy())
    assert np.isnan(getattr(getattr(scipy.stats, name), method)(1.0, *parameters))


# Tails


@pytest.mark.parametrize("z", [-40.0, -12.0, 9.0, 40.0])
@pytest.mark.parametrize("method", ["logcdf", "logsf", "logpdf"])
def test_the_normal_distribution_far_out(method, z):
    mpmath.mp.dps = 60
    exact = {
        "logcdf": lambda z: mpmath.log(mpmath.ncdf(z)),
        "logsf": lambda z: mpmath.log(mpmath.ncdf(-z)),
        "logpdf": lambda z: mpmath.log(mpmath.npdf(z)),
    }[method]
    f = getattr(stats.norm, method)
    np.testing.assert_allclose(grad(f)(z), float(mpmath.diff(exact, z)), rtol=1e-12)
    np.testing.assert_allclose(grad(grad(f))(z), float(mpmath.diff(exact, z, 2)), rtol=1e-7)


@pytest.mark.parametrize(("a", "b", "x"), [(3.0, 9.0, 4.0), (-9.0, -3.0, -4.0), (-1.0, 30.0, 5.0), (8.0, np.inf, 8.5)])
def test_the_truncated_normal_distribution_far_out(a, b, x):
    mpmath.mp.dps = 40

    def exact(a, b):
        return mpmath.log(mpmath.npdf(x) / (mpmath.ncdf(b) - mpmath.ncdf(a)))

    found = grad(lambda a: stats.truncnorm.logpdf(x, a, b))(a)
    right = mpmath.diff(lambda a: exact(a, mpmath.inf if np.isinf(b) else b), a)
    np.testing.assert_allclose(found, float(right), rtol=1e-10)


def test_the_generalised_pareto_distribution_where_it_is_exponential():
    np.testing.assert_allclose(grad(lambda c: stats.genpareto.logpdf(2.0, c))(0.0), 2.0**2 / 2 - 2, rtol=1e-12)


# Draws


@pytest.mark.heavy
@pytest.mark.parametrize("distribution", [d for d in continuous.ALL if "cdf" in d.functions], ids=repr)
def test_draws_are_scipys_and_move_with_the_parameters(distribution):
    """A draw x has F(x; θ) = q with q held fixed: its derivative is that of the quantile at q."""
    shapes = SHAPES.get(distribution.name, ())
    parameters = (*shapes, LOC, SCALE)
    expected = distribution.original.rvs(*parameters, size=4, random_state=3)
    draws = distribution.rvs(*[Tensor(p, requires_grad=True) for p in parameters], size=4, random_state=3)
    np.testing.assert_allclose(draws.numpy(), expected, rtol=1e-12)
    levels = distribution.original.cdf(expected, *parameters)
    for i in range(len(parameters)):
        moved = jacobian(lambda *p: distribution.rvs(*p, size=4, random_state=3), i)(*parameters)
        step = 1e-5 * np.eye(len(parameters))[i]
        ahead, behind = (distribution.original.ppf(levels, *(parameters + s)) for s in (step, -step))
        np.testing.assert_allclose(moved, (ahead - behind) / 2e-5, rtol=2e-5, atol=1e-7)


# Several variables

S = np.array([[2.0, 0.5, 0.2], [0.5, 1.5, -0.3], [0.2, -0.3, 1.0]])
M = np.array([0.1, -0.4, 0.7])
X = np.array([[0.3, 0.2, -0.5], [1.0, -1.0, 2.0]])
ALPHA = np.array([1.5, 2.5, 0.8])
P = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])


@pytest.mark.parametrize(
    ("name", "method", "given", "free"),
    [
        ("multivariate_normal", "logpdf", (), (X, M, S)),
        ("multivariate_normal", "pdf", (), (X, M, S)),
        ("multivariate_normal", "logpdf", (), (X[0], M, np.array([1.0, 2.0, 3.0]))),
        ("multivariate_normal", "logpdf", (), (np.array([0.3, 1.0]), np.array(0.5), np.array(2.0))),
        ("multivariate_normal", "entropy", (), (M, S)),
        ("multivariate_t", "logpdf", (), (X, M, S, np.array(3.5))),
        ("multivariate_t", "pdf", (), (X, M, S, np.array(3.5))),
        ("dirichlet", "logpdf", (P.T,), (ALPHA,)),
        ("dirichlet", "pdf", (P[0],), (ALPHA,)),
        ("dirichlet", "mean", (), (ALPHA,)),
        ("dirichlet", "var", (), (ALPHA,)),
        ("dirichlet", "entropy", (), (ALPHA,)),
        ("wishart", "logpdf", (), (S, 4.5, S + np.eye(3))),
        ("wishart", "pdf", (), (np.stack([S, 2 * S], axis=-1), 4.5, S + np.eye(3))),
    ],
)
def test_several_variables(name, method, given, free):
    f = getattr(getattr(stats, name), method)
    original = getattr(getattr(scipy.stats, name), method)
    value = f(*given, *[Tensor(x, requires_grad=True) for x in free])
    np.testing.assert_allclose(value.numpy(), original(*given, *free), rtol=1e-11)
    assert value.shape == np.shape(original(*given, *free))
    symmetric = lambda x: (x + np.swapaxes(x, 0, 1)) / 2 if np.ndim(x) >= 2 and x.shape[0] == x.shape[1] else x
    gradcheck(lambda *free: f(*given, *map(symmetric, free)), *free)


def test_multinomial():
    p = P[0]
    x, n = np.array([[1, 2, 4], [0, 7, 0], [1, 1, 1]]), 7
    value = stats.multinomial.logpmf(x, n, Tensor(p, requires_grad=True))
    np.testing.assert_allclose(value.numpy(), scipy.stats.multinomial.logpmf(x, n, p), rtol=1e-12)
    gradcheck(lambda p: stats.multinomial.logpmf(x[:2], n, np.concatenate([p, [1 - np.sum(p)]])), p[:2])
    with pytest.raises(UnsupportedError, match="x and n are integers"):
        stats.multinomial.pmf(Tensor([1.0, 2.0, 4.0], requires_grad=True), n, p)


def test_a_singular_covariance_on_its_range():
    """N(0, σ² v vᵀ): on the line of v a normal distribution of one variable, of variance σ² |v|²."""
    v = np.array([3.0, 4.0])
    density = lambda s: stats.multivariate_normal.logpdf(2 * v, np.zeros(2), s**2 * np.outer(v, v), allow_singular=True)
    mpmath.mp.dps = 30
    line = lambda s: mpmath.log(mpmath.npdf(10, 0, 5 * s))
    assert float(density(Tensor(1.3, requires_grad=True)).numpy()) == pytest.approx(float(line(1.3)), rel=1e-12)
    assert grad(density)(1.3) == pytest.approx(float(mpmath.diff(line, 1.3)), rel=1e-10)
    off = stats.multivariate_normal.logpdf(
        Tensor([1.0, 0.0], requires_grad=True), np.zeros(2), np.outer(v, v), allow_singular=True
    )
    assert np.isneginf(off.numpy())
    with pytest.raises(np.linalg.LinAlgError, match=r"singular, of rank 1 and size 2; .* write allow_singular=True"):
        stats.multivariate_normal.logpdf(Tensor(v, requires_grad=True), np.zeros(2), np.outer(v, v))
    with pytest.raises(ValueError, match="positive semidefinite, got the eigenvalue -1"):
        stats.multivariate_normal.logpdf(Tensor(v, requires_grad=True), np.zeros(2), np.diag([1.0, -1.0]))


def test_draws_of_several_variables():
    cov = Tensor(S, requires_grad=True)
    draws = stats.multivariate_normal.rvs(M, cov, size=5, random_state=2)
    np.testing.assert_allclose(draws.numpy(), scipy.stats.multivariate_normal.rvs(M, S, size=5, random_state=2))
    moved = jacobian(lambda s: stats.multivariate_normal.rvs(M, s * S, size=5, random_state=2))(1.0)
    np.testing.assert_allclose(moved, (draws.numpy() - M) / 2, rtol=1e-9)  # x = M + √s L z
    draws = stats.dirichlet.rvs(Tensor(ALPHA, requires_grad=True), size=4, random_state=5)
    np.testing.assert_allclose(np.sum(draws.numpy(), axis=-1), 1)
    gradient = grad(lambda a: np.sum(stats.dirichlet.rvs(a, size=20000, random_state=5)[:, 0]) / 20000)(ALPHA)
    right = grad(lambda a: stats.dirichlet.mean(a)[0])(ALPHA)
    np.testing.assert_allclose(gradient, right, atol=0.01)


# Statistics, and what goes with them

DATA = np.random.default_rng(0).uniform(0.5, 3, (6, 2))


@pytest.mark.parametrize("bandwidth", [None, "silverman", 0.4])
def test_kernel_density(bandwidth):
    points, weights = np.array([0.7, 1.5, 2.9]), np.linspace(1, 2, 6)
    data = DATA[:, 0]
    for method in ("evaluate", "logpdf"):
        f = lambda points, data, weights, method=method: getattr(stats.gaussian_kde(data, bandwidth, weights), method)(points)
        expected = getattr(scipy.stats.gaussian_kde(data, bandwidth, weights), method)(points)
        np.testing.assert_allclose(f(Tensor(points, requires_grad=True), data, weights).numpy(), expected, rtol=1e-12)
        np.testing.assert_array_equal(f(points, data, weights), expected)
        gradcheck(f, points, data, weights)
    plane = lambda data, bandwidth: stats.gaussian_kde(data.T, bandwidth)(np.ones((2, 3)) * points)
    expected = scipy.stats.gaussian_kde(DATA.T, 0.4)(np.ones((2, 3)) * points)
    np.testing.assert_allclose(plane(Tensor(DATA, requires_grad=True), 0.4).numpy(), expected, rtol=1e-12)
    gradcheck(plane, DATA, 0.4)
    with pytest.raises(UnsupportedError, match="no derivative through a function as bw_method"):
        stats.gaussian_kde(Tensor(data, requires_grad=True), lambda kde: 0.4)


def test_frozen_distributions():
    frozen = stats.norm(Tensor(0.5, requires_grad=True), scale=2.0)
    np.testing.assert_allclose(frozen.logpdf(1.0).numpy(), scipy.stats.norm(0.5, 2.0).logpdf(1.0), rtol=1e-13)
    np.testing.assert_allclose(frozen.mean().numpy(), 0.5)
    assert frozen.rvs(size=3, random_state=0).shape == (3,)
    mvn = stats.multivariate_normal(M, Tensor(S, requires_grad=True))
    np.testing.assert_allclose(mvn.logpdf(X).numpy(), scipy.stats.multivariate_normal(M, S).logpdf(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: stats.norm.interval(0.9, t), r"^scipy\.stats\.norm\.interval: there is no derivative for this method; write"),
        (
            lambda t: stats.rayleigh.pdf(t),
            r"^scipy\.stats\.rayleigh\.pdf: there is no derivative for this distribution; write",
        ),
        (lambda t: stats.rayleigh(t), r"^scipy\.stats\.rayleigh: there is no derivative"),
        (lambda t: stats.poisson.pmf(t, 2.0), r"^scipy\.stats\.poisson\.pmf: k is an integer, by which there is no derivative"),
        (lambda t: stats.poisson.pmf(2, 2.0, t), r"^scipy\.stats\.poisson\.pmf: loc is an integer"),
        (lambda t: stats.vonmises.cdf(t, 2.0), r"^scipy\.stats\.vonmises\.cdf: there is no derivative for this method"),
        (
            lambda t: stats.multivariate_normal.cdf(t, 0.0),
            r"multivariate_normal\.cdf: .* are logpdf, pdf, entropy, rvs",
        ),
    ],
)
def test_refusals(call, words):
    with pytest.raises(UnsupportedError, match=words):
        call(Tensor(1.0, requires_grad=True))


def test_wrong_parameters():
    with pytest.raises(TypeError, match=r"scipy\.stats\.gamma\.pdf: missing a required argument: 'a'; it takes a, loc, scale"):
        stats.gamma.pdf(Tensor(1.0, requires_grad=True))
    with pytest.raises(AttributeError, match=r"scipy\.stats\.norm has no 'nothing'"):
        stats.norm.nothing  # noqa: B018
    with pytest.raises(ValueError, match=r"the matrix must have the shape \(3, 3\)"):
        stats.multivariate_normal.logpdf(Tensor(X, requires_grad=True), M, np.eye(2))


def test_methods_named_in_docstrings_exist():
    for distribution in (*continuous.ALL, *discrete.ALL):
        for method in distribution.methods:
            assert callable(getattr(distribution, method))
            assert hasattr(distribution.original, method)
        assert list(inspect.signature(distribution.original._parse_args).parameters)[: len(distribution.shapes)] == list(
            distribution.shapes
        )
