"""Passes: each a small function from program to program, tested alone and switchable.

A pass changes nothing of the program that it is given. It returns another one, which shares what stayed the same.
"""

from autograd_core.capturing.passes.cleaning import direct, shared, steady, unused
from autograd_core.capturing.passes.guarding import implied
from autograd_core.capturing.passes.layers import biases
from autograd_core.capturing.passes.losses import sigmoid_with_its_loss
from autograd_core.capturing.passes.plain import plain, scattered
from autograd_core.capturing.passes.products import outer, sums, turn
from autograd_core.capturing.passes.slopes import tanh_with_its_slope
from autograd_core.capturing.passes.tangents import sines
from autograd_core.capturing.passes.updates import flat

PASSES = (
    plain,  # first: means and variances become calls that the others know
    direct, unused, scattered,  # scattered asks how often a gradient is used, so what nobody uses is gone before
    shared,  # the loss is recognised by its forward and backward pass using the same p (1 - p)
    sigmoid_with_its_loss, tanh_with_its_slope, sines,
    implied,  # while products are as they were recorded
    direct, shared, unused,  # tidies up after both
    outer, sums,  # all that will be a product of matrices is one now
    turn,  # asks which of these take a weight transposed
    flat,  # after turn: it makes arrays parts of one, in the order that they have by then
    biases,  # after flat, which puts weights and biases beside one another
    unused,
    steady,  # last: it only says what is made again, of calls that are final
)  # fmt: skip

FOR_NUMPY = {tanh_with_its_slope, sines}  # put quicker functions of NumPy's in the place of slower ones


def optimized(program, passes=PASSES):
    """The program after all `passes`, in order."""
    for each in passes:
        program = each(program)
    return program
