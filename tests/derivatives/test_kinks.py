"""Second derivatives exactly at a kink: right where the function smooths it out, else a KinkWarning, never a silent 0.

The right values are closed forms, written beside each function.
"""

import functools
import operator
import warnings

import numpy as np
import pytest

from autograd_core import KinkWarning, Tensor, elu, grad, hessian, hvp, jacobian, jvp, leaky_relu, relu, vjp
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
    "max(x, -x)²": (lambda x: np.sum(np.maximum(x, -x) ** 2), np.array([0.0, 1.0]), 2 * EYE),
    "min(x, -x)²": (lambda x: np.sum(np.minimum(x, -x) ** 2), ORIGIN, 2 * EYE),
    "fmax(x, -x) fmin(x, -x)": (lambda x: np.sum(np.fmax(x, -x) * np.fmin(x, -x)), ORIGIN, -2 * EYE),
    "relu(x)² + relu(-x)²": (lambda x: np.sum(relu(x) ** 2 + relu(-x) ** 2), ORIGIN, 2 * EYE),
    "x relu(x) - x relu(-x)": (lambda x: np.sum(x * relu(x) - x * relu(-x)), ORIGIN, 2 * EYE),
    "leaky_relu": (lambda x: np.sum(leaky_relu(x, 0.1) ** 2 + leaky_relu(-x, 0.1) ** 2), ORIGIN, 2.02 * EYE),
    "leaky_relu of a norm": (lambda x: leaky_relu(np.linalg.norm(x), 0.1) ** 2, ORIGIN, 2 * EYE),
    "elu": (lambda x: np.sum(elu(x, 0.5) ** 2 + elu(-x, 0.5) ** 2), ORIGIN, 2.5 * EYE),
    "clip": (lambda x: np.sum(np.clip(x, 0, 5) ** 2 + np.clip(x, -5, 0) ** 2), ORIGIN, 2 * EYE),
    "clip of one": (lambda x: (np.clip(x[0], 1, 2) - 1) ** 2 + (np.clip(x[0], -9, 1) - 1) ** 2, ONES, np.diag([2.0, 0])),
    "max² + min²": (lambda x: np.max(x) ** 2 + np.min(x) ** 2, ORIGIN, 2 * EYE),
    "max min": (lambda x: np.amax(x) * np.nanmin(x), ORIGIN, 1 - EYE),
    "max along an axis": (lambda x: np.sum(np.max(np.stack([x, -x]), axis=0) ** 2), ORIGIN, 2 * EYE),
    "ptp²": (lambda x: np.ptp(x) ** 2, 3 * ONES, 4 * EYE - 2),
    "sorted²": (lambda x: np.sum(np.sort(x) ** 2), np.zeros(3), 2 * np.eye(3)),
    "sorted both ways": (lambda x: np.sort(x) @ -np.sort(-x)[::-1], ORIGIN, 2 * EYE),
    "median of x, -x": (lambda x: np.median(np.stack([x, 0 * x, -x])) ** 2, ORIGIN, 0 * EYE),
    "halfway": (lambda x: np.quantile(x, 0.25) ** 2, np.array([0.0, 0, 1]), np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 0]])),
    "quantiles": (lambda x: np.sum(np.quantile(x, [0, 1]) ** 2), ORIGIN, 2 * EYE),
    "|x| max(x, -x)": (lambda x: np.sum(np.abs(x) * np.maximum(x, -x)), ORIGIN, 2 * EYE),
    "|a| |-a|": (lambda x: np.abs(x[0]) * np.abs(-x[0]), ORIGIN, np.diag([2.0, 0])),
    "(x sign x)²": (lambda x: np.sum((x * np.sign(x)) ** 2), ORIGIN, 2 * EYE),
    "(sign y y)², y written twice": (lambda x: np.sum((np.sign(2 * x) * (2 * x)) ** 2), ORIGIN, 8 * EYE),
    "√x √x": (lambda x: np.sum(np.sqrt(x) * np.sqrt(x)), np.array([0.0, 4.0]), 0 * EYE),
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
    jvp(f, (x,), (v,))  # which keeps what forward mode makes of the rules, and pieces have others
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
    "|a| |b|": (lambda x: np.abs(x[0]) * np.abs(x[1]), ORIGIN),
    "‖a‖ ‖b‖": (lambda x: np.linalg.norm(x[:1]) * np.linalg.norm(x[1:]), ORIGIN),
    "(‖a‖ + ‖b‖)²": (lambda x: (np.linalg.norm(x[:1]) + np.linalg.norm(x[1:])) ** 2, ORIGIN),
    "hypot · std": (lambda x: np.hypot(x[0], x[1]) * np.std(x), ORIGIN),
    "‖x‖² + a ‖x‖": (lambda x: np.linalg.norm(x) ** 2 + x[0] * np.linalg.norm(x), ORIGIN),
    "1-norm · 2-norm": (lambda x: np.linalg.norm(x, 1) * np.linalg.norm(x, 2), ORIGIN),
    "‖a‖² + ‖a‖ max(b, -b)": (
        lambda x: np.linalg.norm(x[:1]) ** 2 + np.linalg.norm(x[:1]) * np.maximum(x[1], -x[1]),
        ORIGIN,
    ),
    "x |x|": (lambda x: np.sum(x * np.abs(x)), np.array([0.0, 1.0])),
    "a |b|": (lambda x: x[0] * np.abs(x[1]), ORIGIN),
    "copysign": (lambda x: x[0] * np.copysign(x[1], 1), ORIGIN),
    "relu²": (lambda x: np.sum(relu(x) ** 2), np.array([0.0, 1.0])),
    "max(x, 0)²": (lambda x: np.sum(np.maximum(x, 0) ** 2), np.array([0.0, 1.0])),
    "min(a, b)²": (lambda x: np.minimum(x[0], x[1]) ** 2, ORIGIN),
    "(fmax(a, b) - 1)²": (lambda x: (np.fmax(x[0], x[1]) - 1) ** 2, ONES),
    "leaky_relu²": (lambda x: np.sum(leaky_relu(x, 0.1) ** 2), ORIGIN),
    "elu²": (lambda x: np.sum(elu(x, 0.5) ** 2), ORIGIN),
    "clip²": (lambda x: np.sum(np.clip(x, 0, 1) ** 2), ORIGIN),
    "clip · clip": (lambda x: np.clip(x[0], 0, 1) * np.clip(x[1], -1, 0), ORIGIN),
    "max²": (lambda x: np.max(x) ** 2, ORIGIN),
    "sorted[0]²": (lambda x: np.sort(x)[0] ** 2, ORIGIN),
    "(max-norm - 1)²": (lambda x: (np.linalg.norm(x, np.inf) - 1) ** 2, np.array([1.0, -1.0])),
    "(min-norm - 1)²": (lambda x: (np.linalg.norm(x, -np.inf) - 1) ** 2, np.array([1.0, -1.0])),
    "(1-norm - 1)²": (lambda x: (np.linalg.norm(x, 1) - 1) ** 2, np.array([0.0, 1.0])),
    "median²": (lambda x: np.median(x) ** 2, np.array([0.0, 0.0, 1.0, -1.0, 0.0])),
    "quantile²": (lambda x: np.quantile(x, 0.2) ** 2, np.array([0.0, 0.0, 1.0])),
    "x² sign x": (lambda x: np.sum(x * (x * np.sign(x))), ORIGIN),
    "norms written twice": (lambda x: (1 + np.linalg.norm(x)) * np.exp(-np.linalg.norm(x)), ORIGIN),
}


