"""The edge points of variances, averages and covariances, with the numbers that must come out."""

import numpy as np
import pytest

from autograd_core import KinkWarning, Tensor, grad, hessian
from autograd_core.errors import AutogradError
from autograd_core.testing import gradcheck

STILL = [[1.0, 1, 1], [2.0, 3, 4], [0.1, 0.1, 0.1], [1e30, 1e30, 1e30]]


@pytest.mark.parametrize("std", [np.std, np.nanstd])
def test_standard_deviation_of_equal_elements_has_gradient_zero_slice_by_slice(std):
    """Also for 0.1, whose mean is not 0.1 when computed, so that the deviation is 1e-17 and not 0."""
    found = grad(lambda x: np.sum(std(x, axis=1)))(np.array(STILL))
    assert found[[0, 2, 3]].tolist() == [[0, 0, 0]] * 3
    np.testing.assert_allclose(found[1], np.array([-1, 0, 1]) / np.sqrt(6), rtol=1e-14)


@pytest.mark.parametrize("x", [*STILL, [0.0, 0, 0], [5.0]])
def test_standard_deviation_of_equal_elements_has_finite_second_derivatives(x):
    if x == STILL[1]:
        assert np.all(np.isfinite(hessian(np.std)(np.array(x))))
        return
    with pytest.warns(KinkWarning, match=r"^std: a result is 0, where it has a kink"):
        assert np.all(hessian(np.std)(np.array(x)) == 0)


def test_standard_deviation_of_a_masked_slice_whose_elements_are_equal():
    mask = np.array([[True, True, False], [True, True, True]])
    found = grad(lambda x: np.sum(np.std(x, axis=1, where=mask)))(np.array([[0.1, 0.1, 9.0], [1.0, 2.0, 3.0]]))
    assert found[0].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found[1], np.array([-1, 0, 1]) / np.sqrt(6), rtol=1e-14)


def test_variance_of_equal_elements_is_smooth():
    np.testing.assert_allclose(hessian(np.var)(np.ones(2)), [[0.5, -0.5], [-0.5, 0.5]])


def test_a_mean_that_is_given_is_an_operand_of_its_own():
    x = Tensor([1.0, 3.0], requires_grad=True)
    m = Tensor([1.5], requires_grad=True)
    np.var(x, mean=m).backward()  # ((1 - 1.5)² + (3 - 1.5)²) / 2
    assert x.grad.tolist() == [-0.5, 1.5]
    assert m.grad.tolist() == [-1.0]


def test_equal_elements_off_the_mean_that_is_given():
    x = Tensor([1.0, 1.0], requires_grad=True)
    np.std(x, mean=np.array([0.0])).backward()  # √((x₀² + x₁²) / 2)
    assert x.grad.tolist() == [0.5, 0.5]


def test_left_out_nans_have_no_part_in_the_variance():
    x = np.array([1.0, np.nan, 3.0])
    np.testing.assert_allclose(grad(np.nanvar)(x), [-1, 0, 1])
    np.testing.assert_allclose(hessian(np.nanvar)(x), [[0.5, 0, -0.5], [0, 0, 0], [-0.5, 0, 0.5]])
    np.testing.assert_allclose(grad(np.nanstd)(x), [-0.5, 0, 0.5])
    np.testing.assert_allclose(hessian(np.nanstd)(x), np.zeros((3, 3)), atol=1e-15)  # it is |x₂ - x₀| / 2


@pytest.mark.parametrize("f", [np.nanvar, np.nanstd])
def test_nothing_but_nans_warns_as_numpy_does_and_has_gradient_zero(f):
    x = Tensor([[np.nan, np.nan], [1.0, 3.0]], requires_grad=True)
    with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0 for slice"):
        out = f(x, axis=1)
    assert np.isnan(out.numpy()).tolist() == [True, False]
    out[1].backward()
    assert x.grad[0].tolist() == [0, 0]
    np.testing.assert_allclose(x.grad[1], [-1, 1] if f is np.nanvar else [-0.5, 0.5])


