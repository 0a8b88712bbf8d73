"""Softmax and its relatives, without overflow, along any axes; integers and bools count as float64.

Of complex numbers they are the analytic continuations; `logsumexp` is the principal value of the logarithm.

The parts of a gradient through a softmax add up to 0. As computed, that of an element with nearly all the probability is the
difference of numbers that nearly agree: the pullback of (1, 0) at (40, 0) would be (0, -4.2e-18). So what they do add up to
is given back, to each by its probability, which leaves (4.2e-18, -4.2e-18).
"""

import numpy as np

from autograd_core.derivatives.matrices import row_tops, row_totals
from autograd_core.derivatives.operands import floating
from autograd_core.derivatives.strong import finite, tamed, times
from autograd_core.derivatives.table import primitive
from autograd_core.errors import ShapeError


def balanced(parts, p, axis):
    """The parts of a gradient, of which rounding has changed the sum 0: what is left of it is given back, to each by p."""
    return parts - p * row_totals(parts, axis)


def exponentials(x, axis):
    """(x - max, its exponentials, max) along an axis, so that the greatest exponential is 1 and none overflows.

    Of complex numbers the maximum is that of the real parts. If it is infinite, x - max would be NaN. Then an infinite
    maximum takes all, and a slice of nothing but -inf is a sum of nothing: exponentials 0.
    """
    top = row_tops(np.real(x) if x.dtype.kind == "c" else x, axis)
    if finite(top):
        shifted = x - top
        return shifted, np.exp(shifted), top
    infinite = np.isinf(top)
    shifted = np.where(infinite, -np.inf, x - np.where(infinite, 0, top))
    shifted = np.where(infinite & (x == top) & (top > 0), 0, shifted)  # one after the other: two numbers alone would be float64
    return shifted, np.exp(shifted), top


def log_total(e, axis):
    """ln Σ e along an axis, for exponentials of which the greatest is 1; 0 for a sum of nothing.

    As ln(1 + rest), so that the digits of a small rest are kept: the log-softmax of (50, 0) is (-2e-22, -50).
    """
    if e.dtype.kind == "c":
        return np.log(np.add.reduce(e, axis=axis, keepdims=True))
    greatest = e == 1
    count = np.add.reduce(greatest, axis=axis, dtype=e.dtype, keepdims=True)
    rest = np.add.reduce(e - greatest, axis=axis, keepdims=True) + (count - 1)
    return np.log1p(np.maximum(rest, 0))  # -1 where there is nothing


def expanded(g, axis, keepdims):
    """The gradient of a reduction, with the axes of length one that `keepdims` would have kept."""
    return g if keepdims or axis is None else g[..., None] if axis == -1 else np.expand_dims(g, axis)


@primitive("ln Σ eᵃ | ḡ softmax a", a=lambda g, a, axis, keepdims: times(expanded(g, axis, keepdims), softmax(a, axis)))
def logsumexp(a, axis=None, keepdims=False):
    """ln Σ eᵃ along `axis` (an axis, several, or None for all), without overflow.

    A slice of nothing but -inf has the result -inf and the gradient 0.

    >>> logsumexp([[1000.0, 1000.0], [0.0, 0.0]], axis=1).round(3)
    array([1.000693e+03, 6.930000e-01])
    """
    a = floating(a)
    try:
        _, e, top = exponentials(a, axis)
    except ValueError as error:
        if "no identity" not in str(error):
            raise
        raise ShapeError(f"logsumexp: an array of shape {np.shape(a)} has nothing to sum along axis {axis}") from None
    out = top + log_total(e, axis)
    return out if keepdims else np.squeeze(out, axis)[()]


def softmax_x(g, out, axis):
    out = tamed(g, out)
    weighted = out * g
    return balanced(weighted - out * row_totals(weighted, axis), out, axis)


@primitive("eˣ / Σ eˣ | out (ḡ - Σ ḡ out)", x=softmax_x)
def softmax(x, axis=-1):
    """eˣ / Σ eˣ along `axis`, without overflow. Elements that are -inf get 0, even if all of them are.

    >>> softmax([1000.0, 1000.0, 0.0])
    array([0.5, 0.5, 0. ])
    """
    x = floating(x)
    if not x.size:
        return np.copy(x)
    e = exponentials(x, axis)[1]
    total = row_totals(e, axis)
    if e.dtype.kind == "c":
        return e / total
    return e / np.maximum(total, 1)  # it is at least 1, or 0 where the sum is one of nothing


def log_softmax_x(g, out, axis):
    total = row_totals(g, axis)
    p = tamed(total, np.exp(out))
    return balanced(g - p * total, p, axis)


@primitive("x - ln Σ eˣ | ḡ - softmax(x) Σ ḡ", x=log_softmax_x)
def log_softmax(x, axis=-1):
    """ln softmax(x) along `axis`, to full relative precision. Elements that are -inf stay so, even if all of them are.

    >>> log_softmax([0.0, 50.0])
    array([-5.00000000e+01, -1.92874985e-22])
    """
    x = floating(x)
    if not x.size:
        return np.copy(x)
    shifted, e, _ = exponentials(x, axis)
    return shifted - log_total(e, axis)
