"""A pass over what comes out the same each time: whatever is computed from data that nobody changes."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import astype, packed, with_zeros

SMALL = 4096  # bytes: up to there a comparison with a copy takes less than any call


def steady(program):
    """What is computed of small arrays that the step closes over and does not change, such as tests of targets, goes first.

    A replay compares their bytes with those of the last time, and makes these calls only if they changed.
    """
    data = {source.value for source in program.sources if source not in program.written and _is_data(program, source)}
    uses, wanted = program.uses, {effect.value for effect in program.effects} | set(program.returned)
    chosen, same = {}, set(data)
    for call in program.calls:
        if not call.operands or not same.issuperset(call.operands) or call.is_draw or call.function is np.empty_like:
            continue
        if call.is_view:  # of the data, these are there already; of anything else they are made anew
            if call.args[0] not in data or not np.may_share_memory(call.out.sample, call.args[0].sample):
                continue
            data.add(call.out)
        chosen[call.out] = call
        same.add(call.out)
    before = None
    while before != len(chosen):
        before = len(chosen)
        for value, call in list(chosen.items()):
            others = [use for use in uses.get(value, ()) if use.out not in chosen]
            if value not in data and (
                value in wanted or (others and not lasts(call)) or any(use.function is packed for use in others)
            ):
                del chosen[value]  # only what is in a buffer of its own is still there the next time
            elif any(operand in program.origins and operand not in chosen for operand in call.operands):
                del chosen[value]
    if all(call.is_view for call in chosen.values()):
        return program
    calls = (*chosen.values(), *(call for call in program.calls if call.out not in chosen))
    note = f"{len(chosen)} calls are made again only if what they are made of was changed"
    return program.replaced(calls=calls, steady=frozenset(chosen), notes=(*program.notes, note))


def lasts(call):
    """Whether the result is in a buffer."""
    return functions.takes_out(call) or (call.function in (with_zeros, astype) and call.out.ndim > 0)


def _is_data(program, source):
    array = program.array(source.value)
    kept = source.kind == "array" or (source.kind == "tensor" and source.holder._node is None)
    return (
        kept and source.value not in program.moving and type(array) is np.ndarray and array.dtype.kind in "biufc"
        and 0 < array.nbytes <= SMALL and array.flags.c_contiguous
    )  # fmt: skip
