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
    """x, cut at min_val and max_val."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val, self.max_val = min_val, max_val

    def forward(self, x: X) -> X:
        return functional.hardtanh(x, self.min_val, self.max_val)


class ReLU6(SameKind):
    """x, cut at 0 and 6."""

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.relu6(x)


class Hardsigmoid(SameKind):
    """(x + 3) / 6, cut at 0 and 1."""

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.hardsigmoid(x)


class Hardswish(SameKind):
    """x hardsigmoid(x)."""

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.hardswish(x)


class SELU(SameKind):
    """s elu(x, a), with the s and a for which mean 0 and variance 1 stay what they are."""

    def __init__(self, inplace: bool = False) -> None:
        pass

    def forward(self, x: X) -> X:
        return functional.selu(x)


class CELU(SameKind):
    """x if x > 0, else alpha (e^(x / alpha) - 1)."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = alpha

    def forward(self, x: X) -> X:
        return functional.celu(x, self.alpha)


class Softsign(SameKind):
    """x / (1 + |x|)."""

    def forward(self, x: X) -> X:
        return functional.softsign(x)


class Tanhshrink(SameKind):
    """x - tanh x, to full relative precision."""

    def forward(self, x: X) -> X:
        return functional.tanhshrink(x)


class Softshrink(SameKind):
    """x, nearer to 0 by lambd, and 0 if it is as near already."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: X) -> X:
        return functional.softshrink(x, self.lambd)


class Hardshrink(SameKind):
    """x, and 0 if |x| ≤ lambd."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = lambd

    def forward(self, x: X) -> X:
        return functional.hardshrink(x, self.lambd)


class Threshold(SameKind):
    """x if x > threshold, else value."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold, self.value = threshold, value

    def forward(self, x: X) -> X:
        return functional.threshold(x, self.threshold, self.value)
