"""Layers that only order elements anew: Flatten, Unflatten, ChannelShuffle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import SameKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nn.types import X


class Flatten(SameKind):
    """The axes from start_dim to end_dim as one: (n, channels, height, width) -> (n, features).

    >>> import numpy as np, nn
    >>> nn.Flatten()(np.zeros((2, 3, 4))).shape
    (2, 12)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: X) -> X:
        return functional.flatten(x, self.start_dim, self.end_dim)


class Unflatten(SameKind):
    """The axis dim as several, of the sizes in unflattened_size; one of them may be -1.

    >>> import numpy as np, nn
    >>> nn.Unflatten(1, (3, -1))(np.zeros((2, 12))).shape
    (2, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: X) -> X:
        return functional.unflatten(x, self.dim, self.unflattened_size)


class ChannelShuffle(SameKind):
    """The channels, on axis 1, taken from the groups in turn: 0 1 2 3 with two groups becomes 0 2 1 3.

    >>> import numpy as np, nn
    >>> nn.ChannelShuffle(2)(np.array([[[0], [1], [2], [3]]])).ravel()
    array([0, 2, 1, 3])
    """

    def __init__(self, groups: int) -> None:
        self.groups = groups

    def forward(self, x: X) -> X:
        return functional.channel_shuffle(x, self.groups)
