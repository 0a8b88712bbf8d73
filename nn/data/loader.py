"""DataLoader: arrays, data sets and streams in batches."""

from __future__ import annotations

from collections import deque
from itertools import repeat, takewhile
from typing import TYPE_CHECKING

import numpy as np

from nn.data.collating import default_collate, default_convert
from nn.data.datasets import Dataset, IterableDataset, TensorDataset, as_array, is_array, same_length
from nn.data.fetching import End, Rows, Samples, Stream
from nn.data.samplers import BatchSampler, RandomSampler, SequentialSampler, check_count
from nn.data.stored import Stored, is_lazy, is_stored
from nn.random import generator as generator_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import BaseContext
    from typing import Any

    from numpy.typing import ArrayLike

    from autograd_core import Tensor
    from nn.data.workers import Workers
    from nn.types import Function, Generator


class ArrayRows(TensorDataset):
    """The rows of the arrays given to a DataLoader: tuples, or the rows themselves of one array."""

    def __init__(self, arrays: tuple[Any, ...]) -> None:
        self.tensors, self.rows = arrays, same_length("DataLoader", arrays)

    def __getitem__(self, index: Any) -> Any:
        return tuple([a[index] for a in self.tensors]) if len(self.tensors) > 1 else self.tensors[0][index]


