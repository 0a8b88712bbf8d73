"""Long calls, which are made block by block: those by elements of arrays of one shape, and what is made of their rows.

A frame is the shape of the long arrays of such calls. Beside these there may be columns, with a number for each row: extremes and
sums of rows, what follows from them, and what broadcasts them again, as in softmax and layer norm. Then blocks are of whole rows.
"""

from math import prod

import numpy as np

from autograd_core.capturing.program.calls import BY_BLOCKS, SUM_OVER_COLUMNS, Value
from autograd_core.capturing.replay.lowering.choosing import chooses

BLOCK = 2**17  # bytes; some of these, and what else is going on, fit into a cache of the second level
LONG = 2 * BLOCK
PRODUCTS = (np.dot, np.matmul)
WHOLE = (np.add.reduce, np.maximum.reduce, np.minimum.reduce)  # of all elements: of those of each block, and of the results
ROWS = 8  # in a block, at least
LEAST = 2**14  # elements of a long array
IN_REGISTERS = 2**11  # … if machine code goes through it
FEW = 2**12  # elements, which are in no long array of any dtype
SHORT = 64  # elements: sums and extremes of shorter rows are quicker by products and by columns, of the whole array


def is_long(call, program):
    """Whether a call is by elements of long arrays of one shape, and numbers."""
    out = call.out
    if out.size < (IN_REGISTERS if program.in_registers else LEAST) or not by_elements(call, program):
        return False
    if any(np.ndim(arg) for arg in call.args if type(arg) is not Value):
        return False
    arrays = [value for value in (out, *call.operands) if value.shape]
    return all(v.dtype.kind in "biufc" and v.shape == out.shape for v in arrays) and (
        program.in_registers or is_long_for_numpy(call)
    )


def is_long_for_numpy(call):
    """Whether blocks pay for arrays of the length of this call's result without machine code."""
    arrays = [value for value in (call.out, *call.operands) if value.shape]
    return call.out.size >= LEAST and call.out.size * max(4, itemsize(arrays)) > LONG


def by_elements(call, program):
    return call.is_elementwise or cuts_off(call) or (call.function is np.where and chooses(call, program))


def cuts_off(call):
    """Whether it is `np.clip(x, low, high)` with numbers."""
    return (
        call.function is np.clip and len(call.args) == 3 and not call.kwargs and call.out.dtype == call.args[0].dtype
        and all(type(bound) in (int, float) for bound in call.args[1:])
    )  # fmt: skip


def itemsize(arrays):
    return max([value.dtype.itemsize for value in arrays])


def is_whole(call, made):
    """Whether it is a sum or an extreme of all elements of one of these values."""
    x = call.args[0] if call.args else None
    axis = call.args[1] if len(call.args) == 2 else call.kwargs.get("axis", 0)
    return (
        type(x) is Value and x in made and call.function in WHOLE and axis is None and len(call.args) < 3
        and call.kwargs.keys() <= {"axis"} and call.out.dtype == x.dtype and isinstance(call.out.sample, np.generic)
        and (call.function != np.add.reduce or call.note == BY_BLOCKS)
    )  # fmt: skip


# Rows


def column_of(frame):
    """The shape of an array with one number for each row."""
    return (*frame[:-1], 1)


def has_rows(frame, size):
    """Whether blocks of whole rows are of the right length, with elements of so many bytes."""
    if len(frame) < 2 or frame[-1] < SHORT:
        return False
    total = size * prod(frame)
    return total > LONG and total // frame[0] * ROWS <= BLOCK


def of_rows(call):
    """The ufunc whose sum or extreme of each row, as a column, the call makes; else None."""
    x = call.args[0] if call.args else None
    if type(x) is not Value or call.out.shape != column_of(x.shape or (1,)) or x.dtype.kind not in "biuf":
        return None
    if call.function in PRODUCTS and len(call.args) == 2 and not call.kwargs and call.note == SUM_OVER_COLUMNS:
        return np.add
    if call.function not in WHOLE or len(call.args) > 2 or not call.kwargs.keys() <= {"axis", "keepdims", "dtype"}:
        return None
    axis = call.args[1] if len(call.args) == 2 else call.kwargs.get("axis", 0)
    axis = axis[0] if type(axis) is tuple and len(axis) == 1 else axis
    same = call.out.dtype == (x.dtype if call.kwargs.get("dtype") is None else np.dtype(call.kwargs["dtype"]))
    return call.function.__self__ if same and axis in (-1, x.ndim - 1) else None


def frame_of(call, program):
    """The shape of the long arrays of a call that may be made block by block; None for another call."""
    few = IN_REGISTERS if program.in_registers else FEW
    if not call.out.shape or max([call.out.size, *[value.size for value in call.operands]]) < few:  # as nearly all are
        return None
    if is_long(call, program):
        return call.out.shape
    frame = call.args[0].shape if of_rows(call) is not None else call.out.shape
    return frame if joins(call, program, frame) else None


def joins(call, program, frame):
    """Whether a call may be made in the same blocks as those of this frame."""
    if call.out.shape == frame and is_long(call, program):
        return True
    arrays = [value for value in (call.out, *call.operands) if value.shape]
    if not arrays or any(v.dtype.kind not in "biufc" for v in arrays) or not has_rows(frame, max(4, itemsize(arrays))):
        return False
    if of_rows(call) is not None:
        return call.args[0].shape == frame
    column, row = column_of(frame), frame[-1:]
    if call.out.shape not in (frame, column) or not call.is_elementwise:
        return False
    if any(np.ndim(arg) for arg in call.args if type(arg) is not Value):
        return False
    return all(value.shape in ((), call.out.shape, column, row) for value in call.operands)


def gathered(program):
    """The program with long calls after one another, with only numbers in between that they don't need."""
    calls, at = program.calls, len(program.steady)
    if all(frame_of(call, program) is None for call in calls[at:]):
        return program
    order = [*calls[:at]]
    while at < len(calls):
        first = calls[at]
        at += 1
        frame = frame_of(first, program)
        if frame is None:
            order.append(first)
            continue
        before, group, after = [], [first], []  # numbers that are there before, long calls, numbers that follow from these
        made, late = {first.out}, set()
        while at < len(calls):
            call = calls[at]
            free = late.isdisjoint(call.operands)
            if free and joins(call, program, frame):
                made.add(call.out)
                group.append(call)
            elif free and is_whole(call, made):
                late.add(call.out)
                group.append(call)
            elif call.out.shape != () or call.is_draw or call.is_view:
                break
            elif free and made.isdisjoint(call.operands):
                before.append(call)
            else:
                late.add(call.out)
                after.append(call)
            at += 1
        order += [*before, *group, *after]
    return program.replaced(calls=tuple(order))
