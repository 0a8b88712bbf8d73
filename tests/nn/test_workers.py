"""Batches fetched ahead: by processes, and by a thread. They are the same as without, and nothing stays behind."""

import gc
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from nn import data
from nn.data import DataLoader
from nn.errors import WorkerError

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded, use of fork:DeprecationWarning"),
]
FORK = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
needs_fork = pytest.mark.skipif(FORK is None, reason="this system starts processes anew, which takes seconds")


class Noisy(data.Dataset):
    """Samples with random numbers from every generator that there is."""

    def __init__(self, n=11):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        return index, data.generator().normal()


class Global(Noisy):
    def __getitem__(self, index):
        return random.random(), np.random.random()


class Stream(data.IterableDataset):
    def __init__(self, n, shared=True):
        self.n, self.shared = n, shared

    def __iter__(self):
        info = data.get_worker_info() if self.shared else None
        first, step = (0, 1) if info is None else (info.id, info.num_workers)
        return iter(range(first, self.n, step))


class PickyError(Exception):
    """One that cannot be pickled, whatever other packages have taught pickle of exceptions."""

    def __init__(self, a, b):
        super().__init__(f"{a} and {b}")
        self.never = lambda: None


class Troubled(Noisy):
    def __init__(self, trouble):
        super().__init__()
        self.trouble = trouble

    def __getitem__(self, index):
        if index == 5:
            self.trouble()
        return index


def in_lists(loader):
    return [[np.asarray(part).tolist() for part in batch] for batch in loader]


def two_epochs(dataset, workers, **options):
    loader = DataLoader(dataset, batch_size=2, num_workers=workers, multiprocessing_context=FORK if workers else None, **options)
    return in_lists(loader), in_lists(loader)


def no_workers_are_left():
    gc.collect()
    return multiprocessing.active_children() == []


@needs_fork
@pytest.mark.parametrize("options", [{}, {"prefetch_factor": 1}, {"persistent_workers": True}, {"drop_last": True}], ids=str)
def test_any_number_of_workers_gives_the_same(options):
    plain = {name: value for name, value in options.items() if name == "drop_last"}
    expected = two_epochs(Noisy(), 0, shuffle=True, seed=3, **plain)
    assert expected[0] != expected[1]
    for workers in (1, 3, 8):  # 8: more than there are batches
        assert two_epochs(Noisy(), workers, shuffle=True, seed=3, **options) == expected
    assert no_workers_are_left()


@needs_fork
def test_arrays_come_from_workers_too():
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    expected = in_lists(DataLoader(x, y, batch_size=2, shuffle=True, seed=0))
    assert two_epochs(data.TensorDataset(x, y), 2, shuffle=True, seed=0)[0] == expected
    loader = DataLoader(x, y, batch_size=2, shuffle=True, seed=0, num_workers=2, multiprocessing_context=FORK)
    assert in_lists(loader) == expected


@needs_fork
def test_batches_of_every_kind_can_be_sent():
    samples = [
        {"f": np.asfortranarray(np.arange(6.0).reshape(2, 3)), "none": np.zeros((0, 2), np.float32), "name": "a"},
        {"f": np.arange(12.0).reshape(2, 6)[:, ::2], "none": np.zeros((0, 2), np.float32), "name": "b"},
    ]
    (found,) = DataLoader(samples, batch_size=2, num_workers=1, multiprocessing_context=FORK)
    np.testing.assert_array_equal(found["f"], [[[0, 1, 2], [3, 4, 5]], [[0, 2, 4], [6, 8, 10]]])
    assert (found["none"].shape, found["none"].dtype, found["name"]) == ((2, 0, 2), np.float32, ["a", "b"])
    found["f"][0] = 7  # it can be written into
    found = list(DataLoader(samples, batch_size=None, num_workers=1, multiprocessing_context=FORK))
    for ours, sample in zip(found, samples, strict=True):
        np.testing.assert_array_equal(ours["f"], sample["f"])


@needs_fork
def test_no_two_workers_draw_the_same_from_the_generators_of_the_process():
    one, three = (two_epochs(Global(), workers, seed=0)[0] for workers in (1, 3))
    assert one == three
    drawn = [number for batch in one for part in batch for number in part]
    assert len(set(drawn)) == len(drawn) == 22


