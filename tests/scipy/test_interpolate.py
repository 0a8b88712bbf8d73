"""scipy.interpolate: values against SciPy's, derivatives against finite differences, in data and points."""

import numpy as np
import pytest
import scipy.interpolate
import scipy.sparse.linalg

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import interpolate
from autograd_core.testing import gradcheck

X = np.array([0.0, 0.7, 1.1, 2.0, 2.6, 3.3])
Y = np.array([0.2, 1.3, 0.8, -0.4, 0.1, 1.7])
Q = np.array([-0.3, 0.4, 0.9, 1.7, 2.9, 3.6])
Y2 = np.stack([Y, np.cos(X)], axis=1)
PERIODIC = np.append(Y[:-1], Y[0])

SPLINES = {
    "CubicSpline": lambda sp, x, y: sp.CubicSpline(x, y),
    "CubicSpline natural": lambda sp, x, y: sp.CubicSpline(x, y, bc_type="natural"),
    "CubicSpline clamped and second": lambda sp, x, y: sp.CubicSpline(x, y, bc_type=((1, 0.3), (2, -0.5))),
    "CubicSpline of 2": lambda sp, x, y: sp.CubicSpline(x[:2], y[:2]),
    "CubicSpline of 3": lambda sp, x, y: sp.CubicSpline(x[:3], y[:3]),
    "PchipInterpolator": lambda sp, x, y: sp.PchipInterpolator(x, y),
    "PchipInterpolator of 2": lambda sp, x, y: sp.PchipInterpolator(x[:2], y[:2]),
    "Akima1DInterpolator": lambda sp, x, y: sp.Akima1DInterpolator(x, y, extrapolate=True),
    "Akima1DInterpolator makima": lambda sp, x, y: sp.Akima1DInterpolator(x, y, method="makima", extrapolate=True),
    "CubicHermiteSpline": lambda sp, x, y: sp.CubicHermiteSpline(x, y, 0.5 * y + x),
}


