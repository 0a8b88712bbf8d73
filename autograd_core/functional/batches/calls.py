"""How NumPy's functions are called for a batch: with an axis more, if the table knows how, else for each array of it."""

import warnings

import numpy as np

from autograd_core.derivatives.table import COMPOSED

BATCHING: dict = {}  # NumPy's function -> function (arguments as its own, some of them Batched) -> result


class CannotBatch(Exception):  # noqa: N818 (a question that has no one answer; vmap goes another way)
    """What a function does differs from array to array, or a function cannot take a batch."""


class LoopWarning(UserWarning):
    """`vmap` calls something once for each element of the batch, which takes as long as a loop does."""


def batching(*functions):
    """Put the decorated function into the table, for these functions of NumPy."""

    def put(rule):
        for function in functions:
            BATCHING[function] = rule
        return rule

    return put


class Batch:
    """One call of `vmap`, or one pass of `jacobian`: arrays of different batches do not go together.

    loops      whether what takes no batch is called for each array
    composing  the composed functions that are running: some call themselves for values
    """

    def __init__(self, loops):
        self.loops, self.composing = loops, []


def is_batched(x):
    return hasattr(type(x), "__stands_for_array__") and hasattr(x, "batch")


def batched_among(tree):
    """All that are Batched, lists, tuples and dicts gone into."""
    batched: list = []
    _collect(tree, batched)
    if batched and any(x.batch is not batched[0].batch for x in batched):
        raise CannotBatch("it meets an array of another batch, that of a call around this one")
    return batched


def _collect(tree, batched):
    for part in tree.values() if type(tree) is dict else tree:
        if is_batched(part):
            batched.append(part)
        elif type(part) in (tuple, list, dict):
            _collect(part, batched)


def made(like, out):
    """Results with the batch axis in front, as Batched."""
    if isinstance(out, (tuple, list)):
        parts = [type(like)(part, like.batch) for part in out]
        return type(out)(*parts) if hasattr(out, "_fields") else type(out)(parts)
    return type(like)(out, like.batch)


def data_of(x, ndim):
    """The data of x with at least `ndim` axes after that of the batch, so that NumPy broadcasts; what is no batch as it is."""
    if not is_batched(x):
        return x
    missing = ndim - x.ndim
    return x.data if missing <= 0 else np.reshape(x.data, (x.count, *(1,) * missing, *x.shape))


def ndim_of(x):
    return x.ndim if hasattr(x, "ndim") else np.ndim(x)


def shifted(axis, ndim):
    """An axis, or several, of each array as those of the whole batch."""
    return tuple([k % ndim + 1 for k in axis]) if isinstance(axis, (tuple, list, range)) else axis % ndim + 1


def elementwise(function, args, kwargs):
    """A function that broadcasts its arguments, with a batch axis in front of all."""
    like = batched_among((args, kwargs))[0]
    ndim = max(
        [ndim_of(x) for x in (*args, *kwargs.values()) if x is not None and not isinstance(x, (str, bool, np.dtype, type))]
    )
    out = function(*[data_of(x, ndim) for x in args], **{name: data_of(x, ndim) for name, x in kwargs.items()})
    return made(like, out)


def of_ufunc(ufunc, method, inputs, kwargs):
    """`Batched.__array_ufunc__`."""
    if any(not is_batched(out) for out in kwargs.get("out") or ()):
        raise CannotBatch(f"{ufunc.__name__} writes one array for the whole batch")
    if method != "__call__":
        return call(getattr(ufunc, method), inputs, kwargs, (ufunc, method))
    if ufunc.signature is None:
        target = kwargs.pop("out", None)
        result = elementwise(ufunc, inputs, kwargs)
        if target is None:
            return result
        target[0].data[...] = result.data  # where its views see it
        return target[0]
    return call(ufunc, inputs, kwargs)


def call(function, args, kwargs, key=None):
    """The result of a function, some of whose arguments are Batched."""
    rule = BATCHING.get(function if key is None else key)
    if rule is not None:
        result = rule(*args, **kwargs)
        if result is not NotImplemented:
            return result
    composed, composing = COMPOSED.get(function), batched_among((args, kwargs))[0].batch.composing
    if composed is not None and key is None and function not in composing:
        composing.append(function)
        try:
            return composed(*args, **kwargs)
        finally:
            composing.pop()
    return one_by_one(function, args, kwargs, key)


