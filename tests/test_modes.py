"""no_grad and enable_grad: nested, as decorators, under exceptions, and in threads, tasks and generators."""

import asyncio
import threading

import numpy as np
import pytest

from autograd_core import (
    Tensor,
    detect_anomaly,
    elementwise_grad,
    enable_grad,
    grad,
    hessian,
    hvp,
    is_grad_enabled,
    jacobian,
    jvp,
    no_grad,
    vjp,
)
from autograd_core.errors import AnomalyError

MODES = {"no_grad": (no_grad, False), "enable_grad": (enable_grad, True), "detect_anomaly": (detect_anomaly, True)}
every_mode = pytest.mark.parametrize(("mode", "inside"), MODES.values(), ids=MODES)


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True)


def test_nothing_is_recorded_under_no_grad(x):
    with no_grad():
        for y in (x * 2, np.exp(x), x[0], x @ x, x.sum(), x.reshape(2, 1), 2 - x, -x):
            assert not y.requires_grad
            assert y.is_leaf
        assert x.requires_grad
    assert (x * 2).requires_grad


def test_modes_nest():
    seen = [is_grad_enabled()]
    with no_grad():
        seen.append(is_grad_enabled())
        with enable_grad():
            seen.append(is_grad_enabled())
            with no_grad():
                seen.append(is_grad_enabled())
            seen.append(is_grad_enabled())
        seen.append(is_grad_enabled())
    seen.append(is_grad_enabled())
    assert seen == [True, False, True, False, True, False, True]


def test_enable_grad_inside_detect_anomaly_goes_on_searching(x):
    zero = x - x
    with (
        np.errstate(invalid="ignore"),
        detect_anomaly(),
        no_grad(),
        enable_grad(),
        pytest.raises(AnomalyError, match="divide made"),
    ):
        zero / zero


@every_mode
def test_one_manager_can_be_entered_twice(mode, inside):
    manager = mode()
    with manager, manager:
        assert is_grad_enabled() is inside
    with manager:
        assert is_grad_enabled() is inside
    assert is_grad_enabled()


@every_mode
def test_missing_parentheses_are_noticed(mode, inside):
    name = mode.__name__
    with pytest.raises(TypeError, match=rf"{name} has to be called: write `@{name}\(\)` above a function"):

        @mode
        def f():
            pass

    with pytest.raises(TypeError, match=rf"{name} has to be called: write `with {name}\(\):`"), mode:
        pass
    assert is_grad_enabled()


@every_mode
def test_an_exception_sets_the_mode_back(mode, inside):
    def fail():
        with mode():
            assert is_grad_enabled() is inside
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert is_grad_enabled()


@every_mode
def test_as_a_decorator(mode, inside):
    @mode()
    def f(n, *, fail=False):
        """What f does."""
        if fail:
            raise KeyError
        return is_grad_enabled() if n == 0 else f(n - 1)

    with no_grad() if inside else enable_grad():
        assert f(3) is inside
        with pytest.raises(KeyError):
            f(0, fail=True)
        assert is_grad_enabled() is not inside
    assert (f.__name__, f.__doc__) == ("f", "What f does.")


# Generators: the mode is the generator's while its code runs, never its caller's


@every_mode
def test_a_decorated_generator_never_leaks(mode, inside):
    seen, closed = [], []

    @mode()
    def numbers():
        try:
            for i in range(3):
                seen.append(is_grad_enabled())
                yield i
        finally:
            closed.append(is_grad_enabled())

    outer = no_grad if inside else enable_grad
    with outer():
        for _ in numbers():
            assert is_grad_enabled() is not inside
        one, other = numbers(), numbers()
        assert (next(one), next(other), next(one)) == (0, 0, 1)
        assert is_grad_enabled() is not inside
        one.close()
        del other
        assert is_grad_enabled() is not inside
    assert set(seen) == {inside}
    assert closed == [inside] * 3


def test_a_decorated_generator_takes_what_is_sent_thrown_and_returned():
    @no_grad()
    def echo():
        got = None
        while got != "stop":
            try:
                got = yield got, is_grad_enabled()
            except KeyError as error:
                got = repr(error)
        return "done"

    generator = echo()
    assert next(generator) == (None, False)
    assert generator.send(1) == (1, False)
    assert generator.throw(KeyError("k")) == ("KeyError('k')", False)
    assert is_grad_enabled()
    with pytest.raises(StopIteration) as stop:
        generator.send("stop")
    assert stop.value.value == "done"
    second = echo()
    next(second)
    with pytest.raises(ZeroDivisionError):
        second.throw(ZeroDivisionError)
    assert is_grad_enabled()


# Threads and tasks


def test_a_thread_starts_recording_and_keeps_its_mode_to_itself():
    inside, checked = threading.Event(), threading.Event()
    seen = []

    def work():
        seen.append(is_grad_enabled())
        with no_grad():
            inside.set()
            checked.wait(10)
            seen.append(is_grad_enabled())

    with no_grad():
        thread = threading.Thread(target=work)
        thread.start()
        inside.wait(10)
    seen.append(is_grad_enabled())
    checked.set()
    thread.join()
    assert seen == [True, True, False]


