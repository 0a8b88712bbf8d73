"""Linear algebra of small matrices. Elimination with a choice of rows, as LAPACK has it, so that pivots are the same."""

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError, kind_or_raise
from autograd_core.capturing.native.table.table import entry

LARGEST = 8  # rows: each is chosen by comparisons


def matrix(b, call, arg):
    kind = kind_or_raise(call.out.dtype if call.out.dtype is not None else np.float64, "a matrix")
    x = b.array(arg, kind)
    if not x.size:
        raise NotLoweredError("an empty matrix")
    if x.ndim < 2 or x.shape[-1] > LARGEST:
        raise NotLoweredError(f"matrices of {x.shape[-1] if x.ndim else 0} rows; up to {LARGEST} are")
    return x


def eliminated(c, a, rhs=None):
    """(rows of U, rows of the right side, sign): a is (…, n, n), rhs (…, n, m) or None; a pivot of 0 is left to the caller."""
    n = a.shape[-1]
    rows = [[a[..., i, j] for j in range(n)] for i in range(n)]
    right = None if rhs is None else [rhs[..., i, :] for i in range(n)]
    sign = c.number(1, a.kind)
    wide = lambda x: x.moved(np.asarray(x.array())[..., None])
    for k in range(n):
        for i in range(k + 1, n):  # bring the greatest to the top: the first of the greatest, as LAPACK does
            greater = c.apply("fabs", rows[i][k]) > c.apply("fabs", rows[k][k])
            for j in range(k, n):
                up, down = c.select(greater, rows[i][j], rows[k][j]), c.select(greater, rows[k][j], rows[i][j])
                rows[k][j], rows[i][j] = up, down
            if right is not None:
                test = wide(greater)
                right[k], right[i] = c.select(test, right[i], right[k]), c.select(test, right[k], right[i])
            sign = c.select(greater, -sign, sign)
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            for j in range(k + 1, n):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
            if right is not None:
                right[i] = right[i] - wide(factor) * right[k]
    return rows, right, sign


def regular(c, rows):
    """A matrix without an inverse is an error of NumPy's: then the program does not apply."""
    for k, row in enumerate(rows):
        c.check(row[k].differs(0))


def solved(c, a, rhs):
    """a⁻¹ rhs of (…, n, n) and (…, n, m)."""
    n = a.shape[-1]
    rows, right, _ = eliminated(c, a, rhs)
    regular(c, rows)
    wide = lambda x: x.moved(np.asarray(x.array())[..., None])
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            right[i] = right[i] - wide(rows[i][j]) * right[j]
        right[i] = right[i] / wide(rows[i][i])
    return right[0].moved(np.stack([row.array() for row in right], -2))


@entry(np.linalg.solve)
def solve(b, call):
    a, rhs = matrix(b, call, call.args[0]), b.array(call.args[1])
    rhs = b.code.cast(rhs, a.kind)
    vector = rhs.ndim == 1
    ids = rhs.array()[:, None] if vector else rhs.array()
    lead = np.broadcast_shapes(a.shape[:-2], ids.shape[:-2])
    a, rhs = a.moved(np.broadcast_to(a.array(), lead + a.shape[-2:])), rhs.moved(np.broadcast_to(ids, lead + ids.shape[-2:]))
    found = solved(b.code, a, rhs)
    return found[..., 0] if vector else found


@entry(np.linalg.inv)
def inverse(b, call):
    a = matrix(b, call, call.args[0])
    n = a.shape[-1]
    ones = b.code.constant(np.broadcast_to(np.eye(n), a.shape), a.kind)
    return solved(b.code, a, ones)


def sign_and_logarithm_of(c, a):
    """(sign, logarithm) of a determinant, and whether a pivot is 0."""
    rows, _, sign = eliminated(c, a)
    logarithm, singular = c.number(0, a.kind), c.number(False, "b1")
    for k, row in enumerate(rows):
        sign = c.select(row[k] < 0, -sign, sign)
        logarithm = logarithm + c.apply("log", c.apply("fabs", row[k]))
        singular = singular | row[k].equals(0)
    return sign, logarithm, singular


@entry(np.linalg.det)
def determinant(b, call):
    """By logarithms, as NumPy has it: the product of the pivots alone may overflow on the way."""
    sign, logarithm, singular = sign_and_logarithm_of(b.code, matrix(b, call, call.args[0]))
    return b.code.select(singular, 0.0, sign * b.code.apply("exp", logarithm))


@entry(np.linalg.slogdet)
def sign_and_logarithm(b, call):
    sign, logarithm, _ = sign_and_logarithm_of(b.code, matrix(b, call, call.args[0]))
    b.code.check(logarithm > -np.inf)  # of NaN, signs are what the library makes of them
    return sign, logarithm


@entry(np.linalg.cholesky)
def cholesky(b, call):
    """The lower factor, column by column. A matrix that is not positive definite is an error of NumPy's."""
    if call.kwargs.get("upper") or len(call.args) > 1:
        raise NotLoweredError("the upper factor")
    c, a = b.code, matrix(b, call, call.args[0])
    n, zero = a.shape[-1], c.number(0, a.kind)
    found = [[None] * n for _ in range(n)]
    for j in range(n):
        rest = a[..., j, j]
        for k in range(j):
            rest = rest - found[j][k] * found[j][k]
        c.check(rest > 0)
        found[j][j] = c.apply("sqrt", rest)
        for i in range(j + 1, n):
            rest = a[..., i, j]
            for k in range(j):
                rest = rest - found[i][k] * found[j][k]
            found[i][j] = rest / found[j][j]
    spread = [[np.broadcast_to((found[i][j] or zero).array(), a.shape[:-2]) for j in range(n)] for i in range(n)]
    return a.moved(np.stack([np.stack(row, -1) for row in spread], -2))
