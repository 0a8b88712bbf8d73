"""Where results are written: in the order in memory that NumPy would have chosen, and in memory that is there already."""

import gc
import re
import tracemalloc

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, value_and_grad
from autograd_core.capturing.program import functions
from autograd_core.capturing.replay.pool import LARGE, Pool, places_for
from tests.capture.common import equal

r = np.random.default_rng(0)
X = r.normal(size=(4, 5, 6))
TURNED = np.transpose(X, (2, 0, 1))  # in memory, the last of its axes is not the last


def replayed(step, *args, exact=True, passes=None):
    """A captured step after a few calls, each of them compared with the step itself."""
    options = {} if passes is None else {"passes": passes}
    fast = capture(step, strict=True, **options)
    for scale in (1, 2, -1, 1, 3):
        others = [arg * scale if arg.dtype.kind == "f" else arg for arg in args]
        equal(fast(*others), step(*others), exact)
    return fast


def written(fast, function):
    """The array into which the first call of a function is written."""
    found = re.search(rf"^ *{function}\(.*?(?:out=)?(\w+)\)$", fast.program.text, re.MULTILINE)
    assert found, f"no {function} with a buffer in\n{fast.program.text}"
    return fast.program.run.__globals__[found[1]]


# The order in memory

WAYS = {
    "elementwise": ("exp", lambda x: np.exp(x)),
    "two turned alike": ("hypot", lambda x: np.hypot(x, x * 2)),
    "a broadcast operand": ("hypot", lambda x: np.hypot(x, x[:1])),
    "concatenation": ("concatenate", lambda x: np.concatenate([x, x])),
}
if not functions.LEAKS:
    WAYS["reduction"] = "add_reduce", lambda x: np.sum(x * 2, axis=0)


