"""Long flat arrays in blocks: a run of calls by elements is made for one block after the other, which stays in the cache.

What is only needed in between takes a buffer of a block's length, not of the whole.
"""

import numpy as np

from autograd_core.capturing.program import functions

BLOCK = 2**17  # bytes; some of these, and what else is going on, fit into a cache of the second level


class Blocks:
    """The part of a `Writer` that writes such runs."""

    def run(self, start, guards):
        """The calls from `start` on that can be made block by block."""
        calls, found = self.program.calls, []
        for i in range(start, len(calls)):
            call = calls[i]
            if not self.is_long(call) or call.out in guards or (found and call.out.shape != found[0].out.shape):
                break
            inner = {one.out for one in found}
            if any(v.shape and v not in inner and (v.shape != call.out.shape or v not in self.bound) for v in call.operands):
                break
            found.append(call)
        while found and not (self.ends(found, start + len(found) - 1) and self.apart(found)):
            found.pop()
        return found if len(found) > 1 else []

    def is_long(self, call):
        value = call.out
        return (
            value.ndim == 1 and value.size * value.dtype.itemsize > 2 * BLOCK and functions.is_elementwise(call.function)
            and not call.kwargs and value not in self.bound and value not in self.kept
        )  # fmt: skip

    def ends(self, calls, last):
        """Whether nothing that is made in between is needed after the last of these calls."""
        return all(call.out in self.written or self.last[call.out] <= last for call in calls)

    def apart(self, calls):
        """Whether no block is written that another one still reads, shifted or reversed."""
        read = [self.bound[value] for call in calls for value in call.operands if value.shape and value in self.bound]
        written = [self.bound[self.written[call.out]] for call in calls if call.out in self.written]
        return all(in_step(one, other) or not np.may_share_memory(one, other) for one in written for other in read)

    def blocks(self, calls, start):
        """Write the loop over the blocks."""
        size, itemsize = calls[0].out.size, max(call.out.dtype.itemsize for call in calls)
        length = BLOCK // itemsize
        arrays, names = {}, {}  # {name in the loop: the whole array}; {value: its name in the loop}
        for call in calls:
            for value in (*call.operands, call.out):
                whole = self.written.get(value, value)
                if whole in self.bound and whole.shape == call.out.shape:
                    names[value] = f"{self.names[whole]}_part"
                    arrays[names[value]] = self.bound[whole]
        lent, free = {}, {}
        for i, call in enumerate(calls, start):
            value = call.out
            for operand in dict.fromkeys(call.operands):
                if operand in lent and self.last[operand] <= i:
                    free.setdefault(operand.dtype, []).append(names[operand])
            if value not in names:
                known = free.get(value.dtype)
                if known:
                    names[value] = known.pop()
                else:
                    names[value] = self.name("b", self.buffers.get((length,), value.dtype)) + "_part"
                lent[value] = names[value]
        buffers = dict.fromkeys(lent.values())
        parts = []
        for at in range(0, size, length):
            here = [array[at : at + length] for array in arrays.values()]
            parts.append((*here, *(self.env[name.removesuffix("_part")][: min(length, size - at)] for name in buffers)))
        if self.first_write is None and any(call.out in self.written for call in calls):
            self.first_write = len(self.lines)
        self.line(f"for {', '.join([*arrays, *buffers])} in {self.name('p', parts)}:")
        outside, self.names, self.indent = self.names, {**self.names, **names}, "    "
        for call in calls:
            self.into(call, [self.constant(x, call) for x in call.args], names[call.out])
        self.names, self.indent = outside, ""
        for name in buffers:
            self.buffers.put(self.env[name.removesuffix("_part")])
        for call in calls:
            if call.out in self.written:
                target = self.written[call.out]
                self.bound[call.out], self.names[call.out] = self.bound[target], self.names[target]


def in_step(a, b):
    """Whether two arrays of one length have their elements in the same places."""
    return a.__array_interface__["data"] == b.__array_interface__["data"] and a.strides == b.strides
