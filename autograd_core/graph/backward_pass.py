"""The backward pass over the nodes of the graph: which of them, in which order, and what flows between them."""

from operator import attrgetter

import numpy as np
from numpy import ndarray

from autograd_core.derivatives.kinds import handed_out, taken_in
from autograd_core.derivatives.matrices import summed
from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.stamps import changed
from autograd_core.errors import GraphError, ShapeError
from autograd_core.graph.edits import edits, next_number, refuse_changed
from autograd_core.graph.nodes import Leaf, is_wanted, name_of, released_message, user_line

number_of = attrgetter("number")


def collect(roots, targets=None, own=None):
    """The operations to run for a backward pass from `roots`, last first; the nodes whose gradient it needs; and whether the
    roots depend on anything but the targets (True without).

    With `targets` only what lies between is collected, and the second result is the set of these nodes; without,
    everything reachable is, and it is None. `own` are leaves that do not count as anything else, nor do those that nobody can
    ask for a gradient of.
    Iterative, since a chain of a million operations is a chain like any other.
    """
    # A mark takes a sixth of the time of a set. No two passes have the same, so that if two threads walk one graph at once, the
    # worst is that one collects a node twice; the second time there is no gradient left for it.
    this, oldest = next_number(), 0
    if targets is not None:
        targets = set(targets)
        own = targets if own is None else targets.union(own)
        oldest = min(map(number_of, targets))  # what is older cannot depend on one
        for target in targets:
            target.mark = this
    order, others, aside = [], targets is None, False
    for node in roots:
        if node.mark is not this:
            node.mark = this
            if type(node) is not Leaf and node.number > oldest:
                order.append(node)
            elif not others:
                aside, others = True, node not in own and is_wanted(node)
    refilled = []
    for node in order:  # grows while it is walked
        saved = node.saved
        if saved is None:
            raise GraphError(released_message(node))
        if node.stamp is not None and node.stamp != (now := node.pattern.stamp(saved)):
            refilled.append((node, changed(node.stamp, now, node.pattern.constants)))
        i, parent, rest = 0, node.first, node.rest
        while True:  # through its parents; with a tuple of them in a `for` it takes longer
            if parent.mark is not this:
                parent.mark = this
                if type(parent) is not Leaf and parent.number > oldest:
                    order.append(parent)
                elif not others:
                    aside, others = True, parent not in own and is_wanted(parent)
            if rest is None:
                break
            if type(rest) is not tuple:
                parent, rest = rest, None
            else:
                parent, i = rest[i], i + 1
                if i == len(rest):
                    rest = None
    order.sort(key=number_of, reverse=True)
    if order and edits.last > order[-1].number:
        edits.check(order)
    for node, i in refilled:
        refuse_changed(node, i)
    if targets is None:
        return order, None, others
    if not aside and targets.isdisjoint(order):  # all ways end in the targets
        return order, targets.union(order), False
    needed = set(targets)
    for node in reversed(order):
        if not needed.isdisjoint(node.parents):
            needed.add(node)
    return [node for node in order if node in needed and node not in targets], needed, others


def still_there(order):
    """Raise, as `collect` does, if a pass through what it once returned would not be right any more."""
    for node in order:
        saved = node.saved
        if saved is None:
            raise GraphError(released_message(node))
        if node.stamp is not None and node.stamp != (now := node.pattern.stamp(saved)):
            refuse_changed(node, changed(node.stamp, now, node.pattern.constants))
    if order and edits.last > order[-1].number:
        edits.check(order)


def backward_pass(order, grads, *, needed=None, keep=False, rewrap=None, check=None, hooks=True):
    """Send the gradients in `grads` ({node: gradient}) down through `order`; what remains in it are those of the leaves.

    needed   if given, the only nodes whose gradients matter
    keep     keep the saved values for another pass; otherwise a node's are released as soon as they were used
    rewrap   if given, gives the values that a node saved as Tensors again, so that the pass itself is recorded, and
             the functions that pull the gradient back
    check    if given, is shown every (node, number of the operand, contribution)
    hooks    False for a pass that only looks at what gradients would be
    """
    owned = set()  # nodes whose gradient is a sum made here, so that adding to it may happen in place
    partial = set()  # nodes whose gradient has been a Partial
    pop, plainly = grads.pop, rewrap is None and check is None
    node = i = None
    try:
        for node in order:
            g = pop(node, None)
            if g is None:
                continue
            if partial and node in partial and isinstance(g, Partial):
                g = g.dense()
            if node.hooks is not None and hooks:
                i = None
                g = run_hooks(node, g)
            saved = node.saved
            if plainly and saved is not None:
                pulls = node.pattern.pulls
            else:
                i = None
                saved, pulls = _unusual(node, rewrap, check)
            if not keep:
                node.saved = None
            i, parent, rest = 0, node.first, node.rest
            while True:  # through its parents, as in `collect`
                if needed is None or parent in needed:
                    pull = pulls[i]
                    part = g if pull is same else pull(g, saved)
                    if (kind := type(part)) is not parent.spec and (
                        kind is not ndarray or (part.shape, part.dtype) != parent.spec
                    ):
                        part = conform(part, parent.spec)
                        if isinstance(part, Partial):
                            partial.add(parent)
                    if parent not in grads:
                        grads[parent] = part
                    elif type(before := grads[parent]) is not ndarray:
                        grads[parent] = before + part
                    elif parent in owned and rewrap is None:
                        grads[parent] = _added(before, part)
                    else:
                        grads[parent] = before + part
                        owned.add(parent)
                if rest is None:
                    break
                i += 1
                if type(rest) is not tuple:
                    parent, rest = rest, None
                else:
                    parent = rest[i - 1]
                    if i == len(rest):
                        rest = None
            g = saved = part = None  # before the next operation needs room
    except Exception as error:
        if node is not None:
            error.add_note(_where(node, i))
        raise
    return grads


