"""What changes an array, or is an attribute of one, as a function that a program can call."""

import numpy as np


def setitem(array, index, value):
    """A copy of the array with `array[index] = value`."""
    changed = np.array(array)
    changed[index] = value
    return changed


def ufunc_at(array, ufunc, index, *operands):
    """A copy of the array after `ufunc.at(array, index, …)`."""
    changed = np.array(array)
    ufunc.at(changed, index, *operands)
    return changed


def astype(array, dtype):
    """`array.astype(dtype)`."""
    return array.astype(dtype) if hasattr(array, "astype") else dtype.type(array)


def with_zeros(row):
    """A row, (1, n), and a row of zeros below it, (2, n)."""
    return np.concatenate([row, np.zeros_like(row)])


def reshaped(array, shape, order="C"):
    """`np.reshape`, or `np.ravel`, where that has to copy since no view is of that shape."""
    return np.array(np.reshape(array, shape, order))


def real(array):
    """`array.real`."""
    return array.real


def imag(array):
    """`array.imag`."""
    return array.imag
