"""Passes that change no number: what does nothing goes, what is made twice is made once, what nobody needs is not made."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.forms import astype
from autograd_core.capturing.program.order import in_memory
from autograd_core.capturing.program.program import Call, Source, Value, root, signature_of

AS_THEY_WERE = {np.copy, np.positive, astype, np.ravel, np.reshape, np.squeeze, np.broadcast_to}  # the elements of the operand
SPARED = {*AS_THEY_WERE, np.multiply, np.divide, np.transpose}


def direct(program):
    """Copies, products by one, transposes of transposes and the like: their operand is taken in their place.

    (A value of a program never changes, so that a copy of one is the same as the value.)
    """
    names, wanted = {}, set(program.wanted())
    for call in program.calls:
        found = _operand_instead(call, names)
        if type(found) is not Value or (found.shape, found.dtype) != (call.out.shape, call.out.dtype):
            continue
        if call.out not in wanted or type(root(found).origin) is not Source:  # into which the step may write
            names[call.out] = found
    return program.renamed(names)


def _operand_instead(call, names):
    function = call.function
    if function not in SPARED:
        return None
    args = [names.get(x, x) if type(x) is Value else x for x in call.args]
    if function is np.copy and np.shape(args[0]) and in_memory(call.out.sample) != in_memory(args[0].sample):
        return None  # made for the sake of another order in memory: what comes next would be slow without
    if function in AS_THEY_WERE:
        return args[0]
    if function is np.multiply:
        return args[0] if _is_number(args[1], 1) else args[1] if _is_number(args[0], 1) else None
    if function is np.divide:
        return args[0] if _is_number(args[1], 1) else None
    if function is np.transpose and (len(args) == 1 or args[1] is None) and not call.kwargs and type(args[0]) is Value:
        inner = args[0].origin
        if type(inner) is Call and inner.function is np.transpose and (len(inner.args) == 1 or inner.args[1] is None):
            return inner.args[0]
    return None


def _is_number(x, number):
    return type(x) is not Value and np.ndim(x) == 0 and isinstance(x, (int, float, np.generic)) and x == number


def shared(program):
    """The same call of the same values, made twice, is made once."""
    names, known = {}, {}
    for call in program.calls:
        if functions.is_draw(call):
            continue
        alike = known.setdefault((call.function, *[names.get(value, value) for value in call.operands]), {})
        if not alike:  # most calls; then there is no need to know more of it
            alike[None] = call
            continue
        if None in alike:
            first = alike.pop(None)
            alike[signature_of((first.args, first.kwargs), names)] = first
        first = alike.setdefault(signature_of((call.args, call.kwargs), names), call)
        if first is not call:
            names[call.out] = first.out
    return program.renamed(names)


def unused(program):
    """Calls whose results nobody needs are left out."""
    needed, kept = set(program.wanted()), []
    for call in reversed(program.calls):
        if call.out in needed or functions.is_draw(call):
            kept.append(call)
            needed.update(call.operands)
    return program.replaced(calls=kept[::-1])
