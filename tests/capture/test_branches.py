"""Rules that take a quick way if their numbers allow it: each way has a program, and no call is refused."""

import numpy as np
import pytest

from autograd_core import Tensor, capture, cross_entropy, log_softmax, logsumexp, softmax
from tests.capture.common import Twins, replays

r = np.random.default_rng(0)
CAUSAL = np.triu(np.full((4, 4), -np.inf), 1)
FINITE = np.zeros((4, 4))
TARGET = np.arange(4)[:, None] >= np.arange(4)

# What is computed of a parameter w and the argument x; an x with which the quick way is taken, and one with which it is not
CASES = {
    "softmax": (lambda w, x: softmax(w + x) * w, FINITE, CAUSAL),
    "softmax of nothing": (lambda w, x: softmax(w + x) * w, FINITE, np.full((4, 4), -np.inf)),
    "log_softmax": (lambda w, x: np.where(TARGET, log_softmax(w + x), 0), FINITE, CAUSAL),
    "logsumexp": (lambda w, x: logsumexp(w + x, axis=-1), FINITE, CAUSAL),
    "cross_entropy": (lambda w, x: cross_entropy(w + x, np.zeros(4, int)), FINITE, CAUSAL),
    "sqrt": (lambda w, x: np.sqrt(w * w * x), FINITE + 1, np.eye(4)),
    "exp": (lambda w, x: np.exp(w * x), FINITE + 1, np.eye(4) * 1e5),
    "log": (lambda w, x: np.log(w * w * x), FINITE + 1, np.eye(4)),
    "1 / x": (lambda w, x: 1 / (w * x), FINITE + 1, np.eye(4)),
    "a power": (lambda w, x: (w * w * x) ** 0.5, FINITE + 1, np.eye(4)),
    "a large power": (lambda w, x: (w * x) ** 400, FINITE + 1, np.eye(4) * 10),
    "arctanh": (lambda w, x: np.arctanh(np.tanh(w * x)), FINITE + 1, np.eye(4) * 1e3),
    "sqrt of a number": (lambda w, x: np.sqrt(np.sum(w * w * x)), FINITE + 1, FINITE),
    "1 / a number": (lambda w, x: 1 / np.sum(w * x), FINITE + 1, FINITE),
    "exp of a number": (lambda w, x: np.exp(np.sum(w * w * x)), FINITE + 1, FINITE + 1e5),
    "log of a number": (lambda w, x: np.log(np.sum(w * w * x)), FINITE + 1, FINITE),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("order", ["quick first", "quick last"])
@pytest.mark.parametrize("name", CASES)
def test_both_ways_are_replayed(name, order):
    f, *arguments = CASES[name]
    first, second = arguments if order == "quick first" else arguments[::-1]

    def make():
        w = Tensor(np.random.default_rng(1).normal(size=(4, 4)), requires_grad=True)

        def step(x):
            w.grad = None
            loss = np.sum(f(w * 1.0, x))
            loss.backward()
            return loss.detach()

        return step, {"w": w}

    both = Twins(make)
    for x in (*[first] * 4, *[second] * 4, first, second):
        both(x)
    for x in (first, second):
        replays(both.captured, x)
    both(first)
    both(second)


def test_causal_attention():
    """The weights of attention to what came before, and their gradients, by their formula for each row."""
    scores = Tensor(r.normal(size=(4, 4)), requires_grad=True)
    values = r.normal(size=(4, 4))

    @capture(strict=True)
    def step(values):
        scores.grad = None
        p = softmax(scores + CAUSAL)
        np.sum(p * values).backward()
        return p.detach()

    for _ in range(4):
        p = step(values)
    replays(step, values)
    for i in range(4):
        e = np.exp(scores.data[i, : i + 1])
        expected = e / e.sum()
        np.testing.assert_allclose(p.data[i, : i + 1], expected, rtol=1e-14)
        np.testing.assert_array_equal(p.data[i, i + 1 :], 0)
        slope = expected * (values[i, : i + 1] - expected @ values[i, : i + 1])
        np.testing.assert_allclose(scores.grad[i, : i + 1], slope, atol=1e-14)
        np.testing.assert_array_equal(scores.grad[i, i + 1 :], 0)


def test_a_part_may_tell_for_the_whole():
    """As the first row of a product of matrices does, in which an infinity of the second is in every row."""

    def step(x):
        out = np.exp(x)
        quick = out.__finite__((0,)) if not isinstance(out, np.ndarray) else bool(np.isfinite(out[0]).all())
        return out + 1 if quick else out - 1

    fast, ones = capture(step, strict=True), np.ones((3, 2))
    for _ in range(4):
        np.testing.assert_array_equal(fast(ones), np.e + ones)
    replays(fast, ones)
    assert fast.program.text.count("isfinite") == 1
    (test,) = [line for line in fast.program.text.splitlines() if "isfinite" in line]
    (view,) = [line for line in str(fast.program).splitlines() if "getitem" in line]
    assert f"isfinite({view.split()[0]})" in test


def test_a_quick_way_is_not_taken_where_its_guard_says_nothing_of_the_value():
    """The guard of what a rule makes next stands for that of the value only if it is made of the value."""
    from autograd_core.derivatives.strong import finite

    def step(x):
        quick = finite(x)
        other = np.multiply(x[:1] * 0 + 1, 2)
        return other + 1 if quick else other + np.where(np.all(np.isfinite(x)), 1, -1)

    fast = capture(step, strict=True)
    for last in (1.0, 1.0, np.inf, np.nan, 1.0, -np.inf):
        x = np.array([1.0, last])
        np.testing.assert_array_equal(fast(x), step(x))