@pytest.mark.parametrize("name", SHARP)
def test_what_has_no_second_derivative_or_none_that_is_known_warns(name):
    f, x = SHARP[name]
    with pytest.warns(
        KinkWarning,
        match="(a result is 0, where it has a kink|it is exactly at a tie or kink), and what .* has no second derivative",
    ):
        hessian(f)(x)


def gradient_penalty():
    """A net with biases of 0 at an input of 0: there the slope itself jumps, and the convention holds."""
    r = np.random.default_rng(0)
    W, v = Tensor(r.normal(size=(3, 4)), requires_grad=True), Tensor(r.normal(size=4), requires_grad=True)
    b = Tensor(np.zeros(4), requires_grad=True)
    slope = grad(lambda x: np.sum(relu(x @ W + b) @ v))(np.zeros((2, 3)))
    np.sum((np.sum(slope**2, axis=1) - 1) ** 2).backward()
    assert W.grad.tolist() == np.zeros((3, 4)).tolist()


def harmless():
    x = np.array([0.0, 1.0])
    l1 = lambda x: np.sum(np.abs(x)) + np.linalg.norm(x[:1]) + np.std(x[:1]) + np.hypot(x[0], 0 * x[0])
    yield "gradient", lambda: grad(l1)(x)
    yield "forward mode", lambda: jvp(l1, (x,), (np.ones(2),))
    yield "jacobian by columns", lambda: jacobian(lambda x: np.abs(x) * np.ones((9, 1)))(x)
    squares = lambda x: np.sum(relu(x) ** 2 + np.maximum(x, 0) ** 2 + np.clip(x, 0, 9) ** 2 + np.max(x) ** 2)
    yield "beside the kink", lambda: hessian(squares)(np.array([-1e-300, 1e-300]))
    yield "padding", lambda: hessian(lambda w: np.sum(np.maximum(x * 0, 0) * w) + np.sum(relu(x * 0) * w**2))(x)
    yield "a slope that jumps", lambda: hessian(lambda x: np.sum(relu(x) + np.clip(x, 0, 1)) + np.max(x * 0))(x)
    yield "equal whatever happens", lambda: hessian(lambda x: np.max(np.stack([x, x])) ** 2 + np.sum(np.maximum(x, x) ** 2))(x)
    yield "a maximum taken off and added", lambda: hessian(lambda x: np.log(np.sum(np.exp(x - np.max(x)))) + np.max(x))(x * 0)
    yield "pooled zeros", lambda: hessian(lambda x: np.max(relu(x - 2)) ** 2 + np.max(relu(x - 2) * x))(x)
    yield "gradient penalty at zeros", gradient_penalty
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
        lambda x: np.sqrt(x) * np.sqrt(x),
        lambda x: np.multiply(np.sqrt(x), np.sqrt(x)),
        lambda x: x**0.5 * x**0.5,
    ],
)
def test_a_root_raised_to_its_power_is_the_identity_at_zero_too(f):
    assert grad(f)(0.0) == 1
    assert grad(grad(f))(0.0) == 0
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x)))(np.array([0.0, 1.0, 9.0])), 1)
    assert grad(lambda x: np.where(x > 0, f(x), 0))(0.0) == 0


