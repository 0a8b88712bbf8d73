"""SciPy's distributions on the integers, with derivatives in their parameters."""

import numpy as np
from scipy import special as sp

from autograd_core.scipy.stats.distribution import positive
from autograd_core.scipy.stats.mass import Discrete

NATURAL = (0, np.inf)


def probability(p):
    return (np.asarray(p) >= 0) & (np.asarray(p) <= 1)


def log_choose(n, k):
    """log of n over k."""
    return -np.log(n + 1) - sp.betaln(n - k + 1, k + 1)


poisson = Discrete(
    "poisson",
    "mu",
    support=NATURAL,
    valid=lambda mu: np.asarray(mu) >= 0,
    log_mass=lambda k, mu: sp.xlogy(k, mu) - sp.gammaln(k + 1) - mu,
    cdf=lambda k, mu: sp.gammaincc(k + 1, mu),
    sf=lambda k, mu: sp.gammainc(k + 1, mu),
    mean=lambda mu: mu,
    var=lambda mu: mu,
)
bernoulli = Discrete(
    "bernoulli",
    "p",
    support=(0, 1),
    valid=probability,
    log_mass=lambda k, p: sp.xlogy(k, p) + sp.xlog1py(1 - k, -p),
    cdf=lambda k, p: 1 - p,
    sf=lambda k, p: p + 0 * k,
    mean=lambda p: p,
    var=lambda p: p * (1 - p),
)
binom = Discrete(
    "binom",
    "n p",
    support=(0, lambda n, p: n),
    valid=lambda n, p: (np.asarray(n) >= 0) & probability(p),
    log_mass=lambda k, n, p: log_choose(n, k) + sp.xlogy(k, p) + sp.xlog1py(n - k, -p),
    cdf=lambda k, n, p: sp.betaincc(k + 1, n - k, p),
    sf=lambda k, n, p: sp.betainc(k + 1, n - k, p),
    mean=lambda n, p: n * p,
    var=lambda n, p: n * p * (1 - p),
)
nbinom = Discrete(
    "nbinom",
    "n p",
    support=NATURAL,
    valid=lambda n, p: positive(n, p) & probability(p),
    log_mass=lambda k, n, p: -np.log(n + k) - sp.betaln(n, k + 1) + sp.xlogy(n, p) + sp.xlog1py(k, -p),
    cdf=lambda k, n, p: sp.betainc(n, k + 1, p),
    sf=lambda k, n, p: sp.betaincc(n, k + 1, p),
    mean=lambda n, p: n * (1 - p) / p,
    var=lambda n, p: n * (1 - p) / p**2,
)
betabinom = Discrete(
    "betabinom",
    "n a b",
    support=(0, lambda n, a, b: n),
    valid=lambda n, a, b: (np.asarray(n) >= 0) & positive(a, b),
    log_mass=lambda k, n, a, b: log_choose(n, k) + sp.betaln(k + a, n - k + b) - sp.betaln(a, b),
    mean=lambda n, a, b: n * a / (a + b),
    var=lambda n, a, b: n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1)),
)
geom = Discrete(
    "geom",
    "p",
    support=(1, np.inf),
    valid=lambda p: positive(p) & probability(p),
    log_mass=lambda k, p: sp.xlog1py(k - 1, -p) + np.log(p),
    cdf=lambda k, p: -np.expm1(sp.xlog1py(k, -p)),
    sf=lambda k, p: np.exp(sp.xlog1py(k, -p)),
    logsf=lambda k, p: sp.xlog1py(k, -p),
    mean=lambda p: 1 / p,
    var=lambda p: (1 - p) / p**2,
)
ALL = (poisson, bernoulli, binom, nbinom, betabinom, geom)
