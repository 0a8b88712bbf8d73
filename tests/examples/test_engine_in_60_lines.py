"""The 60 lines compute what the engine computes, to second order, and are 60 lines."""

import ast
import pathlib

import numpy as np
import pytest

from autograd_core import Tensor
from examples import engine_in_60_lines as small

rng = np.random.default_rng(0)
A, B, M, V = rng.uniform(0.5, 2, (3, 4)), rng.uniform(0.5, 2, (4,)), rng.normal(size=(4, 2)), rng.normal(size=(3, 1))

CASES = {
    np.add: (lambda a, b: np.add(a, b), A, B),
    np.subtract: (lambda a, b: np.subtract(a, b), B, A),
    np.multiply: (lambda a, b: np.multiply(a, b), A, V),
    np.divide: (lambda a, b: np.divide(a, b), A, B),
    np.negative: (np.negative, A),
    np.exp: (np.exp, A),
    np.log: (np.log, A),
    np.sin: (np.sin, A),
    np.cos: (np.cos, A),
    np.tanh: (np.tanh, A),
    np.matmul: (lambda a, b: a @ b, A, M),
    np.transpose: (np.transpose, A),
    np.reshape: (lambda a: np.reshape(a, (2, 6)), A),
    np.broadcast_to: (lambda a: np.broadcast_to(a, (3, 4)), V),
    np.sum: (lambda a: np.sum(a, 0) * np.sum(a), A),
}


def test_every_entry_has_a_case():
    assert set(CASES) == set(small.TABLE)


@pytest.mark.parametrize("function", CASES, ids=lambda function: function.__name__)
def test_first_and_second_derivatives_are_those_of_the_engine(function):
    f, *arrays = CASES[function]

    def curved(*operands):  # so that no second derivative is 0 by nature
        return np.sum(np.sin(f(*operands)))

    values = [small.Value(a) for a in arrays]
    first = small.backward(curved(*values), values)
    tensors = [Tensor(a, requires_grad=True) for a in arrays]
    curved(*tensors).backward(create_graph=True)
    engine_first = [t.grad for t in tensors]
    for ours, theirs in zip(first, engine_first, strict=True):
        np.testing.assert_allclose(ours.data, theirs.numpy(), rtol=1e-13, atol=1e-14)

    second = small.backward(sum(np.sum(g * g) for g in first), values)
    for t in tensors:
        t.grad = None
    sum(np.sum(g * g) for g in engine_first).backward()
    for ours, t in zip(second, tensors, strict=True):
        np.testing.assert_allclose(ours.data, t.grad, rtol=1e-12, atol=1e-13)


def test_a_value_used_twice_gets_both_contributions():
    x = small.Value(3.0)
    y = x * x
    (g,) = small.backward(y * y, [x])
    assert g.data == 4 * 3.0**3


def test_a_net_gets_the_gradients_of_the_engine():
    x, w1, b1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 1))

    def loss(w1, b1, w2):
        return np.sum(np.log(1 + np.exp(np.tanh(x @ w1 + b1) @ w2)))

    values = [small.Value(a) for a in (w1, b1, w2)]
    tensors = [Tensor(a, requires_grad=True) for a in (w1, b1, w2)]
    loss(*tensors).backward()
    for g, t in zip(small.backward(loss(*values), values), tensors, strict=True):
        np.testing.assert_allclose(g.data, t.grad, rtol=1e-13)


def test_it_is_60_lines():
    """Lines of code, without blank lines, comments, docstrings and the program at the end."""
    text = pathlib.Path(small.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    end = next(node.lineno for node in tree.body if isinstance(node, ast.If))
    lines = [
        line
        for i, line in enumerate(text.splitlines(), 1)
        if i < end and i not in docstrings and line.strip() and not line.lstrip().startswith("#")
    ]
    assert 50 <= len(lines) <= 60
