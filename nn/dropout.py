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
    """While training, each element is 0 with probability p, else divided by 1 - p; after `eval()`, the input itself."""

    function: Any = staticmethod(functional.dropout)

    def __init__(self, p: float = 0.5, inplace: bool = False, *, generator: Generator = None) -> None:
        check_probability(type(self).__name__, p)
        check_inplace(type(self).__name__, inplace)
        self.p, self.generator = p, None if generator is None else generator_of(generator)

    def forward(self, x: X) -> X:
        return self.function(x, self.p, self.training, generator=self.generator)


class Dropout1d(Dropout):
    """Dropout of whole channels: (n, channels, length) or (channels, length)."""

    function = staticmethod(functional.dropout1d)


class Dropout2d(Dropout):
    """Dropout of whole channels: (n, channels, height, width)."""

    function = staticmethod(functional.dropout2d)


class Dropout3d(Dropout):
    """Dropout of whole channels: (n, channels, depth, height, width) or (channels, depth, height, width)."""

    function = staticmethod(functional.dropout3d)


class AlphaDropout(Dropout):
    """While training, each element is at SELU's lower bound with probability p; all are scaled so that mean and variance stay."""

    function = staticmethod(functional.alpha_dropout)


class FeatureAlphaDropout(Dropout):
    """AlphaDropout of whole channels: (n, channels, …)."""

    function = staticmethod(functional.feature_alpha_dropout)
