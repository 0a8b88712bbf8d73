"""Sparse matrices whose elements are a Tensor, and their products."""

import numpy as np
import scipy.sparse

from autograd_core.derivatives.table import primitive
from autograd_core.errors import DetachError, ShapeError, UnsupportedError
from autograd_core.errors.culprits import culprit, would_cut
from autograd_core.graph.variable import Variable, count_recorded, plain


class Pattern:
    """Where the elements of a sparse matrix are: element k at (rows[k], columns[k]). Elements at the same place add up."""

    __slots__ = ("_by_column", "_transposed", "columns", "rows", "shape")

    def __init__(self, rows, columns, shape):
        self.rows, self.columns, self.shape = rows, columns, shape
        self._by_column = self._transposed = None

    @property
    def T(self):
        if self._transposed is None:
            self._transposed = Pattern(self.columns, self.rows, self.shape[::-1])
            self._transposed._transposed = self
        return self._transposed

    def scipys(self, data):
        """SciPy's array of these elements, by columns."""
        if self._by_column is None:
            order = np.lexsort((self.rows, self.columns))
            start = np.searchsorted(self.columns[order], np.arange(self.shape[1] + 1))
            rows, columns = self.rows[order], self.columns[order]
            twice = bool(np.any((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1])))
            self._by_column = order, rows.astype(np.intc), start.astype(np.intc), twice  # SuperLU's integers
        order, rows, start, twice = self._by_column
        found = scipy.sparse.csc_array((data[order], rows, start), shape=self.shape, copy=twice)
        if twice:
            found.sum_duplicates()  # in place
        return found

    def of_outer(self, y, x):
        """The elements of y xᵀ that have a place here; of matrices, summed over the columns."""
        both = y[self.rows] * x[self.columns]
        return np.sum(both, axis=-1) if len(both.shape) > 1 else both


@primitive(
    "A x | ḡ xᵀ where A has elements | Aᵀ ḡ",
    name="scipy.sparse.matmul",
    data=lambda g, pattern, x: pattern.of_outer(g, x),
    x=lambda g, data, pattern: product(data, pattern.T, g),
)
def product(data, pattern, x):
    return pattern.scipys(data) @ x


class Matrix:
    """A sparse matrix: its elements, a Tensor, and where they are.

    data     the elements, one-dimensional
    pattern  a `Pattern`, or a SciPy sparse array alone, for a constant matrix that is to be multiplied by a Tensor

    It has `A @ x`, `x @ A`, `A + B`, `A - B`, `-A`, `A * number`, `A / number`, `A.T`, `A.toarray()`, `A.tocsr()`,
    `A.diagonal()`, `A.shape`, `A.dtype` and `A.nnz`; `sparse.linalg` solves with it.
    Raises ShapeError for shapes that do not go together.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import sparse
    >>> rows, columns, x = np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1.0, 10.0])
    >>> grad(lambda data: np.sum(sparse.coo_array((data, (rows, columns))) @ x))(np.ones(3))
    array([ 1.,  1., 10.])
    """

    __slots__ = ("data", "pattern")
    __array_ufunc__ = None  # np.array @ A and Tensor @ A ask this class

    def __init__(self, data, pattern=None):
        if pattern is None:
            found = scipy.sparse.coo_array(data)
            data, pattern = found.data, Pattern(*found.coords, found.shape)
        self.data, self.pattern = data, pattern

    shape = property(lambda self: self.pattern.shape)
    dtype = property(lambda self: self.data.dtype)
    ndim = property(lambda self: 2)
    nnz = property(lambda self: self.pattern.rows.size)
    T = property(lambda self: Matrix(self.data, self.pattern.T))

    def __getattr__(self, name):
        """What is missing: an error that names SciPy's function, if one asks; it takes no Matrix."""
        asking = None if name.startswith("__") else culprit()
        if asking is not None:
            raise DetachError(would_cut(*asking, "the Matrix"))
        raise AttributeError(f"a sparse Matrix has no attribute {name!r}; A.toscipy() has those of SciPy's arrays")

    def __array__(self, dtype=None, copy=None):
        asked = ("np.asarray(A)", "A.toarray() for a Tensor, A.toscipy() for SciPy's array of the values")
        raise DetachError(would_cut(*(culprit() or asked), "the Matrix"))

    def __repr__(self):
        return f"<Matrix of shape {self.shape} with {self.nnz} stored elements of dtype {self.dtype}>"

    def __autograd_parts__(self):
        return (self.data,)

    def transpose(self):
        return self.T

    def conj(self):
        return Matrix(np.conjugate(self.data), self.pattern)

    def toscipy(self):
        """SciPy's sparse array of the values."""
        return self.pattern.scipys(plain(self.data))

    def tocsr(self):
        """The Matrix itself: only SciPy's arrays have formats."""
        return self

    tocsc = tocoo = tocsr

    def toarray(self):
        """The whole matrix, with zeros."""
        return self @ np.eye(self.shape[1], dtype=self.dtype)

    def diagonal(self):
        n = min(self.shape)
        on = np.flatnonzero(self.pattern.rows == self.pattern.columns)
        return product(self.data[on], Pattern(self.pattern.rows[on], 0 * on, (n, 1)), np.ones(1, self.dtype))

    def __matmul__(self, x):
        if scipy.sparse.issparse(x) or isinstance(x, Matrix):
            raise UnsupportedError("A @ B of two sparse matrices has no derivative here; write A @ (B @ x)")
        if np.ndim(x) not in (1, 2) or np.shape(x)[0] != self.shape[1]:
            raise ShapeError(f"A @ x: the shapes {self.shape} and {np.shape(x)} do not go together")
        return product(self.data, self.pattern, x if isinstance(x, Variable) else np.asarray(x))

    def __rmatmul__(self, x):
        return self.T @ x if np.ndim(x) == 1 else (self.T @ np.transpose(x)).T

    def __mul__(self, number):
        if np.ndim(number) != 0:
            raise UnsupportedError(f"A * x is for a number x, got shape {np.shape(number)}; write A @ x for the product")
        return Matrix(self.data * number, self.pattern)

    __rmul__ = __mul__

    def __truediv__(self, number):
        return self * (1 / number)

    def __neg__(self):
        return Matrix(-self.data, self.pattern)

    def __add__(self, other):
        other = as_matrix(other, "A + B")
        if self.shape != other.shape:
            raise ShapeError(f"A + B: the shapes {self.shape} and {other.shape} do not go together")
        mine, others = self.pattern, other.pattern
        places = Pattern(np.concatenate([mine.rows, others.rows]), np.concatenate([mine.columns, others.columns]), self.shape)
        return Matrix(np.concatenate([self.data, other.data]), places)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -as_matrix(other, "A - B")

    def __rsub__(self, other):
        return -self + other


