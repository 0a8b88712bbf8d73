"""Dropout layers: of elements, of whole channels, and in the way that keeps the mean and variance of SELU nets.

`inplace` is taken as in PyTorch and changes nothing: the result is the same, and the input stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.functional.dropout import check_inplace, check_probability
from nn.module import SameKind
from nn.random import generator as generator_of

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Generator, X


class Dropout(SameKind):
    """While training, each element is 0 with probability p, else divided by 1 - p; after `eval()`, the input itself.

    >>> import numpy as np, nn
    >>> drop = nn.Dropout(0.5, generator=0)
    >>> drop(np.ones(6))
    array([2., 0., 0., 0., 2., 2.])
    >>> drop.eval()(np.ones(6))
    array([1., 1., 1., 1., 1., 1.])
    """

    function: Any = staticmethod(functional.dropout)

    def __init__(self, p: float = 0.5, inplace: bool = False, *, generator: Generator = None) -> None:
        check_probability(type(self).__name__, p)
        check_inplace(type(self).__name__, inplace)
        self.p, self.generator = p, None if generator is None else generator_of(generator)

    def forward(self, x: X) -> X:
        return self.function(x, self.p, self.training, generator=self.generator)


class Dropout1d(Dropout):
    """Dropout of whole channels: (n, channels, length) or (channels, length).

    >>> import numpy as np, nn
    >>> nn.Dropout1d(0.5, generator=0)(np.ones((1, 3, 2)))
    array([[[2., 2.],
            [0., 0.],
            [0., 0.]]])
    """

    function = staticmethod(functional.dropout1d)


class Dropout2d(Dropout):
    """Dropout of whole channels: (n, channels, height, width).

    >>> import numpy as np, nn
    >>> nn.Dropout2d(0.5, generator=0)(np.ones((1, 3, 2, 2))).sum((2, 3))
    array([[8., 0., 0.]])
    """

    function = staticmethod(functional.dropout2d)


class Dropout3d(Dropout):
    """Dropout of whole channels: (n, channels, depth, height, width) or (channels, depth, height, width).

    >>> import numpy as np, nn
    >>> nn.Dropout3d(0.5, generator=0)(np.ones((1, 3, 2, 2, 2))).sum((2, 3, 4))
    array([[16.,  0.,  0.]])
    """

    function = staticmethod(functional.dropout3d)


class AlphaDropout(Dropout):
    """While training, each element is at SELU's lower bound with probability p; all are scaled so that mean and variance stay.

    >>> import numpy as np, nn
    >>> drop = nn.AlphaDropout(0.5, generator=0)
    >>> drop(np.zeros(4)).round(4)
    array([ 0.7792, -0.7792, -0.7792, -0.7792])
    >>> drop.eval()(np.zeros(4))
    array([0., 0., 0., 0.])
    """

    function = staticmethod(functional.alpha_dropout)


class FeatureAlphaDropout(Dropout):
    """AlphaDropout of whole channels: (n, channels, …).

    >>> import numpy as np, nn
    >>> nn.FeatureAlphaDropout(0.5, generator=0)(np.zeros((1, 3, 2))).round(4)
    array([[[ 0.7792,  0.7792],
            [-0.7792, -0.7792],
            [-0.7792, -0.7792]]])
    """

    function = staticmethod(functional.feature_alpha_dropout)
