"""Joining arrays, splitting them, and putting elements in or taking them out along an axis."""

import itertools

import numpy as np

from autograd_core.derivatives.operands import array, as_plain
from autograd_core.derivatives.table import composed, primitive
from autograd_core.errors import ShapeError

# Joining


def operands(arrays, dtype=None, casting="same_kind"):
    """The list of what to join: of a Tensor its rows, of nested lists arrays, all of `dtype` if that is given."""
    arrays = [array(item) for item in arrays]
    if dtype is None:
        return arrays
    for item in arrays:
        if not np.can_cast(item.dtype, dtype, casting):
            raise TypeError(f"cannot cast from {item.dtype} to {np.dtype(dtype)} with casting={casting!r}")
    return [np.astype(item, dtype) if item.ndim else np.astype(np.reshape(item, ()), dtype) for item in arrays]


@primitive(
    "arrays one after another | the part of ḡ that is its own",
    name="concatenate",
    sequence="arrays",
    arrays=lambda g, i, axis, ends: g[(*[slice(None)] * axis, slice(ends[i], ends[i + 1]))],
)
def joined(arrays, axis, ends):
    """`np.concatenate(arrays, axis)`; array i ends before ends[i + 1] (added up once, not again for each gradient)."""
    return np.concatenate(arrays, axis)


@primitive(
    "arrays side by side along a new axis | ḡ[i]",
    name="stack",
    sequence="arrays",
    arrays=lambda g, i, axis: g[(*[slice(None)] * axis, i)],
)
def stacked(arrays, axis):
    """`np.stack(arrays, axis)`; a list of scalars becomes an array 30 times as fast in one go."""
    if isinstance(arrays[0], np.generic) and all(isinstance(item, np.generic) for item in arrays):
        return np.array(arrays)
    return np.stack(arrays, axis)


