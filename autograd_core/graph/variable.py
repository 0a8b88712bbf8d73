"""Variable: what recording needs of a Tensor, and what finds and unwraps the Tensors among the arguments of a call.

`Tensor` (tensor.py) adds NumPy's face to it.
"""

import numpy as np
from numpy import generic, ndarray

from autograd_core.derivatives.entry import PLAIN, STATIC
from autograd_core.derivatives.kinds import beside, from_lists, stands_in, taken_in, undecided
from autograd_core.derivatives.strong import finite, no_zeros
from autograd_core.errors import UnsupportedError


class Variable:
    """A value (an array, or a NumPy scalar if the shape is ()) and its place in the graph (None if it has none)."""

    __has_numbers__ = True  # whether what a function returns as a number is one, and no array of shape () with memory
    __slots__ = ("__weakref__", "_value", "_grad", "_name", "_node", "_outdated", "_past", "_view", "_views")

    def __finite__(self, part=None):
        """For the strong zero (see `derivatives.strong`)."""
        return finite(self._value if part is None else self._value[part])

    def __no_zeros__(self):
        return no_zeros(self._value)

    @property
    def __undecided__(self):
        return undecided(self._value)

    def __place__(self, constant):
        return beside(constant, self._value)

    def _beside(self, entry, other, swapped):
        """What an operator makes of this and something that is no array, on the left if `swapped`."""
        return NotImplemented


def operand(value):
    """What stands beside a Tensor in an expression, as something to compute with; NotImplemented for a foreign type."""
    if isinstance(value, Variable):
        return value
    if isinstance(value, (list, tuple)):
        return from_lists(value)
    if isinstance(value, ndarray):
        return ordinary(value)
    if isinstance(value, (generic, int, float, complex)):
        return value
    value = taken_in(value)
    return value if stands_in(value) else NotImplemented


def ordinary(array):
    """An ndarray of a subclass, unless its arithmetic is another one."""
    if hasattr(array, "filled"):
        raise UnsupportedError(
            "a masked array beside a Tensor: its mask has no place in a graph; write np.where(mask, 0, t) and data.filled(0)"
        )
    if isinstance(array, np.matrix):
        raise UnsupportedError(
            "an np.matrix beside a Tensor: its * is a product of matrices; write np.asarray(matrix), and @ for that product"
        )
    return array


def plain(value):
    """The value with every Tensor in it, also in lists, tuples and dicts, replaced by its array."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, Variable):
        return value._value
    if kind is list or kind is tuple:
        return kind([plain(item) for item in value])
    if kind is dict:
        return {key: plain(item) for key, item in value.items()}
    return ordinary(value) if isinstance(value, ndarray) else value if kind in STATIC else taken_in(value)


def index_of(index):
    """An index as NumPy understands it: whatever stands for an array in it becomes one, once, and lists and such are copied."""
    kind = type(index)
    if kind in STATIC:
        return index
    if kind is tuple:
        return tuple([index_of(part) for part in index])
    value = plain(index)
    converted = np.array(value, np.intp) if kind is range else np.array(value) if kind is memoryview else known(value)
    return converted if converted is value or isinstance(index, Variable) else converted.copy()


def known(value):
    """A value of another library that stands for an array, as that array: what NumPy does with it, that library does not see."""
    kind = type(value)
    if kind in STATIC or kind is list or kind is tuple:
        return value
    if isinstance(value, (ndarray, generic, Variable)) or not hasattr(kind, "__array__"):
        return value
    value = taken_in(value)
    return value if stands_in(value) else np.asarray(value)


def is_static(values):
    """Whether there is surely no Tensor in `values`; quicker than looking for one."""
    for value in values:
        kind = type(value)
        if kind not in STATIC and not ((kind is tuple or kind is list) and is_static(value)):
            return False
    return True


def count_recorded(values):
    """How many Tensors that are part of a graph are in `values`, lists, tuples and dicts gone into."""
    count = 0
    for value in values:
        kind = type(value)
        if kind in PLAIN:
            continue
        if isinstance(value, Variable):
            count += value._node is not None
        elif kind is list or kind is tuple:
            count += count_recorded(value)
        elif kind is dict:
            count += count_recorded(value.values())
    return count
