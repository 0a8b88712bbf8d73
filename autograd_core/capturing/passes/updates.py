"""A pass over the update of the parameters: what is done alike for each of them is done once for all, in flat arrays.

An optimizer makes the same calls, by elements, for each parameter with its gradient and its moments. So the parameters
become parts of one flat array, their gradients of another, and so on, and the calls are made once, on these.
"""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Call, Source, Value, signature_of
from autograd_core.capturing.program.forms import packed, unpacked
from autograd_core.capturing.program.order import address, aligned, order_of
from autograd_core.capturing.program.program import Effect

PART, LEAF = "part", "leaf"


def flat(program):
    """What is done alike for several arrays that the step changes is done once, on one array that has all of them as parts."""
    tried, stay, again = set(), set(), True
    while again:
        again, lanes = False, Lanes(program, stay)
        for key, values in lanes.groups():
            if key not in tried:
                tried.add(key)
                join, before = Join(program, lanes, values), len(stay)
                changed = join.program()
                stay.update(join.immovable)
                if changed is not None or len(stay) > before:
                    program, again = changed or program, True
                    break
    return program


class Lanes:
    """What is computed by elements for each array that the step changes, as a signature that is equal for the same calls.

    `stay` are the values of sources that cannot become parts of another array.
    """

    def __init__(self, program, stay):
        self.program, self.known = program, {}
        writes = [effect for effect in program.effects if effect.kind == "write" and effect.target.kind != "flat"]
        self.targets = {e.value: e.target for e in writes if e.target.value.shape == e.value.shape}
        self.parts = {s.value: s for s in self.targets.values() if s.value not in stay and movable(program, s.value)}
        self.stops = {effect.value for effect in program.effects if effect.kind == "grad"} - {None}
        alike = {self.of(value) for value in self.stops}
        if len(alike) == 1 and is_scaled(*alike):  # gradients that are all scaled alike: that too at once
            self.stops, self.known = set(), {}

    def of(self, value):
        """PART of what the step changes; LEAF, to be written into a part; a tuple for a call; None if it cannot be joined."""
        if value not in self.known:
            self.known[value] = self._signature(value)
        return self.known[value]

    def _signature(self, value):
        if value in self.parts:
            return PART
        call = self.program.origins.get(value)
        if call is None:
            return None
        if value not in self.stops and value.shape and call.is_elementwise and not call.errors:
            operands = [self._argument(arg, value) for arg in call.args]
            if None not in operands:
                return call.function, *operands
        return LEAF if functions.takes_out(call) else None

    def _argument(self, arg, value):
        if (arg.ndim if type(arg) is Value else np.ndim(arg)) == 0:
            return "number", signature_of(arg)
        return self.of(arg) if type(arg) is Value and arg.shape == value.shape and arg.dtype == value.dtype else None

    def groups(self):
        """[(key, values that are computed alike)], the longest computations first."""
        alike, todo, seen = {}, [*self.targets, *self.stops], set()
        for value in todo:
            call = self.program.origins.get(value)
            if value in seen or call is None:
                continue
            seen.add(value)
            signature = self.of(value)
            if type(signature) is tuple:
                alike.setdefault((signature, value.dtype), []).append(value)
            elif call.is_elementwise:
                todo += [arg for arg in call.operands if arg.shape == value.shape]
        groups = [(key, self.in_place(values)) for key, values in alike.items() if len(values) > 1]
        return sorted(groups, key=lambda group: -depth(group[0][0]))

    def in_place(self, values):
        """In the order in memory of the arrays that they are written into, if those are parts of one array already."""
        arrays = {value: self.program.array(self.targets[value].value) for value in values if value in self.targets}
        bases = {id(array.base) for array in arrays.values()}
        together = len(arrays) == len(values) and len(bases) == 1 and bases != {id(None)}
        return tuple(sorted(values, key=lambda value: address(arrays[value])) if together else values)


