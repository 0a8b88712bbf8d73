"""Workers: processes that fetch batches before they are asked for. Batch i comes from worker i modulo their number."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
import warnings
import weakref
from collections import deque
from multiprocessing import connection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nn.data.fetching import End, Stream, WorkerInfo, become, seed_process
from nn.errors import WorkerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.context import BaseContext
    from typing import Any

    from nn.data.fetching import Rows, Samples
    from nn.types import Function

PATIENCE = 5.0  # seconds that an idle worker has to end of its own accord


class Begin(NamedTuple):
    """To a worker: an epoch begins."""

    seed: int


class Failure(NamedTuple):
    """From a worker: an error, and how it looks there with its traceback."""

    error: Exception
    text: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """The error, or what can be sent of it: some have what cannot be pickled, or a class that wants other arguments."""
        text = "".join(traceback.format_exception(error))
        try:
            same = type(pickle.loads(pickle.dumps(error))) is type(error)
        except Exception:
            same = False
        return cls(error if same else WorkerError(f"{type(error).__name__}: {error}"), text)


# In a worker


def work(
    tasks: Any, results: Any, source: Rows | Samples | Stream, init: Function | None, info: WorkerInfo
) -> None:  # pragma: no cover  (coverage does not see other processes)
    """What the process does: a batch for every task, until the task is None."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started it, which then ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    this = become(info._replace(dataset=source.dataset))
    failed, fetch = None, None
    seed_process(info.seed)
    try:
        if init is not None:
            init(info.id)
    except Exception as error:
        failed = error
    this.asked = init is not None  # which then gives each worker its part
    while (task := tasks.get()) is not None:
        if isinstance(task, Begin):
            fetch = source.begin(task.seed, info.id, init is None)
            continue
        try:
            if failed is not None:
                raise failed
            send(results, (fetch(task), this.asked))  # type: ignore[misc]
        except Exception as error:
            send(results, (Failure.of(error), this.asked))


def send(to: Any, value: Any) -> None:  # pragma: no cover
    """Pickled but for the arrays in it, which follow as they are: of 3 MB in 4 ms, where `to.send` takes 26."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, 5, buffer_callback=buffers.append)
    parts = [buffer.raw() for buffer in buffers]
    to.send((pickled, [part.nbytes for part in parts]))
    for part in parts:
        to.send_bytes(part)


def receive(sender: Any) -> Any:
    """What `send` has sent."""
    pickled, sizes = sender.recv()
    buffers = [np.empty(size, np.uint8) for size in sizes]
    for buffer in buffers:
        sender.recv_bytes_into(buffer)
    return pickle.loads(pickled, buffers=buffers)


def _end_with_parent() -> None:  # pragma: no cover
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


# In the process that wants the batches


class Workers:
    """Processes that fetch, with a queue of tasks and a pipe of results for each."""

    def __init__(
        self,
        source: Rows | Samples | Stream,
        count: int,
        ahead: int,
        init: Function | None,
        timeout: float,
        context: BaseContext | str | None,
        seed: int,
    ) -> None:
        where: Any = multiprocessing.get_context(context) if context is None or isinstance(context, str) else context
        self.ahead, self.timeout, self.streams = ahead, timeout or None, isinstance(source, Stream)
        self.guarded = where.get_start_method() != "fork"
        self.tasks: list[Any] = []
        self.results: list[Any] = []
        self.processes: list[Any] = []
        self.close = weakref.finalize(self, ended, os.getpid(), self.tasks, self.results, self.processes)
        try:
            for i in range(count):  # all before the first task, since a queue that is used has a thread, and a fork copies none
                receiver, sender = where.Pipe()  # of sockets: in half the time of a pipe in one direction
                tasks, info = where.Queue(), WorkerInfo(i, count, seed + i, None)
                process = where.Process(target=work, args=(tasks, sender, source, init, info), daemon=True)
                process.start()
                sender.close()
                self.tasks.append(tasks)
                self.results.append(receiver)
                self.processes.append(process)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            self.close()
            raise TypeError(
                f"DataLoader: worker processes are started by {where.get_start_method()!r} here, so the data set, collate_fn and "
                f"worker_init_fn must be picklable: define them in a module, not in a function ({error}); or write num_workers=0"
            ) from None
        except BaseException:
            self.close()
            raise

    def epoch(self, seed: int, todo: Iterator[Any]) -> Iterator[Any]:
        """The batches of the tasks `todo`, in order."""
        turns = deque(range(len(self.processes)))
        waiting: list[deque[Any]] = [deque() for _ in turns]
        for tasks in self.tasks:
            tasks.put(Begin(seed))
        for _ in range(self.ahead):
            for i in turns:
                self._ask(i, todo, waiting[i])
        told = not self.streams or len(turns) == 1
        while turns:
            i = turns.popleft()
            if not waiting[i]:
                continue  # there was no task left for it
            batch, asked = self._receive(i, waiting[i].popleft())
            if batch is End:
                while waiting[i]:  # what it was asked for beyond the end
                    self._receive(i, waiting[i].popleft())
                continue
            self._ask(i, todo, waiting[i])
            turns.append(i)
            if not told and not asked:
                _warn_of_copies(len(self.processes))
            told = True
            yield batch

    def dismiss(self) -> None:
        """Let the processes, which wait for a task, end by themselves."""
        for tasks in self.tasks:
            tasks.put(None)
        for process in self.processes:
            process.join(PATIENCE)
        self.close()

    def _ask(self, i: int, todo: Iterator[Any], waiting: deque[Any]) -> None:
        for task in todo:
            self.tasks[i].put(task)
            waiting.append(task)
            break

    def _receive(self, i: int, task: Any) -> Any:
        process, receiver = self.processes[i], self.results[i]
        which = f" of batch {task[0]}" if not self.streams else ""
        ready = connection.wait([receiver, process.sentinel], self.timeout)
        if not ready:
            raise WorkerError(f"DataLoader: no result{which} from worker {i} within timeout={self.timeout} seconds")
        try:
            result, asked = receive(receiver)
        except (EOFError, OSError):  # the second within a message
            raise self._died(i, which) from None
        if isinstance(result, Failure):
            result.error.add_note(f"raised in worker {i} of a DataLoader while it made its part{which}; there:\n\n{result.text}")
            raise result.error
        return result, asked

    def _died(self, i: int, which: str) -> WorkerError:
        self.processes[i].join(PATIENCE)
        code = self.processes[i].exitcode
        how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
        if code == -getattr(signal, "SIGKILL", 0):
            how += " (if the system did that, memory ran out)"
        elif self.guarded and code == 1:
            how += '; what it printed says why. A program must start its work under `if __name__ == "__main__":`'
        return WorkerError(
            f"DataLoader: worker {i} {how} before its result{which} came; num_workers=0 shows errors where they are"
        )


def ended(owner: int, tasks: list[Any], results: list[Any], processes: list[Any]) -> None:
    """End the processes and close what leads to them. (Not in a copy of the owner, which a fork makes.)"""
    if os.getpid() != owner:
        return
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()
    for queue in tasks:
        queue.cancel_join_thread()
        queue.close()
    for receiver in results:
        receiver.close()
    for some in (tasks, results, processes):
        some.clear()


def _warn_of_copies(count: int) -> None:
    warnings.warn(
        f"DataLoader: each of the {count} workers iterates over the whole IterableDataset, so every sample may come "
        f"{count} times. Let its __iter__ ask nn.data.get_worker_info() which part is its own, or write num_workers=1",
        UserWarning,
        stacklevel=4,
    )