@pytest.mark.parametrize("name", SPLINES)
@pytest.mark.parametrize("nu", [0, 1])
def test_splines(name, nu):
    make = SPLINES[name]
    f = lambda x, y, q: make(interpolate, x, y)(q, nu)
    expected = make(scipy.interpolate, X, Y)(Q, nu)
    np.testing.assert_allclose(f(X, Tensor(Y, requires_grad=True), Q).numpy(), expected, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(f(X, Y, Tensor(Q, requires_grad=True)).numpy(), expected, rtol=1e-11, atol=1e-13)
    np.testing.assert_array_equal(f(X, Y, Q), expected)
    gradcheck(f, X, Y, Q)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("name", ["CubicSpline", "PchipInterpolator", "Akima1DInterpolator"])
def test_splines_of_several_values(name, axis):
    y = Y2 if axis == 0 else Y2.T
    q = np.array([[0.4, 0.9, 1.7], [2.1, 2.9, 3.0]])
    f = lambda sp, y: getattr(sp, name)(X, y, axis=axis)(q)
    expected = f(scipy.interpolate, y)
    assert expected.shape == ((2, 3, 2) if axis == 0 else (2, 2, 3))
    np.testing.assert_allclose(f(interpolate, Tensor(y, requires_grad=True)).numpy(), expected, rtol=1e-11)
    gradcheck(lambda y: f(interpolate, y), y)


def test_the_periodic_spline_and_points_outside():
    f = lambda y, q: interpolate.CubicSpline(X, np.concatenate([y, y[:1]]), bc_type="periodic")(q)
    expected = scipy.interpolate.CubicSpline(X, PERIODIC, bc_type="periodic")(Q)
    np.testing.assert_allclose(f(Tensor(Y[:-1], requires_grad=True), Q).numpy(), expected, rtol=1e-11)
    gradcheck(f, Y[:-1], Q)
    out = interpolate.PchipInterpolator(X, Y, extrapolate=False)(Tensor(Q, requires_grad=True)).numpy()
    np.testing.assert_array_equal(np.isnan(out), [True, False, False, False, False, True])


def test_derivatives_and_integrals_of_a_spline():
    spline, original = interpolate.CubicSpline(X, Tensor(Y, requires_grad=True)), scipy.interpolate.CubicSpline(X, Y)
    for method in ("derivative", "antiderivative"):
        np.testing.assert_allclose(getattr(spline, method)()(Q).numpy(), getattr(original, method)()(Q), rtol=1e-11)
        np.testing.assert_allclose(getattr(spline, method)(2)(Q).numpy(), getattr(original, method)(2)(Q), rtol=1e-11)
    np.testing.assert_allclose(spline.integrate(0.5, 3.0).numpy(), original.integrate(0.5, 3.0), rtol=1e-12)
    gradcheck(lambda x, y, a, b: interpolate.CubicSpline(x, y).integrate(a, b), X, Y, 0.5, 3.0)
    with pytest.raises(UnsupportedError, match=r"CubicSpline\.solve: there is no derivative for this method; write .*brentq"):
        spline.roots()
    assert interpolate.CubicSpline(X, Y).roots() == pytest.approx(original.roots())


def test_piecewise_polynomials_by_their_coefficients():
    c = np.array([[1.0, -2.0], [0.5, 0.3], [2.0, 1.0]])
    f = lambda c, x, q: interpolate.PPoly(c, x)(q)
    x, q = np.array([0.0, 1.0, 2.0]), np.array([0.3, 1.4])
    np.testing.assert_allclose(f(Tensor(c, requires_grad=True), x, q).numpy(), scipy.interpolate.PPoly(c, x)(q), rtol=1e-13)
    gradcheck(f, c, x, q)


@pytest.mark.parametrize(("k", "bc_type"), [(1, None), (3, None), (3, "natural"), (2, None), (5, None)])
def test_b_splines(k, bc_type):
    f = lambda y, q, nu=0: interpolate.make_interp_spline(X, y, k=k, bc_type=bc_type)(q, nu)
    points = Q + 0.01  # not on a knot
    for nu in range(min(k, 2)):
        expected = scipy.interpolate.make_interp_spline(X, Y, k=k, bc_type=bc_type)(points, nu)
        np.testing.assert_allclose(f(Tensor(Y, requires_grad=True), points, nu).numpy(), expected, rtol=1e-9, atol=1e-10)
        gradcheck(lambda y, q, nu=nu: f(y, q, nu), Y, points)
    made = interpolate.make_interp_spline(X, Tensor(Y2.T, requires_grad=True), k=k, bc_type=bc_type, axis=1)
    expected = scipy.interpolate.make_interp_spline(X, Y2.T, k=k, bc_type=bc_type, axis=1)(Q)
    np.testing.assert_allclose(made(Q).numpy(), expected, rtol=1e-9, atol=1e-10)


GRID = (np.array([0.0, 0.5, 1.2, 2.0, 2.4, 3.0, 3.9]), np.array([-1.0, 0.0, 0.4, 1.0, 1.7, 2.0, 3.0, 3.3]))
VALUES = np.sin(GRID[0])[:, None] * np.cos(GRID[1]) + GRID[1]
POINTS = np.array([[0.3, 0.1], [1.9, 1.2], [2.2, -0.7]])


@pytest.mark.parametrize("method", ["linear", "nearest", "slinear", "cubic", "quintic"])
def test_grids(method):
    exact = {"solver": scipy.sparse.linalg.spsolve} if method in ("cubic", "quintic") else {}  # SciPy's own stops at 1e-6
    f = lambda values, xi: interpolate.RegularGridInterpolator(GRID, values, method, **exact)(xi)
    expected = scipy.interpolate.RegularGridInterpolator(GRID, VALUES, method, **exact)(POINTS)
    np.testing.assert_allclose(f(Tensor(VALUES, requires_grad=True), POINTS).numpy(), expected, rtol=1e-9)
    np.testing.assert_allclose(
        f(VALUES, Tensor(POINTS, requires_grad=True)).numpy(), expected, rtol=1e-9
    ) if method != "nearest" else None
    np.testing.assert_array_equal(f(VALUES, POINTS), expected)
    gradcheck(f, VALUES, POINTS) if method != "nearest" else gradcheck(lambda values: f(values, POINTS), VALUES)
    out = interpolate.interpn(GRID, Tensor(VALUES, requires_grad=True), POINTS, method)
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-9)


def test_grids_outside_and_with_more_values():
    outside = np.array([[0.3, 0.1], [9.0, 1.2]])
    with pytest.raises(ValueError, match="out of bounds"):
        interpolate.RegularGridInterpolator(GRID, Tensor(VALUES, requires_grad=True))(outside)
    for fill in (np.nan, 7.0, None):
        out = interpolate.RegularGridInterpolator(GRID, Tensor(VALUES, requires_grad=True), bounds_error=False, fill_value=fill)(
            outside
        )
        expected = scipy.interpolate.RegularGridInterpolator(GRID, VALUES, bounds_error=False, fill_value=fill)(outside)
        np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)
    values = np.stack([VALUES, VALUES**2], axis=-1)
    out = interpolate.RegularGridInterpolator(GRID, Tensor(values, requires_grad=True))(POINTS[None])
    expected = scipy.interpolate.RegularGridInterpolator(GRID, values)(POINTS[None])
    np.testing.assert_allclose(out.numpy(), expected, rtol=1e-12)


