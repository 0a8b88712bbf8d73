"""Activations: layers without parameters.

`inplace` is taken as in PyTorch and changes nothing: the result is the same, and the input stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from nn import functional
from nn.module import SameKind
from nn.values import operand_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import X


class Identity(SameKind):
    """x itself, whatever it is made with.

    >>> import numpy as np, nn
    >>> nn.Identity()(np.array([1.0, 2.0]))
    array([1., 2.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: X) -> X:
        return x


# The three in nearly every net call the Tensor's method, which saves 1 µs over the function.


class Tanh(SameKind):
    """tanh x, elementwise.

    >>> import numpy as np, nn
    >>> nn.Tanh()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.964,  0.   ,  0.964])
    """

    def forward(self, x: X) -> X:
        return x.tanh() if isinstance(x, Tensor) else np.tanh(operand_of(x))


class Sigmoid(SameKind):
    """1 / (1 + e⁻ˣ), elementwise.

    >>> import numpy as np, nn
    >>> nn.Sigmoid()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([0.1192, 0.5   , 0.8808])
    """

    def forward(self, x: X) -> X:
        return x.sigmoid() if isinstance(x, Tensor) else functional.sigmoid(x)


class ReLU(SameKind):
    """max(x, 0), elementwise.

    >>> import numpy as np, nn
    >>> nn.ReLU()(np.array([-2.0, 0.0, 2.0]))
    array([0., 0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return x.relu() if isinstance(x, Tensor) else functional.relu(x)


class SiLU(SameKind):
    """x sigmoid(x), elementwise.

    >>> import numpy as np, nn
    >>> nn.SiLU()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.2384,  0.    ,  1.7616])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.silu(x)


class Softplus(SameKind):
    """ln(1 + eᵇˣ) / b, elementwise, with b = beta; x itself where b x is greater than threshold, if that is given.

    >>> import numpy as np, nn
    >>> nn.Softplus()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([0.1269, 0.6931, 2.1269])
    """

    def __init__(self, beta: float = 1.0, threshold: float | None = None) -> None:
        self.beta, self.threshold = beta, threshold

    def forward(self, x: X) -> X:
        return functional.softplus(x, self.beta, self.threshold)


class LeakyReLU(SameKind):
    """x if x > 0, else negative_slope x.

    >>> import numpy as np, nn
    >>> nn.LeakyReLU()(np.array([-2.0, 0.0, 2.0]))
    array([-0.02,  0.  ,  2.  ])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: X) -> X:
        return functional.leaky_relu(x, self.negative_slope)


class ELU(SameKind):
    """x if x > 0, else alpha (eˣ - 1).

    >>> import numpy as np, nn
    >>> nn.ELU()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.8647,  0.    ,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: X) -> X:
        return functional.elu(x, self.alpha)


class GELU(SameKind):
    """x Φ(x), with the distribution function Φ of the normal distribution; approximate="tanh" for the usual approximation.

    >>> import numpy as np, nn
    >>> nn.GELU()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.0455,  0.    ,  1.9545])
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        self.approximate = approximate

    def forward(self, x: X) -> X:
        return functional.gelu(x, self.approximate)


class Softmax(SameKind):
    """eˣ / Σ eˣ along the axis dim, which may be left out for inputs of one or two axes, and is the last one then.

    >>> import numpy as np, nn
    >>> nn.Softmax()(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, x: X) -> X:
        return functional.softmax(x, self.dim)


class LogSoftmax(Softmax):
    """ln softmax(x) along the axis dim, as in Softmax.

    >>> import numpy as np, nn
    >>> nn.LogSoftmax()(np.array([0.0, 0.0])).round(4)
    array([-0.6931, -0.6931])
    """

    def forward(self, x: X) -> X:
        return functional.log_softmax(x, self.dim)
