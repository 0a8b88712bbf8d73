"""Assignment and `+=` through views: what NumPy does to arrays that share memory happens to Tensors, with right gradients."""

import copy
import gc
import pickle
import tracemalloc
import weakref
from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, jvp, no_grad
from autograd_core.errors import GraphError
from autograd_core.tensor import changing

VIEWS = {
    "row": lambda t: t[1],
    "column": lambda t: t[:, 2],
    "block": lambda t: t[1:, ::2],
    "reversed": lambda t: t[::-1],
    "element of a row": lambda t: t[1][1:3],
    "new axis": lambda t: t[:, None],
    "transpose": lambda t: np.transpose(t),
    "flat": lambda t: np.reshape(t, -1),
    "row of the transpose": lambda t: np.transpose(t)[1],
    "swapped and reversed": lambda t: np.swapaxes(t, 0, 1)[::-1, 1:],
    "everything": lambda t: t[...],
}


def program(array, x, view, how):
    """Edits through views, the same for an ndarray and a Tensor; the array at the end."""
    base = array * 1.0
    other = base[0]
    part = view(base)
    if how == "assign":
        part[...] = x
    elif how == "add":
        part += x
    elif how == "first":
        part[0] = x
    else:
        base[0] = x
        part *= 2.0
    return base, other, part


ELEMENTS = {
    "index": lambda t: t[1, 2, ...],
    "squeeze": lambda t: np.squeeze(t[1:2, 2:3]),
    "reshape": lambda t: np.reshape(t[1, 2:3], ()),
    "element of a row": lambda t: t[1][2, ...],
    "transpose": lambda t: np.transpose(t[1, 2, ...]),
    "everything": lambda t: t[1, 2, ...][...],
    "with axes again": lambda t: t[1, 2, ...][None, None],
    "flat": lambda t: np.ravel(t[1, 2, ...]),
    "at least 1-d": lambda t: np.atleast_1d(t[1, 2, ...]),
    "part of a split": lambda t: np.split(np.ravel(t), 12)[6].squeeze(),
}


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("how", ["assign", "add", "base"])
@pytest.mark.parametrize("view", ELEMENTS.values(), ids=ELEMENTS)
def test_a_view_of_one_element_is_a_view(view, how, recorded):
    def run(base, value):
        part = view(base)
        if how == "assign":
            part[...] = value
        elif how == "add":
            part += value
        else:
            base[1] = value
            part[...] = part * 2
        return base, part

    start, x = np.arange(12.0).reshape(3, 4), Tensor(7.0, requires_grad=recorded)
    expected = run(start * 1.0, 7.0)
    found = run(Tensor(start, requires_grad=recorded) * 1.0, x)
    for ours, numpys in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.numpy(), numpys)
    if recorded:
        np.sum(found[0] ** 2).backward()
        high, low = (np.sum(run(start * 1.0, 7.0 + step)[0] ** 2) for step in (1e-6, -1e-6))
        np.testing.assert_allclose(x.grad, (high - low) / 2e-6, rtol=1e-6)


def test_a_view_of_one_element_follows_an_array_that_is_written_to():
    c, w = Tensor(np.zeros(3)), Tensor(np.zeros(3), requires_grad=True)
    of_constant, of_leaf = c[1, ...].reshape(1), w[1, ...]
    c.data += 1.0
    with no_grad():
        w += 2.0
        assert (of_constant.item(), of_leaf.item()) == (1, 2)
        of_leaf += 3.0
        of_leaf[...] = of_leaf * 2
    np.testing.assert_array_equal(w.data, [2, 10, 2])
    assert of_leaf.item() == 10


def test_an_element_is_a_number_and_no_view():
    y = Tensor([1.0, 2.0]) * 1.0
    part, other = y[1], y.sum()
    part += 1.0
    other += 1.0
    assert y.tolist() == [1, 2]


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("part", ["real", "imag"])
def test_writing_to_a_part_of_complex_numbers_leaves_the_other_part(part, recorded):
    start = np.array([1 + 2j, complex(3, -np.inf), complex(np.inf, 5)])
    expected, z = start.copy(), Tensor(start, requires_grad=recorded)
    found = z.copy()
    for array, x in ((expected, 7.0), (found, Tensor(7.0, requires_grad=recorded))):
        getattr(array, part)[0] = x
        last = getattr(array, part)[2:]
        last += 1.0
    np.testing.assert_array_equal(found.numpy(), expected)
    if recorded:
        (np.real(found) + 2 * np.imag(found)).backward(np.array([1.0, 2.0, 3.0]))
        kept = {"real": [-2j, 2 - 4j, 3 - 6j], "imag": [1, 2 - 4j, 3 - 6j]}[part]  # ∂/∂x - i ∂/∂y, nothing of what was written
        np.testing.assert_array_equal(z.grad, kept)
        assert x.grad == {"real": 1, "imag": 2}[part]


