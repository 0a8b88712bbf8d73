"""Constants that a node saved, such as the batch: a stamp tells the backward pass whether they were filled again meanwhile.

Of arrays up to EXACT bytes a stamp holds these bytes; up to SUMMED bytes the sum of their words, which no change of a single
one leaves as it is, and SAMPLED elements, since a shuffled array has the same sum; of larger arrays these elements alone, so
that it never costs more than some microseconds. What the graph computed itself, and the values of its leaves, have none.
"""

import math
from functools import lru_cache

import numpy as np
from numpy import ndarray

EXACT, SUMMED, SAMPLED = 1 << 13, 1 << 18, 512
SCALARS = frozenset({bool, int, float, complex} | {np.dtype(code).type for code in "?efdgFDGbhilqBHILQ"})
# Types of what cannot be written to
FIXED = SCALARS | {str, bytes, range, slice, type, type(None), type(Ellipsis), type(np._NoValue), type(np.dtype(float))}
LONG = np.dtype(np.longdouble)
MEANT = 10 if np.finfo(LONG).nmant == 63 else LONG.itemsize  # bytes of a longdouble: of x86 the rest is padding
LONGEST = LONG.itemsize if LONG.itemsize > MEANT else 1 << 31  # bytes of an element that may have some
WORDS = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}


def stamper(constants):
    """The function (saved values) -> the stamp of the constants among them, or None if nothing of them can be written to.

    constants   of each its position, and which of its parts are operands of the graph, if it is a sequence of operands
    """
    if not constants:
        return None
    first, operands = constants[0]

    def of_one(saved):
        value = saved[first]
        kind = type(value)
        if kind is ndarray:
            return value.tobytes() if value.nbytes <= EXACT and value.itemsize < LONGEST else _of_large(value)
        return None if kind in FIXED or (kind is tuple and FIXED.issuperset(map(type, value))) else _of(value, operands)

    def of_several(saved):
        for i, _ in constants:
            if not _is_fixed(saved[i]):
                return [None if type(saved[i]) in FIXED else _of(saved[i], operands) for i, operands in constants]
        return None

    return of_one if len(constants) == 1 else of_several


def _is_fixed(value):
    """Whether nothing in it can be written to."""
    kind = type(value)
    return kind in FIXED or (kind is tuple and (FIXED.issuperset(map(type, value)) or all(map(_is_fixed, value))))


def changed(stamp, now, constants):
    """The position among the saved values of the first constant whose stamp is another one now."""
    if len(constants) == 1:
        return constants[0][0]
    return next(i for (i, _), a, b in zip(constants, stamp, now, strict=True) if a != b)


def _of(value, operands=()):
    if type(value) in FIXED:
        return None
    if isinstance(value, ndarray):
        return value.tobytes() if value.nbytes <= EXACT and value.itemsize < LONGEST else _of_large(value)
    if isinstance(value, (list, tuple)):
        return [item if type(item) in FIXED else _of(item) for i, item in enumerate(value) if i not in operands]
    return None


def _of_large(array):
    """Of an array of more than EXACT bytes, or of elements that may have padding."""
    if array.nbytes <= (SUMMED if array.dtype.char in "gG" else EXACT):
        return bits(array)
    if array.flags.f_contiguous:
        array = array.T
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        # First the sum: to go through all of it in order fetches it at full speed
        total = None if flat.nbytes > SUMMED else _sum(flat.view(WORDS[1 if flat.nbytes % 8 else 8]))
        return total, bits(flat[:: _step(flat.size, array.shape[-1])])
    some = bits(array[_grid(array.shape)])
    if array.nbytes > SUMMED or array.itemsize not in WORDS:
        return some
    return _sum(array.view(WORDS[array.itemsize])), some


def bits(value):
    """The bytes that tell a value from any other: of a longdouble those that have a meaning, since the others may be anything."""
    if value.dtype.char not in "gG":
        return value.tobytes()
    native = np.ascontiguousarray(value, value.dtype.newbyteorder("=")).reshape(-1)
    return native.view(np.uint8).reshape(-1, LONG.itemsize)[:, :MEANT].tobytes()


def _sum(words):
    return int(np.add.reduce(words, axis=None, dtype=words.dtype))


@lru_cache(256)
def _step(size, row):
    """The step that takes some SAMPLED elements out of `size`, and from each row of that length another place."""
    step = size // SAMPLED or 1
    while math.gcd(step, row) > 1:
        step += 1
    return step


@lru_cache(256)
def _grid(shape):
    """An index of at most SAMPLED elements, spread over all axes."""
    room, steps = SAMPLED, {}
    for left, axis in zip(range(len(shape), 0, -1), sorted(range(len(shape)), key=shape.__getitem__), strict=True):
        count = min(shape[axis], max(1, int(room ** (1 / left) + 1e-9)))
        steps[axis] = slice(None, None, -(-shape[axis] // count))
        room //= count
    return tuple([steps[axis] for axis in range(len(shape))])
