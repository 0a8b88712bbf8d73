"""PyTorch's rule for the dtype of a result of several operands, which is not NumPy's.

A dtype is of a category: bools, integers, floats, complex numbers. Of the operands with axes, those without and Python's numbers,
the earlier decide, and a later one matters only if its category is higher. Integers beside floats never widen them, and if only
Python's numbers are floats, the result is of the default dtype.
"""

import numpy as np

import autograd_core as core
from autograd_core.compat.torch.access import as_scalar, dtype_of, ndim_of
from autograd_core.compat.torch.words import Default

CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def of_number(value):
    """The dtype that a number of Python's has beside nothing else."""
    if isinstance(value, bool):
        return np.dtype(bool)
    if isinstance(value, int):
        return np.dtype(np.int64)
    return Default.float if isinstance(value, float) else np.result_type(Default.float, np.complex64)


def promoted(a, b):
    """The dtype of two together."""
    if a == b:
        return a
    a_category, b_category = CATEGORY[a.kind], CATEGORY[b.kind]
    if max(a_category, b_category) >= 2 and min(a_category, b_category) < 2:
        return a if a_category > b_category else b
    return np.result_type(a, b)


def result_type(*operands):
    """The dtype of an operation on Tensors, arrays and numbers of Python's."""
    levels = [None, None, None]  # with axes, without, numbers
    for value in operands:
        if isinstance(value, core.Tensor):
            level, own = (0 if ndim_of(value) else 1), dtype_of(value)
        elif isinstance(value, np.ndarray):
            level, own = (0 if value.ndim else 1), value.dtype
        else:
            level, own = 2, of_number(as_scalar(value))
        levels[level] = own if levels[level] is None else promoted(levels[level], own)
    dtype = None
    for own in reversed(levels):  # the earlier level decides, unless a later one is of a higher category
        if own is None:
            continue
        if dtype is None or CATEGORY[dtype.kind] <= CATEGORY[own.kind]:
            dtype = own
        elif dtype.kind == "c" and own.kind == "f":
            dtype = np.result_type(own, np.complex64)
    return dtype


def cast(value, dtype):
    """An operand in this dtype: a Tensor by a recorded conversion; a number of Python's stays one, and NumPy fits it."""
    if isinstance(value, core.Tensor):
        return value if dtype_of(value) == dtype else converted(value, dtype)
    if isinstance(value, np.ndarray):
        return value.astype(dtype, copy=False)
    return as_scalar(value)


def alike(*operands):
    """Operands in their common dtype."""
    dtype = result_type(*operands)
    return [cast(value, dtype) for value in operands]


def converted(tensor, dtype):
    """A Tensor in another dtype: recorded for floats, a constant otherwise."""
    out = core.Tensor.astype(tensor, dtype)
    return out if isinstance(out, core.Tensor) else core.Tensor(out)


def as_float(tensor):
    """A Tensor of integers or bools in the default dtype, as functions such as exp take it."""
    return tensor if dtype_of(tensor).kind in "fc" else converted(tensor, Default.float)
