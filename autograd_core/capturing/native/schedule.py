"""Which operations become loops, which stand one after the other, and which of their results are kept in memory.

A Nest is a loop over one or more axes. What it works on are Patterns: the ids base + i₀ step₀ + i₁ step₁ + …. Operations on
arrays of one shape share a nest if each element needs the same element of the others only. Long stretches of single operations
that repeat themselves, as the steps of a filter do, become nests too (see `repeats`).
"""

from typing import NamedTuple

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError, Rows
from autograd_core.capturing.native.operations import OPERATIONS
from autograd_core.capturing.native.repeats import Repeat, Unit, repeats

SHORT = 1_500  # operations one after the other: in a longer program, parallel loops are parts of their own
UNROLLED = (64, 24, 8)  # elements: arrays of up to so many are written out; of fewer in longer programs
WRITTEN_OUT = 8_000  # operations that may stand one after the other: LLVM takes some 10 µs for each
LONGEST = 20_000
BODY = 1_500  # operations of one time that may be written out in a loop
PART = 600  # operations of one function: registers are given out for each alone
UNORDERED = 4_000  # elements in no order that are brought into one


class Pattern(NamedTuple):
    """Ids of one operand of a nest."""

    base: int
    steps: tuple


class Element(NamedTuple):
    """One operation: `out` and `operands` are ids, or Patterns in a nest."""

    operation: object
    out: object
    operands: tuple


class Nest(NamedTuple):
    """A loop; `parallel` is whether its times need nothing of one another."""

    counts: tuple
    body: list
    parallel: bool = False


