"""Sparse matrices whose elements are a Tensor: what they can do, and what they refuse."""

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.linalg

from autograd_core import GaugeWarning, Tensor, grad
from autograd_core.errors import GraphError, ShapeError, UnsupportedError
from autograd_core.scipy import sparse
from autograd_core.testing import gradcheck

ROWS, COLUMNS = np.array([0, 1, 2, 0, 2]), np.array([0, 1, 2, 2, 1])
DATA = np.array([2.0, 3.0, 4.0, 0.5, 0.7])
b = np.array([1.0, -2.0, 0.5])


def of(data):
    return sparse.coo_array((data, (ROWS, COLUMNS)), shape=(3, 3))


def dense(data):
    out = np.zeros((3, 3))
    out[ROWS, COLUMNS] = data
    return out


def test_without_a_tensor_it_is_scipys():
    assert type(of(DATA)) is scipy.sparse.coo_array
    assert type(sparse.csr_array(np.eye(2))) is scipy.sparse.csr_array


@pytest.mark.parametrize(
    "f",
    [
        lambda A: A @ b,
        lambda A: b @ A,
        lambda A: A @ np.outer(b, b[:2]),
        lambda A: np.outer(b[:2], b) @ A,
        lambda A: A.T @ b,
        lambda A: A.toarray(),
        lambda A: A.diagonal(),
        lambda A: (2 * A - A / 4 + -A) @ b,
        lambda A: (A + scipy.sparse.eye_array(3)) @ b,
        lambda A: (A - scipy.sparse.eye_array(3)) @ b,
        lambda A: A.conj() @ (1j * b),
    ],
)
def test_operators(f):
    gradcheck(lambda data: f(of(data)), DATA)
    expected = f(scipy.sparse.csr_array(dense(DATA)))
    expected = expected.toarray() if scipy.sparse.issparse(expected) else expected
    np.testing.assert_allclose(f(of(Tensor(DATA))).numpy(), expected, rtol=1e-14)


@pytest.mark.parametrize("name", ["csr_array", "coo_array"])
def test_the_error_of_scipys_own_constructor_says_what_to_write(name):
    data = Tensor(DATA, requires_grad=True)
    rest = (ROWS, COLUMNS) if name == "coo_array" else None
    arguments = (data, rest) if rest else (data, COLUMNS, np.array([0, 2, 3, 5]))
    with pytest.raises((TypeError, ValueError)) as caught:  # some SciPys hide the reason behind one of theirs
        getattr(scipy.sparse, name)(arguments, shape=(3, 3))
    words = f"write `from autograd_core.scipy import sparse` and sparse.{name}(…)"
    assert any(words in str(error) for error in (caught.value, caught.value.__cause__, caught.value.__context__))


def test_constructors():
    """By rows, by columns and by diagonals, each with its own order of the elements."""
    x = Tensor(np.array([1.0, 2.0, 3.0, 4.0]), requires_grad=True)
    indices, indptr = np.array([0, 2, 1, 0]), np.array([0, 2, 3, 4])
    for name in ("csr_array", "csc_array"):
        expected = getattr(scipy.sparse, name)((x.numpy(), indices, indptr), shape=(3, 3)).toarray()
        np.testing.assert_array_equal(getattr(sparse, name)((x, indices, indptr), shape=(3, 3)).toarray().numpy(), expected)
    diagonals = Tensor(np.arange(1.0, 7).reshape(2, 3), requires_grad=True)
    A = sparse.dia_array((diagonals, [0, 1]), shape=(3, 3))
    expected = scipy.sparse.dia_array((diagonals.numpy(), [0, 1]), shape=(3, 3)).toarray()
    np.testing.assert_array_equal(A.toarray().numpy(), expected)
    np.sum(A.toarray()).backward()
    np.testing.assert_array_equal(diagonals.grad, [[1, 1, 1], [0, 1, 1]])  # the first of the upper diagonal is outside


@pytest.mark.parametrize("name", ["coo_array", "csr_array", "csc_array"])
def test_elements_at_the_same_place_add_up(name):
    places = np.array([0, 1, 1, 0]), np.array([1, 0, 0, 0])
    data = Tensor(np.array([1.0, 2.0, 4.0, 8.0]), requires_grad=True)
    A = getattr(sparse, name)((data, places), shape=(2, 2))
    np.testing.assert_array_equal(A.toarray().numpy(), [[8, 1], [6, 0]])
    np.sum(A @ np.array([1.0, 10.0])).backward()
    np.testing.assert_array_equal(data.grad, [10, 1, 1, 1])


def test_a_constant_matrix_times_a_tensor():
    S = scipy.sparse.csr_array(dense(DATA))
    np.testing.assert_allclose(grad(lambda x: np.sum(sparse.Matrix(S) @ x))(b), dense(DATA).sum(axis=0))
    inverse = np.linalg.inv(dense(DATA))
    np.testing.assert_allclose(grad(lambda x: np.sum(sparse.linalg.spsolve(S.tocsc(), x)))(b), inverse.sum(axis=0), rtol=1e-12)


