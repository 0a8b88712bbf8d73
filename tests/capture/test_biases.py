"""The bias of a first layer inside its product: where that is done, and that everything is as the step leaves it."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, linear
from tests.capture.common import Twins, replays

r = np.random.default_rng(2)
X, T = r.normal(size=(6, 3)), r.normal(size=(6, 4))
JOINED = "with its bias"


def expressions(turned, bias_first, dtype="f8"):
    """A step of one layer whose weights are (outputs, inputs) if they are turned, with plain gradient descent."""

    def make():
        generator = np.random.default_rng(5)
        W = Tensor(generator.normal(size=(4, 3) if turned else (3, 4)).astype(dtype), requires_grad=True)
        b = Tensor(generator.normal(size=4).astype(dtype), requires_grad=True)

        def step(x, t):
            W.grad = b.grad = None
            z = linear(x, W, b) if turned else b + x @ W
            loss = np.mean((np.tanh(z) - t) ** 2)
            loss.backward()
            for p in (b, W) if bias_first else (W, b):
                p.data -= 0.1 * p.grad
            return loss.detach()

        return step, {"W": W, "b": b}

    return make


@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("bias_first", [True, False], ids=["[b; W]", "[W; b]"])
@pytest.mark.parametrize("turned", [True, False], ids=["(outputs, inputs)", "(inputs, outputs)"])
def test_one_product_for_both(turned, bias_first, dtype):
    both = Twins(expressions(turned, bias_first, dtype))
    for x in (X, -X, X[::-1], np.asfortranarray(X)):  # as it lies in memory, too
        for _ in range(2):
            both(x.astype(dtype, order="K"), T.astype(dtype))
    assert str(both.captured.program).count(JOINED) == 1
    assert (
        both.captured.program.text.count("dot(") + both.captured.program.text.count("matmul(") <= 4
    )  # two are of sums of squares
    replays(both.captured, X.astype(dtype), T.astype(dtype))


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("rows", [6, 400], ids=["small, compared", "long, copied"])
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop"])
def test_layers_and_optimizers(optimizer, rows, order):
    """What the step closes over may be refilled, and replaced."""
    data = {"x": np.resize(X, (rows, 3)) + np.arange(rows)[:, None] / rows}

    def make():
        model = nn.Sequential(nn.Linear(3, 5, generator=1, dtype=np.float64), nn.Tanh())
        state = {f"p{i}": p for i, p in enumerate(model.parameters())}
        for p in model.parameters():
            p.data = np.array(p.data, order=order)
        descent = getattr(nn.optim, optimizer)(model.parameters(), lr=0.01)

        def step():
            descent.zero_grad()
            loss = (model(data["x"]) ** 2).mean()
            loss.backward()
            descent.step()
            return loss.detach()

        return step, state

    both = Twins(make)
    for k in range(8):
        if k == 4:
            data["x"][1] = [9.0, -7.0, 0.5]
        if k == 6:
            data["x"] = data["x"] * 0.5
        both()
    assert JOINED in str(both.captured.program)


def test_gradients_that_are_held_on_to():
    both = Twins(expressions(False, True))
    kept = []
    for k in range(7):
        both(X * k, T)
        W, b = both.captured_state.values()
        kept.append((W.grad, W.grad.copy(), b.grad, b.grad.copy()))
    assert JOINED in str(both.captured.program)
    for W, W_then, b, b_then in kept:
        np.testing.assert_array_equal(W, W_then)
        np.testing.assert_array_equal(b, b_then)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e300])
def test_what_is_not_finite(bad):
    both = Twins(expressions(False, True))
    for k in range(6):
        x = X.copy()
        if k >= 3:
            x[2, 1] = bad
        with np.errstate(all="ignore"):
            both(x, T)
        for state in (both.state, both.captured_state):
            for p in state.values():
                p.data[...] = np.nan_to_num(p.data, posinf=1, neginf=1)


def test_where_it_would_not_pay_or_not_be_right():
    """More inputs than outputs; a sum that is used twice; a bias that nothing depends on except by rounding."""

    def program(step, *args):
        fast = capture(step, strict=True)
        for _ in range(3):
            fast(*args)
        return str(fast.program)

    def layer(width, then, inputs=3):
        W, b = (Tensor(r.normal(size=shape), requires_grad=True) for shape in ((inputs, width), width))

        def step(x):
            W.grad = b.grad = None
            np.mean(then(x @ W, b)).backward()
            for p in (W, b):
                p.data -= 0.1 * p.grad

        return step

    plain = lambda z, b: np.tanh(z + b)
    assert JOINED in program(layer(4, plain), X)
    assert JOINED not in program(layer(2, plain), X)
    assert JOINED not in program(layer(4, lambda z, b: np.tanh(z + b) + np.sin(z)), X)
    assert JOINED not in program(layer(4, lambda z, b: (lambda y: (y - np.mean(y, axis=0)) ** 4)(z + b)), X)


@pytest.mark.parametrize("shape", [(3,), (3, 1), (2, 3, 4)], ids=str)
def test_other_products(shape):
    """Of a vector, and of stacks."""

    def make():
        generator = np.random.default_rng(5)
        W, b = (Tensor(generator.normal(size=each), requires_grad=True) for each in (shape, shape[-1:] * (len(shape) > 1)))

        def step(x):
            W.grad = b.grad = None
            np.sum(np.tanh(x @ W + b) ** 2).backward()
            for p in (W, b):
                p.data -= 0.1 * p.grad

        return step, {"W": W, "b": b}

    both = Twins(make)
    for k in range(5):
        both(X * k)


def test_a_constant_in_the_place_of_weights():
    constant, start = r.normal(size=(3, 4)), r.normal(size=4)

    def make():
        b = Tensor(start, requires_grad=True)

        def step(x):
            b.grad = None
            np.sum(np.tanh(x @ np.full((3, 4), 0.5) + b) + x @ constant).backward()
            b.data -= 0.1 * b.grad

        return step, {"b": b}

    both = Twins(make)
    for k in range(4):
        both(X * k)


def test_a_bias_of_one_unit():
    """(1, inputs) is in both orders at once."""

    def make():
        generator = np.random.default_rng(5)
        W, b = Tensor(generator.normal(size=(1, 1)), requires_grad=True), Tensor(generator.normal(size=1), requires_grad=True)

        def step(x):
            W.grad = b.grad = None
            np.mean(np.tanh(x @ W + b) ** 2).backward()
            for p in (W, b):
                p.data -= 0.1 * p.grad

        return step, {"W": W, "b": b}

    both = Twins(make)
    for k in range(5):
        both(X[:, :1] * k)
    assert JOINED in str(both.captured.program)
