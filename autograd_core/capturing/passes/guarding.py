"""A pass that leaves out tests whose outcome others imply."""

import operator

import numpy as np

from autograd_core.capturing.program.forms import reshaped
from autograd_core.capturing.program.functions import UFUNCS
from autograd_core.capturing.program.program import Value

# An infinity or NaN of what these are given, in however many places, is also in the result; and the other way round
ALIKE = {
    np.negative, np.positive, np.conjugate, np.copy, np.transpose, np.matrix_transpose, np.swapaxes, np.reshape, reshaped,
}  # fmt: skip
PRODUCTS = {np.dot, np.matmul}
SPREAD = {*ALIKE, np.add, np.subtract, np.multiply, *PRODUCTS}


def implied(program):
    """What went into a value that is seen to be finite is finite, too: factors, terms, numerators, a layer's input and weights.
    Pullbacks of products of matrices ask that in a row of the product."""
    seen = {guard.value for guard in program.guards if guard.kind in ("finite", "within")}
    finite, known = set(seen), set()  # known without a look at it
    for call in reversed(program.calls):
        function = UFUNCS.get(call.function, call.function)
        if (function in SPREAD or function is np.divide) and not call.kwargs and call.out.size:
            operands = call.operands if function in SPREAD else call.operands[: type(call.args[0]) is Value]  # ∞ / ∞ is NaN
            if call.out in finite:
                finite.update(operands)
            # Not of products of matrices: their library may leave out what it multiplies by 0
            if (call.out in seen or call.out in known) and function not in PRODUCTS:
                known.update(operands)
    for call in program.calls:
        if call.function in ALIKE and call.operands and finite.issuperset(call.operands):
            finite.add(call.out)
    guards = tuple([
        guard for guard in dict.fromkeys(program.guards)
        if not (guard.kind == "finite" and (guard.value in known or _asked(program, guard.value) in finite))
    ])  # fmt: skip
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
