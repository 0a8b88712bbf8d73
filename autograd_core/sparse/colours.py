"""Which rows of a sparse matrix can share a pass: those of one colour have no column in common.

With ones in all rows of one colour, a pullback gives all their elements at once, each in a column of its own (A. Curtis,
M. Powell and J. Reid, IMA J. Appl. Math. 13, 1974).
"""

import numpy as np
import scipy.sparse

from autograd_core.errors import ShapeError

MOST = 62  # colours that fit into the bits of an integer


def colours(pattern):
    """A colour for each row, 0, 1, 2, …: rows of one colour have no column in common.

    pattern   (m, n), a sparse array or a dense one: what may be different from 0

    Returns integers (m,). A banded pattern gets the least number there is; others are coloured greedily, rows that are in
    conflict with many first (M. Jones and P. Plassmann, SIAM J. Sci. Comput. 14, 1993).

    >>> import numpy as np
    >>> colours(np.eye(4) + np.eye(4, k=1) + np.eye(4, k=-1))
    array([0, 1, 2, 0])
    """
    pattern = structure(pattern)
    banded = by_bands(pattern)
    least = int(np.max(np.diff(scipy.sparse.csc_array(pattern).indptr), initial=0))  # rows that meet in one column
    if banded.size == 0 or banded.max() + 1 <= max(least, 1):
        return banded
    greedy = by_conflicts(pattern)
    return greedy if greedy.max() < banded.max() else banded


def structure(pattern):
    """The places of a pattern, as a csr_array of ones in sorted order."""
    pattern = scipy.sparse.coo_array(pattern)
    if pattern.ndim != 2:
        raise ShapeError(f"the pattern must be a matrix, (m, n), got shape {pattern.shape}")
    there = pattern.data != 0
    rows, columns = (coordinate[there] for coordinate in pattern.coords)
    places = scipy.sparse.csr_array((np.ones(rows.size), (rows, columns)), shape=pattern.shape)
    places.sort_indices()
    return places


def by_bands(pattern):
    """The colours of a band: row number modulo how many rows there are from the first to the last that has a column."""
    m, (rows, columns) = pattern.shape[0], pattern.tocoo().coords
    if rows.size == 0:
        return np.zeros(m, int)
    first, last = np.full(pattern.shape[1], m), np.full(pattern.shape[1], -1)
    np.minimum.at(first, columns, rows)
    np.maximum.at(last, columns, rows)
    return np.arange(m) % (np.max((last - first)[last >= 0]) + 1)


def by_conflicts(pattern):
    """The colours of any pattern: in each round those rows whose priority is above that of all uncoloured rows beside them."""
    conflicts = scipy.sparse.csr_array(pattern @ pattern.T)
    conflicts.setdiag(0)
    conflicts.eliminate_zeros()
    m, degrees = pattern.shape[0], np.diff(conflicts.indptr)
    if degrees.max(initial=0) >= MOST:
        return one_by_one(conflicts, degrees)
    priority = np.empty(m, int)
    priority[np.lexsort((np.random.default_rng(0).permutation(m), degrees))] = np.arange(m)
    colour, bits = np.full(m, -1), np.zeros(m, np.int64)
    left = np.arange(m)
    while left.size:
        part = conflicts[left]
        waiting = np.where(colour < 0, priority, -1)
        highest, taken = np.full(left.size, -1), np.zeros(left.size, np.int64)
        some = np.diff(part.indptr) > 0
        if some.any():
            starts = part.indptr[:-1][some]
            highest[some] = np.maximum.reduceat(waiting[part.indices], starts)
            taken[some] = np.bitwise_or.reduceat(bits[part.indices], starts)
        now = priority[left] > highest
        free = ~taken[now] & (taken[now] + 1)  # the lowest bit that no row beside it has
        colour[left[now]] = np.log2(free).astype(int)
        bits[left[now]] = free
        left = left[~now]
    return colour


def one_by_one(conflicts, degrees):
    """The same one row after another, for more colours than an integer has bits."""
    colour = np.full(degrees.size, -1)
    for i in np.argsort(-degrees, kind="stable"):
        near = set(colour[conflicts.indices[conflicts.indptr[i] : conflicts.indptr[i + 1]]].tolist())
        c = 0
        while c in near:
            c += 1
        colour[i] = c
    return colour
