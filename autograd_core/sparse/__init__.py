"""Sparse matrices: products of constant ones with Tensors, and Jacobians and Hessians of which most is 0. Needs SciPy.

    A @ t, t @ A                      a SciPy sparse array (or matrix) and a Tensor; nothing to import
    linear_map(A, x)                  A x for anything that has A @ x and A.T, such as a LinearOperator
    sparse_matrix(rows, columns, t)   a matrix whose elements are a Tensor: gradients in t and in what it is multiplied by
    sparse_jacobian(f, pattern)       x -> the Jacobian as a csr_array, by as many passes as the pattern has colours
    sparse_hessian(f, pattern)        x -> the Hessian, likewise

matrix     elements that are a Tensor; products with constants are operators of Tensor, in `tensor.sparse_products`
colours    which rows can share a pass
jacobians  Jacobians and Hessians by colours
"""

from autograd_core.sparse.colours import colours
from autograd_core.sparse.jacobians import sparse_hessian, sparse_jacobian
from autograd_core.sparse.matrix import sparse_matrix
from autograd_core.tensor.sparse_products import linear_map

__all__ = ["colours", "linear_map", "sparse_hessian", "sparse_jacobian", "sparse_matrix"]
