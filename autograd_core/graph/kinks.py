"""Kinks that a function smooths out: what second derivatives need at a result of exactly 0 of |x|, norms, std and √.

Such an r has no derivative where it is 0, and 0 is the convention. But f(r) has one if f'(0) = 0: as r² is smooth, so is
f(0) + f''(0) r² / 2 + …, and its gradient nearby is f''(0) / 2 times that of r². That is what a norm has to send on in a pass
that is itself recorded, where the gradient f'(r) that comes in is 0: nothing to the eye, but with the derivative wanted.

f''(0) is the derivative of the incoming gradient by r. Both are in the graph, and a pass from the one back to the other
gives it: with ones at all zeros at once, since a function that is smooth there has no derivative across them. Other numbers
in the place of the ones tell whether that holds; what has no second derivative ((|a| + |b|)² at 0) gets a `KinkWarning`.
Not seen is a product of two such r with different operands, |a| |b|: neither gradient depends on its own r.
"""

import warnings
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from autograd_core.derivatives.entry import Entry, KinkWarning
from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.partial import dense
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.strong import nowhere, quiet
from autograd_core.graph.backward_pass import backward_pass, collect
from autograd_core.graph.results import wrap
from autograd_core.graph.roots import is_same_call
from autograd_core.graph.variable import Variable, plain


def smoothed(node, rewrap, met):
    """The pulls of a node whose entry has a `Root`, for a pass that is itself recorded.

    met   is called with the zeros where the gradient that comes in is 0 (see `ties`)
    """
    pattern = node.pattern
    root = pattern.root()
    if root is None or nowhere(zero := root.at(node.saved)):
        return pattern.pulls
    if undecided(zero):
        return unseen(node, pattern.pulls, zero)
    # Beside the kink by rounding: the standard deviation of three times 0.1 is 1e-17
    size = np.abs(node.saved[pattern.saves.index("out")]) if "out" in pattern.saves else 0
    known = []  # what `curvature` says of the gradient that comes in, once for all operands

    def both(pull, square, parent):
        def pull_both(g, saved):
            contribution = pull(g, saved)
            if not isinstance(g, Variable):
                return contribution
            if not known or known[0] is not g:
                known[:] = g, *curvature(g, node, zero, size, rewrap)
                if isinstance(known[1], Variable) and same_as(node, known[1]._node):
                    known[1] = curved(known[1], 1, node.pattern.entry.name)
            _, second, flat, across = known
            name, said = node.pattern.entry.name, False
            if second is not None:
                of_square = square(second / 2, saved)
                if of_square is not None:
                    if root.degree:  # r² is x there, but what comes after it is not known
                        unknown_there = (plain(second) != 0) | goes_on(second, node, zero & flat, root.degree(node.saved), rewrap)
                        of_square = sharp(of_square, parent, name, unknown_there)
                    contribution = contribution + of_square
                elif not nowhere(plain(second) != 0):
                    said = True
                    warn(name)
            if not said and g._node is not None and not nowhere(beside := zero & flat & ~across):
                met(beside)
            if not nowhere(zero & ~flat):
                contribution = sharp(contribution, parent, name, True)
            return contribution

        return pull_both

    return [both(*three) for three in zip(pattern.pulls, root.rules, node.parents, strict=True)]


def unseen(node, pulls, where):
    """The pulls of a node with a kink at `where`, which cannot be looked at: what they send has no derivative, NaN, if the
    gradient that comes in there is 0. (With another one the rule is right.)"""

    def marking(pull, parent):
        def pull_marked(g, saved):
            contribution = pull(g, saved)
            if not isinstance(g, Variable):
                return contribution
            return sharp(contribution, parent, node.pattern.entry.name, np.any(where & (plain(g) == 0)))

        return pull_marked

    return [marking(*pair) for pair in zip(pulls, node.parents, strict=True)]


