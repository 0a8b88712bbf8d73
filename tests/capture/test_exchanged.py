"""What is inside of an object exchanged between calls, by ways that are not assignments; and what a step does to arguments."""

import functools

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.errors import CaptureError
from tests.capture.common import NATIVE

pytestmark = pytest.mark.usefixtures("either_way")

X = np.array([1.0, -2.0, 3.0])


def scaled(x, scale=1.0, **more):
    return x * scale + sum(more.values())


def other(x, scale=1.0, **more):
    return x * scale * 10.0


class Part(functools.partial):
    pass


STATES = {
    "keywords": (scaled, (), {"scale": 5.0}, {}), "a keyword more": (scaled, (), {"scale": 2.0, "more": 3.0}, {}),
    "the function": (other, (), {"scale": 2.0}, {}), "positions": (scaled, (X * 7.0,), {}, {}),
}  # fmt: skip


@NATIVE
@pytest.mark.parametrize("make", [functools.partial, Part, lambda *a, **k: functools.partial(functools.partial(*a), **k)])
@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize("by_the_class", [False, True])
def test_the_state_of_a_partial(native, make, state, by_the_class):
    part = make(scaled, scale=2.0)
    step = lambda x: part() * x if part.args else part(x)
    fast = capture(step, native=native)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X))
    functools.partial.__setstate__(part, state) if by_the_class else part.__setstate__(state)
    if part.args:
        with pytest.warns(RuntimeWarning, match=r"reaches the array part.args\[0\], into which a replay cannot look"):
            np.testing.assert_array_equal(fast(X), step(X))
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X))
    part.keywords["scale"] = 4.0
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X))


def doubled(t):
    t.data = t.data * 2


def raised(t):
    t += 1.0


def part_set(t):
    t[0] = 1.0


def data_set(t):
    t.data[...] = 1.0


def named(t):
    t.name = "argument"


def made_a_leaf(t):
    t.requires_grad = True


def with_gradient(t):
    t.grad = X


CHANGES = (doubled, raised, part_set, data_set, named, made_a_leaf, with_gradient)


@NATIVE
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("given", [lambda t: t, lambda t: {"t": t}], ids=["alone", "in a dict"])
def test_a_step_that_changes_a_tensor_it_is_given_is_refused(native, change, given):
    def step(given):
        t = given if isinstance(given, Tensor) else given["t"]
        try:
            change(t)
        finally:
            result = np.sum(t.numpy())
        return result

    fast = capture(step, strict=True, native=native)
    calls = lambda: [fast(given(Tensor(X.copy()))) for _ in range(2)]
    with pytest.raises(CaptureError, match=r"the step changes an argument, a.*, in place, which a replay does not; return"):
        calls()


@NATIVE
@pytest.mark.parametrize("answer", [lambda name: 9.0, lambda name: X, lambda name: None])
def test_an_object_that_no_longer_says_what_is_in_it(native, answer):
    class Thing:
        pass

    thing = Thing()
    thing.scale = 2.0
    step = lambda x: x * thing.scale if thing.scale is not None else x
    fast = capture(step, native=native)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), X * 2.0)
    Thing.__getattribute__ = lambda self, name: answer(name)
    with pytest.warns(RuntimeWarning, match="capture: the step reaches thing, a Thing, into which a replay cannot look"):
        np.testing.assert_array_equal(fast(X), step(X))
    np.testing.assert_array_equal(fast(X), step(X))


@NATIVE
def test_an_object_that_answers_in_its_own_way_from_some_call_on(native):
    class Thing:
        pass

    thing = Thing()
    thing.scale, thing.factor = 2.0, 5.0
    step = lambda x: x * thing.scale
    fast = capture(step, native=native)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), X * 2.0)
    Thing.__getattribute__ = lambda self, name: object.__getattribute__(self, "factor" if name == "scale" else name)
    for factor in (5.0, 6.0, 7.0, 7.0):
        thing.factor = factor
        np.testing.assert_array_equal(fast(X), X * factor)
