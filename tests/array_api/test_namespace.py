"""The namespace of the Array API standard: what its functions take and return, and what they refuse."""

import subprocess
import sys

import numpy as np
import pytest

from autograd_core import Tensor, array_api, capture, grad, no_grad
from autograd_core.array_api.array import Array
from autograd_core.errors import DetachError, GraphError, UnsupportedError
from autograd_core.testing import gradcheck

X = np.array([0.3, -0.7, 0.5])


@pytest.fixture
def t():
    return Tensor(X, requires_grad=True)


def test_it_is_loaded_when_it_is_first_used():
    code = (
        "import sys, autograd_core as a; loaded = lambda: 'autograd_core.array_api' in sys.modules; before = loaded(); "
        "assert a.Tensor(1.0).__array_namespace__() is a.array_api; print(before, loaded(), 'scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "False"]


def test_versions(t):
    assert t.__array_namespace__(api_version="2021.12") is array_api
    assert t.__array_namespace__(api_version=array_api.__array_api_version__) is array_api
    with pytest.raises(ValueError, match=r"api_version must be None or one of 2021\.12, .*, 2025\.12, got '1999\.12'"):
        t.__array_namespace__(api_version="1999.12")


def test_every_name_is_there():
    for namespace in (array_api, array_api.linalg, array_api.fft):
        assert set(namespace.__all__) == set(dir(namespace))
        assert len(set(namespace.__all__)) == len(namespace.__all__)
        for name in namespace.__all__:
            assert getattr(namespace, name, name) is not name
    for namespace, words in ((array_api, "np may have it"), (array_api.linalg, "np.linalg may"), (array_api.fft, "np.fft may")):
        with pytest.raises(AttributeError, match=rf"has no 'cumsum': .*{words}"):
            namespace.cumsum  # noqa: B018


# Devices


def test_there_is_one_device(t):
    assert t.device == "cpu"
    assert t.to_device("cpu") is t
    assert array_api.zeros(2, device="cpu").device == "cpu"
    info = array_api.__array_namespace_info__()
    assert (info.devices(), info.default_device()) == (("cpu",), "cpu")
    assert info.default_dtypes()["real floating"] == np.float64
    assert set(info.dtypes(kind="bool")) == {"bool"}
    assert info.capabilities()["boolean indexing"]


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "to_device": lambda d: Tensor(X).to_device(d),
        "zeros": lambda d: array_api.zeros(2, device=d),
        "ones_like": lambda d: array_api.ones_like(Tensor(X), device=d),
        "asarray": lambda d: array_api.asarray(X, device=d),
        "astype": lambda d: array_api.astype(Tensor(X), array_api.float32, device=d),
        "from_dlpack": lambda d: array_api.from_dlpack(X, device=d),
        "fftfreq": lambda d: array_api.fft.fftfreq(4, device=d),
    }.items(),
)
def test_other_devices_are_refused(name, call):
    with pytest.raises(
        ValueError, match=rf"{name}: device must be 'cpu'.*, got 'gpu': the values of a Tensor are arrays of NumPy"
    ):
        call("gpu")


def test_streams_are_refused(t):
    with pytest.raises(ValueError, match="to_device: stream must be None, got 1"):
        t.to_device("cpu", stream=1)


# DLPack


def test_dlpack_shares_the_memory_of_a_constant():
    arr = X.copy()
    t = Tensor(arr)
    assert t.__dlpack_device__() == arr.__dlpack_device__()
    seen = np.from_dlpack(t)
    arr[0] = 9
    assert seen[0] == 9
    again = array_api.from_dlpack(t)
    np.testing.assert_array_equal(again.numpy(), arr)
    assert array_api.from_dlpack(Tensor(2.0)).item() == 2
    assert not np.shares_memory(array_api.from_dlpack(arr, copy=True).numpy(), arr)


def test_dlpack_does_not_cut_a_graph(t):
    for one in (t, t * 2):
        with pytest.raises(DetachError, match=r"would cut the Tensor out of the graph; write from_dlpack\(t\.detach\(\)\)"):
            np.from_dlpack(one)
    np.testing.assert_array_equal(np.from_dlpack(t.detach()), X)
    with no_grad():
        with pytest.raises(ValueError, match="read-only"):
            np.from_dlpack(t)[0] = 1
        np.testing.assert_array_equal(np.from_dlpack(t), X)


# asarray


def test_what_may_be_written_to_is_never_the_users_leaf(t):
    x = array_api.asarray(t)
    x[0] = 5.0
    (x * x).sum().backward()
    np.testing.assert_array_equal(t.numpy(), X)
    np.testing.assert_allclose(t.grad, [0, 2 * X[1], 2 * X[2]])
    with no_grad():
        array_api.asarray(t)[0] = 5.0
    np.testing.assert_array_equal(t.numpy(), X)