@pytest.mark.parametrize(("name", "function"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("axes", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_a_buffer_is_in_the_order_of_the_result(name, function, axes):
    step = lambda x: np.tanh(function(np.transpose(x, axes)) + 0) * 2
    fast = replayed(step, X)
    natural = function(np.transpose(X, axes))
    buffer = written(fast, name)
    assert buffer.shape == natural.shape
    assert buffer.strides == natural.strides


def test_a_copy_in_another_order_is_made():
    """It is there for the sake of the order: what reads it would be slow without."""
    step = lambda x: np.tanh(np.copy(np.transpose(x, (2, 0, 1)) * 1.5, order="C")) * 2
    assert re.search(r"copyto\((b\d+), b\d+\)", replayed(step, X).program.text)
    assert written(replayed(step, X), "tanh").flags.c_contiguous
    same = lambda x: np.tanh(np.copy(np.transpose(x, (2, 0, 1)) * 1.5)) * 2
    assert "copy" not in replayed(same, X).program.text


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_reshape_that_copies_has_a_buffer_of_its_own(order):
    def step(x):
        turned = np.transpose(np.exp(x), (1, 0, 2))
        flat = np.reshape(turned, (5, 24), order=order)
        return flat * 2 + np.sum(turned) + np.ravel(turned, order)[3]

    fast = replayed(step, X)
    assert "reshape(" not in fast.program.text
    assert "copyto(" in fast.program.text


def test_an_argument_may_lie_in_any_order():
    """What was a view while recording may have to be a copy in a replay, and the other way round."""
    step = lambda x: np.reshape(x, (5, 24)) * 2 + np.reshape(np.transpose(x, (1, 0, 2)) + 1, (5, 24))
    for first in (X, np.asfortranarray(X)):
        fast = capture(step, strict=True)
        for one in (first, first, X, np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X[::-1, :, ::-1]):
            equal(fast(one), step(one), exact=True)
        assert len(fast._programs) == 1


# In place


def test_parts_are_changed_one_after_the_other():
    def step(x, y):
        out = np.zeros_like(x)
        for i in range(3):
            out[i : i + 2] += y[i : i + 2]
        return out * 2

    assert "copyto" not in replayed(step, X, r.normal(size=X.shape)).program.text  # the array itself stays where it is


def test_a_part_is_changed_by_another_part():
    def step(x):
        out = np.exp(x)
        out[1:] = out[1:] * out[:-1]
        out[:-1] = out[1:] + 1
        out[2] = np.negative(out[2])
        return out * 2

    replayed(step, X)


def test_a_part_is_not_changed_in_the_place_of_what_is_needed_later():
    def step(x):
        first = np.exp(x)
        second = np.copy(first)
        second[1:] += 1
        third = np.copy(second)
        part = third[0] * 2
        third[0] += part
        return first + second, third, part

    replayed(step, X)


def test_a_frame_is_filled():
    def step(x):
        padded = np.full_like(x, 7, shape=(6, 7, 8))
        padded[1:-1, 1:-1, 1:-1] = x
        return np.sum(padded * 2, axis=0)

    assert "full_like" not in replayed(step, X).program.text


def test_zeros_that_are_kept_are_no_frame():
    t = Tensor(np.ones(3), requires_grad=True)

    def step(x):
        zeros = np.zeros_like(x)
        changed = np.zeros_like(x)
        t.grad = np.zeros_like(x)
        zeros[1:] = x[1:]
        more = np.zeros_like(x)
        more[:1] = x[:1]
        more[1:] *= 2
        changed[...] = zeros
        changed[:1] += 4
        return zeros, changed * 2, more * 3, np.zeros_like(x[0])

    replayed(step, r.normal(size=3))
    np.testing.assert_array_equal(t.grad, 0)


# Choosing by a test

SPECIAL = np.array([1.5, -0.0, 0.0, np.nan, np.inf, -np.inf, -2.0, 5e-324] * 200)


TWO = lambda test, x: np.where(test, x, x + 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int32, np.int64])
@pytest.mark.parametrize(
    "choose",
    [
        lambda test, x: np.where(test, x, 0), lambda test, x: np.where(test, 0, x), TWO,
        lambda test, x: np.where(~test | (x == x), x, 0), lambda test, x: np.where(test, x[:1], 0),
    ],
    ids=["or zero", "zero or", "two arrays", "joined tests", "one for all"],
)  # fmt: skip
def test_where_by_bits(dtype, choose):
    with np.errstate(all="ignore"):
        x = SPECIAL.astype(dtype)
        step = lambda x, y: np.negative(choose(np.not_equal(y, 1), np.positive(x) * 1))
        fast = capture(step, strict=True)
        for y in (np.arange(len(x)) % 2, np.arange(len(x)) % 3, np.ones(len(x)), np.zeros(len(x))):
            found, expected = fast(x, y), step(x, y)
            assert found.dtype == expected.dtype
            assert found.tobytes() == expected.tobytes()  # the sign of zero, too
    assert "where(" not in fast.program.text or (np.dtype(dtype).itemsize == 8 and choose is TWO)


def test_a_test_that_is_made_of_other_bytes_is_left_to_numpy():
    odd = np.array([2, 0, 1, 0], np.int8).view(bool)
    replayed(lambda x, test: np.where(test, x, 0) * 2, np.arange(4.0), odd)


# Memory


class Peaks:
    def __init__(self, step, *args):
        fast = capture(step, strict=True)
        for _ in range(4):
            step(*args)
            fast(*args)
        self.eager, self.replay, self.held = self.of(step, args), self.of(fast, args), fast.program.run.writer.plan.nbytes

    def of(self, step, args):
        tracemalloc.start()
        try:
            step(*args)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_values_that_grow_share_one_block():
    """Each is dead before the next comes, and none fits into the memory of the last."""

    def step(x):
        total = np.sum(x)
        for n in (2, 4, 8, 16):
            total = total + np.sum(np.tanh(np.concatenate([x] * n)))
        return total

    fast, x = capture(step, strict=True), r.normal(size=4096)
    for _ in range(4):
        assert fast(x) == step(x)
    assert 16 * x.nbytes <= fast.program.run.writer.plan.nbytes < 20 * x.nbytes  # asked for one by one they take 30


def test_python_objects_are_counted():
    """As tracemalloc sees them, but for a third: what one recording leaves for others, and rounding to 16 bytes."""

    def chain(x):
        for k in range(40):
            x = np.sin(x) * np.exp(-x) + k
        return np.sum(x)

    x = r.normal(size=10)
    for _ in range(2):  # the first leaves what is kept once for all
        fast = capture(value_and_grad(chain), strict=True)
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(3):
                fast(x)
            gc.collect()
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
    assert fast.program.run.writer.plan.nbytes < 20_000 < 100_000 < fast.program.nbytes
    assert 2 / 3 < fast.program.nbytes / held < 4 / 3


ALLOCATING = {
    "copy": lambda x: np.copy(np.transpose(x), order="C"),
    "reshape": lambda x: np.reshape(np.transpose(x), -1),
    "zeros": lambda x: np.zeros_like(x) + x,
    "padding": lambda x: padded(x),
    "where": lambda x: np.where(x > 0, x, 0),
    "sum of rows": lambda x: np.sum(x, axis=1),
    "sum in another dtype": lambda x: np.sum(np.stack([x, x]) > 1, axis=0, dtype=np.float64),
    "mean": lambda x: np.mean(x, axis=0),
    "variance": lambda x: np.var(x, axis=0, ddof=1),
    "standard deviation": lambda x: np.std(x, axis=1, keepdims=True),
    "greatest": lambda x: np.max(x, axis=-1, keepdims=True),
    "concatenation": lambda x: np.concatenate([x, x], axis=1),
    "stack": lambda x: np.stack([x, x]),
    "a bias": lambda x: x + x[0],
    "a column": lambda x: x - x[:, :1],
    "scattered": lambda x: scattered(x),
    "running total": lambda x: np.cumsum(x, axis=0),
}  # fmt: skip


def padded(x):
    out = np.zeros_like(x, shape=(x.shape[0] + 2, x.shape[1]))
    out[1:-1] = x
    return out


def scattered(x):
    out = np.zeros_like(x)
    np.add.at(out, slice(0, 5), x[5:10])
    return out


@pytest.mark.parametrize("function", ALLOCATING.values(), ids=ALLOCATING)
def test_a_replay_allocates_next_to_nothing(function):
    """Results of 800 kB: NumPy's loops take at most 8,192 elements of each operand, where they have to be converted."""
    x = r.normal(size=(400, 250))
    peaks = Peaks(lambda x: np.sum(function(np.exp(x)) * 2), x)
    assert peaks.replay < 200_000 < 800_000 < peaks.eager


SUMS = {
    "truths": (lambda x: x > 0, np.float32),
    "truths counted": (lambda x: x > 0, None),
    "short integers": (lambda x: x.astype("i1"), None),
    "halves": (lambda x: x.astype("f2"), np.float32),
    "to halves": (lambda x: x, np.float16),
    "to integers": (lambda x: x.astype("f4"), np.int64),
}


@pytest.mark.parametrize("axis", [0, 1, (0, 2), (2, 1, 0)], ids=str)
@pytest.mark.parametrize(("of", "dtype"), SUMS.values(), ids=SUMS)
def test_a_sum_in_a_dtype(of, dtype, axis):
    """Bit for bit, in the same dtype."""
    step = lambda x: np.sum(of(x * 9), axis, dtype=dtype, keepdims=True) * 1
    x = r.normal(size=(7, 5, 6))
    for a in (x, x.T):
        fast = capture(step, strict=True)
        for _ in range(4):
            found, expected = fast(a), step(a)
            assert (found.dtype, found.tobytes()) == (expected.dtype, expected.tobytes())


@pytest.mark.parametrize("name", ["a bias", "a column"])
@pytest.mark.parametrize("shape", [(100, 25), (400, 4)])
def test_a_short_row_is_repeated_in_a_buffer(name, shape):
    """NumPy's own loop takes memory for it, as much as the result has."""
    peaks = Peaks(lambda x: np.sum(np.tanh(ALLOCATING[name](np.exp(x)))), r.normal(size=shape))
    assert peaks.replay < 4_000 < 12_800 < peaks.eager


@pytest.mark.parametrize("seed", range(5))
def test_no_two_arrays_that_are_needed_at_one_time_share_memory(seed):
    draw = np.random.default_rng(seed)
    begins, lengths, sizes = draw.integers((0, 1, 1), (300, 60, 50), (200, 3)).T.tolist()
    loans = [[begin, begin + n, 64 * size] for begin, n, size in zip(begins, lengths, sizes, strict=True)]
    places = places_for(loans)
    needed = [sum(nbytes for begin, end, nbytes in loans if begin <= now < end) for now in range(400)]
    block = np.zeros((400, max(start + nbytes for start, nbytes in places) // 64), int)  # who has which part at what time
    for (begin, end, nbytes), (start, given) in zip(loans, places, strict=True):
        assert given == nbytes
        block[begin:end, start // 64 : (start + nbytes) // 64] += 1
    assert block.max() == 1
    assert max(needed) <= 64 * block.shape[1] <= 1.2 * max(needed)


def test_large_arrays_share_memory():
    buffers = Pool()
    first = buffers.get((LARGE // 4,), np.dtype(np.float64))
    buffers.put(first)
    parts = [buffers.get((LARGE // 8,), np.dtype(np.float64)), buffers.get((LARGE // 4,), np.dtype(np.float32))]
    held = buffers.nbytes
    assert all(np.may_share_memory(first, part) for part in parts)
    assert not np.may_share_memory(*parts)
    for part in parts:
        buffers.put(part)
    assert np.may_share_memory(buffers.get((LARGE // 4,), np.dtype(np.float64)), first)  # the two parts are one again
    assert buffers.nbytes == held
    assert not np.may_share_memory(buffers.get((LARGE // 4,), np.dtype(np.float64)), first)


def test_a_replay_keeps_nothing_large_that_it_makes_anew():
    """A convolution takes its windows in blocks: a replay makes none of these copies anew, and 40 sorted arrays one at a time."""
    conv, x = nn.Conv2d(1, 4, 5, padding=2), r.normal(size=(16, 1, 28, 28))

    def convolve(x):
        return np.sum(conv(x).detach())

    def sort(x):
        total = 0.0
        for k in range(40):
            total = total + np.sum(np.sort(x * k, axis=None))
        return total

    for step, arrays in ((convolve, 2), (sort, 3)):
        fast = capture(step, strict=True)
        for _ in range(3):
            np.testing.assert_allclose(fast(x), step(x), rtol=1e-6)
        tracemalloc.start()
        try:
            fast(x)
            assert tracemalloc.get_traced_memory()[1] < arrays * x.nbytes
        finally:
            tracemalloc.stop()


def test_who_holds_on_to_a_gradient_for_a_call_or_two_gets_other_buffers():
    """Two or three sets of them, in turn: the function is not written anew each time."""
    w = Tensor(np.ones(3), requires_grad=True)

    @capture(strict=True)
    def step(x):
        w.grad = None
        np.sum(w * x).backward()
        w.data -= 0.1 * w.grad

    kept, writers = [], set()
    for k in range(12):
        step(np.full(3, float(k)))
        kept = [*kept, (w.grad, float(k))][-2:]
        for g, number in kept:
            np.testing.assert_array_equal(g, np.full(3, number))
        if k > 1:
            writers.add(id(step.program.run.writer))
    assert len(writers) <= 3
    assert 1 <= len(step.program.runs) <= 3
    everything = []
    for k in range(8):  # for longer than that they are made anew
        step(np.full(3, float(k)))
        everything.append(w.grad)
    assert [g[0] for g in everything] == list(range(8))
