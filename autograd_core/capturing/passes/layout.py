"""A pass over the order of weights in memory."""

import numpy as np

from autograd_core.capturing.program.order import aligned, order_of

PRODUCTS = (np.dot, np.matmul)
ELEMENTS, ROWS = 4096, 8  # of a weight, and to multiply it by, from which it pays


def turn(program):
    """Large weights, (outputs, inputs), that are multiplied transposed go into Fortran's order: that is quicker by a third.

    And what an optimizer keeps for them likewise.
    """
    uses, shapes = program.uses, set()
    for source in program.written:
        weight, array = source.value, program.array(source.value)
        if source.kind != "tensor" or array.ndim != 2 or array.size < ELEMENTS or order_of(array) == "F":
            continue
        turned = [call.out for call in uses.get(weight, ()) if call.function is np.transpose]
        products = [call for value in (weight, *turned) for call in uses.get(value, ()) if call.function in PRODUCTS]
        factors = [call.args[1] for call in products if call.args[0].shape[0] >= ROWS]
        if sum(value in turned for value in factors) > factors.count(weight):  # a gradient of x is a product with it as it is
            shapes.add(array.shape)
    arrays = dict(program.arrays)
    for shape in shapes:
        values = [source.value for source in program.written if source.value.shape == shape]
        if program.alone.issuperset(values):
            arrays.update((value, aligned(value.shape, value.dtype, "F")) for value in values)
    return program.replaced(arrays=arrays) if shapes else program
