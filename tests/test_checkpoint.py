"""checkpoint: the same gradients, of any order, from fewer saved values."""

import functools
import pickle
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, checkpoint, grad, hessian, hvp, is_recomputing, jvp, no_grad, vjp
from autograd_core.derivatives.stamps import bits
from autograd_core.errors import CaptureError, GraphError

W = np.array([[0.3, -0.2], [0.5, 0.1]])


def test_gradients_of_arguments_and_of_what_the_function_closes_over():
    def gradients(wrap):
        x, w = Tensor(np.ones((3, 2)), requires_grad=True), Tensor(W, requires_grad=True)
        layer = wrap(lambda x: np.tanh(x @ w))
        np.sum(layer(layer(x)) ** 2).backward()
        return x.grad, w.grad

    for ours, plain in zip(gradients(checkpoint), gradients(lambda f: f), strict=True):
        np.testing.assert_allclose(ours, plain, rtol=1e-14)


def test_every_order():
    f = checkpoint(lambda x: np.sin(x) * x)
    assert grad(f)(0.7) == pytest.approx(np.cos(0.7) * 0.7 + np.sin(0.7))
    assert grad(grad(f))(0.7) == pytest.approx(2 * np.cos(0.7) - 0.7 * np.sin(0.7))
    assert jvp(f, (0.7,), (2.0,))[1] == pytest.approx(2 * (np.cos(0.7) * 0.7 + np.sin(0.7)))


def test_containers_keywords_and_several_results():
    f = checkpoint(lambda p, *, scale: {"product": p["a"] * p["b"] * scale, "sum": (p["a"] + p["b"],)})
    g = lambda a: (lambda r: r["product"] * r["sum"][0])(f({"a": a, "b": 3.0}, scale=2.0))
    assert grad(g)(2.0) == 2 * (2 * 2 * 3 + 9)  # d (6a)(a + 3)
    assert grad(lambda a: f({"a": a, "b": 3.0}, scale=2.0)["product"])(2.0) == 6


def test_without_recording_it_is_the_function():
    f = checkpoint(lambda x: x * 2)
    assert f(2.0) == 4
    with no_grad():
        assert not f(Tensor(2.0, requires_grad=True)).requires_grad
    assert f(Tensor(2.0)).item() == 4


def test_it_keeps_less():
    x = np.ones((200, 200))

    def kept(wrap):
        @wrap
        def group(h):
            for _ in range(10):
                h = np.tanh(h * 1.01)
            return h

        leaf = Tensor(x, requires_grad=True)
        tracemalloc.start()
        h = leaf
        for _ in range(3):
            h = group(h)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    assert kept(checkpoint) < 0.25 * kept(lambda f: f)


def test_it_needs_a_function():
    with pytest.raises(TypeError, match=r"write checkpoint\(f\)\(x\), got float64"):
        checkpoint(np.float64(1))


# The same function, when it is run again

generator = np.random.default_rng(3)


class Noisy:
    """Draws in its call from a generator of its own."""

    def __init__(self, generator):
        self.generator = generator

    def __call__(self, x):
        return x * self.generator.standard_normal(3)


class Slotted(Noisy):
    __slots__ = ()


def drawn_by_a_helper(x):
    return x * generator.uniform(size=3)


def with_a_default(x, generator=generator):
    return x * generator.uniform(size=3)


