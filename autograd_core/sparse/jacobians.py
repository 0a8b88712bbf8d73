"""Jacobians and Hessians of which most is 0: one pullback for all rows of a colour."""

from itertools import pairwise

import numpy as np
import scipy.sparse

from autograd_core import Tensor, grad, vjp
from autograd_core.errors import DTypeError, GradientError, ShapeError
from autograd_core.scipy.sparse.matrix import Matrix, Pattern
from autograd_core.sparse.colours import colours, structure


def sparse_jacobian(f, pattern, check=True):
    """The Jacobian of f, of which most is 0: x -> a csr_array (m, n).

    f         (n,) -> (m,)
    pattern   (m, n), a sparse array: what may be different from 0. An element that is there and turns out 0 is stored as 0
    check     compare with one more pass along a random direction, and raise GradientError for a pattern that lacks something

    Takes one reverse pass for each colour (`colours`), three for a tridiagonal pattern of any size; the colours are found once,
    here. If the Jacobian depends on Tensors (inside `grad`, or by what f closes over), the result is a
    `scipy.sparse.Matrix` of this package, whose elements stay in the graph.

    >>> import numpy as np, scipy.sparse
    >>> f = lambda x: np.concatenate([x[:1] ** 2, x[1:] * x[:-1]])
    >>> sparse_jacobian(f, np.eye(3) + np.eye(3, k=-1))(np.array([1.0, 2.0, 3.0])).toarray()
    array([[2., 0., 0.],
           [2., 1., 0.],
           [0., 3., 2.]])
    """
    return _coloured("sparse_jacobian", f, pattern, check)


def sparse_hessian(f, pattern, check=True):
    """The Hessian of a scalar function, of which most is 0: x -> a csr_array (n, n), as `sparse_jacobian` of the gradient.

    >>> import numpy as np
    >>> f = lambda x: np.sum(x[1:] ** 2 * x[:-1])
    >>> sparse_hessian(f, np.eye(3) + np.eye(3, k=1) + np.eye(3, k=-1))(np.array([1.0, 2.0, 3.0])).toarray()
    array([[0., 4., 0.],
           [4., 2., 6.],
           [0., 6., 4.]])
    """
    return _coloured("sparse_hessian", grad(f), pattern, check)


def _coloured(name, f, pattern, check):
    places = structure(pattern)
    colour = colours(places)
    rows, columns = places.tocoo().coords
    by_colour = np.argsort(colour[rows], kind="stable")
    ends = np.searchsorted(colour[rows][by_colour], np.arange(colour.max(initial=-1) + 2))
    back = np.empty_like(by_colour)
    back[by_colour] = np.arange(by_colour.size)
    direction = np.random.default_rng(0).standard_normal(places.shape[0])

    def of(x):
        x = x if isinstance(x, Tensor) else np.asarray(x)
        out, pull = vjp(f, x)
        shape = (*np.shape(out), *np.shape(x))
        if shape != places.shape:
            raise ShapeError(f"{name}: the pattern has the shape {places.shape}, but the function the Jacobian {shape}")
        dtype = out.dtype
        if dtype.kind != "f" or x.dtype.kind == "c":
            raise DTypeError(f"{name}: x and the result must be real, got {x.dtype} and {dtype}; write np.real and np.imag apart")
        parts = [
            pull((colour == c).astype(dtype))[0][columns[by_colour[start:end]]] for c, (start, end) in enumerate(pairwise(ends))
        ]
        data = np.concatenate(parts)[back] if parts else np.zeros(0, dtype)
        if check:
            _check(name, places, *map(_values, (data, direction, pull(direction.astype(dtype))[0])))
        if isinstance(data, Tensor):
            return Matrix(data, Pattern(rows, columns, places.shape))
        return scipy.sparse.csr_array((data, places.indices, places.indptr), shape=places.shape)

    of.colours = colour
    return of


def _values(x):
    return x.numpy() if isinstance(x, Tensor) else x


def _check(name, places, data, direction, expected):
    """Whether the transposed Jacobian times a direction is what a pass along it gives."""
    made = scipy.sparse.csr_array((data, places.indices, places.indptr), shape=places.shape)
    got, size = made.T @ direction, abs(made).T @ np.abs(direction)
    off = np.abs(got - expected) > np.sqrt(np.finfo(expected.dtype).eps) * (np.abs(expected) + size)
    if off.any():
        column = int(np.flatnonzero(off)[0])
        raise GradientError(
            f"{name}: the pattern lacks an element in column {column} that is not 0 at this x; give every place that may "
            "be different from 0"
        )
