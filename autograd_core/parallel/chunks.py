"""Which chunks of several Dask arrays belong together: those of the same rows."""

import math
from itertools import accumulate

from autograd_core.errors import ShapeError


def chunks_of(what, arrays):
    """[(number, first row, row after the last, its parts of the arrays, to be computed)] of the chunks that are not empty.

    (Of arrays without rows the first chunk, so that there is a result.)

    what     the function that was called, for messages
    arrays   {what it is: argument}, in which all must be Dask arrays, with the same chunks of rows
    """
    if not arrays:
        raise TypeError(f"{what}: expected Dask arrays whose rows the loss adds up, got none")
    for name, array in arrays.items():
        _check(what, name, array)
    (first, (leader, *others)) = next(iter(arrays)), arrays.values()
    for name, array in zip(list(arrays)[1:], others, strict=True):
        if array.shape[0] != leader.shape[0]:
            raise ShapeError(
                f"{what}: the arrays must have the same number of rows, got {leader.shape[0]} of {first} and "
                f"{array.shape[0]} of {name}"
            )
        if array.chunks[0] != leader.chunks[0]:
            raise ShapeError(
                f"{what}: the arrays must have the same chunks of rows, got {_few(leader.chunks[0])} of {first} and "
                f"{_few(array.chunks[0])} of {name}; write b.rechunk({{0: a.chunks[0]}}), a being {first} and b {name}"
            )
    ends = list(accumulate(leader.chunks[0]))
    rows = zip(range(len(ends)), [0, *ends], ends, zip(*map(_blocks, arrays.values()), strict=True), strict=False)
    return [part for part in rows if part[1] < part[2] or (not ends[-1] and not part[0])]


def is_dask(value):
    """Whether a value is one of Dask's, which computes later."""
    return hasattr(value, "__dask_graph__")


def _check(what, name, array):
    if not is_dask(array) or not hasattr(array, "chunks"):
        kind = f"{type(array).__module__.partition('.')[0]}.{type(array).__name__}"
        if is_dask(array):
            instead = "of a data frame write to_dask_array(lengths=True)"
        elif hasattr(array, "shape"):
            instead = "write dask.array.from_array(…, chunks=…), or from_zarr; by name, loss(…, name=…), what all chunks need"
        else:
            instead = "give it by name, name=…, as what is the same for all chunks"
        raise TypeError(f"{what}: {name} must be a Dask array, got {kind}; {instead}")
    if not array.ndim:
        raise ShapeError(f"{what}: {name} must have rows, got a Dask array of shape ()")
    if any(map(math.isnan, array.shape)):
        raise ShapeError(f"{what}: {name} has chunks of unknown length; write a = a.compute_chunk_sizes() first")


def _blocks(array):
    """The chunks of rows, whole, as objects that compute them; what leads to each is joined to one task if that can be."""
    if any(count > 1 for count in array.numblocks[1:]):
        array = array.rechunk(dict.fromkeys(range(1, array.ndim), -1))
    return array.to_delayed().ravel()


def _few(chunks):
    return f"({', '.join(map(str, chunks[:4]))}{', …' if len(chunks) > 4 else ',' if len(chunks) == 1 else ''})"