RANDOM = {
    "a generator in the closure": lambda: (lambda r: lambda x: x * r.standard_normal(3))(np.random.default_rng(0)),
    "a global generator": lambda: lambda x: x * generator.standard_normal(3),
    "a global generator of a function that it calls": lambda: lambda x: drawn_by_a_helper(x) + 1,
    "a generator by default": lambda: with_a_default,
    "a generator of an object": lambda: Noisy(np.random.default_rng(1)),
    "of a bound method": lambda: Noisy(np.random.default_rng(1)).__call__,
    "of an object in a list": lambda: (lambda parts: lambda x: parts[0](parts[1]["b"](x)))(
        [Noisy(np.random.default_rng(1)), {"b": Noisy(np.random.Generator(np.random.Philox(2)))}]
    ),
    "partial": lambda: functools.partial(lambda r, x: x * r.uniform(size=3), np.random.default_rng(5)),
    "RandomState": lambda: (lambda r: lambda x: x * r.randn(3))(np.random.RandomState(0)),
    "np.random": lambda: lambda x: x * np.random.standard_normal(3),
    "np.random, one of a pair": lambda: lambda x: x * np.random.normal(),
    "random": lambda: lambda x: x * random.gauss(0, 1),
    "random.Random": lambda: (lambda r: lambda x: x * r.random())(random.Random(1)),
    "dropout": lambda: nn.Dropout(0.5),
    "dropout with a generator": lambda: nn.Dropout(0.5, generator=0),
    "functional dropout": lambda: lambda x: nn.functional.dropout(x, 0.5),
    "in a model": lambda: nn.Sequential(nn.Linear(3, 4, bias=False), nn.Dropout(0.5), nn.Dropout(0.2, generator=1)),
    "a checkpoint in a checkpoint": lambda: checkpoint(lambda x: x * generator.standard_normal(3)),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_numbers_are_drawn_again(name):
    """f is linear in x, so x f'(x) is f(x) - f(0)."""
    nn.manual_seed(0)
    f = RANDOM[name]()
    x = Tensor([0.5, -1.0, 2.0], requires_grad=True)
    for _ in range(2):  # other numbers the second time
        x.grad = None
        state = pickle.dumps((np.random.get_state(), random.getstate()))
        y = checkpoint(f)(x)
        after = pickle.dumps((np.random.get_state(), random.getstate()))
        y.sum().backward()
        assert pickle.dumps((np.random.get_state(), random.getstate())) == after
        if name.startswith(("np.random", "random")) and name != "random.Random":
            assert state != after
        np.testing.assert_allclose(np.sum(x.grad * x.data), np.sum(y.numpy()) - (3 if "that it calls" in name else 0))


def test_a_model_with_dropout_learns_the_same_with_and_without():
    def train(wrap):
        nn.manual_seed(0)
        random.seed(0)
        model = nn.Sequential(
            nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.Tanh(), nn.Dropout(0.5, generator=7), nn.Linear(8, 1)
        )
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
        x = np.random.default_rng(0).standard_normal((6, 3))
        for _ in range(5):
            optimizer.zero_grad()
            np.mean(wrap(model)(x) ** 2).backward()
            optimizer.step()
        return model.state_dict()

    ours, plain = train(checkpoint), train(lambda f: f)
    assert plain["1.num_batches_tracked"] == 5
    for name, value in plain.items():
        np.testing.assert_array_equal(np.asarray(ours[name]), np.asarray(value), err_msg=name)


def counter():
    calls = []
    return lambda x: x * len(calls.append(1) or calls)


def attribute():
    class Layer:
        n = 0.0

        def __call__(self, x):
            self.n += 1
            return x * self.n

    return Layer()


def refilled():
    buffer = np.zeros(3)

    def f(x):
        buffer[:] += 1
        return x * buffer

    return f


def iterator():
    numbers = iter([1.0, 2.0, 3.0])
    return lambda x: x * next(numbers)


CHANGING = {
    "a counter": counter,
    "an attribute": attribute,
    "an array that is filled again": refilled,
    "an iterator": iterator,
    "a generator without a seed": lambda: lambda x: x * np.random.default_rng().standard_normal(3),
    "one element of many": lambda: (lambda f: lambda x: np.concatenate([np.repeat(x, 10_000), f(x)]))(counter()),
}


@pytest.mark.parametrize("name", CHANGING)
def test_another_function_is_noticed(name):
    x = Tensor(np.ones(3), requires_grad=True)
    y = checkpoint(CHANGING[name]())(x)
    with pytest.raises(GraphError, match="run again in the backward pass, is another function: its results are not the same"):
        y.sum().backward()
    assert x.grad is None


def test_other_tensors_of_the_same_values_are_noticed():
    """Their gradients would go nowhere."""
    weight = lambda: Tensor(2.0, requires_grad=True)
    for first, second in ((weight(), weight()), (weight(), 2.0), (2.0, weight())):
        factors = [second, first]
        f = checkpoint(lambda x, factors=factors: x * factors.pop())
        y = f(Tensor(3.0, requires_grad=True))
        with pytest.raises(GraphError, match="it does not depend on the same Tensors"):
            y.backward()


def test_a_parameter_that_is_changed_before_the_backward_pass_is_noticed():
    w = Tensor(2.0, requires_grad=True)
    y = checkpoint(lambda x: x * w)(Tensor(3.0, requires_grad=True))
    w.data -= 1
    with pytest.raises(GraphError, match="changed"):
        y.backward()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble, np.complex64, np.clongdouble])
