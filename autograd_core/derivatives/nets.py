"""Functions of neural nets: activations, softmax and the linear layer.

They are entries of their own where a composition of NumPy's functions would overflow, lose digits or take longer;
`silu` and `gelu` are compositions, since nothing is gained by more.
"""

import math

import numpy as np

from autograd_core.derivatives.choosing import either
from autograd_core.derivatives.matrices import pulled_left, pulled_right, summed, times
from autograd_core.derivatives.operands import array
from autograd_core.derivatives.strong import finite
from autograd_core.derivatives.table import primitive
from autograd_core.errors import ShapeError

REALS = ((-np.inf, np.inf),)


# Activations


def ceiling(x):
    """Where eˣ stops to matter beside 1, and is still finite: in float16, and in all longer floats."""
    return 11 if x.dtype.char == "e" else 80


@primitive("1 / (1 + e⁻ˣ) | ḡ out (1 - out)", x=lambda g, out: g * (out * (1 - out)), domain=REALS)
def sigmoid(x):
    """1 / (1 + e⁻ˣ), to full relative precision for every x.

    Computed as eˣ / (1 + eˣ), which keeps all digits where it is small (½ tanh(x/2) + ½ has none left at x = -40).
    Beyond the ceiling it is 1 to the last bit, so cutting x there changes nothing, and eˣ can't overflow. Four calls of
    NumPy; the usual two branches with e⁻|ˣ| take seven.

    >>> sigmoid([-800.0, 0.0, 800.0])
    array([0. , 0.5, 1. ])
    """
    x = array(x)
    e = np.exp(np.minimum(x, ceiling(x)))
    return e / (1 + e)


@primitive("ln(1 + eˣ) | ḡ sigmoid x", x=lambda g, x: g * sigmoid(x), domain=REALS)
def softplus(x):
    """ln(1 + eˣ), to full relative precision for every x.

    It is greater than x by less than a rounding error beyond the ceiling, hence the maximum. `np.logaddexp(x, 0)` is the
    same in one call, but not vectorized: 245 µs against 35 for 8192 elements.

    >>> softplus([-40.0, 0.0, 80.0])
    array([4.24835426e-18, 6.93147181e-01, 8.00000000e+01])
    """
    x = array(x)
    return np.maximum(x, np.log1p(np.exp(np.minimum(x, ceiling(x)))))


def relu_x(g, out):
    if isinstance(out, float):
        return g if out > 0 else g * 0.0
    return g * (out > 0)


