"""Values that a user changes in place behind the library's back: inside detect_anomaly the backward pass notices."""

import re
import tracemalloc

import numpy as np
import pytest

from autograd_core import Tensor, checkpoint, detect_anomaly, grad, no_grad
from autograd_core.errors import GraphError
from autograd_core.graph.edits import edits, fingerprint

HERE = re.escape(__file__)


def leaf(data, **kwargs):
    return Tensor(data, requires_grad=True, **kwargs)


def write(array, index=0, value=9):
    array[index] = value


# Each makes a loss of a leaf of shape (3,) and returns it with the function that spoils it, and what the message says of it.


def constant(p):
    c = np.array([1.0, 2.0, 3.0])
    return p * c, lambda: write(c), "multiply .*its argument b of shape \\(3,\\)"


def constant_tensor(p):
    c = np.array([1.0, 2.0, 3.0])
    return Tensor(c) * p, lambda: write(c), "multiply .*its argument a of shape \\(3,\\)"


def view_made_before(p):
    c = np.array([1.0, 2.0, 3.0])
    view = c[::-1]
    return p * c, lambda: write(view), "multiply .*its argument b of shape \\(3,\\)"


def base_of_a_view(p):
    c = np.ones((2, 3))
    return p * c[0], lambda: write(c), "multiply .*its argument b of shape \\(3,\\)"


def broadcast_constant(p):
    c = np.array([2.0])
    return p * np.broadcast_to(c, (3,)), lambda: write(c), "multiply .*its argument b of shape \\(3,\\)"


def mask(p):
    m = np.array([True, False, True])
    return np.where(m, p, 0), lambda: write(m, 1, True), "where .*its argument condition of shape \\(3,\\)"


def index(p):
    i = np.array([0, 1])
    return p[i], lambda: write(i), "getitem .*its argument index of shape \\(2,\\)"


def data_of_the_leaf(p):
    return p * p, lambda: write(p.data), "multiply .*its argument a of shape \\(3,\\)"


def detached_result(p):
    y = np.exp(p)
    return y, lambda: write(y.detach().numpy()), "exp .*its result of shape \\(3,\\)"


def operand_in_a_list(p):
    c = np.ones((2, 3))
    return np.einsum("ij,j->i", c, p), lambda: write(c), "einsum .*its argument"


CHANGES = [
    constant, constant_tensor, view_made_before, base_of_a_view, broadcast_constant, mask, index,
    data_of_the_leaf, detached_result, operand_in_a_list,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_the_operation_the_value_and_the_line_are_named_and_no_gradient_changes(change):
    p = leaf([1.0, 2.0, 3.0])
    with detect_anomaly():
        y, spoil, words = change(p)
        loss = y.sum()
        spoil()
        with pytest.raises(
            GraphError, match=rf"backward: {words}.* was then changed in place, but not through a Tensor"
        ) as caught:
            loss.backward()
    assert re.search(rf"\({HERE}:\d+: .*\) had saved", str(caught.value))
    assert p.grad is None


@pytest.mark.parametrize("change", CHANGES, ids=lambda f: f.__name__)
def test_it_is_noticed_too_when_the_backward_pass_is_run_outside(change):
    p = leaf([1.0, 2.0, 3.0])
    with detect_anomaly():
        y, spoil, words = change(p)
    spoil()
    with pytest.raises(GraphError, match=words):
        y.sum().backward()
    assert p.grad is None


def test_what_is_put_back_does_no_harm():
    p, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    with detect_anomaly():
        loss = np.sum(p * c)
        c += 1
        c -= 1
        loss.backward()
    np.testing.assert_array_equal(p.grad, [3, 4])


def test_what_no_rule_needs_may_change():
    p, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    with detect_anomaly():
        loss = np.sum(p + c)
        c[:] = 0
        loss.backward()
    np.testing.assert_array_equal(p.grad, [1, 1])


def test_a_nan_that_stays_is_no_change():
    p, c = leaf([1.0, 2.0]), np.array([np.nan, 4.0])
    with detect_anomaly(check_nan=False):
        loss = np.sum(p * c)
        loss.backward()
    np.testing.assert_array_equal(p.grad, [np.nan, 4])


def test_training_goes_on_inside():
    p, batch = leaf([1.0, -2.0, 0.5], name="p"), np.empty(3)
    with detect_anomaly():
        for step in range(4):
            batch[:] = step + np.arange(3.0)  # filled again for each step, after the backward pass of the one before
            p.grad = None
            y = p * batch
            y[0] = 0.0
            y += 1
            y[1:] *= p[1:]
            loss = np.sum(y * y)
            loss.backward()
            expected = grad(lambda v, b=batch: v[1] ** 2 * (v[1] * b[1] + 1) ** 2 + v[2] ** 2 * (v[2] * b[2] + 1) ** 2)(p.data)
            np.testing.assert_allclose(p.grad, expected, rtol=1e-12)
            p.data -= 0.01 * p.grad
            with no_grad():
                p[0] = 0.5
        watched = np.sum(p * p)  # never run backward, so p may change
        p.data -= 1
        np.sum(p * 3).backward()
    with pytest.raises(GraphError, match="the Tensor 'p' of shape"):
        watched.backward()


def test_a_retained_graph_is_looked_at_in_every_pass():
    p, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    with detect_anomaly():
        loss = np.sum(p * c)
        loss.backward(retain_graph=True)
        loss.backward(retain_graph=True)
        c[0] = 0
        with pytest.raises(GraphError, match="had saved its argument b"):
            loss.backward()
    np.testing.assert_array_equal(p.grad, [6, 8])


def test_derivatives_of_derivatives_and_checkpoints_are_watched():
    p, c = leaf([1.0, 2.0]), np.array([3.0, 4.0])
    with detect_anomaly():
        np.sum((p * c) ** 2).backward(create_graph=True)
        g, p.grad = p.grad, None
        c[0] = 0
        with pytest.raises(GraphError, match="had saved its argument"):
            np.sum(g).backward()
        y = checkpoint(np.exp)(p)
        p.data[0] = 5
        with pytest.raises(GraphError, match=r"checkpoint .* had saved its argument operands"):
            np.sum(y).backward()
    assert p.grad is None


def test_nothing_is_locked_and_nothing_is_kept():
    p, c, before = leaf([1.0, 2.0]), np.array([3.0, 4.0]), set(edits.watched)
    with detect_anomaly():
        y = np.sum(p * c)
        assert c.flags.writeable
        assert p.data.flags.writeable
        assert len(set(edits.watched) - before) == 2
        y.backward()
        del y
    assert set(edits.watched) <= before


def test_outside_nothing_is_watched():
    p, before = leaf(np.ones(1000)), set(edits.watched)
    np.sum(p * p).backward()
    tracemalloc.start()
    y = np.sum(p * p)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert set(edits.watched) <= before
    assert used < 16_000  # the product, and the nodes
    assert y.requires_grad


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros(2), np.array([0.0, -0.0])),
        (np.zeros((0, 3)), None),
        (np.float32([1, 2]), np.float32([2, 1])),
        (np.arange(4).reshape(2, 2).T, np.arange(4).reshape(2, 2)),
        ([1, [2.0, "a"]], [1, [2.5, "a"]]),
        ((np.ones(2), None), (np.zeros(2), None)),
        (np.array([True]), np.array([False])),
    ],
    ids=repr,
)
def test_fingerprints(one, other):
    assert fingerprint(one) == fingerprint(one)
    assert fingerprint(one) != fingerprint(other)