@pytest.mark.parametrize("two", [2, 2.0, np.int64(2), np.float64(2), np.float32(2), np.array(2), np.array(2.0)], ids=repr)
def test_an_exponent_is_a_number_of_any_kind(two):
    assert grad(lambda x: np.sqrt(x) ** two)(0.0) == 1
    assert grad(lambda x: (x ** (1 / two)) ** 2)(0.0) == 1
    assert grad(lambda x: x ** (1 / two) * x ** (1 / two))(0.0) == 1
    assert hessian(lambda x: np.sqrt(x) ** (two + two))(0.0) == 2


def test_higher_and_lower_powers_of_a_root():
    assert grad(lambda x: np.sqrt(x) ** 4)(0.0) == 0
    assert hessian(lambda x: np.sqrt(x) ** 4)(0.0) == 2
    assert grad(lambda x: np.sqrt(x) ** 3)(0.0) == 0
    assert grad(lambda x: np.cbrt(x) ** 6)(0.0) == 0


product = functools.partial(functools.reduce, operator.mul)

POWERS_OF_ROOTS = {
    "√x √x √x √x": (lambda x: np.sqrt(x) * np.sqrt(x) * np.sqrt(x) * np.sqrt(x), 2),
    "√x (√x (√x √x))": (lambda x: np.sqrt(x) * (np.sqrt(x) * (np.sqrt(x) * np.sqrt(x))), 2),
    "r r r r": (lambda x: (lambda r: r * r * r * r)(np.sqrt(x)), 2),
    "x √x √x": (lambda x: x * np.sqrt(x) * np.sqrt(x), 2),
    "√x x √x": (lambda x: np.sqrt(x) * x * np.sqrt(x), 2),
    "√x³ √x": (lambda x: np.sqrt(x) ** 3 * np.sqrt(x), 2),
    "√x² √x²": (lambda x: np.sqrt(x) ** 2 * np.sqrt(x) ** 2, 2),
    "six ∛x": (lambda x: product([np.cbrt(x) for _ in range(6)]), 2),
    "seven ∛x": (lambda x: product([np.cbrt(x) for _ in range(7)]), 7 / 3),
    "(∛x ∛x)³": (lambda x: (np.cbrt(x) * np.cbrt(x)) ** 3, 2),
    "(∛x)² ∛x": (lambda x: np.cbrt(x) ** 2 * np.cbrt(x), 1),
    "eight ⁴√x": (lambda x: product([x**0.25] * 8), 2),
    "√x ⁴√x ⁴√x x": (lambda x: np.sqrt(x) * x**0.25 * x**0.25 * x, 2),
    "√x √x √x": (lambda x: np.sqrt(x) * np.sqrt(x) * np.sqrt(x), 1.5),
    "∛x ∛x": (lambda x: np.cbrt(x) * np.cbrt(x), 2 / 3),
    "√x ∛x": (lambda x: np.sqrt(x) * np.cbrt(x), 5 / 6),
}


