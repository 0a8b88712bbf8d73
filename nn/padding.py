"""Pads: more elements around a line, an image or a volume; negative numbers take some away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn import functional
from nn.functional.windows import batched
from nn.module import SameKind

if TYPE_CHECKING:
    from nn.types import Sizes, X

SIDES = ("", "(left, right)", "(left, right, top, bottom)", "(left, right, top, bottom, front, back)")


class _Pad(SameKind):
    axes, mode = 0, "constant"
    value: float | None = None

    def __init__(self, padding: Sizes) -> None:
        name, count = type(self).__name__, 2 * self.axes
        numbers = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * count
        if len(numbers) != count or not all(isinstance(n, (int, np.integer)) for n in numbers):
            raise ValueError(f"{name}: padding must be an integer, or {SIDES[self.axes]}, got {padding!r}")
        self.padding: tuple[int, ...] = numbers

    def forward(self, x: X) -> X:
        batched(type(self).__name__, x, self.axes)  # which axes are padded depends on their number
        return functional.pad(x, self.padding, self.mode, self.value)


class ConstantPad2d(_Pad):
    """`value` around an image: (n, c, h, w), or without n. `padding` is a number, or (left, right, top, bottom).

    >>> import numpy as np, nn
    >>> nn.ConstantPad2d((1, 0, 1, 0), 7.0)(np.zeros((1, 1, 1)))
    array([[[7., 7.],
            [7., 0.]]])
    """

    axes = 2

    def __init__(self, padding: Sizes, value: float) -> None:
        super().__init__(padding)
        self.value = value


class ConstantPad1d(ConstantPad2d):
    """`value` around a line: (n, c, length), or without n. `padding` is a number, or (left, right).

    >>> import numpy as np, nn
    >>> nn.ConstantPad1d((1, 0), 9.0)(np.array([[[1.0, 2.0]]]))
    array([[[9., 1., 2.]]])
    """

    axes = 1


class ConstantPad3d(ConstantPad2d):
    """`value` around a volume. `padding` is a number, or (left, right, top, bottom, front, back).

    >>> import numpy as np, nn
    >>> nn.ConstantPad3d(1, 9.0)(np.zeros((1, 1, 2, 2, 2))).shape
    (1, 1, 4, 4, 4)
    """

    axes = 3


class ZeroPad1d(_Pad):
    """Zeros around a line: (n, c, length), or without n. `padding` is a number, or (left, right).

    >>> import numpy as np, nn
    >>> nn.ZeroPad1d(1)(np.array([[[1.0, 2.0]]]))
    array([[[0., 1., 2., 0.]]])
    """

    axes = 1


class ZeroPad2d(_Pad):
    """Zeros around an image: (n, c, h, w), or without n. `padding` is a number, or (left, right, top, bottom).

    >>> import numpy as np, nn
    >>> nn.ZeroPad2d(1)(np.ones((10, 3, 4, 5))).shape
    (10, 3, 6, 7)
    """

    axes = 2


class ZeroPad3d(_Pad):
    """Zeros around a volume. `padding` is a number, or (left, right, top, bottom, front, back).

    >>> import numpy as np, nn
    >>> nn.ZeroPad3d(1)(np.ones((1, 1, 2, 2, 2))).shape
    (1, 1, 4, 4, 4)
    """

    axes = 3


class ReflectionPad1d(_Pad):
    """A line seen in mirrors at its ends, which are not repeated. `padding` is a number, or (left, right).

    >>> import numpy as np, nn
    >>> nn.ReflectionPad1d(2)(np.array([[1.0, 2.0, 3.0]]))
    array([[3., 2., 1., 2., 3., 2., 1.]])
    """

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """An image seen in mirrors at its edges, which are not repeated. `padding` is a number, or (left, right, top, bottom).

    >>> import numpy as np, nn
    >>> nn.ReflectionPad2d((1, 1, 0, 0))(np.array([[[1.0, 2.0, 3.0]]]))
    array([[[2., 1., 2., 3., 2.]]])
    """

    axes, mode = 2, "reflect"


class ReplicationPad1d(_Pad):
    """The ends of a line repeated. `padding` is a number, or (left, right).

    >>> import numpy as np, nn
    >>> nn.ReplicationPad1d((2, 1))(np.array([[[1.0, 2.0]]]))
    array([[[1., 1., 1., 2., 2.]]])
    """

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """The edges of an image repeated. `padding` is a number, or (left, right, top, bottom).

    >>> import numpy as np, nn
    >>> nn.ReplicationPad2d((1, 0, 1, 0))(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([[[1., 1., 2.],
            [1., 1., 2.],
            [3., 3., 4.]]])
    """

    axes, mode = 2, "replicate"


class CircularPad1d(_Pad):
    """A line closed to a ring. `padding` is a number, or (left, right).

    >>> import numpy as np, nn
    >>> nn.CircularPad1d(1)(np.array([[[1.0, 2.0, 3.0]]]))
    array([[[3., 1., 2., 3., 1.]]])
    """

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """An image that goes on at its opposite edges. `padding` is a number, or (left, right, top, bottom).

    >>> import numpy as np, nn
    >>> nn.CircularPad2d((1, 0, 1, 0))(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([[[4., 3., 4.],
            [2., 1., 2.],
            [4., 3., 4.]]])
    """

    axes, mode = 2, "circular"
