"""SciPy's distributions of vectors and matrices: densities and draws, with derivatives in the variable and the parameters.

A covariance is symmetric, so its gradient is: that of the symmetric part of what is given.
"""

import functools
import math

import numpy as np
from scipy import special as sp
from scipy import stats

from autograd_core.derivatives.special.entropy import log1p_ratio
from autograd_core.derivatives.special.student import log_norm
from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import Variable, count_recorded, plain
from autograd_core.scipy.binding import has_tensor, stacked
from autograd_core.scipy.stats.continuous import gamma
from autograd_core.scipy.stats.distribution import Frozen

LOG_2PI = math.log(2 * math.pi)
TOLERANCE = 1e6 * np.finfo(float).eps  # of what SciPy takes for a singular covariance, relative to its largest eigenvalue


class Multivariate:
    """One of SciPy's distributions of several variables.

    methods   {name: function with SciPy's arguments}
    """

    def __init__(self, name, **methods):
        self.name, self.original, self.methods = name, getattr(stats, name), methods
        self.__doc__ = f"{name}: scipy.stats.{name}, for arrays and Tensors. With derivatives: {', '.join(methods)}."

    def __repr__(self):
        return f"<autograd_core.scipy.stats.{self.name}>"

    def __call__(self, *args, **kwds):
        """The distribution with these parameters: its methods take the variable alone."""
        if not has_tensor((*args, *kwds.values())):
            return self.original(*args, **kwds)
        return Frozen(self, args, kwds)

    def parameters(self, method, args, kwds):
        """SciPy checks parameters when a method is called."""

    def __getattr__(self, method):
        if method.startswith("_") or not hasattr(self.original, method):
            raise AttributeError(f"scipy.stats.{self.name} has no {method!r}")
        return functools.partial(self._run, method)

    def _run(self, method, *args, **kwds):
        original = getattr(self.original, method)
        if not has_tensor((*args, *kwds.values())):
            return original(*args, **kwds)
        if method in self.methods:
            args = [stacked(value) if isinstance(value, (list, tuple)) else value for value in args]
            kwds = {key: stacked(value) if isinstance(value, (list, tuple)) else value for key, value in kwds.items()}
            return self.methods[method](*args, **kwds)
        if count_recorded(args) + count_recorded(kwds.values()):
            raise UnsupportedError(
                f"scipy.stats.{self.name}.{method}: there is no derivative for this method; those with one are "
                f"{', '.join(self.methods)}"
            )
        return original(*map(plain, args), **{key: plain(value) for key, value in kwds.items()})


def array(value):
    return value if isinstance(value, Variable) else np.asarray(value)


def mT(x):
    return np.matrix_transpose(x)


# The normal distribution and Student's t


def mean_and_covariance(mean, cov, what):
    """(mean, covariance) as a vector and a matrix, from what SciPy takes: a number, a vector of variances, a matrix."""
    cov = array(1.0 if cov is None else cov)
    d = np.size(plain(mean)) if mean is not None else (cov.shape[-1] if cov.ndim else 1)
    mean = np.zeros(d) if mean is None else np.reshape(array(mean), (d,))
    if cov.ndim == 0:
        cov = cov * np.eye(d)
    elif cov.ndim == 1:
        cov = np.diag(cov)
    if cov.shape != (d, d):
        raise ValueError(f"scipy.stats.{what}: the matrix must have the shape {(d, d)}, that of the mean twice, got {cov.shape}")
    return mean, (cov + mT(cov)) / 2


def deviations(x, mean):
    """x - mean with the components in the last axis."""
    x, d = array(x), mean.shape[0]
    if x.ndim == 0:
        x = np.reshape(x, (1,))
    elif x.ndim == 1:
        x = x[:, None] if d == 1 else x
    return x - mean


def distance_and_log_volume(deviation, cov, allow_singular, what):
    """((dev)ᵀ cov⁺ dev, log of the product of cov's eigenvalues that are not 0, how many these are)."""
    values = np.linalg.eigvalsh(plain(cov))
    least = TOLERANCE * np.max(np.abs(values), initial=0.0)
    if values.min() < -least:
        raise ValueError(f"scipy.stats.{what}: the matrix must be positive semidefinite, got the eigenvalue {values.min():.3g}")
    rank = int(np.sum(values > least))
    if rank == len(values):
        inverse, log_volume = np.linalg.inv(cov), np.linalg.slogdet(cov)[1]
    elif allow_singular:
        inverse, log_volume = pseudo_inverse(cov, least), log_pseudo_determinant(cov, least)
    else:
        raise np.linalg.LinAlgError(
            f"scipy.stats.{what}: the matrix is singular, of rank {rank} and size {len(values)}; for the density on its range "
            "write allow_singular=True"
        )
    distance = np.sum((deviation @ inverse) * deviation, axis=-1)
    if rank < len(values):
        _, vectors = np.linalg.eigh(plain(cov))
        off = plain(deviation) @ vectors[:, : len(values) - rank]
        distance = np.where(np.linalg.norm(off, axis=-1) < 1000 * least, distance, np.inf)
    return distance, log_volume, rank


