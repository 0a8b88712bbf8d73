"""`autograd.builtins`: what containers and types are to a function that is being differentiated.

Our own operators take containers as they are, so `tuple`, `list` and `dict` are Python's; `isinstance` and `type` look at the
value of what is recorded.
"""

import builtins

from autograd_core.compat.hips.boxes import getval, has_boxes
from autograd_core.compat.hips.extend import SparseObject, VSpace, notrace_primitive, primitive, vspace
from autograd_core.compat.hips.spaces import (
    ContainerVSpace,
    DictVSpace,
    ListVSpace,
    NamedTupleVSpace,
    SequenceVSpace,
    TupleVSpace,
)

tuple, list, dict = builtins.tuple, builtins.list, builtins.dict
tuple_, list_, dict_ = tuple, list, dict
isinstance_, type_ = builtins.isinstance, builtins.type


class _Holding(builtins.type):
    def __instancecheck__(cls, value):
        return isinstance_(value, cls.kinds) and has_boxes(value)


class DictBox(metaclass=_Holding):
    """A dict with recorded values in it: HIPS autograd's has this class, here it is a dict like any other."""

    kinds = (dict_,)


class SequenceBox(metaclass=_Holding):
    """The same of lists and tuples."""

    kinds = (list_, tuple_)


def isinstance(value, kinds):
    """Python's, of the value of what is recorded; also true of `Box` itself."""
    return isinstance_(value, kinds) or isinstance_(getval(value), kinds)


def type(value):
    """Python's, of the value of what is recorded."""
    return type_(getval(value))


__all__ = [
    "ContainerVSpace", "DictVSpace", "ListVSpace", "NamedTupleVSpace", "SequenceVSpace", "SparseObject", "TupleVSpace", "VSpace",
    "DictBox", "SequenceBox", "dict", "dict_", "isinstance", "isinstance_", "list", "list_", "notrace_primitive", "primitive",
    "tuple", "tuple_", "type", "type_", "vspace",
]  # fmt: skip
