"""Products of matrices and sums of their rows, each by the quickest of NumPy's calls that make the same numbers.

    times    `dot` of two small matrices takes half of what `@` takes, 0.3 µs, and a tenth where the inner axis has one
             element, for which `@` has no library. But it fills its result with zeros first, which costs more in a large one.
    summed   a product with ones takes a tenth of `np.add.reduce(g, axis=0)` for 400 rows of 4, two thirds for 5 rows.

Both do so for plain arrays only; anything else goes the way that it knows.
"""

import functools

import numpy as np

SMALL = 8192  # elements of a result
LARGE = 2**18  # elements of an outer product


def times(a, b):
    """a @ b."""
    if type(a) is type(b) is np.ndarray and a.ndim == 2 == b.ndim:
        (m, inner), (others, n) = a.shape, b.shape
        if inner == others:
            if m * n <= SMALL:
                return a.dot(b)
            if inner == 1:
                return a.dot(b) if m * n <= LARGE else a * b
    return a @ b


def summed(g):
    """The sum of the rows of a matrix."""
    if type(g) is np.ndarray and g.dtype.char in "fd" and 0 < g.shape[0] <= SMALL:
        return _ones(g.shape[0], g.dtype.char).dot(g)
    return np.add.reduce(g, axis=0)


@functools.lru_cache(maxsize=64)
def _ones(n, char):
    found = np.ones(n, char)
    found.flags.writeable = False
    return found
