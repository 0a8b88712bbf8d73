"""Functions by elements."""

import math
import operator

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError, kind_or_raise
from autograd_core.capturing.native.operations import FLOATS, KINDS
from autograd_core.capturing.native.table.table import elementwise, entry, only_arguments
from autograd_core.capturing.program.calls import Value

OF_THE_LIBRARY = {
    np.exp: "exp", np.exp2: "exp2", np.expm1: "expm1", np.log: "log", np.log2: "log2", np.log10: "log10", np.log1p: "log1p",
    np.sin: "sin", np.cos: "cos", np.tan: "tan", np.arcsin: "asin", np.arccos: "acos", np.arctan: "atan", np.sinh: "sinh",
    np.cosh: "cosh", np.tanh: "tanh", np.arcsinh: "asinh", np.arccosh: "acosh", np.arctanh: "atanh", np.cbrt: "cbrt",
    np.arctan2: "atan2", np.hypot: "hypot", np.fmod: "fmod", np.sqrt: "sqrt", np.fabs: "fabs", np.floor: "floor",
    np.ceil: "ceil", np.trunc: "trunc", np.rint: "rint", np.copysign: "copysign",
}  # fmt: skip
WHOLE = (np.floor, np.ceil, np.trunc, np.rint)


def _of_the_library(ufunc, name):
    @elementwise(ufunc)
    def write(c, *operands):
        if operands[0].kind in FLOATS:
            return c.apply(name, *operands)
        if ufunc in WHOLE:
            return operands[0]
        if ufunc is np.fmod:
            return quotient(c, *operands)[1]
        raise NotLoweredError(f"operands of {KINDS[operands[0].kind].dtype}")


for _ufunc, _name in OF_THE_LIBRARY.items():
    _of_the_library(_ufunc, _name)


def logical(c, x):
    return c.cast(x, "b1")


@elementwise(np.add)
def add(c, x, y):
    return x | y if x.kind == "b1" else x + y


@elementwise(np.subtract)
def subtract(c, x, y):
    return x - y


@elementwise(np.multiply)
def multiply(c, x, y):
    return x & y if x.kind == "b1" else x * y


@elementwise(np.divide)
def divide(c, x, y):
    return x / y


@elementwise(np.negative)
def negative(c, x):
    return -x


@elementwise(np.positive, np.conjugate)
def positive(c, x):
    return x


@elementwise(np.absolute)
def absolute(c, x):
    return c.apply("fabs", x) if x.kind in FLOATS else x if x.kind == "b1" else c.select(x < 0, -x, x)


@elementwise(np.square)
def square(c, x):
    return x * x


@elementwise(np.reciprocal)
def reciprocal(c, x):
    if x.kind not in FLOATS:
        raise NotLoweredError("integers")
    return 1 / x


@elementwise(np.sign)
def sign(c, x):
    signs = c.select(x > 0, c.number(1, x.kind), c.select(x < 0, c.number(-1, x.kind), c.number(0, x.kind)))
    return c.select(x.differs(x), x, signs) if x.kind in FLOATS else signs


@elementwise(np.maximum)
def maximum(c, x, y):
    if x.kind == "b1":
        return x | y
    if c.is_number(y):
        return c.select(x < y, y, x)
    return c.select((x >= y) | x.differs(x), x, y)


@elementwise(np.minimum)
def minimum(c, x, y):
    if x.kind == "b1":
        return x & y
    if c.is_number(y):
        return c.select(x > y, y, x)
    return c.select((x <= y) | x.differs(x), x, y)


@elementwise(np.fmax)
def fmax(c, x, y):
    return c.select((x >= y) | y.differs(y), x, y) if x.kind in FLOATS else maximum(c, x, y)


@elementwise(np.fmin)
def fmin(c, x, y):
    return c.select((x <= y) | y.differs(y), x, y) if x.kind in FLOATS else minimum(c, x, y)


@elementwise(np.equal)
def equal(c, x, y):
    return x.equals(y)


@elementwise(np.not_equal)
def not_equal(c, x, y):
    return x ^ y if x.kind == "b1" else x.differs(y)


@elementwise(np.less)
def less(c, x, y):
    return ~x & y if x.kind == "b1" else x < y


@elementwise(np.less_equal)
def less_equal(c, x, y):
    return ~x | y if x.kind == "b1" else x <= y


@elementwise(np.greater)
def greater(c, x, y):
    return x & ~y if x.kind == "b1" else x > y


@elementwise(np.greater_equal)
def greater_equal(c, x, y):
    return x | ~y if x.kind == "b1" else x >= y


@elementwise(np.isfinite)
def isfinite(c, x):
    return c.finite(x)


@elementwise(np.isinf)
def isinf(c, x):
    return c.apply("fabs", x).equals(math.inf) if x.kind in FLOATS else ~c.finite(x)


