"""Which object is which: arrays and Tensors that are given twice or that the step has from elsewhere too, and objects as keys."""

import math
import operator

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.errors import CaptureError
from tests.capture.common import NATIVE

pytestmark = [
    pytest.mark.usefixtures("either_way"),
    pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning"),
]
X = np.array([1.0, -2.0, 3.0])
A, ANOTHER_NAME = X * 5.0, id
CONSTANT, LEAF = Tensor(X * 3.0), Tensor(X * 4.0, requires_grad=True)
FACTORS, BOTH = {CONSTANT: 2.0}, {CONSTANT, LEAF}

OF_TENSORS = {
    "is": lambda t, u: (t * (2.0 if t is u else 3.0) + u).detach(),
    "id": lambda t, u: (t * (2.0 if id(t) == id(u) else 3.0) + u).detach(),
    "a constant": lambda t, u: (t * (2.0 if t is CONSTANT else 3.0) + u + CONSTANT).detach(),
    "in a dict": lambda t, u: (t * FACTORS.get(t, 5.0) + u).detach(),
    "in a set": lambda t, u: (t * (2.0 if t in BOTH else 3.0) + u).detach(),
    "a set of them": lambda t, u: (t * len({t, u})).detach(),
    "a dict of them": lambda t, u: (t * sum({t: 1.0, u: 2.0}.values())).detach(),
    "operator.is_": lambda t, u: (t * (2.0 if operator.is_(t, u) else 3.0)).detach(),
    "their arrays": lambda t, u: (t * (2.0 if t.data is u.data else 3.0)).detach(),
    "hash": lambda t, u: (t * (2.0 if hash(t) == hash(u) else 3.0)).detach(),
    "memory": lambda t, u: (t * (2.0 if np.shares_memory(t, u) else 3.0)).detach(),
}
OF_ARRAYS = {
    "is": lambda x, y: x * (2.0 if x is y else 3.0) + y,
    "is not": lambda x, y: x * (2.0 if x is not A else 3.0) + y + A,
    "id": lambda x, y: x * (2.0 if id(x) == id(y) else 3.0) + y,
    "id of another": lambda x, y: x * (2.0 if id(x) == id(A) else 3.0) + y + A,
    "operator.is_not": lambda x, y: x * (2.0 if operator.is_not(x, y) else 3.0) + y,
    "map": lambda x, y: x * len(set(map(id, [x, y]))),
    "another name": lambda x, y: x * len({ANOTHER_NAME(x): 1, ANOTHER_NAME(y): 2}),
    "memory": lambda x, y: x * (2.0 if np.shares_memory(x, y) else 3.0),
    "perhaps memory": lambda x, y: x * (2.0 if np.may_share_memory(x, y) else 3.0),
}
ORDERS = ("ab ab ab ab aa Cb bC CC aC ab aa LL La ab", "aa aa aa ab bb CC CC ab", "CC CC CC ab aa Ca", "av av av ab va av aa")


@NATIVE
@pytest.mark.parametrize("order", ORDERS, ids=["two", "one", "its own", "a view"])
@pytest.mark.parametrize("step", OF_TENSORS.values(), ids=OF_TENSORS)
def test_tensors(step, order, native):
    a = Tensor(X)
    given = {"a": a, "b": Tensor(X * 2.0), "C": CONSTANT, "L": LEAF, "v": a.detach()}
    fast = capture(step, native=native)
    for pair in order.split():
        arguments = [given[letter] for letter in pair]
        np.testing.assert_array_equal(fast(*arguments), step(*arguments))


@NATIVE
@pytest.mark.parametrize("order", ORDERS, ids=["two", "one", "its own", "a view"])
@pytest.mark.parametrize("step", OF_ARRAYS.values(), ids=OF_ARRAYS)
def test_arrays(step, order, native):
    x = X.copy()
    given = {"a": x, "b": X * 2.0, "C": A, "L": A[::-1], "v": x[:]}
    fast = capture(step, native=native)
    for pair in order.split():
        arguments = [given[letter] for letter in pair]
        np.testing.assert_array_equal(fast(*arguments), step(*arguments))


