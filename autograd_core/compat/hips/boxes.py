"""Values inside a function that is being differentiated: what HIPS autograd calls boxes are Tensors here."""

import numpy as np

from autograd_core import Tensor

Box = ArrayBox = Tensor


def isbox(value):
    """Whether a value is recorded: a Tensor that depends on something that is differentiated by."""
    return isinstance(value, Tensor) and value.requires_grad


def getval(value):
    """The plain value of a recorded one; anything else as it is."""
    return value.detach().numpy()[()] if isinstance(value, Tensor) else value


def has_boxes(value):
    """Whether there are Tensors in a value, or in nested lists, tuples and dicts."""
    if isinstance(value, (list, tuple)):
        return any(map(has_boxes, value))
    if isinstance(value, dict):
        return any(map(has_boxes, value.values()))
    return isinstance(value, Tensor)


def as_array(value, *args, **kwargs):
    """`np.array`, also of Tensors and of nested lists with Tensors among their elements."""
    if isinstance(value, (list, tuple)) and has_boxes(value):
        value = np.stack([as_array(item) for item in value])
    elif not isinstance(value, Tensor):
        return np.array(value, *args, **kwargs)
    return _as_asked(value, *args, **kwargs)


def _as_asked(tensor, dtype=None, *, copy=True, order="K", subok=False, ndmin=0):
    tensor = tensor.astype(tensor.dtype if dtype is None else dtype)
    return tensor[(None,) * (ndmin - tensor.ndim)] if tensor.ndim < ndmin else tensor


def leaves_like(template, value):
    """The leaves of a value with the containers of `template`, in the order in which they are there."""
    if isinstance(template, dict):
        return [leaf for key, item in template.items() for leaf in leaves_like(item, value[key])]
    if isinstance(template, (list, tuple)):
        return [leaf for item, part in zip(template, value, strict=True) for leaf in leaves_like(item, part)]
    return [value]


def map_leaves(function, tree):
    """The same containers with `function` of each leaf."""
    if isinstance(tree, dict):
        return type(tree)((key, map_leaves(function, item)) for key, item in tree.items())
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[map_leaves(function, item) for item in tree])
    if isinstance(tree, (list, tuple)):
        return type(tree)([map_leaves(function, item) for item in tree])
    return function(tree)


def as_floats(tree):
    """The containers of an argument with floats for its integers, as HIPS autograd takes them."""
    return map_leaves(_as_float, tree)


def _as_float(value):
    if isinstance(value, (bool, int)):
        return float(value)
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "iub":
        return value.astype(float)
    return value
