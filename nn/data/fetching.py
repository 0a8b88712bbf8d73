"""Fetching a batch: its samples from the data set, collated, with random numbers that depend on nothing but the batch."""

from __future__ import annotations

import random
from _thread import _local  # as in autograd_core: `threading` takes a millisecond to import
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nn.random import generator as shared_generator
from nn.random import manual_seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from nn.types import Function


class _Drawn(_local):
    """The generator of the batch that this thread makes. (No context variable, into which `capture` could not look.)"""

    generator: np.random.Generator | None = None


_drawn = _Drawn()


class End:
    """What a stream gives when it has ended. (The class itself, which is one object in all processes.)"""


def generator() -> np.random.Generator:
    """The generator to draw from in a data set or a collate_fn: its numbers are the same however many workers there are.

    A DataLoader makes one for each batch, from its `seed` and the number of the batch (for a stream one for each worker). Outside
    of a DataLoader it is that of `nn.manual_seed`.

    >>> from nn.data import DataLoader, Dataset, generator
    >>> class Noisy(Dataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, index):
    ...         return index + generator().normal()
    >>> first, again = (np.stack(list(DataLoader(Noisy(), batch_size=2, seed=0))) for _ in range(2))
    >>> bool((first == again).all())
    True
    """
    return _drawn.generator or shared_generator()


@contextmanager
def _drawing(drawn: np.random.Generator) -> Iterator[None]:
    before, _drawn.generator = _drawn.generator, drawn
    try:
        yield
    finally:
        _drawn.generator = before


def seed_process(*numbers: int) -> None:
    """Reset the generators of the whole process: those of `random`, `np.random` and `nn.manual_seed`."""
    first, second, third = np.random.SeedSequence(numbers).generate_state(3).tolist()
    random.seed(first)
    np.random.seed(second)
    manual_seed(third)


class WorkerInfo(NamedTuple):
    """What `get_worker_info()` says: the worker's `id` (0, …, `num_workers` - 1), its `seed`, and its copy of the `dataset`."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


class This:
    """This process: what `get_worker_info()` says, and whether somebody has asked for it."""

    info: WorkerInfo | None = None
    asked = False


def become(info: WorkerInfo) -> type[This]:
    """This process is a worker from now on."""
    This.info = info
    return This


def get_worker_info() -> WorkerInfo | None:
    """In a worker of a DataLoader what it is, elsewhere None. A stream asks, in order to yield its own part only:

        def __iter__(self):
            info = get_worker_info()
            first, step = (0, 1) if info is None else (info.id, info.num_workers)
            yield from itertools.islice(self.samples, first, None, step)

    >>> get_worker_info() is None
    True
    """
    This.asked = True
    return This.info


class Rows(NamedTuple):
    """Arrays of samples, of which a batch is taken at once: by a slice, or by an array of indices."""

    dataset: Any

    def begin(self, seed: int, worker: int = 0, reseed: bool = False) -> Function:
        """The function task -> batch for an epoch; a task is (number of the batch, indices)."""
        return lambda task: self.dataset[task[1]]


class Samples(NamedTuple):
    """A data set with an index.

    alone   whether a task has one index, and not a list of them
    """

    dataset: Any
    collate: Function
    alone: bool = False

    def begin(self, seed: int, worker: int = 0, reseed: bool = False) -> Function:
        """The function task -> batch for an epoch. `reseed`: whether it also resets the process's generators for each."""

        def fetch(task: tuple[int, Any]) -> Any:
            number, indices = task
            if reseed:
                seed_process(seed, number)
            with _drawing(np.random.default_rng((seed, number))):
                return self.collate(self._samples(indices))

        return fetch

    def _samples(self, indices: Any) -> Any:
        if self.alone:
            return self._sample(indices)
        many = getattr(self.dataset, "__getitems__", None)
        return list(many(indices)) if many is not None else [self._sample(index) for index in indices]

    def _sample(self, index: Any) -> Any:
        try:
            return self.dataset[index]
        except Exception as error:
            error.add_note(f"in sample {index!r} of the data set {type(self.dataset).__name__}, taken by a DataLoader")
            raise


class Stream(NamedTuple):
    """A data set that is iterated over.

    size   how many samples a batch has, None for one sample that is no batch
    """

    dataset: Any
    collate: Function
    size: int | None
    drop_last: bool

    def begin(self, seed: int, worker: int = 0, reseed: bool = False) -> Function:
        """The function (anything) -> the next batch, or End."""
        batches, drawn = self._batches(), np.random.default_rng((seed, worker))
        if reseed:
            seed_process(seed, worker)

        def fetch(task: Any) -> Any:
            with _drawing(drawn):
                return next(batches, End)

        return fetch

    def _batches(self) -> Iterator[Any]:
        samples: list[Any] = []
        for sample in self.dataset:
            if self.size is None:
                yield self.collate(sample)
                continue
            samples.append(sample)
            if len(samples) == self.size:
                yield self.collate(samples)
                samples = []
        if samples and not self.drop_last:
            yield self.collate(samples)
