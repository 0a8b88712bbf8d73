"""The edge points of sorting and order statistics, with the numbers that must come out."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian
from autograd_core.errors import UnsupportedError


def gradient(f, x):
    return grad(lambda t: np.sum(f(t)))(np.asarray(x, float)).tolist()


PLACES = np.array([1.0, 10, 100, 1000])


def test_sort_sends_the_gradient_back_to_where_a_value_came_from():
    assert gradient(lambda x: np.sort(x) * PLACES, [3.0, 1, 4, 2]) == [100, 1, 1000, 10]
    assert gradient(lambda x: np.sort(x, axis=None) * PLACES, [[3.0, 1], [4, 2]]) == [[100, 1], [1000, 10]]
    assert gradient(lambda x: np.sort(x, axis=0) * PLACES[:2, None], [[3.0, 1], [2, 2]]) == [[10, 1], [1, 10]]


def test_ties_in_a_sort_keep_their_order():
    assert gradient(lambda x: np.sort(x) * PLACES, [2.0, 1, 2, 1]) == [100, 1, 1000, 10]


def test_sort_in_place():
    x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    y = x * 1
    y.sort()
    (y * PLACES[:3]).sum().backward()
    assert y.tolist() == [1, 2, 3]
    assert x.grad.tolist() == [100, 1, 10]


def test_partition_however_numpy_arranges_the_rest():
    x = np.random.default_rng(2).permutation(np.arange(1000.0))
    weights = np.arange(1000.0)
    found = grad(lambda t: np.sum(np.partition(t, 500) * weights))(x)
    out = np.partition(x, 500)
    assert all(found[np.flatnonzero(x == value)[0]] == weight for value, weight in zip(out, weights, strict=True))


def test_partition_that_cannot_be_done():
    with pytest.raises(ValueError, match=r"kth.* out of bounds"):
        np.partition(Tensor(np.ones(3), requires_grad=True), 5)


def test_median_goes_to_the_middle_one_or_two():
    assert gradient(np.median, [3.0, 1, 2]) == [0, 0, 1]
    assert gradient(np.median, [3.0, 1, 2, 7]) == [0.5, 0, 0.5, 0]
    assert gradient(lambda x: np.median(x, axis=0), [[1.0, 5], [3, 4], [2, 6]]) == [[0, 1], [0, 0], [1, 0]]


def test_median_of_ties_adds_up_to_one():
    assert sum(gradient(np.median, [2.0, 2, 2, 2])) == 1


def test_median_of_infinities():
    assert gradient(np.median, [np.inf, 1, -np.inf]) == [0, 1, 0]
    assert gradient(np.median, [np.inf, np.inf, 1]) == [0.5, 0.5, 0] or gradient(np.median, [np.inf, np.inf, 1]) in (
        [1, 0, 0],
        [0, 1, 0],
    )


def test_median_of_nothing_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"), np.errstate(invalid="ignore"):
        assert np.isnan(np.median(Tensor(np.zeros((2, 0)), requires_grad=True), axis=1)).tolist() == [True, True]


def test_a_nan_spoils_its_slice():
    x = Tensor([[1.0, np.nan, 2], [1, 5, 2]], requires_grad=True)
    for f in (lambda t: np.median(t, axis=1), lambda t: np.quantile(t, 0.25, axis=1)):
        out = f(x)
        assert np.isnan(out.numpy()).tolist() == [True, False]
        assert out.dtype == np.float64


def test_nan_variants_leave_nans_out():
    x = [[1.0, np.nan, 4], [1, 5, 2], [np.nan, np.nan, 7]]
    assert gradient(lambda t: np.nanmedian(t, axis=1), x) == [[0.5, 0, 0.5], [0, 0, 1], [0, 0, 1]]
    assert gradient(lambda t: np.nanquantile(t, 0.25, axis=1), x) == [[0.75, 0, 0.25], [0.5, 0, 0.5], [0, 0, 1]]
    assert gradient(lambda t: np.nanpercentile(t, 100, axis=1), x) == [[0, 0, 1], [0, 1, 0], [0, 0, 1]]
    np.testing.assert_array_equal(np.nanmedian(Tensor(x, requires_grad=True), axis=1).numpy(), [2.5, 2, 7])


def test_nothing_but_nans_warns_as_numpy_does():
    x = Tensor([[np.nan, np.nan], [1.0, 3.0]], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="All-NaN slice encountered"):
        out = np.nanmedian(x, axis=1)
    assert np.isnan(out.numpy()).tolist() == [True, False]
    out[1].backward()
    assert x.grad.tolist() == [[0, 0], [0.5, 0.5]]


def test_quantile_lies_between_two_elements():
    assert gradient(lambda x: np.quantile(x, 0.25), [30.0, 10, 20]) == [0, 0.5, 0.5]
    assert gradient(lambda x: np.quantile(x, [0.0, 1.0]), [30.0, 10, 20]) == [1, 1, 0]
    assert gradient(lambda x: np.percentile(x, 25, method="lower"), [30.0, 10, 20]) == [0, 1, 0]
    assert gradient(lambda x: np.quantile(x, 0.25, method="midpoint"), [30.0, 10, 20]) == [0, 0.5, 0.5]
    assert np.all(hessian(lambda x: np.quantile(x, 0.3))(np.array([3.0, 1, 2])) == 0)


def test_weighted_quantile_is_an_element():
    weights = [1, 1, 5]
    assert gradient(lambda x: np.quantile(x, 0.5, method="inverted_cdf", weights=weights), [1.0, 2, 3]) == [0, 0, 1]
    assert gradient(lambda x: np.quantile(x, 0.2, method="inverted_cdf", weights=weights), [1.0, 2, 3]) == [0, 1, 0]
    with pytest.raises(ValueError, match="Only method 'inverted_cdf' supports weights"):
        np.quantile(Tensor(np.ones(3), requires_grad=True), 0.5, weights=weights)


def test_a_quantile_that_makes_no_sense():
    x = Tensor(np.ones(3), requires_grad=True)
    with pytest.raises(ValueError, match=r"Quantiles must be in the range \[0, 1\]"):
        np.quantile(x, 1.5)
    with pytest.raises(np.exceptions.AxisError, match="axis 1 is out of bounds for array of dimension 1"):
        np.quantile(x, 0.5, axis=1)
    with pytest.raises(ValueError, match="'smooth' is not a valid method"):
        np.quantile(x, 0.5, method="smooth")
    with pytest.raises(TypeError, match="a must be an array of real numbers"):
        np.quantile(Tensor(np.ones(3) * 1j, requires_grad=True), 0.5)
    with pytest.raises(
        UnsupportedError, match=r"quantile: there is no derivative with respect to argument q, only to a; write q.detach\(\)"
    ):
        np.quantile(x, Tensor(0.5, requires_grad=True))


def test_float32_stays_float32():
    x = Tensor(np.float32([3, 1, 2, 5]), requires_grad=True)
    for out in (np.median(x), np.quantile(x, 0.3), np.percentile(x, 30), np.sort(x)[0]):
        assert out.dtype == np.float32
    np.quantile(x, 0.3).backward()
    assert x.grad.dtype == np.float32
