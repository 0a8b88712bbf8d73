"""Changes in place: `+=`, `t[index] = value` and what they do to gradients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, grad, jvp, no_grad
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


def test_what_is_written_under_no_grad_is_a_constant_and_the_rest_stays_in_the_graph():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    h = x * 2
    saved = h * h
    with no_grad():
        h[0] = 99.0
    np.testing.assert_array_equal(h.numpy(), [99, 4, 6])
    (h.sum() + x.sum()).backward(retain_graph=True)
    np.testing.assert_array_equal(x.grad, [1, 3, 3])
    x.grad = None
    saved.sum().backward()  # what was saved before stays true
    np.testing.assert_array_equal(x.grad, 8 * x.data)


WRITES = {
    "mask": lambda h: h.__setitem__(h > 3, 7.0),
    "a value that is recorded": lambda h: h.__setitem__(slice(1, None), h[1:] * 5),
    "view": lambda h: h[1:].__setitem__(..., 7.0),
    "view of a view": lambda h: h[::-1][:2].fill(7.0),
    "into a view": lambda h: h[1:].__iadd__(7.0),
    "copyto": lambda h: np.copyto(h[1:], 7.0),
    "put": lambda h: np.put(h, [1, 2], 7.0),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("derived", [False, True], ids=["backward", "grad"])
def test_other_ways_to_write_a_part_under_no_grad(write, derived):
    def f(x):
        h = x * 2
        last = h[2:]
        with no_grad():
            write(h)
        return (h * h).sum() + x.sum() + last.sum() * 0

    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    if derived:
        found = grad(f)(x.data)
    else:
        f(x).backward()
        found = x.grad
    np.testing.assert_array_equal(found, [2 * 2 * 2 + 1, 1, 1])  # of (2x₀)² + constants + Σ x


def test_a_view_follows_its_base_also_where_no_grad_changed_that():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    h = x * 2
    inside, both = h[:2], h[1:]
    with no_grad():
        h[1] = 50.0
        plain = h[:1]
        h[0] = 40.0
    np.testing.assert_array_equal(inside.numpy(), [40, 50])
    np.testing.assert_array_equal(both.numpy(), [50, 6])
    assert plain.numpy() == [40]
    assert not plain.requires_grad
    (inside.sum() + both.sum()).backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 2])


CUTS = {
    "+=": lambda h: h.__iadd__(1.0),
    "out=": lambda h: np.multiply(h, 2.0, out=h),
    "sort": lambda h: h.sort(),
    "add.at": lambda h: np.add.at(h, [0], 1.0),
}


@pytest.mark.parametrize("change", CUTS.values(), ids=CUTS)
def test_a_change_of_a_whole_result_under_no_grad_would_cut_it(change):
    x = Tensor([2.0, 1.0], requires_grad=True)
    h = x * 2
    message = r"of the result of multiply under no_grad\(\) would cut it out of its graph: write t = t \+ 1 for a constant"
    with no_grad(), pytest.raises(GraphError, match=message):
        change(h)
    (h.sum() + x.sum()).backward()
    np.testing.assert_array_equal(x.grad, [3, 3])
    with no_grad():
        change(h)  # the backward pass has used up the graph, and nothing is lost


INSIDE = {
    "assignment": (lambda x: x.__setitem__(0, 5.0), [0, 4]),
    "assignment of an expression": (lambda x: x.__setitem__(0, x[1] * 3), [0, 40]),
    "+=": (lambda x: x.__iadd__(1.0), [4, 6]),
    "*=": (lambda x: x.__imul__(3.0), [18, 36]),
    "fill": (lambda x: x.fill(2.0), [0, 0]),
    "no_grad": (lambda x: no_grad()(x.__setitem__)(0, 5.0), [0, 4]),
}


@pytest.mark.parametrize(("change", "expected"), INSIDE.values(), ids=INSIDE)
def test_a_function_that_changes_its_argument_is_differentiated_as_it_is(change, expected):
    """By hand: the derivative of Σ x² after the change, by the x before it."""

    def f(x):
        change(x)
        return np.sum(x**2)

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(f)(x), expected)
    np.testing.assert_array_equal(x, [1, 2])  # the caller's array
    again = grad(lambda x: np.sum(grad(f)(x)))(x)
    step = 1e-6
    numeric = [(np.sum(grad(f)(x + e)) - np.sum(grad(f)(x - e))) / (2 * step) for e in step * np.eye(2)]
    np.testing.assert_allclose(again, numeric, atol=1e-6)


def test_the_value_of_an_argument_cannot_be_set_behind_the_graph():
    def setting(x):
        x.data = np.zeros(2)

    def writing(x):
        x.data[0] = 5.0

    def switching_off(x):
        x.requires_grad = False

    what = "of the argument of a function that is being differentiated cannot be set"
    for change, kind, message in (
        (setting, GraphError, what),
        (writing, ValueError, "read-only"),
        (switching_off, GraphError, what),
    ):
        for derivative in (grad, lambda f: grad(lambda x: np.sum(grad(f)(x)))):

            def f(x, change=change):
                change(x)
                return np.sum(x**2)

            with pytest.raises(kind, match=message):
                derivative(f)(np.array([1.0, 2.0]))


@pytest.mark.parametrize("requires_grad", [True, False])
@pytest.mark.parametrize("value", [lambda h: h, lambda h: [h[0], h[1]]], ids=["Tensor", "list"])
def test_data_takes_no_recorded_value(value, requires_grad):
    x, p = Tensor([1.0, 2.0], requires_grad=True), Tensor([0.0, 0.0], requires_grad=requires_grad)
    h = x * 2
    with pytest.raises(DetachError, match=r"t\.data = value would cut value.*write t\.data = value\.detach\(\)"):
        p.data = value(h)
    with pytest.raises(DetachError, match="would cut value"):
        p.data = x
    np.testing.assert_array_equal(p.data, [0, 0])
    p.data = h.detach()
    np.testing.assert_array_equal(p.data, [2, 4])
    with no_grad():
        p.data = value(h)
        p.data = p.data - 0.5 * Tensor([2.0, 2.0])
    np.testing.assert_array_equal(p.data, [1, 3])


def test_an_array_that_no_grad_shares_with_a_graph_is_read_only():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad():
        for t in (x, x * 1.0):
            assert np.asarray(t).flags.writeable == (t._node is None)
            assert np.array(t).flags.writeable


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
