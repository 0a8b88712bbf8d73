"""Smooth activations, with PyTorch's names for the arguments.

`inplace` is taken where PyTorch has it and changes nothing: the result is the same, and the input stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import autograd_core
from autograd_core import errors
from nn.random import generator as generator_of
from nn.values import float_dtype, values_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Elementwise, Generator, X

core: Any = autograd_core  # what holds for Tensors and arrays alike is more than its overloads can say
tanh: Elementwise = np.tanh


def relu(input: X, inplace: bool = False) -> X:
    """max(x, 0); the derivative at 0 is 0.

    >>> relu(np.array([-2.0, 2.0]))
    array([0., 2.])
    """
    return core.relu(input)


def leaky_relu(input: X, negative_slope: float = 0.01, inplace: bool = False) -> X:
    """x if x > 0, else negative_slope x; the derivative at 0 is negative_slope.

    >>> leaky_relu(np.array([-2.0, 2.0]), 0.25)
    array([-0.5,  2. ])
    """
    return core.leaky_relu(input, negative_slope)


def elu(input: X, alpha: float = 1.0, inplace: bool = False) -> X:
    """x if x > 0, else alpha (eˣ - 1); the derivative at 0 is alpha.

    >>> elu(np.array([-2.0, 2.0])).round(4)
    array([-0.8647,  2.    ])
    """
    return core.elu(input, alpha)


def silu(input: X, inplace: bool = False) -> X:
    """x sigmoid(x), also known as swish.

    >>> silu(np.array([-2.0, 2.0])).round(4)
    array([-0.2384,  1.7616])
    """
    return core.silu(input)


def gelu(input: X, approximate: Literal["none", "tanh"] = "none") -> X:
    """x Φ(x), with the distribution function Φ of the normal distribution; "tanh" is the usual approximation.

    >>> gelu(np.array([-2.0, 2.0])).round(4)
    array([-0.0455,  1.9545])
    """
    return core.gelu(input, approximate)


def mish(input: X, inplace: bool = False) -> X:
    """x tanh(ln(1 + eˣ)), to full relative precision for every x (Misra, 2019).

    >>> mish(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.3034,  0.    ,  0.8651])
    """
    inner: Any = core.softplus(input)
    return input * np.tanh(inner)


def softplus(input: X, beta: float = 1.0, threshold: float | None = None) -> X:
    """ln(1 + eᵇˣ) / b with b = beta, to full precision for every x.

    threshold   take x itself where b x is greater. (In PyTorch 20, if it is not given)

    >>> softplus(np.array([-800.0, 0.0, 800.0])).round(4)
    array([0.000e+00, 6.931e-01, 8.000e+02])
    """
    curve: Any = core.softplus(input) if beta == 1 else core.softplus(input * beta) / beta
    if threshold is None:
        return curve
    x: Any = input
    out: Any = np.where(x * beta > threshold, x, curve)
    return out


def logsigmoid(input: X) -> X:
    """ln sigmoid(x) = -ln(1 + e⁻ˣ), to full relative precision for every x.

    >>> logsigmoid(np.array([-800.0, 0.0, 40.0]))
    array([-8.00000000e+02, -6.93147181e-01, -4.24835426e-18])
    """
    return -core.softplus(-input)


def softmax(input: X, dim: int | None = None) -> X:
    """eˣ / Σ eˣ along the axis dim, without overflow. It may be left out for one or two axes, and is the last one then.

    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    return core.softmax(input, _axis("softmax", input, dim))


def log_softmax(input: X, dim: int | None = None) -> X:
    """ln softmax(x) along the axis dim, to full relative precision; dim as in `softmax`.

    >>> log_softmax(np.array([0.0, 0.0])).round(4)
    array([-0.6931, -0.6931])
    """
    return core.log_softmax(input, _axis("log_softmax", input, dim))


def softmin(input: X, dim: int | None = None) -> X:
    """softmax(-x): the least element gets the most; dim as in `softmax`.

    >>> softmin(np.array([0.0, np.log(3.0)]))
    array([0.75, 0.25])
    """
    return core.softmax(-input, _axis("softmin", input, dim))


