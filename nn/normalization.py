"""Layers that keep numbers in bounds: BatchNorm, InstanceNorm, LayerNorm, GroupNorm, RMSNorm, LocalResponseNorm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors, is_recomputing
from nn import functional
from nn.dtypes import dtype_of
from nn.module import Buffer, Module, Parameter, SameKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, X


class _ByChannel(Module):
    """What BatchNorm and InstanceNorm have: one number of each kind a channel."""

    axes: tuple[int, ...] = ()  # how many an input may have
    shapes: tuple[str, ...] = ()  # and what they are

    def _set_up(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: DTypeLike | None,
    ) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, dtype_of(dtype))) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype_of(dtype))) if affine and bias else None
        self.running_mean = Buffer(np.zeros(num_features, dtype_of(dtype))) if track_running_stats else None
        self.running_var = Buffer(np.ones(num_features, dtype_of(dtype))) if track_running_stats else None
        self.num_batches_tracked = Buffer(0) if track_running_stats else None

    def _check(self, name: str, x: Any, channels: int | None) -> None:
        if x.ndim not in self.axes or channels != self.num_features:
            shapes = " or ".join(self.shapes).replace("features", str(self.num_features))
            raise errors.ShapeError(f"{name}: expected an input of shape {shapes}, got {x.shape}")


class _BatchNorm(_ByChannel):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    @property
    def mixes_samples(self) -> bool:  # type: ignore[override]
        return self.training or self.num_batches_tracked is None

    def forward(self, x: Tensor | Array) -> Tensor:
        self._check("batch_norm", x, x.shape[1] if x.ndim > 1 else None)
        count, momentum = self.num_batches_tracked, self.momentum
        if self.training and count is not None and not is_recomputing():
            count.data = count.data + 1
            momentum = 1 / count.data if momentum is None else momentum
        out: Any = functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.mixes_samples, momentum or 0.0, self.eps
        )
        return out


class BatchNorm1d(_BatchNorm):
    """Each feature with mean 0 and variance 1 over the batch, times weight plus bias: (n, features) or (n, features, length).

    While training, running_mean and running_var follow the mean and variance of the batches by `momentum` (None: the mean of
    all batches); after `eval()` they are used instead. affine=False leaves out weight and bias, bias=False the bias alone, and
    track_running_stats=False the running ones.

    >>> import numpy as np, nn
    >>> nn.BatchNorm1d(1)(np.array([[1.0], [3.0]])).numpy().round(3)
    array([[-1.],
           [ 1.]])
    """

    axes, shapes = (2, 3), ("(n, features)", "(n, features, length)")


class BatchNorm2d(_BatchNorm):
    """Each channel with mean 0 and variance 1 over batch and image, (n, channels, height, width); else as BatchNorm1d.

    >>> import numpy as np, nn
    >>> images = np.array([[[[1.0, 3.0]]], [[[5.0, 7.0]]]])   # two images of one channel, 1 × 2
    >>> nn.BatchNorm2d(1)(images).numpy().round(3).ravel()
    array([-1.342, -0.447,  0.447,  1.342])
    """

    axes, shapes = (4,), ("(n, features, height, width)",)


class BatchNorm3d(_BatchNorm):
    """Each channel with mean 0 and variance 1 over batch and volume, (n, channels, depth, height, width); else as BatchNorm1d.

    >>> import numpy as np, nn
    >>> nn.BatchNorm3d(1)(np.array([1.0, 3.0]).reshape(2, 1, 1, 1, 1)).numpy().round(3).ravel()
    array([-1.,  1.])
    """

    axes, shapes = (5,), ("(n, features, depth, height, width)",)


class _InstanceNorm(_ByChannel):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        self._set_up(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x: Tensor | Array) -> Tensor:
        alone = x.ndim == self.axes[0]
        self._check("instance_norm", x, (x.shape[0] if alone else x.shape[1]) if x.ndim > 1 else None)
        by_input = self.training or self.running_mean is None
        out: Any = functional.instance_norm(
            x[None] if alone else x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            by_input,
            self.momentum or 0.0,
            self.eps,
        )
        return out[0] if alone else out


class InstanceNorm1d(_InstanceNorm):
    """Each channel of each row with mean 0 and variance 1: (n, channels, length) or (channels, length).

    affine=True            then times weight plus bias, one of each a channel
    track_running_stats    while training, running_mean and running_var follow the means over the batch by `momentum`; after
                           `eval()` they are used instead

    >>> import numpy as np, nn
    >>> nn.InstanceNorm1d(2)(np.array([[[1.0, 3.0], [5.0, 9.0]]])).round(3)
    array([[[-1.,  1.],
            [-1.,  1.]]])
    """

    axes, shapes = (2, 3), ("(n, features, length)", "(features, length)")


class InstanceNorm2d(_InstanceNorm):
    """Each channel of each image with mean 0 and variance 1: (n, channels, h, w) or without n; else as InstanceNorm1d.

    >>> import numpy as np, nn
    >>> nn.InstanceNorm2d(1)(np.array([[[[1.0, 3.0]]], [[[10.0, 30.0]]]])).round(3).ravel()
    array([-1.,  1., -1.,  1.])
    """

    axes, shapes = (3, 4), ("(n, features, height, width)", "(features, height, width)")


class InstanceNorm3d(_InstanceNorm):
    """Each channel of each volume with mean 0 and variance 1, (n, channels, d, h, w) or without n; else as InstanceNorm1d.

    >>> import numpy as np, nn
    >>> nn.InstanceNorm3d(1)(np.array([1.0, 3.0]).reshape(1, 1, 1, 1, 2)).round(3).ravel()
    array([-1.,  1.])
    """

    axes, shapes = (4, 5), ("(n, features, depth, height, width)", "(features, depth, height, width)")


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last axes of each row, which have the shape `normalized_shape`; times weight plus bias.

    >>> import numpy as np, nn
    >>> nn.LayerNorm(2)(np.array([[1.0, 3.0], [10.0, 30.0]])).numpy().round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = tuple(np.atleast_1d(normalized_shape).tolist())
        self.eps = eps
        self.weight = Parameter(np.ones(self.normalized_shape, dtype_of(dtype))) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape, dtype_of(dtype))) if elementwise_affine and bias else None

    def forward(self, x: Tensor | Array) -> Tensor:
        out: Any = functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return out


class RMSNorm(Module):
    """Mean square 1 over the last axes of each row, which have the shape `normalized_shape`; times weight.

    eps   what is added to the mean square; by default the distance from 1 to the next number of the input's dtype

    >>> import numpy as np, nn
    >>> nn.RMSNorm(2)(np.array([[3.0, 4.0]])).numpy().round(3)
    array([[0.849, 1.131]])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = tuple(np.atleast_1d(normalized_shape).tolist())
        self.eps = eps
        self.weight = Parameter(np.ones(self.normalized_shape, dtype_of(dtype))) if elementwise_affine else None

    def forward(self, x: Tensor | Array) -> Tensor:
        out: Any = functional.rms_norm(x, self.normalized_shape, self.weight, self.eps)
        return out


