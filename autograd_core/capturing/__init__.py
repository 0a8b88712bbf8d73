"""Record a training step once, replay it at the speed of the arithmetic. See `capture`.

Where to begin: `program`, which says what a recorded step is, and then in the order in which a call goes through it.

    captured                      capture(), and when a call is replayed, recorded, or made as it is
    reach, places                 what the step can reach, and where each is kept
    snapshot, compare             the step itself beside its replay: the same left behind?
    session                       one recording: stand-ins for all that, and what became of them
    traced, methods, generators   the stand-ins
    recorder, forms               what they write down, and functions for what NumPy has none for
    program, kinds, order         calls and values, and what is known of NumPy's functions and of the order in memory
    passes                        from program to program
    placing                       arrays that a pass moves
    compile, writer               from program to a Python function, which has these parts:
    entry                             does the program apply?
    calls, into, rows, blocks, once   the calls, in the quickest way for each
    memory                            the buffers
    leaving                           what is left behind, and the result
    listing                       the function in print
"""

from autograd_core.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
