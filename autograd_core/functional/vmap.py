"""vmap: a function of one array as a function of many at once."""

import functools

import numpy as np

from autograd_core.derivatives.kinds import stands_in
from autograd_core.errors import ShapeError
from autograd_core.errors.arguments import check_function, name_of_function
from autograd_core.functional.batches.batched import Batched
from autograd_core.functional.batches.calls import Batch, CannotBatch, is_batched, told
from autograd_core.graph.results import wrap
from autograd_core.graph.trees import flatten, paths
from autograd_core.graph.variable import Variable


def vmap(f, in_axes=0, out_axes=0):
    """f for many arrays at once: a function that has the batch axis which f does not see, in arguments and results.

    in_axes    which axis of each argument is the batch axis: an int, None for an argument that all calls share, or a tuple of
               these with one for each argument; for a nested container such a container, or one int or None for all of it
    out_axes   where it is to be in the results, an int, or a container of them like the results

    Keyword arguments have it in front. A result that depends on no argument with a batch axis is repeated. It composes with
    `grad` and all its relatives, in both directions. NumPy's functions are called once for the whole batch. If one of them
    cannot be, or if f branches on numbers, there is a loop, and a LoopWarning (once); so there is if f takes derivatives
    that depend on Tensors around it. f may then run twice. Random numbers that f draws are the same for all.

    Raises TypeError for axes that do not fit the arguments, ShapeError for batches of different lengths.

    >>> import numpy as np
    >>> from autograd_core import grad, vmap
    >>> vmap(np.dot)(np.ones((3, 2)), np.array([[1.0, 0.0], [2.0, 3.0], [4.0, 4.0]]))
    array([1., 5., 8.])
    >>> vmap(grad(lambda w, x: np.sum(w * x) ** 2), (None, 0))(np.ones(2), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[ 6., 12.],
           [42., 56.]])
    """
    check_function(f, "vmap")

    @functools.wraps(f, updated=())
    def mapped(*args, **kwargs):
        values, rebuild = flatten((args, kwargs))
        axes = [*_axes_of(in_axes, args, name_of_function(f)), *([0] * len(flatten(kwargs)[0]))]
        names = [*paths(args), *paths(kwargs)]
        fronts = [
            _front(value, axis, f"{name_of_function(f)}: argument{name}")
            for value, axis, name in zip(values, axes, names, strict=True)
        ]
        count = _count(fronts, axes, names, f)
        try:
            result = _at_once(f, fronts, axes, count, rebuild)
        except CannotBatch as why:
            result = _one_by_one(f, fronts, axes, count, rebuild, why)
        return _placed(*result, out_axes, fronts, f)

    return mapped


def _axes_of(in_axes, args, name):
    """For each value in the arguments its batch axis or None."""
    if isinstance(in_axes, list):
        in_axes = tuple(in_axes)
    if isinstance(in_axes, tuple) and len(in_axes) != len(args):
        raise TypeError(f"vmap: in_axes must have one entry for each of the {len(args)} arguments of {name}, got {in_axes}")
    return _spread(in_axes, args, "in_axes", name)


def _spread(axes, tree, what, name):
    """Axes for each value of a tree, from such a tree of them, or one for a part of it."""
    if axes is None or (isinstance(axes, int) and not isinstance(axes, bool)):
        return [axes] * len(flatten(tree)[0])
    if isinstance(axes, dict) and isinstance(tree, dict) and axes.keys() == tree.keys():
        return [axis for key in tree for axis in _spread(axes[key], tree[key], what, name)]
    if isinstance(axes, (tuple, list)) and isinstance(tree, (tuple, list)) and len(axes) == len(tree):
        return [axis for a, part in zip(axes, tree, strict=True) for axis in _spread(a, part, what, name)]
    raise TypeError(f"vmap: {what} of {name} must be ints or None, in containers like the values'; got {axes!r} for {tree!r:.60}")


def _front(value, axis, name):
    """A value with its batch axis in front."""
    if axis is None:
        return value
    if isinstance(value, (bool, int, float, complex, np.generic)) or not (
        isinstance(value, (np.ndarray, Variable)) or stands_in(value)
    ):
        raise TypeError(f"vmap: {name} must be an array with a batch axis, got {value!r:.60}; write None for it in in_axes")
    if not -value.ndim <= axis < value.ndim:
        raise ShapeError(f"vmap: {name} of shape {value.shape} has no axis {axis} (in_axes)")
    inner = value._value if isinstance(value, Variable) and value._node is None else value
    return np.moveaxis(inner, axis, 0) if axis else inner


