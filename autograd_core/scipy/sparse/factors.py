"""Systems solved with the factors of a sparse matrix, which serve the backward pass too."""

import numpy as np
import scipy.sparse.linalg

from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import plain
from autograd_core.scipy.sparse.matrix import Matrix, Pattern
from autograd_core.scipy.sparse.parts import needs_sparse, sparse


class Factors:
    """L and U of a sparse matrix, made when they are first needed, for one array of elements."""

    def __init__(self, pattern, **options):
        self.pattern, self.options = pattern, options
        self.data = self.made = None

    def of(self, data):
        if data is not self.data:
            self.made = scipy.sparse.linalg.splu(self.pattern.scipys(data), **self.options)
            self.data = data
        return self.made

    def solve(self, data, b, trans):
        """Complex right-hand sides of a real matrix one part after the other."""
        made = self.of(data)
        if np.iscomplexobj(b) and not np.iscomplexobj(data):
            return made.solve(np.ascontiguousarray(b.real), trans) + 1j * made.solve(np.ascontiguousarray(b.imag), trans)
        return made.solve(np.asarray(b, np.result_type(b.dtype, data.dtype)), trans)


def solved_b(g, data, factors, trans):
    """What op(A)⁻ᵀ makes of ḡ: the transpose of Aᴴ is the conjugate of A."""
    if trans == "H":
        return np.conjugate(solved(data, factors, np.conjugate(g), "N"))
    return solved(data, factors, g, "T" if trans == "N" else "N")


def solved_data(g, data, factors, trans, out):
    back = -solved_b(g, data, factors, trans)
    if trans == "H":
        return np.conjugate(factors.pattern.of_outer(out, back))
    return factors.pattern.of_outer(*((back, out) if trans == "N" else (out, back)))


@primitive(
    "A⁻¹ b | -(A⁻ᵀ ḡ) outᵀ where A has elements | A⁻ᵀ ḡ",
    name="scipy.sparse.linalg.spsolve",
    data=solved_data,
    b=solved_b,
)
def solved(data, factors, b, trans):
    return factors.solve(data, b, trans)


@sparse.composed("spsolve", "x with A x = b")
def spsolve(A, b, permc_spec, use_umfpack):
    data, pattern = needs_sparse(A, "scipy.sparse.linalg.spsolve")
    if scipy.sparse.issparse(b) or isinstance(b, Matrix):
        raise UnsupportedError("scipy.sparse.linalg.spsolve: there is no derivative with a sparse b; write b.toarray()")
    vector = len(b.shape) == 2 and b.shape[1] == 1  # SciPy makes a vector of one column
    return solved(data, Factors(pattern, permc_spec=permc_spec), b[:, 0] if vector else b, "N")


class SuperLU:
    """The factors of a sparse matrix of Tensors: `solve(b, trans)`; everything else is that of SciPy's object."""

    def __init__(self, A, **options):
        self.A, self._factors = A, Factors(A.pattern, **options)
        self._factors.of(plain(A.data))

    def solve(self, rhs, trans="N"):
        return solved(self.A.data, self._factors, rhs, trans)

    def __getattr__(self, name):
        return getattr(self._factors.made, name)


@sparse.composed("splu", "the factors of A, with `solve`")
def splu(A, permc_spec, diag_pivot_thresh, relax, panel_size, options):
    needs_sparse(A, "scipy.sparse.linalg.splu")
    return SuperLU(
        A, permc_spec=permc_spec, diag_pivot_thresh=diag_pivot_thresh, relax=relax, panel_size=panel_size,
        options=options or {},
    )  # fmt: skip


@sparse.composed("factorized", "the function that solves A x = b")
def factorized(A):
    needs_sparse(A, "scipy.sparse.linalg.factorized")
    return SuperLU(A).solve


@sparse.composed("spsolve_triangular", "x with A x = b, for a triangle")
def spsolve_triangular(A, b, lower, unit_diagonal):
    data, pattern = needs_sparse(A, "scipy.sparse.linalg.spsolve_triangular")
    rows, columns = pattern.rows, pattern.columns
    below = rows - columns if lower else columns - rows
    kept = np.flatnonzero(below > 0 if unit_diagonal else below >= 0)
    data, rows, columns = data[kept], rows[kept], columns[kept]
    if unit_diagonal:
        n = np.arange(pattern.shape[0])
        data = np.concatenate([data, np.ones(n.size, data.dtype)])
        rows, columns = np.concatenate([rows, n]), np.concatenate([columns, n])
    return solved(data, Factors(Pattern(rows, columns, pattern.shape), permc_spec="NATURAL"), b, "N")
