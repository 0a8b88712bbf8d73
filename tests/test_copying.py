"""copy, deepcopy and pickle of Tensors: a leaf stays a leaf with its gradient, a result's copy is recorded, or an error."""

import copy
import pickle
import threading

import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian, no_grad
from autograd_core.errors import DetachError

WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": lambda t, n=n: pickle.loads(pickle.dumps(t, protocol=n)) for n in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}
every_way = pytest.mark.parametrize("duplicate", WAYS.values(), ids=WAYS)


@every_way
@pytest.mark.parametrize("data", [2.5, [1.0, 2.0], np.float32([[1], [2]]), np.zeros((0, 2)), [1j, 2]], ids=repr)
def test_a_leaf(duplicate, data):
    t = Tensor(data, requires_grad=True, name="w")
    t.grad = np.asarray(t.data) * 3
    other = duplicate(t)
    assert type(other) is Tensor
    assert (other.name, other.dtype, other.requires_grad, other.is_leaf) == ("w", t.dtype, True, True)
    np.testing.assert_array_equal(other.numpy(), t.numpy())
    np.testing.assert_array_equal(other.grad, t.grad)
    assert other.grad.dtype == t.grad.dtype
    assert not np.shares_memory(other.grad, t.grad)
    assert not np.shares_memory(other.numpy(), t.numpy())
    (other * 2).sum().backward(1)
    np.testing.assert_array_equal(t.grad, np.asarray(t.data) * 3)
    np.testing.assert_array_equal(other.grad, t.grad + 2)


def test_a_shallow_copy_of_a_result_stays_in_its_graph():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = copy.copy(x * 2)
    np.sum(y * y).backward()
    np.testing.assert_array_equal(x.grad, [8, 16])


PICKLES = pytest.mark.parametrize("duplicate", [way for name, way in WAYS.items() if name.startswith("pickle")])
COPIES = {
    "deepcopy": copy.deepcopy,
    "deepcopy of a dict": lambda t: copy.deepcopy({"h": [t, t]})["h"][1],
    "copy of a list": lambda t: copy.copy([t])[0],
    "deepcopy of a copy": lambda t: copy.deepcopy(copy.copy(t)),
    "copy": copy.copy,
}
of_results = pytest.mark.parametrize("duplicate", COPIES.values(), ids=COPIES)


@of_results
def test_a_copy_of_a_result_is_recorded(duplicate):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)
    y.name = "y"
    other = duplicate(y)
    assert other.name == "y"
    np.sum(other * other).backward()
    np.testing.assert_allclose(x.grad, 2 * np.exp([2, 4]))  # in closed form


def test_a_deep_copy_of_a_result_has_memory_of_its_own():
    y = Tensor(np.asfortranarray([[1.0, 2.0], [3.0, 4.0]]), requires_grad=True) * 1.0
    other = copy.deepcopy(y)
    assert not np.shares_memory(other.numpy(), y.numpy())
    assert other.numpy().flags.f_contiguous
    y[0] = 0.0
    np.testing.assert_array_equal(other.numpy(), [[1, 2], [3, 4]])


@of_results
def test_a_copy_of_the_argument_of_a_function_that_is_differentiated(duplicate):
    def f(x):
        return np.sum(duplicate(x) ** 3)

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(f)(x), 3 * x**2)  # in closed form
    np.testing.assert_array_equal(hessian(f)(x), np.diag(6 * x))


@PICKLES
def test_a_result_cannot_be_pickled(duplicate):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)
    y.name = "y"
    message = r"pickle .* would cut the result of exp out of its graph; write t\.detach\(\).*inside `with no_grad\(\):`"
    with pytest.raises(DetachError, match=message):
        duplicate(y)
    with pytest.raises(DetachError, match="would cut the argument of a function that is being differentiated"):
        grad(lambda x: np.sum(duplicate(x) ** 2))(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(duplicate(y.detach()).numpy(), y.numpy())
    with no_grad():
        other = duplicate(y)
    assert not other.requires_grad
    assert other.name == "y"
    np.testing.assert_array_equal(other.numpy(), y.numpy())


@every_way
def test_what_a_backward_pass_has_used_up_has_no_graph_left_to_lose(duplicate):
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)
    loss = np.sum(y)
    loss.backward()
    np.testing.assert_array_equal(duplicate(loss).numpy(), loss.numpy())
    np.testing.assert_array_equal(duplicate(y).numpy(), y.numpy())


@every_way
def test_a_constant(duplicate):
    c = Tensor([1, 2])
    other = duplicate(c)
    assert (other.requires_grad, other.name, other.grad, other.dtype) == (False, None, None, c.dtype)
    assert other.tolist() == [1, 2]
    assert np.shares_memory(other.data, c.data) == (duplicate is copy.copy)


@every_way
def test_a_recorded_gradient_comes_detached(duplicate):
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x**3).sum().backward(create_graph=True)
    other = duplicate(x)
    assert type(other.grad) is np.ndarray
    np.testing.assert_array_equal(other.grad, [3, 12])


def test_a_tensor_shared_in_a_structure_stays_shared():
    t = Tensor([1.0], requires_grad=True)
    for duplicate in (copy.deepcopy, WAYS["pickle 5"]):
        a, (b,) = duplicate([t, (t,)])
        assert a is b
        assert a is not t


def test_the_end_of_a_long_chain_is_copied_without_recursion():
    y = Tensor([1.0], requires_grad=True)
    for _ in range(20_000):
        y = y * 1.0
    for duplicate in (copy.copy, copy.deepcopy):
        assert duplicate(y).tolist() == [1.0]
    with no_grad():
        assert len(pickle.dumps(y)) < 1000


def test_a_hook_stays_behind():
    t = Tensor([1.0], requires_grad=True)
    t.register_hook(lambda g: g * 0)
    other = copy.deepcopy(t)
    other.sum().backward()
    assert other.grad == 1


def test_a_closure_over_a_tensor_can_be_run_in_a_thread():
    t = Tensor([1.0, 2.0], requires_grad=True)
    worker = threading.Thread(target=lambda: (t * t).sum().backward())
    worker.start()
    worker.join()
    np.testing.assert_array_equal(t.grad, [2, 4])
