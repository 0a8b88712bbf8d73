"""The exponential of large matrices, whose pullback takes what the forward pass has made. Here small ones count as large."""

import mpmath
import numpy as np
import pytest
import scipy.linalg

from autograd_core import Tensor, grad, hvp, jacobian, jvp
from autograd_core.scipy import linalg
from autograd_core.scipy.linalg import exponential

r = np.random.default_rng(7)
N = 4
G = r.normal(size=(N, N))


@pytest.fixture
def small_is_large(monkeypatch):
    """And counts the pullbacks that take what was kept."""
    monkeypatch.setattr(exponential, "LARGE", 2)
    counted, back = [], exponential.Steps.back
    monkeypatch.setattr(exponential.Steps, "back", lambda self, g: counted.append(self) or back(self, g))
    return counted


def precise(A, g):
    """eᴬ and L(Aᵀ, g) in 60 digits, from the exponential of [[Aᵀ, g], [0, Aᵀ]]."""
    n = len(A)
    with mpmath.workdps(60):
        both = mpmath.expm(mpmath.matrix(np.block([[A.T, g], [np.zeros((n, n)), A.T]]).tolist()), method="taylor")
        both = np.array([[complex(both[i, j]) for j in range(2 * n)] for i in range(2 * n)])
    both = both if np.iscomplexobj(A) else both.real
    return both[:n, :n].T, both[:n, n:]


def pulled(A, g):
    """eᴬ and its gradient for ḡ = g."""
    a = Tensor(A, requires_grad=True)
    out = linalg.expm(a)
    out.backward(g)
    return out.numpy(), a.grad


def near(found, right, digits):
    np.testing.assert_allclose(found, right, rtol=0, atol=digits * np.max(np.abs(right)))


@pytest.mark.parametrize("size", [1e-9, 2e-3, 0.04, 0.15, 0.6, 4, 60])  # orders 3, 3, 5, 7, 13; halved twice, six times
@pytest.mark.parametrize("dtype", [float, complex])
def test_values_and_gradients_have_all_digits(small_is_large, size, dtype):
    A, g = size * r.normal(size=(N, N)), G
    if dtype is complex:
        A, g = A + 1j * size * r.normal(size=(N, N)), g + 1j * r.normal(size=(N, N))
    found, right = pulled(A, g), precise(A, g)
    assert len(small_is_large) == 1
    near(found[0], right[0], 1e-13)
    near(found[1], right[1], 1e-13)


@pytest.mark.parametrize(
    "A",
    [
        np.array([[1, 5e3, 2], [3e-5, -1, 1], [1e-8, 0, 2]]),
        np.array([[0, 1e3, 0, 1e-9], [0, 0, 1e3, 0], [0, 0, 0, 1e3], [1e-9, 0, 0, 0]]),
        np.array([[0, 0, 1.0], [0, 0, 0], [1e-300, 0, 0]]) * 1000,  # its square is nearly 0
    ],
)
def test_powers_far_below_those_of_the_norm(small_is_large, A):
    """Halved by the norm alone, `scipy.linalg.expm_frechet` is wrong by 7e-11 and 2e-9 at the first two."""
    g = G[: len(A), : len(A)]
    found, right = pulled(A, g), precise(A, g)
    assert len(small_is_large) == 1
    near(found[0], right[0], 1e-12)
    near(found[1], right[1], 1e-12)


@pytest.mark.parametrize(
    "A",
    [
        np.triu(G), np.tril(G), np.diag(np.diag(G)), 1e5 * (G - 4 * np.eye(N)) / 4, np.zeros((N, N)), G.astype(np.float32),
        np.stack([G, 2 * G]),
    ],
)  # fmt: skip
def test_what_scipy_knows_more_of_is_scipys(small_is_large, A):
    g = np.ones_like(A)
    np.testing.assert_array_equal(pulled(A, g)[0], scipy.linalg.expm(A))
    assert small_is_large == []


def test_an_infinity_is_scipys_error_or_value(small_is_large):
    A = G.copy()
    A[1, 2] = np.nan
    with np.errstate(all="ignore"):
        try:
            right = scipy.linalg.expm(A)
        except ValueError as error:
            with pytest.raises(ValueError, match=str(error)):
                linalg.expm(Tensor(A, requires_grad=True))
        else:
            np.testing.assert_array_equal(linalg.expm(Tensor(A, requires_grad=True)).numpy(), right)
    assert small_is_large == []


def test_other_ways_to_a_derivative(small_is_large):
    """Forward mode, second derivatives, Jacobians and a complex ḡ of a real matrix: as without what was kept."""
    A, v = r.normal(size=(N, N)), r.normal(size=(N, N))
    f = lambda a: np.sum(G * linalg.expm(a))
    along = scipy.linalg.expm_frechet(A, v, compute_expm=False)
    near(jvp(linalg.expm, (A,), (v,))[1], along, 1e-12)
    near(np.tensordot(jacobian(linalg.expm)(A), v, 2), along, 1e-12)
    of_A = lambda a: scipy.linalg.expm_frechet(a.T, G, compute_expm=False)
    h = 1e-4
    near(hvp(f)(A, v), (8 * (of_A(A + h * v) - of_A(A - h * v)) - of_A(A + 2 * h * v) + of_A(A - 2 * h * v)) / (12 * h), 1e-9)
    near(grad(lambda a: np.real(np.sum(1j * v * linalg.expm(a) * (1 + 2j))))(A), -2 * precise(A, v)[1], 1e-12)


def test_one_graph_pulls_back_twice(small_is_large):
    A = r.normal(size=(N, N))
    a = Tensor(A, requires_grad=True)
    out = linalg.expm(a)
    for g in (G, -2 * G):
        a.grad = None
        out.backward(g, retain_graph=True)
        near(a.grad, precise(A, g)[1], 1e-13)
    assert len(small_is_large) == 2


def test_large_ones_are():
    """Without the fixture, beside SciPy."""
    n = exponential.LARGE
    A, g = r.normal(size=(2, n, n)) / np.sqrt(n)
    value, gradient = pulled(A, g)
    near(value, scipy.linalg.expm(A), 1e-13)
    near(gradient, scipy.linalg.expm_frechet(A.T, g, compute_expm=False), 1e-13)
