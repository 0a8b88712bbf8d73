"""Ufuncs in their other forms: where=, dtype=, casting=, axes=, out=, and the methods reduce, accumulate, outer, reduceat, at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_core import Tensor, jvp, no_grad, vjp
from autograd_core.errors import DetachError, DTypeError, GraphError, ShapeError, UnsupportedError
from tests.derivatives.cases import P, R, call
from tests.derivatives.finite import close, directional, directions, pairing

MASK = np.array([[True, False, True, True], [False, False, True, False], [True, True, True, False]])

CALLS = {
    "where": (np.multiply, call(R(3, 4), R(3, 4), where=MASK)),
    "where broadcasts": (np.add, call(R(4), R(3, 1), where=MASK[0])),
    "where widens": (np.exp, call(R(4), where=MASK)),
    "where nothing": (np.divide, call(R(3), P(3), where=np.zeros(3, bool))),
    "where of a scalar": (np.sin, call(R(), where=True)),
    "where 0-d": (np.sin, call(R(), where=np.array(True))),
    "where, one number": (np.multiply, call(R(3, 4), 2.5, where=MASK)),
    "dtype": (np.multiply, call(R(3), R(3), dtype=np.float64)),
    "signature": (np.multiply, call(R(3), R(3), signature="dd->d")),
    "casting": (np.add, call(R(3), 2, casting="safe")),
    "order and subok": (np.add, call(R(2, 3), R(3), order="F", subok=False)),
    "matmul axes": (np.matmul, call(R(4, 2, 3), R(5, 3, 2), axes=[(0, 1), (-1, 0), (0, 1)])),
    "matmul axes of the result": (np.matmul, call(R(2, 3, 4), R(4, 5), axes=[(-2, -1), (-2, -1), (0, 1)])),
    "matmul dtype": (np.matmul, call(R(2, 3), R(3, 2), dtype=np.float64)),
    "outer": (np.multiply.outer, call(R(2), R(3))),
    "outer of matrices": (np.divide.outer, call(R(2, 2), P(3, 1))),
    "outer with a number": (np.subtract.outer, call(R(2), 3.0)),
    "outer where": (np.multiply.outer, call(R(3), R(4), where=MASK)),
    "add.reduce": (np.add.reduce, call(R(3, 4))),
    "add.reduce axis": (np.add.reduce, call(R(3, 4), 1, None, keepdims=True)),
    "add.reduce all": (np.add.reduce, call(R(3, 4), axis=None)),
    "add.reduce tuple": (np.add.reduce, call(R(2, 3, 4), axis=(0, -1))),
    "add.reduce initial, where": (np.add.reduce, call(R(3, 4), initial=2.0, where=MASK)),
    "add.reduce dtype": (np.add.reduce, call(R(3, 4), dtype=np.float64)),
    "multiply.reduce": (np.multiply.reduce, call(R(3, 4))),
    "multiply.reduce where": (np.multiply.reduce, call(R(3, 4), axis=1, where=MASK)),
    "maximum.reduce": (np.maximum.reduce, call(R(3, 4))),
    "minimum.reduce": (np.minimum.reduce, call(R(3, 4), axis=None, initial=10.0)),
    "fmax.reduce": (np.fmax.reduce, call(R(3, 4), axis=1)),
    "fmin.reduce": (np.fmin.reduce, call(R(3, 4))),
    "logaddexp.reduce": (np.logaddexp.reduce, call(R(3, 4), axis=1, keepdims=True)),
    "logaddexp.reduce all": (np.logaddexp.reduce, call(R(3, 4), axis=None)),
    "logaddexp.reduce where": (np.logaddexp.reduce, call(R(3, 4), axis=1, where=MASK)),
    "logaddexp.reduce initial": (np.logaddexp.reduce, call(R(3, 4), initial=0.5)),
    "subtract.reduce": (np.subtract.reduce, call(R(3, 4))),
    "divide.reduce": (np.divide.reduce, call(P(3, 4), axis=-1)),
    "divide.reduce of one": (np.divide.reduce, call(P(3, 1), axis=-1)),
    "divide.reduce initial": (np.divide.reduce, call(P(3, 4), initial=2.0, keepdims=True)),
    "divide.reduce initial, where": (np.divide.reduce, call(P(3, 4), initial=2.0, where=MASK)),
    "hypot.reduce": (np.hypot.reduce, call(P(2, 3, 2), axis=(2, 0))),
    "hypot.reduce all": (np.hypot.reduce, call(P(2, 3), axis=None)),
    "hypot.reduce no axes": (np.hypot.reduce, call(P(2, 3), axis=())),
    "hypot.reduce no axes, initial": (np.hypot.reduce, call(P(2, 3), axis=(), initial=0.7)),
    "hypot.reduce no axes, where": (np.hypot.reduce, call(P(3, 4), axis=(), initial=0.7, where=MASK)),
    "hypot.reduce of a number": (np.hypot.reduce, call(P(), axis=0, initial=0.7)),
    "fmax.reduce where": (np.fmax.reduce, call(P(3, 4), axis=0, initial=0.1, where=MASK)),
    "power.reduce": (np.power.reduce, call(P(3, 2))),
    "add.accumulate": (np.add.accumulate, call(R(3, 4))),
    "add.accumulate axis": (np.add.accumulate, call(R(3, 4), axis=1, dtype=np.float64)),
    "multiply.accumulate": (np.multiply.accumulate, call(R(3, 4), 1)),
    "divide.accumulate": (np.divide.accumulate, call(P(3, 4), axis=-1)),
    "logaddexp.accumulate": (np.logaddexp.accumulate, call(R(4))),
    "maximum.accumulate": (np.maximum.accumulate, call(R(3, 4))),
    "subtract.accumulate of nothing": (np.subtract.accumulate, call(R(0, 2))),
    "add.reduceat": (np.add.reduceat, call(R(6), [0, 3, 1, 5, 5])),
    "add.reduceat axis": (np.add.reduceat, call(R(3, 6), np.array([0, 4, 2]), axis=1)),
    "multiply.reduceat": (np.multiply.reduceat, call(R(6, 2), [2, 0, 4])),
    "subtract.reduceat": (np.subtract.reduceat, call(R(6), (0, 2, 3), dtype=np.float64)),
    "maximum.reduceat": (np.maximum.reduceat, call(R(6), [0, 2])),
}  # fmt: skip
for name in ("vecdot", "matvec", "vecmat"):
    if hasattr(np, name):  # the last two came with NumPy 2.2
        f = getattr(np, name)
        CALLS |= {
            "vecdot": {
                "vecdot axis": (f, call(R(3, 2), R(3, 2), axis=0)),
                "vecdot keepdims": (f, call(R(3, 2), R(3, 2), axis=0, keepdims=True)),
                "vecdot keepdims, last": (f, call(R(3, 2), R(3, 2), keepdims=True)),
                "vecdot axes": (f, call(R(3, 2), R(2, 3), axes=[0, 1])),
                "vecdot axes of all": (f, call(R(3, 2), R(2, 3), axes=[(0,), (1,), ()])),
            },
            "matvec": {"matvec axes": (f, call(R(2, 3, 4), R(3, 2), axes=[(2, 1), (0,), (0,)]))},
            "vecmat": {"vecmat axes": (f, call(R(3, 2), R(3, 4, 2), axes=[(0,), (0, 1), (1,)]))},
        }[name]


def run(f, one, operands):
    """The result of a call; on arrays with zeros for what `where=` leaves undefined."""
    args, kwargs = one.with_operands(operands)
    if "where" in kwargs and "reduce" not in f.__name__ and not any(isinstance(x, Tensor) for x in operands):
        shape = np.broadcast_shapes(np.shape(kwargs["where"]), np.shape(f(*args)))
        kwargs["out"] = np.zeros(shape)
    return f(*args, **kwargs)


@pytest.mark.parametrize(("f", "one"), [pytest.param(*case, id=name) for name, case in CALLS.items()])
def test_value_and_derivatives(f, one):
    xs = one.operands()
    g = lambda *values: run(f, one, values)
    expected = g(*xs)
    result = g(*[Tensor(x, requires_grad=True) for x in xs])
    assert isinstance(result, Tensor)
    assert (result.shape, result.dtype) == (np.shape(expected), expected.dtype)
    np.testing.assert_allclose(result.numpy(), expected, rtol=1e-13, atol=1e-14)

    ts = directions(xs, 1)
    numeric = directional(lambda values: [g(*values)], xs, ts)
    out, pullback = vjp(g, *xs)
    gs = directions([out], 2)
    close([pairing(pullback(gs[0]), ts)], [pairing(gs, numeric)])
    close([jvp(g, tuple(xs), tuple(ts))[1]], numeric)

    h = lambda *values: vjp(g, *values)[1](gs[0])
    ss = directions(xs, 3)
    numeric = directional(lambda values: h(*values), xs, ss)
    close(jvp(h, tuple(xs), tuple(ss))[1], numeric, rtol=1e-6, atol=1e-7)


def test_where_computes_nothing_elsewhere():
    x = Tensor([4.0, 0.0, -1.0], requires_grad=True)
    y = np.log(x, where=x > 0)
    y.sum().backward()
    np.testing.assert_array_equal(y.numpy(), [np.log(4.0), 0, 0])
    np.testing.assert_array_equal(x.grad, [0.25, 0, 0])


def test_where_keeps_what_out_holds_and_its_gradient():
    x, old = Tensor([1.0, 2.0, 3.0], requires_grad=True), Tensor([10.0, 20.0, 30.0], requires_grad=True)
    y = old * 1
    assert np.multiply(x, 2, out=y, where=[True, False, True]) is y
    np.testing.assert_array_equal(y.numpy(), [2, 20, 6])
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 0, 2])
    np.testing.assert_array_equal(old.grad, [0, 1, 0])


@pytest.mark.parametrize("recorded", [True, False])
def test_where_keeps_what_out_holds_under_no_grad(recorded):
    x, y = Tensor([1.0, 2.0], requires_grad=recorded), Tensor([5.0, 6.0])
    with no_grad():
        np.negative(x, out=y, where=np.array([False, True]))
    np.testing.assert_array_equal(y.numpy(), [5, -2])
    assert not y.requires_grad


@pytest.mark.parametrize("recorded", [True, False])
def test_clip_takes_where_as_the_ufunc_behind_it_does(recorded):
    x, old = Tensor([-1.0, 0.5, 3.0, 4.0], requires_grad=recorded), Tensor([10.0, 20.0, 30.0, 40.0], requires_grad=recorded)
    y, where = old * 1, np.array([True, True, True, False])
    assert np.clip(x, 0, 1, out=y, where=where) is y
    np.testing.assert_array_equal(y.numpy(), [0, 0.5, 1, 40])
    np.testing.assert_array_equal(np.clip(x, 0, 1, where=where).numpy(), [0, 0.5, 1, 0])
    wide = np.clip(x, min=0, out=Tensor(np.full((2, 4), 7.0)), where=[[True], [False]])
    np.testing.assert_array_equal(wide.numpy(), [[0, 0.5, 3, 4], [7, 7, 7, 7]])
    if recorded:
        y.sum().backward()
        np.testing.assert_array_equal(x.grad, [0, 1, 0, 0])
        np.testing.assert_array_equal(old.grad, [0, 0, 0, 1])
        with pytest.raises(DetachError, match="out="):
            np.clip(x, 0, 1, out=np.zeros(4), where=where)


def test_clip_into_an_array_and_another_dtype():
    x, out = Tensor([-1.0, 0.5, 3.0]), np.full(3, 9.0)
    assert np.clip(x, 0, 1, out, where=[False, True, True]) is out
    np.testing.assert_array_equal(out, [9, 0.5, 1])
    with pytest.raises(DTypeError, match="float64 does not go into int64"):
        np.clip(x, 0, 1, out=Tensor([1, 2, 3]), where=[False, True, True])
    half = np.clip(Tensor([-1.0, 0.5], requires_grad=True), 0, 1, dtype=np.float32, casting="same_kind", where=True)
    assert half.dtype == np.float32


def test_two_results_with_where_and_out():
    x = Tensor([1.25, -2.5], requires_grad=True)
    part, whole = Tensor([7.0, 7.0]), np.zeros(2)
    with pytest.raises(DetachError, match="out="):
        np.modf(x, out=(part, whole))
    first, second = np.modf(x, out=(part, None), where=[True, False])
    assert first is part
    np.testing.assert_array_equal(first.numpy(), [0.25, 7])
    np.testing.assert_array_equal(np.asarray(second.detach()), [1, 0])
    first.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 0])


def test_out_may_be_larger_than_the_result():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor(np.zeros((3, 2)))
    np.negative(x, out=y)
    np.testing.assert_array_equal(y.numpy(), [[-1, -2]] * 3)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [-3, -3])


def test_a_reduction_into_a_tensor():
    x, y = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True), Tensor(np.zeros(2))
    assert np.add.reduce(x, out=y) is y
    (y * [1, 10]).sum().backward()
    np.testing.assert_array_equal(x.grad, [[1, 10], [1, 10]])


def test_divmod_into_a_pair_of_tensors():
    x, q, r = Tensor([7.5, 4.0], requires_grad=True), Tensor(np.zeros(2)), Tensor(np.zeros(2))
    found = np.divmod(x, 2, out=(q, r))
    assert found[0] is q
    assert found[1] is r
    np.testing.assert_array_equal(q.numpy(), [3, 2])
    r.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 1])


def test_dtype_is_computed_in_and_the_gradient_is_the_operands():
    x = Tensor(np.array([0.1, 0.2], np.float32), requires_grad=True)
    y = np.exp(x, dtype=np.float64)
    np.testing.assert_array_equal(y.numpy(), np.exp(x.data, dtype=np.float64))
    y.sum().backward()
    assert y.dtype == np.float64
    assert x.grad.dtype == np.float32
    z = np.add.reduce(x, dtype=np.float64)
    assert z.dtype == np.float64
    assert np.add(x, 1, dtype=np.float64).dtype == np.float64
    assert np.add.accumulate(x, dtype=np.float64).dtype == np.float64


BINARY = [
    f for name in dir(np) if isinstance(f := getattr(np, name), np.ufunc) and (f.nin, f.nout, f.signature) == (2, 1, None)
]  # fmt: skip
FORMS = [{}, {"initial": 0.7}, {"initial": np.float64(0.7)}, {"dtype": np.float64}, {"keepdims": True}]
AXES = [{}, {"axis": 0}, {"axis": -1}, {"axis": ()}, {"axis": (0,)}, {"axis": None}]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("ufunc", sorted(set(BINARY), key=lambda f: f.__name__))
def test_every_reduction_has_the_value_and_dtype_of_numpys(ufunc, dtype):
    """With an initial value, a mask and no axes at all."""
    for x in (P(2, 3).value.astype(dtype), P(3).value.astype(dtype), dtype(1.25)):
        for options in ({**form, **axis, **mask} for form in FORMS for axis in AXES for mask in ({}, {"where": x > 1})):
            try:
                expected = ufunc.reduce(x, **options)
            except (TypeError, ValueError) as error:
                with pytest.raises(type(error)):
                    ufunc.reduce(Tensor(x, requires_grad=True), **options)
                continue
            if np.asarray(expected).dtype.kind != "f":
                continue
            found = ufunc.reduce(Tensor(x, requires_grad=True), **options)
            assert (found.shape, found.dtype) == (np.shape(expected), expected.dtype), options
            if ufunc not in (np.arctan2, np.power):  # of which NumPy's reductions depend on the order in memory: a fault of its
                np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, err_msg=str(options))


def test_reduceat_and_accumulate_of_float32_keep_it():
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    for result in (np.add.reduceat(x, [0, 1]), np.divide.accumulate(x), np.hypot.reduce(x), np.add.outer(x, 1)):
        assert result.dtype == np.float32


def test_methods_of_comparisons_work_on_the_value():
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert type(np.greater(x, 1.5, where=[True, True], out=np.zeros(2, bool))) is np.ndarray
    np.testing.assert_array_equal(np.greater.outer(x, [1.5, 0]), [[False, True], [True, True]])
    assert np.logical_and.reduce(x)
    where = np.zeros(2, bool)
    assert np.less(x, 1.5, out=where) is where
    np.testing.assert_array_equal(where, [True, False])


def test_without_recording_forms_are_numpys():
    x = Tensor([1.0, 2.0, 3.0])
    for result, expected in [
        (np.add.reduce(x), 6.0),
        (np.multiply.accumulate(x), [1, 2, 6]),
        (np.add.reduceat(x, [0, 2]), [3, 3]),
        (np.subtract.outer(x, x).sum(), 0),
    ]:
        assert isinstance(result, Tensor)
        assert not result.requires_grad
        np.testing.assert_array_equal(result.numpy(), expected)


# at

TIMES = {
    "add": (np.add, [0, 2, 0, 3], True),
    "subtract": (np.subtract, ([0, 1, 0],), True),
    "multiply": (np.multiply, [0, 2, 0, 0, 3], True),
    "divide": (np.divide, [1, 1], True),
    "maximum": (np.maximum, [1, 2, 1], True),
    "power": (np.power, [1, 2, 1], True),
    "negative": (np.negative, [0, 0, 1], False),
    "exp": (np.exp, [1, 1, 3], False),
    "slice": (np.multiply, slice(1, 3), True),
    "mask": (np.add, np.array([True, False, False, True]), True),
    "nothing": (np.multiply, [], True),
}


@pytest.mark.parametrize(("ufunc", "index", "binary"), [pytest.param(*case, id=name) for name, case in TIMES.items()])
def test_at_is_numpys_also_for_repeated_indices(ufunc, index, binary):
    x, v = P(4).value, P(*np.arange(4)[index].shape).value

    def changed(x, v):
        y = x * 1.0
        ufunc.at(y, index, *([v] if binary else []))
        return y

    expected = changed(x, v)
    out, pullback = vjp(changed, x, v)
    np.testing.assert_allclose(out, expected, rtol=1e-14)
    ts, (g,) = directions([x, v], 1), directions([out], 2)
    numeric = directional(lambda values: [changed(*values)], [x, v], ts)
    close([pairing(pullback(g), ts)], [pairing([g], numeric)])
    close([jvp(changed, (x, v), tuple(ts))[1]], numeric)


@given(
    st.lists(st.tuples(st.integers(-2, 1), st.integers(0, 2)), max_size=6),
    st.sampled_from([np.add, np.subtract, np.multiply, np.divide]),
)
def test_at_with_any_pairs_of_indices(pairs, ufunc):
    index = tuple(np.array(part, int) for part in (zip(*pairs, strict=True) if pairs else ((), ())))
    x, v = np.linspace(0.5, 2, 6).reshape(2, 3), np.linspace(1.5, 0.7, len(pairs))
    y, w = Tensor(x, requires_grad=True), Tensor(v, requires_grad=True)
    z = y * 1
    ufunc.at(z, index, w)
    expected = x.copy()
    ufunc.at(expected, index, v)
    np.testing.assert_allclose(z.numpy(), expected, rtol=1e-14)
    z.sum().backward()
    eps = 1e-6
    for k in range(len(pairs)):
        step = np.where(np.arange(len(pairs)) == k, eps, 0)
        high, low = x.copy(), x.copy()
        ufunc.at(high, index, v + step)
        ufunc.at(low, index, v - step)
        np.testing.assert_allclose(w.grad[k], (high.sum() - low.sum()) / (2 * eps), rtol=1e-6, atol=1e-7)


def test_at_broadcasts_its_value():
    t, v = Tensor(np.zeros((3, 2)), requires_grad=True), Tensor([1.0, 10.0], requires_grad=True)
    y = t * 1
    np.add.at(y, [0, 0, 2], v)
    np.testing.assert_array_equal(y.numpy(), [[2, 20], [0, 0], [1, 10]])
    y.sum().backward()
    np.testing.assert_array_equal(v.grad, [3, 3])
    np.testing.assert_array_equal(t.grad, np.ones((3, 2)))


def test_at_on_tensors_that_are_not_recorded():
    t = Tensor([1.0, 2.0])
    np.add.at(t, [0, 0], Tensor([1.0, 1.0]))
    np.testing.assert_array_equal(t.numpy(), [3, 2])
    array = np.zeros(2)
    np.add.at(array, [1, 1], Tensor([1.0, 1.0]))
    np.testing.assert_array_equal(array, [0, 2])
    leaf = Tensor([1.0, 2.0], requires_grad=True)
    with no_grad():
        np.add.at(leaf, [0], 5.0)
    np.testing.assert_array_equal(leaf.data, [6, 2])
    assert leaf.is_leaf


# Errors


def scalar_function(x):
    return x + 1


x = Tensor([1.0, 2.0], requires_grad=True)
a = np.ones(2)
ERRORS = {
    "out is an array": (lambda: np.add(x, x, out=a), DetachError, "result = a \\+ b"),
    "augmented assignment to an array": (lambda: exec("b += x", {"b": a, "x": x}), DetachError, "arr \\+= b"),
    "a reduction into an array": (lambda: np.add.reduce(x, out=np.zeros(())), DetachError, "out="),
    "at of an array": (lambda: np.add.at(a, [0, 1], x), DetachError, r"arr = Tensor\(arr\); np.add.at\(arr, index, t\)"),
    "at of a leaf": (lambda: np.add.at(x, [0], 1.0), GraphError, "leaf"),
    "at out of bounds": (lambda: np.add.at(x * 1, [2], 1.0), IndexError, "out of bounds"),
    "out is a leaf": (lambda: np.add(a, 1.0, out=x), GraphError, "leaf"),
    "out of another shape": (lambda: np.add(x, 1.0, out=Tensor(np.zeros(3))), ShapeError, "shape"),
    "an integer loop": (
        lambda: np.add(x, 1, dtype=int, casting="unsafe"),
        DTypeError,
        "add: a result of dtype int64 has no derivative",
    ),
    "no loop for the casting": (lambda: np.add(x, 1, dtype=np.float32, casting="safe"), TypeError, "safe"),
    "where, into float32": (
        lambda: np.add(x, 1j, out=Tensor(np.zeros(2)), where=[True, False]),
        DTypeError,
        "complex128 does not go into float64",
    ),
    "frompyfunc": (lambda: np.frompyfunc(scalar_function, 1, 1)(x), UnsupportedError, "scalar_function.*autograd_core.primitive"),
    "frompyfunc reduce": (lambda: np.frompyfunc(max, 2, 1).reduce(x), UnsupportedError, "max"),
    "several axes in order": (lambda: np.subtract.reduce(x * np.ones((2, 2)), axis=None), ValueError, "reorderable"),
    "an axis that is not there": (lambda: np.divide.reduce(x, axis=1), ValueError, "axis 1"),
    "where without identity": (lambda: np.divide.reduce(x, where=[True, False]), ValueError, "identity"),
    "reduceat out of bounds": (lambda: np.add.reduceat(x, [0, 2]), IndexError, "out-of-bounds"),
    "accumulate of several axes": (lambda: np.add.accumulate(x * np.ones((2, 2)), axis=None), ValueError, "axes"),
    "initial that is recorded": (lambda: np.add.reduce(x, initial=x[0]), UnsupportedError, "initial"),
}


@pytest.mark.parametrize(("make", "error", "words"), [pytest.param(*case, id=name) for name, case in ERRORS.items()])
def test_errors(make, error, words):
    with pytest.raises(error, match=words):
        make()
    np.testing.assert_array_equal(a, 1)  # nothing was written


def test_ufuncs_of_scipy_without_a_derivative():
    special = pytest.importorskip("scipy.special")
    with pytest.raises(UnsupportedError, match=r"mathieu_a.*primitive"):
        special.mathieu_a(1, x)


@pytest.mark.parametrize("x", [[[-0.5, 2.0]], [[-0.5, 2.0], [1.0, -3.0]]])
@pytest.mark.parametrize("options", [{}, {"axis": 1}, {"axis": None}, {"axis": ()}, {"keepdims": True}, {"initial": None}])
def test_hypot_of_one_element_is_its_size_as_in_numpy(x, options):
    x = np.array(x)
    value, pullback = vjp(lambda x: np.hypot.reduce(x, **options), x)
    expected = np.hypot.reduce(x, **options)
    np.testing.assert_allclose(value, expected, rtol=1e-15)
    slope = x / (expected if np.shape(expected) == x.shape else np.hypot.reduce(x, **{**options, "keepdims": True}))
    np.testing.assert_allclose(pullback(np.ones_like(expected))[0], slope, rtol=1e-14)


def test_hypot_reduceat_keeps_the_sign_of_one_element_as_numpy_does():
    x = np.array([-0.5, 2.0, -3.0])
    value, pullback = vjp(lambda x: np.hypot.reduceat(x, [0, 1]), x)
    np.testing.assert_array_equal(value, np.hypot.reduceat(x, [0, 1]))
    np.testing.assert_allclose(pullback(np.ones(2))[0], [1, 2 / np.sqrt(13), -3 / np.sqrt(13)], rtol=1e-14)
