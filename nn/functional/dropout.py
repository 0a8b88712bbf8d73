"""Dropout: of elements, of whole channels, and in the way that keeps the mean and variance of SELU nets.

`inplace` is taken where PyTorch has it and changes nothing: the result is the same, and the input stays what it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.functional.piecewise import SELU_ALPHA, SELU_SCALE
from nn.random import generator as generator_of
from nn.values import float_dtype

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Array, Generator, X


def dropout(input: X, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None) -> X:
    """Each element 0 with probability p, else divided by 1 - p, so that the mean stays; the input itself if not training.

    >>> dropout(np.ones(8), 0.5, generator=0)
    array([2., 0., 0., 0., 2., 2., 2., 2.])
    """
    check_inplace("dropout", inplace)
    return _dropped("dropout", input, input.shape, p, training, generator)


def dropout1d(input: X, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None) -> X:
    """`dropout` of whole channels: (n, channels, length) or (channels, length).

    >>> dropout1d(np.ones((2, 2)), 0.5, generator=0)
    array([[2., 2.],
           [0., 0.]])
    """
    return _of_channels("dropout1d", input, 1, (2, 3), p, training, generator)


def dropout2d(input: X, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None) -> X:
    """`dropout` of whole channels: (n, channels, height, width).

    >>> dropout2d(np.ones((1, 3, 2, 2)), 0.5, generator=0).sum((2, 3))
    array([[8., 0., 0.]])
    """
    return _of_channels("dropout2d", input, 2, (4,), p, training, generator)


def dropout3d(input: X, p: float = 0.5, training: bool = True, inplace: bool = False, *, generator: Generator = None) -> X:
    """`dropout` of whole channels: (n, channels, depth, height, width), or without n.

    >>> dropout3d(np.ones((1, 3, 2, 2, 2)), 0.5, generator=0).sum((2, 3, 4))
    array([[16.,  0.,  0.]])
    """
    return _of_channels("dropout3d", input, 3, (4, 5), p, training, generator)


def alpha_dropout(input: X, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator = None) -> X:
    """Each element at SELU's lower bound with probability p, then all scaled and shifted so that mean 0 and variance 1 stay.

    The input itself if not training. (Klambauer et al., 2017.)

    >>> alpha_dropout(np.zeros(4), 0.5, training=True, generator=0).round(4)
    array([ 0.7792, -0.7792, -0.7792, -0.7792])
    """
    return _at_the_bound("alpha_dropout", input, input.shape, p, training, generator)


def feature_alpha_dropout(
    input: X, p: float = 0.5, training: bool = False, inplace: bool = False, *, generator: Generator = None
) -> X:
    """`alpha_dropout` of whole channels: (n, channels, …).

    >>> feature_alpha_dropout(np.zeros((1, 3, 2)), 0.5, training=True, generator=0).round(4)
    array([[[ 0.7792,  0.7792],
            [-0.7792, -0.7792],
            [-0.7792, -0.7792]]])
    """
    if input.ndim < 2:
        raise errors.ShapeError(f"feature_alpha_dropout: input must have the shape (n, channels, …), got {input.shape}")
    shape = (*input.shape[:2], *(1,) * (input.ndim - 2))
    return _at_the_bound("feature_alpha_dropout", input, shape, p, training, generator)


CHANNELS = {
    "dropout1d": "(n, channels, length) or (channels, length)",
    "dropout2d": "(n, channels, height, width)",
    "dropout3d": "(n, channels, depth, height, width) or (channels, depth, height, width)",
}
HINTS = {2: "; write dropout for an array of features", 3: "; write dropout1d for (n, channels, length)", 4: "; write dropout2d"}


def _of_channels(name: str, input: X, spatial: int, axes: tuple[int, ...], p: float, training: bool, generator: Generator) -> X:
    if input.ndim not in axes:
        hint = HINTS.get(input.ndim, "")
        raise errors.ShapeError(f"{name}: input must have the shape {CHANNELS[name]}, got {input.shape}{hint}")
    return _dropped(name, input, (*input.shape[:-spatial], *(1,) * spatial), p, training, generator)


def _dropped(name: str, input: X, shape: tuple[int, ...], p: float, training: bool, generator: Generator) -> X:
    check_probability(name, p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * input.dtype.type(0)
    return input * (_kept(input, shape, p, generator) * float_dtype(input).type(1 / (1 - p)))


def _at_the_bound(name: str, input: X, shape: tuple[int, ...], p: float, training: bool, generator: Generator) -> X:
    check_probability(name, p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * input.dtype.type(0)
    kept: Any = _kept(input, shape, p, generator)
    bound = SELU_ALPHA * SELU_SCALE
    scale = 1 / math.sqrt((1 - p) * (1 + p * bound * bound))
    kind = float_dtype(input).type
    return input * (kept * kind(scale)) + (kept * kind(scale * bound) + kind(scale * bound * (p - 1)))


def _kept(input: Any, shape: tuple[int, ...], p: float, generator: Generator) -> Array:
    return generator_of(generator).random(shape, np.float32 if input.dtype == np.float32 else float) >= p


def check_probability(name: str, p: float, argument: str = "p") -> None:
    """Raise unless p is a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"{name}: {argument} must be a probability from 0 to 1, got {p}")


def check_inplace(name: str, inplace: bool) -> None:
    """Raise for a generator in its place, which would not be drawn from."""
    if inplace is not True and inplace is not False:
        raise TypeError(f"{name}: inplace must be True or False, got {type(inplace).__name__}; write generator=… for a generator")
