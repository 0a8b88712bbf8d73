"""Matrices given by their diagonals: in (l, u) storage row u + i - j of `ab` has a[i, j] in column j."""

import numpy as np
import scipy.linalg

from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import linalg, mH, mT, shifted


def transposed(lower, upper, ab):
    """The diagonals of aᵀ, in (upper, lower) storage: each diagonal above becomes one below."""
    return np.stack([shifted(ab[..., upper - d, :], -d) for d in range(-lower, upper + 1)], axis=-2)


def as_columns(x, vector):
    """x with its equations along the last axis: a vector as one of a stack of right-hand sides."""
    return x[None, :] if vector else mT(x)


def diagonal_of_product(y, x, d):
    """Σ yᵢ xⱼ over the right-hand sides, for j = i + d, in column j."""
    return np.sum(shifted(y, d) * x, axis=-2)


# General matrices


def solved_band_b(g, lower, upper, ab):
    return solved_band(upper, lower, transposed(lower, upper, ab), g)


def solved_band_ab(g, lower, upper, ab, b_shape, out):
    vector = len(b_shape) == 1
    y, x = as_columns(-solved_band_b(g, lower, upper, ab), vector), as_columns(out, vector)
    return np.stack([diagonal_of_product(y, x, d) for d in range(upper, -lower - 1, -1)], axis=-2)


@primitive(
    "x with a x = b, a of diagonals ab | the diagonals of -(a⁻ᵀ ḡ) outᵀ | a⁻ᵀ ḡ",
    name="scipy.linalg.solve_banded",
    ab=solved_band_ab,
    b=lambda g, lower, upper, ab: solved_band_b(g, lower, upper, ab),
)
def solved_band(lower, upper, ab, b):
    return scipy.linalg.solve_banded((lower, upper), ab, b, check_finite=False)


@linalg.composed("solve_banded", "x with a x = b, for a of the diagonals ab")
def solve_banded(l_and_u, ab, b):
    lower, upper = map(int, l_and_u)
    return solved_band(lower, upper, ab, b)


# Hermitian matrices, of which one half is given


def solveh_banded_ab(g, ab, b_shape, lower, out):
    vector, count = len(b_shape) == 1, ab.shape[-2]
    y, x = as_columns(-linalg.solveh_banded(np.conjugate(ab), g, lower=lower), vector), as_columns(out, vector)
    rows = []
    for d in range(count):
        if lower:
            here, there = shifted(y, -d) * x, np.conjugate(y * shifted(x, -d))
        else:
            here, there = shifted(y, d) * x, np.conjugate(y * shifted(x, d))
        rows.append(np.sum(np.real(here) if d == 0 else here + there, axis=-2))
    return np.stack(rows if lower else rows[::-1], axis=-2)


linalg.derivative(
    "solveh_banded",
    "x with a x = b, a Hermitian | the diagonals of -(a⁻ᵀ ḡ) outᵀ | a⁻ᵀ ḡ",
    ab=lambda g, ab, b_shape, lower, out: solveh_banded_ab(g, ab, b_shape, lower, out),
    b=lambda g, ab, lower: linalg.solveh_banded(np.conjugate(ab), g, lower=lower),
)


@linalg.composed("cho_solve_banded", "x with a x = b, from cholesky_banded(a)")
def cho_solve_banded(cb_and_lower, b):
    cb, lower = cb_and_lower
    k = cb.shape[-2] - 1
    first = (k, 0) if lower else (0, k)
    turned = np.conjugate(transposed(*first, cb))
    if lower:
        return solved_band(*first[::-1], turned, solved_band(*first, cb, b))
    return solved_band(*first, cb, solved_band(*first[::-1], turned, b))


# Cholesky: a band of k diagonals beside the main one is a row of blocks of k, each with the next one only. Larger blocks are
# quicker than a step for each row: the gradient for 1,000 rows takes 15 ms with blocks of 32, 22 with 16 and 26 with 128

BLOCK = 32


@linalg.composed("cholesky_banded", "the diagonals of the triangular factor")
def cholesky_banded(ab, lower, check_finite):
    k = ab.shape[-2] - 1
    scipy.linalg.cholesky_banded(plain(ab), lower=lower, check_finite=check_finite)  # raises if it is not definite
    below = ab if lower else np.conjugate(transposed(0, k, ab))
    factor = lower_factor(below)
    factor = factor if lower else np.conjugate(transposed(k, 0, factor))
    first = np.arange(ab.shape[-1]) + (np.arange(k + 1)[:, None] if lower else np.arange(-k, 1)[:, None])
    return np.where((first >= 0) & (first < ab.shape[-1]), factor, ab)  # in the corners stays what stood there


def lower_factor(ab):
    """The lower factor of a matrix of which the diagonals from the main one down are given."""
    k, n = ab.shape[-2] - 1, ab.shape[-1]
    m = max(k, min(BLOCK, n), 1)
    count = -(-n // m)
    ab = np.concatenate([ab, np.zeros((*ab.shape[:-2], 1, n), ab.dtype)], axis=-2)  # row k + 1 is for what is 0
    beyond = np.broadcast_to(np.eye(k + 2, 1), (*ab.shape[:-2], k + 2, count * m - n)).astype(ab.dtype)
    ab = np.concatenate([ab, beyond], axis=-1)
    i, j, block = np.arange(m)[:, None], np.arange(m), m * np.arange(count)[:, None, None]
    taken = lambda d, block: ab[..., np.where((d >= 0) & (d <= k), d, k + 1), j + block]
    diagonal, beside = taken(i - j, block), taken(m + i - j, block[:-1])
    rest, columns = diagonal[..., 0, :, :], []
    for b in range(count):
        factor = np.linalg.cholesky(rest)
        if b == count - 1:
            columns.append(np.concatenate([factor, np.zeros(factor.shape, factor.dtype)], axis=-2))
            break
        below = mH(linalg.solve_triangular(factor, mH(beside[..., b, :, :]), lower=True))
        rest = diagonal[..., b + 1, :, :] - below @ mH(below)
        columns.append(np.concatenate([factor, below], axis=-2))
    columns = np.stack(columns, axis=-3)
    block, column = np.divmod(np.arange(n), m)
    return columns[..., block, column + np.arange(k + 1)[:, None], column]
