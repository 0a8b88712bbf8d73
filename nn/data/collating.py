"""Samples made into a batch: arrays stacked, tuples and dicts gone into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

NUMBERS = {bool, int, float, complex}


def default_collate(batch: Sequence[Any]) -> Any:
    """A list of samples as one batch: arrays are stacked along a new first axis.

    Numbers become an array (int64, float64 or bool), tuples, named tuples, lists and dicts keep their form with a batch for each
    of their parts, and strings become a list. A Tensor counts as its array, unless it requires a gradient.
    Raises ShapeError for arrays of different shapes, TypeError for samples of another kind.

    >>> default_collate([(np.array([1.0, 2.0]), 0), (np.array([3.0, 4.0]), 1)])
    (array([[1., 2.],
           [3., 4.]]), array([0, 1]))
    >>> default_collate([{"name": "a", "n": 1.5}, {"name": "b", "n": 2.5}])
    {'name': ['a', 'b'], 'n': array([1.5, 2.5])}
    """
    if not batch:
        raise ValueError("default_collate: expected samples, got none")
    return _collated(list(batch), "")


def _collated(samples: list[Any], path: str) -> Any:
    first = samples[0]
    if isinstance(first, (str, bytes)):
        return samples
    if isinstance(first, Mapping):
        return _keys(samples, path, lambda key: _collated([sample[key] for sample in samples], f"{path}[{key!r}]"))
    if isinstance(first, (tuple, list)):
        lengths = [len(sample) if isinstance(sample, (tuple, list)) else None for sample in samples]
        if len(set(lengths)) > 1:
            raise errors.ShapeError(_unlike(path, f"a {type(first).__name__} of {len(first)}", _at(lengths), samples))
        parts = [_collated(list(part), f"{path}[{i}]") for i, part in enumerate(zip(*samples, strict=True))]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts) if isinstance(first, tuple) else parts
    if (
        set(map(type, samples)) <= NUMBERS and (numbers := np.array(samples)).dtype != object
    ):  # a tenth of the time of what follows
        return numbers
    return _stacked(samples, path)


def _keys(samples: list[Any], path: str, part: Callable[[Any], Any]) -> dict[Any, Any]:
    for i, sample in enumerate(samples):
        missing = samples[0].keys() ^ sample.keys() if isinstance(sample, Mapping) else {type(sample).__name__}
        if missing:
            raise errors.ShapeError(
                f"default_collate: the samples{_of(path)} must be dicts with the same keys, but 0 and {i} differ in "
                f"{', '.join(map(repr, missing))}; write a collate_fn of your own for samples that differ"
            )
    return {key: part(key) for key in samples[0]}


def _stacked(samples: list[Any], path: str) -> Any:
    if any(isinstance(sample, Tensor) and sample.requires_grad for sample in samples):
        arrays = samples
    else:
        arrays = [sample.numpy() if isinstance(sample, Tensor) else np.asarray(sample) for sample in samples]
    for i, array in enumerate(arrays):
        if array.dtype.kind not in "fciubUSMm":
            raise TypeError(
                f"default_collate: sample {i}{_of(path)} is a {type(samples[i]).__name__}; it knows arrays, Tensors, numbers, "
                "strings, and tuples, lists and dicts of these. Write a collate_fn(samples) of your own"
            )
    shapes = [array.shape for array in arrays]
    if len(set(shapes)) > 1:
        raise errors.ShapeError(_unlike(path, f"shape {shapes[0]}", _at(shapes), samples))
    if arrays is samples or len({array.dtype for array in arrays}) > 1:
        return np.stack(arrays)
    batch = np.empty((len(arrays), *shapes[0]), arrays[0].dtype.newbyteorder("="))
    for i, array in enumerate(arrays):  # a quarter of the time of np.stack
        batch[i] = array
    return batch


def _at(values: list[Any]) -> int:
    """Where the first one differs from what stands at the beginning."""
    return next(i for i, value in enumerate(values) if value != values[0])


def _unlike(path: str, first: str, i: int, samples: list[Any]) -> str:
    other = samples[i]
    got = f"a {type(other).__name__} of {len(other)}" if isinstance(other, (tuple, list)) else f"shape {np.shape(other)}"
    return (
        f"default_collate: sample 0{_of(path)} has {first}, sample {i} {got}; cut or pad them to one length in the data set, "
        "or write a collate_fn(samples) of your own"
    ).replace("has a ", "is a ")


def _of(path: str) -> str:
    return f" (its part {path})" if path else ""


def default_convert(sample: Any) -> Any:
    """What a DataLoader without batches (`batch_size=None`) makes of a sample: Tensors become arrays, all else stays.

    >>> from autograd_core import Tensor
    >>> default_convert((Tensor([1.0, 2.0]), 3, "cat"))
    (array([1., 2.]), 3, 'cat')
    """
    if isinstance(sample, Tensor):
        return sample if sample.requires_grad else sample.numpy()
    if isinstance(sample, Mapping):
        return {key: default_convert(value) for key, value in sample.items()}
    if isinstance(sample, tuple) and hasattr(sample, "_fields"):
        return type(sample)(*map(default_convert, sample))
    if isinstance(sample, (tuple, list)):
        return type(sample)(map(default_convert, sample))
    return sample
