"""Forward mode in one pass: tangents sent through the graph in the order in which it is made.

A node's tangent is the sum of what its operands' tangents add to it, each by the transpose of the rule that sends ḡ back to that
operand. The rule of an elementwise function multiplies each element by a number of its own, so for real numbers it is its own
transpose (`domain` says that an entry is elementwise). Of the others it is derived, see `transposes`.

A ḡ that is not there counts as one without zeros. So where a rule would have made 0 of 0 times infinity (`derivatives.strong`),
an infinity or NaN comes out. Whoever sees one goes another way, as for `AsksForNumbers`: by two backward passes, of which the
second is the transpose of the first.
"""

from weakref import ref

import numpy as np
from numpy import floating, ndarray

from autograd_core.derivatives.entry import PLAIN
from autograd_core.derivatives.rules import same
from autograd_core.graph.backward_pass import still_there
from autograd_core.graph.results import FLOAT, SCALAR
from autograd_core.graph.roots import power_of
from autograd_core.graph.shapes import AsksForNumbers
from autograd_core.graph.transposes import transpose

try:  # what `np.errstate` does, in a tenth of its time
    from numpy._core import _ufunc_config

    QUIET = _ufunc_config._make_extobj(all="ignore")  # type: ignore[attr-defined]
    set_errors, reset_errors = _ufunc_config._extobj_contextvar.set, _ufunc_config._extobj_contextvar.reset  # type: ignore[attr-defined]
except (ImportError, AttributeError):
    QUIET = None
ROOM = 1 << 24  # bytes


class Forward:
    """The mode of recording (see `modes`) in which each operation gets its tangent as soon as it is recorded.

    tangents   {node: tangent}, from the start those of the arguments
    late       weak references to the operations that get theirs at the end: it is then that one can tell which results are asked
               for, and when a tangent that takes memory was used for the last time
    deaf       whether nothing is pushed to: while a rule runs, which may itself record something, and from then on if it does not
               tell, or if an operation does not depend on the arguments alone

    Nobody looks later at what these operations saved. So it may change, and there is no graph to walk.
    """

    __slots__ = ("deaf", "late", "room", "tangents")

    def __init__(self, tangents):
        self.tangents, self.late, self.deaf, self.room = tangents, None, QUIET is None, ROOM

    def made(self, node, out, values):
        """Push to a new node, whose operation made `out`."""
        if self.deaf:
            return
        if self.late is not None or type(out) not in PLAIN or node.pattern.entry.outputs is not None:
            self.late = self.late or []
            self.late.append(ref(node))  # which may go until then, if nothing depends on it
            return
        tangents, before, self.deaf = self.tangents, set_errors(QUIET), True
        try:
            t = pushed_number(node, tangents) if type(out) is SCALAR else None
            tangents[node] = t = pushed(node, tangents.__getitem__) if t is None else t
            if type(t) is ndarray:
                self.room -= t.nbytes
                if self.room < 0:
                    self.late = []
            self.deaf = False
        except Exception:  # for a node that is not known, or by a rule: if that is wrong, it says so when it runs another way
            pass
        finally:
            reset_errors(before)

    def arrives(self, nodes):
        """Whether `tangents` has those of all these nodes, now that everything is recorded."""
        if self.deaf:
            return False
        late, tangents = self.late, self.tangents
        for node in tangents:
            if node.hooks is not None and node.parents:  # a function of the user's own, which wants to see a gradient
                return False
        wanted, order, known = {*nodes}, [], tangents
        if late is not None:
            late = [node for reference in late if (node := reference()) is not None]
            known = {*tangents, *late}
            for node in reversed(late):
                if node in wanted:
                    wanted.update(node.parents)
                    order.append(node)
        for node in wanted:
            if node not in known:
                return False
        if not order:
            return True
        still_there(order)
        try:
            with np.errstate(all="ignore"):
                push(order, tangents, {*nodes})
        except AsksForNumbers:
            return False
        return True


