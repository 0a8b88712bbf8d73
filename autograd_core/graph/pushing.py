"""Forward mode in one pass: tangents sent through the graph in the order in which it was made.

A node's tangent is the sum of what its operands' tangents add to it, each by the transpose of the rule that sends ḡ back to that
operand. The rule of an elementwise function multiplies each element by a number of its own, so for real numbers it is its own
transpose (`domain` says that an entry is elementwise). Of the others it is derived, see `transposes`.

A ḡ that is not there counts as one without zeros. So where a rule would have made 0 of 0 times infinity (`derivatives.strong`),
an infinity or NaN comes out. Whoever sees one goes another way, as for `AsksForNumbers`: by two backward passes, of which the
second is the transpose of the first.
"""

import numpy as np
from numpy import floating, ndarray

from autograd_core.derivatives.rules import same
from autograd_core.graph.roots import power_of
from autograd_core.graph.shapes import AsksForNumbers, Spec
from autograd_core.graph.transposes import transpose


def push(order, tangents, wanted):
    """Send `tangents` ({node: tangent}) up through `order`, the nodes of a backward pass, last first; they get those of `wanted`.

    A tangent goes when the last operation has used it.
    """
    get, outputs, last = tangents.get, None, {}
    for node in reversed(order):
        for parent in node.parents:
            last[parent] = node
    for node in reversed(order):
        pattern = node.pattern
        entry = pattern.entry
        if entry.once or node.hooks is not None or (pattern.by_root and power_of(node) is not None):
            raise AsksForNumbers  # of a root of 0 it takes a backward pass to tell whether the slope that is infinite counts
        if entry.name is None:  # one of several results
            parts = get(node.parents[0])
            if parts is not None and (t := parts[node.saved[0]]) is not None:
                tangents[node] = t
            continue
        total, elementwise = None, entry.domain is not None and _is_real(node.spec)
        for i, parent in enumerate(node.parents):
            t = get(parent)
            if t is None:
                continue
            if elementwise and _is_real(parent.spec):
                parts = _elementwise(node, pattern.pulls[i], t)
            elif entry.outputs is None:
                (parts,) = transpose(node, i, Spec(_spec(node)))(t, node.saved)
            else:
                outputs = outputs or _outputs_of(order)
                parts = transpose(node, i, outputs[node])(t, node.saved)
            total = parts if total is None else _sum(total, parts) if entry.outputs is None else list(map(_sum, total, parts))
        if total is not None:
            tangents[node] = total
        t = parts = total = None
        for parent in node.parents:
            if last[parent] is node and parent not in wanted:
                tangents.pop(parent, None)


def _sum(a, b):
    return b if a is None else a if b is None else a + b


def _outputs_of(order):
    """{node with several results: for each (shape, dtype), or None if it is not needed}."""
    outputs = {}
    for node in order:
        if node.pattern.entry.name is None:
            k, count = node.saved
            outputs.setdefault(node.parents[0], [None] * count)[k] = Spec(_spec(node))
    return outputs


def _spec(node):
    """(shape, dtype) of the value at a node."""
    spec = node.spec
    return spec if type(spec) is tuple else ((), np.dtype(spec))


def _is_real(spec):
    return spec[1].kind == "f" if type(spec) is tuple else issubclass(spec, floating)


def _elementwise(node, pull, t):
    if pull is not same:
        t = pull(t, node.saved)
    spec = node.spec
    if type(t) is spec or (type(t) is ndarray and (t.shape, t.dtype) == spec):
        return t
    shape, dtype = _spec(node)
    if not hasattr(t, "dtype"):
        t = np.asarray(t)[()]
    if t.shape != shape:
        t = np.broadcast_to(t, shape)
    if t.dtype != dtype:
        t = (t.real if t.dtype.kind == "c" else t).astype(dtype)
    return t
