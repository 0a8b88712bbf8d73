"""From a program to scalar code: the entry of each call, in order, and the tests and results at the end."""

import operator
from functools import cache

import numpy as np

from autograd_core.capturing.native.code import Array, Code, NotLoweredError, kind_or_raise
from autograd_core.capturing.native.table import entry_of
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value

LONGEST = 400_000  # operations; what is longer takes its time by arithmetic, not by Python
HALF = 2**62  # of two integers up to this, sums are in 64 bits
EXACT = 2**53  # integers up to this are floats, too
OF_INTEGERS = {
    np.add, np.subtract, np.negative, np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
}  # fmt: skip
WEAK = (bool, int, float)  # Python's numbers, whose kind follows that of what they meet


class Builder:
    """`arrays` is {value: Array}; `inputs` is {value: Region} of what is read; `given` are values that others
    make; `indices` is {location: contents} of what is taken for constant, since it is an index."""

    def __init__(self, program, given=frozenset()):
        self.program, self.code, self.arrays, self.inputs = program, Code(), {}, {}
        self.given, self.indices = given, {}

    def build(self):
        guards = {}
        for guard in self.program.guards:
            guards.setdefault(guard.value, []).append(guard)
        for call in self.program.calls:
            self.arrays[call.out] = self.made(call)
            for guard in guards.pop(call.out, ()):
                self.guard(guard)
            if self.code.count > LONGEST:
                raise NotLoweredError(f"more than {LONGEST:,} operations")
        for value in self.program.wanted():
            self.value(value)
        for guard in [each for some in guards.values() for each in some]:  # of what is read
            self.guard(guard)
        return self

    def made(self, call):
        name = functions.shown(call.function)
        if call.errors and any(mode in ("raise", "call", "warn", "print", "log") for _, mode in call.errors):
            raise NotLoweredError("np.errstate, which may raise or warn", name)
        entry = entry_of(call)
        if entry is None:
            raise NotLoweredError("", name)
        if call.out.dtype is None:
            self.refuse_what_python_raises(call)
        try:
            made = entry(self, call)
        except NotLoweredError as error:
            raise NotLoweredError(str(error), name) from None
        if call.function in (operator.pow, np.power) and self.is_of_python(call):
            self.code.check(self.code.finite(made))
        if type(made) is Array:
            kind = kind_or_raise(number_dtype(call.out), "a result")
            made = made if made.kind == kind else self.code.cast(made, kind)
            if made.shape != call.out.shape:
                raise NotLoweredError(f"a result of shape {call.out.shape}", name)
        return made

    def is_of_python(self, call):
        """Whether it is on numbers of Python's alone."""
        return call.out.dtype is None and all(value.dtype is None for value in call.operands)

    def refuse_what_python_raises(self, call):
        """On Python's own numbers there is code only where these do as NumPy's: no quotient by 0, no integers beyond 64 bits."""
        if not self.is_of_python(call):
            return
        function = functions.UFUNCS.get(call.function, call.function)
        whole = [x for x in call.args if type(x) is int or (type(x) is Value and type(x.sample) is int)]
        most = HALF if len(whole) == len(call.args) else EXACT
        if most == HALF and function not in OF_INTEGERS:
            raise NotLoweredError("integers of Python's, which may be long")
        for x in whole:
            if abs(x if type(x) is int else x.sample) > most:
                raise NotLoweredError("integers of Python's, which are long")
            number = self.array(x)
            self.code.check((number <= most) & (number >= -most))
        if function in (np.divide, np.floor_divide, np.remainder):
            self.code.check(self.array(call.args[1]).differs(0))

    # What is read

    def value(self, value):
        known = self.arrays.get(value)
        if known is not None:
            return known
        read = value.source is not None or value in self.given
        self.arrays[value] = self.input(value) if read else self.constant(value.sample)
        return self.arrays[value]

    def input(self, value):
        sample = self.program.array(value)
        kind = kind_or_raise(number_dtype(value), "an argument")
        if type(sample) is int and not -(2**63) <= sample < 2**63:
            raise NotLoweredError("integers of more than 64 bits")
        region = self.inputs[value] = self.code.input(kind, max(value.size, 1))
        if not value.shape:
            return Array(self.code, region.start, kind)
        ids = np.arange(region.start, region.start + value.size)
        return Array(self.code, ids.reshape(value.shape, order=order_of(sample)), kind)

    def constant(self, x):
        if type(x) in WEAK:
            return self.code.number(x, {bool: "b1", int: "i8", float: "f8"}[type(x)])
        if isinstance(x, (np.ndarray, np.generic)):
            return self.code.constant(x, kind_or_raise(x.dtype, "a constant"))
        if isinstance(x, (list, tuple)) and not any(type(item) is Value for item in x):
            return self.constant(np.asarray(x))
        raise NotLoweredError(f"an argument of type {type(x).__name__}")

    def array(self, x, kind=None):
        """An argument of a call as an Array, of this kind."""
        if type(x) is Value:
            made = self.arrays.get(x)
            if made is None:
                made = self.value(x)
            if type(made) is Array and (kind is None or made.kind == kind):
                return made
        elif isinstance(x, (list, tuple)) and any(type(item) is Value for item in x):
            parts = [self.array(item) for item in x]
            made = self.code.stacked([self.code.cast(part, parts[0].kind) for part in parts])
        elif kind is not None and type(x) in WEAK:
            return self.code.number(x, kind)
        else:
            made = self.constant(x)
        if type(made) is not Array:
            raise NotLoweredError("several results at once")
        return made if kind is None else self.code.cast(made, kind)

    def loop(self, function, args):
        """The operands of a ufunc in the kinds in which NumPy computes, and that of the result."""
        dtypes = tuple([self.weak(x) for x in args])
        found = loop_dtypes(function, dtypes)
        if found is None:
            raise NotLoweredError(f"operands of {' and '.join(str(getattr(d, '__name__', d)) for d in dtypes)}")
        return [self.array(x, kind_or_raise(d, "operands")) for x, d in zip(args, found[:-1], strict=True)], found[-1]

    def weak(self, x):
        """The dtype of an operand, or the type of a number of Python's."""
        if type(x) is Value:
            return x.dtype if x.dtype is not None else type(x.sample)
        return type(x) if type(x) in WEAK else np.asarray(x).dtype

    # What the recording took for granted

    def guard(self, guard):
        x, c, kind = self.value(guard.value), self.code, guard.kind
        if kind == "truth":
            test = x if x.kind == "b1" else c.cast(x, "b1")
            c.check(test if guard.expected else ~test)
        elif kind == "finite":
            if x.kind in ("f8", "f4"):
                c.check(c.finite(x))
        elif kind == "within":
            c.check(c.apply("fabs", x) <= guard.expected)
        elif kind == "nonzero":
            c.check(x.differs(0) if x.kind != "b1" else x)
        elif kind not in ("shape", "dtype"):  # these are known from the arguments
            raise NotLoweredError(f"a test that it is {kind}")


@cache
def loop_dtypes(function, dtypes):
    known = [x for x in dtypes if isinstance(x, np.dtype)]
    try:
        if not known:  # Python's numbers alone
            dtypes = tuple([np.dtype(x) for x in dtypes])
        return function.resolve_dtypes((*dtypes, None))
    except TypeError:
        return None


def number_dtype(value):
    """The dtype of a value; that of what a number of Python's is."""
    if value.dtype is not None:
        return value.dtype
    if type(value.sample) not in WEAK:
        raise NotLoweredError(f"a value of type {type(value.sample).__name__}")
    return np.dtype(type(value.sample))


def order_of(sample):
    """The order of an array in memory: "C" or "F"."""
    flags = sample.flags
    return "F" if flags.f_contiguous and not flags.c_contiguous else "C"
