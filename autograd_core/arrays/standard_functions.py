"""NumPy's functions by those of the Array API standard: each takes the array that was asked, then what NumPy's function takes."""

import math

import numpy as np

from autograd_core.arrays.foreign import opened


def _axes(axis, ndim):
    axes = range(ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple([k % ndim for k in axes])


def _reduced(name, of_torch=None):
    def reduce(like, a, axis=None, dtype=None, keepdims=False, **others):
        options = {"dtype": like._dtype(dtype)} if dtype is not None else {}
        its = getattr(like.xp, of_torch if of_torch and like.library == "torch" else name)
        axes = _axes(axis, len(a.shape))
        a = like._cast(a, np.int64) if name in ("sum", "prod") and like._dtype_of(a).kind == "b" else a
        if name == "prod" and like.library == "torch":  # one axis at a time
            for k in sorted(axes, reverse=True):
                a = its(a, axis=k, keepdims=keepdims, **options)
            return a
        return its(a, axis=axes, keepdims=keepdims, **options) if axes else a

    return reduce


def _permuted(like, a, axes):
    return like._its("permute_dims")(a, tuple(axes))


def _transpose(like, a, axes=None):
    ndim = len(a.shape)
    return _permuted(like, a, reversed(range(ndim)) if axes is None else [int(k) % ndim for k in axes])


def _swapaxes(like, a, axis1, axis2):
    order = list(range(len(a.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _permuted(like, a, order)


def _reshape(like, a, shape):
    return like.xp.reshape(a, tuple(shape) if isinstance(shape, (tuple, list)) else (int(shape),))


def _where(like, condition, x, y):
    dtype = np.result_type(*[v if type(v) in (int, float, complex, bool) else like._dtype_of(v) for v in (x, y)])
    return like.xp.where(like._cast(condition, bool), like._cast(x, dtype), like._cast(y, dtype))


def _full(like, a, value, dtype=None, shape=None):
    dtype = like._dtype_of(a) if dtype is None else np.dtype(dtype)
    shape = tuple(a.shape) if shape is None else tuple(np.ravel(shape).tolist())
    value = value.item() if isinstance(value, np.generic) else value
    if like._is_array(value):
        return like.xp.broadcast_to(like._cast(value, dtype), shape)
    return like.xp.full(shape, np.asarray(value).astype(dtype).item(), dtype=like._dtype(dtype), device=a.device)


def _joined(name):
    def join(like, arrays, axis=0):
        dtype = np.result_type(*map(like._dtype_of, arrays))
        return getattr(like.xp, name)([like._cast(x, dtype) for x in arrays], axis=axis)

    return join


def _expand_dims(like, a, axis):
    axes = (axis,) if isinstance(axis, int) else axis
    ndim = len(a.shape) + len(axes)
    places = {k % ndim for k in axes}
    sizes = iter(a.shape)
    return like.xp.reshape(a, tuple(1 if k in places else next(sizes) for k in range(ndim)))


def _squeeze(like, a, axis=None):
    axes = [k for k, n in enumerate(a.shape) if n == 1] if axis is None else _axes(axis, len(a.shape))
    if any(a.shape[k] != 1 for k in axes):
        raise ValueError(f"cannot reshape array of shape {tuple(a.shape)}: an axis of {axis} has a length other than 1")
    return like.xp.reshape(a, tuple(n for k, n in enumerate(a.shape) if k not in axes))


def _moveaxis(like, a, source, destination):
    order = np.lib.array_utils.normalize_axis_tuple
    ndim = len(a.shape)
    source, destination = order(source, ndim), order(destination, ndim)
    rest = [k for k in range(ndim) if k not in source]
    for to, k in sorted(zip(destination, source, strict=True)):
        rest.insert(to, k)
    return _permuted(like, a, rest)


def _vdot(like, a, b):
    a, b = (like._made(like.xp.reshape(x, (-1,))) for x in (a, b))
    return opened(np.sum(np.conjugate(a) * b if a.dtype.kind == "c" else a * b))


def _dot(like, a, b):
    a, b = like._made(a), like._made(b)
    if not a.ndim or not b.ndim:
        return opened(a * b)
    return opened(a @ b if b.ndim <= 2 else np.tensordot(a, b, axes=(a.ndim - 1, b.ndim - 2)))


def _tensordot(like, a, b, axes=2):
    if type(axes) is not int:
        axes = tuple([k % len(x.shape) for k in np.ravel(axis).tolist()] for axis, x in zip(axes, (a, b), strict=True))
    dtype = np.result_type(like._dtype_of(a), like._dtype_of(b))
    a, b = like._cast(a, dtype), like._cast(b, dtype)
    return like.xp.tensordot(a, b, dims=axes) if like.library == "torch" else like.xp.tensordot(a, b, axes=axes)


def _pad(like, array, pad_width, mode="constant", constant_values=0):
    if mode != "constant" or np.ndim(constant_values):
        raise like._missing(f"pad with mode {mode!r}")
    pairs = np.broadcast_to(pad_width, (len(array.shape), 2)).tolist()
    out = _full(like, array, constant_values, shape=[n + sum(pair) for n, pair in zip(array.shape, pairs, strict=True)])
    out = like._made(out)
    out[tuple(slice(low, low + n) for n, (low, _) in zip(array.shape, pairs, strict=True))] = like._made(array)
    return out.held


def _windows(like, x, window_shape, axis=None):
    x = like._made(x)
    axes = range(x.ndim) if axis is None else np.ravel(axis).tolist()
    for k, width in zip(axes, np.ravel(window_shape).tolist(), strict=True):
        places = x.shape[k] - width + 1
        index = (np.arange(places)[:, None] + np.arange(width)).reshape(-1)
        taken = (
            like.xp.index_select(x.held, k % x.ndim, _indices(like, index))
            if like.library == "torch"
            else like.xp.take(x.held, _indices(like, index), axis=k)
        )
        k %= x.ndim
        shape = (*x.shape[:k], places, width, *x.shape[k + 1 :])
        x = np.moveaxis(np.reshape(like._made(taken), shape), k + 1, -1)
    return x.held


def _indices(like, index):
    return like.xp.asarray(index, device=like.held.device)


def _broadcast_to(like, array, shape):
    return like.xp.broadcast_to(array, tuple(np.ravel(shape).tolist()))


def _cumulative(name, of_torch):
    def run(like, a, axis=None, dtype=None):
        a, axis = (like.xp.reshape(a, (-1,)), 0) if axis is None else (a, axis)
        options = {} if dtype is None else {"dtype": like._dtype(dtype)}
        if like.library == "torch":
            return getattr(like.xp, of_torch)(a, axis, **options)
        return getattr(like.xp, name)(a, axis=axis, **options)

    return run


def _arg(name):
    return lambda like, a, axis=None, keepdims=False: (
        getattr(like.xp, name)(a, axis, keepdims)
        if like.library == "torch"
        else getattr(like.xp, name)(a, axis=axis, keepdims=keepdims)
    )


def _var(like, a, axis=None, ddof=0, keepdims=False):
    a = like._made(a)
    away = np.abs(a - np.mean(a, axis=axis, keepdims=True)) ** 2
    n = math.prod([a.shape[k] for k in _axes(axis, a.ndim)])
    return opened(np.sum(away, axis=axis, keepdims=keepdims) / (n - ddof))


def _flip(like, m, axis=None):
    axes = _axes(axis, len(m.shape))
    return like.xp.flip(m, axes) if like.library == "torch" else like.xp.flip(m, axis=axes)


BY_STANDARD = {
    np.sum: _reduced("sum"),
    np.prod: _reduced("prod"),
    np.max: _reduced("max", "amax"),
    np.min: _reduced("min", "amin"),
    np.any: _reduced("any"),
    np.all: _reduced("all"),
    np.mean: _reduced("mean"),
    np.transpose: _transpose,
    np.permute_dims: _transpose,
    np.swapaxes: _swapaxes,
    np.moveaxis: _moveaxis,
    np.reshape: _reshape,
    np.ravel: lambda like, a: like.xp.reshape(a, (-1,)),
    np.expand_dims: _expand_dims,
    np.squeeze: _squeeze,
    np.broadcast_to: _broadcast_to,
    np.where: _where,
    np.zeros_like: lambda like, a, dtype=None, shape=None: _full(like, a, 0, dtype, shape),
    np.empty_like: lambda like, a, dtype=None, shape=None: _full(like, a, 0, dtype, shape),
    np.ones_like: lambda like, a, dtype=None, shape=None: _full(like, a, 1, dtype, shape),
    np.full_like: lambda like, a, fill_value, dtype=None, shape=None: _full(like, a, fill_value, dtype, shape),
    np.concatenate: _joined("concat"),
    np.stack: _joined("stack"),
    np.vdot: _vdot,
    np.dot: _dot,
    np.tensordot: _tensordot,
    np.pad: _pad,
    np.lib.stride_tricks.sliding_window_view: _windows,
    np.cumsum: _cumulative("cumulative_sum", "cumsum"),
    np.cumprod: _cumulative("cumulative_prod", "cumprod"),
    np.argmax: _arg("argmax"),
    np.argmin: _arg("argmin"),
    np.flip: _flip,
    np.tril: lambda like, m, k=0: like.xp.tril(m, k) if like.library == "torch" else like.xp.tril(m, k=k),
    np.triu: lambda like, m, k=0: like.xp.triu(m, k) if like.library == "torch" else like.xp.triu(m, k=k),
    np.real: lambda like, val: like.xp.real(val),
    np.imag: lambda like, val: like.xp.imag(val),
    np.var: _var,
    np.std: lambda like, a, **options: like.xp.sqrt(_var(like, a, **options)),
}  # fmt: skip
