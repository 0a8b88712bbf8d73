"""Whatever moves elements about, chooses among them or fills arrays: all but the choice leaves no operation."""

import operator

import numpy as np

from autograd_core.capturing.native.code import Array, NotLoweredError, kind_or_raise
from autograd_core.capturing.native.table.gathering import gathered, scattered
from autograd_core.capturing.native.table.table import ELEMENTWISE, entry, only_arguments
from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value, is_static
from autograd_core.capturing.program.forms import astype, packed, reshaped, setitem, ufunc_at, unpacked, with_zeros

SHORT = 1_000  # elements of an index that is compared with what it was
ONE = {
    *functions.VIEWS, np.roll, np.repeat, np.tile, np.diag, np.diagflat, np.tril, np.triu, np.resize, np.delete,
    np.fft.fftshift, np.fft.ifftshift, np.linalg.diagonal, np.linalg.matrix_transpose, reshaped, unpacked,
}  # fmt: skip
FRAMED = {np.tril, np.triu, np.diag, np.diagflat}  # which put zeros into their results


@entry(*ONE)
def moved(b, call):
    """Of one array: the function itself, on ids."""
    array, *others = call.args
    others = [known(b, x) if type(x) is Value else x for x in others]
    if not is_static((others, call.kwargs)):
        raise NotLoweredError("indices that are computed")
    function = getattr(call.function, "shared", call.function)
    return (among_zeros if function in FRAMED else like)(b, b.array(array), function, others, call.kwargs)


@entry(np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit, np.unstack)
def split(b, call):
    array, *others = call.args
    if not is_static((others, call.kwargs)):
        raise NotLoweredError("places that are computed")
    x = b.array(array)
    parts = getattr(call.function, "shared", call.function)(x.array(), *others, **call.kwargs)
    return tuple([x.moved(np.asarray(ids)) for ids in parts])


def like(b, x, function, others, kwargs):
    ids = function(x.array(), *others, **kwargs)
    return x.moved(np.asarray(ids))


def among_zeros(b, x, function, others, kwargs):
    """The ids, and that of 0 in the places where the function puts zeros; ids begin at 1 for it."""
    zero = b.code.number(0, x.kind).ids
    ids = np.asarray(function(x.array() + 1, *others, **kwargs))
    return x.moved(np.where(ids == 0, zero, ids - 1))


@entry(np.take)
def taken(b, call):
    """`mode` other than "raise" is for indices that are constants."""
    array, index, *others = call.args
    axis = others[0] if others else call.kwargs.get("axis")
    index = known_or_computed(b, index) if type(index) is Value else index
    if type(index) is not Array:
        return moved(b, call)
    only_arguments(call, 3, "axis")
    x = b.array(array)
    x, axis = (x.reshape(-1), 0) if axis is None else (x, axis % x.ndim)
    return gathered(x, (*[slice(None)] * axis, index))


@entry(np.take_along_axis)
def taken_along(b, call):
    """Along one axis by an index that is computed, at the same place along the others."""
    array, index, *others = call.args
    x, index, axis = b.array(array), b.array(index), others[0] if others else call.kwargs.get("axis", -1)
    if axis is None:
        return gathered(x.reshape(-1), index.reshape(-1))
    axis %= x.ndim
    if any(m != n for i, (m, n) in enumerate(zip(x.shape, index.shape, strict=True)) if i != axis):
        raise NotLoweredError("an axis of one element beside a longer one")
    grid = np.ogrid[tuple([slice(n) for n in index.shape])]
    return gathered(x, tuple([index if i == axis else grid[i] for i in range(x.ndim)]))


@entry(np.copy, np.asarray, np.array, np.real, np.real_if_close)
def copied(b, call):
    only_arguments(call, 1, "dtype", "copy")
    return b.array(call.args[0])


@entry(astype)
def converted(b, call):
    return b.array(call.args[0], kind_or_raise(call.args[1], "a conversion"))


