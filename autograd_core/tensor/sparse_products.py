"""Products of a constant sparse matrix, or linear operator, with Tensors. Imported when the first comes, since it needs SciPy."""

import numpy as np
import scipy.sparse

from autograd_core.derivatives.strong import finite
from autograd_core.derivatives.table import primitive
from autograd_core.errors import ShapeError, UnsupportedError
from autograd_core.graph.variable import Variable


@primitive("A x | Aᵀ ḡ", x=lambda g, A: transposed_product(A, g))
def sparse_product(A, x):
    return A @ x


@primitive("Aᵀ y, where an exact 0 of y stays 0 | A ḡ", y=lambda g, A: sparse_product(A, g))
def transposed_product(A, y):
    out = A.T @ y
    if finite(out) or not scipy.sparse.issparse(A) or finite(A.data):
        return out
    if y.ndim == 2:
        return np.stack([transposed_product(A, column) for column in y.T], axis=-1)
    taken = np.flatnonzero(y)
    return scipy.sparse.csr_array(A)[taken].T @ y[taken]


def linear_map(A, x):
    """A x: a constant linear map of (n,) or (n, k) -> (m,) or (m, k), differentiable in x to any order.

    A   (m, n): a SciPy sparse array, a `scipy.sparse.linalg.LinearOperator` with `rmatvec`, or whatever else has `A @ x` and
        `A.T`; the derivative is the product with A.T
    x   an array or a Tensor

    Raises ShapeError if the shapes do not go together.

    >>> import numpy as np, scipy.sparse
    >>> from autograd_core import grad
    >>> A = scipy.sparse.csr_array(np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]))
    >>> grad(lambda x: np.sum(linear_map(A, x) ** 2))(np.ones(3))
    array([ 6., 18., 12.])
    """
    if not (hasattr(A, "shape") and hasattr(A, "T") and hasattr(A, "__matmul__")):
        raise TypeError(f"linear_map: A must have A.shape, A @ x and A.T, got {type(A).__name__}")
    x = x if isinstance(x, Variable) else np.asarray(x)
    if len(A.shape) != 2 or x.ndim not in (1, 2) or x.shape[0] != A.shape[1]:
        raise ShapeError(f"linear_map: A x of the shapes {A.shape} and {x.shape}; x must be (n,) or (n, k) for an A of (m, n)")
    return sparse_product(A, x)


def beside(entry, tensor, A, swapped):
    """What an operator makes of a Tensor and a SciPy sparse array: A @ t, t @ A, and for a sparse matrix A * t."""
    product = entry.name == "matmul" or (entry.name == "multiply" and isinstance(A, scipy.sparse.spmatrix))
    if not product or A.ndim != 2:
        raise UnsupportedError(
            f"{entry.name} of a sparse array and a Tensor has no derivative here; write A @ t for their product, "
            "or A.toarray() for a dense matrix"
        )
    if tensor.ndim == 0:
        raise UnsupportedError(
            "matmul: a Tensor that is a number and a sparse array; write sparse_matrix(rows, columns, data * t)"
        )
    if swapped:
        return linear_map(A, tensor)
    return linear_map(A.T, tensor) if tensor.ndim == 1 else linear_map(A.T, tensor.T).T
