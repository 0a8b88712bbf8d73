"""Methods and properties: under NumPy's names, with its arguments in its order, and recorded where there is a derivative."""

import numpy as np
import pytest

from autograd_core import Tensor, jvp
from autograd_core.errors import GraphError
from autograd_core.testing import gradcheck

X = np.array([[0.3, 2.0, -1.0], [1.5, -0.7, 0.9]])

# name -> calls of the method, as (args, kwargs)
RECORDED = {
    "sum": [((), {}), ((0,), {}), ((1, np.float32), {}), ((), {"axis": (0, 1), "keepdims": True}), ((0,), {"where": X > 0})],
    "prod": [((), {}), ((0,), {"keepdims": True}), ((1, np.float64), {})],
    "mean": [((), {}), ((1,), {}), ((0,), {"keepdims": True}), ((), {"where": X > 0})],
    "var": [((), {}), ((1,), {"ddof": 1}), ((0,), {"keepdims": True})],
    "std": [((), {}), ((1,), {"ddof": 1}), ((0, None, None, 1), {})],
    "max": [((), {}), ((0,), {}), ((1,), {"keepdims": True})],
    "min": [((), {}), ((0,), {}), ((), {"initial": -5.0})],
    "cumsum": [((), {}), ((1,), {}), ((0, np.float64), {})],
    "cumprod": [((), {}), ((1,), {})],
    "trace": [((), {}), ((1,), {}), ((), {"offset": -1, "axis1": 1, "axis2": 0})],
    "reshape": [((3, 2), {}), (((3, 2),), {}), ((-1,), {}), ((6,), {"order": "F"})],
    "transpose": [((), {}), ((1, 0), {}), (((1, 0),), {}), ((None,), {})],
    "ravel": [((), {}), (("F",), {})],
    "flatten": [((), {}), (("F",), {})],
    "swapaxes": [((0, 1), {})],
    "squeeze": [((), {})],
    "clip": [((-0.5, 1.0), {}), ((), {"min": 0.0}), ((None, 1.0), {}), ((0.0,), {})],
    "dot": [((np.arange(3.0),), {}), ((X.T,), {})],
    "diagonal": [((), {}), ((1,), {}), ((-1, 1, 0), {})],
    "take": [(([0, 2],), {}), (([0, 0, 1], 1), {}), (([5],), {"mode": "wrap"})],
    "repeat": [((2,), {}), (([1, 2], 0), {})],
    "compress": [(([True, False, True],), {"axis": 1})],
    "astype": [((np.float64,), {}), ((np.float32,), {})],
    "copy": [((), {}), (("F",), {})],
    "conj": [((), {})],
    "conjugate": [((), {})],
    "round": [((1,), {})],
}  # fmt: skip
PLAIN = {
    "argmax": [((), {}), ((1,), {}), ((0,), {"keepdims": True})],
    "argmin": [((), {}), ((1,), {})],
    "argsort": [((), {}), ((0,), {}), ((), {"axis": None})],
    "argpartition": [((1,), {})],
    "nonzero": [((), {})],
    "all": [((), {}), ((0,), {}), ((1,), {"keepdims": True})],
    "any": [((), {}), ((0,), {})],
    "tolist": [((), {})],
}


def calls_of(table):
    return [pytest.param(name, *call, id=f"{name}-{i}") for name, calls in table.items() for i, call in enumerate(calls)]


@pytest.mark.parametrize(("name", "args", "kwargs"), calls_of(RECORDED))
def test_value_and_derivative_are_those_of_numpys_method(name, args, kwargs):
    expected = getattr(X, name)(*args, **kwargs)
    h = 1e-3 if expected.dtype == np.float32 else 1e-6
    for t in (Tensor(X), Tensor(X, requires_grad=True)):
        found = getattr(t, name)(*args, **kwargs)
        assert type(found) is Tensor
        assert found.requires_grad == t.requires_grad
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)
    direction = np.array([[1.0, -2.0, 0.5], [0.3, 1.1, -1.0]])
    _, pushed = jvp(lambda x: getattr(x, name)(*args, **kwargs), (X,), (direction,))
    numeric = (getattr(X + h * direction, name)(*args, **kwargs) - getattr(X - h * direction, name)(*args, **kwargs)) / (2 * h)
    np.testing.assert_allclose(pushed, numeric, rtol=h, atol=h)