class Schedule:
    """`items` are Elements and Nests in order, `parts` the same as lists, of which each becomes a function; `kinds` and `regions`
    say of each id what it is and where it is from; `slots` where in the memory of its kind it is kept, or -1; `memory` is {kind:
    how many are}."""

    def __init__(self, code, outputs):
        self.code, self.outputs = code, outputs
        self.kinds_of_ids()
        rows = self.needed(code.rows)
        found = repeats(rows, self.regions)
        sizes = [row.size if type(row) is Rows else 1 for row in found if type(row) is not Repeat]
        self.limit = next((n for n in UNROLLED if sum(size for size in sizes if size <= n) <= WRITTEN_OUT), UNROLLED[-1])
        self.items = []
        self.arrange(found)
        self.length = sum(1 if type(item) is Element else len(item.body) for item in self.items)
        if self.length > LONGEST:
            raise NotLoweredError(f"{self.length:,} operations one after the other")
        self.parts = self.divided()
        self.keep()

    def divided(self):
        parts, length, before = [[]], 0, False
        for item in self.items:
            parallel = type(item) is Nest and item.parallel
            if length >= PART or (self.length >= SHORT and parallel is not before and parts[-1]):
                parts.append([])
                length = 0
            before = parallel
            parts[-1].append(item)
            length += 1 if type(item) is Element else len(item.body)
        return parts

    def kinds_of_ids(self):
        count = self.code.next
        self.regions = np.full(count, -1, np.int32)  # the index of the region; -1 for results
        names = list(dict.fromkeys(("f8", "f4", "i8", "i4", "b1")))
        self.names, numbers = names, {name: i for i, name in enumerate(names)}
        self.kinds = np.full(count, -1, np.int8)
        for i, region in enumerate(self.code.regions):
            self.regions[region.start : region.start + region.size] = i
            self.kinds[region.start : region.start + region.size] = numbers[region.kind]
        for row in self.code.rows:
            self.kinds[row.start : row.start + row.size] = numbers[row.operation.out]

    def kind(self, i):
        return self.names[self.kinds[i]]

    def needed(self, rows):
        """The rows of which something is needed in the end."""
        flags, kept = bytearray(self.code.next), []  # the same memory twice: one number of it is read in a tenth of the time
        wanted = np.frombuffer(flags, bool)
        for ids in self.outputs:
            wanted[ids] = True
        for row in reversed(rows):
            start, size = row.start, row.size
            if (flags[start] if size == 1 else 1 in flags[start : start + size]) or row.operation.name == "check":
                kept.append(row)
                for operand in row.operands:
                    if type(operand) is int:
                        flags[operand] = 1
                    else:
                        wanted[operand] = True
        self.wanted = wanted
        return kept[::-1]

    # Loops

    def arrange(self, rows):
        group = []
        for row in rows:
            if type(row) is Repeat:
                if group:
                    self.close(group)
                    group = []
                self.repeat(row)
                continue
            if type(row) is Unit:
                row = single(row)
            if row.size <= self.limit:
                if group and any(self.made_in(group, operand) for operand in row.operands):
                    self.close(group)
                    group = []
                self.straight(row)
                continue
            if group and not self.joins(group, row):
                self.close(group)
                group = []
            group.append(row)
        if group:
            self.close(group)

    def straight(self, row):
        if row.size == 1:
            self.items.append(
                Element(row.operation, row.start, tuple([int(x) if type(x) is int else int(x[0]) for x in row.operands]))
            )
            return
        wanted, check = self.wanted[row.start : row.start + row.size].tolist(), row.operation.name == "check"
        operands = [x.tolist() for x in row.operands]
        for i, ids in enumerate(zip(*operands, strict=True)):
            if check or wanted[i]:
                self.items.append(Element(row.operation, row.start + i, ids))

    def repeat(self, repeat):
        """What repeats itself: one nest of single operations, or one over the elements too, or as it would stand otherwise."""
        units, times = repeat.units, repeat.times
        rows = [unit.row for unit in units]
        if all(unit.element is not None for unit in units) and len(units) <= BODY:
            body = []
            for row, i, steps in units:
                ids = [x if type(x) is int else int(x[i]) for x in row.operands]
                patterns = [Pattern(base, (step,)) for base, step in zip(ids, steps, strict=False)]
                body.append(Element(row.operation, Pattern(row.start + i, (repeat.step,)), tuple(patterns)))
            self.items.append(Nest((times,), body))
            return
        whole = all(unit.element is None for unit in units) and all(row.shape == rows[0].shape for row in rows)
        if whole and all(self.joins(rows[:i], rows[i]) for i in range(1, len(rows))):
            nest = self.nest_of(rows)
            if nest is not None:
                body = []
                for element, unit in zip(nest.body, units, strict=True):
                    out = Pattern(element.out.base, (repeat.step, *element.out.steps))
                    operands = [Pattern(p.base, (s, *p.steps)) for p, s in zip(element.operands, unit.steps, strict=False)]
                    body.append(Element(element.operation, out, tuple(operands)))
                self.items.append(Nest((times, *nest.counts), body))
                return
        self.arrange(again(repeat))

    def made_in(self, group, ids):
        return any(np.any((ids >= row.start) & (ids < row.start + row.size)) for row in group)

    def joins(self, group, row):
        if row.shape != group[0].shape:
            return False
        own = np.arange(row.size)
        for ids in row.operands:
            for other in group:
                if not np.array_equal(ids, other.start + own) and np.any((ids >= other.start) & (ids < other.start + other.size)):
                    return False
        return True

    def close(self, group):
        """A group of rows as one nest."""
        self.items.append(self.nest_of(group, ordered=True))

    def nest_of(self, group, ordered=False):
        """The nest of rows of one shape. Of an operand without a pattern there is none, or its elements are `ordered`."""
        shape = tuple([n for n in group[0].shape if n > 1]) or (1,)
        strides = steps_of(shape)
        made, body = {}, []
        for row in group:
            operands = []
            for ids in row.operands:
                if ids[0] in made and np.array_equal(ids, ids[0] + np.arange(row.size)):
                    operands.append(Pattern(int(ids[0]), strides))
                    continue
                steps = affine(ids.reshape(shape), self.regions)
                if steps is None:
                    if not ordered:
                        return None
                    ids = self.ordered(ids)
                    steps = strides
                operands.append(Pattern(int(ids[0]), steps))
            made[row.start] = True
            body.append(Element(row.operation, Pattern(row.start, strides), tuple(operands)))
        return merged(shape, body)

    def ordered(self, ids):
        """Elements that lie in no order, copied into one."""
        if ids.size > UNORDERED:
            raise NotLoweredError(f"{ids.size:,} elements in no regular order")
        kind = self.kind(ids[0])
        start, self.code.next = self.code.next, self.code.next + ids.size + 1
        extra = ids.size + 1
        self.regions = np.append(self.regions, np.full(extra, -1, np.int32))
        self.kinds = np.append(self.kinds, np.full(extra, self.kinds[ids[0]], np.int8))
        self.wanted = np.append(self.wanted, np.ones(extra, bool))
        self.straight(Rows(OPERATIONS["mov", (kind,)], start, ids.size, ids.shape, [ids]))
        return np.arange(start, start + ids.size)

    # Memory

    def keep(self):
        """Give places in memory to all that a nest reads from elsewhere, or makes for elsewhere."""
        marked, patterns = np.zeros(self.code.next, bool), []
        in_nests = np.zeros(self.code.next, bool)
        for item in self.items:
            if type(item) is not Nest:
                continue
            made = {element.out for element in item.body}
            for element in item.body:
                in_nests[ids_of(element.out, item.counts)] = True
                patterns += [(pattern, item.counts) for pattern in element.operands if pattern not in made]
        for pattern, counts in patterns:
            ids = ids_of(pattern, counts)
            if self.regions[pattern.base] < 0:
                marked[ids] = True
        here = np.full(self.code.next, -1)  # the part in which each number is made
        for number, part in enumerate(self.parts):
            for item in part:
                if type(item) is Element:
                    here[item.out] = number
                    for i in item.operands:
                        marked[i] |= in_nests[i] or here[i] != number
        for ids in self.outputs:
            marked[ids] |= in_nests[ids] | (len(self.parts) > 1)
        for item in self.items:
            if type(item) is Nest:
                for element in item.body:
                    ids = ids_of(element.out, item.counts)
                    if element.operation.name != "check" and marked[ids].any():
                        marked[ids] = True
                        patterns.append((element.out, item.counts))
        marked &= self.regions < 0
        for _ in range(3):
            self.place(marked)
            broken = [ids for p, c in patterns if self.regions[p.base] < 0 and not is_affine(self.slots[ids := ids_of(p, c)])]
            if not broken:
                return
            for ids in broken:
                between = slice(ids.min(), ids.max() + 1)
                marked[between] |= (self.regions[between] < 0) & (self.kinds[between] == self.kinds[ids.flat[0]])
        raise NotLoweredError("results in no regular order")

    def place(self, marked):
        self.slots, self.memory = np.full(self.code.next, -1), {}
        for number, name in enumerate(self.names):
            mine = marked & (self.kinds == number)
            count = int(np.count_nonzero(mine))
            if count:
                self.slots[mine] = np.arange(count)
                self.memory[name] = count


