"""The linear layer; the activations and softmax have files of their own."""

import math

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.matrices import matmul, pulled_left, pulled_right, summed
from autograd_core.derivatives.operands import reshaped
from autograd_core.derivatives.table import primitive
from autograd_core.errors import DTypeError, ShapeError


def linear_x(g, weight):
    return pulled_left(g, weight) if g.ndim < 3 else reshaped(pulled_left(as_matrix(g), weight), (*g.shape[:-1], weight.shape[1]))


def linear_weight(g, x, weight_strides):
    """ḡᵀ x, in the order in which the weight is in memory: an update would take several times as long otherwise."""
    turned_weight = weight_strides and weight_strides[0] < weight_strides[1]
    if type(g) is type(x) is ndarray and g.ndim == 2 == x.ndim:  # the same with fewer calls
        return pulled_right(x.T, g).T if turned_weight else pulled_left(g.T, x)
    g, x = as_matrix(g), as_matrix(x)
    return turned(pulled_right(turned(x), g)) if turned_weight else pulled_left(turned(g), x)


def linear_bias(g):
    """The sum over the batch: the backward pass would make it too, but has to find out first that it must, in 1 µs more."""
    return summed(g if g.ndim == 2 else as_matrix(g))


def turned(x):
    return x.T if type(x) is ndarray else np.transpose(x)


def as_matrix(x):
    """An array of any number of axes as a matrix, by its last one."""
    return x if x.ndim == 2 else reshaped(x, (math.prod(x.shape[:-1]), x.shape[-1]))


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
    try:
        shape, wanted = x.shape, weight.shape
        if len(wanted) != 2 or not shape or shape[-1] != wanted[1] or (bias is not None and bias.shape != (wanted[0],)):
            _refuse_linear(shape, wanted, bias)
    except AttributeError:
        _refuse_lists(x=x, weight=weight, bias=bias)
        raise
    out = matmul(x, weight.T) if len(shape) < 3 else np.reshape(matmul(as_matrix(x), weight.T), (*shape[:-1], wanted[0]))
    if bias is None:
        return out
    if type(out) is ndarray and out.dtype == bias.dtype:
        out += bias
        return out
    return out + bias


def _refuse_lists(**operands):
    for name, value in operands.items():
        if isinstance(value, (list, tuple)):
            kind = type(value).__name__
            raise DTypeError(f"linear: {name} must be an array or a Tensor, got a {kind}; write np.asarray({name})") from None


def _refuse_linear(x, weight, bias):
    if len(weight) != 2:
        raise ShapeError(f"linear: weight must have the shape (outputs, inputs), got {weight}")
    if x[-1:] != weight[1:]:
        hint = "; weight is (outputs, inputs), so pass weight.T" if x[-1:] == weight[:1] else ""
        raise ShapeError(f"linear: x must have the shape (…, {weight[1]}) for a weight of shape {weight}, got {x}{hint}")
    raise ShapeError(f"linear: bias must have the shape {weight[:1]} for a weight of shape {weight}, got {bias.shape}")
