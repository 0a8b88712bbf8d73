"""Parts of a whole: each is written into its place when it is made, if it has one, and what is computed of it stays the same."""

import re

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad
from tests.capture.common import equal
from tests.capture.test_buffers import replayed

r = np.random.default_rng(0)
X = r.normal(size=(20, 32))


def copies(fast):
    return len(re.findall(r"^ *(concatenate|stack|copyto)\(", fast.program.text, re.MULTILINE))


def recurrence(x):
    state, states = np.zeros(x.shape[1]), []
    for row in x:
        state = np.tanh(row + 0.5 * state)
        states.append(state)
    return states


STEPS = {  # how many copies are left
    "stacked": (lambda x: np.stack([np.tanh(x), np.exp(x), x * 2]) * 2, 0),
    "stacked last": (lambda x: np.stack([np.tanh(x), np.exp(x)], axis=-1) * 2, 1),  # a part would be written element by element
    "stacked in between": (lambda x: np.stack([np.tanh(x), np.exp(x)], axis=1) * 2, 0),
    "one after the other": (lambda x: np.concatenate([np.tanh(x), np.exp(x)]) * 2, 0),
    "side by side": (lambda x: np.concatenate([np.tanh(x), np.exp(x)], axis=-1) * 2, 0),
    "states": (lambda x: np.stack(recurrence(x)) * 2, 0),
    "states that are read afterwards": (lambda x: np.stack(states := recurrence(x)) * states[3] + states[0] * states[-1], 0),
    "a whole in a whole": (lambda x: np.concatenate([np.stack([np.tanh(x), np.exp(x)]), np.ones((1, 20, 32))]) * 2, 1),
    "a part that is one twice": (lambda x: np.concatenate([y := np.tanh(x), y, np.exp(x)]) * 2, 2),
    "a part of two wholes": (lambda x: np.concatenate([y := np.tanh(x), np.exp(x)]) * np.concatenate([np.cos(x), y]), 1),
    "products": (lambda x: np.stack([x @ x.T, x[::-1] @ x.T, x @ x[::-1].T]) * 2, 0),
    "products side by side": (lambda x: np.concatenate([x @ x.T, np.tanh(x)], axis=1) * 2, 1),
    "sums": (lambda x: np.stack([np.maximum.reduce(x, axis=0), np.maximum.reduce(-x, axis=0)]) * 2, 0),
    "what is given": (lambda x: np.concatenate([x, np.tanh(x)]) * 2, 1),
    "a view": (lambda x: np.concatenate([np.tanh(x).T, np.exp(x).T]) * 2, None),
    "a part that changes another": (lambda x: np.stack([y := np.tanh(x), z := y * 2, np.exp(z)]) * (y + z), 0),
    "a longer dtype": (lambda x: np.concatenate([np.tanh(x), np.tanh(x.astype(np.float32))]) * 2, None),
    "a part that is returned": (lambda x: (y := np.tanh(x), np.concatenate([y, np.exp(x)]) * 2), None),
    "a whole that is returned": (lambda x: np.concatenate([np.tanh(x), np.exp(x)]), None),
    "nothing": (lambda x: np.concatenate([np.tanh(x), np.exp(x[:0])]) * 2, None),
}  # fmt: skip


@pytest.mark.parametrize(("step", "left"), STEPS.values(), ids=STEPS)
def test_a_part_is_written_into_its_place(step, left):
    fast = replayed(step, X, passes=())
    if left is not None:
        assert copies(fast) == left, fast.program.text


@pytest.mark.parametrize("step", [step for step, _ in STEPS.values()], ids=STEPS)
def test_gradients_through_a_whole(step):
    def total(x):
        result = step(x)
        return sum(np.sum(np.sin(part)) for part in (result if type(result) is tuple else (result,)))

    replayed(grad(total), X, exact=False)


def test_a_gradient_that_is_a_whole():
    p = Tensor(X, requires_grad=True)

    @capture(strict=True)
    def step(x):
        p.grad = None
        halves = p[:10], p[10:]
        (np.sum(np.tanh(halves[0] * x)) + np.sum(np.exp(halves[1] * x))).backward()
        return np.concatenate([p.grad[:10], p.grad[10:] * 2]) + 0

    for scale in (1, 2, -1, 0.5):
        expected = np.concatenate([X[:10], X[10:]])
        x = scale * X[:10]
        first = x / np.cosh(X[:10] * x) ** 2
        expected = np.concatenate([first, 2 * x * np.exp(X[10:] * x)])
        equal(step(x), expected, False)


def test_memory_is_asked_for_once():
    by_hand = lambda x: np.stack(recurrence(x)) * 2
    fast = replayed(by_hand, np.ones((30, 2000)), passes=())
    assert fast.program.run.writer.plan.nbytes < 1.2 * 30 * 2000 * 8
