"""Second derivatives where a function chooses between equals: max(a, b) at a = b, |x| and relu at 0, equal elements sorted.

There it is made of pieces, and the first derivative follows a convention (a share for each, or the slope to the left). If the
gradient that comes in is 0 the convention is no matter, as in max(x, -x)² at 0; but the derivative of that gradient is sent on by
the slope of a piece, and half of it is that of no piece.

Which pieces there are depends on the direction in which one leaves the point. So if a pass that is itself recorded meets such a
choice with a gradient of 0, some directions are tried. Tangents go forward through the graph and say for each choice which piece
is taken. A copy of the graph with these pieces is smooth, and a recorded pass through it has the right second derivative in
that direction. If the pass as it is agrees in all of them, it stays. If the pieces of one direction do in all others, as for
max(x, -x)², their pass is taken. Else there is no second derivative, and leaves that ask for one get a `KinkWarning`.
"""

import numpy as np

from autograd_core.derivatives.entry import Entry
from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.partial import dense
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.strong import nowhere
from autograd_core.derivatives.ties import ROOTS
from autograd_core.errors import GraphError
from autograd_core.graph.backward_pass import backward_pass, collect, number_of
from autograd_core.graph.kinks import silence, unseen, warn
from autograd_core.graph.nodes import name_of
from autograd_core.graph.pieces import (
    along,
    choices,
    copied,
    differ,
    directions,
    dtype_of,
    pieces_in,
    precision,
    shape_of,
    tie_of,
)
from autograd_core.graph.results import wrap
from autograd_core.graph.variable import Variable, plain


class Ties(dict):
    """{node: where it chooses, and the gradient that comes in is 0}; `live` if one of these gradients has a derivative."""

    live = False

    def add(self, node, where):
        self[node] = self[node] | where if node in self else where
        self.live = True


def watched(node, pulls, ties):
    """The pulls of a node whose entry chooses, which note in `ties` where the gradient that comes in is 0 at a choice."""
    if tie_of(node) is None:
        return pulls
    if any(undecided(value) for value in node.saved):
        return unseen(node, pulls, choices(node))
    root = None if node.pattern.entry.root is None else node.pattern.root()  # at its zeros it says itself what it met

    def watching(pull):
        def look(g, saved):
            if node not in ties:
                flat = plain(g) == 0
                if hasattr(type(flat), "__tied__"):
                    if not nowhere(flat) and not nowhere(met := choices(node) & flat):
                        met.__tied__(name_of(node))
                elif not nowhere(flat) and isinstance(flat, (np.ndarray, np.bool)):
                    met, live = choices(node) & flat, isinstance(g, Variable) and g._node is not None
                    met = met if root is None or not live else met & ~root.at(node.saved)
                    if not nowhere(met):
                        ties[node] = met
                        ties.live = ties.live or live
            return pull(g, saved)

        return look

    return [watching(pull) for pull in pulls]


def settled(seeds, order, needed, constant, grads, ties, rewrap):
    """The gradients of a recorded pass that met the choices in `ties`: as they are, by other pieces, or with a warning.

    seeds, order, needed, constant   what the pass was made of, and `grads` what it gave
    rewrap                           the function (constant) -> that of `backward_pass`
    """
    try:
        whole, *_ = collect(list(seeds))
    except GraphError:  # what lies before the targets has been released
        whole = order
    with silence(), np.errstate(all="ignore"):
        return _settled(seeds, order, needed, constant, grads, ties, rewrap, whole)


def _settled(seeds, order, needed, constant, grads, ties, rewrap, whole):
    inside, grads = set(whole), {node: dense(g) for node, g in grads.items()}
    leaves = sorted({parent for node in whole for parent in node.parents} - inside, key=number_of)

    def again(pieces, hooks=False):
        copies = copied(whole, pieces)
        at = lambda node: copies.get(node, node)
        fixed = {at(node) for node in (*whole, *leaves) if node in constant}
        wanted = None if needed is None else {at(node) for node in needed}
        sent = backward_pass(
            [copies[node] for node in order], {at(node): seed for node, seed in seeds.items()},
            needed=wanted, keep=True, rewrap=rewrap(fixed),
        )  # fmt: skip
        if hooks:
            for node, made in copies.items():
                made.hooks = node.hooks
        return {target: dense(sent[at(target)]) for target in grads}

    few = all(node.pattern.entry in ROOTS for node in ties)  # no signs to be tried
    tried = [(tangents, pieces_in(tangents, whole, ties)) for tangents in directions(leaves, few)]
    if not any(pieces for _, pieces in tried):
        return grads  # what there is to choose from is the same nearby
    as_it_is = again({})
    plainly = {node: piece for node, piece in tried[0][1].items() if node.pattern.entry not in ROOTS}
    first, missed, fits = again(plainly), [], True
    for tangents, pieces in tried:
        here = again(pieces)
        right = along(here, tangents)
        if differ(right, along(as_it_is, tangents)):
            missed.append((here, tangents))
        fits = fits and not differ(right, along(first, tangents))
        if len(missed) > 2 and not fits:
            break
    if not missed:
        return grads if all(node.pattern.entry.root for node in ties) else marked(grads, ties, 3)
    if fits:
        return marked(again(plainly, hooks=True), ties, 3)
    return warned(grads, as_it_is, missed, ties)


def warned(grads, as_it_is, missed, ties):
    """The gradients as they are, with a warning for a pass that comes by them to a leaf whose second derivative depends on the
    direction."""
    for target in list(grads):
        seen = set()
        for here, tangents in missed:
            right, ours = (along({target: which[target]}, tangents) for which in (here, as_it_is))
            for leaf in {*right, *ours}:
                a, b = (which.get(leaf, np.zeros(1)) for which in (right, ours))
                if np.any(np.abs(a - b) > precision(a, b) * (np.abs(a) + np.abs(b))):
                    seen.add(leaf)
        grads |= marked({target: grads[target]}, ties, 2, seen)
    return grads


def marked(grads, ties, first, leaves=None):
    """Gradients that warn of their own derivatives by these leaves, from derivative number `first` on."""
    names = ", ".join(sorted({name_of(node) for node in ties}))
    if leaves is None:
        leaves = leaves_of(*ties)
    # A target that was computed is a place to differentiate by as well: the variable of a derivative inside another one
    leaves = {*leaves, *(target for target in grads if target.parents and not leaves.isdisjoint(leaves_of(target)))}
    marked = dict(grads)
    for leaf in sorted(leaves, key=number_of):
        operand = wrap(np.zeros(shape_of(leaf), dtype_of(leaf))[()], leaf)
        for target in grads:
            marked[target] = by_choice(marked[target], operand, names, 2, first)
    return marked


def leaves_of(*nodes):
    below, *_ = collect(nodes)
    return {parent for node in below for parent in node.parents if not parent.parents}


by_choice = Entry(
    "kink", None, lambda c, x, name, order, first: c,
    {"c": same, "x": lambda g, x, name, order, first: beyond(g, x, name, order, first)}, doc="c | ḡ | 0, with a warning",
)  # fmt: skip


def beyond(g, x, name, order, first):
    """What a gradient adds to the next: nothing, but if that one is differentiated it is asked too."""
    nothing = np.zeros_like(x)
    if order < first:
        return by_choice(nothing, x, name, order + 1, first) if isinstance(x, Variable) else nothing
    if not nowhere(plain(g) != 0):
        warn(name, f"{ORDINALS[order]} derivative", "it is exactly at a tie or kink")
    return nothing


ORDINALS = {2: "second", 3: "third"}
