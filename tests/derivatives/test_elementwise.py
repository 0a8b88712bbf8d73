"""Elementwise functions at the points where it is easy to go wrong: zeros, ties, kinks, overflow, NaN, the edge of the domain.

The expected values are literal, or derivatives written down by hand. Warnings are errors here.
"""

import warnings

import numpy as np
import pytest

from autograd_core import KinkWarning, Tensor, elementwise_grad, grad, hessian, relu, vjp
from autograd_core.errors import UnsupportedError

NAN, INF = np.nan, np.inf


def derivatives(f, *xs, order=1):
    """d f / d x for each of the numbers xs; f is run without NumPy's warnings, the backward pass with them as errors."""
    tensors = [Tensor(x, requires_grad=True) for x in xs]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        out = f(*tensors)
    for _ in range(order - 1):
        out.backward(create_graph=True)
        out, tensors[0].grad = tensors[0].grad, None
        if not getattr(out, "requires_grad", False):
            return [0.0]  # constant: no more of it depends on x
    if out.requires_grad:
        out.backward()
    return [0.0 if t.grad is None else t.grad.item() for t in tensors]


# Powers


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (0.0, 2.0, (0, 0)),
        (0.0, 1.0, (1, 0)),
        (0.0, 0.0, (0, 0)),  # a⁰ is the constant 1; 0ᵇ is 0 to the right of b = 0
        (3.0, 0.0, (0, np.log(3))),
        (0.0, 3.5, (0, 0)),
        (2.0, 3.0, (12, 8 * np.log(2))),
        (2.0, -1.0, (-0.25, np.log(2) / 2)),
    ],
)
def test_power(a, b, expected):
    np.testing.assert_allclose(derivatives(np.power, a, b), expected, rtol=1e-15)
    pair = Tensor([a, a], requires_grad=True), Tensor([b, b], requires_grad=True)
    np.sum(pair[0] ** pair[1]).backward()
    np.testing.assert_allclose([t.grad for t in pair], np.array([expected, expected]).T, rtol=1e-15)


@pytest.mark.parametrize("exponent", [3, 3.0, np.float64(3), np.array(3), np.float32(3), np.array([3.0])])
def test_power_of_a_negative_number(exponent):
    assert derivatives(lambda x: np.sum(x**exponent), -2.0) == [12]
    assert derivatives(lambda x: np.sum(x**exponent), -2.0, order=2) == [-12]


@pytest.mark.parametrize(("exponent", "expected"), [(2, 0), (1, 1), (0, 0), (1.5, 0), (3, 0), (2.0, 0), (1.0, 1), (0.0, 0)])
def test_power_of_zero_by_a_number(exponent, expected):
    assert derivatives(lambda x: x**exponent, 0.0) == [expected]
    assert derivatives(lambda x: np.sum(x ** np.array([exponent, 2.0])), 0.0) == [expected]


@pytest.mark.parametrize(("f", "at"), [(lambda x: x**0.5, 0.0), (np.sqrt, 0.0), (np.log, 0.0), (np.cbrt, 0.0), (np.arccosh, 1.0)])
def test_an_infinite_derivative_is_infinite_and_says_so(f, at):
    x = Tensor(at, requires_grad=True)
    with np.errstate(all="ignore"):
        y = f(x)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        y.backward()
    assert x.grad == INF


