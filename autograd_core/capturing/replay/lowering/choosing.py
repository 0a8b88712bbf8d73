"""`np.where(test, a, b)` without branches, by the bits of numbers: see `derivatives.choosing`.

300,000 elements take 92 µs if the other is 0, otherwise 150, instead of 705; small arrays, and long numbers, are left to NumPy in
the second case.
"""

import numpy as np

from autograd_core.capturing.program.calls import Value, signature_of
from autograd_core.capturing.replay.lowering.table import lowering
from autograd_core.derivatives.choosing import kept, mixed

TESTS = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.isnan, np.isfinite, np.isinf, np.signbit,
    np.logical_not,
}  # fmt: skip
JOINED = {np.logical_and, np.logical_or, np.bitwise_and, np.bitwise_or, np.invert}


def is_zero(x):
    return type(x) in (int, float) and x == 0 and not np.signbit(x)


def is_test(value, program):
    """Whether a value is certainly made of the bytes 0 and 1: a caller's own may be made of any, by `view(bool)`."""
    call = program.origins.get(value) if type(value) is Value and value.shape and value.dtype == bool else None
    if call is None or call.kwargs:
        return False
    return call.function in TESTS or (call.function in JOINED and all(is_test(x, program) for x in call.args))


def by_bits(fits):
    """Whether the bits of the result may be computed, and fits(call, whether a and b are like the result) says so."""

    def when(call, plan):
        value = call.out
        if len(call.args) != 3 or call.kwargs or value.dtype.kind not in "fiu" or value.dtype.itemsize > 8:
            return False
        like = [type(x) is Value and bool(x.shape) and x.dtype == value.dtype for x in call.args[1:]]
        return fits(call, *like) and is_test(call.args[0], plan.program)

    return when


def bits(w, call, *values):
    return [viewed(w, value, f"i{call.out.dtype.itemsize}") for value in values]


def viewed(w, value, dtype):
    """A value as another dtype of the same size."""
    array, text = w.plan.arrays.get(value), f"{w.text(value)}.view({dtype!r})"
    return text if array is None else w.view(array.view(dtype), text)


@lowering(np.where, when=by_bits(lambda call, a, b: a and b and call.out.dtype.itemsize <= 4 and call.out.size >= 1000))
def either(w, call):
    a, b, out = bits(w, call, *call.args[1:], call.out)
    w.line(f"{w.function(mixed)}({viewed(w, call.args[0], 'i1')}, {a}, {b}, {out})", call)


@lowering(
    np.where, when=by_bits(lambda call, a, b: b and is_zero(call.args[1])), over=lambda call: call.args[2:],
    scratch=lambda call: (call.args[0].shape, np.dtype("i1")),
)  # fmt: skip
def zero_or(w, call, scratch):
    b, out = bits(w, call, call.args[2], call.out)
    w.line(f"{w.function(np.bitwise_xor)}({viewed(w, call.args[0], 'i1')}, 1, {scratch})")
    w.line(f"{w.function(kept)}({scratch}, {b}, {out})", call)


@lowering(np.where, when=by_bits(lambda call, a, b: a and is_zero(call.args[2])), over=lambda call: call.args[1:2])
def or_zero(w, call):
    a, out = bits(w, call, call.args[1], call.out)
    w.line(f"{w.function(kept)}({viewed(w, call.args[0], 'i1')}, {a}, {out})", call)


# The same in a block, whose arrays are parts


def chooses(call, program):
    """Whether it may be done by bits there: the test is one for certain, the others are like the result, or numbers."""
    out = call.out
    if len(call.args) != 3 or call.kwargs or out.dtype.kind not in "fiu" or out.dtype.itemsize > 8:
        return False
    alike = [x.shape == out.shape and x.dtype == out.dtype if type(x) is Value else np.ndim(x) == 0 for x in call.args[1:]]
    return all(alike) and call.args[0].shape == out.shape and is_test(call.args[0], program)


def chosen(w, call):
    """The line for it, into a buffer that is none of the operands."""
    test, a, b = call.args
    kind = f"i{call.out.dtype.itemsize}"

    def of(x):
        if type(x) is Value:
            return f"{w.text(x)}.view({kind!r})"
        return w.constant("k", (kind, call.out.dtype, signature_of(x)), lambda: np.asarray(x, call.out.dtype).view(kind))

    if is_zero(b):
        return f"{w.function(kept)}({w.text(test)}.view('i1'), {of(a)}, {of(call.out)})"
    return f"{w.function(mixed)}({w.text(test)}.view('i1'), {of(a)}, {of(b)}, {of(call.out)})"