def _count(fronts, axes, names, f):
    lengths = {name: front.shape[0] for front, axis, name in zip(fronts, axes, names, strict=True) if axis is not None}
    if not lengths:
        raise TypeError(f"vmap: {name_of_function(f)} must have an argument with a batch axis, got in_axes of None for all")
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{length} in argument{name}" for name, length in lengths.items())
        raise ShapeError(f"vmap: {name_of_function(f)} must have batches of one length, got {shown}")
    return next(iter(lengths.values()))


def _at_once(f, fronts, axes, count, rebuild):
    """The results of one call for all, with the batch axis in front, and the function that rebuilds their containers."""
    batch = Batch(loops=True)
    args, kwargs = rebuild(
        [
            front
            if axis is None and not _is_of_other(front)
            else wrap(Batched(_repeated(front, count) if axis is None else front, batch))
            for front, axis in zip(fronts, axes, strict=True)
        ]
    )
    values, containers = flatten(f(*args, **kwargs))
    return [_opened(value, batch, count, f) for value in values], containers


def _is_of_other(value):
    """Whether this is an array of a batch around: then it becomes one of this one too, as arrays of two do not go together."""
    return is_batched(value._value if isinstance(value, Variable) else value)


def _repeated(value, count):
    value = value._value if isinstance(value, Variable) and value._node is None else value
    return np.broadcast_to(value, (count, *np.shape(value)))


def _opened(value, batch, count, f):
    """A result with the batch axis in front."""
    if isinstance(value, Variable):
        if value._node is not None and is_batched(value._value) and value._value.batch is batch:
            raise CannotBatch("it depends on Tensors around it that require a gradient; under no_grad() it would not")
        value = value._value if value._node is None else value
    if is_batched(value) and value.batch is batch:
        return value.data
    if not isinstance(value, (np.ndarray, np.generic, int, float, complex, Variable)) and not stands_in(value):
        raise TypeError(f"vmap: {name_of_function(f)} must return arrays or numbers, got {type(value).__name__}")
    return _repeated(value, count)


def _one_by_one(f, fronts, axes, count, rebuild, why):
    if not count:
        raise ShapeError(f"vmap: {name_of_function(f)} cannot be called for a batch of 0, since {why}")
    told(f"{name_of_function(f)} ({why})")
    results = []
    for i in range(count):
        args, kwargs = rebuild([front if axis is None else _one(front[i]) for front, axis in zip(fronts, axes, strict=True)])
        values, containers = flatten(f(*args, **kwargs))
        results.append(values)
    stacked = []
    for parts in zip(*results, strict=True):
        if len(shapes := {np.shape(part) for part in parts}) > 1:
            raise ShapeError(f"vmap: {name_of_function(f)} must return one shape for all of the batch, got {sorted(shapes)}")
        stacked.append(np.stack([value if hasattr(value, "ndim") else np.asarray(value) for value in parts]))
    return stacked, containers


def _one(value):
    """One array of a batch for f, which may change it: a copy, and a Tensor if it is of a batch around."""
    return value.copy() if type(value) is np.ndarray else wrap(value) if is_batched(value) else value


def _placed(values, containers, out_axes, fronts, f):
    """The results in their containers, with the batch axis where it is wanted."""
    axes = _spread(out_axes, containers(values), "out_axes", name_of_function(f))
    made, given = [], {id(front) for front in fronts}
    for value, axis in zip(values, axes, strict=True):
        value = _at(value, axis, f)
        if type(value) is np.ndarray and (value.base is not None or id(value) in given):
            value = value.copy()  # it is an argument, another result, or a view of one
        given.add(id(value))
        made.append(value)
    return containers(made)


def _at(value, axis, f):
    if axis is None:
        raise TypeError(
            f"vmap: out_axes must be ints, got None for a result of {name_of_function(f)}: which array of the batch is it?"
        )
    if not -value.ndim <= axis < value.ndim:
        raise ShapeError(f"vmap: a result of {name_of_function(f)} of shape {value.shape} has no axis {axis} (out_axes)")
    value = np.moveaxis(value, 0, axis) if axis else value
    return wrap(value) if stands_in(value) else value
