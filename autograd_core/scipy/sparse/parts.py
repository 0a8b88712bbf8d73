"""What the functions of `sparse.linalg` share: an operator is its elements, which may be a Tensor, and where they are."""

import numpy as np
import scipy.sparse.linalg

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import Variable
from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.sparse.matrix import Matrix

sparse = Submodule("sparse.linalg")


class Dense:
    """The places of a matrix that is written out: all. `turned` is that of its transpose."""

    def __init__(self, turned=False):
        self.turned = turned

    @property
    def T(self):
        return Dense(not self.turned)

    def scipys(self, data):
        return data.T if self.turned else data

    def of_outer(self, y, x):
        both = y[:, None] * x[None, :] if len(y.shape) == 1 else y @ x.T
        return both.T if self.turned else both


class Opaque:
    """A SciPy LinearOperator: constant, without elements."""

    def __init__(self, A):
        self.A = A

    @property
    def T(self):
        return Opaque(self.A.T)

    def scipys(self, data):
        return self.A


def operator(A, what, opaque=False):
    """(elements, pattern) of what a user gives as A; `opaque` says whether that may be a LinearOperator."""
    if isinstance(A, Matrix):
        return A.data, A.pattern
    if scipy.sparse.issparse(A):
        A = Matrix(A)
        return A.data, A.pattern
    if isinstance(A, (Variable, np.ndarray)):
        return A, Dense()
    if opaque and isinstance(A, scipy.sparse.linalg.LinearOperator):
        return np.zeros(0), Opaque(A)
    kind = type(A).__name__
    raise UnsupportedError(f"{what}: A must be a sparse.Matrix, a SciPy sparse array, a Tensor or an array, got {kind}")


def needs_sparse(A, what):
    if not (isinstance(A, Matrix) or scipy.sparse.issparse(A)):
        raise UnsupportedError(f"{what}: A must be sparse, got {type(A).__name__}; write np.linalg.solve(A, b) for a dense one")
    return operator(A, what)
