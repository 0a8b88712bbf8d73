"""Linear and Bilinear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nn import functional, init
from nn.dtypes import dtype_of
from nn.module import Module, Parameter

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core import Tensor
    from nn.types import Array, Generator


class Linear(Module):
    """x weightᵀ + bias: (…, in_features) -> (…, out_features).

    weight   (out_features, in_features), uniform in ±1/√in_features
    bias     (out_features,), likewise; None with bias=False

    >>> import numpy as np, nn
    >>> nn.Linear(3, 4)(np.zeros((5, 3))).shape
    (5, 4)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.in_features, self.out_features = in_features, out_features
        # In Fortran's order, in which x weightᵀ takes up to a quarter less
        self.weight = Parameter(np.empty((out_features, in_features), dtype_of(dtype), order="F"))
        self.bias = Parameter(np.empty(out_features, dtype_of(dtype))) if bias else None
        init.default_(self.weight, self.bias, generator)

    def forward(self, x: Any) -> Tensor:
        return functional.linear(x, self.weight, self.bias)


class Bilinear(Module):
    """x₁ᵀ weight x₂ + bias: (…, in1_features) and (…, in2_features) -> (…, out_features).

    weight   (out_features, in1_features, in2_features), uniform in ±1/√in1_features
    bias     (out_features,), likewise; None with bias=False

    >>> import numpy as np, nn
    >>> nn.Bilinear(3, 4, 2)(np.zeros((5, 3)), np.zeros((5, 4))).shape
    (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: Generator = None,
    ) -> None:
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        bound = in1_features**-0.5
        self.weight = init.uniform_(
            Parameter(np.empty((out_features, in1_features, in2_features), dtype_of(dtype))), -bound, bound, generator
        )
        self.bias = init.uniform_(Parameter(np.empty(out_features, dtype_of(dtype))), -bound, bound, generator) if bias else None

    def forward(self, x1: Tensor | Array, x2: Tensor | Array) -> Tensor:
        out: Any = functional.bilinear(x1, x2, self.weight, self.bias)
        return out
