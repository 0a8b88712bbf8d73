"""For a pass that is itself recorded: what a node saved, as Tensors in the graph again."""

from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.table import Entry, signature
from autograd_core.errors import GraphError
from autograd_core.graph import conform
from autograd_core.kinks import smoothed
from autograd_core.record import output_of, recorded, recording, wrap
from autograd_core.variable import Variable, plain


def rewrap(node):
    """For a pass that is itself recorded: the values that a node saved, as Tensors in the graph where they came from the graph,
    and the functions that pull the gradient back."""
    pattern, entry = node.pattern, node.pattern.entry
    if entry.once:
        return node.saved, [_once(node, pull, parent) for pull, parent in zip(pattern.pulls, node.parents, strict=True)]
    saved = {name: _rewrap(node, pattern, name, value) for name, value in zip(pattern.saves, node.saved, strict=True)}
    for name in entry.kept or ():
        if name in saved:
            saved[name] = entry.kept[name](**{argument: saved[argument] for argument in signature(entry.kept[name]).parameters})
    pulls = pattern.pulls if entry.root is None else smoothed(node, rewrap)
    return tuple(saved.values()), pulls


def _rewrap(node, pattern, name, value):
    if name == "out":
        if pattern.entry.outputs is None:
            return wrap(value, node)
        return tuple([output_of(node, part, k, len(value)) for k, part in enumerate(value)])
    if name in pattern.keys:
        return wrap(value, node.parents[pattern.keys.index(name)])
    if name == pattern.entry.sequence:
        at = {key[1]: parent for key, parent in zip(pattern.keys, node.parents, strict=True) if type(key) is tuple}
        return tuple([wrap(part, at[k]) if k in at else part for k, part in enumerate(value)])
    return value


def _once(node, pull, parent):
    """A pull on plain arrays. Its result has a place in the graph, so that a pass through it is an error and not a 0."""

    def pull_values(g, saved):
        contribution = conform(pull(plain(g), saved), parent.spec)
        if isinstance(contribution, Partial):
            contribution = contribution.dense()
        parts = g if type(g) is tuple else (g,)
        parents = (*[part._node for part in parts if isinstance(part, Variable) and part._node is not None], *node.parents)
        pattern = _UNDIFFERENTIABLE.pattern(tuple([("operands", i) for i in range(len(parents))]))
        return recorded(pattern, parents, (node.pattern.entry.name,), contribution, recording())

    return pull_values


def _cannot_differentiate(g, name):
    raise GraphError(
        f"{name}: its derivative cannot be differentiated (once=True); grad of grad, create_graph, jvp, hvp and hessian do so. "
        "For these write its rules with NumPy's functions, on g and the arguments as they come, and without once=True"
    )


_UNDIFFERENTIABLE = Entry(
    "derivative", None, lambda name, operands: None, {"operands": _cannot_differentiate}, sequence="operands"
)
