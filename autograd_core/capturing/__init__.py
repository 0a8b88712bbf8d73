"""Record a training step once, replay it at the speed of the arithmetic. See `capture`.

Where to begin: `program`, which says what a recorded step is, and then in the order in which a call goes through it.

    captured                      capture(), and when a call is replayed, recorded, or made as it is
    reach, places                 what the step can reach, and where each is kept
    snapshot, compare             the step itself beside its replay: the same left behind?
    session                       one recording: stand-ins for all that, and what became of them
    traced, methods, generators   the stand-ins
    recorder                      what they write down
    program/                      calls and values; what is known of NumPy's functions; arrays that move
    passes/                       from program to program; nothing of the given one changes
    replay/                       from program to a Python function: guard, buffers, lowering, effects
"""

from autograd_core.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
