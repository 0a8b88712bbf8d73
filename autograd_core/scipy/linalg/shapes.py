"""Matrices whose elements are put into their places: toeplitz, block_diag and others."""

import functools

import numpy as np
import scipy.linalg

from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import linalg


def number_of(x):
    """An operand of at least one dimension."""
    return np.reshape(x, (1,)) if np.ndim(x) == 0 else x


@linalg.composed("toeplitz", "the matrix of constant diagonals with the first column c and the first row r")
def toeplitz(c, r):
    c = number_of(c)
    r = np.conjugate(c) if r is None else number_of(r)
    return spread_diagonals(as_scipy_does(c, r))


def spread_diagonals(c_and_r):
    c, r = c_and_r
    shape = np.broadcast_shapes(c.shape[:-1], r.shape[:-1])
    c, r = np.broadcast_to(c, (*shape, c.shape[-1])), np.broadcast_to(r, (*shape, r.shape[-1]))
    n, m = c.shape[-1], r.shape[-1]
    values = np.concatenate([r[..., :0:-1], c], axis=-1)
    return values[..., np.arange(n)[:, None] - np.arange(m) + m - 1]


@functools.cache
def takes_stacks():
    """Whether this SciPy takes several c for several matrices, and not for one vector (SciPy 1.17 does)."""
    try:
        return scipy.linalg.toeplitz(np.ones((2, 3))).shape == (2, 3, 3)
    except Warning:
        return False


def as_scipy_does(*vectors):
    return vectors if takes_stacks() else tuple(map(np.ravel, vectors))


@linalg.composed("hankel", "the matrix of constant antidiagonals with the first column c and the last row r")
def hankel(c, r):
    c = np.ravel(c)
    r = np.zeros_like(plain(c)) if r is None else np.ravel(r)
    n, m = c.shape[0], r.shape[0]
    return np.concatenate([c, r[1:]])[np.arange(n)[:, None] + np.arange(m)]


@linalg.composed("circulant", "the matrix whose columns are c, each turned on by one")
def circulant(c):
    n = number_of(c).shape[-1]
    return number_of(c)[..., (np.arange(n)[:, None] - np.arange(n)) % n]


@linalg.composed("companion", "the companion matrix of a polynomial")
def companion(a):
    n = a.shape[-1] - 1
    if np.any(plain(a)[..., 0] == 0) or n < 1:
        return linalg.original.companion(plain(a))  # raises
    first = -a[..., 1:] / a[..., :1]
    below = np.broadcast_to(np.eye(n, dtype=first.dtype)[:-1], (*first.shape[:-1], n - 1, n))
    return np.concatenate([first[..., None, :], below], axis=-2)


@linalg.composed("leslie", "the Leslie matrix of fecundities f and survivals s")
def leslie(f, s):
    n = f.shape[-1]
    if s.shape[-1] != n - 1 or n < 2:
        return linalg.original.leslie(plain(f), plain(s))  # raises
    below = s[..., :, None] * np.eye(n - 1, n, dtype=s.dtype)
    shape = np.broadcast_shapes(f.shape[:-1], s.shape[:-1])
    top = np.broadcast_to(f, (*shape, n))[..., None, :]
    return np.concatenate([top, np.broadcast_to(below, (*shape, n - 1, n))], axis=-2)


@linalg.composed("fiedler", "the matrix of |aᵢ - aⱼ|")
def fiedler(a):
    a = number_of(a)
    same = np.eye(a.shape[-1], dtype=bool)  # there the difference is 0 whatever a is, which is no kink
    return np.where(same, 0, np.abs(np.where(same, 1, a[..., :, None] - a[..., None, :])))


@linalg.composed("fiedler_companion", "Fiedler's companion matrix of a polynomial")
def fiedler_companion(a):
    if len(a.shape) > 1:
        return np.stack([fiedler_companion(one) for one in a])
    n = a.shape[0] - 1
    if n < 1 or plain(a)[0] == 0:
        return linalg.original.fiedler_companion(plain(a))
    if n == 1:
        return np.reshape(-a[1] / a[0], (1, 1))
    a = a / a[0]
    # SciPy's own places: those of 2, 3, …, n, and of the ones
    where = linalg.original.fiedler_companion(np.concatenate([[1.0], np.arange(2.0, n + 2)]))
    given = np.concatenate([np.array([0.0, 1.0]), -a[1:]]).astype(a.dtype)
    return given[np.where(where < 0, -where, where).astype(int)]


@linalg.composed("convolution_matrix", "the matrix of the convolution with a")
def convolution_matrix(a, n, mode):
    if len(a.shape) > 1:
        return np.stack([convolution_matrix(one, n, mode) for one in a])
    k = a.shape[0]
    where = linalg.original.convolution_matrix(np.arange(1, k + 1), n, mode)
    return np.concatenate([np.zeros(1, a.dtype), a])[where]


@linalg.composed("block_diag", "the matrix of blocks along the diagonal")
def block_diag(arrs):
    blocks = [np.reshape(a, (1,) * (2 - np.ndim(a)) + np.shape(a)) if np.ndim(a) < 2 else a for a in arrs]
    shape = np.broadcast_shapes(*[np.shape(a)[:-2] for a in blocks])
    width, before, rows = sum(np.shape(a)[-1] for a in blocks), 0, []
    for a in blocks:
        n, m = np.shape(a)[-2:]
        a = np.broadcast_to(a, (*shape, n, m))
        left, right = np.zeros((*shape, n, before)), np.zeros((*shape, n, width - before - m))
        rows.append(np.concatenate([left.astype(a.dtype), a, right.astype(a.dtype)], axis=-1))
        before += m
    return np.concatenate(rows, axis=-2)


@linalg.composed("khatri_rao", "the products of each column of a with the same column of b")
def khatri_rao(a, b):
    if a.shape[-1] != b.shape[-1] or min(len(a.shape), len(b.shape)) < 2:
        return linalg.original.khatri_rao(plain(a), plain(b))  # raises
    c = a[..., :, None, :] * b[..., None, :, :]
    return np.reshape(c, (*c.shape[:-3], c.shape[-3] * c.shape[-2], c.shape[-1]))


@linalg.composed("kron", "the Kronecker product")
def kron(a, b):
    return np.kron(a, b)
