"""Choosing elements and assigning them: what is exact is tested exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd_core import Tensor, grad, no_grad, vjp
from autograd_core.derivatives.partial import Scattered, hits_once, scatter_add
from autograd_core.errors import DetachError, DTypeError

exact = settings(max_examples=150, deadline=None, derandomize=True)
shapes = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=4)


@st.composite
def shape_and_index(draw):
    """A shape, and an index of any kind that fits it."""
    shape = draw(shapes)
    basic = hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)
    integers = hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4))
    masks = hnp.arrays(bool, shape)
    rows = st.lists(st.integers(-shape[0], shape[0] - 1), min_size=1, max_size=5)
    rest = hnp.basic_indices(shape[1:], allow_newaxis=True) if shape[1:] else st.just(())
    mixed = st.builds(lambda rows, rest: (rows, *(rest if type(rest) is tuple else (rest,))), rows, rest)
    behind = st.builds(lambda mask: (..., mask), hnp.arrays(bool, shape[-1:]))
    return shape, draw(st.one_of(basic, integers, masks, rows, mixed, behind))


def whole(shape, start=1):
    """Different whole numbers, for which sums are exact in any order."""
    return np.arange(start, start + int(np.prod(shape)), dtype=float).reshape(shape)


@exact
@given(shape_and_index())
def test_getitem_sends_back_what_add_at_adds(case):
    shape, index = case
    x = Tensor(whole(shape), requires_grad=True)
    y = x[index]
    np.testing.assert_array_equal(y.numpy(), whole(shape)[index])
    if y.dtype == bool:
        return
    w = whole(y.shape, 5)
    expected = np.zeros(shape)
    np.add.at(expected, index, w)
    np.sum(y * w).backward()
    np.testing.assert_array_equal(x.grad, expected)
    gradient = lambda v: grad(lambda x: np.sum(x[index] * v))(whole(shape))  # linear in v, and x[index] is its transpose
    np.testing.assert_array_equal(vjp(gradient, w)[1](whole(shape, 3))[0], whole(shape, 3)[index])


@exact
@given(shape_and_index(), st.booleans())
def test_setitem_sends_back_to_what_was_written_last(case, scalar):
    shape, index = case
    chosen = whole(shape)[index].shape
    value = whole(() if scalar else chosen, 100)
    x, v = Tensor(whole(shape), requires_grad=True), Tensor(value, requires_grad=True)
    y = x.copy()
    y[index] = v
    expected = whole(shape)
    expected[index] = value
    np.testing.assert_array_equal(y.numpy(), expected)
    w = whole(shape, 3)
    np.sum(y * w).backward()
    kept = np.ones(shape)
    kept[index] = 0
    np.testing.assert_array_equal(x.grad, w * kept)
    # An element of the value has the weight of the place where it is found in the result; where it was overwritten it is nowhere.
    numbers, total = np.zeros(shape), np.zeros(int(np.prod(chosen)) + 1)
    numbers[index] = np.arange(1, len(total)).reshape(chosen)
    np.add.at(total, numbers.astype(int).ravel(), w.ravel() * (kept.ravel() == 0))
    expected = total[1:].reshape(chosen)
    np.testing.assert_array_equal(v.grad, expected.sum() if scalar else expected)


IN_ANY_ORDER = {
    "C": np.copy,
    "Fortran": np.asfortranarray,
    "batch last": lambda a: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 0, -1)), -1, 0),
    "reversed": lambda a: a[::-1].copy()[::-1],
    "part of another": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
}


@pytest.mark.parametrize("relaid", IN_ANY_ORDER.values(), ids=IN_ANY_ORDER.keys())
@pytest.mark.parametrize("shape", [(30, 30), (600, 2), (4, 5, 6, 7)], ids=str)
def test_scatter_add_goes_into_a_buffer_in_any_order_of_memory(shape, relaid):
    """However many elements: a large buffer with many indices goes another way than a small one."""
    index = np.arange(shape[0])[::-1] // 2
    buffer, expected, value = relaid(whole(shape)), whole(shape), whole(shape, 7)
    scatter_add(buffer, index, relaid(value))
    np.add.at(expected, index, value)
    np.testing.assert_array_equal(buffer, expected)


def test_rows_of_a_matrix_that_is_used_transposed_as_well():
    """An embedding whose weight is that of the last layer too: the gradients of its transposes lie in Fortran's order."""
    rows, a, b = np.arange(40)[::-1] // 2, whole((20, 40)), whole((20, 40), 3)
    taken = np.zeros((40, 20))
    np.add.at(taken, rows, 1.0)
    f = lambda w: np.sum(w[rows]) + np.sum(w.T * a) + np.sum(w.T * b)
    np.testing.assert_array_equal(grad(f)(whole((40, 20))), taken + a.T + b.T)


