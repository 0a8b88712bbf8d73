"""scipy.sparse.linalg. The operand is the elements of a matrix, of which `prepare` makes a sparse array; SciPy gets its own."""

import numpy as np
import scipy.sparse

from autograd_core.scipy import sparse
from tests.scipy.cases import C, M, R, call, covers, refuses

r = np.random.default_rng(41)
N = 5
ROWS = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 1, 4, 2], np.intc)
COLUMNS = np.array([0, 1, 2, 3, 4, 1, 2, 3, 4, 0, 2, 2], np.intc)  # that in the middle is there twice
BELOW, ABOVE = np.maximum(ROWS, COLUMNS), np.minimum(ROWS, COLUMNS)


def made(data, rows=ROWS, columns=COLUMNS):
    A = sparse.coo_array((data, (rows, columns)), shape=(N, N))
    return A.tocsc() if scipy.sparse.issparse(A) else A


def sparse_of(data, *others):
    return made(data), *others


def lower_triangle(data, *others):
    return made(data, BELOW, ABOVE), *others


def upper_triangle(data, *others):
    return made(data, ABOVE, BELOW), *others


def unit_triangle(data, *others):
    return made(np.where(BELOW == ABOVE, np.where(np.arange(12) < N, 1.0, 0.0), data), BELOW, ABOVE), *others


def symmetric(data, *others):
    """The diagonal, and what is beside it twice."""
    n = np.arange(N)
    data = np.concatenate([data[:N], data[N:], np.conjugate(data[N:])])
    return made(data, np.concatenate([n, n[1:], n[:-1]]), np.concatenate([n, n[:-1], n[1:]])), *others


def elements(dtype=float, large=3.0):
    x = r.uniform(0.2, 1, 12) + (1j * r.uniform(-1, 1, 12) if dtype is complex else 0)
    return M(x + large * (ROWS == COLUMNS))


def halves():
    return M(np.concatenate([[4.0, 5, 6.5, 7.5, 9], r.uniform(0.3, 1, N - 1)]))


def solve_with(trans):
    return lambda factors: factors.solve(np.arange(1.0, N + 1), trans)


covers("sparse.linalg.spsolve", call(elements(), R(N)), call(elements(complex), C(N, 2)), prepare=sparse_of)
covers("sparse.linalg.spsolve", call(elements(), C(N)), prepare=sparse_of)
few = {"dtypes": (), "directions": 2}
triangles = {**few, "warns": scipy.sparse.SparseEfficiencyWarning}  # of older SciPys
covers("sparse.linalg.spsolve_triangular", call(elements(), R(N)), prepare=lower_triangle, **triangles)
covers("sparse.linalg.spsolve_triangular", call(elements(), R(N, 2), False), prepare=upper_triangle, **triangles)
covers("sparse.linalg.spsolve_triangular", call(elements(), R(N), unit_diagonal=True), prepare=unit_triangle, **triangles)
for trans in ("N", "T", "H"):
    covers("sparse.linalg.splu", call(elements()), call(elements(complex)), prepare=sparse_of, pick=solve_with(trans), **few)
covers("sparse.linalg.factorized", call(elements()), prepare=sparse_of, pick=lambda solve: solve(np.arange(1.0, N + 1)), **few)
for name in ("bicg", "bicgstab", "cgs", "gmres", "lgmres", "qmr", "tfqmr", "gcrotmk"):
    covers(f"sparse.linalg.{name}", call(elements(), R(N), rtol=1e-12), prepare=sparse_of, **few)
for name in ("cg", "minres"):
    covers(f"sparse.linalg.{name}", call(halves(), R(N), rtol=1e-12), prepare=symmetric, **few)
dense = np.diag([3.0, 4, 5]) + 0.3
covers("sparse.linalg.gmres", call(M(dense), R(3), rtol=1e-12), call(M(dense + 0.2j), C(3), rtol=1e-12), **few)


def without_signs(out):
    return (out[0], np.abs(out[1])) if isinstance(out, tuple) else out


for options in ({}, {"sigma": 5.5}, {"which": "SA"}):
    one = call(halves(), 2, v0=np.arange(1.0, N + 1), **options)
    covers("sparse.linalg.eigsh", one, prepare=symmetric, pick=without_signs, **few)
for which in ("LM", "SM", "LA", "SA"):
    one = call(halves(), 3, which=which, v0=np.arange(1.0, N + 1), return_eigenvectors=False)
    covers("sparse.linalg.eigsh", one, prepare=symmetric, **few)
for one in (call(elements(large=0), R(N)), call(elements(complex, 0), C(N, 2))):
    covers("sparse.linalg.expm_multiply", one, prepare=sparse_of, **few)
covers("sparse.linalg.expm_multiply", call(R(3, 3), R(3)), **few)
covers("sparse.linalg.norm", call(elements()), prepare=sparse_of, dtypes=())

covers("sparse.linalg.onenormest", call(R(3, 3)))
for name in ("is_sptriangular", "spbandwidth"):
    covers(f"sparse.linalg.{name}", call(scipy.sparse.csr_array(np.eye(3))))
covers("sparse.linalg.spilu", call(scipy.sparse.csc_array(np.eye(3))), pick=lambda made: made.shape)
refuses("sparse.linalg.expm_multiply", call(R(3, 3), R(3), 0, 1, 2), words="start=0; write expm_multiply.A . t, B.")
