"""Stretches of operations that repeat themselves: the steps of a filter, the terms of a long sum.

Operations repeat themselves with a period if they are the same ones, and the ids of each operand go on by the same step each
time: those of the time before, those of another stretch in turn, the next elements of an argument.
"""

from typing import NamedTuple

import numpy as np

LEAST = 4  # times
SHORTEST = 64  # operations: fewer are as good written out
CANDIDATES = 12  # periods that are tried, of each length of grams
GRAMS = 3, 48  # units, by which periods are guessed: short ones, and those within which shorter ones repeat themselves
BEFORE = 6  # occurrences that are looked back at
SMALL = 64  # elements of rows that are taken apart


class Unit(NamedTuple):
    """An element of a small row, or (element is None) a large row as a whole; `steps` are those of its operands."""

    row: object
    element: int | None
    steps: list


class Repeat(NamedTuple):
    """`units` are those of the first time, `step` is that of results from one time to the next."""

    times: int
    units: list
    step: int


class Stretch:
    """Units with what is compared of them, as arrays: `keys` are equal for the same operations, `bases` the ids of operands."""

    def __init__(self, rows, regions):
        self.regions, self.rows, known = regions, rows, {}
        counts, keys, bases = [], [], ([], [], [])
        for row in rows:
            whole, key = row.size > SMALL, id(row.operation)
            count = 1 if whole else row.size
            for k, operand in enumerate(row.operands):
                if type(operand) is int:
                    bases[k].append(operand)
                elif whole:
                    bases[k].append(int(operand[0]))
                    key = key, row.shape, (operand - operand[0]).tobytes()
                else:
                    bases[k].extend(operand.tolist())
            for k in range(len(row.operands), 3):
                bases[k].extend([0] * count)
            counts.append(count)
            keys.append(known.setdefault(key, len(known)))
        self.keys, self.row = np.repeat(keys, counts), np.repeat(np.arange(len(rows)), counts)
        self.element = np.arange(len(self.row)) - np.repeat(np.cumsum(counts) - counts, counts)
        self.starts, self.bases = np.array([row.start for row in rows])[self.row] + self.element, np.array(bases)
        sizes = np.array([row.size for row in rows])[self.row]
        self.sizes = np.where(sizes > SMALL, sizes, 1)
        self.element[sizes > SMALL] = -1

    def periods(self):
        """Periods that are likely, the likeliest first."""
        found = {}
        for length in [n for n in GRAMS if n <= len(self.keys)]:
            hashes = rolling(self.keys, length)
            order = np.argsort(hashes, kind="stable")
            gaps = [(order[b:] - order[:-b])[hashes[order[b:]] == hashes[order[:-b]]] for b in range(1, BEFORE + 1)]
            lengths, counts = np.unique(np.concatenate(gaps), return_counts=True)
            found.update(dict.fromkeys(lengths[np.argsort(-counts, kind="stable")[:CANDIDATES]].tolist()))
        return list(found)

    def runs(self, period, start, stop):
        """[(first unit, times)] of what repeats itself with a period."""
        if stop - start < LEAST * period:
            return []
        keys, bases, starts = self.keys[start:stop], self.bases[:, start:stop], self.starts[start:stop]
        same = keys[period:] == keys[:-period]
        same &= (self.regions[bases[:, period:]] == self.regions[bases[:, :-period]]).all(0)
        deltas = np.concatenate([bases, starts[None]])
        deltas = deltas[:, period:] - deltas[:, :-period]
        steady = same[:-period] & same[period:] & (deltas[:, period:] == deltas[:, :-period]).all(0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(int)))
        found = [(int(a), int(b - a) // period + 2) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= period]
        return [(start + a, times) for a, times in found if times >= LEAST and self.steps_agree(start + a, period)]

    def best(self, start, stop, periods):
        """(first unit, period, times) of the run with most operations; None if there is none."""
        found = None
        for period in periods:
            for at, times in self.runs(period, start, stop):
                covered = int(self.sizes[at : at + period * times].sum())
                if covered >= SHORTEST and (found is None or (covered, -period) > found[0]):
                    found = (covered, -period), at, period, times
        return None if found is None else found[1:]

    def steps_agree(self, start, period):
        """Whether all results go on by one step; else new constants came in between."""
        steps = self.starts[start + period : start + 2 * period] - self.starts[start : start + period]
        return bool((steps == steps[0]).all())

    def units(self, start, stop, period=0):
        """The units between two; with the steps to those one period later."""
        found = []
        for i in range(start, stop):
            steps = (self.bases[:, i + period] - self.bases[:, i]).tolist() if period else []
            found.append(Unit(self.rows[self.row[i]], None if self.element[i] < 0 else int(self.element[i]), steps))
        return found

    def split(self, start, stop, periods):
        """Units between two as a list of Repeats and Units."""
        best = self.best(start, stop, periods) if stop - start >= LEAST else None
        if best is None:
            return self.units(start, stop)
        at, period, times = best
        whole = Repeat(times, self.units(at, at + period, period), int(self.starts[at + period] - self.starts[at]))
        return [*self.split(start, at, periods), whole, *self.split(at + period * times, stop, periods)]


def rolling(keys, length):
    """A number for each `length` keys that follow one another; equal ones for equal keys. (Others are found out by `runs`.)"""
    hashes = np.zeros(len(keys) - length + 1, np.uint64)
    for k in range(length):
        hashes = hashes * np.uint64(1_000_003) + keys[k : len(keys) - length + 1 + k].astype(np.uint64)
    return hashes


def repeats(rows, regions):
    """The rows, with a Repeat in the place of each stretch that repeats itself; rows of which it takes a part are Units."""
    if sum(row.size for row in rows) < SHORTEST or len(rows) < LEAST:
        return rows
    stretch, found = Stretch(rows, regions), []
    for item in stretch.split(0, len(stretch.keys), stretch.periods()):
        if type(item) is Unit:
            if item.element is None or (item.element == 0 and item.row.size == 1):
                item = item.row
            elif found and type(found[-1]) is Unit and found[-1].row is item.row and item.element == item.row.size - 1:
                kept = [unit for unit in found[-item.element :] if type(unit) is Unit and unit.row is item.row]
                if len(kept) == item.element:  # all elements of the row
                    del found[-item.element :]
                    item = item.row
        found.append(item)
    return found
