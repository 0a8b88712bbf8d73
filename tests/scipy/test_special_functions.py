"""scipy.special's functions that are no ufuncs: what they refuse, and where they are 0 or have no sum."""

import numpy as np
import pytest
import scipy.special

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import special


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda t: special.factorial(t, exact=True), "factorial"),
        (lambda t: special.comb(t, 2, exact=True), "comb"),
        (lambda t: special.perm(t, 2, exact=True), "perm"),
    ],
)
def test_exact_numbers_are_integers(call, name):
    with pytest.raises(
        UnsupportedError, match=rf"scipy\.special\.{name}: there is no derivative with exact=True; leave exact out"
    ):
        call(Tensor(4.0, requires_grad=True))


def test_where_there_is_nothing_to_choose():
    t = Tensor([2.0, 5.0], requires_grad=True)
    np.testing.assert_allclose(special.comb(t, 3.0).numpy(), scipy.special.comb([2.0, 5.0], 3.0), rtol=1e-12)
    np.testing.assert_allclose(special.perm(t, 3.0).numpy(), scipy.special.perm([2.0, 5.0], 3.0), rtol=1e-12)
    np.testing.assert_array_equal(special.factorial(Tensor([-1.0, 3.0], requires_grad=True)).numpy(), [0, 6])


def test_sums_that_are_negative_or_of_nothing():
    a, b = np.array([0.5, 1.0, 800.0]), np.array([1.0, -2.0, 0.0])
    assert np.isnan(special.logsumexp(Tensor(a, requires_grad=True), b=b).numpy())
    value, sign = special.logsumexp(Tensor(a, requires_grad=True), b=b, return_sign=True)
    expected, of_scipy = scipy.special.logsumexp(a, b=b, return_sign=True)
    assert sign == of_scipy == -1
    np.testing.assert_allclose(value.numpy(), expected, rtol=1e-14)
    gradient = grad(lambda a: special.logsumexp(a, b=b, return_sign=True)[0])(a)  # b eᵃ / Σ b eᵃ
    np.testing.assert_allclose(gradient, b * np.exp(np.minimum(a, 1)) / (np.exp(0.5) - 2 * np.e), rtol=1e-14)


def test_an_order_that_is_recorded_is_refused():
    with pytest.raises(UnsupportedError, match=r"scipy\.special\.polygamma: .* the order is an integer; write n\.detach\(\)"):
        special.polygamma(Tensor(2.0, requires_grad=True), 1.5)


def test_boxcox_of_0_by_lambda():
    """It is -1 / λ there."""
    np.testing.assert_allclose([grad(special.boxcox, 1)(0.0, 0.5), grad(grad(special.boxcox, 1), 1)(0.0, 0.5)], [4, -16])
    np.testing.assert_allclose(grad(special.boxcox1p, 1)(-1.0, 0.25), 16)
