"""Indices that are computed: each element is chosen among all that it could be, by comparisons.

A part of an index that is computed stands for one axis. For each number that it can be, it is replaced by that number; then the
index is one of NumPy's, and picks ids. This is for short axes: an index into ten rows is ten choices for each element.
"""

import itertools
import math

import numpy as np

from autograd_core.capturing.native.code import Array, NotLoweredError

MOST = 2_000  # choices: more take long to compile


class Index:
    """An index into an array of a shape, as a tuple with Arrays of integers in the places of what is computed.

    ways      [(the index with numbers in these places, the test of each element of `broadcast` whether it is so)]
    governs   for each element of what is picked, the position of the element of the indices that picks it
    count     of the elements of the indices, repeated to one shape
    """

    def __init__(self, code, index, shape):
        self.code, self.shape = code, shape
        self.parts = index if type(index) is tuple else (index,)
        places = [i for i, part in enumerate(self.parts) if type(part) is Array]
        axes = axes_of(self.parts, len(shape))
        numbers = [self.parts[i] for i in places]
        if any(x.kind not in ("i8", "i4") for x in numbers):
            raise NotLoweredError("a mask that is computed")
        lists = [np.shape(x) for x in self.parts if isinstance(x, (np.ndarray, list, int, np.integer)) and type(x) is not bool]
        self.broadcast = np.broadcast_shapes(*lists, *[x.shape for x in numbers])
        self.count = math.prod(self.broadcast)
        lengths = [shape[axes[i]] for i in places]
        self.governs = self.positions(places[0], axes[places[0]])
        if not all(lengths) or not self.governs.size:
            raise NotLoweredError("an empty array")
        if math.prod(lengths) * self.governs.size > MOST:
            raise NotLoweredError("many elements by an index that is computed")
        counted = [self.from_zero(x, n) for x, n in zip(numbers, lengths, strict=True)]
        self.ways = []
        for each in itertools.product(*map(range, lengths)):
            test = None
            for x, number in zip(counted, each, strict=True):
                here = x.equals(number)
                test = here if test is None else test & here
            self.ways.append((self.replaced(dict(zip(places, each, strict=True))), test.moved(self.spread(test))))

    def from_zero(self, x, n):
        """An index that counts from the end as one from the start. One that is out of bounds is an error of NumPy's."""
        self.code.check((x >= -n) & (x < n))
        return self.code.select(x < 0, x + n, x)

    def spread(self, x):
        return np.broadcast_to(x.array(), self.broadcast).reshape(-1)

    def replaced(self, numbers):
        """The index with arrays of one number each in the places of what is computed."""
        return tuple([
            np.full(part.shape, numbers[i]) if type(part) is Array else part for i, part in enumerate(self.parts)
        ])  # fmt: skip

    def positions(self, place, axis):
        """By an index along one axis that counts, into an array that counts along it."""
        counting = np.arange(self.count).reshape([-1 if i == axis else 1 for i in range(len(self.shape))])
        counting = np.broadcast_to(counting, [self.count if i == axis else n for i, n in enumerate(self.shape)])
        zeros = self.replaced(dict.fromkeys(range(len(self.parts)), 0))
        index = [np.arange(self.count).reshape(self.broadcast) if i == place else part for i, part in enumerate(zeros)]
        return np.asarray(counting[tuple(index)])


def axes_of(parts, ndim):
    """{position of a part of an index: its axis}"""
    wide = [np.ndim(part) if isinstance(part, np.ndarray) and part.dtype == bool else int(part is not None) for part in parts]
    rest = ndim - sum([n for n, part in zip(wide, parts, strict=True) if part is not Ellipsis])
    axes, axis = {}, 0
    for i, (n, part) in enumerate(zip(wide, parts, strict=True)):
        axes[i] = axis
        axis += rest if part is Ellipsis else n
    return axes


def gathered(x, index):
    """x[index], each element chosen among those along the axis."""
    index = Index(x.code, index, x.shape)
    found = None
    for way, test in index.ways:
        ids = x.moved(np.asarray(x.array()[way]))
        here = test.moved(test.ids[index.governs])
        found = ids if found is None else x.code.select(here, ids, found)
    return found


def scattered(x, index, new, combine):
    """x after `x[index] = combine(x[index], new)`, one element of the index after the other, as often as each is named."""
    index = Index(x.code, index, x.shape)
    ids, new = np.array(x.array()).reshape(-1), np.broadcast_to(new.array(), index.governs.shape)
    order = np.arange(x.size).reshape(x.shape)
    ways = [(np.asarray(order[way]), test) for way, test in index.ways]
    for k in range(index.count):
        mine = index.governs == k
        for targets, test in ways:
            at = targets[mine]
            old = x.moved(ids[at])
            ids[at] = x.code.select(test[k], combine(old, x.moved(new[mine])), old).array()
    return x.moved(ids.reshape(x.shape))
