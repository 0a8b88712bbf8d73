"""Record a training step once, replay it at the speed of the arithmetic. See `capture`.

Where to begin: `program`, which says what a recorded step is, and then in the order in which a call goes through it.

    captured                      capture(), and when a call is replayed, recorded, or made as it is
    beside                        the call that is recorded: the step itself, the program, and whether both do the same
    reasons                       why a step is not captured, in the words that a user reads
    look/                         what the step can reach, where each is kept, what was there before a call and after it
    recording/                    recordings: stand-ins, what they write down, what became of them, and what earlier ones showed
    program/                      calls and values; what is known of NumPy's functions; arrays that move
    passes/                       from program to program; nothing of the given one changes
    replay/                       from program to a Python function: guard, buffers, lowering, effects
    native/                       from program to machine code, and to C
"""

from autograd_core.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
