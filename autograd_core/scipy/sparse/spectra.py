"""Eigenvalues of sparse matrices, products with eᴬ, and the norm."""

import math

import numpy as np
import scipy.sparse.linalg

from autograd_core.derivatives.gauges import significant, warn
from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import refused
from autograd_core.scipy.sparse.factors import Factors, solved
from autograd_core.scipy.sparse.matrix import Matrix, Pattern
from autograd_core.scipy.sparse.parts import Dense, operator, sparse

# dλ = vᴴ dA v, and dv = w in [[A - λ, v], [vᴴ, 0]] [w, ·] = [-dA v, 0], whose matrix is regular where λ is no other eigenvalue


def eigsh_data(g, data, pattern, out):
    of_values, of_vectors = g
    values, vectors = out
    total = 0
    for k in range(values.shape[0]):
        v = vectors[:, k]
        if of_values is not None:
            total = total + of_values[k] * pattern.of_outer(np.conjugate(v), v)
        if of_vectors is not None:
            check(values, k, v, of_vectors[:, k])
            total = total - pattern.of_outer(bordered_solution(data, pattern, values[k], v, of_vectors[:, k]), v)
    return total


def bordered_solution(data, pattern, value, v, g):
    """The first n elements of [[A - λ, v], [vᴴ, 0]]⁻ᵀ [ḡ, 0]."""
    n = v.shape[0]
    there, last = np.arange(n), np.full(n, n)
    if isinstance(pattern, Dense):
        whole, rows, columns = np.ravel(data), np.repeat(there, n), np.tile(there, n)
    else:
        whole, rows, columns = data, pattern.rows, pattern.columns
    dtype = np.result_type(whole.dtype, v.dtype)
    elements = np.concatenate([whole.astype(dtype), -value * np.ones(n, dtype), v.astype(dtype), np.conjugate(v).astype(dtype)])
    places = Pattern(np.concatenate([rows, there, there, last]), np.concatenate([columns, there, last, there]), (n + 1, n + 1))
    wanted = np.concatenate([g, np.zeros(1, g.dtype)]).astype(dtype)
    return solved(elements, Factors(places), wanted, "T")[:n]


def check(values, k, v, g):
    """Warn if the vector is one of several of the same value, or if its phase matters."""
    known = plain(values)
    others = np.abs(np.delete(known, k) - known[k])
    if np.any(others <= 1e-8 * np.max(np.abs(known))):
        warn(f"the eigenvalue {known[k]:.6g} occurs more than once, and the gradient depends on the vectors chosen")
    if np.iscomplexobj(plain(v)) and significant(np.imag(plain(np.sum(v * g))), plain(g)):
        warn("the gradient depends on the arbitrary phases of the complex vectors")


@primitive(
    "λ, V as given, of the Hermitian A | v* vᵀ ḡ and a bordered system",
    name="scipy.sparse.linalg.eigsh",
    outputs=2,
    data=lambda g, data, pattern, out: eigsh_data(g, data, pattern, out),
)
def eigsh_as(data, pattern, values, vectors):
    return values, vectors


eigsh_as.fills = False


@sparse.composed("eigsh", "some eigenvalues and eigenvectors of a Hermitian matrix")
def eigsh(A, k, M, sigma, which, v0, ncv, maxiter, tol, return_eigenvectors, Minv, OPinv, mode, rng=None):
    if M is not None or Minv is not None:
        raise refused("scipy.sparse.linalg.eigsh", "M", type(M).__name__, "write linalg.eigh(A.toarray(), M.toarray())")
    data, pattern = operator(A, "scipy.sparse.linalg.eigsh")
    known = {
        "sigma": sigma,
        "which": which,
        "v0": plain(v0),
        "ncv": ncv,
        "maxiter": maxiter,
        "tol": tol,
        "OPinv": OPinv,
        "mode": mode,
    }
    known |= {} if rng is None else {"rng": rng}
    found = scipy.sparse.linalg.eigsh(pattern.scipys(plain(data)), k, **known)
    values, vectors = eigsh_as(data, pattern, *found)
    return (values, vectors) if return_eigenvectors else values[order_alone(which, sigma, plain(values))]


def order_alone(which, sigma, values):
    """The order in which SciPy returns ascending eigenvalues when no vectors are asked for."""
    if which in ("LM", "SM") and sigma is None:
        return np.argsort(np.abs(values))[:: 1 if which == "LM" else -1]
    return np.argsort(values)[:: -1 if which == "SA" and sigma is None else 1]


# eᴬ B in steps: e^(A/s) s times, each by its Taylor series until it no longer changes

STEP = 2.0  # of the 1-norm: about 25 terms, whose rounding is amplified by e² at most


@sparse.composed("expm_multiply", "eᴬ B")
def expm_multiply(A, B, start, stop, num, endpoint):
    for name, value in {"start": start, "stop": stop, "num": num, "endpoint": endpoint}.items():
        if value is not None:
            raise refused("scipy.sparse.linalg.expm_multiply", name, value, "write expm_multiply(A * t, B) for each t")
    data, pattern = operator(A, "scipy.sparse.linalg.expm_multiply")
    A = A if isinstance(pattern, Dense) else Matrix(data, pattern)
    value = pattern.scipys(plain(data))
    steps = max(1, math.ceil(abs(value).sum(axis=0).max() / STEP))
    eps = np.finfo(np.result_type(value.dtype, np.float32)).eps
    for _ in range(steps):
        term, j = B, 0
        while True:
            j += 1
            term = (A @ term) * (1 / (steps * j))
            B = B + term
            if np.max(np.abs(plain(term)), initial=0) <= eps / 4 * np.max(np.abs(plain(B)), initial=0):
                break
    return B


@sparse.composed("norm", "the Frobenius norm")
def norm(x, ord, axis):
    if ord not in (None, "fro", "f") or axis is not None:
        raise refused("scipy.sparse.linalg.norm", "ord", ord, "write np.linalg.norm(x.toarray(), ord, axis)")
    places = np.ravel_multi_index((x.pattern.rows, x.pattern.columns), x.shape)
    if np.unique(places).size < places.size:
        return np.linalg.norm(x.toarray())
    return np.linalg.norm(x.data)
