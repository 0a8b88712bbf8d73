"""The types in this package's annotations. Nothing imports this module when a program runs, so hypothesis need not be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from hypothesis.strategies import SearchStrategy
from numpy.typing import DTypeLike, NDArray

Array: TypeAlias = NDArray[Any]
Function: TypeAlias = Callable[..., Any]
Line: TypeAlias = Callable[[Any], Array]  # values along a direction, as a function of the step

Mode: TypeAlias = Literal["reverse", "forward"]
Modes: TypeAlias = tuple[Mode, ...] | list[Mode] | set[Mode]
Kinks: TypeAlias = Literal["reject", "accept"]
Argnums: TypeAlias = int | Sequence[int] | None

Sides: TypeAlias = tuple[int, ...]
Shape: TypeAlias = int | Sequence[int] | SearchStrategy[Sides] | None
DType: TypeAlias = DTypeLike | SearchStrategy[Any]
Count: TypeAlias = int | SearchStrategy[int] | None
Elements: TypeAlias = tuple[float, float] | SearchStrategy[Any]
MemoryLayout: TypeAlias = Literal["C", "F", "reversed", "strided", "read-only", "broadcast"]
Layouts: TypeAlias = MemoryLayout | Sequence[MemoryLayout] | None
Random: TypeAlias = np.random.Generator
