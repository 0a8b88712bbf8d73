"""Descriptive statistics that are functions of the data."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule, refused

stats = Submodule("stats")


def only_defaults(what, **given):
    """Raise if an argument that has no derivative here is not left at its default."""
    defaults = {"nan_policy": "propagate", "keepdims": False}
    for argument, value in given.items():
        if value != defaults.get(argument):
            raise refused(f"scipy.stats.{what}", argument, value, f"leave {argument} out")


@stats.composed("entropy")
def entropy(pk, qk, base, axis, nan_policy, keepdims):
    """-Σ p log p, or Σ p log(p / q), of p and q that are made to sum to 1."""
    only_defaults("entropy", nan_policy=nan_policy)
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    parts = sp.entr(p) if qk is None else sp.rel_entr(p, qk / np.sum(qk, axis=axis, keepdims=True))
    total = np.sum(parts, axis=axis, keepdims=keepdims)
    return total if base is None else total / np.log(base).astype(plain(total).dtype)


def averaged(a, axis, weights, keepdims):
    """The mean with weights, or without."""
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    weights = np.broadcast_to(weights, np.shape(a)) if np.ndim(plain(weights)) == np.ndim(plain(a)) else _along(weights, a, axis)
    return np.sum(a * weights, axis=axis, keepdims=keepdims) / np.sum(weights, axis=axis, keepdims=keepdims)


def _along(weights, a, axis):
    shape = [1] * np.ndim(plain(a))
    shape[axis] = -1
    return np.broadcast_to(np.reshape(weights, shape), np.shape(a))


@stats.composed("gmean")
def gmean(a, axis, dtype, weights, nan_policy, keepdims):
    """The geometric mean, exp of the mean of log a."""
    only_defaults("gmean", dtype=dtype, nan_policy=nan_policy)
    return np.exp(averaged(np.log(a), axis, weights, keepdims))


@stats.composed("hmean")
def hmean(a, axis, dtype, weights, nan_policy, keepdims):
    """The harmonic mean, 1 / mean of 1 / a."""
    only_defaults("hmean", dtype=dtype, nan_policy=nan_policy)
    return 1 / averaged(1 / a, axis, weights, keepdims)


@stats.composed("pmean")
def pmean(a, p, axis, dtype, weights, nan_policy, keepdims):
    """The power mean, (mean of aᵖ)^(1/p)."""
    only_defaults("pmean", dtype=dtype, nan_policy=nan_policy)
    if np.any(plain(p) == 0):
        return np.exp(averaged(np.log(a), axis, weights, keepdims))
    return averaged(a**p, axis, weights, keepdims) ** (1 / p)


def central(a, order, axis, keepdims=True):
    """The central moment."""
    return np.mean((a - np.mean(a, axis=axis, keepdims=True)) ** order, axis=axis, keepdims=keepdims)


def standardised(a, order, axis, keepdims):
    variance = central(a, 2, axis, keepdims)
    return central(a, order, axis, keepdims) / variance ** (order / 2)


def flat(a, axis, keepdims):
    """(the array, its axis), for axis=None all of it in one; with keepdims all others have the length 1."""
    if axis is not None:
        return a, axis
    return np.reshape(a, (-1,) + (1,) * (max(np.ndim(a), 1) - 1) if keepdims else (-1,)), 0


@stats.composed("moment")
def moment(a, order, axis, nan_policy, center, keepdims):
    """The moment about the mean, or about `center`."""
    only_defaults("moment", nan_policy=nan_policy)
    if np.ndim(order):
        raise refused("scipy.stats.moment", "order", order, "call it once for each order")
    a, axis = flat(a, axis, keepdims)
    if order == 1 and center is None:
        return np.mean(a - np.mean(a, axis=axis, keepdims=True), axis=axis, keepdims=keepdims)
    return central(a, order, axis, keepdims) if center is None else np.mean((a - center) ** order, axis=axis, keepdims=keepdims)


@stats.composed("skew")
def skew(a, axis, bias, nan_policy, keepdims):
    """The third standardised moment; corrected for bias with bias=False."""
    only_defaults("skew", nan_policy=nan_policy)
    a, axis = flat(a, axis, keepdims)
    n = np.shape(a)[axis]
    value = standardised(a, 3, axis, keepdims)
    return value if bias or n <= 2 else value * math.sqrt((n - 1.0) * n) / (n - 2.0)


@stats.composed("kurtosis")
def kurtosis(a, axis, fisher, bias, nan_policy, keepdims):
    """The fourth standardised moment, minus 3 with fisher=True."""
    only_defaults("kurtosis", nan_policy=nan_policy)
    a, axis = flat(a, axis, keepdims)
    n = np.shape(a)[axis]
    value = standardised(a, 4, axis, keepdims)
    if not bias and n > 3:
        value = ((n * n - 1.0) * value - 3.0 * (n - 1) ** 2) / (n - 2) / (n - 3) + 3
    return value - 3 if fisher else value


@stats.composed("zscore")
def zscore(a, axis, ddof, nan_policy):
    """(a - mean) / std."""
    only_defaults("zscore", nan_policy=nan_policy)
    return (a - np.mean(a, axis=axis, keepdims=True)) / np.std(a, axis=axis, ddof=ddof, keepdims=True)


@stats.composed("zmap")
def zmap(scores, compare, axis, ddof, nan_policy):
    """(scores - mean of compare) / std of compare."""
    only_defaults("zmap", nan_policy=nan_policy)
    return (scores - np.mean(compare, axis=axis, keepdims=True)) / np.std(compare, axis=axis, ddof=ddof, keepdims=True)


@stats.composed("sem")
def sem(a, axis, ddof, nan_policy, keepdims):
    """std / √n."""
    only_defaults("sem", nan_policy=nan_policy)
    a, axis = flat(a, axis, keepdims)
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / math.sqrt(np.shape(a)[axis])


@stats.composed("variation")
def variation(a, axis, nan_policy, ddof, keepdims):
    """std / mean."""
    only_defaults("variation", nan_policy=nan_policy)
    a, axis = flat(a, axis, keepdims)
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims) / np.mean(a, axis=axis, keepdims=keepdims)


@stats.composed("boxcox_llf")
def boxcox_llf(lmb, data, axis=0, keepdims=False, nan_policy="propagate"):
    """The log-likelihood of a Box-Cox transformation."""
    only_defaults("boxcox_llf", nan_policy=nan_policy)
    data, axis = flat(data, axis, keepdims)
    n = np.shape(data)[axis]
    spread = np.var(sp.boxcox(data, lmb), axis=axis, keepdims=keepdims)
    return (lmb - 1) * np.sum(np.log(data), axis=axis, keepdims=keepdims) - n / 2 * np.log(spread)
