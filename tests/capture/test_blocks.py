"""Long calls by elements, block by block, in one thread and in several."""

import os
import threading
import warnings

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, value_and_grad
from autograd_core.capturing.passes import PASSES, sines
from autograd_core.capturing.replay import blocks
from autograd_core.capturing.replay.gathering import BLOCK, LONG

r = np.random.default_rng(0)
N = LONG // 8 + 4 * BLOCK // 8 + 3  # with a last block of three elements
EXACT = tuple([each for each in PASSES if each is not sines])  # which changes the last digits


def chain(x):
    return np.sum(np.tanh(x) * np.exp(-x * x) + 0.5 * np.sin(x))


def runs(captured):
    """The Blocks of the last program."""
    return [thing for thing in captured.program.run.writer.env.values() if type(thing) is blocks.Blocks]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_any_number_of_threads_gives_the_same(many_threads, dtype):
    x = r.normal(size=2 * N).astype(dtype)
    value, slope = chain(x), (1 - np.tanh(x) ** 2) * np.exp(-x * x) - 2 * x * np.tanh(x) * np.exp(-x * x) + 0.5 * np.cos(x)
    first = None
    for threads in (1, 2, 3):
        fast = capture(value_and_grad(chain), strict=True, threads=threads)
        for _ in range(4):
            got = fast(x)
        assert max(run.threads for run in runs(fast)) == threads
        first = first or got
        assert got[0] == first[0]
        np.testing.assert_array_equal(got[1], first[1])
    np.testing.assert_allclose(first[0], value, rtol=1e-5 if dtype == "f4" else 1e-12)
    np.testing.assert_allclose(first[1], slope, atol=1e-5 if dtype == "f4" else 1e-13)


