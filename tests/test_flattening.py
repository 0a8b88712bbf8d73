"""Nested parameters as one vector, and back."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from scipy.optimize import minimize

from autograd_core import Tensor, flatten, grad, hessian, value_and_grad
from autograd_core.errors import DTypeError, ShapeError

Layer = namedtuple("Layer", "w b")


def test_numbers_come_in_the_order_of_sorted_keys_and_go_back_where_they_were():
    tree = OrderedDict([("w", np.array([[1.0, 2.0], [3.0, 4.0]])), ("a", [5.0, (6.0, Layer(np.array(7.0), np.array([8.0])))])])
    vector, unflatten = flatten(tree)
    np.testing.assert_array_equal(vector, [5, 6, 7, 8, 1, 2, 3, 4])
    again = unflatten(vector * 10)
    assert type(again) is OrderedDict
    assert list(again) == ["w", "a"]
    np.testing.assert_array_equal(again["w"], [[10, 20], [30, 40]])
    assert type(again["a"][1][1]) is Layer
    assert again["a"][1][1].b == [80]


def test_each_array_keeps_its_dtype():
    vector, unflatten = flatten([np.ones(2, np.float32), np.ones(1, complex), 2.0])
    assert vector.dtype == complex
    assert [np.asarray(part).dtype for part in unflatten(vector)] == [np.float32, complex, float]


@pytest.mark.parametrize("tree", [{}, [], ()])
def test_nothing_is_a_vector_of_length_0(tree):
    vector, unflatten = flatten(tree)
    assert vector.shape == (0,)
    assert unflatten(vector) == tree


def test_derivatives_go_through_both_ways():
    tree = {"a": np.array([1.0, 2.0]), "b": 3.0}
    _, unflatten = flatten(tree)
    f = lambda v: np.sum(unflatten(v)["a"] ** 2) * unflatten(v)["b"]  # (a1² + a2²) b
    np.testing.assert_allclose(grad(f)(np.array([1.0, 2.0, 3.0])), [6, 12, 5])
    np.testing.assert_allclose(hessian(f)(np.array([1.0, 2.0, 3.0])), [[6, 0, 2], [0, 6, 4], [2, 4, 0]])
    gradient = grad(lambda tree: np.sum(flatten(tree)[0] * np.array([1.0, 10.0, 100.0])))(tree)
    np.testing.assert_allclose(gradient["a"], [1, 10])
    assert gradient["b"] == 100
    leaf = Tensor([1.0, 2.0], requires_grad=True)
    flatten([leaf])[0].sum().backward()
    np.testing.assert_array_equal(leaf.grad, [1, 1])


def test_scipy_minimises_over_nested_parameters():
    vector, unflatten = flatten({"x": np.zeros(2), "y": 0.0})
    loss = lambda v: np.sum((unflatten(v)["x"] - np.array([1.0, 2.0])) ** 2) + (unflatten(v)["y"] + 3) ** 2
    found = unflatten(minimize(value_and_grad(loss), vector, jac=True).x)
    np.testing.assert_allclose(found["x"], [1, 2], atol=1e-6)
    np.testing.assert_allclose(found["y"], -3, atol=1e-6)


def test_what_is_no_number_and_what_does_not_fit():
    with pytest.raises(DTypeError, match=r"argument\['w'\]\[1\] must be a float .* got dtype int64; write x\['w'\]\[1\]\.astype"):
        flatten({"w": [1.0, np.array([1, 2])]})
    with pytest.raises(TypeError, match="keys of a dict must have an order"):
        flatten({"a": 1.0, 2: 1.0})
    with pytest.raises(ShapeError, match=r"expected a vector of shape \(2,\), got shape \(3,\)"):
        flatten([1.0, 2.0])[1](np.zeros(3))
