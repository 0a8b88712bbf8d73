"""What passes that put other calls in the place of one have in common."""

from autograd_core.capturing.program.program import Call


def replaced_calls(program, change):
    """The program with the calls that `change(call)` returns (a list that ends in one that makes the result) in its place."""
    calls, names = [], {}
    for call in program.calls:
        found = change(call)
        if found is None:
            calls.append(call)
        else:
            calls += found
            names[call.out] = found[-1].out
    return program.replaced(calls=calls).renamed(names)


def made(function, args, like, kwargs=None, sample=None, note=""):
    """A new call whose result is as that of `like`."""
    return Call(function, args, kwargs or {}, like.out.sample if sample is None else sample, like.line, note)
