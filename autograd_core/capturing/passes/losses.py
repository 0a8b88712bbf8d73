"""A pass that knows a function and its loss, and takes them together."""

import numpy as np

from autograd_core.capturing.passes.cleaning import is_number
from autograd_core.capturing.passes.writing import made
from autograd_core.capturing.program.program import Guard

WITHIN = 26.0  # logits: then p (1 - p) > 5e-12, and no probability is so near 0 or 1 that the loss treats it in another way
COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal)


def sigmoid_with_its_loss(program):
    """Binary cross-entropy of a sigmoid: (p - t) / max(p (1 - p), 1e-12) · p (1 - p) is p - t.

    Holds while all logits are in ±26, which is looked at; then exp(min(x, 80)) is exp x, and what is asked of the
    probabilities is true. Gradients may differ in the last digits.
    """
    for call in program.calls:
        cut = _cut_of_sigmoid(program, call)
        if cut is not None and call.out.dtype.char == "d" and np.all(np.abs(cut.args[0].sample) <= WITHIN):
            program = _joined(program, call, cut)
    return program


def _cut_of_sigmoid(program, call):
    """The call of min(x, 80) if `call` is e / (1 + e), with e = exp(min(x, 80)); else None."""
    if call.function is not np.divide or call.kwargs or not call.out.shape:
        return None
    total, e = program.made_by(call.args[1], np.add), program.made_by(call.args[0], np.exp)
    if total is None or e is None or not is_number(total.args[0], 1) or total.args[1] is not e.out:
        return None
    cut = program.made_by(e.args[0], np.minimum)
    return cut if cut is not None and is_number(cut.args[1], 80) else None


def _joined(program, sigmoid, cut):
    p, x, names, uses = sigmoid.out, cut.args[0], {cut.out: cut.args[0]}, program.uses
    rests = [call for call in uses.get(p, ()) if call.function is np.subtract and is_number(call.args[0], 1)]
    slopes = [c for rest in rests for c in uses.get(rest.out, ()) if c.function is np.multiply and set(c.args) == {p, rest.out}]
    candidates = [(last, slope) for slope in slopes for last in uses.get(slope.out, ()) if last.function is np.multiply]
    gradients = [(last, *parts) for last, slope in candidates if (parts := _gradient(program, last, slope.out, p)) is not None]
    if not gradients:
        return program
    calls = list(program.calls)
    for last, difference, factor in gradients:
        if factor is None:
            names[last.out] = difference
        else:
            product = made(np.multiply, (difference, factor), last, note="sigmoid with its loss")
            calls[calls.index(last)] = product.replaced(out=last.out)
    implied = {
        test.out for call in uses.get(p, ()) if call.function in (np.minimum.reduce, np.maximum.reduce)
        if call.kwargs.get("axis", 0) is None for test in uses.get(call.out, ()) if test.function in COMPARISONS
    }  # fmt: skip
    guards = [guard for guard in program.guards if guard.value not in implied]
    guards.append(Guard(x, kind="within", expected=WITHIN, line=sigmoid.line))
    note = "sigmoid and its cross-entropy taken together, while all logits are in ±26"
    return program.replaced(calls=tuple(calls), guards=tuple(guards), notes=(*program.notes, note)).renamed(names)


def _gradient(program, last, slope, p):
    """(p - t, factor or None) if the call is ((p - t) / max(slope, 1e-12) · factor) · slope; else None."""
    (other,) = [arg for arg in last.args if arg is not slope] or [None]
    quotient, factor = program.made_by(other, np.divide), None
    if quotient is None:
        product = program.made_by(other, np.multiply)
        for i in (0, 1) if product is not None else ():
            if quotient is None and (quotient := program.made_by(product.args[i], np.divide)) is not None:
                factor = product.args[1 - i]
    if quotient is None:
        return None
    difference, floor = program.made_by(quotient.args[0], np.subtract), program.made_by(quotient.args[1], np.maximum)
    if difference is None or floor is None or difference.args[0] is not p:
        return None
    return (difference.out, factor) if floor.args[0] is slope and is_number(floor.args[1], 1e-12) else None
