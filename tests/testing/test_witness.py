"""numerical_jacobian, complex_step and assert_allclose, against closed forms."""

import sys
from subprocess import run

import numpy as np
import pytest

from autograd_core import Tensor, jacobian
from autograd_core.errors import GradientError
from autograd_core.testing import assert_allclose, complex_step, numerical_jacobian

X = np.array([0.3, -0.5, 1.2])
SMOOTH = {
    "square": (np.square, lambda x: np.diag(2 * x)),
    "exp": (np.exp, lambda x: np.diag(np.exp(x))),
    "product": (np.prod, lambda x: np.prod(x) / x),
    "outer": (lambda x: np.outer(x, x), lambda x: np.eye(3)[:, None] * x[:, None] + x[:, None, None] * np.eye(3)),
    "ill scaled": (lambda x: np.sin(1e4 * x), lambda x: np.diag(1e4 * np.cos(1e4 * x))),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_numerical_jacobian_agrees_to_nine_digits(name):
    f, exact = SMOOTH[name]
    expected = exact(X)
    np.testing.assert_allclose(numerical_jacobian(f, X), expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


@pytest.mark.parametrize("name", SMOOTH)
def test_complex_step_agrees_to_rounding(name):
    f, exact = SMOOTH[name]
    np.testing.assert_allclose(complex_step(f, X), exact(X), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("witness", [numerical_jacobian, complex_step])
def test_containers_are_those_of_jacobian(witness):
    f = lambda k, p: (p["a"] * p["b"][0] * k, [np.sum(p["a"] ** 2)])
    p = {"a": X, "b": (np.array([[2.0], [3.0]]),)}
    assert_allclose(witness(f, 2, p, argnum=1), jacobian(f, 1)(2, p), rtol=1e-9, atol=1e-9)


def test_complex_arguments_of_an_analytic_function():
    z = np.array([1 + 2j, 0.3 - 1j])
    np.testing.assert_allclose(numerical_jacobian(np.exp, z), np.diag(np.exp(z)), rtol=1e-9, atol=1e-9)
    with pytest.raises(TypeError, match="complex_step: arguments and results of exp must be real"):
        complex_step(np.exp, z)


def test_assert_allclose():
    assert_allclose({"w": [Tensor(X)]}, {"w": [X]})
    assert_allclose(np.array([np.nan, np.inf]), np.array([np.nan, np.inf]))
    with pytest.raises(
        GradientError, match=r"^g\['w'\]\[1\] differs from what is expected in 1 of 3 elements, most at index \(2,\)"
    ):
        assert_allclose({"w": [X, X]}, {"w": [X, X + np.eye(3)[2]]}, name="g")
    with pytest.raises(GradientError, match=r"gradient has shape \(3,\), expected \(1, 3\)"):
        assert_allclose(X, X[None])
    with pytest.raises(GradientError, match=r"not in both are gradient\['a'\], gradient\['b'\]"):
        assert_allclose({"a": X}, {"b": X})
    with pytest.raises(GradientError, match="1 of 3 elements"):
        assert_allclose(X, X * [1, np.nan, 1])


def test_hypothesis_is_imported_on_first_use():
    code = (
        "import sys, autograd_core.testing as t; assert 'hypothesis' not in sys.modules; "
        "t.property_gradcheck, [getattr(t, name) for name in t.__all__]; assert 'hypothesis' in sys.modules"
    )
    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_unknown_names():
    import autograd_core.testing as testing

    with pytest.raises(AttributeError, match="has no attribute 'gradchek'"):
        testing.gradchek  # noqa: B018
