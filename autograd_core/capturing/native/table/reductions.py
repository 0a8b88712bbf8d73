"""Sums and other reductions, in the order in which NumPy makes them."""

import numpy as np

from autograd_core.capturing.native.code import Array, NotLoweredError, kind_or_raise
from autograd_core.capturing.native.operations import FLOATS
from autograd_core.capturing.native.table.table import ELEMENTWISE, entry, only_arguments
from autograd_core.capturing.program.calls import Value

BLOCK = 128  # of NumPy's pairwise sums


def axes_of(call):
    """(axes, keepdims) of a call of `ufunc.reduce`."""
    args = list(call.args[1:])
    axis = args[0] if args else call.kwargs.get("axis", None if call.function in OF or call.function is np.mean else 0)
    keep = bool(call.kwargs.get("keepdims", args[3] if len(args) > 3 else False))
    silent = {"out": None}
    extra = [
        name for name, x in call.kwargs.items()
        if name not in ("axis", "keepdims", "dtype", "initial", "where") and x is not silent.get(name, call)
    ]  # fmt: skip
    if extra or any(x is not None for x in args[1:3]):
        raise NotLoweredError(f"the argument {extra[0] if extra else 'dtype'}")
    if type(call.args[0]) is not Value:
        raise NotLoweredError("a list in the place of an array")
    ndim = call.args[0].ndim
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return sorted({a % ndim for a in axes}) if ndim else [], keep


def kind_of_loop(call):
    """The kind in which a reduction computes."""
    function = ufunc_of(call)
    if function in (np.logical_and, np.logical_or):
        return "b1"
    dtype = call.kwargs.get("dtype") or call.out.dtype
    return kind_or_raise(dtype, "a sum")


OF = {
    np.sum: np.add, np.prod: np.multiply, np.max: np.maximum, np.min: np.minimum, np.any: np.logical_or, np.all: np.logical_and,
}  # fmt: skip


def ufunc_of(call):
    return np.add if call.function is np.mean else OF.get(call.function) or call.function.__self__


@entry(np.mean)
def mean(b, call):
    only_arguments(call, 2, "axis", "keepdims", *(name for name, x in call.kwargs.items() if x is None))
    if call.out.dtype.kind != "f":
        raise NotLoweredError(f"a mean of {call.out.dtype}")
    axis, keep = call.args[1] if len(call.args) > 1 else call.kwargs.get("axis"), bool(call.kwargs.get("keepdims"))
    x, kind = call.args[0], kind_or_raise(call.out.dtype, "a mean")
    if type(x) is not Value or not x.ndim:
        return b.array(x, kind) + 0
    total = reduced(b, call.replaced((x, axis), {"keepdims": keep}))
    count = x.size // max(1, call.out.size)
    return b.code.cast(total, kind) / count


@entry("reduce", *OF)
def reduced(b, call):
    ufunc = ufunc_of(call)
    if ufunc not in ELEMENTWISE or ufunc.nin != 2:
        raise NotLoweredError(f"{ufunc.__name__}.reduce")
    x, (axes, keep) = b.array(call.args[0]), axes_of(call)
    x = b.code.cast(x, kind_of_loop(call))
    combine = lambda a, y: ELEMENTWISE[ufunc](b.code, a, y)
    out_shape = (
        [1 if i in axes else n for i, n in enumerate(x.shape)] if keep else [n for i, n in enumerate(x.shape) if i not in axes]
    )
    initial, mask = call.kwargs.get("initial", np._NoValue), call.kwargs.get("where", True)
    mask = True if mask is np._NoValue else mask
    if initial is not np._NoValue or mask is not True:
        return beginning(b, call, x, combine, initial, mask)
    adds = ufunc is np.add and x.kind in FLOATS
    if not axes:
        return x + 0 if adds else x
    if 0 in x.shape:
        if ufunc.identity is None or isinstance(ufunc.identity, type(None)):
            raise NotLoweredError("an empty array")
        return Array(b.code, np.full(out_shape, b.code.number(ufunc.identity, x.kind).ids), x.kind).simple()
    rest = [i for i in range(x.ndim) if i not in axes]
    strides = sample_strides(call.args[0])
    # NumPy goes through memory in its order: the inner axes of the reduction are summed pairwise if the last one is among them
    axes.sort(key=lambda i: -abs(strides[i]))
    ids = x.array().transpose(rest + axes)
    lead = [x.shape[i] for i in rest]
    if adds:
        found = add_up(b.code, x, ids, lead, rest, axes, strides, combine) + 0  # NumPy begins with 0.0: a sum is never -0.0
    else:
        ids = ids.reshape(*lead, -1)
        found = x.moved(ids[..., 0])
        for i in range(1, ids.shape[-1]):
            found = combine(found, x.moved(ids[..., i]))
    return found.moved(found.array().reshape(out_shape))


