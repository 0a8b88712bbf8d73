"""Layers that slide kernels over lines, images and volumes, and their transposes; Unfold and Fold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn import functional, init
from nn.dtypes import dtype_of
from nn.functional.convolution import transposed_sizes
from nn.functional.windows import each, sides_of
from nn.module import Module, Parameter, SameKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, ConvPadding, Generator, PaddingMode, Sizes, X

PLAIN = {"dilation": 1, "groups": 1, "padding_mode": "zeros", "output_padding": 0}  # `repr` leaves them out
MODES = ("zeros", "reflect", "replicate", "circular")


class _Convolution(Module):
    """What all have: the checks of the arguments, the parameters, and how they look."""

    axes = 0  # over which the kernels slide

    def _set_up(
        self, in_channels: int, out_channels: int, kernel_size: Sizes, stride: Sizes, padding: ConvPadding, dilation: Sizes,
        groups: int, padding_mode: str,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size: tuple[int, ...] = each(name, "kernel_size", kernel_size, self.axes)
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        self.padding_mode = padding_mode
        if isinstance(groups, bool) or not isinstance(groups, (int, np.integer)) or groups < 1:
            raise ValueError(f"{name}: groups must be an integer ≥ 1, got {groups!r}")
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: in_channels and out_channels must be multiples of groups, {groups}; got {in_channels}, {out_channels}"
            )
        if padding_mode not in MODES:
            raise ValueError(f"{name}: padding_mode must be one of {', '.join(map(repr, MODES))}, got {padding_mode!r}")
        steps, spread = each(name, "stride", stride, self.axes), each(name, "dilation", dilation, self.axes)
        self._sides = sides_of(name, self.kernel_size, steps, padding, spread)

    def _parameters(self, first: int, second: int, bias: bool, dtype: DTypeLike | None, generator: Generator) -> None:
        if not isinstance(bias, (bool, np.bool)):
            raise TypeError(f"{type(self).__name__}: bias must be True or False, got {bias!r}")
        self.weight = Parameter(np.empty((first, second, *self.kernel_size), dtype_of(dtype)))
        self.bias = Parameter(np.empty(self.out_channels, dtype_of(dtype))) if bias else None
        init.default_(self.weight, self.bias, generator)

    def extra_repr(self) -> str:
        shown = [(name, value) for name, value in vars(self).items() if isinstance(value, (bool, int, str, tuple, list))]
        return ", ".join(
            f"{name}={value!r}"
            for name, value in shown
            if name != "training" and name[0] != "_" and (name not in PLAIN or value != PLAIN[name])
        )


class _Forwards(_Convolution):
    function: Any = None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: ConvPadding = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: PaddingMode = "zeros",
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self._set_up(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode)
        self._parameters(out_channels, in_channels // groups, bias, dtype, generator)

    def forward(self, x: Tensor | Array) -> Tensor:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            x = functional.pad(x, [n for sides in self._sides[::-1] for n in sides], self.padding_mode)
            padding = 0
        out: Tensor = self.function(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)
        return out


class Conv2d(_Forwards):
    """Cross-correlation with learned kernels: (n, in_channels, h, w) -> (n, out_channels, rows, columns), or without n.

    kernel_size, stride   a number, or (down, right)
    padding               around the image: a number, (down, right), "same" or "valid"
    dilation              how far apart the elements under a kernel are: a number, or (down, right)
    groups                into how many parts the channels are split, each with kernels of its own
    padding_mode          what the padding is: "zeros", "reflect", "replicate" or "circular"
    weight                (out_channels, in_channels / groups, kernel height, kernel width), uniform in ±1/√fan_in
    bias                  (out_channels,), likewise; None with bias=False

    >>> import numpy as np, nn
    >>> nn.Conv2d(1, 6, 5, padding=2)(np.zeros((10, 1, 28, 28))).shape
    (10, 6, 28, 28)
    """

    axes, function = 2, staticmethod(functional.conv2d)


class Conv1d(_Forwards):
    """Conv2d along one axis: (n, in_channels, length) -> (n, out_channels, places), or without n.

    >>> import numpy as np, nn
    >>> nn.Conv1d(4, 8, 3, dilation=2)(np.zeros((10, 4, 20))).shape
    (10, 8, 16)
    """

    axes, function = 1, staticmethod(functional.conv1d)


class Conv3d(_Forwards):
    """Conv2d along three axes: (n, in_channels, depth, h, w) -> (n, out_channels, planes, rows, columns), or without n.

    >>> import numpy as np, nn
    >>> nn.Conv3d(1, 2, 3, padding=1)(np.zeros((2, 1, 4, 6, 6))).shape
    (2, 2, 4, 6, 6)
    """

    axes, function = 3, staticmethod(functional.conv3d)


class _Backwards(_Convolution):
    function: Any = None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sizes = 1,
        padding_mode: PaddingMode = "zeros",
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        name = type(self).__name__
        if padding_mode != "zeros":
            raise ValueError(f"{name}: padding_mode can only be 'zeros', since padding cuts off here, got {padding_mode!r}")
        each(name, "padding", padding, self.axes, 0)
        each(name, "output_padding", output_padding, self.axes, 0)
        self._set_up(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode)
        self.output_padding = output_padding
        self._parameters(in_channels, out_channels // groups, bias, dtype, generator)

    def forward(self, x: Tensor | Array, output_size: Sequence[int] | None = None) -> Tensor:
        more: Any = self.output_padding if output_size is None else self._missing(x, output_size)
        out: Tensor = self.function(x, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation)
        return out

    def _missing(self, x: Tensor | Array, output_size: Sequence[int]) -> tuple[int, ...]:
        """The output_padding that gives this size."""
        name, axes = type(self).__name__, self.axes
        wanted = each(name, "output_size", tuple(output_size)[-axes:], axes)
        steps, spread = each(name, "stride", self.stride, axes), each(name, "dilation", self.dilation, axes)
        sides = each(name, "padding", self.padding, axes, 0)
        least = transposed_sizes(x.shape[-axes:], self.kernel_size, steps, sides, spread, (0,) * axes)
        missing = tuple(a - b for a, b in zip(wanted, least, strict=True))
        if any(m < 0 or m >= max(s, d) for m, s, d in zip(missing, steps, spread, strict=True)):
            most = tuple(b + max(s, d) - 1 for b, s, d in zip(least, steps, spread, strict=True))
            raise ValueError(f"{name}: output_size must be from {least} to {most} for an input of {x.shape}, got {wanted}")
        return missing


class ConvTranspose2d(_Backwards):
    """Each element times a learned kernel, laid out and added up: (n, in_channels, h, w) -> (n, out_channels, rows, columns).

    The transpose of Conv2d with the same arguments, so it gives an image the size that Conv2d took away; not its inverse.

    padding          what is cut off at each side: a number, or (down, right)
    output_padding   rows and columns to add at the ends, where a stride leaves several sizes to choose from
    dilation, groups as in Conv2d, but note their places
    weight           (in_channels, out_channels / groups, kernel height, kernel width)

    A call takes `output_size=`, the size wanted, in the place of output_padding.

    >>> import numpy as np, nn
    >>> layer = nn.ConvTranspose2d(4, 1, 3, stride=2, padding=1)
    >>> layer(np.zeros((10, 4, 7, 7))).shape, layer(np.zeros((10, 4, 7, 7)), output_size=(14, 14)).shape
    ((10, 1, 13, 13), (10, 1, 14, 14))
    """

    axes, function = 2, staticmethod(functional.conv_transpose2d)


class ConvTranspose1d(_Backwards):
    """ConvTranspose2d along one axis.

    >>> import numpy as np, nn
    >>> nn.ConvTranspose1d(4, 1, 4, stride=2, padding=1)(np.zeros((10, 4, 7))).shape
    (10, 1, 14)
    """

    axes, function = 1, staticmethod(functional.conv_transpose1d)


class ConvTranspose3d(_Backwards):
    """ConvTranspose2d along three axes.

    >>> import numpy as np, nn
    >>> nn.ConvTranspose3d(2, 1, 2, stride=2)(np.zeros((1, 2, 3, 3, 3))).shape
    (1, 1, 6, 6, 6)
    """

    axes, function = 3, staticmethod(functional.conv_transpose3d)


class Unfold(SameKind):
    """The windows of an image as columns: (n, c, h, w) -> (n, c kh kw, places), or without n.

    >>> import numpy as np, nn
    >>> nn.Unfold((2, 3))(np.zeros((2, 5, 3, 4))).shape
    (2, 30, 4)
    """

    def __init__(self, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1) -> None:
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, x: X) -> X:
        return functional.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(SameKind):
    """Columns laid out as windows and added up where they overlap: (n, c kh kw, places) -> (n, c, *output_size), or without n.

    >>> import numpy as np, nn
    >>> nn.Fold((3, 4), (2, 3))(np.zeros((2, 30, 4))).shape
    (2, 5, 3, 4)
    """

    def __init__(
        self, output_size: Sizes, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, x: X) -> X:
        return functional.fold(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)
