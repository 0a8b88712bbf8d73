"""jvp while the function runs: what a function may do meanwhile, and where the tangents go another way."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from autograd_core import Tensor, capture, enable_grad, grad, jvp, no_grad, primitive, vjp, vmap
from autograd_core.compat.hips.extend import defvjp
from autograd_core.compat.hips.extend import primitive as hips_primitive
from autograd_core.errors import GraphError
from autograd_core.functional.trace import Trace
from autograd_core.graph import pushing
from autograd_core.graph.modes import recording

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
T = np.array([[1.0, 2.0, -1.0], [0.5, -0.5, 3.0]])


def along(f, x=X, t=T, h=1e-4):
    """The derivative of f in a direction, by differences of the fourth order."""
    at = lambda s: np.asarray(getattr(f(Tensor(x + s * t)), "data", None))
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


@pytest.fixture
def collected(monkeypatch):
    """How often a graph is collected: not at all if the tangents go with the operations."""
    calls, look = [], Trace.look
    monkeypatch.setattr(Trace, "look", lambda trace: calls.append(trace) or look(trace))
    return calls


def rows(x):
    y = x * 2
    y[0] *= x[1]
    row = y[1]
    row += np.sin(x[0])
    return y * y


def views(x):
    y = x + 0
    flat = y.reshape(-1)
    flat[2] = flat[3] * flat[1]
    y.T[0] = 1.0
    return np.tanh(y) @ flat[:3]


def refilled(x):
    buffer = np.full(3, 1.5)
    y = x * buffer
    buffer[:] = 2.0
    y = y * y * buffer
    buffer[:] = 0.0
    return y


@primitive(outputs=2, x=lambda g, out: g[0] * out[1] - g[1] * out[0])
def sincos(x):
    return np.sin(x), np.cos(x)


def several(x):
    s, c = sincos(x * x)
    return s * sincos(c)[1] + np.linalg.slogdet(x @ x.T)[1]


def unused(x):
    np.sqrt(x - x)  # whose slope is infinite; nothing depends on it
    np.linalg.eigh(np.zeros((2, 2)) + 0 * x[:, :2])
    return x**3


def stopped(x):
    with no_grad():
        scale = np.sum(x)
    return x * x + 0 * scale


@pytest.mark.parametrize("f", [rows, views, refilled, several, stopped, lambda x: np.fft.ifft(np.fft.fft(x) * (1 + 1j * x)).real])
def test_whatever_a_function_does(collected, f):
    out, tangent = jvp(f, (X,), (T,))
    np.testing.assert_array_equal(out, f(Tensor(X)).data)
    np.testing.assert_allclose(tangent, along(f), rtol=1e-9, atol=1e-9)
    assert collected == []


def test_what_is_not_used_does_no_harm():
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(jvp(unused, (X,), (T,))[1], 3 * X**2 * T)


# Tangents take memory, and who has pushed to a hundred megabytes of them waits with the rest, to let each go after its last use


@pytest.mark.parametrize("room", [-1, 100, 300])
@pytest.mark.parametrize("f", [rows, views, several, lambda x: np.tanh(np.exp(x) @ x.T) * x[:, :2]])
def test_with_little_room(monkeypatch, collected, room, f):
    expected = jvp(f, (X,), (T,))[1]
    monkeypatch.setattr(pushing, "ROOM", room)
    np.testing.assert_array_equal(jvp(f, (X,), (T,))[1], expected)
    assert collected == []


@pytest.mark.parametrize("room", [1 << 20, -1])
def test_tangents_are_not_the_users_arrays(monkeypatch, room):
    monkeypatch.setattr(pushing, "ROOM", room)
    for f in (lambda x: x, lambda x: x + 1, lambda x: (x + 0)[:1], lambda x: (sincos(x), x - 0)[1]):
        tangent = jvp(f, (X,), (T,))[1]
        assert not np.shares_memory(tangent, T)


def test_what_waits_must_not_be_changed(monkeypatch):
    monkeypatch.setattr(pushing, "ROOM", -1)
    with pytest.raises(GraphError, match="then changed in place"):
        jvp(refilled, (X,), (T,))


# Nesting, and what else the result depends on


def test_derivatives_of_derivatives(collected):
    f = lambda x: np.sum(np.tanh(x) * np.exp(x[::-1]))
    slope = lambda x: np.exp(x[::-1]) / np.cosh(x) ** 2 + np.tanh(x[::-1]) * np.exp(x)
    np.testing.assert_allclose(jvp(grad(f), (X,), (T,))[1], along(lambda x: Tensor(slope(x.data))), rtol=1e-9, atol=1e-9)
    assert len(collected) == 1  # the gradient's
    cubed = lambda x: jvp(lambda y: y**3, (x,), (T,))[1]
    np.testing.assert_allclose(jvp(cubed, (X,), (T,))[1], 6 * X * T * T, rtol=1e-14)
    np.testing.assert_allclose(grad(lambda x: np.sum(cubed(x)))(X), 6 * X * T, rtol=1e-14)


def test_inner_derivatives_of_something_else():
    inner = lambda x: x * grad(np.sin)(0.5) + jvp(np.exp, (1.0,), (2.0,))[1] * x**2
    np.testing.assert_allclose(jvp(inner, (X,), (T,))[1], T * np.cos(0.5) + 4 * np.e * X * T, rtol=1e-14)
    mixed = lambda x: jvp(lambda y: x * y * y, (3.0,), (1.0,))[1]
    np.testing.assert_allclose(jvp(mixed, (X,), (T,))[1], 6 * T, rtol=1e-14)


def test_parameters():
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    out, tangent = jvp(lambda x: w * w * x, (X,), (T,))
    np.testing.assert_array_equal(tangent.data, w.data**2 * T)
    np.sum(tangent * T).backward(retain_graph=True)
    np.testing.assert_allclose(w.grad, np.sum(2 * w.data * T * T, 0))
    w.grad = None
    np.sum(out).backward()
    np.testing.assert_allclose(w.grad, np.sum(2 * w.data * X, 0))
    made = lambda x: x * Tensor([1.0, 2.0, 3.0], requires_grad=True)  # which nobody can ask for
    np.testing.assert_array_equal(jvp(made, (X,), (T,))[1], [1, 2, 3] * T)


def test_tangents_in_a_graph():
    v = Tensor(T, requires_grad=True)
    _, tangent = jvp(np.sin, (X,), (v,))
    np.sum(tangent).backward()
    np.testing.assert_allclose(v.grad, np.cos(X))
    np.testing.assert_allclose(jvp(np.sin, (X,), (Tensor(T),))[1], np.cos(X) * T)  # in none


def test_what_stands_beside():
    f = lambda x: (np.sin(x), {"sum": np.sum(x), "n": 3})
    out, tangent, aux = jvp(f, (X,), (T,), has_aux=True)
    np.testing.assert_allclose(tangent, np.cos(X) * T)
    assert type(out) is np.ndarray
    assert type(aux["sum"]) is np.float64
    w = Tensor(2.0, requires_grad=True)
    _, tangent, aux = jvp(lambda x: (x * 2, w), (X,), (T,), has_aux=True)
    np.testing.assert_array_equal(tangent.data if isinstance(tangent, Tensor) else tangent, 2 * T)
    assert aux is w


# Where one pass does not tell


def test_hooks_see_gradients():
    def hooked(x):
        y = x * 2
        y.register_hook(lambda g: g * 10)
        return y * 3

    np.testing.assert_array_equal(jvp(hooked, (X,), (T,))[1], 60 * T)


def test_threads_and_modes_have_no_part():
    with ThreadPoolExecutor(1) as pool:
        np.testing.assert_allclose(
            jvp(lambda x: x * pool.submit(np.sin, x).result(), (X,), (T,))[1], (np.sin(X) + X * np.cos(X)) * T
        )

    def inside(x):
        with enable_grad():
            y = np.sin(x)
        return y * x

    np.testing.assert_allclose(jvp(inside, (X,), (T,))[1], (np.sin(X) + X * np.cos(X)) * T)
    with no_grad():
        np.testing.assert_allclose(jvp(np.sin, (X,), (T,))[1], np.cos(X) * T)


def test_errors_leave_nothing_behind():
    @primitive(x=lambda g, x: 1 / 0)
    def wrong(x):
        return x * 2

    with pytest.raises(ZeroDivisionError):
        jvp(wrong, (X,), (T,))
    with pytest.raises(KeyError):
        jvp(lambda x: {}[x.shape], (X,), (T,))
    assert recording.get() is True


def test_warnings_are_those_of_the_function():
    f = lambda x: np.sqrt(np.where(x > 0, x, 0)) * 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(divide="raise", invalid="raise"):
            np.testing.assert_allclose(jvp(f, (np.array([4.0, 9.0]),), (np.ones(2),))[1], [0.5, 1 / 3])
        with pytest.raises(RuntimeWarning, match="log"):
            jvp(lambda x: np.log(x - 1), (1.0,), (1.0,))
    with np.errstate(divide="ignore"):
        assert jvp(lambda x: np.sum(np.where(x > 0, np.log(x), 0)), (np.array([0.0, 2.0]),), (np.ones(2),))[1] == 0.5


# Captured steps


def test_captured_steps():
    @capture
    def step(x, t):
        return jvp(lambda x: np.sin(x) * x, (x,), (t,))[1]

    for k in range(4):
        np.testing.assert_allclose(step(X + k, T), (np.cos(X + k) * (X + k) + np.sin(X + k)) * T, rtol=1e-13)

    @capture(strict=True)
    def inner(x):
        return np.sin(x) * 2

    for k in range(4):
        np.testing.assert_allclose(jvp(lambda x: x * inner(X), (X + k,), (T,))[1], 2 * np.sin(X) * T, rtol=1e-14)
    assert step.program
    assert inner.program


def test_in_batches():
    f = lambda x, t: jvp(lambda x: np.sum(np.tanh(x) * X[0]), (x,), (t,))[1]
    np.testing.assert_allclose(vmap(f)(X, T), np.sum(T * X[0] / np.cosh(X) ** 2, 1), rtol=1e-13)
    each = lambda x: np.sum(vmap(lambda row: np.sin(row) * row)(x), 0)
    np.testing.assert_allclose(jvp(each, (X,), (T,))[1], np.sum((np.cos(X) * X + np.sin(X)) * T, 0), rtol=1e-13)


def test_without_a_quick_way_to_silence_numpy(monkeypatch, collected):
    """After f, by a walk through the graph, as where something does not depend on the arguments alone."""
    monkeypatch.setattr(pushing, "QUIET", None)
    np.testing.assert_array_equal(jvp(np.tanh, (X,), (T,))[1], T / np.cosh(X) ** 2)
    assert len(collected) == 1


class Turned:
    """A method with a rule that reads an attribute."""

    scale = 1.0

    @primitive(x=lambda g, self: -self.scale * g)
    def __call__(self, x):
        return np.array(x)


def test_a_rule_that_reads_something_outside_is_run_each_time():
    """What forward mode makes of a user's rule is not kept: a λ that it closes over, or an attribute, may change."""
    scale, turned = [1.0], Turned()
    closed = primitive(x=lambda g: -scale[0] * g)(lambda x: np.array(x))
    like_hips = hips_primitive(lambda x: np.array(x))
    defvjp(like_hips, lambda ans, x: lambda g: -scale[0] * g)
    x, t = np.ones(3), np.arange(3.0)
    for scale[0] in (1.0, 5.0):
        turned.scale = scale[0]
        for f in (closed, turned, like_hips):
            np.testing.assert_array_equal(jvp(f, (x,), (t,))[1], -scale[0] * t)
            np.testing.assert_array_equal(vjp(f, x)[1](t)[0], -scale[0] * t)
