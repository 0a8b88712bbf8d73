"""The guard in machine code: whatever is changed between two calls is noticed, and then the step's own result is returned."""

import collections
import gc
import sys
import threading
import types

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.capturing.native import looking, objects, rows
from autograd_core.capturing.native.entry import AGAIN
from autograd_core.capturing.native.quick import Quick, UnknownTestError
from autograd_core.capturing.replay import MISS

pytest.importorskip("llvmlite", reason="native code needs llvmlite")
pytestmark = [
    pytest.mark.skipif(not objects.tells(), reason="this Python's objects are not looked at by machine code"),
    pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning"),
]
X = np.array([1.0, -2.0, 3.0])


class Any:
    """Equal to everything, as `unittest.mock.ANY` is; and a number, so that a step can compute with it."""

    __hash__ = None

    def __eq__(self, other):
        return True

    def __rmul__(self, other):
        return other * 5.0


class Angry(Any):
    def __eq__(self, other):
        raise RuntimeError("compared")


class Box:
    kind = 2.0

    def __init__(self):
        self.scale, self.items = 2.0, [1.0, 2.0]

    def __call__(self, x):
        return x * self.scale


class OtherBox(Box):
    def __call__(self, x):
        return x * self.scale * 10.0


class Slotted:
    __slots__ = ("scale",)


GLOBAL = 2.0


def in_dict(change):
    def make():
        settings = {"scale": 2.0, "shift": 1.0}
        return lambda x: x * settings["scale"] + sum(settings.values()), lambda: change(settings)

    return make


def in_list(change):
    def make():
        factors = [2.0, 3.0, Box(), 1.0]
        return lambda x: factors[2](x) * factors[0] * factors[1] * len(factors), lambda: change(factors)

    return make


def in_box(change):
    def make():
        box = Box()
        return lambda x: box(x) * box.kind + box.items[1], lambda: change(box)

    return make


def turned(settings):
    settings["scale"] = settings.pop("scale")


def replaced(things, key, value):
    things[key] = value


def in_order():
    """A dict that is gone through in its order."""
    parts = {"a": 2.0, "b": 3.0}

    def step(x):
        for name, factor in parts.items():
            x = x * factor + (1.0 if name == "a" else 0.0)
        return x

    return step, lambda: turned_to_the_end(parts)


def turned_to_the_end(parts):
    parts["a"] = parts.pop("a")


def in_closure():
    scale = 2.0

    def step(x):
        return x * scale

    def change():
        nonlocal scale
        scale = 3.0

    return step, change


def in_globals():
    def step(x):
        return x * GLOBAL

    return step, lambda: replaced(globals(), "GLOBAL", GLOBAL + 1.0)


def code():
    def inner(x):
        return x * 2.0

    def other(x):
        return x * 3.0

    return lambda x: inner(x) + 1.0, lambda: setattr(inner, "__code__", other.__code__)


def defaults():
    def inner(x, by=2.0, *, shift=1.0):
        return x * by + shift

    return lambda x: inner(x), lambda: setattr(inner, "__defaults__", (3.0,))


def keyword_defaults():
    def inner(x, by=2.0, *, shift=1.0):
        return x * by + shift

    return lambda x: inner(x), lambda: inner.__kwdefaults__.update(shift=2.0)


def of_class(change):
    def make():
        kind = type("Kind", (), {"scale": 2.0, "other": 1.0, "__call__": lambda self, x: x * self.scale})
        thing = kind()
        return lambda x: thing(x) + thing.other, lambda: change(kind, thing)

    return make


def in_slot():
    thing = Slotted()
    thing.scale = 2.0
    return lambda x: x * thing.scale, lambda: setattr(thing, "scale", 3.0)


def in_empty_slot():
    thing = Slotted()
    thing.scale = 2.0
    return lambda x: x * getattr(thing, "scale", 4.0), lambda: delattr(thing, "scale")


def in_set():
    names = {"twice"}
    return lambda x: x * 2.0 if "twice" in names else x * 1.0, names.clear


def in_tensor(change):
    def make():
        w = Tensor([1.0, 2.0, 3.0])
        return lambda x: np.sum(w * x).detach(), lambda: change(w)

    return make


