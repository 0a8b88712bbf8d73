"""Passes: each a small function from program to program, tested alone and switchable."""

from autograd_core.capturing.passes.cleaning import direct, shared, unused
from autograd_core.capturing.passes.losses import sigmoid_with_its_loss
from autograd_core.capturing.passes.products import dot, outer, sums
from autograd_core.capturing.passes.updates import flat

PASSES = (direct, unused, shared, sigmoid_with_its_loss, direct, unused, outer, dot, sums, unused, flat, unused)


def optimized(program, passes=PASSES):
    """The program after all `passes`, in order."""
    for one in passes:
        program = one(program)
    return program