@pytest.mark.parametrize("name", POWERS_OF_ROOTS)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_products_of_roots_are_the_power_of_x_that_they_are(name):
    """f is xᶜ, so f' is c xᶜ⁻¹ and f'' is c (c - 1) xᶜ⁻²: at 0, infinite if the exponent is below 0, and beside it."""
    f, c = POWERS_OF_ROOTS[name]

    def power(exponent, x):
        return np.inf if x == 0 > exponent else x**exponent

    for x in (0.0, 0.7):
        assert grad(f)(x) == pytest.approx(c * power(c - 1, x), rel=1e-12)
        assert hessian(f)(x) == pytest.approx(c * (c - 1) * power(c - 2, x) if c != 1 else 0, rel=1e-12, abs=1e-12)
    x, d = np.array([0.0, 0.7]), grad(lambda x: np.sum(f(x)))
    np.testing.assert_allclose(d(x), [c * power(c - 1, x) for x in x], rtol=1e-12)
    assert grad(lambda x: np.where(x > 0, f(x), 0.0))(0.0) == 0


def test_a_power_of_a_root_that_nobody_sees_warns():
    """x² by another way than products of two: its second derivative at 0 is 2."""
    with pytest.warns(KinkWarning):
        hessian(lambda x: np.prod(np.stack([np.sqrt(x)] * 4)))(0.0)


def test_two_roots_keep_their_gradients():
    """d(r s)/dr = s, at 0 too; and roots that are not the same are not taken for it: √x · x⁰·²⁵ has an infinite slope."""
    x = Tensor([0.0, 4.0], requires_grad=True)
    r, s = np.sqrt(x), np.sqrt(x)
    r.retain_grad()
    s.retain_grad()
    np.sum(r * s).backward()
    assert r.grad.tolist() == s.grad.tolist() == [0, 2]
    assert x.grad.tolist() == [1, 1]
    assert grad(lambda x: x**0.5 * x**0.25)(16.0) == pytest.approx(0.75 * 16**-0.25)


def test_the_root_keeps_its_own_gradient():
    x = Tensor([0.0, 4.0], requires_grad=True)
    r = np.sqrt(x)
    r.retain_grad()
    np.sum(r**2).backward()
    assert r.grad.tolist() == [0, 4]
    assert x.grad.tolist() == [1, 1]
    with pytest.raises(GraphError, match="second pass through the graph"):
        np.sum(r**2).backward()


def test_second_derivatives_by_what_smooths_out_alone():
    """w² max(x, -x)² = w² x²: by x 2 w², by x and w 4 w x, by the leaves of a recorded pass as by functions of functions."""
    w, x = Tensor(3.0, requires_grad=True), Tensor(0.0, requires_grad=True)
    (w * np.maximum(x, -x)).__pow__(2).backward(create_graph=True)
    slope, x.grad, w.grad = x.grad, None, None
    slope.backward()
    assert (x.grad, w.grad) == (18, 0)
    f = lambda x: np.maximum(x, -x) ** 2
    assert grad(lambda x: jvp(f, (x,), (1.0,))[1])(0.0) == 2
    assert jvp(lambda x: jvp(f, (x,), (1.0,))[1], (0.0,), (1.0,))[1] == 2


def test_a_leaf_that_asks_for_nothing_gets_no_warning():
    """d²|a||b| / da² is 0 at (0, 0), and exists; d²|a||b| / da db does not."""
    a, b = Tensor(0.0, requires_grad=True), Tensor(0.0, requires_grad=True)
    f = lambda a, b: np.abs(a) * np.abs(b)
    assert hessian(lambda a: f(a, 0.0))(0.0) == 0
    f(a, b).backward(create_graph=True)
    slope, a.grad = a.grad, None
    with pytest.warns(KinkWarning, match="^absolute: it is exactly at a tie or kink"):
        slope.backward()


