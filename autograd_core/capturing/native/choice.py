"""Whether a program becomes machine code, and with native="auto" whether it stays."""

from time import perf_counter

from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.native import NativeProgram
from autograd_core.capturing.passes import direct, implied, optimized, plain, scattered, shared, unused
from autograd_core.capturing.replay import HELD, MISS, EntryGuard
from autograd_core.graph.modes import recording

FITTING = (plain, direct, unused, scattered, shared, implied, direct, shared, unused)  # the others are for what NumPy is quick at
SMALL = 60_000  # operations: of more, the arithmetic takes so long that Python does not count
TURNS = 12  # calls by each before one is chosen: the quickest counts


def native_program(session, program, passes, args, kwargs, arrays=None):
    """(program as machine code, None), or (None, why there is none). `arrays` are those that were moved, see `Program.arrays`."""
    program = optimized(program, [each for each in FITTING if each in passes])
    if arrays:
        program = program.replaced(arrays=arrays)
    try:
        return NativeProgram(program, EntryGuard(session, program, args, kwargs), recording.get()), None
    except NotLoweredError as error:
        return None, str(error)


class Trial:
    """A step by machine code and by NumPy in turn, until it is known which is quicker; from then on by that one."""

    def __init__(self, native, numpy):
        self.both, self.best, self.left = (native, numpy), {native: float("inf"), numpy: float("inf")}, 2 * TURNS
        self.guard, self.mode, self.chosen = native.guard, native.mode, native

    def run(self, *args):
        if not self.left:
            return self.chosen.run(*args)
        self.chosen = self.both[self.left % 2]
        start = perf_counter()
        result = self.chosen.run(*args)
        seconds = perf_counter() - start
        if result is not MISS and result is not HELD:
            self.best[self.chosen] = min(self.best[self.chosen], seconds)
            self.left -= 1
            if not self.left:
                self.chosen = min(self.both, key=self.best.get)
        return result

    def replay(self, args, kwargs):
        return self.chosen.replay(args, kwargs) if not self.left else self.both[1].replay(args, kwargs)

    def __getattr__(self, name):
        """Everything else is that of the program that the last call ran."""
        return getattr(self.chosen, name)

    def __str__(self):
        times = ", ".join([f"{type(p).__name__} {self.best[p] * 1e6:.1f} µs" for p in self.both if self.best[p] < float("inf")])
        return f"{'on trial' if self.left else 'chosen'}: {times}\n{self.chosen}"
