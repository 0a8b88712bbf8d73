"""Normalising to mean 0 and variance 1: over the rows of a batch, the features of each row, groups of channels, each channel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors, is_recomputing, primitive
from nn.functional.batches import normalized_and_scaled
from nn.values import float_dtype, means, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import Array, X


def _deviation(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    return np.sqrt(np.var(x, axis=axes, keepdims=True) + eps)


def _pull(g: Any, out: Any, deviation: Any, axes: tuple[int, ...]) -> Any:
    """ḡ without its mean and its part along the result: neither changes a normalised array."""
    mean = means(g, axes)
    along = means(g * out, axes)
    left = g - out * along
    left -= mean
    left /= deviation
    return left


# One entry, since composed of six it takes three times as long.
@primitive(
    "(x - mean) / √(variance + eps) | (ḡ - mean ḡ - out mean(ḡ out)) / √(variance + eps)",
    kept={"deviation": _deviation},
    x=_pull,
)
def normalized(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    """x with mean 0 and variance 1 along the axes."""
    centred = x - means(x, axes)
    deviation = np.sqrt(means(centred * centred, axes) + eps)
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

    >>> batch_norm(np.array([[1.0], [3.0]]), training=True).round(3)
    array([[-1.],
           [ 1.]])
    >>> batch_norm(np.array([[1.0], [3.0]]), np.array([1.0]), np.array([4.0])).round(3)
    array([[0.],
           [1.]])
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
            values = values_of(input)
            _follow(running_mean, np.mean(values, axis=axes), momentum)
            _follow(running_var, np.var(values, axis=axes) * (count / (count - 1)), momentum)
        out = normalized(input, axes, eps)
    elif running_mean is None or running_var is None:
        raise ValueError("batch_norm: running_mean and running_var are needed if training is False")
    else:
        out = (input - spread(running_mean)) / spread(np.sqrt(running_var + eps))
    out = out if weight is None else out * spread(weight)
    return out if bias is None else out + spread(bias)


def group_norm(
    input: X, num_groups: int, weight: Tensor | Array | None = None, bias: Tensor | Array | None = None, eps: float = 1e-5
) -> X:
    """(x - mean) / √(variance + eps) over each group of channels of each row, (n, channels, …), times weight plus bias.

    weight, bias   (channels,)

    >>> group_norm(np.array([[1.0, 3.0, 5.0, 5.0]]), 2).round(3)
    array([[-1.,  1.,  0.,  0.]])
    """
    values: Any = input
    shape: tuple[int, ...] = input.shape
    if len(shape) < 2 or num_groups < 1 or shape[1] % num_groups:
        raise errors.ShapeError(
            f"group_norm: input must have the shape (n, channels, …), with a multiple of num_groups={num_groups} channels, "
            f"got {shape}"
        )
    size = math.prod(shape[1:]) // num_groups
    if size < 2:
        raise errors.ShapeError(f"group_norm: one value for each group has no variance, got {shape} with num_groups={num_groups}")
    out: Any = np.reshape(normalized(np.reshape(values, (shape[0], num_groups, size)), (-1,), eps), shape)
    return _by_channel("group_norm", out, weight, bias)


def instance_norm(
    input: X,
    running_mean: Tensor | Array | None = None,
    running_var: Tensor | Array | None = None,
    weight: Tensor | Array | None = None,
    bias: Tensor | Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> X:
    """(x - mean) / √(variance + eps) over each channel of each row, (n, channels, length, …), times weight plus bias.

    use_input_stats   take mean and variance of the input, and let the running ones, if given as Tensors, follow their
                      means over the batch by `momentum`. Otherwise the running ones are taken

    >>> instance_norm(np.array([[[1.0, 3.0], [5.0, 5.0]]])).round(3)
    array([[[-1.,  1.],
            [ 0.,  0.]]])
    """
    if input.ndim < 3:
        raise errors.ShapeError(f"instance_norm: input must have the shape (n, channels, length, …), got {input.shape}")
    if (running_mean is None) != (running_var is None) or (running_mean is None and not use_input_stats):
        raise ValueError("instance_norm: running_mean and running_var go together, and are needed if use_input_stats is False")
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    axes: tuple[int, ...] = tuple(range(2, input.ndim))
    count = math.prod(input.shape[2:])
    if count < 2:
        raise errors.ShapeError(f"instance_norm: one value for each channel has no variance, got {input.shape}")
    if running_mean is not None and not is_recomputing():
        values = values_of(input)
        _follow(running_mean, np.mean(values, axis=(0, *axes)), momentum)
        _follow(running_var, np.mean(np.var(values, axis=axes), axis=0) * (count / (count - 1)), momentum)
    return _by_channel("instance_norm", normalized(input, axes, eps), weight, bias)


def _by_channel(name: str, out: Any, weight: Any, bias: Any) -> Any:
    """Times weight plus bias, one number a channel, on axis 1."""
    for argument, given in (("weight", weight), ("bias", bias)):
        if given is not None and given.shape != out.shape[1:2]:
            raise errors.ShapeError(f"{name}: {argument} must have the shape {out.shape[1:2]}, one a channel, got {given.shape}")
    along = (-1, *(1,) * (out.ndim - 2))
    out = out if weight is None else out * np.reshape(weight, along)
    return out if bias is None else out + np.reshape(bias, along)


def _root(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    return np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps)


@primitive(
    "x / √(mean x² + eps) | (ḡ - out mean(ḡ out)) / √(mean x² + eps)",
    kept={"root": _root},
    x=lambda g, out, root, axes: (g - out * np.mean(g * out, axis=axes, keepdims=True)) / root,
)
def scaled(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    """x with mean square 1 along the axes."""
    root = np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps)
    return x / root, root


def rms_norm(
    input: X, normalized_shape: int | Sequence[int], weight: Tensor | Array | None = None, eps: float | None = None
) -> X:
    """x / √(mean x² + eps) over the last axes, which have the shape `normalized_shape`, times weight.

    eps   by default the distance from 1 to the next number of the input's dtype

    >>> rms_norm(np.array([[3.0, 4.0]]), 2).round(3)
    array([[0.849, 1.131]])
    """
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or input.shape[-len(shape) :] != shape:
        raise errors.ShapeError(f"rms_norm: the last axes of input must have the shape {shape}, got {input.shape}")
    if weight is not None and weight.shape != shape:
        raise errors.ShapeError(f"rms_norm: weight must have the shape {shape}, got {weight.shape}")
    least = float(np.finfo(float_dtype(input)).eps) if eps is None else eps
    out: Any = scaled(input, tuple(range(-len(shape), 0)), least)
    return out if weight is None else out * weight


def local_response_norm(input: X, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> X:
    """x / (k + alpha m)ᵝ with the mean m of the squares of `size` neighbouring channels: (n, channels, length, …).

    Channels before the first and after the last are zeros. (Krizhevsky et al., 2012.)

    >>> local_response_norm(np.full((1, 2, 1), 2.0), 2, alpha=1.0, beta=1.0).ravel().round(3)
    array([0.667, 0.4  ])
    """
    values: Any = input
    if input.ndim < 3:
        raise errors.ShapeError(f"local_response_norm: input must have the shape (n, channels, length, …), got {input.shape}")
    if size < 1:
        raise ValueError(f"local_response_norm: size must be an integer ≥ 1, got {size}")
    channels = input.shape[1]
    sides = ((0, 0), (size // 2, (size - 1) // 2), *((0, 0),) * (input.ndim - 2))
    squares = np.pad(values * values, sides)
    total = squares[:, :channels]
    for i in range(1, size):
        total = total + squares[:, i : i + channels]
    return values / (k + alpha / size * total) ** beta


def _follow(running: Any, value: Array, momentum: float) -> None:
    running.data = running.data + momentum * (value - running.data)
