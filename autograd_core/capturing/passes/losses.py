"""Passes that know a function and its loss, and take them together."""

import numpy as np

from autograd_core.capturing.program.program import Call, Guard, Value

WITHIN = 26.0  # logits: then p (1 - p) > 5e-12, and no probability is so near 0 or 1 that the loss treats it in another way


def sigmoid_with_its_loss(program):
    """Binary cross-entropy of a sigmoid: (p - t) / max(p (1 - p), 1e-12) · p (1 - p) is p - t.

    Holds while all logits are in ±26, which is looked at; then exp(min(x, 80)) is exp x, and what is asked of the
    probabilities is true. Gradients may differ in the last digits.
    """
    for call in program.calls:
        found = _sigmoid(call)
        if found is not None and call.out.dtype.char == "d" and np.all(np.abs(found[0].sample) <= WITHIN):
            program = _joined(program, call, *found)
    return program


def _by(value, function):
    """The call that made a value, if it is one of this function without keywords."""
    origin = value.origin if type(value) is Value else None
    return origin if type(origin) is Call and origin.function is function and not origin.kwargs else None


def _number(x, number):
    return type(x) is not Value and np.ndim(x) == 0 and x == number


def _sigmoid(call):
    """(x, the call of the minimum) where the call is e / (1 + e), with e = exp(min(x, 80))."""
    if call.function is not np.divide or call.kwargs or not call.out.shape:
        return None
    total, e = _by(call.args[1], np.add), _by(call.args[0], np.exp)
    if total is None or e is None or not _number(total.args[0], 1) or total.args[1] is not e.out:
        return None
    cut = _by(e.args[0], np.minimum)
    return (cut.args[0], cut) if cut is not None and _number(cut.args[1], 80) else None


def _joined(program, sigmoid, x, cut):
    p, names, uses = sigmoid.out, {}, program.uses()
    rests = [call for call in uses.get(p, ()) if call.function is np.subtract and _number(call.args[0], 1)]
    slopes = [c for rest in rests for c in uses.get(rest.out, ()) if c.function is np.multiply and set(c.args) == {p, rest.out}]
    candidates = [(final, slope) for slope in slopes for final in uses.get(slope.out, ()) if final.function is np.multiply]
    found = [(final, *match) for final, slope in candidates if (match := _gradient(final, slope.out, p)) is not None]
    if not found:
        return program
    calls = list(program.calls)
    for final, difference, factor in found:
        if factor is None:
            names[final.out] = difference
        else:
            call = Call(np.multiply, (difference, factor), {}, final.out.sample, final.line, "sigmoid with its loss")
            calls[calls.index(final)] = call
            names[final.out] = call.out
    names[cut.out] = x
    implied = set(_asked_of(p, uses))
    guards = [guard for guard in program.guards if guard.value not in implied]
    guards.append(Guard(x, kind="within", expected=WITHIN, line=sigmoid.line))
    note = "sigmoid and its cross-entropy taken together, while all logits are in ±26"
    return program.replaced(calls=calls, guards=guards, notes=[*program.notes, note]).renamed(names)


def _gradient(final, slope, p):
    """(p - t, factor) where the call is ((p - t) / max(slope, 1e-12) · factor) · slope."""
    (other,) = [arg for arg in final.args if arg is not slope] or [None]
    factor = None
    quotient = _by(other, np.divide)
    if quotient is None:
        product = _by(other, np.multiply)
        if product is None:
            return None
        for i in (0, 1):
            if (quotient := _by(product.args[i], np.divide)) is not None:
                factor = product.args[1 - i]
                break
        else:
            return None
    difference, floor = _by(quotient.args[0], np.subtract), _by(quotient.args[1], np.maximum)
    if difference is None or floor is None or difference.args[0] is not p:
        return None
    if floor.args[0] is not slope or not _number(floor.args[1], 1e-12):
        return None
    return difference.out, factor


def _asked_of(p, uses):
    """The comparisons of the least and the greatest probability with numbers."""
    for call in uses.get(p, ()):
        if call.function in (np.minimum.reduce, np.maximum.reduce) and call.kwargs.get("axis", 0) is None:
            for test in uses.get(call.out, ()):
                if test.function in (np.greater, np.greater_equal, np.less, np.less_equal):
                    yield test.out


def unit_interval(program):
    """The two tests that 0 ≤ x and that x ≤ 1 everywhere are one: x (x - 1) ≤ 0, of which a loss needs x - 1 anyway.

    The sign of a product is right whatever is rounded, and a NaN fails both.
    """
    least = {id(x): (guard, x) for guard, x in _bounds(program, np.greater_equal, np.minimum.reduce, 0)}
    calls, guards = list(program.calls), list(program.guards)
    for above, x in _bounds(program, np.less_equal, np.maximum.reduce, 1):
        if id(x) not in least:
            continue
        like = above.value.origin
        found = [Call(np.subtract, (x, 1), {}, x.sample - 1, like.line)]
        found.append(Call(np.multiply, (x, found[0].out), {}, x.sample * found[0].out.sample, like.line, "0 ≤ x ≤ 1"))
        found.append(Call(np.maximum.reduce, (found[1].out,), {"axis": None}, found[1].out.sample.max(), like.line))
        found.append(Call(np.less_equal, (found[2].out, 0), {}, like.out.sample, like.line))
        at = calls.index(x.origin) + 1 if type(x.origin) is Call else 0
        calls[at:at] = found
        guards[guards.index(above)] = Guard(found[3].out, line=above.line)
        guards.remove(least[id(x)][0])
    return program.replaced(calls=calls, guards=guards)


def _bounds(program, compare, reduce, number):
    """(guard, x) for each guard that the least or greatest element of x is not beyond the number."""
    for guard in program.guards:
        test = _by(guard.value, compare)
        if guard.kind == "truth" and guard.expected and test is not None and _number(test.args[1], number):
            extreme = getattr(test.args[0], "origin", None)
            if type(extreme) is Call and extreme.function == reduce and extreme.kwargs == {"axis": None}:
                (x, *others) = extreme.args
                if not others and type(x) is Value and x.dtype.kind == "f" and x.size:
                    yield guard, x
