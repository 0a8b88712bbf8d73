"""Second derivatives exactly at a kink: right where the function smooths it out, else a KinkWarning, never a silent 0.

The right values are closed forms, written beside each function.
"""

import warnings

import numpy as np
import pytest

from autograd_core import KinkWarning, Tensor, grad, hessian, hvp, jacobian, jvp, vjp
from autograd_core.errors import GraphError

ORIGIN, ONES = np.zeros(2), np.ones(2)
EYE, CENTRED = np.eye(2), np.eye(3) - 1 / 3


def matern(r, order):
    s = np.sqrt(2 * order) * r
    return np.exp(-s) * (1 + s if order == 1.5 else 1 + s + s * s / 3)


SMOOTH = {
    "norm²": (lambda w: np.linalg.norm(w) ** 2, ORIGIN, 2 * EYE),
    "norm times itself": (lambda w: (lambda r: r * r)(np.linalg.norm(w)), ORIGIN, 2 * EYE),
    "two norms": (lambda w: np.linalg.norm(w) * np.linalg.norm(w), ORIGIN, 2 * EYE),
    "ridge": (lambda w: np.sum((w - 1) ** 2) + 0.5 * np.linalg.norm(w) ** 2, ORIGIN, 3 * EYE),
    "abs²": (lambda x: np.sum(np.abs(x) ** 2), np.array([0.0, 3.0]), 2 * EYE),
    "fabs²": (lambda x: np.sum(np.square(np.fabs(x))), ORIGIN, 2 * EYE),
    "abs · abs": (lambda x: np.abs(x) @ np.abs(x), ORIGIN, 2 * EYE),
    "copysign²": (lambda x: np.sum(np.copysign(x, 1) ** 2), ORIGIN, 2 * EYE),
    "abs³": (lambda x: np.sum(np.abs(x) ** 3), ORIGIN, 0 * EYE),
    "cosh abs": (lambda x: np.sum(np.cosh(np.abs(x))), ORIGIN, EYE),
    "hypot²": (lambda x: np.hypot(x[0], x[1]) ** 2, ORIGIN, 2 * EYE),
    "hypot of three": (lambda x: np.hypot.reduce(x) ** 2, np.zeros(3), 2 * np.eye(3)),
    "std²": (lambda x: np.std(x) ** 2, np.zeros(3), 2 / 3 * CENTRED),
    "std² of thirds": (lambda x: np.std(x) ** 2, np.full(3, 0.1), 2 / 3 * CENTRED),
    "nanstd²": (lambda x: np.nanstd(x, ddof=1) ** 2, np.full(3, 2.0), CENTRED),
    "Frobenius²": (lambda x: np.linalg.norm(x.reshape(1, 2), "fro") ** 2, ORIGIN, 2 * EYE),
    "vector_norm²": (lambda x: np.linalg.vector_norm(x) ** 2, ORIGIN, 2 * EYE),
    "matrix_norm²": (lambda x: np.linalg.matrix_norm(x.reshape(2, 1)) ** 2, ORIGIN, 2 * EYE),
    "one row of norms": (lambda x: np.sum(np.linalg.norm(x.reshape(2, 1), axis=1) ** 2), np.array([0.0, 2.0]), 2 * EYE),
    "norm with keepdims": (lambda x: np.sum(np.linalg.norm(x, keepdims=True) ** 2), ORIGIN, 2 * EYE),
    "√ of a sum": (lambda x: np.sqrt(np.sum(x**2)) ** 2, ORIGIN, 2 * EYE),
    "power ½ of a sum": (lambda x: (np.sum(x**2) ** 0.5) ** 2, ORIGIN, 2 * EYE),
    "complex abs²": (lambda x: np.abs(x[0] + 1j * x[1]) ** 2, ORIGIN, 2 * EYE),
    "RBF": (lambda x: np.exp(-0.5 * (np.linalg.norm(x - 1) / 2) ** 2), ONES, -EYE / 4),
    "RBF by √": (lambda x: np.exp(-0.5 * (np.sqrt(np.sum((x - 1) ** 2)) / 2) ** 2), ONES, -EYE / 4),
    "Matérn 3/2": (lambda x: matern(np.linalg.norm(x - 1), 1.5), ONES, -3 * EYE),
    "Matérn 5/2": (lambda x: matern(np.sqrt(np.sum((x - 1) ** 2)), 2.5), ONES, -5 / 3 * EYE),
    "√x²": (lambda x: np.sum(np.sqrt(x) ** 2), np.array([0.0, 4.0]), 0 * EYE),
    "√x⁴": (lambda x: np.sum(np.sqrt(x) ** 4), np.array([0.0, 4.0]), 2 * EYE),
    "masked": (lambda x: np.where(False, matern(np.linalg.norm(x), 0.5 + 1), x[0] ** 2), ORIGIN, np.diag([2.0, 0])),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_what_smooths_out_a_kink_has_its_second_derivatives(name):
    """By hessian, reverse over reverse, and forward over reverse, without a warning (they are errors here)."""
    f, x, expected = SMOOTH[name]
    v = np.arange(1, x.size + 1.0)
    np.testing.assert_allclose(hessian(f)(x), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(hvp(f)(x, v), expected @ v, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jvp(grad(f), (x,), (v,))[1], expected @ v, rtol=1e-12, atol=1e-12)


def test_probability_of_an_amplitude_of_zero():
    """|ψ₀|² = cos²θ, |ψ₁|² = sin²θ: at θ = 0, and of a complex amplitude itself, where the gradient is 2 z*."""
    p = lambda t: np.abs(np.exp(1j * t) * np.sin(t)) ** 2
    assert hessian(p)(0.0) == pytest.approx(2)
    z = np.array([0j, 1 + 1j])
    pulled, pullback = vjp(grad(lambda z: np.sum(np.abs(z) ** 2)), z)
    np.testing.assert_allclose(pulled, 2 * np.conj(z))
    np.testing.assert_allclose(pullback(np.ones(2, complex))[0], [2, 2])


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_with_respect_to_the_scale_of_a_kernel(scale):
    """d/dℓ of the Hessian -1/ℓ² of exp(-r²/2ℓ²) at r = 0 is 2/ℓ³."""

    def curvature(length):
        return hessian(lambda x: np.exp(-0.5 * (np.linalg.norm(x) / length) ** 2))(np.zeros(1))[0, 0]

    assert curvature(scale) == pytest.approx(-(scale**-2))
    assert grad(curvature)(scale) == pytest.approx(2 * scale**-3)


def test_a_kernel_matrix_has_kinks_on_its_diagonal_alone():
    """Against the formula that has no norm in it."""
    x = np.array([0.3, -1.0, 2.0])
    w = np.array([1.0, -2.0, 0.5])
    by_norm = lambda x: w @ np.exp(-(np.linalg.norm((x[:, None] - x)[..., None], axis=-1) ** 2)) @ w
    plain = lambda x: w @ np.exp(-((x[:, None] - x) ** 2)) @ w
    np.testing.assert_allclose(hessian(by_norm)(x), hessian(plain)(x), rtol=1e-12)


@pytest.mark.parametrize(
    "length",
    [lambda d: np.linalg.norm(d, axis=-1), lambda d: np.sqrt(np.sum(d * d, axis=-1)), lambda d: np.sum(d**2, axis=-1) ** 0.5],
)
def test_a_matern_kernel_matrix(length):
    """Its second derivatives by the points, against differences of its gradient; d²k/dx dy at x = y is 5/3 by hand."""
    r = np.random.default_rng(0)
    x, w = r.normal(size=(3, 2)), r.normal(size=3)
    gradient = grad(lambda x: w @ matern(length(x[:, None] - x), 2.5) @ w)
    second, step = jacobian(gradient)(x), 1e-5
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = step
        numeric = (gradient(x + e) - gradient(x - e)) / (2 * step)
        np.testing.assert_allclose(second[(..., *i)], numeric, atol=1e-8)
    mixed = jacobian(lambda y: grad(lambda x: matern(length(x - y), 2.5))(x[0]))(x[0])
    np.testing.assert_allclose(mixed, 5 / 3 * EYE, atol=1e-12)


def test_third_derivatives_and_the_limit():
    f = lambda x: np.cos(np.abs(x))
    assert grad(grad(grad(f)))(0.0) == 0
    with pytest.warns(KinkWarning, match=r"^absolute: .* no fourth derivative there"):
        grad(grad(grad(grad(f))))(0.0)


SHARP = {
    "norm": (np.linalg.norm, ORIGIN),
    "abs": (lambda x: np.sum(np.abs(x)), np.array([0.0, 1.0])),
    "Matérn 1/2": (lambda x: np.exp(-np.linalg.norm(x - 1)), ONES),
    "(|a| + |b|)²": (lambda x: np.sum(np.abs(x)) ** 2, ORIGIN),
    "1-norm²": (lambda x: np.linalg.norm(x, 1) ** 2, ORIGIN),
    "max-norm²": (lambda x: np.linalg.norm(x, np.inf) ** 2, ORIGIN),
    "hypot": (lambda x: np.hypot(x[0], x[1]), ORIGIN),
    "singular values": (lambda x: np.sum(np.linalg.svdvals(x[:, None] * np.eye(2)) ** 2), np.array([1.0, 0.0])),
    "cos √x": (lambda x: np.sum(np.cos(np.sqrt(x))), np.array([0.0, 1.0])),
    "norms written twice": (lambda x: (1 + np.linalg.norm(x)) * np.exp(-np.linalg.norm(x)), ORIGIN),
}


@pytest.mark.parametrize("name", SHARP)
def test_what_has_no_second_derivative_or_none_that_is_known_warns(name):
    f, x = SHARP[name]
    with pytest.warns(
        KinkWarning, match="a result is 0, where it has a kink, and what is computed of it has no second derivative"
    ):
        hessian(f)(x)


def harmless():
    x = np.array([0.0, 1.0])
    l1 = lambda x: np.sum(np.abs(x)) + np.linalg.norm(x[:1]) + np.std(x[:1]) + np.hypot(x[0], 0 * x[0])
    yield "gradient", lambda: grad(l1)(x)
    yield "forward mode", lambda: jvp(l1, (x,), (np.ones(2),))
    yield "jacobian by columns", lambda: jacobian(lambda x: np.abs(x) * np.ones((9, 1)))(x)
    yield "relu net", lambda: hessian(lambda x: np.sum(np.maximum(x, 0) ** 2))(x)
    yield "masked", lambda: hessian(lambda x: np.sum(np.where(x > 0, np.exp(-np.abs(x)), 0)))(x)
    yield "masked root", lambda: hessian(lambda x: np.sum(np.where(x > 0, np.sin(np.sqrt(np.maximum(x, 0))), 0)))(x)
    yield "by another leaf", lambda: grad(lambda w: np.sum(grad(lambda x: np.sum(w * np.abs(x)))(x) ** 2))(2.0)
    yield "create_graph alone", lambda: np.sum(np.abs(Tensor(x, requires_grad=True))).backward(create_graph=True)


@pytest.mark.parametrize("run", [pytest.param(run, id=name) for name, run in harmless()])
def test_what_is_harmless_does_not_warn(run):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sqrt(x) ** 2,
        lambda x: np.sqrt(x) ** 2.0,
        lambda x: np.square(np.sqrt(x)),
        lambda x: (lambda r: r * r)(np.sqrt(x)),
        lambda x: np.power(x**0.5, 2),
        lambda x: np.float_power(np.sqrt(x), 2),
        lambda x: np.cbrt(x) ** 3,
        lambda x: (x ** (1 / 3)) ** 3,
    ],
)
def test_a_root_raised_to_its_power_is_the_identity_at_zero_too(f):
    assert grad(f)(0.0) == 1
    assert grad(grad(f))(0.0) == 0
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x)))(np.array([0.0, 1.0, 9.0])), 1)
    assert grad(lambda x: np.where(x > 0, f(x), 0))(0.0) == 0


def test_higher_and_lower_powers_of_a_root():
    assert grad(lambda x: np.sqrt(x) ** 4)(0.0) == 0
    assert hessian(lambda x: np.sqrt(x) ** 4)(0.0) == 2
    assert grad(lambda x: np.sqrt(x) ** 3)(0.0) == 0
    assert grad(lambda x: np.cbrt(x) ** 6)(0.0) == 0


def test_the_root_keeps_its_own_gradient():
    x = Tensor([0.0, 4.0], requires_grad=True)
    r = np.sqrt(x)
    r.retain_grad()
    np.sum(r**2).backward()
    assert r.grad.tolist() == [0, 4]
    assert x.grad.tolist() == [1, 1]
    with pytest.raises(GraphError, match="second pass through the graph"):
        np.sum(r**2).backward()
