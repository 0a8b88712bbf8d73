"""Names, settings and code that a step works with, changed between calls by every way there is: followed, or refused."""

import collections
import ctypes
import dataclasses
import enum
import functools
import logging
import operator
import queue
import sys
import threading
import types
import weakref

import numpy as np
import pytest

from autograd_core import Tensor, capture, grad
from autograd_core.errors import CaptureError
from tests.capture.side_by_side import Scenario, X, check, module

pytestmark = pytest.mark.usefixtures("either_way")

FOLLOWED, REFUSED = {}, {}


def followed(make):
    FOLLOWED[make.__name__] = make
    return make


def refused(words):
    def put(make):
        REFUSED[make.__name__] = make, words
        return make

    return put


class Bag:
    def __init__(self, **attributes):
        vars(self).update(attributes)


# Followed


@followed
def attribute_of_a_function():
    def step(x):
        return x * step.scale

    step.scale = 2.0
    return Scenario(step, events={5: lambda: setattr(step, "scale", 3.0)})


@followed
def attribute_of_another_function():
    def act(x):
        return x * act.scale

    act.scale = 2.0
    return Scenario(lambda x: act(x), events={5: lambda: setattr(act, "scale", 3.0)})


@followed
def attrgetter_made_outside():
    config, get = Bag(scale=2.0), operator.attrgetter("scale")
    return Scenario(lambda x: x * get(config), events={5: lambda: setattr(config, "scale", 3.0)})


@followed
def match_on_a_class():
    class Point:
        __match_args__ = ("first", "second")

        def __init__(self):
            self.first, self.second = 1.0, 2.0

    point = Point()

    def step(x):
        match point:
            case Point(a, b):
                return x * a + b

    return Scenario(step, events={5: lambda: setattr(point, "second", 7.0)})


@followed
def match_by_keyword():
    config = Bag(kind="a")

    def step(x):
        match config:
            case Bag(kind="a"):
                return x * 2
        return x * 3

    return Scenario(step, events={5: lambda: setattr(config, "kind", "b")})


@dataclasses.dataclass
class Config:
    scale: float = 2.0
    other: float = 1.0


@followed
def asdict():
    config = Config()

    def step(x):
        return x * sum(dataclasses.asdict(config).values())

    return Scenario(step, events={5: lambda: setattr(config, "other", 3.0)})


@followed
def private_slots():
    class Private:
        __slots__ = ("__scale",)

        def __init__(self):
            self.__scale = 2.0

        def change(self):
            self.__scale = 5.0

        def scaled(self, x):
            return x * self.__scale

    one = Private()
    return Scenario(lambda x: one.scaled(x), events={5: one.change})


@followed
def attribute_of_a_metaclass():
    class Meta(type):
        rate = 2.0

    class Kind(metaclass=Meta):
        pass

    return Scenario(lambda x: x * Kind.rate, events={5: lambda: setattr(Meta, "rate", 3.0)})


@followed
def defaults_of_a_function():
    def scaled(x, k=2.0):
        return x * k

    return Scenario(lambda x: scaled(x), events={5: lambda: setattr(scaled, "__defaults__", (5.0,))})


@followed
def keyword_defaults_of_a_function():
    def scaled(x, *, k=2.0):
        return x * k

    return Scenario(lambda x: scaled(x), events={5: lambda: setattr(scaled, "__kwdefaults__", {"k": 5.0})})


@followed
def code_of_a_function():
    def scaled(x):
        return x * 2

    def other(x):
        return x * 7

    return Scenario(lambda x: scaled(x), events={5: lambda: setattr(scaled, "__code__", other.__code__)})


@followed
def another_function_under_a_name():
    user = module("def act(x): return x * 2\ndef step(x): return act(x)\n").namespace
    return Scenario(user["step"], events={5: lambda: exec("def act(x): return x * 5", user)})


@followed
def a_function_as_data():
    user = module("def act(x): return x * 2\ndef other(x): return x * 5\n").namespace
    acts = {"act": user["act"]}
    return Scenario(lambda x: acts["act"](x), events={5: lambda: acts.update(act=user["other"])})