def in_namespace():
    space = types.SimpleNamespace(scale=2.0, inner=types.SimpleNamespace(shift=1.0))
    return lambda x: x * space.scale + space.inner.shift, lambda: setattr(space, "inner", types.SimpleNamespace(shift=2.0))


def in_array():
    arrays = {"w": np.ones(3)}
    return lambda x: x * arrays["w"], lambda: replaced(arrays, "w", np.full(3, 2.0))


def of_array(change):
    """The array stays, its data too."""

    def make():
        array = np.array([1.0, 2.0, 3.0])
        return lambda x: x * array, lambda: change(array)

    return make


CHANGES = {
    "an item": in_dict(lambda s: replaced(s, "scale", 3.0)),
    "a key more": in_dict(lambda s: replaced(s, "more", 1.0)),
    "a key less": in_dict(lambda s: s.pop("shift") and replaced(s, "other", 1.0)),
    "another key with the same value": in_dict(lambda s: (s.update(s), replaced(s, "shift2", s.pop("shift")))),
    "the order of keys": in_order,
    "zero with another sign": in_dict(lambda s: replaced(s, "shift", -1.0)),
    "an integer in the place of a float": in_dict(lambda s: replaced(s, "scale", 2)),
    "a number of NumPy's": in_dict(lambda s: replaced(s, "scale", np.float64(2.0))),
    "an item that is equal to everything": in_list(lambda s: replaced(s, 1, Any())),
    "an item that must not be compared": in_list(lambda s: replaced(s, 1, Angry())),
    "an object in a list": in_list(lambda s: replaced(s, 2, OtherBox())),
    "a longer list": in_list(lambda s: s.append(1.0)),
    "a shorter list": in_list(lambda s: s.pop()),
    "the order of a list": in_list(lambda s: s.insert(0, s.pop(1))),
    "an attribute": in_box(lambda box: setattr(box, "scale", 3.0)),
    "an equal list": in_box(lambda box: setattr(box, "items", [1.0, 2.0])),
    "all attributes": in_box(lambda box: setattr(box, "__dict__", {**vars(box), "scale": 3.0})),
    "a class": in_box(lambda box: setattr(box, "__class__", OtherBox)),
    "an attribute over that of the class": in_box(lambda box: setattr(box, "kind", 3.0)),
    "a cell": in_closure,
    "a global": in_globals,
    "code": code,
    "defaults": defaults,
    "defaults by name": keyword_defaults,
    "an attribute of a class": of_class(lambda kind, thing: setattr(kind, "scale", 3.0)),
    "a method": of_class(lambda kind, thing: setattr(kind, "__call__", lambda self, x: x * 7.0)),
    "a property in a class": of_class(lambda kind, thing: setattr(kind, "scale", property(lambda self: 3.0))),
    "a slot": in_slot,
    "a slot that is empty": in_empty_slot,
    "a set": in_set,
    "the value of a Tensor": in_tensor(lambda w: setattr(w, "data", np.array([3.0, 2.0, 1.0]))),
    "a Tensor that wants a gradient": in_tensor(lambda w: w.requires_grad_()),
    "a namespace": in_namespace,
    "an array": in_array,
    "the shape of an array": of_array(lambda a: setattr(a, "shape", (3, 1))),
    "the dtype of an array": of_array(lambda a: setattr(a, "dtype", np.int64)),
}


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed(make):
    step, change = make()
    fast, quick = captured(step, X)
    np.testing.assert_array_equal(fast(X), step(X))
    assert quick(X) is not AGAIN
    change()
    assert quick(X) is AGAIN
    expected = step(X)
    for _ in range(4):
        np.testing.assert_array_equal(fast(X), expected)


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed_where_numpy_replays(make):
    """There is no native code for sort; the guard of the replay looks at the table first."""
    step, change = make()
    fast = capture(lambda x: np.sort(x) + step(x), native=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), np.sort(X) + step(X))
    assert "by NumPy" in str(fast.program)
    names = fast.program.run.__globals__
    assert names["moved"]() is False
    assert fast.program.run(X) is not MISS
    change()
    assert names["moved"]() is True
    assert fast.program.run(X) is MISS
    expected = np.sort(X) + step(X)
    for _ in range(4):
        np.testing.assert_array_equal(fast(X), expected)