@pytest.mark.parametrize("b", [-1.0, 0.0, 1.0, 2.0, 3.0, 1.5])
def test_mixed_derivatives_of_power(b):
    """∂²aᵇ/∂a∂b = aᵇ⁻¹ (1 + b ln a), also where b - 1 is 0."""
    expected = 2.0 ** (b - 1) * (1 + b * np.log(2.0))
    for f in (np.power, np.float_power):
        np.testing.assert_allclose(grad(lambda y, f=f: grad(lambda x: f(x, y))(2.0))(b), expected, rtol=1e-14)
        np.testing.assert_allclose(grad(lambda x, f=f: grad(lambda y: f(x, y))(b))(2.0), expected, rtol=1e-14)
    third = 2.0 ** (b - 2) * (2 * b - 1 + b * (b - 1) * np.log(2.0))
    np.testing.assert_allclose(grad(lambda y: grad(grad(lambda x: x**y))(2.0))(b), third, rtol=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("exponent", [2, 3, 4, -1, -2, 0.5, 1.5, 0, 1])
def test_powers_to_the_fourth_derivative(order, exponent):
    factor = np.prod([exponent - k for k in range(order)])
    np.testing.assert_allclose(
        derivatives(lambda x: x**exponent, 1.7, order=order), factor * 1.7 ** (exponent - order), rtol=1e-14
    )


def test_second_derivative_in_the_exponent_at_zero():
    """∂²aᵇ/∂a∂b = aᵇ⁻¹ (1 + b ln a): 1/a at b = 0, though the first derivative in a is 0 there."""
    found = hessian(lambda p: p[0] ** p[1])(np.array([2.0, 0.0]))
    np.testing.assert_allclose(found, [[0, 0.5], [0.5, np.log(2) ** 2]], atol=1e-15)


# Ties and kinks: every row of the table in autograd_core/derivatives/selection.py


@pytest.mark.parametrize(
    ("f", "at", "expected"),
    [
        (np.maximum, (1.0, 1.0), [0.5, 0.5]),
        (np.minimum, (1.0, 1.0), [0.5, 0.5]),
        (np.fmax, (1.0, 1.0), [0.5, 0.5]),
        (np.fmin, (1.0, 1.0), [0.5, 0.5]),
        (np.maximum, (0.0, -0.0), [0.5, 0.5]),
        (np.maximum, (INF, INF), [0.5, 0.5]),
        (np.maximum, (2.0, 1.0), [1, 0]),
        (np.minimum, (2.0, 1.0), [0, 1]),
        (np.maximum, (NAN, 1.0), [0.5, 0.5]),
        (np.minimum, (1.0, NAN), [0.5, 0.5]),
        (np.fmax, (NAN, 1.0), [0, 1]),
        (np.fmax, (1.0, NAN), [1, 0]),
        (np.fmin, (NAN, 1.0), [0, 1]),
        (np.fmin, (1.0, NAN), [1, 0]),
        (np.fmax, (NAN, NAN), [0.5, 0.5]),
        (np.fmin, (NAN, NAN), [0.5, 0.5]),
        (np.clip, (1.5, 1.0, 2.0), [1, 0, 0]),
        (np.clip, (0.5, 1.0, 2.0), [0, 1, 0]),
        (np.clip, (2.5, 1.0, 2.0), [0, 0, 1]),
        (np.clip, (1.0, 1.0, 2.0), [0, 1, 0]),
        (np.clip, (2.0, 1.0, 2.0), [0, 0, 1]),
        (np.clip, (1.0, 1.0, 1.0), [0, 0, 1]),
        (np.clip, (1.5, 2.0, 1.0), [0, 0, 1]),  # bounds in the wrong order: the result is the upper one
        (np.clip, (0.5, 2.0, 1.0), [0, 0, 1]),
        (relu, (0.0,), [0]),
        (lambda x: np.clip(x, 0, None), (0.0,), [0]),
        (lambda x: np.clip(x, None, 0), (0.0,), [0]),
        (lambda x: np.where(x > 0, x, 0), (0.0,), [0]),
        (np.absolute, (0.0,), [0]),
        (np.fabs, (-0.0,), [0]),
        (np.sign, (0.0,), [0]),
        (np.copysign, (0.0, 2.0), [0, 0]),
        (np.copysign, (3.0, -2.0), [-1, 0]),
        (np.hypot, (0.0, 0.0), [0, 0]),
        (np.arctan2, (0.0, 0.0), [0, 0]),
        (np.arctan2, (0.0, 2.0), [0.5, 0]),
        (np.arctan2, (2.0, 0.0), [0, -0.5]),
        (np.heaviside, (0.0, 0.3), [0, 1]),
        (np.heaviside, (1.0, 0.3), [0, 0]),
        (lambda x: np.where(x == 0, 2 * x, x * x), (0.0,), [2]),
        *[(f, (2.0,), [0]) for f in (np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around)],
        (lambda x: np.round(x, 1), (0.25,), [0]),
        (np.floor_divide, (4.0, 2.0), [0, 0]),
        (np.remainder, (4.0, 2.0), [1, -2]),
        (np.fmod, (-4.0, 2.0), [1, 2]),
    ],
)
def test_convention_at_ties_and_kinks(f, at, expected):
    assert derivatives(f, *at) == expected
    tensors = [Tensor([x, x], requires_grad=True) for x in at]
    np.sum(f(*tensors)).backward()
    assert [t.grad.tolist() for t in tensors] == [[one, one] for one in expected]


@pytest.mark.parametrize("f", [np.absolute, lambda z: np.real(np.sign(z)), np.angle])
def test_complex_kinks_at_zero(f):
    assert grad(lambda z: np.sum(f(z)))(np.array([0j, 0j])).tolist() == [0, 0]
    assert grad(f)(0j) == 0


def test_second_derivatives_at_kinks_are_finite():
    assert np.isfinite(hessian(lambda p: np.arctan2(p[0], p[1]))(np.zeros(2))).all()
    for f, message in (
        (lambda p: np.hypot(p[0], p[1]), r"^hypot: a result is 0, where it has a kink"),
        (lambda p: np.abs(p[0]) * p[1], r"^absolute: it is exactly at a tie or kink"),
        (lambda p: np.maximum(p[0], p[1]) ** 2, r"^maximum: it is exactly at a tie or kink"),
    ):
        with pytest.warns(KinkWarning, match=message):
            assert np.isfinite(hessian(f)(np.zeros(2))).all()


# Where the function is finite, so are value and gradient, without a warning


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (np.tanh, lambda x: 1 / np.cosh(np.clip(x, -300, 300)) ** 2),
        (np.arctan, lambda x: 1 / (1 + x * x)),
        (np.arcsinh, lambda x: 1 / np.sqrt(1 + x * x)),
        (np.sinc, lambda x: np.where(x == 0, 0, (np.cos(np.pi * x) - np.sinc(x)) / np.where(x == 0, 1, x))),
        (np.cbrt, lambda x: 1 / (3 * np.cbrt(np.where(x == 0, 1, x)) ** 2)),
        (np.square, lambda x: 2 * x),
        (np.sin, np.cos),
        (lambda x: np.logaddexp(x, 0), lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))),
        (lambda x: np.logaddexp(0, -x), lambda x: -np.exp(np.minimum(-x, 0)) / (1 + np.exp(-np.abs(x)))),
        (lambda x: np.hypot(x, 3), lambda x: x / np.sqrt(9 + x * x)),
        (lambda x: np.arctan2(x, 1), lambda x: 1 / (1 + x * x)),
    ],
)
def test_large_arguments(f, slope):
    x = np.array([-1e4, -700.0, -40.0, -1.0, 1.0, 40.0, 700.0, 1e4])
    np.testing.assert_allclose(elementwise_grad(f)(x), slope(x), rtol=1e-9, atol=1e-16)
    assert np.isfinite(elementwise_grad(elementwise_grad(f))(x)).all()