@followed
def functions_of_numpy_as_data():
    acts = {"tanh": np.tanh}
    return Scenario(lambda x: acts["tanh"](x), events={5: lambda: acts.update(tanh=np.sin)})


@followed
def another_method_of_a_class():
    class Net:
        def forward(self, x):
            return x * 2

    net = Net()
    return Scenario(lambda x: net.forward(x), events={5: lambda: setattr(Net, "forward", lambda self, x: x * 5)})


@followed
def another_method_of_a_base():
    class Base:
        def __call__(self, x):
            return x * 2

    class Net(Base):
        pass

    net = Net()
    return Scenario(lambda x: net(x), events={5: lambda: setattr(Net, "__call__", lambda self, x: x * 5)})


@followed
def key_order():
    weights = {"a": 1.0, "b": 10.0}

    def turn():
        weights["a"] = weights.pop("a")

    return Scenario(lambda x: functools.reduce(lambda y, k: y * 2 + k, weights.values(), x), events={5: turn})


@followed
def setting_in_a_module_imported_inside():
    cfg = types.ModuleType("settings_of_the_user")
    cfg.rate = 2.0
    sys.modules[cfg.__name__] = cfg

    def step(x):
        import settings_of_the_user

        return x * settings_of_the_user.rate

    return Scenario(step, events={5: lambda: setattr(sys.modules["settings_of_the_user"], "rate", 3.0)})


@followed
def name_imported_from_a_module_inside():
    cfg = types.ModuleType("more_settings_of_the_user")
    cfg.rate = 2.0
    sys.modules[cfg.__name__] = cfg

    def step(x):
        from more_settings_of_the_user import rate

        return x * rate

    return Scenario(step, events={5: lambda: setattr(sys.modules["more_settings_of_the_user"], "rate", 3.0)})


@followed
def another_module_under_a_name():
    one, other = types.ModuleType("one"), types.ModuleType("other")
    one.rate, other.rate = 2.0, 5.0
    user = module("def step(x): return x * cfg.rate", cfg=one).namespace
    return Scenario(user["step"], events={5: lambda: user.update(cfg=other)})


@followed
def numbers_in_a_bound_method_of_a_list():
    rates = [2.0]
    get = rates.__getitem__
    return Scenario(lambda x: x * get(0), events={5: lambda: operator.setitem(rates, 0, 3.0)})


@followed
def a_method_of_a_named_tuple():
    rate = Bag(k=2.0)

    class Pair(collections.namedtuple("Pair", "a b")):
        def scaled(self, x):
            return x * self.a * rate.k

    pair = Pair(1.0, 2.0)
    return Scenario(lambda x: pair.scaled(x), events={5: lambda: setattr(rate, "k", 3.0)})


@followed
def a_method_of_an_enum():
    rate = Bag(k=2.0)

    class Mode(enum.Enum):
        A = 1
        B = 2

        def scaled(self, x):
            return x * self.value * rate.k

    box = Bag(mode=Mode.A)
    events = {4: lambda: setattr(rate, "k", 3.0), 6: lambda: setattr(box, "mode", Mode.B)}
    return Scenario(lambda x: box.mode.scaled(x), events=events)


@followed
def in_words():
    class Named:
        def __init__(self):
            self.name = "a"

        def __str__(self):
            return self.name

    one, rates = Named(), {"a": 2.0, "b": 5.0}
    return Scenario(lambda x: x * rates[f"{one}"], events={5: lambda: setattr(one, "name", "b")})


@followed
def by_format():
    config, rates = Bag(name="a"), {"a": 2.0, "b": 5.0}
    return Scenario(lambda x: x * rates["{.name}".format(config)], events={5: lambda: setattr(config, "name", "b")})  # noqa: UP032


@followed
def a_default_that_getattr_hands_out():
    class Kind:
        pass

    one = Kind()
    return Scenario(lambda x: x * getattr(one, "rate", 2.0), events={5: lambda: setattr(Kind, "rate", 3.0)})


