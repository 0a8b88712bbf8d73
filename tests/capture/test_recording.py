"""What a recording makes of functions that share memory or write, of random draws, of copies and of threads."""

import builtins
import copy
import math
import pickle
from threading import Thread

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing.recording import session
from autograd_core.capturing.recording.recorder import Recorder
from autograd_core.errors import CaptureError
from autograd_core.graph.modes import anomaly, recording
from tests.capture.common import Twins, equal, replays

r = np.random.default_rng(0)
X = [r.normal(size=(4, 4)) for _ in range(5)]

# Functions whose results are views of what they are given, and parts by an index that is computed

VIEWS = {
    "split": lambda x: np.split(x, 2)[0],
    "array_split": lambda x: np.array_split(x, 3)[1],
    "einsum": lambda x: np.einsum("ij->ji", x),
    "diag": np.diag,
    "diagonal": lambda x: np.linalg.diagonal(x),
    "matrix_transpose": lambda x: np.linalg.matrix_transpose(x),
    "matrix_power": lambda x: np.linalg.matrix_power(x, 1),
    "real": np.real,
    "real of a complex one": lambda x: (x * 1j + x).real,
    "imag of a complex one": lambda x: (x * 1j).imag,
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, x[:1])[1],
    "atleast_2d of two": lambda x: np.atleast_2d(x, x)[1],
    "meshgrid": lambda x: np.meshgrid(x[0], x[1], copy=False)[0],
    "ravel in its own order": lambda x: np.ravel(x[:, ::2], "K"),
    "a row by a value": lambda x: x[np.argmax(x[:, 0])],
    "a column by a value": lambda x: x[:, np.argmax(x[0])],
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_view_that_a_function_gives(view):
    step = lambda x: view(x * 2)
    fast = capture(step, strict=True)
    results = [fast(x) for x in X]
    equal(results, [step(x) for x in X], exact=True)  # the first ones too, after all others


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_what_it_is_a_view_of_is_not_written_over(view):
    def step(x):
        part = view(x * 2)
        return (x * 3 + 1).sum() + (x * x - 1) @ x + part.sum()

    fast = capture(step, strict=True)
    for x in X:
        equal(fast(x), step(x))
    replays(fast, X[0])


def test_one_of_several_parts_is_changed_in_place():
    @capture(strict=True)
    def step(x):
        x = x * 2
        first, _ = np.split(x, 2)
        first += 1
        return x

    with pytest.raises(CaptureError, match="a change in place of a view"):
        step(X[0])


# Functions that write into their arguments, and those whose results are as long as the values say

INTO = {
    "sum": lambda x, out: np.sum(x, 0, None, out[0]),
    "dot": lambda x, out: np.dot(x, x, out),
    "clip": lambda x, out: np.clip(x, -0.1, 0.1, out),
    "nan_to_num": lambda x, out: np.nan_to_num(out, copy=False),
}


@pytest.mark.parametrize("function", INTO.values(), ids=INTO)
def test_a_function_that_writes_into_an_argument_is_refused(function):
    out = np.zeros((4, 4))

    @capture(strict=True)
    def step(x):
        function(x, out)
        return out * 2

    with pytest.raises(CaptureError, match=r"writes into one of its arguments.*take what it returns"):
        step(X[0])


COUNTS = {
    "bincount": np.bincount,
    "union1d": lambda x: np.union1d(x, x),
    "intersect1d": lambda x: np.intersect1d(x, [0, 2, 3]),
    "setdiff1d": lambda x: np.setdiff1d(x, [5]),
    "setxor1d": lambda x: np.setxor1d(x, [5]),
    "delete": lambda x: np.delete(x, x > 1),
}


@pytest.mark.parametrize("function", COUNTS.values(), ids=COUNTS)
def test_as_many_results_as_there_happen_to_be(function):
    twins = Twins(lambda: (lambda x: np.sum(function(x) * 2.0 + 1), {}))
    for values in ([0, 1, 2, 3], [3, 0, 1, 1], [0, 0, 0, 0], [2, 2, 2, 2], [0, 1, 2, 3]):
        twins(np.array(values))