def curvature(g, node, zero, size, rewrap, what="second derivative"):
    """f'' where r and f'(r) = g are 0, and 0 elsewhere, or None if f' does not depend on r; where f' is 0; where f'' is none."""
    start, value = g._node, plain(g)
    flat = value == 0
    if nowhere(zero & (flat if type(size) is int else (flat | (size != 0)))) or not (twins := same_as(node, start)):
        return None, flat, np.False_
    order, needed, _ = collect([start], twins)

    def backwards(seed, **how):
        grads = backward_pass(order, {start: seed}, needed=needed, keep=True, hooks=False, **how)
        parts = [dense(grads[twin]) for twin in twins if twin in grads]
        return sum(parts[1:], parts[0]) if parts else None

    ones = np.where(zero, value.dtype.type(1), value.dtype.type(0))[()]
    second = backwards(wrap(ones), rewrap=rewrap)
    if second is None:
        return None, flat, np.False_
    flat = np.abs(value) <= 2 * np.abs(plain(second)) * size
    second, across = np.where(zero & flat, second, 0), np.False_
    if np.shape(value):
        numbers = 0.5 + 0.6180339887498949 * np.arange(1, np.size(value) + 1) % 1
        numbers = np.reshape(numbers, np.shape(value)).astype(value.dtype)
        expected = plain(second) * numbers
        rest = np.abs(np.where(zero & flat, quiet(backwards, ones * numbers), 0) - expected)
        across = rest > np.sqrt(np.finfo(value.dtype).eps) * (np.max(np.abs(expected)) + np.max(rest))
        if not nowhere(across):
            warn(node.pattern.entry.name, what)
            second = np.where(across, 0, second)
    return second, flat, across


def goes_on(second, node, where, degree, rewrap):
    """Where f has derivatives by the root r beyond f″, up to that by which f(r) has a second one by x = r**degree: r⁴ for √x."""
    order, there = 2, np.False_
    while order < min(2 * degree, 6) and not nowhere(where & ~there):
        if not isinstance(second, Variable) or not (twins := same_as(node, second._node)):
            return there
        ones = np.where(where, plain(second).dtype.type(1), plain(second).dtype.type(0))[()]
        nodes, needed, _ = collect([second._node], twins)
        with silence():
            grads = backward_pass(nodes, {second._node: wrap(ones)}, needed=needed, keep=True, rewrap=rewrap, hooks=False)
        parts = [dense(grads[twin]) for twin in twins if twin in grads]
        if not parts:
            return there
        second, order = sum(parts[1:], parts[0]), order + 1
        there = there | (where & (plain(second) != 0))
    return there


def same_as(node, start):
    """The nodes of r among what `start` was computed from: this one, and those of the same call made again."""
    if start is None:
        return []
    order, *_ = collect([start], node.parents)
    return [twin for twin in order if is_same_call(twin, node)]


# f″(r), which stands for f′(r) / r: at r = 0 their derivatives differ from the second on
curved = Entry(
    "curvature", None, lambda x, level, name: x, {"x": lambda g, level, name: differentiated(g, level, name)}, doc="f″(r) | ḡ"
)


def differentiated(g, level, name):
    if level == 3:
        warn(name, "fourth derivative")
    return curved(g, level + 1, name)


def sharp(contribution, parent, name, where):
    """A contribution that has no derivative by the operand, the Tensor at `parent`: a pass by it warns."""
    operand = wrap(np.zeros_like(plain(contribution)), parent)
    return without_derivative(contribution, operand, name, where)


without_derivative = Entry(
    "kink", None, lambda c, x, name, where: c, {"c": same, "x": lambda g, name, where: unknown(g, name, where)},
    doc="c | ḡ | 0, with a warning",
)  # fmt: skip


def unknown(g, name, where):
    if undecided(where):
        return np.where(where & (g != 0), np.nan, np.zeros_like(g))
    if not nowhere((plain(g) != 0) & where):
        warn(name)
    return np.zeros_like(g)


_silent = ContextVar("silent", default=False)


@contextmanager
def silence():
    """Without a warning: in passes that only look at what others give."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def warn(name, what="second derivative", where="a result is 0, where it has a kink"):
    if _silent.get():
        return
    warnings.warn(
        f"{name}: {where}, and what is computed of it has no {what} there, or none that is known, so what comes out may be wrong",
        KinkWarning,
        stacklevel=3,
    )
