"""Products of matrices and sums of their rows, each by the quickest of NumPy's calls that make the same numbers.

    matmul   `dot` of two small matrices takes half of what `@` takes, 0.3 µs, and a tenth if the inner axis has one
             element, for which `@` has no library. But it fills its result with zeros first, which costs more in a large one.
    summed   a product with ones takes a tenth of `np.add.reduce(g, axis=0)` for 400 rows of 4, two thirds for 5 rows.
             `across` is the same for the sums of rows, `row_totals` of rows of any array of several axes.

Both do so for plain arrays, and for those of other kinds (see `kinds`); anything else goes the way that it knows.

In a pullback an exact 0 of ḡ stays 0, whatever stands in the other operand (see `strong`): `pulled_left` is ḡ @ b, and
`pulled_right` a @ ḡ. An infinity or NaN of b is in every row of ḡ @ b, since even 0 times it is NaN, so the first row tells.
"""

import functools

import numpy as np
from numpy import float64, ndarray

from autograd_core.derivatives.kinds import stands_in, undecided
from autograd_core.derivatives.strong import FEW, count_nonzero, finite, strongly

INFINITE = float("inf")
REAL = {float64, np.float32}
SMALL = 4096  # elements of each operand
LARGE = 20_000  # rows to sum
FILLED = 2**16  # bytes of a result from which it costs more to fill it with zeros first than `dot` saves


def matmul(a, b):
    """a @ b."""
    if type(a) is type(b) is ndarray:
        if a.ndim == 2 == b.ndim:
            if a.size <= SMALL >= b.size:
                try:
                    return a.dot(b) if len(b) != 1 or not is_by_number(a, b) else a @ b
                except ValueError:  # shapes that do not fit: as `@` says it
                    return a @ b
            if a.shape[1] == 1 == b.shape[0]:
                return a * b
        return a @ b
    return _other(a, b)


def is_by_number(a, b):
    """Whether one of two matrices is a single number: beside a 0 there, the library's product of matrices loses a NaN."""
    return b.shape[0] == 1 == a.shape[1] and (a.size == 1 or b.size == 1)


def _other(a, b):
    if _is_array(a) and _is_array(b) and a.ndim == 2 == b.ndim and a.shape[1] == b.shape[0]:
        if a.size <= SMALL >= b.size:
            return a @ b if is_by_number(a, b) else np.dot(a, b)
        if a.shape[1] == 1:
            return a * b
    return a @ b


def pulled_left(g, b):
    """g @ b, where an exact 0 of g stays 0. For stacks of matrices, too."""
    if type(g) is type(b) is ndarray and g.ndim == 2 == b.ndim and (size := g.size):
        out = g.dot(b) if size <= SMALL >= b.size and (len(b) != 1 or not is_by_number(g, b)) else g @ b
        if size < FEW and count_nonzero(g) == size:
            return out
        row = out[0]
        square = row.dot(row)
        if square < INFINITE if type(square) in REAL else finite(row):
            return out
    elif _is_array(g) and _is_array(b):
        out = matmul(g, b)
        if out.ndim > 1 and out.shape[-2] and _finite(out, (..., 0, slice(None))):
            return out
    return strongly(matmul, g, b)


def pulled_right(a, g):
    """a @ g, where an exact 0 of g stays 0. For stacks of matrices, and for one matrix and a vector, too."""
    if g.ndim == 1:
        if type(a) is type(g) is ndarray:
            out = a.dot(g)
            return out if finite(out) else strongly(_swapped, g, a)
        if _is_array(a) and _is_array(g) and _finite(out := np.dot(a, g), (slice(None),)):
            return out
        return strongly(_swapped, g, a)
    if type(a) is type(g) is ndarray and a.ndim == 2 == g.ndim and (size := g.size):
        out = a.dot(g) if a.size <= SMALL >= size and (len(g) != 1 or not is_by_number(a, g)) else a @ g
        if size < FEW and count_nonzero(g) == size:
            return out
        column = out.T[0]
        square = column.dot(column)
        if square < INFINITE if type(square) in REAL else finite(column):
            return out
    elif _is_array(a) and _is_array(g):
        out = matmul(a, g)
        if out.ndim > 1 and out.shape[-1] and _finite(out, (..., 0)):
            return out
    return strongly(_swapped, g, a)


def _swapped(g, a):
    return matmul(a, g)


def _finite(out, index):
    return finite(out[index]) if type(out) is ndarray else hasattr(out, "__finite__") and out.__finite__(index)


def summed(g):
    """The sum of the rows of a matrix."""
    if type(g) is ndarray and g.size <= SMALL and (char := g.dtype.char) in "fd":
        return ones(len(g), char).dot(g)
    if _is_array(g) and 0 < g.shape[0] <= LARGE and g.dtype.char in "fd":
        return np.dot(ones(g.shape[0], g.dtype.char), g)
    return np.add.reduce(g, axis=0)


def across(x):
    """The sum of each row of a matrix."""
    if _is_array(x) and 0 < x.size <= SMALL and x.dtype.char in "fd":
        return np.dot(x, ones(x.shape[1], x.dtype.char))
    return np.add.reduce(x, axis=-1)


def row_totals(x, axis):
    """The sum along an axis, which is kept with one element: of short rows by a product, 5 µs instead of 33 for 2,048 of 32."""
    if _in_rows(x, axis, 1024) and _is_array(x):
        return x @ ones(x.shape[-1], x.dtype.char)[:, None]
    return np.add.reduce(x, axis=axis, keepdims=True)


def row_tops(x, axis):
    """The greatest along an axis, likewise: of short rows in a copy in which they are columns, 31 µs instead of 105."""
    if type(x) is ndarray and _in_rows(x, axis, 32):
        return np.maximum.reduce(np.copy(np.moveaxis(x, -1, 0), order="C"), axis=0)[..., None]
    return np.maximum.reduce(x, axis=axis, keepdims=True)


def _in_rows(x, axis, longest):
    """Whether the axis is the last of several, along which there are few of many elements."""
    last = axis == -1 or axis == x.ndim - 1
    return last and x.size >= 256 and x.ndim > 1 and 1 < x.shape[-1] <= longest and x.dtype.char in "fd"


def _is_array(x):
    return type(x) is ndarray or (stands_in(x) and not undecided(x))


@functools.lru_cache(maxsize=64)
def ones(n, char):
    cached = np.ones(n, char)
    cached.flags.writeable = False
    return cached
