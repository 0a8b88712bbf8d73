"""Reading a Tensor of autograd_core by its public attributes, whatever the class of this package means by their names."""

import numpy as np

import autograd_core as core

CORE = core.Tensor


def _getter(name):
    return getattr(CORE, name).fget


shape_of, size_of, ndim_of, dtype_of = map(_getter, ("shape", "size", "ndim", "dtype"))
requires, is_leaf = map(_getter, ("requires_grad", "is_leaf"))
leaf_data_of, set_data, values_of = CORE.data.fget, CORE.data.fset, CORE.numpy  # type: ignore[attr-defined]


def data_of(tensor):
    """The array of a Tensor: that itself, or a read-only view of that of a result."""
    return leaf_data_of(tensor) if is_leaf(tensor) else values_of(tensor)


def item_of(tensor):
    """The number of a Tensor of one element."""
    if size_of(tensor) != 1:
        raise RuntimeError(f"a Tensor with {size_of(tensor)} elements cannot be converted to Scalar")
    return data_of(tensor).item()


def number_of(tensor):
    """The same for `float(t)`, whose error is another one, on which matplotlib relies."""
    if size_of(tensor) != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return data_of(tensor).item()


def plain(values):
    """Arrays for Tensors, also in nested lists, as `torch.tensor([t, u])` has them."""
    if isinstance(values, CORE):
        return data_of(values)
    if isinstance(values, (list, tuple)):
        return [plain(one) if isinstance(one, (CORE, list, tuple)) else one for one in values]
    return values


def as_scalar(value):
    """A number of Python's for one of NumPy's, which would decide a dtype."""
    return value.item() if isinstance(value, np.generic) else value
