"""Sequences of different lengths: padded to one array, or packed without the padding.

padded = pad_sequence([a, b])                            # (time, batch, …), zeros after the end of the shorter
packed = pack_padded_sequence(padded, lengths)           # what a recurrent layer takes
out, lengths = pad_packed_sequence(rnn(packed)[0])
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd_core import errors
from nn.values import operand_of, refuse, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nn.types import Operand

__all__ = [
    "PackedSequence", "pack_padded_sequence", "pack_sequence", "pad_packed_sequence", "pad_sequence", "unpack_sequence",
    "unpad_sequence",
]  # fmt: skip


class PackedSequence(NamedTuple):
    """Sequences of different lengths, step by step: all that are at least one step long, then all that are two, …

    data               (sum of all lengths, …)
    batch_sizes        how many sequences there are at each step, (time,)
    sorted_indices     the order of the sequences, the longest first; None if they came in it
    unsorted_indices   the way back
    """

    data: Any
    batch_sizes: Any
    sorted_indices: Any = None
    unsorted_indices: Any = None


def pad_sequence(
    sequences: Iterable[Any], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Any:
    """Sequences of shapes (length, …) as one array, (longest, count, …), or (count, longest, …) with batch_first.

    >>> import numpy as np
    >>> pad_sequence([np.array([1.0, 2.0]), np.array([3.0])], batch_first=True)
    array([[1., 2.],
           [3., 0.]])
    """
    sequences = list(sequences)
    if not sequences:
        raise ValueError("pad_sequence: expected at least one sequence")
    if padding_side not in ("left", "right"):
        raise ValueError(f"pad_sequence: padding_side must be 'left' or 'right', got {padding_side!r}")
    refuse("pad_sequence: sequences", "sequences", sequences)
    sequences = [operand_of(part) for part in sequences]
    inner = sequences[0].shape[1:]
    for part in sequences:
        if part.ndim == 0 or part.shape[1:] != inner:
            raise errors.ShapeError(
                f"pad_sequence: the sequences must have the shape of the first, {sequences[0].shape}, but for the length; "
                f"got {part.shape}"
            )
    longest = max(part.shape[0] for part in sequences)
    rows = []
    for part in sequences:
        fill = np.full((longest - part.shape[0], *inner), padding_value, part.dtype)
        pieces = [fill, part] if padding_side == "left" else [part, fill]
        rows.append(np.concatenate(pieces) if len(fill) else part)
    return np.stack(rows, axis=0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Operand, batch_first: bool = False) -> list[Any]:
    """The sequences that a padded array was made of.

    >>> import numpy as np
    >>> unpad_sequence(np.array([[1.0, 2.0], [3.0, 0.0]]), [2, 1], batch_first=True)
    [array([1., 2.]), array([3.])]
    """
    counts = _lengths("unpad_sequence", lengths, padded_sequences, batch_first, least=0).tolist()
    if batch_first:
        return [padded_sequences[k, :count] for k, count in enumerate(counts)]
    return [padded_sequences[:count, k] for k, count in enumerate(counts)]


def pack_padded_sequence(input: Any, lengths: Operand, batch_first: bool = False, enforce_sorted: bool = True) -> PackedSequence:
    """A padded array, (time, batch, …), without its padding.

    lengths          of the sequences, (batch,), at least 1 each
    enforce_sorted   raise unless the longest come first; with False they are sorted here, and given back in their order

    >>> import numpy as np
    >>> pack_padded_sequence(np.array([[1, 3], [2, 0]]), [2, 1])[:2]
    (array([1, 3, 2]), array([2, 1]))
    """
    counts = _lengths("pack_padded_sequence", lengths, input, batch_first, least=1)
    order = None
    if enforce_sorted:
        if np.any(counts[1:] > counts[:-1]):
            raise ValueError(
                "pack_padded_sequence: lengths must be in decreasing order; sort the sequences, or write enforce_sorted=False"
            )
    else:
        order = np.argsort(-counts, kind="stable")
        counts = counts[order]
    batch_sizes = np.sum(counts > np.arange(int(counts[0]))[:, None], axis=1)
    steps, numbers = _places(batch_sizes)
    if order is not None:
        numbers = order[numbers]
    data = input[numbers, steps] if batch_first else input[steps, numbers]
    return PackedSequence(data, batch_sizes, order, None if order is None else np.argsort(order, kind="stable"))


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Any, Any]:
    """(padded array, lengths) of a packed sequence; `total_length` is that of the array, at least the longest.

    >>> import numpy as np
    >>> padded, lengths = pad_packed_sequence(pack_padded_sequence(np.array([[1, 3], [2, 0]]), [2, 1]))
    >>> padded.tolist(), lengths.tolist()
    ([[1, 3], [2, 0]], [2, 1])
    """
    padded, mask = padded_of(sequence)
    time = padded.shape[0]
    if total_length is not None and total_length < time:
        raise ValueError(f"pad_packed_sequence: total_length must be at least the longest, {time}, got {total_length}")
    mask = mask.reshape(*mask.shape[:2], *(1,) * (padded.ndim - 2))
    padded = np.where(mask, padded, padded.dtype.type(padding_value))
    if total_length is not None and total_length > time:
        more = np.full((total_length - time, *padded.shape[1:]), padding_value, padded.dtype)
        padded = np.concatenate([padded, more])
    lengths = np.sum(mask.reshape(mask.shape[:2]), axis=0)
    if sequence.unsorted_indices is not None:
        padded, lengths = padded[:, sequence.unsorted_indices], lengths[sequence.unsorted_indices]
    return (padded.swapaxes(0, 1) if batch_first else padded), lengths


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths, packed.

    >>> import numpy as np
    >>> pack_sequence([np.array([1, 2]), np.array([3])])[:2]
    (array([1, 3, 2]), array([2, 1]))
    """
    sequences = list(sequences)
    return pack_padded_sequence(pad_sequence(sequences), [len(part) for part in sequences], enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The sequences that a packed one was made of.

    >>> import numpy as np
    >>> unpack_sequence(pack_sequence([np.array([1, 2]), np.array([3])]))
    [array([1, 2]), array([3])]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences))