@pytest.mark.parametrize("f", [np.exp, np.exp2, np.expm1])
def test_exponentials_of_large_negative_numbers(f):
    x = np.array([-1e4, -700.0, -40.0])
    scale = np.log(2) if f is np.exp2 else 1
    np.testing.assert_allclose(elementwise_grad(f)(x), scale * (np.exp2 if f is np.exp2 else np.exp)(x), rtol=1e-14)


def test_neither_overflow_nor_underflow_in_between():
    assert derivatives(np.arctan2, 1e-200, 1e-200) == pytest.approx([5e199, -5e199], rel=1e-14)
    assert derivatives(np.hypot, 3e200, 4e200) == pytest.approx([0.6, 0.8], rel=1e-14)
    assert derivatives(np.arctan, 1e200) == [0]
    assert derivatives(np.arcsinh, 1e200) == pytest.approx([1e-200], rel=1e-14)
    assert derivatives(lambda x: x**-1, 1e200) == [0]


@pytest.mark.parametrize(
    ("at", "expected"),
    [((-INF, -INF), [0, 0]), ((INF, 1.0), [1, 0]), ((-INF, 1.0), [0, 1]), ((1.0, 1.0), [0.5, 0.5]), ((1e4, -1e4), [1, 0])],
)
@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_logaddexp_of_infinities(f, at, expected):
    assert derivatives(f, *at) == pytest.approx(expected, rel=1e-12)
    array = np.array([at, (0.0, 0.0)])
    np.testing.assert_allclose(grad(lambda x: np.sum(f(x[:, 0], x[:, 1])))(array), [expected, [0.5, 0.5]], rtol=1e-12)


# Special functions


def test_i0_has_derivatives_of_every_order():
    """Against Σ (x/2)²ᵏ / k!², differentiated term by term."""
    terms = np.array([1.0])
    for k in range(1, 60):
        terms = np.append(terms, terms[-1] / (4 * k * k))
    polynomial = np.polynomial.Polynomial([c for term in terms for c in (term, 0.0)])
    f = np.i0
    for order in range(1, 6):
        f, polynomial = elementwise_grad(f), polynomial.deriv()
        x = np.array([-3.0, -0.1, 0.0, 1e-9, 1.0, 10.0])
        np.testing.assert_allclose(f(x), polynomial(x), rtol=2e-14, atol=1e-16, err_msg=f"order {order}")


