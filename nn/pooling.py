"""Pools: one number for each window of a line or an image, and MaxUnpool, which puts them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import Module, SameKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nn.types import Array, Sizes, X


class _MaxPool(SameKind):
    function: Any = None

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, dilation: Sizes = 1,
        return_indices: bool = False, ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.dilation, self.return_indices, self.ceil_mode = dilation, return_indices, ceil_mode

    def extra_repr(self) -> str:
        shown = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        others = {"dilation": 1, "return_indices": False, "ceil_mode": False}
        return shown + "".join(
            f", {name}={getattr(self, name)}" for name, plain in others.items() if getattr(self, name) != plain
        )

    def forward(self, x: X) -> X:
        """The pool of x; with return_indices also the array of the indices."""
        arguments = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        out: X = self.function(x, *arguments, return_indices=self.return_indices)
        return out


class MaxPool2d(_MaxPool):
    """The greatest element of each window: (n, c, h, w) -> (n, c, rows, columns), or without n.

    stride           `kernel_size` by default
    padding          at most half the kernel, and never the greatest
    dilation         how far apart the elements of a window are
    return_indices   also return where each greatest element is, for MaxUnpool2d
    ceil_mode        also take windows at the end that are not whole

    Equal ones share the gradient; with return_indices the first gets it.

    >>> import numpy as np, nn
    >>> nn.MaxPool2d(2)(np.zeros((10, 6, 28, 28))).shape
    (10, 6, 14, 14)
    """

    function = staticmethod(functional.max_pool2d)


class MaxPool1d(_MaxPool):
    """MaxPool2d along one axis: (n, c, length) -> (n, c, places), or without n.

    >>> import numpy as np, nn
    >>> nn.MaxPool1d(2)(np.array([[[1.0, 3.0, 9.0, 5.0]]]))
    array([[[3., 9.]]])
    """

    function = staticmethod(functional.max_pool1d)


class AvgPool1d(SameKind):
    """AvgPool2d along one axis: (n, c, length) -> (n, c, places), or without n.

    >>> import numpy as np, nn
    >>> nn.AvgPool1d(2)(np.array([[[1.0, 3.0, 5.0, 9.0]]]))
    array([[[2., 7.]]])
    """

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:  # fmt: skip
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, x: X) -> X:
        return functional.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(SameKind):
    """The mean of each window: (n, c, h, w) -> (n, c, rows, columns), or without n.

    stride              `kernel_size` by default
    padding             zeros, at most half the kernel
    ceil_mode           also take windows at the end that are not whole
    count_include_pad   whether the zeros of the padding count
    divisor_override    what to divide the sums by, in the place of the number of elements

    >>> import numpy as np, nn
    >>> nn.AvgPool2d(2)(np.array([[[[1.0, 3.0], [5.0, 7.0]]]]))
    array([[[[4.]]]])
    """

    def __init__(
        self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0, ceil_mode: bool = False,
        count_include_pad: bool = True, divisor_override: int | None = None,
    ) -> None:  # fmt: skip
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, x: X) -> X:
        return functional.avg_pool2d(
            x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override
        )


class _LPPool(SameKind):
    function: Any = None

    def __init__(self, norm_type: float, kernel_size: Sizes, stride: Sizes | None = None, ceil_mode: bool = False) -> None:
        self.norm_type, self.kernel_size = norm_type, kernel_size
        self.stride, self.ceil_mode = kernel_size if stride is None else stride, ceil_mode

    def forward(self, x: X) -> X:
        out: X = self.function(x, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)
        return out


class LPPool1d(_LPPool):
    """LPPool2d along one axis: (n, c, length) -> (n, c, places), or without n.

    >>> import numpy as np, nn
    >>> nn.LPPool1d(2, kernel_size=2)(np.array([[[3.0, 4.0, 0.0, 1.0]]]))
    array([[[5., 1.]]])
    """

    function = staticmethod(functional.lp_pool1d)


class LPPool2d(_LPPool):
    """(Σ xᵖ)^(1/p) of each window, p = norm_type: (n, c, h, w) -> (n, c, rows, columns), or without n.

    >>> import numpy as np, nn
    >>> nn.LPPool2d(2, kernel_size=2)(np.array([[[[1.0, 1.0], [1.0, 1.0]]]]))
    array([[[[2.]]]])
    """

    function = staticmethod(functional.lp_pool2d)


class _AdaptiveAvgPool(SameKind):
    function: Any = None

    def __init__(self, output_size: Sizes | tuple[int | None, ...] | None) -> None:
        self.output_size = output_size

    def forward(self, x: X) -> X:
        out: X = self.function(x, self.output_size)
        return out


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """AdaptiveAvgPool2d along one axis: (n, c, length) -> (n, c, output_size), or without n.

    >>> import numpy as np, nn
    >>> nn.AdaptiveAvgPool1d(2)(np.array([[[1.0, 3.0, 5.0, 9.0]]]))
    array([[[2., 7.]]])
    """

    function = staticmethod(functional.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Means of as many windows as asked for: (n, c, h, w) -> (n, c, *output_size), or without n.

    output_size   a number, or (rows, columns); None for as many as there are

    >>> import numpy as np, nn
    >>> nn.AdaptiveAvgPool2d((1, None))(np.zeros((10, 6, 5, 7))).shape
    (10, 6, 1, 7)
    """

    function = staticmethod(functional.adaptive_avg_pool2d)


