"""Values of Tensors, lists and numbers, also if what is there stands for an array, as it does while `capture` records a step."""

import math

import numpy as np

from autograd_core import Tensor


def values_of(x, dtype=None):
    """The array of a Tensor, a list or a number; what stands for an array stays what it is."""
    if isinstance(x, Tensor):
        return x.data
    if not hasattr(x, "__stands_for_array__"):
        return np.asarray(x, dtype)
    return x if dtype is None else x.astype(dtype, copy=False)


def cos(x):
    """`math.cos`, also of what stands for a number."""
    return x.__call_on_number__(math.cos) if hasattr(x, "__stands_for_array__") else math.cos(x)
