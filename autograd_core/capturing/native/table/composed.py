"""Functions that NumPy makes of others, written as it does."""

import operator

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError, kind_or_raise
from autograd_core.capturing.native.operations import FLOATS
from autograd_core.capturing.native.table.elementwise import divmod_of_floats, floor_divide, remainder
from autograd_core.capturing.native.table.products import begun_with_zero, matmul, outer, product, tensordot
from autograd_core.capturing.native.table.reductions import pairwise, reduced
from autograd_core.capturing.native.table.table import ELEMENTWISE, entry, only_arguments
from autograd_core.capturing.program.calls import is_static

MOST = 4_000  # products of a convolution

entry(np.linalg.outer)(outer)
entry(np.linalg.matmul)(product)
entry(np.linalg.tensordot)(tensordot)


def only(call, count, **keywords):
    """The arguments after the first `count`, in order, with what is left out; the error for any other keyword."""
    rest, names = call.args[count:], list(keywords)
    only_arguments(call, count + len(names), *names)
    if not is_static((rest, call.kwargs)):
        raise NotLoweredError("an argument that is computed")
    return [*rest, *[call.kwargs.get(name, keywords[name]) for name in names[len(rest) :]]]


def along(x, axis):
    """(ids with these axes as one at the end, the shape of a result that keeps them)."""
    axes = range(x.ndim) if axis is None else [a % x.ndim for a in np.atleast_1d(axis)]
    rest = [i for i in range(x.ndim) if i not in axes]
    ids = x.array().transpose([*rest, *axes]).reshape([*[x.shape[i] for i in rest], -1])
    if not x.size:
        raise NotLoweredError("an empty array")
    return ids, [1 if i in axes else n for i, n in enumerate(x.shape)]


# Differences, extremes and counts


@entry(np.diff)
def differences(b, call):
    n, axis = only(call, 1, n=1, axis=-1)
    x = b.array(call.args[0])
    for _ in range(n):
        ids = np.moveaxis(x.array(), axis, 0)
        later, earlier = x.moved(ids[1:]), x.moved(ids[:-1])
        found = later ^ earlier if x.kind == "b1" else later - earlier
        x = found.moved(np.moveaxis(found.array(), 0, axis))
    return x


@entry(np.ediff1d)
def differences_of_all(b, call):
    only(call, 1)
    x = b.array(call.args[0]).reshape(-1)
    return x[1:] - x[:-1]


def extreme(b, call, function, axis, keep):
    """A reduction of the same array."""
    kwargs = {"axis": axis, "keepdims": keep is True}
    return reduced(b, type(call)(function, call.args[:1], kwargs, None, out=call.out))


@entry(np.ptp)
def range_of_all(b, call):
    axis, keep = only(call, 1, axis=None, keepdims=False)
    return extreme(b, call, np.maximum.reduce, axis, keep) - extreme(b, call, np.minimum.reduce, axis, keep)


@entry(np.nanmax, np.nanmin)
def greatest_number(b, call):
    """Those that are NaN left out, unless all are."""
    axis, keep = only(call, 1, axis=None, keepdims=False)
    return extreme(b, call, np.fmax.reduce if call.function is np.nanmax else np.fmin.reduce, axis, keep)


@entry(np.count_nonzero)
def counted(b, call):
    axis, keep = only(call, 1, axis=None, keepdims=False)
    x = b.code.cast(b.code.cast(b.array(call.args[0]), "b1"), "i8")
    ids, kept = along(x, axis)
    found = x.moved(np.asarray(ids[..., 0]))
    for i in range(1, ids.shape[-1]):
        found = found + x.moved(np.asarray(ids[..., i]))
    return found.reshape(*kept) if keep else found


@entry(np.round, np.around)
def rounded(b, call):
    (decimals,) = only(call, 1, decimals=0)
    x = b.array(call.args[0])
    if x.kind not in FLOATS:
        raise NotLoweredError("integers")
    if type(decimals) is not int:
        raise NotLoweredError(f"decimals of type {type(decimals).__name__}")
    if not decimals:
        return b.code.apply("rint", x)
    scale = b.code.number(10.0 ** abs(decimals), x.kind)
    whole = b.code.apply("rint", x * scale if decimals > 0 else x / scale)
    return whole / scale if decimals > 0 else whole * scale


@entry(divmod, np.divmod)
def quotient_and_remainder(b, call):
    operands = [b.array(x, kind_or_raise(d, "operands")) for x, d in zip(call.args, dtypes_of_divmod(b, call), strict=True)]
    if operands[0].kind in FLOATS:
        return divmod_of_floats(b.code, *operands)
    return floor_divide(b.code, *operands), remainder(b.code, *operands)


def dtypes_of_divmod(b, call):
    only_arguments(call)
    operands, _ = b.loop(np.floor_divide, call.args)
    if any(x.kind == "b1" for x in operands):
        raise NotLoweredError("booleans")
    return [{"f8": np.float64, "f4": np.float32, "i8": np.int64, "i4": np.int32}[x.kind] for x in operands]


