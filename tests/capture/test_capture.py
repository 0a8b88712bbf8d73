"""Captured steps of plain Tensors and arrays: what they return and leave, and when they are recorded again."""

import decimal
import gc
import math
import tracemalloc
import warnings
from weakref import ref

import numpy as np
import pytest

from autograd_core import Tensor, binary_cross_entropy, capture, cross_entropy, linear, no_grad
from autograd_core.capturing.passes import PASSES
from autograd_core.errors import CaptureError
from tests.capture.common import Twins, equal, replays

r = np.random.default_rng(0)
X, Y = r.normal(size=(5, 3)), r.integers(0, 2, (5, 1)).astype(float)


def net(dtype=float, lr=0.1):
    g = np.random.default_rng(1)
    shapes = {"W1": (4, 3), "b1": (4,), "W2": (1, 4), "b2": (1,)}
    p = {name: Tensor(g.normal(size=shape).astype(dtype), requires_grad=True, name=name) for name, shape in shapes.items()}

    def step(x, y):
        for one in p.values():
            one.grad = None
        loss = binary_cross_entropy(linear(linear(x, p["W1"], p["b1"]).tanh(), p["W2"], p["b2"]).sigmoid(), y)
        loss.backward()
        for one in p.values():
            one.data -= lr * one.grad
        return loss.detach()

    return step, p


