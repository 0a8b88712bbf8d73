"""The edge points of sums, products, means and extrema, with the numbers that must come out."""

import warnings

import mpmath
import numpy as np
import pytest

from autograd_core import Tensor, grad, hessian, jacobian, jvp, vjp
from autograd_core.derivatives import cumulative, reductions
from autograd_core.derivatives.table import TABLE

UNSET = np._NoValue


def gradient(f, *xs):
    """The gradients of the sum of f."""
    tensors = [Tensor(x, requires_grad=True) for x in xs]
    np.sum(f(*tensors)).backward()
    found = [tensor.grad.tolist() for tensor in tensors]
    return found[0] if len(xs) == 1 else found


# Products, where division by the element would give 0 / 0


@pytest.mark.parametrize(
    ("x", "options", "expected"),
    [
        ([2.0, 0, 3, 4], {}, [0, 24, 0, 0]),
        ([0.0, 0, 3], {}, [0, 0, 0]),
        ([0.0], {}, [1]),
        ([[2.0, 0, 3], [0, 0, 1], [2, 3, 4]], {"axis": 1}, [[0, 6, 0], [0, 0, 0], [12, 8, 6]]),
        ([[2.0, 0], [0, 5], [3, 2]], {"axis": 0}, [[0, 10], [6, 0], [0, 0]]),
        ([[2.0, 0], [3, 4]], {"axis": (0, 1), "keepdims": True}, [[0, 24], [0, 0]]),
        ([2.0, 0, 3, 0], {"where": [True, True, True, False]}, [0, 6, 0, 0]),
        ([2.0, 0, 3], {"initial": 5.0}, [0, 30, 0]),
        ([], {}, []),
        ([1e-200, 1e-200, 1e200], {}, [1, 1, 0]),  # the product is 0 only by underflow
    ],
)
def test_gradient_of_prod_without_division(x, options, expected):
    assert gradient(lambda t: np.prod(t, **options), x) == expected


def test_hessian_of_prod_at_zeros():
    expected = [[0, 12, 0, 0], [12, 0, 8, 6], [0, 8, 0, 0], [0, 6, 0, 0]]  # the product of the other two
    assert hessian(np.prod)(np.array([2.0, 0, 3, 4])).tolist() == expected
    assert hessian(np.prod)(np.array([0.0, 0, 3])).tolist() == [[0, 3, 0], [3, 0, 0], [0, 0, 0]]


def test_third_derivative_of_prod_at_zeros():
    third = jacobian(hessian(np.prod))(np.zeros(3))
    assert third[0, 1, 2] == third[2, 1, 0] == 1
    assert np.sum(np.abs(third)) == 6


def test_quotient_that_is_quicker_gives_what_the_products_give():
    a = np.array([[2.0, 0.5, -3.0], [1.5, 4.0, 0.25]])
    quick = reductions.prod_a(np.ones(2), a, np.prod(a, 1), 1, UNSET, UNSET)
    slow = reductions.prod_a(np.ones(2), a, np.zeros(2), 1, UNSET, UNSET)
    np.testing.assert_allclose(quick, slow, rtol=1e-15)


@pytest.mark.parametrize("cumprod", [np.cumprod, getattr(np, "cumulative_prod", np.cumprod), np.nancumprod])
def test_gradient_of_cumprod_without_division(cumprod):
    assert gradient(cumprod, [2.0, 0, 3, 4]) == [1, 32, 0, 0]  # 1 + 0 + 0 + 0, 2 + 2 · 3 + 2 · 3 · 4
    assert gradient(cumprod, [0.0, 0, 3]) == [1, 0, 0]
    x = [[2.0, 0], [0, 5], [3, 2]]
    assert gradient(lambda t: cumprod(t, axis=0), x) == [[1, 16], [8, 0], [0, 0]]
    assert gradient(lambda t: cumprod(t, axis=1), x) == [[1, 2], [6, 0], [3, 3]]


def test_hessian_of_cumprod_at_zeros():
    expected = [[0, 16, 0, 0], [16, 0, 10, 6], [0, 10, 0, 0], [0, 6, 0, 0]]
    assert hessian(lambda x: np.cumprod(x).sum())(np.array([2.0, 0, 3, 4])).tolist() == expected


