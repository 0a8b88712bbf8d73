"""Powers and products of roots: where a root is 0 its derivative is infinite, and that of a power of it is not.

√x √x is x. By the product rule its derivative at 0 would be 0 times ∞, so the node of such a product has x as a third operand,
and sends what comes in at a zero there, times the derivative of the power of x that it is. A root, a power of one and a product
of both are known as powers of the same x; so √x √x √x √x is x², with all its derivatives.
"""

import numpy as np

from autograd_core.derivatives.elementwise import is_number, power_of_root, product_of_roots
from autograd_core.derivatives.strong import nowhere

SIMPLE = {int, float, bool, str, tuple, type(None), type(np._NoValue)}
POWERS = {"square", "multiply", "power", "float_power"}


def go_round_root(node, entry, r, b):
    """Give r**b a way round a root r of x where that is 0: there the derivative of the root is infinite."""
    parent = node.parents[0]
    if entry.name in POWERS and is_number(b) and (known := power_of(parent)) is not None:
        x, power = known[0], tidy(known[1] * float(b))
        if power > 0:
            node.pattern, node.parents = power_of_root.pattern(("r", "x")), (parent, x)
            node.saved = node.pattern.pick((r, r * 0, float(b), power), None)


def go_round_two_roots(node, entry, p, q):
    """The same for a product of two powers of one x, p and q, of which one may be x itself."""
    if entry.name != "multiply":
        return
    first, second = power_of(p) or (p, 1), power_of(q) or (q, 1)
    if first[0] is second[0] and (p is not first[0] or q is not first[0]):
        r, s = node.saved
        power = tidy(first[1] + second[1])
        node.pattern, node.parents = product_of_roots.pattern(("r", "s", "x")), (p, q, first[0])
        node.saved = node.pattern.pick((r, s, r * 0, power), None)


def power_of(node):
    """(the node of x, c) of a node that is xᶜ by way of a root, if x is 0 anywhere; else None."""
    pattern = node.pattern
    if pattern is None or not pattern.by_root or node.saved is None or not pattern.is_root(node.saved):
        return None
    if pattern.entry is power_of_root or pattern.entry is product_of_roots:
        return (node.parents[-1], node.saved[pattern.saves.index("c")]) if "c" in pattern.saves else None
    root = pattern.root()
    if root is None or root.degree is None or len(node.parents) != 1 or nowhere(root.at(node.saved)):
        return None
    return node.parents[0], tidy(1 / root.degree(node.saved))


def tidy(power):
    """The float of the fraction that it is but for rounding: 5/3 + 1/3 is 2, since x² has a second derivative at 0."""
    for n in range(1, 13):
        if abs(power * n - round(power * n)) < 1e-12 * n:
            return round(power * n) / n
    return power


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
