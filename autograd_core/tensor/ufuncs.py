"""Ufuncs in their other forms: `where=`, `dtype=`, `axes=`, and the methods reduce, accumulate, outer, reduceat, at.

Each form is written in terms of plain calls `ufunc(a, b)` and other functions of the table, so that none needs a rule
of its own. They are reached only if a Tensor of a graph is among the operands. Those of NumPy's ufuncs for
which there is a function (`np.add.reduce` is `np.sum`) are that function; any other binary ufunc is applied step by step.

`out` is what the call gives as `out=`, one for each result, or None: needed only if a part of it stays as it is.
The result is put into it by `dispatch`.
"""

import math

import numpy as np

from autograd_core.derivatives.indexing import scatter, setitem
from autograd_core.derivatives.kinds import handed_out
from autograd_core.derivatives.softmax import logsumexp
from autograd_core.derivatives.table import VALUE_ONLY
from autograd_core.errors import DetachError, DTypeError
from autograd_core.graph.refusals import refuse_dtype
from autograd_core.graph.results import recording, wrap, wrapped
from autograd_core.graph.variable import Variable, count_recorded, plain

REDUCED = {
    np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min, np.fmax: np.nanmax, np.fmin: np.nanmin,
}  # fmt: skip
ACCUMULATED = {np.add: np.cumsum, np.multiply: np.cumprod}
MISSING = object()


def on_values(ufunc, method, inputs, kwargs, out):
    """The call as NumPy does it, on the values: for what has no derivative, and if nothing is recorded.

    What `out=` holds is copied and handed over, since `where=` leaves a part of it as it is.
    """
    given = {name: plain(value) for name, value in kwargs.items()}
    if any(target is not None for target in out):
        given["out"] = tuple([target if target is None else np.array(plain(target)) for target in out])
    result = getattr(ufunc, method)(*plain(inputs), **given)
    if ufunc in VALUE_ONLY:
        return result if type(result) is np.ndarray else handed_out(result)
    return wrapped(tuple([part[()] for part in result]) if isinstance(result, tuple) else result[()])


# A call


def call(ufunc, *inputs, out=(None,), where=True, dtype=None, signature=None, casting="same_kind", order="K", subok=True, **core):
    """`ufunc(*inputs, …)` with keywords. `order` and `subok` change no value."""
    if core:
        return _with_axes(ufunc, [_array(x) for x in inputs], **core)
    if dtype is not None or signature is not None or casting != "same_kind":
        inputs = _cast(ufunc, inputs, dtype, signature, casting)
    where = plain(where)
    if where is True:
        return _stretched(ufunc(*inputs), out)
    return _masked(ufunc, inputs, where, out, casting)


def _stretched(result, out):
    """The result in the shape of `out=`, which may be larger: NumPy then repeats it."""
    if isinstance(result, tuple):
        return tuple([_stretched(part, (target,)) for part, target in zip(result, out, strict=True)])
    if out[0] is None or out[0].shape == result.shape:
        return result
    try:
        return np.broadcast_to(result, out[0].shape)
    except ValueError:
        return result  # putting it into `out` will say what is wrong


def _cast(ufunc, inputs, dtype, signature, casting):
    """The inputs in the dtypes in which `ufunc` would compute."""
    given = [type(x) if type(x) in (int, float, complex) else _array(x).dtype for x in inputs]
    if signature is None and dtype is not None:
        signature = (None,) * ufunc.nin + (np.dtype(dtype),) * ufunc.nout
    options = {} if signature is None else {"signature": signature}
    dtypes = ufunc.resolve_dtypes((*given, *[None] * ufunc.nout), casting=casting, **options)
    if dtypes[-1].kind not in "fc":
        refuse_dtype(ufunc.__name__, dtypes[-1])
    return [
        x if type(x) in (int, float, complex) or x.dtype == to else x.astype(to)
        for x, to in zip(map(_array, inputs), dtypes, strict=False)
    ]


def _masked(ufunc, inputs, where, out, casting):
    """Only where `where` is True: these elements are picked out, so that neither a warning nor a gradient comes from others."""
    shape = np.broadcast_shapes(
        np.shape(where), *[np.shape(x) for x in inputs], *[target.shape for target in out if target is not None]
    )
    where = np.broadcast_to(np.asarray(where, bool), shape)
    result = ufunc(*[x if type(x) in (int, float, complex) else np.broadcast_to(x, shape)[where] for x in inputs])
    if isinstance(result, tuple):
        return tuple([_placed(part, where, base, casting) for part, base in zip(result, out, strict=True)])
    return _placed(result, where, out[0], casting)


