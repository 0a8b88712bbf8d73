"""Stretches of rows that repeat themselves: the steps of a filter, the terms of a long sum.

Rows repeat themselves with a period if they are the same operations in the same shapes, and the ids of each operand go on by the
same step each time: those of the time before, those of another stretch in turn, the next elements of an argument.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np

LEAST = 4  # times
SHORTEST = 64  # operations: fewer are as good written out
CANDIDATES = 12  # periods that are tried
GRAM = 3  # rows, by which periods are guessed


class Repeat(NamedTuple):
    """`rows` are those of the first time, `steps` those of their operands from one time to the next, `step` that of results."""

    times: int
    rows: list
    steps: list
    step: int


class Stretch:
    """Rows with what is compared of them, as arrays."""

    def __init__(self, rows, regions):
        self.rows, self.regions, known = rows, regions, {}
        count = len(rows)
        self.keys, self.starts = np.empty(count, int), np.empty(count, int)
        self.bases = np.zeros((3, count), int)
        self.sizes = np.array([row.size for row in rows])
        for i, row in enumerate(rows):
            key = [id(row.operation), row.shape]
            for k, ids in enumerate(row.operands):
                if type(ids) is int:
                    self.bases[k, i] = ids
                else:
                    self.bases[k, i] = base = int(ids[0])
                    if row.size > 1:
                        key.append((ids - base).tobytes())
            self.keys[i] = known.setdefault(tuple(key), len(known))
            self.starts[i] = row.start

    def periods(self):
        """Periods that are likely, the likeliest first."""
        gaps, last = Counter(), {}
        keys = self.keys.tolist()
        for i in range(len(keys) - GRAM + 1):
            gram = tuple(keys[i : i + GRAM])
            if gram in last:
                gaps[i - last[gram]] += 1
            last[gram] = i
        return [gap for gap, _ in gaps.most_common(CANDIDATES)]

    def runs(self, period):
        """[(first row, times)] of what repeats itself with a period."""
        count = len(self.rows)
        if count < LEAST * period:
            return []
        same = self.keys[period:] == self.keys[:-period]
        deltas = np.concatenate([self.bases, self.starts[None]])
        deltas = deltas[:, period:] - deltas[:, :-period]
        same &= (self.regions[self.bases[:, period:]] == self.regions[self.bases[:, :-period]]).all(0)
        steady = same[:-period] & same[period:] & (deltas[:, period:] == deltas[:, :-period]).all(0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(int)))
        return [
            (int(a), int(b - a) // period + 2)
            for a, b in zip(edges[::2], edges[1::2], strict=True)
            if (b - a) // period + 2 >= LEAST
        ]

    def best(self):
        """(first row, period, times) of the run with most operations; None if there is none."""
        found = None
        for period in self.periods():
            for start, times in self.runs(period):
                covered = int(self.sizes[start : start + period * times].sum())
                shared = self.steps_agree(start, period)
                if shared and covered >= SHORTEST and (found is None or (covered, -period) > found[0]):
                    found = (covered, -period), start, period, times
        return None if found is None else found[1:]

    def steps_agree(self, start, period):
        """Whether all results go on by one step; else new constants came in between."""
        steps = self.starts[start + period : start + 2 * period] - self.starts[start : start + period]
        return bool((steps == steps[0]).all())


def repeats(rows, regions):
    """The rows, with a Repeat in the place of each stretch that repeats itself."""
    if sum(row.size for row in rows) < SHORTEST or len(rows) < LEAST:
        return rows
    stretch = Stretch(rows, regions)
    best = stretch.best()
    if best is None:
        return rows
    start, period, times = best
    first = rows[start : start + period]
    after = [[int(stretch.bases[k, i + period] - stretch.bases[k, i]) for k in range(3)] for i in range(start, start + period)]
    step = int(stretch.starts[start + period] - stretch.starts[start])
    whole = Repeat(times, first, after, step)
    return [*repeats(rows[:start], regions), whole, *repeats(rows[start + period * times :], regions)]