@pytest.mark.parametrize("order", ["F", "C", "strided"])
def test_matrices_however_they_lie_in_memory(many_threads, order):
    """The program is recorded for C's order, and is right for others."""
    make = {"F": np.asfortranarray, "C": np.ascontiguousarray, "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2]}[order]
    step = lambda x, y: (np.exp(x) * y + x, np.max(np.exp(x) * y + x))
    for recorded in (np.ascontiguousarray, np.asfortranarray):
        fast = capture(step, strict=True, threads=2)
        for k in range(4):
            x, y = (r.normal(size=(N // 60 + 1, 61)) for _ in range(2))
            x, y = (recorded(x), recorded(y)) if k < 3 else (make(x), make(y))
            got, greatest = fast(x, y)
            np.testing.assert_array_equal(got, step(x, y)[0])
            assert greatest == step(x, y)[1]
        assert "block1(" in fast.program.text


def test_without_passes_every_bit_is_the_same(many_threads):
    x, step = r.normal(size=N), value_and_grad(chain)
    fast = capture(step, strict=True, passes=(), threads=2)
    for _ in range(4):
        value, gradient = fast(x)
    assert "block1(" in fast.program.text
    assert value == step(x)[0]
    np.testing.assert_array_equal(gradient, step(x)[1])


def test_a_result_is_the_callers_own():
    x, step = r.normal(size=N), lambda x: np.exp(np.sin(x))
    fast = capture(step, strict=True, passes=EXACT)
    kept = [fast(x + k) for k in range(4)]
    for k, each in enumerate(kept):
        np.testing.assert_array_equal(each, step(x + k))


def test_a_test_that_fails_in_one_block(many_threads):
    """The quick way of tanh holds for small numbers: with one large one the program does not apply, and the step is right."""
    step, x = value_and_grad(lambda x: np.sum(np.tanh(x) * x)), r.normal(size=N)
    fast = capture(step, strict=True, threads=2)
    for _ in range(4):
        fast(x)
    x[-1] = 400.0
    value, gradient = fast(x)
    np.testing.assert_allclose(value, step(x)[0], rtol=1e-12)
    np.testing.assert_allclose(gradient, step(x)[1], rtol=1e-12)


def test_a_shifted_view_is_read_before_its_memory_is_written_over():
    def step(x):
        y = np.exp(x)
        return np.cos(y[::-1]) + np.sin(y)

    fast, x = capture(step, strict=True, passes=EXACT), r.normal(size=N)
    for _ in range(4):
        np.testing.assert_array_equal(fast(x), step(x))


def test_an_argument_that_shares_memory_with_what_is_written():
    """Recorded with another one: nothing says beforehand that a block reads what the block before has written."""

    def make():
        base = np.linspace(0, 1, N + 1)
        state = {"w": base[1:]}

        def step(x):
            state["w"] *= np.tanh(2.0 * x)

        return step, base

    (step, base), (same, other) = make(), make()
    fast = capture(step, strict=True)
    for k in range(4):
        x = r.normal(size=N)
        fast(x if k < 3 else base[:-1])
        same(x if k < 3 else other[:-1])
        np.testing.assert_array_equal(base, other)


def test_errors_of_numpy_are_those_of_the_caller_in_every_thread(many_threads):
    step, x = lambda x: np.exp(x * 2.0) + 1.0, r.normal(size=N)
    fast = capture(step, strict=True, threads=3)
    for _ in range(4):
        fast(x)
    x[:] = 1000.0
    with np.errstate(over="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(fast(x)).all()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        fast(x)
    x[:] = 0.0
    np.testing.assert_array_equal(fast(x), np.full(N, 2.0))


def test_several_steps_in_several_threads(many_threads):
    x, found = r.normal(size=N), {}

    def work(k):
        fast = capture(lambda x: np.sum(np.tanh(x * k) * x), threads=2)
        found[k] = [fast(x) for _ in range(6)][-1]

    workers = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for k, value in found.items():
        np.testing.assert_allclose(value, np.sum(np.tanh(x * k) * x), rtol=1e-12)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes by fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_in_a_process_by_fork(many_threads):
    step, x = lambda x: np.sum(np.tanh(x) * x), r.normal(size=N)
    fast = capture(step, strict=True, threads=2)
    expected = [fast(x) for _ in range(4)][-1]
    child = os.fork()
    if child == 0:
        os._exit(0 if fast(x) == expected else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_adam_of_many_parameters(many_threads):
    def trained(threads):
        p = Tensor(np.linspace(-1, 1, N), requires_grad=True)
        optimizer = nn.optim.Adam([p], lr=0.1)

        def step():
            optimizer.zero_grad()
            np.sum(p * p).backward()
            optimizer.step()

        step = capture(step, strict=True, threads=threads) if threads else step
        for _ in range(6):
            step()
        return p.data, step

    eager = trained(None)[0]
    for threads in (1, 2):
        data, step = trained(threads)
        np.testing.assert_allclose(data, eager, rtol=1e-12)
        assert "block1(" in step.program.text


def test_small_arrays_have_no_blocks():
    fast = capture(value_and_grad(chain), strict=True, threads=2)
    for _ in range(3):
        fast(r.normal(size=1000))
    assert "block1(" not in fast.program.text


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_numbers_of_threads_that_make_no_sense(threads):
    with pytest.raises(ValueError, match=r"capture: threads must be a number of at least 1, or None"):
        capture(np.sin, threads=threads)


def test_a_method_has_as_many_threads():
    class Model:
        @capture(strict=True, threads=1)
        def step(self, x):
            return np.exp(np.sin(x))

    model, x = Model(), r.normal(size=N)
    for _ in range(3):
        model.step(x)
    assert [run.threads for run in runs(model.step)] == [1]
    assert model.step.threads == 1


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu", "gelu", "silu", "softplus"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_an_activation_is_one_run(many_threads, name, dtype):
    """Also of zeros of both signs, and of the smallest numbers."""
    f, x = getattr(nn.functional, name), r.normal(size=2 * N).astype(dtype)
    step = value_and_grad(lambda x: np.sum(f(x)))
    fast = capture(step, strict=True, threads=2)
    x[:6] = 0.0, -0.0, 3.0, -3.0, 1e-30, -1e-30
    for _ in range(4):
        value, gradient = fast(x)
    np.testing.assert_allclose(value, step(x)[0], rtol=1e-5 if dtype == "f4" else 1e-12)
    np.testing.assert_array_equal(gradient, step(x)[1])
    assert fast.program.text.count("def block") == 1


def test_a_choice_keeps_every_bit(many_threads):
    x, y = r.normal(size=N), r.normal(size=N)
    x[:5], y[:5] = [0.0, -0.0, np.nan, np.inf, -1.0], [-0.0, 5.0, 1.0, np.nan, -np.inf]
    step = lambda x, y: (np.where(x > 0, x, 0.0), np.where(x > 0, 0.0, y), np.where((x < y) & (x > 0), -y, 2.5))
    fast = capture(step, strict=True, threads=2)
    for _ in range(4):
        got = fast(x, y)
    assert fast.program.text.count("def block") == 1
    for mine, expected in zip(got, step(x, y), strict=True):
        np.testing.assert_array_equal(mine.view("i8"), expected.view("i8"))


def test_threads_that_do_not_pay_are_not_used():
    """One thread is tried first, then several; whichever is quicker does the rest."""
    rows, buffers = [(k, slice(k, k + 1)) for k in range(4)], [(), ()]
    for seconds, chosen in (((1.0, 0.5), 2), ((1.0, 0.95), 1), ((1.0, 2.0), 1), ((blocks.PAYS, 0.0), 1)):
        run = blocks.Blocks(rows, buffers)
        for number, each in zip((1, 2), seconds, strict=True):
            if run.looks is not None and run.threads == number:
                run.seconds[number] = each
                run.next_number()
        assert (run.threads, run.looks) == (chosen, None)


POWERS = {
    "x²": lambda x: x**2, "x^½": lambda x: np.abs(x) ** 0.5, "1/x": lambda x: x**-1, "x³": lambda x: x**3.0,
    "2ˣ": lambda x: 2.0**x, "clip": lambda x: np.clip(x, -0.5, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", POWERS)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_powers_and_bounds_are_part_of_a_run(many_threads, name, dtype):
    """They keep every bit, also of zeros of both signs, infinities and NaN."""
    f, x = POWERS[name], r.normal(size=2 * N).astype(dtype)
    step = lambda x: np.sqrt(f(np.exp(x)) + 1)
    fast = capture(step, strict=True, threads=2)
    for _ in range(4):
        np.testing.assert_array_equal(fast(x), step(x))
    assert fast.program.text.count("def block") == 1
    assert "pow" not in fast.program.text.partition("def replay")[2]
    x[:6] = 0.0, -0.0, np.inf, -np.inf, np.nan, -1.0
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(fast(x), step(x))
        other = capture(lambda x: f(x) * 1.5, strict=True, threads=2)
        for _ in range(3):
            got = other(x)
        np.testing.assert_array_equal(got, f(x) * x.dtype.type(1.5))


def normed(x):
    """Rows with mean 0 and variance 1."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)


BY_ROWS = {  # and how many runs of blocks there are
    "softmax": (lambda x, c, row: nn.functional.softmax(x, -1) * (row + 1), 1),
    "log softmax": (lambda x, c, row: nn.functional.log_softmax(x, -1) * row, 1),
    "layer norm": (lambda x, c, row: normed(x) * row + 0.5, 3),
    "columns": (lambda x, c, row: np.max(x * c, axis=-1, keepdims=True) - np.min(x, -1, keepdims=True) + c * np.sin(x), 3),
    "choice": (lambda x, c, row: np.where(x > 0, x, 0.0) / np.sum(np.exp(x), axis=x.ndim - 1, keepdims=True), 2),
}


@pytest.mark.parametrize("name", BY_ROWS)
@pytest.mark.parametrize("shape", [(901, 100), (121, 6, 130), (1300, 64)])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_rows_are_made_in_one_run(many_threads, name, shape, dtype):
    """Extremes and sums of rows, what follows from them, and rows and columns that are repeated."""
    make = lambda *shape: r.normal(size=shape).astype(dtype)
    (f, runs_of_blocks), row = BY_ROWS[name], make(shape[-1])
    step = lambda x, c, w: np.sum(f(x, c, row) * w)
    both, first = value_and_grad(step, (0, 1)), None
    given = [(make(*shape), make(*shape[:-1], 1), make(*shape)) for _ in range(5)]
    for threads in (1, 2, 3):
        fast = capture(both, strict=True, threads=threads)
        results = [fast(*args) for args in given]
        assert 0 < fast.program.text.count("def block") <= runs_of_blocks
        first = first or results
        for (value, slopes), (value_1, slopes_1) in zip(results[2:], first[2:], strict=True):  # of replays
            assert value == value_1
            for slope, slope_1 in zip(slopes, slopes_1, strict=True):
                np.testing.assert_array_equal(slope, slope_1)
    close = {"rtol": 1e-3, "atol": 2e-4} if dtype == "f4" else {"rtol": 1e-10, "atol": 1e-12}
    for args, (value, slopes) in zip(given, first, strict=True):
        expected, expected_slopes = both(*args)
        np.testing.assert_allclose(value, expected, **close)
        for slope, expected_slope in zip(slopes, expected_slopes, strict=True):
            np.testing.assert_allclose(slope, expected_slope, **close)


def test_blocks_of_rows_are_right_when_a_row_is_not_finite(many_threads):
    x, w = r.normal(size=(700, 100)), r.normal(size=(700, 100))
    step = value_and_grad(lambda x, w: np.sum(np.where(np.isfinite(w), nn.functional.softmax(x, -1) * w, 0)))
    fast = capture(step, threads=2)
    for _ in range(4):
        fast(x, w)
    for at, bad in ((3, np.inf), (350, np.nan), (699, -np.inf)):
        y = x.copy()
        y[at, 5] = bad
        with np.errstate(all="ignore"):
            got, expected = fast(y, w), step(y, w)
        np.testing.assert_allclose(got[0], expected[0], rtol=1e-12)
        np.testing.assert_allclose(got[1], expected[1], rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(fast(x, w)[1], step(x, w)[1], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("order", ["F", "strided", "read-only"])
def test_blocks_of_rows_however_they_lie_in_memory(many_threads, order):
    make = {
        "F": np.asfortranarray, "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2], "read-only": lambda a: a.copy(),
    }[order]  # fmt: skip
    step = value_and_grad(lambda x: np.sum(nn.functional.softmax(x, -1) ** 2))
    for recorded in (np.ascontiguousarray, np.asfortranarray):
        fast = capture(step, strict=True, threads=2)
        for k in range(5):
            x = r.normal(size=(400, 90))
            x = recorded(x) if k < 3 else make(x)
            x.flags.writeable = order != "read-only" or k < 3
            value, slope = fast(x)
            np.testing.assert_allclose(value, step(x)[0], rtol=1e-12)
            np.testing.assert_allclose(slope, step(x)[1], rtol=1e-9, atol=1e-13)


def test_parameters_that_are_changed_row_by_row(many_threads):
    """Weights with rows of length 1, and a momentum, beside the same step without capture."""

    def layers():
        W = Tensor(np.random.default_rng(3).normal(size=(500, 80)), requires_grad=True)
        velocity = np.zeros((500, 80))

        def step(t):
            W.grad = None
            loss = np.sum((nn.functional.softmax(W, -1) - t) ** 2)
            loss.backward()
            velocity[...] = 0.9 * velocity + W.grad
            W.data = (W.data - 0.1 * velocity) / np.sqrt(np.sum(W.data**2, axis=-1, keepdims=True))
            return loss

        return step, W, velocity

    (plain, W, v), (step, W_2, v_2) = layers(), layers()
    fast = capture(step, strict=True, threads=2)
    for _ in range(5):
        t = r.random((500, 80))
        np.testing.assert_allclose(fast(t).numpy(), plain(t).numpy(), rtol=1e-12)
        np.testing.assert_allclose(W_2.numpy(), W.numpy(), rtol=1e-12)
        np.testing.assert_allclose(v_2, v, rtol=1e-10, atol=1e-14)
