"""The memory of a Tensor of shape (): a 0-d array, as long as anybody else holds it.

NumPy's scalars are ten times as quick as 0-d arrays, so a scalar is what such a Tensor holds. Whoever asks for its memory
(`t.data`, `t.numpy()`, a view of it) gets a 0-d array. The Tensor then holds that instead and reads its number from there, so
what is written to the array or to a view of it reaches the Tensor. It has another class meanwhile, so that no other Tensor pays
for it. When it is the last that holds the array, it takes its number back.

As in NumPy, what a function returns as a number is a value of its own: only a 0-d array has views.
"""

import functools
import sys

import numpy as np
from numpy import generic, ndarray

from autograd_core.graph.edits import lock
from autograd_core.graph.variable import Variable

VALUE, NODE = vars(Variable)["_value"], vars(Variable)["_node"]  # the slots themselves
CLASS = vars(object)["__class__"]


def own_class(tensor):
    """The class of a Tensor, wherever it reads its number."""
    kind = type(tensor)
    return getattr(kind, "with_a_number", kind)


def in_memory(tensor):
    """Whether a Tensor reads its number from a 0-d array."""
    return hasattr(type(tensor), "with_a_number")


def is_array(tensor):
    """Whether a Tensor of shape () is a 0-d array to NumPy, and no number: the user made it, or it is a view or a copy."""
    return hasattr(tensor, "_views") or hasattr(tensor, "_view") or not tensor.__has_numbers__


def mark_as_array(tensor):
    """The same Tensor, which is a 0-d array to NumPy from now on: see `is_array`."""
    tensor._views = None
    return tensor


def array_of(tensor):
    """The array in which the value of a Tensor is; a number that is in none as it is."""
    value = tensor._value  # first, since it may take its number back
    return VALUE.__get__(tensor) if in_memory(tensor) else value


def memory(tensor, array=None):
    """The array in which the value of a Tensor is from now on, also if that is a number: for that a given one with its value."""
    with lock:
        value = array_of(tensor)
        if isinstance(value, generic):
            value = np.array(value) if array is None else array
            put(tensor, value)
        return value


def put(tensor, value, kind=None):
    """Give a Tensor a value: an array, a number, or the 0-d array to read its number from; and another class, if one is given."""
    with lock:
        kind = own_class(tensor) if kind is None else kind
        VALUE.__set__(tensor, value)
        CLASS.__set__(tensor, kind if type(value) is not ndarray or value.shape else _reading(kind))


@functools.cache
def _reading(kind):
    """The class of Tensors of a class that read their number from a 0-d array."""

    def read(tensor):
        with lock:
            array = VALUE.__get__(tensor)
            if type(array) is ndarray:
                alone = array.base is None and sys.getrefcount(array) <= ALONE
                number = array[()]
                if not alone:
                    return number
                VALUE.__set__(tensor, number)
            CLASS.__set__(tensor, kind)
        return tensor._value

    def become(tensor, other):
        with lock:
            put(tensor, VALUE.__get__(tensor), other)

    names = {"__slots__": (), "__module__": kind.__module__, "with_a_number": kind, "_value": property(read, put)}
    return type.__new__(type(kind), kind.__name__, (_Silent, kind), {**names, "__class__": property(lambda tensor: kind, become)})


class _Silent:
    """Of a class that is made here, a user's own `__init_subclass__` hears nothing."""

    __slots__ = ()

    def __init_subclass__(cls):
        pass


def _count_alone():
    """What getrefcount says above of an array that a Tensor alone holds; it differs between Pythons."""
    global ALONE
    tensor = object.__new__(Variable)
    put(tensor, np.zeros(()))
    while in_memory(tensor) and ALONE < 3:  # the Tensor's, a name's and the call's own; a debugger that holds more must not count
        ALONE += 1
        tensor._value  # noqa: B018  takes its number back if that is the count


ALONE = 0
_count_alone()