def test_hooks_run_once_a_pass():
    seen = []
    x = Tensor(0.0, requires_grad=True)
    r = np.maximum(x, -x)
    r.register_hook(lambda g: seen.append(float(g.numpy() if isinstance(g, Tensor) else g)))
    (r**2).backward(create_graph=True)
    slope, x.grad = x.grad, None
    assert seen == [0]
    slope.backward()
    assert x.grad == 2
    assert len(seen) == 2


@pytest.mark.parametrize("f", [lambda x: np.maximum(x, -x) ** 3, lambda x: relu(x) ** 3])
def test_third_derivatives_at_a_tie_warn(f):
    """|x|³ has the third derivatives ±6, and relu(x)³ has 0 and 6."""
    with pytest.warns(KinkWarning, match="exactly at a tie or kink, .* no third derivative there"):
        grad(grad(grad(f)))(0.0)


LINES = ["x[0]", "x[1]", "-x[0]", "x[0] + x[1]", "x[0] - 2 * x[1]"]
KINKS = [
    "np.abs({})", "np.maximum({}, {})", "np.minimum({}, {})", "relu({})", "leaky_relu({}, 0.5)", "np.clip({}, 0, 9)",
    "np.max(np.stack([{}, {}, {}]))", "np.sort(np.stack([{}, {}]))[1]", "np.hypot({}, {})", "np.linalg.norm(np.stack([{}, {}]))",
    "(lambda u: u * np.sign(u))({})", "np.std(np.stack([{}, {}]))",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(24))
def test_sums_of_products_of_kinks(seed):
    """At 0 such an f is homogeneous of degree 2, and so its second derivatives exist if its gradient nearby is linear: they are
    what a fit to first derivatives at points without ties says. Without a warning it must fit, and be what comes out."""
    r = np.random.default_rng(seed)
    one = lambda: (kind := KINKS[r.integers(len(KINKS))]).format(*r.choice(LINES, kind.count("{}")))
    terms = [f"{a} ** 2" if r.random() < 0.5 else f"{a} * {one()}" for a in (one() for _ in range(r.integers(1, 3)))]
    f = eval(f"lambda x: {' + '.join(terms)}", {"np": np, "relu": relu, "leaky_relu": leaky_relu})
    points = r.normal(size=(30, 2))
    slopes = np.array([grad(f)(point) for point in points])
    second = np.linalg.lstsq(points, slopes)[0]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = hessian(f)(ORIGIN)
    if not caught:
        np.testing.assert_allclose(points @ second, slopes, atol=1e-9)
        np.testing.assert_allclose(found, second, atol=1e-9)
    assert {one.category for one in caught} <= {KinkWarning}


# Functions of roots, at x = 0 and 1: their derivatives there are from their series in x, 1 by hand
FUNCTIONS_OF_ROOTS = {
    "2 √x √x": (lambda x: 2 * np.sqrt(x) * np.sqrt(x), 2, 2),
    "-√x √x / 4": (lambda x: -np.sqrt(x) * (np.sqrt(x) / 4), -0.25, -0.25),
    "sin(√x) √x": (lambda x: np.sin(np.sqrt(x)) * np.sqrt(x), 1, (np.sin(1) + np.cos(1)) / 2),
    "cos √x": (lambda x: np.cos(np.sqrt(x)), -0.5, -np.sin(1) / 2),
    "cosh x^½": (lambda x: np.cosh(x**0.5), 0.5, np.sinh(1) / 2),
    "log1p(√x) √x": (lambda x: np.log1p(np.sqrt(x)) * np.sqrt(x), 1, (np.log(2) + 0.5) / 2),
    "(√x + 1)² - 2 √x, one root": (lambda x: (lambda r: (r + 1) ** 2 - 2 * r)(np.sqrt(x)), 1, 1),
    "Matérn 3/2 of x = r²": (lambda x: (lambda r: (1 + r) * np.exp(-r))(np.sqrt(x)), -0.5, -np.exp(-1) / 2),
    "2 ∛x ∛x ∛x": (lambda x: 2 * np.cbrt(x) * np.cbrt(x) * np.cbrt(x), 2, 2),
    "sinh(∛x)³": (lambda x: np.sinh(np.cbrt(x)) ** 3, 1, np.sinh(1) ** 2 * np.cosh(1)),
    "2 ∛x ∛x": (lambda x: 2 * np.cbrt(x) * np.cbrt(x), np.inf, 4 / 3),
    "cos ⁴√x": (lambda x: np.cos(x**0.25), -np.inf, -np.sin(1) / 4),
    "cos(⁴√x²)": (lambda x: np.cos((x**0.25) ** 2), -0.5, -np.sin(1) / 2),
    "sin(√√x)⁴": (lambda x: np.sin(np.sqrt(np.sqrt(x))) ** 4, 1, np.sin(1) ** 3 * np.cos(1)),
    "cos x^¾": (lambda x: np.cos(x**0.75), 0, -0.75 * np.sin(1)),
    "masked": (lambda x: np.where(x > 0, np.sqrt(x), 0) ** 2, 0, 1),
    "x cos √x": (lambda x: x * np.cos(np.sqrt(x)), 1, np.cos(1) - np.sin(1) / 2),
}


