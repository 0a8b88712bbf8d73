"""The types in nn's annotations. `X` is a Tensor for a Tensor, an array for an array; the operands beside it decide nothing.

Nothing imports this module when a program runs: numpy.typing alone would take as long as all of nn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, ParamSpec, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_core import Tensor

Array: TypeAlias = NDArray[Any]
Operand: TypeAlias = Tensor | ArrayLike
Reduction: TypeAlias = Literal["mean", "sum", "none"]
Sizes: TypeAlias = int | tuple[int, ...] | list[int]
ConvPadding: TypeAlias = Sizes | Literal["same", "valid"]
PaddingMode: TypeAlias = Literal["zeros", "reflect", "replicate", "circular"]
Sides: TypeAlias = tuple[tuple[int, int], ...]  # ((top, bottom), (left, right))
Generator: TypeAlias = np.random.Generator | int | np.integer[Any] | None
Fan: TypeAlias = Literal["fan_in", "fan_out"]
Group: TypeAlias = dict[str, Any]
Parameters: TypeAlias = Iterable[Tensor | Group]

X = TypeVar("X", Tensor, Array, Tensor | Array)
T = TypeVar("T", bound=Tensor | NDArray[Any])
P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Forward(Protocol[P, R_co]):
    """What can be called as its `forward` is."""

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...


class Elementwise(Protocol):
    """A function of one operand that keeps its shape."""

    def __call__(self, x: X, /) -> X: ...


Function: TypeAlias = Callable[..., Any]
