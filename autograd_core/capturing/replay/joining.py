"""Parts of a whole, such as the states of a recurrence: each is written into its place there when it is made."""

import numpy as np

from autograd_core.capturing.program import functions
from autograd_core.capturing.program.calls import Value
from autograd_core.capturing.program.order import address

LEAST = 16  # elements beside one another: shorter runs take longer to write than to copy
JOINING = (np.concatenate, np.stack)


def parts_of(call):
    """[(part, its index in the whole)] of a call that joins arrays of its own dtype; [] for another call."""
    if call.function not in JOINING or not call.kwargs.keys() <= {"axis"} or len(call.args) > 2 or not call.args:
        return []
    parts, axis = call.args[0], call.args[1] if len(call.args) > 1 else call.kwargs.get("axis", 0)
    if type(parts) not in (list, tuple) or type(axis) is not int or any(type(part) is not Value for part in parts):
        return []
    whole = (slice(None),) * (axis % call.out.ndim)
    if call.function is np.stack:
        return [(part, (*whole, k)) for k, part in enumerate(parts)]
    stops = np.cumsum([part.shape[len(whole)] for part in parts]).tolist()
    return [(part, (*whole, slice(stop - part.shape[len(whole)], stop))) for part, stop in zip(parts, stops, strict=True)]


def homes(program, taken):
    """{part: (the whole, the index of its place)} for parts that are made by calls which can write there; none is `taken`."""
    found = {}
    for call in program.calls:
        parts = parts_of(call)
        for part, index in parts if call.out not in taken else ():
            origin = program.origins.get(part)
            if (
                part not in found and part not in taken and origin is not None and part.dtype == call.out.dtype
                and (functions.takes_out(origin) or parts_of(origin)) and sum(part is other for other, _ in parts) == 1
            ):  # fmt: skip
                found[part] = call.out, index
    return found


def is_room(place, origin):
    """Whether a call can write into a part of an array as well as into an array of its own."""
    if place.flags.c_contiguous:
        return True
    return origin.is_elementwise and place.shape[-1] >= LEAST and place.strides[-1] == place.itemsize


def is_at(array, place):
    """Whether an array is this place."""
    return (
        array is not None and array.shape == place.shape and address(array) == address(place) and array.strides == place.strides
    )