@followed
def a_gradient_of_a_function_that_closes_over():
    rate = Bag(k=2.0)
    slope = grad(lambda x: np.sum(x * x * rate.k))
    return Scenario(lambda x: slope(x), events={5: lambda: setattr(rate, "k", 3.0)})


@followed
def a_descriptor_of_the_user():
    class Scaled:
        def __get__(self, instance, owner):
            return self.k

        def __init__(self):
            self.k = 2.0

    scaled = Scaled()
    kind = type("Kind", (), {"rate": scaled})
    one = kind()
    return Scenario(lambda x: x * one.rate, events={5: lambda: setattr(scaled, "k", 3.0)})


@followed
def a_number_that_is_toggled_from_outside():
    flags = Bag(on=True)
    return Scenario(
        lambda x: x * 2 if flags.on else x, events={k: lambda k=k: setattr(flags, "on", k % 2 == 0) for k in range(9)}
    )


@followed
def a_number_behind_a_cache():
    numbers = [1.5]
    scale = functools.lru_cache(lambda: numbers[0])

    def change(value):
        numbers[0] = value
        scale.cache_clear()

    return Scenario(lambda x: x * scale(), events={3: lambda: change(0.75), 7: lambda: change(2.0)})


# Refused


@refused("d, a WeakSet")
def weak_set():
    d = weakref.WeakSet()
    return Scenario(lambda x: x * len(d))


@refused("tasks, a Queue")
def a_queue():
    tasks = queue.Queue()
    return Scenario(lambda x: x * (1 + tasks.qsize()), events={5: lambda: tasks.put(1)})


@refused("p, a poly1d")
def poly1d():
    p = np.poly1d([1.0, 2.0])
    return Scenario(lambda x: p(x), events={5: lambda: p.__setitem__(0, 7.0)})


@refused("record, a void")
def a_record():
    record = np.zeros(1, [("a", float)])[0]
    return Scenario(lambda x: x + record["a"], events={5: lambda: record.__setitem__("a", 3.0)})


@refused("number, a c_double")
def a_number_of_ctypes():
    number = ctypes.c_double(2.0)
    return Scenario(lambda x: x * number.value, events={5: lambda: setattr(number, "value", 3.0)})


@refused("view, a dict_values")
def a_view_of_a_dict():
    rates = {"a": 2.0}
    view = rates.values()
    return Scenario(lambda x: x * sum(view), events={5: lambda: rates.update(a=3.0)})


@refused("lock, a lock")
def a_lock():
    lock = threading.Lock()

    def step(x):
        with lock:
            return x * 2

    return Scenario(step)


@refused("logger, a Logger")
def a_logger():
    logger = logging.getLogger("a logger of a step")

    def step(x):
        logger.debug("a step")
        return x * 2

    return Scenario(step)


@refused("m, a MaskedArray")
def a_masked_array():
    m = np.ma.array([1.0, 2.0, 3.0])
    return Scenario(lambda x: x * np.sum(m))


@refused("open would be called once, while recording, and not by a replay")
def a_file():
    def step(x):
        open("/dev/null").close()
        return x * 2

    return Scenario(step)


@refused("time, a module of Python's library")
def the_time_imported_inside():
    def step(x):
        import time

        return x * (time.time() > 0)

    return Scenario(step)


@pytest.mark.parametrize("make", FOLLOWED.values(), ids=FOLLOWED)
def test_followed(make):
    check(make)


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(make, words):
    check(make, refused=words)


def test_attributes_of_the_captured_step():
    def step(x):
        return x * fast.scale

    fast = capture(step, strict=True)
    fast.scale = 2.0
    for k in range(9):
        if k == 5:
            fast.scale = 3.0
        np.testing.assert_array_equal(fast(X), X * (2.0 if k < 5 else 3.0))


def test_a_function_with_a_version_for_each_class():
    """`functools.singledispatch`: what is registered later counts."""

    def make():
        @functools.singledispatch
        def act(config, x):
            return x * 2

        class Config:
            pass

        config = Config()

        def register():
            act.register(Config, lambda config, x: x * 5)

        return Scenario(lambda x: act(config, x), events={5: register})

    check(make)