@primitive("max(x, 0) | ḡ where x > 0", x=relu_x, domain=REALS, kinks=(0,))
def relu(x):
    """max(x, 0); the derivative at 0 is 0.

    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    if isinstance(x, float):  # `np.maximum` of numbers takes 0.9 µs, this 0.1
        return type(x)(0) if x <= 0 else x
    return np.maximum(x, 0)


@primitive(
    "x where x > 0, else negative_slope x | ḡ, or ḡ negative_slope",
    x=lambda g, x, negative_slope: either(x > 0, g, g * negative_slope),
    domain=REALS,
    kinks=(0,),
)
def leaky_relu(x, negative_slope=0.01):
    """x where x > 0, else negative_slope * x; the derivative at 0 is negative_slope.

    >>> leaky_relu([-1.0, 0.0, 2.0], negative_slope=0.1)
    array([-0.1,  0. ,  2. ])
    """
    x = array(x)
    return either(x > 0, x, x * negative_slope)


@primitive(
    "x where x > 0, else alpha (eˣ - 1) | ḡ, or ḡ alpha eˣ",
    x=lambda g, x, alpha: either(x > 0, g, g * (alpha * np.exp(np.minimum(x, 0)))),
    domain=REALS,
    kinks=(0,),
)
def elu(x, alpha=1.0):
    """x where x > 0, else alpha * (eˣ - 1); the derivative at 0 is alpha.

    With the exponent cut at 0: `np.where` computes both sides, and eˣ would overflow where it is not wanted.

    >>> elu([-800.0, 0.0, 2.0])
    array([-1.,  0.,  2.])
    """
    x = array(x)
    return either(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def silu(x):
    """x sigmoid(x), also known as swish.

    >>> silu([-2.0, 0.0, 2.0]).round(3)
    array([-0.238,  0.   ,  1.762])
    """
    return np.multiply(x, sigmoid(x))


def gelu(x, approximate="none"):
    """x Φ(x), with the distribution function Φ of the normal distribution.

    approximate   "none" for Φ to 15 digits, "tanh" for ½ (1 + tanh(√(2/π) (x + 0.044715 x³))), off by up to 5e-4

    >>> gelu([-2.0, 0.0, 2.0]).round(3)
    array([-0.046,  0.   ,  1.954])
    """
    if approximate == "none":
        return np.multiply(x, normal_cdf(x))
    if approximate == "tanh":  # ½ (1 + tanh y) = sigmoid 2y, which keeps its digits far to the left
        return np.multiply(x, sigmoid(math.sqrt(8 / math.pi) * np.multiply(x, 1 + 0.044715 * np.square(x))))
    raise ValueError(f"gelu: approximate must be 'none' or 'tanh', got {approximate!r}")


# e^(z²) erfc(z) (1 + 2z) for z ≥ 0 is smooth up to infinity, and a polynomial in (z - 3.75) / (z + 3.75), from -1 to 1:
# Chebyshev interpolation of degree 22, made with 50 digits, here as coefficients of the powers. (The substitution is that
# of M. Shepherd and J. Laframboise, Math. Comp. 36, 1981.) NumPy has no erf; `math.erf` one by one takes five times longer.
ERFC = (
    1.2375126308378275, -0.14024059858554522, 0.0035854154854663067, 0.08227673848999159,
    -0.10880393014193915, 0.09230432116435616, -0.058693398584491845, 0.028362277371370044,
    -0.00974657962081509, 0.0017556261692276722, 0.00029371408777227685, -0.0002901553656394713,
    5.164737123871838e-05, 2.238759272534769e-05, -1.143961526007595e-05, -9.79297529099823e-07,
    1.7438577411359181e-06, -5.0816911811698186e-08, -2.4996538037405243e-07, 1.8778501156468795e-08,
    3.256499083798513e-08, -1.952790162974837e-09, -2.7293941332533855e-09,
)  # fmt: skip


@primitive(
    "Φ(x) | ḡ e^(-x²/2) / √(2π)", x=lambda g, x: g * (np.exp(-0.5 * np.square(x)) * (1 / math.sqrt(2 * math.pi))), domain=REALS
)
def normal_cdf(x):
    """Φ(x) = ½ erfc(-x/√2): the probability of a normally distributed number to be less than x.

    The error is less than 1e-15, and far to the left, where Φ is small, less than 1e-12 of it.

    >>> normal_cdf([-1.0, 0.0, 1.0]).round(3)
    array([0.159, 0.5  , 0.841])
    """
    z = np.minimum(np.abs(x) * math.sqrt(0.5), 200)  # from there on e^(-z²) is 0, and s of infinity would be NaN
    s = (z - 3.75) / (z + 3.75)
    p = s * ERFC[-1]
    for c in ERFC[-2:0:-1]:
        p += c
        p *= s
    tail = 0.5 * np.exp(-z * z) * (p + ERFC[0]) / (1 + 2 * z)
    return np.where(np.greater(x, 0), 1 - tail, tail)


# Softmax


def exponentials(x, axis):
    """(x - max, its exponentials, max) along an axis, so that the greatest exponential is 1 and none overflows.

    Where the maximum is infinite, x - max would be NaN. There an infinite maximum takes all, and a slice of nothing but
    -inf is a sum of nothing: exponentials 0.
    """
    top = np.maximum.reduce(x, axis=axis, keepdims=True)
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
    greatest = e == 1
    count = np.add.reduce(greatest, axis=axis, dtype=e.dtype, keepdims=True)
    rest = np.add.reduce(e - greatest, axis=axis, keepdims=True) + (count - 1)
    return np.log1p(np.maximum(rest, 0))  # -1 where there is nothing


def expanded(g, axis, keepdims):
    """The gradient of a reduction, with the axes of length one that `keepdims` would have kept."""
    return g if keepdims or axis is None else g[..., None] if axis == -1 else np.expand_dims(g, axis)


@primitive("ln Σ eᵃ | ḡ softmax a", a=lambda g, a, axis, keepdims: expanded(g, axis, keepdims) * softmax(a, axis))
def logsumexp(a, axis=None, keepdims=False):
    """ln Σ eᵃ along `axis` (an axis, several, or None for all), without overflow.

    A slice of nothing but -inf has the result -inf and the gradient 0.

    >>> logsumexp([[1000.0, 1000.0], [0.0, 0.0]], axis=1).round(3)
    array([1.000693e+03, 6.930000e-01])
    """
    a = array(a)
    try:
        _, e, top = exponentials(a, axis)
    except ValueError as error:
        if "no identity" not in str(error):
            raise
        raise ShapeError(f"logsumexp: an array of shape {np.shape(a)} has nothing to sum along axis {axis}") from None
    out = top + log_total(e, axis)
    return out if keepdims else np.squeeze(out, axis)[()]


@primitive("eˣ / Σ eˣ | out (ḡ - Σ ḡ out)", x=lambda g, out, axis: out * (g - np.add.reduce(g * out, axis=axis, keepdims=True)))
def softmax(x, axis=-1):
    """eˣ / Σ eˣ along `axis`, without overflow. Elements that are -inf get 0, also where all of them are.

    >>> softmax([1000.0, 1000.0, 0.0])
    array([0.5, 0.5, 0. ])
    """
    x = array(x)
    if not x.size:
        return np.copy(x)
    e = exponentials(x, axis)[1]
    total = np.add.reduce(e, axis=axis, keepdims=True)
    return e / np.maximum(total, 1)  # it is at least 1, or 0 where the sum is one of nothing


@primitive(
    "x - ln Σ eˣ | ḡ - softmax(x) Σ ḡ", x=lambda g, out, axis: g - np.exp(out) * np.add.reduce(g, axis=axis, keepdims=True)
)
def log_softmax(x, axis=-1):
    """ln softmax(x) along `axis`, to full relative precision. Elements that are -inf stay so, also where all of them are.

    >>> log_softmax([0.0, 50.0])
    array([-5.00000000e+01, -1.92874985e-22])
    """
    x = array(x)
    if not x.size:
        return np.copy(x)
    shifted, e, _ = exponentials(x, axis)
    return shifted - log_total(e, axis)


# The linear layer


def linear_x(g, weight):
    return (
        pulled_left(g, weight) if g.ndim < 3 else np.reshape(pulled_left(as_matrix(g), weight), (*g.shape[:-1], weight.shape[1]))
    )


def linear_weight(g, x, weight_strides):
    """ḡᵀ x, in the order in which the weight is in memory: an update would take several times as long otherwise."""
    g, x = as_matrix(g), as_matrix(x)
    if weight_strides and weight_strides[0] < weight_strides[1]:
        return turned(pulled_right(turned(x), g))
    return pulled_left(turned(g), x)


def linear_bias(g):
    """The sum over the batch: the backward pass would make it too, but has to find out first that it must, in 1 µs more."""
    return summed(as_matrix(g))


def turned(x):
    return x.T if type(x) is np.ndarray else np.transpose(x)


def as_matrix(x):
    """An array of any number of axes as a matrix, by its last one."""
    return x if x.ndim == 2 else np.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


@primitive("x weightᵀ + bias | ḡ weight | ḡᵀ x | Σ ḡ", x=linear_x, weight=linear_weight, bias=linear_bias)
def linear(x, weight, bias=None):
    """x weightᵀ + bias: (…, inputs), (outputs, inputs), (outputs,) -> (…, outputs).

    One entry, since composed of three it takes 2 µs more each way, and the weights' gradient of a batch of one 5 times
    as long. Raises ShapeError for shapes other than these.

    >>> import numpy as np
    >>> linear(np.ones((2, 3)), np.array([[1.0, 2.0, 3.0]]), np.array([0.5]))
    array([[6.5],
           [6.5]])
    """
    if weight.ndim != 2 or x.shape[-1:] != weight.shape[1:] or (bias is not None and bias.shape != weight.shape[:1]):
        _refuse_linear(x.shape, weight.shape, bias)
    out = times(x, weight.T) if x.ndim < 3 else np.reshape(times(as_matrix(x), weight.T), (*x.shape[:-1], weight.shape[0]))
    if bias is None:
        return out
    if type(out) is np.ndarray and out.dtype == bias.dtype:
        out += bias
        return out
    return out + bias


def _refuse_linear(x, weight, bias):
    if len(weight) != 2:
        raise ShapeError(f"linear: weight must have the shape (outputs, inputs), got {weight}")
    if x[-1:] != weight[1:]:
        hint = "; weight is (outputs, inputs), so pass weight.T" if x[-1:] == weight[:1] else ""
        raise ShapeError(f"linear: x must have the shape (…, {weight[1]}) for a weight of shape {weight}, got {x}{hint}")
    raise ShapeError(f"linear: bias must have the shape {weight[:1]} for a weight of shape {weight}, got {bias.shape}")
