"""Functions of NumPy that take a batch axis in front."""

import math

import numpy as np

from autograd_core.functional.batches.calls import (
    CannotBatch,
    axes_in_front,
    batched_among,
    batching,
    data_of,
    elementwise,
    is_batched,
    made,
    ndim_of,
)

# Elementwise

for function in (
    np.real, np.imag, np.angle, np.round, np.around, np.nan_to_num, np.isclose, np.sinc, np.i0, np.fix,
    np.isneginf, np.isposinf, np.clip, np.iscomplex, np.isreal,
):  # fmt: skip

    @batching(function)
    def _(*args, function=function, **kwargs):
        return elementwise(function, args, kwargs)


@batching(np.where)
def where(condition, *choices):
    if not choices:
        raise CannotBatch("another number of places is found in each array")
    return elementwise(np.where, (condition, *choices), {})


for name in ("shape", "ndim", "size"):

    @batching(getattr(np, name))
    def _(a, axis=None, name=name):
        value = getattr(a, name)
        return value if axis is None else a.shape[axis]


for name in ("iscomplexobj", "isrealobj"):

    @batching(getattr(np, name))
    def _(x, name=name):
        return getattr(np, name)(np.zeros((), x.dtype))


@batching(np.result_type)
def result_type(*args):
    return np.result_type(*[x.dtype if is_batched(x) else x for x in args])


@batching(np.copy)
def copy(a, order="K", subok=False):
    return a.copy()


@batching(np.astype)
def astype(x, dtype, /, *, copy=True, device=None):
    return x.astype(dtype, copy=copy)


for name in ("zeros_like", "ones_like", "empty_like"):

    @batching(getattr(np, name))
    def _(a, dtype=None, order="K", subok=True, shape=None, *, device=None, name=name):
        shape = a.shape if shape is None else (shape,) if isinstance(shape, int) else tuple(shape)
        return made(a, getattr(np, name)(a.data[:1], dtype=dtype, shape=(a.count, *shape)))


# Reductions, and what else goes along an axis


def shifted(axis, ndim):
    return tuple([k % ndim + 1 for k in axis]) if isinstance(axis, (tuple, list, range)) else axis % ndim + 1


def along(function, whole, default=None):
    """A function along `axis`, the second of its arguments. `whole` says what it does without one: take all "axes", or all
    elements in a "row"."""

    def rule(a, axis=default, *rest, **kwargs):
        if batched_among((rest, kwargs)) or not is_batched(a) or kwargs.get("out") is not None:
            return NotImplemented
        data = a.data
        if axis is None:
            if whole is None or (whole == "row" and kwargs.get("keepdims")):
                return NotImplemented
            axis = tuple(range(1, data.ndim)) if whole == "axes" else 1
            if whole == "row":
                data = np.reshape(data, (a.count, a.size))
        elif not a.ndim:
            return NotImplemented
        else:
            axis = shifted(axis, a.ndim)
        return made(a, function(data, axis, *rest, **kwargs))

    return rule


for name in ["sum", "mean", "prod", "max", "min", "amax", "amin", "any", "all", "std", "var"]:
    batching(getattr(np, name))(along(getattr(np, name), "axes"))
for name in ["cumsum", "cumprod", "argmax", "argmin", "median"]:
    batching(getattr(np, name))(along(getattr(np, name), "row"))
for name in ["sort", "argsort"]:
    batching(getattr(np, name))(along(getattr(np, name), None, -1))
for name in ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]:

    @batching(getattr(np.fft, name))
    def _(a, n=None, axis=-1, norm=None, out=None, name=name):
        return made(a, getattr(np.fft, name)(a.data, n, shifted(axis, a.ndim), norm))


@batching(np.linalg.norm)
def norm(x, ord=None, axis=None, keepdims=False):
    if axis is None:
        if keepdims or (ord is not None and x.ndim not in (1, 2)):
            return NotImplemented
        data = np.reshape(x.data, (x.count, x.size)) if ord is None else x.data
        return made(x, np.linalg.norm(data, ord, 1 if data.ndim == 2 else (1, 2)))
    return made(x, np.linalg.norm(x.data, ord, shifted(axis, x.ndim), keepdims))


batching(np.flip)(along(np.flip, None))


def reduced(ufunc):
    def rule(a, axis=0, dtype=None, out=None, keepdims=False, initial=np._NoValue, where=True):
        if not is_batched(a) or is_batched(where) or out not in (None, (None,)):
            return NotImplemented
        if not a.ndim and axis is not None:
            axis = ()
        axis = tuple(range(1, a.ndim + 1)) if axis is None else shifted(axis, max(a.ndim, 1))
        options = {} if initial is np._NoValue else {"initial": initial}
        options |= {} if where is True else {"where": where}
        return made(a, ufunc.reduce(a.data, axis=axis, dtype=dtype, keepdims=keepdims, **options))

    return rule