ARGUMENTS = {
    "an axis of NumPy's": lambda x: np.sum((x * 2).reshape(2, 2, 4), axis=np.int64(1)) * 2,
    "ldexp": lambda x: np.ldexp(x * 2, 3) + 1,
}


@pytest.mark.parametrize("step", ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_that_are_no_plain_numbers(step):
    fast = capture(step, strict=True)
    for x in X:
        equal(fast(x), step(x), exact=True)
    replays(fast, X[0])


def test_more_than_a_dtype_for_an_array_is_refused():
    with pytest.raises(CaptureError, match="array of a value of the step with more than a dtype"):
        capture(lambda x: np.array(x * 2, ndmin=3), strict=True)(X[0])


# Random draws

DRAWS = sorted({name for name in vars(np.random.Generator) if name[0] != "_"} - {"bit_generator", "bytes", "spawn", "shuffle"})
WITH = {
    "beta": (1, 2), "integers": (9,), "choice": (5,), "standard_gamma": (2,), "gamma": (2,), "f": (3, 4),
    "noncentral_f": (3, 4, 1), "chisquare": (3,), "noncentral_chisquare": (3, 1), "standard_t": (3,), "vonmises": (0, 1),
    "pareto": (3,), "weibull": (2,), "power": (2,), "wald": (1, 1), "triangular": (0, 1, 2), "binomial": (5, 0.5),
    "negative_binomial": (5, 0.5), "zipf": (3,), "geometric": (0.5,), "hypergeometric": (5, 5, 4), "logseries": (0.5,),
    "permuted": ([0, 1, 2, 3],), "permutation": (4,), "dirichlet": ([1.0, 2.0],),
    "multivariate_normal": ([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]), "multinomial": (5, [0.5, 0.5]),
    "multivariate_hypergeometric": ([5, 5], 4),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWS)
def test_every_draw_of_a_generator(name):
    def make():
        rng = np.random.default_rng(1)
        return lambda x: x.sum() + getattr(rng, name)(*WITH.get(name, ())), {}

    twins = Twins(make)
    for x in X:
        twins(x)
    replays(twins.captured, X[0])


def test_draws_of_a_replay_that_turns_out_not_to_apply_are_made_again():
    def make():
        rng = np.random.default_rng(1)

        def step(x):
            noise = x.sum() + rng.normal()
            return noise * 2 if noise > 0 else noise

        return step, {}

    twins = Twins(make)
    for sign in (1, 1, -1, -1, 1, -1):
        twins(np.full(3, sign * 10.0))
    replays(twins.captured, np.full(3, 10.0))


def test_generators_made_of_a_generator_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(CaptureError, match="spawn makes other generators each time"):
        capture(lambda x: x + rng.spawn(1)[0].normal(), strict=True)(X[0])


# Copies of what is written later

AFTER = {
    "a parameter": lambda w: w.data.copy(),
    "a transposed one": lambda w: np.copy(w.data.T),
    "its positive": lambda w: +w.data,
}


@pytest.mark.parametrize("copied", AFTER.values(), ids=AFTER)
def test_a_copy_made_before_the_update_is_returned(copied):
    def make():
        w = Tensor(np.ones((3, 4)), requires_grad=True)

        def step(x):
            before = copied(w)
            w.grad = None
            np.sum((w @ x) ** 2).backward()
            w.data -= 0.01 * w.grad
            return before

        return step, {"w": w}

    twins = Twins(make)
    for x in X:
        twins(x)
    replays(twins.captured, X[0])


def test_a_gradient_that_is_the_parameter_itself():
    def make():
        w = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)

        def step(x):
            w.grad = None
            np.sum(w * w * 0.5).backward()
            w.data -= 0.1 * x[0, 0] * w.grad

        return step, {"w": w}

    twins = Twins(make)
    for x in X:
        twins(x)
    replays(twins.captured, X[0])


