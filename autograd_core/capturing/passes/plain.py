"""Passes that write calls in terms of plainer ones, which can be shared and written into buffers."""

import inspect
import math
import operator
from functools import cache

import numpy as np

from autograd_core.capturing.program.calls import Value, made, signature_of
from autograd_core.capturing.program.forms import setitem
from autograd_core.capturing.program.program import replaced_calls

REDUCE = {
    np.sum: np.add.reduce, np.prod: np.multiply.reduce, np.any: np.logical_or.reduce, np.all: np.logical_and.reduce,
    np.max: np.maximum.reduce, np.amax: np.maximum.reduce, np.min: np.minimum.reduce, np.amin: np.minimum.reduce,
}  # fmt: skip
SUMMARIES = {*REDUCE, np.mean, np.var, np.std}
POWERS = {2: np.square, 0.5: np.sqrt, -1: np.reciprocal, 1: np.positive}  # what `x ** n` calls for these
REDUCTIONS = {function.reduce for function in vars(np).values() if isinstance(function, np.ufunc)}


def plain(program):
    """Sums, extremes, means, variances and powers as calls of ufuncs, the very calls that NumPy makes for them."""

    def change(call):
        x = call.args[0] if call.args else None
        if call.function is operator.pow:
            return _power(*call.args, call)
        if type(x) is not Value or type(x.sample) is not np.ndarray or x.dtype.kind == "O":
            return None
        function = REDUCE.get(call.function, call.function)
        given = _given(call)
        if not given.keys() <= {"axis", "keepdims", "ddof"}:
            return None
        if function in REDUCTIONS:
            same = function == call.function and given == call.kwargs and len(call.args) == 1
            return None if same else [made(function, (x,), call, given)]
        axes = range(x.ndim) if given["axis"] is None else np.lib.array_utils.normalize_axis_tuple(given["axis"], x.ndim)
        n = math.prod([x.shape[i] for i in axes])
        exact = (x.dtype.char == "d" or (x.dtype.char == "f" and n <= 2**24)) and call.out.dtype == x.dtype
        if function is np.mean and exact and n:
            return _mean(x, n, call, given)
        if function in (np.var, np.std) and exact and type(given.get("ddof", 0)) is int and n > given.get("ddof", 0):
            return _variance(x, n, call, **given)
        return None

    return replaced_calls(program, {*SUMMARIES, *REDUCTIONS, operator.pow}, change)


def _power(x, n, call):
    """`x ** n` of floats and a number: the operator can't write into a buffer, nor block by block."""
    arrays = [arg for arg in (x, n) if type(arg) is Value and type(arg.sample) is np.ndarray and arg.dtype.char in "efd"]
    if len(arrays) != 1 or not any(type(arg) in (int, float) for arg in (x, n)):
        return None
    function = POWERS.get(n) if arrays == [x] else None
    return [made(np.power, (x, n), call) if function is None else made(function, (x,), call)]


def _given(call):
    """The arguments after the first, without those that say nothing."""
    if call.function in REDUCTIONS:
        names, axis = ("axis", "dtype", "out", "keepdims", "initial", "where"), 0
    else:
        names, axis = parameters_of(call.function)[1:], None
    given = {"axis": axis, **dict(zip(names, call.args[1:], strict=False)), **call.kwargs}
    if given.get("dtype") is not None and call.args[0].dtype.kind in "fc" and np.dtype(given["dtype"]) == call.args[0].dtype:
        del given["dtype"]
    silent = {"dtype": None, "out": None, "keepdims": False, "where": True}
    return {
        name: value for name, value in given.items()
        if value is not np._NoValue and not (name in silent and value is silent[name]) and not (name == "ddof" and value == 0)
    }  # fmt: skip


@cache
def parameters_of(function):
    return tuple(inspect.signature(function).parameters)


def _mean(x, n, call, given):
    total = made(np.add.reduce, (x,), call, given, np.add.reduce(x.sample, **given))
    return [total, made(np.divide, (total.out, n), call)]


