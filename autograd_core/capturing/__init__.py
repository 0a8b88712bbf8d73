"""Record a training step once, replay it at the speed of the arithmetic. See `capture`.

In the order in which a step goes through it:

    captured    `capture` and what it returns: which program a call is for, and what to do where there is none
    reach       all that the step can reach, each in its Place (`places`); `snapshot` keeps and restores what is in them
    session     one recording: stand-ins (`traced`, `methods`, `generators`) in all places, the step run once, all put back;
                what the stand-ins are asked for is written down by the `recorder`
    program     what was written down: values, calls, guards, effects; `kinds` and `forms` say what is known of a call
    passes/     from program to program, each switchable; `placing` moves arrays to where the passes want them
    writer      from a program to the text of a function. What it must know of buffers is in `memory` and `order`, of calls
                in `calls`, `into`, `rows`, `blocks` and `once`, of the beginning and the end of a replay in `entry` and `leaving`
    compile     that text as a function, which may ask for other buffers; `listing` prints it
    compare     whether the first replay does what the step did
"""

from autograd_core.capturing.captured import Captured, capture

__all__ = ["Captured", "capture"]
