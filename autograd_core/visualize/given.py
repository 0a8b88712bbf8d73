"""What `explore` and `animate` are given: a result, or a function that is called for it, and the file to write."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_core.graph.variable import Variable
from autograd_core.visualize.export import Export
from autograd_core.visualize.keep import record
from autograd_core.visualize.outputs import outputs_of
from autograd_core.visualize.walk import records

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from autograd_core.visualize.types import Params

MOST = 20_000  # nodes on a page


def path_of(name: str, path: Any) -> Path | None:
    """The file to write; a module or names in its place are refused."""
    if path is not None and not isinstance(path, (str, PathLike)):
        raise TypeError(f"{name}: path must be a file name or None, got {type(path).__name__}; write params=… for names")
    return None if path is None else Path(path)


def export_of(output: Any, params: Params, values: bool, grads: bool, max_bytes: int) -> Export:
    """What a page shows of a result, or of what a function computes."""
    computed = output
    if is_function(output):
        with record():
            computed = output()
    outputs = outputs_of(computed)
    if _is_large([tensor._node for _, tensor in outputs]):
        raise ValueError(
            f"explore: the graph has more than {MOST:,} nodes, which is what a page can hold. Explore a part, the result of "
            'a layer or of a few steps; or draw its modules closed: visualize.draw(output, "graph.svg", depth=1)'
        )
    return Export(outputs, records(computed, params), values, grads, max_bytes)


def is_function(function: Any) -> bool:
    """Whether this is a function that can be called without arguments: a lambda, say, but no module and no method of a Tensor."""
    if isinstance(function, Variable):
        return False
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None or isinstance(getattr(function, "__self__", None), Variable):
        return False
    given = len(function.__defaults__ or ()) + hasattr(function, "__self__")
    return code.co_argcount == given


def _is_large(nodes: Iterable[Any]) -> bool:
    """Whether more than MOST nodes can be reached; looked at first, since the records of a million take a while."""
    todo = [node for node in nodes if node is not None]
    seen = set(todo)
    for node in todo:  # grows while it is walked
        for parent in node.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                todo.append(parent)
        if len(todo) > MOST:
            return True
    return False
