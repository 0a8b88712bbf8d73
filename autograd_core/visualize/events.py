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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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


def backward_events(
    nodes: Sequence[Node], seeds: Sequence[Any], note: Callable[[Event], None]
) -> tuple[dict[Node, Any], list[Node]]:
    """Run a backward pass from gradients `seeds` of `nodes`, calling `note(event)` for every contribution.

    Returns ({node: gradient} of the nodes whose hooks were called, the nodes in the order of the pass).
    Users' hooks run, since what they return replaces gradients; `retain_grad` does nothing in this pass.
    """
    order = collect(nodes)[0]
    grads: dict[Node, Any] = {}
    totals: dict[tuple[Node, int | None], Any] = {}
    replaced: dict[Node, Any] = {}
    for node, seed in zip(nodes, seeds, strict=True):
        grads[node] = totals[node, None] = grads[node] + seed if node in grads else seed

    def check(node: Node, i: int, given: Any) -> None:
        to, part = node.parents[i], None
        if isinstance(given, Output):
            part = next(k for k, value in enumerate(given.parts) if value is not None)
            given = given.parts[part]
        elif isinstance(given, Partial):
            given = np.array(given.dense())[()]  # a copy: the pass goes on adding to it
        before = totals.get((to, part))
        total = totals[to, part] = given if before is None else before + given
        note(Event(node, i, to, part, given, total))

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


def _leaves(order: Sequence[Node]) -> set[Node]:
    return {parent for node in order for parent in node.parents if type(parent) is Leaf}