def captured(step, *args):
    """(captured function, its guard in machine code); what the changes lead to may be refused, with a warning."""
    fast = capture(step, native=True)
    for _ in range(3):
        fast(*args)
    return fast, fast.program.run.__globals__["quick"]


@pytest.mark.parametrize(
    "other",
    [
        np.ones(4), np.ones((1, 3)), np.ones(3, np.float32), np.ones(3, ">f8"), np.ones(6)[::2], [1.0, 2.0, 3.0], 1.0, None,
        np.float64(1.0), np.array(1.0), np.ma.ones(3), Tensor([1.0, 2.0, 3.0]), Tensor([1.0, 2.0, 3.0], requires_grad=True),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'shape', '')} {getattr(value, 'dtype', '')}",
)  # fmt: skip
def test_another_argument_is_noticed(other):
    _, quick = captured(lambda x: x * 2.0, X)
    assert quick(X) is not AGAIN
    assert quick(other) is AGAIN
    _, of_tensor = captured(lambda x: (x * 2.0).detach(), Tensor(X))
    assert of_tensor(Tensor(X)) is not AGAIN
    if type(other) is not Tensor or other.requires_grad:
        assert of_tensor(other) is AGAIN


def test_arguments_in_containers():
    step = lambda p, x: x * p["w"] + p["more"][0]
    make = lambda: {"w": np.ones(3), "more": [np.full(3, 2.0), None]}
    fast, quick = captured(step, make(), X)
    assert quick(make(), X) is not AGAIN
    for change in (
        lambda p: p.update(other=1), lambda p: replaced(p, "w", p.pop("w")), lambda p: replaced(p, "more", tuple(p["more"])),
        lambda p: p["more"].append(None), lambda p: replaced(p["more"], 1, 0), lambda p: p.pop("w"), lambda p: p["more"].clear(),
        lambda p: replaced(p, "w", np.ones(2)),
    ):  # fmt: skip
        p = make()
        change(p)
        assert quick(p, X) is AGAIN
    assert quick(list(make().items()), X) is AGAIN
    np.testing.assert_array_equal(fast(make(), X), X + 2.0)


PATHS = {
    "native": (True, lambda x: x), "native, as a trial": ("auto", lambda x: x), "in parts": (True, lambda x: np.sort(x)),
    "in parts, as a trial": ("auto", lambda x: np.sort(np.sin(x) + x)), "by NumPy": (False, lambda x: x),
}  # fmt: skip


