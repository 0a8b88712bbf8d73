"""Nested parameters as one vector, for optimizers and solvers that know vectors only."""

from itertools import pairwise

import numpy as np

from autograd_core.errors import DTypeError, ShapeError
from autograd_core.graph import trees
from autograd_core.graph.variable import Variable


def flatten(tree):
    """The numbers in nested lists, tuples and dicts as one vector, and the function that makes such containers of a vector.

    Returns (vector, unflatten): vector of shape (n,) for n numbers, those of a dict in the order of its sorted keys; unflatten
    takes any vector of that shape. Both are differentiable. The dtype is the one that holds all; unflatten gives each array its
    own shape and dtype back. Raises DTypeError for values that are not floating-point or complex.

    >>> import numpy as np
    >>> from autograd_core import flatten
    >>> vector, unflatten = flatten({"w": np.ones((2, 2)), "b": 3.0})
    >>> vector
    array([3., 1., 1., 1., 1.])
    >>> unflatten(2 * vector)["b"]
    np.float64(6.0)
    """
    leaves, rebuild = _in_order(tree)
    values = [leaf if isinstance(leaf, Variable) else np.asarray(leaf) for leaf in leaves]
    for value, path in zip(values, _in_order(_named(tree))[0], strict=True):
        if value.dtype.kind not in "fc":
            got = f"got dtype {value.dtype}; write x{path}.astype(float), or leave it out"
            raise DTypeError(f"flatten: argument{path} must be a float or complex number or array, {got}")
    shapes, dtypes = [value.shape for value in values], [value.dtype for value in values]
    ends = np.cumsum([0, *(value.size for value in values)]).tolist()
    vector = np.concatenate([np.ravel(value) for value in values]) if values else np.zeros(0)

    def unflatten(vector):
        if np.shape(vector) != (ends[-1],):
            raise ShapeError(f"unflatten: expected a vector of shape {(ends[-1],)}, got shape {np.shape(vector)}")
        vector = vector if isinstance(vector, Variable) else np.asarray(vector)
        parts = [vector[i:j] for i, j in pairwise(ends)]
        return rebuild(iter([_as(part, shape, dtype) for part, shape, dtype in zip(parts, shapes, dtypes, strict=True)]))

    return vector, unflatten


def _named(tree):
    """The same containers with the path of each value in its place."""
    return trees.flatten(tree)[1](trees.paths(tree))


def _as(part, shape, dtype):
    part = np.reshape(part, shape)
    if part.dtype != dtype:
        part = (np.real(part) if part.dtype.kind == "c" and dtype.kind != "c" else part).astype(dtype)
    return part if shape else part[()]


def _in_order(tree):
    """The leaves, those of dicts by sorted keys, and the function of an iterator over others -> such containers of these."""
    if isinstance(tree, dict):
        try:
            keys = sorted(tree)
        except TypeError:
            raise TypeError(f"flatten: the keys of a dict must have an order, got {list(tree)!s:.60}") from None
        leaves, rebuilds = _of_all([tree[key] for key in keys])
        empty = tree.copy()  # an OrderedDict or defaultdict stays one
        return leaves, lambda others: _filled(empty.copy(), keys, [rebuild(others) for rebuild in rebuilds])
    if isinstance(tree, (list, tuple)):
        leaves, rebuilds = _of_all(tree)
        make = type(tree)._make if hasattr(tree, "_fields") else type(tree)
        return leaves, lambda others: make([rebuild(others) for rebuild in rebuilds])
    return [tree], next


def _of_all(trees):
    parts = [_in_order(tree) for tree in trees]
    return [leaf for leaves, _ in parts for leaf in leaves], [rebuild for _, rebuild in parts]


def _filled(made, keys, values):
    for key, value in zip(keys, values, strict=True):  # the keys are there: it keeps its own order
        made[key] = value
    return made
