"""The edge points of differences, integrals, interpolation and convolution, with the numbers that must come out."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian


def gradient(f, x):
    return grad(lambda t: np.sum(f(t)))(np.asarray(x, float)).tolist()


def recorded(*shape):
    return Tensor(np.ones(shape), requires_grad=True)


def test_difference_with_numbers_before_and_after():
    assert gradient(lambda x: np.diff(x, prepend=0.0) * [1, 10, 100], [5.0, 7, 8]) == [1 - 10, 10 - 100, 100]
    assert gradient(lambda x: np.diff(np.zeros(2), append=x), 1.0) == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: np.diff(recorded(3), -1), ValueError, "diff: the order n must not be negative, got -1"),
        (lambda: np.diff(recorded()), ValueError, "diff: the array must have at least one dimension, got a scalar"),
        (lambda: np.diff(recorded(3), axis=1), np.exceptions.AxisError, "diff: axis 1 is out of bounds for array of dimension 1"),
        (
            lambda: np.ediff1d(recorded(3), 1j),
            TypeError,
            "ediff1d: to_end must go into float64, the dtype of ary, got complex128",
        ),
        (lambda: np.gradient(recorded(3), edge_order=3), ValueError, "gradient: edge_order must be 1 or 2, got 3"),
        (lambda: np.gradient(recorded(1)), ValueError, "gradient: axis 0 needs at least 2 points, got 1"),
        (lambda: np.gradient(recorded(2, 2), 1, 2, 3), TypeError, "one for each of the 2 axes, got 3"),
        (lambda: np.gradient(recorded(3), [1.0, 2]), ValueError, r"coordinates of axis 0 must have shape \(3,\), got \(2,\)"),
        (
            lambda: np.interp(1.0, recorded(3), np.ones(2)),
            ValueError,
            r"interp: xp and fp must be vectors of one length.*\(3,\) and \(2,\)",
        ),
        (lambda: np.interp(1.0, recorded(3), np.ones(3), period=0), ValueError, "interp: period must not be 0"),
        (lambda: np.convolve(recorded(0), np.ones(2)), ValueError, "cannot be empty"),
        (lambda: np.polyder(recorded(3), -1), ValueError, "polyder: the order m must not be negative, got -1"),
        (
            lambda: np.polyint(recorded(3), 3, [1, 2]),
            ValueError,
            "polyint: k must be a number, or one constant for each of the 3",
        ),
        (lambda: np.vander(recorded(2, 2)), ValueError, r"vander: x must be a vector, got shape \(2, 2\)"),
        (lambda: np.poly(recorded(2, 3)), ValueError, r"poly: expected a vector of zeros or a square matrix, got shape \(2, 3\)"),
        (
            lambda: np.polydiv(recorded(2), np.ones(2)),
            TypeError,
            "polydiv: there is no derivative for this function; its results",
        ),
    ],
)
def test_calls_that_make_no_sense(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_gradient_by_coordinates_though_they_are_evenly_spaced():
    """NumPy takes one number for distances that are equal; the derivative by each of them must not."""
    t = np.arange(4.0)
    moved = lambda h: np.gradient(t**2, t + np.array([0, h, 0, 0]))
    numeric = (moved(1e-6) - moved(-1e-6)) / 2e-6
    found = [grad(lambda x, i=i: np.gradient(t**2, x)[i])(t)[1] for i in range(4)]
    np.testing.assert_allclose(found, numeric, atol=1e-8)


KNOTS, HEIGHTS = np.array([0.0, 1, 3]), np.array([0.0, 10, 14])


def test_slope_of_an_interpolation_is_that_to_the_right_at_a_point():
    f = lambda x: np.interp(x, KNOTS, HEIGHTS)
    assert gradient(f, [-1.0, 0, 0.5, 1, 2, 3, 4]) == [0, 10, 10, 2, 2, 0, 0]


def test_interpolation_outside_goes_to_the_end_or_to_the_number_given():
    outside = np.array([-5.0, 0.5, 9])
    assert gradient(lambda fp: np.interp(outside, KNOTS, fp), HEIGHTS) == [1.5, 0.5, 1]
    assert gradient(lambda fp: np.interp(outside, KNOTS, fp, left=-1, right=-2), HEIGHTS) == [0.5, 0.5, 0]
    assert gradient(lambda xp: np.interp(outside, xp, HEIGHTS), KNOTS) == [-5, -5, 0]


def test_interpolation_with_one_point_or_one_twice():
    assert gradient(lambda fp: np.interp([-1.0, 0.0, 1.0], [0.0], fp), [7.0]) == [3]
    twice = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    out = np.interp([0.5, 1.0], [0.0, 1.0, 1.0], twice)
    assert out.tolist() == np.interp([0.5, 1.0], [0.0, 1.0, 1.0], [1.0, 2.0, 3.0]).tolist()
    out.sum().backward()
    assert twice.grad.tolist() == [0.5, 0.5, 1]


def test_interpolation_at_nan():
    out = np.interp([np.nan, 0.5], KNOTS, Tensor(HEIGHTS, requires_grad=True))
    assert np.isnan(out.numpy()).tolist() == [True, False]


@pytest.mark.parametrize("mode", ["full", "same", "valid", 0, 1, 2])
def test_convolution_is_bilinear(mode):
    a, v = np.array([1.0, 2, 3, 4]), np.array([1.0, -1])
    f = lambda a, v: np.sum(np.convolve(a, v, mode))
    assert np.sum(grad(f, 0)(a, v) * a) == f(a, v) == np.sum(grad(f, 1)(a, v) * v)


def test_weights_of_a_count():
    assert gradient(lambda w: np.bincount([1, 1, 3], weights=w) * [1, 10, 100, 1000], [1.0, 2, 3]) == [10, 10, 1000]


def test_polynomial_at_zero():
    assert gradient(lambda p: np.polyval(p, 0.0), [3.0, 2, 1]) == [0, 0, 1]
    assert grad(lambda x: np.polyval([3.0, 2, 1], x))(0.0) == 2
    assert hessian(lambda x: np.polyval([3.0, 2, 1], x))(0.0) == 6


def test_powers_at_zero():
    assert gradient(lambda x: np.vander(x, 3), [0.0, 2]) == [1, 5]


def test_polynomial_with_conjugate_zeros_is_real():
    zeros = Tensor([1 + 2j, 1 - 2j], requires_grad=True)
    out = np.poly(zeros)
    assert out.dtype == np.float64
    assert out.tolist() == [1, -2, 5]
    out[2].backward()  # the real part of z₀ z₁
    assert zeros.grad.tolist() == [1 - 2j, 1 + 2j]
