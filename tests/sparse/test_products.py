"""Products of SciPy's sparse arrays with Tensors, against the same products of dense arrays."""

import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.linalg import LinearOperator, aslinearoperator

from autograd_core import Tensor, grad, hessian, jacobian, jvp
from autograd_core.errors import ShapeError, UnsupportedError
from autograd_core.sparse import linear_map, sparse_matrix
from autograd_core.testing import gradcheck

DENSE = np.array([[1.0, 0, 2, 0], [0, -3, 0, 0], [0, 4, 0, 0.5]])
KINDS = [
    "csr_array",
    "csc_array",
    "coo_array",
    "dia_array",
    "bsr_array",
    "lil_array",
    "dok_array",
    "csr_matrix",
    "csc_matrix",
    "coo_matrix",
    "dia_matrix",
]
X, Y = np.array([0.3, -1.0, 2.0, 0.7]), np.array([1.5, -0.2, 0.4])


@pytest.mark.parametrize("kind", KINDS)
def test_product_from_either_side(kind):
    A = getattr(scipy.sparse, kind)(DENSE)
    for f, same, x in [
        (lambda t: A @ t, lambda t: DENSE @ t, X),
        (lambda t: t @ A, lambda t: t @ DENSE, Y),
        (lambda t: A @ t, lambda t: DENSE @ t, np.outer(X, [1, 2])),
        (lambda t: t @ A, lambda t: t @ DENSE, np.outer([1, 2], Y)),
        (lambda t: A.T @ (A @ t), lambda t: DENSE.T @ (DENSE @ t), X),
    ]:
        t = Tensor(x, requires_grad=True)
        out = f(t)
        assert isinstance(out, Tensor)
        np.testing.assert_allclose(out.numpy(), same(x), rtol=1e-14)
        np.testing.assert_allclose(jacobian(f)(x), jacobian(same)(x), rtol=1e-14, atol=1e-15)
        loss, same_loss = (lambda t, g=g: np.sum(np.tanh(g(t)) ** 2) for g in (f, same))
        np.testing.assert_allclose(grad(loss)(x), grad(same_loss)(x), rtol=1e-12)
        np.testing.assert_allclose(hessian(loss)(x), hessian(same_loss)(x), rtol=1e-12, atol=1e-14)


def test_checked_to_second_order():
    A = scipy.sparse.csr_array(DENSE)
    assert gradcheck(lambda x: A @ np.sin(x), X)
    assert gradcheck(lambda x: np.cos(x) @ A, Y)
    assert gradcheck(lambda x: (A * 1j) @ x, X + 1j)
    assert gradcheck(lambda x: linear_map(aslinearoperator(A), np.exp(x)), X)


def test_without_a_graph_it_is_a_tensor_too():
    A = scipy.sparse.csr_array(DENSE)
    assert isinstance(A @ Tensor(X), Tensor)
    assert isinstance(Tensor(Y) @ A, Tensor)
    np.testing.assert_allclose((A @ Tensor(X)).numpy(), DENSE @ X)


def test_a_matrix_of_the_old_kind_multiplies_by_a_star():
    np.testing.assert_allclose(grad(lambda t: np.sum((scipy.sparse.csr_matrix(DENSE) * t) ** 2))(X), 2 * DENSE.T @ DENSE @ X)


def test_a_linear_operator_of_ones_own():
    """The sum of neighbours, and its transpose, without a matrix."""
    A = LinearOperator(
        (3, 4),
        matvec=lambda x: x[1:] + x[:-1],
        rmatvec=lambda y: np.concatenate([[0], y]) + np.concatenate([y, [0]]),
        dtype=float,
    )
    assert gradcheck(lambda x: linear_map(A, x**2), X)
    value, change = jvp(lambda x: linear_map(A, x**2), (X,), (np.ones(4),))
    np.testing.assert_allclose(value, X[1:] ** 2 + X[:-1] ** 2)
    np.testing.assert_allclose(change, 2 * X[1:] + 2 * X[:-1])


def test_what_is_masked_contributes_nothing():
    A = scipy.sparse.csr_array(np.array([[1.0, 2.0], [np.inf, np.nan]]))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(grad(lambda x: np.where([True, False], A @ x, 0.0).sum())(np.ones(2)), [1, 2])
        np.testing.assert_array_equal(
            grad(lambda x: np.where([[True], [False]], A @ x, 0.0).sum())(np.ones((2, 3))), [[1] * 3, [2] * 3]
        )


def test_dtypes_are_scipys():
    A = scipy.sparse.csr_array(DENSE.astype(np.float32))
    t = Tensor(X.astype(np.float32), requires_grad=True)
    (A @ t).sum().backward()
    assert (A @ t).dtype == t.grad.dtype == np.float32
    assert (scipy.sparse.csr_array(DENSE) @ t).dtype == np.float64


def test_elements_that_are_variables():
    rows, columns, data = np.array([0, 0, 1, 2, 0]), np.array([0, 2, 1, 1, 0]), np.array([1.0, 2, 3, 4, 5])
    dense = lambda data: sum(d * np.outer(np.eye(3)[r], np.eye(4)[c]) for d, r, c in zip(data, rows, columns, strict=True))
    f = lambda data, x: np.sum(np.sin(sparse_matrix(rows, columns, data, (3, 4)) @ x))
    same = lambda data, x: np.sum(np.sin(dense(data) @ x))
    for argnum, x in enumerate((data, X)):
        np.testing.assert_allclose(grad(f, argnum)(data, X), grad(same, argnum)(data, X), rtol=1e-12)
        of = lambda g: jacobian(grad(g, argnum), argnum)(data, X)  # noqa: B023
        np.testing.assert_allclose(of(f), of(same), rtol=1e-12, atol=1e-15)
        assert x.ndim == 1


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda A, t: A + t, UnsupportedError, r"^add of a sparse array and a Tensor .* A @ t .* A.toarray\(\)"),
        (lambda A, t: t * A, UnsupportedError, r"^multiply of a sparse array and a Tensor"),
        (lambda A, t: t / A, UnsupportedError, r"^divide of a sparse array"),
        (lambda A, t: A @ t[:2], ShapeError, r"^linear_map: A x of the shapes \(3, 4\) and \(2,\); x must be \(n,\) or \(n, k\)"),
        (lambda A, t: A @ t.reshape(4, 1, 1), ShapeError, r"^linear_map: A x of the shapes \(3, 4\) and \(4, 1, 1\)"),
        (lambda A, t: linear_map([[1.0]], t), TypeError, r"^linear_map: A must have A.shape, A @ x and A.T, got list"),
        (lambda A, t: A.tocoo().dot(t), TypeError, r"^A.dot\(t\) of a sparse array would cut the Tensor .* write A @ t"),
        (
            lambda A, t: sparse_matrix([0], [0, 1], t),
            ShapeError,
            r"^sparse_matrix: rows, columns and data .* \(1,\), \(2,\) and \(4,\)",
        ),
        (lambda A, t: t[0] @ A, UnsupportedError, r"^matmul: a Tensor that is a number and a sparse array"),
    ],
)
def test_what_has_no_derivative_says_so(wrong, error, words):
    with pytest.raises(error, match=words):
        wrong(scipy.sparse.csr_array(DENSE), Tensor(X, requires_grad=True))
