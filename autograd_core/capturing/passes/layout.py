"""A pass over the order of weights in memory."""

import numpy as np

from autograd_core.capturing.program.moving import aligned
from autograd_core.capturing.program.order import in_fortran_order

PRODUCTS = (np.dot, np.matmul)
ELEMENTS, ROWS = 4096, 8  # of a weight, and to multiply it by, from which it pays


def turn(program):
    """Large weights, (outputs, inputs), that are multiplied transposed go into Fortran's order: that is quicker by a third.

    And what an optimizer keeps for them likewise.
    """
    written = [effect.target for effect in program.effects if effect.kind == "write"]
    uses, shapes = program.uses(), set()
    for source in written:
        array = source.value.sample
        if source.kind != "tensor" or array.ndim != 2 or array.size < ELEMENTS or in_fortran_order(array):
            continue
        turned = [call.out for call in uses.get(source.value, ()) if call.function is np.transpose]
        products = [call for value in (source.value, *turned) for call in uses.get(value, ()) if call.function in PRODUCTS]
        factors = [call.args[1] for call in products if call.args[0].shape[0] >= ROWS]
        if sum(value in turned for value in factors) > factors.count(
            source.value
        ):  # a gradient of x is a product with it as it is
            shapes.add(array.shape)
    for shape in shapes:
        sources = [source for source in written if source.value.shape == shape]
        if all(source.alone for source in sources):
            for source in sources:
                turned = aligned(source.value.shape, source.value.dtype, "F")
                turned[...] = source.value.sample
                source.value.sample = turned
    return program
