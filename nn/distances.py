"""Layers of two vectors: CosineSimilarity, PairwiseDistance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn import functional
from nn.module import Module

if TYPE_CHECKING:
    from typing import Any


class CosineSimilarity(Module):
    """The cosine of the angle between x1 and x2 along the axis dim, which goes; a norm counts as eps at least.

    >>> import numpy as np, nn
    >>> nn.CosineSimilarity()(np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])).round(3)
    array([0.707])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        self.dim, self.eps = dim, eps

    def forward(self, x1: Any, x2: Any) -> Any:
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """‖x1 - x2 + eps‖, the p-norm along the last axis: (…, features) -> (…); with keepdim (…, 1).

    >>> import numpy as np, nn
    >>> nn.PairwiseDistance()(np.array([[3.0, 4.0]]), np.zeros((1, 2))).round(3)
    array([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.p, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1: Any, x2: Any) -> Any:
        return functional.pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)
