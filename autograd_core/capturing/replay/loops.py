"""Long arrays in blocks: a run of calls is made for one block after the other, which stays in the cache.

What is only needed in between takes a buffer of a block's length, not of the whole. Tests of what is made, and sums and extremes
of all of it, are made for each block too. `blocks` runs them, in several threads where that pays.
"""

from typing import NamedTuple

import numpy as np

from autograd_core.capturing.program.order import address, arranged, in_memory
from autograd_core.capturing.replay.blocks import Blocks
from autograd_core.capturing.replay.effects import failure
from autograd_core.capturing.replay.gathering import (
    BLOCK,
    column_of,
    frame_of,
    is_long,
    is_long_for_numpy,
    is_whole,
    itemsize,
    joins,
    of_rows,
)
from autograd_core.capturing.replay.lowering.choosing import chosen
from autograd_core.capturing.replay.lowering.elementwise import into, operand


class Run(NamedTuple):
    """Calls that are made block by block.

    frame    the shape of the long arrays
    axes     of the frame, as they follow each other in memory; None if blocks are of whole rows
    inner    {value that is only needed in between: the number of its buffer}
    buffers  those of a block's length, for each thread
    length   of a block: elements, or rows
    tested   the values of sources whose tests are made here
    kernel   machine code for the calls by elements, or None; what it needs in between is in registers
    """

    calls: list
    frame: tuple
    axes: tuple | None
    inner: dict
    buffers: list
    length: int
    tested: frozenset
    kernel: object = None


def run_from(plan, start, guards):
    """The Run that begins at this position, as the plan is so far; None if there is none. `guards` are {value: its tests}."""
    program, calls, made, sums, axes = plan.program, [], set(), set(), None
    frame = frame_of(program.calls[start], program)
    tests = writes = outside = False  # whether there are tests, writes, and operands that are other arrays at each replay
    rows = native = False  # … calls that are made of rows, and vector code for the others
    for call in program.calls[start:]:
        if is_whole(call, made):
            calls.append(call)
            sums.add(call.out)
            continue
        if not joins(call, program, frame) or not sums.isdisjoint(call.operands):
            break
        read = [value for value in call.operands if value.shape and value not in made]
        kept = [plan.written.get(call.out, call.out)] if call.out in plan.written or call.out in plan.arrays else []
        kept += [call.out] * (call.out in plan.fresh and not kept)
        orders = {order_in_memory(plan, value) for value in (*read, *kept) if value.shape == frame} | ({axes} if axes else set())
        tests, writes = tests or call.out in guards, writes or call.out in plan.written
        outside = outside or any(value not in plan.arrays for value in read)
        rows = rows or not is_long(call, program)
        if len(orders) > 1 or None in orders or (writes and (tests or outside)):
            break
        if rows and orders != {tuple(range(len(frame)))}:
            break
        if plan.kernels is not None and not rows:
            if calls and plan.kernels.takes(program, call) is not native:
                break
            native = plan.kernels.takes(program, call)
        (axes,) = orders
        calls.append(call)
        made.add(call.out)
    while calls and not independent(calls, plan):
        calls.pop()
    if len(calls) < 2 and not (calls and plan.threads > 1):
        return None
    axes = axes if all(is_long(call, program) or not call.out.shape for call in calls) else None
    pays = (native and len(made) > 1) or plan.kernels is None or rows or is_long_for_numpy(calls[0])
    if not pays:  # for so few elements
        return None
    return run_of(calls, frame, axes, start, plan, frozenset() if writes else tested(calls, frame, plan, guards), guards, native)


def order_in_memory(plan, value):
    """The axes of a value as they follow each other in memory; None if there are gaps."""
    array = plan.arrays.get(value, value.sample)
    if type(array) is not np.ndarray or array.shape != value.shape:
        return None
    axes = (*[axis for axis, n in enumerate(array.shape) if n < 2], *in_memory(array.shape, array.strides))
    return axes if array.ndim == 1 or value not in plan.arrays or array.transpose(axes).flags.c_contiguous else None


def independent(calls, plan):
    """Whether no block is written that another one still reads, shifted or reversed."""
    read = [plan.arrays[value] for call in calls for value in call.operands if value.shape and value in plan.arrays]
    written = [plan.arrays[plan.written[call.out]] for call in calls if call.out in plan.written]
    return all(in_step(a, b) or not np.may_share_memory(a, b) for a in written for b in read)


def in_step(a, b):
    """Whether two arrays of one length have their elements in the same places."""
    return address(a) == address(b) and a.strides == b.strides


def tested(calls, frame, plan, guards):
    """The values of sources that have tests, and are read here before anything is written."""
    if any(value in plan.arrays for value in plan.written):
        return frozenset()
    parts = (frame, column_of(frame))
    read = {value for call in calls for value in call.operands if value.shape in parts and value.source is not None}
    return frozenset(value for value in read & guards.keys() if value not in plan.tested)


