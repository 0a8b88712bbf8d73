"""Passes: each a small function from program to program, tested alone and switchable."""

from autograd_core.capturing.passes.cleaning import direct, shared, unused
from autograd_core.capturing.passes.losses import sigmoid_with_its_loss, unit_interval
from autograd_core.capturing.passes.products import dot, outer, sums
from autograd_core.capturing.passes.updates import flat

PASSES = (
    direct, unused, shared, sigmoid_with_its_loss, direct, unit_interval, shared, unused,
    outer, dot, sums, unused, flat, unused,
)  # fmt: skip


def optimized(program, passes=PASSES):
    """The program after all `passes`, in order."""
    for one in passes:
        program = one(program)
    return program
