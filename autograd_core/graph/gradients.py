"""Backward passes as users start them: `t.backward()`, hooks, and the gradients that grad, vjp and jvp are made of."""

from sys import getrefcount

import numpy as np
from numpy import float64, floating, generic, ndarray

from autograd_core.derivatives.entry import PLAIN
from autograd_core.derivatives.kinds import ours, stands_in, undecided
from autograd_core.derivatives.operands import as_plain
from autograd_core.derivatives.partial import Partial
from autograd_core.errors import DTypeError, GraphError, ShapeError
from autograd_core.graph.backward_pass import backward_pass, collect, run_hooks
from autograd_core.graph.edits import acquire, lock, release
from autograd_core.graph.modes import anomaly, enable_grad
from autograd_core.graph.nodes import Leaf, Released
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable, plain

UNIT = float64(1)  # ∂loss / ∂loss


def backward(self, gradient=None, retain_graph=False, create_graph=False):
    """Add d self / d leaf to the `.grad` of every leaf that this Tensor was computed from.

    gradient       where to start from, of this Tensor's shape; ones for a scalar
    retain_graph   keep the saved values, so that another pass can follow
    create_graph   record the pass itself, so that the gradients have gradients; implies retain_graph

    Raises GraphError if no gradient can be had (not a scalar, nothing requires one, a second pass, a value changed
    in between) and ShapeError for a `gradient` of another shape.
    """
    node = self._node
    if node is None:
        raise GraphError(
            "backward: this Tensor does not depend on anything that requires a gradient. Make the inputs with "
            "Tensor(data, requires_grad=True), and check that they were not used under no_grad() or after detach()"
        )
    grads = run([node], [seed_for(self, gradient, create_graph)], create_graph=create_graph, keep=retain_graph or create_graph)
    accumulate(grads, create_graph)
    if type(node) is not Leaf and node.saved is None:
        self._past, self._node = node, Released(node)  # the drawing needs the graph, what is computed from here does not


def run(nodes, seeds, targets=None, *, create_graph=False, keep=False):
    """Gradients {node: gradient} of the leaves, or of the `targets`, from gradients `seeds` of `nodes`."""
    order, needed, _ = collect(nodes, targets)
    return send(nodes, seeds, order, needed, create_graph=create_graph, keep=keep)


def send(nodes, seeds, order, needed=None, *, create_graph=False, keep=False, constant=frozenset()):
    """The same through what was collected before. A seed of None sends nothing; `constant` are nodes by which a recorded pass
    will not be differentiated."""
    if len(nodes) == 1 and needed is None:  # of a loss, as nearly always
        grads = {nodes[0]: seeds[0]}
    else:
        grads = {}
        for node, seed in zip(nodes, seeds, strict=True):
            if seed is not None and (needed is None or node in needed):
                grads[node] = _sum(grads[node], seed, create_graph) if node in grads else seed
    check = None
    if search := anomaly.get():
        check = search.sent
        search.starts(grads)
    roots = [node for node in order if node.pattern.by_root and node.pattern.is_root(node.saved)]
    if roots:
        from autograd_core.graph.steep import beside  # with kinks and ties half a millisecond of this package's import

        for node, part in beside(roots, grads, order, needed, constant if create_graph else None).items():
            grads[node] = grads[node] + part if node in grads else part
    if not create_graph:
        for seed in seeds:
            if type(seed) not in PLAIN and undecided(seed):
                return ours(backward_pass, (order, grads), {"needed": needed, "keep": keep, "check": check})
        return backward_pass(order, grads, needed=needed, keep=keep, check=check)
    from autograd_core.graph.rewrap import recorded_pass  # the same

    return ours(recorded_pass, (order, grads, needed, constant, check))


def _sum(a, b, create_graph):
    """Of the seeds of one result that is returned twice. They are operands of a recorded pass, under no_grad too."""
    if not create_graph:
        return a + b
    with enable_grad():
        return a + b


