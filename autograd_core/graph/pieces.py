"""The pieces of which a function is made at its ties: which of them lie in a direction, and the graph with these (see `ties`)."""

import math

import numpy as np

from autograd_core.derivatives.partial import dense
from autograd_core.derivatives.strong import nowhere
from autograd_core.derivatives.table import TABLE
from autograd_core.derivatives.ties import TIES, Tie
from autograd_core.graph.backward_pass import backward_pass, collect, conform
from autograd_core.graph.kinks import sharp
from autograd_core.graph.nodes import Leaf, Node, name_of
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable, plain

MULTIPLY, SIGN = TABLE[np.multiply], TABLE[np.sign]


def tie_of(node):
    """How the entry of this node chooses, or None."""
    entry = node.pattern.entry
    if entry is MULTIPLY:
        return signs_of(node)
    return TIES.get(entry)


def signs_of(node):
    """x sign x is |x|, whatever way x is computed for both."""
    for parent, names in zip(node.parents, (("b", "a"), ("a", "b")), strict=False):
        if parent.pattern is not None and parent.pattern.entry is SIGN:
            return SIGNED[names] if len(node.parents) == 2 else None
    return None


def signed(x, sign):
    return Tie(lambda saved: np.equal(saved[sign], 0) & np.equal(saved[x], 0), lambda saved, t: {**saved, sign: t[sign], x: 0})


SIGNED = {names: signed(*names) for names in (("a", "b"), ("b", "a"))}


def choices(node):
    """Where in the result of a node there is a choice."""
    return tie_of(node).at(dict(zip(node.pattern.saves, node.saved, strict=True)))


MANY = 4096  # elements of leaves, for which it would take long to try many directions


