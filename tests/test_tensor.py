"""Tensor as a container: what it is made of, whose memory it uses, and how it shows itself."""

import numpy as np
import pytest

from autograd_core import Tensor, no_grad
from autograd_core.errors import DetachError, DTypeError, ShapeError

NUMBERS = [True, 3, 2.5, 1 + 2j, np.float32(1.5), np.int8(3), np.array(2.0)]
ARRAYS = [[1, 2.5], [[1], [2]], (1, 2), [], range(3), np.ones((2, 3)), np.zeros((0, 2))]


@pytest.mark.parametrize("data", NUMBERS + ARRAYS, ids=repr)
def test_holds_what_asarray_makes_of_the_data(data):
    expected = np.asarray(data)
    t = Tensor(data)
    assert (t.shape, t.ndim, t.size, t.dtype, t.nbytes, t.itemsize) == (
        expected.shape, expected.ndim, expected.size, expected.dtype, expected.nbytes, expected.itemsize,
    )  # fmt: skip
    np.testing.assert_array_equal(t.numpy(), expected)
    assert t.tolist() == expected.tolist()
    assert not t.requires_grad
    assert t.is_leaf
    assert t.grad is None


@pytest.mark.parametrize("dtype", [*"efdgFDG", ">f8", ">f4"])
def test_every_float_and_complex_dtype_can_require_a_gradient(dtype):
    t = Tensor(np.ones(2, dtype), requires_grad=True)
    assert t.dtype == np.dtype(dtype)
    (t * 2).sum().backward(1.0)
    assert t.grad.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(t.grad, [2, 2])


@pytest.mark.parametrize(
    ("data", "dtype", "fix"),
    [
        (2, "int64", r"Tensor\(2\.0\)"),
        ([1, 2], "int64", r"astype\(float\)"),
        (True, "bool", "astype"),
        (np.uint8(1), "uint8", "astype"),
    ],
)
def test_integers_cannot_require_a_gradient(data, dtype, fix):
    with pytest.raises(DTypeError, match=rf"requires_grad=True needs a float or complex dtype, got {dtype}.*{fix}"):
        Tensor(data, requires_grad=True)
    with pytest.raises(DTypeError, match=f"got {dtype}"):
        Tensor(data).requires_grad_()


@pytest.mark.parametrize(
    "data", ["text", None, object, b"x", np.array([1, "a"], object), np.datetime64("2020-01-01"), {1: 2}], ids=repr
)
def test_what_is_not_a_number_is_refused(data):
    with pytest.raises(DTypeError, match=f"must be float, complex, integer or bool, got dtype .* from {type(data).__name__}"):
        Tensor(data)


def test_a_leaf_owns_its_memory_and_a_constant_shares_it():
    array = np.ones(3)
    assert not np.shares_memory(Tensor(array, requires_grad=True).data, array)
    constant = Tensor(array)
    assert constant.data is array
    constant.requires_grad = True
    assert not np.shares_memory(constant.data, array)


def test_detach_shares_the_value_and_leaves_the_graph():
    w = Tensor([1.0, 2.0], requires_grad=True)
    d = (w * 2).detach()
    assert not d.requires_grad
    assert np.shares_memory(w.detach().data, w.data)
    np.testing.assert_array_equal(d.numpy(), [2, 4])


def test_scalars_stay_numpy_scalars():
    a, b = Tensor(2.0, requires_grad=True), Tensor(np.array(3.0))
    for t in (a, b, a * b, -a, a + 1, 1 / a, a**2, (Tensor([1.0, 2.0]) * a).sum(), Tensor([1.0])[0], np.exp(a)):
        assert type(t._value) is np.float64
        assert t.shape == ()
    assert type((Tensor(np.float32(2)) * 2.5)._value) is np.float32


@pytest.mark.parametrize("dtype", "efdg")
@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("number", [True, 3, 2.5])
def test_python_numbers_never_change_a_dtype(dtype, shape, number):
    t = Tensor(np.ones(shape, dtype), requires_grad=True)
    out = ((number - t) * number + t / number) ** 2 * (t + number)
    assert out.dtype == np.dtype(dtype)
    out.sum().backward()
    assert t.grad.dtype == np.dtype(dtype)


def test_mixed_dtypes_promote_as_in_numpy_and_gradients_come_back_in_the_leafs_own():
    half, double = Tensor(np.float32([1, 2]), requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    y = half * double * np.int64(2)
    assert y.dtype == np.float64
    y.sum().backward()
    assert (half.grad.dtype, double.grad.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(half.grad, [6, 8])


def test_a_real_leaf_gets_a_real_gradient_through_complex_values():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * (3 + 4j)
    assert y.dtype == np.complex128
    y.backward(np.array([1.0, 1j]))
    assert x.grad.dtype == np.float64
    np.testing.assert_array_equal(x.grad, [3, -4])


W = Tensor([1.0, 2.0], requires_grad=True, name="w")


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (W, "Tensor([1., 2.], dtype=float64, name='w', requires_grad=True)"),
        (W * 2, "Tensor([2., 4.], dtype=float64, from multiply)"),
        (np.exp(W * 0)[0], "Tensor(1., dtype=float64, from getitem)"),
        (Tensor([[1, 2], [3, 4]]), "Tensor([[1, 2],\n        [3, 4]], dtype=int64)"),
        (Tensor(np.float32(1.5)), "Tensor(1.5, dtype=float32)"),
        (Tensor([]), "Tensor([], dtype=float64)"),
    ],
    ids=["leaf", "result", "scalar", "constant", "float32", "empty"],
)
def test_repr(tensor, expected):
    assert repr(tensor) == expected
    assert str(tensor) == expected
    assert f"{tensor}" == expected


