"""Sums, means, extremes and orders along an axis, as PyTorch has them."""

from collections import namedtuple

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.promotion import alike, as_float, converted

FUNCTIONS_ONLY = ("std_mean", "var_mean")


def _pair(name, *fields):
    return namedtuple(name, fields or ("values", "indices"), module="torch.return_types")


MaxOfAxis, MinOfAxis, SortOfAxis, TopK, MedianOfAxis, ModeOfAxis, KthValue = map(
    _pair, ("max", "min", "sort", "topk", "median", "mode", "kthvalue")
)
CumMax, CumMin, AMinMax = _pair("cummax"), _pair("cummin"), _pair("aminmax", "min", "max")
Histogram = _pair("histogram", "hist", "bin_edges")


def _axes(dim):
    return tuple(dim) if isinstance(dim, (list, tuple)) else dim


def _summable(input, dtype):
    if dtype is not None:
        return converted(input, np.dtype(dtype))
    return converted(input, np.int64) if input.dtype.kind in "biu" else input


def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum over one axis, several or all."""
    return np.sum(_summable(input, dtype), axis=_axes(dim) if dim != () else None, keepdims=keepdim)


def nansum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum of what is not NaN."""
    return np.nansum(_summable(input, dtype), axis=_axes(dim), keepdims=keepdim)


def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean over one axis, several or all."""
    input = input if dtype is None else converted(input, np.dtype(dtype))
    if input.dtype.kind not in "fc":
        raise RuntimeError(f"mean(): the input must be of a floating-point or complex dtype, got {input.dtype}; write .float()")
    return np.mean(input, axis=_axes(dim), keepdims=keepdim)


def _correction(dim, unbiased, correction):
    """(axes, n - what is divided by): `x.var(False)` is not unbiased, `x.var(0, False)` neither."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return _axes(dim), (1 if unbiased else 0) if correction is None else correction


def var(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The variance, divided by n - 1."""
    axes, ddof = _correction(dim, unbiased, correction)
    return np.var(input, axis=axes, ddof=ddof, keepdims=keepdim)


def std(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """The standard deviation, of the variance divided by n - 1."""
    axes, ddof = _correction(dim, unbiased, correction)
    return np.std(input, axis=axes, ddof=ddof, keepdims=keepdim)


def var_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """(variance, mean)"""
    return var(input, dim, unbiased, keepdim, correction=correction), mean(input, _mean_dim(dim), keepdim)


def std_mean(input, dim=None, unbiased=True, keepdim=False, *, correction=None):
    """(standard deviation, mean)"""
    return std(input, dim, unbiased, keepdim, correction=correction), mean(input, _mean_dim(dim), keepdim)


def _mean_dim(dim):
    return None if isinstance(dim, bool) else dim


def norm(input, p="fro", dim=None, keepdim=False, dtype=None):
    """The p-norm of all elements, or of the vectors along dim."""
    input = input if dtype is None else converted(input, np.dtype(dtype))
    if dim is None:
        input, dim = np.ravel(input), 0
    order = 2 if p in ("fro", None) else float(p)
    if isinstance(dim, (list, tuple)) and len(dim) > 1:
        if order != 2:
            raise RuntimeError("norm: over several axes there is p=2 only; write torch.linalg.vector_norm")
        return np.sqrt(np.sum(np.square(input), axis=tuple(dim), keepdims=keepdim))
    return np.linalg.norm(input, order, axis=dim[0] if isinstance(dim, (list, tuple)) else dim, keepdims=keepdim)


def amax(input, dim=None, keepdim=False):
    """The greatest element; equal ones share the gradient."""
    return np.max(input, axis=_axes(dim) if dim != () else None, keepdims=keepdim)


def amin(input, dim=None, keepdim=False):
    """The least element; equal ones share the gradient."""
    return np.min(input, axis=_axes(dim) if dim != () else None, keepdims=keepdim)


def _chosen(input, dim, keepdim, places, kind):
    """(values, indices) along dim, from the places with that axis kept. The gradient goes to the chosen element alone."""
    if input.ndim == 0:
        return kind(input.copy(), np.int64(0))
    values = np.take_along_axis(input, places, dim)
    return kind(values, places) if keepdim else kind(np.squeeze(values, dim), np.squeeze(places, dim))


def _extreme(input, dim, keepdim, whole, place, of_two, kind):
    if dim is None:
        return whole(input)
    if isinstance(dim, core.Tensor):
        return of_two(*alike(input, dim))
    return _chosen(input, dim, keepdim, place(input, axis=dim, keepdims=True) if input.ndim else None, kind)


def max(input, dim=None, keepdim=False):
    """The greatest element; with dim (values, indices) along it; with a Tensor the greater of both, elementwise."""
    return _extreme(input, dim, keepdim, np.max, np.argmax, np.maximum, MaxOfAxis)


def min(input, dim=None, keepdim=False):
    """The least element; with dim (values, indices) along it; with a Tensor the lesser of both, elementwise."""
    return _extreme(input, dim, keepdim, np.min, np.argmin, np.minimum, MinOfAxis)


def argsort(input, dim=-1, descending=False, stable=False):
    """The indices that sort along dim; equal elements stay in their order."""
    if not descending:
        return np.argsort(input, axis=dim, kind="stable")
    backwards = np.argsort(np.flip(input, dim), axis=dim, kind="stable")
    return input.shape[dim] - 1 - np.flip(backwards, dim)


def sort(input, dim=-1, descending=False, stable=False):
    """(sorted values, indices) along dim."""
    return _chosen(input, dim, True, argsort(input, dim, descending) if input.ndim else None, SortOfAxis)


def topk(input, k, dim=-1, largest=True, sorted=True):
    """(the k greatest or least values, indices) along dim, in order."""
    if not 0 <= k <= input.shape[dim]:
        raise RuntimeError(f"topk: k must be from 0 to {input.shape[dim]}, the length of axis {dim}, got {k}")
    return _chosen(input, dim, True, np.take(argsort(input, dim, largest), np.arange(k), axis=dim), TopK)


def kthvalue(input, k, dim=-1, keepdim=False):
    """(the k-th least value, its index) along dim; k counts from 1."""
    return _chosen(input, dim, keepdim, np.take(argsort(input, dim), [k - 1], axis=dim), KthValue)


def median(input, dim=None, keepdim=False):
    """The middle element, the lower one of two; with dim (values, indices) along it."""
    if dim is None:
        return median(np.ravel(input), 0).values
    return _chosen(input, dim, keepdim, np.take(argsort(input, dim), [(input.shape[dim] - 1) // 2], axis=dim), MedianOfAxis)


def mode(input, dim=-1, keepdim=False):
    """(the most frequent value, the least of equally frequent ones; its last index) along dim."""

    def most(row):
        values, counts = np.unique(row, return_counts=True)
        return np.flatnonzero(row == values[np.argmax(counts)])[-1]

    places = np.expand_dims(np.apply_along_axis(most, dim, input.detach().numpy()), dim)
    return _chosen(input, dim, keepdim, places, ModeOfAxis)


def _running(input, dim, accumulate, kind):
    values = np.moveaxis(input.detach().numpy(), dim, 0)
    best = accumulate(values, axis=0)
    count = np.arange(len(values)).reshape(-1, *(1,) * (values.ndim - 1))
    places = np.moveaxis(np.maximum.accumulate(np.where(values == best, count, 0), axis=0), 0, dim)
    return _chosen(input, dim, True, places, kind)


def quantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
    """The q-quantile of all elements or along dim."""
    return np.quantile(input, q, axis=dim, keepdims=keepdim, method=interpolation)


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The values that occur, in order; with return_inverse and return_counts also where, and how often."""
    values = input.detach().numpy()  # a constant, as in PyTorch
    return np.unique(values, return_inverse=return_inverse, return_counts=return_counts, axis=dim)


def unique_consecutive(input, return_inverse=False, return_counts=False):
    """The values of a vector without repetitions that follow each other."""
    values = input.detach().numpy()
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    out = [values[starts]]
    out += [np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))] * return_inverse
    out += [np.diff(np.append(starts, len(values)))] * return_counts
    return tuple(out) if len(out) > 1 else out[0]