@needs_fork
def test_a_worker_knows_what_it_is():
    class Which(Noisy):
        def __getitem__(self, index):
            info = data.get_worker_info()
            return info.id, info.num_workers, info.seed, info.dataset is self, os.getpid()

    batches = in_lists(DataLoader(Which(6), batch_size=1, num_workers=3, seed=0, multiprocessing_context=FORK))
    ids, counts, seeds, own, pids = ([batch[k][0] for batch in batches] for k in range(5))
    assert ids == [0, 1, 2, 0, 1, 2]
    assert set(counts) == {3}
    assert [seed - seeds[0] for seed in seeds] == ids
    assert all(own)
    assert len(set(pids)) == 3
    assert os.getpid() not in pids
    assert data.get_worker_info() is None


@needs_fork
def test_worker_init_fn():
    def init(worker):
        random.seed(worker)

    batches = in_lists(DataLoader(Global(4), num_workers=2, worker_init_fn=init, multiprocessing_context=FORK))
    first, second = random.Random(0), random.Random(1)
    expected = [first.random(), second.random(), first.random(), second.random()]
    assert [numbers for numbers, _ in batches] == [[number] for number in expected]


@needs_fork
@pytest.mark.parametrize("workers", [0, 1, 2, 5])
def test_a_stream_in_parts(workers):
    found = DataLoader(Stream(11), batch_size=2, num_workers=workers, multiprocessing_context=FORK if workers else None)
    if workers == 2:
        assert [batch.tolist() for batch in found] == [[0, 2], [1, 3], [4, 6], [5, 7], [8, 10], [9]]
    assert sorted(x for batch in found for x in batch) == list(range(11))
    assert no_workers_are_left()


@needs_fork
def test_a_stream_that_every_worker_yields_whole_is_warned_about():
    loader = DataLoader(Stream(3, shared=False), num_workers=2, multiprocessing_context=FORK)
    with pytest.warns(UserWarning, match=r"each of the 2 workers iterates over the whole .* 2 times.*get_worker_info"):
        assert sorted(x for batch in loader for x in batch) == [0, 0, 1, 1, 2, 2]


# What goes wrong


def fails():
    raise KeyError("no such row")


def fails_pickily():
    raise PickyError("this", "that")


@needs_fork
def test_an_error_arrives_whole():
    with pytest.raises(KeyError, match="no such row") as caught:
        list(DataLoader(Troubled(fails), batch_size=2, num_workers=2, multiprocessing_context=FORK))
    text = "\n".join(caught.value.__notes__)
    assert "in sample 5 of the data set Troubled" in text
    assert "raised in worker 0 of a DataLoader while it made its part of batch 2; there:" in text
    assert "in fails\n    raise KeyError" in text  # the line
    assert no_workers_are_left()


@needs_fork
def test_an_error_that_cannot_be_sent_arrives_as_words():
    with pytest.raises(WorkerError, match="PickyError: this and that") as caught:
        list(DataLoader(Troubled(fails_pickily), batch_size=2, num_workers=2, multiprocessing_context=FORK))
    assert "in fails_pickily" in caught.value.__notes__[-1]


@needs_fork
def test_an_error_of_worker_init_fn():
    with pytest.raises(ZeroDivisionError) as caught:
        list(DataLoader(Noisy(), num_workers=1, worker_init_fn=lambda worker: 1 / worker, multiprocessing_context=FORK))
    assert "raised in worker 0" in caught.value.__notes__[-1]


@needs_fork
def test_a_sample_that_cannot_be_sent():
    with pytest.raises(AttributeError, match="local object") as caught:
        list(DataLoader([(1, 2)], num_workers=1, collate_fn=lambda rows: lambda: rows, multiprocessing_context=FORK))
    assert "raised in worker 0" in caught.value.__notes__[-1]


