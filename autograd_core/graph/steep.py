"""Infinite slopes that meet a gradient of 0: what 2 √x √x or sin(√x) √x send on at x = 0.

A root r of x has an infinite derivative where it is 0. If the gradient g that comes in is 0 there, 0 goes on. That is right if
somebody masked the root away, and wrong if g goes to 0 with r, as that of each factor of √x √x does. With xᵃ = r, g dr/dx goes to
a g⁽ʲ⁾(0) / j! r^(j + 1 - 1/a), g⁽ʲ⁾ the first derivative of g by r that is not 0. These derivatives are in the graph, and passes
from g back to r give them. If a pass is recorded so that its own derivative by x can be taken, `kinks` does so.

None of this is done unless there is such a root, something computed from it has a derivative that depends on its operands, and
what the root would send on reaches a leaf. (Equal points in a kernel of distances have roots of squares: nothing gets through.)
"""

import math

import numpy as np

from autograd_core.derivatives.elementwise import power_number, power_of_root, product_of_roots
from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.partial import dense
from autograd_core.derivatives.strong import nowhere, times
from autograd_core.errors import GraphError
from autograd_core.graph.backward_pass import backward_pass, collect
from autograd_core.graph.kinks import curvature, same_as, silence, warn
from autograd_core.graph.modes import enable_grad
from autograd_core.graph.pieces import choices, tie_of
from autograd_core.graph.results import wrap
from autograd_core.graph.rewrap import rewrap
from autograd_core.graph.roots import is_same_call, power_of
from autograd_core.graph.variable import Variable, plain


def beside(roots, grads, order, needed, constant=None):
    """What roots of 0 send on beside what their rules do, in a pass from `grads` through `order`: {node of an operand: gradient}.

    roots      those among the nodes of `order`
    constant   for a pass that is recorded the nodes by which it will not be differentiated: these roots are meant
    """
    roots = {
        node: root
        for node in roots
        if (constant is None or node in constant) and (root := root_at_zero(node, needed)) is not None
    }
    if not roots:
        return {}
    below = bent(order)
    roots = {node: root for node, root in roots.items() if node in below and reaches(*root, order, needed)}
    if not roots:
        return {}
    extra = {}
    with enable_grad(), np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        known, turns = incoming(grads, roots)
        for node, g in known.items():
            try:
                part = limit(g, node, *roots[node][1:], constant is not None)
                if is_of_others(g, node, roots) or any(is_of_turn(*turn, node, roots) for turn in turns):
                    warn(node.pattern.entry.name, "derivative")
            except GraphError:  # a rule on the way cannot be differentiated
                warn(node.pattern.entry.name, "derivative")
                continue
            if part is not None:
                operand = roots[node][0]
                extra[operand] = extra[operand] + part if operand in extra else part
    return extra


def root_at_zero(node, needed):
    """(the node of x, 1/a, where it is 0) of a node that is xᵃ with a < 1, also as the root of a root; else None."""
    root = node.pattern.root()
    if root is not None and (nowhere(zero := root.at(node.saved)) or undecided(zero)):
        return None
    if (known := power_of(node)) is None:
        return None
    operand, power = known
    if power >= 1 and power % 1 == 0:  # what it sends on is finite, and the operand is itself a root that sends it further
        return None
    while operand.pattern is not None and (known := power_of(operand)) is not None:
        operand, power = known[0], power * known[1]
    if power >= 1 or (needed is not None and operand not in needed):
        return None
    return operand, 1 / power, node.saved[node.pattern.saves.index("r")] == 0 if root is None else zero


def bent(order):
    """The nodes whose gradient may depend on the values of what is between them and the results."""
    below = set()
    for node in order:
        pattern = node.pattern
        operands = {"out", *(pattern.entry.kept or ()), *(key if type(key) is str else key[0] for key in pattern.keys)}
        if node in below or not operands.isdisjoint(pattern.saves):
            below.update(node.parents)
    return below


def reaches(operand, degree, zero, order, needed):
    """Whether a finite gradient of the operand, where the root is 0, reaches a leaf: seen by numbers that do not cancel."""
    numbers = 0.5 + 0.6180339887498949 * np.arange(1, np.size(zero) + 1).reshape(np.shape(zero)) % 1
    dtype = operand.spec[1] if type(operand.spec) is tuple else np.dtype(operand.spec)
    numbers = np.where(zero, numbers, 0).astype(dtype)[()]
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        grads = backward_pass(order, {operand: numbers}, needed=needed, keep=True, hooks=False)
    return any(not nowhere(dense(g) != 0) for g in grads.values())


def incoming(grads, roots):
    """{root: the gradient that comes in}, each in the graph; and [(node with a tie or kink, where, gradient of 0 there)]."""
    known, turns = {}, []

    def noting(node):
        saved, pulls = rewrap(node)
        if node not in roots:
            return saved, pulls if (there := turn(node)) is None else [watching(node, there, pull) for pull in pulls]
        # As they are, since what this root sends on to one that it is a root of is known here
        return saved, [lambda g, saved, pull=pull: (known.__setitem__(node, g), pull(g, saved))[1] for pull in node.pattern.pulls]

    order, needed, _ = collect(list(grads), [operand for operand, *_ in roots.values()])
    starts = {node: g if isinstance(g, Variable) else wrap(g) for node, g in grads.items() if node in needed}

    def watching(node, there, pull):
        def look(g, saved):
            if isinstance(g, Variable) and g._node is not None and not nowhere(there & (plain(g) == 0)):
                turns.append((node, there & (plain(g) == 0), g))
            return pull(g, saved)

        return look

    with silence():
        backward_pass(order, starts, needed=needed, keep=True, rewrap=noting, hooks=False)
    return known, turns


