"""Products of matrices, and reductions."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value
from autograd_core.capturing.program.order import in_memory
from autograd_core.capturing.replay.lowering.table import REDUCTION, lowering


@lowering(np.dot, np.matmul, when=lambda call, plan: not call.kwargs)
def product(w, call):
    a, b = call.args
    array = w.plan.arrays[call.out]
    if array.ndim == 2 and not array.flags.c_contiguous and np.ndim(a) == np.ndim(b) == 2:  # (a b)ᵀ = bᵀ aᵀ
        w.line(f"{w.function(call.function)}({transposed(w, b)}, {transposed(w, a)}, {w.once('b', array.T)})", call)
    else:
        w.line(f"{w.function(call.function)}({w.text(a)}, {w.text(b)}, {w.out(call)})", call)


def transposed(w, x):
    array = w.plan.arrays.get(x) if type(x) is Value else x
    return f"{w.text(x)}.T" if array is None else w.once("b", array.T)


def axis_of(call):
    return call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)


@lowering(REDUCTION, when=lambda call, plan: functions.takes_out(call))
def reduction(w, call):
    keep = ", True" if call.kwargs.get("keepdims") else ""
    w.line(f"{w.function(call.function)}({w.text(call.args[0])}, {w.text(axis_of(call))}, None, {w.out(call)}{keep})", call)


def in_short_rows(call, plan):
    """Whether it reduces each of many short rows, of which the elements are beside one another."""
    x = call.args[0]
    array = plan.arrays.get(x) if type(x) is Value else None
    if array is None or not functions.takes_out(call) or axis_of(call) not in (-1, x.ndim - 1, (-1,), (x.ndim - 1,)):
        return False
    return x.ndim > 1 and 1 < x.shape[-1] <= 32 and x.size >= 256 and in_memory(array.shape, array.strides)[-1] == x.ndim - 1


@lowering(
    np.maximum.reduce, np.minimum.reduce, when=in_short_rows,
    scratch=lambda call: (call.args[0].shape[-1:] + call.args[0].shape[:-1], call.args[0].dtype),
)  # fmt: skip
def by_columns(w, call, scratch):
    """The greatest of each short row, in a copy in which they are columns: 34 µs instead of 338 for 4,096 rows of 16."""
    array, out = w.plan.arrays[call.args[0]], w.plan.arrays[call.out]
    w.line(f"{w.function(np.copyto)}({scratch}, {w.once('b', np.moveaxis(array, -1, 0))})")
    out = w.once("b", out[..., 0]) if call.kwargs.get("keepdims") else w.out(call)
    w.line(f"{w.function(call.function)}({scratch}, 0, None, {out})", call)
