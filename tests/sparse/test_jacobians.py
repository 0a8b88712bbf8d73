"""Sparse Jacobians and Hessians by colours, against dense ones and closed forms."""

import numpy as np
import pytest
import scipy.sparse

from autograd_core import Tensor, grad, hessian, jacobian
from autograd_core.errors import DTypeError, GradientError, ShapeError
from autograd_core.sparse import colours, sparse_hessian, sparse_jacobian


def tridiagonal(n):
    return scipy.sparse.diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(n, n))


def laplacian(k):
    """The pattern of five points on a k × k grid."""
    line = scipy.sparse.diags_array([1.0, 1.0], offsets=[-1, 1], shape=(k, k))
    eye = scipy.sparse.eye_array(k)
    return scipy.sparse.kron(line, eye) + scipy.sparse.kron(eye, line) + scipy.sparse.eye_array(k * k)


PATTERNS = {
    "tridiagonal": (tridiagonal(50), 3),
    "diagonal": (scipy.sparse.eye_array(9), 1),
    "lower bidiagonal": (np.eye(6) + np.eye(6, k=-1), 2),
    "five points": (laplacian(12), None),
    "arrow": (np.eye(7) + np.outer(np.eye(7)[0], np.ones(7)) + np.outer(np.ones(7), np.eye(7)[0]), 7),
    "arrow down": (np.eye(7) + np.outer(np.eye(7)[0], np.ones(7)), 2),
    "random": (scipy.sparse.random_array((200, 80), density=0.02, rng=np.random.default_rng(3)), None),
    "wide": (scipy.sparse.random_array((40, 300), density=0.02, rng=np.random.default_rng(4)), None),
    "dense": (np.ones((70, 5)), 70),
    "empty": (np.zeros((4, 3)), 1),
    "no rows": (np.zeros((0, 3)), 0),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_rows_of_one_colour_share_no_column(name):
    pattern, expected = PATTERNS[name]
    colour, there = colours(pattern), scipy.sparse.csr_array(pattern).toarray() != 0
    assert colour.shape == there.shape[:1]
    number = colour.max(initial=-1) + 1
    assert set(colour.tolist()) == set(range(number))
    for c in range(number):
        assert there[colour == c].sum(axis=0).max(initial=0) <= 1
    if expected is not None:
        assert number == expected
    assert number <= 3 * max(there.sum(axis=0).max(initial=0), 1)  # greedy, but not far from what no colouring can beat


def chain(x):
    return np.sin(x) * np.concatenate([x[1:], x[:1] * 0]) + np.concatenate([x[:1] * 0, x[:-1]]) ** 2


def test_jacobian_of_a_chain():
    x = np.random.default_rng(0).normal(size=50)
    J = sparse_jacobian(chain, tridiagonal(50))(x)
    assert isinstance(J, scipy.sparse.csr_array)
    assert J.nnz == 148
    np.testing.assert_allclose(J.toarray(), jacobian(chain)(x), rtol=1e-14)


def test_hessian_of_rosenbrock():
    f = lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    x = np.random.default_rng(1).normal(size=30)
    H = sparse_hessian(f, tridiagonal(30))(x)
    diagonal = np.zeros(30)  # in closed form
    diagonal[:-1] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    diagonal[1:] += 200
    expected = np.diag(diagonal) + np.diag(-400 * x[:-1], 1) + np.diag(-400 * x[:-1], -1)
    np.testing.assert_allclose(H.toarray(), expected, rtol=1e-12, atol=1e-10)
    np.testing.assert_allclose(H.toarray(), hessian(f)(x), rtol=1e-12, atol=1e-10)


def test_on_a_grid():
    k = 12
    grid = lambda u: np.pad(u.reshape(k, k), 1)
    f = lambda u: (
        grid(u)[2:, 1:-1] + grid(u)[:-2, 1:-1] + grid(u)[1:-1, 2:] + grid(u)[1:-1, :-2] - 4 * u.reshape(k, k) ** 3
    ).ravel()
    u = np.random.default_rng(2).normal(size=k * k)
    of = sparse_jacobian(f, laplacian(k))
    np.testing.assert_allclose(of(u).toarray(), jacobian(f)(u), rtol=1e-13)
    assert of.colours.max() < 10  # by bands it would be 25


def test_not_square_and_float32():
    pattern = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]])
    f = lambda x: np.concatenate([x[:1], x[:-1] * x[1:], x[-1:] ** 2])
    x = np.array([1, 2, 3], np.float32)
    J = sparse_jacobian(f, pattern)(x)
    assert J.dtype == np.float32
    np.testing.assert_allclose(J.toarray(), [[1, 0, 0], [2, 1, 0], [0, 3, 2], [0, 0, 6]])


def test_inside_another_derivative():
    """d/da of the sum of all elements of the Jacobian of a x², and by x."""
    pattern = scipy.sparse.eye_array(3)
    f = lambda a, x: np.sum(sparse_jacobian(lambda x: a * x**2, pattern)(x).data)
    x = np.array([1.0, 2.0, 3.0])
    assert grad(f)(5.0, x) == pytest.approx(12)
    np.testing.assert_allclose(grad(f, 1)(5.0, x), [10, 10, 10])
    a = Tensor(5.0, requires_grad=True)
    f(a, x).backward()
    assert a.grad == pytest.approx(12)


def test_a_pattern_that_lacks_an_element_is_noticed():
    with pytest.raises(GradientError, match=r"^sparse_jacobian: the pattern lacks an element in column 0 that is not 0"):
        sparse_jacobian(chain, scipy.sparse.diags_array([1.0, 1.0], offsets=[0, 1], shape=(5, 5)))(np.arange(1.0, 6))
    lacking = sparse_jacobian(chain, scipy.sparse.eye_array(5), check=False)(np.arange(1.0, 6))
    assert lacking.nnz == 5


def test_wrong_shapes_are_named():
    with pytest.raises(ShapeError, match=r"^the pattern must be a matrix, \(m, n\), got shape \(2,\)"):
        sparse_jacobian(chain, [1, 1])
    with pytest.raises(
        ShapeError, match=r"^sparse_jacobian: the pattern has the shape \(4, 4\), but the function the Jacobian \(5, 5\)"
    ):
        sparse_jacobian(chain, tridiagonal(4))(np.arange(1.0, 6))


@pytest.mark.parametrize(("f", "x"), [(lambda x: 1j * x, np.ones(3)), (lambda z: np.abs(z) ** 2, np.ones(3) + 1j)])
def test_complex_numbers_are_refused(f, x):
    with pytest.raises(
        DTypeError, match=r"^sparse_jacobian: x and the result must be real, got .* write np.real and np.imag apart"
    ):
        sparse_jacobian(f, scipy.sparse.eye_array(3))(x)


def test_a_list_will_do():
    np.testing.assert_array_equal(sparse_jacobian(np.square, scipy.sparse.eye_array(2))([1.0, 3.0]).toarray(), [[2, 0], [0, 6]])