def test_arrays_that_are_exchanged():
    def make():
        a, b = np.zeros((4, 4)), np.ones((4, 4))

        def step(x):
            before = a.copy()
            a[...] = b
            b[...] = before + x

        return step, {"a": a, "b": b}

    twins = Twins(make)
    for x in X:
        twins(x)
    replays(twins.captured, X[0])


def test_a_copy_is_kept_of_what_is_written():
    class Recent:
        def __init__(self):
            self.now, self.before = np.zeros((4, 4)), np.zeros((4, 4))

    def make():
        seen = Recent()

        def step(x):
            seen.before = seen.now.copy()
            seen.now[...] = x * 2
            return seen.before + seen.now

        return step, vars(seen)

    twins = Twins(make)
    for x in X:
        twins(x)


def test_a_long_array_that_is_updated_from_its_other_end():
    def make():
        w = Tensor(np.arange(100_000.0))

        def step(x):
            w.data -= w.data[::-1] * 0.1 * x[0, 0]

        return step, {"w": w}

    twins = Twins(make)
    for x in X:
        twins(x)
    replays(twins.captured, X[0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_large_numbers_are_finite(dtype):
    large = np.finfo(dtype).max / 8

    def make():
        w = Tensor(np.ones((4, 4), dtype), requires_grad=True)

        def step(x):
            w.grad = None
            np.maximum(w * x, 0).sum().backward()

        return step, {"w": w}

    twins = Twins(make)
    for x in X:
        twins((np.clip(x, -1, 1) * large).astype(dtype))
    replays(twins.captured, (X[0] * large / 4).astype(dtype))


# Objects with a captured method, and threads


class Counter:
    def __init__(self):
        self.n = np.zeros(3)

    @capture(strict=True)
    def step(self, x):
        self.n += x
        return self.n * 1


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_of_an_object_has_a_step_of_its_own(copied):
    first = Counter()
    for _ in range(3):
        first.step(np.ones(3))
    other = copied(first)
    other.n = np.zeros(3)
    for k in range(1, 4):
        assert other.step(np.ones(3)).tolist() == [k] * 3
    assert first.n.tolist() == [3] * 3
    assert first.step(np.ones(3)).tolist() == [4] * 3


def test_while_another_thread_records_the_step_runs_as_it_is():
    fast = capture(lambda x: x * 2, strict=True)
    assert session.TURN.take(X)
    try:
        equal(fast(X[0]), X[0] * 2)
        assert recording.get() is True
        assert anomaly.get() is None
        with pytest.raises(CaptureError, match="nothing is recorded yet"):
            fast.program  # noqa: B018
    finally:
        session.TURN.give(X)
    equal(fast(X[0]), X[0] * 2)
    replays(fast, X[1])


def test_two_threads_record_their_steps():
    def run(factor, found):
        fast = capture(lambda x: x * factor + x @ x, strict=True)
        found.append(all(np.array_equal(fast(x), x * factor + x @ x) for x in X * 4))

    found = []
    threads = [Thread(target=run, args=(factor, found)) for factor in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_what_other_threads_import_while_a_step_is_recorded(monkeypatch):
    """They get NumPy's functions and those of `math`, and what they call by the names of the step's module does what it did."""
    taken = []

    def other():
        from math import sqrt

        from numpy import array, asarray

        taken.append((sqrt, array, asarray, builtins.print, np.asarray([4.0]).tolist(), math.sqrt(4.0)))

    before = Recorder.note

    def note(self, *args):
        thread = Thread(target=other)
        thread.start()
        thread.join()
        return before(self, *args)

    monkeypatch.setattr(Recorder, "note", note)

    def step(x):
        return np.asarray(x) * math.sqrt(np.sum(x * x))

    fast = capture(step, strict=True)
    for x in X:
        equal(fast(x), step(x))
    replays(fast, X[0])
    originals = (math.sqrt, np.array, np.asarray, builtins.print, [4.0], 2.0)
    assert len(taken) >= 3
    assert all(one == originals for one in taken)
