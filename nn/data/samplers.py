"""Samplers: in which order a DataLoader takes the samples, and how they are grouped to batches."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from nn.random import generator as generator_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Generator


class Sampler:
    """The base of samplers: write `__iter__(self)`, which yields indices, or lists of them for a batch_sampler; and `__len__`.

    >>> class EveryOther(Sampler):
    ...     def __init__(self, dataset):
    ...         self.dataset = dataset
    ...     def __iter__(self):
    ...         return iter(range(0, len(self.dataset), 2))
    ...     def __len__(self):
    ...         return (len(self.dataset) + 1) // 2
    >>> from nn.data import DataLoader
    >>> list(DataLoader([10, 11, 12, 13, 14], sampler=EveryOther(range(5))))
    [array([10]), array([12]), array([14])]
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no method __iter__(self): write one that yields indices")


class SequentialSampler(Sampler):
    """0, 1, 2, …: every sample in order.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """Every sample once, by chance; with `replacement` any of them each time.

    num_samples   how many to draw, by default as many as there are; without replacement more than that are further rounds
    generator     a numpy.random.Generator, a seed, or None for that of `nn.manual_seed`

    >>> sorted(RandomSampler("abc", generator=0)), len(list(RandomSampler("abc", replacement=True, num_samples=5)))
    ([0, 1, 2], 5)
    """

    def __init__(
        self, data_source: Any, replacement: bool = False, num_samples: int | None = None, generator: Generator = None
    ) -> None:
        if num_samples is not None:
            check_count("RandomSampler: num_samples", num_samples)
        self.data_source, self.replacement, self._num_samples = data_source, bool(replacement), num_samples
        self.generator = generator_from(generator) if generator is not None else None

    @property
    def num_samples(self) -> int:
        """How many are drawn in an epoch."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        n, count, generator = len(self.data_source), self.num_samples, generator_from(self.generator)
        if not n:
            return
        if self.replacement:
            yield from generator.integers(n, size=count).tolist()
            return
        while count > 0:
            yield from generator.permutation(n)[:count].tolist()
            count -= n

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Each of `indices` once, by chance.

    >>> sorted(SubsetRandomSampler([5, 7], generator=0))
    [5, 7]
    """

    def __init__(self, indices: Sequence[int], generator: Generator = None) -> None:
        self.indices = indices
        self.generator = generator_from(generator) if generator is not None else None

    def __iter__(self) -> Iterator[int]:
        return (self.indices[i] for i in generator_from(self.generator).permutation(len(self.indices)).tolist())

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """`num_samples` indices by chance, index i in proportion to `weights[i]`; without `replacement` each at most once.

    weights   numbers of at least 0, which need not add up to 1, such as 1 / how many samples the class of each has

    >>> list(WeightedRandomSampler([0, 0.3, 0], 4))
    [1, 1, 1, 1]
    """

    def __init__(self, weights: ArrayLike, num_samples: int, replacement: bool = True, generator: Generator = None) -> None:
        self.weights = np.asarray(weights, float)
        self.num_samples = check_count("WeightedRandomSampler: num_samples", num_samples)
        self.replacement = bool(replacement)
        self.generator = generator_from(generator) if generator is not None else None
        if self.weights.ndim != 1 or not np.all((self.weights >= 0) & np.isfinite(self.weights)) or not self.weights.any():
            raise ValueError(
                "WeightedRandomSampler: weights must be a row of finite numbers of at least 0, not all 0, "
                f"got {np.array2string(self.weights, threshold=5)}"
            )
        possible = np.count_nonzero(self.weights)
        if not self.replacement and self.num_samples > possible:
            raise ValueError(
                f"WeightedRandomSampler: replacement=False can draw {possible} samples, those with a weight above 0, "
                f"got num_samples={self.num_samples}"
            )

    def __iter__(self) -> Iterator[int]:
        share = self.weights / self.weights.sum()
        drawn = generator_from(self.generator).choice(len(share), self.num_samples, replace=self.replacement, p=share)
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """The indices of a sampler, in lists of `batch_size`; the last one has those left over, unless `drop_last`.

    >>> list(BatchSampler(range(5), 2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        self.sampler, self.drop_last = sampler, bool(drop_last)
        self.batch_size = check_count("BatchSampler: batch_size", batch_size)

    def __iter__(self) -> Iterator[list[Any]]:
        return in_batches(self.sampler, self.batch_size, self.drop_last)

    def __len__(self) -> int:
        n: int = len(self.sampler)  # type: ignore[arg-type]
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)


def in_batches(items: Iterable[Any], size: int, drop_last: bool) -> Iterator[list[Any]]:
    """Lists of `size` items; the last one has those left over, unless `drop_last`."""
    iterator = iter(items)
    for first in iterator:
        batch = list(chain([first], islice(iterator, size - 1)))
        if len(batch) == size or not drop_last:
            yield batch


def check_count(what: str, value: Any, least: int = 1) -> int:
    """A whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{what} must be a whole number of at least {least}, got {value!r}")
    return int(value)
