"""Passes that change no number: what does nothing goes, what is made twice is made once, what nobody needs is not made, and what
would come out the same at each replay is kept."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Call, Value, signature_of
from autograd_core.capturing.program.forms import astype, packed, with_ones, with_zeros
from autograd_core.capturing.program.order import in_memory

AS_THEY_WERE = {np.copy, np.positive, astype, np.ravel, np.reshape, np.squeeze, np.broadcast_to}  # the elements of the operand
SPARED = {*AS_THEY_WERE, np.multiply, np.divide, np.transpose}


def direct(program):
    """Copies, products by one, transposes of transposes and the like: their operand is taken in their place.

    (A value of a program never changes, so that a copy of one is the same as the value.)
    """
    program = numbered(program)
    names, wanted = {}, set(program.wanted())
    for call in program.calls:
        operand = _operand_instead(program, call, names) if call.function in SPARED else None
        if type(operand) is not Value or (operand.shape, operand.dtype) != (call.out.shape, call.out.dtype):
            continue
        if call.out not in wanted or program.root(operand).source is None:  # into which the step may write
            names[call.out] = operand
    return program.renamed(names)


def numbered(program):
    """Arrays that hold one number only, such as the gradient that a sum sends, are this number in calls by elements."""
    changed = {}
    for i, call in enumerate(program.calls):
        if len(call.operands) == len(call.args) or not (call.is_elementwise or functions.is_choice(call)):
            continue
        if any(map(is_repeated, call.args)) and any(v.shape == call.out.shape for v in call.operands):
            changed[i] = call.replaced(tuple([x[(0,) * x.ndim] if is_repeated(x) else x for x in call.args]))
    if not changed:
        return program
    return program.replaced(calls=tuple([changed.get(i, call) for i, call in enumerate(program.calls)]))


def is_repeated(x):
    if type(x) is not np.ndarray or not x.size or not x.ndim or x.dtype.kind not in "fc":
        return False
    first = x[(0,) * x.ndim]
    return not any(x.strides) or bool(first != 0 and np.all(x == first))  # 0.0 and -0.0 are equal


def _operand_instead(program, call, names):
    function = call.function
    if function is np.multiply or function is np.divide:  # as most are; a value is no number
        by = 1 if is_number(call.args[1], 1) else 0 if function is np.multiply and is_number(call.args[0], 1) else None
        operand = None if by is None else call.args[1 - by]
        return names.get(operand, operand) if type(operand) is Value else None
    args = [names.get(x, x) if type(x) is Value else x for x in call.args]
    if function is np.copy and args[0].shape and len({in_memory(x.shape, x.sample.strides) for x in (call.out, args[0])}) > 1:
        return None  # made for the sake of another order in memory: what comes next would be slow without
    if (
        function is np.copy
        and not getattr(getattr(args[0].sample, "flags", None), "forc", True)
        and is_reshaped(program, call.out)
    ):
        return None  # or else each reshape makes a copy, which has no buffer
    if function in AS_THEY_WERE:
        return args[0]
    inner = program.made_by(args[0], np.transpose)
    if inner is not None and not call.kwargs and all(len(c.args) == 1 or c.args[1] is None for c in (call, inner)):
        return names.get(inner.args[0], inner.args[0])
    return None


def is_reshaped(program, value):
    return any(use.function in (np.reshape, np.ravel) for use in program.uses.get(value, ()))


def is_number(x, number):
    """Whether an argument is this number, and the same at each replay."""
    return type(x) is not Value and isinstance(x, (int, float, np.generic)) and x == number


def shared(program):
    """The same call of the same values, made twice, is made once."""
    names, known, heard = {}, {}, {}
    for call in program.calls:
        if call.is_draw:
            continue
        operands = [names.get(value, value) for value in call.operands] if names else call.operands
        alike = known.setdefault((call.function, *operands), call)
        if alike is call:  # as are most calls; then there is no need to know more of it
            continue
        if type(alike) is Call:
            alike = known[(call.function, *operands)] = {signature_of((alike.args, alike.kwargs), names): alike}
        first = alike.setdefault(signature_of((call.args, call.kwargs), names), call)
        if first is call:
            continue
        if first.errors != call.errors:  # it may warn if one of the two may
            if any(mode != "ignore" for _, mode in (*first.errors, *call.errors)):
                continue
            common = set(heard.get(first.out, first.errors)).intersection(call.errors)
            heard[first.out] = tuple(sorted(common))
        names[call.out] = first.out
    calls = [call.replaced(errors=heard[call.out]) if call.out in heard else call for call in program.calls]
    return program.replaced(calls=tuple(calls)).renamed(names) if heard else program.renamed(names)


def unused(program):
    """Calls whose results nobody needs are left out."""
    needed, kept = set(program.wanted()), []
    need, keep = needed.update, kept.append
    for call in reversed(program.calls):
        if call.out in needed or call.is_draw:
            keep(call)
            need(call.operands)
    return program if len(kept) == len(program.calls) else program.replaced(calls=tuple(kept[::-1]))


SMALL = 8192  # bytes: up to there a comparison with a copy takes less than any call


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
    return functions.takes_out(call) or (call.function in (with_zeros, with_ones, astype) and call.out.ndim > 0)


def _is_data(program, source):
    array = program.array(source.value)
    kept = source.kind == "array" or (source.kind == "tensor" and source.holder._node is None)
    return (
        kept and source.value not in program.moving and type(array) is np.ndarray and array.dtype.kind in "biufc"
        and 0 < array.nbytes <= SMALL and array.flags.c_contiguous
    )  # fmt: skip
