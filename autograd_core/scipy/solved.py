"""Results that SciPy computed with a user's function, at their place in the graph.

A user's function closes over whatever its result depends on. So the arguments that go to it unchanged (`args=`) and the
Tensors in its closure, in objects and globals are treated alike: the nodes of the graph that its value leads back to.

    dependencies   these nodes
    place          puts a result there, with what pulls a gradient back (a `Solved`)
    Traced         one run of the function in the backward pass, and what its result is pulled back to
"""

from _thread import get_ident
from weakref import ref

import numpy as np

from autograd_core.derivatives.entry import Entry
from autograd_core.derivatives.stamps import bits
from autograd_core.errors import GraphError
from autograd_core.errors.arguments import name_of_function
from autograd_core.functional.closures import closed_over
from autograd_core.functional.trace import Between, as_result, variable_of
from autograd_core.graph.gradients import seed_for
from autograd_core.graph.modes import enable_grad, no_grad, recording
from autograd_core.graph.nodes import Leaf, next_number, split
from autograd_core.graph.results import recorded, wrap
from autograd_core.graph.trees import flatten
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.binding import stacked


def on_values(f):
    """f for SciPy: nothing is recorded, and what it returns is plain."""

    def values(*args, **kwargs):
        with no_grad():
            return plain(f(*args, **kwargs))

    return values


def with_args(f, args):
    """f with the further arguments that SciPy would give it."""
    args = as_tuple(args)
    if not args:
        return f

    def of_first(*first):
        return f(*first, *args)

    of_first.__name__ = name_of_function(f)
    return of_first


def as_tuple(args):
    """What a user gives as `args`, as a tuple: None, a tuple, or the one argument."""
    return () if args is None else args if isinstance(args, tuple) else (args,)


def is_recorded(value):
    """Whether a value is a Tensor that is part of a graph, while operations are recorded."""
    return isinstance(value, Variable) and value._node is not None and recording.get() is not False


def dependencies(f, *points):
    """The nodes that f depends on beside its arguments, at any of the points (tuples of plain arguments)."""
    if recording.get() is False:
        return []
    found = {}
    for point in points:
        start = next_number()
        outputs = [one for one in flatten(f(*point))[0] if isinstance(one, Variable) and one._node is not None]
        found.update(dict.fromkeys(closed_over(outputs, (), start)))
    return list(found)


def shape_of(node):
    """The shape of the value at a node."""
    return node.spec[0] if type(node.spec) is tuple else ()


def size_of(node):
    """How many elements the value at a node has."""
    return int(np.prod(shape_of(node)))


def bits_of(f, points):
    """What f returns at some points, to tell whether it is another function in the backward pass."""
    values = on_values(f)
    return [bits(np.asarray(values(*point))) for point in points]


def changed(name):
    """The error for a function that is another one in the backward pass."""
    return GraphError(
        f"{name}: in the backward pass the function returns something else than before at the same place, so the gradient would "
        "be wrong: a value that it uses has been changed meanwhile, or it is random"
    )


class Solved:
    """How a gradient is pulled back through what SciPy computed: `gradients` says for all operands at once."""

    def __init__(self):
        self.pending = {}  # thread -> (the incoming gradient, the operands, {number of an operand: its gradient})

    def gradients(self, g, out, operands):
        """{number of an operand: its gradient}; those that the function closes over come after the operands."""
        raise NotImplementedError

    def gradient(self, g, i, out, operands):
        """That of operand i. The others are kept until they are asked for, which they may never be."""
        thread = get_ident()
        before, among, found = self.pending.get(thread, (nothing, None, {}))
        if before() is not g or among is not operands or i not in found:
            found = self.gradients(g, out, operands)
            if isinstance(g, Variable):  # of a recorded pass: nothing of it must outlive it
                before = ref(g, lambda _: self.pending.pop(thread, None))
            elif any(isinstance(one, Variable) for one in (out, *operands)):
                return found[i]
            else:
                before = lambda: g
            self.pending[thread] = before, operands, found
        result = found.pop(i)
        if not found:
            self.pending.pop(thread, None)
        return result


def nothing():
    """The gradient of no pass."""


def place(name, out, solved, operands, nodes):
    """The array `out` at its place in the graph, computed from `operands` and what the function closes over."""
    given = [(i, one._node) for i, one in enumerate(operands) if is_recorded(one)]
    given += [(len(operands) + i, node) for i, node in enumerate(nodes)]
    out = np.asarray(out)
    out = out if out.dtype.kind in "fc" else out.astype(float)
    if not given or recording.get() is False:
        return out
    if name not in _ENTRIES:
        rule = lambda g, i, out, operands, solved: solved.gradient(g, i, out, operands)
        words = "what SciPy computed | ḡ pulled back through it"
        _ENTRIES[name] = Entry(name, None, _computed, {"operands": rule}, doc=words, sequence="operands")
    pattern = _ENTRIES[name].pattern(tuple([("operands", i) for i, _ in given]))
    values = (tuple(plain(list(operands))), solved)
    parents = tuple([node for _, node in given])
    return recorded(pattern, *split(parents), pattern.pick(values, out), out, recording.get(), values)


_ENTRIES: dict = {}  # name of SciPy's function -> its entry


def _computed(operands, solved):
    raise GraphError("a result of a solver cannot be computed again by itself")


class Traced:
    """One run of f on variables made for it, to pull gradients back to these and to the `nodes` that it closes over.

    variables   plain values, or Tensors in a pass that is itself recorded
    nodes       of what f depends on beside them; None if its other gradients are not asked for
    """

    def __init__(self, f, variables, nodes, name):
        with enable_grad():
            self.inputs = [variable_of(value, variables, i) for i, value in enumerate(variables)]
            targets = [x._node for x in self.inputs]
            self.output = as_tensor(f(*self.inputs), f)
        own = [target for target in targets if type(target) is Leaf]
        self.between = Between([self.output], [*targets, *(nodes or ())], own=own)
        if nodes is not None and self.between.others:
            raise GraphError(
                f"{name}: run again in the backward pass, {name_of_function(f)} depends on other Tensors than before, so the "
                "gradient would be wrong. Which Tensors it uses must not depend on its argument or change from call to call: "
                "give them in args, or use them in every branch (np.where)"
            )

    def pull(self, cotangent, record):
        """The gradients of the variables and of the nodes, for that of the result."""
        seed = seed_for(self.output, cotangent, record)
        return self.between.gradients([seed], record)

    def rows(self, record):
        """The Jacobian by each variable and node, as matrices (size of the result, size of it): one pass for each row."""
        size, shape, dtype = self.output.size, self.output.shape, self.output.dtype
        found = []
        for k in range(size):
            seed = np.zeros(size, dtype)
            seed[k] = 1
            found.append(self.pull(seed.reshape(shape), record))
        return [np.stack([np.reshape(part, -1) for part in column]) for column in zip(*found, strict=True)]


def as_tensor(result, f):
    """What a user's function returned (an array, a number, a list of Tensors), as one Tensor."""
    if type(result) in (list, tuple):
        result = stacked(list(result))
    return result if isinstance(result, Variable) else wrap(as_result(result, f))
