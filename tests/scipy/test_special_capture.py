"""scipy.special in captured steps, in place, and with the keyword forms of ufuncs."""

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad, hvp, jvp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")


def test_a_captured_step_has_the_gradients_of_the_eager_one():
    """Kernels too (`gammainc` by a) are calls of the program: the second input is not the one that was recorded."""
    w = Tensor(np.array([0.5, 1.5, 2.5]), requires_grad=True)

    def step(x):
        w.grad = None
        loss = np.sum(special.gammaln(w) * x + special.gammainc(w, x) + special.log_ndtr(w - x) + special.xlogy(w, x))
        loss.backward()
        return loss

    captured = capture(step)
    for scale in (1.0, 2.0, 5.0):
        x = np.array([0.3, 0.6, 1.9]) * scale
        expected, slope = step(x).item(), w.grad.copy()
        assert captured(x).item() == expected
        np.testing.assert_array_equal(w.grad, slope)


def test_keyword_forms():
    t = Tensor(np.array([0.5, 1.5]), requires_grad=True)
    out = Tensor(np.zeros(2))
    special.gammaln(t, out=out)
    np.sum(out).backward()
    np.testing.assert_allclose(t.grad, special.psi([0.5, 1.5]), rtol=1e-15)
    t.grad = None
    np.sum(special.gammaln(t, where=np.array([True, False]), out=np.zeros(2) * t)).backward()
    np.testing.assert_allclose(t.grad, [special.psi(0.5), 0], rtol=1e-15)
    t.grad = None
    np.sum(special.beta.outer(t, np.array([2.0]))).backward()
    np.testing.assert_allclose(
        t.grad, special.beta([0.5, 1.5], 2) * (special.psi([0.5, 1.5]) - special.psi([2.5, 3.5])), rtol=1e-14
    )


def test_forward_mode_and_products_with_the_hessian():
    """lnΓ: ψ v and ψ′ v."""
    x, v = np.array([0.5, 1.5]), np.array([2.0, -1.0])
    np.testing.assert_allclose(jvp(special.gammaln, (x,), (v,))[1], special.psi(x) * v, rtol=1e-15)
    np.testing.assert_allclose(hvp(lambda x: np.sum(special.gammaln(x)))(x, v), special.polygamma(1, x) * v, rtol=1e-15)


def test_functions_of_scipy_that_end_in_ufuncs():
    assert grad(lambda x: special.softplus(x) if hasattr(special, "softplus") else np.logaddexp(0, x))(0.0) == 0.5
    assert grad(special.zeta)(2.0) == pytest.approx(-0.93754825431584375370, rel=1e-15)  # DLMF 25.6.15
    assert grad(lambda z: np.real(special.lambertw(z)))(np.e) == pytest.approx(1 / (2 * np.e), rel=1e-15)


def test_third_derivatives():
    """ψ″, and ∂³P/∂a³ against differences of ∂²P/∂a²."""
    third = lambda f: grad(grad(grad(f)))
    assert third(special.gammaln)(1.5) == pytest.approx(special.polygamma(2, 1.5), rel=1e-14)
    second = grad(grad(lambda a: special.gammainc(a, 2.0)))
    h = 1e-4
    assert third(lambda a: special.gammainc(a, 2.0))(1.5) == pytest.approx(
        (second(1.5 + h) - second(1.5 - h)) / (2 * h), rel=1e-6
    )
