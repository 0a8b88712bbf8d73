"""Functions that are computed with loops and tests of values, as functions of the table: they only ever see arrays of float64."""

import functools

import numpy as np


def kernel(function):
    """Make a function of float64 arrays of one shape one of arrays, numbers and whatever NumPy dispatches on.

    The operands are broadcast, and the result gets the float dtype that a ufunc would give it. Another array's
    `__array_function__` gets the call, as of NumPy's own functions; so rules made of kernels work with every kind of array.
    """

    @functools.wraps(function)
    def dispatched(*args):
        for arg in args:
            handler = getattr(type(arg), "__array_function__", None)
            if handler is not None and not isinstance(arg, np.ndarray):
                return handler(arg, dispatched, (type(arg),), args, {})
        arrays = [np.asarray(arg) for arg in args]
        typed = [arg for arg in args if isinstance(arg, (np.ndarray, np.generic))]
        dtype = np.result_type(np.float32, *typed) if typed else np.dtype(float)
        shape = np.broadcast_shapes(*[array.shape for array in arrays])
        flat = [np.broadcast_to(array, shape).astype(float).ravel() for array in arrays]
        with np.errstate(all="ignore"):
            out = function(*flat)
        return np.reshape(out, shape).astype(dtype)[()]

    return dispatched
