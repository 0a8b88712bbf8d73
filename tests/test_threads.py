"""Threads that share Tensors: what each adds is there at the end, and nobody's graph is spoiled by another's pass.

The interpreter switches threads every microsecond here. The right values are sums of equal terms, in closed form.
"""

import sys
import threading

import numpy as np
import pytest

from autograd_core import Tensor, is_grad_enabled, no_grad
from autograd_core.errors import GraphError
from autograd_core.graph.edits import edits

THREADS, TURNS = 8, 100


@pytest.fixture(autouse=True)
def switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(work, threads=THREADS):
    """Run `work(number of the thread)` in threads that start together; raise what one of them raised."""
    barrier, errors = threading.Barrier(threads), []

    def run(number):
        barrier.wait()
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]


def repeatedly(step):
    def work(number):
        for _ in range(TURNS):
            step()

    return work


@pytest.mark.parametrize("shape", [(), (3,), (1000,)], ids=["scalar", "vector", "large"])  # NumPy adds a large one unlocked
def test_all_add_to_one_leaf(shape):
    w = Tensor(np.ones(shape), requires_grad=True)
    in_threads(repeatedly(lambda: (w * 2.0).sum().backward()))
    np.testing.assert_array_equal(w.grad, np.full(shape, 2.0 * THREADS * TURNS))


def test_reading_a_scalars_gradient_loses_nothing():
    w, done = Tensor(1.0, requires_grad=True), threading.Event()

    def work(number):
        if number == 0:
            while not done.wait(0):
                w.grad  # noqa: B018  makes an array of the scalar, which must not go over what was added meanwhile
        else:
            repeatedly(lambda: (w * 2.0).backward())(number)
            finished.append(number)
            if len(finished) == THREADS - 1:
                done.set()

    finished = []
    in_threads(work)
    assert w.grad == 2.0 * (THREADS - 1) * TURNS


def test_recorded_gradients_add_up_too():
    w = Tensor([1.0, 2.0], requires_grad=True)
    in_threads(repeatedly(lambda: (w**3).sum().backward(create_graph=True)), 4)
    np.testing.assert_array_equal(w.grad.numpy(), 4 * TURNS * 3 * w.data**2)
    gradient, w.grad = w.grad, None
    gradient.sum().backward()
    np.testing.assert_array_equal(w.grad, 4 * TURNS * 6 * w.data)


def test_a_trunk_that_all_share():
    w = Tensor(np.ones(3), requires_grad=True)
    trunk = w
    for _ in range(20):
        trunk = trunk * 1.0 + w * 0.5  # each value is used once, each leaf many times
    trunk.retain_grad()
    in_threads(repeatedly(lambda: (trunk * 2.0).sum().backward(retain_graph=True)))
    np.testing.assert_array_equal(trunk.grad, np.full(3, 2.0 * THREADS * TURNS))
    np.testing.assert_array_equal(w.grad, np.full(3, 2.0 * 11 * THREADS * TURNS))


def test_a_graph_that_another_thread_uses_up_is_an_error_and_no_wrong_number():
    for _ in range(30):
        w, passed, failed = Tensor(np.ones(3), requires_grad=True), [], []
        trunk = w
        for _ in range(20):
            trunk = trunk * trunk.detach()

        def work(number, trunk=trunk, passed=passed, failed=failed):
            try:
                (trunk * 2.0).sum().backward()
            except GraphError as error:
                failed.append(str(error))
            else:
                passed.append(number)

        in_threads(work, 2)
        assert all("a second pass through the graph of multiply" in message for message in failed)
        assert (len(passed), len(failed)) in ((1, 1), (0, 2))
        assert w.grad is None if not passed else (w.grad == 2.0).all()


def test_hooks_registered_at_once_are_all_called():
    w, calls = Tensor([1.0], requires_grad=True), []

    def work(number):
        handles = [w.register_hook(lambda g: calls.append(number)) for _ in range(TURNS)]
        for handle in handles[1:]:
            handle.remove()

    in_threads(work)
    w.sum().backward()
    assert sorted(calls) == list(range(THREADS))


def test_rows_of_one_tensor_taken_at_once_all_follow_it():
    for _ in range(20):
        base, rows = Tensor(np.zeros((4, 2))), []
        in_threads(lambda number, base=base, rows=rows: [rows.append(base[number % 4]) for _ in range(20)])
        base[...] = 7.0
        for row in rows:
            np.testing.assert_array_equal(row.numpy(), [7.0, 7.0])


def test_edits_at_once_are_all_noticed():
    def work(number):
        for _ in range(TURNS):
            p = Tensor([1.0, 2.0], requires_grad=True)
            loss = (p * p).sum()
            with no_grad():
                p[0] = 5.0
            with pytest.raises(GraphError, match="was changed after multiply"):
                loss.backward()

    in_threads(work)


def test_the_number_of_the_last_edit_never_goes_back():
    seen = [[] for _ in range(THREADS)]

    def work(number):
        for _ in range(10 * TURNS):
            seen[number].append((edits.number(), edits.last))

    in_threads(work)
    assert all(last >= own for numbers in seen for own, last in numbers)
    numbers = [own for of_thread in seen for own, _ in of_thread]
    assert len(set(numbers)) == len(numbers)


def test_one_mode_entered_by_two_threads_is_left_by_each():
    mode, entered, left = no_grad(), threading.Barrier(2), threading.Event()

    def work(number):
        with mode:
            assert not is_grad_enabled()
            entered.wait()
            if number:  # the one that may have entered last leaves last
                left.wait()
            assert not is_grad_enabled()
        left.set()
        assert is_grad_enabled()

    for _ in range(20):
        left.clear()
        in_threads(work, 2)
    assert is_grad_enabled()
    assert not mode._tokens