I1 = [
    (1e-06, 5.000000000000624e-07), (0.001, 0.0005000000625000026), (0.5, 0.2578943053908963), (1.0, 0.565159103992485),
    (3.75, 7.780015229824416), (10.0, 2670.9883037012546), (100.0, 1.0683693903381625e42), (700.0, 1.5285003902339006e302),
]  # fmt: skip


def test_i1_to_full_precision():
    """Against values of I₁ by its series in 60 digits."""
    for x, expected in I1:  # an exponent of 700 is known to 700 roundings
        assert grad(np.i0)(x) == pytest.approx(expected, rel=(5 + x / 10) * 1e-15, abs=0)


def test_sinc_near_zero_to_full_precision():
    """sinc x = Σ (-1)ᵏ (πx)²ᵏ / (2k+1)!"""
    for x in (1e-300, 1e-12, 1e-8, 1e-4):
        assert grad(np.sinc)(x) == pytest.approx(-(np.pi**2) * x / 3 + np.pi**4 * x**3 / 30, rel=1e-15, abs=0)
    assert derivatives(np.sinc, 0.0) == [0]
    assert derivatives(np.sinc, 0.0, order=2) == pytest.approx([-(np.pi**2) / 3], rel=1e-15)
    assert derivatives(np.sinc, 0.0, order=4) == pytest.approx([np.pi**4 / 5], rel=1e-15)
    assert derivatives(np.sinc, 0.0, order=6) == pytest.approx([-(np.pi**6) / 7], rel=1e-15)


# Complex numbers


def test_real_input_through_complex_values_has_a_real_gradient():
    for f, expected in [
        (lambda x: np.imag(x * 1j), 1.0),
        (lambda x: np.imag(x + 2j), 0.0),
        (lambda x: np.real(np.exp(1j * x)), -np.sin(0.5)),
        (lambda x: np.abs(x + 2j), 0.5 / np.hypot(0.5, 2)),
        (lambda x: np.angle(x + 2j), -2 / (0.25 + 4)),
        (lambda x: np.real((x + 1j) * np.conj(x + 1j)), 1.0),
        (lambda x: np.real(np.power(-2.0, x + 0j)), np.real((-2 + 0j) ** 0.5 * np.log(-2 + 0j))),
        (lambda x: np.real_if_close(x + 0j), 1.0),
        (lambda x: np.angle(x, deg=True), 0.0),
        (lambda x: np.imag(x), 0.0),
    ]:
        found = grad(f)(0.5)
        assert type(found) is np.float64
        assert found == pytest.approx(expected, rel=1e-14)
        found = grad(lambda x: np.sum(f(x)))(np.array([0.5, 0.5], np.float32))  # noqa: B023
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_complex_gradient_is_the_complex_derivative():
    """The pullback of 1 by a function with a complex derivative is that derivative, without conjugation."""
    z = 0.3 + 0.4j
    for f, slope in [(np.exp, np.exp(z)), (np.square, 2 * z), (np.log, 1 / z), (lambda z: z**3, 3 * z**2), (np.sinh, np.cosh(z))]:
        out, pullback = vjp(f, z)
        assert out == f(z)
        assert pullback(1 + 0j)[0] == pytest.approx(slope, rel=1e-14)
    assert grad(np.abs)(3 + 4j) == pytest.approx(0.6 - 0.8j)


def test_power_of_complex_zero():
    z = Tensor(np.array([0j, 1j]), requires_grad=True)
    np.sum(np.real(z**2)).backward()
    assert z.grad.tolist() == [0, 2j]


# Functions made of others


def test_piecewise_passes_arguments_on():
    x = np.array([-2.0, -1.0, 1.0, 2.0])
    seen = []

    def power(x, n, scale=1.0):
        seen.append(x.shape)
        return scale * x**n

    f = lambda x: np.piecewise(x, [x < 0, x > 1], [power, lambda x, n, scale: 5.0, 7.0], 3, scale=2.0)
    np.testing.assert_array_equal(f(Tensor(x, requires_grad=True)).numpy(), f(x))
    assert set(seen) == {(2,)}  # it is given the elements that it is for, and no others
    np.testing.assert_array_equal(elementwise_grad(f)(x), [24, 6, 0, 0])


def test_piecewise_where_nothing_holds_or_a_value_is_a_tensor():
    x, level = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    np.testing.assert_array_equal(np.piecewise(x, [x > 5], [np.sin]).numpy(), [0, 0])
    np.sum(np.piecewise(x, [x > 1], [level, np.square])).backward()
    assert x.grad.tolist() == [2, 0]
    assert level.grad == 1