class GroupNorm(Module):
    """Mean 0 and variance 1 over each of num_groups groups of channels of each row, (n, channels, …); times weight plus bias.

    affine=False leaves out weight and bias, which are one number of each a channel, bias=False the bias alone.

    >>> import numpy as np, nn
    >>> nn.GroupNorm(2, 4)(np.array([[1.0, 3.0, 5.0, 5.0]])).numpy().round(3)
    array([[-1.,  1.,  0.,  0.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels must be a multiple of num_groups, got {num_channels} and {num_groups}")
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.weight = Parameter(np.ones(num_channels, dtype_of(dtype))) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype_of(dtype))) if affine and bias else None

    def forward(self, x: Tensor | Array) -> Tensor:
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise errors.ShapeError(f"group_norm: expected an input of shape (n, {self.num_channels}, …), got {x.shape}")
        out: Any = functional.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)
        return out


class LocalResponseNorm(SameKind):
    """x / (k + alpha m)ᵝ with the mean m of the squares of `size` neighbouring channels: (n, channels, length, …).

    >>> import numpy as np, nn
    >>> nn.LocalResponseNorm(1, alpha=1.0, beta=0.5, k=0.0)(np.array([[[3.0], [-4.0]]]))
    array([[[ 1.],
            [-1.]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: X) -> X:
        return functional.local_response_norm(x, self.size, self.alpha, self.beta, self.k)
