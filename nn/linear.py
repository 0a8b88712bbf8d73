"""Linear, Embedding and Flatten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn import functional, init
from nn.dtypes import dtype_of
from nn.module import Module, Parameter, SameKind

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Generator, Operand, X


class Linear(Module):
    """x weightᵀ + bias: (…, in_features) -> (…, out_features).

    weight   (out_features, in_features), uniform in ±1/√in_features
    bias     (out_features,), likewise; None with bias=False

    >>> import numpy as np, nn
    >>> nn.Linear(3, 4)(np.zeros((5, 3))).shape
    (5, 4)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, dtype: DTypeLike | None = None, generator: Generator = None
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        # In Fortran's order, in which x weightᵀ takes up to a quarter less
        self.weight = Parameter(np.empty((out_features, in_features), dtype_of(dtype), order="F"))
        self.bias = Parameter(np.empty(out_features, dtype_of(dtype))) if bias else None
        init.default_(self.weight, self.bias, generator)

    def forward(self, x: Any) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class Embedding(Module):
    """A row of weight for each number: integers (…) -> (…, embedding_dim).

    weight   (num_embeddings, embedding_dim), normal

    >>> import nn
    >>> nn.Embedding(10, 3)([[1, 2], [4, 9]]).shape
    (2, 2, 3)
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, dtype: DTypeLike | None = None, generator: Generator = None
    ) -> None:
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.weight = init.normal_(Parameter(np.empty((num_embeddings, embedding_dim), dtype_of(dtype))), generator=generator)

    def forward(self, x: Operand) -> Tensor:
        return functional.embedding(x, self.weight)


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