def pseudo_inverse(a, least):
    """The inverse on the range of a symmetric matrix. Its rank counts as constant: only such changes have a derivative."""
    return np.linalg.pinv(a, rcond=least / np.abs(np.linalg.eigvalsh(plain(a))).max(), hermitian=True)


@primitive("log of the product of the eigenvalues that are not 0 | ḡ a⁺", a=lambda g, a, least: g * pseudo_inverse(a, least))
def log_pseudo_determinant(a, least):
    values = np.linalg.eigvalsh(a)
    return np.sum(np.log(values[values > least]))


def normal_logpdf(x, mean=None, cov=1, allow_singular=False):
    mean, cov = mean_and_covariance(mean, cov, "multivariate_normal")
    distance, log_volume, rank = distance_and_log_volume(deviations(x, mean), cov, allow_singular, "multivariate_normal")
    return squeezed(-(rank * LOG_2PI + log_volume + distance) / 2)


def normal_entropy(mean=None, cov=1):
    _, cov = mean_and_covariance(mean, cov, "multivariate_normal")
    _, log_volume, rank = distance_and_log_volume(np.zeros(cov.shape[0]), cov, True, "multivariate_normal")
    return (rank * (LOG_2PI + 1) + log_volume) / 2


def rank_of(cov):
    values = np.linalg.eigvalsh(cov)
    return int(np.sum(values > TOLERANCE * np.max(np.abs(values), initial=0.0)))


def normal_rvs(mean=None, cov=1, size=1, random_state=None):
    """SciPy's draws x; written as mean + L z with the Cholesky factor L of cov, of which z is held fixed."""
    mean, cov = mean_and_covariance(mean, cov, "multivariate_normal")
    x = np.asarray(stats.multivariate_normal.rvs(plain(mean), plain(cov), size=size, random_state=random_state))
    count = int(np.prod(size))
    away = np.reshape(x, (count, mean.shape[0])) - plain(mean)
    if count_recorded([cov]):
        if (rank := rank_of(plain(cov))) < mean.shape[0]:
            raise UnsupportedError(
                f"scipy.stats.multivariate_normal.rvs: there is no derivative by a singular covariance, of rank {rank} and size "
                f"{mean.shape[0]}; write A @ z, with z of stats.norm.rvs and an A of that rank"
            )
        z = np.linalg.solve(np.linalg.cholesky(plain(cov)), away.T)
        away = mT(np.linalg.cholesky(cov) @ z)
    return np.reshape(mean + away, x.shape)


def squeezed(result):
    """Without axes of length 1, as SciPy returns it."""
    return np.squeeze(result)[()]


def t_logpdf(x, loc=None, shape=1, df=1, allow_singular=False):
    loc, shape = mean_and_covariance(loc, shape, "multivariate_t")
    distance, log_volume, _ = distance_and_log_volume(deviations(x, loc), shape, allow_singular, "multivariate_t")
    # log Γ((ν + p) / 2) - log Γ(ν / 2) - p/2 log ν in half steps: for a large ν the differences would have no digits
    p = loc.shape[0]
    steps = np.arange(p)
    constant = np.sum(log_norm(df + steps, 0)) + np.sum(np.log1p(steps / df)) / 2 - p / 2 * LOG_2PI - log_volume / 2
    far = np.isinf(plain(distance))
    near = np.where(far, 0.0, distance)
    bell = near / 2 * (1 + p / df) * log1p_ratio(near / df, 0)
    return squeezed(constant - np.where(far, distance, bell))


# Distributions of what sums to 1


def dirichlet_parts(x, alpha):
    """(x with its last component, alpha), the components in the first axis."""
    x, alpha = array(x), array(alpha)
    if alpha.ndim != 1 or np.min(plain(alpha)) <= 0:
        raise ValueError("scipy.stats.dirichlet: alpha must be a vector of positive numbers")
    if x.shape[0] == alpha.shape[0] - 1:
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    stats.dirichlet.logpdf(plain(x), plain(alpha))  # SciPy's checks of x
    return x, alpha


