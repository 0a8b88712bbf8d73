"""The table of lowerings: for a function, how its calls are written as lines of Python, and what memory they ask for.

    @lowering(np.copy)
    def copied(w, call):
        w.line(f"{w.function(np.copyto)}({w.out(call)}, {w.text(call.args[0])})", call)

is an entry: calls of `np.copy` have a buffer for their result, `w.out(call)`, and are this line. Of the entries for one function
the last whose `when` is true is taken, so a quicker way for some calls stands after the ordinary one.
"""

from collections.abc import Callable
from typing import NamedTuple

from autograd_core.capturing.program import functions


class Lowering(NamedTuple):
    """How calls of a function are written.

    write    write(w, call) adds the lines to the writer w; write(w, call, scratch) with the name of the array that it asked for
    when     when(call, plan): whether this is a way for the call; `plan.arrays` knows the buffers of all calls before it
    over     over(call): the operands over which the result may be written if nobody needs them afterwards
    scratch  scratch(call): (shape, dtype) of an array that is needed for the time of the call
    buffer   "free" (for as long as the value is needed), "zeros" (its own for good, of zeros at first), None (the line makes an
             array or number anew at each replay)
    """

    write: Callable
    when: Callable | None
    over: Callable | None
    scratch: Callable | None
    buffer: str | None


ELEMENTWISE, REDUCTION, NUMBER, ANY = "elementwise", "reduction", "number", "any"  # entries for what has none of its own
TABLE: dict = {}


def lowering(*names, when=None, over=None, scratch=None, buffer="free"):
    """Register the decorated function as a way to write calls of these functions."""

    def register(write):
        for name in names:
            TABLE.setdefault(name, []).insert(0, Lowering(write, when, over, scratch, buffer))
        return write

    return register


def lowering_of(call, plan):
    """The entry for a call. What is returned or kept by others has no buffer: each replay makes it anew."""
    if not call.out.shape:
        keys = NUMBER, ANY
    elif call.out in plan.fresh:
        keys = (ANY,)
    else:
        family = ELEMENTWISE if call.is_elementwise else REDUCTION if functions.is_reduction(call.function) else ANY
        keys = call.function, family, ANY
    for key in keys:
        for entry in TABLE.get(key, ()):
            if entry.when is None or entry.when(call, plan):
                return entry
    raise LookupError(f"no lowering for {call!r}")  # but ANY has one for all
