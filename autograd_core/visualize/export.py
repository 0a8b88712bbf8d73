"""What the explorer's page knows of one computation: nodes, arrays, views, and the events of both passes, as JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.errors import GraphError
from autograd_core.graph.nodes import Node
from autograd_core.visualize.events import backward_events, recorded_events
from autograd_core.visualize.explore_views import Views
from autograd_core.visualize.formulas import MINUS, filled
from autograd_core.visualize.labels import visible
from autograd_core.visualize.payload import Payloads, size_of
from autograd_core.visualize.walk import present

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.events import Event
    from autograd_core.visualize.records import Record

HALVES = re.compile("[\ud800-\udfff]")
LOCAL = 400  # operations up to which local derivatives are shown, of …
SMALL = 144  # … up to as many elements
USED_UP = (
    "A backward pass has used up this graph, so the page cannot do another: it shows the structure and the leaves, and no "
    "backward step. Explore before backward(); or do both inside `with visualize.record():`, which keeps the pass; or give "
    "backward() retain_graph=True."
)


class Export:
    """One computation: its records, arrays and events as the page wants them. `banner` is what stops a backward pass."""

    def __init__(self, outputs: list[tuple[str, Any]], boxes: list[Record], values: bool, grads: bool, max_bytes: int) -> None:
        self.outputs, self.boxes, self.values, self.grads, self.max_bytes = outputs, boxes, values, grads, max_bytes
        self.number = {box.id: i for i, box in enumerate(boxes)}
        self.of_node = {box.node: i for i, box in enumerate(boxes) if box.kind in ("op", "param") and box.node is not None}
        self.notes: list[str] = []
        self.banner = ""
        self.seeds: list[list[int]] = []
        self.events: list[list[int | None]] = []
        self.gradients: dict[Any, Any] = {}  # node -> all that it has received, as far as the pass has come
        self.replaced: dict[Any, Any] = {}
        self.structure = [(box.kind, box.op, box.name, box.shape, box.inputs, box.module) for box in boxes]
        dtypes = [box.dtype for box in boxes if box.dtype is not None]
        self.dtype = max(dict.fromkeys(dtypes), key=dtypes.count) if dtypes else np.dtype(float)

    def text(self, views: bool = True) -> str:
        """The data as JSON, without a `<`, so that no name can end the script that it is in; without `views`, for another
        step of the same graph, no place of any box."""
        self.arrays = Payloads(self.dtype, self._largest())
        if self.grads:
            self._run()
        nodes = [self._node(i, box) for i, box in enumerate(self.boxes)]
        layout = Views(self.boxes, self._lines) if views else None
        for i, home in enumerate(layout.home if layout else ()):
            nodes[i]["home"] = home
        if self.arrays.dropped:
            self.notes.append(
                f"The values of {self.arrays.dropped:,} large arrays were left out to keep the page near {self.max_bytes:,} "
                "bytes: explore(…, max_bytes=…) allows more."
            )
        names = [box.name or "output" for box in self.boxes if box.kind == "output"]
        data: dict[str, Any] = {
            "title": f"Computation graph of {', '.join(names[:3])}{', …' if names[3:] else ''}",
            "dtype": str(self.dtype),
            "values": self.values,
            "notes": self.notes,
            "banner": self.banner,
            "loss": self.loss(),
            "nodes": nodes,
            "fwd": [i for i, box in enumerate(self.boxes) if box.kind == "op"],
            "seeds": self.seeds,
            "bwd": self.events,
        }
        if layout:
            data |= {"views": layout.views, "start": layout.start}
        text = HALVES.sub(as_text, json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        return (text[:-1] + f',"arrays":[{",".join(self.arrays.texts)}]}}').replace("<", "\\u003c")

    def loss(self) -> float | None:
        """The output, if it is one real number."""
        values = [box.value for box in self.boxes if box.kind == "output"]
        number = np.asarray(values[0]) if len(values) == 1 else np.zeros(0)
        return float(number.reshape(())) if number.size == 1 and np.isrealobj(number) and np.isfinite(number).all() else None

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
            node = present(tensor)
            if isinstance(node, Node) or node in self.of_node:
                seed = np.ones(tensor.shape, tensor.dtype)[()]
                roots[node] = roots[node] + seed if node in roots else seed
        if any(tensor.size != 1 for _, tensor in self.outputs) and roots:
            self.notes.append(
                "The output is no single number, so the backward pass starts from ones: its gradients are those of the sum."
            )
        used_up = not roots or any(box.released or (box.kind == "op" and box.node.saved is None) for box in self.boxes)
        seen = recorded_events(list(roots), self._note) if used_up and roots else None
        if seen is not None:
            roots = seen
        elif used_up:
            self.banner = USED_UP
            return
        else:
            self.gradients.update(roots)
            try:
                self.replaced, _ = backward_events(list(roots), list(roots.values()), self._note)
            except GraphError as error:
                self.banner, self.events = f"No backward pass: {error}", []
                return
        self.gradients.update(roots)
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
        self.gradients[event.to] = event.total
        local = self._local(event)
        number = None if local is None else self.arrays.add(local)
        self.events.append([i, operand, to, self.arrays.add(event.given), self.arrays.add(event.total), event.part, number])

    def _local(self, event: Event) -> Any:
        """The derivative of an elementwise operation by one of its operands, without what is behind it; None for any other."""
        node = event.node
        spec, entry = node.spec, node.pattern.entry
        if entry.domain is None or spec is None or len(self.boxes) > LOCAL:
            return None
        shape, dtype = spec if type(spec) is tuple else ((), np.dtype(spec))
        if np.prod(shape) > SMALL:
            return None
        with np.errstate(all="ignore"):
            if node.saved is not None:
                return node.pattern.pulls[event.operand](np.ones(shape, dtype)[()], node.saved)
            g = self.gradients.get(node)  # the pass is over: what it sent, over what it had
            if g is None or np.shape(g) != np.shape(event.given) or not np.all(g):
                return None
            return np.asarray(event.given) / g

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
        """The formula of an operation, and for each operand in the graph the derivative: the table's own line, and that with
        the numbers filled in."""
        entry, keys = box.node.pattern.entry, box.node.pattern.keys
        formula, *derivatives = entry.doc.split(" | ")
        rules = dict(zip(entry.rules, derivatives, strict=False))
        given = {(key if type(key) is str else str(key[1])): rules.get(key if type(key) is str else key[0]) for key in keys}
        values = {edge.operand: self.boxes[self.number[edge.id]].value for edge in box.inputs}
        values |= {name: value for name, value in box.attrs.items() if isinstance(value, (int, float)) and value is not True}
        values["out"] = box.value
        if box.inputs and "n" not in values:
            values["n"] = math.prod(self.boxes[self.number[box.inputs[0].id]].shape or ()) // max(1, math.prod(box.shape or ()))
        fields: dict[str, Any] = {}
        if formula:
            fields["f"] = formula.replace("-", MINUS)
            if self.values and (numbers := filled(formula, values)):
                fields["fn"] = numbers
        values["ḡ"] = self.replaced.get(box.node, self.gradients.get(box.node))
        texts = [given.get(edge.operand) for edge in box.inputs]
        fields["d"] = [text and text.replace("-", MINUS) for text in texts]
        written = [(text and self.values and filled(text, values)) or None for text in texts]
        if any(written):
            fields["dn"] = written
        return fields

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


def as_text(half: re.Match[str]) -> str:
    """Half of a surrogate pair, which no file can hold, as the text that drawings write for it, inside a string of JSON."""
    return "\\" + visible(half[0])


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, np.ndarray) else f"array of shape {value.shape}"
    return text if len(text) <= 60 else text[:59] + "…"