@elementwise(np.isnan)
def isnan(c, x):
    return x.differs(x) if x.kind in FLOATS else ~c.finite(x)


@elementwise(np.signbit)
def signbit(c, x):
    return c.apply("copysign", c.number(1, x.kind), x) < 0


@elementwise(np.logical_and)
def logical_and(c, x, y):
    return logical(c, x) & logical(c, y)


@elementwise(np.logical_or)
def logical_or(c, x, y):
    return logical(c, x) | logical(c, y)


@elementwise(np.logical_xor)
def logical_xor(c, x, y):
    return logical(c, x) ^ logical(c, y)


@elementwise(np.logical_not)
def logical_not(c, x):
    return ~logical(c, x)


@elementwise(np.bitwise_and)
def bitwise_and(c, x, y):
    return x & y


@elementwise(np.bitwise_or)
def bitwise_or(c, x, y):
    return x | y


@elementwise(np.bitwise_xor)
def bitwise_xor(c, x, y):
    return x ^ y


@elementwise(np.invert)
def invert(c, x):
    return ~x


def quotient(c, x, y):
    """(quotient, remainder) of integers towards zero; both 0 for a divisor of 0, and the least number over -1 stays."""
    zero, least = y.equals(0), c.number(np.iinfo({"i8": np.int64, "i4": np.int32}[x.kind]).min, x.kind)
    turned = x.equals(least) & y.equals(-1)
    safe = c.select(zero | turned, c.number(1, x.kind), y)
    found, rest = c.apply("div", x, safe), c.apply("rem", x, safe)
    return c.select(zero, c.number(0, x.kind), found), c.select(zero, c.number(0, x.kind), rest)


def divmod_of_floats(c, x, y):
    """(floor_divide, remainder) as NumPy and Python have them."""
    mod = c.apply("fmod", x, y)
    div = (x - mod) / y
    odd = mod.differs(0) & ((y < 0) ^ (mod < 0))
    mod_of_rest = c.select(odd, mod + y, mod)
    div = c.select(odd, div - 1, div)
    mod_of_rest = c.select(mod.equals(0), c.apply("copysign", c.number(0, x.kind), y), mod_of_rest)
    floor = c.apply("floor", div)
    floor = c.select(div - floor > 0.5, floor + 1, floor)
    floor = c.select(div.equals(0), c.apply("copysign", c.number(0, x.kind), x / y), floor)
    by_zero = y.equals(0)
    return c.select(by_zero, x / y, floor), c.select(by_zero, mod, mod_of_rest)


@elementwise(np.floor_divide)
def floor_divide(c, x, y):
    if x.kind in FLOATS:
        return divmod_of_floats(c, x, y)[0]
    found, rest = quotient(c, x, y)
    return c.select(rest.differs(0) & ((rest < 0) ^ (y < 0)), found - 1, found)


@elementwise(np.remainder)
def remainder(c, x, y):
    if x.kind in FLOATS:
        return divmod_of_floats(c, x, y)[1]
    _, rest = quotient(c, x, y)
    return c.select(rest.differs(0) & ((rest < 0) ^ (y < 0)), rest + y, rest)


@elementwise(np.heaviside)
def heaviside(c, x, y):
    steps = c.select(x.equals(0), y, c.select(x < 0, c.number(0, x.kind), c.number(1, x.kind)))
    return c.select(x.differs(x), x, steps)


@elementwise(np.deg2rad, np.radians)
def radians(c, x):
    return x * (math.pi / 180) if x.kind == "f8" else x * np.float32(np.float32(math.pi) / np.float32(180))


@elementwise(np.rad2deg, np.degrees)
def degrees(c, x):
    return x * (180 / math.pi) if x.kind == "f8" else x * np.float32(np.float32(180) / np.float32(math.pi))


@elementwise(np.logaddexp)
def logaddexp(c, x, y):
    by = x - y
    greater = c.select(by > 0, x, y)
    away = c.apply("fabs", by)
    found = greater + c.apply("log1p", c.apply("exp", -away))
    found = c.select(by.differs(by), by, found)
    return c.select(x.equals(y), x + c.number(math.log(2) if x.kind == "f8" else np.float32(math.log(2)), x.kind), found)


@elementwise(np.logaddexp2)
def logaddexp2(c, x, y):
    by = x - y
    away = c.apply("fabs", by)
    raised = c.apply("log1p", c.apply("exp2", -away)) * c.number(1 / math.log(2), x.kind)
    found = c.select(by.differs(by), by, c.select(by > 0, x, y) + raised)
    return c.select(x.equals(y), x + 1, found)


@entry(np.sinc)
def sinc(b, call):
    """As NumPy writes it, with 1e-20 in the place of 0."""
    c, kind = b.code, kind_or_raise(call.out.dtype, "a result")
    x = b.array(call.args[0], kind)
    y = c.select(x.equals(0), c.number(1e-20, kind), x) * c.number(math.pi, kind)
    return c.apply("sin", y) / y


