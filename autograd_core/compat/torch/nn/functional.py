"""`torch.nn.functional`: the functions of `nn.functional`, and those that PyTorch has under this name too."""

import numpy as _np

import nn as _nn
from autograd_core.compat.torch import wrapping as _wrapping
from autograd_core.compat.torch.boundary import inside as _inside
from autograd_core.compat.torch.operations import operations as _operations

globals().update(_wrapping.wrapped(_wrapping.public(_nn.functional), lambda kind: kind))
_of_torch = _operations("functions")
globals().update({name: _inside(_of_torch[name]) for name in ("tanh", "sigmoid", "softmax", "log_softmax")})


def _own(function):
    """A function that is used if nn has none of this name."""
    if function.__name__ not in _nn.functional.__all__:
        globals()[function.__name__] = _inside(function)
        return globals()[function.__name__]
    return globals()[function.__name__]


@_own
def logsigmoid(input):
    """ln sigmoid(x), without overflow."""
    return -_nn.functional.softplus(-input)


@_own
def normalize(input, p=2.0, dim=1, eps=1e-12):
    """The vectors along dim divided by their p-norm, which counts as eps at least."""
    length = _np.linalg.norm(input, p, axis=dim, keepdims=True)
    return input / _np.maximum(length, _np.asarray(eps, length.dtype))


@_own
def pad(input, pad, mode="constant", value=0.0):
    """Zeros, or another value, around the last axes: (left, right, top, bottom, …)."""
    if mode != "constant":
        raise NotImplementedError(f"pad: mode {mode!r} is not there")
    widths = [(0, 0)] * (input.ndim - len(pad) // 2) + [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    cut = tuple(slice(max(-a, 0), n - max(-b, 0)) for (a, b), n in zip(widths, input.shape, strict=True))
    widths = [(max(a, 0), max(b, 0)) for a, b in widths]
    return _np.pad(input[cut], widths, constant_values=value or 0)


@_own
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between vectors along dim."""
    dot = _np.sum(x1 * x2, axis=dim)
    square = _np.sum(x1 * x1, axis=dim) * _np.sum(x2 * x2, axis=dim)
    return dot / _np.sqrt(_np.maximum(square, eps * eps))


@_own
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of x1 - x2 + eps along the last axis."""
    return _np.linalg.norm(x1 - x2 + eps, p, axis=-1, keepdims=keepdim)


__getattr__ = _wrapping.refuses(__name__)
