"""What the families share: transposes, triangles, and which elements of its argument a function reads."""

import numpy as np

from autograd_core.derivatives.decompositions import mH, mT
from autograd_core.scipy.declaring import Submodule, refused

__all__ = ["doubles", "linalg", "mH", "mT", "meant", "refused", "shifted", "solve_triangle"]

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


SMALL = 40  # rows for which LAPACK's general solver, without SciPy's checks, is quicker than the triangular one


def solve_triangle(a, b, trans=0, lower=False, unit_diagonal=False):
    """x with op(a) x = b for matrices of which the other triangle is 0 (and the diagonal 1); for stacks of them, too."""
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
