"""The stages of a replay alone: the plan of its buffers, the table of lowerings, what it says about warnings."""

import re
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, capture, value_and_grad
from autograd_core.capturing.program.calls import Call, Source
from autograd_core.capturing.program.program import Effect, Program
from autograd_core.capturing.replay.buffers import plan
from autograd_core.capturing.replay.lowering.table import TABLE, lowering
from tests.capture.common import equal, replays

X = np.random.default_rng(0).normal(size=(4, 3))


def chain(*functions):
    """A program of calls on one argument, each of the result of the one before; the values in order."""
    source = Source("argument", "x", "a0", X)
    values, calls = [source.value], []
    for function in functions:
        calls.append(Call(function, (values[-1],), {}, function(values[-1].sample)))
        values.append(calls[-1].out)
    return Program((source,), tuple(calls), (), (), (values[-1],)), values


def test_a_plan_is_a_map_from_values_to_arrays():
    program, (x, first, second, third, last) = chain(np.exp, np.transpose, np.tanh, np.negative)
    made = plan(program)
    assert x not in made.arrays  # an argument, which is another one each time
    assert np.may_share_memory(made.arrays[first], made.arrays[second])  # a view, made once
    assert made.arrays[second].shape == (3, 4)
    assert made.arrays[third].shape == (3, 4)
    assert last not in made.arrays  # the caller's
    assert [step.call for step in made.steps] == list(program.calls)
    with pytest.raises(TypeError):
        made.arrays[x] = X
    with pytest.raises(AttributeError):
        made.arrays = {}
    assert str(made).splitlines()[0] == "exp              <float64[4, 3]>      block 0 + 0"
    assert len(str(made).splitlines()) == 3


def test_a_plan_writes_over_what_nobody_needs_any_more():
    program, (_, *values, _) = chain(np.exp, np.tanh, np.negative, np.cos)
    made = plan(program)
    assert len({id(made.arrays[value]) for value in values}) == 1
    assert made.nbytes == X.nbytes
    (source,) = program.sources
    both = Call(np.add, (values[0], values[1]), {}, X)
    made = plan(Program((source,), (*program.calls[:2], both), (), (Effect("grad", source, both.out),), ()))
    assert made.arrays[values[0]] is not made.arrays[values[1]]
    assert both.out in made.lasting


def test_a_lowering_is_one_entry():
    """What makes one function quick: here the cube root of an array, for which NumPy is told nothing."""

    @lowering(np.cbrt)
    def root(w, call):
        w.line(f"{w.function(np.power)}({w.text(call.args[0])}, 1 / 3, {w.out(call)})  # a root", call)

    try:
        fast = capture(lambda x: np.cbrt(np.exp(x)) * 2, strict=True)
        for _ in range(3):
            equal(fast(X), np.cbrt(np.exp(X)) * 2)
        assert "# a root" in fast.program.text
    finally:
        assert TABLE.pop(np.cbrt)[0].write is root


# Warnings


def test_only_what_the_step_has_silenced_is_silent():
    w = Tensor(np.ones(3), requires_grad=True)

    def step(x):
        w.grad = None
        with np.errstate(divide="ignore"):
            quiet = np.log(x)
        loud = np.log(x * 2)
        np.sum(w * loud).backward()
        return quiet, loud

    fast = capture(step, strict=True)
    good, bad = np.full(3, 2.0), np.array([0.0, 2.0, 2.0])
    for _ in range(4):
        fast(good)
    replays(fast, good)
    with pytest.warns(RuntimeWarning) as caught:
        quiet, _ = fast(bad)
    np.testing.assert_array_equal(quiet, [-np.inf, np.log(2), np.log(2)])
    assert {str(warning.message).split(" encountered")[0] for warning in caught} == {"divide by zero"}
    assert "errstate(divide='ignore')" in fast.program.text


def test_what_is_silenced_in_calls_that_are_made_once():
    """Of data that the step closes over: the silenced calls are inside of the comparison with its copy."""
    data = np.array([0.0, 1.0, 2.0])

    def step(x):
        with np.errstate(divide="ignore"):
            inverse = 1 / data
        return np.where(data > 0, inverse, 0) + np.sqrt(data + 1) + x

    fast = capture(step, strict=True)
    for first in (0.0, 0.0, 0.0, 0.0, 4.0, 0.0):
        data[0] = first
        equal(fast(np.ones(3)), step(np.ones(3)))
    assert "bytearray" in fast.program.text
    assert "errstate" in fast.program.text.split("bytearray()")[1]
    replays(fast, np.ones(3))