def beginning(b, call, x, combine, initial, mask):
    """A maximum or minimum that begins with a number; sums begin with one, and leave elements out, in an order of their own."""
    if ufunc_of(call) not in (np.maximum, np.minimum) or initial is np._NoValue or np.ndim(initial) or type(initial) is Value:
        raise NotLoweredError("the argument where" if mask is not True else "the argument initial")
    if not x.size:
        raise NotLoweredError("an empty array")
    first = b.code.number(initial, x.kind)
    if mask is not True:
        x = b.code.select(b.array(mask, "b1"), x, first)
        x = x.moved(np.broadcast_to(x.array(), call.args[0].shape))
    axes, keep = axes_of(call)
    rest = [i for i in range(x.ndim) if i not in axes]
    ids = x.array().transpose(rest + axes).reshape([*[x.shape[i] for i in rest], -1])
    found = first
    for i in range(ids.shape[-1]):
        found = combine(found, x.moved(np.asarray(ids[..., i])))
    return found.reshape(*[1 if i in axes else n for i, n in enumerate(x.shape)]) if keep else found


def sample_strides(value):
    return getattr(value.sample, "strides", ())


def add_up(code, x, ids, lead, rest, axes, strides, combine):
    """Pairwise where what is added lies side by side in memory; otherwise row by row."""
    inner = axes[-1]
    shape = x.shape
    beside = [i for i in rest if shape[i] > 1 and abs(strides[i]) < abs(strides[inner])]
    if not beside:
        count = joined(axes, shape, strides)
        flat = ids.reshape(*lead, -1, count)
        found = None
        for i in range(flat.shape[-2]):
            part = pairwise(code, x, flat[..., i, :], combine)
            found = part if found is None else combine(found, part)
        return found
    flat = ids.reshape(*lead, -1)
    found = x.moved(flat[..., 0])
    for i in range(1, flat.shape[-1]):
        found = combine(found, x.moved(flat[..., i]))
    return found


def joined(axes, shape, strides):
    """How many elements the inner axes have that NumPy goes through as one."""
    axes = [i for i in axes if shape[i] > 1] or axes[-1:]
    count, at = shape[axes[-1]], axes[-1]
    for i in reversed(axes[:-1]):
        if strides[i] != strides[at] * shape[at]:
            break
        count, at = count * shape[i], i
    return count


def pairwise(code, x, ids, combine):
    """The sum along the last axis, as NumPy's loops make it: eight sums side by side, blocks of 128, halves of more."""
    n = ids.shape[-1]
    if n < 8:
        found = x.moved(ids[..., 0])
        for i in range(1, n):
            found = combine(found, x.moved(ids[..., i]))
        return found
    if n <= BLOCK:
        whole = n - n % 8
        sums = x.moved(ids[..., :8])
        for start in range(8, whole, 8):
            sums = combine(sums, x.moved(ids[..., start : start + 8]))
        pairs = combine(sums[..., 0::2], sums[..., 1::2])
        halves = combine(pairs[..., 0::2], pairs[..., 1::2])
        found = combine(halves[..., 0], halves[..., 1])
        for i in range(whole, n):
            found = combine(found, x.moved(ids[..., i]))
        return found
    half = n // 2
    half -= half % 8
    return combine(pairwise(code, x, ids[..., :half], combine), pairwise(code, x, ids[..., half:], combine))


@entry(np.cumsum, np.cumprod)
def running(b, call):
    array, *others = call.args
    axis = others[0] if others else call.kwargs.get("axis")
    only_arguments(call, 2, "axis", "dtype")
    x = b.array(array, kind_or_raise(call.out.dtype, "a sum"))
    ids = x.array().ravel() if axis is None or not x.ndim else np.moveaxis(x.array(), axis, 0)
    ufunc, rows = np.add if call.function is np.cumsum else np.multiply, []
    for row in ids:
        row = x.moved(np.asarray(row))
        rows.append(ELEMENTWISE[ufunc](b.code, rows[-1], row) if rows else row)
    if not rows:
        return x.moved(ids)
    stacked = np.stack([row.array() for row in rows])
    return x.moved(stacked if axis is None or not x.ndim else np.moveaxis(stacked, 0, axis))


@entry(np.argmax, np.argmin)
def place_of_greatest(b, call):
    """The first of the greatest, or the first NaN."""
    array, *others = call.args
    axis, keep = others[0] if others else call.kwargs.get("axis"), bool(call.kwargs.get("keepdims"))
    only_arguments(call, 2, "axis", "keepdims")
    x, c = b.array(array), b.code
    x = c.cast(x, "i4") if x.kind == "b1" else x
    ids = x.array().ravel() if axis is None or not x.ndim else np.moveaxis(x.array(), axis, 0)
    if not ids.size:
        raise NotLoweredError("an empty array")
    best, place = x.moved(np.asarray(ids[0])), c.constant(np.zeros(ids.shape[1:], np.int64), "i8")
    for i in range(1, len(ids)):
        row = x.moved(np.asarray(ids[i]))
        better = row > best if call.function is np.argmax else row < best
        if x.kind in FLOATS:
            better = better | (row.differs(row) & best.equals(best))
        best, place = c.select(better, row, best), c.select(better, c.number(i, "i8"), place)
    if keep:
        place = place.moved(np.expand_dims(place.array(), axis) if axis is not None else place.array().reshape([1] * x.ndim))
    return place
