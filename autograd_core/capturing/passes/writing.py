"""What passes that put other calls in the place of one have in common."""

import operator

from autograd_core.capturing.program.program import Call


def replaced_calls(program, of, change):
    """The program with the calls that `change(call)` returns (a list that ends in one that makes the result) in the place of
    each call of these functions; None leaves it."""
    calls = []
    for call in program.calls:
        instead = change(call) if call.function in of else None
        if instead is None:
            calls.append(call)
        else:
            calls += [*instead[:-1], instead[-1].replaced(out=call.out)]
    same = len(calls) == len(program.calls) and all(map(operator.is_, calls, program.calls))
    return program if same else program.replaced(calls=tuple(calls))


def made(function, args, like, kwargs=None, sample=None, note=""):
    """A new call whose result is as that of `like`."""
    return Call(function, args, kwargs or {}, like.out.sample if sample is None else sample, like.line, note, like.errors)
