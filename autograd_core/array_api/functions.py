"""Functions that the standard has with other arguments or results than NumPy."""

import collections

import numpy as np

from autograd_core.array_api.array import closed
from autograd_core.array_api.wrapping import check_device
from autograd_core.graph.variable import Variable, plain


def astype(x, dtype, /, *, copy=True, device=None):
    """`np.astype`: recorded for a float or complex dtype."""
    check_device("astype", device)
    return closed(np.astype(x, dtype, copy=copy), (x,))


def clip(x, /, min=None, max=None):
    """`np.clip`."""
    return closed(np.clip(x, min, max), (x,))


def count_nonzero(x, /, *, axis=None, keepdims=False):
    """`np.count_nonzero`, never a plain `int`."""
    return closed(np.asarray(np.count_nonzero(plain(x), axis=axis, keepdims=keepdims)))


def diff(x, /, n=1, axis=-1, *, prepend=None, append=None):
    """`np.diff`. The standard has `n` and `axis` by name; scikit-learn's `roc_curve` gives `n` by its place, as for NumPy."""
    ends = {name: end for name, end in (("prepend", prepend), ("append", append)) if end is not None}
    return closed(np.diff(x, n, axis, **ends))


def isin(x1, x2, /, *, invert=False):
    """`np.isin`."""
    return closed(np.isin(x1, x2, invert=invert))


# Order


def sort(x, /, *, axis=-1, descending=False, stable=True):
    """`np.sort`, also from the largest down."""
    result = np.sort(x, axis, stable=stable)
    return closed(np.flip(result, axis) if descending else result)


def argsort(x, /, *, axis=-1, descending=False, stable=True):
    """`np.argsort`, also from the largest down, where equal elements keep their order too."""
    x = np.asarray(plain(x))
    if not descending:
        return closed(np.argsort(x, axis, stable=stable))
    places = np.flip(np.argsort(np.flip(x, axis), axis, stable=stable), axis)
    return closed((x.shape[axis] if x.ndim else 1) - 1 - places)


# Sets, sorted, in which each NaN is an element of its own. Of equal elements the first gets the gradient

UniqueAll = collections.namedtuple("UniqueAll", "values indices inverse_indices counts")
UniqueCounts = collections.namedtuple("UniqueCounts", "values counts")
UniqueInverse = collections.namedtuple("UniqueInverse", "values inverse_indices")


def unique_values(x, /):
    """The distinct elements, which `np.unique_values` does not sort."""
    return closed(np.unique(x, equal_nan=False))


def unique_all(x, /):
    """The distinct elements, where each occurs first, which of them each element is, and how often each occurs."""
    values, indices, inverse, counts = np.unique(x, True, True, True, equal_nan=False)
    return UniqueAll(*map(closed, (values, indices, inverse.reshape(np.shape(x)), counts)))


def unique_counts(x, /):
    """The distinct elements and how often each occurs."""
    unique = unique_all(x)
    return UniqueCounts(unique.values, unique.counts)


def unique_inverse(x, /):
    """The distinct elements and which of them each element is."""
    unique = unique_all(x)
    return UniqueInverse(unique.values, unique.inverse_indices)


# Dtypes: the limits are Python's numbers

Finfo = collections.namedtuple("Finfo", "bits eps max min smallest_normal dtype")
Iinfo = collections.namedtuple("Iinfo", "bits max min dtype")


def finfo(type, /):
    """What a float or complex dtype, or that of an array, can hold."""
    info = np.finfo(_dtype(type))
    return Finfo(info.bits, *map(float, (info.eps, info.max, info.min, info.smallest_normal)), info.dtype)


def iinfo(type, /):
    """What an integer dtype, or that of an array, can hold."""
    info = np.iinfo(_dtype(type))
    return Iinfo(info.bits, info.max, info.min, info.dtype)


def _dtype(given):
    return given.dtype if isinstance(given, (Variable, np.ndarray, np.generic)) else np.dtype(given)


class Info:
    """What the namespace can do: NumPy's answers."""

    def __init__(self):
        numpy = np.__array_namespace_info__()
        self.capabilities, self.default_device, self.dtypes = numpy.capabilities, numpy.default_device, numpy.dtypes
        self.default_dtypes = numpy.default_dtypes

    def devices(self):
        """The devices there are."""
        return ("cpu",)


def __array_namespace_info__():  # noqa: N807
    """The dtypes and devices of the namespace, and what it can do."""
    return Info()