@entry(np.imag)
def imaginary(b, call):
    """Of real numbers: 0."""
    x = b.array(call.args[0])
    return x.moved(np.full(x.shape, b.code.number(0, x.kind).ids))


@entry(operator.getitem)
def picked(b, call):
    x, index = call.args
    if type(b.arrays.get(x)) is tuple:
        return b.arrays[x][index]
    x, index = b.array(x), index_of(b, index)
    return gathered(x, index) if is_computed(index) else x[index]


def index_of(b, index):
    """An index, with constants in the places of values that are, and Arrays of those that are computed."""
    if is_static(index):
        return index
    parts = index if type(index) is tuple else (index,)
    found = tuple([known_or_computed(b, part) if type(part) is Value else part for part in parts])
    return found if type(index) is tuple else found[0]


def is_computed(index):
    return type(index) is Array or (type(index) is tuple and any(type(part) is Array for part in index))


def known_or_computed(b, value):
    try:
        return known(b, value)
    except NotLoweredError:
        return b.array(value)


def known(b, value):
    """The constant that a value is; of what the step closes over, its contents now, as long as they stay."""
    if value not in b.program.origins and value not in b.given:
        if value.source is None:
            return value.sample
        if value.source.kind != "argument" and value.size <= SHORT and value not in b.program.moving:
            contents = b.indices[value.source.location] = np.array(b.program.array(value))
            b.code.check(b.array(value).equals(b.constant(contents)))
            return contents
    raise NotLoweredError("an index that is computed")


@entry(setitem)
def part_set(b, call):
    array, index, new = call.args
    x = b.array(array)
    new, index = b.array(new, x.kind), index_of(b, index)
    if is_mask(index, x):
        return where_masked(index, x, new, lambda old, new: new)
    if is_computed(index):
        return scattered(x, index, new, lambda old, new: new)
    ids = np.array(x.array())
    ids[index] = new.array()
    return x.moved(ids)


def is_mask(index, x):
    return type(index) is Array and index.kind == "b1" and index.shape == x.shape[: index.ndim]


def where_masked(mask, x, new, combine):
    """The array with a number in the places that a mask names."""
    if new.size != 1:
        raise NotLoweredError("elements in the places of a mask that is computed")
    mask = mask.reshape(*mask.shape, *[1] * (x.ndim - mask.ndim))
    return x.code.select(mask, combine(x, new.reshape()), x)


@entry(ufunc_at)
def added_at(b, call):
    """`ufunc.at`: the elements one after the other, as often as each is named."""
    array, ufunc, index, *others = call.args
    if ufunc not in (np.add, np.subtract, np.multiply, np.maximum, np.minimum) or len(others) != 1:
        raise NotLoweredError(f"{ufunc.__name__}.at")
    x, index = b.array(array), index_of(b, index)
    new = b.array(others[0], x.kind)
    combine = lambda old, new: ELEMENTWISE[ufunc](b.code, old, new)
    if is_mask(index, x):
        return where_masked(index, x, new, combine)
    if is_computed(index):
        return scattered(x, index, new, combine)
    places = np.arange(x.size).reshape(x.shape)[index]
    new = np.broadcast_to(new.array(), places.shape).ravel()
    ids, places = np.array(x.array()).ravel(), places.ravel()
    if places.size > 4000:
        raise NotLoweredError("many indices")
    while places.size:  # each time those that name an element for the first time
        _, first = np.unique(places, return_index=True)
        first.sort()
        ids[places[first]] = combine(x.moved(ids[places[first]]), x.moved(new[first])).array()
        places, new = np.delete(places, first), np.delete(new, first)
    return x.moved(ids.reshape(x.shape))


@entry(with_zeros)
def row_above_zeros(b, call):
    x = b.array(call.args[0])
    return x.moved(np.concatenate([x.array(), np.full(x.shape, b.code.number(0, x.kind).ids)]))


@entry(packed)
def parts_in_a_row(b, call):
    parts = [b.array(part) for part in call.operands]
    rows = zip(parts, call.kwargs["orders"], strict=True)
    return parts[0].moved(np.concatenate([np.ravel(part.array(), order) for part, order in rows]))