CENTRES = np.random.default_rng(1).uniform(size=(9, 2))
DATA = np.sin(CENTRES[:, 0]) + CENTRES[:, 1] ** 2
KERNELS = [
    "linear",
    "thin_plate_spline",
    "cubic",
    "quintic",
    "multiquadric",
    "inverse_multiquadric",
    "inverse_quadratic",
    "gaussian",
]


@pytest.mark.parametrize("kernel", KERNELS)
def test_radial_functions(kernel):
    options = {"kernel": kernel, "epsilon": 1.3 if kernel in KERNELS[4:] else None}
    at = np.array([[0.3, 0.4], [0.6, 0.1]])
    f = lambda y, d, s, x: interpolate.RBFInterpolator(y, d, smoothing=s, **options)(x)
    expected = scipy.interpolate.RBFInterpolator(CENTRES, DATA, smoothing=0.1, **options)(at)
    np.testing.assert_allclose(f(CENTRES, Tensor(DATA, requires_grad=True), 0.1, at).numpy(), expected, rtol=1e-8)
    np.testing.assert_array_equal(f(CENTRES, DATA, 0.1, at), expected)
    gradcheck(lambda d, s, x: f(CENTRES, d, s, x), DATA, 0.1, at)
    if kernel == "gaussian":
        gradcheck(lambda y: f(y, DATA, 0.1, at), CENTRES, order=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: interpolate.make_interp_spline(t, Y), "with x='a Tensor'; write CubicSpline, which has that derivative"),
        (lambda t: interpolate.make_interp_spline(X, t, bc_type="periodic"), "with bc_type='periodic'; write CubicSpline"),
        (lambda t: interpolate.BSpline(np.arange(8.0), t[:4], 3).integrate(0, 1), r"BSpline\.integrate: there is no derivative"),
        (lambda t: interpolate.BSpline(t, Y[:2], 3), "write the knots as numbers"),
        (lambda t: interpolate.RegularGridInterpolator((X,), t, "pchip")(X[:2]), "with method='pchip'; write method='cubic'"),
        (lambda t: interpolate.RegularGridInterpolator((t,), Y), "write the grid as numbers"),
        (lambda t: interpolate.RBFInterpolator(X[:, None], t, neighbors=3), "with neighbors=3; leave neighbors out"),
        (lambda t: interpolate.interp1d(X, t), r"scipy\.interpolate\.interp1d: .* write np\.interp"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(UnsupportedError, match=words):
        call(Tensor(Y, requires_grad=True))


def test_the_gradient_of_an_interpolation_fits_data():
    """The cubic spline is linear in its values: its gradient is the same everywhere."""
    f = lambda y: np.sum(interpolate.CubicSpline(X, y)(Q))
    np.testing.assert_allclose(grad(f)(Y), grad(f)(0 * Y), rtol=1e-12)
    assert grad(f)(Y) @ Y == pytest.approx(float(np.sum(scipy.interpolate.CubicSpline(X, Y)(Q))))


def test_nothing_of_a_recorded_spline_is_cut_out():
    y = Tensor(Y, requires_grad=True)
    spline = interpolate.CubicSpline(X, y)
    gradcheck(lambda y: np.sum(interpolate.CubicSpline(X, y).c ** 2), Y)
    with pytest.raises(UnsupportedError, match=r"CubicSpline\.extend: there is no derivative for this method; write PPoly"):
        spline.extend(np.ones((4, 1)), [5.0])
    gradcheck(lambda y: np.sum(interpolate.make_interp_spline(X, y).c ** 2), Y)


def test_decreasing_breakpoints_are_refused_with_tensors():
    c = np.ones((2, 2))
    assert interpolate.PPoly(c, [2.0, 1.0, 0.0])(0.5) == scipy.interpolate.PPoly(c, [2.0, 1.0, 0.0])(0.5)
    for call in (
        lambda: interpolate.PPoly(Tensor(c, requires_grad=True), [2.0, 1.0, 0.0]),
        lambda: interpolate.PPoly(c, [2.0, 1.0, 0.0])(Tensor(0.5, requires_grad=True)),
    ):
        with pytest.raises(UnsupportedError, match="with x='decreasing breakpoints'; turn them round"):
            call()
