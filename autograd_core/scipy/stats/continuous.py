"""SciPy's continuous distributions of one variable, each by its log density and its cdf.

Formulas are those of SciPy's documentation of each. What is right at both ends comes from scipy.special: `xlogy` at 0, `log_ndtr`
in the tails, `gammaincc` and `betaincc` for what is left.
"""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.activations import softplus
from autograd_core.derivatives.special.entropy import log1p_ratio
from autograd_core.derivatives.special.student import student_log_density
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import primitive
from autograd_core.scipy.stats.density import Continuous
from autograd_core.scipy.stats.distribution import either_log

LOG_ROOT_2PI = math.log(2 * math.pi) / 2
ROOT_2, LOG_2, LOG_PI = math.sqrt(2), math.log(2), math.log(math.pi)
EULER = 0.577215664901532860606512090082402431
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
WEIGHTS = WEIGHTS / 2
CLOSE = 0.5  # half of an interval times its end, up to which the quadrature is exact
REALS, POSITIVE, UNIT = (-np.inf, np.inf), (0, np.inf), (0, 1)

norm = Continuous(
    "norm",
    support=REALS,
    log_density=lambda z: -z * z / 2 - LOG_ROOT_2PI,
    cdf=lambda z: sp.ndtr(z),
    sf=lambda z: sp.ndtr(-z),
    logcdf=lambda z: sp.log_ndtr(z),
    logsf=lambda z: sp.log_ndtr(-z),
    entropy=lambda: LOG_ROOT_2PI + 0.5,
    mean=lambda: 0.0,
    var=lambda: 1.0,
)
t = Continuous(
    "t",
    "df",
    support=REALS,
    log_density=lambda z, df: student_log_density(df, z),
    cdf=lambda z, df: sp.stdtr(df, z),
    sf=lambda z, df: sp.stdtr(df, -z),
    mean=lambda df: np.where(df > 1, 0.0 / df, np.inf),
    var=lambda df: np.where(df > 2, 1 / (1 - 2 / np.where(df > 2, df, 4.0)), np.where(df > 1, np.inf, np.nan)),
)
gamma = Continuous(
    "gamma",
    "a",
    support=POSITIVE,
    log_density=lambda z, a: sp.xlogy(a - 1, z) - z - sp.gammaln(a),
    cdf=lambda z, a: sp.gammainc(a, z),
    sf=lambda z, a: sp.gammaincc(a, z),
    entropy=lambda a: a + sp.gammaln(a) + (1 - a) * sp.psi(a),
    mean=lambda a: a,
    var=lambda a: a,
)
chi2 = Continuous(
    "chi2",
    "df",
    support=POSITIVE,
    log_density=lambda z, df: sp.xlogy(df / 2 - 1, z) - z / 2 - sp.gammaln(df / 2) - df * (LOG_2 / 2),
    cdf=lambda z, df: sp.gammainc(df / 2, z / 2),
    sf=lambda z, df: sp.gammaincc(df / 2, z / 2),
    entropy=lambda df: df / 2 + LOG_2 + sp.gammaln(df / 2) + (1 - df / 2) * sp.psi(df / 2),
    mean=lambda df: df,
    var=lambda df: 2 * df,
)
invgamma = Continuous(
    "invgamma",
    "a",
    support=POSITIVE,
    none_at_0=True,
    log_density=lambda z, a: -(a + 1) * np.log(z) - sp.gammaln(a) - 1 / z,
    cdf=lambda z, a: sp.gammaincc(a, 1 / z),
    sf=lambda z, a: sp.gammainc(a, 1 / z),
    entropy=lambda a: a + sp.gammaln(a) - (1 + a) * sp.psi(a),
)
beta = Continuous(
    "beta",
    "a b",
    support=UNIT,
    log_density=lambda z, a, b: sp.xlogy(a - 1, z) + sp.xlog1py(b - 1, -z) - sp.betaln(a, b),
    cdf=lambda z, a, b: sp.betainc(a, b, z),
    sf=lambda z, a, b: sp.betaincc(a, b, z),
    entropy=lambda a, b: sp.betaln(a, b) - (a - 1) * sp.psi(a) - (b - 1) * sp.psi(b) + (a + b - 2) * sp.psi(a + b),
    mean=lambda a, b: a / (a + b),
    var=lambda a, b: a * b / ((a + b) ** 2 * (a + b + 1)),
)
f = Continuous(
    "f",
    "dfn dfd",
    support=POSITIVE,
    log_density=lambda z, n, d: (
        (d * np.log(d) + n * np.log(n)) / 2 + sp.xlogy(n / 2 - 1, z) - (n + d) / 2 * np.log(d + n * z) - sp.betaln(n / 2, d / 2)
    ),
    cdf=lambda z, n, d: sp.betainc(n / 2, d / 2, n * z / (d + n * z)),
    sf=lambda z, n, d: sp.betainc(d / 2, n / 2, d / (d + n * z)),
)
expon = Continuous(
    "expon",
    support=POSITIVE,
    log_density=lambda z: -z,
    cdf=lambda z: -np.expm1(-z),
    sf=lambda z: np.exp(-z),
    logsf=lambda z: -z,
    entropy=lambda: 1.0,
    mean=lambda: 1.0,
    var=lambda: 1.0,
)
uniform = Continuous(
    "uniform",
    support=UNIT,
    log_density=lambda z: 0 * z,
    density=lambda z: 1 + 0 * z,
    cdf=lambda z: z,
    sf=lambda z: 1 - z,
    entropy=lambda: 0.0,
    mean=lambda: 0.5,
    var=lambda: 1 / 12,
)
lognorm = Continuous(
    "lognorm",
    "s",
    support=POSITIVE,
    none_at_0=True,
    log_density=lambda z, s: -((np.log(z) / s) ** 2) / 2 - np.log(s) - np.log(z) - LOG_ROOT_2PI,
    cdf=lambda z, s: sp.ndtr(np.log(z) / s),
    sf=lambda z, s: sp.ndtr(-np.log(z) / s),
    logcdf=lambda z, s: sp.log_ndtr(np.log(z) / s),
    logsf=lambda z, s: sp.log_ndtr(-np.log(z) / s),
    entropy=lambda s: 0.5 + LOG_ROOT_2PI + np.log(s),
    mean=lambda s: np.exp(s * s / 2),
    var=lambda s: np.expm1(s * s) * np.exp(s * s),
)
laplace = Continuous(
    "laplace",
    support=REALS,
    log_density=lambda z: -np.abs(z) - LOG_2,
    cdf=lambda z: half_exponential(z),
    sf=lambda z: half_exponential(-z),
    logcdf=lambda z: log_half_exponential(z),
    logsf=lambda z: log_half_exponential(-z),
    entropy=lambda: LOG_2 + 1,
    mean=lambda: 0.0,
    var=lambda: 2.0,
)
cauchy = Continuous(
    "cauchy",
    support=REALS,
    log_density=lambda z: -LOG_PI - 2 * np.log(np.hypot(1.0, z)),  # no square, which overflows
    cdf=lambda z: np.arctan2(1, -z) / math.pi,
    sf=lambda z: np.arctan2(1, z) / math.pi,
    entropy=lambda: math.log(4 * math.pi),
)
logistic = Continuous(
    "logistic",
    support=REALS,
    log_density=lambda z: -softplus(z) - softplus(-z),
    cdf=lambda z: sp.expit(z),
    sf=lambda z: sp.expit(-z),
    logcdf=lambda z: -softplus(-z),
    logsf=lambda z: -softplus(z),
    entropy=lambda: 2.0,
    mean=lambda: 0.0,
    var=lambda: math.pi**2 / 3,
)
gumbel_r = Continuous(
    "gumbel_r",
    support=REALS,
    log_density=lambda z: -z - np.exp(-z),
    cdf=lambda z: np.exp(-np.exp(-z)),
    sf=lambda z: -np.expm1(-np.exp(-z)),
    logcdf=lambda z: -np.exp(-z),
    entropy=lambda: EULER + 1,
    mean=lambda: EULER,
    var=lambda: math.pi**2 / 6,
)
gumbel_l = Continuous(
    "gumbel_l",
    support=REALS,
    log_density=lambda z: z - np.exp(z),
    cdf=lambda z: -np.expm1(-np.exp(z)),
    sf=lambda z: np.exp(-np.exp(z)),
    logsf=lambda z: -np.exp(z),
    entropy=lambda: EULER + 1,
    mean=lambda: -EULER,
    var=lambda: math.pi**2 / 6,
)
pareto = Continuous(
    "pareto",
    "b",
    support=(1, np.inf),
    log_density=lambda z, b: np.log(b) - (b + 1) * np.log(z),
    cdf=lambda z, b: -np.expm1(-b * np.log(z)),
    sf=lambda z, b: z**-b,
    logsf=lambda z, b: -b * np.log(z),
    entropy=lambda b: 1 + 1 / b - np.log(b),
)
weibull_min = Continuous(
    "weibull_min",
    "c",
    support=POSITIVE,
    log_density=lambda z, c: np.log(c) + sp.xlogy(c - 1, z) - z**c,
    cdf=lambda z, c: -np.expm1(-(z**c)),
    sf=lambda z, c: np.exp(-(z**c)),
    logsf=lambda z, c: -(z**c),
    entropy=lambda c: EULER * (1 - 1 / c) - np.log(c) + 1,
    mean=lambda c: sp.gamma(1 + 1 / c),
    var=lambda c: sp.gamma(1 + 2 / c) - sp.gamma(1 + 1 / c) ** 2,
)
halfnorm = Continuous(
    "halfnorm",
    support=POSITIVE,
    log_density=lambda z: LOG_2 - LOG_ROOT_2PI - z * z / 2,
    cdf=lambda z: sp.erf(z / ROOT_2),
    sf=lambda z: sp.erfc(z / ROOT_2),
    entropy=lambda: math.log(math.pi / 2) / 2 + 0.5,
    mean=lambda: math.sqrt(2 / math.pi),
    var=lambda: 1 - 2 / math.pi,
)
genpareto = Continuous(
    "genpareto",
    "c",
    support=(0, lambda c: last(c)),
    valid=lambda c: np.isfinite(c),
    log_density=lambda z, c: tail_log_density(z, c),
    cdf=lambda z, c: -np.expm1(-z * log1p_ratio(c * z, 0)),
    sf=lambda z, c: np.exp(-z * log1p_ratio(c * z, 0)),
    logsf=lambda z, c: -z * log1p_ratio(c * z, 0),
    entropy=lambda c: 1 + c,
)
truncnorm = Continuous(
    "truncnorm",
    "a b",
    support=(lambda a, b: a, lambda a, b: b),
    valid=lambda a, b: np.asarray(a) < b,
    log_density=lambda z, a, b: -z * z / 2 - LOG_ROOT_2PI - log_mass(a, b),
    cdf=lambda z, a, b: share(a, z, a, b),
    sf=lambda z, a, b: share(z, b, a, b),
    logcdf=lambda z, a, b: either_log(log_mass(a, z) - log_mass(a, b), share(z, b, a, b)),
    logsf=lambda z, a, b: either_log(log_mass(z, b) - log_mass(a, b), share(a, z, a, b)),
)

