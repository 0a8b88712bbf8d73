"""One run of a function on Tensors made for it: what every function of functions starts with."""

from contextvars import ContextVar

import numpy as np

from autograd_core.backward import run, seed_for, take
from autograd_core.derivatives.operands import as_plain
from autograd_core.derivatives.table import primitive, same
from autograd_core.errors import DTypeError
from autograd_core.graph import Leaf, next_number
from autograd_core.modes import enable_grad
from autograd_core.record import apply, wrap
from autograd_core.trees import flatten, paths
from autograd_core.variable import Variable

inside = ContextVar("inside", default=False)  # whether a function is being run for one of the transformations below


@primitive("x | ḡ", x=same)
def variable(x):
    """x at a place of its own in the graph, to differentiate by it there."""
    return x


class Trace:
    """One run of a function on Tensors made for it: its inputs, its outputs, and what lies between.

    primals   the arguments to differentiate, as nested containers
    nested    whether gradients must themselves be recorded, because an outer transformation is at work
    """

    def __init__(self, f, primals, has_aux=False):
        values, self.rebuild = flatten(primals)
        self.nested = inside.get() or recorded_in(values)
        self.start = next_number()
        token = inside.set(True)
        try:
            with enable_grad():
                self.inputs = [_variable(value, primals, i) for i, value in enumerate(values)]
                result = f(self.rebuild(self.inputs))
        finally:
            inside.reset(token)
        self.aux = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError(f"has_aux=True: {name_of_function(f)} must return (value, aux), got {type(result).__name__}")
            result, self.aux = result
        outputs, self.rebuild_outputs = flatten(result)
        self.outputs = [output if isinstance(output, Variable) else wrap(as_result(output, f)) for output in outputs]
        self.targets = [x._node for x in self.inputs]

    def gradients(self, seeds, create_graph=None, keep=True):
        """The gradients of the inputs for gradients `seeds` of the outputs, as Tensors; zeros where nothing depends on one."""
        create_graph = self.nested if create_graph is None else create_graph
        pairs = [(output._node, seed) for output, seed in zip(self.outputs, seeds, strict=True) if output._node is not None]
        nodes, seeds = [node for node, _ in pairs], [seed for _, seed in pairs]
        grads = run(nodes, seeds, self.targets, create_graph=create_graph, keep=keep) if pairs else {}
        return [_whole(take(grads, x._node), x) for x in self.inputs]

    def released(self, tensor, nested=None):
        """A result as the caller gets it: a Tensor where it depends on something outside this run, else plain."""
        if (self.nested if nested is None else nested) and self._depends_outside(tensor._node):
            return tensor
        return tensor._value

    def _depends_outside(self, node):
        return node is not None and next(self._outside([node]), None) is not None

    def outside(self):
        """What the outputs depend on beside the inputs: nodes older than this run, and leaves."""
        return list(self._outside([output._node for output in self.outputs if output._node is not None]))

    def _outside(self, nodes):
        own = {target for target in self.targets if type(target) is Leaf}
        seen, todo = set(nodes), list(nodes)
        for node in todo:  # grows while it is walked
            if node in own:
                continue
            if node.number < self.start:
                yield node
                continue
            for parent in node.parents:
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)


def _whole(g, like):
    """A gradient of `like` as a Tensor: zeros for None."""
    if g is None:
        return wrap(np.zeros(like.shape, like.dtype)[()])
    return g if isinstance(g, Variable) else wrap(g)


def recorded_in(tree):
    """Whether a Tensor that is part of a graph is in nested containers."""
    return any(isinstance(value, Variable) and value._node is not None for value in flatten(tree)[0])


def _variable(value, tree, i):
    """Input number i of a tree, to differentiate by: a new leaf, or for a Tensor of an outer graph a new place in that graph."""
    if isinstance(value, Variable):
        if value._node is not None:
            return apply(variable, (value,), {})
        value = value._value
    if type(value) is int:
        value = float(value)
    array = as_plain(value)
    if array.dtype.kind not in "fc":
        path = paths(tree)[i]
        if array.dtype.kind in "iub":
            got = f"got dtype {array.dtype}; write x{path}.astype(float)"
            raise DTypeError(f"grad, vjp, jvp, …: an input must be float or complex, {got}")
        raise DTypeError(
            f"grad, vjp, jvp, …: argument{path} is {value!r:.60}, and only arrays and numbers can be differentiated by: "
            "give it to the function in another argument, or let the function close over it"
        )
    tensor = wrap(array[()] if type(array) is np.ndarray else array)
    tensor._node = Leaf(tensor, tensor._value)
    return tensor


def as_result(output, f):
    array = as_plain(output)
    if array.dtype.kind not in "fciub":
        raise TypeError(
            f"{name_of_function(f)} must return an array, a number or a Tensor (or nested containers of them), "
            f"got {type(output).__name__}"
        )
    array = array.astype(float) if array.dtype.kind in "iub" else array
    return array[()] if type(array) is np.ndarray else array


def name_of_function(f):
    return getattr(f, "__name__", None) or getattr(f, "name", type(f).__name__)


class Pushforward:
    """The linear map tangent -> d f · tangent of a trace: forward mode, by two reverse passes.

    The pullback is linear in its cotangent v, so its own pullback is the transpose of the transpose: the map wanted. It is
    recorded once and then run backward for each tangent. For v any numbers do, as long as no sum of them is 0 by chance:
    a rule may take a gradient of exactly 0 for one that nothing depends on.
    """

    def __init__(self, trace, nested):
        self.trace, self.nested = trace, nested
        self.seeds = []
        for output in trace.outputs:
            numbers = 0.5 + 0.6180339887498949 * np.arange(1, output.size + 1) % 1
            seed = wrap(numbers.reshape(output.shape).astype(output.dtype)[()])
            seed._node = Leaf(seed, seed._value)
            self.seeds.append(seed)
        self.pulled = trace.gradients(self.seeds, create_graph=True)

    def __call__(self, values):
        """The tangents of the outputs, as Tensors, for those of the inputs."""
        pairs = []
        for pulled, value, x in zip(self.pulled, values, self.trace.inputs, strict=True):
            seed = seed_for(x, value, self.nested, "jvp: a tangent must have the {} of its primal")
            if pulled._node is not None:
                pairs.append((pulled._node, seed))
        targets = [seed._node for seed in self.seeds]
        grads = run([n for n, _ in pairs], [s for _, s in pairs], targets, create_graph=self.nested, keep=True) if pairs else {}
        return [_whole(take(grads, seed._node), seed) for seed in self.seeds]
