"""Where the values of a program are kept: buffers, given out by liveness.

A call writes over an operand of the same shape that nobody needs any more, or into a buffer that is free, or into a new one.
Gradients stay in buffers of their own until the next replay; those that one call updates together are parts of one.
"""

from functools import cached_property

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import unpacked
from autograd_core.capturing.program.order import aligned, arranged, in_memory, order_of
from autograd_core.capturing.program.program import Value

LARGE = 2**13  # bytes


class Buffers:
    """Memory for arrays, given out and taken back.

    Small ones by dtype and size, since a longer one would not stay in the cache; large ones out of any that is free.
    """

    def __init__(self):
        self.free, self.made = {}, []
        self.spare, self.given = [], {}  # (block of bytes, start, stop); {id of an array: such a part, which is its}

    def get(self, shape, dtype):
        size = int(np.prod(shape, dtype=int))
        if size * dtype.itemsize >= LARGE and dtype.kind in "biufc":
            return self.part(size, dtype)
        found = self.free.get((size, dtype))
        if found:
            return found.pop()
        flat = aligned(size, dtype)
        self.made.append(flat)
        return flat

    def part(self, size, dtype):
        """An array in the smallest part of a block that is large enough; the rest of it stays free."""
        needed = -(-size * dtype.itemsize // 64) * 64
        fitting = [part for part in self.spare if part[2] - part[1] >= needed]
        if fitting:
            block, start, stop = found = min(fitting, key=lambda part: part[2] - part[1])
            self.spare = [part for part in self.spare if part is not found]
            if start + needed < stop:
                self.spare.append((block, start + needed, stop))
        else:
            block, start = aligned(needed, np.dtype(np.uint8)), 0
            self.made.append(block)
        flat = block[start : start + size * dtype.itemsize].view(dtype)
        self.given[id(flat)] = block, start, start + needed
        return flat

    def put(self, flat):
        if id(flat) not in self.given:
            self.free.setdefault((flat.size, flat.dtype), []).append(flat)
            return
        block, start, stop = self.given.pop(id(flat))
        for part in list(self.spare):
            if part[0] is block and (part[2] == start or part[1] == stop):
                self.spare = [other for other in self.spare if other is not part]
                start, stop = min(start, part[1]), max(stop, part[2])
        self.spare.append((block, start, stop))

    @property
    def nbytes(self):
        return sum(array.nbytes if array.base is None else array.base.nbytes for array in self.made)


class Memory:
    """The part of a `Writer` that gives out buffers."""

    def out(self, value, call, i, candidates=()):
        """The name of the array to write a value into: over an operand that is not needed any more, or a free buffer."""
        if value in self.bound:  # a gradient has its place
            return self.names[value]
        axes = self.axes(value, candidates)
        for operand in candidates:
            if (
                operand.shape == value.shape
                and operand.dtype == value.dtype
                and operand in self.storage
                and in_memory(self.bound[operand]) == axes
                and not any(self.root(other) is operand for other in candidates if other is not operand)  # or NumPy makes a copy
                and self.root(operand) is operand
                and self.dead_after(operand, i)
            ):
                self.storage[value] = self.storage.pop(operand)
                self.bound[value], self.names[value] = self.bound[operand], self.names[operand]
                return self.names[value]
        flat = self.buffers.get(value.shape, value.dtype)
        self.storage[value] = flat
        self.bind(value, arranged(flat, value.shape, axes))
        return self.names[value]

    def axes(self, value, operands=()):
        """The axes of a value as they are to follow each other in memory: as NumPy has chosen while recording.

        Anything else would be read and written in strides, which takes several times as long where arrays are large.
        Operands that were turned since then (weights, in Fortran's order) turn what is made of them.
        """
        found = {in_memory(self.bound[v]) for v in operands if v in self.bound and v.shape == value.shape}
        return found.pop() if len(found) == 1 else in_memory(value.sample)

    def dead_after(self, value, i):
        return i is not None and self.needed_until.get(value, -1) <= i

    @cached_property
    def needed_until(self):
        """{value: position of the last call that needs it or a view of it}"""
        found = dict(self.last)
        for base, views in reversed(self.viewers.items()):
            found[base] = max([found.get(base, -1), *[found[call.out] for call in views]])
        return found

    def family(self, value):
        """A value and all views of it."""
        found = [value]
        for one in found:
            found += [call.out for call in self.viewers.get(one, ())]
        return found

    @cached_property
    def viewers(self):
        """{value: the calls that give views of it}"""
        found = {}
        for call in self.program.calls:
            if functions.is_view(call) and type(call.args[0]) is Value:
                found.setdefault(call.args[0], []).append(call)
        return found

    def release(self, call, i):
        """Take back the buffers of what was needed for the last time."""
        for value in dict.fromkeys([*map(self.root, call.operands), call.out]):
            if value in self.storage and self.dead_after(value, i):
                self.buffers.put(self.storage.pop(value))

    def place_parts(self, call):
        """One buffer for all parts of a flat array, each of which is written into its place there."""
        whole = aligned(call.out.shape, call.out.dtype)
        self.permanently(call.out, whole, "f")
        start = 0
        for part, order in zip(call.operands, call.kwargs["orders"], strict=True):
            self.bind(part, unpacked(whole, start, part.shape, order), "g")
            self.written.pop(part, None)  # such as new momentum, of which the update is made: it is copied in the end
            self.views.append((self.names[part], f"{self.names[call.out]}[{start}:{start + part.size}]"))
            start += part.size
        self.permanent.update(call.operands)
        uses = self.program.uses
        uses = [uses.get(value, []) for value in (call.out, *call.operands)]
        wanted = self.program.wanted()
        if all(len(found) == 1 for found in uses) and not any(value in wanted for value in (call.out, *call.operands)):
            (after,) = uses[0]
            if functions.is_elementwise(after.function) and not after.kwargs and after.out.shape == call.out.shape:
                self.bound[after.out], self.names[after.out] = whole, self.names[call.out]  # written over the parts
                self.permanent.add(after.out)

    def place_gradient(self, value):
        """A gradient stays in a buffer of its own until the next replay: that is what `.grad` is."""
        value = self.root(value)
        if (
            value.shape
            and value not in self.bound
            and value in self.origins
            and functions.takes_out(self.origins[value])
            and not self.adds_up
        ):
            self.permanently(value, aligned(value.shape, value.dtype, self.order_of(value)), "g")

    def permanently(self, value, array, prefix="b"):
        """An array of its own for a value, that nothing else is ever written into."""
        self.buffers.made.append(array)
        self.bind(value, array, prefix)
        self.permanent.add(value)

    def order_of(self, value):
        """ "F" for a product that becomes the gradient of a parameter whose memory is in that order, else "C"."""
        product = self.program.made_by(value, np.dot, np.matmul) and value.ndim == 2
        return "F" if product and value in self.transposed else "C"

    def turned(self):
        """The values that go into a parameter in Fortran's order, and all that they are computed from by elements."""
        found = set()
        todo = [
            effect.value for effect in self.program.effects
            if effect.kind == "write" and (array := self.bound.get(effect.target.value)) is not None
            and array.ndim == 2 and order_of(array) == "F"
        ]  # fmt: skip
        while todo:
            value = todo.pop()
            call = self.origins.get(value)
            if value in found or call is None:
                continue
            found.add(value)
            if functions.is_elementwise(call.function):
                todo += [operand for operand in call.operands if operand.shape == value.shape]
        return found