def test_every_dtype_is_compared(dtype):
    x = Tensor(np.array([0.5, -1, 2], dtype), requires_grad=True)
    np.real(np.sum(checkpoint(lambda x: np.sin(x) * x)(x))).backward()
    np.testing.assert_allclose(x.grad, np.sin(x.data) + x.data * np.cos(x.data), rtol=1e-2)


def test_running_statistics_move_once():
    """PyTorch's rule for one batch: running = 0.9 running + 0.1 batch."""
    x = np.random.default_rng(0).standard_normal((5, 2))
    norm = nn.BatchNorm1d(2)
    np.sum(checkpoint(norm)(Tensor(x, requires_grad=True)) ** 3).backward()
    np.testing.assert_allclose(norm.running_mean.data, 0.1 * x.mean(0), rtol=1e-12)
    np.testing.assert_allclose(norm.running_var.data, 0.9 + 0.1 * x.var(0, ddof=1), rtol=1e-12)
    assert norm.num_batches_tracked.item() == 1
    np.sum(checkpoint(lambda h: checkpoint(norm)(h) * 2)(Tensor(x, requires_grad=True)) ** 3).backward()
    assert norm.num_batches_tracked.item() == 2


def test_it_is_said_when_a_function_is_run_again():
    seen = []
    f = checkpoint(lambda x: seen.append(is_recomputing()) or x * x)
    assert grad(grad(lambda x: f(x) * x))(3.0) == 18
    assert seen[0] is False
    assert set(seen[1:]) == {True}
    assert not is_recomputing()


# Passes in any order and number


def test_a_pullback_called_twice_with_one_tensor():
    _, pull = vjp(checkpoint(lambda x, y: (x * x * y, x * y)), 3.0, 2.0)
    g = Tensor(2.0, requires_grad=True)
    for _ in range(2):
        assert [part.item() for part in pull((g, g))] == [2 * (12 + 2), 2 * (9 + 3)]
    (pull((g, g))[0] + pull((g, g))[1]).backward()
    assert g.grad == 12 + 2 + 9 + 3


def test_a_pullback_of_a_part_and_then_of_another():
    """One cotangent, first pulled back to x alone, then to y alone."""
    f = checkpoint(lambda x, y: x * x * y)
    g = Tensor(2.0, requires_grad=True)
    x, y = Tensor(3.0, requires_grad=True), Tensor(2.0, requires_grad=True)
    assert vjp(lambda x: f(x, y), x)[1](g)[0].item() == 24
    assert vjp(lambda y: f(x, y), y)[1](g)[0].item() == 18
    second = grad(lambda x: vjp(lambda y: f(x, y), 2.0)[1](1.0)[0])
    assert second(3.0) == 6


def test_pullbacks_in_many_threads():
    w = Tensor(2.0, requires_grad=True)
    _, pull = vjp(checkpoint(lambda x, y: w * x * x * y), np.array([1.0, 2.0]), 3.0)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda k: pull(np.array([k, 1.0])), range(50)))
    for k, (x, y) in enumerate(found):
        np.testing.assert_array_equal(x.numpy(), [12 * k, 24])
        assert y.item() == 2 * (k + 4)


def test_an_argument_that_nothing_depends_on():
    x, y = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones((2, 3)), requires_grad=True)
    checkpoint(lambda x, y: y * 2)(x, y).sum().backward()
    np.testing.assert_array_equal(x.grad, np.zeros(3))
    np.testing.assert_array_equal(y.grad, np.full((2, 3), 2.0))


def test_a_change_of_an_argument_in_place_is_refused():
    def f(x):
        x *= 2
        return x * x

    with pytest.raises(GraphError, match=r"checkpoint: f changes an argument in place.*; write x = x.copy\(\) first"):
        checkpoint(f)(Tensor(np.ones(3), requires_grad=True) * 1)
    x = Tensor(np.ones(3), requires_grad=True)
    checkpoint(lambda x: f(x.copy()))(x).sum().backward()
    np.testing.assert_array_equal(x.grad, np.full(3, 8.0))


