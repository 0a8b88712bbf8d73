"""The types of autograd_core.visualize."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, TypeAlias

import graphviz

from autograd_core import Tensor, _Mode
from autograd_core.visualize.records import Record

__all__: list[str]

class _Module(Protocol):
    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Any]]: ...

Output: TypeAlias = Tensor | Sequence[Any] | Mapping[Any, Any]
Params: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]] | _Module | None
Path: TypeAlias = str | PathLike[str]

def make_dot(
    output: Output,
    params: Params = None,
    show_attrs: bool = False,
    show_saved: bool = False,
    max_attr_chars: int = 50,
    *,
    values: bool = False,
    grads: bool = False,
    constants: bool = True,
    depth: int | None = None,
    direction: Literal["down", "up", "right", "left"] = "down",
) -> graphviz.Digraph: ...

class Drawing:
    @property
    def svg(self) -> str: ...
    @property
    def dot(self) -> str: ...
    def save(self, path: Path) -> None: ...

def draw(
    output: Output,
    path: Path | None = None,
    params: Params = None,
    *,
    values: bool = False,
    grads: bool = False,
    show_attrs: bool = False,
    show_saved: bool = False,
    max_attr_chars: int = 50,
    constants: bool = True,
    depth: int | None = None,
    direction: Literal["down", "up", "right", "left"] = "down",
) -> Drawing: ...

class _Page:
    path: Path | None
    text: str

def explore(
    output: Output | Callable[[], Any],
    params: Params = None,
    path: Path | None = "graph.html",
    values: bool = True,
    grads: bool = True,
    max_bytes: int = 5_000_000,
) -> _Page: ...
def listing(
    output: Output,
    params: Params = None,
    *,
    values: bool = False,
    grads: bool = False,
    constants: bool = True,
    depth: int | None = None,
) -> str: ...

class record(_Mode): ...

def records(output: Output, params: Params = None, constants: bool = True) -> list[Record]: ...
