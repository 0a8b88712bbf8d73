"""Changes in place: `+=`, `t[index] = value` and what they do to gradients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, jvp, no_grad
from autograd_core.errors import DetachError, DTypeError, GraphError, ShapeError


def test_in_place_operators_are_recorded():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    same = y
    y += x
    y -= 1
    y *= x
    y /= 2
    y **= 2
    assert y is same
    y.sum().backward()
    v = x.numpy()
    np.testing.assert_allclose(x.grad, 2 * ((2 * v - 1) * v / 2) * (4 * v - 1) / 2)


def test_what_was_saved_before_a_change_in_place_stays_true():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 1
    z = y * y
    y[0] = 100.0
    y += 1
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 4])


def test_in_place_on_a_scalar():
    x = Tensor(3.0, requires_grad=True)
    total = Tensor(0.0)
    for _ in range(3):
        total += x * x
    total.backward()
    assert x.grad == 18


def test_in_place_keeps_the_dtype_and_shape():
    y = Tensor(np.float32([1, 2]), requires_grad=True) * 1
    y += np.array([1.0, 2.0])
    assert y.dtype == np.float32
    with pytest.raises(DTypeError, match="keeps the dtype: a result of complex64 does not go into float32; write t = t"):
        y *= 1j
    with pytest.raises(ShapeError, match=r"cannot change the shape: the Tensor has \(2,\), the result \(3, 2\)"):
        y += np.ones((3, 2))
    n = Tensor([1, 2])
    with pytest.raises(DTypeError, match="a result of float64 does not go into int64"):
        n /= 2


def test_retained_gradients_move_on_with_the_tensor():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.retain_grad()
    y *= 3
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.grad, 2 * y.numpy())


BASIC = [0, -1, (1, 2), slice(1, None), (slice(None), 1), ..., None, (slice(None, None, -2),)]
INDICES = [*BASIC, [0, 2], (np.array([0, 1]), np.array([1, 1]))]


@pytest.mark.parametrize("index", INDICES, ids=repr)
def test_assignment_sends_gradients_to_the_value_and_none_to_what_it_covers(index):
    start, v = np.arange(12.0).reshape(3, 4) + 1, np.float64(7)
    x, value = Tensor(start, requires_grad=True), Tensor(v, requires_grad=True)
    y = x * 1
    y[index] = value * 2
    (y * start).sum().backward()
    covered = np.zeros((3, 4), bool)
    covered[index] = True
    np.testing.assert_array_equal(y.numpy(), np.where(covered, 14, start))
    np.testing.assert_array_equal(x.grad, np.where(covered, 0, start))
    assert value.grad == 2 * start[covered].sum()


def test_assignment_broadcasts_and_takes_masks_lists_and_tensors():
    x, row = Tensor(np.ones((2, 3)), requires_grad=True), Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 1
    y[:] = row
    y[Tensor([1])] = [5, 6, 7]
    y[y > 6] = 0.5
    np.testing.assert_array_equal(y.numpy(), [[1, 2, 3], [5, 6, 0.5]])
    y.sum().backward()
    np.testing.assert_array_equal(row.grad, [1, 1, 1])
    np.testing.assert_array_equal(x.grad, np.zeros((2, 3)))


def test_assignment_into_a_constant_makes_it_part_of_the_graph():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = Tensor(np.zeros(4))
    y[1:3] = x * x
    assert y.requires_grad
    (y * [1, 2, 3, 4]).sum().backward()
    np.testing.assert_array_equal(x.grad, [4, 12])


def test_changing_a_leaf_in_place_is_refused_while_recording():
    p = Tensor([1.0, 2.0], requires_grad=True, name="p")
    with pytest.raises(GraphError, match=r"assignment into the leaf 'p' of shape \(2,\).*: write y = t\.copy\(\).*`with no_grad"):
        p[0] = 3.0
    with pytest.raises(GraphError, match=r"change in place \(\+=, out=\) of the leaf 'p' of shape \(2,\).*`with no_grad"):
        p += 1
    with no_grad():
        p[0] = 3.0
        p -= 1
        p *= Tensor([1.0, 4.0])
    np.testing.assert_array_equal(p.data, [2, 4])
    assert p.requires_grad
    assert p.is_leaf


def test_a_scalar_leaf_changes_under_no_grad():
    s = Tensor(2.0, requires_grad=True)
    with no_grad():
        s -= 0.5
        s[...] = s * 2
    assert s.item() == 3.0
    (s * s).backward()
    assert s.grad == 6


def test_an_array_cannot_take_a_recorded_tensor_in_place():
    array, t = np.zeros(2), Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(DetachError, match=r"`result = a \+ b` instead of `arr \+= b`"):
        array += t
    np.testing.assert_array_equal(array, [0, 0])
    with no_grad():
        array += t
    array += t.detach()
    np.testing.assert_array_equal(array, [2, 4])


KINDS, SLOTS, PLACES = st.sampled_from(["add", "mul", "set", "copy", "scale"]), st.integers(0, 2), st.integers(0, 3)
STATEMENTS = st.lists(st.tuples(KINDS, SLOTS, SLOTS, PLACES), max_size=12)


def run_statements(statements, inputs, changing):
    """A program over three vectors, as changes in place or rewritten without any."""
    slots = [x * 1 for x in inputs]
    mask = np.eye(4)
    for kind, a, b, i in statements:
        if kind == "copy":
            slots[a] = slots[b] * 1
        elif not changing:
            if kind == "set":
                slots[a] = slots[a] * (1 - mask[i]) + slots[b][3 - i] * mask[i]
            else:
                slots[a] = slots[a] + slots[b] if kind == "add" else slots[a] * slots[b] if kind == "mul" else slots[a] * 0.5
        elif kind == "set":
            slots[a][i] = slots[b][3 - i]
        elif kind == "add":
            slots[a] += slots[b]
        elif kind == "mul":
            slots[a] *= slots[b]
        else:
            slots[a] *= 0.5
    return slots[0] * slots[1] + slots[2]


@given(STATEMENTS)
def test_programs_of_changes_in_place_equal_their_rewriting_without(statements):
    r = np.random.default_rng(1)
    xs, ts = [r.uniform(0.5, 1.1, 4) for _ in range(3)], [r.standard_normal(4) for _ in range(3)]
    leaves = [Tensor(x, requires_grad=True) for x in xs]
    out = run_statements(statements, leaves, changing=True)
    expected, pushed = jvp(lambda *values: run_statements(statements, values, changing=False), tuple(xs), tuple(ts))
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)
    out.sum().backward()
    found = sum((leaf.grad * t).sum() for leaf, t in zip(leaves, ts, strict=True) if leaf.grad is not None)
    np.testing.assert_allclose(found, pushed.sum(), rtol=1e-9, atol=1e-9)