def test_a_tensor_given_twice_is_captured():
    step = lambda t, u: (t * len({t, u}) * u).detach()
    fast = capture(step, strict=True)
    for _ in range(3):
        for t, u in ((Tensor(X), Tensor(X)), (CONSTANT, Tensor(X)), (LEAF, CONSTANT)):
            np.testing.assert_array_equal(fast(t, t), step(t, t))
            np.testing.assert_array_equal(fast(t, u), step(t, u))


@pytest.mark.parametrize("function", [np.shares_memory, np.may_share_memory])
@pytest.mark.parametrize("kind", [np.asarray, Tensor])
def test_a_question_for_memory_is_refused(function, kind):
    fast = capture(lambda x, y: np.sum(x) if function(x, y) else np.sum(y), strict=True)
    with pytest.raises(CaptureError, match=f"{function.__name__} of a value of the step would be that of the recording"):
        fast(kind(X), kind(X))


def labelled(t):
    t.name = "another"


def graded(t):
    t.grad = X


ASKING = {
    "name": lambda t: (t * len(t.name or "…")).detach(), "getattr": lambda t: (t * len(t.name or "…")).detach(),
    "a computed name": lambda t: (t * len(getattr(t, "".join(["na", "me"])) or "…")).detach(),
    "grad": lambda t: (t * (2.0 if t.grad is None else 3.0)).detach(),
}  # fmt: skip


@NATIVE
@pytest.mark.parametrize("change", [labelled, graded])
@pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING)
@pytest.mark.parametrize("how", ["given", "constant", "leaf"])
def test_the_name_and_the_gradient_of_a_tensor(how, ask, change, native):
    tensor = Tensor(X, requires_grad=how == "leaf", name="t")
    step = (lambda x, t: (ask(t) * x).detach()) if how == "given" else lambda x, t: (ask(tensor) * x).detach()
    fast = capture(step, native=native)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X, Tensor(X, name="t")), step(X, Tensor(X, name="t")))
    for other in (Tensor(X), Tensor(X, name="more"), Tensor(X, name="t")):
        np.testing.assert_array_equal(fast(X, other), step(X, other))
    given = Tensor(X, name="t")
    change(given), change(tensor)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X, given), step(X, given))


class Thing:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return x * self.scale


KEYS = {
    "an object": (lambda thing: {thing: 1.0}, lambda things, x: x * sum(key.scale for key in things)),
    "with its value": (lambda thing: {thing: 2.0}, lambda things, x: x * sum(key.scale * v for key, v in things.items())),
    "in a tuple": (lambda thing: {(thing, 1): 2.0}, lambda things, x: x * sum(key[0].scale for key in things)),
    "called": (lambda thing: {thing: 2.0}, lambda things, x: sum(key(x) for key in things)),
    "a frozen set": (lambda thing: {frozenset([thing]): 1.0}, lambda things, x: sum(k(x) for key in things for k in key)),
}


@NATIVE
@pytest.mark.parametrize(("make", "use"), KEYS.values(), ids=KEYS)
def test_what_is_in_an_object_that_is_a_key(make, use, native):
    thing = Thing(2.0)
    things = make(thing)
    step = lambda x: use(things, x)
    fast = capture(step, native=native)
    for scale in (2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 1, -0.0):
        thing.scale = scale
        np.testing.assert_array_equal(fast(X), step(X))
    method = Thing.__call__
    try:
        Thing.__call__ = lambda self, x: x * 7.0
        np.testing.assert_array_equal(fast(X), step(X))
    finally:
        Thing.__call__ = method


def test_a_number_of_results_that_differs_while_recording():
    """The step takes another way by the class of what stands for a number."""
    settings = {"scale": 2.0}
    step = lambda x: (x, x * settings["scale"]) if isinstance(settings["scale"], float) else x * settings["scale"]
    fast = capture(step)
    for scale in (2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0):
        settings["scale"] = scale
        np.testing.assert_array_equal(fast(X), step(X))