def test_repr_of_a_large_tensor_is_short():
    assert len(repr(Tensor(np.ones((100, 100))))) < 500


def test_format_works_on_recorded_scalars():
    loss = Tensor(0.123456, requires_grad=True)
    assert f"{loss:.4f} {loss * 10:8.2e} {Tensor(3):04d}" == "0.1235 1.23e+00 0003"
    with pytest.raises(TypeError, match="unsupported format string"):
        f"{W:.2f}"


def test_len_iteration_and_membership():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert len(t) == 2
    first, second = t
    assert first.requires_grad
    (first * second).sum().backward()
    np.testing.assert_array_equal(t.grad, [[3, 4], [1, 2]])
    assert 3.0 in t
    assert 5.0 not in t
    assert t[1, 1] in t


def test_a_scalar_has_no_len_and_no_iteration():
    with pytest.raises(TypeError, match=r"len\(\) of a 0-d Tensor"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match=r"iteration over a 0-d Tensor; write t\.item\(\)"):
        list(Tensor(1.0))


def test_truth_is_that_of_the_value():
    assert Tensor(1.0, requires_grad=True)
    assert not Tensor([0.0])
    with pytest.raises(ValueError, match="more than one element is ambiguous"):
        bool(W)


def test_tensors_are_keys_by_identity():
    a, b = Tensor([1.0]), Tensor([1.0])
    assert {a: 1, b: 2}[b] == 2
    assert len({a, b, a}) == 2


def test_an_integer_tensor_indexes():
    at = Tensor([1, 0])
    assert [10, 20, 30][Tensor(2)] == 30
    np.testing.assert_array_equal(np.arange(3.0)[at], [1, 0])
    np.testing.assert_array_equal(W[at].numpy(), [2, 1])
    np.testing.assert_array_equal(W[W > 1.5].numpy(), [2])


def test_item_and_tolist():
    assert (W[0] * 3).item() == 3.0
    assert type(Tensor([[2.0]]).item()) is float
    assert (W * 1).tolist() == [1.0, 2.0]
    with pytest.raises(ShapeError, match=r"one element, got shape \(2,\).*t\.tolist\(\)"):
        W.item()


def test_numpy_is_read_only_while_recorded():
    for recorded in (W, W * 2, (W * 2).sum()):
        value = recorded.numpy()
        assert type(value) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            value[...] = 0
    array = np.ones(2)
    assert np.shares_memory(Tensor(array).numpy(), array)
    Tensor(array).numpy()[0] = 5
    assert array[0] == 5
    with pytest.raises(ValueError, match="read-only"):
        (W * 2).data[0] = 0


def test_data_can_be_set_on_a_leaf():
    p = Tensor(np.float32([1, 2]), requires_grad=True)
    mine = np.float32([5, 6])
    p.data = mine
    mine[0] = 0
    np.testing.assert_array_equal(p.data, [5, 6])
    p.data -= 1.0
    np.testing.assert_array_equal(p.data, [4, 5])
    p.data = np.array([0.5, 1.5])
    assert p.dtype == np.float32
    with pytest.raises(ShapeError, match=r"data: expected an array of shape \(2,\), got \(3,\)"):
        p.data = np.ones(3)
    s = Tensor(2.0, requires_grad=True)
    s.data -= 0.5
    assert (s.data, s.item()) == (1.5, 1.5)
    assert s.data == 1.5


def test_data_of_a_constant_keeps_its_dtype():
    half, whole = Tensor(np.float32([1, 2])), Tensor([1, 2])
    mine = np.float32([5, 6])
    half.data = mine
    assert half.data is mine
    half.data = np.array([0.5, 1.5])
    assert half.dtype == np.float32
    with pytest.raises(DTypeError, match=r"data: expected an array of dtype int64, got float64; write value\.astype\(int64\)"):
        whole.data = np.array([0.5, 1.5])
    with pytest.raises(DTypeError, match="data: expected an array of dtype float64, got complex128"):
        Tensor([1.0], requires_grad=True).data = np.array([1j])


def test_grad_can_be_set_and_must_fit():
    p = Tensor([1.0, 2.0], requires_grad=True)
    p.grad = [1, 2.0]
    np.testing.assert_array_equal(p.grad, [1, 2])
    mine = np.array([3.0, 4.0])
    p.grad = mine
    mine[0] = 0
    np.testing.assert_array_equal(p.grad, [3, 4])
    p.grad = None
    assert p.grad is None
    with pytest.raises(ShapeError, match=r"grad: expected None or float64 of shape \(2,\), got float64 of shape \(3,\)"):
        p.grad = np.ones(3)
    with pytest.raises(ShapeError, match=r"got float32 of shape \(2,\)"):
        p.grad = np.ones(2, np.float32)


def test_requires_grad_can_be_switched_on_a_leaf():
    t = Tensor([1.0, 2.0])
    assert t.requires_grad_() is t
    (t * t).sum().backward()
    np.testing.assert_array_equal(t.grad, [2, 4])
    t.requires_grad = False
    assert not (t * 2).requires_grad


def test_a_tensor_of_a_tensor():
    assert Tensor(Tensor([1.0])).tolist() == [1.0]
    with pytest.raises(DetachError, match=r"t\.detach\(\) for the value, t\.copy\(\) for a recorded copy"):
        Tensor(W * 2)
    with no_grad():
        assert Tensor(W * 2).tolist() == [2.0, 4.0]
