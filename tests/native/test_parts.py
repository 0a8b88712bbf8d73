"""Programs of which some functions have no native code: their parts beside NumPy's replay, what they leave behind."""

import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad, hessian, value_and_grad
from autograd_core.capturing.native.choice import FITTING
from autograd_core.capturing.replay import MISS, Compiled
from autograd_core.errors import CaptureError
from tests.capture.common import Twins, equal, replays

pytest.importorskip("llvmlite", reason="native code needs llvmlite")

R = np.random.default_rng(0)


def in_parts(f, *args, count=None):
    """(captured function, its result), of which some calls are native."""
    fast = capture(f, strict=True, native=True)
    for _ in range(3):
        result = fast(*args)
    assert type(fast.program).__name__ == "PartlyNative"
    assert fast.program.parts
    assert count is None or len(fast.program.parts) == count
    return fast, result


def alike(f, *args, count=None):
    """By parts and by NumPy's replay of the same program: the same bits."""
    fast, found = in_parts(f, *args, count=count)
    slow = capture(f, strict=True, passes=FITTING)
    for _ in range(3):
        expected = slow(*args)
    equal(found, expected, exact=True)
    equal(fast(*args), expected, exact=True)
    return fast


def strides(tree):
    arrays = tree if isinstance(tree, (list, tuple)) else [tree]
    return [step for x in arrays for step, n in zip(x.strides, x.shape, strict=True) if n > 1]


