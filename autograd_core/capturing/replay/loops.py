"""Long arrays in blocks: a run of calls by elements is made for one block after the other, which stays in the cache.

What is only needed in between takes a buffer of a block's length, not of the whole. Tests of what is made, and sums and extremes
of all of it, are made for each block too. `blocks` runs them, in several threads where that pays.
"""

from typing import NamedTuple

import numpy as np

from autograd_core.capturing.program.calls import BY_BLOCKS, Value
from autograd_core.capturing.program.order import address, arranged, in_memory
from autograd_core.capturing.replay.blocks import Blocks
from autograd_core.capturing.replay.effects import failure
from autograd_core.capturing.replay.lowering.choosing import chooses, chosen
from autograd_core.capturing.replay.lowering.elementwise import into, operand

BLOCK = 2**17  # bytes; some of these, and what else is going on, fit into a cache of the second level
LONG = 2 * BLOCK
WHOLE = (np.add.reduce, np.maximum.reduce, np.minimum.reduce)  # of all elements: of those of each block, and of the results


class Run(NamedTuple):
    """Calls that are made block by block.

    axes     of their shape, as they follow each other in memory
    inner    {value that is only needed in between: the number of its buffer}
    buffers  those of a block's length, for each thread
    length   of a block
    tested   the values of sources whose tests are made here
    """

    calls: list
    axes: tuple
    inner: dict
    buffers: list
    length: int
    tested: frozenset


# Which calls belong together


def is_long(call, program):
    """Whether a call is by elements of long arrays of one shape, and numbers."""
    out = call.out
    if out.size < 2**14 or not (call.is_elementwise or cuts_off(call) or (call.function is np.where and chooses(call, program))):
        return False
    if any(np.ndim(arg) for arg in call.args if type(arg) is not Value):
        return False
    arrays = [value for value in (out, *call.operands) if value.shape]
    return all(v.dtype.kind in "biufc" and v.shape == out.shape for v in arrays) and out.size * max(4, itemsize(arrays)) > LONG


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
        and (call.function is not np.add.reduce or call.note == BY_BLOCKS)
    )  # fmt: skip


def gathered(program):
    """The program with long calls by elements after one another, with only numbers in between that they don't need."""
    calls, at = program.calls, len(program.steady)
    if not any(is_long(call, program) for call in calls[at:]):
        return program
    order = [*calls[:at]]
    while at < len(calls):
        first = calls[at]
        at += 1
        if not is_long(first, program):
            order.append(first)
            continue
        before, group, after = [], [first], []  # numbers that are there before, long calls, numbers that follow from these
        made, late = {first.out}, set()
        while at < len(calls):
            call = calls[at]
            free = late.isdisjoint(call.operands)
            if free and is_long(call, program) and call.out.shape == first.out.shape:
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


def run_from(plan, start, guards):
    """The Run that begins at this position, as the plan is so far; None if there is none. `guards` are {value: its tests}."""
    calls, made, sums, axes, all_calls = [], set(), set(), None, plan.program.calls
    tests = writes = outside = False  # whether there are tests, writes, and operands that are other arrays at each replay
    for i in range(start, len(all_calls)):
        call = all_calls[i]
        if calls and (call.out.shape or calls[0].out.shape) != calls[0].out.shape:
            break
        if is_whole(call, made):
            calls.append(call)
            sums.add(call.out)
            continue
        if not is_long(call, plan.program) or not sums.isdisjoint(call.operands):
            break
        read = [value for value in call.operands if value.shape and value not in made]
        kept = [plan.written.get(call.out, call.out)] if call.out in plan.written or call.out in plan.arrays else []
        kept += [call.out] * (call.out in plan.fresh and not kept)
        orders = {order_in_memory(plan, value) for value in (*read, *kept)} | ({axes} if axes else set())
        tests, writes = tests or call.out in guards, writes or call.out in plan.written
        outside = outside or any(value not in plan.arrays for value in read)
        if len(orders) != 1 or None in orders or (writes and (tests or outside)):
            break
        (axes,) = orders
        calls.append(call)
        made.add(call.out)
    while calls and not independent(calls, plan):
        calls.pop()
    if len(calls) < 2 and not (calls and plan.threads > 1):
        return None
    return run_of(calls, axes, start, plan, frozenset() if writes else tested(calls, plan, guards))


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


def tested(calls, plan, guards):
    """The values of sources that have tests, and are read here before anything is written."""
    if any(value in plan.arrays for value in plan.written):
        return frozenset()
    read = {value for call in calls for value in call.operands if value.shape and value.source is not None}
    return frozenset(value for value in read & guards.keys() if value not in plan.tested)


