"""Distribution functions and their inverses: each family by the partial derivatives of its F, by all arguments that have one.

    put("chdtri", "v p", F, solved="x", sign=-1)    x such that 1 - F(v, x) = p

An inverse has the derivatives of an implicit function, ∂x/∂v = -(∂F/∂v) / (∂F/∂x). Numbers of trials and events of which SciPy
takes the integer part (`bdtr`, `pdtr`, …) have no derivative; the inverses `bdtrik`, `pdtrik`, … go through F for real ones.
"""

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special import distribution_kernels
from autograd_core.derivatives.special.entropy import moment
from autograd_core.derivatives.special.error import ndtri_slope
from autograd_core.derivatives.special.incomplete import beta_density, gamma_density, log, log1p, lower_beta, lower_gamma, wide
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import over, times
from autograd_core.derivatives.table import derivative, primitive

UNIT, MIDDLE = (0, 1), (0.5, 3)


class Family:
    """F by its arguments: {argument: function of all of them -> ∂F/∂argument}, for those that have one."""

    def __init__(self, arguments, **partials):
        self.arguments, self.partials = arguments.split(), partials


def put(name, parameters, family, solved=None, sign=1):
    """Put a ufunc into the table: F, 1 - F (sign -1), or the inverse of one of these by the argument `solved`."""
    parameters = parameters.split()
    known = [argument for argument in parameters if argument in family.partials]
    formula = f"{'1 - ' if sign < 0 else ''}F({', '.join(family.arguments)})"
    minus = "-" if sign < 0 else ""
    if solved is None:
        rules = {by: (_direct(family.partials[by], sign), *family.arguments) for by in known}
        doc = " | ".join([formula, *[f"{minus}ḡ ∂F/∂{by}" for by in known]])
    else:
        names = ["out" if argument == solved else argument for argument in family.arguments]
        (given,) = [parameter for parameter in parameters if parameter not in family.arguments]
        rules = {by: (_implicit(family.partials[by], family.partials[solved]), *names) for by in known}
        rules[given] = (_inverse(family.partials[solved], sign), *names)
        rules = {parameter: rules[parameter] for parameter in parameters if parameter in rules}
        docs = {given: f"{minus}ḡ / ∂F/∂{solved}", **{by: f"-ḡ ∂F/∂{by} / ∂F/∂{solved}" for by in known}}
        doc = " | ".join([f"{solved}: {formula} = {given}", *[docs[by] for by in rules]])
    derivative(f"special.{name}", doc, parameters=" ".join(parameters), **rules)


def _direct(partial, sign):
    return wide(lambda g, *values: times(sign * g, partial(*values)))


def _implicit(partial, slope):
    return wide(lambda g, *values: -over(times(g, partial(*values)), slope(*values)))


def _inverse(slope, sign):
    return wide(lambda g, *values: over(sign * g, slope(*values)))


# Gamma, χ² and Poisson

GAMMA = Family(
    "a b x", a=lambda a, b, x: x * gamma_density(b, a * x), b=lambda a, b, x: lower_gamma(b, a * x, 1),
    x=lambda a, b, x: a * gamma_density(b, a * x),
)  # fmt: skip
put("gdtr", "a b x", GAMMA)
put("gdtrc", "a b x", GAMMA, sign=-1)
put("gdtria", "p b x", GAMMA, solved="a")
put("gdtrib", "a p x", GAMMA, solved="b")
put("gdtrix", "a b p", GAMMA, solved="x")

CHI_SQUARE = Family(
    "v x", v=lambda v, x: 0.5 * lower_gamma(0.5 * v, 0.5 * x, 1), x=lambda v, x: 0.5 * gamma_density(0.5 * v, 0.5 * x)
)
put("chdtr", "v x", CHI_SQUARE)
put("chdtrc", "v x", CHI_SQUARE, sign=-1)
put("chdtri", "v p", CHI_SQUARE, solved="x", sign=-1)
put("chdtriv", "p x", CHI_SQUARE, solved="v")

POISSON = Family("k m", m=lambda k, m: -gamma_density(np.trunc(k) + 1, m))
put("pdtr", "k m", POISSON)
put("pdtrc", "k m", POISSON, sign=-1)
put("pdtri", "k y", POISSON, solved="m")
REAL_POISSON = Family("k m", k=lambda k, m: -lower_gamma(k + 1, m, 1), m=lambda k, m: -gamma_density(k + 1, m))
put("pdtrik", "p m", REAL_POISSON, solved="k")

