"""Whose memory a gradient is in: its own, that no other gradient, value or argument shares."""

import numpy as np
import pytest

from autograd_core import Tensor, vjp


def leaf(data, **kwargs):
    return Tensor(data, requires_grad=True, **kwargs)


CASES = {
    "the sum of two": lambda x, y: (x + y, np.ones((2, 3))),
    "a sum used again": lambda x, y: ((x / (x + y)).sum(), None),
    "subtraction": lambda x, y: (x - y, np.ones((2, 3))),
    "a leaf on both sides": lambda x, y: (x + x + y + y, np.ones((2, 3))),
    "views": lambda x, y: (x.reshape(3, 2) + y.reshape(3, 2), np.ones((3, 2))),
    "transposes": lambda x, y: (np.transpose(x) + np.transpose(y), np.ones((3, 2))),
    "broadcast by a sum": lambda x, y: (x.sum() + y.sum(), None),
    "rows": lambda x, y: (x[0] + y[1] + x[1], np.ones(3)),
    "the same number": lambda x, y: ((x + y).sum() * 1, None),
    "positive": lambda x, y: (+x + +y, np.ones((2, 3))),
}


@pytest.mark.parametrize("case", CASES)
def test_gradients_share_no_memory_with_anything(case):
    x, y = leaf(np.arange(6.0).reshape(2, 3) + 1), leaf(np.arange(6.0).reshape(2, 3) + 7)
    out, gradient = CASES[case](x, y)
    value = out.numpy().copy()
    out.backward(gradient)
    others = [x.data, y.data, out.numpy(), gradient]
    for t, other_leaf in ((x, y), (y, x)):
        for other in (*others, other_leaf.grad):
            assert other is None or not np.shares_memory(t.grad, other)
    before = y.grad.copy()
    x.grad += 100
    np.testing.assert_array_equal(y.grad, before)
    np.testing.assert_array_equal(out.numpy(), value)
    assert gradient is None or (gradient == 1).all()


def test_an_in_place_sum_of_contributions_corrupts_no_other_gradient():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 5.0])
    z = x + y
    z.retain_grad()
    (x / z).sum().backward()
    zs, xs = z.numpy(), x.numpy()
    np.testing.assert_allclose(y.grad, -xs / zs**2)
    np.testing.assert_allclose(z.grad, -xs / zs**2)
    np.testing.assert_allclose(x.grad, 1 / zs - xs / zs**2)
    assert not np.shares_memory(z.grad, y.grad)


def test_the_gradient_argument_is_copied_and_unchanged():
    x = leaf([1.0, 2.0])
    gradient = np.array([1.0, 1.0])
    x.backward(gradient)
    x.backward(gradient)
    (x + 0).backward(gradient)
    gradient[...] = 50
    np.testing.assert_array_equal(x.grad, [3, 3])


def test_cotangents_of_a_pullback_share_no_memory():
    g = np.ones(3)
    _, pullback = vjp(lambda a, b: (a + b) * 1 + a.reshape(3), np.zeros(3), np.zeros(3))
    a, b = pullback(g)
    assert not np.shares_memory(a, b)
    assert not np.shares_memory(a, g)
    assert not np.shares_memory(b, g)


def test_a_rule_that_returns_what_it_saved_does_not_give_it_away():
    weights = np.array([1.0, 2.0])
    x = leaf([5.0, 7.0])
    (x @ weights).backward()
    (x * weights).backward(np.ones(2))
    x.grad += 1
    np.testing.assert_array_equal(weights, [1, 2])


def test_a_mixture_of_elements_and_whole_arrays_adds_up_in_any_order():
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]):
        x = leaf([1.0, 2.0, 3.0])
        parts = [lambda x: x[0] * 2, lambda x: (x * x).sum(), lambda x: x[1:].sum() * 3, lambda x: (x * 5).sum()]
        total = Tensor(0.0)
        for i in order:
            total = total + parts[i](x)
        total.backward()
        np.testing.assert_array_equal(x.grad, [9, 12, 14])
