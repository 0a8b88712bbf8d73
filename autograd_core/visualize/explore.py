"""explore: the graph as one self-contained page, that steps through the forward and the backward pass."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.errors import GraphError
from autograd_core.graph.nodes import Node
from autograd_core.graph.variable import Variable
from autograd_core.visualize.events import backward_events
from autograd_core.visualize.explore_views import Views
from autograd_core.visualize.keep import record
from autograd_core.visualize.labels import visible
from autograd_core.visualize.outputs import outputs_of
from autograd_core.visualize.payload import Payloads, size_of
from autograd_core.visualize.walk import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from autograd_core.visualize.events import Event
    from autograd_core.visualize.records import Record
    from autograd_core.visualize.types import FilePath, Output, Params

MOST = 20_000  # nodes on a page
TEMPLATE = Path(__file__).with_name("explorer.html")
HALVES = re.compile("[\ud800-\udfff]")
PLACEHOLDER = '{"placeholder": "the graph"}'


class Page:
    """What `explore` returns: the page's `path`, and itself in a notebook."""

    def __init__(self, path: Path | None, text: str) -> None:
        self.path, self.text = path, text

    def _repr_html_(self) -> str:
        source = html.escape(self.text, quote=True)
        style = "width: 100%; height: 720px; border: 0"
        return f'<iframe title="Computation graph" srcdoc="{source}" sandbox="allow-scripts" style="{style}"></iframe>'

    def __repr__(self) -> str:
        return f"<explorer of {self.path}, {len(self.text.encode()):,} bytes>"


def explore(
    output: Output | Callable[[], Any],
    params: Params = None,
    path: FilePath | None = "graph.html",
    values: bool = True,
    grads: bool = True,
    max_bytes: int = 5_000_000,
) -> Page:
    """Write a page that shows how `output` was computed and how its gradient comes back, step by step.

    output     a Tensor that was computed, a list, tuple or dict of them, or a function of no arguments that computes one;
               the function is run inside `visualize.record()`, and then the page has everything: `explore(lambda: loss(x))`
    params     names: {name: Tensor}, such as `dict(model.named_parameters())`, or a module
    path       the file to write; None to write none
    values     whether to show the values of arrays
    grads      whether to do a backward pass and show its steps. It is a pass of the page's own: no `.grad` changes, and
               the graph can still be used. From an output that is not a scalar it starts with ones
    max_bytes  about how large the page may be; the values of the largest arrays are left out if need be

    Returns a `Page`, which a notebook shows. It needs nothing but a browser: no network, no other file. Raises TypeError,
    saying what to pass, for anything but the result of a computation, and ValueError for a graph of more than 20,000 nodes.

    >>> from autograd_core import Tensor
    >>> from autograd_core.visualize import explore
    >>> w = Tensor(3.0, requires_grad=True, name="w")
    >>> page = explore(lambda: w * w + 1, path=None)
    >>> page.text.startswith("<!doctype html>")
    True
    """
    computed: Any = output
    if callable(output) and not isinstance(output, Variable) and _takes_nothing(output):
        with record():
            computed = output()
    outputs = outputs_of(computed)
    if _is_large([tensor._node for _, tensor in outputs]):
        raise ValueError(
            f"explore: the graph has more than {MOST:,} nodes, which is what a page can hold. Explore a part, the result of "
            'a layer or of a few steps; or draw its modules closed: visualize.draw(output, "graph.svg", depth=1)'
        )
    boxes = records(computed, params)
    text = TEMPLATE.read_text(encoding="utf-8").replace(PLACEHOLDER, _Export(outputs, boxes, values, grads, max_bytes).text())
    target = None if path is None else Path(path)
    if target is not None:
        target.write_text(text, encoding="utf-8", newline="\n")
    return Page(target, text)


def _as_text(half: re.Match[str]) -> str:
    """Half of a surrogate pair, which no file can hold, as the text that drawings write for it, inside a string of JSON."""
    return "\\" + visible(half[0])


