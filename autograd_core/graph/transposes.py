"""The transpose of a rule: what it makes of ḡ, turned into what carries a tangent forward.

A rule is linear in ḡ. It runs once on a Tensor that stands for ḡ, of which only shape and dtype are known (see `shapes`), and
leaves a graph of functions of the table, all of them linear in ḡ. A backward pass through that graph is the transpose.

What the node saved is known by its shape alone too, if that will do: then the graph says what to do for all numbers, and is kept
(`Pattern.transposes`). Else it is made each time, from the numbers; so is that of a rule of a user's, which may read a global or
what it closes over. If the numbers do not tell either, since the rule looks at those of ḡ, `AsksForNumbers` is raised.
"""

from operator import getitem

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.rules import same
from autograd_core.graph.backward_pass import conform, number_of
from autograd_core.graph.modes import enable_grad
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.results import wrap
from autograd_core.graph.shapes import AsksForNumbers, Shaped, are_finite, has_shaped, value_of
from autograd_core.graph.variable import Variable
from autograd_core.graph.written import fitted, written

FIXED = {int, bool, str, type(None), type(Ellipsis), float, complex, type(np._NoValue)}
ONLY_INT = frozenset({int})
OWN = __name__.partition(".")[0]
MANY = 256  # of one pattern: then all are forgotten


def transpose(node, i, specs=None):
    """The function (tangent of operand i of a node) -> for each result what that adds to its tangent, or None.

    specs   if the function returns several results, that of each, or None for one that nobody asks for
    """
    saved, pattern = node.saved, node.pattern
    kept = pattern.transposes
    if kept is None:
        kept = pattern.transposes = {} if is_ours(pattern.entry) else NEVER
    try:
        key = i, node.parents[i].spec, node.spec if specs is None else (*specs,), (*map(key_of, saved),)
        known = kept[key]
    except KeyError:
        if len(kept) >= MANY:
            kept.clear()
        assumed = []
        try:
            known = Transpose(node, i, specs, tuple([of_shape(value, k, assumed) for k, value in enumerate(saved)]), assumed)
        except Exception:  # whatever a rule runs into without numbers
            known = None
        kept[key] = known
    except TypeError:
        known = None
    if known is None:
        try:
            return Transpose(node, i, specs, saved, None)
        except Exception:
            raise AsksForNumbers from None  # a rule that is wrong will say so when it runs with numbers
    return known


class Never(dict):
    """What keeps nothing."""

    def __setitem__(self, key, value):
        pass


NEVER = Never()


def is_ours(entry):
    """Whether all rules of an entry are of this package: what they make depends on nothing but what the node saved."""
    rules = [rule[0] if type(rule) is tuple else rule for rule in entry.rules.values() if rule is not None]
    return all((getattr(rule, "__module__", None) or "").partition(".")[0] == OWN for rule in rules)


def key_of(value):
    """What a rule can know of a saved value without its numbers. TypeError if there is more to it."""
    kind = type(value)
    if kind in FIXED or (kind is tuple and ONLY_INT.issuperset(map(type, value))):
        return kind, value
    if kind is ndarray or isinstance(value, generic):
        if value.dtype.kind not in "fcb":
            raise TypeError
        return kind, value.shape, value.dtype
    if isinstance(value, tuple):
        return kind, *map(key_of, value)
    if kind is slice:
        return kind, value.start, value.stop, value.step
    raise TypeError


def of_shape(value, call, assumed):
    """A saved value without its numbers."""
    if type(value) is ndarray or isinstance(value, generic):
        return Shaped(value.shape, value.dtype, call, assumed)
    if isinstance(value, tuple):
        whole = Shaped((), None, call, assumed)
        parts = [of_shape(part, (getitem, (whole, k), {}, None), assumed) for k, part in enumerate(value)]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


class Transpose:
    """The calls that a rule made of ḡ, each a step: (what pulls a gradient back, what it needs, from which place to which)."""

    __slots__ = ("assumed", "leaves", "steps", "written")

    def __init__(self, node, i, specs, saved, assumed):
        several = specs is not None
        gs = [None if spec is None else _unknown(spec) for spec in (specs if several else (node.spec,))]
        with enable_grad():
            contribution = node.pattern.pulls[i](tuple(gs) if several else gs[0], saved)
            contribution = contribution.dense() if isinstance(contribution, Partial) else contribution
            contribution = conform(contribution, node.parents[i].spec)
        end = contribution._node if isinstance(contribution, Variable) else None
        order = [] if end is None else _made(end)
        leaves = [None if g is None or end is None else g._node for g in gs]
        places = {node: k for k, node in enumerate([*order, *dict.fromkeys(leaves)])}
        self.leaves = [None if leaf is None else places[leaf] for leaf in leaves]
        self.steps = [
            (
                k,
                [(pull, places[parent], parent.spec) for pull, parent in zip(made.pattern.pulls, made.parents, strict=True)],
                made.saved,
                has_shaped(made.saved),
            )
            for k, made in enumerate(order)
        ]
        for made in order:
            if made.pattern.entry.name is None or made.hooks is not None or made.pattern.entry.once:
                raise AsksForNumbers
        # A product with what is not finite comes out as such, but LAPACK may never return from it
        self.assumed = assumed if assumed and any(_is_given_to_lapack(made.saved) for made in order) else ()
        kept = order and assumed is not None and not self.assumed
        self.written = written(self.steps, self.leaves, end.spec) if kept else None

    def __call__(self, t, saved):
        try:
            return self._run(t, saved, {}) if self.written is None else self.written(t, saved)
        except np.linalg.LinAlgError:  # for which a rule may have another way
            raise AsksForNumbers from None

    def _run(self, t, saved, known):
        if self.assumed and not are_finite(self.assumed, saved, known):
            raise AsksForNumbers
        grads = {0: t}
        for k, pulls, needs, of_saved in self.steps:
            g = grads.pop(k, None)
            if g is None:
                continue
            needs = value_of(needs, saved, known) if of_saved else needs
            for pull, place, spec in pulls:
                part = g if pull is same else pull(g, needs)
                if type(part) is not spec and (type(part) is not ndarray or (part.shape, part.dtype) != spec):
                    part = fitted(part, spec)
                grads[place] = grads[place] + part if place in grads else part
        return [leaf if leaf is None else grads.get(leaf) for leaf in self.leaves]


def _is_given_to_lapack(saved):
    for value in saved:
        if type(value) is Shaped and type(value.call) is tuple:
            function, args, *_ = value.call
            if (getattr(function, "__module__", None) or "").startswith("numpy.linalg") or _is_given_to_lapack(args):
                return True
        elif (type(value) is tuple or type(value) is list) and _is_given_to_lapack(value):
            return True
    return False


def _unknown(spec):
    """A Tensor in the place of a ḡ."""
    g = wrap(Shaped(*spec) if type(spec) is tuple else Shaped((), np.dtype(spec)))
    g._node = Leaf(g, g._value)
    return g


def _made(end):
    """The nodes that lead to `end`, last first. All depend on ḡ alone."""
    if not end.parents:
        return []
    order, seen = [end], {end}
    for node in order:  # grows while it is walked
        for parent in node.parents:
            if parent.parents and parent not in seen:
                seen.add(parent)
                order.append(parent)
    order.sort(key=number_of, reverse=True)
    return order