def directions(leaves, few):
    """Directions to leave the point in, as tangents of the leaves: pairs of opposites, of numbers as good as random.

    What is equal in one of them is so in all, and the pieces of a function that differ in a narrow cone alone are missed.
    """
    shapes = [shape_of(leaf) for leaf in leaves]
    starts = np.cumsum([0, *(math.prod(shape) for shape in shapes)])
    pairs = 2 if few or starts[-1] > MANY else 8 if starts[-1] > 8 else 16
    for k in range(2 * pairs):
        tangents = {}
        for leaf, shape, start in zip(leaves, shapes, starts, strict=False):
            number = np.arange(start + 1, start + 1 + math.prod(shape)) + 0.754877666246693 * (k // 2)
            t = np.sin(number * number * 12.9898) * (-1) ** k
            tangents[leaf] = np.reshape(t, shape).astype(dtype_of(leaf))[()]
        yield tangents


def shape_of(node):
    return node.spec[0] if type(node.spec) is tuple else ()


def dtype_of(node):
    return node.spec[1] if type(node.spec) is tuple else np.dtype(node.spec)


def twin(original):
    """A shallow copy of an object with slots. (`copy.copy` does it too; no part of NumPy's import has loaded that module.)"""
    made = object.__new__(type(original))
    for name in type(original).__slots__:
        if name != "__weakref__" and hasattr(original, name):
            setattr(made, name, getattr(original, name))
    return made


def copied(order, pieces):
    """{node: a copy of it}, the operands of copies being copies, and those in `pieces` with these pulls."""
    copies = {}
    for node in reversed(order):
        copies[node] = made = Node()
        made.number, made.saved, made.spec, made.stamp = node.number, node.saved, node.spec, node.stamp
        made.parents = tuple([copies.get(parent, parent) for parent in node.parents])
        made.pattern, made.hooks, made.mark = node.pattern, None, 0
        if node in pieces:
            made.pattern = twin(node.pattern)
            made.pattern.entry = twin(node.pattern.entry)
            made.pattern.entry.root = None
            made.pattern.transposes = None  # those of other rules
            made.pattern.pulls = pieces[node].pulls(made.parents)
    return copies


class Piece:
    """What a choice is in one direction: where it is met, and what the node would have saved nearby."""

    def __init__(self, node, tie, met, tangents):
        saved = dict(zip(node.pattern.saves, node.saved, strict=True))
        moves = {key: tangents[parent] for key, parent in zip(node.pattern.keys, node.parents, strict=True)}
        self.node, self.whole, self.met = node, tie.whole, met
        self.point = tuple(tie.point(saved, moves).values())
        self.beside = None if node.pattern.entry.root is None else choices(node) & ~met

    def pulls(self, parents):
        return tuple([self._pull(*both) for both in zip(self.node.pattern.pulls, parents, strict=True)])

    def _pull(self, pull, parent):
        met, point, beside, name = self.met, self.point, self.beside, name_of(self.node)

        def by_piece(g, saved):
            if self.whole:
                return pull(g, point)
            there, elsewhere = np.where(met, g, 0), np.where(met, 0, g)
            if isinstance(g, np.generic):
                there, elsewhere = there[()], elsewhere[()]
            contribution = pull(elsewhere, saved) + pull(there, point)
            if beside is None or nowhere(beside) or not isinstance(g, Variable):
                return contribution
            return sharp(contribution, parent, name, np.any(beside))

        return by_piece


def pieces_in(tangents, whole, ties):
    """{node: its Piece} for those of `ties` that a direction chooses a piece of. `tangents`, of the leaves, get those of all."""
    pieces = {}
    for node in reversed(whole):
        if tangents.keys().isdisjoint(node.parents):
            continue
        if node.pattern.entry.outputs is not None:  # the nodes of its outputs ask for their tangents one by one
            tangents[node] = None
            continue
        pulls, tie = node.pattern.pulls, tie_of(node)
        if tie is not None and not nowhere(at := choices(node)):
            if node in ties:
                pieces[node] = Piece(node, tie, ties[node], tangents)
            pulls = Piece(node, tie, at, tangents).pulls(node.parents)
        if node.pattern.entry is SIGN:  # for `signed`, not the change of the sign, but what it is nearby
            tangents[node] = np.where(np.equal(node.saved[0], 0), np.sign(tangents[node.parents[0]]), 0)[()]
        else:
            tangents[node] = pushed(node, pulls, tangents)
    return {node: piece for node, piece in pieces.items() if chosen(piece)}


def chosen(piece):
    """Whether the piece has another slope than the convention, for any operand."""
    node = piece.node
    g = np.where(piece.met, numbers_for(node), 0)[()].astype(dtype_of(node))
    return any(
        not np.array_equal(plain(pull(g, node.saved)), plain(other(g, node.saved)))
        for pull, other in zip(node.pattern.pulls, piece.pulls(node.parents), strict=True)
    )


def pushed(node, pulls, tangents):
    """The tangent of a result, from those of its operands: a pull is linear in g, and its pullback is the push."""
    g = wrap(numbers_for(node))
    g._node = leaf = Leaf(g, g._value)
    total = np.zeros(shape_of(node), dtype_of(node))[()]
    if node.parents[0] in tangents and tangents[node.parents[0]] is None:  # one of several outputs
        (g,) = [pull(g, node.saved).dense() for pull in pulls]
        (node,) = node.parents
        pulls = node.pattern.pulls
    for pull, parent in zip(pulls, node.parents, strict=True):
        t = tangents.get(parent)
        if t is None:
            continue
        contribution = conform(pull(g, node.saved), parent.spec)
        contribution = dense(contribution)
        end = contribution._node if isinstance(contribution, Variable) else None
        if end is leaf:
            total = total + t
        elif end is not None:
            between, needed, _ = collect([end], [leaf])
            total = total + dense(backward_pass(between, {end: dense(t)}, needed=needed, keep=True).get(leaf, 0))
    return total


def numbers_for(node):
    """Numbers in the shape of a result that have nothing to do with each other; none is 0."""
    shape = shape_of(node)
    return np.reshape(0.5 + 0.6180339887498949 * np.arange(1, math.prod(shape) + 1) % 1, shape).astype(dtype_of(node))[()]


def along(grads, tangents):
    """For each leaf what it adds to the second derivative in a direction, an array of the parts."""
    seeds = {}
    for target, g in grads.items():
        if isinstance(g, Variable) and g._node is not None:
            t = tangents.get(target)
            if t is not None:
                seeds[g._node] = seeds.get(g._node, 0) + t
    if not seeds:
        return {}
    order, *_ = collect(list(seeds))
    grads = backward_pass(order, seeds, keep=True)
    return {leaf: np.real(dense(g) * tangents[leaf]) for leaf, g in grads.items() if leaf in tangents}


def differ(a, b):
    """Whether two second derivatives in one direction are different numbers."""
    a, b = (np.concatenate([np.ravel(part) for part in parts.values()] or [np.zeros(1)]) for parts in (a, b))
    return abs(np.sum(a) - np.sum(b)) > precision(a, b) * (np.sum(np.abs(a)) + np.sum(np.abs(b)))


def precision(a, b):
    return np.sqrt(np.finfo(np.result_type(a, b)).eps)