def run_of(calls, axes, start, plan, tested):
    """The Run of these calls; what is written gets its place in the plan, what is needed in between a buffer."""
    size = calls[0].out.size * itemsize([value for call in calls for value in (call.out, *call.operands) if value.shape])
    nbytes = min(BLOCK, max(BLOCK // 2, size // 16))  # it depends on nothing else, so that sums by blocks are the same anywhere
    length = nbytes * calls[0].out.size // size
    inner, free, kinds, last = {}, {}, [], start + len(calls) - 1
    long = in_memory(calls[0].out.shape, by_axes(calls[0].out.shape, axes))
    viewed = {plan.program.roots.get(value) for call in calls for value in call.operands}  # one block may read what another wrote
    for i, call in enumerate(calls, start):
        value = call.out
        done = [each for each in dict.fromkeys(call.operands) if each in inner and plan.live.until[each] <= i]
        over = call.operands if call.is_elementwise else ()  # np.where reads an operand again after it has begun to write
        if call.is_elementwise:
            take_back(done, inner, free)
        if value in plan.written:
            plan.arrays[value] = plan.arrays[plan.written[value]]
        elif not value.shape or value in plan.arrays or value in plan.fresh:
            pass
        elif plan.live.until[value] > last or plan.to_write_over(value, over, i, long) not in {None, *viewed}:
            plan.into_buffer(value, [v for v in over if v not in viewed], i, long)
        elif free.get(value.dtype):
            inner[value] = free[value.dtype].pop()
        else:
            inner[value] = len(kinds)
            kinds.append(value.dtype)
        if not call.is_elementwise:
            take_back(done, inner, free)
    threads = max(1, min(plan.threads, calls[0].out.size // length // 2))  # each has some blocks at least
    buffers = [tuple([plan.pool.get((length,), dtype) for dtype in kinds]) for _ in range(threads)]
    for buffer in (buffer for each in buffers for buffer in each):
        plan.pool.put(buffer)
    plan.tested |= tested
    return Run(calls, axes, inner, buffers, length, tested)


def take_back(values, inner, free):
    """The buffers of these are free now."""
    for value in values:
        free.setdefault(value.dtype, []).append(inner[value])


def by_axes(shape, axes):
    """The strides of an array of bytes whose axes follow each other like this."""
    return arranged(np.empty(int(np.prod(shape)), np.bool_), shape, [axis for axis in axes if shape[axis] > 1]).strides


# How they are written


def write_run(w, run, tests):
    """Write the function for one block, and the line that calls it for all."""
    number, size = len(w.blocks) + 1, run.calls[0].out.size
    names, whole, others, before = {}, {}, {}, []  # {value: its name there}; {name: the array}; {name: the expression}; lines
    for call in run.calls:
        for value in (*call.operands, call.out):
            if value in names or (value is call.out and not value.shape):
                continue
            if value in run.inner:
                names[value] = f"i{run.inner[value]}"
            elif value.shape and value in w.plan.arrays:
                array = w.plan.arrays[value]
                known = next((name for name, other in whole.items() if other is array), None)
                names[value] = known or f"p{len(whole)}"
                whole[names[value]] = array
            else:
                if value is call.out:
                    make_fresh(w, value, run.axes)
                names[value] = f"d{len(others)}"
                others[names[value]] = flat_text(w.text(value), value, run.axes) if value.shape else w.text(value)
                if value.shape:
                    before.append(f"{names[value]} = {names[value]}[s]")
    flats = [flat(array, run.axes) for array in whole.values()]
    cuts = [slice(at, min(at + run.length, size)) for at in range(0, size, run.length)]
    rows = [(k, cut, *[array[cut] for array in flats]) for k, cut in enumerate(cuts)]
    outside, w.names, lines, w.lines = w.names, {**w.names, **names}, w.lines, []
    w.errors, w.indent, sums, has_tests, told = (), "    ", {}, False, set()
    for text in before:
        w.line(text)
    for call in run.calls:
        for value in (value for value in call.operands if value in run.tested and value not in told):
            told.add(value)
            has_tests = write_block_tests(w, value, tests) or has_tests
        w.errors = call.errors
        if call.out.shape:
            by_elements = call.function is not np.where
            w.line(into(w, call, [operand(w, call, x) for x in call.args], w.out(call)) if by_elements else chosen(w, call), call)
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