def run_of(calls, frame, axes, start, plan, tested, guards, native):
    """The Run of these calls; what is written gets its place in the plan, what is needed in between a buffer."""
    count = int(np.prod(frame)) if axes is not None else frame[0]
    nbytes = int(np.prod(frame)) * itemsize([value for call in calls for value in (call.out, *call.operands) if value.shape])
    block = min(BLOCK, max(BLOCK // 2, nbytes // 16))  # it depends on nothing else, so that sums by blocks are the same anywhere
    length = max(1, block * count // nbytes)
    inner, free, kinds, last = {}, {}, [], start + len(calls) - 1
    long = in_memory(frame, by_axes(frame, axes or range(len(frame))))
    viewed = {plan.program.roots.get(value) for call in calls for value in call.operands}  # one block may read what another wrote
    kernel = kernel_of(calls, axes, last, plan, tested, guards) if native else None
    for i, call in enumerate(calls, start):
        value = call.out
        if kernel is not None and value.shape and value not in kernel.makes:
            continue
        done = [each for each in dict.fromkeys(call.operands) if each in inner and plan.live.until[each] <= i]
        over = call.operands if call.is_elementwise else ()  # np.where reads an operand again after it has begun to write
        if call.is_elementwise and kernel is None:
            take_back(done, inner, free)
        order = long if value.shape == frame else in_memory(value.shape, by_axes(value.shape, range(len(value.shape))))
        if value in plan.written:
            plan.arrays[value] = plan.arrays[plan.written[value]]
        elif not value.shape or value in plan.arrays or value in plan.fresh:
            pass
        elif plan.live.until[value] > last or (
            kernel is None and plan.to_write_over(value, over, i, order) not in {None, *viewed}
        ):
            plan.into_buffer(value, [v for v in over if v not in viewed], i, order)
        elif free.get((value.shape, value.dtype)):
            inner[value] = free[value.shape, value.dtype].pop()
        else:
            inner[value] = len(kinds)
            kinds.append(((length,) if axes is not None else (length, *value.shape[1:]), value.dtype))
        if not call.is_elementwise and kernel is None:
            take_back(done, inner, free)
    threads = max(1, min(plan.threads, count // length // 2))  # each has some blocks at least
    flats = [[plan.pool.get(shape, dtype) for shape, dtype in kinds] for _ in range(threads)]
    buffers = [tuple([one.reshape(shape) for one, (shape, _) in zip(each, kinds, strict=True)]) for each in flats]
    for one in (one for each in flats for one in each):
        plan.pool.put(one)
    plan.tested |= tested
    return Run(calls, frame, axes, inner, buffers, length, tested, kernel)


def kernel_of(calls, axes, last, plan, tested, guards):
    """The machine code for the calls of a run. It makes all by elements before all sums, and writes what these, or calls after
    the run, need."""
    if axes is None:
        return None
    by_elements = [call for call in calls if call.out.shape]
    made = {call.out for call in by_elements}
    summed = {call.args[0] for call in calls if not call.out.shape}
    there = plan.written.keys() | plan.fresh | summed
    makes = [call.out for call in by_elements if call.out in there or plan.live.until[call.out] > last]
    tests = {value: guards[value] for value in (*tested, *made) if value in guards}
    if any(value in plan.arrays and not in_one_piece(plan.arrays[value], axes) for call in calls for value in call.operands):
        return None
    return plan.kernels.make(plan.program, by_elements, makes, tests)


def in_one_piece(array, axes):
    return array.ndim == 0 or array.transpose(axes).flags.c_contiguous


def take_back(values, inner, free):
    """The buffers of these are free now."""
    for value in values:
        free.setdefault((value.shape, value.dtype), []).append(inner[value])


def by_axes(shape, axes):
    """The strides of an array of bytes whose axes follow each other like this."""
    return arranged(np.empty(int(np.prod(shape)), np.bool_), shape, [axis for axis in axes if shape[axis] > 1]).strides


# How they are written


def write_run(w, run, tests):
    """Write the function for one block, and the line that calls it for all."""
    number, by_rows = len(w.blocks) + 1, run.axes is None
    names, whole, others, before = {}, {}, {}, []  # {value: its name there}; {name: the array}; {name: the expression}; lines
    made = {call.out for call in run.calls}
    if run.kernel is not None:
        run.kernel.write_numbers(w)
    for value in values_of(run):
        if value in run.inner:
            names[value] = f"i{run.inner[value]}"
        elif value.shape and value in w.plan.arrays:
            array = w.plan.arrays[value]
            known = next((name for name, other in whole.items() if other is array), None)
            names[value] = known or f"p{len(whole)}"
            whole[names[value]] = array
        else:
            if value in made:
                make_fresh(w, value, run.axes or tuple(range(value.ndim)))
            names[value] = f"e{len(others)}"
            as_it_is = by_rows or not value.shape
            others[names[value]] = w.text(value) if as_it_is else flat_text(w.text(value), value, run.axes)
            if is_cut(value, run):
                before.append(f"{names[value]} = {names[value]}[s]")
    count = run.frame[0] if by_rows else int(np.prod(run.frame))
    arrays = [array if by_rows else flat(array, run.axes) for array in whole.values()]
    cuts = [slice(at, min(at + run.length, count)) for at in range(0, count, run.length)]
    rows = [(k, cut, *[array[cut] if is_cut(array, run) else array for array in arrays]) for k, cut in enumerate(cuts)]
    outside, w.names, lines, w.lines = w.names, {**w.names, **names}, w.lines, []
    w.errors, w.indent, sums, has_tests, told = (), "    ", {}, False, set()
    for text in before:
        w.line(text)
    if run.kernel is not None:
        has_tests = True  # also whether arrays lie as machine code needs them; what is written here does, since the plan
        run.kernel.write(w)
    for call in run.calls if run.kernel is None else [call for call in run.calls if not call.out.shape]:
        for value in (value for value in call.operands if value in run.tested and value not in told):
            told.add(value)
            has_tests = write_block_tests(w, value, tests) or has_tests
        w.errors = call.errors
        if call.out.shape:
            w.line(block_line(w, call), call)
            has_tests = write_block_tests(w, call.out, tests) or has_tests
        else:
            sums[call.out] = w.name("z", np.empty(len(rows), call.out.dtype)), call
            w.line(f"{sums[call.out][0]}[k] = {w.function(call.function)}({w.text(call.args[0])}, None)")
    w.errors = ()
    w.line("return True")
    block, w.lines, w.names, w.indent = w.lines, lines, outside, ""
    head = f"def block{number}({', '.join(['k', 's', *whole, *[f'i{i}' for i in range(len(run.buffers[0]))], *others])}):"
    w.blocks.append((head, block))
    if any(call.out in w.plan.written for call in run.calls):
        w.writes()
    blocks = w.name("blocks", Blocks(rows, run.buffers))
    line = f"{blocks}({', '.join([f'block{number}', *others.values()])})"
    w.line(f"if not {line}: return {w.miss}" if has_tests else line, inside=block)
    for name, call in sums.values():
        w.assign(call, f"{w.function(call.function)}({name}, None)")


def values_of(run):
    """The values that a block's function reads, or leaves to others, in order."""
    if run.kernel is None:
        return dict.fromkeys([v for call in run.calls for v in (*call.operands, call.out) if v.shape or v is not call.out])
    sums = [call.args[0] for call in run.calls if not call.out.shape]
    return dict.fromkeys([*run.kernel.reads, *run.kernel.makes, *sums])


def is_cut(array, run):
    """Whether a block takes its part of an array; a number, or a row that is repeated, it takes whole."""
    return array.ndim > 0 and (run.axes is not None or array.ndim == len(run.frame))


def block_line(w, call):
    """The call of a block."""
    if (ufunc := of_rows(call)) is not None:
        dtype = None if call.out.dtype == call.args[0].dtype else w.once("d", call.out.dtype)
        return f"{w.function(ufunc.reduce)}({w.text(call.args[0])}, -1, {dtype}, {w.out(call)}, True)"
    if call.function is np.where:
        return chosen(w, call)
    return into(w, call, [operand(w, call, x) for x in call.args], w.out(call))


def write_block_tests(w, value, tests):
    """Whether there are any."""
    w.errors = ()
    for guard in tests.get(value, ()):
        w.line(f"if {failure(w, value, w.text(value), guard)}: return False")
    return value in tests


def make_fresh(w, value, axes):
    """The line that makes the array of a result, which is the caller's."""
    name = w.names[value] = f"v{len(w.names)}"
    empty, dtype = w.function(np.empty), w.once("d", value.dtype)
    if axes == tuple(range(value.ndim)):
        w.line(f"{name} = {empty}({value.shape}, {dtype})")
    else:
        long = [axis for axis in axes if value.shape[axis] > 1]
        w.line(f"{name} = {w.function(arranged)}({empty}({value.size}, {dtype}), {value.shape}, {long})")


def flat(array, axes):
    return array.transpose(axes).reshape(-1)


def flat_text(name, value, axes):
    """The expression; a copy, if the array does not lie in memory as it did while recording."""
    if value.ndim == 1:
        return name
    return f"{name}.reshape(-1)" if axes == tuple(range(value.ndim)) else f"{name}.transpose({axes}).reshape(-1)"
