"""Whether a program becomes machine code, and with native="auto" whether it stays."""

from time import perf_counter

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.native import NativeProgram
from autograd_core.capturing.native.partly import PartlyNative, partly_native
from autograd_core.capturing.passes import direct, implied, optimized, plain, scattered, shared, unused
from autograd_core.capturing.replay import HELD, MISS, EntryGuard
from autograd_core.graph.modes import recording

FITTING = (plain, direct, unused, scattered, shared, implied, direct, shared, unused)  # the others are for what NumPy is quick at
TURNS = 12  # calls by each before one is chosen: the quickest counts


def native_program(session, program, passes, args, kwargs, threads, before, arrays=None):
    """(program as machine code, as a whole or in parts, or None; the error that says why it is not the whole, or None). `arrays`
    are those that were moved, see `Program.arrays`; `before` are the programs that there are already."""
    program = optimized(program, [each for each in FITTING if each in passes])
    program = program.replaced(moving=program.moving | refilled(program, before))
    if arrays:
        program = program.replaced(arrays=arrays)
    guard_of = lambda program: EntryGuard(session, program, args, kwargs)
    try:
        return NativeProgram(program, guard_of(program), recording.get()), None
    except NotLoweredError as error:
        return partly_native(program, guard_of, recording.get(), threads), error.with_traceback(None)


def refilled(program, before):
    """The values that an earlier program took for constant indices, and that have other contents now."""
    known = {location: contents for each in before for location, contents in getattr(each, "indices", {}).items()}
    return {
        source.value for source in program.parts() if known and source.kind in ("array", "tensor", "number")
        and source.location in known and not np.array_equal(known[source.location], program.array(source.value))
    }  # fmt: skip


class Trial:
    """A step by machine code and by NumPy in turn, until it is known which is quicker; from then on by that one."""

    def __init__(self, native, numpy):
        self.both, self.best, self.left = (native, numpy), {native: float("inf"), numpy: float("inf")}, 2 * TURNS
        self.guard, self.mode, self.chosen = native.guard, native.mode, native

    def run(self, *args):
        return self.tried("run", *args) if self.left else self.chosen.run(*args)

    def replay(self, args, kwargs):
        return self.tried("replay", args, kwargs) if self.left else self.chosen.replay(args, kwargs)

    def tried(self, way, *args):
        """A call by the one whose turn it is."""
        self.chosen = self.both[self.left % 2]
        start = perf_counter()
        result = getattr(self.chosen, way)(*args)
        seconds = perf_counter() - start
        if result is not MISS and result is not HELD:
            self.best[self.chosen] = min(self.best[self.chosen], seconds)
            self.left -= 1
            if not self.left:
                self.chosen = min(self.both, key=self.best.get)
        return result

    def __getattr__(self, name):
        """Everything else is that of the program that the last call ran; what runs without Python, that of the native one."""
        return getattr(self.both[0] if name in ("address", "signature", "c_source") else self.chosen, name)

    def __str__(self):
        native = "native in parts" if isinstance(self.both[0], PartlyNative) else "native"
        tried = [
            (name, self.best[p]) for name, p in zip((native, "NumPy"), self.both, strict=True) if self.best[p] < float("inf")
        ]
        times = ", ".join([f"{name} {seconds * 1e6:.1f} µs" for name, seconds in tried])
        return f"{'on trial' if self.left else 'chosen'}: {times}\n{self.chosen}"
