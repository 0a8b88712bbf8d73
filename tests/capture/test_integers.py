"""Integers made of what is recorded (`t.astype(int)`): an index, a factor, class numbers; replayed as the step computes them."""

import numpy as np
import pytest

from autograd_core import Tensor, capture, cross_entropy

TABLE = Tensor(np.arange(10.0) ** 2, requires_grad=True)
STEPS = {
    "rounded to tens": lambda t: t * np.round((t * 10).astype(int), -1),
    "an index": lambda t: TABLE[t.astype(int)],
    "a factor": lambda t: t * t.astype(int),
    "another integer type": lambda t: t * t.astype(np.int32),
    "the function": lambda t: t * np.astype(t, np.int64),
    "without a copy": lambda t: t * t.astype(int, copy=False),
    "a number": lambda t: t * t.sum().astype(int),
    "a mask": lambda t: t[t.astype(bool)],
    "a condition": lambda t: np.where(t.astype(int) % 2 == 0, t, -t),
    "an order": lambda t: t[np.argsort(t.astype(int))] * [1.0, 2.0],
    "take": lambda t: np.take(TABLE, t.astype(int)),
    "class numbers": lambda t: cross_entropy(np.outer(t, t), t.astype(int) % 2),
}


@pytest.mark.parametrize("case", STEPS)
def test_integers_of_a_captured_step(case):
    """Against the step itself, run without capture."""
    x = Tensor([1.5, 2.5], requires_grad=True)

    def step(a):
        x.grad = TABLE.grad = None
        loss = (STEPS[case](x * a) * 1.0).sum()
        loss.backward()
        return loss

    captured = capture(step, strict=True)
    for k in range(4):
        a = np.array([k + 1.0, 2.0 - k / 4])
        found, grads = captured(a).item(), [None if t.grad is None else t.grad.copy() for t in (x, TABLE)]
        assert found == step(a).item()
        for ours, t in zip(grads, (x, TABLE), strict=True):
            np.testing.assert_array_equal(ours, t.grad)
