"""The table: for a function of NumPy, the operations on single numbers that a call of it is.

    @elementwise(np.maximum)
    def maximum(c, x, y):
        return c.select((x >= y) | x.differs(x), x, y)

is an entry for a function by elements: x and y are operands in the kind in which NumPy computes, c is the Code.

    @entry(np.transpose)
    def transposed(b, call): ...

is one for any other function: b is the Builder, which gives an argument as an Array by `b.array(x)`.
"""

import numpy as np

from autograd_core.capturing.native.code import NotLoweredError
from autograd_core.capturing.program import functions

ELEMENTWISE: dict = {}
CALLS: dict = {}


def elementwise(*ufuncs):
    def register(write):
        for ufunc in ufuncs:
            ELEMENTWISE[ufunc] = write
        return write

    return register


def entry(*names):
    def register(write):
        for name in names:
            CALLS[name] = write
        return write

    return register


def known_entry(call):
    """The entry for a call, a function of the Builder and the call; None if there is none."""
    function = functions.UFUNCS.get(call.function, call.function)
    function = getattr(function, "shared", function)  # whose results are copies of what would be views: see `forms.unshared`
    if function in CALLS:
        return CALLS[function]
    if type(function) is np.ufunc:
        return by_elements if function in ELEMENTWISE else None
    owner = functions.owner_of_method(function)
    return None if owner is None else CALLS.get((function.__name__, owner)) or CALLS.get(function.__name__)


def by_elements(b, call):
    if call.kwargs:
        refuse_keywords(call)
    function = functions.UFUNCS.get(call.function, call.function)
    return ELEMENTWISE[function](b.code, *b.loop(function, call.args)[0])


def refuse_keywords(call):
    only_arguments(call, None, "dtype")
    if np.dtype(call.kwargs["dtype"]) != call.out.dtype:
        raise NotLoweredError("the argument dtype")


def only_arguments(call, count=None, *names):
    """Raise for any other argument than the first `count`, of any number for None, and keywords of these names."""
    if others := call.kwargs.keys() - set(names):
        raise NotLoweredError(f"the argument {min(others)}")
    if count is not None and len(call.args) > count:
        raise NotLoweredError(f"more than {count} argument{'s' * (count > 1)} by position")
