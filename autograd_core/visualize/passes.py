"""The backward pass of a computation in terms of its boxes: what explore steps through, and animate moves through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from autograd_core.errors import GraphError
from autograd_core.graph.nodes import Node
from autograd_core.visualize.events import backward_events, recorded_events
from autograd_core.visualize.walk import present

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograd_core.visualize.events import Event
    from autograd_core.visualize.records import Record

LOCAL = 400  # boxes up to which local derivatives are shown, of …
SMALL = 144  # … up to as many elements
USED_UP = (
    "A backward pass has used up this graph, so the page cannot do another: it shows the structure and the leaves, and no "
    "backward step. Explore before backward(); or do both inside `with visualize.record():`, which keeps the pass; or give "
    "backward() retain_graph=True."
)


class Row(NamedTuple):
    """One contribution: box number `sender` sends `given` by its input number `operand` to box number `to`, whose gradient then
    is `total`. `part` is which output of `to` it belongs to; `local` the derivative alone, if the operation is elementwise."""

    sender: int
    operand: int
    to: int
    given: Any
    total: Any
    part: int | None
    local: Any


class Passes:
    """The backward pass from the outputs: that which `record()` has seen, if one has used the graph up, else one of its own.

    seeds      [(number of a box, the gradient that it begins with), …]
    events     [Row, …] in the order of the pass
    gradients  {node: all that it received}; `replaced` has what hooks made of it
    notes      what there is to say of it
    banner     why there is none, or ""
    """

    def __init__(self, outputs: Sequence[tuple[str, Any]], boxes: list[Record]) -> None:
        self.boxes, self.notes, self.banner = boxes, list[str](), ""
        self.number = {box.id: i for i, box in enumerate(boxes)}
        self.of_node = {box.node: i for i, box in enumerate(boxes) if box.kind in ("op", "param") and box.node is not None}
        self.seeds: list[tuple[int, Any]] = []
        self.events: list[Row] = []
        self.gradients: dict[Any, Any] = {}
        self.replaced: dict[Any, Any] = {}
        self._run(outputs)

    def _run(self, outputs: Sequence[tuple[str, Any]]) -> None:
        roots: dict[Any, Any] = {}
        for _, tensor in outputs:
            node = present(tensor)
            if isinstance(node, Node) or node in self.of_node:
                seed = np.ones(tensor.shape, tensor.dtype)[()]
                roots[node] = roots[node] + seed if node in roots else seed
        if any(tensor.size != 1 for _, tensor in outputs) and roots:
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
                self.seeds.append((i, roots[box.node]))
        self.seeds += [(self.of_node[node], seed) for node, seed in roots.items()]

    def _note(self, event: Event) -> None:
        i, to = self.of_node[event.node], self.of_node[event.to]
        key = event.node.pattern.keys[event.operand]
        name = key if type(key) is str else str(key[1])
        inputs = self.boxes[i].inputs
        operand = next(k for k, edge in enumerate(inputs) if edge.operand == name and self.number[edge.id] == to)
        self.gradients[event.to] = event.total
        self.events.append(Row(i, operand, to, event.given, event.total, event.part, self._local(event)))

    def _local(self, event: Event) -> Any:
        """The derivative of an elementwise operation by one of its operands, without what comes after it; None for any other."""
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