@entry(np.nan_to_num)
def nan_to_num(b, call):
    only_arguments(call, 1)
    c, kind = b.code, kind_or_raise(call.out.dtype, "a result")
    x = b.array(call.args[0], kind)
    if kind not in FLOATS:
        return x
    largest = float(np.finfo(call.out.dtype).max)
    x = c.select(x.differs(x), c.number(0, kind), x)
    x = c.select(x.equals(math.inf), c.number(largest, kind), x)
    return c.select(x.equals(-math.inf), c.number(-largest, kind), x)


@elementwise(np.ldexp)
def ldexp(c, x, n):
    if n.kind == "i8":  # what is beyond these makes 0 or an infinity of any number
        n = c.cast(c.select(n > 5000, 5000, c.select(n < -5000, -5000, n)), "i4")
    return c.apply("ldexp", x, n)


@entry(np.frexp)
def frexp(b, call):
    """(a number between 1/2 and 1, the exponent of 2)."""
    (x,), _ = b.loop(np.sqrt, call.args)
    c = b.code
    usual = c.finite(x) & x.differs(0)
    n = c.cast(c.select(usual, c.apply("logb", c.select(usual, x, 1.0)) + 1, 0.0), "i4")
    return c.apply("ldexp", x, -n), n


@entry(np.modf)
def modf(b, call):
    """(the part after the point, the whole part), each with the sign of the number."""
    (x,), _ = b.loop(np.sqrt, call.args)
    c = b.code
    whole = c.apply("trunc", x)
    rest = c.select(c.apply("fabs", x).equals(math.inf), 0.0, x - whole)
    return c.apply("copysign", rest, x), whole


@entry(np.fix)
def fixed(b, call):
    only_arguments(call, 1)
    x = b.array(call.args[0], kind_or_raise(call.out.dtype, "a result"))
    return b.code.apply("trunc", x) if x.kind in FLOATS else x


# Powers, whose exponent NumPy looks at

ROOTS = {2: "square", 1: "positive", 0.5: "sqrt", -1: "reciprocal"}


@elementwise(np.power, np.float_power)
def power(c, x, y):
    if x.kind not in FLOATS:
        raise NotLoweredError("powers of integers")
    return c.apply("pow", x, y)


@entry(operator.pow)
def pow_(b, call):
    """The operator: NumPy takes a product, a root or a quotient for some exponents that are numbers."""
    base, exponent = call.args
    number = exponent if type(exponent) in (int, float) else None
    if isinstance(exponent, (np.ndarray, np.generic)) and np.ndim(exponent) == 0:
        number = float(exponent)
    out = call.out.dtype
    if number is not None and out is not None and out.kind == "f":
        x = b.array(base, f"f{out.itemsize}")
        if number == 2:
            return x * x
        if number == 1:
            return x
        if call.out.shape and number == 0.5:
            return b.code.apply("sqrt", x)
        if call.out.shape and number == -1:
            return 1 / x
        return b.code.apply("pow", x, b.code.number(number, x.kind))
    if type(number) is int and 0 <= number <= 16 and out is not None and out.kind == "i":  # products wrap around in any order
        x = b.array(base, f"i{out.itemsize}")
        found = x * 0 + 1 if number == 0 else x
        for _ in range(number - 1):
            found = found * x
        return found
    operands, _ = b.loop(np.power, call.args)
    if any(type(x) is Value and x.dtype is None for x in call.args) and operands[0].kind not in FLOATS:
        raise NotLoweredError("powers of integers")
    return power(b.code, *operands)


# `math`, whose functions raise an error where NumPy's answer NaN or infinity

OF_MATH = {
    math.sqrt: np.sqrt, math.exp: np.exp, math.log: np.log, math.sin: np.sin, math.cos: np.cos, math.tan: np.tan,
    math.tanh: np.tanh, math.sinh: np.sinh, math.cosh: np.cosh, math.log1p: np.log1p, math.expm1: np.expm1, math.log2: np.log2,
    math.log10: np.log10, math.atan: np.arctan, math.asin: np.arcsin, math.acos: np.arccos, math.fabs: np.fabs,
    math.atan2: np.arctan2, math.hypot: np.hypot,
}  # fmt: skip


def _of_math(function, ufunc):
    @entry(function)
    def write(b, call):
        operands = [b.array(x, "f8") for x in call.args]
        if len(operands) != ufunc.nin:
            raise NotLoweredError(f"{len(operands)} arguments")
        found = b.code.apply(OF_THE_LIBRARY[ufunc], *operands)
        b.code.check(b.code.finite(found))
        return found


for _function, _ufunc in OF_MATH.items():
    _of_math(_function, _ufunc)
