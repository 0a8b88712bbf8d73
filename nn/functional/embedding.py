"""Rows of a table: one for each number, or those of several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors, primitive
from nn.functional.selection import indices_of
from nn.values import float_dtype, greatest, values_of

if TYPE_CHECKING:
    from typing import Any, Literal

    from nn.types import Operand, X


def embedding(
    input: Operand,
    weight: X,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> X:
    """The rows of weight, (count, features), with the numbers in input, (…) of any integer dtype -> (…, features).

    padding_idx          the number of a row that gets no gradient
    max_norm             rows that are longer, by the norm_type-norm, are cut to it first, in weight itself
    scale_grad_by_freq   divide the gradient of each row by how often it was taken

    Raises DTypeError, or ValueError for a number that is none of a row; and for sparse=True, since gradients are whole arrays.

    >>> embedding(np.array([2, 0]), np.eye(3))
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    values = _checked("embedding", input, weight, max_norm, norm_type, sparse)
    return _rows("embedding", values, weight, padding_idx, scale_grad_by_freq)


def embedding_bag(
    input: Operand,
    weight: Any,
    offsets: Operand | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: Literal["sum", "mean", "max"] = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows of weight, (count, features), of each bag of numbers -> (bags, features).

    input                 (bags, numbers), or all numbers one after another, (many,), with `offsets`
    offsets               (bags,): where each bag begins; an empty one gives zeros
    include_last_offset   the last offset is the end of the last bag
    per_sample_weights    of the shape of input: what each row is multiplied by, with mode="sum"
    padding_idx           the number of a row that is left out, of means too

    max_norm, norm_type, scale_grad_by_freq and errors as in `embedding`. Equal maxima share the gradient.

    >>> embedding_bag(np.array([0, 1, 2, 2]), np.eye(3), np.array([0, 2]), mode="sum")
    array([[1., 1., 0.],
           [0., 0., 2.]])
    """
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode must be 'sum', 'mean' or 'max', got {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise ValueError(f"embedding_bag: per_sample_weights go with mode='sum', got {mode!r}")
    if scale_grad_by_freq and mode == "max":
        raise ValueError("embedding_bag: scale_grad_by_freq goes with mode='sum' and 'mean', got 'max'")
    values = _checked("embedding_bag", input, weight, max_norm, norm_type, sparse)
    if per_sample_weights is not None and np.shape(per_sample_weights) != values.shape:
        raise errors.ShapeError(
            f"embedding_bag: per_sample_weights must have the shape of input, {values.shape}, got {np.shape(per_sample_weights)}"
        )
    counts = np.ones(values.shape, bool)
    if values.ndim == 1 and offsets is not None:
        places, counts = _places(values.size, values_of(offsets), include_last_offset)
        values = np.append(values, 0)[places]  # a number after the last, for the places after the end of a bag
        if per_sample_weights is not None:
            per_sample_weights = np.concatenate([per_sample_weights, np.zeros(1, float_dtype(weight))])[places]
    elif values.ndim != 2 or offsets is not None:
        expected = "(bags, numbers), without offsets, or (many,) with offsets"
        raise errors.ShapeError(f"embedding_bag: input must have the shape {expected}, got {values.shape}")
    if padding_idx is not None:
        counts = counts & (values != _row("embedding_bag", padding_idx, weight.shape[0]))
    rows = _rows("embedding_bag", values, weight, padding_idx, scale_grad_by_freq, counts)
    if offsets is not None or padding_idx is not None:  # what is in no bag counts for nothing, even if it is not finite
        rows = np.where(counts[..., None], rows, 0)
    if mode == "max":
        if values.shape[1] == 0:
            return np.sum(rows, axis=1)
        greatest = np.max(np.where(counts[..., None], rows, -np.inf), axis=1)
        return np.where(np.any(counts, axis=1)[:, None], greatest, 0)
    share = counts.astype(float_dtype(weight))
    if mode == "mean":
        share = share / np.maximum(np.sum(share, axis=1, keepdims=True), 1)
    share = share if per_sample_weights is None else share * per_sample_weights
    return np.sum(rows * share[..., None], axis=1)


def _places(size: int, starts: Any, include_last: bool) -> tuple[Any, Any]:
    """Where the numbers of each bag are, (bags, most), and which of these places are in the bag; `size` for the others."""
    if starts.ndim != 1 or starts.dtype.kind not in "iu":
        raise errors.ShapeError(
            f"embedding_bag: offsets must be integers of shape (bags,), got shape {starts.shape} of {starts.dtype}"
        )
    if include_last and not starts.size:
        raise errors.ShapeError("embedding_bag: include_last_offset=True needs one offset at least, got none")
    starts = starts.astype(np.int64)
    ends = starts[1:] if include_last else np.append(starts[1:], size)
    last = starts[-1:] if include_last else ends[-1:]
    starts = starts[:-1] if include_last else starts
    lengths = ends - starts
    if starts.size and (starts[0] != 0 or np.any(lengths < 0) or last[0] > size):
        raise ValueError(f"embedding_bag: offsets must begin with 0, not fall, and not exceed the {size} numbers of input")
    steps = np.arange(greatest(lengths))
    inside = steps < lengths[:, None]
    return np.where(inside, starts[:, None] + steps, size), inside


def _checked(name: str, input: Any, weight: Any, max_norm: float | None, norm_type: float, sparse: bool) -> Any:
    if sparse:
        raise ValueError(f"{name}: gradients are whole arrays here, none is sparse; leave out sparse=True")
    values = indices_of(name, input, weight.shape[0])
    if max_norm is not None:
        _shorten(values, weight, max_norm, norm_type)
    return values


def _shorten(values: Any, weight: Any, max_norm: float, norm_type: float) -> None:
    """Cut the rows with these numbers to max_norm, in weight itself."""
    table = values_of(weight)
    norms = np.linalg.norm(table, norm_type, axis=1)
    taken = _taken(values, table.shape[0])
    long = (taken > 0) & (norms > max_norm)
    # Otherwise nothing is set: that would be a change, which whatever else saved the table would have to refuse. A step that is
    # recorded does without the question, since the next one may answer otherwise
    if not hasattr(long, "__stands_for_array__") and not np.any(long):
        return
    scale = np.where(long, max_norm / (norms + 1e-7), 1).astype(table.dtype)
    if isinstance(weight, Tensor):
        weight.data = table * scale[:, None]
    else:
        weight *= scale[:, None]


def _taken(values: Any, count: int, counts: Any = None) -> Any:
    """How often each of the numbers from 0 to count - 1 is there."""
    weights = None if counts is None else np.reshape(counts, -1).astype(float)
    return np.bincount(np.reshape(values, -1).astype(np.int64), weights, count)


@primitive("rows | ḡ share", name="embedding", rows=lambda g, share: g * share)
def _weighed(rows: Any, share: Any) -> Any:
    """The rows as they are; of their gradient, only that share is sent on."""
    return rows


def _rows(name: str, values: Any, weight: Any, padding_idx: int | None, scale_grad_by_freq: bool, counts: Any = None) -> Any:
    rows = weight[values]
    share: Any = None
    if padding_idx is not None:
        share = values != _row(name, padding_idx, weight.shape[0])
    if scale_grad_by_freq:
        often = 1 / np.maximum(_taken(values, weight.shape[0], counts), 1)[values]
        share = often if share is None else often * share
    return rows if share is None else _weighed(rows, share.astype(float_dtype(weight))[..., None])


def _row(name: str, index: int, count: int) -> int:
    """A row's number, also counted from the end."""
    if not -count <= index < count:
        raise ValueError(
            f"{name}: padding_idx must be the number of one of the {count} rows, from {-count} to {count - 1}, got {index}"
        )
    return index % count