def single(unit):
    """The row of one element."""
    row, i, _ = unit
    return Rows(row.operation, row.start + i, 1, (), [int(ids[i]) for ids in row.operands])


def again(repeat):
    """The rows of all times, or those of one element each."""
    rows = []
    for t in range(repeat.times):
        for row, i, steps in repeat.units:
            part = slice(None) if i is None else slice(i, i + 1)
            operands = [np.atleast_1d(ids)[part] + t * step for ids, step in zip(row.operands, steps, strict=False)]
            size, shape = (row.size, row.shape) if i is None else (1, ())
            rows.append(Rows(row.operation, row.start + (i or 0) + t * repeat.step, size, shape, operands))
    return rows


def steps_of(shape):
    """The steps of an array in C's order, in elements."""
    steps = [1]
    for n in reversed(shape[1:]):
        steps.append(steps[-1] * n)
    return tuple(steps[::-1])


def affine(ids, regions):
    """The steps of ids that follow a pattern within one region; None if they do not."""
    base = int(ids.flat[0])
    steps = tuple(
        [int(ids[tuple([int(a == axis) for a in range(ids.ndim)])]) - base if n > 1 else 0 for axis, n in enumerate(ids.shape)]
    )
    if not np.array_equal(ids, ids_of(Pattern(base, steps), ids.shape)) or np.any(regions[ids] != regions[base]):
        return None
    return steps


def ids_of(pattern, counts):
    """All ids of a pattern."""
    ids = np.array(pattern.base)
    for n, step in zip(counts, pattern.steps, strict=True):
        ids = ids[..., None] + step * np.arange(n)
    return ids


def is_affine(places):
    base = places.flat[0]
    steps = [
        places[tuple([int(a == axis) for a in range(places.ndim)])] - base if n > 1 else 0 for axis, n in enumerate(places.shape)
    ]
    return np.array_equal(places, ids_of(Pattern(base, tuple(steps)), places.shape))


def merged(shape, body):
    """A nest in which axes are one wherever all patterns go on from one to the next."""
    patterns = [p for element in body for p in (element.out, *element.operands)]
    counts, keep = list(shape), list(range(len(shape)))
    steps = {p: list(p.steps) for p in patterns}
    for axis in reversed(range(len(shape) - 1)):
        if all(s[axis] == s[axis + 1] * counts[axis + 1] for s in steps.values()):
            counts[axis] *= counts[axis + 1]
            del counts[axis + 1], keep[axis + 1]
            for s in steps.values():
                s[axis] = s[axis + 1]
                del s[axis + 1]
    new = {p: Pattern(p.base, tuple(steps[p])) for p in patterns}
    body = [Element(e.operation, new[e.out], tuple([new[p] for p in e.operands])) for e in body]
    return Nest(tuple(counts), body, True)
