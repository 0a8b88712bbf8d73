"""Each pass alone: what it makes of a program, and that the numbers stay."""

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_core import Tensor, binary_cross_entropy, capture
from autograd_core.capturing.passes import PASSES, cleaning, losses, products, updates
from autograd_core.testing.strategies import calls
from tests.capture.common import Twins, equal

r = np.random.default_rng(0)
X, B = r.normal(size=(5, 3)), r.normal(size=(3, 4))


def text(step, *args, passes):
    """The program's text, after its results were compared with the step's."""
    fast = capture(step, strict=True, passes=passes)
    for _ in range(3):
        equal(fast(*args), step(*args))
    return fast.program.text


def test_unused():
    step = lambda x: (np.exp(x), x + 1)[1]
    assert "exp" in text(step, X, passes=())
    assert "exp" not in text(step, X, passes=(cleaning.unused,))


def test_shared():
    step = lambda x: np.exp(x) * 2 + np.exp(x)
    assert text(step, X, passes=()).count("exp(") == 2
    assert text(step, X, passes=(cleaning.shared,)).count("exp(") == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda x: np.copy(x) + 2, lambda x: x * 1 + 2, lambda x: 1.0 * x + 2, lambda x: x / 1 + 2, lambda x: np.positive(x) + 2,
        lambda x: np.transpose(np.transpose(x)) + 2, lambda x: np.reshape(x, (5, 3)) + 2, lambda x: x.astype(float) + 2,
    ],
)  # fmt: skip
def test_direct(step):
    before, after = text(step, X, passes=()), text(step, X, passes=(cleaning.direct, cleaning.unused))
    assert len(after.splitlines()) < len(before.splitlines())


def test_direct_leaves_what_changes_the_dtype_or_shape():
    for step in (lambda x: x.astype(np.float32) + 2, lambda x: np.reshape(x, (3, 5)) + 2, lambda x: x * np.ones((2, 1, 1)) + 2):
        text(step, X, passes=(cleaning.direct,))


def test_dot():
    assert "dot(" in text(lambda x, b: np.tanh(x @ b), X, B, passes=(products.dot,))
    assert "dot(" not in text(lambda x, b: np.tanh(x @ b), X.astype(int), B.astype(int), passes=(products.dot,))


def test_outer():
    column, row = r.normal(size=(50, 1)), r.normal(size=(1, 60))
    assert "dot(" in text(lambda a, b: np.tanh(a * b), column, row, passes=(products.outer,))
    assert "dot(" not in text(lambda a, b: np.tanh(a * b), column[:3], row, passes=(products.outer,))


def test_sums():
    passes = (products.sums, cleaning.unused)
    assert "dot(" in text(lambda x: np.tanh(np.add.reduce(x, axis=0)), X, passes=passes)
    found = text(lambda x, y: np.add.reduce(x * y, axis=None), X, X + 1, passes=passes)
    assert "vdot" in found
    assert "multiply" not in found
    found = text(lambda x, y: np.add.reduce(x * y - x * x, axis=None), X, X + 1, passes=passes)
    assert found.count("vdot") == 2
    assert "multiply" not in found


def test_sums_that_stay():
    for step in (
        lambda x: np.add.reduce(x, axis=1),
        lambda x: np.add.reduce(x > 0, axis=0),
        lambda x: np.add.reduce(x, axis=0, dtype=int),
    ):
        assert "dot" not in text(step, (X * 3).astype(float) if step is not None else X, passes=(products.sums,))


def trained():
    W = Tensor(np.random.default_rng(1).normal(size=(3, 1)), requires_grad=True)
    b = Tensor([0.5], requires_grad=True)

    def step(x, y):
        W.grad = b.grad = None
        loss = binary_cross_entropy((x @ W + b).sigmoid(), y)
        loss.backward()
        for p in (W, b):
            p.data -= 0.1 * p.grad
        return loss.detach()

    return step, {"W": W, "b": b}


@pytest.mark.parametrize("passes", [(losses.sigmoid_with_its_loss,), (updates.flat,), PASSES], ids=["loss", "flat", "all"])
def test_a_training_step(passes):
    y = r.integers(0, 2, (5, 1)).astype(float)
    both = Twins(trained, passes=(cleaning.direct, cleaning.unused, cleaning.shared, *passes, cleaning.unused))
    for _ in range(4):
        both(X, y)
    found = str(both.captured.program)
    assert ("taken together" in found) == (passes != (updates.flat,))
    assert ("2 arrays as one" in found) == (losses.sigmoid_with_its_loss not in passes or passes is PASSES)
    for scale in (20, 1e3, np.inf, np.nan):  # where p (1 - p) is cut, and where there is an error
        with np.errstate(all="ignore"):
            outcomes = []
            for run in (both.eager, both.captured):
                try:
                    outcomes.append(run(X * scale, y).item())
                except ValueError as error:
                    outcomes.append(str(error))
        assert (
            outcomes[0] == pytest.approx(outcomes[1], rel=1e-9, nan_ok=True)
            if type(outcomes[0]) is float
            else outcomes[0] == outcomes[1]
        )
        both.same()


@settings(max_examples=40, deadline=None)
@given(calls())
def test_random_programs(case):
    """Of arrays and their gradients, with all passes and with none."""
    f, arguments = case

    def make():
        leaves = [Tensor(x, requires_grad=True) for x in arguments]

        def step():
            for leaf in leaves:
                leaf.grad = None
            out = f(*leaves)
            np.sum(out * np.cos(np.arange(out.size)).reshape(out.shape)).backward()
            return out.detach()

        return step, {"leaves": leaves}

    for passes in (PASSES, ()):
        both = Twins(make, passes=passes)
        for k in range(4):
            for state in (both.state, both.captured_state):
                for leaf in state["leaves"]:
                    leaf.data = leaf.data + 1e-3 * (k == 2)
            both()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_unit_interval(dtype):
    """One test of a product says what two tests of the least and the greatest say, at the edges and where it underflows."""

    def step(x):
        inside = x.min() >= 0 and x.max() <= 1
        return x + 3 if inside else x * 2

    tiny, last = np.finfo(dtype).smallest_subnormal, np.nextafter(np.array(1, dtype), np.array(2, dtype))
    inside = np.array([0, tiny, 0.5, 1], dtype)
    fast = capture(step, strict=True, passes=(losses.unit_interval, cleaning.unused))
    for _ in range(4):
        equal(fast(inside), step(inside), exact=True)
    assert "minimum_reduce" not in fast.program.text
    for outside in (-tiny, last, 2, -1, np.inf, -np.inf, np.finfo(dtype).max, np.finfo(dtype).min):
        x = inside.copy()
        x[1] = outside
        with np.errstate(all="ignore"):
            equal(fast(x), step(x), exact=True)
