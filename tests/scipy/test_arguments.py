"""No argument is ignored, and unusual ones mean what they mean in SciPy."""

import numpy as np
import pytest
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.special

from autograd_core import Tensor, grad
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import interpolate, linalg, ndimage, signal, sparse, special
from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.linalg import systems


def test_an_argument_that_is_not_asked_for_is_refused_unless_it_is_the_default():
    t = Tensor(np.eye(2), requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"scipy\.linalg\.expm_frechet: .* with method='blockEnlarge'; leave method out"):
        linalg.expm_frechet(t, np.eye(2), method="blockEnlarge")
    linalg.expm_frechet(t, np.eye(2), method=None)
    linalg.qr(t, lwork=64)  # changes no value


def test_it_is_so_for_every_function(monkeypatch):
    made = Submodule.__new__(Submodule, "signal")
    original = made.original

    class Apart:
        @staticmethod
        def of_two(x, factor=1.0, shape=None):
            return x

    monkeypatch.setattr(made, "original", Apart)
    try:
        made.composed("of_two")(lambda x: x * 2)
        function = made.functions["of_two"]
        t = Tensor(1.0, requires_grad=True)
        assert function(t).item() == 2
        for wrong in ({"factor": 2.0}, {"shape": (1,)}, {"factor": t}):
            with pytest.raises(UnsupportedError, match=f"leave {next(iter(wrong))} out"):
                function(t, **wrong)
    finally:
        made.functions.pop("of_two", None)
        made.classes["composed"] = tuple(name for name in made.classes["composed"] if name != "of_two")
        made.original = original


def test_a_window_that_is_recorded_is_refused():
    window = Tensor(np.ones(4), requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"scipy\.signal\.stft: there is no derivative with window='a Tensor'"):
        signal.stft(np.arange(9.0), window=window)
    with pytest.raises(ValueError, match=r"scipy\.signal\.hilbert: x must be real"):
        signal.hilbert(Tensor(np.ones(4, complex), requires_grad=True))


draw = np.random.default_rng(0).standard_normal
recorded = lambda x: Tensor(x, requires_grad=True)


@pytest.mark.parametrize("name", ["correlate", "convolve", "correlate1d", "convolve1d"])
@pytest.mark.parametrize("x", [draw(7), draw(7) + 1j * draw(7)], ids=["real", "complex"])
def test_complex_weights_of_linear_filters(name, x):
    """A correlation multiplies by their conjugates."""
    weights = draw(3) + 1j * draw(3)
    right = getattr(scipy.ndimage, name)(x, weights, mode="wrap", origin=-1)
    for args in (recorded(x), weights), (x, recorded(weights)):
        np.testing.assert_allclose(getattr(ndimage, name)(*args, mode="wrap", origin=-1).numpy(), right, rtol=1e-12)


@pytest.mark.parametrize("order", [2, 3, 5])
def test_places_next_to_the_end_without_a_filter(order):
    x, places = draw((4, 5)), np.array([[0.2, 2.9], [3.8, 0.3]])
    right = scipy.ndimage.map_coordinates(x, places, order=order, mode="nearest", prefilter=False)
    found = ndimage.map_coordinates(recorded(x), places, order=order, mode="nearest", prefilter=False)
    np.testing.assert_allclose(found.numpy(), right, rtol=1e-12)


def test_nothing_to_filter():
    empty = np.zeros((0, 4))
    assert ndimage.gaussian_filter(recorded(empty), 1.0).shape == scipy.ndimage.gaussian_filter(empty, 1.0).shape
    assert ndimage.correlate(recorded(empty), np.ones((3, 2))).shape == (0, 4)
    assert signal.fftconvolve(recorded(np.zeros(0)), np.ones(3)).shape == scipy.signal.fftconvolve(np.zeros(0), np.ones(3)).shape


@pytest.mark.parametrize("method", ["linear", "nearest", "slinear"])
def test_a_grid_that_descends(method):
    grid, values, places = (np.linspace(1, 0, 6), np.linspace(0, 2, 7)), draw((6, 7)), np.array([[0.33, 1.2], [0.71, 0.4]])
    right = scipy.interpolate.interpn(grid, values, places, method)
    np.testing.assert_allclose(interpolate.interpn(grid, recorded(values), places, method).numpy(), right, rtol=1e-12)
    if method != "nearest":
        np.testing.assert_allclose(interpolate.interpn(grid, values, recorded(places), method).numpy(), right, rtol=1e-12)


def test_rows_of_q_that_r_has_nothing_of():
    a = draw((3, 5))
    for found, right in zip(linalg.rq(recorded(a)), scipy.linalg.rq(a), strict=True):
        np.testing.assert_allclose(found.numpy(), right, rtol=1e-10, atol=1e-12)