vonmises = Continuous(
    "vonmises",
    "kappa",
    support=REALS,
    valid=lambda kappa: np.asarray(kappa) >= 0,
    periodic=True,
    log_density=lambda z, kappa: kappa * sp.cosm1(z) - math.log(2 * math.pi) - np.log(sp.i0e(kappa)),
)


def half_exponential(z):
    """eᶻ / 2 below 0, 1 - e⁻ᶻ / 2 above. (Of |z| the slope at 0 would be 0.)"""
    above = z > 0
    tail = np.exp(np.where(above, -z, z)) / 2
    return np.where(above, 1 - tail, tail)


def log_half_exponential(z):
    above = z > 0
    return np.where(above, np.log1p(-np.exp(np.where(above, -z, 0.0)) / 2), np.where(above, 0.0, z) - LOG_2)


def tail_log_density(z, c):
    """-(1 + 1/c) log(1 + c z), -z for c = 0. (With c = -1 it is 0, and at its end z = 1 too.)"""
    far = np.abs(c) > 0.5
    some, few = np.where(far, c, 1.0), np.where(far, 0.0, c)
    return np.where(far, sp.xlog1py(-(1 + 1 / some), some * z), -(1 + few) * z * log1p_ratio(few * z, 0))


def last(c):
    """The largest z of a generalised Pareto distribution: -1 / c for negative c."""
    below = c < 0
    return np.where(below, -1 / np.where(below, c, 1.0), np.inf)


