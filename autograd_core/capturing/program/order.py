"""How arrays lie in memory: the order of their axes there, in which a buffer is to be gone through."""

import numpy as np


def in_memory(array):
    """The axes of an array, those with the longest steps first, without those along which there is no step to take."""
    axes = [axis for axis, n in enumerate(array.shape) if n > 1]
    return tuple(sorted(axes, key=lambda axis: -abs(array.strides[axis])))


def arranged(flat, shape, axes):
    """A flat array in a shape whose axes follow each other in memory like this."""
    axes = [*(axis for axis, n in enumerate(shape) if n < 2), *axes]
    return flat.reshape([shape[axis] for axis in axes]).transpose(np.argsort(axes))


def hollow(sample):
    """An array of the same type, shape and order in memory, but without the memory; numbers and short arrays as they are."""
    if type(sample) is not np.ndarray or sample.nbytes < 1000:
        return sample
    return np.lib.stride_tricks.as_strided(np.empty(1, sample.dtype), sample.shape, sample.strides)


def in_fortran_order(array):
    """Whether it is so, and not C's order too."""
    return array.flags.f_contiguous and not array.flags.c_contiguous