@NATIVE
def test_integers_of_more_than_64_bits(native):
    """Also where NumPy makes one of 64 bits of Python's: then it wraps around."""
    settings = {"scale": 2}
    step = lambda x: (np.sort(x) * settings["scale"], np.abs(settings["scale"]) / (settings["scale"] - 3.0) + x)
    fast = capture(step, strict=True, native=native)
    for scale in (2, 2, 2, 2**70, 2**70, 5, -(2**63), 2**63 - 1, 2**63, -(2**63), 2**64, 7, 2**70):
        settings["scale"] = scale
        for _ in range(2):
            for found, expected in zip(fast(X), step(X), strict=True):
                np.testing.assert_array_equal(found, expected)


@NATIVE
@pytest.mark.parametrize("kind", [np.copy, Tensor])
@pytest.mark.parametrize("count", [3, 60])
def test_one_of_many_that_is_another(count, kind, native):
    """The tests of a guard grow with the number of arguments, not with its square."""
    constant = kind(X * 7.0)

    def step(*given):
        total = constant * 0.5
        for each in given:
            total = total + each * (3.0 if each is constant else 2.0)
        return total * (1.0 if given[0] is given[-1] else 2.0)

    fast = capture(step, native=native)
    many = [kind(X * i) for i in range(1, count + 1)]
    for _ in range(3):
        np.testing.assert_array_equal(fast(*many), step(*many))
    if not native:
        assert len(fast.program.text) < 1000 + 400 * count
    for other in ([*many[1:], many[1]], [*many[:-1], many[0]], [constant, *many[1:]], [*many[:-1], constant], many):
        for _ in range(2):
            np.testing.assert_array_equal(fast(*other), step(*other))


NUMBERS = [0.0, -0.0, 0, False, np.float64(0), 1, True, 1.0, 0.0, np.nan, np.copysign(np.nan, -1)]
FILLED = {
    "a dict": ({}, lambda d, k: d.update({k: 2.0})), "a set": (set(), lambda s, k: s.add(k)),
    "a tuple in a dict": ({}, lambda d, k: d.update({(k, "a"): 2.0})),
}  # fmt: skip


def by_key(container, x):
    """Something else for each number that is equal to another one."""
    for key in container:
        key = key[0] if isinstance(key, tuple) else key
        x = np.copysign(x, key) * (1 + [float, int, bool, np.float64].index(type(key))) + 1
    return x


@NATIVE
@pytest.mark.parametrize(("container", "fill"), FILLED.values(), ids=FILLED)
def test_keys_that_are_equal_and_not_the_same(container, fill, native):
    """The very same container, with others in it."""
    step = lambda x: by_key(container, x)
    fast = capture(step, native=native)
    for key in NUMBERS:
        container.clear()
        fill(container, key)
        for _ in range(3):
            np.testing.assert_array_equal(fast(X), step(X))


@NATIVE
def test_keys_of_arguments_that_are_equal_and_not_the_same(native):
    step = lambda d, x: by_key(d, x)
    fast = capture(step, native=native, cache_size=32)
    for key in NUMBERS:
        for _ in range(3):
            np.testing.assert_array_equal(fast({key: X}, X), step({key: X}, X))


@NATIVE
def test_sets_that_are_equal_may_give_what_is_in_them_in_another_order(native):
    numbers = set()
    step = lambda x: sum((0.5**i * k * x for i, k in enumerate(numbers)), x)
    fast = capture(step, native=native)
    for items in ([8, 0], [0, 8], [8, 0]):
        numbers.clear()
        numbers.update(items)
        for _ in range(3):
            np.testing.assert_array_equal(fast(X), step(X))


@NATIVE
def test_nans_that_a_program_tells_apart(native):
    settings = {"scale": 0j}
    step = lambda x: x * settings["scale"].imag * np.sign(math.copysign(1.0, settings["scale"].real))
    fast = capture(step, native=native)
    for scale in (complex(np.nan, 1), complex(np.nan, 2), complex(-np.nan, 2), complex(np.nan, -0.0), complex(np.nan, 0.0)):
        settings["scale"] = scale
        for _ in range(3):
            np.testing.assert_array_equal(np.signbit(fast(X)), np.signbit(step(X)))
            np.testing.assert_array_equal(fast(X), step(X))