def as_matrix(a, what):
    """A SciPy sparse array as a Matrix, for something that a dense one is not good for."""
    if isinstance(a, Matrix):
        return a
    if not scipy.sparse.issparse(a):
        raise TypeError(f"{what}: expected a sparse array, got {type(a).__name__}")
    return Matrix(a)


# SciPy's constructors


def with_tensor(name, arg1, shape, dtype, copy, places):
    """SciPy's array, or a Matrix if its data is a Tensor: then SciPy makes the array of the numbers of the elements."""
    if isinstance(arg1, Matrix):  # as `csc_array(coo_array(…))`: a Matrix has no format
        for argument, value, own in ("shape", shape, arg1.shape), ("dtype", dtype, arg1.dtype):
            if value is not None and value != own:
                raise UnsupportedError(f"sparse.{name}: {argument}={value} of a Matrix of {argument} {own}; leave {argument} out")
        return arg1
    if not (isinstance(arg1, tuple) and isinstance(arg1[0], Variable)):
        if isinstance(arg1, Variable) or count_recorded((arg1,)):
            raise UnsupportedError(f"sparse.{name}: a dense Tensor does not say what stays 0; give it {places}, data a Tensor")
        return getattr(scipy.sparse, name)(arg1, shape=shape, dtype=dtype, copy=copy)
    if dtype is not None and np.dtype(dtype) != arg1[0].dtype:
        raise UnsupportedError(f"sparse.{name}: dtype={dtype} of a Tensor of dtype {arg1[0].dtype}; write data.astype({dtype})")
    data, rest = arg1[0], arg1[1:]
    if name in ("csr_array", "csc_array") and len(rest) == 1:  # of (rows, columns) SciPy adds up what is at the same place
        name = "coo_array"
    numbers = np.arange(1, data.size + 1).reshape(data.shape)
    found = getattr(scipy.sparse, name)((numbers, *rest), shape=shape).tocoo()
    taken = found.data - 1
    data = data if len(data.shape) == 1 and taken.size == data.size and np.all(taken == numbers - 1) else np.ravel(data)[taken]
    return Matrix(data, Pattern(*found.coords, found.shape))


def coo_array(arg1, shape=None, dtype=None, copy=False):
    """A sparse array from (data, (rows, columns)). See scipy.sparse.coo_array; a `Matrix` if data is a Tensor."""
    return with_tensor("coo_array", arg1, shape, dtype, copy, "(data, (rows, columns))")


def csr_array(arg1, shape=None, dtype=None, copy=False):
    """A sparse array from (data, indices, indptr), by rows. See scipy.sparse.csr_array; a `Matrix` if data is a Tensor."""
    return with_tensor("csr_array", arg1, shape, dtype, copy, "(data, indices, indptr)")


def csc_array(arg1, shape=None, dtype=None, copy=False):
    """A sparse array from (data, indices, indptr), by columns. See scipy.sparse.csc_array; a `Matrix` if data is a Tensor."""
    return with_tensor("csc_array", arg1, shape, dtype, copy, "(data, indices, indptr)")


def dia_array(arg1, shape=None, dtype=None, copy=False):
    """A sparse array from (diagonals, offsets). See scipy.sparse.dia_array; a `Matrix` if the diagonals are a Tensor."""
    return with_tensor("dia_array", arg1, shape, dtype, copy, "(diagonals, offsets)")
