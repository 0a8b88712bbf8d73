"""scipy.spatial.distance: distances of two vectors, and of all pairs of rows."""

import numpy as np

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.spatial.distance.metrics import METRICS, SHORT, as_double

distance = Submodule("spatial.distance")


def declare(name, function):
    """Put the metric of two vectors in; most have SciPy's arguments as they are."""
    if name != "jensenshannon":
        distance.composed(name, function.__doc__)(function)
        return

    @distance.composed(name, function.__doc__)
    def of_arrays(p, q, base, axis, keepdims):
        values = function(np.moveaxis(p, axis, -1), np.moveaxis(q, axis, -1), base)
        return np.expand_dims(values, axis) if keepdims else values


for name, function in METRICS.items():
    declare(name, function)


def metric_of(what, metric, others):
    """The metric of this name, with what SciPy's call gives beside."""
    if callable(metric):
        return lambda u, v: metric(u, v, **others)
    known = SHORT.get(str(metric).lower(), str(metric).lower())
    if known not in METRICS:
        raise UnsupportedError(
            f"scipy.spatial.distance.{what}: there is no derivative with metric={metric!r}; those with one are "
            f"{', '.join(METRICS)}"
        )
    return lambda u, v: METRICS[known](u, v, **others)


def settled(metric, XA, XB, others):
    """The arguments that SciPy computes from the data if they are not given: variances, and the inverse covariance."""
    known = SHORT.get(str(metric).lower(), str(metric).lower())
    if known == "seuclidean" and others.get("V") is None:
        data = XA if XB is XA else np.concatenate([XA, XB])
        return {**others, "V": np.var(data, axis=0, ddof=1)}
    if known == "mahalanobis" and others.get("VI") is None:
        data = XA if XB is XA else np.concatenate([XA, XB])
        return {**others, "VI": np.linalg.inv(np.atleast_2d(np.cov(np.matrix_transpose(data)))).T}
    return others


def without_none(kwargs):
    return {name: value for name, value in kwargs.items() if value is not None}


@distance.composed("cdist")
def cdist(XA, XB, metric, out, kwargs):
    """The distances of all rows of one array to all of another."""
    check("cdist", out, XA, XB)
    XA, XB = as_double(XA), as_double(XB)
    others = settled(metric, XA, XB, without_none(kwargs))
    if callable(metric):
        return np.stack([np.stack([metric(a, b, **others) for b in XB]) for a in XA])
    return metric_of("cdist", metric, others)(XA[:, None, :], XB[None, :, :])


@distance.composed("pdist")
def pdist(X, metric, out, kwargs):
    """The distances of all pairs of rows, in the order (0, 1), (0, 2), …"""
    check("pdist", out, X)
    X = as_double(X)
    others = settled(metric, X, X, without_none(kwargs))
    i, j = np.triu_indices(X.shape[0], 1)
    if callable(metric):
        return np.stack([metric(X[a], X[b], **others) for a, b in zip(i, j, strict=True)])
    return metric_of("pdist", metric, others)(X[i], X[j])


def check(what, out, *arrays):
    if out is not None:
        raise UnsupportedError(f"scipy.spatial.distance.{what}: an array given as out= cannot hold a Tensor; leave out out=")
    for array in arrays:
        if np.ndim(array) != 2:
            raise ValueError(
                f"scipy.spatial.distance.{what}: expected arrays of two axes, (rows, features), got {np.ndim(array)}"
            )


@distance.composed("squareform")
def squareform(X, force, checks):
    """The square matrix of a vector of distances, or the vector of a square matrix."""
    if force not in ("no", "tomatrix", "tovector"):
        raise ValueError(f"scipy.spatial.distance.squareform: force must be 'no', 'tomatrix' or 'tovector', got {force!r}")
    if np.ndim(X) == 1:
        n = int(np.ceil(np.sqrt(X.shape[0] * 2)))
        if n * (n - 1) != 2 * X.shape[0]:
            raise ValueError("scipy.spatial.distance.squareform: the vector must have n (n - 1) / 2 elements for some n")
        i, j = np.triu_indices(n, 1)
        where = np.zeros((n, n), int)
        where[i, j] = where[j, i] = np.arange(len(i))
        return X[where] * (1 - np.eye(n, dtype=plain(X).dtype))
    i, j = np.triu_indices(X.shape[0], 1)
    return X[i, j]