def push(order, tangents, wanted):
    """Send `tangents` ({node: tangent}) up through `order`, the nodes of a backward pass, last first; they get those of `wanted`.

    A tangent goes when the last operation has used it.
    """
    outputs, last = None, {}
    for node in reversed(order):
        for parent in node.parents:
            last[parent] = node
    for node in reversed(order):
        entry = node.pattern.entry
        if entry.name is None:  # one of several results
            parts = tangents.get(node.parents[0])
            if parts is not None and (t := parts[node.saved[0]]) is not None:
                tangents[node] = t
            continue
        if entry.outputs is not None:
            outputs = outputs or _outputs_of(order)
        total = pushed(node, tangents.get, outputs and outputs.get(node))
        if total is not None:
            tangents[node] = total
        total = None
        for parent in node.parents:
            if last[parent] is node and parent not in wanted:
                tangents.pop(parent, None)


def pushed_number(node, tangents):
    """The same as `pushed` for a number that was made of numbers, without the questions that it asks of arrays; or None."""
    pattern = node.pattern
    if pattern.by_root or not pattern.elementwise:
        return None
    total, saved, pulls, i = None, node.saved, pattern.pulls, -1
    for parent in node.parents:  # counted by hand, as in the backward pass
        i += 1
        t, pull = tangents[parent], pulls[i]
        if pull is not same and type(t) is SCALAR:
            t = pull(t, saved)
        if type(t) is not SCALAR:
            return None
        total = t if total is None else total + t
    return total


def pushed(node, tangent_of, specs=None):
    """The tangent of a node's result, from those of its operands: `tangent_of` is the function node -> tangent, or None.

    specs   of a node with several results, whose tangents come as a list: what `_outputs_of` says of it
    """
    pattern, spec, saved, total, i = node.pattern, node.spec, node.saved, None, -1
    if node.hooks is not None or pattern.entry.once or (pattern.by_root and power_of(node) is not None):
        raise AsksForNumbers  # of a root of 0 it takes a backward pass to tell whether the slope that is infinite counts
    for parent in node.parents:  # counted by hand, as in the backward pass
        i += 1
        t = tangent_of(parent)
        if t is None:
            continue
        pull, alike = pattern.pulls[i], parent.spec == spec
        if pull is same and alike:
            part = t
        elif pattern.elementwise and _is_real(spec) and (alike or _is_real(parent.spec)):
            part = t if pull is same else pull(t, saved)
            if type(part) is not spec and (type(part) is not ndarray or (part.shape, part.dtype) != spec):
                part = _fitted(part, *_spec(node))
        elif pattern.entry.outputs is None:
            (part,) = transpose(node, i)(t, saved)
        else:
            part = transpose(node, i, specs)(t, saved)
            total = part if total is None else list(map(_sum, total, part))
            continue
        total = part if total is None else _sum(total, part)
    return total


def _sum(a, b):
    return b if a is None else a if b is None else a + b


def _outputs_of(order):
    """{node with several results: for each its spec, or None if it is not needed}."""
    outputs = {}
    for node in order:
        if node.pattern.entry.name is None:
            k, count = node.saved
            outputs.setdefault(node.parents[0], [None] * count)[k] = node.spec
    return outputs


def _spec(node):
    """(shape, dtype) of the value at a node."""
    spec = node.spec
    return spec if type(spec) is tuple else ((), np.dtype(spec))


def _is_real(spec):
    if type(spec) is tuple:
        return (dtype := spec[1]) is FLOAT or dtype.kind == "f"
    return spec is SCALAR or issubclass(spec, floating)


def _fitted(t, shape, dtype):
    """A tangent of an elementwise function in the shape and the dtype of the result."""
    if not hasattr(t, "dtype"):
        t = np.asarray(t)[()]
    if t.shape != shape:
        t = np.broadcast_to(t, shape)
    if t.dtype != dtype:
        t = (t.real if t.dtype.kind == "c" else t).astype(dtype)
    return t