class _AdaptiveMaxPool(SameKind):
    function: Any = None

    def __init__(self, output_size: Sizes | tuple[int | None, ...] | None, return_indices: bool = False) -> None:
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, x: X) -> X:
        """The pool of x; with return_indices also the array of the indices."""
        out: X = self.function(x, self.output_size, self.return_indices)
        return out


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """AdaptiveMaxPool2d along one axis: (n, c, length) -> (n, c, output_size), or without n.

    >>> import numpy as np, nn
    >>> nn.AdaptiveMaxPool1d(2)(np.array([[[1.0, 3.0, 9.0, 5.0]]]))
    array([[[3., 9.]]])
    """

    function = staticmethod(functional.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The greatest elements of as many windows as asked for: (n, c, h, w) -> (n, c, *output_size); arguments as in MaxPool2d.

    >>> import numpy as np, nn
    >>> nn.AdaptiveMaxPool2d(1)(np.array([[[[1.0, 3.0], [9.0, 5.0]]]]))
    array([[[[9.]]]])
    """

    function = staticmethod(functional.adaptive_max_pool2d)


class _MaxUnpool(Module):
    function: Any = None

    def __init__(self, kernel_size: Sizes, stride: Sizes | None = None, padding: Sizes = 0) -> None:
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding

    def forward(self, x: X, indices: Array, output_size: Sequence[int] | None = None) -> X:
        out: X = self.function(x, indices, self.kernel_size, self.stride, self.padding, output_size)
        return out


class MaxUnpool1d(_MaxUnpool):
    """MaxUnpool2d along one axis.

    >>> import numpy as np, nn
    >>> values, places = nn.MaxPool1d(2, return_indices=True)(np.array([[[1.0, 3.0, 9.0, 5.0]]]))
    >>> nn.MaxUnpool1d(2)(values, places)
    array([[[0., 3., 9., 0.]]])
    """

    function = staticmethod(functional.max_unpool1d)


class MaxUnpool2d(_MaxUnpool):
    """Puts what MaxPool2d(…, return_indices=True) returned back in its places, with zeros elsewhere.

    A call takes the pool's two results, and `output_size=`, the size before the pool, if several are possible.

    >>> import numpy as np, nn
    >>> out, indices = nn.MaxPool2d(2, return_indices=True)(np.arange(4.0).reshape(1, 2, 2))
    >>> nn.MaxUnpool2d(2)(out, indices)
    array([[[0., 0.],
            [0., 3.]]])
    """

    function = staticmethod(functional.max_unpool2d)
