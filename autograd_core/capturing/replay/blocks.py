"""What runs the calls of a `Run` at each replay: block after block, in one thread or several.

NumPy lets go of the interpreter's lock while it computes, so threads take blocks from one queue. Each block is written into
places of its own, and partial sums are added up in the order of the blocks: the result is the same for any number of threads.
"""

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from time import perf_counter

PAYS = 1e-4  # seconds of work for which one more thread is woken; that takes a tenth of it
LOOKS = 4  # replays in one thread, and as many in several, whose time says which is quicker
GAIN = 0.9  # of the time in one thread that several may take at most

_helpers: dict[str, ThreadPoolExecutor] = {}
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_helpers.clear)  # where there are no threads but one


def cores():
    """How many cores are given to this process."""
    given = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(given(0)) if given is not None else os.cpu_count() or 1


def helpers():
    if "pool" not in _helpers:
        _helpers["pool"] = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "autograd_core")
    return _helpers["pool"]


class Blocks:
    """The blocks of one Run: `blocks(function, *others)` calls `function(*row, *buffers, *others)` for each.

    rows     [(number of the block, its slice, parts of arrays …)]
    buffers  for each thread, those of a block's length
    """

    def __init__(self, rows, buffers):
        self.rows, self.buffers = rows, buffers
        length, last = (row[1].stop - row[1].start for row in (rows[0], rows[-1]))
        self.last = rows[-1] if last < length else None
        self.shorter = [tuple([buffer[:last] for buffer in each]) for each in buffers]
        self.jobs, self.threads = [], 1
        self.looks, self.seconds = 0, {}  # the least for each number of threads that has been tried

    def __call__(self, function, *others):
        """Whether no block has found that the program does not apply."""
        if self.jobs:  # of a call that was interrupted: they work in the same buffers
            wait(self.jobs)
            self.jobs = []
        if self.looks is None:
            return self.alone(function, others) if self.threads == 1 else self.shared(function, others)
        start = perf_counter()
        applies = self.alone(function, others) if self.threads == 1 else self.shared(function, others)
        seconds = perf_counter() - start
        self.seconds[self.threads] = min(seconds, self.seconds.get(self.threads, seconds))
        self.looks += 1
        if self.looks == LOOKS:
            self.next_number()
        return applies

    def next_number(self):
        """After some looks at one number of threads: another number to try, or the quickest."""
        alone = self.seconds[1]
        several = max(1, min(len(self.buffers), int(alone / PAYS)))
        if self.threads == 1 and several > 1:
            self.threads, self.looks = several, 0
        else:
            self.threads, self.looks = self.threads if self.seconds[self.threads] < GAIN * alone else 1, None

    def alone(self, function, others):
        buffers = self.buffers[0]
        return all(function(*row, *(self.shorter[0] if row is self.last else buffers), *others) for row in self.rows)

    def shared(self, function, others):
        rows = deque(self.rows)
        try:
            for i in range(1, self.threads):
                self.jobs.append(helpers().submit(copy_context().run, self.work, rows, i, function, others))
            applies = self.work(rows, 0, function, others)
        finally:  # also after an error: nobody may go on meanwhile
            rows.clear()
            wait([job for job in self.jobs if not job.cancel()])
        results = [job.cancelled() or job.result() for job in self.jobs]
        self.jobs = []
        return applies and all(results)

    def work(self, rows, i, function, others):
        while rows:
            try:
                row = rows.popleft()
            except IndexError:  # another thread has taken the last one
                break
            try:
                applies = function(*row, *(self.shorter if row is self.last else self.buffers)[i], *others)
            except BaseException:
                rows.clear()
                raise
            if not applies:
                rows.clear()
                return False
        return True