for ufunc in (np.add, np.multiply, np.maximum, np.minimum, np.logical_and, np.logical_or, np.logaddexp):
    batching((ufunc, "reduce"))(reduced(ufunc))


def accumulated(ufunc):
    def rule(a, axis=0, dtype=None, out=None):
        return made(a, ufunc.accumulate(a.data, shifted(axis, a.ndim), dtype))

    return rule


for ufunc in (np.add, np.multiply, np.maximum, np.minimum):
    batching((ufunc, "accumulate"))(accumulated(ufunc))


@batching((np.add, "at"))
def add_at(a, index, value):
    parts = index if type(index) is tuple else (index,)
    if not is_batched(a) or batched_among(parts):
        raise CannotBatch("elements are added at other places in each array")
    where, front = (slice(None), *parts), axes_in_front(parts)
    shape = np.moveaxis(a.data[where], front, 0).shape
    np.add.at(a.data, where, np.moveaxis(np.broadcast_to(data_of(value, len(shape) - 1), shape), 0, front))


# Shapes


@batching(np.reshape)
def reshape(a, /, shape, order="C", *, copy=None):
    if order != "C":
        return NotImplemented
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if -1 in shape and not a.count:
        rest = math.prod(n for n in shape if n != -1)
        shape = tuple([math.prod(a.shape) // rest if n == -1 else n for n in shape])
    return made(a, np.reshape(a.data, (a.count, *shape)))


@batching(np.ravel)
def ravel(a, order="C"):
    return reshape(a, (math.prod(a.shape),), order)


@batching(np.transpose)
def transpose(a, axes=None):
    axes = range(a.ndim)[::-1] if axes is None else [k % a.ndim for k in axes]
    return made(a, np.transpose(a.data, (0, *[k + 1 for k in axes])))


@batching(np.matrix_transpose)
def matrix_transpose(x):
    return made(x, np.swapaxes(x.data, -1, -2))


@batching(np.swapaxes)
def swapaxes(a, axis1, axis2):
    return made(a, np.swapaxes(a.data, shifted(axis1, a.ndim), shifted(axis2, a.ndim)))


@batching(np.moveaxis)
def moveaxis(a, source, destination):
    return made(a, np.moveaxis(a.data, shifted(source, a.ndim), shifted(destination, a.ndim)))


@batching(np.expand_dims)
def expand_dims(a, axis):
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    return made(a, np.expand_dims(a.data, shifted(axes, a.ndim + len(axes))))


@batching(np.squeeze)
def squeeze(a, axis=None):
    axis = tuple([k for k, n in enumerate(a.shape) if n == 1]) if axis is None else axis
    return made(a, np.squeeze(a.data, shifted(axis, a.ndim)))


@batching(np.broadcast_to)
def broadcast_to(array, shape, subok=False):
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return made(array, np.broadcast_to(data_of(array, len(shape)), (array.count, *shape)))


@batching(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False):
    axes = tuple(range(x.ndim)) if axis is None else axis
    return made(x, np.lib.stride_tricks.sliding_window_view(x.data, window_shape, shifted(axes, x.ndim)))


def whole(x, like):
    """The data of x, which is repeated for each array if it is no batch."""
    return x.data if is_batched(x) else np.broadcast_to(x, (like.count, *np.shape(x)))


@batching(np.concatenate)
def concatenate(arrays, /, axis=0, out=None, *, dtype=None, casting="same_kind"):
    like = batched_among(arrays)[0]
    parts = [whole(x, like) for x in arrays]
    if axis is None:
        parts, axis = [np.reshape(part, (like.count, -1)) for part in parts], 0
    return made(like, np.concatenate(parts, shifted(axis, parts[0].ndim - 1), dtype=dtype, casting=casting))


@batching(np.stack)
def stack(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    like = batched_among(arrays)[0]
    parts = [whole(x, like) for x in arrays]
    return made(like, np.stack(parts, shifted(axis, parts[0].ndim), dtype=dtype, casting=casting))


for name in ("tril", "triu"):

    @batching(getattr(np, name))
    def _(m, k=0, name=name):
        return made(m, getattr(np, name)(m.data, k)) if m.ndim > 1 else NotImplemented


@batching(np.diagonal)
def diagonal(a, offset=0, axis1=0, axis2=1):
    return made(a, np.diagonal(a.data, offset, shifted(axis1, a.ndim), shifted(axis2, a.ndim)))


@batching(np.roll)
def roll(a, shift, axis=None):
    if axis is None or not a.ndim:
        return reshape(made(a, np.roll(np.reshape(a.data, (a.count, -1)), shift, 1)), a.shape)
    return made(a, np.roll(a.data, shift, shifted(axis, a.ndim)))


@batching(np.take)
def take(a, indices, axis=None, out=None, mode="raise"):
    if is_batched(a) and not is_batched(indices):
        data = np.reshape(a.data, (a.count, -1)) if axis is None else a.data
        return made(a, np.take(data, indices, 1 if axis is None else shifted(axis, a.ndim), mode=mode))
    if is_batched(indices) and not is_batched(a) and axis in (0, None):
        return made(indices, np.take(a, indices.data, axis, mode=mode))
    return NotImplemented


@batching(np.take_along_axis)
def take_along_axis(arr, indices, axis=-1):
    if axis is None:
        return NotImplemented
    like = batched_among((arr, indices))[0]
    return made(like, np.take_along_axis(whole(arr, like), whole(indices, like), shifted(axis, ndim_of(arr))))


# Products


@batching(np.matmul)
def matmul(a, b):
    if not is_batched(a) and a.ndim == 2 and b.ndim == 1:
        return made(b, np.matmul(b.data, np.transpose(a)))
    if not is_batched(b):
        if a.ndim == 2 and b.ndim <= 2:  # all rows of all arrays in one product
            n, m, k = a.data.shape
            return made(a, np.reshape(np.matmul(np.reshape(a.data, (n * m, k)), b), (n, m, *b.shape[1:])))
        if a.ndim == 1 and b.ndim <= 2:
            return made(a, np.matmul(a.data, b))
    like = batched_among((a, b))[0]
    row, column = ndim_of(a) == 1, ndim_of(b) == 1
    a = a[None, :] if row and is_batched(a) else a
    b = b[:, None] if column and is_batched(b) else b
    row, column = row and is_batched(a), column and is_batched(b)
    ndim = max(ndim_of(a), ndim_of(b), 2)
    out = np.matmul(data_of(a, ndim), data_of(b, ndim))
    if column:
        out = out[..., 0]
    if row:
        out = out[..., 0, :] if not column else out[..., 0]
    return made(like, out)


@batching(np.vecdot)
def vecdot(a, b, axis=-1):
    return elementwise(np.vecdot, (a, b), {}) if axis == -1 else NotImplemented


@batching(np.dot)
def dot(a, b, out=None):
    if not ndim_of(a) or not ndim_of(b):
        return np.multiply(a, b)
    return np.matmul(a, b) if ndim_of(b) <= 2 else NotImplemented


@batching(np.outer)
def outer(a, b, out=None):
    return np.multiply(np.reshape(a, (-1, 1)), np.reshape(b, (1, -1)))


@batching(np.vdot)
def vdot(a, b, /):
    return np.sum(np.multiply(np.conjugate(np.ravel(a)), np.ravel(b)))


@batching(np.inner)
def inner(a, b, /):
    if ndim_of(a) == 1 == ndim_of(b):
        return np.matmul(a, b)
    return (
        np.multiply(a, b)
        if not ndim_of(a) or not ndim_of(b)
        else np.matmul(a, np.matrix_transpose(b))
        if (ndim_of(a) == 2 == ndim_of(b))
        else NotImplemented
    )


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@batching(np.einsum)
def einsum(subscripts, *operands, out=None, optimize=False, **kwargs):
    if not isinstance(subscripts, str) or kwargs:
        return NotImplemented
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    new = next(letter for letter in LETTERS if letter not in subscripts)
    if not arrow:
        letters = inputs.replace(",", "").replace("...", "")
        output = ("..." if "..." in inputs else "") + "".join(sorted(x for x in set(letters) if letters.count(x) == 1))
    given = ",".join([new + part if is_batched(x) else part for part, x in zip(inputs.split(","), operands, strict=True)])
    like = batched_among(operands)[0]
    return made(like, np.einsum(f"{given}->{new}{output}", *[data_of(x, 0) for x in operands], optimize=optimize))


@batching(np.tensordot)
def tensordot(a, b, axes=2):
    try:
        first, second = axes
        first, second = (list(np.atleast_1d(part)) for part in (first, second))
    except TypeError:
        first, second = list(range(ndim_of(a) - axes, ndim_of(a))), list(range(axes))
    of_a, of_b = LETTERS[: ndim_of(a)], list(LETTERS[ndim_of(a) : ndim_of(a) + ndim_of(b)])
    for i, j in zip(first, second, strict=True):
        of_b[j] = of_a[i]
    kept = [x for x in of_a if x not in of_b] + [x for x in of_b if x not in of_a]
    return np.einsum(f"{of_a},{''.join(of_b)}->{''.join(kept)}", a, b, optimize=True)


# Matrices, of which LAPACK takes stacks

for name in ["inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "qr", "svd", "eig", "eigvals"]:

    @batching(getattr(np.linalg, name))
    def _(a, *args, name=name, **kwargs):
        return made(a, getattr(np.linalg, name)(a.data, *args, **kwargs))


@batching(np.linalg.solve)
def solve(a, b):
    like, column = batched_among((a, b))[0], ndim_of(b) == 1
    b = np.expand_dims(b, -1) if column else b
    ndim = max(ndim_of(a), ndim_of(b))
    out = np.linalg.solve(data_of(a, ndim), data_of(b, ndim))
    return made(like, out[..., 0] if column else out)