def test_results_that_are_no_floats_come_as_they_are():
    x = Tensor([3.0, 1.0], requires_grad=True)
    y, where, name, nothing = checkpoint(lambda x: (x * 2, np.argmax(x), "a name", None))(x)
    assert (where, where.dtype, name, nothing) == (0, np.intp, "a name", None)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [2, 2])


def test_a_value_that_gets_out_another_way_keeps_its_graph():
    """What f puts aside is not computed again: it is part of the graph like any other result."""
    aside = []
    x, w = Tensor(3.0, requires_grad=True), Tensor(2.0, requires_grad=True)
    y = checkpoint(lambda x: (aside.append(x * w) if not aside else None) or x * x)(x)
    (y + aside[0]).backward()
    assert (x.grad, w.grad) == (8, 3)


def test_derivatives_in_it_and_around_it():
    """A loss with a derivative in it, recomputed; and a checkpointed net differentiated by its input, then by its weights."""
    w = Tensor(0.7, requires_grad=True)
    checkpoint(lambda x: grad(lambda y: np.sin(w * y) * y)(x) ** 2)(1.3).backward()
    right, w.grad = w.grad, None
    (grad(lambda y: np.sin(w * y) * y)(1.3) ** 2).backward()
    assert right == w.grad
    w.grad = None
    (grad(checkpoint(lambda y: np.sin(w * y) * y))(1.3) ** 2).backward()
    np.testing.assert_allclose(w.grad, right, rtol=1e-14)
    for how in (lambda f: hessian(f)(1.3), lambda f: hvp(f)(1.3, 2.0), lambda f: jvp(grad(f), (1.3,), (1.0,))[1]):
        plain, ours = how(lambda y: np.sin(0.7 * y) * y), how(checkpoint(lambda y: np.sin(0.7 * y) * y))
        np.testing.assert_allclose(ours, plain, rtol=1e-14)
        assert type(ours) is type(plain)


def test_a_captured_step_with_and_without_random_numbers():
    w = Tensor(np.ones(3), requires_grad=True)

    def step(x, layer):
        w.grad = None
        checkpoint(lambda h: layer(np.tanh(h * w)))(x).sum().backward()
        return w.grad

    fast = capture(lambda x: step(x, np.sin))
    for k in range(6):
        x = np.arange(3.0) + k
        np.testing.assert_allclose(fast(x), step(x, np.sin), rtol=1e-14)
    dropout = nn.Dropout(0.5, generator=0)
    with pytest.raises(CaptureError, match="the state of a random generator is read"):
        capture(lambda x: step(x, dropout), strict=True)(np.ones(3))


def test_forward_mode_through_what_it_closes_over_is_plain():
    """x sin 2x, where 2x is computed outside of what is checkpointed: its derivative is no part of any other graph."""

    def f(x):
        y = x * 2
        return checkpoint(lambda z: z * np.sin(y))(x)

    change = jvp(f, (0.5,), (1.0,))[1]
    assert not isinstance(change, Tensor)
    np.testing.assert_allclose(change, np.sin(1.0) + np.cos(1.0))


@pytest.mark.parametrize("dtype", ["longdouble", "clongdouble"])
def test_bytes_of_a_longdouble_that_have_no_value_do_not_count(dtype):
    """A run that leaves something else in them is no other function; the last bit of the value is."""
    x = np.array([1.5, -2.25, np.nan, np.inf, 0.1], dtype)
    raw = np.frombuffer(bytearray(x.tobytes()), np.uint8).reshape(-1, np.finfo(dtype).dtype.itemsize).copy()
    raw[:, np.finfo(dtype).dtype.itemsize - 1] ^= 85
    other = raw.reshape(-1).view(dtype)
    if np.finfo(dtype).nmant == 63:  # 80 bits of 128
        assert x.tobytes() != other.tobytes()
        assert bits(x) == bits(other)
    changed = x.copy()
    changed[1] = np.nextafter(np.real(x[1]), np.longdouble(0))
    assert bits(x) != bits(changed)
