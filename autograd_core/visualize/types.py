"""The types in this package's annotations. Nothing imports this module when a program runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias

from numpy.typing import NDArray

from autograd_core import Tensor
from autograd_core.visualize.keep import Part


class Named(Protocol):
    """A module, as far as names are concerned."""

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Any]]: ...


class Page(Protocol):
    """A live page and what answers it, as far as whoever shows it is concerned."""

    def page(self, at: str = "here") -> str: ...

    def answer(self, request: Any) -> str: ...


Array: TypeAlias = NDArray[Any]
Output: TypeAlias = Tensor | Sequence[Any] | Mapping[Any, Any]
Params: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]] | Named | None
FilePath: TypeAlias = str | PathLike[str]
Depth: TypeAlias = int | Literal["auto"] | None
Direction: TypeAlias = Literal["down", "up", "right", "left"]

Node: TypeAlias = Any  # of the graph: a Node, a Leaf or what a backward pass has left of one
ModulePath: TypeAlias = tuple[Part, ...]
Point: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[float, float]  # two lengths, or two ends
Cluster: TypeAlias = tuple[Iterable[str], Iterable[str], Iterable[str]]  # members, what must be above them, what below
Clusters: TypeAlias = dict[ModulePath, tuple[ModulePath, list[str], list[str], dict[str, None]]]