X = R.normal(size=(4, 3))
EXACT = {  # of operations whose bits are promised; `np.sort` has no native code
    "in the middle": lambda x: np.sqrt(np.sort(x * x + 1, 0) * 2 - 1),
    "first": lambda x: (np.sort(x, 1) + 1) * x - x[0],
    "last": lambda x: np.sort((x + 1) * x - x[0]),
    "twice": lambda x: np.sort(np.sort((x + 1) * x, 0) * 2 - x, 1) / 3 + x,
    "side by side": lambda x: [np.sort(x * 2 + 1, 0) - x * x, np.sort(x * 3 - 1, 1) * x + x],
    "of a view": lambda x: np.sort((x * 2 + 1).T, 0)[1:] * 2 + (x * 2 + 1).T[1:],
    "a view of it": lambda x: np.sort(x * 2 + 1, 0)[::2, None] * 2 + np.sort(x, 0)[1::2, None] - x[:2, None],
    "numbers": lambda x: np.sum(x * x) * np.sort(x[0] * 2 + 1)[1] - np.sum(np.sort(x, 0) * 2) / 3,
    "a number between": lambda x: np.sort(x, 0) * np.median((np.sum(x) + 1) * x) * 2 + x,
    "columns first": lambda x: np.sum(np.sort((x.T * 2 + 1), 0), 1) + np.sum((x * 3 + 1).T * 2 - 1, 1),
    "sums of columns first": lambda x: np.add.reduce(np.sort(x.T * 2 + 1, 1), 0) * 2 + 1,
    "in single precision": lambda x: np.sort(x.astype(np.float32) * np.float32(2) + np.float32(1)) * 2 + np.float32(1),
    "integers": lambda x: np.sort((x * 10).astype(np.int64) * 3 + 1) * 2 - np.argsort(x * 2 - x * x, -1, "stable") * 2,
    "truths": lambda x: np.sort((x > 0) & (x * 2 < 1), 0) & (x * 2 > -1) | (x == 0),
    "several results": lambda x: [part * 2 + 1 for part in np.split(x * 2 + 1, 2)] + [np.sort(x, 0)],
    "an empty one": lambda x: np.sort(x[:0] * 2 + 1) * 2 - 1,
    "the argument itself": lambda x: (x, np.sort(x * 2 + 1) * 2 - x),
    "a long one": lambda x: np.sum(np.sort(np.repeat(x * 2 + 1, 2000, 0) * 2, 0) * 3 + 1) * 2 + (x * 2 - 1) * x,
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_the_same_bits(name):
    """Results, also those that NumPy's calls make of a part's arrays, which lie in memory as NumPy's own would."""
    fast = alike(EXACT[name], X)
    slow = capture(EXACT[name], strict=True, passes=FITTING)
    for _ in range(3):
        expected = slow(X)
    assert strides(fast(X)) == strides(expected)


def test_as_few_parts_as_there_can_be():
    """Of calls that do not need one another, those by NumPy are made at once."""
    alike(EXACT["side by side"], X, count=2)
    alike(lambda x: [np.sort(x, 0) * 2 + 1, np.sort(x, 1) * 3 + 1, np.median(x) * x + 1], X, count=1)


def test_what_ran_where_is_printed():
    fast, _ = in_parts(EXACT["twice"], X)
    first, *notes = str(fast.program).splitlines()
    assert "calls" in first
    assert notes[0].startswith("  native code for 6 calls, in 3 parts, compiled in")
    assert notes[1] == "  by NumPy: sort"
    text = str(fast.program)
    assert text.count("by NumPy: no native code for sort") == 2
    assert text.count("# native code, as ") == 3
    fast, _ = in_parts(EXACT["a long one"], X)
    assert "by NumPy: sort: 24,000 elements, for which NumPy is as quick" in str(fast.program)


def test_a_few_calls_do_not_pay():
    fast = capture(lambda x: np.sort(x) * 2, native=True, strict=True)
    for _ in range(3):
        fast(X)
    assert not fast.program.parts
    assert "by NumPy, since there is no native code for sort" in str(fast.program)


@pytest.mark.parametrize("f", [EXACT["twice"], lambda x: np.sort(x) * 2], ids=["in parts", "by NumPy"])
@pytest.mark.parametrize("ask", [lambda p: p.address, lambda p: p.signature, lambda p: p.c_source("f")])
def test_what_needs_the_whole_program_names_the_function(f, ask):
    fast = capture(f, native=True, strict=True)
    for _ in range(3):
        fast(X)
    words = "NumPy runs sort, so there is no code that runs without Python; call the captured function from Python, or capture a "
    with pytest.raises(CaptureError, match=f"^(address|signature|c_source): {words}part of the step without sort$"):
        ask(fast.program)


REASONS = {
    "sort": lambda x: np.sort(x) * 2,
    "convolve: 40,000 products, for which NumPy is as quick": lambda x: np.convolve(np.resize(x, 200), np.resize(x, 200)) * 2,
    "correlate: an array with a longer one": lambda x: np.correlate(x[0], np.append(x, x)) * 2,
    "norm: the order 1": lambda x: np.linalg.norm(x[0], 1) * 2,
    "norm: the order 'nuc' of matrices": lambda x: np.linalg.norm(x, "nuc") * 2,
    "round: integers": lambda x: np.round(x.astype(int), -1),
    "einsum: subscripts with an ellipsis": lambda x: np.einsum("...i,...i->...", x, x) * 2,
    "einsum: a letter twice in the subscripts of one array": lambda x: np.einsum("ii->i", x.T @ x) * 2,
    "nan_to_num: the argument nan": lambda x: np.nan_to_num(x, nan=1.0) * 2,
    "matmul: booleans": lambda x: ((x > 0) @ (x > 0).T) & True,
    "concatenate: the rows of one array, or an axis that is computed": lambda x: np.concatenate(np.sin(x)) * 2,
    "multiply: operands of complex128": lambda x: x * 2j,
}


@pytest.mark.parametrize(("why", "f"), REASONS.items(), ids=REASONS)
def test_reasons_are_in_a_users_words(why, f):
    fast = capture(f, native=True, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), f(X))
    assert f"by NumPy, since there is no native code for {why}" in str(fast.program).splitlines()[1]
    with pytest.raises(CaptureError, match=f"^address: NumPy runs {why.partition(':')[0]}, so .* of the step without \\w+$"):
        fast.program.address  # noqa: B018


# Derivatives


LOSSES = {
    "sorted": lambda x: np.sum(np.sort(np.sin(x) * x, 0) * np.arange(3.0) ** 2),
    "a median": lambda x: np.exp(-np.median(x * x)) * np.sum(np.tanh(x)),
    "singular values": lambda x: np.sum(np.linalg.svd(np.tanh(x) + 1)[1] ** 3),
    "eigenvalues": lambda x: np.sum(np.exp(np.linalg.eigvalsh(x.T @ x + np.eye(3)) * 0.1)),
    "a spectrum": lambda x: np.sum(np.abs(np.fft.rfft(np.sin(x[:, 0]) * x[:, 1])) ** 2) + np.sum(x * x),
    "percentiles": lambda x: np.percentile(x * x + x, 30) * np.sum(x * x),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradients(name):
    both = value_and_grad(LOSSES[name])
    fast, _ = in_parts(both, X)
    for x in (X, R.normal(size=X.shape)):
        equal(fast(x), both(x))


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["sorted", "singular values", "a spectrum"])
def test_second_derivatives(name):
    f = lambda x: LOSSES[name](x.reshape(4, 3))
    _, found = in_parts(hessian(f), X.ravel())
    expected = hessian(f)(X.ravel())
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.max(np.abs(expected)))


