"""checkpoint: the same gradients, of any order, from fewer saved values."""

import tracemalloc

import numpy as np
import pytest

from autograd_core import Tensor, checkpoint, grad, jvp, no_grad

W = np.array([[0.3, -0.2], [0.5, 0.1]])


def test_gradients_of_arguments_and_of_what_the_function_closes_over():
    def gradients(wrap):
        x, w = Tensor(np.ones((3, 2)), requires_grad=True), Tensor(W, requires_grad=True)
        layer = wrap(lambda x: np.tanh(x @ w))
        np.sum(layer(layer(x)) ** 2).backward()
        return x.grad, w.grad

    for ours, plain in zip(gradients(checkpoint), gradients(lambda f: f), strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-14)


def test_every_order():
    f = checkpoint(lambda x: np.sin(x) * x)
    assert grad(f)(0.7) == pytest.approx(np.cos(0.7) * 0.7 + np.sin(0.7))
    assert grad(grad(f))(0.7) == pytest.approx(2 * np.cos(0.7) - 0.7 * np.sin(0.7))
    assert jvp(f, (0.7,), (2.0,))[1] == pytest.approx(2 * (np.cos(0.7) * 0.7 + np.sin(0.7)))


def test_containers_keywords_and_several_results():
    f = checkpoint(lambda p, *, scale: {"product": p["a"] * p["b"] * scale, "sum": (p["a"] + p["b"],)})
    g = lambda a: (lambda r: r["product"] * r["sum"][0])(f({"a": a, "b": 3.0}, scale=2.0))
    assert grad(g)(2.0) == 2 * (2 * 2 * 3 + 9)  # d (6a)(a + 3)
    assert grad(lambda a: f({"a": a, "b": 3.0}, scale=2.0)["product"])(2.0) == 6


def test_without_recording_it_is_the_function():
    f = checkpoint(lambda x: x * 2)
    assert f(2.0) == 4
    with no_grad():
        assert not f(Tensor(2.0, requires_grad=True)).requires_grad
    assert f(Tensor(2.0)).item() == 4


def test_it_keeps_less():
    x = np.ones((200, 200))

    def kept(wrap):
        @wrap
        def group(h):
            for _ in range(10):
                h = np.tanh(h * 1.01)
            return h

        leaf = Tensor(x, requires_grad=True)
        tracemalloc.start()
        h = leaf
        for _ in range(3):
            h = group(h)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    assert kept(checkpoint) < 0.25 * kept(lambda f: f)


def test_it_needs_a_function():
    with pytest.raises(TypeError, match=r"write checkpoint\(f\)\(x\), got float64"):
        checkpoint(np.float64(1))
