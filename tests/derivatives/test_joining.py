"""Joining and splitting: which lists of Tensors work, what is refused, and what it costs."""

import warnings

import numpy as np
import pytest

from autograd_core import Tensor, grad
from autograd_core.derivatives.table import TABLE
from autograd_core.errors import DetachError, ShapeError


def leaf(*values):
    return Tensor(np.array(values, float), requires_grad=True)


GOLDEN = [
    ("a list of numbers and Tensors", lambda x: np.stack([x[0], 2.0, x[0]]), [2, 0, 0]),
    ("lists in a list", lambda x: np.concatenate([x, [x[0], 1.0]]), [2, 1, 1]),
    ("a Tensor is its own list of rows", lambda x: np.concatenate(np.stack([x, 2 * x])), [3, 3, 3]),
    ("the same Tensor twice", lambda x: np.hstack([x, x]), [2, 2, 2]),
    ("append flattens", lambda x: np.append([[1.0], [2.0]], x), [1, 1, 1]),
    ("insert: an inserted number has no gradient", lambda x: np.insert(x, [0, 3], 7.0) * [10, 1, 2, 3, 10], [1, 2, 3]),
    ("insert into an array", lambda x: np.insert([0.0, 0], 1, x) * [9, 1, 2, 3, 9], [1, 2, 3]),
    ("insert at places in a Tensor", lambda x: np.insert(x, Tensor([1]), 7.0) * [1, 9, 2, 3], [1, 2, 3]),
    ("delete", lambda x: np.delete(x, -1) * [1, 2], [1, 2, 0]),
    ("split leaves out a part", lambda x: np.split(x, [1, 2])[1], [0, 1, 0]),
    ("array_split into more parts than there are", lambda x: np.array_split(x, 5)[2] * 4, [0, 0, 4]),
    ("block", lambda x: np.block([[x, 1.0], [2 * x, 1.0]]), [3, 3, 3]),
]


@pytest.mark.parametrize(("f", "expected"), [pytest.param(*row[1:], id=row[0]) for row in GOLDEN])
def test_golden(f, expected):
    np.testing.assert_array_equal(grad(lambda x: np.sum(f(x)))(np.array([1.0, 2, 3])), expected)


REFUSED = [
    (
        lambda x: np.concatenate([x, np.ones((2, 2))]),
        ShapeError,
        r"concatenate: the shapes \(3,\) and \(2, 2\) do not go together",
    ),
    (lambda x: np.concatenate([x[None], np.ones((2, 2))]), ShapeError, r"\(1, 3\) and \(2, 2\).* equal but for axis 0"),
    (lambda x: np.concatenate([x[0], x[1]]), ShapeError, "concatenate: a 0-d array has no axis .* np.stack"),
    (lambda x: np.concatenate([x, x], 1), ValueError, "concatenate: axis 1 is out of bounds"),
    (
        lambda x: np.stack([x, x[:2], x[:1], x[0], x[None]]),
        ShapeError,
        r"stack: the shapes \(3,\), \(2,\), \(1,\), … do not go together",
    ),
    (lambda x: np.stack([x, x], dtype=int), TypeError, "cannot cast from float64 to int64"),
    (lambda x: np.split(x, 2), ShapeError, "split: an axis of length 3 cannot be split into 2 equal parts; np.array_split"),
    (lambda x: np.array_split(x, 0), ValueError, "array_split: the number of sections must be larger than 0"),
    (lambda x: np.vsplit(x, 1), ShapeError, r"vsplit: the array must have 2 or more dimensions, got shape \(3,\)"),
    (lambda x: np.dsplit(x, 1), ShapeError, "dsplit: the array must have 3 or more dimensions"),
    (lambda x: np.block([[x], x]), ValueError, r"block: the lists must all be nested to the same depth, got depths \[0, 1\]"),
    (lambda x: np.block([[x], []]), ValueError, "block: a list is empty"),
    (lambda x: np.array([x, x]), DetachError, "np.stack"),
    (lambda x: np.concatenate([[x, x], [x]]), DetachError, "np.stack"),
]


@pytest.mark.parametrize(("f", "error", "words"), REFUSED, ids=[row[2][:30] for row in REFUSED])
def test_refused(f, error, words):
    with pytest.raises(error, match=words):
        f(leaf(1, 2, 3))


def test_complex_joined_to_real_gives_the_real_part():
    x = Tensor(np.array([1 + 1j]), requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)  # NumPy's own, of the same call
        np.concatenate([x, x], dtype=float, casting="unsafe").backward(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(x.grad, [3])


def test_a_long_list_is_one_operation():
    scalars = [leaf(i)[0] for i in range(1000)]
    total = np.stack(scalars)
    assert total._node.parents == tuple(one._node for one in scalars)
    np.testing.assert_array_equal(total.numpy(), np.arange(1000))
    (stacked,) = [entry for entry in TABLE.values() if entry.__name__ == "stacked"]
    assert all(len(keys) < 100 for keys in stacked._patterns)  # one for each length of a growing list would never be given back


def test_parts_that_are_joined_share_no_gradient():
    a, b = leaf(1, 2), leaf(3, 4)
    seed = np.array([1.0, 2, 3, 4])
    np.concatenate([a, b]).backward(seed)
    assert not np.shares_memory(a.grad, b.grad)
    assert not np.shares_memory(a.grad, seed)