def test_average_returns_the_sum_of_the_weights_too():
    x, w = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 1.0], requires_grad=True)
    mean, total = np.average(x, weights=w, returned=True)
    assert mean.item() == 1.25
    assert total.item() == 4
    mean.backward()
    assert x.grad.tolist() == [0.75, 0.25]
    assert w.grad.tolist() == [-0.0625, 0.1875]  # (x - mean) / total
    mean, total = np.average(Tensor(np.ones((2, 3)), requires_grad=True), axis=1, returned=True)
    assert total.tolist() == [3, 3]


def test_average_with_weights_that_do_not_fit():
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(ZeroDivisionError, match="average: the weights sum to zero"):
        np.average(x, weights=np.zeros((2, 3)))
    with pytest.raises(
        TypeError, match=r"average: axis must be given when weights and a differ in shape, got \(3,\) and \(2, 3\)"
    ):
        np.average(x, weights=[1, 2, 3])
    with pytest.raises(ValueError, match=r"average: weights must have the shape of a along axis, \(2,\), got \(3,\)"):
        np.average(x, axis=0, weights=[1, 2, 3])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"ddof": 0.5}, ValueError, "cov: ddof must be an integer, got 0.5"),
        (
            {"aweights": [1, 2]},
            RuntimeError,
            r"cov: aweights must have one number for each of the 3 observations, got shape \(2,\)",
        ),
        ({"aweights": [1, -2, 1]}, ValueError, "cov: aweights cannot be negative"),
        ({"fweights": [1, 1.5, 1]}, TypeError, "cov: fweights must be whole numbers"),
        ({"y": np.ones((1, 1, 3))}, ValueError, r"cov: m and y must have at most 2 dimensions, got \(2, 3\)"),
    ],
)
def test_arguments_of_cov_that_make_no_sense(options, error, message):
    with pytest.raises(error, match=message):
        np.cov(Tensor(np.eye(2, 3), requires_grad=True), **options)


def test_covariance_of_one_observation_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="Degrees of freedom <= 0 for slice"), np.errstate(all="ignore"):
        np.cov(Tensor(np.ones((2, 1)), requires_grad=True))


def test_correlation_of_a_variable_with_itself_is_constant():
    found = grad(lambda x: np.corrcoef(x)[0, 0])(np.array([[1.0, 2, 4], [3, 1, 2]]))
    np.testing.assert_allclose(found, np.zeros((2, 3)), atol=1e-15)


def test_errors_that_are_our_own_say_what_to_write():
    with pytest.raises(
        AutogradError, match=r"nanquantile: there is no derivative with respect to argument q.*write q.detach\(\)"
    ):
        np.nanquantile(np.ones(3), Tensor(0.5, requires_grad=True))


@pytest.mark.filterwarnings("ignore:Casting complex values")  # nanstd of real numbers warns so itself
@pytest.mark.parametrize("f", [np.std, np.var, np.nanstd, np.nanvar])
@pytest.mark.parametrize("x", [np.array([1 + 2j, 0.5 - 1j, -0.3j, 2]), np.array([1.0, -0.5, 2.5])])
def test_a_spread_that_comes_as_a_complex_number_is_real(f, x):
    """Against finite differences, with a loss that looks at the phase."""
    gradcheck(lambda x: np.abs((1 + 2j) * f(x, dtype=complex) + 1j) ** 2, x)
    gradcheck(lambda x: f(x, dtype=complex, ddof=1, keepdims=True), x)
    np.testing.assert_allclose(grad(lambda x: np.real(f(x, dtype=complex)))(x), grad(f)(x), rtol=1e-12)


@pytest.mark.parametrize("f", [np.std, np.var])
def test_a_slice_without_degrees_of_freedom_that_is_masked_away_contributes_zero(f):
    x, mask = np.array([[1.0, 2, 4], [3, 5, 9]]), np.array([[True, True, True], [True, False, False]])
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        found = grad(lambda x: np.sum(np.where([True, False], f(x, axis=1, ddof=1, where=mask), 0)))(x)
    np.testing.assert_allclose(found[0], grad(lambda x: f(x, ddof=1))(x[0]))
    assert found[1].tolist() == [0, 0, 0]
