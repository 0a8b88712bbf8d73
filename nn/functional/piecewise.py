"""Activations made of pieces: straight lines, or a line and a curve. At a kink, the derivative is PyTorch's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from autograd_core import primitive

if TYPE_CHECKING:
    from typing import Any

    from nn.types import X

core: Any = autograd_core  # what holds for Tensors and arrays alike is more than its overloads can say


def hardtanh(input: X, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> X:
    """x, cut at min_val and max_val; the derivative at both is 0.

    >>> hardtanh(np.array([-2.0, 0.5, 2.0]))
    array([-1. ,  0.5,  1. ])
    """
    if not min_val < max_val:
        raise ValueError(f"hardtanh: min_val must be less than max_val, got {min_val} and {max_val}")
    x: Any = input
    out: Any = np.clip(x, min_val, max_val)
    return out


def relu6(input: X, inplace: bool = False) -> X:
    """x, cut at 0 and 6; the derivative at both is 0.

    >>> relu6(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """
    x: Any = input
    out: Any = np.clip(x, 0, 6)
    return out


def hardsigmoid(input: X, inplace: bool = False) -> X:
    """(x + 3) / 6, cut at 0 and 1: three lines near the sigmoid.

    >>> hardsigmoid(np.array([-4.0, 0.0, 4.0]))
    array([0. , 0.5, 1. ])
    """
    x: Any = input
    out: Any = np.clip(x + 3, 0, 6) / 6
    return out


def hardswish(input: X, inplace: bool = False) -> X:
    """x hardsigmoid(x) (Howard et al., 2019).

    >>> hardswish(np.array([-4.0, 1.5, 4.0]))
    array([-0.   ,  1.125,  4.   ])
    """
    x: Any = input
    out: Any = x * (np.clip(x + 3, 0, 6) / 6)
    return out


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946  # Klambauer et al., 2017


def selu(input: X, inplace: bool = False) -> X:
    """s elu(x, a), with the s and a for which mean 0 and variance 1 stay what they are (Klambauer et al., 2017).

    >>> selu(np.array([-2.0, 2.0])).round(4)
    array([-1.5202,  2.1014])
    """
    return core.elu(input, SELU_ALPHA) * SELU_SCALE


def celu(input: X, alpha: float = 1.0, inplace: bool = False) -> X:
    """x if x > 0, else alpha (e^(x / alpha) - 1): its derivative has no jump.

    >>> celu(np.array([-800.0, 2.0]), alpha=2.0)
    array([-2.,  2.])
    """
    if not alpha > 0:
        raise ValueError(f"celu: alpha must be greater than 0, got {alpha}")
    return core.elu(input) if alpha == 1 else core.elu(input / alpha) * alpha


def _softsign_slope(g: Any, x: Any) -> Any:
    share = 1 / (1 + np.abs(x))
    return g * share * share


# One entry: composed, its derivative would be a difference of two numbers that are nearly the same for large x.
@primitive("x / (1 + |x|) | ḡ / (1 + |x|)²", name="softsign", x=_softsign_slope)
def _softsign(x: Any) -> Any:
    return x / (1 + np.abs(x))


def softsign(input: X) -> X:
    """x / (1 + |x|).

    >>> softsign(np.array([-3.0, 0.0, 1.0]))
    array([-0.75,  0.  ,  0.5 ])
    """
    out: Any = _softsign(input)
    return out


LEVELS = range(21, 1, -2)  # of the continued fraction: enough for all digits of |x| < 1


@primitive("x - tanh x | ḡ tanh² x", name="tanhshrink", x=lambda g, x: g * np.square(np.tanh(x)))
def _tanhshrink(x: Any) -> Any:
    # tanh x = x / (1 + c) with Lambert's fraction c = x² / (3 + x² / (5 + …)), so x - tanh x = x c / (1 + c)
    small = np.abs(x) < 1
    square = np.where(small, x * x, 0)
    c = 0 * square
    for odd in LEVELS:
        c = square / (odd + c)
    return np.where(small, x * c / (1 + c), x - np.tanh(x))


def tanhshrink(input: X) -> X:
    """x - tanh x, to full relative precision: near 0 it is x³ / 3, of which the difference would keep no digit.

    >>> tanhshrink(np.array([1e-6, 1.0]))
    array([3.33333333e-19, 2.38405844e-01])
    """
    out: Any = _tanhshrink(input)
    return out


@primitive(
    "x - clip(x, -lambd, lambd) | ḡ where |x| > lambd",
    name="softshrink",
    x=lambda g, x, lambd: np.where(np.abs(x) > lambd, g, 0),
)
def _softshrink(x: Any, lambd: float) -> Any:
    return x - np.clip(x, -lambd, lambd)


def softshrink(input: X, lambd: float = 0.5) -> X:
    """x, nearer to 0 by lambd, and 0 if it is as near already; the derivative at ±lambd is 0.

    >>> softshrink(np.array([-2.0, 0.5, 1.0]))
    array([-1.5,  0. ,  0.5])
    """
    if not lambd >= 0:
        raise ValueError(f"softshrink: lambd must be at least 0, got {lambd}")
    out: Any = _softshrink(input, lambd)
    return out


def hardshrink(input: X, lambd: float = 0.5) -> X:
    """x, and 0 if |x| ≤ lambd; the derivative at ±lambd is 0.

    >>> hardshrink(np.array([-2.0, 0.5, 1.0]))
    array([-2.,  0.,  1.])
    """
    x: Any = input
    out: Any = np.where(np.abs(x) <= lambd, 0, x)  # this way round, a NaN stays one
    return out


def threshold(input: X, threshold: float, value: float, inplace: bool = False) -> X:
    """x if x > threshold, else value.

    >>> threshold(np.array([0.0, 1.0, 2.0]), 1.0, -1.0)
    array([-1., -1.,  2.])
    """
    x: Any = input
    out: Any = np.where(x <= threshold, float(value), x)
    return out