@pytest.mark.parametrize("how", ["assign", "add", "first", "both"])
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_edits_reach_the_base_and_the_other_views(view, how):
    start = np.arange(12.0).reshape(3, 4)
    expected = program(start, 7.0, view, how)
    x, leaf = Tensor(7.0, requires_grad=True), Tensor(start, requires_grad=True)
    found = program(leaf, x, view, how)
    for ours, numpys in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.numpy(), numpys)
    np.sum(found[0] ** 2).backward()
    step = 1e-6  # the program is linear in x: the sum of squares is quadratic, and central differences are exact
    high, low = (np.sum(program(start, 7.0 + s, view, how)[0] ** 2) for s in (step, -step))
    np.testing.assert_allclose(x.grad, (high - low) / (2 * step), rtol=1e-6)


@given(st.data())
def test_random_edits_agree_with_numpy(data):
    array = np.arange(12.0).reshape(3, 4)
    x = Tensor(3.0, requires_grad=True)
    arrays, tensors = [array.copy()], [Tensor(array)]
    for _ in range(data.draw(st.integers(1, 8))):
        i = data.draw(st.integers(0, len(arrays) - 1))
        action = data.draw(st.sampled_from(["view", "assign", "add", "drop"]))
        if action == "view" and arrays[i].ndim:
            index = data.draw(
                st.sampled_from([0, -1, slice(None, None, -1), slice(1, None), (..., 0), (..., slice(None, 2)), None])
            )
            arrays.append(arrays[i][index])
            tensors.append(tensors[i][index])
            if not isinstance(arrays[-1], np.ndarray):  # an element is a value of its own, not a view
                arrays.pop()
                tensors.pop()
        elif action == "assign":
            arrays[i][...] = 3.0
            tensors[i][...] = x
        elif action == "add":
            arrays[i] += 3.0
            tensors[i] += x
        elif action == "drop" and len(arrays) > 1:
            arrays.pop(i)
            tensors.pop(i)
    for ours, numpys in zip(tensors, arrays, strict=True):
        np.testing.assert_array_equal(ours.detach().numpy(), numpys)


def test_fill_diagonal_of_a_flipped_view():
    a, b = np.arange(9.0).reshape(3, 3), Tensor(np.arange(9.0).reshape(3, 3))
    np.fill_diagonal(np.fliplr(a), -1.0)
    np.fill_diagonal(np.fliplr(b), -1.0)
    np.testing.assert_array_equal(b.numpy(), a)


def test_what_was_saved_before_stays_true():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    z = y * y  # saves y
    y[0] = 100.0
    z.sum().backward()
    np.testing.assert_array_equal(x.grad, [18, 36])


def test_a_view_of_a_leaf_that_requires_a_gradient_cannot_be_assigned_to():
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    part = w[:1]
    with pytest.raises(GraphError, match="leaf 'w' of shape"):
        part[0] = 5.0
    np.testing.assert_array_equal(w.numpy(), [1, 2])
    np.testing.assert_array_equal(part.numpy(), [1])
    with no_grad():
        w[:1] += 4.0
    np.testing.assert_array_equal(w.numpy(), [5, 2])


def test_the_users_own_array_is_never_written_to():
    array = np.zeros(3)
    t = Tensor(array)
    t[0] = 5.0
    t[:2] += 1.0
    np.testing.assert_array_equal(array, np.zeros(3))


def test_views_make_no_cycles():
    gc.collect()
    gc.disable()
    try:
        base = Tensor(np.ones((3, 3))) * 1.0
        views = [base[i] for i in range(3)]
        gone = weakref.ref(base)
        del base, views
        assert gone() is None
    finally:
        gc.enable()


def test_many_views_of_one_base_leave_nothing_behind():
    base = Tensor(np.ones((3, 3)))
    for _ in range(10_000):
        base[0]
    assert len(base._views) < 64


def test_a_window_follows_its_base_and_cannot_be_assigned_to():
    base = Tensor(np.arange(4.0)) * 1.0
    windows = np.lib.stride_tricks.sliding_window_view(base, 2)
    base[0] = 10.0
    np.testing.assert_array_equal(windows.numpy(), [[10, 1], [1, 2], [2, 3]])
    with pytest.raises(GraphError, match=r"assignment into a read-only view, the result of .*sliding_window_view"):
        windows[0, 0] = 1.0


def test_a_scalar_is_a_value_that_does_not_change_under_its_other_names():
    x = Tensor([0.5, 0.7], requires_grad=True)
    sums, running = [], x[0] * 0
    for part in x:
        running += part
        sums.append(running)
    assert [s.item() for s in sums] == [0.5, 1.2]
    (sums[0] ** 2 + sums[1] ** 2).backward()
    np.testing.assert_allclose(x.grad, [2 * 0.5 + 2 * 1.2, 2 * 1.2])