def test_a_result_is_at_the_same_place_in_the_graph_and_is_not_changed(t):
    y = t * 3
    x = array_api.asarray(y)
    assert type(y) is Tensor
    assert x._node is y._node
    x[0] = 0.0
    np.testing.assert_array_equal(y.numpy(), 3 * X)
    assert array_api.asarray(x) is x
    assert array_api.asarray(x, copy=True)._node is not x._node


def test_arguments_of_functions_stay_what_they_are(t):
    def f(x):
        y = array_api.asarray(x)
        y[0] = x[1]
        assert type(x) is Tensor
        return np.sum(x * y)

    np.testing.assert_allclose(grad(f)(X), [X[1], X[0] + 2 * X[1], 2 * X[2]])  # of x₀x₁ + x₁² + x₂²


def test_nested_lists_may_hold_tensors(t):
    x = array_api.asarray([[t[0], 2.0], [3.0, t[1] * t[2]]])
    assert x.shape == (2, 2)
    np.sum(x * np.array([[1.0, 10.0], [100.0, 1000.0]])).backward()
    np.testing.assert_allclose(t.grad, [1, 1000 * X[2], 1000 * X[1]])


def test_dtypes(t):
    assert array_api.asarray(t, dtype=array_api.float32).requires_grad
    whole = array_api.asarray(t, dtype=array_api.int64)
    assert (type(whole), whole.dtype, whole.requires_grad) == (Array, np.int64, False)
    assert array_api.asarray([1, 2]).dtype == np.int64


def test_copies_that_must_not_be_made(t):
    arr = X.copy()
    assert np.shares_memory(array_api.asarray(arr).numpy(), arr)
    assert np.shares_memory(array_api.asarray(arr, copy=False).numpy(), arr)
    assert not np.shares_memory(array_api.asarray(arr, copy=True).numpy(), arr)
    y = t * 2
    assert array_api.asarray(y, copy=False)._node is y._node
    for given, options, words in (
        (t, {}, "Tensor that you made and that requires a gradient"),
        (y, {"dtype": np.float32}, "float64 has to become float32"),
        ([t], {}, "of a list of Tensors"),
        ([1.0], {}, "of a list, which is no array"),
    ):
        with pytest.raises(ValueError, match=rf"asarray: copy=False cannot be had.*{words}"):
            array_api.asarray(given, copy=False, **options)


# Arrays: what functions of the namespace return


CLOSED = {
    "comparison": lambda x: x > 0,
    "reflected comparison": lambda x: np.ones(3) > x,
    "not": lambda x: ~(x > 0),
    "and": lambda x: (x > 0) & (x < 1),
    "operator": lambda x: 2 * x,
    "item": lambda x: x[0],
    "rows": lambda x: next(iter(x)),
    "ufunc": np.exp,
    "ufunc without a derivative": np.isnan,
    "function": np.cumsum,
    "function without a derivative": np.argsort,
    "method": lambda x: x.sum(),
    "T": lambda x: x.T,
    "real": lambda x: x.real,
    "namespace": array_api.argmax,
    "tuple": lambda x: array_api.nonzero(x)[0],
    "named tuple": lambda x: array_api.unique_all(x).counts,
    "own function": lambda x: __import__("autograd_core").sigmoid(x),
    "in place": lambda x: x.__iadd__(1),
    "beside a Tensor": lambda x: Tensor(X) * x,
}


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_computed_with_an_array_is_one(name, t):
    for x in (array_api.asarray(t), array_api.asarray(X)):
        assert type(CLOSED[name](x)) is Array


def test_a_tensor_stays_one(t):
    array_api.asarray(t) * t
    array_api.real(t)
    array_api.broadcast_arrays(t, t)
    y = t * 2
    assert [type(one) for one in (t, y, t > 0, y > 0, array_api.reshape(y, (3, 1)))] == [Tensor, Tensor, *[np.ndarray] * 2, Array]
    assert type(y) is Tensor


def test_views_of_an_array_are_arrays_after_a_change():
    base = array_api.zeros(3)
    column = array_api.reshape(base, (3, 1))
    column[0] = Tensor(2.0, requires_grad=True)
    assert base.tolist() == [2, 0, 0]
    base[1] = 4.0
    assert column.tolist() == [[2], [4], [0]]
    assert type(base) is type(column) is Array
    assert type(column > 0) is Array


def test_seen_as_parts(t):
    x = array_api.asarray(t)
    z = x[:2] + 1j * x[1:]
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(z.view(float).numpy(), z.numpy().view(float))
    np.testing.assert_array_equal(z.view(float).view(complex).numpy(), z.numpy())
    np.sum(z.view(float) * weights).backward()  # of t0, t1, t1, t2
    np.testing.assert_allclose(t.grad, [1, 5, 4])
    assert x.view(float).tolist() == x.tolist()
    with pytest.raises(UnsupportedError, match=r"view: float64 is not seen as int64; write array_api\.astype"):
        x.view(np.int64)


# Functions that differ from NumPy's