@pytest.mark.parametrize(("name", "args", "kwargs"), calls_of(PLAIN))
def test_what_has_no_derivative_is_plain_numpy(name, args, kwargs):
    expected = getattr(X, name)(*args, **kwargs)
    found = getattr(Tensor(X, requires_grad=True), name)(*args, **kwargs)
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "square", "sin", "cos", "abs"])
def test_elementwise_methods_are_numpys_functions(name):
    t = Tensor(np.abs(X), requires_grad=True)
    np.testing.assert_array_equal(getattr(t, name)().numpy(), getattr(np, name)(np.abs(X)))
    assert getattr(t, name)().requires_grad


def test_activations():
    t = Tensor([-800.0, 0.0, 800.0], requires_grad=True)
    np.testing.assert_array_equal(t.sigmoid().numpy(), [0, 0.5, 1])
    (t.relu() + t.sigmoid()).sum().backward()
    np.testing.assert_array_equal(t.grad, [0, 0.25, 1])


def test_item_takes_an_index():
    t = Tensor(X, requires_grad=True)
    assert (t.item(1), t.item(1, 2), t.item((0, 1)), t[0, 0].item()) == (X.item(1), X.item(1, 2), X.item((0, 1)), X[0, 0])


def test_assignment_to_flat():
    def changed(x):
        y = x * 1
        y.flat[1] = 3.0
        y.flat[[0, -1]] = 5 * x[0, :2]
        return y

    expected = X.copy()
    expected.flat[1] = 3.0
    expected.flat[[0, -1]] = 5 * X[0, :2]
    np.testing.assert_array_equal(changed(Tensor(X)).numpy(), expected)
    gradcheck(changed, X)
    with pytest.raises(GraphError, match="assignment into the leaf"):
        Tensor(X, requires_grad=True).flat[0] = 1.0


def test_properties():
    t = Tensor(X, requires_grad=True)
    np.testing.assert_array_equal(t.T.numpy(), X.T)
    np.testing.assert_array_equal(t.mT.numpy(), X.T)
    assert [x.item() for x in t.flat] == X.ravel().tolist()
    assert len(t.flat) == X.size
    np.testing.assert_array_equal(t.flat[1:3].numpy(), X.flat[1:3])
    z = Tensor(X + 2j, requires_grad=True)
    np.testing.assert_array_equal(z.real.numpy(), X)
    np.testing.assert_array_equal(z.imag.numpy(), np.full((2, 3), 2))
    (z.real * 3 + z.imag * 5).sum().backward()
    assert z.grad.dtype == complex


def test_methods_in_place():
    x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    y = x * 1
    assert y.sort() is None
    np.testing.assert_array_equal(y.numpy(), [1, 2, 3])
    (y * [1, 10, 100]).sum().backward()
    np.testing.assert_array_equal(x.grad, [100, 1, 10])
    y = x * 1
    y.fill(5.0)
    np.testing.assert_array_equal(y.numpy(), [5, 5, 5])
    flat = Tensor(X).flatten()
    flat[0] = 50.0
    assert X[0, 0] == 0.3


def test_a_result_goes_where_out_says():
    t, out = Tensor(X, requires_grad=True), Tensor(np.zeros(3))
    assert t.sum(0, out=out) is out
    assert t.mean(0, None, out) is out
    assert out.requires_grad
    out.sum().backward()
    np.testing.assert_array_equal(t.grad, np.full((2, 3), 0.5))


def test_choosing():
    t = Tensor([10.0, 20.0, 30.0], requires_grad=True)
    np.testing.assert_array_equal(t.searchsorted([15.0, 30.0]), [1, 2])
    np.testing.assert_array_equal(Tensor([0, 1, 0]).choose([t * 1, t * 2]).numpy(), [10, 40, 30])


def test_every_public_member_has_a_docstring_and_its_own_name():
    for name in dir(Tensor):
        member = getattr(Tensor, name)
        if not name.startswith("_"):
            assert member.__doc__, name
        assert getattr(member, "__name__", None) not in ("method", "change"), name
    assert Tensor.exp.__name__ == "exp"
    assert Tensor.__radd__.__name__ == "__radd__"
