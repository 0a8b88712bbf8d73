"""A sparse matrix whose elements are a Tensor."""

import numpy as np

from autograd_core.errors import ShapeError
from autograd_core.scipy.sparse.matrix import coo_array


def sparse_matrix(rows, columns, data, shape=None):
    """A sparse matrix with data[k] at (rows[k], columns[k]): `A @ x` is differentiable in data and in x.

    rows, columns   integers, (n,)
    data            a Tensor, (n,); what is at one place twice adds up
    shape           of the matrix; by default the least in which all have a place

    `autograd_core.scipy.sparse` has SciPy's own constructors, and solves with such matrices.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> rows, columns, x = np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1.0, 10.0])
    >>> grad(lambda data: np.sum(sparse_matrix(rows, columns, data) @ x))(np.ones(3))
    array([ 1.,  1., 10.])
    """
    shapes = np.shape(rows), np.shape(columns), np.shape(data)
    if len(set(shapes)) > 1 or len(shapes[0]) != 1:
        raise ShapeError(
            "sparse_matrix: rows, columns and data must have the same shape, (n,), got {}, {} and {}".format(*shapes)
        )
    return coo_array((data, (rows, columns)), shape=shape)
