"""Long flat arrays in blocks: a run of calls by elements is made for one block after the other, which stays in the cache.

What is only needed in between takes a buffer of a block's length, not of the whole.
"""

from typing import NamedTuple

import numpy as np

from autograd_core.capturing.program.order import address
from autograd_core.capturing.replay.lowering.elementwise import into, operand

BLOCK = 2**17  # bytes; some of these, and what else is going on, fit into a cache of the second level


class Run(NamedTuple):
    """Calls that are made block by block; `inner` is {value that is only needed in between: its buffer}."""

    calls: list
    inner: dict
    length: int


def run_from(plan, start, guarded):
    """The Run that begins at this position, as the plan is so far; None if there is none."""
    calls, inner = [], set()
    for i in range(start, len(plan.program.calls)):
        call = plan.program.calls[i]
        first = calls[0] if calls else call
        if not is_long(call, plan) or call.out in guarded or (call.out.shape, call.errors) != (first.out.shape, first.errors):
            break
        if any(v.shape and v not in inner and (v.shape != call.out.shape or v not in plan.arrays) for v in call.operands):
            break
        calls.append(call)
        inner.add(call.out)
    while calls and not (ends(calls, start + len(calls) - 1, plan) and independent(calls, plan)):
        calls.pop()
    return run_of(calls, start, plan) if len(calls) > 1 else None


def is_long(call, plan):
    value = call.out
    return (
        value.ndim == 1 and value.size * value.dtype.itemsize > 2 * BLOCK and call.is_elementwise
        and value not in plan.arrays and value not in plan.fresh
    )  # fmt: skip


def ends(calls, last, plan):
    """Whether nothing that is made in between is needed after the last of these calls."""
    return all(call.out in plan.written or plan.live.last[call.out] <= last for call in calls)


def independent(calls, plan):
    """Whether no block is written that another one still reads, shifted or reversed."""
    read = [plan.arrays[value] for call in calls for value in call.operands if value.shape and value in plan.arrays]
    written = [plan.arrays[plan.written[call.out]] for call in calls if call.out in plan.written]
    return all(in_step(a, b) or not np.may_share_memory(a, b) for a in written for b in read)


def in_step(a, b):
    """Whether two arrays of one length have their elements in the same places."""
    return address(a) == address(b) and a.strides == b.strides


def run_of(calls, start, plan):
    """The Run of these calls; what is written gets its place in the plan, what is needed in between a buffer."""
    length = BLOCK // max(call.out.dtype.itemsize for call in calls)
    inner, free, buffers = {}, {}, []
    for i, call in enumerate(calls, start):
        value = call.out
        for each in dict.fromkeys(call.operands):
            if each in inner and plan.live.last[each] <= i:
                free.setdefault(each.dtype, []).append(inner[each])
        if value in plan.written:
            plan.arrays[value] = plan.arrays[plan.written[value]]
        elif free.get(value.dtype):
            inner[value] = free[value.dtype].pop()
        else:
            inner[value] = plan.pool.get((length,), value.dtype)
            buffers.append(inner[value])
    for buffer in buffers:
        plan.pool.put(buffer)
    return Run(calls, inner, length)


def write_run(w, run):
    """Write the loop over the blocks."""
    size = run.calls[0].out.size
    names, arrays = {}, {}  # {value: its name in the loop}; {name in the loop: the array}
    for call in run.calls:
        for value in (*call.operands, call.out):
            array = run.inner.get(value)
            if array is None and value.shape:
                array = w.plan.arrays[value]
            if array is not None:
                names[value] = f"{w.once('b', array)}_part"
                arrays[names[value]] = array
    inner = {id(buffer) for buffer in run.inner.values()}
    parts = [
        tuple([a[: min(run.length, size - at)] if id(a) in inner else a[at : at + run.length] for a in arrays.values()])
        for at in range(0, size, run.length)
    ]
    if any(call.out in w.plan.written for call in run.calls):
        w.writes()
    w.errors = run.calls[0].errors
    w.line(f"for {', '.join(arrays)} in {w.name('p', parts)}:")
    outside, w.names, w.indent = w.names, {**w.names, **names}, "    "
    for call in run.calls:
        w.line(into(w, call, [operand(w, call, x) for x in call.args], w.out(call)), call)
    w.names, w.indent = outside, ""
