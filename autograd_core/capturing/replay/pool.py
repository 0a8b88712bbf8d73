"""Memory for arrays, given out and taken back."""

from bisect import insort
from math import prod

import numpy as np

from autograd_core.capturing.program.order import aligned

LARGE = 2**13  # bytes
END = 1 << 60


class Pool:
    """Small arrays by dtype and size, since a longer one would not stay in the cache; large ones out of any that is free.

    places   where in one block each large one is to begin, in the order in which they are asked for: see `places_for`
    loans    [from when, until when, bytes] of each large one
    peak     how many bytes of large ones were given out at once, at most
    blocks   bytes of all blocks for large ones
    """

    def __init__(self, places=None):
        self.free, self.made = {}, []
        self.spare, self.given = [], {}  # (block of bytes, start, stop); {id of an array: (number of its loan, such a part)}
        self.loans, self.places, self.whole = [], places, None
        self.now = self.peak = self.in_use = self.blocks = 0

    def get(self, shape, dtype):
        size = prod(shape)
        if size * dtype.itemsize >= LARGE and dtype.kind in "biufc":
            return self.part(size, dtype)
        known = self.free.get((size, dtype))
        if known:
            return known.pop()
        flat = aligned(size, dtype)
        self.made.append(flat)
        return flat

    def part(self, size, dtype):
        """An array in a part of a block that is large enough."""
        needed = -(-size * dtype.itemsize // 64) * 64
        block, start = self.smallest(needed) if self.places is None else self.planned(needed)
        flat = block[start : start + size * dtype.itemsize].view(dtype)
        self.given[id(flat)] = len(self.loans), (block, start, start + needed)
        self.now += 1
        self.loans.append([self.now, END, needed])
        self.in_use += needed
        self.peak = max(self.peak, self.in_use)
        return flat

    def smallest(self, needed):
        """The smallest free part of a block, or a new block; the rest of it stays free."""
        fitting = [part for part in self.spare if part[2] - part[1] >= needed]
        if not fitting:
            return self.block(needed), 0
        block, start, stop = smallest = min(fitting, key=lambda part: part[2] - part[1])
        self.spare = [part for part in self.spare if part is not smallest]
        if start + needed < stop:
            self.spare.append((block, start + needed, stop))
        return block, start

    def planned(self, needed):
        """The part that was planned for this loan."""
        i = len(self.loans)
        if i >= len(self.places) or self.places[i][1] != needed:  # the other loans were others, and this plan is not taken
            return self.block(needed), 0
        if self.whole is None:
            self.whole = self.block(max([start + nbytes for start, nbytes in self.places]))
        return self.whole, self.places[i][0]

    def block(self, nbytes):
        self.made.append(block := aligned(nbytes, np.dtype(np.uint8)))
        self.blocks += nbytes
        return block

    def put(self, flat):
        if id(flat) not in self.given:
            self.free.setdefault((flat.size, flat.dtype), []).append(flat)
            return
        loan, (block, start, stop) = self.given.pop(id(flat))
        self.now += 1
        self.loans[loan][1] = self.now
        self.in_use -= stop - start
        if self.places is not None:
            return
        for part in list(self.spare):
            if part[0] is block and (part[2] == start or part[1] == stop):
                self.spare = [other for other in self.spare if other is not part]
                start, stop = min(start, part[1]), max(stop, part[2])
        self.spare.append((block, start, stop))

    @property
    def nbytes(self):
        return sum(array.nbytes if array.base is None else array.base.nbytes for array in self.made)


def places_for(loans):
    """[(start, bytes)] in one block for these: the largest first, each at the first place that is free for as long as it is lent.

    Whoever is asked for one part after the other leaves gaps: a third of the memory of a LeNet.
    """
    places, taken = [(0, 0)] * len(loans), []  # (start, stop, from when, until when), from the first to the last
    for i in sorted(range(len(loans)), key=lambda i: -loans[i][2]):
        begin, end, nbytes = loans[i]
        start = 0
        for other, stop, since, until in taken:
            if since < end and begin < until:
                if other - start >= nbytes:
                    break
                start = max(start, stop)
        places[i] = start, nbytes
        insort(taken, (start, start + nbytes, begin, end))
    return places