def test_where_of_a_condition_alone_is_a_question():
    x = Tensor([0.0, 2.0, 0.0, 1.0], requires_grad=True)
    (found,) = np.where(x)
    assert np.asarray(found).tolist() == [1, 3]


def test_a_recorded_condition_has_no_gradient():
    x = Tensor([0.0, 2.0], requires_grad=True)
    np.sum(np.where(x, 3 * x, x)).backward()
    assert x.grad.tolist() == [1, 3]


def test_select_takes_the_first_that_holds():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    f = lambda x: np.select([x > 3, x > 1, x > 0], [x**2, 3 * x, x], -1)
    np.testing.assert_array_equal(f(Tensor(x, requires_grad=True)).numpy(), f(x))
    np.testing.assert_array_equal(elementwise_grad(f)(x), [1, 3, 3, 8])


def test_nan_to_num():
    x = np.array([1.0, NAN, INF, -INF])
    t = Tensor(x, requires_grad=True)
    y = np.nan_to_num(t, nan=-1.0, posinf=2.0, neginf=-2.0)
    assert y.numpy().tolist() == [1, -1, 2, -2]
    assert np.isnan(t.numpy()[1])  # the Tensor's own value stays
    np.sum(y * y).backward()
    assert t.grad.tolist() == [2, 0, 0, 0]
    assert grad(lambda z: np.real(np.nan_to_num(z)) + np.imag(np.nan_to_num(z)))(complex(NAN, 1)) == -1j


def test_real_if_close_drops_rounding_errors():
    z = Tensor([1 + 1e-15j, 2 + 0j], requires_grad=True)
    y = np.real_if_close(z)
    assert y.dtype == np.float64
    np.sum(y**2).backward()
    np.testing.assert_allclose(z.grad, [2, 4])


def test_unwrap_adds_constants():
    p = np.array([0.0, 3.0, 5.5 - 2 * np.pi, 8.0 - 2 * np.pi])
    np.testing.assert_allclose(grad(lambda p: np.sum(np.unwrap(p) ** 2))(p), [0, 6, 11, 16])


def test_divmod_and_modf_and_frexp_with_one_result_used():
    assert derivatives(lambda a, b: divmod(a, b)[1], 5.5, 2.0) == [1, -2]
    assert derivatives(lambda a, b: divmod(a, b)[0], 5.5, 2.0) == [0, 0]
    assert derivatives(lambda x: np.modf(x)[0], -2.5) == [1]
    assert derivatives(lambda x: np.modf(x)[1], -2.5) == [0]
    assert derivatives(lambda x: np.frexp(x)[0] * 3, 12.0) == [3 / 16]


@pytest.mark.parametrize(
    ("f", "error", "message"),
    [
        (lambda x: np.clip(x, a_min=0), TypeError, "clip: a_max is missing; write None for no bound, or use min= and max="),
        (lambda x: np.clip(x, a_max=0), TypeError, "clip: a_min is missing"),
        (lambda x: np.clip(x, 0, 1, max=2), ValueError, "clip: got a_min and a_max, and min= or max= as well"),
        (
            lambda x: np.select([x > 0], [x, x]),
            ValueError,
            "select: expected as many choices as conditions, at least one, got 1 conditions and 2",
        ),
        (
            lambda x: np.select([np.array([0, 1])], [x]),
            TypeError,
            r"select: condlist\[0\] must be bool, got int64; write for example x > 0",
        ),
        (
            lambda x: np.piecewise(x, [x > 0], [1, 2, 3]),
            ValueError,
            "piecewise: 1 conditions need as many functions, or one more for elsewhere, got 3",
        ),
    ],
)
def test_errors(f, error, message):
    with pytest.raises(error, match=message):
        f(Tensor([1.0, 2.0], requires_grad=True))


def test_scalars_stay_numpy_scalars():
    x = Tensor(1.5, requires_grad=True)
    for y in (
        np.where(x > 0, x, 0),
        np.maximum(x, 0),
        np.clip(x, 0, 1),
        np.select([x > 0], [x]),
        np.i0(x),
        np.sinc(x),
        np.angle(x),
        np.real(x),
    ):
        assert type(y._value) is np.float64


def test_nan_to_num_in_place_is_refused():
    t = Tensor([1.0, np.nan], requires_grad=True) * 1.0
    with pytest.raises(UnsupportedError, match=r"copy=False would change x in place; write t\[...\] = np.nan_to_num\(t\)"):
        np.nan_to_num(t, copy=False)
