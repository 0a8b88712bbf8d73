"""One run of a function on Tensors made for it: what every function of functions starts with."""

from typing import ClassVar

import numpy as np
from numpy import float64, generic, ndarray

from autograd_core.derivatives.entry import PLAIN
from autograd_core.derivatives.kinds import beside, handed_out, undecided
from autograd_core.derivatives.operands import as_plain
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.table import primitive
from autograd_core.errors import DTypeError
from autograd_core.errors.arguments import is_unsuited, name_of_function, unsuited
from autograd_core.graph.backward_pass import collect, number_of, still_there
from autograd_core.graph.gradients import seed_for, send, take
from autograd_core.graph.memory import is_array, mark_as_array
from autograd_core.graph.modes import enable_grad, recording
from autograd_core.graph.nodes import Leaf, is_wanted
from autograd_core.graph.results import FLOAT, recorded, wrap
from autograd_core.graph.trees import flatten, paths
from autograd_core.graph.variable import Variable, ordinary


class _Everything:
    def __contains__(self, node):
        return True


EVERYTHING = _Everything()


@primitive("x | ḡ", x=same)
def variable(x):
    """x at a place of its own in the graph, to differentiate by it there."""
    return x


PATTERN = variable.pattern(("x",))


class Between:
    """What lies between results and the places to differentiate them by, and whether anything else leads to the results.

    results   Tensors
    targets   the nodes to differentiate by
    own       the leaves that were made for this differentiation; those among the targets, if not given
    beside    further Tensors that are results, but are not differentiated

    Whether a derivative must itself be recorded is a question about the graph alone: whether it depends on what was not made
    for this differentiation, be it a parameter that a function closes over or a variable of an outer derivative. So it has
    the same answer in every thread, and for a pullback that is called later. `others` says whether anything but the targets and
    own leaves leads to the results, `depends` whether a derivative of them depends on what was not made for it.
    """

    likes: ClassVar[dict] = {}  # target -> its value, if that is an array of another library

    def __init__(self, results, targets, own=None, beside=()):
        self.results, self.targets = [result._node for result in results], targets
        self.own = {target for target in targets if type(target) is Leaf} if own is None else set(own)
        self._roots = self.results if None not in self.results else [node for node in self.results if node is not None]
        if beside:
            self._roots = [*self._roots, *(tensor._node for tensor in beside if tensor._node is not None)]
        if self._roots and targets:
            self.order, self.needed, self.others = collect(self._roots, targets, self.own)
        else:
            self.order, self.needed, self.others = [], set(), bool(self._roots)
        if self.others and not self.own.issubset(targets):  # leaves made earlier: what was computed from them alone is no other
            known = self._constants()
            self.others = not known.issuperset(self._roots)
        self.depends = self.others or not self.own.issuperset(targets)
        self._constant = None

    @property
    def constant(self):
        """The nodes that depend on the leaves made for this differentiation and on nothing else: constants to everybody else."""
        if self._constant is None:
            self._constant = self._constants() if self.depends else EVERYTHING
        return self._constant

    def _constants(self):
        oldest = min([node.number for node in (*self.targets, *self.own)], default=0)  # what is older was not made for this
        nodes = list(self._roots)
        seen = {*nodes, *self.targets}
        for node in nodes:  # grows while it is walked
            for parent in node.parents:
                if parent not in seen and (parent.number > oldest or not parent.parents):
                    seen.add(parent)
                    nodes.append(parent)
        known = set(self.own)
        for node in sorted(nodes, key=number_of):
            if (not node.parents and not is_wanted(node)) or (node.parents and known.issuperset(node.parents)):
                known.add(node)
        return known

    def is_recorded(self, values=()):
        """Whether a derivative must be recorded, if `values` (seeds, tangents) go into it too."""
        depends = self.depends
        for value in values:
            depends = depends or (isinstance(value, Variable) and value._node is not None)
        return depends and recording.get() is not False

    def released(self, tensor):
        """A result as the caller gets it: a Tensor if it depends on something outside, else plain."""
        if self.depends and self.is_recorded() and tensor._node is not None and tensor._node not in self.constant:
            return tensor
        return handed_out(tensor._value)

    def gradients(self, seeds, record, keep=True):
        """What the targets get for gradients `seeds` of the results (None for those that send nothing): zeros for nothing."""
        if keep:  # else it is the one pass, straight after f
            still_there(self.order)
        constant = self.constant if record else ()
        grads = send(self.results, seeds, self.order, self.needed, create_graph=record, keep=keep or record, constant=constant)
        return [zeros_for(target, self.likes) if (g := take(grads, target)) is None else g for target in self.targets]


