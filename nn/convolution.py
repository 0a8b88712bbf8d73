"""Layers for images, (n, channels, height, width): Conv2d and pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn import functional, init
from nn.dtypes import dtype_of
from nn.functional.windows import pair, places
from nn.module import Module, Parameter, SameKind

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator, Padding, Pair, X


class Conv2d(Module):
    """Cross-correlation with learned kernels: (n, in_channels, h, w) -> (n, out_channels, rows, columns).

    kernel_size, stride   a number, or (down, right)
    padding               zeros around the image: a number, (down, right), "same" or "valid"
    weight                (out_channels, in_channels, kernel height, kernel width), uniform in ±1/√fan_in
    bias                  (out_channels,), likewise; None with bias=False

    >>> import numpy as np, nn
    >>> nn.Conv2d(1, 6, 5, padding=2)(np.zeros((10, 1, 28, 28))).shape
    (10, 6, 28, 28)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Padding = 0,
        bias: bool = True,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = pair("Conv2d", "kernel_size", kernel_size), stride, padding
        places("Conv2d", self.kernel_size, stride, padding)  # so that a wrong one is an error here
        self.weight = Parameter(np.empty((out_channels, in_channels, *self.kernel_size), dtype_of(dtype)))
        self.bias = Parameter(np.empty(out_channels, dtype_of(dtype))) if bias else None
        init.default_(self.weight, self.bias, generator)

    def forward(self, x: Tensor | Array) -> Tensor:
        return functional.conv2d(x, self.weight, self.bias, self.stride, self.padding)


class MaxPool2d(SameKind):
    """The greatest element of each window; equal ones share the gradient. `stride` is `kernel_size` by default.

    >>> import numpy as np, nn
    >>> nn.MaxPool2d(2)(np.zeros((10, 6, 28, 28))).shape
    (10, 6, 14, 14)
    """

    function = staticmethod(functional.max_pool2d)

    def __init__(self, kernel_size: Pair, stride: Pair | None = None, padding: Padding = 0) -> None:
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding

    def forward(self, x: X) -> X:
        return self.function(x, self.kernel_size, self.stride, self.padding)


class AvgPool2d(MaxPool2d):
    """The mean of each window, zeros of the padding included. `stride` is `kernel_size` by default."""

    function = staticmethod(functional.avg_pool2d)