@pytest.mark.parametrize("recorded", [True, False])
def test_a_change_costs_what_was_looked_at_and_not_all_views(recorded, monkeypatch):
    looks = []
    look = changing.looked_at
    monkeypatch.setattr(changing, "looked_at", lambda view, *new: looks.append(view) or look(view, *new))
    base = Tensor(np.zeros((100, 2)), requires_grad=recorded) * 1.0
    rows = [base[i] for i in range(100)]
    parts = [row[:1] for row in rows]
    for i, row in enumerate(rows):
        row += i
    assert len(looks) <= 2 * len(rows)
    for i, part in enumerate(parts):
        assert part.numpy() == [i]
        assert type(part) is type(rows[i]) is Tensor


def test_what_a_view_was_does_not_stay_in_memory():
    base = Tensor(np.zeros((100, 1000)))
    rows = [base[i] for i in range(100)]
    tracemalloc.start()
    for row in rows:
        row += 1.0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * base.nbytes  # of which with_view takes some, and not 100
    np.testing.assert_array_equal(base.numpy(), np.ones((100, 1000)))


def test_an_array_of_its_own_for_the_base_of_views_that_wait():
    base = Tensor(np.zeros(3))
    first, last = base[:2], base[2:]
    base[...] = 5.0
    base.data = np.zeros(3)
    base[...] = 7.0
    np.testing.assert_array_equal(first.numpy(), [5, 5])
    first[...] = 6.0
    np.testing.assert_array_equal(last.numpy(), [5])
    np.testing.assert_array_equal(base.numpy(), [7, 7, 7])


def test_a_view_that_waits_is_recorded_though_it_is_looked_at_under_no_grad():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 1.0
    part = y[:1]
    y *= 3.0
    with no_grad():
        assert part.numpy() == [3]
    part.sum().backward()
    np.testing.assert_array_equal(x.grad, [3, 0])


def test_a_view_that_waits_can_be_copied_and_pickled():
    base = Tensor(np.zeros(3))
    for duplicate in (copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))):
        part = base[:2]
        base[...] = 5.0
        other = duplicate(part)
        assert type(other) is Tensor
        assert other.tolist() == [5, 5]


# Each is linear in x, so its derivative in the direction v is what NumPy makes of v
AS_IN_NUMPY = {
    "meshgrid, a copy": lambda x: np.meshgrid(x[0], x[1])[0],
    "meshgrid sparse, a copy": lambda x: np.meshgrid(x[0], x[1], sparse=True)[1],
    "meshgrid ij, a copy": lambda x: np.meshgrid(x[0], x[1], indexing="ij")[1],
    "meshgrid sparse without copy, a view": lambda x: np.meshgrid(x[0], x[1], sparse=True, copy=False)[0],
    "pad by nothing, a copy": lambda x: np.pad(x, 0, mode="edge"),
    "block of one array, a copy": lambda x: np.block(x),
    "full_like, a copy": lambda x: np.full_like(x, x[0]),
    "astype without copy, itself": lambda x: np.astype(x, np.float64, copy=False),
    "t.astype without copy, itself": lambda x: x.astype(np.float64, copy=False),
    "t.conj() of real numbers, itself": lambda x: x.conj(),
    "np.conj, a copy": lambda x: np.conj(x),
    "einsum that sums nothing, a view": lambda x: np.einsum("ij->ji", x),
    "einsum of lists, a view": lambda x: np.einsum(x, [0, 1], [1, 0]),
    "einsum of a diagonal, a view": lambda x: np.einsum("ii->i", x),
    "einsum with optimize, a view": lambda x: np.einsum("...i->i...", x, optimize=True),
    "einsum in an order, a view all the same": lambda x: np.einsum("ij->ij", x, order="F"),
    "einsum that sums, a copy": lambda x: np.einsum("ij->i", x),
}


@pytest.mark.parametrize("changed", ["operand", "result"])
@pytest.mark.parametrize("make", AS_IN_NUMPY.values(), ids=AS_IN_NUMPY)
def test_what_is_a_copy_in_numpy_is_one_and_what_is_a_view_is_one(make, changed):
    def f(x):
        x = x.copy()
        y = make(x)
        if changed == "operand":
            x *= 3
        else:
            y *= 3
        return x, y

    x, v = np.array([[0.5, -1.0, 2.0], [3.0, 0.25, -4.0], [1.5, 2.5, -0.5]]), np.arange(1.0, 10).reshape(3, 3) ** 2
    for context in (nullcontext(), no_grad()):
        with context:
            values, tangents = jvp(f, (x,), (v,))
        for got, expected in zip((*values, *tangents), (*f(x), *f(v)), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-14)
    with no_grad():
        for got, expected in zip(f(Tensor(x)), f(x), strict=True):
            np.testing.assert_array_equal(got.numpy(), expected)