@composed("concatenate")
def concatenate(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    arrays = operands(arrays, dtype, casting)
    if axis is None:
        arrays, axis = [np.ravel(item) for item in arrays], 0
    shapes = [item.shape for item in arrays]
    if () in shapes:
        raise ShapeError("concatenate: a 0-d array has no axis to join along; write np.stack or np.hstack")
    first = shapes[0]
    axis = axis_in("concatenate", axis, len(first))
    if shapes.count(first) < len(shapes) and len({(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}) > 1:
        raise ShapeError(f"concatenate: the shapes {some(shapes)} do not go together, they must be equal but for axis {axis}")
    return joined(arrays, axis, tuple(itertools.accumulate([shape[axis] for shape in shapes], initial=0)))


@composed("stack")
def stack(arrays, axis=0, out=None, *, dtype=None, casting="same_kind"):
    arrays = operands(arrays, dtype, casting)
    shapes = [item.shape for item in arrays]
    if len(set(shapes)) > 1:
        raise ShapeError(f"stack: the shapes {some(shapes)} do not go together, they must all be equal")
    return stacked(arrays, axis_in("stack", axis, len(shapes[0]) + 1))


def axis_in(name, axis, ndim):
    """The axis counted from the front; an error if there is none of that number."""
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim, name)
    return axis % ndim


def some(shapes):
    """Different shapes in words, not all of a long list."""
    texts = [str(shape) for shape in dict.fromkeys(shapes)]
    return " and ".join(texts) if len(texts) < 4 else f"{', '.join(texts[:3])}, …"


@composed("vstack")
def vstack(tup, *, dtype=None, casting="same_kind"):
    return np.concatenate([np.atleast_2d(item) for item in operands(tup)], 0, dtype=dtype, casting=casting)


@composed("hstack")
def hstack(tup, *, dtype=None, casting="same_kind"):
    arrays = [np.atleast_1d(item) for item in operands(tup)]
    return np.concatenate(arrays, 0 if arrays[0].ndim == 1 else 1, dtype=dtype, casting=casting)


@composed("dstack")
def dstack(tup):
    return np.concatenate([np.atleast_3d(item) for item in operands(tup)], 2)


@composed("column_stack")
def column_stack(tup):
    return np.concatenate([item if item.ndim > 1 else np.reshape(item, (-1, 1)) for item in operands(tup)], 1)


@composed("block")
def block(arrays):
    depth = depth_of(arrays)
    ndim = max(depth, *(np.ndim(item) for item in leaves(arrays)))
    joined = _block(arrays, depth, ndim)
    return joined if depth else np.copy(joined)


def _block(arrays, depth, ndim):
    """Lists inside one another join along the last axes: the innermost along -1, the outermost along -depth."""
    if not isinstance(arrays, list):
        return np.reshape(arrays, (1,) * (ndim - np.ndim(arrays)) + np.shape(arrays))
    return np.concatenate([_block(item, depth - 1, ndim) for item in arrays], -depth)


def depth_of(arrays):
    if not isinstance(arrays, list):
        return 0
    if not arrays:
        raise ValueError("block: a list is empty")
    depths = {depth_of(item) for item in arrays}
    if len(depths) > 1:
        raise ValueError(f"block: the lists must all be nested to the same depth, got depths {sorted(depths)} side by side")
    return 1 + depths.pop()


def leaves(arrays):
    return [leaf for item in arrays for leaf in leaves(item)] if isinstance(arrays, list) else [arrays]


# Putting in and taking out


@composed("append")
def append(arr, values, axis=None):
    return np.concatenate([arr, values], axis)


@composed("insert")
def insert(arr, obj, values, axis=None):
    """Join the new elements to the old and take both in the order into which `np.insert` puts their numbers."""
    obj = as_static(obj)
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = axis_in("insert", axis, arr.ndim)
    n = arr.shape[axis]
    values = np.astype(array(values), arr.dtype)
    values = np.reshape(values, (1,) * (arr.ndim - values.ndim) + values.shape)
    if np.ndim(obj) == 0 and not isinstance(obj, slice):
        values = np.moveaxis(values, 0, axis)
    count = np.insert(np.zeros(n), obj, 1).size - n
    if count == 1:  # one place can take several elements, several places take one each
        count = values.shape[axis]
    shape = (*arr.shape[:axis], count, *arr.shape[axis + 1 :])
    order = np.insert(np.arange(n), obj, np.arange(n, n + count))
    return np.take(np.concatenate([arr, np.broadcast_to(values, shape)], axis), order, axis)


@composed("delete")
def delete(arr, obj, axis=None):
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = axis_in("delete", axis, arr.ndim)
    kept = np.zeros(arr.shape[axis], bool)
    kept[np.delete(np.arange(arr.shape[axis]), as_static(obj))] = True
    return arr[(*[slice(None)] * axis, kept)]


def as_static(obj):
    """Places as NumPy's own functions take them, also if they are in a Tensor."""
    return obj if isinstance(obj, (slice, int, list, tuple)) else as_plain(obj)


# Splitting


@composed("array_split")
def array_split(ary, indices_or_sections, axis=0):
    n = ary.shape[axis]
    if np.ndim(indices_or_sections):
        ends = [0, *map(int, indices_or_sections), n]
    else:
        sections = int(indices_or_sections)
        if sections <= 0:
            raise ValueError("array_split: the number of sections must be larger than 0")
        each, longer = divmod(n, sections)
        ends = list(itertools.accumulate([each + 1] * longer + [each] * (sections - longer), initial=0))
    before = (slice(None),) * axis_in("array_split", axis, ary.ndim)
    return [ary[(*before, slice(start, stop))] for start, stop in itertools.pairwise(ends)]


@composed("split")
def split(ary, indices_or_sections, axis=0):
    if np.ndim(indices_or_sections) == 0 and ary.shape[axis] % indices_or_sections:
        raise ShapeError(
            f"split: an axis of length {ary.shape[axis]} cannot be split into {indices_or_sections} equal parts; "
            "np.array_split makes parts of different lengths"
        )
    return np.array_split(ary, indices_or_sections, axis)


@composed("hsplit")
def hsplit(ary, indices_or_sections):
    check_ndim("hsplit", ary, 1)
    return np.split(ary, indices_or_sections, min(1, ary.ndim - 1))


@composed("vsplit")
def vsplit(ary, indices_or_sections):
    check_ndim("vsplit", ary, 2)
    return np.split(ary, indices_or_sections, 0)


@composed("dsplit")
def dsplit(ary, indices_or_sections):
    check_ndim("dsplit", ary, 3)
    return np.split(ary, indices_or_sections, 2)


def check_ndim(name, ary, ndim):
    if ary.ndim < ndim:
        raise ShapeError(f"{name}: the array must have {ndim} or more dimensions, got shape {ary.shape}")


@composed("unstack")
def unstack(x, /, *, axis=0):
    check_ndim("unstack", x, 1)
    before = (slice(None),) * axis_in("unstack", axis, x.ndim)
    return tuple([x[(*before, i)] for i in range(x.shape[axis])])
