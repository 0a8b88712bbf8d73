"""Powers and products of roots: where a root is 0 its derivative is infinite, and that of a power of it is not."""

import numpy as np

from autograd_core.derivatives.elementwise import power_of_root, product_of_roots
from autograd_core.derivatives.strong import nowhere

SIMPLE = {int, float, bool, str, tuple, type(None), type(np._NoValue)}
POWERS = {"square", "multiply", "power", "float_power"}


def go_round_root(node, entry, r, b):
    """Give r**b a way round a root r of x where that is 0: there the derivative of the root is infinite."""
    parent = node.parents[0]
    if parent.pattern is not None and parent.pattern.entry.root is not None and entry.name in POWERS:
        power = power_of_operand(parent, b)
        if power >= 1:
            node.pattern, node.parents = power_of_root.pattern(("r", "x")), (parent, parent.parents[0])
            node.saved = node.pattern.pick((r, r * 0, b, power), None)


def go_round_two_roots(node, entry, p, q):
    """The same for a product of two, which are the results of one call made twice."""
    if entry.name == "multiply" and p.saved is not None and is_same_call(p, q):
        power = power_of_operand(p, 2)
        if power >= 1:
            r, s = node.saved
            node.pattern, node.parents = product_of_roots.pattern(("r", "s", "x")), (p, q, p.parents[0])
            node.saved = node.pattern.pick((r, s, r * 0, power), None)


def power_of_operand(parent, b):
    """Which power of its operand the root at `parent` to the power of b is, if the root is 0 anywhere; else 0."""
    root = parent.pattern.root()
    if (
        root is None
        or root.degree is None
        or len(parent.parents) != 1
        or parent.saved is None
        or not isinstance(b, (int, float))
        or nowhere(root.at(parent.saved))
    ):
        return 0
    return round(b / root.degree(parent.saved), 12)


def is_same_call(a, b):
    """Whether two nodes are calls of one function with the same operands and the same other arguments."""
    if a is b:
        return True
    if a.parents != b.parents or a.pattern.entry is not b.pattern.entry or a.pattern.keys != b.pattern.keys:
        return False
    if a.saved is None or b.saved is None:
        return False
    others = [i for i, name in enumerate(a.pattern.saves) if name not in a.pattern.keys and name != "out"]
    return all(type(a.saved[i]) in SIMPLE and a.saved[i] == b.saved[i] for i in others)