def test_nested_forward_mode_of_cumprod():
    """A case in which PyTorch had 144 only by finite differences: the second derivative where one element is 0."""
    weights = np.array([[1.0, 2, 3], [4, 5, 6]])

    def f(t):
        x = np.stack((t, t + 1, 2 - t, t - 1, 2 * t + 1, t + 3)).reshape(2, 3)
        return (np.cumprod(x, axis=-1) * weights).sum()

    def derivative(t):
        return jvp(f, (t,), (1.0,))[1]

    assert jvp(derivative, (1.0,), (1.0,))[1] == 144
    assert grad(grad(f))(1.0) == 144
    assert grad(derivative)(1.0) == 144


def test_recurrence_is_what_its_formula_says():
    r = np.random.default_rng(0)
    for n in range(1, 20):
        a, b = r.standard_normal((2, 3, n))
        s = [b[:, 0]]
        for i in range(1, n):
            s.append(b[:, i] + a[:, i] * s[-1])
        np.testing.assert_allclose(cumulative.recurrence(a, b), np.stack(s, axis=1), rtol=1e-12, atol=1e-14)


def test_gradient_of_a_long_cumprod_with_a_zero():
    x = np.ones(10_001)
    x[5000] = 0
    found = gradient(np.cumprod, x)
    assert found[4999] == 1  # of the results after number 4999 there is only a 0
    assert found[5000] == 5001
    assert found[5001:] == [0.0] * 5000


# Extrema


@pytest.mark.parametrize("f", [np.max, np.amax, np.nanmax, lambda x, **k: -np.min(-x, **k), lambda x, **k: -np.nanmin(-x, **k)])
def test_ties_share_evenly(f):
    assert gradient(f, [1.0, 3, 3, 2]) == [0, 0.5, 0.5, 0]
    assert gradient(f, [3.0, 3, 3, 3]) == [0.25] * 4
    assert gradient(lambda x: f(x, axis=1), [[1.0, 1], [2, 1]]) == [[0.5, 0.5], [1, 0]]
    assert gradient(lambda x: f(x, axis=0, keepdims=True), [[1.0, 1], [2, 1]]) == [[0, 0.5], [1, 0.5]]


def test_initial_takes_its_share_of_a_tie():
    assert gradient(lambda x: np.max(x, initial=3.0), [3.0, 1]) == [0.5, 0]
    assert gradient(lambda x: np.max(x, initial=5.0), [3.0, 1]) == [0, 0]
    assert gradient(lambda x: np.min(x, initial=-5.0, where=[True, False]), [3.0, -9]) == [0, 0]
    assert gradient(lambda x: np.max(x, initial=-5.0, where=[True, False]), [3.0, 9]) == [1, 0]
    assert gradient(lambda x: np.max(x, axis=1, initial=0.0), np.zeros((2, 0))) == [[], []]


def test_a_nan_is_the_maximum_and_takes_the_gradient():
    assert gradient(np.max, [1.0, np.nan, 3, np.nan]) == [0, 0.5, 0, 0.5]
    assert gradient(lambda x: np.min(x, axis=0), [[1.0, np.nan], [2, 3]]) == [[1, 1], [0, 0]]
    assert gradient(np.nanmax, [1.0, np.nan, 3]) == [0, 0, 1]
    # As many elements equal their maximum as there are maxima, but not one each
    assert gradient(lambda x: np.max(x, axis=1), [[np.nan, 1.0], [2, 2]]) == [[1, 0], [0.5, 0.5]]


def test_range_of_equal_elements():
    assert gradient(np.ptp, [2.0, 2, 2]) == [0, 0, 0]


@pytest.mark.parametrize("f", [np.max, np.min])
def test_extremum_of_nothing(f):
    with pytest.raises(ValueError, match="zero-size array to reduction operation") as caught:
        f(Tensor(np.zeros((0,)), requires_grad=True))
    assert "of operands with shapes (0,)" in caught.value.__notes__[0]