# Trainings


def training(make_step):
    def make():
        random = np.random.default_rng(1)
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Dropout(0.5, generator=np.random.default_rng(5)), nn.Linear(4, 1))
        for p in model.parameters():
            p.data = random.normal(size=p.shape)
        return make_step(model), dict(model.named_parameters())

    return make


def with_dropout(model):
    updates, loss_of = nn.optim.Adam(model.parameters(), lr=0.01), nn.BCELoss()

    def step(x, y):
        updates.zero_grad()
        loss = loss_of(model(x).sigmoid(), y)
        loss.backward()
        updates.step()
        return loss.detach()

    return step


def with_a_draw(model):
    updates, noise = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), np.random.default_rng(3)
    model.eval()

    def step(x, y):
        updates.zero_grad()
        loss = np.mean((model(x + 0.1 * noise.normal(size=x.shape)) - y) ** 2) * noise.uniform(0.5, 1.5)
        loss.backward()
        updates.step()
        return loss.detach()

    return step


def with_a_sort(model):
    updates = nn.optim.SGD(model.parameters(), lr=0.001)
    model.eval()

    def step(x, y):
        updates.zero_grad()
        worst = np.sort((model(x) - y) ** 2, 0)[2:]
        loss = np.sum(worst * worst)
        loss.backward()
        updates.step()
        return loss.detach(), worst.detach()

    return step


@pytest.mark.parametrize("make", [with_dropout, with_a_draw, pytest.param(with_a_sort, marks=pytest.mark.heavy)])
def test_trainings(make):
    """Losses, parameters and gradients after each step, in the draws of the same generators."""
    twins = Twins(training(make), native=True)
    for _ in range(8):
        twins(R.normal(size=(5, 3)), (R.random((5, 1)) > 0.5) * 1.0)
    assert type(twins.captured.program).__name__ == "PartlyNative"
    replays(twins.captured, R.normal(size=(5, 3)), (R.random((5, 1)) > 0.5) * 1.0)


def test_a_training_of_exact_operations_is_the_same_to_the_last_bit():
    def make(**options):
        w, random = Tensor(np.ones(6), requires_grad=True), np.random.default_rng(2)

        @capture(strict=True, **options)
        def step(x):
            w.grad = None
            kept = w * (random.random(6) > 0.3) / 0.7
            loss = np.sum(np.sort(kept * x + x) * x * x)
            loss.backward()
            w.data -= 0.01 * w.grad
            return loss.detach()

        return step, w

    (fast, w), (slow, v) = make(native=True), make(passes=FITTING)
    for x in R.normal(size=(9, 6)):
        equal(fast(x), slow(x), exact=True)
        equal(w, v, exact=True)
    assert type(fast.program).__name__ == "PartlyNative"


# What it leaves behind


def sorting(**options):
    """A step with an effect of each kind, of which the second part has a test: whether `limit` is above the greatest element."""
    w, state, random = Tensor([1.0, 2.0, 3.0], requires_grad=True), {"count": 0}, np.random.default_rng(4)
    running = np.zeros(3)

    def step(x):
        state["count"] += 1
        w.grad = None
        noise = random.normal(size=3)
        y = np.sort((w * x + noise) * 2 + 1)
        loss = np.sum(y * y * x) + y[0]
        if loss > 1000:
            loss = loss * 0.5
        loss.backward()
        running[...] = 0.9 * running + 0.1 * w.grad
        w.data -= 0.01 * w.grad
        if np.any(x < -90):
            raise ArithmeticError("below")
        return y.detach(), loss.detach(), x[::-1]

    return step, {"w": w, "state": state, "running": running, "random": Drawn(random)}


class Drawn:
    """A generator, which equals another one if both draw the same next."""

    def __init__(self, random):
        self.random = random

    def __eq__(self, other):
        return self.random.bit_generator.state == other.random.bit_generator.state

    __hash__ = None


