"""Which arrays of a step may be moved to other memory, and moving them there.

A weight in another order is multiplied more quickly, and parameters that are parts of one array are updated by one call.
An array is moved only if the Tensor, or the one container, in which it was found is all that holds it: then nobody can
tell. Values, shapes and dtypes stay.
"""

import numpy as np

LINE = 64  # bytes


def aligned(shape, dtype, order="C"):
    """An empty array; a large one begins where a line of the cache does: products and sums then take up to a third less."""
    size = int(np.prod(shape, dtype=int))
    nbytes = size * np.dtype(dtype).itemsize
    if nbytes < 4096:
        return np.empty(shape, dtype, order)
    raw = np.empty(nbytes + LINE, np.uint8)
    start = -raw.__array_interface__["data"][0] % LINE
    return raw[start : start + nbytes].view(dtype).reshape(shape, order=order)


def mark(program, reached, moving, results):
    """Say of each source whether it is alone; `moving` are the places where there is another array each time.

    `results` are the caller's by now, who would be left with what was moved away.
    """
    rebound = {id(effect.target.holder) for effect in program.effects if effect.kind == "rebind"}
    for source in program.sources:
        array = source.value.sample
        if source.kind not in ("tensor", "array"):
            continue
        source.moves = where(source) in moving or id(source.holder) in rebound
        if type(array) is np.ndarray and array.ndim and not source.moves:
            known = id(source.holder if source.kind == "tensor" else array)
            shown = any(np.may_share_memory(array, result) for result in results)
            source.alone = array.base is None and reached.alone[known] and not shown


def move(program, reached):
    """Put the arrays that the passes want into the places of those that were found."""
    for source in parts(program.sources):
        if source.value.sample is not source.found and source.kind in ("tensor", "array"):
            reached.moved[id(source.found)] = source.found, source.value.sample
            if source.kind == "tensor":
                source.holder._value = source.value.sample
            else:
                source.holder.set(source.value.sample)
        source.found = None


def where(source):
    """The same for all sources that are read in the same place."""
    return id(source.holder) if source.kind == "tensor" else (id(source.holder.container), source.holder.key, source.holder.path)


def parts(sources):
    """The sources, with the parts of those that have any in their place."""
    for source in sources:
        if source.kind == "flat":
            yield from source.holder
        else:
            yield source