def padded_of(packed: PackedSequence) -> tuple[Any, Any]:
    """(time, batch, …) in the order of the packing, with anything after the end of the shorter; and a mask of the rest,
    (time, batch, 1)."""
    sizes = np.asarray(packed.batch_sizes)
    there = np.arange(int(sizes[0])) < sizes[:, None]
    index = np.where(there, np.cumsum(sizes)[:, None] - sizes[:, None] + np.arange(int(sizes[0])), 0)
    return packed.data[index], there[..., None]


def packed_like(padded: Any, packed: PackedSequence) -> PackedSequence:
    """What a layer made of `padded_of(packed)`, packed in the same way."""
    return packed._replace(data=padded[_places(np.asarray(packed.batch_sizes))])


def _places(batch_sizes: Any) -> tuple[Any, Any]:
    """The step, and the number of the sequence, of each row of the packed data."""
    steps = np.repeat(np.arange(len(batch_sizes)), batch_sizes)
    return steps, np.arange(len(steps)) - (np.cumsum(batch_sizes) - batch_sizes)[steps]


def _lengths(name: str, lengths: Operand, padded: Any, batch_first: bool, least: int) -> Any:
    values = np.asarray(values_of(lengths))
    if padded.ndim < 2:
        raise errors.ShapeError(f"{name}: expected a padded array of at least two axes, got shape {padded.shape}")
    count, time = padded.shape[:2] if batch_first else padded.shape[1::-1]
    if values.dtype.kind not in "iu" or values.shape != (count,):
        raise errors.ShapeError(f"{name}: lengths must be {count} integers, got {values.dtype} of shape {values.shape}")
    if values.size and not least <= values.min() <= values.max() <= time:
        raise ValueError(f"{name}: lengths must be from {least} to {time}, got {values.min()} to {values.max()}")
    return values