def test_effects():
    twins = Twins(sorting, native=True)
    for x in R.normal(size=(8, 3)):
        twins(x)
    assert type(twins.captured.program).__name__ == "PartlyNative"


def contents(state):
    """A copy of all that a step can change."""
    random = state["random"].random.bit_generator.state
    return [state["w"].data.copy(), state["w"].grad.copy(), dict(state["state"]), state["running"].copy(), random]


def test_a_part_that_finds_out_that_the_program_does_not_apply_leaves_nothing_half_done():
    """The first part and the draws are made by then: the generator goes back, and the step itself runs as from the start."""
    twins = Twins(sorting, native=True)
    for _ in range(4):
        twins(R.normal(size=3))
    program = twins.captured.program
    assert len(program.parts) == 2
    for x in (np.array([50.0, 60.0, 70.0]), np.array([-100.0, 1.0, 1.0])):
        before = contents(twins.captured_state)
        assert program.replay((x,), {}) is MISS
        equal(contents(twins.captured_state), before, exact=True)
    for x in (np.array([50.0, 60.0, 70.0]), R.normal(size=3), np.array([90.0, 1.0, 1.0]), R.normal(size=3)):
        twins(x)
    for step in (twins.eager, twins.captured):
        with pytest.raises(ArithmeticError, match="below"):
            step(np.array([-100.0, 1.0, 1.0]))
    twins.same()
    twins(R.normal(size=3))


def test_an_error_of_numpys_is_that_of_the_step():
    """Nothing was changed before it that the step itself does not change."""

    def make():
        w = Tensor(np.eye(3), requires_grad=True)

        def step(x):
            w.grad = None
            loss = np.sum(np.linalg.eigvalsh(w @ x * 2 + np.eye(3)) ** 2)
            loss.backward()
            w.data -= 0.01 * w.grad
            return loss.detach()

        return step, {"w": w}

    twins, x = Twins(make, native=True), R.normal(size=(3, 3))
    for _ in range(4):
        twins(x + x.T)
    assert type(twins.captured.program).__name__ == "PartlyNative"
    before = twins.captured_state["w"].data.copy()
    for step in (twins.eager, twins.captured):
        with pytest.raises(np.linalg.LinAlgError):
            step(np.full((3, 3), np.nan))
    np.testing.assert_array_equal(twins.captured_state["w"].data, before)
    twins(x + x.T)


def test_gradients_that_are_held_stay_as_they_are():
    w = Tensor(np.ones(3), requires_grad=True)

    @capture(native=True, strict=True)
    def step(x):
        w.grad = None
        np.sum(np.sort(w * 2 * x) * np.arange(3.0) * 2).backward()

    held = []
    for i in range(8):
        step(np.arange(3.0) + i)
        held.append(w.grad)
    for i, gradient in enumerate(held):
        np.testing.assert_array_equal(gradient, 4 * np.arange(3.0) * (np.arange(3.0) + i))


def test_gradients_add_up():
    w = Tensor(np.ones(3), requires_grad=True)
    fast = capture(lambda x: np.sum(np.sort(w * 2 * x) * x * 2).backward(), native=True, strict=True)
    for _ in range(5):
        fast(np.arange(3.0))
    np.testing.assert_array_equal(w.grad, 5 * 4 * np.arange(3.0) ** 2)
    assert type(fast.program).__name__ == "PartlyNative"


def test_results_are_the_callers_own():
    fast, _ = in_parts(lambda x: [np.sort(x * 2 + 1) * 2 - 1, x * 2 + 1, (x * 2 + 1)[:2], x[1:]], X)
    kept = fast(X)
    first = [part.copy() for part in kept]
    for part in fast(X * 2):
        part[...] = 7
    equal(kept, first, exact=True)
    equal(fast(X), first, exact=True)


# What it is given


def test_arrays_that_lie_otherwise_in_memory():
    f = lambda x: np.sort((x * 2 + 1) * x, 1) * 2 + x[0]
    fast, _ = in_parts(f, np.ones((4, 3)))
    whole = R.normal(size=(3, 8))
    for x in (whole.T[:4], whole[:, ::2].T.copy("F"), whole[:, ::2].T, np.flip(R.normal(size=(4, 3)), 0)):
        equal(fast(x), f(x), exact=True)
    odd = np.zeros(4 * 3 * 8 + 1, np.uint8)[1:].view(np.float64).reshape(4, 3)
    odd[...] = 1.5
    equal(fast(odd), f(odd), exact=True)
    equal(fast(np.ones((4, 3), ">f8")), f(np.ones((4, 3))), exact=True)
    equal(fast(X.astype(np.float32)), f(X.astype(np.float32)), exact=True)


