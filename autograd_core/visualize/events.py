"""What happened in a backward pass, edge by edge: the event list that the explorer steps through.

The pass is the engine's own and only watched: no `.grad` is written and nothing is released. Its sums are computed here once
more, in the same order, so that the last one for a leaf is what `.grad` will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core.derivatives.partial import Output, Partial
from autograd_core.graph.backward_pass import backward_pass, collect, run_hooks
from autograd_core.graph.nodes import Leaf
from autograd_core.visualize.keep import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from autograd_core.visualize.types import Node


class Event:
    """One contribution to a gradient.

    node      the node that sent it
    operand   by which of its operands (a position in `node.parents`)
    to        the node that received it
    part      which output of `to` it belongs to, if that has several; else None
    given     the contribution
    total     the sum of what `to` (that part of it) has received so far
    """

    __slots__ = ("given", "node", "operand", "part", "to", "total")

    def __init__(self, node: Node, operand: int, to: Node, part: int | None, given: Any, total: Any) -> None:
        self.node, self.operand, self.to, self.part, self.given, self.total = node, operand, to, part, given, total


class _Totals:
    """What each node has received so far."""

    def __init__(self, seeds: Mapping[Node, Any]) -> None:
        self._sums: dict[tuple[Node, int | None], Any] = {(node, None): seed for node, seed in seeds.items()}

    def event(self, node: Node, i: int, given: Any) -> Event:
        """The event that `node` sends `given` to its operand number i."""
        to, part = node.parents[i], None
        if isinstance(given, Output):
            part = next(k for k, value in enumerate(given.parts) if value is not None)
            given = given.parts[part]
        elif isinstance(given, Partial):
            given = np.array(given.dense())[()]  # a copy: the pass goes on adding to it
        before = self._sums.get((to, part))
        total = self._sums[to, part] = given if before is None else before + given
        return Event(node, i, to, part, given, total)


def backward_events(
    nodes: Sequence[Node], seeds: Sequence[Any], note: Callable[[Event], None]
) -> tuple[dict[Node, Any], list[Node]]:
    """Run a backward pass from gradients `seeds` of `nodes`, calling `note(event)` for every contribution.

    Returns ({node: gradient} of the nodes whose hooks were called, the nodes in the order of the pass).
    Users' hooks run, since what they return replaces gradients; `retain_grad` does nothing in this pass.
    """
    order = collect(nodes)[0]
    grads: dict[Node, Any] = {}
    replaced: dict[Node, Any] = {}
    for node, seed in zip(nodes, seeds, strict=True):
        grads[node] = grads[node] + seed if node in grads else seed
    totals = _Totals(grads)

    def check(node: Node, i: int, given: Any) -> None:
        note(totals.event(node, i, given))

    hooked = {node: node.hooks for node in {*order, *_leaves(order), *nodes} if node.hooks}
    try:
        for node, hooks in hooked.items():
            node.hooks = {key: hook for key, hook in hooks.items() if key != "retain"}
            node.hooks["seen"] = lambda g, node=node: replaced.__setitem__(node, g)
        backward_pass(order, grads, keep=True, check=check)
        for leaf, g in grads.items():
            if leaf.hooks is not None:
                run_hooks(leaf, g.dense() if isinstance(g, Partial) else g)
    finally:
        for node, hooks in hooked.items():
            node.hooks = hooks
    return replaced, order


def recorded_events(nodes: Sequence[Node], note: Callable[[Event], None]) -> dict[Node, Any] | None:
    """The same of the last backward pass inside `record()`, which may have used the graph up: {node: gradient it began with}.

    None if there was none from all of `nodes`, or if another one has gone through a part of the graph since.
    """
    starts = [kept[node].seed if node in kept else None for node in nodes]
    this = next((start[0] for start in starts if start is not None), None)
    if this is None or any(start is None or start[0] != this for start in starts):
        return None
    todo, seen = list(nodes), set(nodes)
    sent: list[tuple[int, Node, int, Any]] = []
    for node in todo:  # grows while it is walked
        if not node.parents or node not in kept:
            if node.parents:
                return None
            continue
        for i, (number, moment, value) in kept[node].sent.items():
            if number != this:
                return None
            sent.append((moment, node, i, value))
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    totals = _Totals({node: start[1] for node, start in zip(nodes, starts, strict=True) if start is not None})
    for _, node, i, value in sorted(sent, key=lambda row: row[0]):
        note(totals.event(node, i, value))
    return {node: start[1] for node, start in zip(nodes, starts, strict=True) if start is not None}


def _leaves(order: Sequence[Node]) -> set[Node]:
    return {parent for node in order for parent in node.parents if type(parent) is Leaf}
