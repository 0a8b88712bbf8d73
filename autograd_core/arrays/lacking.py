"""What libraries lack of NumPy, by what nearly all of them have: `initial=`, `where=`, orders of memory, and some functions."""

import functools

import numpy as np

from autograd_core.derivatives.kinds import stands_in

REDUCED = {
    np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min, np.logical_or: np.any, np.logical_and: np.all,
    np.fmax: np.nanmax, np.fmin: np.nanmin,
}  # fmt: skip
ACCUMULATED = {np.add: np.cumsum, np.multiply: np.cumprod}
UNSET = np._NoValue

# What can be told without the library


def _dtypes(function):
    return lambda *args: function(*[x.dtype if stands_in(x) else x for x in args])


ASKED = {
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.result_type: _dtypes(np.result_type),
    np.can_cast: lambda from_, to, casting="safe": np.can_cast(from_.dtype, to, casting),
    np.iscomplexobj: lambda x: x.dtype.kind == "c",
    np.isrealobj: lambda x: x.dtype.kind != "c",
    np.may_share_memory: lambda a, b, max_work=None: a.__shares_memory__(b),
    np.shares_memory: lambda a, b, max_work=None: a.__shares_memory__(b),
}

# By functions that nearly every library has


def _reduction(function, ufunc):
    """`np.sum` and the like with `initial` or `where`, and of an array without axes: as `ufunc.reduce`."""

    def reduction(a, axis=None, dtype=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
        if initial is UNSET and (where is UNSET or where is True) and a.shape:
            return NotImplemented
        return ufunc.reduce(a, axis=axis, dtype=dtype, keepdims=keepdims is True, initial=initial, where=where)

    def without_dtype(a, axis=None, out=None, keepdims=UNSET, initial=UNSET, where=UNSET):
        return reduction(a, axis, None, out, keepdims, initial, where)

    def without_initial(a, axis=None, out=None, keepdims=UNSET, *, where=UNSET):
        return reduction(a, axis, None, out, keepdims, UNSET, where)

    if ufunc in (np.add, np.multiply):
        return reduction
    return without_initial if ufunc in (np.logical_or, np.logical_and) else without_dtype


def _mean(a, axis=None, dtype=None, out=None, keepdims=UNSET, *, where=UNSET):
    if where is UNSET or where is True:
        return NotImplemented
    options = {"axis": axis, "keepdims": keepdims is True}
    total = np.sum(np.where(where, a, 0), dtype=dtype, **options)
    return total / np.sum(np.broadcast_to(where, a.shape), **options)


def _clip(a, a_min=None, a_max=None, out=None, *, min=None, max=None, dtype=None):
    low, high = (None if x is UNSET else x for x in (a_min, a_max))
    low, high = min if low is None else low, max if high is None else high
    a = a if low is None else np.maximum(a, low)
    a = a if high is None else np.minimum(a, high)
    return a if dtype is None else a.astype(dtype, copy=False)


def _nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    if x.dtype.kind != "f":
        return NotImplemented
    most = np.finfo(x.dtype).max
    x = np.where(np.isnan(x), x.dtype.type(nan), x)
    x = np.where(np.equal(x, np.inf), x.dtype.type(most if posinf is None else posinf), x)
    return np.where(np.equal(x, -np.inf), x.dtype.type(-most if neginf is None else neginf), x)


def _copyto(dst, src, casting="same_kind", where=True):
    dst[...] = src if where is True else np.where(where, src, dst)


def _in_order(function, a, *shape, order):
    """reshape and ravel in Fortran's order, by C's: that of the transpose."""
    if order != "F":
        return NotImplemented
    return np.transpose(function(np.transpose(a), *[each[::-1] for each in shape]))


UFUNCS = {
    np.vecdot: lambda a, b: np.sum(np.conjugate(a) * b, axis=-1),
    np.matvec: lambda a, b: np.squeeze(np.matmul(a, np.expand_dims(b, -1)), -1),
    np.vecmat: lambda a, b: np.squeeze(np.matmul(np.expand_dims(np.conjugate(a), -2), b), -2),
    np.deg2rad: lambda x: x * (np.pi / 180),
    np.rad2deg: lambda x: x * (180 / np.pi),
    np.float_power: lambda a, b: np.power(a * 1.0, b),
}

OWN = {
    np.linalg.svdvals: lambda x: np.linalg.svd(x, compute_uv=False),
    np.ravel: lambda a, order="C": _in_order(np.ravel, a, order=order),
    np.reshape: lambda a, shape, order="C", copy=None: (
        _in_order(np.reshape, a, shape, order=order) if isinstance(shape, tuple) else np.reshape(a, tuple(np.ravel(shape)), order)
    ),
    **{function: _reduction(function, ufunc) for ufunc, function in REDUCED.items()},
    np.amax: _reduction(np.max, np.maximum),
    np.amin: _reduction(np.min, np.minimum),
    np.mean: _mean,
    np.clip: _clip,
    np.nan_to_num: _nan_to_num,
    np.inner: lambda a, b: a * b if not np.ndim(a) or not np.ndim(b) else np.tensordot(a, b, axes=(a.ndim - 1, b.ndim - 1)),
    np.linalg.multi_dot: lambda arrays, out=None: functools.reduce(np.matmul, arrays),
    np.matrix_transpose: lambda x: np.swapaxes(x, -1, -2),
    np.copy: lambda a, order="K", subok=False: a.copy(),
    np.astype: lambda x, dtype, copy=True, device=None: x.astype(dtype, copy=copy),
    np.copyto: _copyto,
    np.real: lambda val: NotImplemented if val.dtype.kind == "c" else val,
    np.imag: lambda val: NotImplemented if val.dtype.kind == "c" else np.zeros_like(val),
}
