"""Layers that keep numbers in bounds: BatchNorm, LayerNorm, Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, is_recomputing
from nn import functional
from nn.dtypes import dtype_of
from nn.functional.selection import check_probability
from nn.module import Buffer, Module, Parameter, SameKind
from nn.random import generator as generator_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator, X


class _BatchNorm(Module):
    axes: tuple[int, ...] = ()  # how many an input may have
    shapes: tuple[str, ...] = ()  # and what they are

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, dtype_of(dtype))) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype_of(dtype))) if affine else None
        self.running_mean = Buffer(np.zeros(num_features, dtype_of(dtype))) if track_running_stats else None
        self.running_var = Buffer(np.ones(num_features, dtype_of(dtype))) if track_running_stats else None
        self.num_batches_tracked = Buffer(0) if track_running_stats else None

    def forward(self, x: Tensor | Array) -> Tensor:
        if x.ndim not in self.axes or x.shape[1] != self.num_features:
            shapes = " or ".join(self.shapes).replace("features", str(self.num_features))
            raise errors.ShapeError(f"batch_norm: expected an input of shape {shapes}, got {x.shape}")
        count, momentum = self.num_batches_tracked, self.momentum
        if self.training and count is not None and not is_recomputing():
            count.data = count.data + 1
            momentum = 1 / count.data if momentum is None else momentum
        by_batch = self.training or count is None
        out: Any = functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, by_batch, momentum or 0.0, self.eps
        )
        return out


class BatchNorm1d(_BatchNorm):
    """Each feature with mean 0 and variance 1 over the batch, times weight plus bias: (n, features) or (n, features, length).

    While training, running_mean and running_var follow the mean and variance of the batches by `momentum` (None: the mean of
    all batches); after `eval()` they are used instead. affine=False leaves out weight and bias, track_running_stats=False the
    running ones.

    >>> import numpy as np, nn
    >>> nn.BatchNorm1d(1)(np.array([[1.0], [3.0]])).numpy().round(3)
    array([[-1.],
           [ 1.]])
    """

    axes, shapes = (2, 3), ("(n, features)", "(n, features, length)")


class BatchNorm2d(_BatchNorm):
    """Each channel with mean 0 and variance 1 over batch and image, (n, channels, height, width); else as BatchNorm1d."""

    axes, shapes = (4,), ("(n, features, height, width)",)


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last axes of each row, which have the shape `normalized_shape`; times weight plus bias."""

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = tuple(np.atleast_1d(normalized_shape).tolist())
        self.eps = eps
        self.weight = Parameter(np.ones(self.normalized_shape, dtype_of(dtype))) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype_of(dtype))) if elementwise_affine and bias else None

    def forward(self, x: Tensor | Array) -> Tensor:
        out: Any = functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return out


class Dropout(SameKind):
    """While training, each element is 0 with probability p, else divided by 1 - p; after `eval()`, the input itself."""

    def __init__(self, p: float = 0.5, generator: Generator = None) -> None:
        check_probability("Dropout", p)
        self.p, self.generator = p, None if generator is None else generator_of(generator)

    def forward(self, x: X) -> X:
        return functional.dropout(x, self.p, self.training, self.generator)
