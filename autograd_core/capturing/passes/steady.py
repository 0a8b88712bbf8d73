"""A pass that finds what comes out the same each time: whatever is computed of data that nobody changes."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import astype, packed, with_zeros
from autograd_core.capturing.program.program import Call

SMALL = 4096  # bytes: up to there a comparison with a copy takes less than any call


def steady(program):
    """What is computed of small arrays that the step closes over and does not change, such as tests of targets, goes first.

    A replay compares their bytes with those of the last time, and makes these calls only where they are others.
    """
    written = {effect.target.value for effect in program.effects if effect.kind == "write"}
    data = {source.value for source in program.sources if source.value not in written and _is_data(source)}
    uses, wanted = program.uses(), {effect.value for effect in program.effects} | set(program.returned)
    found, same = {}, set(data)
    for call in program.calls:
        operands = [value for value in call.operands if not value.is_constant]
        if not operands or not same.issuperset(operands) or functions.is_draw(call) or call.function is np.empty_like:
            continue
        if functions.is_view(call):  # of the data, these are there already; of anything else they are made anew
            if call.args[0] not in data or not np.may_share_memory(call.out.sample, call.args[0].sample):
                continue
            data.add(call.out)
        found[call.out] = call
        same.add(call.out)
    before = None
    while before != len(found):
        before = len(found)
        for value, call in list(found.items()):
            others = [use for use in uses.get(value, ()) if use.out not in found]
            if value not in data and (
                value in wanted or (others and not lasts(call)) or any(use.function is packed for use in others)
            ):
                del found[value]  # only what is in a buffer of its own is still there the next time
            elif any(type(operand.origin) is Call and operand not in found for operand in call.operands):
                del found[value]
    if all(functions.is_view(call) for call in found.values()):
        return program
    calls = [*found.values(), *(call for call in program.calls if call.out not in found)]
    note = f"{len(found)} calls are made again only where what they are made of was changed"
    return program.replaced(calls=calls, steady=frozenset(found), notes=[*program.notes, note])


def lasts(call):
    """Whether the result is in a buffer."""
    return functions.takes_out(call) or (call.function in (with_zeros, astype) and call.out.ndim > 0)


def _is_data(source):
    array = source.value.sample
    kept = source.kind == "array" or (source.kind == "tensor" and source.holder._node is None)
    return (
        kept and not source.moves and type(array) is np.ndarray and array.dtype.kind in "biufc"
        and 0 < array.nbytes <= SMALL and array.flags.c_contiguous
    )  # fmt: skip
