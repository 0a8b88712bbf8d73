"""Activations that weigh: by learned or drawn slopes, by a part of the input, by what the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn import functional
from nn.dtypes import dtype_of
from nn.module import Module, Parameter, SameKind
from nn.random import generator as generator_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator, X


class PReLU(Module):
    """x if x > 0, else weight x, where the weight is learned: one for all, or one a channel, on axis 1.

    >>> import numpy as np, nn
    >>> nn.PReLU()(np.array([-4.0, 2.0])).numpy()
    array([-1.,  2.])
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike | None = None) -> None:
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype_of(dtype)))

    def forward(self, x: Tensor | Array) -> Tensor:
        out: Any = functional.prelu(x, self.weight)
        return out


class RReLU(SameKind):
    """x if x > 0, else a x: while training with a drawn for each element, uniform from lower to upper, else their mean.

    `inplace` changes nothing: the result is the same.

    >>> import numpy as np, nn
    >>> nn.RReLU(0.2, 0.4).eval()(np.array([-1.0, 2.0])).round(4)
    array([-0.3,  2. ])
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False, *, generator: Generator = None) -> None:
        self.lower, self.upper, self.generator = lower, upper, None if generator is None else generator_of(generator)

    def forward(self, x: X) -> X:
        return functional.rrelu(x, self.lower, self.upper, self.training, generator=self.generator)


class Mish(SameKind):
    """x tanh(ln(1 + eˣ)), elementwise. `inplace` changes nothing: the result is the same.

    >>> import numpy as np, nn
    >>> nn.Mish()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.2525,  0.    ,  1.944 ])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.mish(x)


class LogSigmoid(SameKind):
    """ln sigmoid(x), elementwise, to full relative precision.

    >>> import numpy as np, nn
    >>> nn.LogSigmoid()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-2.1269, -0.6931, -0.1269])
    """

    def forward(self, x: X) -> X:
        return functional.logsigmoid(x)


class GLU(SameKind):
    """a sigmoid(b), where a and b are the halves of the input along the axis dim.

    >>> import numpy as np, nn
    >>> nn.GLU()(np.array([[1.0, 2.0, 0.0, 0.0]]))
    array([[0.5, 1. ]])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: X) -> X:
        return functional.glu(x, self.dim)


class Softmin(SameKind):
    """softmax(-x) along the axis dim, which may be left out for inputs of one or two axes, and is the last one then.

    >>> import numpy as np, nn
    >>> nn.Softmin()(np.array([0.0, np.log(3.0)]))
    array([0.75, 0.25])
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: X) -> X:
        return functional.softmin(x, self.dim)


class Softmax2d(SameKind):
    """softmax over the channels of each pixel: (n, channels, height, width) or (channels, height, width).

    >>> import numpy as np, nn
    >>> nn.Softmax2d()(np.array([[[0.0, 5.0]], [[0.0, 5.0]]])).ravel()
    array([0.5, 0.5, 0.5, 0.5])
    """

    def forward(self, x: X) -> X:
        if x.ndim not in (3, 4):
            raise errors.ShapeError(
                f"softmax: expected an input of shape (n, channels, height, width) or without n, got {x.shape}"
            )
        return functional.softmax(x, -3)