def test_a_recorded_gradient_in_another_order_of_memory():
    x, rows = Tensor(whole((30, 30)), requires_grad=True), np.arange(30)[::-1]
    (g,) = grad(np.sum(np.square(x[rows].T.copy())), [x], create_graph=True)
    np.testing.assert_array_equal(g.numpy(), 2 * whole((30, 30)))


def gradient_of(f, x):
    return grad(lambda x: np.sum(f(x)))(np.asarray(x, float))


GOLDEN = [
    ("an element taken twice counts twice", lambda x: x[[0, 0]], [1.0, 2, 3], [2, 0, 0]),
    ("take, twice and from the end", lambda x: np.take(x, [1, 1, -1]), [1.0, 2, 3], [0, 2, 1]),
    ("take, with short numbers of a long axis", lambda x: np.take(np.tile(x, 99), np.uint8([2, 255])), [1.0, 2, 3], [1, 0, 1]),
    (
        "take, with short numbers of a long axis, clipped",
        lambda x: np.take(np.tile(x, 99), np.int8([-9, 4]), mode="clip"),
        [1.0, 2, 3],
        [1, 1, 0],
    ),
    ("take, wrapped round", lambda x: np.take(x, [3, -4], mode="wrap"), [1.0, 2, 3], [1, 0, 1]),
    (
        "take, clipped to the ends: -4 is 0 and not counted from the end",
        lambda x: np.take(x, [7, -4, -1], mode="clip"),
        [1.0, 2, 3],
        [2, 0, 1],
    ),
    ("a mask", lambda x: x[x > 1.5] * 3, [1.0, 2, 3], [0, 3, 3]),
    ("an index that is a Tensor", lambda x: x[Tensor([2, 2])], [1.0, 2, 3], [0, 0, 2]),
    ("a list with a Tensor in it", lambda x: x[[Tensor(1), 0]], [1.0, 2, 3], [1, 1, 0]),
    ("one element of an array of size 1", lambda x: x[0], [5.0], [1]),
    ("nothing taken", lambda x: x[[]], [1.0, 2], [0, 0]),
    (
        "take_along_axis of argmax is max",
        lambda x: np.take_along_axis(x, np.argmax(x, 1, keepdims=True), 1),
        [[1.0, 3], [4, 2]],
        [[0, 1], [1, 0]],
    ),
    ("choose", lambda x: np.choose([0, 1, 1], [x, x * 10]), [1.0, 2, 3], [1, 10, 10]),
    ("compress with a condition shorter than the axis", lambda x: np.compress([False, True], x), [1.0, 2, 3], [0, 1, 0]),
]


@pytest.mark.parametrize(("f", "x", "expected"), [pytest.param(*row[1:], id=row[0]) for row in GOLDEN])
def test_golden_choices(f, x, expected):
    np.testing.assert_array_equal(gradient_of(f, x), expected)


def after(change, x=(1.0, 2, 3)):
    """Gradients of sum(y * [1, 10, 100]) by x and v, for y = copy of x, changed with the value v = [5, 6]."""

    def f(x, v):
        y = np.copy(x)
        change(y, v)
        return np.sum(y * np.array([1.0, 10, 100]))

    return grad(f, (0, 1))(np.array(x), np.array([5.0, 6]))


ASSIGNED = [
    ("the later of two values stays", lambda y, v: y.__setitem__([1, 1], v), [1, 0, 100], [0, 10]),
    ("put: the same", lambda y, v: np.put(y, [1, 1], v), [1, 0, 100], [0, 10]),
    ("put starts again when the values run out", lambda y, v: np.put(y, [0, 1, 2], v), [0, 0, 0], [101, 10]),
    ("place takes the first values", lambda y, v: np.place(y, [False, True, False], v), [1, 0, 100], [10, 0]),
    ("putmask takes the value of the same place", lambda y, v: np.putmask(y, [False, True, True], v), [1, 0, 0], [100, 10]),
    ("copyto where", lambda y, v: np.copyto(y, v[0], where=[True, False, True]), [0, 10, 0], [101, 0]),
    ("a slice from itself", lambda y, v: y.__setitem__(slice(1, None), y[:-1]), [11, 100, 0], [0, 0]),
    ("put_along_axis", lambda y, v: np.put_along_axis(y, np.array([2, 0]), v, 0), [0, 10, 0], [100, 1]),
]


@pytest.mark.parametrize(("change", "by_x", "by_v"), [pytest.param(*row[1:], id=row[0]) for row in ASSIGNED])
def test_golden_assignments(change, by_x, by_v):
    found = after(change)
    np.testing.assert_array_equal(found[0], by_x)
    np.testing.assert_array_equal(found[1], by_v)


