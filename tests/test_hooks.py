"""Hooks on Tensors, and gradients kept for results."""

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.errors import GraphError, ShapeError


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True)


def test_a_hook_sees_the_whole_gradient_once(x):
    seen = []
    y = x * 1
    y.register_hook(lambda g: seen.append(np.array(g)))
    (y * 2 + y * y).sum().backward()
    np.testing.assert_array_equal(seen, [[4, 6]])
    np.testing.assert_array_equal(x.grad, [4, 6])


def test_what_a_hook_returns_replaces_the_gradient(x):
    y = x * 3
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: g + 1)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [33, 33])


def test_a_hook_on_a_leaf(x):
    seen = []
    x.register_hook(lambda g: g / 2)
    x.register_hook(lambda g: seen.append(g.copy()))
    (x * x + x).sum().backward()
    np.testing.assert_array_equal(seen, [[1.5, 2.5]])
    np.testing.assert_array_equal(x.grad, [1.5, 2.5])
    (x * 1).sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 3])


def test_a_hook_on_the_result_that_backward_starts_from(x):
    y = x.sum()
    y.register_hook(lambda g: g * 5)
    y.backward()
    np.testing.assert_array_equal(x.grad, [5, 5])


def test_hooks_can_be_removed_also_twice(x):
    y = x * 1
    first, second = y.register_hook(lambda g: g * 2), y.register_hook(lambda g: g * 3)
    first.remove()
    first.remove()
    y.sum().backward(retain_graph=True)
    second.remove()
    np.testing.assert_array_equal(x.grad, [3, 3])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [4, 4])
    del y
    second.remove()


def test_a_hook_can_remove_itself_while_it_runs(x):
    calls = []

    def once(g):
        calls.append(1)
        handle.remove()

    handle = x.register_hook(once)
    for _ in range(2):
        x.sum().backward()
    assert calls == [1]


def test_retain_grad_keeps_what_the_hooks_made_whatever_the_order(x):
    for retain_first in (True, False):
        y = x * 1
        if retain_first:
            y.retain_grad()
        y.register_hook(lambda g: g * 2)
        if not retain_first:
            y.retain_grad()
        y.register_hook(lambda g: g + 1)
        y.sum().backward()
        np.testing.assert_array_equal(y.grad, [3, 3])


def test_retain_grad_after_the_hooks_keeps_what_they_made(x):
    y = x * 1
    y.register_hook(lambda g: g * 2)
    y.retain_grad()
    y.sum().backward()
    np.testing.assert_array_equal(y.grad, [2, 2])


def test_retain_grad_adds_up_and_is_harmless_on_a_leaf(x):
    x.retain_grad()
    y = x * 2
    y.retain_grad()
    y.retain_grad()
    for n in (1, 2):
        (y * y).sum().backward(retain_graph=True)
        np.testing.assert_array_equal(y.grad, n * 2 * y.numpy())
    np.testing.assert_array_equal(x.grad, 2 * 8 * x.numpy())


def test_retained_gradients_under_create_graph_are_recorded_and_add_up(x):
    y = x * 2
    y.retain_grad()
    z = (y * y * y).sum()
    z.backward(create_graph=True)
    z.backward(create_graph=True)
    np.testing.assert_array_equal(y.grad.numpy(), 6 * y.numpy() ** 2)
    x.grad = None
    y.grad.sum().backward()
    np.testing.assert_array_equal(x.grad, 24 * y.numpy())


def test_hooks_under_create_graph_see_tensors_and_are_differentiated(x):
    x.register_hook(lambda g: g * g)
    (x**3).sum().backward(create_graph=True)
    g, x.grad = x.grad, None
    np.testing.assert_array_equal(g.numpy(), 9 * x.numpy() ** 4)
    handle = x.register_hook(lambda g: None)
    handle.remove()
    assert g.requires_grad


def test_a_hook_cannot_change_the_gradient_in_place(x):
    def spoil(g):
        g[...] = 0

    y = x * 1
    y.register_hook(spoil)
    with pytest.raises(ValueError, match="read-only") as caught:
        y.sum().backward()
    assert "in the backward pass of multiply" in caught.value.__notes__[0]


def test_a_kept_gradient_does_not_change_later(x):
    kept = []
    x.register_hook(kept.append)
    (x * 2).sum().backward()
    x.grad += 100
    (x * 3).sum().backward()
    np.testing.assert_array_equal(kept, [[2, 2], [3, 3]])


def test_a_replacement_must_fit(x):
    y = x * 1
    y.register_hook(lambda g: g.sum())
    with pytest.raises(ShapeError, match=r"a hook of multiply must return a gradient of shape \(2,\) or None, got \(\)"):
        y.sum().backward()


def test_a_replacement_gets_the_dtype_of_the_tensor():
    x = Tensor(np.float32([1, 2]), requires_grad=True)
    x.register_hook(lambda g: g * np.float64(0.1))
    x.sum().backward()
    assert x.grad.dtype == np.float32


def test_hooks_need_a_gradient_and_a_function(x):
    with pytest.raises(GraphError, match="register_hook: this Tensor does not require a gradient"):
        Tensor(1.0).register_hook(print)
    with pytest.raises(GraphError, match="retain_grad: this Tensor does not require a gradient"):
        Tensor(1.0).retain_grad()
    with pytest.raises(TypeError, match="register_hook: expected a function of the gradient, got int"):
        x.register_hook(3)
