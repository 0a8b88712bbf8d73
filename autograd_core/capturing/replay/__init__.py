"""From a program to a Python function that is compiled.

compiled    the function, its text, its sets of buffers, and the program in print
function    what is written, in order; writer, in which lines and names are collected
guard       does the program apply to a call, and where are its values read?
liveness    when is each value needed for the last time?
buffers     the plan: which value is in which array; pool, from which they come
lowering/   the table: how the calls of a function are written; loops, runs of calls on long arrays, gathering, which
            calls may be in one, and blocks, which makes them
effects     tests on the way, what the step leaves behind, what it returns
held        how many bytes all this takes
"""

from autograd_core.capturing.replay.blocks import cores
from autograd_core.capturing.replay.compiled import Compiled
from autograd_core.capturing.replay.gathering import gathered
from autograd_core.capturing.replay.guard import EntryGuard, move
from autograd_core.capturing.replay.writer import HELD, MISS

__all__ = ["HELD", "MISS", "Compiled", "EntryGuard", "cores", "gathered", "move"]
