"""Gradients of which only a part is there: one element of a large array, one of several outputs.

A loop that reads N elements of an array sends N contributions to its gradient. Written out in full, each
would be an array of N zeros with one number in it, and the loop would take N² steps. The backward pass
therefore lets a rule return a `Partial`, adds such objects up with `+` as it adds arrays, and asks for the
whole with `dense()` once, when it is needed.
"""

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.kinds import stands_in
from autograd_core.derivatives.stamps import FIXED


class Partial:
    """A contribution to a gradient; supports `+` with arrays and its own kind, and `dense()`."""

    __slots__ = ()
    __array_ufunc__ = None  # so that `array + partial` comes to Partial.__radd__

    def dense(self):
        """The whole gradient."""
        raise NotImplementedError


def dense(g):
    """A gradient as an array, whatever it is."""
    return g.dense() if isinstance(g, Partial) else g


class Scattered(Partial):
    """An array of zeros with `value` added at `index`. Repeated indices add up.

    It owns its buffer, so adding to it happens in place: k contributions cost the sum of their own sizes.
    """

    __slots__ = ("buffer", "dtype", "index", "shape", "value")

    def __init__(self, value, index, shape):
        self.value, self.index, self.shape = value, index, shape
        self.dtype = value.dtype
        self.buffer = None

    def dense(self):
        buffer = self._buffer()
        return buffer if self.shape else buffer[()]

    def _buffer(self):
        if self.buffer is None:
            self.buffer = zeros(self.shape, self.dtype, self.value, self.index)
            scatter_add(self.buffer, self.index, self.value)
            self.value = self.index = None
        return self.buffer

    def __add__(self, other):
        if not isinstance(other, (Partial, ndarray, generic)):  # a Tensor, or another array that is added its own way
            return self.dense() + other
        buffer = self._buffer()
        if other.dtype != buffer.dtype:
            self.dtype = np.result_type(buffer, other.dtype)
            buffer = self.buffer = buffer.astype(self.dtype, copy=False)
        if type(other) is Scattered and other.buffer is None:
            scatter_add(buffer, other.index, other.value)
        else:
            buffer += other._buffer() if type(other) is Scattered else other
        return self

    __radd__ = __add__

    def add_to(self, array):
        """array += self, which for one element of a large array is much less than a sum."""
        if self.buffer is None:
            scatter_add(array, self.index, self.value)
        else:
            array += self.buffer


class Output(Partial):
    """The gradient of output `i` of an operation that has several; the others are zero so far."""

    __slots__ = ("parts",)

    def __init__(self, value, i, count):
        self.parts = [None] * count
        self.parts[i] = value

    def dense(self):
        return tuple(self.parts)

    def __add__(self, other):
        self.parts = [a if b is None else b if a is None else a + b for a, b in zip(self.parts, other.parts, strict=True)]
        return self


def zeros(shape, dtype, value, index):
    """Zeros to add `value` to; if that or the index is an array of another kind, these are too."""
    for part in (value, *(index if type(index) is tuple else (index,))):
        if type(part) is not ndarray and type(part) not in FIXED and stands_in(part):
            return np.zeros_like(part, shape=shape, dtype=dtype)
    return np.zeros(shape, dtype)


def scatter_add(buffer, index, value):
    """buffer[index] += value, in place, where an index that occurs twice counts twice.

    A slice or a mask hits no element twice, and is added directly: 10 times as fast. Of the others, `np.add.at` is quick
    with one index array into one axis; into more axes (rows of a table, pairs) it is 3 times as quick to number the elements
    of the buffer, which takes as long as the buffer is large and so waits for a value of some size. The buffer must lie in
    memory in C's order for that: of any other, `reshape(-1)` is a copy, and what is added to it is lost.
    """
    if type(buffer) is not ndarray:
        np.add.at(buffer, index, value)
    elif hits_once(index):
        buffer[index] += value
    elif buffer.ndim > 1 and 8 * value.size > buffer.size > 500 and buffer.flags.c_contiguous:
        numbers = np.arange(buffer.size).reshape(buffer.shape)[index]
        np.add.at(buffer.reshape(-1), numbers.reshape(-1), np.broadcast_to(value, numbers.shape).reshape(-1))
    else:
        np.add.at(buffer, index, value)


ONCE = {int, bool, slice, type(None), type(Ellipsis), np.bool} | {np.dtype(code).type for code in "bhilqBHILQ"}


def hits_once(index):
    """Whether `index` cannot hit an element twice by its kind: it is basic, or has masks for its only arrays."""
    for part in index if type(index) is tuple else (index,):
        if type(part) not in ONCE and (part.dtype if hasattr(part, "dtype") else np.asarray(part).dtype).kind != "b":
            return False
    return True
