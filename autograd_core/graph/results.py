"""Results: a value as a Tensor at its place in the graph, and the node that gives it that place."""

import numpy as np
from numpy import float64, generic, ndarray

from autograd_core.derivatives.entry import Entry
from autograd_core.derivatives.kinds import stands_in, taken_in
from autograd_core.derivatives.partial import Output
from autograd_core.derivatives.stamps import SCALARS
from autograd_core.graph.modes import recording as mode_variable
from autograd_core.graph.nodes import Node, next_number, spec_of
from autograd_core.graph.refusals import refuse_dtype
from autograd_core.graph.variable import Variable

recording = mode_variable.get
new = object.__new__
FLOAT, SCALAR = np.dtype(float), float64  # the most frequent by far: `is` spares a closer look
FLOATS = frozenset([kind for kind in SCALARS if issubclass(kind, np.inexact)])
Result: type[Variable] = Variable  # the class of results; tensor.py sets it to Tensor


def wrap(data, node=None):
    """A Tensor of this value at this place in the graph."""
    tensor = new(Result)
    tensor._value = data
    tensor._node = node
    return tensor


def recorded(pattern, first, rest, saved, out, mode, values=()):
    """The Tensor of a new node of the operands `first` and `rest`.

    `values` are those of all arguments, for the modes that want to see what is made.
    """
    node = Node()
    node.number = next_number()
    node.pattern = pattern
    node.first = first
    node.rest = rest
    node.saved = saved
    node.stamp = None if pattern.stamp is None else pattern.stamp(saved)
    node.hooks = None
    node.mark = 0
    kind = type(out)
    if kind is ndarray and (shape := out.shape):
        if (dtype := out.dtype) is not FLOAT and dtype.kind not in "fc":
            refuse_dtype(pattern.entry.name, dtype)
        node.spec = (shape, dtype)
    else:
        if kind is ndarray:
            out = out[()]
            kind = type(out)
        if kind is not SCALAR and kind not in FLOATS:
            if issubclass(kind, (np.integer, np.bool)):
                refuse_dtype(pattern.entry.name, out.dtype)
            kind = spec_of(out) if stands_in(out) else kind
        node.spec = kind
    if mode is not True:
        mode.made(node, out, values)
    tensor = new(Result)
    tensor._value = out
    tensor._node = node
    return tensor


def returned(out, entry):
    """What a user's own function returned, as an array or NumPy scalar."""
    if isinstance(out, (ndarray, generic)) or stands_in(out := taken_in(out)):
        return out
    if isinstance(out, (int, float, complex)):
        return np.asarray(out)[()]
    if isinstance(out, (tuple, list)):
        instead = (
            f"a {type(out).__name__} of {len(out)}; if these are several results, return a tuple and write outputs={len(out)}"
        )
    elif isinstance(out, Variable):
        instead = "a Tensor, which it must have from elsewhere; give it that one as an argument, with a rule"
    else:
        instead = type(out).__name__
    raise TypeError(f"{entry.name}: the function must return an array or a number, got {instead}")


def all_returned(out, entry):
    """What a user's own function of several results returned, as a tuple of arrays and NumPy scalars."""
    if not isinstance(out, (tuple, list)) or len(out) != entry.outputs:
        got = f"{len(out)} in a {type(out).__name__}" if isinstance(out, (tuple, list)) else type(out).__name__
        raise TypeError(
            f"{entry.name}: outputs={entry.outputs}, so the function must return a tuple of {entry.outputs}, got {got}"
        )
    parts = [returned(part, entry) for part in out]
    return type(out)(*parts) if hasattr(out, "_fields") else tuple(parts)


def wrapped(out):
    """The result of a NumPy function as Tensors: arrays become Tensors, tuples and lists are gone into."""
    if isinstance(out, (ndarray, generic)) or stands_in(out):
        return wrap(out if out.shape else out[()])
    if isinstance(out, tuple) and hasattr(out, "_fields"):
        return type(out)(*map(wrapped, out))
    if type(out) in (tuple, list):
        return type(out)(map(wrapped, out))
    return out


# Without a name of its own: it shows that of the operation
_OUTPUT = Entry(None, None, lambda x, k, count: x[k], {"x": lambda g, k, count: Output(g, k, count)}, doc="x[k] | ḡ in place k")


def outputs_of(node, out, mode):
    """The outputs of a node that has several: each a Tensor with a node that hands its gradient to the right place."""
    node.spec = None
    results = [output_of(node, value, i, len(out), mode) for i, value in enumerate(out)]
    return type(out)(*results) if hasattr(out, "_fields") else tuple(results)


def output_of(node, value, i, count, mode=True):
    """Output i as a Tensor, or as it is if it can have no derivative (the exponents of `frexp`)."""
    if value.dtype.kind not in "fc":
        return value
    return recorded(_OUTPUT.pattern(("x",)), node, None, (i, count), value, mode)