@pytest.mark.parametrize("name", FUNCTIONS_OF_ROOTS)
@pytest.mark.filterwarnings("error")
def test_functions_of_roots(name):
    f, *slopes = FUNCTIONS_OF_ROOTS[name]
    x, w = np.array([0.0, 1.0]), np.array([3.0, 5.0])
    expected = w * slopes
    np.testing.assert_allclose(grad(lambda x: f(x) @ w)(x), expected, rtol=1e-14)
    np.testing.assert_allclose(vjp(f, x)[1](w)[0], expected, rtol=1e-14)
    np.testing.assert_allclose(np.diag(jacobian(f)(x)), slopes, rtol=1e-14)
    np.testing.assert_allclose(jvp(f, (x,), (w,))[1], expected, rtol=1e-14)
    leaf = Tensor(x, requires_grad=True)
    np.testing.assert_array_equal(f(leaf).numpy(), f(x))
    (f(leaf) @ w).backward()
    np.testing.assert_allclose(leaf.grad, expected, rtol=1e-14)
    if np.isfinite(slopes).all():  # and a derivative of it by something else
        np.testing.assert_allclose(
            grad(lambda w: np.sum(grad(lambda x: f(x) @ w)(x) ** 2))(w), 2 * w * np.square(slopes), rtol=1e-14
        )


def test_a_function_of_roots_and_of_another_variable():
    f = lambda x, w: w * np.sqrt(x) * np.sqrt(x)
    assert grad(f, (0, 1))(0.0, 3.0) == (3.0, 0.0)


def test_several_roots_in_one_product_have_no_derivative():
    with pytest.warns(KinkWarning, match="sqrt: a result is 0.* no derivative there"):
        grad(lambda x: np.sum(np.sqrt(x)) ** 2)(np.zeros(2))


@pytest.mark.parametrize("ord", ["nuc", -2])
def test_singular_values_that_are_zero_but_for_rounding(ord):
    with pytest.warns(KinkWarning, match="a singular value is 0 but for rounding"):
        hessian(lambda a: np.linalg.norm(np.outer(a, a[:2]), ord))(np.array([1.0, 2.0, 3.0]))


def test_the_greatest_singular_value_beside_one_that_is_zero():
    def f(a):
        return np.linalg.norm(np.outer(a, a[:2]), 2)

    def closed(a):  # |a| |b|, b the first two of a
        return np.sqrt(np.sum(a**2) * np.sum(a[:2] ** 2))

    a = np.array([1.0, 2.0, 3.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(hessian(f)(a), hessian(closed)(a), rtol=1e-12)


@pytest.mark.parametrize("ord", [1, -1, np.inf, -np.inf])
def test_a_matrix_norm_with_two_equal_sums(ord):
    with pytest.warns(KinkWarning, match="linalg.norm: several sums are equal"):
        hessian(lambda a: (np.linalg.norm(a, ord) - 1) ** 2)(np.eye(2))


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: np.sum(np.abs(np.modf(x)[0]) ** 2), np.array([0.0, 0.5, -1.25]), 2 * np.eye(3)),
        (lambda x: np.sum(np.abs(np.frexp(x)[0]) ** 2), np.array([0.0, 0.5]), 2 * EYE),
        # The second axis of the QR of diag(1, 2), turned by b and c: R₀₁ = b + 2 c to first order
        (
            lambda x: np.abs(np.linalg.qr(x.reshape(2, 2))[1][0, 1]) ** 2, np.array([1.0, 0.0, 0.0, 2.0]),
            2 * np.outer([0, 1, 2, 0], [0, 1, 2, 0]),
        ),
    ],
)  # fmt: skip
def test_kinks_of_one_of_several_outputs_and_of_elements(f, x, expected):
    np.testing.assert_allclose(hessian(f)(x), expected, atol=1e-12)


