"""Where the values of a program are kept: a plan, made before anything is written.

Buffers are given out by liveness: a call writes over an operand of the same shape that nobody needs any more, or into a buffer
that is free, or into a new one. Gradients stay in buffers of their own until the next replay; those that one call updates
together are parts of one. Views of what stays in its place are made once, now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Call, Value, is_static
from autograd_core.capturing.program.forms import packed, unpacked, with_ones, with_zeros
from autograd_core.capturing.program.order import address, aligned, arranged, in_memory, order_of
from autograd_core.capturing.replay.gathering import frame_of
from autograd_core.capturing.replay.joining import homes, is_room
from autograd_core.capturing.replay.liveness import Liveness
from autograd_core.capturing.replay.loops import run_from
from autograd_core.capturing.replay.lowering import Lowering, lowering_of
from autograd_core.capturing.replay.pool import Pool, places_for


class Step(NamedTuple):
    """One call, and how it is written; None for a view that is made once."""

    call: Call
    lowering: Lowering | None
    scratch: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Plan:
    """Where the values of a program are.

    arrays   {value: the array that it is in}; values without one are made anew at each replay
    steps    the calls in order: Step, or Run of several that are made block by block, or others of several that have
             `calls`, `makes` (what others need of them) and `write(w, tests)`
    written  {value: the source into whose array it is written at once}
    lasting  values in arrays of their own, which keep them until the next replay
    fresh    values that the caller gets, which no later replay may change
    until    {value: position of the last call that needs it or a view of it}
    tested   values of sources whose tests are made in a Run
    adds_up  whether the step adds to gradients that are there: these stay whole until it is sure that the program applies
    nbytes   of all buffers
    """

    program: object
    arrays: Mapping
    steps: tuple
    written: Mapping
    lasting: frozenset
    fresh: frozenset
    until: Mapping
    tested: frozenset
    adds_up: bool
    nbytes: int

    def __str__(self):
        """A line for each value that has a buffer: its number and offset, and who is in it."""
        blocks, lines = {}, []
        for call in self.program.calls:
            array = block = self.arrays.get(call.out)
            if array is not None:
                while type(block.base) is np.ndarray:
                    block = block.base
                where = f"block {blocks.setdefault(address(block), len(blocks))} + {address(array) - address(block)}"
                lasts = ", until the next replay" if call.out in self.lasting else ""
                lines.append(f"{functions.shown(call.function):<16} {call.out!r:<20} {where}{lasts}")
        return "\n".join(lines)


def plan(program, threads=1, parts=MappingProxyType({}), kernels=None):
    """The Plan of a program: the smaller of two.

    Memory that is asked for bit by bit is in blocks, of which none is large enough for what comes later. The second plan knows
    for how long each array was needed in the first, and has one block, in which each has its place.
    """
    first = Planner(program, threads, parts, kernels)
    plan = first.plan()
    if first.pool.peak == first.pool.blocks:  # no block too many
        return plan
    second = Planner(program, threads, parts, kernels, places_for(first.pool.loans))
    other = second.plan()
    return other if second.pool.loans == first.pool.loans and other.nbytes < plan.nbytes else plan


class Planner:
    """What is known of a plan while it is made, from the first call to the last. `threads` may work on one Run, at most."""

    def __init__(self, program, threads, parts=MappingProxyType({}), kernels=None, places=None):
        self.threads, self.parts, self.kernels = threads, parts, kernels
        self.tested = set()  # sources whose tests are made in a Run
        self.program, self.live, self.pool = program, Liveness(program), Pool(places)
        self.arrays = {
            source.value: array for source in program.sources
            if source.kind in ("tensor", "array", "flat") and source.value not in program.moving
            and type(array := program.array(source.value)) is np.ndarray
        }  # fmt: skip
        self.lasting, self.storage = set(), {}  # {value: what the pool has given for it}
        self.homes, self.wholes = {}, {}  # {part: (whole, index)} where it could be written; {part: whole} where it is
        self.made = {value for part in parts.values() for value in part.makes}
        self.written = self.live.in_place(self.arrays, max([at + len(part.calls) for at, part in parts.items()], default=0))
        grads = {source.value for source in program.sources if source.kind == "grad"}
        self.adds_up = bool(grads) and not all(grads.isdisjoint(call.operands) for call in program.calls)
        self.fresh = set(program.returned) | {effect.value for effect in program.effects if effect.kind == "rebind"}

    def plan(self):
        program = self.program
        self.lasting_values()
        self.fresh -= self.arrays.keys() | self.written.keys()
        self.homes = homes(program, self.fresh | self.lasting | self.made | self.arrays.keys() | self.written.keys())
        guards, steps, done = {}, [], 0
        for guard in program.guards:
            guards.setdefault(guard.value, []).append(guard)
        for i, call in enumerate(program.calls):
            if i < done:
                continue
            run = self.parts.get(i)
            if run is not None:
                self.make_room(run.makes, i)
            elif i >= len(program.steady) and frame_of(call, program) is not None:
                run = run_from(self, i, guards)
            if run is None:
                steps.append(self.step(call, i))
                self.release(call, i)
                continue
            steps.append(run)
            done = i + len(run.calls)
            for j, each in enumerate(run.calls, i):
                self.release(each, j)
        return Plan(
            program, MappingProxyType(self.arrays), tuple(steps), MappingProxyType(self.written), frozenset(self.lasting),
            frozenset(self.fresh), self.live.until, frozenset(self.tested), self.adds_up, self.pool.nbytes,
        )  # fmt: skip

    # What has an array of its own

    def lasting_values(self):
        effects = [effect for effect in self.program.effects if effect.value is not None]
        turned = self.turned()
        for call in self.program.calls:
            if call.function is packed:
                self.place_parts(call)
        for effect in effects:
            if effect.kind == "grad":
                self.place_gradient(self.program.root(effect.value), turned)
        steady = self.program.steady
        used = {value for call in self.program.calls if call.out not in steady for value in call.operands} if steady else set()
        for value in used & steady:
            call = self.program.origins[value]
            if value.shape and not call.is_view and call.function not in (with_ones, with_zeros):
                self.keep(value, aligned(value.shape, value.dtype, order_of(value.sample)))

    def keep(self, value, array):
        """An array of its own for a value, that nothing else is ever written into."""
        self.pool.made.append(array)
        self.arrays[value] = array
        self.lasting.add(value)

    def place_parts(self, call):
        """One array for all parts of a flat one, each of which is written into its place there."""
        whole, program = aligned(call.out.shape, call.out.dtype), self.program
        self.keep(call.out, whole)
        start = 0
        for part, order in zip(call.operands, call.kwargs["orders"], strict=True):
            self.arrays[part] = unpacked(whole, start, part.shape, order)
            self.lasting.add(part)
            self.written.pop(part, None)  # such as new momentum, of which the update is made: it is copied in the end
            start += part.size
        uses, wanted = [program.uses.get(value, []) for value in (call.out, *call.operands)], program.wanted()
        if all(len(users) == 1 for users in uses) and not any(value in wanted for value in (call.out, *call.operands)):
            (after,) = uses[0]
            if after.is_elementwise and after.out.shape == call.out.shape:
                self.arrays[after.out] = whole  # written over the parts
                self.lasting.add(after.out)

    def place_gradient(self, value, turned):
        """A gradient stays in an array of its own until the next replay: that is what `.grad` is."""
        call = self.program.origins.get(value)
        if call is None or not value.shape or value in self.arrays or self.adds_up:
            return
        if value in self.made:
            self.keep(value, arranged(aligned(value.size, value.dtype), value.shape, self.axes(value, ())))
        elif functions.takes_out(call):
            product = self.program.made_by(value, np.dot, np.matmul) is not None and value.ndim == 2
            self.keep(value, aligned(value.shape, value.dtype, "F" if product and value in turned else "C"))

    def turned(self):
        """The values that go into a parameter in Fortran's order, and all that they are computed from by elements."""
        turned = set()
        todo = [
            effect.value for effect in self.program.effects
            if effect.kind == "write" and (array := self.arrays.get(effect.target.value)) is not None
            and array.ndim == 2 and order_of(array) == "F"
        ]  # fmt: skip
        while todo:
            value = todo.pop()
            call = self.program.origins.get(value)
            if value not in turned and call is not None:
                turned.add(value)
                if call.is_elementwise:
                    todo += [operand for operand in call.operands if operand.shape == value.shape]
        return turned

    # Call by call

    def make_room(self, values, i):
        """Buffers for what is made together."""
        for value in values:
            if value not in self.fresh:
                self.into_buffer(value, (), i)

    def step(self, call, i):
        if call.is_view and self.is_made_once(call):
            return Step(call, None)
        lowering = lowering_of(call, self)
        if call.out in self.written:
            self.arrays[call.out] = self.arrays[self.written[call.out]]
        elif lowering.buffer == "zeros":
            self.keep(call.out, np.zeros(call.out.shape, call.out.dtype, order_of(call.out.sample)))
        elif lowering.buffer == "free":
            self.into_buffer(call.out, lowering.over(call) if lowering.over else (), i)
        if not lowering.scratch:
            return Step(call, lowering)
        shape, dtype = lowering.scratch(call)
        flat = self.pool.get(shape, dtype)
        self.pool.put(flat)
        return Step(call, lowering, flat.reshape(shape))

    def is_made_once(self, call):
        """Whether the call gives a view of something that stays in its place; then it is in `arrays`."""
        base = call.args[0]
        array = self.arrays.get(base) if type(base) is Value else None
        if array is None or not is_static((call.args[1:], call.kwargs)):
            return False
        view = call.function(array, *call.args[1:], **call.kwargs)
        if type(view) is not np.ndarray or (view.size and not np.may_share_memory(view, array)):
            return False
        self.arrays[call.out] = view
        return True

    def into_buffer(self, value, candidates, i, axes=None):
        """Where a value is written: over an operand that is not needed any more, or into a free buffer."""
        if value in self.arrays or (axes is None and self.moves_in(value, i)):  # a gradient has its place
            return
        axes = self.axes(value, candidates) if axes is None else axes
        operand = self.to_write_over(value, candidates, i, axes)
        if operand is not None:
            self.storage[value], self.arrays[value] = self.storage.pop(operand), self.arrays[operand]
            return
        self.storage[value] = flat = self.pool.get(value.shape, value.dtype)
        self.arrays[value] = arranged(flat, value.shape, axes)

    def moves_in(self, value, i):
        """Whether a part gets its place in the whole, which is then needed for as long as the part is."""
        whole, index = self.homes.get(value, (None, None))
        if whole is None:
            return False
        self.into_buffer(whole, (), i)
        place = self.arrays[whole][index]
        if not is_room(place, self.program.origins[value]):
            return False
        self.arrays[value], self.wholes[value] = place, whole
        until = self.live.until
        while whole is not None:
            until[whole] = max(until[whole], until[value])
            whole = self.wholes.get(whole)
        return True

    def to_write_over(self, value, candidates, i, axes):
        """The operand whose buffer is right for a value, and that nobody needs any more; None if there is none."""
        roots = self.program.roots
        for operand in candidates:
            if (
                operand in self.storage
                and (operand.shape, operand.dtype) == (value.shape, value.dtype)
                and in_memory(value.shape, self.arrays[operand].strides) == axes
                and not any(roots.get(other) is operand for other in candidates)  # or NumPy makes a copy
                and self.live.until[operand] <= i
            ):
                return operand
        return None

    def axes(self, value, operands):
        """The axes of a value as they are to follow each other in memory: as NumPy has chosen while recording.

        Anything else would be read and written in strides, which takes several times as long if arrays are large.
        Operands that were turned since then (weights, in Fortran's order) turn what is made of them.
        """
        shape = value.shape
        alike = [operand for operand in operands if operand in self.arrays and operand.shape == shape]
        orders = [in_memory(shape, self.arrays[operand].strides) for operand in alike]
        turned = orders != [in_memory(shape, operand.sample.strides) for operand in alike]
        return orders[0] if turned and len(set(orders)) == 1 else in_memory(shape, value.sample.strides)

    def release(self, call, i):
        """Take back the buffers of what was needed for the last time."""
        if not self.storage:
            return
        roots, until = self.program.roots, self.live.until
        for value in (*call.operands, call.out):
            value = roots.get(value, value) if value is not call.out else value
            while value in self.wholes:
                value = self.wholes[value]
            if value in self.storage and until[value] <= i:
                self.pool.put(self.storage.pop(value))