@entry(np.append)
def appended(b, call):
    array, values, *others = call.args
    kind = kind_or_raise(call.out.dtype, "a result")
    return Array(b.code, np.append(b.array(array, kind).array(), b.array(values, kind).array(), *others, **call.kwargs), kind)


@entry(np.insert)
def inserted(b, call):
    array, index, values, *others = call.args
    if not is_static((index, others, call.kwargs)):
        raise NotLoweredError("an index that is computed")
    x = b.array(array)
    return x.moved(np.insert(x.array(), index, b.array(values, x.kind).array(), *others, **call.kwargs))


@entry(np.concatenate, np.stack, np.hstack, np.vstack, np.column_stack, np.dstack)
def joined(b, call):
    parts, *others = call.args
    if type(parts) not in (list, tuple) or not is_static((others, call.kwargs)):
        raise NotLoweredError("the rows of one array, or an axis that is computed")
    kind = kind_or_raise(call.out.dtype, "a result")
    ids = call.function([b.array(part, kind).array() for part in parts], *others, **call.kwargs)
    return Array(b.code, ids, kind)


@entry(np.pad)
def padded(b, call):
    array, width, *others = call.args
    mode = others[0] if others else call.kwargs.get("mode", "constant")
    number = call.kwargs.get("constant_values", 0)
    if mode != "constant" or call.kwargs.keys() - {"mode", "constant_values"} or np.ndim(number) or type(number) is Value:
        raise NotLoweredError(f"the mode {mode!r}" if mode != "constant" else "several constants")
    x = b.array(array)
    ids = np.pad(x.array() + 1, width)
    return x.moved(np.where(ids == 0, b.code.number(number, x.kind).ids, ids - 1))


@entry(np.choose)
def chosen_by_number(b, call):
    index, choices = call.args
    only_arguments(call)
    if type(choices) not in (list, tuple):
        raise NotLoweredError("choices that are rows of one array")
    kind, number = kind_or_raise(call.out.dtype, "a result"), b.array(index)
    number = b.code.cast(number, "i8")
    b.code.check((number >= 0) & (number < len(choices)))
    found = b.array(choices[0], kind)
    for i, x in enumerate(choices):
        found = b.code.select(number.equals(i), b.array(x, kind), found)
    return found


FILLS: dict = {np.zeros_like: 0, np.ones_like: 1, np.full_like: None, np.empty_like: 0, np.zeros: 0, np.ones: 1}


@entry(*FILLS)
def filled(b, call):
    number = FILLS[call.function]
    kind = kind_or_raise(call.out.dtype, "a result")
    if number is None:
        number = call.kwargs["fill_value"] if "fill_value" in call.kwargs else call.args[1]
    ids = b.array(number, kind).array()
    if ids.ndim > len(call.out.shape):
        raise NotLoweredError("more axes than the result has")
    return Array(b.code, np.broadcast_to(ids, call.out.shape), kind).simple()


@entry(np.where)
def chosen(b, call):
    only_arguments(call)
    if len(call.args) != 3:
        raise NotLoweredError("one argument alone")
    kind = kind_or_raise(call.out.dtype, "a result")
    test, x, y = call.args
    return b.code.select(b.array(test, "b1"), b.array(x, kind), b.array(y, kind))


@entry(np.clip)
def clipped(b, call):
    x, low, high = [*call.args, None, None][:3]
    low, high = call.kwargs.get("min", call.kwargs.get("a_min", low)), call.kwargs.get("max", call.kwargs.get("a_max", high))
    only_arguments(call, 3, "min", "max", "a_min", "a_max")
    kind = kind_or_raise(call.out.dtype, "a result")
    found = b.array(x, kind)
    if low is not None:
        found = ELEMENTWISE[np.maximum](b.code, found, b.array(low, kind))
    if high is not None:
        found = ELEMENTWISE[np.minimum](b.code, found, b.array(high, kind))
    return found