def test_the_same_call_silenced_once_may_warn():
    """Made once, as the pass `shared` does, it warns as the one of the two that is not silenced."""

    def step(x):
        with np.errstate(divide="ignore"):
            first = np.log(x)
        return first + np.log(x)

    fast = capture(step, strict=True)
    for _ in range(3):
        fast(np.ones(3))
    assert fast.program.text.count("log(") == 1
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        fast(np.zeros(3))


def test_a_step_that_wants_an_error_has_one():
    def step(x):
        with np.errstate(divide="raise"):
            return np.log(x)

    fast = capture(step, strict=True)
    for _ in range(3):
        fast(np.ones(3))
    replays(fast, np.ones(3))
    with pytest.raises(FloatingPointError):
        fast(np.zeros(3))


# Numbers, for which Python raises an error where NumPy answers inf or nan


@pytest.mark.parametrize(
    ("step", "bad"),
    [
        (lambda state: 1 / state["a"], 0.0), (lambda state: state["a"] ** -2, 0.0), (lambda state: state["a"] ** 400, 10.0),
        (lambda state: 3.0 % state["a"], 0.0), (lambda state: 3.0 // state["a"], 0.0),
    ],
    ids=["a quotient", "a power of 0", "a large power", "a rest", "a floor"],
)  # fmt: skip
def test_numbers_without_a_finite_result(step, bad):
    state = {"a": np.float64(9.0)}

    def counted():
        state["a"] -= 1
        return step(state)

    fast = capture(counted, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in (3.0, 5.0, 4.0, bad, bad, bad, bad, bad, bad, 2.0, bad):
            state["a"] = np.float64(number + 1)
            found = fast()
            assert state["a"] == number
            equal(found, step(state), exact=True)
        for number in (bad, 2.0):
            state["a"] = np.float64(number + 1)
            replays(fast)


NUMBERS_OF_TWO_DTYPES = {
    "the greater one, an integer": (lambda a, b: np.maximum(a, b) * 10**18, np.int64(3), np.float64(5)),
    "a choice": (lambda a, b: np.where(b < 0, a, b) * 10**18, np.int64(30), np.float64(2)),
    "a zero": (lambda a, b: 1 / -np.where(b < 0, 0, b), np.int64(1), np.float64(2)),
    "a shorter one": (lambda a, b: np.maximum(a, b) * np.float32(1 / 3), np.float32(3), np.float64(5)),
    "a stack": (lambda a, b: np.stack([np.maximum(a, b)]), np.int64(3), np.float64(5)),
}


@pytest.mark.parametrize("name", NUMBERS_OF_TWO_DTYPES)
def test_a_chosen_number_has_the_dtype_of_the_result(name):
    """It is recorded where the other one is chosen, so that nothing shows it."""
    f, a, b = NUMBERS_OF_TWO_DTYPES[name]
    fast = capture(f, strict=True)
    for _ in range(3):
        fast(a, b)
    with np.errstate(divide="ignore"):
        got, expected = fast(a, np.float64(-2)), f(a, np.float64(-2))
    assert (type(got), got.dtype) == (type(expected), expected.dtype)
    np.testing.assert_array_equal(got, expected)


def test_sums_of_truths_are_truths():
    held = {"x": np.float64(1.0), "y": np.float64(2.0)}
    fast = capture(lambda a: a * ((held["x"] > 0) + (held["y"] > 0)), strict=True)
    assert [float(fast(np.float64(2.5))) for _ in range(3)] == [2.5] * 3


def test_a_gradient_that_depends_on_nothing_is_the_number_that_it_was():
    for f in (np.rint, np.mean, lambda x: np.sum(np.floor(x)) + x):
        both = value_and_grad(f)
        fast = capture(both, strict=True)
        for x in (np.array(1.0), np.float64(1.0)):
            for _ in range(3):
                found = fast(x)
            assert [(type(each), each) for each in found] == [(type(each), each) for each in both(x)]


def test_names_of_what_is_not_needed_any_more_are_given_again():
    """A sum of 300 terms: of two numbers at a time."""

    def step(x):
        total = x[0]
        for k in range(1, 300):
            total = total + np.sin(x[0]) * k
        return total

    x = np.array([0.3])
    fast = capture(step, strict=True)
    for _ in range(3):
        assert fast(x) == step(x)
    names = re.findall(r"\bv\d+\b", fast.program.text)
    assert len(names) > 1000 > 10 > len(set(names))