@needs_fork
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there are no such signals here")
def test_a_worker_that_dies():
    dies = Troubled(lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(
        WorkerError, match=r"worker 0 was ended by signal 9 \(.*memory ran out\) before its result of batch 2 came"
    ):
        list(DataLoader(dies, batch_size=2, num_workers=2, multiprocessing_context=FORK))
    with pytest.raises(WorkerError, match="worker 0 ended with exit code 7 before"):
        list(DataLoader(Troubled(lambda: os._exit(7)), batch_size=2, num_workers=2, multiprocessing_context=FORK))
    assert no_workers_are_left()


@needs_fork
def test_a_worker_that_takes_too_long():
    slow = DataLoader(Troubled(lambda: time.sleep(60)), batch_size=2, num_workers=2, timeout=0.2, multiprocessing_context=FORK)
    began = time.monotonic()
    with pytest.raises(WorkerError, match=r"no result of batch 2 from worker 0 within timeout=0.2 seconds"):
        list(slow)
    assert time.monotonic() - began < 10
    assert no_workers_are_left()


@needs_fork
def test_workers_end_with_the_iterator():
    iterator = iter(DataLoader(Troubled(lambda: time.sleep(60)), num_workers=2, multiprocessing_context=FORK))
    assert next(iterator).tolist() == [0]
    assert len(multiprocessing.active_children()) == 2
    del iterator
    assert no_workers_are_left()


@needs_fork
def test_persistent_workers_stay_until_the_loader_goes():
    loader = DataLoader(Noisy(), num_workers=2, persistent_workers=True, multiprocessing_context=FORK)
    list(loader)
    first = {process.pid for process in multiprocessing.active_children()}
    list(loader)
    assert {process.pid for process in multiprocessing.active_children()} == first
    assert len(first) == 2
    del loader
    assert no_workers_are_left()


@needs_fork
def test_ctrl_c_ends_the_workers_without_a_word_from_them():
    program = (
        "import time\nfrom nn.data import DataLoader\n"
        "class Slow:\n    def __len__(self):\n        return 9\n    def __getitem__(self, i):\n"
        "        time.sleep(60 * (i > 1))\n        return i\n"
        "try:\n    for batch in DataLoader(Slow(), num_workers=2, multiprocessing_context='fork'):\n"
        "        print(batch, flush=True)\n"
        "except KeyboardInterrupt:\n    import multiprocessing\n    print('ended', multiprocessing.active_children())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout.readline() == "[0]\n"
    assert process.stdout.readline() == "[1]\n"
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (out, err) == ("ended []\n", "")


@needs_fork
def test_workers_end_when_their_parent_is_killed():
    program = (
        "import os, time\nfrom nn.data import DataLoader\n"
        "class Which:\n    def __len__(self):\n        return 9\n    def __getitem__(self, i):\n        return os.getpid()\n"
        "batches = iter(DataLoader(Which(), num_workers=2, multiprocessing_context='fork'))\n"
        "print(next(batches)[0], next(batches)[0], flush=True)\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(set(pids)) == 2
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(is_running, pids))


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_cannot_be_pickled_is_told_where_it_must_be():
    loader = DataLoader(Noisy(), num_workers=1, collate_fn=lambda rows: rows, multiprocessing_context="spawn")
    with pytest.raises(
        TypeError, match=r"started by 'spawn' here, so the data set, .* must be picklable: define them in a module"
    ):
        list(loader)
    assert no_workers_are_left()


@pytest.mark.heavy
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_start_anew(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {method} here")
    expected = in_lists(DataLoader(Noisy(), batch_size=2, shuffle=True, seed=3))
    loader = DataLoader(Noisy(), batch_size=2, shuffle=True, seed=3, num_workers=2, multiprocessing_context=method)
    assert in_lists(loader) == expected
    with pytest.raises(KeyError) as caught:
        list(DataLoader(Troubled(fails), batch_size=2, num_workers=2, multiprocessing_context=method))
    assert "in fails\n    raise KeyError" in caught.value.__notes__[-1]
    assert no_workers_are_left()


# A thread


def test_a_thread_fetches_ahead():
    seen, fetched = [], threading.Event()

    class Watched(Noisy):
        def __getitem__(self, index):
            seen.append((index, threading.current_thread() is threading.main_thread()))
            if index == 2:
                fetched.set()
            return index

    batches = iter(DataLoader(Watched(5), prefetch_factor=2))
    assert next(batches).tolist() == [0]
    assert fetched.wait(10)  # the third, while the first is in use
    assert [batch.tolist() for batch in batches] == [[1], [2], [3], [4]]
    assert seen == [(i, False) for i in range(5)]


def test_a_thread_gives_the_same():
    expected = two_epochs(Noisy(), 0, shuffle=True, seed=3)
    assert two_epochs(Noisy(), 0, shuffle=True, seed=3, prefetch_factor=3) == expected
    assert [b.tolist() for b in DataLoader(Stream(5), batch_size=2, prefetch_factor=2)] == [[0, 1], [2, 3], [4]]


def test_an_error_in_the_thread_is_raised_where_its_batch_is_wanted():
    batches = iter(DataLoader(Troubled(fails), prefetch_factor=3))
    assert [next(batches).tolist() for _ in range(5)] == [[0], [1], [2], [3], [4]]
    with pytest.raises(KeyError):
        next(batches)
