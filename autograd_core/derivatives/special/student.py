"""Student's t distribution in its degrees of freedom, up to infinitely many, where it is the normal one."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special import distribution_kernels
from autograd_core.derivatives.special.distributions import Family, put
from autograd_core.derivatives.special.entropy import log1p_ratio
from autograd_core.derivatives.special.incomplete import beta_density, log, log1p, lower_beta
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import primitive

LOG_ROOT_2PI = math.log(2 * math.pi) / 2
# log Γ(a + 1/2) - log Γ(a) - log(a) / 2 = Σ cₖ / a²ᵏ⁻¹ with cₖ = -(1 - 4⁻ᵏ) B₂ₖ / (k (2 k - 1)), from DLMF 5.11.8
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]
RATIO = [-(1 - 4.0**-k) * b / (k * (2 * k - 1)) for k, b in enumerate(BERNOULLI, 1)]


@primitive(
    "∂ⁿ(log Γ((ν + 1) / 2) - log Γ(ν / 2) - log(ν / 2) / 2)/∂νⁿ | ḡ that for n + 1",
    df=lambda g, df, n: times(g, log_norm(df, n + 1)),
)
@kernel
def log_norm(df, n):
    """0 at ∞. The differences have no digits where ν is large."""
    n = int(n[0]) if n.size else 0
    far = df > 20
    few, many = np.where(far, 20.0, df), np.where(far, df, 20.0)
    if n:
        near = (sp.polygamma(n - 1, (few + 1) / 2) - sp.polygamma(n - 1, few / 2)) / 2**n
        near = near + (-1) ** n * math.factorial(n - 1) / (2 * few**n)
    else:
        near = sp.gammaln((few + 1) / 2) - sp.gammaln(few / 2) - np.log(few / 2) / 2
    series = 0
    for k in range(len(RATIO), 0, -1):
        power = 2 * k - 1
        series = series / many**2 + RATIO[k - 1] * 2**power * math.perm(power + n - 1, n)
    return np.where(far, (-1) ** n * series / many ** (n + 1), near)


def by_df(g, df, t):
    """y² of the slope of log(1 + y) / y has its digits for small y = t² / ν; for small ν y / ν has more of them."""
    y = t * t / df
    if isinstance(df, float) and df <= 20:
        part = y / (1 + y)
        return times(g, 0.5 * (np.log1p(y) - (1 + 1 / df) * part))
    return times(g, -0.5 * (y * y * log1p_ratio(y, 1) + y / (df * (1 + y))))


def by_t(g, df, t):
    near = np.where(np.isinf(t), 0.0, t)  # where the slope is 0 as well
    return times(g, (1 + 1 / df) * near / (1 + near * near / df))


@primitive(
    "(ν + 1) / 2 log(1 + t² / ν) | ḡ (log(1 + y) - y / (1 + y) - y / (ν (1 + y))) / 2, y = t² / ν | ḡ (1 + 1 / ν) t / (1 + y)",
    df=by_df, t=by_t,
)  # fmt: skip
@kernel
def log_bell(df, t):
    return np.where(np.isinf(df), t * t / 2, (df + 1) / 2 * np.log1p(t * t / df))


def student_log_density(df, t):
    """log Γ((ν + 1) / 2) - log Γ(ν / 2) - log(π ν) / 2 - (ν + 1) / 2 log(1 + t² / ν)."""
    return log_norm(df, 0) - LOG_ROOT_2PI - log_bell(df, t)


def student_density(df, t):
    return np.exp(student_log_density(df, t))


def student_df(df, t):
    """∂F/∂ν, with F = 1/2 + sign(t) I(1/2, ν/2, t² / (ν + t²)) / 2. (The slope of that by ν at fixed a and b is -f t / ν.)"""
    finite = np.isfinite(df)
    few = np.where(finite, df, 1.0)
    return np.where(finite, 0.25 * student_part(few, t) - student_density(few, t) * t / (2 * few), 0.0)


@primitive(
    "sign t ∂I(1/2, b, t² / (ν + t²))/∂b for b = ν/2 | ḡ its own | ḡ by (∂f/∂ν + ∂(f t / 2ν)/∂t) 4",
    df=lambda g, df, t: times(g, student_part_df(df, t)),
    t=lambda g, df, t: times(g, student_part_t(df, t)),
)
@kernel
def student_part(df, t):
    return distribution_kernels.student_part(df, t)


def student_part_df(df, t):
    """At t = 0 it is 0, and flat."""
    still = t == 0
    s, d = np.where(still, 1, t), df + t * t
    square = s * s
    x, y = square / (df + square), df / (df + square)
    left = x <= 0.5
    u, v = np.where(left, x, 0.25), np.where(left, 0.25, y)
    b = 0.5 * df
    twice = np.where(left, lower_beta(0.5, b, u, 0, 2), -lower_beta(b, 0.5, v, 2, 0))
    mixed = np.where(left, beta_slope(0.5, b, u), beta_slope_first(b, 0.5, v))
    return np.where(still, 0, np.sign(t) * (0.5 * twice - mixed * square / (d * d)))


def beta_slope(a, b, x):
    """∂/∂b of the density."""
    return beta_density(a, b, x) * (log1p(-x) - sp.psi(b) + sp.psi(a + b))


def beta_slope_first(a, b, x):
    """∂/∂a of the density."""
    return beta_density(a, b, x) * (log(x) - sp.psi(a) + sp.psi(a + b))


def student_part_t(df, t):
    """4 (∂f/∂ν + ∂(f t / 2ν)/∂t), since ∂²F/∂ν∂t = ∂f/∂ν."""
    square = t * t
    by_df = 0.5 * (sp.psi(0.5 * (df + 1)) - sp.psi(0.5 * df) - 1 / df - np.log1p(square / df))
    by_df = by_df + 0.5 * (df + 1) * square / (df * (df + square))
    by_t = (1 - (df + 1) * square / (df + square)) / (2 * df)
    return 4 * student_density(df, t) * (by_df + by_t)


STUDENT = Family("df t", df=student_df, t=student_density)
put("stdtr", "df t", STUDENT)
put("stdtrit", "df p", STUDENT, solved="t")
put("stdtridf", "p t", STUDENT, solved="df")