def clip(args, *, where, out=None, casting="same_kind", **kwargs):
    """`np.clip` with `where=`: a function, which hands it on to a ufunc."""
    result = np.clip(*args, casting=casting, **kwargs)
    base = out[0] if isinstance(out, tuple) else out
    where = np.asarray(plain(where), bool)
    shape = np.broadcast_shapes(np.shape(where), np.shape(result), *(() if base is None else (base.shape,)))
    where = np.broadcast_to(where, shape)
    return _placed(np.broadcast_to(result, shape)[where], where, base, casting)


def _placed(values, where, base, casting):
    """`values` where `where` is True, and `base` elsewhere (zeros where there is none)."""
    if base is None:
        return setitem(np.zeros(where.shape, values.dtype), where, values)
    if not np.can_cast(values.dtype, base.dtype, casting):
        raise DTypeError(f"out=: a result of {values.dtype} does not go into {base.dtype}")
    return setitem(base, where, values)


def _with_axes(ufunc, inputs, axes=None, axis=None, keepdims=False, **kwargs):
    """A product of vectors or matrices along axes other than the last: they are moved there and back."""
    counts = [len(part.strip("()").split(",")) if part != "()" else 0 for part in _parts(ufunc.signature)]
    if axes is None:
        axes = [() if count == 0 else (axis,) if axis is not None else tuple(range(-count, 0)) for count in counts]
        if keepdims:
            axes[-1] = axes[0]
    axes = [axis if isinstance(axis, tuple) else (axis,) for axis in axes]
    if len(axes) < len(counts):
        axes = [*axes, axes[0] if keepdims else ()]
    inputs = [np.moveaxis(x, axis, range(-len(axis), 0)) if axis else x for x, axis in zip(inputs, axes, strict=False)]
    result = call(ufunc, *inputs, **kwargs)
    if keepdims:
        return np.expand_dims(result, axes[-1])
    return np.moveaxis(result, range(-len(axes[-1]), 0), axes[-1]) if axes[-1] else result


def _parts(signature):
    """ "(m,n),(n)->(m)" -> ["(m,n)", "(n)", "(m)"]"""
    return [part + ")" for part in signature.replace("->", ",").removesuffix(")").split("),")]


# Methods


def reduce(ufunc, array, axis=0, dtype=None, keepdims=False, initial=MISSING, where=True, out=(None,)):
    options = {"axis": axis, "keepdims": keepdims}
    if initial is not MISSING:
        options["initial"] = initial
    where = plain(where)
    if where is not True:
        options["where"] = where
    as_function = ufunc in REDUCED and (initial is not None or ufunc not in (np.add, np.multiply))
    if as_function and (where is True or ufunc not in (np.fmax, np.fmin)):  # nanmax(x, initial, where) may have nothing to take
        return REDUCED[ufunc](_as(ufunc, array, dtype), **options)
    if ufunc is np.logaddexp and where is True and initial is MISSING and np.size(array) and array.dtype.kind == "f":
        return logsumexp(_as(ufunc, array, dtype), axis, keepdims)
    expected = ufunc.reduce(plain(array), dtype=dtype, **plain(options))  # NumPy's own errors, and the dtype
    return _folded(ufunc, _as(ufunc, array, getattr(expected, "dtype", dtype)), options, expected)


def _folded(ufunc, array, options, expected):
    """A reduction by one call after the other along the axis, as NumPy does it."""
    shape = np.shape(array)
    axis = options["axis"] if shape else ()  # NumPy takes 0 and -1 for a number's axis
    axes = np.lib.array_utils.normalize_axis_tuple(range(len(shape)) if axis is None else axis, len(shape))
    rows = _first(array, axes)
    where = None if "where" not in options else _first(np.broadcast_to(options["where"], shape), axes)
    start = options.get("initial")
    if start is None and where is not None:
        start = ufunc.identity
    steps = range(rows.shape[0])
    if start is None:
        if not steps:
            return wrap(expected)
        result, steps = rows[0], steps[1:]
        if ufunc is np.hypot and not steps and "initial" not in options:
            result = np.abs(result)  # NumPy starts with hypot's identity, 0
    else:
        result = np.broadcast_to(_as(ufunc, start, expected.dtype), rows.shape[1:])
    for i in steps:
        result = ufunc(result, rows[i]) if where is None else _masked(ufunc, (result, rows[i]), where[i], (result,), "same_kind")
    return np.expand_dims(result, axes) if options["keepdims"] else result