IN_PLACE = {
    "put": lambda a, v: np.put(a, [0, 1], v),
    "place": lambda a, v: np.place(a, [True, True, False], v),
    "putmask": lambda a, v: np.putmask(a, [True, True, False], v),
    "copyto": lambda a, v: np.copyto(a[:2], v),
    "put_along_axis": lambda a, v: np.put_along_axis(a, np.array([0, 1]), v, 0),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_ndarray_cannot_hold_a_recorded_value(name):
    array, value = np.zeros(3), Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(
        DetachError, match=rf"{name}: .* is an ndarray and cannot hold .*, a Tensor that is part of a graph.*Tensor\("
    ):
        IN_PLACE[name](array, value)
    assert (array == 0).all()
    with no_grad():
        IN_PLACE[name](array, value)
    np.testing.assert_array_equal(array[:2], [1, 2])
    IN_PLACE[name](array, Tensor([3.0, 4.0]))
    np.testing.assert_array_equal(array[:2], [3, 4])


def test_fill_diagonal_of_an_ndarray_refuses_too():
    """NumPy does not hand this call over, but asks the Tensor for an array."""
    with pytest.raises(DetachError, match="would cut the Tensor out of the graph"):
        np.fill_diagonal(np.zeros((2, 2)), Tensor(1.0, requires_grad=True))


def test_assignment_into_tensors_that_are_not_recorded():
    t = Tensor([1.0, 2, 3])
    np.put(t, 0, 5.0)
    assert not t.requires_grad
    np.copyto(t, Tensor([7.0, 7, 7], requires_grad=True), where=[False, True, False])
    assert t.requires_grad
    np.testing.assert_array_equal(t.numpy(), [5, 7, 3])


def test_copyto_refuses_a_cast_that_numpy_refuses():
    with pytest.raises(TypeError, match="copyto: cannot cast from complex128 to float64"):
        np.copyto(Tensor(np.ones(2)), np.ones(2) * 1j)


@pytest.mark.parametrize(
    ("index", "once"),
    [
        (1, True),
        ((slice(1), ..., None), True),
        ([True, False], True),
        (np.array([True]), True),
        (True, True),
        ([0, 0], False),
        ((slice(None), np.array([1])), False),
        ([], False),
    ],
)
def test_hits_once(index, once):
    assert hits_once(index) is once


def test_scatter_add_numbers_the_elements_of_a_large_buffer():
    r = np.random.default_rng(0)
    for shape, index in [
        ((40, 30), r.integers(0, 40, (25, 3))),
        ((40, 30), (r.integers(0, 40, 900), r.integers(-30, 30, 900))),
        ((10, 8, 9), (slice(None), [1, 1, 2], slice(2, 9))),
    ]:
        value = r.integers(-9, 9, np.zeros(shape)[index].shape).astype(float)
        expected, buffer = np.zeros(shape), np.zeros(shape)
        np.add.at(expected, index, value)
        scatter_add(buffer, index, value)
        np.testing.assert_array_equal(buffer, expected)


def test_scattered_adds_up_in_its_own_buffer():
    one = Scattered(np.float32(1), 0, (3,))
    total = one + Scattered(np.array([2, 4], np.float32), [1, 1], (3,)) + np.array([0, 0, 0.1])
    assert total is one
    np.testing.assert_array_equal(total.dense(), [1, 6, 0.1])  # float64, for the sake of 0.1
    array = np.ones(2)
    np.testing.assert_array_equal((array + Scattered(np.array([1.0]), [1], (2,))).dense(), [1, 2])
    np.testing.assert_array_equal(array, [1, 1])


def test_scattered_gradients_of_complex_and_scalars():
    np.testing.assert_array_equal(vjp(lambda x: x[[1, 1]], np.array([1j, 2]))[1](np.array([1j, 1]))[0], [0, 1 + 1j])
    assert gradient_of(lambda x: x[()] * 2, 3.0) == 2
    np.testing.assert_array_equal(gradient_of(lambda x: x[None] * [1.0, 2.0], 3.0), 3)


def test_reading_in_a_loop_is_linear(monkeypatch):
    """N reads make one array of zeros, not one each."""
    made, zeros = [], np.zeros
    monkeypatch.setattr(np, "zeros", lambda *args, **kwargs: made.append(args) or zeros(*args, **kwargs))
    x = Tensor(np.arange(50.0), requires_grad=True)
    total = np.sum(x)
    for i in range(50):
        total = total + x[i] * x[-i] + np.take(x, i) + x[[i, i]].sum()
    total.backward()
    assert len(made) == 1
    np.testing.assert_array_equal(x.grad, 4 + 2 * np.roll(np.arange(50.0)[::-1], 1))


def test_an_integer_tensor_cannot_hold_a_recorded_value():
    t, value = Tensor([1, 2, 3]), Tensor(2.5, requires_grad=True)
    with pytest.raises(DTypeError, match=r"into a Tensor of dtype int64 would lose its gradient.*astype\(float\)"):
        t[0] = value
    t[0] = value.detach()
    np.testing.assert_array_equal(t.numpy(), [2, 2, 3])