def turn(node):
    """Where a node has a tie, or a kink at a result of 0 with slopes that are finite; None if nowhere."""
    root = node.pattern.root()
    there = choices(node) if tie_of(node) is not None else None
    if root is not None:
        there = root.at(node.saved) if root.degree is None else None
    return None if there is None or nowhere(there) else there


def limit(g, node, degree, zero, recorded):
    """g dr/dx where both r and g go to 0, `recorded` or as a plain array; None if it is 0."""
    if not isinstance(g, Variable) or g._node is None:
        return None
    again = through(node, g)
    slope, flat, across = curvature(g, node, zero, 0, again, "derivative")
    still, j, total = zero & flat & ~across, 1, None
    while slope is not None and not nowhere(still):
        value, power = plain(slope), j + 1 - degree
        here = still if recorded else still & (value != 0)  # it may be 0 for this seed of a linear map, and not for others
        if power < 1e-12:
            part = slope / (math.factorial(j) * degree) if power > -1e-12 else times(slope, np.inf)
            part = np.where(here, part, 0)
            total = part if total is None else total + part
        still, j = still & (value == 0), j + 1
        if j + 1 > degree + 1e-12:
            break
        slope = by_root(slope, node, zero, again)
    return total if recorded or total is None else plain(total)


def is_of_others(g, node, roots):
    """Whether g is 0 where the root is, and depends there on other roots of the same x: of √x and √√x each alone is known."""
    operand, degree, zero = roots[node]
    if not isinstance(g, Variable) or g._node is None or nowhere(zero & (plain(g) == 0)):
        return False
    kin = [other for other in roots if is_same_call(other, node)]
    others = [
        other
        for other in roots
        if roots[other][0] is operand
        and other not in kin
        and not any(leads(root, {other}) or leads(other, {root}) for root in kin)
    ]
    if not others or not leads(g._node, set(others)):
        return False
    again = through(node, g)
    return is_changed(g, lambda g: by_roots(g, [*same_as(node, g._node), *others], zero, again), zero & (plain(g) == 0), degree)


def is_of_turn(node, there, g, root, roots):
    """Whether g, which is 0 where a node has a tie or a kink, depends there on it: then what it sends to the root is not known.

    (A kink knows what depends on its own result, see `kinks`: there, whether it depends on the root in another way.)
    """
    operand, degree, _ = roots[root]
    own = same_as(node, g._node)
    kink = node.pattern.entry.root is not None
    goals = [other for other in roots if roots[other][0] is operand] if kink else own
    if not goals or not leads(g._node, set(goals), own if kink else ()):
        return False

    def derivative(g):
        return by_roots(g, goals, there if np.shape(there) == np.shape(g) else np.ones(np.shape(g), bool), rewrap)

    return is_changed(g, derivative, there, degree)


def is_changed(g, derivative, where, degree):
    """Whether a derivative of g, up to that which counts for a root of this degree, is not 0 everywhere there."""
    for _ in range(math.ceil(degree)):
        if not isinstance(g, Variable) or g._node is None:
            return False
        g = derivative(g)
        if (
            g is not None
            and not nowhere(plain(g) != 0)
            and (np.shape(g) != np.shape(where) or not nowhere(where & (plain(g) != 0)))
        ):
            return True
    return False


def leads(start, roots, without=()):
    """Whether a node is one of these roots, or was computed from one, by a way that avoids the nodes in `without`."""
    oldest, todo, seen = min([root.number for root in roots]), [start], set(without)
    for node in todo:  # grows while it is walked
        if node in roots:
            return True
        if node not in seen and node.number > oldest:
            seen.add(node)
            todo.extend(node.parents)
    return False


def through(root, g):
    """`rewrap` for a pass from g back to this root: powers of it do not go round it."""
    oldest = min([twin.number for twin in same_as(root, g._node)], default=0)

    def again(node):
        saved, pulls = rewrap(node)
        if node.pattern.entry in WAYS_ROUND and node.parents[-1].number < oldest:  # x, of which it is a root
            pulls = [*WAYS_ROUND[node.pattern.entry](dict(zip(node.pattern.saves, saved, strict=True))), pulls[-1]]
        return saved, pulls

    return again


WAYS_ROUND = {
    power_of_root: lambda saved: [lambda g, _: power_number(g, saved["r"], saved["b"])],
    product_of_roots: lambda saved: [lambda g, _: times(g, saved["s"]), lambda g, _: times(g, saved["r"])],
}


def by_root(slope, node, zero, again):
    """The derivative of `slope` by the root, or None if it does not depend on it."""
    return by_roots(slope, same_as(node, slope._node), zero, again) if isinstance(slope, Variable) else None


def by_roots(slope, roots, zero, again):
    if not isinstance(slope, Variable) or slope._node is None or not roots:
        return None
    order, needed, _ = collect([slope._node], roots)
    ones = wrap(np.where(zero, slope.dtype.type(1), slope.dtype.type(0))[()])
    with silence():
        grads = backward_pass(order, {slope._node: ones}, needed=needed, keep=True, rewrap=again, hooks=False)
    parts = [dense(grads[root]) for root in roots if root in grads]
    return sum(parts[1:], parts[0]) if parts else None
