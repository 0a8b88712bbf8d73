"""A pass that is itself recorded: there, what a node saved is Tensors in the graph again."""

from functools import partial

import numpy as np

from autograd_core.derivatives.declaring import signature
from autograd_core.derivatives.entry import Entry
from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.rules import SPECS
from autograd_core.errors import GraphError, ShapeError
from autograd_core.graph.backward_pass import backward_pass, conform
from autograd_core.graph.kinks import smoothed
from autograd_core.graph.modes import enable_grad
from autograd_core.graph.nodes import split
from autograd_core.graph.results import output_of, recorded, recording, wrap
from autograd_core.graph.ties import Ties, settled, watched
from autograd_core.graph.variable import Variable, plain


def recorded_pass(order, grads, needed, constant, check):
    """A backward pass that is recorded; `constant` are nodes by which nobody will differentiate it."""
    if recording() is False:
        with enable_grad():
            return recorded_pass(order, grads, needed, constant, check)
    ties, starts = Ties(), dict(grads)
    again = partial(rewrap, constant=constant, ties=ties)
    grads = backward_pass(order, grads, needed=needed, keep=True, rewrap=again, check=check)
    if ties.live:
        grads = settled(starts, order, needed, constant, grads, ties, lambda constant: partial(rewrap, constant=constant))
    return grads


def rewrap(node, constant=frozenset(), ties=None):
    """The values that a node saved, as Tensors in the graph where they came from the graph,
    and the functions that pull the gradient back.

    constant   nodes whose values nobody will differentiate by: they come as they are
    ties       a `ties.Ties`, to which those are added that choose between equals where the gradient that comes in is 0
    """
    pattern, entry = node.pattern, node.pattern.entry
    if entry.once:
        return node.saved, [Linear(node, i, constant).pull for i in range(len(node.parents))]
    if node in constant:
        return node.saved, pattern.pulls
    saved = {name: _rewrap(node, name, value, constant) for name, value in zip(pattern.saves, node.saved, strict=True)}
    for name in entry.kept or ():
        if name in saved:
            saved[name] = entry.kept[name](**{argument: saved[argument] for argument in signature(entry.kept[name]).parameters})
    pulls = pattern.pulls
    if entry.root is not None:
        pulls = smoothed(node, lambda other: rewrap(other, constant), lambda where: ties is None or ties.add(node, where))
    if ties is not None:
        pulls = watched(node, pulls, ties)
    return tuple(saved.values()), pulls


def _rewrap(node, name, value, constant):
    pattern = node.pattern
    if name == "out":
        if pattern.entry.outputs is None:
            return wrap(value, node)
        return tuple([output_of(node, part, k, len(value)) for k, part in enumerate(value)])
    if name in pattern.keys:
        parent = node.parents[pattern.keys.index(name)]
        return value if parent in constant else wrap(value, parent)
    if name == pattern.entry.sequence:
        places = zip(pattern.keys, node.parents, strict=True)
        at = {key[1]: parent for key, parent in places if type(key) is tuple and parent not in constant}
        return tuple([wrap(part, at[k]) if k in at else part for k, part in enumerate(value)])
    return value


class Linear:
    """The derivative of an operation with once=True by one operand: a linear map on plain arrays, and its transpose.

    What they return has a place in the graph: each is the derivative of the other, if there is a forward rule, and a pass to
    the operands themselves is an error and not a 0.
    """

    __slots__ = ("constant", "i", "node", "saved")

    def __init__(self, node, i, constant):
        self.node, self.i, self.saved, self.constant = node, i, node.saved, constant

    def pull(self, g, _saved=None):
        """The gradient of the operand, for that of the result (a tuple of them for several)."""
        out = conform(self.node.pattern.pulls[self.i](plain(g), self.saved), self.node.parents[self.i].spec)
        out = out.dense() if isinstance(out, Partial) else out
        parts = g if type(g) is tuple else (g,)
        among = [(k, part) for k, part in enumerate(parts) if isinstance(part, Variable) and part._node is not None]
        turns = [lambda t, k=k: self.push(t, k if type(g) is tuple else None) for k, _ in among]
        return self._recorded(out, [part._node for _, part in among], turns)

    def push(self, t, k=None):
        """The change of the result (of number k of several) for that of the operand."""
        entry = self.node.pattern.entry
        if entry.jvp is None:
            raise _no_second(self.node)
        out = self.node.pattern.pushes[self.i](plain(t), self.saved)
        out = _in_shape(out if k is None else out[k], *self._spec(k), entry.name)
        if not isinstance(t, Variable):
            return out
        count = entry.outputs
        turn = self.pull if k is None else lambda g: self.pull(tuple([g if j == k else None for j in range(count)]))
        return self._recorded(out, [] if t._node is None else [t._node], [] if t._node is None else [turn])

    def _spec(self, k):
        if k is not None:
            return self.saved[self.node.pattern.saves.index(SPECS)][k]
        spec = self.node.spec
        return spec if type(spec) is tuple else ((), np.dtype(spec))

    def _recorded(self, out, nodes, turns):
        parents = (*nodes, *[parent for parent in self.node.parents if parent not in self.constant])
        if not parents:
            return wrap(out)
        pattern = _DERIVATIVE.pattern(tuple([("operands", j) for j in range(len(parents))]))
        return recorded(pattern, *split(parents), (self.node, turns), out, recording())


def _in_shape(value, shape, dtype, name):
    value = np.asarray(value)
    try:
        return np.array(np.broadcast_to(value, shape), dtype)[()]
    except ValueError:
        raise ShapeError(f"{name}: its jvp rule must return the shape of the result, {shape}, got {value.shape}") from None


def _no_second(node):
    entry = node.pattern.entry
    forward = "; for jvp alone give it a forward rule, jvp=lambda t, …: …" if entry.jvp is None else ""
    return GraphError(
        f"{entry.name}: its derivative cannot be differentiated (once=True); grad of grad, create_graph, "
        f"{'jvp, ' if forward else ''}hvp and hessian do so. "
        f"For these write its rules with NumPy's functions, on g and the arguments as they come, and without once=True{forward}"
    )


def _turned(g, node, turns, i):
    if i >= len(turns):
        raise _no_second(node)
    return turns[i](g)


_DERIVATIVE = Entry("derivative", None, lambda node, turns, operands: None, {"operands": _turned}, sequence="operands")