def seed_for(tensor, gradient, create_graph=False, what=None):
    """The gradient that a backward pass from `tensor` starts with. `what` says what it is to a user who must give one."""
    value = tensor._value
    if type(gradient) is ndarray is type(value) and gradient.dtype == value.dtype and gradient.shape == value.shape:
        return wrap(gradient) if create_graph else gradient
    if gradient is None and what is None:
        if type(value) is float64 and not create_graph:
            return UNIT
        if isinstance(value, floating):  # a loss, as nearly always
            unit = type(value)(1)
            return wrap(unit) if create_graph else unit
        if tensor.size != 1:
            raise GraphError(
                f"backward: a Tensor of shape {tensor.shape} has no single gradient. "
                "Write t.sum().backward() for that of its sum, or "
                f"t.backward(gradient=…) with an array of shape {tensor.shape}"
            )
        if tensor.dtype.kind == "c":
            raise GraphError(
                "backward: a complex result has no single gradient. Write np.real(t).backward(), or t.backward(gradient=…)"
            )
        gradient = (
            np.ones_like(tensor._value) if undecided(tensor._value) else np.ones(tensor.shape, tensor.dtype)
        )  # of one element
        gradient = gradient if tensor.ndim or stands_in(gradient) else gradient[()]
        return wrap(gradient) if create_graph else gradient
    what = what or "backward: gradient must have the {} of the Tensor"
    if gradient is None or np.shape(plain(gradient)) != tensor.shape:
        shape = None if gradient is None else np.shape(plain(gradient))
        raise ShapeError(f"{what.format('shape')}, {tensor.shape}, got {shape}")
    value = gradient if isinstance(gradient, Variable) else as_plain(gradient)
    if not np.can_cast(value.dtype, tensor.dtype, "same_kind"):
        raise DTypeError(f"{what.format('dtype')}, {tensor.dtype}, got {value.dtype}")
    if value.dtype != tensor.dtype:
        value = value.astype(tensor.dtype)
    if create_graph:
        return value if isinstance(value, Variable) else wrap(value[()])
    value = plain(value)
    return value if stands_in(value) else np.asarray(value)[()]


def accumulate(grads, as_tensors=False):
    """Add the gradients of leaves to the `.grad` of their Tensors, each as an array (or Tensor) of its own."""
    first, others = [], []
    for leaf in [*grads]:
        owner, g = leaf.owner(), grads[leaf]
        plainly = type(g) is ndarray and owner is not None and leaf.hooks is None and not as_tensors
        if plainly and g.base is None and getrefcount(g) <= _IN_DICT:  # as nearly always
            first.append((owner, g))
            continue
        g = None  # or it would count in `take`
        g = take(grads, leaf, owner)
        if leaf.hooks is not None:
            g = run_hooks(leaf, g)
            g = g.copy() if type(g) is ndarray else g  # a hook may have kept it, or returned an array of the user's
        if owner is None:
            continue
        if type(g) not in PLAIN:
            if hasattr(type(plain(g)), "__leaves_no_trace__") and not stands_in(owner._value):
                raise GraphError(
                    "backward: inside vmap each element of the batch has a gradient of its own, which is no .grad for a Tensor "
                    "made outside; write vmap(grad(f), …) and give the Tensor's values as an argument"
                )
            g = wrap(g._value, g._node) if isinstance(g, Variable) else g
        if as_tensors and not isinstance(g, Variable):  # also if a derivative is a constant
            g = wrap(g)
        first.append((owner, g))
    acquire()
    try:
        for owner, g in first:
            if getattr(owner, "_grad", None) is None:
                owner._grad = g
            else:
                others.append((owner, g))
    finally:
        release()
    for owner, g in others:
        add(owner, g)


def add(owner, g):
    """Add an array (or Tensor) of its own to the `.grad` of a Tensor, which other threads may add to as well."""
    while True:
        before = getattr(owner, "_grad", None)
        total = g if before is None else before + g
        with lock:
            if getattr(owner, "_grad", None) is before:
                owner._grad = total
                return


def gradient_as_array(owner):
    """The gradient of a scalar, as the array that a user gets, and may change in place."""
    while True:
        before = owner._grad
        if not isinstance(before, generic):
            return before
        array = np.asarray(before)
        with lock:
            if owner._grad is before:
                owner._grad = array
                return array


def take(grads, node, owner=None):
    """The gradient of a node out of `grads`, or None; an array of its own, that nobody else can see or change.

    It is in C's order, or in that of the Tensor `owner`, if the rule made it so.
    """
    g = grads.pop(node, None)
    if type(g) is not ndarray:
        if stands_in(g):
            return g.copy()
        g = g.dense() if isinstance(g, Partial) else g
    if type(g) is ndarray and (getrefcount(g) > _ALONE or (g.base is not None and not _whole(g, owner))):
        return g.copy()  # another gradient, a saved value or the caller's own `gradient` is in the same memory
    return g


def _whole(g, owner):
    """Whether a view, such as the transpose of a product, is all that is left of the array of which it is one."""
    base = g.base
    if type(base) is not ndarray or base.nbytes != g.nbytes or getrefcount(base) > _ALONE_BELOW:
        return False
    if owner is not None and type(value := owner._value) is ndarray and g.strides == value.strides:
        return True
    return g.flags.c_contiguous


def _count_alone():
    box = {None: np.zeros((2, 1)).T}
    g = box[None]
    in_dict = getrefcount(g)
    box.pop(None)
    base = g.base
    return in_dict, getrefcount(g), getrefcount(base)


# What getrefcount says of an array that a dict and a local variable hold, that the variable alone holds, and of what it is a view
# of; it differs between Pythons
_IN_DICT, _ALONE, _ALONE_BELOW = _count_alone()
