"""Whether a program becomes machine code."""

from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.native.machine import library
from autograd_core.capturing.native.native import NativeProgram
from autograd_core.capturing.passes import direct, implied, optimized, plain, scattered, shared, unused
from autograd_core.capturing.replay import EntryGuard
from autograd_core.graph.modes import recording

FITTING = (plain, direct, unused, scattered, shared, implied, direct, shared, unused)  # the others are for what NumPy is quick at


def native_program(session, program, passes, args, kwargs):
    """(program as machine code, None), or (None, why there is none)."""
    library()
    program = optimized(program, [each for each in FITTING if each in passes])
    try:
        return NativeProgram(program, EntryGuard(session, program, args, kwargs), recording.get()), None
    except NotLoweredError as error:
        return None, str(error)