def _axis(name: str, x: Any, dim: int | None) -> int:
    """The axis of a softmax. Without one, PyTorch takes axis 0 of three and axis 1 of four: nobody who reads it expects that."""
    if dim is not None:
        return dim
    if np.ndim(x) > 2:
        raise errors.ShapeError(
            f"{name}: say along which axis, since input has the shape {np.shape(x)}: write dim=-1 for the last one "
            f"(without dim, PyTorch takes axis {int(np.ndim(x) != 3)} here)"
        )
    return -1


def gumbel_softmax(
    logits: X, tau: float = 1.0, hard: bool = False, eps: float = 1e-10, dim: int = -1, *, generator: Generator = None
) -> X:
    """A draw of a class, that can be differentiated: softmax((logits + noise) / tau) along dim, with Gumbel noise.

    hard   return 1 at the greatest and 0 elsewhere, with the gradient of the softmax (Jang et al., 2017)
    eps    not used, as in PyTorch

    >>> gumbel_softmax(np.zeros((2, 3)), hard=True, generator=0).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    if not tau > 0:
        raise ValueError(f"gumbel_softmax: tau must be greater than 0, got {tau}")
    noise = generator_of(generator).gumbel(size=logits.shape).astype(float_dtype(logits))
    soft = core.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    values = values_of(soft)
    first = np.cumsum(values == np.max(values, axis=dim, keepdims=True), axis=dim) == 1  # of equal ones, should there be any
    one = ((values == np.max(values, axis=dim, keepdims=True)) & first).astype(float_dtype(logits))
    return soft + (one - values) if soft is not values else one


def glu(input: X, dim: int = -1) -> X:
    """a sigmoid(b), where a and b are the halves of the input along the axis dim (Dauphin et al., 2017).

    >>> glu(np.array([[1.0, 2.0, 0.0, 0.0]]))
    array([[0.5, 1. ]])
    """
    x: Any = input
    size = x.shape[dim] if x.ndim else 1
    if size % 2:
        raise errors.ShapeError(f"glu: the axis {dim} must have an even number of elements, got shape {x.shape}")
    before: tuple[slice, ...] = (slice(None),) * (dim % x.ndim)
    out: Any = x[(*before, slice(size // 2))] * core.sigmoid(x[(*before, slice(size // 2, None))])
    return out


def prelu(input: Any, weight: Any) -> Any:
    """x if x > 0, else weight x: one weight for all, (1,), or one a channel, on axis 1; the derivative at 0 is the weight.

    >>> prelu(np.array([[-1.0, 2.0]]), np.array([0.25]))
    array([[-0.25,  2.  ]])
    """
    if weight.shape != (1,):
        if weight.ndim != 1 or input.ndim < 2 or weight.shape[0] != input.shape[1]:
            raise errors.ShapeError(
                f"prelu: weight must have the shape (1,) or (channels,), for an input (n, channels, …), got {weight.shape} "
                f"for an input of shape {input.shape}"
            )
        weight = np.reshape(weight, (-1, *(1,) * (input.ndim - 2)))
    elif np.ndim(input) == 0:
        weight = weight[0]
    return np.where(input > 0, input, weight * input)


def rrelu(
    input: X,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Generator = None,
) -> X:
    """x if x > 0, else a x: while training with an a of its own for each element, uniform from lower to upper, else their mean.

    >>> rrelu(np.array([-1.0, 2.0]), 0.2, 0.4)
    array([-0.3,  2. ])
    """
    if not lower <= upper:
        raise ValueError(f"rrelu: lower must not be greater than upper, got {lower} and {upper}")
    if not training:
        return core.leaky_relu(input, (lower + upper) / 2)
    slopes = generator_of(generator).uniform(lower, upper, input.shape).astype(float_dtype(input))
    out: Any = input * np.where(values_of(input) > 0, slopes.dtype.type(1), slopes)
    return out