def _takes_nothing(function: Any) -> bool:
    """Whether this is a function that can be called without arguments: a lambda, say, but no module and no method of a Tensor."""
    code = getattr(function, "__code__", None)
    return code is not None and not hasattr(function, "__self__") and code.co_argcount == len(function.__defaults__ or ())


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


class _Export:
    """One page: the records, the arrays and the events as the template wants them."""

    def __init__(self, outputs: list[tuple[str, Any]], boxes: list[Record], values: bool, grads: bool, max_bytes: int) -> None:
        self.outputs, self.boxes, self.values, self.grads, self.max_bytes = outputs, boxes, values, grads, max_bytes
        self.number = {box.id: i for i, box in enumerate(boxes)}
        self.of_node = {box.node: i for i, box in enumerate(boxes) if box.kind in ("op", "param") and box.node is not None}
        self.notes: list[str] = []
        self.seeds: list[list[int]] = []
        self.events: list[list[int]] = []
        self.replaced: dict[Any, Any] = {}
        dtypes = [box.dtype for box in boxes if box.dtype is not None]
        self.dtype = max(dict.fromkeys(dtypes), key=dtypes.count) if dtypes else np.dtype(float)

    def text(self) -> str:
        """The data as JSON, without a `<`, so that no name can end the script that it is in."""
        self.arrays = Payloads(self.dtype, self._largest())
        if self.grads:
            self._run()
        nodes = [self._node(i, box) for i, box in enumerate(self.boxes)]
        views = Views(self.boxes, self._lines)
        for i, home in enumerate(views.home):
            nodes[i]["home"] = home
        if self.arrays.dropped:
            self.notes.append(
                f"The values of {self.arrays.dropped:,} large arrays were left out to keep the page near {self.max_bytes:,} "
                "bytes: explore(…, max_bytes=…) allows more."
            )
        names = [box.name or "output" for box in self.boxes if box.kind == "output"]
        data = {
            "v": 1,
            "title": f"Computation graph of {', '.join(names[:3])}{', …' if names[3:] else ''}",
            "dtype": str(self.dtype),
            "values": self.values,
            "notes": self.notes,
            "nodes": nodes,
            "views": views.views,
            "start": views.start,
            "fwd": [i for i, box in enumerate(self.boxes) if box.kind == "op"],
            "seeds": self.seeds,
            "bwd": self.events,
        }
        text = HALVES.sub(_as_text, json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        return (text[:-1] + f',"arrays":[{",".join(self.arrays.texts)}]}}').replace("<", "\\u003c")

    def _largest(self) -> int:
        """The most elements of which all values are written, so that the page keeps to its size."""
        costs: dict[int, int] = {}
        total = 50_000  # the page without a graph has 42 kB
        uses = Counter(edge.id for box in self.boxes for edge in box.inputs)
        for box in self.boxes:
            count = int(np.prod(box.shape or ()))
            fixed, values = size_of(count)
            sums = 2 * uses[box.id] - 1 if self.grads and box.kind in ("op", "param") and uses[box.id] else 0  # the first is both
            arrays = self.values + sums
            total += fixed * arrays + 400
            costs[count] = costs.get(count, 0) + values * arrays
        largest = -1
        for count in sorted(costs):
            total += costs[count]
            if total > self.max_bytes:
                return largest
            largest = count
        return 2**62

    def _run(self) -> None:
        """The backward pass, its events in the page's numbers."""
        roots: dict[Any, Any] = {}
        for _, tensor in self.outputs:
            if isinstance(tensor._node, Node) or tensor._node in self.of_node:
                seed = np.ones(tensor.shape, tensor.dtype)[()]
                roots[tensor._node] = roots[tensor._node] + seed if tensor._node in roots else seed
        if any(tensor.size != 1 for _, tensor in self.outputs) and roots:
            self.notes.append(
                "The output is no single number, so the backward pass starts from ones: its gradients are those of the sum."
            )
        released = (
            "A backward pass has used up this graph, so the page cannot do another: it shows the structure and the leaves. "
        )
        if not roots or any(box.released or (box.kind == "op" and box.node.saved is None) for box in self.boxes):
            self.notes.append(released + "Explore before backward(), or give that retain_graph=True.")
            return
        try:
            self.replaced, _ = backward_events(list(roots), list(roots.values()), self._note)
        except GraphError as error:
            self.notes.append(f"No backward pass: {error}")
            self.events = []
            return
        for i, box in enumerate(self.boxes):
            if box.kind == "output" and box.node in roots:
                self.seeds.append([i, self.arrays.add(roots[box.node])])
        self.seeds += [[self.of_node[node], self.arrays.add(seed)] for node, seed in roots.items()]

    def _note(self, event: Event) -> None:
        i, to = self.of_node[event.node], self.of_node[event.to]
        key = event.node.pattern.keys[event.operand]
        name = key if type(key) is str else str(key[1])
        inputs = self.boxes[i].inputs
        operand = next(k for k, edge in enumerate(inputs) if edge.operand == name and self.number[edge.id] == to)
        row = [i, operand, to, self.arrays.add(event.given), self.arrays.add(event.total)]
        self.events.append(row if event.part is None else [*row, event.part])

    def _node(self, i: int, box: Record) -> dict[str, Any]:
        node: dict[str, Any] = {"k": box.kind, "in": [[self.number[edge.id], edge.operand] for edge in box.inputs]}
        if box.op:
            node["op"] = box.op
        if box.name:
            node["name"] = box.name
        elif box.kind not in ("op",):
            node["op"] = box.kind
        if box.module:
            node["mod"] = ".".join([part[0] for part in box.module])
        if box.shape is not None:
            node["shape"] = list(box.shape)
        if box.dtype is not None and box.dtype != self.dtype:
            node["t"] = str(box.dtype)
        if box.attrs:
            node["attrs"] = [[name, _short(value)] for name, value in box.attrs.items()]
        if box.source:
            node["src"] = list(box.source)
        if self.values and box.value is not None:
            node["val"] = self.arrays.add(box.value)
        node["d"] = []
        if box.kind == "op" and isinstance(box.node, Node):
            node.update(self._formulas(box))
        if self.grads:
            gradient = self.replaced.get(box.node) if box.kind in ("op", "param") else None
            if gradient is None and not self.seeds:
                gradient = box.grad
            if gradient is not None:
                node["grad"] = self.arrays.add(np.asarray(getattr(gradient, "_value", gradient)))
        return node

    def _formulas(self, box: Record) -> dict[str, Any]:
        """The formula of an operation, and for each operand in the graph the derivative: the table's own line."""
        entry, keys = box.node.pattern.entry, box.node.pattern.keys
        formula, *derivatives = entry.doc.split(" | ")
        rules = dict(zip(entry.rules, derivatives, strict=False))
        given = {(key if type(key) is str else str(key[1])): rules.get(key if type(key) is str else key[0]) for key in keys}
        fields: dict[str, Any] = {"d": [given.get(edge.operand) for edge in box.inputs]}
        return {"f": formula, **fields} if formula else fields

    def _lines(self, i: int) -> list[str]:
        """The lines of text in a box, as wide as they can get; the page writes them."""
        box = self.boxes[i]
        if box.kind == "const":
            return ["-0.000e+00", "constant"]
        lines = [box.name or box.op or box.kind, str(box.shape or "()")]
        if self.values and box.shape is not None and np.prod(box.shape) <= 3:
            widest = "v " + "-0.00e+00 " * max(1, int(np.prod(box.shape)))
            lines += [widest, widest] if self.grads and box.kind != "input" else [widest]
        return lines


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, np.ndarray) else f"array of shape {value.shape}"
    return text if len(text) <= 60 else text[:59] + "…"