def _variance(x, n, call, axis, keepdims=False, ddof=0):
    """The squares of what is left of x without its mean, over n - ddof."""
    along = {"axis": axis, "keepdims": True}
    calls = []

    def add(function, *args, **kwargs):
        sample = function(*[arg.sample if type(arg) is Value else arg for arg in args], **kwargs)
        calls.append(made(function, args, call, kwargs, sample))
        return calls[-1].out

    centred = add(np.subtract, x, add(np.divide, add(np.add.reduce, x, **along), n))
    spread = add(np.divide, add(np.add.reduce, add(np.multiply, centred, centred), **along), n - ddof)
    if call.function is np.std:
        spread = add(np.sqrt, spread)
    if not keepdims:
        add(np.reshape, spread, call.out.shape)
    return calls


def scattered(program):
    """Of gradients of which a part is there and zeros around it, each is added in its place to the first of their sum, or set
    where there are zeros still."""
    grown = {}  # {what began as zeros to which parts were added: where, None if that can't be told}

    def change(call):
        if call.function is np.zeros_like:
            grown[call.out] = []
        elif (part := _part(program, call)) is not None and part[0] in grown:
            return into(call, *part, always=False)
        elif call.function is np.add and not call.kwargs and all(type(x) is Value and x in grown for x in call.args):
            for whole, other in (call.args, call.args[::-1]):
                base, index, value = _part(program, program.origins.get(other)) or (None, None, None)
                alike = (whole.shape, whole.dtype) == (other.shape, other.dtype)
                if (
                    base is not None
                    and program.origins[base].function is np.zeros_like
                    and alike
                    and program.uses[other] == [call]
                ):
                    return into(call, whole, index, value)
        return None

    def into(call, whole, index, value, always=True):
        """The calls of `whole[index] += value`, whose result is that of `call`; None for those that are there."""
        box, before = _box(index, whole.shape), grown[whole]
        known = box is not None and before is not None
        grown[call.out] = [*before, box] if known else None
        if known and all(_apart(box, other) for other in before):
            part = whole.sample[index]
            if part.shape == value.shape and part.dtype == value.dtype:
                return [made(setitem, (whole, index, value), call)]
        if not always:
            return None
        before = made(operator.getitem, (whole, index), call, sample=whole.sample[index])
        after = made(np.add, (before.out, value), call, sample=before.out.sample + value.sample)
        return [before, after, made(setitem, (whole, index, after.out), call)]

    return replaced_calls(program, (np.zeros_like, np.add, setitem), change)


def _box(index, shape):
    """[(start, stop)] along each axis, between which a basic index lies; None for another one."""
    parts = list(index) if type(index) is tuple else [index]
    if not all(type(part) in (int, slice, type(Ellipsis)) for part in parts):
        return None
    if Ellipsis in parts:
        at = parts.index(Ellipsis)
        parts[at : at + 1] = [slice(None)] * (len(shape) - len(parts) + 1)
    box = [(part % n, part % n + 1) if type(part) is int else _span(part, n) for part, n in zip(parts, shape, strict=False)]
    return box + [(0, n) for n in shape[len(parts) :]]


def _span(part, n):
    start, stop, step = part.indices(n)
    return (start, stop) if step > 0 else (0, n)


def _apart(box, other):
    return any(stop <= start or last <= first for (first, stop), (start, last) in zip(box, other, strict=True))


def _part(program, call):
    """(x, index, y) if the call makes `x[index] += y`; else None."""
    if call is None or call.function is not setitem:
        return None
    base, index, new = call.args
    total = program.made_by(new, np.add)
    if total is None or not all(type(x) is Value for x in total.args):
        return None
    before, value = total.args
    read = program.made_by(before, operator.getitem)
    same = read is not None and read.args[0] is base and signature_of(read.args[1]) == signature_of(index)
    return (base, index, value) if same and before.shape else None
