"""`autograd.builtins`: what containers and types are to a function that is being differentiated.

Our own operators take containers as they are, so `tuple`, `list` and `dict` are Python's; `isinstance` and `type` look at the
value of what is recorded.
"""

import builtins

from autograd_core.compat.hips.boxes import getval
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


def isinstance(value, kinds):
    """Python's, of the value of what is recorded; also true of `Box` itself."""
    return isinstance_(value, kinds) or isinstance_(getval(value), kinds)


def type(value):
    """Python's, of the value of what is recorded."""
    return type_(getval(value))


__all__ = [
    "ContainerVSpace", "DictVSpace", "ListVSpace", "NamedTupleVSpace", "SequenceVSpace", "SparseObject", "TupleVSpace", "VSpace",
    "dict", "dict_", "isinstance", "isinstance_", "list", "list_", "notrace_primitive", "primitive", "tuple", "tuple_", "type",
    "type_", "vspace",
]  # fmt: skip