class DataLoader:
    """Iterates in batches over arrays of the same length, `for x, y in DataLoader(X, Y, batch_size=64, shuffle=True, seed=0)`,
    or over a data set: an object with `__getitem__` and `__len__`, or an IterableDataset.

    data             arrays or Tensors, whose rows are samples; or one data set (also as `dataset=`)
    batch_size       samples in a batch; the last one has those left over, unless `drop_last`. None: no batches, one sample each
    shuffle          another order in every epoch, the same ones in every run with the same `seed`
    seed, generator  two names for one thing: an int or a numpy.random.Generator; None for that of `nn.manual_seed`
    sampler          yields the indices, instead of `shuffle`
    batch_sampler    yields lists of indices, instead of `batch_size`, `shuffle` and `drop_last`
    collate_fn       list of samples -> batch; by default `default_collate`
    num_workers      processes that fetch batches ahead; 0 for none. Order and `nn.data.generator()` do not depend on it
    prefetch_factor  how many batches each worker fetches ahead, by default 2; without workers, a thread fetches that many
    persistent_workers  whether to keep the processes from epoch to epoch
    worker_init_fn   called with the number of the worker when it starts. Without it `random` and `np.random` are reset for each
      batch in a worker, so that no two workers draw the same
    timeout          seconds to wait for a worker's batch; 0 for ever
    multiprocessing_context  "fork", "spawn", "forkserver" or a context of `multiprocessing`; by default the system's
    pin_memory       ignored: pinned memory is for copies to a GPU, and there is none here

    A batch of arrays is a tuple with an array for each, or the array itself of only one. Without `shuffle` these are views. Of
    Dask arrays, Zarr arrays and np.memmap each batch is loaded when its turn comes, and never the whole.
    An error in a worker is raised here, with its traceback there. Raises ShapeError for arrays of different lengths, TypeError
    for what is no data set, WorkerError if a worker dies or takes too long.

    >>> import numpy as np
    >>> DataLoader(np.arange(5), batch_size=2)
    DataLoader(5 samples, batch_size=2)  # 3 batches
    >>> [x.tolist() for x in DataLoader(np.arange(5), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    >>> [batch for batch in DataLoader([("a", 1), ("b", 2), ("c", 3)], batch_size=2)]
    [(['a', 'b'], array([1, 2])), (['c'], array([3]))]
    """

    def __init__(
        self,
        *data: ArrayLike | Tensor | Dataset | Any,
        batch_size: int | None = 1,
        shuffle: bool | None = False,
        seed: Generator = None,
        drop_last: bool = False,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Function | None = None,
        pin_memory: bool = False,
        timeout: float = 0,
        worker_init_fn: Function | None = None,
        multiprocessing_context: BaseContext | str | None = None,
        generator: Generator = None,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        dataset: Any = None,
    ) -> None:
        if dataset is not None:
            data = (*data, dataset)
        self.dataset = dataset_of(data, batch_sampler is None and sampler is None)
        if batch_size is not None:
            batch_size = check_count("DataLoader: batch_size", batch_size)
        self.num_workers = check_count("DataLoader: num_workers", num_workers, 0)
        if num_workers and any(map(is_lazy, data)):
            raise ValueError(
                f"DataLoader: Dask loads batches in threads or workers of its own, got num_workers={num_workers}; write "
                "prefetch_factor=2 to have them ahead"
            )
        if prefetch_factor is not None:
            check_count("DataLoader: prefetch_factor", prefetch_factor)
        if seed is not None and generator is not None:
            raise ValueError("DataLoader: seed and generator are two names for one thing; give one of them")
        if timeout < 0:
            raise ValueError(f"DataLoader: timeout must be at least 0 seconds, got {timeout}")
        if not num_workers and (persistent_workers or timeout):
            of_workers = "persistent_workers=True" if persistent_workers else f"timeout={timeout}"
            raise ValueError(f"DataLoader: {of_workers} is about workers, and num_workers is 0")
        given = seed if generator is None else generator
        self.generator = generator_from(given) if given is not None else None
        self.batch_size, self.shuffle, self.drop_last = batch_size, bool(shuffle), bool(drop_last)
        self.sampler, self.batch_sampler = self._samplers(sampler, batch_sampler)
        self._own_batches = sampler is None and batch_sampler is None and batch_size is not None
        self.collate_fn, self.pin_memory = collate_fn, bool(pin_memory)
        self.timeout, self.worker_init_fn, self.multiprocessing_context = timeout, worker_init_fn, multiprocessing_context
        self.prefetch_factor, self.persistent_workers = prefetch_factor, bool(persistent_workers)
        self._workers: Workers | None = None

    def _samplers(self, sampler: Any, batch_sampler: Any) -> tuple[Any, Any]:
        """The sampler and the batch sampler; None of a stream, the latter also if there are no batches."""
        conflicts = {"shuffle=True": self.shuffle, "sampler": sampler is not None, "batch_sampler": batch_sampler is not None}
        given = [name for name, there in conflicts.items() if there]
        if isinstance(self.dataset, IterableDataset):
            if given:
                raise ValueError(f"DataLoader: {given[0]} needs a data set with an index, {kind_of(self.dataset)} is a stream")
            return None, None
        if batch_sampler is not None:
            given += [name for name, there in [("batch_size", self.batch_size != 1), ("drop_last", self.drop_last)] if there]
        if self.batch_size is None and self.drop_last:
            given = ["batch_size=None", "drop_last"]
        if len(given) > 1:
            raise ValueError(f"DataLoader: {given[0]} and {given[1]} say the same thing twice, or contradict; give one of them")
        if batch_sampler is not None:
            return None, batch_sampler
        if sampler is None:
            sampler = RandomSampler(self.dataset, generator=self.generator) if self.shuffle else SequentialSampler(self.dataset)
        return sampler, None if self.batch_size is None else BatchSampler(sampler, self.batch_size, self.drop_last)

    def __repr__(self) -> str:
        """Samples, options that were given, and batches; without a count for a stream of unknown length."""
        try:
            samples, batches = f"{len(self.dataset):,} samples", f"  # {len(self):,} batch{'es' * (len(self) != 1)}"
        except TypeError:
            samples, batches = kind_of(self.dataset), ""
        given = [f"batch_size={self.batch_size}"] if self._own_batches else []
        given += [name for name, there in [("shuffle=True", self.shuffle), ("drop_last=True", self.drop_last)] if there]
        given += [f"num_workers={self.num_workers}"] if self.num_workers else []
        return f"DataLoader({', '.join([samples, *given])}){batches}"

    def __len__(self) -> int:
        """How many batches an epoch has."""
        if not isinstance(self.dataset, IterableDataset):
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        if not hasattr(self.dataset, "__len__"):
            raise TypeError(
                f"DataLoader: {kind_of(self.dataset)} is a stream without __len__, so the number of batches is not known"
            )
        n: int = len(self.dataset)
        size = self.batch_size or 1
        return n // size if self.drop_last else -(-n // size)

    def __iter__(self) -> Iterator[Any]:
        source = self._source()
        # What draws nothing does not use up a number, so that arrays come in the same order with and without workers
        draws = not isinstance(source, Rows) or self.worker_init_fn is not None
        seed = int(generator_from(self.generator).integers(2**62)) if draws else 0
        todo = enumerate(repeat(None) if isinstance(source, Stream) else self._indices(source))
        if self.num_workers:
            yield from self._by_workers(source, seed, todo)
            return
        fetch = source.begin(seed)
        batches = map(fetch, todo) if self.prefetch_factor is None else by_thread(fetch, todo, self.prefetch_factor)
        yield from takewhile(lambda batch: batch is not End, batches) if isinstance(source, Stream) else batches

    def _source(self) -> Rows | Samples | Stream:
        collate = self.collate_fn or (default_convert if self.batch_size is None else default_collate)
        if isinstance(self.dataset, IterableDataset):
            return Stream(self.dataset, collate, self.batch_size, self.drop_last)
        if type(self.dataset) in (ArrayRows, TensorDataset) and self.collate_fn is None:
            return Rows(self.dataset)
        return Samples(self.dataset, collate, self.batch_size is None and self.batch_sampler is None)

    def _indices(self, source: Rows | Samples) -> Iterator[Any]:
        """What the batches consist of: lists of indices, or an index each; of arrays also slices and arrays of indices."""
        if not isinstance(source, Rows):
            yield from self.sampler if self.batch_sampler is None else map(list, self.batch_sampler)
        elif self._own_batches:
            order = generator_from(self.generator).permutation(len(self.dataset)) if self.shuffle else None
            for i in range(len(self)):
                part = slice(i * self.batch_sampler.batch_size, (i + 1) * self.batch_sampler.batch_size)
                yield part if order is None else order[part]
        else:
            yield from self.sampler if self.batch_sampler is None else map(np.asarray, self.batch_sampler)

    def _by_workers(self, source: Rows | Samples | Stream, seed: int, todo: Iterator[Any]) -> Iterator[Any]:
        from nn.data.workers import Workers  # multiprocessing, which nothing else needs, takes 10 ms

        workers, self._workers = self._workers, None  # two iterators at once do not share them
        if workers is None:
            workers = Workers(
                source, self.num_workers, self.prefetch_factor or 2, self.worker_init_fn, self.timeout,
                self.multiprocessing_context, seed,
            )  # fmt: skip
        finished = False
        try:
            yield from workers.epoch(seed, todo)
            finished = True
        finally:
            if finished and self.persistent_workers:
                self._workers = workers
            else:
                workers.dismiss() if finished else workers.close()


