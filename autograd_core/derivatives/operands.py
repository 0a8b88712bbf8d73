"""What functions of the table are given, made alike: arrays of every kind, numbers, lists of numbers and of Tensors."""

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.kinds import from_lists, stands_in, taken_in
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.table import primitive
from autograd_core.errors import DTypeError

NUMBERS = (ndarray, generic, int, float, complex)


def array(x):
    """x as something with NumPy's attributes: numbers and lists become arrays, every kind of array stays what it is."""
    if hasattr(type(x), "dtype") or hasattr(x, "dtype"):  # the attribute of a Tensor itself is a call
        return x
    if isinstance(x, (list, tuple)) and not is_plain(x):
        return np.stack([array(part) for part in x])
    return from_lists(x)


def reshaped(x, shape, order="C"):
    """`np.reshape`, of a plain array by its method: 0.4 of the time."""
    return x.reshape(shape, order=order) if type(x) is ndarray else np.reshape(x, shape, order)


def floating(x):
    """x as an array of floats or complex numbers: integers and bools become float64.

    (NumPy's own choice for small ones is float16, which ends at 65504, and their differences wrap around.)
    """
    x = array(x)
    return x.astype(float) if x.dtype.kind in "biu" else x


def real(name, x):
    """x, unless it is complex and the function `name` has no meaning there."""
    if x.dtype.kind == "c":
        raise DTypeError(f"{name}: x must be real, got {x.dtype}; write np.real(x) or np.abs(x) for what is meant")
    return x


def is_plain(x):
    """Whether nested lists hold nothing but numbers and NumPy's arrays."""
    return all(map(is_plain, x)) if isinstance(x, (list, tuple)) else isinstance(x, NUMBERS)


@primitive("x in another dtype | ḡ", name="astype", x=same)
def converted(x, dtype):
    """x in another float or complex dtype."""
    return x.astype(dtype)


def cast(x, dtype):
    """x in another float or complex dtype, if that is another."""
    return x if x.dtype == dtype else converted(x, dtype)


@primitive("x, cut out of the graph", x=None)
def detached(x):
    """x without its derivative."""
    return x


def values_of(x):
    """x as a plain array, for an answer that has no derivative by nature."""
    value = detached(x)
    return as_plain(value.numpy() if hasattr(value, "numpy") else value)


def as_plain(x, dtype=None):
    """`np.asarray`, but an array of another kind stays what it is."""
    x = x if type(x) is ndarray else taken_in(x)
    if not stands_in(x):
        return from_lists(x, dtype)
    return x if dtype is None else x.astype(dtype, copy=False)
