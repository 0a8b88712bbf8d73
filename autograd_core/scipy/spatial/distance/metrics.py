"""Metrics, each a function along the last axis of two arrays that broadcast.

If two vectors are equal, a distance has a kink; its derivative there is 0, as that of a norm.
"""

import numpy as np
from scipy import special as sp

from autograd_core.graph.variable import plain


def as_double(array):
    """As float64, in which SciPy computes some distances whatever it is given."""
    return array if plain(array).dtype == float else array.astype(float)


def total(values, w):
    return np.sum(values if w is None else w * values, axis=-1)


def cityblock(u, v, w=None):
    """Σ |u - v|."""
    return total(np.abs(u - v), w)


def sqeuclidean(u, v, w=None):
    """Σ (u - v)²."""
    return total((u - v) ** 2, w)


def euclidean(u, v, w=None):
    """√Σ (u - v)²."""
    u, v = as_double(u), as_double(v)
    return np.linalg.norm(u - v if w is None else np.sqrt(w) * (u - v), axis=-1)


def chebyshev(u, v, w=None):
    """max |u - v|, of those with a weight."""
    apart = np.abs(u - v)
    return np.max(apart if w is None else np.where(plain(w) > 0, apart, 0.0), axis=-1)


def minkowski(u, v, p=2, w=None):
    """(Σ |u - v|ᵖ)^(1/p)."""
    if np.isinf(plain(p)):
        return chebyshev(u, v, w)
    if p == 2:
        return euclidean(u, v, w)
    if p == 1:
        return cityblock(u, v, w)
    return total(np.abs(u - v) ** p, w) ** (1 / p)


def canberra(u, v, w=None):
    """Σ |u - v| / (|u| + |v|), 0 where both are 0."""
    u, v = as_double(u), as_double(v)
    below = np.abs(u) + np.abs(v)
    return total(np.abs(u - v) / np.where(plain(below) == 0, 1.0, below), w)


def braycurtis(u, v, w=None):
    """Σ |u - v| / Σ |u + v|."""
    u, v = as_double(u), as_double(v)
    return total(np.abs(u - v), w) / total(np.abs(u + v), w)


def cosine(u, v, w=None):
    """1 - u v / (|u| |v|)."""
    return 1 - total(u * v, w) / (np.sqrt(total(u * u, w)) * np.sqrt(total(v * v, w)))


def correlation(u, v, w=None, centered=True):
    """The cosine distance of what is left without the means."""
    if centered:
        share = 1 / u.shape[-1] if w is None else w / np.sum(w)
        u, v = (x - np.sum(share * x, axis=-1, keepdims=True) for x in (u, v))
    return cosine(u, v, w)


def seuclidean(u, v, V):
    """√Σ (u - v)² / V."""
    return np.linalg.norm((as_double(u) - as_double(v)) / np.sqrt(V), axis=-1)


def mahalanobis(u, v, VI):
    """√ (u - v) VI (u - v)ᵀ."""
    apart = u - v
    return np.sqrt(np.sum((apart @ VI) * apart, axis=-1))


def jensenshannon(u, v, base=None):
    """The root of the mean relative entropy of two distributions to their mean."""
    u, v = (x / np.sum(x, axis=-1, keepdims=True) for x in (u, v))
    middle = (u + v) / 2
    divergence = np.sum(sp.rel_entr(u, middle) + sp.rel_entr(v, middle), axis=-1) / 2
    return np.sqrt(divergence if base is None else divergence / np.log(base))


METRICS = {
    f.__name__: f
    for f in (
        braycurtis, canberra, chebyshev, cityblock, correlation, cosine, euclidean, jensenshannon, mahalanobis, minkowski,
        seuclidean, sqeuclidean,
    )
}  # fmt: skip
SHORT = {
    "b": "cityblock", "c": "cityblock", "cityblock": "cityblock", "ch": "chebyshev", "co": "correlation", "cos": "cosine",
    "e": "euclidean", "eu": "euclidean", "euclid": "euclidean", "js": "jensenshannon", "mahal": "mahalanobis", "mi": "minkowski",
    "m": "minkowski", "pnorm": "minkowski", "manhattan": "cityblock", "block": "cityblock", "cblock": "cityblock",
    "sqe": "sqeuclidean", "sqeuclid": "sqeuclidean", "se": "seuclidean", "s": "seuclidean", "cheby": "chebyshev",
    "cheb": "chebyshev",
}  # fmt: skip