# Names that are only written

WRITTEN = {
    "global": ("LAST = None\ndef step(x):\n    global LAST\n    LAST = x * 2\n    return LAST + 1", None),
    "global that is not there": ("def step(x):\n    global LAST\n    LAST = x * 2\n    return LAST + 1", None),
    "global number": ("LAST = 0\ndef step(x):\n    global LAST\n    LAST = np.sum(x)\n    return x + 1", None),
    "global array": ("LAST = np.zeros(3)\ndef step(x):\n    global LAST\n    LAST = x * 2\n    return x + 1", None),
    "attribute": ("class Kept: pass\nkept = Kept()\ndef step(x):\n    kept.last = x * 2\n    return x + 1", None),
    "setattr": ("class Kept: pass\nkept = Kept()\ndef step(x):\n    setattr(kept, 'last', x * 2)\n    return x + 1", None),
    "attribute of a class": ("class Kept: pass\ndef step(x):\n    Kept.last = x * 2\n    return x + 1", None),
    "attribute of itself": ("def step(x):\n    step.last = x * 2\n    return x + 1", None),
    "Tensor": (
        "LAST = None\ndef step(x):\n    global LAST\n    LAST = Tensor(x * 2)\n    return x + 1",
        "another Tensor into LAST",
    ),
    "words": ("LAST = ''\ndef step(x):\n    global LAST\n    LAST += 'a'\n    return x + 1", None),
    "toggled key": (
        "seen = {'a': 1}\ndef step(x):\n    k = 'b' if 'a' in seen else 'a'\n    seen.clear()\n    seen[k] = 1\n    return x + 1",
        "keys of seen",
    ),
    "toggled flag": ("flag = [True]\ndef step(x):\n    flag[0] = not flag[0]\n    return x * 2 if flag[0] else x", None),
    "set": ("seen = set()\ndef step(x):\n    seen.add(len(seen))\n    return x + 1", "seen longer or shorter"),
}


@pytest.mark.parametrize(("source", "words"), WRITTEN.values(), ids=WRITTEN)
def test_names_that_are_only_written(source, words):
    """What is left there is what the step itself leaves: never a stand-in."""

    def make():
        user = module(source).namespace
        names = [name for name in ("LAST", "kept", "Kept", "step", "seen", "flag") if name in user or name == "LAST"]

        def state():
            shown = [user.get(name) for name in names]
            return [getattr(thing, "last", None) if callable(thing) or hasattr(thing, "last") else thing for thing in shown]

        return Scenario(user["step"], state=state)

    if words is None:
        check(make, followed=False)
    else:
        check(make, refused=words)


def test_a_value_that_is_kept_where_nobody_looks():
    """In the cache of a function in C: the scan that ends a recording notices, and puts an array there."""
    hidden = functools.lru_cache(list)

    def step(x):
        hidden().append(x * 2) if not hidden() else hidden().__setitem__(0, x * 2)
        return x + 1

    fast = capture(step, strict=True)
    with pytest.raises(CaptureError, match="keeps a value of each call in a"):
        fast(X)
    assert type(hidden()[0]) is np.ndarray


def test_a_gap_is_named():
    """strict=True raises at the second call."""
    history = []

    def step(x):
        history.append(1.0)
        return x * 2

    fast = capture(step, strict=True)
    fast(X)
    with pytest.raises(CaptureError, match="makes history longer or shorter with each call"):
        fast(X)


def test_a_tensor_that_becomes_another():
    w = Bag(w=Tensor(X))
    check(lambda: Scenario(lambda x: x * w.w.data))


def test_code_of_annotations_is_not_followed():
    """On newer Pythons each class with annotations has a function that makes them, which names what the step never reads."""
    never = bytearray(b"a")

    def annotate(kind):
        return {"rate": never}

    class Kind:
        rate = 2.0

    Kind.__annotate_func__ = Kind.__annotate__ = annotate
    check(lambda: Scenario(lambda x: x * Kind.rate * Kind().rate))
