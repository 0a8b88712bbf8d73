"""How many bytes the Python objects of a program take: calls and values, the text, what is compiled of it, and names."""

import sys
import types
from collections.abc import Mapping

import numpy as np

PLAIN = (str, bytes, int, float, complex, type(None), slice)
LARGE = 1000  # bytes: samples of smaller arrays are kept as they are
CONTAINERS = (list, set, frozenset, dict, types.MappingProxyType)


def bytes_of(*roots):
    """The bytes of these and of all that only they hold.

    Of a large array it is the head alone: its elements are in a buffer, which is counted as such, or belong to the step. So
    does what is in a container of ours without being one of our objects.
    """
    seen, todo, total = set(), list(roots), 0
    while todo:
        thing = todo.pop()
        kind = type(thing)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if kind is np.ndarray:
            total += sys.getsizeof(thing) - (thing.nbytes if thing.base is None and thing.nbytes >= LARGE else 0)
            todo += parts_of_base(thing)
        elif kind in PLAIN:
            total += sys.getsizeof(thing)
        elif kind is tuple or kind in CONTAINERS or kind is types.CodeType or kind is types.FunctionType or is_ours(kind):
            total += sys.getsizeof(thing)
            todo += parts(thing)
    return total


def is_ours(kind):
    return kind.__module__.startswith("autograd_core.capturing")


def parts_of_base(array):
    """What stands behind the sample of a large array, which has its shape and strides and no elements."""
    attributes = getattr(array.base, "__dict__", {})
    return [attributes, *attributes.values()] if attributes else []


def parts(thing):
    """What an object holds."""
    kind = type(thing)
    if kind is types.CodeType:
        return [thing.co_linetable, thing.co_consts, thing.co_names, thing.co_varnames]
    if kind is types.FunctionType:  # one that was written has the writer's names as its globals
        return [thing.__code__, thing.__globals__] if thing.__code__.co_filename.startswith("<") else []
    if kind is tuple or kind in CONTAINERS:
        items = [*thing, *thing.values()] if isinstance(thing, Mapping) else thing
        return [item for item in items if type(item) not in CONTAINERS]
    names = [name for one in kind.__mro__ for name in vars(one).get("__slots__", ()) if name not in ("__dict__", "container")]
    attributes = getattr(thing, "__dict__", {})
    return [attributes, *attributes.values(), *(getattr(thing, name, None) for name in names)]
