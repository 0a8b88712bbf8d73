"""Activations made of pieces: straight lines, or a line and a curve.

`inplace` is taken as in PyTorch and changes nothing: the result is the same, and the input stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import SameKind

if TYPE_CHECKING:
    from nn.types import X


class Hardtanh(SameKind):
    """x, cut at min_val and max_val.

    >>> import numpy as np, nn
    >>> nn.Hardtanh()(np.array([-2.0, 0.5, 2.0]))
    array([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: X) -> X:
        return functional.hardtanh(x, self.min_val, self.max_val)


class ReLU6(SameKind):
    """x, cut at 0 and 6.

    >>> import numpy as np, nn
    >>> nn.ReLU6()(np.array([-2.0, 3.0, 8.0]))
    array([0., 3., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.relu6(x)


class Hardsigmoid(SameKind):
    """(x + 3) / 6, cut at 0 and 1.

    >>> import numpy as np, nn
    >>> nn.Hardsigmoid()(np.array([-4.0, 0.0, 1.5]))
    array([0.  , 0.5 , 0.75])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.hardsigmoid(x)


class Hardswish(SameKind):
    """x hardsigmoid(x).

    >>> import numpy as np, nn
    >>> nn.Hardswish()(np.array([-4.0, 1.5, 4.0]))
    array([-0.   ,  1.125,  4.   ])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.hardswish(x)


class SELU(SameKind):
    """s elu(x, a), with the s and a for which mean 0 and variance 1 stay what they are.

    >>> import numpy as np, nn
    >>> nn.SELU()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-1.5202,  0.    ,  2.1014])
    """

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.selu(x)


class CELU(SameKind):
    """x if x > 0, else alpha (e^(x / alpha) - 1).

    >>> import numpy as np, nn
    >>> nn.CELU(alpha=2.0)(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-1.2642,  0.    ,  2.    ])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: X) -> X:
        return functional.celu(x, self.alpha)


class Softsign(SameKind):
    """x / (1 + |x|).

    >>> import numpy as np, nn
    >>> nn.Softsign()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-0.6667,  0.    ,  0.6667])
    """

    def forward(self, x: X) -> X:
        return functional.softsign(x)


class Tanhshrink(SameKind):
    """x - tanh x, to full relative precision.

    >>> import numpy as np, nn
    >>> nn.Tanhshrink()(np.array([-2.0, 0.0, 2.0])).round(4)
    array([-1.036,  0.   ,  1.036])
    """

    def forward(self, x: X) -> X:
        return functional.tanhshrink(x)


class Softshrink(SameKind):
    """x, nearer to 0 by lambd, and 0 if it is as near already.

    >>> import numpy as np, nn
    >>> nn.Softshrink()(np.array([-2.0, 0.25, 2.0]))
    array([-1.5,  0. ,  1.5])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: X) -> X:
        return functional.softshrink(x, self.lambd)


class Hardshrink(SameKind):
    """x, and 0 if |x| ≤ lambd.

    >>> import numpy as np, nn
    >>> nn.Hardshrink()(np.array([-2.0, 0.25, 2.0]))
    array([-2.,  0.,  2.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: X) -> X:
        return functional.hardshrink(x, self.lambd)


class Threshold(SameKind):
    """x if x > threshold, else value.

    >>> import numpy as np, nn
    >>> nn.Threshold(0.5, -1.0)(np.array([0.25, 0.5, 2.0]))
    array([-1., -1.,  2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold, self.value = threshold, value

    def forward(self, x: X) -> X:
        return functional.threshold(x, self.threshold, self.value)
