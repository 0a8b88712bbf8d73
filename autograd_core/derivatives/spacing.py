"""Numbers evenly spaced between two ends: linspace, logspace, geomspace."""

import numpy as np

from autograd_core.derivatives.strong import somewhere
from autograd_core.derivatives.table import composed, primitive


def fractions(num, endpoint, ndim, axis):
    """How much of `stop` is in each of the numbers, from 0 to 1, along `axis` of a result of `ndim` axes."""
    steps = num - 1 if endpoint else num
    shape = [1] * ndim
    shape[axis] = num
    return np.reshape(np.arange(num) / max(steps, 1), shape)


def of_start(g, num, endpoint, axis):
    return np.sum(g * (1 - fractions(num, endpoint, np.ndim(g), axis)), axis)


def of_stop(g, num, endpoint, axis):
    return np.sum(g * fractions(num, endpoint, np.ndim(g), axis), axis)


@primitive("start + (stop - start) s | Σ ḡ (1 - s) | Σ ḡ s", name="linspace", start=of_start, stop=of_stop)
def spaced(start, stop, num, endpoint, dtype, axis):
    """`np.linspace` with s from 0 to 1."""
    return np.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)


@composed("linspace")
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    numbers = spaced(start, stop, num, endpoint, dtype, axis)
    if not retstep:
        return numbers
    steps = num - 1 if endpoint else num
    return numbers, (stop - start) / steps if steps > 0 else np.nan


@composed("logspace")
def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    if np.ndim(base):
        ndim = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        start, stop, base = [np.reshape(x, (1,) * (ndim - np.ndim(x)) + np.shape(x)) for x in (start, stop, base)]
        base = np.expand_dims(base, axis)
    numbers = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return numbers if dtype is None else np.astype(numbers, dtype)


@composed("geomspace")
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    if somewhere(np.equal(start, 0)) or somewhere(np.equal(stop, 0)):
        raise ValueError("geomspace: start and stop must not be 0, the ratio of the numbers would not be finite")
    ratio = stop / start
    ndim = np.ndim(ratio) + 1
    numbers = np.expand_dims(start + 0 * ratio, axis) * np.expand_dims(ratio, axis) ** fractions(num, endpoint, ndim, axis)
    return numbers if dtype is None else np.astype(numbers, dtype)
