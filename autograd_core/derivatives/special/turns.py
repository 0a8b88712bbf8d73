"""sin πx and cos πx, from an x that is reduced before π is multiplied by: right next to their zeros."""

import math

import numpy as np

from autograd_core.derivatives.elementwise import REALS
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import primitive


def near(x):
    """(x less the nearest integer, -1 if that is odd and else 1)."""
    n = np.rint(np.real(x))
    return x - n, 1 - 2 * np.remainder(n, 2)


@primitive("sin πx | ḡ π cos πx", x=lambda g, x: times(g, math.pi * cospi(x)), domain=(REALS,))
def sinpi(x):
    rest, sign = near(x)
    return sign * np.sin(math.pi * rest)


@primitive("cos πx | -ḡ π sin πx", x=lambda g, x: times(g, -math.pi * sinpi(x)), domain=(REALS,))
def cospi(x):
    rest, sign = near(x)
    side = np.where(np.real(rest) < 0, -1, 1)  # the zeros are half a step away, on this side
    return np.where(np.abs(rest) < 0.25, sign * np.cos(math.pi * rest), sign * np.sin(math.pi * (0.5 - side * rest)))
