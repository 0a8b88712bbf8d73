"""Numbers: Python's own arithmetic where they are float64, the same operation in a tenth of the time."""

import operator

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import FLOAT64, Value, is_finite
from autograd_core.capturing.replay.lowering.table import NUMBER, lowering

EXPRESSIONS = {
    np.add: "{} + {}", np.subtract: "{} - {}", np.multiply: "{} * {}", np.divide: "{} / {}", np.negative: "-{}",
    np.positive: "{}", np.absolute: "abs({})", np.equal: "{} == {}", np.not_equal: "{} != {}", np.less: "{} < {}",
    np.less_equal: "{} <= {}", np.greater: "{} > {}", np.greater_equal: "{} >= {}",
    np.maximum: "{0} if {0} >= {1} or {0} != {0} else {1}", np.minimum: "{0} if {0} <= {1} or {0} != {0} else {1}",
}  # fmt: skip


NAMED = {*EXPRESSIONS, np.where, operator.pow, np.power}  # what may be an expression
CHOOSING = {np.where, np.maximum, np.minimum}  # whose result is one of the operands
FOR_TRUTHS = {*CHOOSING, np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}


def template(call):
    """The expression for a call on numbers, with {} in the places of these; or None."""
    function, args = functions.UFUNCS.get(call.function, call.function), call.args
    if function not in NAMED or call.kwargs:
        return None
    if call.out.dtype is FLOAT64 and call.operands is args and not [x for x in args if x.dtype is not FLOAT64 or x.shape]:
        plain = EXPRESSIONS.get(function)  # as of most
        if plain is not None:
            return plain
    for x in args:  # lists are looked at by those who take them
        if type(x) is Value:
            if x.shape or (x.dtype is None and isinstance(x.sample, (tuple, list))):
                return None
        elif type(x) not in PLAIN and np.shape(x) and not isinstance(x, (tuple, list)):
            return None
    if (function not in FOR_TRUTHS and is_of_truths(call)) or wraps_around(call):
        return None
    if function in POWERS:
        return power(*args)
    if function is np.where and len(args) == 3:
        return "{1} if {0} else {2}"
    return EXPRESSIONS.get(function)


POWERS = {operator.pow, np.power}
PLAIN = {bool, int, float, complex, np.float64}


def is_of_truths(call):
    """Whether it is arithmetic of truths, of which Python makes integers: for NumPy, True + True is True."""
    dtype = call.out.dtype
    return dtype is not None and dtype.kind in "bui" and any(dtype_of(x) == np.bool_ for x in call.args)


def wraps_around(call):
    """Whether NumPy makes an integer of 64 bits of Python's, which have no end."""
    dtype = call.out.dtype
    return dtype is not None and dtype.kind in "iu" and all(value.dtype is None for value in call.operands)


def dtype_of(x):
    return np.asarray(x.sample if type(x) is Value else x).dtype


def is_converted(call):
    """Whether the result is an operand in another dtype."""
    if call.function not in CHOOSING:
        return False
    return call.out.dtype is not None and any(dtype_of(x) != call.out.dtype for x in call.args[-2:])


def power(base, exponent):
    """Python would answer a complex number for a root of a negative one, so only what has none is left to it."""
    if type(exponent) is int and exponent == 2:
        return "{0} * {0}"
    if type(exponent) is int or (type(base) in (int, float) and base > 0):
        return "{} ** {}"
    return None


def is_endless(call, plan):
    """Whether Python raises an error, where NumPy answers inf or nan as it did while recording."""
    return call.may_raise and not call.kwargs and not is_finite(call.out.sample)


@lowering(NUMBER, when=lambda call, plan: template(call) is not None, buffer=None)
def number(w, call):
    names = w.names
    text = template(call).format(*[names.get(x) or w.text(x) if type(x) is Value else operand(w, x) for x in call.args])
    if is_converted(call):
        kind = float if w.in_floats and call.out.dtype == np.float64 else call.out.dtype.type
        text = f"{w.function(kind)}({text})"
    w.assign(call, text)


def operand(w, x):
    """A constant; whatever is not one word or number stands in parentheses, which take the compiler long."""
    text = w.text(x)
    return text if text.isalnum() or (type(x) is float and text[0] != "-") else f"({text})"


@lowering(NUMBER, when=is_endless, buffer=None)
def by_numpy(w, call):
    function = np.power if call.function is operator.pow else functions.UFUNCS.get(call.function, call.function)
    w.assign(call, w.expression(function, *call.args))
