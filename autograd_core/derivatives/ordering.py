"""Sorting, and the order statistics: median, quantile, percentile and their nan-variants.

Sorted values are a permutation of the elements, so a gradient goes back to where its value came from, and where elements
tie, whole to one of them: for `sort` and `partition` the one that a stable sort puts in that place; for order statistics
the one that `np.argpartition` happens to put there (a stable sort of a million elements takes 45 times as long).
"""

import warnings

import numpy as np

from autograd_core.derivatives.kinds import undecided
from autograd_core.derivatives.operands import array, cast, values_of
from autograd_core.derivatives.reductions import UNSET, flattened, kept_shape
from autograd_core.derivatives.statistics import aligned
from autograd_core.derivatives.strong import somewhere
from autograd_core.derivatives.table import composed, derivative
from autograd_core.errors import DetachError, UnsupportedError


def sort_a(g, a, axis):
    """ḡ at the inverse of the permutation that sorts a."""
    places = np.argsort(np.argsort(a, axis=axis, kind="stable"), axis=-1 if axis is None else axis)
    return np.reshape(np.take_along_axis(g, places, -1 if axis is None else axis), np.shape(a))


def partition_a(g, a, out, axis):
    """ḡ sorted as `out` sorts, then taken back as sorting a would: how NumPy arranges what it did not sort is its own
    affair, and another for np.argpartition."""
    along = -1 if axis is None else axis
    return sort_a(np.take_along_axis(g, np.argsort(out, axis=along, kind="stable"), along), a, axis)


derivative("sort", "a[s], s the permutation that sorts a | ḡ[s⁻¹]", a=sort_a)
derivative("partition", "a[p], p a permutation | ḡ[p⁻¹]", a=partition_a)


@composed("sort_complex")
def sort_complex(a):
    return cast(np.sort(a), a.dtype if a.dtype.kind == "c" else np.clongdouble if a.dtype.char == "g" else np.complex128)


# Order statistics. A place is an index into the sorted elements; 2.25 lies a quarter of the way from number 2 to number 3


@composed("median")
def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    return order_statistics(middle, a, None, axis, keepdims)


@composed("quantile")
def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return order_statistics(np.quantile, a, q, axis, keepdims, method, weights)


@composed("percentile")
def percentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    return order_statistics(np.percentile, a, q, axis, keepdims, method, weights)


@composed("nanmedian")
def nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=UNSET):
    return order_statistics(middle, a, None, axis, keepdims, skip_nan=True)


@composed("nanquantile")
def nanquantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=UNSET, *, weights=None):
    return order_statistics(np.nanquantile, a, q, axis, keepdims, method, weights, skip_nan=True)


@composed("nanpercentile")
def nanpercentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=UNSET, *, weights=None):
    return order_statistics(np.nanpercentile, a, q, axis, keepdims, method, weights, skip_nan=True)


def middle(a, q, method, axis=None, keepdims=False):
    return np.median(a, axis=axis, keepdims=keepdims)


def order_statistics(function, a, q, axis, keepdims, method="linear", weights=None, skip_nan=False):
    """What NumPy's `function` (a, q, method=…) is for each slice of a: the elements at the places that it says."""
    a, keepdims = array(a), keepdims is not UNSET and keepdims
    for name, value in {"q": q, "weights": weights}.items():
        try:
            np.asarray(value)
        except DetachError:
            raise UnsupportedError(
                f"{function.__name__}: there is no derivative with respect to argument {name}, only to a; write "
                f"{name}.detach() if its gradient is not wanted"
            ) from None
    r = flattened(a, axis)
    if r.shape[-1] == 0:
        return function(np.zeros(a.shape, a.dtype), q, axis=axis, keepdims=keepdims, method=method)
    missing = np.isnan(r)
    if weights is not None:
        weights = aligned(function.__name__, array(weights), a.shape, axis)
        places = weighted_places(function, r, q, method, flattened(weights, axis))
    else:
        places = places_of(function, r.shape[-1] - (np.sum(missing, axis=-1) if skip_nan else 0), q, method)
    statistics = at_places(r, places, function(np.zeros(1, a.dtype), q, method=method).dtype)
    nowhere = np.isnan(places) if skip_nan else np.any(missing, axis=-1, keepdims=True)
    if undecided(nowhere) or np.any(nowhere):
        statistics = np.where(nowhere, np.nan, statistics)
        if skip_nan and somewhere(nowhere):
            warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=3)
    return np.reshape(np.moveaxis(statistics, -1, 0), (*np.shape(q), *(kept_shape(a.shape, axis) if keepdims else r.shape[:-1])))


def places_of(function, n, q, method):
    """The place of each quantile among n sorted elements, along the last axis; NaN among none. n may be an array.

    NumPy's own answer, whatever the method: the numbers 0, 1, 2, … are their own places.
    """
    if np.size(n) == 0:
        return np.zeros((*np.shape(n), np.size(q)))
    distinct, which = np.unique(n, return_inverse=True)
    table = [np.ravel(function(np.arange(float(k)), q, method=method) if k else np.full(np.shape(q), np.nan)) for k in distinct]
    return np.reshape(np.stack(table)[which], (*np.shape(n), -1))


def weighted_places(function, r, q, method, weights):
    """The same if the elements have weights: NumPy's answer for their ranks."""
    ranks = np.argsort(np.argsort(r, axis=-1, kind="stable"), axis=-1)
    places = function(np.where(np.isnan(r), np.nan, ranks), q, axis=-1, method=method, weights=weights)
    return np.moveaxis(np.reshape(places, (-1, *r.shape[:-1])), 0, -1)


def at_places(r, places, dtype):
    """The elements of r at `places` along its last axis, as if it were sorted.

    Which elements these are is found without recording, so that the graph keeps nothing else of r.
    """
    places = np.where(np.isnan(places), 0, places)
    low, high = np.floor(places).astype(np.intp), np.ceil(places).astype(np.intp)
    order = np.argpartition(r, np.unique([low, high]), axis=-1)
    shape = (*r.shape[:-1], places.shape[-1])

    def at(place):
        place = np.broadcast_to(place, shape)
        taken = np.take_along_axis(r, np.take_along_axis(order, place, -1), -1)
        if type(r) is not np.ndarray and (
            undecided(r) or ties(r, taken)
        ):  # `sort` knows of them, which second derivatives have to
            return np.take_along_axis(np.sort(r, axis=-1), place, -1)
        return taken

    below = at(low)
    if np.all(low == high):
        return cast(below, dtype)
    share = (places - low).astype(dtype)
    return np.where(low == high, below, (1 - share) * below + share * at(high))


def ties(r, taken):
    """Whether one of the elements taken is equal to another."""
    columns = [taken] if taken.shape[-1] == 1 else [taken[..., k : k + 1] for k in range(taken.shape[-1])]
    return any(np.count_nonzero(np.equal(r, column)) > column.size for column in columns)


@composed("unique_values")
def unique_values(x, /):
    return unique(x, equal_nan=False)


@composed("unique")
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True):
    """The elements chosen are the first of their kind, so that these get the gradient."""
    values = np.unique(values_of(ar), True, True, True, axis, equal_nan=equal_nan)
    chosen = np.take(ar, values[1], axis) if axis is not None else np.ravel(ar)[values[1]]
    wanted = (return_index, return_inverse, return_counts)
    rest = tuple(value for value, asked in zip(values[1:], wanted, strict=True) if asked)
    return (chosen, *rest) if rest else chosen