def _first(array, axes):
    """The array with the given axes made one, the first; of length 1 for no axes."""
    array = np.moveaxis(array, axes, range(len(axes)))
    return array if len(axes) == 1 else np.reshape(array, (math.prod(array.shape[: len(axes)]), *array.shape[len(axes) :]))


def accumulate(ufunc, array, axis=0, dtype=None, out=(None,)):
    expected = ufunc.accumulate(plain(array), axis, dtype)
    axis = 0 if axis is None else axis
    if ufunc in ACCUMULATED:
        return ACCUMULATED[ufunc](array, axis=axis, dtype=dtype)
    if not expected.size:
        return wrap(expected)
    rows = np.moveaxis(_as(ufunc, array, expected.dtype), axis, 0)
    results = [rows[0]]
    for i in range(1, len(rows)):
        results.append(ufunc(results[-1], rows[i]))
    return np.stack(results, axis=axis)


def outer(ufunc, a, b, out=(None,), **kwargs):
    a = _array(a)
    return call(ufunc, np.reshape(a, a.shape + (1,) * np.ndim(b)), b, out=out, **kwargs)


def reduceat(ufunc, array, indices, axis=0, dtype=None, out=(None,)):
    indices = np.asarray(plain(indices))
    expected = ufunc.reduceat(plain(array), indices, axis, dtype)  # NumPy's own errors
    if not expected.size:
        return wrap(expected)
    rows = np.moveaxis(_as(ufunc, array, dtype), axis, 0)
    stops = [*indices[1:], len(rows)]
    parts = [rows[i] if i + 1 >= stop else ufunc.reduce(rows[i:stop], axis=0) for i, stop in zip(indices, stops, strict=True)]
    return np.stack(parts, axis=axis)


def at(ufunc, target, index, *operands):
    """`ufunc.at`: the Tensor `target` moves on to its new value, as by assignment. Repeated indices count repeatedly."""
    if not isinstance(target, Variable):
        if count_recorded((index, *operands)) and recording() is not False:
            raise DetachError(
                f"{ufunc.__name__}.at: an ndarray cannot hold values of a Tensor that is part of a graph, their gradient would "
                f"be lost. Make it a Tensor first: arr = Tensor(arr); np.{ufunc.__name__}.at(arr, index, t)"
            )
        ufunc.at(target, plain(index), *plain(operands))
        return
    index = plain(index)
    changed = np.array(plain(target))
    ufunc.at(changed, index, *plain(operands))  # NumPy's own errors, and the value
    if count_recorded((target, *operands)) and recording() is not False:
        target._become(_changed(ufunc, target, index, operands))
    else:
        target._become(wrap(changed[()]))


def _changed(ufunc, target, index, operands):
    positions = np.arange(target.size).reshape(target.shape)[index]
    operands = [np.broadcast_to(x, positions.shape) for x in operands]
    if ufunc is np.add or ufunc is np.subtract:
        return ufunc(target, scatter(operands[0], index, target.shape))
    # Others one round after the other: first all first occurrences of a position, then all second ones, …
    flat, operands, positions = np.ravel(target), [np.ravel(x) for x in operands], positions.ravel()
    for chosen in _rounds(positions):
        places = positions[chosen]
        flat = setitem(flat, places, ufunc(flat[places], *[x[chosen] for x in operands]))
    return np.reshape(flat, target.shape)


def _rounds(positions):
    """Where each position occurs for the first time, for the second, …: index arrays without repetitions among positions."""
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    starts = np.searchsorted(ordered, ordered)  # where the run of equal positions begins
    turns = np.arange(len(order)) - starts
    return [order[turns == turn] for turn in range(turns.max(initial=-1) + 1)]


def _array(x):
    return x if isinstance(x, (Variable, np.ndarray, np.generic)) else np.asarray(x)


def _as(ufunc, array, dtype):
    """The array in the dtype in which a method of the ufunc computes."""
    array = _array(array)
    if dtype is None or array.dtype == dtype:
        return array
    if np.dtype(dtype).kind not in "fc":
        refuse_dtype(ufunc.__name__, np.dtype(dtype))
    return array.astype(dtype)
