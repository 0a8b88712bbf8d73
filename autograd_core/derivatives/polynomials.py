"""Polynomials as arrays of their coefficients, highest power first."""

import operator

import numpy as np

from autograd_core.derivatives.operands import array, cast
from autograd_core.derivatives.table import composed, unsupported


@composed("polyval")
def polyval(p, x):
    p, x = array(p), array(x)
    y = np.zeros_like(x)
    for i in range(p.shape[0]):
        y = y * x + p[i]
    return y


@composed("polyadd")
def polyadd(a1, a2):
    a1, a2 = aligned_powers(a1, a2)
    return a1 + a2


@composed("polysub")
def polysub(a1, a2):
    a1, a2 = aligned_powers(a1, a2)
    return a1 - a2


def aligned_powers(*polynomials):
    """Both with as many coefficients as the longer one has."""
    polynomials = [np.reshape(array(p), -1) for p in polynomials]
    n = max(p.shape[0] for p in polynomials)
    return [np.concatenate([np.zeros(n - p.shape[0], p.dtype), p]) for p in polynomials]


@composed("polymul")
def polymul(a1, a2):
    return np.convolve(without_leading_zeros(a1), without_leading_zeros(a2))


def without_leading_zeros(p):
    p = np.reshape(array(p), -1)
    used = np.flatnonzero(p != 0)
    return p[used[0] :] if used.size else p[-1:]


@composed("polyder")
def polyder(p, m=1):
    m = order_of("polyder", m)
    p = array(p)
    for _ in range(m):
        p = p[:-1] * np.arange(p.shape[0] - 1, 0, -1)
    return p


@composed("polyint")
def polyint(p, m=1, k=None):
    m = order_of("polyint", m)
    p = array(p)
    k = np.zeros(m) if k is None else np.broadcast_to(array(k), (m,)) if np.ndim(k) == 0 or np.shape(k) == (1,) else array(k)
    if k.shape[0] < m:
        raise ValueError(f"polyint: k must be a number, or one constant for each of the {m} integrations, got {k.shape[0]}")
    for i in range(m):
        p = np.concatenate([p / np.arange(p.shape[0], 0, -1), k[i : i + 1]])
    return p


def order_of(name, m):
    m = operator.index(m)
    if m < 0:
        raise ValueError(f"{name}: the order m must not be negative, got {m}")
    return m


@composed("vander")
def vander(x, N=None, increasing=False):
    if x.ndim != 1:
        raise ValueError(f"vander: x must be a vector, got shape {x.shape}")
    powers = np.arange(x.shape[0] if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


@composed("poly")
def poly(seq_of_zeros):
    """The coefficients of Πᵢ (x - zᵢ), or of the characteristic polynomial of a matrix."""
    z = seq_of_zeros
    if z.ndim == 2 and z.shape[0] == z.shape[1] != 0:
        z = np.linalg.eigvals(z)
    elif z.ndim > 1:
        raise ValueError(f"poly: expected a vector of zeros or a square matrix, got shape {z.shape}")
    z = np.reshape(z, -1)
    z = cast(z, np.dtype(np.mintypecode(z.dtype.char)))
    unit = np.ones(1, z.dtype)
    p = unit
    for i in range(z.shape[0]):
        p = np.convolve(p, np.concatenate([unit, -z[i : i + 1]]))
    if z.dtype.kind == "c" and np.all(np.sort(z) == np.sort(np.conjugate(z))):
        return np.real(p)
    return p


unsupported({"polydiv": "its results have lengths that depend on the values; write np.convolve for products"})
