"""What the table of cases cannot say of scipy.linalg: warnings, errors, what is read of a matrix, and known derivatives."""

import numpy as np
import pytest
import scipy.linalg

from autograd_core import GaugeWarning, Tensor, grad, hessian
from autograd_core.errors import UnsupportedError
from autograd_core.scipy import linalg

r = np.random.default_rng(3)
A = r.uniform(-1, 1, (3, 3)) + 2 * np.eye(3)
S = A @ A.T


@pytest.mark.parametrize(
    ("f", "of_triangle"),
    [
        (lambda a: linalg.solve(a, np.ones(3), assume_a="pos"), np.triu),
        (lambda a: linalg.solve(a, np.ones(3), assume_a="sym", lower=True), np.tril),
        (lambda a: linalg.cholesky(a), np.triu),
        (lambda a: linalg.cho_factor(a, lower=True)[0] * np.tri(3), np.tril),
        (lambda a: linalg.eigvalsh(a), np.tril),
        (lambda a: linalg.eigh(a, lower=False, eigvals_only=True), np.triu),
        (lambda a: linalg.pinvh(a), np.tril),
        (lambda a: linalg.ldl(a)[1], np.tril),
        (lambda a: linalg.solve_triangular(a, np.ones(3)), np.triu),
    ],
)
def test_the_gradient_is_in_the_triangle_that_is_read(f, of_triangle):
    g = grad(lambda a: np.sum(f(a) ** 2))(S)
    assert np.any(g != 0)
    np.testing.assert_array_equal(g, of_triangle(g))


def test_known_derivatives():
    at, inverse = scipy.linalg.expm(0.7 * A), np.linalg.inv(S)
    f = lambda t: linalg.expm(t * A)[0, 1]
    np.testing.assert_allclose(grad(f)(0.7), (A @ at)[0, 1], rtol=1e-12)
    np.testing.assert_allclose(hessian(f)(0.7), (A @ A @ at)[0, 1], rtol=1e-11)
    np.testing.assert_allclose(grad(lambda a: np.trace(linalg.logm(a)))(S), inverse, rtol=1e-9)  # ln det
    np.testing.assert_allclose(grad(lambda a: linalg.det(a))(S), np.linalg.det(S) * inverse, rtol=1e-12)


def test_polar_of_equal_singular_values():
    """At 1 the unitary factor moves with the antisymmetric part of the change alone."""
    change = r.uniform(-1, 1, (3, 3))
    moved = grad(lambda t: np.sum(change * linalg.polar(np.eye(3) + t * change)[0]))(0.0)
    np.testing.assert_allclose(moved, np.sum(change * (change - change.T) / 2), rtol=1e-12)


def test_a_pseudo_inverse_that_cuts_off_knows_of_what_it_cuts():
    """diag(3, 2, ½) turned by t in the plane of 2 and ½: what is left turns, though nothing of the rank changes."""

    def f(t):
        turn = np.stack([np.stack([np.cos(t), -np.sin(t)]), np.stack([np.sin(t), np.cos(t)])])
        return linalg.pinv(turn @ np.diag([2.0, 0.5]) @ turn.T, atol=1.0)[0, 0]

    np.testing.assert_allclose(grad(f)(0.3), -np.sin(0.6) / 2, rtol=1e-10)  # cos² t / 2


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda a: np.sum(np.real(linalg.eig(a)[1])), "arbitrary phases of the complex eigenvectors"),
        (lambda a: np.sum(np.real(linalg.schur(a, "complex")[1])), "arbitrary phases of the complex Schur vectors"),
        (lambda a: np.sum(linalg.eigh(a + a.T)[1]) + 0 * a[0, 0], None),
    ],
)
def test_results_that_depend_on_a_choice_warn(f, words):
    turning = np.array([[0.0, 1, 0.2], [-1, 0.1, 0], [0.3, 0, 2]])
    if words is None:
        grad(f)(turning)
        return
    with pytest.warns(GaugeWarning, match=words):
        grad(f)(turning)


