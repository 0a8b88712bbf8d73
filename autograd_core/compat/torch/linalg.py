"""`torch.linalg`: NumPy's, under PyTorch's names and arguments."""

from collections import namedtuple

import numpy as np

from autograd_core.compat.torch.boundary import inside as _inside
from autograd_core.compat.torch.wrapping import refuses as _refuses

_SAME = ("inv", "det", "solve", "slogdet", "eig", "eigvals", "eigvalsh", "eigh", "qr", "pinv", "matrix_rank", "multi_dot", "cond")
_SVD = namedtuple("_SVD", ("U", "S", "Vh"))
_Solution = namedtuple("_Solution", ("solution", "residuals", "rank", "singular_values"))


@_inside
def cholesky(A, *, upper=False):
    """The lower triangular L with L Lᵀ = A."""
    lower = np.linalg.cholesky(A)
    return np.matrix_transpose(lower) if upper else lower


def _dim(dim):
    return tuple(dim) if isinstance(dim, (tuple, list)) else dim


_TABLE = {  # what one expression says
    "svd": lambda A, full_matrices=True: _SVD(*np.linalg.svd(A, full_matrices=full_matrices)),
    "svdvals": lambda A: np.linalg.svdvals(A),
    "norm": lambda A, ord=None, dim=None, keepdim=False: np.linalg.norm(A, ord, _dim(dim), keepdim),
    "vector_norm": lambda x, ord=2, dim=None, keepdim=False: np.linalg.vector_norm(x, axis=_dim(dim), keepdims=keepdim, ord=ord),
    "matrix_norm": lambda A, ord="fro", dim=(-2, -1), keepdim=False: np.linalg.norm(A, ord, _dim(dim), keepdim),
    "lstsq": lambda A, B: _Solution(*np.linalg.lstsq(A, B)),
    "cross": lambda input, other, *, dim=-1: np.cross(input, other, axis=dim),
    "matrix_power": lambda A, n: np.linalg.matrix_power(A, n),
    "diagonal": lambda A, *, offset=0, dim1=-2, dim2=-1: np.diagonal(A, offset, dim1, dim2),
}  # fmt: skip
globals().update({name: _inside(getattr(np.linalg, name)) for name in _SAME} | {name: _inside(f) for name, f in _TABLE.items()})
__getattr__ = _refuses(__name__)
