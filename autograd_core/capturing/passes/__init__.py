"""Passes: each a small function from program to program, tested alone and switchable."""

from autograd_core.capturing.passes.cleaning import direct, shared, unused
from autograd_core.capturing.passes.layout import turn
from autograd_core.capturing.passes.losses import sigmoid_with_its_loss, unit_interval
from autograd_core.capturing.passes.plain import plain, scattered
from autograd_core.capturing.passes.products import dot, outer, sums
from autograd_core.capturing.passes.steady import steady
from autograd_core.capturing.passes.updates import flat

PASSES = (
    plain, direct, unused, scattered, shared, sigmoid_with_its_loss, direct, unit_interval, shared, unused,
    outer, dot, sums, unused, turn, flat, unused, steady,
)  # fmt: skip


def optimized(program, passes=PASSES):
    """The program after all `passes`, in order."""
    for one in passes:
        program = one(program)
    return program
