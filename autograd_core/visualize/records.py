"""What a drawing consists of: a list of plain records, made by one walk (walk.py) and printed as DOT, SVG, text or a page.

A `Record` is one box. Its fields:

    id       "n0", "n1", …: the place in the list, which is in the order of creation; what a box comes from is before it
    kind     "op"      an operation
             "param"   a leaf: what a gradient was asked for
             "input"   an array that no gradient was asked for
             "const"   a number among the operands, or an operand of which nothing is known (`record()` would)
             "base"    the array that an output is a view of, if that is itself a result
             "output"  an output, after the operation that made it
    op       for "op" the name of the operation ("matmul"), else None
    name     name of the Tensor, or None: from `params`, from the module that was watched by `record()`, or its own
    module   ((name, title), …) from the outside in: (("fc1", "Linear(3, 4)"),)
    shape    None if it is unknown
    dtype    None if it is unknown
    inputs   (id, operand) for every edge that comes in, in the order of the operands
    attrs    {argument: value} of the other arguments, as far as they are known
    saved    [Saved, …]: what the operation keeps for the backward pass; empty after the pass
    source   (file's name, line number, text of the line), or None if it was not recorded
    value    the array or NumPy scalar, or None if it is unknown
    grad     its gradient, or None
    base     for "output": id of the box that it is a view of, or None
    released whether a backward pass has used up what the operation came from, so that the drawing ends here
    uses     how many boxes a leaf was given, one for each use, if a single box would need long edges; 1 otherwise
    node     the node of the graph; None for "input" and "const"; for "base" and "output" that of their operation
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograd_core.visualize.types import ModulePath


class Edge(NamedTuple):
    """What comes into a box: the id of the box that it comes from, and the operand's name."""

    id: str
    operand: str


class Saved(NamedTuple):
    """An array that an operation keeps for its backward pass: its name there, and the id of the box that it is, or None."""

    name: str
    value: Any
    of: str | None


@dataclass(slots=True)
class Record:
    """One box of a drawing; the module's docstring says what the fields are."""

    id: str
    kind: str
    op: str | None = None
    name: str | None = None
    module: ModulePath = ()
    shape: tuple[int, ...] | None = None
    dtype: np.dtype[Any] | None = None
    inputs: list[Edge] = field(default_factory=list)
    attrs: dict[str, Any] = field(default_factory=dict)
    saved: list[Saved] = field(default_factory=list)
    source: tuple[str, int, str] | None = None
    value: Any = None
    grad: Any = None
    base: str | None = None
    released: bool = False
    uses: int = 1
    node: Any = None


def common_dtype(records: Iterable[Record]) -> np.dtype[Any] | None:
    """The dtype that most boxes have, which labels therefore need not say."""
    counted = Counter(record.dtype for record in records if record.dtype is not None)
    return counted.most_common(1)[0][0] if counted else None


def consumers_of(records: Iterable[Record]) -> dict[str, list[tuple[str, str]]]:
    """{id: [(id of a box that it goes into, operand), …]}, in the order of the list."""
    consumers: dict[str, list[tuple[str, str]]] = {record.id: [] for record in records}
    for record in records:
        for edge in record.inputs:
            consumers[edge.id].append((record.id, edge.operand))
    return consumers