def test_a_sparse_matrix_in_another_format():
    data, places, b = np.array([4.0, 1.0, 5.0]), (np.array([0, 0, 1]), np.array([0, 1, 1])), np.array([1.0, 2.0])
    solved = lambda data: np.sum(sparse.linalg.spsolve(sparse.csc_array(sparse.coo_array((data, places))).tocsr(), b))
    x1 = b[1] / data[2]  # by hand: x₁ = b₁ / d₂, x₀ = (b₀ - d₁ x₁) / d₀
    x0 = (b[0] - data[1] * x1) / data[0]
    right = [-x0 / data[0], -x1 / data[0], -x1 / data[2] * (1 - data[1] / data[0])]
    np.testing.assert_allclose(grad(solved)(data), right, rtol=1e-13)
    with pytest.raises(
        UnsupportedError, match=r"sparse\.csc_array: shape=\(3, 3\) of a Matrix of shape \(2, 2\); leave shape out"
    ):
        sparse.csc_array(sparse.coo_array((recorded(data), places)), shape=(3, 3))


def test_polygamma_of_several_orders():
    x = np.array([0.7, 1.3, 2.9])
    found = special.polygamma(np.array([0, 1, 2]), recorded(x)).numpy()
    np.testing.assert_allclose(found, scipy.special.polygamma([0, 1, 2], x), rtol=1e-14)


def test_solve_shares_its_factors():
    """Both gradients of one pass, and again of another ḡ; a singular or ill conditioned matrix has SciPy's error and warning."""
    a, b, g = draw((60, 60)) + 9 * np.eye(60), draw((60, 2)), draw((60, 2))
    first, second = recorded(a), recorded(b)
    x = linalg.solve(first, second)
    for turn in (g, 3 * g):
        first.grad = second.grad = None
        x.backward(turn, retain_graph=True)
        back = np.linalg.solve(a.T, turn)
        np.testing.assert_allclose(second.grad, back, rtol=1e-10)
        np.testing.assert_allclose(first.grad, -back @ np.linalg.solve(a, b).T, rtol=1e-9)
    with pytest.raises(np.linalg.LinAlgError):
        linalg.solve(recorded(np.ones((3, 3))), np.ones(3))
    with pytest.warns(scipy.linalg.LinAlgWarning, match="(?i)ill-conditioned"):
        linalg.solve(recorded(np.array([[1.0, 1.0], [1.0, 1.0 + 5e-16]])), np.ones(2))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("trans", [0, 1, 2, "T"])
@pytest.mark.parametrize("lower", [False, True])
def test_solve_triangular_is_solved_back_once(monkeypatch, order, trans, lower):
    """For both gradients of one pass, and again for another ḡ; other elements of the matrix count for nothing."""
    count, solved = [0], systems.Triangle.solved
    monkeypatch.setattr(systems.Triangle, "solved", lambda self, g: count.append(1) or solved(self, g))
    a, b, g = np.array(draw((5, 5)) + 4 * np.eye(5), order=order), draw((5, 2)), draw((5, 2))
    triangle = np.tril(a) if lower else np.triu(a)
    triangle = triangle.T if trans else triangle
    first, second = recorded(a), recorded(b)
    x = linalg.solve_triangular(first, second, trans, lower)
    np.testing.assert_allclose(x.numpy(), np.linalg.solve(triangle, b), rtol=1e-12)
    for i, turn in enumerate((g, 3 * g)):
        first.grad = second.grad = None
        x.backward(turn, retain_graph=True)
        back = np.linalg.solve(triangle.T, turn)
        of_triangle = -back @ x.numpy().T
        np.testing.assert_allclose(second.grad, back, rtol=1e-12)
        whole = of_triangle.T if trans else of_triangle
        np.testing.assert_allclose(first.grad, np.tril(whole) if lower else np.triu(whole), rtol=1e-12)
        assert sum(count) == i + 1


def test_errors_of_solve_triangular_are_scipys():
    a = draw((3, 3)) + 4 * np.eye(3)
    with pytest.raises(ValueError, match="infs or NaNs"):
        linalg.solve_triangular(recorded(np.where(a == a[0, 0], np.nan, a)), np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        linalg.solve_triangular(recorded(np.triu(a, 1)), np.ones(3))
    with pytest.raises(ValueError, match=r"(?i)shape"):
        linalg.solve_triangular(recorded(a), np.ones(4))
    np.testing.assert_array_equal(
        np.isnan(linalg.solve_triangular(recorded(np.where(a == a[0, 0], np.nan, a)), np.ones(3), check_finite=False).numpy()),
        [True, False, False],
    )