# NaN-variants: a NaN has no part in the result, and a zero gradient


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (np.nansum, [1, 0, 1]),
        (np.nanprod, [4, 0, 2]),
        (np.nanmean, [0.5, 0, 0.5]),
        (np.nanmax, [0, 0, 1]),
        (np.nanmin, [1, 0, 0]),
        (np.nancumsum, [3, 0, 1]),
        (np.nancumprod, [1 + 1 + 4, 0, 2]),
    ],
)
def test_nans_are_left_out(f, expected):
    x = np.array([2.0, np.nan, 4])
    assert gradient(f, x) == expected
    tensor = Tensor(x, requires_grad=True)
    np.testing.assert_allclose(f(tensor).numpy(), f(x), rtol=1e-15)
    second = hessian(lambda x: np.sum(f(x)))(x)
    assert np.all(np.isfinite(second))


def test_mean_of_nothing_but_nan_warns_as_numpy_does():
    x = np.array([[np.nan, np.nan], [1, 3]])
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"):
        found = gradient(lambda t: np.nanmean(t, axis=1)[1], x)
    assert found == [[0, 0], [0.5, 0.5]]


# What a masked sum did not look at


def test_what_where_leaves_out_gets_zero_though_the_gradient_is_infinite():
    x = Tensor([4.0, 0.0], requires_grad=True)
    np.sum(np.sqrt(x), where=[True, False]).backward()
    assert x.grad.tolist() == [0.25, 0]


# Speed-ups that must not be seen


@pytest.mark.parametrize(
    "dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128", "int32", "bool", "uint8"]
)
@pytest.mark.parametrize("name", ["sum", "mean", "prod", "max", "min"])
def test_quick_forward_is_numpys_to_the_bit(name, dtype):
    r = np.random.default_rng(5)
    function, forward = getattr(np, name), TABLE[getattr(np, name)].forward
    for shape in [(), (1,), (7,), (3, 50), (2, 3, 129)]:
        x = (r.standard_normal(shape) * 3).astype(dtype) if dtype != "complex128" else r.standard_normal(shape) * (1 + 2j)
        x = np.asarray(x)
        for value in [x, x[()]]:
            for options in [
                {},
                {"axis": 0},
                {"axis": -1, "keepdims": True},
                {"axis": tuple(range(x.ndim))},
                {"keepdims": UNSET, "where": True},
            ]:
                if x.ndim == 0 and "axis" in options:
                    continue
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    expected, found = function(value, **options), forward(value, **options)
                assert type(found) is type(expected)
                assert found.dtype == expected.dtype
                np.testing.assert_array_equal(found, expected)


def test_mean_of_nothing_warns_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="Mean of empty slice"), np.errstate(invalid="ignore"):
        assert np.isnan(np.mean(Tensor(np.zeros(0), requires_grad=True)).numpy())


def test_gradient_of_a_sum_takes_no_memory():
    """It is a view of one number, so that the sum of a large array is no larger on the way back."""
    g = reductions.spread(np.float64(2), (1000, 1000), None)
    assert g.shape == (1000, 1000)
    assert g.strides == (0, 0)
    assert not g.flags.writeable


# Errors


def test_cumulative_sum_needs_an_axis():
    if hasattr(np, "cumulative_sum"):
        with pytest.raises(ValueError, match="cumulative_sum: an array of 2 dimensions needs axis=, got axis=None"):
            np.cumulative_sum(Tensor(np.ones((2, 2)), requires_grad=True))


def test_pullback_of_cumsum_is_the_running_sum_from_the_end():
    _, pullback = vjp(np.cumsum, np.zeros(3))
    assert pullback(np.array([1.0, 2, 4]))[0].tolist() == [7, 6, 4]


# Numbers at the ends of their range


