"""Products of matrices and sums of rows: the same numbers as `@` and `np.add.reduce`, whichever call makes them."""

import numpy as np
import pytest

from autograd_core import Tensor, linear
from autograd_core.derivatives.matrices import LARGE, SMALL, matmul, summed

r = np.random.default_rng(0)
SHAPES = [(2, 3, 4), (5, 1, 7), (1, 6, 1), (0, 3, 2), (3, 0, 2), (SMALL + 1, 2, 1), (SMALL + 1, 1, 3), (120, 90, 100)]


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16", "g", "i8", "?", "O"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_matmul(shape, dtype):
    m, inner, n = shape
    a, b = (r.normal(size=s).astype(dtype) if dtype != "?" else r.normal(size=s) > 0 for s in ((m, inner), (inner, n)))
    for left, right in ((a, b), (np.asfortranarray(a), b), (b.T, a.T)):
        expected, found = left @ right, matmul(left, right)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        if dtype == "O":
            expected, found = expected.astype(float), found.astype(float)
        digits = np.finfo(dtype).eps * 100 if dtype in ("f4", "f8", "c8", "c16", "g") else 1e-12
        np.testing.assert_allclose(found, expected, rtol=digits, atol=digits * 10)


@pytest.mark.parametrize("special", [np.inf, -np.inf, np.nan, 1e308])
def test_matmul_of_special_values(special):
    a, b = np.ones((3, 2)), np.full((2, 3), 2.0)
    a[1, 1] = special
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(matmul(a, b), a @ b)
    if special == 1e308:
        with pytest.raises(RuntimeWarning, match="overflow"):  # as `@` warns
            matmul(a, b)


def test_matmul_of_other_shapes_is_numpys():
    for a, b in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 5))):
        a, b = r.normal(size=a), r.normal(size=b)
        np.testing.assert_array_equal(matmul(a, b), a @ b)
    with pytest.raises(ValueError, match=r"matmul.*mismatch in its core dimension"):
        matmul(np.ones((2, 3)), np.ones((2, 3)))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c16", "i8"])
@pytest.mark.parametrize("shape", [(1, 3), (5, 4), (400, 4), (0, 3), (3, 0), (SMALL + 1, 2), (LARGE + 1, 2)])
def test_summed(shape, dtype):
    g = (10 * r.normal(size=shape)).astype(dtype)
    for one in (g, np.asfortranarray(g), g[::-1]):
        expected, found = np.add.reduce(one, axis=0), summed(one)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
        exact = np.add.reduce(one.astype(complex), axis=0)
        bound = np.finfo(dtype).eps * np.add.reduce(np.abs(one.astype(complex)), axis=0) * len(one) if dtype != "i8" else 0
        assert np.all(np.abs(found - exact) <= bound)
        assert found.flags.writeable
        assert not np.shares_memory(found, one)


@pytest.mark.parametrize("batch", [1, 5])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_weights_gradient_is_in_the_weights_order(order, batch):
    weight = Tensor(np.asarray(r.normal(size=(4, 3)), order=order), requires_grad=True)
    assert weight.data.flags[f"{order}_CONTIGUOUS"]
    x, g = r.normal(size=(batch, 3)), r.normal(size=(batch, 4))
    linear(x, weight).backward(g)
    assert weight.grad.flags[f"{order}_CONTIGUOUS"]
    np.testing.assert_allclose(weight.grad, g.T @ x, rtol=1e-14)
    first = weight.grad
    weight.grad = None
    linear(x, weight).backward(2 * g)
    np.testing.assert_allclose(first, g.T @ x, rtol=1e-14)  # it is nobody else's


def test_a_number_in_a_product():
    for a, b in ((Tensor(np.ones((2, 2)), requires_grad=True), 3.0), (3.0, Tensor(np.ones((2, 2)), requires_grad=True))):
        with pytest.raises(ValueError, match="matmul"):
            a @ b


@pytest.mark.parametrize("dtype", ["f8", "f4"])
def test_products_by_a_single_number_keep_what_is_not_finite(dtype):
    """0 times NaN or infinity is NaN in a product of matrices, which the library leaves out for a 0 that stands alone."""
    column, zero = np.array([[np.nan], [np.inf], [1.0]], dtype), np.zeros((1, 1), dtype)
    with np.errstate(invalid="ignore"):
        for a, b in ((column, zero), (zero, column.T)):
            np.testing.assert_array_equal(matmul(a, b), [[np.nan], [np.nan], [0]] if a is column else [[np.nan, np.nan, 0]])
            np.testing.assert_array_equal((Tensor(a, requires_grad=True) @ b).data, a @ b)
        np.testing.assert_array_equal(linear(Tensor(column), Tensor(zero)).data, [[np.nan], [np.nan], [0]])