def _unusual(node, rewrap, check):
    """What a node saved and the functions that pull its gradient back, in a pass that is recorded or watched."""
    saved, pulls = node.saved, node.pattern.pulls
    if saved is None:  # since it was collected, by a pass in another thread
        raise GraphError(released_message(node))
    if rewrap is not None:
        saved, pulls = rewrap(node)
    if check is not None:
        pulls = [_shown(check, node, i, pull) for i, pull in enumerate(pulls)]
    return saved, pulls


def _shown(check, node, i, pull):
    def pull_and_show(g, saved):
        contribution = conform(pull(g, saved), node.parents[i].spec)
        check(node, i, contribution)
        return contribution

    return pull_and_show


def _added(total, part):
    """A sum made here, and another contribution, in place if that is possible."""
    if isinstance(part, Partial):
        part.add_to(total)
    elif type(part) is ndarray:
        total += part
    else:  # of another kind, which does not go into an array of NumPy's
        total = total + part
    return total


def conform(g, spec):
    """The gradient `g` with the shape and dtype of its operand: broadcast axes summed, float32 kept, real parts of
    what is sent to a real operand."""
    if spec is None or isinstance(g, Partial):
        return g
    shape, dtype = spec if type(spec) is tuple else ((), np.dtype(spec))
    try:
        if g.shape != shape:
            g = unbroadcast(g, shape)
        if g.dtype != dtype:
            g = (g.real if g.dtype.kind == "c" and dtype.kind != "c" else g).astype(dtype)
    except AttributeError:
        if g is None or isinstance(g, (list, tuple)):
            got = "a tuple" if isinstance(g, tuple) else type(g).__name__
            raise GraphError(f"the rule must return an array of shape {shape}, got {got}") from None
        array = np.asarray(g)
        if array.dtype.kind not in "biufc":
            raise GraphError(f"the rule must return an array of numbers of shape {shape}, got {type(g).__name__}") from None
        return conform(array, spec)
    return g[()] if shape == () and type(g) is ndarray else g


def unbroadcast(g, shape):
    """Undo NumPy's broadcasting from `shape`: sum over the axes that it added or stretched."""
    given, extra = g.shape, g.ndim - len(shape)
    if extra > 0 and g.shape[extra:] == shape:
        return summed(g) if extra == 1 == g.ndim - 1 else np.add.reduce(g, axis=tuple(range(extra)))
    if extra < 0:  # NumPy assigns (1, 3) into (3,)
        g, extra = g[(None,) * -extra], 0
    axes = [*range(extra), *(extra + i for i, n in enumerate(shape) if n == 1 and g.shape[extra + i] != 1)]
    if axes:
        g = np.add.reduce(g, axis=tuple(axes), keepdims=True)
        g = g.reshape(g.shape[extra:]) if extra else g
    if g.shape != shape:
        raise ShapeError(
            f"the rule must return a gradient of shape {shape}, that of its operand, or one that broadcasting made "
            f"of it; got {given}"
        )
    return g


def run_hooks(node, g, hooks=None):
    """Let the hooks of a node look at its gradient (a read-only view: it may be somebody else's too), or replace it."""
    for hook in (node.hooks if hooks is None else hooks).values():
        if type(g) is ndarray:
            g = g.view()
            g.flags.writeable = False
        replaced = hook(g if type(g) is ndarray else handed_out(g))
        if replaced is not None:
            replaced = taken_in(replaced)
            if np.shape(replaced) != np.shape(g):
                raise ShapeError(
                    f"a hook of {name_of(node)} must return a gradient of shape {np.shape(g)} or None, got {np.shape(replaced)}"
                )
            g = conform(replaced, node.spec)
    return g


def _where(node, i):
    argument = ""
    if i is not None and node.pattern is not None:
        key = node.pattern.keys[i]
        argument = f", argument {key if type(key) is str else f'{key[0]}[{key[1]}]'}"
    line = user_line(node) or "; run inside autograd_core.detect_anomaly() to see the line"
    return f"in the backward pass of {name_of(node)}{argument}{line}"
