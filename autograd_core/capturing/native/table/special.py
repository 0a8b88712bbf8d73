"""Functions of `scipy.special` that the machine's library has, or that are made of such. Loaded once SciPy's are.

They are computed in double precision, single ones too, as SciPy does it. `erf`, `erfc`, `gamma` and `gammaln` are nearer to the
true values than SciPy's: the tests hold them to 4 units in the last place.
"""

import math

import numpy as np
from scipy import special

from autograd_core.capturing.native.table.table import elementwise


def in_doubles(*ufuncs):
    """Register a function by elements, of doubles."""

    def register(write):
        @elementwise(*ufuncs)
        def written(c, *operands):
            return c.cast(write(c, *[c.cast(x, "f8") for x in operands]), operands[0].kind)

        return write

    return register


for _ufunc, _name in (
    (special.erf, "erf"), (special.erfc, "erfc"), (special.exp2, "exp2"), (special.cbrt, "cbrt"), (special.expm1, "expm1"),
    (special.log1p, "log1p"),
):  # fmt: skip
    in_doubles(_ufunc)(lambda c, x, name=_name: c.apply(name, x))


@in_doubles(special.gammaln)
def gammaln(c, x):
    return c.select(x.equals(-math.inf), -math.inf, c.apply("lgamma", x))


@in_doubles(special.gamma)
def gamma(c, x):
    return c.apply("tgamma", x)


@in_doubles(special.expit)
def expit(c, x):
    return 1 / (1 + c.apply("exp", -x))


@in_doubles(special.log_expit)
def log_expit(c, x):
    return c.select(x < 0, x - c.apply("log1p", c.apply("exp", x)), -c.apply("log1p", c.apply("exp", -x)))


def times_logarithm(c, x, y, name):
    return c.select(x.equals(0) & y.equals(y), 0.0, x * c.apply(name, y))


@in_doubles(special.xlogy)
def xlogy(c, x, y):
    return times_logarithm(c, x, y, "log")


@in_doubles(special.xlog1py)
def xlog1py(c, x, y):
    return times_logarithm(c, x, y, "log1p")


@in_doubles(special.entr)
def entr(c, x):
    found = c.select(x > 0, -x * c.apply("log", x), c.select(x.equals(0), 0.0, c.number(-math.inf, "f8")))
    return c.select(x.differs(x), x, found)


@in_doubles(special.rel_entr)
def rel_entr(c, x, y):
    """x log(x / y), by a difference where both are nearly equal, and where the quotient is no normal number."""
    ratio = x / y
    near = x * c.apply("log1p", (x - y) / y)
    found = c.select((ratio > 0.5) & (ratio < 2), near, x * c.apply("log", ratio))
    far = x * (c.apply("log", x) - c.apply("log", y))
    found = c.select((ratio > np.finfo(float).tiny) & (ratio < math.inf), found, far)
    found = c.select((x > 0) & (y > 0), found, c.select(x.equals(0) & (y >= 0), 0.0, c.number(math.inf, "f8")))
    return c.select(x.differs(x) | y.differs(y), c.number(math.nan, "f8"), found)


@in_doubles(special.kl_div)
def kl_div(c, x, y):
    found = x * c.apply("log", x / y) - x + y
    found = c.select((x > 0) & (y > 0), found, c.select(x.equals(0) & (y >= 0), y, c.number(math.inf, "f8")))
    return c.select(x.differs(x) | y.differs(y), c.number(math.nan, "f8"), found)
