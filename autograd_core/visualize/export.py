"""What the explorer's page knows of one computation: nodes, arrays, views, and the events of both passes, as JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from autograd_core.graph.nodes import Node
from autograd_core.visualize.explore_views import Views
from autograd_core.visualize.formulas import MINUS, filled
from autograd_core.visualize.labels import visible
from autograd_core.visualize.passes import Passes
from autograd_core.visualize.payload import Payloads, size_of

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.visualize.records import Record

HALVES = re.compile("[\ud800-\udfff]")


class Export:
    """One computation: its records, arrays and events as the page wants them. `banner` is what stops a backward pass."""

    def __init__(self, outputs: list[tuple[str, Any]], boxes: list[Record], values: bool, grads: bool, max_bytes: int) -> None:
        self.outputs, self.boxes, self.values, self.grads, self.max_bytes = outputs, boxes, values, grads, max_bytes
        self.number = {box.id: i for i, box in enumerate(boxes)}
        self.of_node = {box.node: i for i, box in enumerate(boxes) if box.kind in ("op", "param") and box.node is not None}
        self.notes: list[str] = []
        self.passes: Passes | None = None
        self.structure = [(box.kind, box.op, box.name, box.shape, box.inputs, box.module) for box in boxes]
        dtypes = [box.dtype for box in boxes if box.dtype is not None]
        self.dtype = max(dict.fromkeys(dtypes), key=dtypes.count) if dtypes else np.dtype(float)

    def text(self, views: bool = True) -> str:
        """The data as JSON, without a `<`, so that no name can end the script that it is in; without `views`, for another
        step of the same graph, no place of any box."""
        self.arrays = Payloads(self.dtype, self._largest())
        if self.grads:
            self.passes = Passes(self.outputs, self.boxes)
            self.notes += self.passes.notes
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
            "seeds": self._seeds(),
            "bwd": self._events(),
        }
        if layout:
            data |= {"views": layout.views, "start": layout.start}
        text = HALVES.sub(as_text, json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        return (text[:-1] + f',"arrays":[{",".join(self.arrays.texts)}]}}').replace("<", "\\u003c")

    @property
    def banner(self) -> str:
        """What stops a backward pass, or ""."""
        return self.passes.banner if self.passes else ""

    def _seeds(self) -> list[list[int]]:
        return [[i, self.arrays.add(seed)] for i, seed in self.passes.seeds] if self.passes else []

    def _events(self) -> list[list[int | None]]:
        add, rows = self.arrays.add, self.passes.events if self.passes else []
        return [
            [
                row.sender,
                row.operand,
                row.to,
                add(row.given),
                add(row.total),
                row.part,
                None if row.local is None else add(row.local),
            ]
            for row in rows
        ]

    def loss(self) -> float | None:
        """The output, if it is one real number."""
        values = [box.value for box in self.boxes if box.kind == "output"]
        number = np.asarray(values[0]) if len(values) == 1 else np.zeros(0)
        return float(number.reshape(())) if number.size == 1 and np.isrealobj(number) and np.isfinite(number).all() else None

    def _largest(self) -> int:
        """The most elements of which all values are written, so that the page keeps to its size."""
        costs: dict[int, int] = {}
        total = 65_000  # the page without a graph has 60 kB, and 66 with a slider or a program behind it
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
            passes = self.passes
            gradient = passes.replaced.get(box.node) if passes and box.kind in ("op", "param") else None
            if gradient is None and not (passes and passes.seeds):
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
        if self.passes:
            values["ḡ"] = self.passes.replaced.get(box.node, self.passes.gradients.get(box.node))
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
