"""A pass that knows a function and its loss, and takes them together."""

import math

import numpy as np

from autograd_core.capturing.passes.cleaning import is_number
from autograd_core.capturing.program.calls import Value, made
from autograd_core.capturing.program.program import Guard

WITHIN = 26.0  # logits: then p (1 - p) > 5e-12, and no probability is so near 0 or 1 that the loss treats it in another way
LEAST = 0.9 / (2 + 2 * math.cosh(WITHIN))  # of p (1 - p), rounded, within
COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal)


def sigmoid_with_its_loss(program):
    """Binary cross-entropy of a sigmoid: (p - t) / max(p (1 - p), ε) · p (1 - p) is p - t.

    And Σ ((t - 1) ln(1 - p) - t ln p) is two dot products. Holds while all logits are in ±26, which is looked at; then
    exp(min(x, c)) is exp x for the c of the sigmoid, the maximum is not ε, and what is asked of the probabilities is true.
    The last digits may differ.
    """
    for call in program.calls:
        x, cut = _operand_of_sigmoid(program, call)
        if x is not None and call.out.dtype.char == "d" and np.all(np.abs(x.sample) <= WITHIN):
            program = _joined(program, call, x, cut)
    return program


def _operand_of_sigmoid(program, call):
    """(x, the value min(x, c) or None) if `call` is e / (1 + e), with e = exp x or exp(min(x, c)); else (None, None)."""
    if call.function is not np.divide or call.kwargs or not call.out.shape:
        return None, None
    e = program.made_by(call.args[0], np.exp)
    if e is None or not _is_one_more(program, call.args[1], e.out):
        return None, None
    cut = program.made_by(e.args[0], np.minimum)
    if cut is not None and isinstance(cut.args[1], (int, float, np.generic)) and cut.args[1] >= WITHIN:
        return cut.args[0], cut.out
    return e.args[0], None


def _is_one_more(program, value, e):
    """Whether a value is 1 + e."""
    total = program.made_by(value, np.add)
    return total is not None and is_number(total.args[0], 1) and total.args[1] is e


def _users(program, value, function):
    """The calls of a function that take a value."""
    return [call for call in program.uses.get(value, ()) if call.function is function and not call.kwargs]


def _slopes(program, p, x, total):
    """(values that are p (1 - p), values that are the slope of the sigmoid: these, p / (1 + eˣ), and e / (1 + e)² for
    e = exp(-|x|))."""
    rests = [call.out for call in _users(program, p, np.subtract) if is_number(call.args[0], 1)]
    products = [call.out for rest in rests for call in _users(program, rest, np.multiply) if set(call.args) == {p, rest}]
    minus = [call for size in _users(program, x, np.absolute) for call in _users(program, size.out, np.negative)]
    quotients = [call.out for call in _users(program, p, np.divide) if call.args[1] is total]
    for e in [call.out for sign in minus for call in _users(program, sign.out, np.exp)]:
        for quotient in _users(program, e, np.divide):
            square = program.made_by(quotient.args[1], np.multiply)
            if square is not None and square.args[0] is square.args[1] and _is_one_more(program, square.args[0], e):
                quotients.append(quotient.out)
    return products, [*products, *quotients]


def _joined(program, sigmoid, x, cut):
    p, names, uses = sigmoid.out, {} if cut is None else {cut: x}, program.uses
    products, slopes = _slopes(program, p, x, sigmoid.args[1])
    candidates = [(last, slope) for slope in slopes for last in _users(program, slope, np.multiply)]
    parts = [(last, _gradient(program, last, slope, p, products)) for last, slope in candidates]
    gradients = [(last, *each) for last, each in parts if each is not None]
    if not gradients:
        return program
    calls = list(program.calls)
    for last, difference, factor in gradients:
        if factor is None:
            names[last.out] = difference
        else:
            product = made(np.multiply, (difference, factor), last, note="sigmoid with its loss")
            calls[calls.index(last)] = product.replaced(out=last.out)
    targets = {program.origins[difference].args[1] for _, difference, _ in gradients}
    calls = [each for call in calls for each in (_as_dots(program, call, p, targets) or [call])]
    implied = {
        test.out for call in uses.get(p, ()) if call.function in (np.minimum.reduce, np.maximum.reduce)
        if call.kwargs.get("axis", 0) is None for test in uses.get(call.out, ()) if test.function in COMPARISONS
    }  # fmt: skip
    guards = [g for g in program.guards if g.value not in implied and not (g.value is x and g.kind == "within")]
    guards.append(Guard(x, kind="within", expected=WITHIN))
    note = "sigmoid and its cross-entropy taken together, while all logits are in ±26"
    return program.replaced(calls=tuple(calls), guards=tuple(guards), notes=(*program.notes, note)).renamed(names)


def _as_dots(program, call, p, targets):
    """The calls for Σ ((t - 1) ln(1 - p) - t ln p), of which no term is negative, as two dot products; None of any other."""
    whole = call.function == np.add.reduce and call.kwargs in ({}, {"axis": None}) and not call.out.shape
    both = program.made_by(call.args[0], np.subtract) if whole else None
    parts = [program.made_by(term, np.multiply) for term in both.args] if both is not None else [None]
    if None in parts or not all(type(x) is Value and x.shape == p.shape for part in parts for x in part.args):
        return None
    (less, of_rest), (t, of_p) = (part.args for part in parts)
    rest, log = program.made_by(of_rest, np.log1p), program.made_by(of_p, np.log)
    minus, minus_p = program.made_by(less, np.subtract), rest and program.made_by(rest.args[0], np.negative)
    if log is None or minus is None or minus_p is None or t not in targets:
        return None
    if log.args[0] is not p or minus_p.args[0] is not p or minus.args[0] is not t:
        return None
    if type(minus.args[1]) is Value or np.ndim(minus.args[1]) or minus.args[1] != 1:
        return None
    dots = [made(np.vdot, part.args, call, note="sigmoid with its loss") for part in parts]
    return [*dots, made(np.subtract, (dots[0].out, dots[1].out), call).replaced(out=call.out)]


def _gradient(program, last, slope, p, products):
    """(p - t, factor or None) if the call is ((p - t) / max(p (1 - p), ε) · factor) · slope; else None."""
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
    small = isinstance(floor.args[1], (int, float, np.generic)) and floor.args[1] <= LEAST
    return (difference.out, factor) if floor.args[0] in products and small else None
