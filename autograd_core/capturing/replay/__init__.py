"""From a program to a Python function that is compiled, and what it needs: guard, buffers, lowerings, effects."""

from autograd_core.capturing.replay.compiled import Compiled
from autograd_core.capturing.replay.effects import results_for
from autograd_core.capturing.replay.guard import EntryGuard
from autograd_core.capturing.replay.writer import HELD, MISS

__all__ = ["HELD", "MISS", "Compiled", "EntryGuard", "results_for"]