class Trace(Between):
    """One run of a function on Tensors made for it: its inputs, its outputs, and what lies between.

    primals   the arguments to differentiate, as nested containers
    stays     whether it is used when the caller has its results already: then these, and the primals, are copies
    start     the function (inputs) -> a `Forward` to record with, or None: then `forward` is that if it told all tangents, and
              what lies between is not collected before somebody asks for it (`look`)
    """

    def __init__(self, f, primals, has_aux=False, stays=False, start=None):
        values, self.rebuild = flatten(primals)
        self.stays, self.forward = stays, None
        if recording.get() is not False:
            result = self._run(f, values, primals, start)
        else:
            with enable_grad():
                result = self._run(f, values, primals, start)
        self.aux, beside = None, ()
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError(f"has_aux=True: {name_of_function(f)} must return (value, aux), got {type(result).__name__}")
            result, self.aux = result
            beside = [value for value in flatten(self.aux)[0] if isinstance(value, Variable)]
        outputs, self.rebuild_outputs = flatten(result)
        self.outputs = [output if isinstance(output, Variable) else wrap(as_result(output, f)) for output in outputs]
        self._beside = beside
        forward = self.forward
        if forward is not None and forward.arrives([x._node for x in (*self.outputs, *beside) if x._node is not None]):
            self.depends = False  # else it had met what it does not depend on
        else:
            self.forward = None
            self.look()

    def look(self):
        """Collect what lies between."""
        super().__init__(self.outputs, self.targets, beside=self._beside)

    def _run(self, f, values, primals, start):
        self.inputs, self.targets, likes = [], [], {}
        for i, value in enumerate(values):
            x = variable_of(value, primals, i, self.stays)
            self.inputs.append(x)
            self.targets.append(x._node)  # before f, which may move a Tensor on (`x *= 2`)
            if type(x._value) not in PLAIN and undecided(x._value):
                likes[x._node] = x._value
        if likes:
            self.likes = likes
        if start is None or (forward := start(self.inputs)) is None:
            return f(self.rebuild(self.inputs))
        self.forward, token = forward, recording.set(forward)
        try:
            return f(self.rebuild(self.inputs))
        finally:
            recording.reset(token)

    def pulled(self, seeds, record, keep=True):
        """The gradients of the inputs, as the caller gets them."""
        return as_given(self.gradients(seeds, record, keep))

    def pull(self, values, what):
        """The same, in the containers of the primals, from what a user gives for the outputs; `what` says what that must be."""
        record = self.is_recorded(values)
        seeds = [seed_for(output, value, record, what) for output, value in zip(self.outputs, values, strict=True)]
        return self.rebuild(self.pulled(seeds, record))

    def released_outputs(self):
        """The outputs as the caller gets them, in their containers."""
        if not (self.depends or self.stays):
            return self.rebuild_outputs([handed_out(output._value) for output in self.outputs])
        return self.rebuild_outputs([self._given(output) for output in self.outputs])

    def _given(self, tensor):
        value = self.released(tensor)
        return value.copy() if self.stays and type(value) is ndarray else value

    def released_aux(self):
        """What the function returned beside its value, as the caller gets it."""
        values, rebuild = flatten(self.aux)
        return rebuild([self._given(value) if isinstance(value, Variable) else value for value in values])


def as_given(gradients):
    """Gradients as the caller gets them: those that are not part of a graph as plain arrays."""
    return [
        g if type(g) in PLAIN else handed_out(g._value.copy() if isinstance(g, Variable) and g._node is None else g)
        for g in gradients
    ]


def of_kind(like, constant):
    """A constant as an array of the kind of `like`."""
    return np.zeros_like(like) + beside(constant, like)


def zeros_for(node, likes):
    """A gradient of zeros for a node, of the kind of its value in `likes` if it is there."""
    if node in likes:
        return np.zeros_like(likes[node])
    return np.zeros(*node.spec) if type(node.spec) is tuple else node.spec(0)


WHAT = "grad, vjp, jvp, …"


def variable_of(value, tree, i, copy=False):
    """Input number i of a tree, to differentiate by: a new leaf, or for a Tensor of an outer graph a new place in that graph."""
    kind = type(value)
    if kind is ndarray:
        if value.dtype is FLOAT and value.shape:  # as nearly always
            return _argument(value.copy() if copy else value)
    elif kind is float or kind is float64:
        return _argument(np.float64(value))
    if isinstance(value, Variable):
        if value._node is not None:
            # Not called, which would make it a view of x: what a function does to its argument is not done to the outer x
            place = recorded(PATTERN, value._node, None, (), value._value, recording.get(), (value._value,))
            return mark_as_array(place) if is_array(value) else place
        value = np.asarray(value._value) if isinstance(value._value, generic) and is_array(value) else value._value
    if kind is int:
        value = float(value)
    if is_unsuited(kind):
        path = paths(tree)[i]
        raise DTypeError(f"{WHAT}: argument{path} is {unsuited(kind, f'x{path}')}")
    array = as_plain(value)
    if array.dtype.kind not in "fc":
        path = paths(tree)[i]
        if array.dtype.kind in "iub":
            got = f"got dtype {array.dtype}; write x{path}.astype(float)"
            raise DTypeError(f"{WHAT}: an input must be float or complex, {got}")
        raise DTypeError(
            f"{WHAT}: argument{path} is {value!r:.60}, and only arrays and numbers can be differentiated by: "
            "give it to the function in another argument, or let the function close over it"
        )
    if copy and array.ndim:
        array = array.copy()
    if type(array) is not ndarray or array.ndim:
        return _argument(array)
    return mark_as_array(_argument(array[()])) if isinstance(value, ndarray) else _argument(array[()])


def _argument(value):
    tensor = wrap(value)
    tensor._node = Leaf(tensor, value, argument=True)
    return tensor


def as_result(output, f):
    """What a function returned that is no Tensor, as an array of floats."""
    array = as_plain(ordinary(output) if isinstance(output, ndarray) else output)
    if array.dtype.kind not in "fciub":
        raise TypeError(
            f"{name_of_function(f)} must return an array, a number or a Tensor (or nested containers of them), "
            f"got {type(output).__name__}"
        )
    array = array.astype(float) if array.dtype.kind in "iub" else array
    return array[()] if type(array) is ndarray else array
