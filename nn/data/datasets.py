"""Data sets: samples by their index, or a stream of them."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.random import generator as generator_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Array, Generator


class Dataset:
    """The base of data sets with an index: write `__getitem__(self, index)`, which returns a sample, and `__len__(self)`.

    A sample is an array, a number, a string, or a tuple or dict of such. `a + b` is both, one after the other. Iterating goes
    through all of it, once.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, index):
    ...         return index, index**2
    >>> Squares()[3], len(Squares() + Squares())
    ((3, 9), 8)
    """

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} has no method __getitem__(self, index): write one that returns a sample"
        )

    def __iter__(self) -> Iterator[Any]:  # without it, Python and NumPy would ask for samples until an IndexError, maybe for ever
        return (self[i] for i in range(len(self)))  # type: ignore[arg-type]

    def __add__(self, other: Any) -> ConcatDataset:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """The base of streams, which have no index: write `__iter__(self)`, which yields samples.

    With several workers each has a copy of the stream, and yields its own part: see `get_worker_info`.

    >>> class Lines(IterableDataset):
    ...     def __iter__(self):
    ...         yield from ("a line", "another")
    >>> list(Lines())
    ['a line', 'another']
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no method __iter__(self): write one that yields samples")

    def __getitem__(self, index: Any) -> Any:
        raise TypeError(f"{type(self).__name__} is a stream, an IterableDataset, without an index: iterate over it")

    def __add__(self, other: Any) -> Any:
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Rows of arrays (or Tensors) of the same length: sample i is the tuple of their rows i.

    Raises ShapeError for arrays of different lengths.

    >>> data = TensorDataset(np.arange(3.0), np.array([0, 1, 0]))
    >>> data[1], len(data)
    ((np.float64(1.0), np.int64(1)), 3)
    """

    def __init__(self, *tensors: ArrayLike | Tensor) -> None:
        if not tensors:
            raise TypeError("TensorDataset: expected arrays, got nothing")
        self.tensors = tuple(as_array("TensorDataset", a, i) for i, a in enumerate(tensors))
        self.rows = same_length("TensorDataset", self.tensors)

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        return tuple([a[index] for a in self.tensors])

    def __len__(self) -> int:
        return self.rows


class Subset(Dataset):
    """The samples `indices` of a data set, in that order.

    >>> Subset(["a", "b", "c"], [2, 0])[0]
    'c'
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, (list, tuple)):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


class ConcatDataset(Dataset):
    """Data sets one after the other, as one.

    >>> both = ConcatDataset([["a", "b"], ["c"]])
    >>> both[2], both[-3], len(both)
    ('c', 'a', 3)
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset: expected at least one data set, got none")
        for dataset in self.datasets:
            if isinstance(dataset, IterableDataset):
                raise TypeError(f"ConcatDataset: {type(dataset).__name__} is a stream without an index; write ChainDataset([…])")
        self.cumulative_sizes = list(accumulate(map(len, self.datasets)))

    def __getitem__(self, index: int) -> Any:
        n = len(self)
        if not -n <= index < n:
            raise IndexError(f"ConcatDataset: index {index} is not one of the {n} samples")
        index = index % n
        which = bisect_right(self.cumulative_sizes, index)
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset):
    """Streams one after the other, as one.

    >>> list(ChainDataset([range(2), "ab"]))
    [0, 1, 'a', 'b']
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.datasets)

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


def random_split(dataset: Any, lengths: Sequence[float], generator: Generator = None) -> list[Subset]:
    """The data set in parts, each sample in one of them, by chance.

    lengths     how many samples each part has; or the shares of them, which add up to 1 (what rounding leaves goes
                to the first parts, one each)
    generator   a numpy.random.Generator, a seed, or None for that of `nn.manual_seed`

    >>> [len(part) for part in random_split(range(10), [0.75, 0.25], generator=0)]
    [8, 2]
    """
    n = len(dataset)
    if not all(length >= 0 for length in lengths):
        raise ValueError(f"random_split: lengths must be at least 0, got {list(lengths)}")
    counts: list[Any] = list(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) != n:
        counts = [math.floor(n * share) for share in lengths]
        for i in range(n - sum(counts)):
            counts[i % len(counts)] += 1
    if sum(counts) != n or any(count != int(count) for count in counts):
        raise ValueError(
            f"random_split: lengths must add up to the {n} samples of the data set, or to 1 as shares of it, got {list(lengths)}"
        )
    order = generator_from(generator).permutation(n).tolist()
    return [Subset(dataset, order[start:end]) for start, end in pairwise(accumulate(map(int, counts), initial=0))]


def is_array(data: Any) -> bool:
    """Whether the rows of `data` are samples: of arrays, of numbers in lists, and of whatever becomes an array by itself."""
    if isinstance(data, (Tensor, np.ndarray, np.generic, bool, int, float, complex, str, bytes)):
        return True
    if isinstance(data, (list, tuple)):
        return not any(isinstance(row, (tuple, dict, str, bytes)) for row in data)
    return not isinstance(data, Dataset) and (hasattr(data, "__array__") or hasattr(data, "__array_interface__"))


def as_array(who: str, given: Any, position: int) -> Array:
    """An argument as an array of rows.

    Only of what is an array: an object with `__getitem__` NumPy would ask for samples until it raises an IndexError, for ever.
    """
    if not is_array(given) and not isinstance(given, (list, tuple, range)):
        kind, alone = type(given).__name__, who == "DataLoader"
        what = "; a data set stands alone, and its samples may be tuples" if alone and hasattr(given, "__getitem__") else ""
        raise TypeError(f"{who}: argument {position} must be an array, got {kind}{what}")
    if position and isinstance(given, (bool, int, float)) and who == "DataLoader":
        name = "shuffle" if isinstance(given, bool) else "batch_size"
        raise TypeError(f"{who}: argument {position} must be an array, got {given!r}; write {name}={given!r}")
    return given.numpy() if isinstance(given, Tensor) else np.asarray(given)


def same_length(who: str, arrays: Sequence[Any]) -> int:
    """The length that all arrays have."""
    lengths = [len(a) if a.ndim else None for a in arrays]
    if None in lengths or len(set(lengths)) > 1:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise errors.ShapeError(f"{who}: the arrays must have the same number of rows, got shapes {shapes}")
    return len(arrays[0])