def test_the_backward_pass_uses_the_factors_of_the_forward_pass(monkeypatch):
    made = []
    splu = scipy.sparse.linalg.splu
    monkeypatch.setattr(scipy.sparse.linalg, "splu", lambda *args, **kwargs: made.append(1) or splu(*args, **kwargs))
    grad(lambda data, b: np.sum(sparse.linalg.spsolve(of(data), b) ** 2), (0, 1))(DATA, b)
    assert len(made) == 1
    made.clear()
    grad(lambda data: sum(np.sum(solve(v)) for solve in [sparse.linalg.factorized(of(data))] for v in np.eye(3)))(DATA)
    assert len(made) == 1


def test_splu_has_what_scipys_object_has():
    factors = sparse.linalg.splu(of(Tensor(DATA, requires_grad=True)))
    assert factors.shape == (3, 3)
    assert scipy.sparse.issparse(factors.L)


def test_what_did_not_converge_has_no_derivative():
    A, x = np.diag(np.linspace(1, 1e6, 50)) + 0.1, np.ones(50)
    found, info = sparse.linalg.cg(Tensor(A, requires_grad=True), x, maxiter=2)
    assert info == 2
    with pytest.raises(GraphError, match=r"scipy.sparse.linalg.cg: it did not converge \(info=2\).* larger maxiter"):
        np.sum(found).backward()


def test_a_preconditioner_serves_both_directions():
    A = dense(DATA)
    M = np.linalg.inv(np.diag(np.diag(A)))
    f = lambda data: np.sum(sparse.linalg.gmres(of(data), b, M=M, rtol=1e-12)[0])
    x, y = np.linalg.solve(A, b), np.linalg.solve(A.T, np.ones(3))
    np.testing.assert_allclose(grad(f)(DATA), -y[ROWS] * x[COLUMNS], rtol=1e-9)


@pytest.mark.parametrize("method", ["cg", "gmres"])
def test_a_linear_operator_is_a_constant(method):
    A = dense(DATA) + dense(DATA).T
    operator = scipy.sparse.linalg.LinearOperator((3, 3), matvec=lambda x: A @ x, rmatvec=lambda x: A.T @ x, dtype=float)
    g = grad(lambda x: np.sum(getattr(sparse.linalg, method)(operator, x, rtol=1e-12)[0]))(b)
    np.testing.assert_allclose(g, np.linalg.solve(A, np.ones(3)), rtol=1e-9)


def test_equal_eigenvalues_warn():
    n = np.arange(4)
    f = lambda data: sparse.linalg.eigsh(sparse.coo_array((data, (n, n)), shape=(4, 4)), 2, v0=np.arange(1.0, 5))[1][0, 0]
    with pytest.warns(GaugeWarning, match="more than once"), pytest.raises(RuntimeError, match="singular"):
        grad(f)(np.array([1.0, 1.0, 3.0, 3.0]))


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (lambda A: A @ A, UnsupportedError, r"A @ B of two sparse matrices .* write A @ \(B @ x\)"),
        (lambda A: A * b, UnsupportedError, r"A \* x is for a number x, got shape \(3,\)"),
        (lambda A: A @ np.ones(4), ShapeError, r"A @ x: the shapes \(3, 3\) and \(4,\) do not go together"),
        (lambda A: A + scipy.sparse.eye_array(4), ShapeError, r"A \+ B: the shapes \(3, 3\) and \(4, 4\)"),
        (lambda A: A + np.eye(3), TypeError, r"A \+ B: expected a sparse array, got ndarray"),
        (
            lambda A: sparse.linalg.spsolve(A.toarray(), b),
            UnsupportedError,
            "A must be sparse, got Tensor; write np.linalg.solve",
        ),
        (lambda A: sparse.linalg.spsolve(A, scipy.sparse.eye_array(3)), UnsupportedError, r"sparse b; write b.toarray\(\)"),
        (lambda A: sparse.linalg.eigsh(A, 1, M=np.eye(3)), UnsupportedError, "M=.*write linalg.eigh"),
        (lambda A: sparse.linalg.norm(A, 1), UnsupportedError, "ord=1; write np.linalg.norm"),
        (lambda A: sparse.linalg.inv(A), UnsupportedError, r"scipy.sparse.linalg.inv: .* write sparse.linalg.spsolve\(A, b\)"),
        (lambda A: sparse.linalg.cg(lambda x: x, A.data[:3]), UnsupportedError, "cg: A must be a sparse.Matrix, .* got function"),
        (lambda A: sparse.csr_array(A.toarray()), UnsupportedError, "a dense Tensor does not say what stays 0"),
        (lambda A: sparse.coo_array((A.data, (ROWS, COLUMNS)), dtype="float32"), UnsupportedError, "write data.astype"),
    ],
)
def test_refusals(f, error, words):
    with pytest.raises(error, match=words):
        f(of(Tensor(DATA, requires_grad=True)))
