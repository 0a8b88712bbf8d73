"""What the strategies draw. Their functions are declared in autograd_core.testing: here mypy takes `arrays` for arrays.py."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import hypothesis as hypothesis
from hypothesis.strategies import SearchStrategy
from numpy.typing import DTypeLike

from autograd_core import Array
from autograd_core.testing import arrays as arrays
from autograd_core.testing import axes as axes
from autograd_core.testing import calls as calls
from autograd_core.testing import expressions as expressions
from autograd_core.testing import indices as indices
from autograd_core.testing import networks as networks
from autograd_core.testing import operands as operands
from autograd_core.testing import orthogonal as orthogonal
from autograd_core.testing import positive_definite as positive_definite
from autograd_core.testing import shapes as shapes
from autograd_core.testing import shapes_that_broadcast as shapes_that_broadcast
from autograd_core.testing import tensors as tensors
from autograd_core.testing import well_conditioned as well_conditioned

__all__: list[str]

Sides: TypeAlias = tuple[int, ...]
Layout: TypeAlias = Literal["C", "F", "reversed", "strided", "read-only", "broadcast"]
Layouts: TypeAlias = Layout | Sequence[Layout] | None

LAYOUTS: tuple[Layout, ...]

class Network(NamedTuple):
    batch: int
    sizes: Sides
    @property
    def parameters(self) -> list[Sides]: ...

class Expression:
    source: str
    shapes: tuple[Sides, ...]
    intervals: tuple[tuple[float, float], ...]
    calls: tuple[str, ...]
    def __init__(
        self,
        lines: Sequence[str],
        result: str,
        shapes: Sequence[Sequence[int]],
        intervals: Sequence[tuple[float, float]] | None = None,
    ) -> None: ...
    def __call__(self, *arguments: Any) -> Any: ...
    def arguments(self, dtype: DTypeLike = ..., *, layout: Layouts = None) -> SearchStrategy[tuple[Array, ...]]: ...