def log_beta(alpha):
    return np.sum(sp.gammaln(alpha)) - sp.gammaln(np.sum(alpha))


def dirichlet_logpdf(x, alpha):
    x, alpha = dirichlet_parts(x, alpha)
    powers = np.reshape(alpha - 1, (-1,) + (1,) * (x.ndim - 1))
    return np.sum(sp.xlogy(powers, x), axis=0) - log_beta(alpha)


def dirichlet_mean(alpha):
    alpha = array(alpha)
    return alpha / np.sum(alpha)


def dirichlet_var(alpha):
    alpha = array(alpha)
    total = np.sum(alpha)
    return alpha * (total - alpha) / (total * total * (total + 1))


def dirichlet_entropy(alpha):
    alpha = array(alpha)
    total = np.sum(alpha)
    return log_beta(alpha) + (total - alpha.shape[-1]) * sp.psi(total) - np.sum((alpha - 1) * sp.psi(alpha))


def dirichlet_rvs(alpha, size=1, random_state=None):
    """Normalised draws from gamma distributions, whose derivatives are implicit."""
    alpha = array(alpha)
    shape = (size,) if isinstance(size, (int, np.integer)) else tuple(size)
    draws = gamma.rvs(alpha, size=(*shape, alpha.shape[-1]), random_state=random_state)
    return draws / np.sum(draws, axis=-1, keepdims=True)


def multinomial_logpmf(x, n, p):
    """As in SciPy, the last probability is what the others leave."""
    if count_recorded([x, n]):
        raise UnsupportedError("scipy.stats.multinomial: x and n are integers, by which there is no derivative; write x.detach()")
    x, n, p = np.asarray(plain(x), float), np.asarray(plain(n), float), array(p)
    of_scipy = stats.multinomial.logpmf(x, n, plain(p))  # which warns if p does not sum to 1
    p = np.concatenate([p[..., :-1], 1 - np.sum(p[..., :-1], axis=-1, keepdims=True)], axis=-1)
    mass = sp.gammaln(n + 1) + np.sum(sp.xlogy(x, p) - sp.gammaln(x + 1), axis=-1)
    known = np.isfinite(of_scipy)
    return mass if known.all() else np.where(known, mass, of_scipy)


# Matrices


def wishart_logpdf(x, df, scale):
    """x of shape (p, p), or (p, p, n) for n matrices, as SciPy has it."""
    x, scale = array(x), array(scale)
    if scale.ndim < 2:
        scale = np.reshape(scale, (1, 1)) if scale.ndim == 0 else np.diag(scale)
    if x.ndim < 2:
        x = x * np.eye(scale.shape[0]) if x.ndim == 0 else np.reshape(x, (1, 1, -1))
    stats.wishart.logpdf(plain(x), np.asarray(plain(df))[()], plain(scale))  # SciPy's checks
    x = np.moveaxis(x, -1, 0) if x.ndim == 3 else x
    x, scale = (x + mT(x)) / 2, (scale + mT(scale)) / 2
    p = scale.shape[0]
    trace = np.einsum("ij,...ji->...", np.linalg.inv(scale), x)
    log_gamma = p * (p - 1) / 4 * math.log(math.pi) + np.sum(sp.gammaln(df / 2 - np.arange(p) / 2))
    log_det = np.linalg.slogdet(x)[1] * (df - p - 1) / 2 - np.linalg.slogdet(scale)[1] * df / 2
    return log_det - trace / 2 - df * p / 2 * math.log(2) - log_gamma


def exponential(log):
    @functools.wraps(log)
    def of(*args, **kwds):
        return np.exp(log(*args, **kwds))

    return of


multivariate_normal = Multivariate(
    "multivariate_normal", logpdf=normal_logpdf, pdf=exponential(normal_logpdf), entropy=normal_entropy, rvs=normal_rvs
)
multivariate_t = Multivariate("multivariate_t", logpdf=t_logpdf, pdf=exponential(t_logpdf))
dirichlet = Multivariate(
    "dirichlet",
    logpdf=dirichlet_logpdf,
    pdf=exponential(dirichlet_logpdf),
    mean=dirichlet_mean,
    var=dirichlet_var,
    entropy=dirichlet_entropy,
    rvs=dirichlet_rvs,
)
multinomial = Multivariate("multinomial", logpmf=multinomial_logpmf, pmf=exponential(multinomial_logpmf))
wishart = Multivariate("wishart", logpdf=wishart_logpdf, pdf=exponential(wishart_logpdf))
ALL = (multivariate_normal, multivariate_t, dirichlet, multinomial, wishart)