def histogram(input, bins=100, *, range=None, density=False):
    """(how many elements are in each bin, the edges of the bins), as floats."""
    values = input.detach().numpy()
    edges = bins.detach().numpy() if isinstance(bins, core.Tensor) else bins
    hist, edges = np.histogram(values, edges, range, density)
    return Histogram(hist.astype(values.dtype), edges.astype(values.dtype))


def histc(input, bins=100, min=0, max=0):
    """How many elements are in each of so many bins of equal width, as floats."""
    values = input.detach().numpy()
    bounds = (values.min(), values.max()) if min == max == 0 else (min, max)
    return np.histogram(values, bins, bounds)[0].astype(values.dtype)


TABLE = {  # what one expression says
    "prod": lambda input, dim=None, keepdim=False, *, dtype=None: np.prod(_summable(input, dtype), axis=dim, keepdims=keepdim),
    "cumsum": lambda input, dim, *, dtype=None: np.cumsum(_summable(input, dtype), axis=dim),
    "cumprod": lambda input, dim, *, dtype=None: np.cumprod(_summable(input, dtype), axis=dim),
    "nanmean": lambda input, dim=None, keepdim=False: np.nanmean(input, axis=_axes(dim), keepdims=keepdim),
    "logsumexp": lambda input, dim, keepdim=False: core.logsumexp(as_float(input), _axes(dim), keepdim),
    "all": lambda input, dim=None, keepdim=False: np.all(input, axis=_axes(dim), keepdims=keepdim),
    "any": lambda input, dim=None, keepdim=False: np.any(input, axis=_axes(dim), keepdims=keepdim),
    "count_nonzero": lambda input, dim=None: np.asarray(np.count_nonzero(input, axis=_axes(dim))),
    "aminmax": lambda input, *, dim=None, keepdim=False: AMinMax(amin(input, dim, keepdim), amax(input, dim, keepdim)),
    "argmax": lambda input, dim=None, keepdim=False: np.argmax(input, axis=dim, keepdims=keepdim),
    "argmin": lambda input, dim=None, keepdim=False: np.argmin(input, axis=dim, keepdims=keepdim),
    "msort": lambda input: sort(input, 0).values,
    "cummax": lambda input, dim: _running(input, dim, np.maximum.accumulate, CumMax),
    "cummin": lambda input, dim: _running(input, dim, np.minimum.accumulate, CumMin),
    "logcumsumexp": lambda input, dim: np.logaddexp.accumulate(input, axis=dim),
    "nanmedian": lambda input: np.nanquantile(input, 0.5, method="lower"),
    "bincount": lambda input, weights=None, minlength=0: np.bincount(input, weights, minlength),
    "diff": lambda input, n=1, dim=-1: np.diff(input, n, axis=dim),
    "corrcoef": lambda input: converted(np.corrcoef(input), input.dtype),
    "cov": lambda input, *, correction=1: converted(np.cov(input, ddof=correction), input.dtype),
    "dist": lambda input, other, p=2: norm(np.subtract(*alike(input, other)), p),
}  # fmt: skip