@pytest.mark.parametrize(
    "x",
    [
        [0.0, 0, 1e200, 1e200],
        [1e-162, 3e-162],
        [1e-160, 1e-155, 1e10],
        [1e200, 1e200, 1e-300, 1e-90],
        [1e200, 0.0, 1e-200, 1e200],
        [1e-320, 1e300, 2.0],
        [2.0] * 400 + [0.5] * 800,
    ],
    ids=lambda x: str(x[:4]),
)
def test_prod_has_all_digits(x):
    """Against mpmath, which has no limits; what is below all floats may be 0."""
    exact = [mpmath.mpf(v) for v in x]
    expected = [float(mpmath.fprod(exact[:i] + exact[i + 1 :])) for i in range(len(x))]
    with np.errstate(over="ignore", under="ignore"):  # of the product itself
        found = grad(np.prod)(np.array(x))
        of_half = grad(lambda x: np.prod(x, where=x.numpy() != 7, initial=0.5))(np.array(x))
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-323)
    np.testing.assert_allclose(of_half, np.multiply(expected, 0.5), rtol=1e-13, atol=1e-323)


def test_cumprod_with_zeros_beside_large_numbers():
    """Σ of the running products of 0, 0, 1e200, 1e200: each is 0, and only the first element moves any."""
    assert grad(lambda x: np.sum(np.cumprod(x)))(np.array([0.0, 0, 1e200, 1e200])).tolist() == [1, 0, 0, 0]


# A number, of which NumPy takes the axes 0 and -1

OF_NUMBERS = [
    np.sum, np.prod, np.max, np.min, np.amax, np.std, np.var, np.ptp, np.cumsum, np.cumprod, np.nansum, np.nanprod, np.nanmax,
    np.nanmin, np.nanstd, np.nanvar, np.nancumsum, np.nancumprod, np.median, np.cumulative_sum, np.cumulative_prod, np.add.reduce,
    np.multiply.reduce, np.maximum.reduce, np.hypot.reduce, np.logaddexp.reduce,
]  # fmt: skip


@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize("f", OF_NUMBERS, ids=lambda f: getattr(f, "__self__", f).__name__)
def test_reductions_of_a_number(f, axis):
    """Value and slope of f: 1, or 0 where there is nothing to spread; both as NumPy and its differences have them."""
    x = Tensor(2.0, requires_grad=True)
    try:
        value = f(np.float64(2.0), axis=axis)
    except np.exceptions.AxisError:  # of std, var and median
        with pytest.raises(np.exceptions.AxisError):
            f(x, axis=axis)
        return
    out = f(x, axis=axis)
    assert out.numpy().tolist() == value.tolist()
    assert out.shape == value.shape
    np.sum(out).backward()
    assert x.grad == np.sum(f(np.float64(3.0), axis=axis) - value)
    for options in ({"initial": 0.5}, {"where": np.array(True)}):
        try:
            value = f(np.float64(2.0), axis=axis, **options)
        except (TypeError, ValueError):
            continue
        numeric = (f(np.float64(2 + 1e-6), axis=axis, **options) - f(np.float64(2 - 1e-6), axis=axis, **options)) / 2e-6
        x = Tensor(2.0, requires_grad=True)
        np.sum(f(x, axis=axis, **options)).backward()
        np.testing.assert_allclose(x.grad, np.sum(numeric), rtol=1e-6, atol=1e-9)
        assert f(Tensor(2.0, requires_grad=True), axis=axis, **options).item() == value


def test_a_mean_of_a_number_along_an_axis_is_refused_as_numpy_refuses_it():
    with pytest.raises(np.exceptions.AxisError):
        np.mean(Tensor(2.0, requires_grad=True), axis=0)


@pytest.mark.parametrize("ufunc", [np.hypot, np.logaddexp, np.logaddexp2, np.maximum, np.add, np.multiply])
@pytest.mark.parametrize("axis", [(), 0, (0, 1), None])
def test_initial_and_where_are_kept_and_so_is_the_dtype(ufunc, axis):
    x = np.array([[1.0, 2, 3], [4, 5, 6.5]], np.float32)
    for options in ({"initial": 0.7}, {"where": x > 1.5, "initial": 0.7}):
        expected = ufunc.reduce(x, axis=axis, **options)
        out = ufunc.reduce(Tensor(x, requires_grad=True), axis=axis, **options)
        assert out.dtype == np.float32
        np.testing.assert_allclose(out.numpy(), expected, rtol=1e-6)
