"""Memory for arrays, given out and taken back."""

from math import prod

import numpy as np

from autograd_core.capturing.program.order import aligned

LARGE = 2**13  # bytes


class Pool:
    """Small arrays by dtype and size, since a longer one would not stay in the cache; large ones out of any that is free.

    room   bytes of a first block for large ones
    peak   how many bytes of large ones were given out at once, at most
    blocks bytes of all blocks for large ones
    """

    def __init__(self, room=0):
        self.free, self.made = {}, []
        self.spare, self.given = [], {}  # (block of bytes, start, stop); {id of an array: such a part, which is its}
        self.peak = self.in_use = self.blocks = 0
        if room:
            self.spare.append((self.block(room), 0, room))

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
        """An array in the smallest part of a block that is large enough; the rest of it stays free."""
        needed = -(-size * dtype.itemsize // 64) * 64
        fitting = [part for part in self.spare if part[2] - part[1] >= needed]
        if fitting:
            block, start, stop = smallest = min(fitting, key=lambda part: part[2] - part[1])
            self.spare = [part for part in self.spare if part is not smallest]
            if start + needed < stop:
                self.spare.append((block, start + needed, stop))
        else:
            block, start = self.block(needed), 0
        flat = block[start : start + size * dtype.itemsize].view(dtype)
        self.given[id(flat)] = block, start, start + needed
        self.in_use += needed
        self.peak = max(self.peak, self.in_use)
        return flat

    def block(self, nbytes):
        self.made.append(block := aligned(nbytes, np.dtype(np.uint8)))
        self.blocks += nbytes
        return block

    def put(self, flat):
        if id(flat) not in self.given:
            self.free.setdefault((flat.size, flat.dtype), []).append(flat)
            return
        block, start, stop = self.given.pop(id(flat))
        self.in_use -= stop - start
        for part in list(self.spare):
            if part[0] is block and (part[2] == start or part[1] == stop):
                self.spare = [other for other in self.spare if other is not part]
                start, stop = min(start, part[1]), max(stop, part[2])
        self.spare.append((block, start, stop))

    @property
    def nbytes(self):
        return sum(array.nbytes if array.base is None else array.base.nbytes for array in self.made)