def test_order(t):
    np.testing.assert_array_equal(array_api.sort(t, descending=True).numpy(), [0.5, 0.3, -0.7])
    assert array_api.argsort(Tensor([1.0, 2.0, 1.0, 2.0]), descending=True).tolist() == [1, 3, 0, 2]
    assert array_api.argsort(Tensor([1.0, 2.0, 1.0, 2.0])).tolist() == [0, 2, 1, 3]
    np.sum(array_api.sort(t, descending=True) * np.array([1.0, 10.0, 100.0])).backward()
    np.testing.assert_array_equal(t.grad, [10, 100, 1])


def test_sets_know_nan_from_nan():
    x = Tensor([2.0, np.nan, 1.0, 2.0, np.nan], requires_grad=True)
    values, indices, inverse, counts = array_api.unique_all(x)
    np.testing.assert_array_equal(values.numpy(), [1, 2, np.nan, np.nan])
    assert (indices.tolist(), inverse.tolist(), counts.tolist()) == ([2, 0, 1, 4], [1, 2, 0, 1, 3], [1, 2, 1, 1])
    for found in (array_api.unique_values(x), np.unique_values(x), array_api.unique_counts(x)[0], array_api.unique_inverse(x)[0]):
        assert found.size == 4
        assert found.requires_grad
    np.sum(array_api.unique_counts(x).values[:2] * np.array([3.0, 5.0])).backward()
    np.testing.assert_array_equal(x.grad, [5, 0, 3, 0, 0])
    assert array_api.unique_inverse(Tensor([[1.0], [1.0]])).inverse_indices.shape == (2, 1)


def test_limits_are_numbers_of_python():
    found = array_api.finfo(Tensor(np.zeros(2, np.complex64)))
    assert (found.bits, found.dtype, type(found.eps), found.eps) == (32, np.float32, float, 2.0**-23)
    assert (found.max, found.smallest_normal) == ((2 - 2.0**-23) * 2.0**127, 2.0**-126)
    assert array_api.iinfo(array_api.int8)[:3] == (8, 127, -128)
    assert array_api.iinfo(Tensor(np.zeros(2, np.uint8))).max == 255


def test_eigenvalues_are_complex():
    a = np.array([[2.0, 1.0], [0.0, 3.0]])
    values, vectors = array_api.linalg.eig(Tensor(a))
    assert (values.dtype, vectors.dtype) == (np.complex128, np.complex128)
    assert array_api.linalg.eigvals(Tensor(a.astype(np.float32))).dtype == np.complex64
    assert gradcheck(lambda m: np.sum(np.real(array_api.linalg.eigvals(m)) ** 2), a, order=1)  # Σ λ² = tr A²
    np.testing.assert_allclose(grad(lambda m: np.sum(np.real(array_api.linalg.eigvals(m)) ** 2))(a), 2 * a.T, atol=1e-12)


def test_the_others(t):
    assert array_api.clip(t, min=0).tolist() == [0.3, 0, 0.5]
    assert array_api.clip(t, max=0.4).tolist() == [0.3, -0.7, 0.4]
    assert array_api.clip(t).tolist() == X.tolist()
    assert array_api.diff(t, prepend=array_api.asarray([0.1])).shape == (3,)
    np.testing.assert_allclose(array_api.diff(t, append=t[:1]).numpy(), [-1.0, 1.2, -0.2])
    np.testing.assert_allclose(array_api.diff(t, 2).numpy(), [2.2])  # n by its place, as scikit-learn's roc_curve gives it
    assert type(array_api.count_nonzero(t)) is Array
    assert array_api.count_nonzero(t).item() == 3
    assert array_api.isin(Tensor([1, 2, 3]), 2, invert=True).tolist() == [True, False, True]
    assert array_api.fft.fftfreq(4, d=0.5, dtype=array_api.float32).tolist() == [0, 0.5, -1, -0.5]
    assert array_api.fft.rfftfreq(4).tolist() == [0, 0.25, 0.5]
    assert array_api.astype(t, array_api.float64, copy=False).requires_grad
    assert array_api.tril(array_api.ones((2, 2))).tolist() == [[1, 0], [1, 1]]


def test_a_leaf_is_not_changed_through_what_returns_it(t):
    same = array_api.astype(t, array_api.float64, copy=False)
    same[0] = 1.0
    assert t.numpy()[0] == X[0]
    with pytest.raises(GraphError, match="assignment into the leaf"):
        t[0] = 1.0


def test_a_captured_step_may_return_an_array():
    w = Tensor(X, requires_grad=True)

    @capture
    def step(x):
        w.grad = None
        y = array_api.asarray(w) * x
        loss = array_api.sum(array_api.where(y > 0, y**2, 0.0))
        loss.backward()
        return loss

    for k in range(4):
        x = X + k
        loss = step(x)
        assert type(loss) is Array
        np.testing.assert_allclose(loss.item(), np.sum(np.where(X * x > 0, (X * x) ** 2, 0)))
        np.testing.assert_allclose(w.grad, np.where(X * x > 0, 2 * X * x**2, 0))
    assert step.program is not None
