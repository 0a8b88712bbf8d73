"""Normalising to mean 0 and variance 1, over the rows of a batch or the features of each row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors, is_recomputing, primitive
from nn.functional.batches import normalized_and_scaled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import Array, X


def _deviation(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    return np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)


def _pull(g: Any, out: Any, deviation: Any, axes: tuple[int, ...]) -> Any:
    """ḡ without its mean and its part along the result: neither changes a normalised array."""
    mean = np.mean(g, axis=axes, keepdims=True)
    along = np.mean(g * out, axis=axes, keepdims=True)
    return (g - mean - out * along) / deviation


# One entry, since composed of six it takes three times as long.
@primitive(
    "(x - mean) / √(variance + eps) | (ḡ - mean ḡ - out mean(ḡ out)) / √(variance + eps)",
    kept={"deviation": _deviation},
    x=_pull,
)
def normalized(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    """x with mean 0 and variance 1 along the axes."""
    centred = x - np.mean(x, axis=axes, keepdims=True)
    deviation = np.sqrt(np.mean(centred * centred, axis=axes, keepdims=True) + eps)
    centred /= deviation
    return centred, deviation


def layer_norm(
    input: X,
    normalized_shape: Sequence[int],
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    eps: float = 1e-5,
) -> X:
    """(x - mean) / √(variance + eps) over the last axes, which have the shape `normalized_shape`, times weight plus bias.

    >>> layer_norm(np.array([[1.0, 3.0], [5.0, 5.0]]), (2,)).round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])
    """
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise errors.ShapeError(f"layer_norm: the last axes of input must have the shape {shape}, got {input.shape}")
    out = normalized(input, tuple(range(-len(shape), 0)), eps)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def batch_norm(
    input: X,
    running_mean: Tensor | Array | None = None,
    running_var: Tensor | Array | None = None,
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> X:
    """(x - mean) / √(variance + eps) for each channel, times weight plus bias: (n, channels, …), the channels on axis 1.

    training   take mean and variance of the batch, and let the running ones, if given as Tensors, follow by `momentum`
               (with the variance divided by n - 1, as in PyTorch). Otherwise the running ones are taken.
    """
    channels = input.shape[1:2]
    for name, given in (("running_mean", running_mean), ("running_var", running_var), ("weight", weight), ("bias", bias)):
        if given is not None and given.shape != channels:
            raise errors.ShapeError(
                f"batch_norm: {name} of shape {given.shape} needs an input (n, {given.shape[0]}, …), got {input.shape}"
            )
    along = (-1, *(1,) * (input.ndim - 2))
    spread = lambda x: x if input.ndim == 2 else np.reshape(x, along)
    if training:
        axes = (0, *range(2, input.ndim))
        count = math.prod(input.shape[axis] for axis in axes)
        if count < 2:
            raise errors.ShapeError(
                f"batch_norm: one value for each channel has no variance, got {input.shape}; call eval(), or give a larger batch"
            )
        if weight is not None and bias is not None and input.ndim > 2 and input.dtype.char in "fd":
            out, mean, variance = normalized_and_scaled(input, weight, bias, eps)
            if running_mean is not None and not is_recomputing():
                _follow(running_mean, mean, momentum)
                _follow(running_var, variance * (count / (count - 1)), momentum)
            return out
        if running_mean is not None and not is_recomputing():
            values = input.data if isinstance(input, Tensor) else input
            _follow(running_mean, np.mean(values, axis=axes), momentum)
            _follow(running_var, np.var(values, axis=axes) * (count / (count - 1)), momentum)
        out = normalized(input, axes, eps)
    elif running_mean is None or running_var is None:
        raise ValueError("batch_norm: running_mean and running_var are needed if training is False")
    else:
        out = (input - spread(running_mean)) / spread(np.sqrt(running_var + eps))
    out = out if weight is None else out * spread(weight)
    return out if bias is None else out + spread(bias)


def _follow(running: Any, value: Array, momentum: float) -> None:
    running.data = running.data + momentum * (value - running.data)