def one_by_one(function, args, kwargs, key=None):
    """The function called for each array of the batch, and its results as a batch."""
    among = batched_among((args, kwargs))
    name = getattr(function, "__name__", str(function)) if key is None else f"{key[0].__name__}.{key[1]}"
    if not among[0].batch.loops:
        raise CannotBatch(f"{name} takes no batch")
    if key is not None and key[1] == "at":
        raise CannotBatch(f"{name} takes no batch")
    told(name)
    results = [function(*item(args, i), **item(kwargs, i)) for i in range(among[0].count)]
    if not results:
        raise CannotBatch(f"{name} of an empty batch")
    if any(np.may_share_memory(part, x.data) for part in _parts(results[0]) for x in among):
        raise CannotBatch(f"{name} makes views")
    if not isinstance(results[0], (tuple, list)) and len({np.shape(result) for result in results}) > 1:
        raise CannotBatch(f"{name} makes arrays of other shapes of each array")
    if isinstance(results[0], (tuple, list)):
        parts = [made(among[0], np.stack(parts)) for parts in zip(*results, strict=True)]
        return type(results[0])(*parts) if hasattr(results[0], "_fields") else type(results[0])(parts)
    return made(among[0], np.stack(results))


def _parts(result):
    return [part for part in (result if isinstance(result, (tuple, list)) else (result,)) if type(part) is np.ndarray]


def item(tree, i):
    """What of some arguments belongs to array i."""
    if is_batched(tree):
        return tree.data[i]
    if type(tree) in (tuple, list):
        return type(tree)([item(part, i) for part in tree])
    return {name: item(part, i) for name, part in tree.items()} if type(tree) is dict else tree


_told: set = set()


def told(name):
    """Warn, once for each name, that something is called for each array."""
    if name not in _told:
        _told.add(name)
        warnings.warn(f"vmap: {name} takes no batch, and is called once for each element of it", LoopWarning, stacklevel=2)


# Parts of arrays


def item_of(x, index):
    """`x[index]` of each array."""
    parts = index if type(index) is tuple else (index,)
    if batched_among(parts):
        return _by_batched(x, parts)
    data = np.moveaxis(x.data[(slice(None), *parts)], axes_in_front(parts), 0)
    if x.count and any(isinstance(part, (np.ndarray, list, tuple)) for part in parts):
        data = _lying_as(x.data[0][parts], data)
    return type(x)(data, x.batch)


def _lying_as(alone, data):
    """The batch, in which each array lies in memory as one does alone: on that it depends what of it is a view."""
    if data[0].strides == alone.strides:
        return data
    axes = [0, *[k + 1 for k in sorted(range(alone.ndim), key=lambda k: -alone.strides[k])]]
    return np.transpose(np.ascontiguousarray(np.transpose(data, axes)), np.argsort(axes))


def axes_in_front(parts):
    """How many axes `x.data[:, *parts]` has in front of that of the batch: NumPy puts those of indices that are apart there."""
    advanced = [i for i, part in enumerate(parts) if isinstance(part, (np.ndarray, list, tuple, int, np.integer))]
    arrays = [parts[i] for i in advanced if isinstance(parts[i], (np.ndarray, list, tuple))]
    if not arrays or advanced[-1] - advanced[0] < len(advanced):
        return 0
    return max(1 if _is_mask(part) else np.ndim(part) for part in arrays)


def _is_mask(part):
    return np.asarray(part).dtype.kind == "b"


def _by_batched(x, parts):
    """With an index for each array, of integers alone."""
    for part in parts:
        if not is_batched(part) and not isinstance(part, (int, np.integer, np.ndarray)):
            return one_by_one(_getitem, (x, parts), {})
        if (part.dtype.kind if hasattr(part, "dtype") else "i") not in "iu":
            raise CannotBatch("a mask chooses another number of elements in each array")
    like = batched_among(parts)[0]
    ndim = max(map(ndim_of, parts))
    index = tuple([data_of(part, ndim) for part in parts])
    if is_batched(x):
        index = (np.reshape(np.arange(x.count), (x.count, *(1,) * ndim)), *index)
    return made(like, (x.data if is_batched(x) else x)[index])


def _getitem(x, index):
    return x[index]


def put(x, index, value):
    """`x[index] = value` of each array."""
    parts = index if type(index) is tuple else (index,)
    if batched_among(parts) or any(isinstance(part, (np.ndarray, list)) and len(parts) > 1 for part in parts):
        raise CannotBatch("elements are set at other places in each array")
    where = (slice(None), *parts)
    ndim = x.data[where].ndim - 1
    if not is_batched(value) and np.shape(value)[: max(0, ndim_of(value) - ndim)].count(1) < ndim_of(value) - ndim:
        raise ValueError(f"could not broadcast input array from shape {np.shape(value)} into shape {x[index].shape}")
    if is_batched(value) and value.ndim > ndim:  # NumPy assigns (1, 3) into (3,)
        value = np.reshape(value, value.shape[value.ndim - ndim :])
    x.data[where] = data_of(value, ndim)
