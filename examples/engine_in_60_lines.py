"""The idea of the engine in 60 lines: a value, a node, a table, an order, a backward pass.

The rules are plain NumPy, and NumPy hands its calls to the operands that it is given. So a backward pass over Values is itself
recorded, and derivatives of any order follow from first-order rules. Run it with `python -m examples.engine_in_60_lines`.
"""

import itertools

import numpy as np

# The table: function -> one rule an operand. g is the cotangent of the result `out`; a rule returns that of its operand.
TABLE = {
    np.add: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    np.subtract: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    np.multiply: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
    np.divide: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
    np.negative: (lambda g, out, x: -g,),
    np.exp: (lambda g, out, x: g * out,),
    np.log: (lambda g, out, x: g / x,),
    np.sin: (lambda g, out, x: g * np.cos(x),),
    np.cos: (lambda g, out, x: -g * np.sin(x),),
    np.tanh: (lambda g, out, x: g * (1 - out * out),),
    np.matmul: (lambda g, out, a, b: g @ np.transpose(b), lambda g, out, a, b: np.transpose(a) @ g),
    np.transpose: (lambda g, out, x: np.transpose(g),),
    np.reshape: (lambda g, out, x, shape: np.reshape(g, x.shape),),
    np.broadcast_to: (lambda g, out, x, shape: unbroadcast(g, x.shape),),
    np.sum: (lambda g, out, x, axis=None: np.broadcast_to(np.reshape(g, kept(x.shape, axis)), x.shape),),
}
numbers = itertools.count()  # operands are numbered before their results: sorting by number is a topological order


class Node:
    """One operation: the nodes of its operands, and how to send its cotangent back to each of them."""

    def __init__(self, shape, parents=(), pullbacks=()):
        self.number, self.shape, self.parents, self.pullbacks = next(numbers), shape, parents, pullbacks


class Value(np.lib.mixins.NDArrayOperatorsMixin):
    """An array and the node that it came from. The mixin turns + - * / @ into calls of NumPy's functions."""

    def __init__(self, data, parents=(), pullbacks=()):
        self.data = np.asarray(data, float)
        self.shape, self.node = self.data.shape, Node(self.data.shape, parents, pullbacks)

    def __array_ufunc__(self, function, method, *operands):
        return self.__array_function__(function, (), operands, {})

    def __array_function__(self, function, types, operands, kwargs):
        rules = TABLE[function]
        data = function(*[x.data if isinstance(x, Value) else x for x in operands])
        recorded = [(x.node, rule) for x, rule in zip(operands, rules, strict=False) if isinstance(x, Value)]
        operands = [x if isinstance(x, (Value, tuple, type(None))) else np.asarray(x) for x in operands]
        pullbacks = [lambda g, rule=rule: rule(g, out, *operands) for _, rule in recorded]
        out = Value(data, [node for node, _ in recorded], pullbacks)
        return out


def backward(result, leaves):
    """The gradients of the sum of `result` by the leaves, as Values: collect what it depends on, sort by number, go down."""
    order, seen = [result.node], {result.node}
    for node in order:  # grows while it is walked
        order += [parent for parent in node.parents if not (parent in seen or seen.add(parent))]
    cotangents = {result.node: Value(np.ones(result.shape))}
    for node in sorted(order, key=lambda node: -node.number):
        for parent, pullback in zip(node.parents, node.pullbacks, strict=True):
            g = unbroadcast(pullback(cotangents[node]), parent.shape)
            cotangents[parent] = cotangents[parent] + g if parent in cotangents else g
    return [cotangents.get(leaf.node, Value(np.zeros(leaf.shape))) for leaf in leaves]


def unbroadcast(g, shape):
    """Undo NumPy's broadcasting from `shape`, in one place for all rules: sum over the axes that it added or stretched."""
    extra = len(g.shape) - len(shape)
    stretched = tuple(i for i, n in enumerate(g.shape) if i < extra or n != shape[i - extra])
    return np.reshape(np.sum(g, stretched), shape) if stretched else g


def kept(shape, axis):
    """The shape of a sum over `axis`, with a 1 for each axis that is gone."""
    gone = range(len(shape)) if axis is None else [i % len(shape) for i in np.atleast_1d(axis)]
    return tuple(1 if i in gone else n for i, n in enumerate(shape))


if __name__ == "__main__":
    from examples.common import Options  # not part of the idea

    Options(__doc__, trains=False, writes=False).parse()
    a, b = Value(2.0), Value(-3.0)
    y = a * b + np.sin(a * a) / b
    (by_a, by_b) = backward(y, [a, b])
    print(f"y = a b + sin(a²) / b at a = 2, b = -3:  ∂y/∂a = {by_a.data:.6f}, ∂y/∂b = {by_b.data:.6f}")
    (twice,) = backward(by_a, [a])  # the pass was recorded too
    print(f"∂²y/∂a² = {twice.data:.6f}")
    assert np.allclose(by_a.data, -3 + 4 * np.cos(4) / -3)
    assert np.allclose(twice.data, (2 * np.cos(4) - 16 * np.sin(4)) / -3)