# Beta, F, Student's t, binomial and negative binomial

BETA = Family("a b x", a=lambda a, b, x: lower_beta(a, b, x, 1, 0), b=lambda a, b, x: lower_beta(a, b, x, 0, 1), x=beta_density)
put("btdtr", "a b x", BETA)
put("btdtri", "a b p", BETA, solved="x")
put("btdtria", "p b x", BETA, solved="a")
put("btdtrib", "a p x", BETA, solved="b")


def beta_split(a, b, x, y):
    """∂/∂a, ∂/∂b and ∂/∂x of I(a, b, x), given y = 1 - x too: it is 1 - I(b, a, y)."""
    left = x <= 0.5
    x, y = np.where(left, x, 0.25), np.where(left, 0.25, y)
    return (
        np.where(left, lower_beta(a, b, x, 1, 0), -lower_beta(b, a, y, 0, 1)),
        np.where(left, lower_beta(a, b, x, 0, 1), -lower_beta(b, a, y, 1, 0)),
        np.where(left, beta_density(a, b, x), beta_density(b, a, y)),
    )


def of_f(n, m, x):
    d = m + n * x
    return *beta_split(0.5 * n, 0.5 * m, n * x / d, m / d), d * d


def f_n(n, m, x):
    by_a, _, slope, square = of_f(n, m, x)
    return 0.5 * by_a + slope * (m * x) / square


def f_m(n, m, x):
    _, by_b, slope, square = of_f(n, m, x)
    return 0.5 * by_b - slope * (n * x) / square


def f_x(n, m, x):
    *_, slope, square = of_f(n, m, x)
    return slope * (n * m) / square


F = Family("dfn dfd x", dfn=f_n, dfd=f_m, x=f_x)
put("fdtr", "dfn dfd x", F)
put("fdtrc", "dfn dfd x", F, sign=-1)
put("fdtri", "dfn dfd p", F, solved="x")
put("fdtridfd", "dfn p x", F, solved="dfd")


# F = 1 - I(k + 1, n - k, p), which has the digits of a small p, of which 1 - p has none
BINOMIAL = Family("k n p", p=lambda k, n, p: -beta_density(np.floor(k) + 1, np.trunc(n) - np.floor(k), p))
put("bdtr", "k n p", BINOMIAL)
put("bdtrc", "k n p", BINOMIAL, sign=-1)
put("bdtri", "k n y", BINOMIAL, solved="p")
REAL_BINOMIAL = Family(
    "k n p", k=lambda k, n, p: lower_beta(k + 1, n - k, p, 0, 1) - lower_beta(k + 1, n - k, p, 1, 0),
    n=lambda k, n, p: -lower_beta(k + 1, n - k, p, 0, 1), p=lambda k, n, p: -beta_density(k + 1, n - k, p),
)  # fmt: skip
put("bdtrik", "y n p", REAL_BINOMIAL, solved="k")
put("bdtrin", "k y p", REAL_BINOMIAL, solved="n")

NEGATIVE_BINOMIAL = Family("k n p", p=lambda k, n, p: beta_density(np.trunc(n), np.trunc(k) + 1, p))
put("nbdtr", "k n p", NEGATIVE_BINOMIAL)
put("nbdtrc", "k n p", NEGATIVE_BINOMIAL, sign=-1)
put("nbdtri", "k n y", NEGATIVE_BINOMIAL, solved="p")
REAL_NEGATIVE_BINOMIAL = Family(
    "k n p", k=lambda k, n, p: lower_beta(n, k + 1, p, 0, 1), n=lambda k, n, p: lower_beta(n, k + 1, p, 1, 0),
    p=lambda k, n, p: beta_density(n, k + 1, p),
)  # fmt: skip
put("nbdtrik", "y n p", REAL_NEGATIVE_BINOMIAL, solved="k")
put("nbdtrin", "k y p", REAL_NEGATIVE_BINOMIAL, solved="n")

# Normal, by mean and deviation; Tukey's λ; Kolmogorov and Smirnov

