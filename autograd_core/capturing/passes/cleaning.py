"""Passes that change no number: what does nothing goes, what is made twice is made once, what nobody needs is not made."""

import numpy as np

from autograd_core.capturing.program.forms import astype
from autograd_core.capturing.program.order import same_order
from autograd_core.capturing.program.program import Value, signature_of

AS_THEY_WERE = {np.copy, np.positive, astype, np.ravel, np.reshape, np.squeeze, np.broadcast_to}  # the elements of the operand
SPARED = {*AS_THEY_WERE, np.multiply, np.divide, np.transpose}


def direct(program):
    """Copies, products by one, transposes of transposes and the like: their operand is taken in their place.

    (A value of a program never changes, so that a copy of one is the same as the value.)
    """
    names, wanted = {}, set(program.wanted())
    for call in program.calls:
        operand = _operand_instead(program, call, names)
        if type(operand) is not Value or (operand.shape, operand.dtype) != (call.out.shape, call.out.dtype):
            continue
        if call.out not in wanted or program.root(operand).source is None:  # into which the step may write
            names[call.out] = operand
    return program.renamed(names)


def _operand_instead(program, call, names):
    function = call.function
    if function not in SPARED:
        return None
    args = [names.get(x, x) if type(x) is Value else x for x in call.args]
    if function is np.copy and np.shape(args[0]) and not same_order(call.out.sample, args[0].sample):
        return None  # made for the sake of another order in memory: what comes next would be slow without
    if function in AS_THEY_WERE:
        return args[0]
    if function is np.multiply:
        return args[0] if is_number(args[1], 1) else args[1] if is_number(args[0], 1) else None
    if function is np.divide:
        return args[0] if is_number(args[1], 1) else None
    inner = program.made_by(args[0], np.transpose)
    if inner is not None and not call.kwargs and all(len(c.args) == 1 or c.args[1] is None for c in (call, inner)):
        return names.get(inner.args[0], inner.args[0])
    return None


def is_number(x, number):
    """Whether an argument is this number, and the same at each replay."""
    return isinstance(x, (int, float, np.generic)) and x == number


def shared(program):
    """The same call of the same values, made twice, is made once."""
    names, known, heard = {}, {}, {}
    for call in program.calls:
        if call.is_draw:
            continue
        alike = known.setdefault((call.function, *[names.get(value, value) for value in call.operands]), {})
        if not alike:  # most calls; then there is no need to know more of it
            alike[None] = call
            continue
        if None in alike:
            first = alike.pop(None)
            alike[signature_of((first.args, first.kwargs), names)] = first
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
    for call in reversed(program.calls):
        if call.out in needed or call.is_draw:
            kept.append(call)
            needed.update(call.operands)
    return program if len(kept) == len(program.calls) else program.replaced(calls=tuple(kept[::-1]))