@pytest.mark.parametrize(("native", "path"), PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("key", [1, 1.0, True, "1", b"1", None])
def test_keys_of_other_types_are_noticed_in_arguments(native, path, key):
    """1, 1.0 and True are equal, and the same key of a dict."""
    step = lambda p, x: path(x) + (next(iter(p)) if type(key) in (int, float, bool) else len(p) * 2.0 ** (str(*p) == "1"))
    x, fast = np.array([3, 1, 2]), capture(step, native=native, strict=True)
    for _ in range(3):
        fast({key: None}, x)
    for other in (1.0, 1, True, 1.0, key, True, "1", 1):
        if type(other) in (int, float, bool) or type(key) not in (int, float, bool):
            for _ in range(3):
                found, expected = fast({other: None}, x), step({other: None}, x)
                np.testing.assert_array_equal(found, expected, strict=True)


def test_a_test_of_key_types_is_told_only_with_that_of_the_keys():
    env = {"MISS": MISS, "h1": dict, "h2": [1], "h3": type, "h4": [int], "h5": [float], "h6": len}
    known = ["if type(a0) is not h1: return MISS", "if [*a0] != h2: return MISS"]
    Quick([*known, "if [*map(h3, a0)] != h4: return MISS"], env, ["a0"])
    for lines in (
        [*known[:1], "if [*map(h3, a0)] != h4: return MISS"], [*known, "if [*map(h3, a0)] != h5: return MISS"],
        [*known, "if [*map(h6, a0)] != h4: return MISS"], [*known, "if [*map(a0)] != h4: return MISS"],
    ):  # fmt: skip
        with pytest.raises(UnknownTestError):
            Quick(lines, env, ["a0"])


def test_a_step_that_writes_before_it_reads_an_argument():
    """Machine code sees whether the two share memory."""
    w = np.ones(3)

    def step(x):
        w[...] = w * 0.5 + 1.0
        return x * 2.0

    fast, quick = captured(step, X)
    both = np.zeros(8)
    for x, apart in ((X, True), (np.ones(3), True), (both[:3], True), (w, False)):
        w[...] = 1.0
        assert (quick(x) is not AGAIN) == apart
        w[...] = 1.0
        expected = step(x)
        w[...] = 1.0
        np.testing.assert_array_equal(fast(x), expected)


@pytest.mark.parametrize("native", [True, False])
def test_a_step_that_compares_by_is_and_is_given_an_array_of_its_own(native):
    w, things, t = np.full(3, 2.0), {"a": np.full(3, 3.0)}, Tensor([4.0, 5.0, 6.0])
    step = lambda x, y: x * (1.0 if x is y else 2.0 if x is w else 3.0 if x is things["a"] else 5.0) + w * things["a"] + t.data
    fast = capture(step, native=native)
    for _ in range(3):
        fast(X, X * 2)
    if native:
        quick = fast.program.run.__globals__["quick"]
        assert quick(X * 2, X) is not AGAIN
        for given in ((X, X), (w, X), (X, w), (things["a"], X), (X, t._value)):
            assert quick(*given) is AGAIN
    for given in ((X, X), (w, X), (X, X * 2), (things["a"], X), (X, w), (w, w), (X * 3, X)):
        np.testing.assert_array_equal(fast(*given), step(*given))


@pytest.mark.parametrize("native", [True, False])
def test_numbers_that_count_alike_are_the_same_to_any_program(native):
    """0.0 is not -0.0, and a NaN is itself."""
    first, second = Slotted(), Slotted()
    numbers = {first: 0.0, second: -0.0}
    step = lambda x: np.copysign(x, numbers[first]) + 10 * np.copysign(x, numbers[second])
    fast = capture(step, native=native, strict=True)
    for a, b in ((0.0, -0.0), (-0.0, 0.0), (1.0, 1.0), (0.0, -0.0), (0.0, 0.0), (-0.0, 0.0), (np.nan, np.nan), (-0.0, -0.0)):
        numbers[first], numbers[second] = a, b
        for _ in range(3):
            np.testing.assert_array_equal(fast(X), step(X))


def test_a_named_tuple_as_argument():
    Pair = collections.namedtuple("Pair", "x y")
    fast, quick = captured(lambda pair: pair.x * pair.y, Pair(X, X))
    assert quick(Pair(X, X)) is not AGAIN
    for other in ((X, X), [X, X], collections.namedtuple("Pair", "x y")(X, X), Pair(X, 1.0), Pair(X[:2], X)):
        assert quick(other) is AGAIN
    np.testing.assert_array_equal(fast(Pair(X, X + 1)), X * (X + 1))


def test_a_number_of_the_same_bits_will_do_and_no_other():
    settings = {"scale": 0.0, "other": float("nan"), "words": "two words"}
    fast, quick = captured(lambda x: x * settings["scale"] + len(settings["words"]), X)
    for value, same in ((0.0, True), (float("0"), True), (-0.0, False), (0, False), (False, False), (np.float64(0.0), False)):
        settings["scale"] = value
        assert (quick(X) is not AGAIN) == same
        np.testing.assert_array_equal(np.signbit(fast(X) - 9), np.signbit(X * value + 9 - 9))
    settings["scale"] = 0.0
    settings["words"] = "another text"
    assert quick(X) is AGAIN
    np.testing.assert_array_equal(fast(X), X * 0 + 12)


def training():
    w = Tensor([1.0, 2.0, 3.0], requires_grad=True)

    def step(x):
        w.grad = None
        loss = np.sum(w * w * x)
        loss.backward()
        w.data -= 0.125 * w.grad
        return loss.detach()

    return step, w


EVENTS = {
    "a hook": lambda w: w.register_hook(lambda g: g * 2.0),
    "no gradient": lambda w: setattr(w, "grad", None),
    "frozen": lambda w: w.requires_grad_(False),
    "another array": lambda w: setattr(w, "data", np.array([0.5, 0.25, 2.0])),
    "read-only": lambda w: setattr(w.data.flags, "writeable", False),
    "another shape": lambda w: setattr(w._value, "shape", (1, 3)),
}


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_what_happens_to_a_parameter_is_noticed(event):
    (step, w), (eager, v) = training(), training()
    fast, quick = captured(step, X)
    for _ in range(3):
        eager(X)
    for _ in range(2):
        np.testing.assert_array_equal(fast(X), eager(X))
        np.testing.assert_array_equal(w.grad, v.grad)
    event(w), event(v)
    before = w.numpy().copy()
    assert quick(X) is AGAIN
    np.testing.assert_array_equal(w.numpy(), before)  # nothing was done
    for _ in range(3):
        results = []
        for one in (fast, eager):
            try:
                results.append(one(X))
            except (ValueError, RuntimeError) as error:
                results.append(type(error))
        np.testing.assert_array_equal(*results)
        np.testing.assert_array_equal(w.numpy(), v.numpy())


def test_effects_are_those_of_the_step():
    """Parameters, gradients, the numbers of edits and results, which belong to the caller."""
    (step, w), (eager, v) = training(), training()
    fast, quick = captured(step, X)
    for _ in range(3):
        eager(X)
    kept = []
    for _ in range(4):
        loss, expected = quick(X), eager(X)
        kept.append((loss, expected, w.grad, v.grad))
        assert (type(loss), type(loss._value), loss.requires_grad) == (type(expected), type(expected._value), False)
        np.testing.assert_array_equal(w.numpy(), v.numpy())
    for loss, expected, mine, its in kept:
        np.testing.assert_array_equal(loss, expected)
        np.testing.assert_array_equal(mine, its)
    loss = np.sum(w * w)  # an edit after it is noticed by its backward pass
    fast(X)
    with pytest.raises(Exception, match="was changed"):
        loss.backward()


RESULTS = {
    "array": lambda x: x * 2.0,
    "number": lambda x: np.sum(x),
    "tuple": lambda x: (x * 2.0, np.sum(x)),
    "list": lambda x: [np.sum(x), x + 1.0],
    "dict": lambda x: {"a": np.sum(x), "b": (x + 1.0, None)},
    "constants": lambda x: (1.5, "word", x * 2.0, None),
    "truth": lambda x: np.sum(x) > 0,
    "integers": lambda x: (np.argmax(x), x.astype(np.int64)),
    "single": lambda x: x.astype(np.float32) * np.float32(2),
    "single number": lambda x: np.sum(x.astype(np.float32)),
    "without axes": lambda x: np.asarray(np.sum(x)),
    "argument": lambda x: (x, x * 1.0),
}


@pytest.mark.parametrize("step", RESULTS.values(), ids=RESULTS)
def test_results_of_every_kind(step):
    fast = capture(step, native=True, strict=True)
    for x in (X, X, X, X * 3.0, X - 5.0):
        found, expected = fast(x), step(x)
        assert repr(found) == repr(expected)
        for got, wanted in zip(*(each if isinstance(each, (tuple, list)) else [each] for each in (found, expected)), strict=True):
            assert type(got) is type(wanted)


def test_nothing_is_left_behind_by_many_calls():
    step, w = training()
    fast, quick = captured(step, X)
    of_many, _ = captured(lambda x: (x * 2.0, np.sum(x), [x + 1.0]), X)
    _, decided = captured(lambda x: (x * 2.0, np.cumsum(x)) if np.sum(x) > 0 else x * 3.0, X)
    assert decided(X) is not AGAIN
    assert decided(-X) is AGAIN  # after new arrays were made
    short = np.ones(2)

    def counts():
        gc.collect()
        things = (None, AGAIN, np.dtype(float), Tensor, np.float64, w, w._node, X)
        return [sys.getrefcount(thing) for thing in things], len(gc.get_objects())

    def calls():
        for _ in range(300):
            fast(X), of_many(X), quick(None), quick(short), decided(-X), decided(X)

    calls()
    before = counts()
    calls()
    (references, objects_there), after = before, counts()
    assert max(abs(a - b) for a, b in zip(references, after[0], strict=True)) < 30
    assert after[1] - objects_there < 30  # of other tests some may go meanwhile


def test_threads_take_turns():
    """As many steps of one parameter by several threads as by one."""
    w = Tensor([0.0], requires_grad=True)

    def step(x):
        w.grad = None
        np.sum(w * x).backward()
        w.data += w.grad

    fast, _ = captured(step, np.ones(1))
    start = w.numpy()[0]
    threads = [threading.Thread(target=lambda: [fast(np.ones(1)) for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.numpy()[0] - start == 800.0


def test_errors_of_the_users_own_code_while_it_looks():
    """A descriptor that raises: the machine code leaves no exception behind."""

    class Raising:
        broken = False

        @property
        def scale(self):
            if self.broken:
                raise RuntimeError("broken")
            return 2.0

    thing = Raising()
    fast, _ = captured(lambda x: x * thing.scale, X)
    np.testing.assert_array_equal(fast(X), X * 2.0)
    thing.broken = True
    with pytest.raises(RuntimeError, match="broken"):
        fast(X)


@pytest.mark.parametrize(
    "test", ["strange(o1)", "o1 == o2", "o1 < 3", "not o1", "o1.x.y is not o2", "unknown is not o1", "[*o1] != o2"]
)
def test_a_test_that_is_not_known_has_no_machine_code(test):
    with pytest.raises(UnknownTestError):
        Quick([f"if {test}: return MISS"], {"MISS": MISS, "strange": bool, "o1": object(), "o2": object()}, ["a0"])


def test_each_row_of_a_table_can_fail():
    """A row of every case, with what is there and with something else."""
    from ctypes import PYFUNCTYPE, c_int, c_int64, c_void_p

    same = PYFUNCTYPE(c_int, c_void_p, c_int64)(looking.machine()[1]["same"])
    cell, box, things, names, key = types.CellType("content"), Box(), [1, "two"], {"two": 2, "one": 1}, "two"
    function, words = code.__code__, rows.words_of(list(names), {id(k): (id(names[k]), 0) for k in names})
    wrong = rows.words_of(list(names), {id(k): (id(None), 0) for k in names})
    part = objects.address_of("PyFunction_GetCode")
    content, scale, thread = cell.cell_contents, box.scale, threading.current_thread
    array, axes, reverse = np.ones((2, 3)), np.array([2, 3, 2]), np.array([3, 2])
    cases = {
        ("field", id(cell), objects.HEAD): (id(content), id(box)), ("some", id(cell), objects.HEAD): (0, None),
        ("item", id(names), id(key)): (id(2), id(1)), ("element", id(things), 1): (id(things[1]), id(box)),
        ("part", id(code), 0, part): (id(function), id(box)), ("attribute", id(box), id("scale")): (id(scale), id(box)),
        ("subscript", id(things), id(1)): (id(things[1]), id(box)), ("called", id(thread)): (id(thread()), id(box)),
        ("length", id(things)): (2, 3),
        ("items", id(names), 0, 2): (words.ctypes.data, wrong.ctypes.data), ("absent", id(names), id("three")): (0, None),
        ("form", id(array), 2, id(array.dtype)): (axes.ctypes.data, reverse.ctypes.data),
    }  # fmt: skip
    in_memory = lambda row: np.array([(looking.CASES.index(row.what), *row[1:])], np.int64)
    assert {name for name, *_ in cases} == set(looking.CASES)
    for (what, thing, *others), (right, other) in cases.items():
        at, more = (*others, 0, 0)[:2]
        for expected, fine in ((right, True), (other, False)):
            if expected is not None:
                table = in_memory(looking.Row(what, thing, at, expected, more))
                assert (same(table.ctypes.data, 1) == 0) == fine, what
    empty, none = types.CellType(), types.CellType(None)
    for nothing in (empty, none):
        table = in_memory(looking.Row("some", id(nothing), objects.HEAD))
        assert same(table.ctypes.data, 1) == 1
    for row in (
        looking.Row("absent", id(names), id(key)), looking.Row("form", id(array), 1, axes.ctypes.data, id(array.dtype)),
        looking.Row("form", id(array), 3, axes.ctypes.data, id(array.dtype)),
        looking.Row("form", id(array), 2, axes.ctypes.data, id(np.dtype(np.int64))),
    ):  # fmt: skip
        table = in_memory(row)
        assert same(table.ctypes.data, 1) == 1