def test_an_array_that_is_given_another_shape():
    """It is the same object still; what the step says to that is what a caller hears."""
    table = np.arange(6.0)
    f = lambda x: np.sort(x * 2 + 1) + np.sum(x * 2 + table * table)
    fast, _ = in_parts(f, np.ones(6))
    table.shape = 6, 1
    equal(fast(np.ones(6)), f(np.ones(6)))
    table.shape = 3, 2
    with pytest.raises(ValueError, match="broadcast"):
        fast(np.ones(6))


def test_numbers_of_python_stay_of_python():
    """A count, and a rate that is changed from outside, meet float32 without making it longer."""
    state = {"n": 0, "rate": 0.5}

    def f(x):
        state["n"] += 1
        return np.sort(x * state["rate"] + 1) * (state["rate"] * 2 + 1) * state["n"] - x, state["n"]

    fast = capture(f, native=True, strict=True)
    for i in range(1, 7):
        state["rate"] = 0.5 / i
        found, n = fast(np.ones(3, np.float32))
        assert (found.dtype, n, type(n)) == (np.float32, i, int)
        one = np.float32(1) * np.float32(0.5 / i) + np.float32(1)
        assert found[0] == pytest.approx(one * (1 / i + 1) * i - 1, rel=1e-6)
    assert type(fast.program).__name__ == "PartlyNative"


def test_keywords_and_branches():
    f = lambda x, flip=False: np.sort(x * 2 + 1) * 2 + 1 if np.sum(x) > 0 else np.sort(x, 0) * x * 2 + flip
    fast = capture(f, native=True, strict=True)
    for _ in range(3):
        for x in (np.ones((2, 2)), -X):
            for options in ({}, {"flip": True}):
                equal(fast(x, **options), f(x, **options), exact=True)


def test_auto_takes_the_quicker():
    fast, f = capture(grad(LOSSES["sorted"]), native="auto", strict=True), grad(LOSSES["sorted"])
    for _ in range(40):
        equal(fast(X), f(X))
    first = str(fast.program).splitlines()[0]
    assert re.fullmatch(r"chosen: native in parts [\d.]+ µs, NumPy [\d.]+ µs", first)


def test_auto_with_gradients_that_are_held():
    w = Tensor(np.ones(3), requires_grad=True)

    @capture(native="auto", strict=True)
    def step(*, x):
        w.grad = None
        np.sum(np.sort(w * 2 * x) * np.arange(3.0) * 2).backward()

    held = []
    for i in range(40):
        step(x=np.arange(3.0) + i)
        held.append(w.grad)
    assert [g[1] for g in held] == [4.0 * (1 + i) for i in range(40)]
    assert str(step.program).startswith("chosen: ")


def test_auto_with_weights_that_a_pass_has_turned():
    """They are read in the order in which they lie then."""

    def turned(program):
        weights = [source.value for source in program.sources if source.kind == "tensor"]
        return program.replaced(arrays={value: np.asfortranarray(value.sample) for value in weights})

    w = Tensor(R.normal(size=(3, 4)), requires_grad=True)
    f = lambda x: np.sum(np.sort(x * 2 + 1, 1) * w * x * 3 + w.T[:3, :1], 0).detach()
    fast, x = capture(f, native="auto", strict=True, passes=(turned,)), R.normal(size=(3, 4))
    expected = f(x)
    for _ in range(40):
        equal(fast(x), expected)
    native_one = fast.program.both[0]
    assert w.data.flags.f_contiguous
    assert type(native_one).__name__ == "PartlyNative"
    equal(native_one.run(x), expected)


def test_on_trial_both_ways_are_compared_with_the_step(monkeypatch):
    """A program of NumPy's that does something else than the step is not taken, however quick it is."""
    step = lambda x: np.sin(x) * x + 1
    fast = capture(step, strict=True, native="auto")
    run = Compiled.replay
    monkeypatch.setattr(Compiled, "replay", lambda self, args, kwargs: run(self, args, kwargs) + 1)
    with pytest.raises(CaptureError, match="the replay is not what the step does"):
        fast(X)
