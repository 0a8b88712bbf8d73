"""Passes that put a quicker product in the place of a call."""

import numpy as np

from autograd_core.capturing import kinds
from autograd_core.capturing.program import Call, Value


def replaced_calls(program, change):
    """The program with the calls that `change(call)` returns (a list that ends in one that makes the result) in its place."""
    calls, names = [], {}
    for call in program.calls:
        found = change(call)
        if found is None:
            calls.append(call)
        else:
            calls += found
            names[call.out] = found[-1].out
    return program.replaced(calls=calls).renamed(names)


def made(function, args, like, kwargs=None, sample=None, note=""):
    """A new call whose result is as that of `like`."""
    return Call(function, args, kwargs or {}, like.out.sample if sample is None else sample, like.line, note)


def is_matrix(x):
    return type(x) is Value and x.ndim == 2 and x.dtype.kind == "f" and x.dtype.itemsize >= 4 and x.size > 0


def outer(program):
    """A column times a row, as it is for a batch of one, as a product by the library: 25 µs, and 35 to 48, for 128 by 784."""

    def change(call):
        if call.function is np.multiply and not call.kwargs and call.out.size >= 2048 and all(map(is_matrix, call.args)):
            a, b = call.args
            column, row = (a, b) if a.shape[1] == 1 else (b, a)
            if column.shape[1] == 1 == row.shape[0] and column.dtype == row.dtype:
                return [made(np.dot, (column, row), call, note="outer product")]
        return None

    return replaced_calls(program, change)


def dot(program):
    """`np.dot` for matmul of matrices: the same product by the same library, with half the ado around it."""

    def change(call):
        fits = call.function is np.matmul and not call.kwargs and all(map(is_matrix, call.args))
        if fits and call.args[0].dtype == call.args[1].dtype:
            return [made(np.dot, call.args, call)]
        return None

    return replaced_calls(program, change)


def sums(program):
    """Sums over rows, and of everything, as a product with ones; sums of products as a dot product.

    The order in which the library adds up is another one, so that the last digits may differ.
    """
    uses = program.uses()

    def change(call):
        if call.function != np.add.reduce or set(call.kwargs) - {"axis", "keepdims"} or len(call.args) > 2 or not call.operands:
            return None
        x = call.args[0]
        if type(x) is not Value or x.dtype.kind != "f" or x.dtype.itemsize < 4 or call.out.dtype != x.dtype or not x.size:
            return None
        axis = call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)
        keep = call.kwargs.get("keepdims", False)
        if x.ndim == 2 and axis in (0, (0,)) and not keep and x.shape[0] <= 20_000:
            return [made(np.dot, (np.ones(x.shape[0], x.dtype), x), call, note="sum over rows")]
        if axis is None and not keep and x.size <= 10_000 and not call.out.shape:
            return _total(x, call, uses)
        return None

    return replaced_calls(program, change)


def _total(x, call, uses):
    origin = x.origin
    if type(origin) is Call and len(uses.get(x, ())) == 1 and not origin.kwargs:
        if origin.function is np.subtract:
            parts = [_factors(part, uses) for part in origin.args]
            if all(parts):
                first, second = [made(np.vdot, part, call, note="sum of products") for part in parts]
                return [first, second, made(np.subtract, (first.out, second.out), call)]
        if (part := _factors(x, uses)) is not None:
            return [made(np.vdot, part, call, note="sum of products")]
    if type(origin) is Call and not kinds.is_view(origin) and origin.function is not np.where:
        return [made(np.vdot, (np.ones(x.shape, x.dtype), x), call, note="sum")]
    return None


def _factors(x, uses):
    origin = x.origin if type(x) is Value else None
    if type(origin) is not Call or origin.function is not np.multiply or len(uses.get(x, ())) != 1 or origin.kwargs:
        return None
    if all(type(a) is Value and a.shape == x.shape and a.dtype == x.dtype for a in origin.args):
        return origin.args
    return None
