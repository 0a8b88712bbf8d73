"""`torch.linalg`: NumPy's, under PyTorch's names and arguments."""

from collections import namedtuple

import numpy as np

from autograd_core.compat.torch.boundary import inside as _inside
from autograd_core.compat.torch.wrapping import refuses as _refuses

_SAME = ("inv", "det", "solve", "slogdet", "eig", "eigvals", "eigvalsh", "eigh", "qr", "pinv", "matrix_rank", "multi_dot", "cond")
globals().update({name: _inside(getattr(np.linalg, name)) for name in _SAME})
_SVD = namedtuple("linalg_svd", "U S Vh")


@_inside
def svd(A, full_matrices=True):
    """(U, S, Vh) with A = U diag(S) Vh."""
    return _SVD(*np.linalg.svd(A, full_matrices=full_matrices))


@_inside
def svdvals(A):
    """The singular values."""
    return np.linalg.svdvals(A)


@_inside
def cholesky(A, *, upper=False):
    """The lower triangular L with L Lᵀ = A."""
    lower = np.linalg.cholesky(A)
    return np.matrix_transpose(lower) if upper else lower


def _dim(dim):
    return tuple(dim) if isinstance(dim, (tuple, list)) else dim


@_inside
def norm(A, ord=None, dim=None, keepdim=False):
    """The norm of a vector or matrix."""
    return np.linalg.norm(A, ord, _dim(dim), keepdim)


@_inside
def vector_norm(x, ord=2, dim=None, keepdim=False):
    """The norm of all elements, or along dim."""
    return np.linalg.vector_norm(x, axis=_dim(dim), keepdims=keepdim, ord=ord)


@_inside
def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False):
    """The norm of matrices."""
    return np.linalg.norm(A, ord, _dim(dim), keepdim)


@_inside
def lstsq(A, B):
    """The least squares solution, as `.solution`."""
    return namedtuple("linalg_lstsq", "solution residuals rank singular_values")(*np.linalg.lstsq(A, B))


@_inside
def cross(input, other, *, dim=-1):
    """The cross product of vectors along dim."""
    return np.cross(input, other, axis=dim)


@_inside
def matrix_power(A, n):
    """A square matrix to the power of a whole number."""
    return np.linalg.matrix_power(A, n)


@_inside
def diagonal(A, *, offset=0, dim1=-2, dim2=-1):
    """The diagonals of matrices."""
    return np.diagonal(A, offset, dim1, dim2)


__getattr__ = _refuses(__name__)