derivative(
    "special.nrdtrimn", "x - σ Φ⁻¹(p) | -ḡ σ / φ | -ḡ Φ⁻¹(p) | ḡ", parameters="p std x",
    p=lambda g, p, std: -times(g, std * ndtri_slope(p)), std=lambda g, p: -times(g, sp.ndtri(p)),
    x=lambda g: +g, domain=(UNIT, MIDDLE, MIDDLE),
)  # fmt: skip
derivative(
    "special.nrdtrisd", "(x - μ) / Φ⁻¹(p) | -ḡ / Φ⁻¹(p) | -ḡ out / Φ⁻¹(p) / φ | ḡ / Φ⁻¹(p)", parameters="mn p x",
    mn=lambda g, p: -over(g, sp.ndtri(p)), p=lambda g, p, out: -over(times(g, out * ndtri_slope(p)), sp.ndtri(p)),
    x=lambda g, p: over(g, sp.ndtri(p)), domain=((0, 0.5), (0.6, 0.9), (1, 3)),
)  # fmt: skip


def tukey_x(x, lmbda, out):
    return 1 / (out ** (lmbda - 1) + (1 - out) ** (lmbda - 1))


def tukey_lmbda(x, lmbda, out):
    """The quantile function is the difference of the Box-Cox transforms of p and 1 - p."""
    p, q = log(out), log1p(-out)
    return (q * q * moment(lmbda * q, 1) - p * p * moment(lmbda * p, 1)) * tukey_x(x, lmbda, out)


derivative(
    "special.tklmbda", "p: (p^λ - (1 - p)^λ) / λ = x | ḡ / (p^(λ - 1) + (1 - p)^(λ - 1)) | -ḡ ∂x/∂λ / ∂x/∂p",
    parameters="x lmbda", x=lambda g, x, lmbda, out: times(g, tukey_x(x, lmbda, out)),
    lmbda=lambda g, x, lmbda, out: times(g, tukey_lmbda(x, lmbda, out)), domain=((-0.8, 0.8), (-0.5, 0.9)),
)  # fmt: skip


@primitive("the n-th derivative of K | ḡ K⁽ⁿ⁺¹⁾(y)", y=lambda g, y, n: times(g, kolmogorov(y, n + 1)))
@kernel
def kolmogorov(y, n):
    return distribution_kernels.kolmogorov(y, int(n[0]) if n.size else 1)


@primitive("the m-th derivative by d of Smirnov's | ḡ that for m + 1", d=lambda g, n, d, m: times(g, smirnov(n, d, m + 1)))
@kernel
def smirnov(n, d, m):
    return distribution_kernels.smirnov(n, d, int(m[0]) if m.size else 1)


KOLMOGOROV = Family("y", y=lambda y: kolmogorov(y, 1))
put("kolmogorov", "y", KOLMOGOROV)
put("kolmogi", "p", KOLMOGOROV, solved="y")
SMIRNOV = Family("n d", d=lambda n, d: smirnov(n, d, 1))
put("smirnov", "n d", SMIRNOV)
put("smirnovi", "n p", SMIRNOV, solved="d")

# χ² off centre

CHI_SQUARE_OFF = Family("x df nc", x=lambda x, df, nc: off_density(x, df, nc), nc=lambda x, df, nc: -off_density(x, df + 2, nc))


@primitive(
    "½ e^(-(x + λ)/2) (x/λ)^(ν/4 - 1/2) I_(ν/2 - 1)(√(λ x)) | ḡ (f(ν - 2) - f(ν)) / 2 | ḡ (f(ν + 2) - f(ν)) / 2",
    x=lambda g, x, df, nc: times(g, 0.5 * (off_density(x, df - 2, nc) - off_density(x, df, nc))),
    nc=lambda g, x, df, nc: times(g, 0.5 * (off_density(x, df + 2, nc) - off_density(x, df, nc))),
)
@kernel
def off_density(x, df, nc):
    """The density of χ² off centre."""
    order = 0.5 * df - 1
    bessel = sp.ive(order, np.sqrt(nc * x)) * (x / nc) ** (0.5 * order)
    central = np.exp(sp.xlogy(order, 0.5 * x) - 0.5 * x) * sp.rgamma(order + 1)
    return 0.5 * np.where(nc == 0, central, np.exp(-0.5 * (np.sqrt(x) - np.sqrt(nc)) ** 2) * bessel)


put("chndtr", "x df nc", CHI_SQUARE_OFF)
put("chndtrix", "p df nc", CHI_SQUARE_OFF, solved="x")
put("chndtrinc", "x df p", CHI_SQUARE_OFF, solved="nc")