def test_roots_of_elements_that_arrive_one_by_one():
    """Σ yᵢ² with y₀ = min(∛x₀, ∛x₂) and so on: none at x₁ = 0."""

    def f(x):
        y = np.cbrt(x)
        y = np.stack([y[0], y[1], y[0]])
        return np.sum(np.minimum(y, y[::-1]) ** 2)

    with pytest.warns(KinkWarning, match="cbrt: a result is 0"):
        hessian(f)(np.array([-1.0, 0.0, 2.0]))


SMOOTH_OF_ROOTS = [
    (lambda x: np.cos(np.sqrt(np.sqrt(x)) ** 2), -0.5),
    (lambda x: np.cos(np.sqrt(np.cbrt(x)) ** 3), -0.5),
    (lambda x: np.sqrt(np.cbrt(x)) ** 6, 1),
    (lambda x: np.sqrt(np.sqrt(x)) ** 2 * np.sqrt(x), 1),
    (lambda x: np.linalg.norm(np.sqrt(x) * np.ones(2)) ** 2, 2),
    (lambda x: np.cos(np.linalg.norm(np.sqrt(x) * np.ones(2))), -1),
]


@pytest.mark.parametrize(("f", "expected"), SMOOTH_OF_ROOTS)
def test_roots_of_roots_and_norms_of_roots_both_ways(f, expected):
    assert grad(f)(0.0) == pytest.approx(expected, abs=1e-12)
    assert jvp(f, (0.0,), (1.0,))[1] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("f", [
    lambda x: np.cos(np.sqrt(np.sqrt(x)) * x**0.25),
    lambda x: (np.sqrt(x) + x**0.5) ** 2,
    lambda x: x**0.25 * x**0.25 * np.sin(np.sqrt(x)),
])  # fmt: skip
def test_different_roots_of_one_operand_are_no_known_power_of_it(f):
    with pytest.warns(KinkWarning, match="what is computed of it has no derivative there, or none that is known"):
        grad(f)(0.0)


def test_different_roots_that_are_masked_away():
    x = np.array([0.0, 4.0])
    f = lambda x: np.sum(np.where(x > 0, np.sqrt(x) * x**0.5 * np.cbrt(x), 0.0))
    np.testing.assert_allclose(grad(f)(x), [0, 4 / 3 * 4 ** (1 / 3)], rtol=1e-14)


# At x = 0 the slopes are 1, 1, √2 (of two elements) and 1; none of them is known
TURNS_OF_ROOTS = {
    "relu(√x)²": lambda x: np.sum(relu(np.sqrt(x)) ** 2),
    "max(√x, 0)²": lambda x: np.sum(np.maximum(np.sqrt(x), 0) ** 2),
    "‖√x‖ √x₀": lambda x: np.linalg.norm(1 * np.sqrt(x)) * np.sqrt(x)[0],
    "|√x| √x": lambda x: np.sum(np.abs(np.sqrt(x)) * np.sqrt(x)),
}


@pytest.mark.parametrize("name", TURNS_OF_ROOTS)
def test_a_root_with_another_tie_or_kink_warns(name):
    with pytest.warns(KinkWarning, match="sqrt: a result is 0.* no derivative there"):
        grad(TURNS_OF_ROOTS[name])(np.zeros(2))


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: np.sum(np.where(x > 0, relu(np.sqrt(x)), 0) ** 2), [0, 1]),  # masked: nobody asks
        (lambda x: np.sum(relu(np.sqrt(x)) * np.array([0.0, 1.0])), [0, 0.5]),
        (lambda x: np.sum(np.abs(np.sqrt(x)) ** 2), [1, 1]),  # |r|² is r²
        (lambda x: np.linalg.norm(np.sqrt(x)) ** 2, [1, 1]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_root_with_a_tie_or_kink_that_does_not_matter(f, expected):
    np.testing.assert_allclose(grad(f)(np.array([0.0, 1.0])), expected, rtol=1e-14)