def test_sixteen_threads_of_gradients_equal_one():
    shared = Tensor([0.5, -1.5, 2.0], requires_grad=True)
    f = lambda x, k: np.sum(np.tanh(x * k) * x) / (1 + k)

    def one(k):
        x = Tensor(shared.numpy() * k, requires_grad=True)
        y = (np.tanh(x) * shared.detach()).sum() * k
        if k % 3 == 0:
            with no_grad():
                assert not (x * shared).requires_grad
        y.backward()
        return x.grad + grad(f)(shared.numpy(), float(k))

    expected = [one(k) for k in range(200)]
    found = [[] for _ in range(16)]
    threads = [threading.Thread(target=lambda results=results: results.extend(map(one, range(200)))) for results in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for results in found:
        np.testing.assert_array_equal(results, expected)


def test_tasks_keep_their_modes_apart():
    seen = {}

    async def work(name, mode, inside):
        with mode():
            for _ in range(3):
                await asyncio.sleep(0)
                seen.setdefault(name, set()).add(is_grad_enabled() is inside)

    async def everything():
        await asyncio.gather(*(work(name, mode, inside) for name, (mode, inside) in MODES.items()))
        assert is_grad_enabled()

    asyncio.run(everything())
    assert seen == {name: {True} for name in MODES}


def test_a_decorated_coroutine_has_the_mode_until_it_ends():
    seen = []

    @no_grad()
    async def work():
        seen.append(is_grad_enabled())
        await asyncio.sleep(0)
        seen.append(is_grad_enabled())
        return 5

    async def everything():
        results = await asyncio.gather(work(), work())
        return [*results, await work(), is_grad_enabled()]

    assert asyncio.run(everything()) == [5, 5, 5, True]
    assert seen == [False] * 6


def test_an_async_generator_cannot_be_decorated():
    with pytest.raises(TypeError, match=r"no_grad: an async generator cannot be decorated; write `with no_grad\(\):`"):

        @no_grad()
        async def numbers():
            yield 1


A, B, ONES = np.array([0.3, 0.5]), np.array([0.2, -0.4]), np.ones(2)
UNDER_NO_GRAD = {
    "jvp of one result twice": lambda: jvp(lambda a: (lambda t: (t, t))(np.tanh(a)), (A,), (ONES,)),
    "jvp of a pullback": lambda: jvp(lambda a, b: vjp(lambda a, b: np.tanh(a + b), a, b)[1](ONES), (A, B), (ONES, B)),
    "jvp of a gradient by two": lambda: jvp(grad(lambda a, b: np.sum(np.tanh(a + b)), (0, 1)), (A, B), (ONES, B)),
    "vjp of one result twice": lambda: vjp(lambda a: (lambda t: (t, t))(np.tanh(a)), A)[1]((ONES, A)),
    "vjp of a pullback": lambda: vjp(lambda a: vjp(lambda a: (lambda t: (t, t))(np.sin(a)), a)[1]((ONES, B)), A)[1]((ONES,)),
    "hvp of a sum of two": lambda: hvp(lambda p: np.sum(np.tanh(p[0] + p[1])))((A, B), (ONES, B)),
    "hessian": lambda: hessian(lambda p: np.sum(np.tanh(p[0] + p[1])))((A, B)),
    "hessian at a tie": lambda: hessian(lambda a: np.sum(np.maximum(a, -a) ** 2))(0 * A),
    "hessian at a kink": lambda: hessian(lambda a: np.linalg.norm(a) ** 2)(0 * A),
    "jacobian of one result twice": lambda: jacobian(lambda a: (lambda t: (t, t))(np.tanh(a)))(A),
    "third derivative": lambda: elementwise_grad(elementwise_grad(elementwise_grad(np.tanh)))(A),
}


@pytest.mark.parametrize("name", UNDER_NO_GRAD)
def test_derivatives_are_the_same_under_no_grad(name):
    """What is differentiated is a function, whose own operations are recorded; no_grad is about what is around it."""
    derivative = UNDER_NO_GRAD[name]
    expected = derivative()
    with no_grad():
        got = derivative()
    for theirs, ours in zip(flat(expected), flat(got), strict=True):
        assert type(ours) is np.ndarray
        np.testing.assert_array_equal(ours, theirs)


def test_jvp_of_one_result_twice_under_no_grad():
    """tanh' = 1 - tanh²."""
    with no_grad():
        _, (first, second) = jvp(lambda a: (lambda t: (t, t))(np.tanh(a)), (A,), (ONES,))
    np.testing.assert_allclose(first, 1 - np.tanh(A) ** 2)
    np.testing.assert_allclose(second, 1 - np.tanh(A) ** 2)


def flat(nested):
    return [part for value in nested for part in flat(value)] if isinstance(nested, tuple | list) else [nested]