def by_thread(fetch: Function, todo: Iterable[Any], ahead: int) -> Iterator[Any]:
    """The batches, of which a thread fetches `ahead` before they are asked for."""
    from concurrent.futures import ThreadPoolExecutor  # takes 8 ms, mostly for logging

    waiting: deque[Any] = deque()
    pool = ThreadPoolExecutor(1, "DataLoader")
    try:
        for task in todo:
            waiting.append(pool.submit(fetch, task))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def kind_of(data: Any) -> str:
    return type(data).__name__


def dataset_of(data: tuple[Any, ...], needs_length: bool) -> Any:
    """The data set that a DataLoader is given, of arrays one of their rows."""
    if not data:
        raise TypeError("DataLoader: expected arrays, or a data set, got nothing")
    first = data[0]
    if len(data) > 1 and not is_array(first):
        raise TypeError(
            f"DataLoader: a data set, here {kind_of(first)}, stands alone, got {len(data)} arguments; "
            "write what follows by name: DataLoader(dataset, batch_size=…, shuffle=…)"
        )
    if len(data) > 1 or is_array(first):
        return ArrayRows(tuple(Stored(a) if is_stored(a) else as_array("DataLoader", a, i) for i, a in enumerate(data)))
    if isinstance(first, type):
        raise TypeError(f"DataLoader: {first.__name__} is a class; give it an object of it: DataLoader({first.__name__}(), …)")
    if isinstance(first, IterableDataset):
        return first
    if not hasattr(first, "__getitem__"):
        stream = "; for a stream of samples derive a class from nn.data.IterableDataset" if hasattr(first, "__iter__") else ""
        raise TypeError(
            f"DataLoader: expected arrays, or a data set with __getitem__ and __len__, got {kind_of(first)}{stream}, "
            "or make a list of it"
        )
    if needs_length and not hasattr(first, "__len__"):
        raise TypeError(
            f"DataLoader: {kind_of(first)} has __getitem__ but no __len__, so it is not known where it ends: write one, or give "
            "a sampler with the indices; a stream is a class derived from nn.data.IterableDataset"
        )
    return first