def over_mass(z, log):
    """φ(z) / mass, from its log: both may be too small for a number."""
    return np.where(np.isinf(z), 0.0, np.exp(-z * z / 2 - LOG_ROOT_2PI - log))


@primitive(
    "log(Φ(b) - Φ(a)) for a <= b | -ḡ φ(a) / (Φ(b) - Φ(a)) | ḡ φ(b) / (Φ(b) - Φ(a))",
    a=lambda g, out, a: times(-g, over_mass(a, out)),
    b=lambda g, out, b: times(g, over_mass(b, out)),
)
def log_mass(a, b):
    """Without cancellation: mirrored above 0, by what lies outside around it, by quadrature where a and b are close."""
    a, b = np.broadcast_arrays(a, b)
    low, high = np.where(a > 0, -b, a), np.where(a > 0, -a, b)
    with np.errstate(all="ignore"):
        tail = sp.log_ndtr(high)
        one_side = tail + np.log1p(-np.exp(np.minimum(sp.log_ndtr(low) - tail, 0.0)))
        around = np.log1p(-sp.ndtr(low) - sp.ndtr(-high))
        half = (high - low) / 2
        middle = low + half
        steps = half[..., None] * NODES
        near = np.log(2 * half) - middle * middle / 2 - LOG_ROOT_2PI
        near = near + np.log(np.exp(-steps * (middle[..., None] + steps / 2)) @ WEIGHTS)
    return np.where(half * np.maximum(np.abs(low), 1) < CLOSE, near, np.where(high > 0, around, one_side))[()]


@primitive(
    "(Φ(high) - Φ(low)) / (Φ(b) - Φ(a)) | -ḡ φ(low) / mass | ḡ φ(high) / mass | ḡ out φ(a) / mass | -ḡ out φ(b) / mass",
    low=lambda g, low, a, b: times(-g, over_mass(low, log_mass(a, b))),
    high=lambda g, high, a, b: times(g, over_mass(high, log_mass(a, b))),
    a=lambda g, out, a, b: times(g, out * over_mass(a, log_mass(a, b))),
    b=lambda g, out, a, b: times(-g, out * over_mass(b, log_mass(a, b))),
)
def share(low, high, a, b):
    """Of the mass between a and b, what is between low and high."""
    return np.exp(log_mass(low, high) - log_mass(a, b))


ALL = (
    norm, t, gamma, chi2, invgamma, beta, f, expon, uniform, lognorm, laplace, cauchy, logistic, gumbel_r, gumbel_l, pareto,
    weibull_min, halfnorm, genpareto, truncnorm, vonmises,
)  # fmt: skip
