"""Where the values of a program are kept: buffers, given out by liveness.

A call writes over an operand of the same shape that nobody needs any more, or into a buffer that is free, or into a new one.
Gradients stay in buffers of their own until the next replay; those that one call updates together are parts of one.
"""

import numpy as np

from autograd_core.capturing import kinds
from autograd_core.capturing.passes.updates import packed, unpacked
from autograd_core.capturing.program import Call, Value


class Buffers:
    """Memory for arrays, given out and taken back; by dtype and size, since a longer one would not stay in the cache."""

    def __init__(self):
        self.free, self.made = {}, []

    def get(self, shape, dtype):
        size = int(np.prod(shape, dtype=int))
        found = self.free.get((size, dtype))
        if found:
            return found.pop()
        flat = np.empty(size, dtype)
        self.made.append(flat)
        return flat

    def put(self, flat):
        self.free.setdefault((flat.size, flat.dtype), []).append(flat)

    @property
    def nbytes(self):
        return sum(flat.nbytes for flat in self.made)


class Memory:
    """The part of a `Writer` that gives out buffers."""

    def out(self, value, call, i, candidates=(), fresh=False):
        """The name of the array to write a value into: over an operand that is not needed any more, or a free buffer."""
        if value in self.bound:  # a gradient has its place
            return self.names[value]
        for operand in candidates:
            if (
                operand.shape == value.shape
                and operand.dtype == value.dtype
                and operand in self.storage
                and self.storage[operand][1] == 1
                and self.root(operand) is operand
                and self.dead_after(operand, i)
            ):
                flat = self.storage[operand][0]
                self.storage[value] = self.storage[operand] = [flat, 2]
                self.bound[value], self.names[value] = self.bound[operand], self.names[operand]
                self.storage[value] = [flat, 1]
                del self.storage[operand]
                return self.names[value]
        flat = self.buffers.get(value.shape, value.dtype)
        self.storage[value] = [flat, 1]
        arrays = [self.bound[v] for v in candidates if v in self.bound and v.shape == value.shape]
        turned = value.ndim > 1 and arrays and all(a.flags.f_contiguous and not a.flags.c_contiguous for a in arrays)
        self.bind(value, flat.reshape(value.shape, order="F" if turned else "C"))
        return self.names[value]

    def dead_after(self, value, i):
        return i is not None and all(self.last.get(v, -1) <= i for v in self.family(value))

    def family(self, value):
        """A value and all views of it."""
        found = [value]
        for one in found:
            found += [call.out for call in self.viewers.get(one, ())]
        return found

    @property
    def viewers(self):
        found = self.__dict__.get("_viewers")
        if found is None:
            found = self._viewers = {}
            for call in self.program.calls:
                if kinds.is_view(call) and type(call.args[0]) is Value:
                    found.setdefault(call.args[0], []).append(call)
        return found

    def release(self, call, i):
        """Take back the buffers of what was needed for the last time."""
        for value in dict.fromkeys([*map(self.root, call.operands), call.out]):
            if value in self.storage and self.dead_after(value, i):
                self.buffers.put(self.storage.pop(value)[0])

    def place_parts(self, call):
        """One buffer for all parts of a flat array, each of which is written into its place there."""
        whole = np.empty(call.out.shape, call.out.dtype)
        self.buffers.made.append(whole)
        self.bind(call.out, whole, "f")
        start, self.layouts[call.out] = 0, {}
        for part in call.operands:
            order = self.layouts[call.out][start] = self.order_of(part)
            self.bind(part, unpacked(whole, start, part.shape, order), "g")
            self.views.append((self.names[part], f"{self.names[call.out]}[{start}:{start + part.size}]"))
            start += part.size
        self.permanent.update((call.out, *call.operands))
        uses = self.program.uses()
        uses = [uses.get(value, []) for value in (call.out, *call.operands)]
        wanted = self.program.wanted()
        if all(len(found) == 1 for found in uses) and not any(value in wanted for value in (call.out, *call.operands)):
            (after,) = uses[0]
            if kinds.is_elementwise(after.function) and not after.kwargs and after.out.shape == call.out.shape:
                self.bound[after.out], self.names[after.out] = whole, self.names[call.out]  # written over the parts
                self.layouts[after.out] = self.layouts[call.out]
                self.permanent.add(after.out)

    def place_gradient(self, value):
        """A gradient stays in a buffer of its own until the next replay: that is what `.grad` is."""
        value = self.root(value)
        if value.shape and value not in self.bound and self.may_place(value) and not self.adds_up:
            array = np.empty(value.shape, value.dtype, self.order_of(value))
            self.buffers.made.append(array)
            self.bind(value, array, "g")
            self.permanent.add(value)

    def order_of(self, value):
        """ "F" for a product that becomes the gradient of a parameter whose memory is in that order, else "C"."""
        product = type(value.origin) is Call and value.origin.function is np.dot and value.ndim == 2
        return "F" if product and value in self.transposed else "C"

    def turned(self):
        """The values that go into a parameter in Fortran's order, and all that they are computed from by elements."""
        found = set()
        todo = [
            effect.value for effect in self.program.effects
            if effect.kind == "write" and (array := self.bound.get(effect.target.value)) is not None
            and array.ndim == 2 and array.flags.f_contiguous and not array.flags.c_contiguous
        ]  # fmt: skip
        parts = {}
        for call in self.program.calls:
            if call.function is packed:
                parts[call.out] = call.operands
        while todo:
            value = todo.pop()
            call = value.origin
            if value in found or type(call) is not Call:
                continue
            found.add(value)
            if kinds.is_elementwise(call.function):
                todo += [operand for operand in call.operands if operand.shape == value.shape]
            elif call.function is unpacked:  # of an elementwise call on a pack
                todo += [
                    part
                    for operand in call.args[0].origin.operands
                    for part in self.part_at(parts.get(operand, ()), call.args[1])
                ]
        return found

    def part_at(self, parts, start):
        at = 0
        for part in parts:
            if at == start:
                return [part]
            at += part.size
        return []

    def may_place(self, value):
        function = getattr(value.origin, "function", None)
        return function in (np.matmul, np.dot) or kinds.is_elementwise(function) or kinds.is_reduction(function)
