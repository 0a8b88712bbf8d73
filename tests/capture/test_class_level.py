"""What is changed in a class between calls: its words about itself, and what makes and copies its objects."""

import copy
import dataclasses

import numpy as np
import pytest

from autograd_core import capture
from tests.capture.common import NATIVE

pytestmark = [
    pytest.mark.usefixtures("either_way"),
    pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning"),
]
X = np.array([1.0, -2.0, 3.0])
DEFAULT = 2.0


def by_position(thing, x):
    Kind = type(thing)
    match thing:
        case Kind(value):
            return x * value


ENTRIES = {  # what the class has at first, what it is given, and what the step does
    "__doc__": ("a", "three", lambda thing, x: x * len(thing.__doc__)),
    "__module__": ("a", "three", lambda thing, x: x * len(type(thing).__module__)),
    "__slots__": ((), ("a",), lambda thing, x: x * 2.0 if thing.__slots__ else x * 3.0),
    "__match_args__": (("two",), ("five",), by_position),
    "__dir__": (lambda self: ["a"], lambda self: ["a", "b"], lambda thing, x: x * len(dir(thing))),
    "__copy__": (lambda self: 2.0, lambda self: 3.0, lambda thing, x: x * copy.copy(thing)),
    "__deepcopy__": (lambda self, memo: 2.0, lambda self, memo: 3.0, lambda thing, x: x * copy.deepcopy(thing)),
    "__init__": (
        lambda self, scale=2.0: setattr(self, "scale", scale), lambda self, scale=5.0: setattr(self, "scale", scale),
        lambda thing, x: x * type(thing)().scale,
    ),
    "__new__": (
        lambda kind: object.__new__(kind), lambda kind: 5.0,
        lambda thing, x: x * 2.0 if isinstance(thing.__class__(), type(thing)) else x * 3.0,
    ),
}  # fmt: skip


@NATIVE
@pytest.mark.parametrize(
    ("name", "where"),
    [(name, where) for name in ENTRIES for where in ("class", "base", "bases")[: 1 if name in ("__doc__", "__slots__") else 3]],
)
def test_an_entry_of_a_class(name, where, native):
    before, after, use = ENTRIES[name]
    Base = type("Base", (), {"two": 2.0, "five": 5.0, name: before})
    Kind = type("Kind", (Base,), {"__slots__": ()} if name == "__slots__" else {name: before} if where == "class" else {})
    thing = Kind()
    step = lambda x: use(thing, x)
    fast = capture(step, native=native)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X))
    if where == "bases":
        Kind.__bases__ = (type("Base", (), {"two": 2.0, "five": 5.0, name: after}),)
    else:
        setattr(Kind if where == "class" else Base, name, after)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), step(X))


@NATIVE
@pytest.mark.parametrize("name", ["__name__", "__qualname__"])
@pytest.mark.parametrize("ask", ["written", "computed"])
def test_the_name_of_a_class(name, ask, native):
    Kind = type("Kind", (), {})
    thing, names = Kind(), {"__name__": lambda kind: kind.__name__, "__qualname__": lambda kind: kind.__qualname__}
    read = names[name] if ask == "written" else lambda kind: getattr(kind, name)
    step = lambda x: x * len(read(type(thing)))
    fast = capture(step, native=native)
    for words in ("Kind", "Kind", "Kind", "OtherKind", "OtherKind", "Kind"):
        setattr(Kind, name, words)
        np.testing.assert_array_equal(fast(X), X * len(words))


@NATIVE
@pytest.mark.parametrize("make", [lambda thing: type(thing)(), lambda thing: thing.__class__()])
def test_what_is_read_where_an_object_is_made(make, native, monkeypatch):
    class Kind:
        def __init__(self):
            self.scale = DEFAULT

    thing = Kind()
    fast = capture(lambda x: x * make(thing).scale, native=native)
    for scale in (2.0, 2.0, 2.0, 3.0, 4.0, 4.0):
        monkeypatch.setitem(globals(), "DEFAULT", scale)
        np.testing.assert_array_equal(fast(X), X * scale)


def test_a_frozen_dataclass_asks_for_no_constructors():
    """The methods that `dataclass` writes name `type`, `__class__` and `__setattr__`, and make and ask for nothing by them."""

    @dataclasses.dataclass(frozen=True)
    class Settings:
        rate: float = 0.5

    class First:
        def __init__(self):
            self.rate = 3.0

    class Second:
        def __init__(self):
            self.rate = 2.0

    settings, first, second = Settings(), First(), Second()
    fast = capture(lambda x: x * settings.rate * first.rate * second.rate)
    for _ in range(3):
        np.testing.assert_array_equal(fast(np.ones(3)), np.full(3, 3.0))
    assert fast.program.text.count("['__init__']") <= 1  # that of Settings
    first.rate = 4.0
    np.testing.assert_array_equal(fast(np.ones(3)), np.full(3, 4.0))


@pytest.mark.parametrize("space", [{}, {"__name__": "__main__"}])
def test_code_from_a_text_is_the_users_as_any(space):
    """As that of `python -c` is, whose file is called "<string>", too: its methods are not those that `dataclass` writes."""
    text = """
class Pick:
    name = "fir" + "st"

    def __lt__(self, x):
        return getattr(self, self.name)(x)

    def first(self, x):
        return x * 2.0
"""
    space = dict(space)
    exec(text, space)
    pick = space["Pick"]()
    fast = capture(lambda x: pick < x)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), X * 2.0)
    space["Pick"].first = lambda self, x: x * 3.0
    for _ in range(2):
        np.testing.assert_array_equal(fast(X), X * 3.0)