@pytest.mark.parametrize("passes", [PASSES, ()], ids=["all passes", "no passes"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_training_step(passes, dtype):
    both = Twins(lambda: net(dtype), passes=passes)
    x, y = X.astype(dtype), Y.astype(dtype)
    for _ in range(5):
        both(x, y, exact=not passes)
    replays(both.captured, x, y)


def test_other_values_shapes_and_dtypes():
    both = Twins(net)
    for n in (5, 5, 7, 5, 7, 1):
        both(r.normal(size=(n, 3)), r.integers(0, 2, (n, 1)).astype(float))
    assert len(both.captured._programs) == 3
    replays(both.captured, r.normal(size=(7, 3)), np.ones((7, 1)))
    both.captured(X.astype(np.float32), Y)
    assert len(both.captured._programs) == 4


def test_extreme_values_leave_the_program():
    """Logits beyond ±26, where the program does not hold, are done by the step itself."""
    both = Twins(net)
    both(X, Y)
    both(X * 1e3, Y)
    both(X, Y)


def test_an_error_of_the_step_is_raised_and_nothing_changed():
    both = Twins(net)
    both(X, Y)
    both(X, Y)
    for step in (both.eager, both.captured):
        with pytest.raises(ValueError, match="same shape"):
            step(X, Y[:3])
        with pytest.raises(ValueError, match="x must have the shape"):
            step(X[:, :2], Y)
    both.same()
    both(X, Y)


def test_forward_only():
    w = Tensor(r.normal(size=3))

    @capture(strict=True)
    def f(x):
        return np.tanh(x @ w.data), {"sum": x.sum(), "shape": x.shape}

    for _ in range(3):
        x = r.normal(size=(4, 3))
        found = f(x)
        equal(found, (np.tanh(x @ w.data), {"sum": x.sum(), "shape": (4, 3)}))


def test_results_are_not_overwritten():
    f = capture(lambda x: (x * 2, x + 1), strict=True)
    f(X)
    kept = f(X)
    f(X + 1)
    equal(kept, (X * 2, X + 1), exact=True)


def test_a_result_that_is_an_argument_is_a_copy_of_it():
    f = capture(lambda x: np.copy(x), strict=True)
    f(X)
    assert not np.shares_memory(f(X), X)


def test_a_gradient_that_is_held_is_not_overwritten():
    step, p = net()
    fast = capture(step, strict=True)
    fast(X, Y)
    fast(X, Y)
    held = [p["W1"].grad, p["b1"].grad[1:], p["W2"].grad.T]
    before = [array.copy() for array in held]
    for _ in range(3):
        fast(X + 1, Y)
    equal(held, before, exact=True)
    p["b2"].grad *= 3  # one's own to change
    fast(X, Y)
    assert p["b2"].grad is not None


def test_new_buffers_for_a_program_of_which_more_became_known():
    """The text is written anew with the buffers: an edit that was noted in between is one line more."""
    step, p = net()
    fast = capture(step, strict=True)
    fast(X, Y)
    fast(X, Y)
    for one in p.values():
        one.data *= 1.1
    held = [one.grad for one in p.values()]
    before = [array.copy() for array in held]
    for _ in range(3):
        fast(X, Y)
    equal(held, before, exact=True)


def test_a_gradient_held_after_it_was_taken_away():
    step, p = net()
    fast = capture(step, strict=True)
    fast(X, Y)
    fast(X, Y)
    held, p["W1"].grad = p["W1"].grad, None
    before = held.copy()
    fast(X + 1, Y)
    equal(held, before, exact=True)


def test_gradients_that_add_up():
    def make():
        w = Tensor(np.ones(3), requires_grad=True)

        def step(x):
            loss = np.mean(np.square(x @ w))
            loss.backward()
            return loss.detach()

        return step, {"w": w}

    both = Twins(make)
    for _ in range(5):
        both(X)
    for state in (both.state, both.captured_state):
        state["w"].grad = None
    both(X)
    both(X)


def test_without_a_gradient_for_all():
    def make():
        w, unused = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones(2), requires_grad=True)

        def step(x):
            w.grad = unused.grad = None
            np.sum(x @ w).backward()
            for p in (w, unused):
                if p.grad is not None:
                    p.data -= p.grad

        return step, {"w": w, "unused": unused}

    both = Twins(make)
    for _ in range(4):
        both(X)


def test_a_parameter_is_changed_from_outside():
    both = Twins(net)
    both(X, Y)
    both(X, Y)
    for state in (both.state, both.captured_state):
        state["W1"].data = np.full((4, 3), 0.1)
    both(X, Y)
    for state in (both.state, both.captured_state):
        state["W1"].data[0] = 7
    both(X, Y)
    both(X, Y)


def test_an_array_of_outside_is_refilled_or_another_one():
    data = {"x": X.copy()}
    both = Twins(lambda: (lambda y: np.sum(data["x"] * y, axis=0) / data["x"].max(), {}))
    both(X)
    both(X)
    data["x"][...] = X * 5
    both(X)
    data["x"] = X + 1
    both(X)
    data["x"] = X[:, :1]
    both(X)


def test_arrays_changed_in_place():
    def make():
        total, seen = np.zeros(3), np.zeros((5, 3))

        def step(x):
            total[:] = total * 0.9 + x.sum(axis=0)
            seen[1:3] += x[1:3]
            np.add(seen, 1, out=seen)
            np.multiply.at(seen, ([0, 0], [1, 1]), 2.0)
            y = x.copy()
            y[0] = 0
            y[x[:, 0] ** 2 < -1] *= 2
            y[[0, 2]] *= 2
            return y, total.mean()

        return step, {"total": total, "seen": seen}

    both = Twins(make)
    for _ in range(4):
        both(r.normal(size=(5, 3)))
    replays(both.captured, X)


def test_shapes_that_depend_on_values():
    both = Twins(lambda: (lambda x: (x[x > 0].sum(), x[x[:, 0] > 0]), {}))
    for x in (X, X * 2, -X, X, -X):
        both(x)
    assert len(both.captured._programs) == 2


def test_numbers_that_count_or_are_set_from_outside():
    def make():
        state = {"n": 0, "mean": 0.0, "lr": 0.5}

        def step(x):
            state["n"] += 1
            state["mean"] = 0.9 * state["mean"] + 0.1 * state["n"]
            return x * (state["lr"] / (1 - 0.9 ** state["n"])) + state["mean"]

        return step, state

    both = Twins(make)
    for i in range(8):
        both(X)
        for state in (both.state, both.captured_state):
            state["lr"] = 0.5 * 0.9**i
    assert len(both.captured._programs) == 2
    replays(both.captured, X)


def test_control_flow_on_values_has_a_program_for_each_way():
    def make():
        def step(x):
            return x * 2 if x.sum() > 0 else -x

        return step, {}

    both = Twins(make)
    for sign in (1, 1, -1, -1, 1, -1):
        both(np.abs(X) * sign)
    assert len(both.captured._programs) == 2
    replays(both.captured, -np.abs(X))


def test_scalars_are_python_numbers():
    def make():
        a, b = Tensor(1.5, requires_grad=True), Tensor(-2.0, requires_grad=True)

        def step():
            a.grad = b.grad = None
            y = (a * b + a**2 / (b - 3)).relu() + np.maximum(a, b) * np.exp(a) - abs(b) ** 0.5
            y.backward()
            a.data -= 0.01 * a.grad
            return y.detach()

        return step, {"a": a, "b": b}

    both = Twins(make, passes=())
    for _ in range(5):
        both(exact=True)
    assert "sqrt" not in both.captured.program.text


def test_a_quotient_by_zero_is_done_by_the_step():
    a = Tensor(1.0)
    f = capture(lambda: 1 / a.data, strict=True)
    f()
    f()
    a.data = 0.0
    with np.errstate(divide="ignore"):
        assert f() == np.inf


def test_arguments_of_all_kinds():
    def step(x, scale, pair, *, mode="plus", t=None):
        y = x * scale + pair["a"] - pair["b"][0]
        return (y if mode == "plus" else -y) + (0 if t is None else t)

    both = Twins(lambda: (step, {}))
    for scale in (2.0, 2.0, 3.0):
        for mode in ("plus", "minus", "minus"):
            both(X, scale, {"a": X + 1, "b": [np.ones(3)]}, mode=mode)
    both(X, 2.0, {"a": X + 1, "b": [np.ones(3)]}, t=Tensor(X))
    both(X, 2.0, {"a": X + 1, "b": [np.ones(3)]}, t=Tensor(X * 2))
    both(X, True, {"a": X + 1, "b": [np.ones(3)]})
    both(X, 1, {"a": X + 1, "b": [np.ones(3)]})


def test_a_leaf_as_argument():
    def step(w, x):
        w.grad = None
        np.sum(np.tanh(x @ w)).backward()
        w.data -= 0.1 * w.grad

    w, u = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
    fast = capture(step, strict=True)
    for _ in range(3):
        step(u, X)
        fast(w, X)
    equal(w, u)


def test_a_method_and_the_state_of_its_object():
    class Model:
        def __init__(self):
            self.w, self.scale = Tensor(np.ones(3), requires_grad=True), 0.1

        @capture(strict=True)
        def step(self, x):
            self.w.grad = None
            loss = np.mean((x @ self.w) ** 2)
            loss.backward()
            self.w.data -= self.scale * self.w.grad
            return loss.detach()

    first, second = Model(), Model()
    losses = [first.step(X).item() for _ in range(4)]
    assert losses == sorted(losses, reverse=True)
    assert second.step(X).item() == losses[0]


def test_no_grad_has_a_program_of_its_own():
    w = Tensor(np.ones(3), requires_grad=True)

    @capture(strict=True)
    def f(x):
        y = x @ w
        return y.detach(), y.requires_grad

    assert f(X)[1]
    assert f(X)[1]
    with no_grad():
        assert not f(X)[1]
        assert not f(X)[1]
    assert f(X)[1]
    assert len(f._programs) == 2


def test_a_captured_step_in_another():
    inner = capture(lambda x: np.tanh(x), strict=True)
    outer = capture(lambda x: inner(x) * 2, strict=True)
    for _ in range(3):
        equal(outer(X), np.tanh(X) * 2)


def test_classes():
    def make():
        W = Tensor(np.random.default_rng(2).normal(size=(4, 3)), requires_grad=True)

        def step(x, y):
            W.grad = None
            loss = cross_entropy(linear(x, W), y)
            loss.backward()
            W.data -= W.grad
            return loss

        return step, {"W": W}

    both = Twins(make)
    for _ in range(4):
        both(X, r.integers(0, 4, 5))
    with pytest.raises(ValueError, match="class number 4"):
        both.captured(X, np.full(5, 4))
    with pytest.raises(RuntimeError, match="second pass"):
        both.captured(X, np.zeros(5, int)).backward()


def test_the_cache_is_bounded_and_tells_when_it_thrashes():
    f = capture(lambda x: x + 1, strict=True, cache_size=2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for n in range(1, 6):
            f(np.ones(n))
    assert len(f._programs) == 2
    (warning,) = caught
    assert "different calls" in str(warning.message)
    assert "cache_size" in str(warning.message)


def test_check_compares_the_first_replays(monkeypatch):
    state = {"wrong": False}
    monkeypatch.setattr(decimal.getcontext(), "prec", 5)  # of the thread, so that nothing leads to it

    def step(x):
        return x * decimal.getcontext().prec

    f = capture(step, check=3)
    f(X)
    decimal.getcontext().prec = 6
    with pytest.raises(CaptureError, match="is not what the step does"):
        f(X)
    g = capture(lambda x: x * 2, check=True)
    for _ in range(7):
        equal(g(X), X * 2)
    replays(g, X)
    assert not state["wrong"]


def test_the_program_in_print():
    fast = capture(net()[0], strict=True)
    with pytest.raises(CaptureError, match="call the captured step first"):
        fast.program  # noqa: B018
    fast(X, Y)
    fast(X, Y)
    text = str(fast.program)
    for part in (
        "tanh(",
        "sigmoid and its cross-entropy taken together",
        "of buffers",
        "W1",
        "a0",
        "4 arrays as one",
        "transpose(",
    ):
        assert part in text, part


def test_wrong_use():
    with pytest.raises(TypeError, match="expected a function, got int"):
        capture(3)
    with pytest.raises(TypeError, match=r"passes must be a tuple of functions of a program, such as PASSES\[:-1\] or \(\), got"):
        capture(np.sum, passes=np.sin)
    with pytest.raises(ValueError, match="cache_size must be at least 1"):
        capture(lambda: 0, cache_size=0)


def test_the_first_call_of_a_step_with_backward_is_not_recorded():
    """It makes gradients and moments, so that there is no use in looking what it does; what makes none is recorded at once."""
    w = Tensor(X[0], requires_grad=True)

    def forward(x):
        return np.sum(w.data * x)

    def step(x):
        w.grad = None
        np.sum(w * x).backward()
        return w.grad

    for one, calls in ((forward, 1), (step, 2)):
        f = capture(one, strict=True)
        for _ in range(calls - 1):
            equal(f(X), one(X))
            with pytest.raises(CaptureError, match="nothing is recorded yet"):
                _ = f.program
        equal(f(X), one(X))
        replays(f, X)


def test_nothing_of_the_recorded_step_is_held_beside_the_buffers():
    """The arrays of the step itself, its gradients and its arguments are let go of: here each layer has 1 MB of them."""
    w = Tensor(r.normal(size=(128, 128)) / 12, requires_grad=True)
    more = [r.normal(size=(1000, 128)) for _ in range(3)]

    def step(x):
        w.grad = None
        for _ in range(6):
            x = np.tanh(x @ w)
        loss = np.sum(x * x)
        loss.backward()
        w.data -= 1e-3 * w.grad
        return loss.detach()

    f = capture(step, strict=True)
    f(more[0])
    tracemalloc.start()
    try:
        given = [more[0] + i for i in range(3)]
        arguments = [ref(one) for one in given]
        for one in given:
            f(one)
        del given, one
        gc.collect()
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < f.program.run.writer.plan.nbytes + 500_000
    assert all(argument() is None for argument in arguments)


@pytest.mark.parametrize("pick", [lambda y, k: y[k], lambda y, k: np.take(y, k, axis=0), lambda y, k: y[None][:, k]])
def test_results_picked_by_an_array_of_numbers(pick):
    """Which ones is another thing at each call, and one may be picked twice."""

    def make():
        w = Tensor(np.arange(4.0), requires_grad=True)

        def step(x, k):
            w.grad = None
            np.sum(pick(w * x, k) ** 2).backward()
            w.data -= 0.01 * w.grad

        return step, {"w": w}

    both = Twins(make)
    for k in ([0, 1, 1], [3, 3, 3], [2, 0, 1], [1, 1, 0]):
        both(np.arange(1.0, 5), np.array(k))
    replays(both.captured, np.ones(4), np.array([0, 0, 1]))


def test_functions_of_math():
    """On numbers that count, on NumPy's, and as a decision; what has no answer is the error that the step raises."""

    def make():
        state = {"n": 0}

        def step(x):
            state["n"] += 1
            total = np.sum(x)
            if math.isnan(total):
                return x * 0.0
            return x * math.sqrt(state["n"]) + math.log(total) * math.hypot(total, 2.0)

        return step, state

    both = Twins(make)
    for x in (1.0, 2.0, 3.0, np.nan, 4.0, 5.0):
        both(np.full(3, x))
    replays(both.captured, np.ones(3))
    for run in (both.eager, both.captured):
        with pytest.raises(ValueError, match=r"math domain error|expected a positive input"):
            run(-np.ones(3))
