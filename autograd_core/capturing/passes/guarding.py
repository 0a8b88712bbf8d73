"""A pass that leaves out tests whose outcome others imply."""

import operator

import numpy as np

from autograd_core.capturing.program.forms import reshaped
from autograd_core.capturing.program.program import Value

# An infinity or NaN of what these are given, in however many places, is also in the result; and the other way round
ALIKE = {
    np.negative, np.positive, np.conjugate, np.copy, np.transpose, np.matrix_transpose, np.swapaxes, np.reshape, reshaped,
}  # fmt: skip
SPREAD = {*ALIKE, np.add, np.subtract, np.multiply, np.dot, np.matmul}


def implied(program):
    """Pullbacks of products of matrices look whether an operand is finite, in a row of the product. That is known of what
    went into a value that is looked at itself: a layer's input and weights, if its result is seen to be finite."""
    finite = {guard.value for guard in program.guards if guard.kind in ("finite", "within")}
    for call in reversed(program.calls):
        if call.out in finite and call.function in SPREAD and not call.kwargs and call.out.size:
            finite.update(call.operands)
    for call in program.calls:
        if call.function in ALIKE and call.operands and finite.issuperset(call.operands):
            finite.add(call.out)
    guards = tuple([guard for guard in program.guards if not (guard.kind == "finite" and _asked(program, guard.value) in finite)])
    return program if len(guards) == len(program.guards) else program.replaced(guards=guards)


def _asked(program, part):
    """The operand of a product of which this first row or column tells whether it is finite (`derivatives.matrices`), or None."""
    call = program.made_by(part, operator.getitem)
    product = call and program.made_by(call.args[0], np.dot, np.matmul, np.multiply)
    index = call and call.args[1]
    if product is None or type(index) is not tuple or index[0] is not Ellipsis or type(index[1]) is not int:
        return None
    operand = product.args[len(index) - 2]  # (..., 0) is of the first, (..., 0, :) of the second
    return operand if type(operand) is Value else None
