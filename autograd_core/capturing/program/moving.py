"""Which arrays of a step may be moved to other memory, and moving them there.

A weight in another order is multiplied more quickly, and parameters that are parts of one array are updated by one call.
An array is moved only if nothing holds it but the Tensor, or the single container, that the step reaches: then nobody can
tell. Values, shapes and dtypes stay.
"""

import numpy as np


def marked(program, reached, moving, results):
    """The program with what is known of its sources: `moving` are the places where there is another array each time.

    `results` are the caller's by now, who would be left with what was moved away.
    """
    rebound = {id(effect.target.holder) for effect in program.effects if effect.kind == "rebind"}
    alone, moves = set(), set()
    for source in program.sources:
        array = source.value.sample
        if source.kind not in ("tensor", "array"):
            continue
        if where(source) in moving or id(source.holder) in rebound:
            moves.add(source.value)
        elif type(array) is np.ndarray and array.ndim and array.base is None:
            known = id(source.holder if source.kind == "tensor" else array)
            if reached.alone[known] and not any(np.may_share_memory(array, result) for result in results):
                alone.add(source.value)
    return program.replaced(alone=frozenset(alone), moving=frozenset(moves))


def move(program, reached):
    """Put the arrays that the passes want into the places of those that were recorded."""
    for source in program.parts():
        old, new = source.value.sample, program.array(source.value)
        if new is not old:
            new[...] = old
            reached.moved[id(old)] = old, new
            if source.kind == "tensor":
                source.holder._value = new
            else:
                source.holder.set(new)


def where(source):
    """The same for all sources that are read in the same place."""
    return id(source.holder) if source.kind == "tensor" else (id(source.holder.container), source.holder.key, source.holder.path)
