"""What the families share: transposes, triangles, and which elements of its argument a function reads."""

import numpy as np
from scipy.linalg.lapack import dtrtrs

from autograd_core.derivatives.decompositions import mH, mT
from autograd_core.scipy.declaring import Submodule, refused

__all__ = ["are_doubles", "doubles", "linalg", "mH", "mT", "meant", "refused", "shifted", "solve_triangle", "substituted"]

linalg = Submodule("linalg")

KINDS = {
    "gen": "general", "her": "hermitian", "sym": "symmetric", "pos": "positive definite",
}  # SciPy's short names  # fmt: skip


def meant(a, assume_a, lower=False):
    """The whole matrix that SciPy computes with, made of what it reads of `a`: so the other elements get a gradient of 0."""
    kind = KINDS.get(assume_a, assume_a)
    if kind == "upper triangular" or kind == "lower triangular":
        return np.triu(a) if kind.startswith("upper") else np.tril(a)
    if kind == "diagonal":
        return np.tril(np.triu(a))
    if kind == "tridiagonal":
        return np.tril(np.triu(a, -1), 1)
    if kind == "symmetric":
        return np.tril(a) + mT(np.tril(a, -1)) if lower else np.triu(a) + mT(np.triu(a, 1))
    if kind == "hermitian" or kind == "positive definite":
        rest = np.tril(a, -1) if lower else np.triu(a, 1)
        diagonal = np.tril(np.triu(a))
        return np.real(diagonal) + rest + mH(rest) if np.iscomplexobj(a) else diagonal + rest + mT(rest)
    return a


def are_doubles(a, b):
    """Whether it is a system of real doubles, in plain arrays of fitting shapes, for LAPACK itself."""
    return (
        type(a) is type(b) is np.ndarray and a.ndim == 2 and a.dtype.char == b.dtype.char == "d"
        and b.ndim in (1, 2) and a.shape == 2 * b.shape[:1] and b.size > 0
    )  # fmt: skip


def substituted(a, b, transposed, lower, unit_diagonal):
    """x with op(a) x = b, and LAPACK's word on it, 0 for right. What lies in memory by rows is the transpose of what it takes."""
    if a.flags.f_contiguous:
        return dtrtrs(a, b, lower, transposed, unit_diagonal)
    return dtrtrs(a.T, b, not lower, not transposed, unit_diagonal)


SMALL = 40  # rows for which NumPy's general solver, without SciPy's checks, is quicker than SciPy's triangular one


def solve_triangle(a, b, trans=0, lower=False, unit_diagonal=False):
    """x with op(a) x = b for matrices of which the other triangle is 0 (and the diagonal 1); for stacks of them, too."""
    if are_doubles(a, b):
        x, wrong = substituted(a, b, trans > 0, lower, unit_diagonal)
        if not wrong:
            return x
    if len(a.shape) > 2 or a.shape[-1] <= SMALL:
        return np.linalg.solve((a, mT(a), mH(a))[trans], b)
    return linalg.solve_triangular(a, b, trans, lower, unit_diagonal, check_finite=False)


def shifted(x, k):
    """x moved by k places along its last axis, to the right if k is positive, with zeros coming in."""
    n = x.shape[-1]
    if k == 0:
        return x
    zeros = np.zeros((*x.shape[:-1], min(abs(k), n)), x.dtype)
    kept = x[..., : max(n - k, 0)] if k > 0 else x[..., -k:]
    return np.concatenate([zeros, kept] if k > 0 else [kept, zeros], axis=-1)


def doubles(*arrays):
    """Arrays in double precision, for functions of which SciPy's results always are."""
    return tuple([x.astype(np.result_type(x.dtype, np.float64)) for x in arrays])