@entry(np.select)
def selected(b, call):
    (default,) = only(call, 2, default=0)
    kind = kind_or_raise(call.out.dtype, "a result")
    found = b.array(default, kind)
    for test, x in zip(reversed(call.args[0]), reversed(call.args[1]), strict=True):
        found = b.code.select(b.array(test, "b1"), b.array(x, kind), found)
    return found


@entry(np.polyval)
def polynomial(b, call):
    kind = kind_or_raise(call.out.dtype, "a result")
    p, x = (b.array(each, kind) for each in call.args)
    found = x * 0
    for i in range(p.size):
        found = found * x + p[i]
    return found


# Products


@entry(np.linalg.norm, np.linalg.vector_norm)
def norm(b, call):
    """Of vectors, and of all elements: the root of the sum of squares."""
    if call.function is np.linalg.norm:
        order, axis, keep = only(call, 1, ord=None, axis=None, keepdims=False)
    else:
        (order,), (axis, keep) = [call.kwargs.get("ord", 2)], only(without(call, "ord"), 1, axis=None, keepdims=False)
    x = b.array(call.args[0], kind_or_raise(call.out.dtype, "a norm"))
    of_matrices = call.function is np.linalg.norm and (isinstance(axis, tuple) or (axis is None and x.ndim > 1))
    if order is not None and (order != 2 or of_matrices):
        raise NotLoweredError(f"the order {order!r}{' of matrices' * of_matrices}")
    if axis is None:
        flat = x.reshape(-1)
        along(flat, None)
        found = b.code.apply("sqrt", matmul(b.code, flat, flat))
        return found.reshape(*[1] * x.ndim) if keep else found
    ids, kept = along(square := x * x, axis)
    found = b.code.apply("sqrt", begun_with_zero(pairwise(b.code, square, ids, operator.add)))
    return found.reshape(*kept) if keep else found


def without(call, name):
    return call.replaced(kwargs={key: x for key, x in call.kwargs.items() if key != name})


@entry(np.trace, np.linalg.trace)
def trace(b, call):
    if call.function is np.trace:
        offset, *axes = only(call, 1, offset=0, axis1=0, axis2=1)
    else:
        (offset,), axes = only(call, 1, offset=0), (-2, -1)
    kind = kind_or_raise(call.out.dtype, "a sum")
    x = b.array(call.args[0], kind)
    ids = np.diagonal(x.array(), offset, *axes)
    if not ids.shape[-1] or kind == "b1":
        raise NotLoweredError("booleans" if kind == "b1" else "an empty diagonal")
    return begun_with_zero(pairwise(b.code, x, ids, operator.add))


@entry(np.vecdot, np.linalg.vecdot, np.matvec, np.vecmat)
def product_of_vectors(b, call):
    only_arguments(call, 2)
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args)
    if kind == "b1" or not x.size or not y.size:
        raise NotLoweredError("booleans" if kind == "b1" else "empty arrays")
    row, column = x.moved(x.array()[..., None, :]), y.moved(y.array()[..., None])
    if call.function is np.matvec:
        return matmul(b.code, x, column)[..., 0]
    return matmul(b.code, row, y)[..., 0, :] if call.function is np.vecmat else matmul(b.code, row, column)[..., 0, 0]


@entry(np.kron)
def kron(b, call):
    kind = kind_or_raise(call.out.dtype, "a product")
    x, y = (b.array(arg, kind) for arg in call.args)
    if x.ndim != y.ndim or not x.ndim:
        raise NotLoweredError("arrays of different numbers of axes")
    shape = [n * m for n, m in zip(x.shape, y.shape, strict=True)]
    spread = x.reshape(*[k for n in x.shape for k in (n, 1)]), y.reshape(*[k for n in y.shape for k in (1, n)])
    return ELEMENTWISE[np.multiply](b.code, *spread).reshape(*shape)


@entry(np.convolve, np.correlate)
def convolved(b, call):
    """Each sum of products from the first to the last, where a library may take another order."""
    turned = call.function is np.convolve
    (mode,) = only(call, 2, mode="full" if turned else "valid")
    kind = kind_or_raise(call.out.dtype, "a product")
    a, v = (b.array(arg, kind) for arg in call.args[:2])
    if a.ndim != 1 or v.ndim != 1:
        raise NotLoweredError("a number in the place of an array")
    if kind == "b1" or not a.size or not v.size:
        raise NotLoweredError("booleans" if kind == "b1" else "empty arrays")
    if a.size * v.size > MOST:
        raise NotLoweredError(f"{a.size * v.size:,} products, for which NumPy is as quick")
    if v.size > a.size:
        if not turned:
            raise NotLoweredError("an array with a longer one")
        a, v = v, a
    v, found = v[::-1] if turned else v, []
    start = {"full": 1 - v.size, "same": -(v.size // 2), "valid": 0}[mode]
    for at in range(start, start + call.out.size):
        first, last = max(0, -at), min(v.size, a.size - at)
        found.append(matmul(b.code, a[at + first : at + last], v[first:last]))
    return b.code.stacked(found)