class Join:
    """One group: its calls made on flat arrays."""

    def __init__(self, program, lanes, values):
        self.old, self.lanes, self.values = program, lanes, values
        self.made, self.known = {}, set()  # {values: the flat one}; all of these values
        self.sources = {}  # {values of sources: their flat source}
        self.arrays = {}  # {value of a source: the part of a new array into which it moves}
        self.calls, self.immovable = [], ()
        self.packs = {value: call for call in program.calls if call.function is packed for value in call.args}

    def program(self):
        """The program with this group joined, or None if it cannot be."""
        turned = [any(order_of(self.old.array(part)) == "F" for part in self.parts_of(value)) for value in self.values]
        self.orders = "".join(["F" if each else "C" for each in turned])
        if self.join(self.values) is None:
            return None
        effects = self.effects()
        return None if effects is None else self.placed(effects)

    def parts_of(self, value):
        kind = self.lanes.of(value)
        if kind == PART:
            return [value]
        operands = self.old.origins[value].operands if type(kind) is tuple else ()
        return [part for operand in operands if operand.shape for part in self.parts_of(operand)]

    def join(self, values):
        """The flat value of which these are parts, or None."""
        if values not in self.made:
            if len(set(values)) < len(values) or not self.known.isdisjoint(values):
                return None
            self.known.update(values)
            self.made[values] = None  # until it is
            self.made[values] = self._join(values)
        return self.made[values]

    def _join(self, values):
        kind, origins = self.lanes.of(values[0]), self.old.origins
        if kind == PART:
            return self.flat_source(values)
        first = origins[values[0]]
        if kind == LEAF:
            return self.pack(values, first)
        args = []
        for i, arg in enumerate(first.args):
            if type(arg) is Value and arg.shape:
                arg = self.join(tuple([origins[value].args[i] for value in values]))
                if arg is None:
                    return None
            args.append(arg)
        return self.flat_call(first.function, tuple(args), {}, first, f"{len(values)} arrays as one")

    def flat_call(self, function, args, kwargs, like, note=""):
        sample = np.empty(sum(value.size for value in self.values), self.values[0].dtype)  # nobody asks for the numbers
        self.calls.append(Call(function, args, kwargs, sample, note, like.errors))
        return self.calls[-1].out

    def pack(self, values, like):
        """These written into parts of one array, in which they may be already; None if one of them is in another."""
        for value in values:
            if (call := self.packs.get(value)) is not None:
                return call.out if call.args == values and call.kwargs["orders"] == self.orders else None
        return self.flat_call(packed, values, {"orders": self.orders}, like)

    def flat_source(self, values):
        """The array in which the sources are parts already, one after the other; or a new one, into which they move."""
        sources = tuple([self.lanes.parts[value] for value in values])
        arrays = [self.old.array(value) for value in values]
        whole = whole_of(arrays, self.orders)
        if whole is None:
            self.immovable = [value for value in values if value not in self.old.alone]
            if self.immovable:
                return None
            whole, start = aligned(sum(array.size for array in arrays), arrays[0].dtype), 0
            for value, order in zip(values, self.orders, strict=True):
                self.arrays[value] = unpacked(whole, start, value.shape, order)
                start += value.size
        self.sources[values] = Source("flat", ", ".join(source.name for source in sources), sources, whole)
        return self.sources[values].value

    def effects(self):
        """What the step leaves behind, with one write into each flat array; None if a part is written otherwise."""
        written, effects = set(), []
        for values, whole in self.made.items():
            targets = tuple([self.lanes.targets[value].value for value in values if value in self.lanes.targets])
            if targets in self.sources:
                written.update(targets)
                effects.append(Effect("write", self.sources[targets], whole))
        if any(part not in written for parts in self.sources for part in parts):
            return None
        return [e for e in self.old.effects if e.kind != "write" or e.target.value not in written] + effects

    def placed(self, effects):
        """The flat calls after all that they need; None if something that they make is needed before."""
        old = self.old
        position = {call.out: i for i, call in enumerate(old.calls)}
        needed = [operand for call in self.calls for operand in call.operands]
        at = max([position[value] for value in needed if value in position], default=-1) + 1
        later = {value for values in self.made for value in values if type(self.lanes.of(value)) is tuple}
        if any(call.out not in later and not later.isdisjoint(call.operands) for call in old.calls[:at]):
            return None
        names, first, views = {}, [], []
        for values, whole in self.made.items():
            kind, start = self.lanes.of(values[0]), 0
            for value, order in zip(values, self.orders, strict=True):
                if kind != LEAF:  # those are written into their parts
                    view = Call(unpacked, (whole, start, value.shape, order), {}, old.array(value))
                    (first if kind == PART else views).append(view)
                    names[value] = view.out
                start += value.size
        moved = {part for parts in self.sources for part in parts}
        note = f"what is done alike for {len(self.values)} arrays is done once, on one buffer"
        return old.replaced(
            calls=(*first, *old.calls[:at], *self.calls, *views, *old.calls[at:]),
            effects=tuple(effects),
            sources=(*(source for source in old.sources if source.value not in moved), *self.sources.values()),
            arrays={**old.arrays, **self.arrays},
            notes=(*old.notes, note),
        ).renamed(names)


def movable(program, value):
    array = program.array(value)
    if type(array) is not np.ndarray or not array.ndim or value in program.moving:
        return False
    return value in program.alone or getattr(array.base, "ndim", 0) == 1


def whole_of(arrays, orders):
    """The flat array of which these are parts, one after the other, or None."""
    base = arrays[0].base
    if type(base) is not np.ndarray or base.ndim != 1 or not base.flags.c_contiguous or base.dtype.hasobject:
        return None
    begin = start = address(arrays[0])
    for array, order in zip(arrays, orders, strict=True):
        contiguous = array.flags.f_contiguous if order == "F" else array.flags.c_contiguous
        if array.base is not base or array.dtype != arrays[0].dtype or not contiguous or address(array) != start:
            return None
        start += array.nbytes
    return base.view(np.uint8)[begin - address(base) : start - address(base)].view(arrays[0].dtype)


def is_scaled(signature):
    """Whether it is of one array and numbers: of a sum there would be an array for each of its terms."""
    if type(signature) is not tuple:
        return signature == LEAF
    arrays = [arg for arg in signature[1:] if type(arg) is not tuple or arg[0] != "number"]
    return len(arrays) == 1 and is_scaled(arrays[0])


def depth(signature):
    """How many calls are below one another."""
    return 1 + max(map(depth, signature[1:]), default=0) if type(signature) is tuple and callable(signature[0]) else 0