def test_equal_eigenvalues_warn():
    with pytest.warns(GaugeWarning, match="equal eigenvalues 1"):
        grad(lambda a: np.sum(linalg.eigh(a)[1][0]))(np.diag([1.0, 1, 2]))
    with pytest.warns(GaugeWarning, match="equal eigenvalues 1"):
        grad(lambda a: linalg.schur(a)[0][0, 2])(np.array([[1.0, 0, 0.5], [0, 1, 0.2], [0, 0, 2]]))


@pytest.mark.filterwarnings("ignore:Matrix is singular")  # so says SciPy's sqrtm
@pytest.mark.parametrize("f", [linalg.sqrtm, lambda a: linalg.polar(a)[0]])
def test_a_singular_matrix_has_no_derivative(f):
    a = Tensor(np.array([[1.0, 1], [1, 1]]), requires_grad=True)
    out = np.sum(f(a) * np.array([[1.0, 2], [3, 5]]))
    with pytest.raises(np.linalg.LinAlgError, match=r"scipy.linalg.(sqrtm|polar): it has no derivative here"):
        out.backward()


def test_a_symmetric_matrix_that_solve_finds_out_about_is_read_whole():
    x = np.linalg.solve(S, np.ones(3))
    np.testing.assert_allclose(grad(lambda a: np.sum(linalg.solve(a, np.ones(3))))(S), -np.outer(x, x), rtol=1e-10)


def test_nothing_is_overwritten():
    a, b = Tensor(S.copy(), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    linalg.solve(a, b, overwrite_a=True, overwrite_b=True)
    linalg.solve_triangular(a, b, overwrite_b=True)
    linalg.solve_sylvester(a, a, a)
    np.testing.assert_array_equal(a.numpy(), S)
    np.testing.assert_array_equal(b.numpy(), np.ones(3))


@pytest.mark.parametrize("f", [linalg.inv, linalg.cholesky, linalg.svd, linalg.eigvalsh, linalg.qr, linalg.pinv, linalg.det])
def test_check_finite_is_scipys(f):
    a = Tensor(np.array([[1.0, np.inf], [0, 1]]), requires_grad=True)
    with pytest.raises(ValueError, match="array must not contain infs or NaNs"):
        f(a)


def test_errors_are_scipys():
    a = Tensor(np.array([[1.0, 2], [2, 1]]), requires_grad=True)
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        linalg.cholesky(a)
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        linalg.cholesky_banded(np.array([[0, 2.0], [1, 1]]) * a[0, 0])
    with pytest.raises(np.linalg.LinAlgError, match="near singular circulant"):
        linalg.solve_circulant(a[0] * 0 + 1, np.ones(2))
    with pytest.raises(UnsupportedError, match="with disp=False it returns an estimate"):
        linalg.logm(a, disp=False) if "disp" in str(scipy.linalg.logm.__doc__) else linalg.signm(a, disp=False)


def test_the_error_of_plain_scipy_says_what_to_write_for_an_unsupported_function():
    a = Tensor(S, requires_grad=True)
    with pytest.raises(TypeError, match=r"^scipy.linalg.null_space would cut .* np.eye\(n\) - linalg.pinv\(a\) @ a"):
        scipy.linalg.null_space(a)
    with pytest.raises(TypeError, match=r"^scipy.linalg.svd would cut .* linalg.svd\(…\)"):
        scipy.linalg.svd(a)


def test_long_bands_are_factorised_in_blocks():
    """cholesky_banded of more rows than a block, against the dense factor."""
    n, k = 75, 3
    ab = r.uniform(-1, 1, (k + 1, n))
    ab[0] += 8
    dense = lambda ab: sum(np.diag(ab[d, : n - d], -d) for d in range(k + 1))
    weight = r.uniform(-1, 1, (n, n))
    by_bands = grad(lambda ab: np.sum(dense(linalg.cholesky_banded(ab, lower=True)) * weight))(ab)
    by_dense = grad(lambda ab: np.sum(np.linalg.cholesky(dense(ab)) * weight))(ab)
    np.testing.assert_allclose(by_bands, by_dense, rtol=1e-9, atol=1e-11)
