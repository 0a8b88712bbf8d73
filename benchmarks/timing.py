"""Interleaved timing: A B C, A B C, … in one process, so that any disturbance hits all alike.

A ratio is taken twice: of the minima, and as the median of the ratios within each round. On a quiet machine the two
agree; a bar counts as met only when both meet it. The garbage collector stays on, as it is for a user.
"""

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

BLOCK = 2e-3  # seconds in which one contender's turn should be done: long for the clock, short for the machine's moods


@dataclass
class Contender:
    """Somebody in a comparison: what to time, and what to do before each turn, untimed."""

    name: str
    run: Callable
    prepare: Callable = lambda: None


@dataclass
class Timing:
    """Seconds for one call, one value for each round."""

    rounds: list = field(default_factory=list)

    @property
    def best(self):
        return min(self.rounds)

    @property
    def median(self):
        return median(self.rounds)

    def over(self, other):
        """(ratio of the minima, median of the ratios round by round) of this to another."""
        return self.best / other.best, median(mine / its for mine, its in zip(self.rounds, other.rounds, strict=True))

    def minus(self, other):
        """The difference in seconds, (of the minima, median of the rounds)."""
        return self.best - other.best, median(mine - its for mine, its in zip(self.rounds, other.rounds, strict=True))


def interleaved(contenders, rounds, block=BLOCK):
    """{name: Timing} of contenders that take turns, `rounds` times."""
    turns = {one.name: calls_in(one, block) for one in contenders}
    found = {one.name: Timing() for one in contenders}
    settle()
    for _ in range(rounds):
        for one in contenders:
            one.prepare()
            found[one.name].rounds.append(seconds(one.run, turns[one.name]))
    return found


def settle():
    """Leave what exists now, such as the peers' modules, out of the garbage collections to come."""
    gc.collect()
    gc.freeze()


def calls_in(contender, block):
    """How often to call it in a turn; also warms it up."""
    contender.prepare()
    contender.run()
    once = min(seconds(contender.run, 3) for _ in range(3))
    return max(1, min(20_000, round(block / once)))


def seconds(run, calls):
    """The seconds that one of `calls` calls takes."""
    turns = range(calls)
    start = perf_counter()
    for _ in turns:
        run()
    return (perf_counter() - start) / calls


# The fitted exponent up to which a cost counts as linear: of a chain, and of a loop that reads elements one by one
LINEAR_CHAIN, LINEAR_LOOP = 1.1, 1.15


def exponent(sizes, costs):
    """The p of cost ~ size^p, fitted by least squares in logarithms: 1 is linear, 2 quadratic."""
    x, y = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)
