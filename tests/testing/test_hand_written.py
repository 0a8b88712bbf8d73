"""check_vjp and check_jvp: derivatives written by hand, of functions in plain NumPy."""

import numpy as np
import pytest

from autograd_core.errors import GradientError, ShapeError
from autograd_core.testing import check_jvp, check_vjp

A, B = np.array([[1.0, 2.0], [0.5, -1.0], [0.3, 0.7]]), np.array([[1.0, -1.0, 2.0], [0.2, 0.4, 0.6]])


def product(a, b):
    assert type(a) is type(b) is np.ndarray
    return a @ b


def test_vjp():
    assert check_vjp(product, lambda g, a, b: (g @ b.T, a.T @ g), (A, B)) is True
    assert check_vjp(product, lambda g, a, b: a.T @ g, (A, B), argnums=1)
    with pytest.raises(GradientError, match="check_vjp: the gradient of product with respect to b") as caught:
        check_vjp(product, lambda g, a, b: (g @ b.T, 1.03 * a.T @ g), (A, B))
    assert caught.value.verdict == "gradient wrong"
    assert caught.value.snippet.endswith("check_vjp(f, rule, (x0, x1,), seed=0)")


def test_jvp():
    assert check_jvp(product, lambda t, a, b: t[0] @ b + a @ t[1], (A, B)) is True
    with pytest.raises(GradientError, match=r"the gradient of product .*forward mode"):
        check_jvp(product, lambda t, a, b: t[0] @ b - a @ t[1], (A, B))


def test_containers():
    f = lambda p, k: {"y": p["a"] * p["b"][0] ** k}
    rule = lambda g, p, k: {"a": g["y"] * p["b"][0] ** k, "b": [np.sum(g["y"] * p["a"]) * k * p["b"][0] ** (k - 1)]}
    args = ({"a": A, "b": [3.0]}, 2)
    assert check_vjp(f, rule, args)
    push = lambda t, p, k: {"y": t[0]["a"] * p["b"][0] ** k + p["a"] * k * p["b"][0] ** (k - 1) * t[0]["b"][0]}
    assert check_jvp(f, push, args)


def test_float32_is_checked_in_float64():
    assert check_vjp(np.tanh, lambda g, x: g * (1 - np.tanh(x) ** 2), (A.astype(np.float32),))


def test_rules_may_write_into_what_they_are_given():
    def rule(g, a, b):
        g += 0
        a *= 1
        return g @ b.T, a.T @ g

    assert check_vjp(product, rule, (A, B))


BAD = {
    "one gradient for two": (
        lambda: check_vjp(product, lambda g, a, b: g, (A, B)),
        TypeError,
        "a tuple of 2 gradients, .* ndarray",
    ),
    "shape": (
        lambda: check_vjp(product, lambda g, a, b: (g, g), (A, B)),
        ShapeError,
        r"for a a gradient of its shape, \(3, 2\), got",
    ),
    "args": (
        lambda: check_vjp(np.sin, lambda g, x: g, A),
        TypeError,
        r"args must be the tuple .*; write check_vjp\(f, rule, \(x,\)",
    ),
    "containers": (
        lambda: check_vjp(lambda p: p["a"] * p["b"], lambda g, p: {"a": g}, ({"a": A, "b": A},)),
        TypeError,
        r"a gradient for each of p\['a'\], p\['b'\], got 1 arrays",
    ),
    "jvp shape": (lambda: check_jvp(np.sum, lambda t, x: t[0], (A,)), ShapeError, r"what sum returns, of shapes \[\(\)\], got"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rules(case):
    run, kind, words = BAD[case]
    with pytest.raises(kind, match=words):
        run()
