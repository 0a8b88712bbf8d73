"""Random graphs: the reverse pass against forward mode with dual numbers, written out here, and against `jvp`."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, grad, jvp, vjp

SHAPE = (2, 3)
LEAVES = 3


class Dual:
    """A value and its derivative in one direction: forward mode as in the textbook, of its own and with no graph."""

    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        return Dual(self.value + other.value, self.tangent + other.tangent)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.tangent - other.tangent)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    def divided(self, other):
        return Dual(self.value / other.value, (self.tangent * other.value - self.value * other.tangent) / other.value**2)

    def tanh(self):
        out = np.tanh(self.value)
        return Dual(out, self.tangent * (1 - out**2))

    def linear(self, f):
        return Dual(f(self.value), f(self.tangent))

    def product(self, other):
        return Dual(self.value @ other.value, self.tangent @ other.value + self.value @ other.tangent)


# name -> (number of operands, on Tensors and arrays, on duals); all map operands of SHAPE to one of SHAPE
TALL = lambda x: x.reshape(3, 2)
SWAP = lambda x: TALL(x)[[2, 0, 0]].reshape(2, 3)
MEAN = lambda x: x.sum(axis=0, keepdims=True) / 2 + x * 0
STEPS = {
    "+": (2, lambda a, b: a + b, lambda a, b: a + b),
    "-": (2, lambda a, b: a - b, lambda a, b: a - b),
    "*": (2, lambda a, b: a * b * 0.5, lambda a, b: (a * b).linear(lambda x: x * 0.5)),
    "/": (2, lambda a, b: a / (b * b + 1), lambda a, b: a.divided(b * b + Dual(1.0, 0.0))),
    "tanh": (1, np.tanh, lambda a: a.tanh()),
    "@": (2, lambda a, b: np.tanh(a @ TALL(b)) @ b, lambda a, b: a.product(b.linear(TALL)).tanh().product(b)),
    "swap": (1, SWAP, lambda a: a.linear(SWAP)),
    "mean": (1, MEAN, lambda a: a.linear(MEAN)),
    "same": (1, lambda a: +a, lambda a: a),
}

programs = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=25)


def run(program, values, kind):
    """Each step takes any earlier values, so that they are shared at random; the result is made of all that were not used."""
    values, used = list(values), set()
    for name, i, j in program:
        operands = [k % len(values) for k in (i, j)[: STEPS[name][0]]]
        used.update(operands)
        values.append(STEPS[name][kind](*[values[k] for k in operands]))
    out = values[-1]
    for k in range(LEAVES, len(values) - 1):
        if k not in used:
            out = out + values[k]
    return out


def points():
    """Where to differentiate, in which direction, and the gradient to start from."""
    r = np.random.default_rng(5)
    draw = lambda: [r.standard_normal(SHAPE) for _ in range(LEAVES)]
    return draw(), draw(), r.standard_normal(SHAPE)


def paired(gradients, tangents):
    return sum(np.sum(a * t) for a, t in zip(gradients, tangents, strict=True))


@given(programs)
def test_reverse_agrees_with_forward_mode(program):
    xs, ts, g = points()
    expected = run(program, [Dual(x, t) for x, t in zip(xs, ts, strict=True)], 2)
    leaves = [Tensor(x, requires_grad=True) for x in xs]
    out = run(program, leaves, 1)
    np.testing.assert_allclose(out.numpy(), expected.value, rtol=1e-12)
    if not out.requires_grad:
        return
    out.backward(g, retain_graph=True)
    first = [0 if leaf.grad is None else leaf.grad.copy() for leaf in leaves]
    np.testing.assert_allclose(paired(first, ts), np.sum(g * expected.tangent), rtol=1e-9, atol=1e-9)
    out.backward(g)
    for leaf, once in zip(leaves, first, strict=True):
        assert leaf.grad is None or np.array_equal(leaf.grad, 2 * once)


@given(programs)
def test_jvp_and_vjp_agree_with_forward_mode(program):
    xs, ts, g = points()
    expected = run(program, [Dual(x, t) for x, t in zip(xs, ts, strict=True)], 2)
    f = lambda *values: run(program, values, 1)
    _, pushed = jvp(f, tuple(xs), tuple(ts))
    np.testing.assert_allclose(pushed, expected.tangent, rtol=1e-9, atol=1e-9)
    found = vjp(f, *xs)[1](g)
    np.testing.assert_allclose(paired(found, ts), np.sum(g * expected.tangent), rtol=1e-9, atol=1e-9)


@given(programs)
def test_second_derivatives_are_symmetric_and_agree_in_two_ways(program):
    xs, ts, g = points()
    scalar = lambda *values: np.sum(run(program, values, 1) * g)
    gradient = grad(scalar, (0, 1, 2))
    _, forward = jvp(gradient, tuple(xs), tuple(ts))
    reverse = grad(lambda *values: paired(gradient(*values), ts), (0, 1, 2))(*xs)
    for a, b in zip(reverse, forward, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8)
