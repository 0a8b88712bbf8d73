"""Passes that put a quicker product in the place of a call, and weights into the order that makes products quicker."""

import numpy as np

from autograd_core.capturing.program.calls import BY_BLOCKS, SUM_OVER_COLUMNS, Value, made
from autograd_core.capturing.program.forms import with_zeros
from autograd_core.capturing.program.order import aligned, order_of
from autograd_core.capturing.program.program import replaced_calls
from autograd_core.derivatives.matrices import FILLED, LARGE, ones


def is_matrix(x):
    return type(x) is Value and x.ndim == 2 and x.dtype.kind == "f" and x.dtype.itemsize >= 4 and x.size > 0


def is_large(x):
    return x.size * x.dtype.itemsize >= FILLED


def outer(program):
    """A column times a row, as it is for a batch of one, as a product by the library.

    The library is made for longer sums: with a column and a row of zeros beside them a large product takes half the time.
    """

    def change(call):
        if call.function is np.multiply and not call.kwargs and call.out.size >= 2048 and all(map(is_matrix, call.args)):
            a, b = call.args
            column, row = (a, b) if a.shape[1] == 1 else (b, a)
        elif call.function is not np.multiply and not call.kwargs and is_large(call.out) and all(map(is_matrix, call.args)):
            column, row = call.args
        else:
            return None
        if not column.shape[1] == 1 == row.shape[0] or column.dtype != row.dtype:
            return None
        if not is_large(call.out):
            return [made(np.dot, (column, row), call, note="outer product")]
        lying = made(np.transpose, (column,), call, sample=column.sample.T)
        wide = [made(with_zeros, (x,), call, sample=with_zeros(x.sample)) for x in (lying.out, row)]
        standing = made(np.transpose, (wide[0].out,), call, sample=wide[0].out.sample.T)
        return [lying, *wide, standing, made(np.matmul, (standing.out, wide[1].out), call, note="outer product")]

    return replaced_calls(program, (np.multiply, np.matmul, np.dot), change)


def sums(program):
    """Sums over rows and over columns as a product with ones; sums of long arrays that are made in blocks as the sum of those of
    the blocks.

    The library adds up in another order, so that the last digits may differ.
    """

    def change(call):
        if call.function is np.matmul:
            return [made(np.matmul, call.args, call, note=SUM_OVER_COLUMNS)] if is_sum_of_rows(call) else None
        if set(call.kwargs) - {"axis", "keepdims"} or len(call.args) > 2 or not call.operands:
            return None
        x = call.args[0]
        if type(x) is not Value or x.dtype.kind != "f" or x.dtype.itemsize < 4 or call.out.dtype != x.dtype or not x.size:
            return None
        axis = call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)
        keep = call.kwargs.get("keepdims", False)
        if x.ndim == 2 and axis in (0, (0,), -2, (-2,)) and not keep and x.shape[0] <= LARGE:
            return [made(np.dot, (ones(x.shape[0], x.dtype.char), x), call, note="sum over rows")]
        if x.ndim > 1 and axis in (x.ndim - 1, (x.ndim - 1,), -1, (-1,)) and x.shape[-1] <= LARGE:
            function, column = np.dot if x.ndim == 2 else np.matmul, ones(x.shape[-1], x.dtype.char)
            return [made(function, (x, column[:, None] if keep else column), call, note=SUM_OVER_COLUMNS)]
        if x.ndim > 2 and type(axis) is tuple and axis == tuple(range(x.ndim - 1)) and not keep and x.sample.flags.c_contiguous:
            rows = x.sample.reshape(-1, x.shape[-1])
            if len(rows) <= LARGE:
                flat = made(np.reshape, (x, rows.shape), call, sample=rows)
                return [flat, made(np.dot, (ones(len(rows), x.dtype.char), flat.out), call, note="sum over rows")]
        if axis is None and not keep and x.size > 10_000:
            return [made(np.add.reduce, call.args, call, call.kwargs, note=BY_BLOCKS)]
        return None

    return replaced_calls(program, (np.add.reduce, np.matmul), change)


def is_sum_of_rows(call):
    """Whether a product is one with a column of ones already, as softmax and layer norm make them."""
    if call.kwargs or len(call.args) != 2 or type(call.args[0]) is not Value or type(call.args[1]) is not np.ndarray:
        return False
    x, column = call.args
    return column.shape == (*x.shape[-1:], 1) and x.ndim > 1 and column.dtype == x.dtype and bool(np.all(column == 1))


PRODUCTS = (np.dot, np.matmul)
ELEMENTS, ROWS = 4096, 8  # of a weight, and to multiply it by, from which it pays


def turn(program):
    """Large weights, (outputs, inputs), that are multiplied transposed go into Fortran's order: that is quicker by a third. Small
    ones of a first layer do if a bias can then be beside them.

    And what an optimizer keeps for them likewise.
    """
    shapes = set()
    for source in program.written:
        weight, array = source.value, program.array(source.value)
        if source.kind != "tensor" or array.ndim != 2 or order_of(array) == "F":
            continue
        uses = program.uses
        turned = [call.out for call in uses.get(weight, ()) if call.function is np.transpose]
        products = [call for value in (weight, *turned) for call in uses.get(value, ()) if call.function in PRODUCTS]
        if array.size < ELEMENTS:
            products = [call for call in products if is_first_layer(program, call)]
            factors = [call.args[1] for call in products]
        else:
            factors = [call.args[1] for call in products if call.args[0].shape[0] >= ROWS]
        if sum(value in turned for value in factors) > factors.count(weight):  # a gradient of x is a product with it as it is
            shapes.add(array.shape)
    arrays = dict(program.arrays)
    for shape in shapes:
        values = [source.value for source in program.written if source.value.shape == shape]
        if program.alone.issuperset(values):
            arrays.update((value, aligned(value.shape, value.dtype, "F")) for value in values)
    return program.replaced(arrays=arrays) if shapes else program


def is_first_layer(program, product):
    """Whether it is of what the step is given, of few columns, and a row, the bias, is all that is done to it."""
    x, users = product.args[0], program.uses.get(product.out, ())
    if len(users) != 1 or not all(map(is_matrix, product.args)) or not is_given(x) or x.shape[1] > product.out.shape[1]:
        return False
    return users[0].function is np.add and any(value.shape == product.out.shape[1:] for value in users[0].operands)


def is_given(x):
    """Whether it is an array that the step is given, or has from elsewhere."""
    return x.source is not None and x.source.kind in ("argument", "array", "tensor")
