"""Functions that are computed with loops and tests of values, as functions of the table: they only ever see plain arrays."""

import functools
import inspect
import math

import numpy as np


def kernel(function):
    """Make a function of float64 arrays of one shape one of arrays, numbers and whatever NumPy dispatches on.

    The operands are broadcast and made flat, complex ones complex128, and the result gets the float dtype that a ufunc would
    give it. Another array's `__array_function__` gets the call, as of NumPy's own functions; so rules made of kernels work with
    every kind of array.
    """

    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def dispatched(*args, **kwargs):
        args += tuple([kwargs.pop(name) for name in names[len(args) :]])
        for arg in args:
            handler = getattr(type(arg), "__array_function__", None)
            if handler is not None and not isinstance(arg, np.ndarray):
                return handler(arg, dispatched, (type(arg),), args, {})
        arrays = [np.asarray(arg) for arg in args]
        if any(array.dtype.char in "gG" for array in arrays):  # as SciPy's own functions do
            raise TypeError(f"{function.__name__}: it is computed in float64; write .astype(float) for long double operands")
        typed = [arg for arg in args if isinstance(arg, (np.ndarray, np.generic))]
        narrow = bool(typed) and np.result_type(np.float32, *typed).char in "fF"
        shape = np.broadcast_shapes(*[array.shape for array in arrays])
        with np.errstate(all="ignore"):
            out = function(*[_flat(array, shape) for array in arrays])
        kind = ("F" if narrow else "D") if out.dtype.kind == "c" else "f" if narrow else "d"
        return np.reshape(out, shape).astype(kind, copy=False)[()]

    return dispatched


def alike(array):
    """The one value that all of an operand have, as an array of one element; else the operand."""
    return array[:1] if array.size and np.all(array == array[0]) else array


def _flat(array, shape):
    if array.shape == shape and array.dtype.char in "dD":
        flat = array.reshape(-1)[:]  # most often no copy; so that no kernel writes into it
        flat.flags.writeable = False
        return flat
    if array.ndim == 0 and array.dtype.kind != "c":
        return np.full(math.prod(shape), array, float)
    return np.broadcast_to(array, shape).astype(complex if array.dtype.kind == "c" else float).ravel()
