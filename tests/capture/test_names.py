"""Methods and properties that a step takes by names which are not written in its code: whichever it may be, it is followed."""

import functools
import inspect
import operator

import numpy as np
import pytest

from autograd_core import capture
from autograd_core.capturing.look.names import computes_names

pytestmark = [
    pytest.mark.usefixtures("either_way"),
    pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning"),
]
X = np.array([1.0, -2.0, 3.0])
AS_USUAL, SPELLED_OTHERWISE, ATTRIBUTES_OF = getattr, operator.attrgetter, vars


def imported(k, names):
    def step(x):
        from builtins import getattr as read

        return read(k, names["of"])(x)

    return step


def matched(k, names):
    Kind = type(k)
    Kind.__match_args__ = ("prop",)

    def step(x):
        match k:
            case Kind(value):
                return x * value

    return step


STEPS = {
    "getattr": lambda k, names: lambda x: getattr(k, names["of"])(x),
    "of what a call returns": lambda k, names: lambda x: getattr(names.get(0, k), names["of"])(x),
    "or": lambda k, names: lambda x: getattr(k, names["of"] or "twice")(x),
    "if": lambda k, names: lambda x: getattr(k, names["of"] if names else "twice")(x),
    "with a default": lambda k, names: lambda x: getattr(k, names["of"], names["more"])(x),
    "with a default by a call": lambda k, names: lambda x: getattr(k, names["of"], max(1, 2))(x),
    "in a generator": lambda k, names: lambda x: sum(getattr(k, name)(x) for name in ("once", names["more"])),
    "a formatted name": lambda k, names: lambda x: getattr(k, f"{names['of']}")(x),
    "named meanwhile": lambda k, names: lambda x: getattr(k, (name := names["of"]))(x) * len(name),
    "starred": lambda k, names: lambda x: getattr(*(k, names["of"]))(x),
    "map": lambda k, names: lambda x: next(map(getattr, [k], [names["of"]]))(x),
    "a property": lambda k, names: lambda x: getattr(k, names["prop"]) * x,
    "methodcaller": lambda k, names: lambda x: operator.methodcaller(names["of"], x)(k),
    "attrgetter": lambda k, names: lambda x: operator.attrgetter(names["of"])(k)(x),
    "vars": lambda k, names: lambda x: vars(type(k))[names["of"]](k, x),
    "__dict__": lambda k, names: lambda x: type(k).__dict__[names["of"]](k, x),
    "__getattribute__": lambda k, names: lambda x: k.__getattribute__(names["of"])(x),
    "that of object": lambda k, names: lambda x: object.__getattribute__(k, names["of"])(x),
    "another name": lambda k, names: lambda x: AS_USUAL(k, names["of"])(x),
    "another name of attrgetter": lambda k, names: lambda x: SPELLED_OTHERWISE(names["of"])(k)(x),
    "another name of vars": lambda k, names: lambda x: ATTRIBUTES_OF(type(k))[names["of"]](k, x),
    "a default of the step": lambda k, names: lambda x, read=getattr: read(k, names["of"])(x),
    "a partial": lambda k, names: (lambda read: lambda x: read(names["of"])(x))(functools.partial(getattr, k)),
    "in a dict": lambda k, names: (lambda tools: lambda x: tools["read"](k, names["of"])(x))({"read": getattr}),
    "imported": imported,
    "matched": matched,
    "inspect": lambda k, names: lambda x: dict(inspect.getmembers(k))[names["of"]](x),
    "statically": lambda k, names: lambda x: inspect.getattr_static(k, names["of"])(k, x),
    "setattr": lambda k, names: lambda x: setattr(k, "set", 1.0) or x * k.scale,
}


@pytest.mark.parametrize("make", STEPS.values(), ids=STEPS)
def test_a_method_that_is_replaced(make):
    class Kind:
        scale = 3.0
        once = lambda self, x: x * 2.0
        twice = lambda self, x: x * 5.0
        prop = property(lambda self: 2.0)
        set = property(lambda self: 0.0, lambda self, value: setattr(type(self), "scale", value * 3.0))

    step = make(Kind(), {"of": "once", "prop": "prop", "more": "twice"})
    fast = capture(step)
    for _ in range(4):
        np.testing.assert_array_equal(fast(X), step(X))
    Kind.once, Kind.prop = lambda self, x: x * 7.0, property(lambda self: 9.0)
    Kind.set = property(lambda self: 0.0, lambda self, value: setattr(type(self), "scale", value * 4.0))
    for _ in range(4):
        np.testing.assert_array_equal(fast(X), step(X))


@pytest.mark.parametrize(
    "text",
    [
        'getattr(a, "x")', 'getattr(a, "x", None)', 'getattr(a.b.c, "x", d)', 'getattr(a[0], "x", d)', 'getattr(a.b[c], "x")',
        'getattr(a.b[c], "x", d.e)(f, getattr(g, "y"))', 'hasattr(a, "x") and setattr(b, "y", c)',
        'f(getattr(a, "x"), getattr(b, "y", 1))',
    ],
)  # fmt: skip
def test_names_that_are_written_in_the_code(text):
    for parameters in ("", "a, b, c, d, g"):
        assert not computes_names(eval(f"lambda {parameters}: {text}").__code__)


@pytest.mark.parametrize(
    "text",
    [
        "getattr(a, b)", 'getattr(a, b or "x")', 'getattr(a, "x" if b else c)', 'getattr(a, b, c["k"])', 'getattr(a, b["k"])',
        'getattr(f(0, "x"), b)(c)', 'getattr(a.f(0, "none"), b)(c)', 'getattr(a, b, f("x"))', "map(getattr, a, b)", "f(getattr)",
        "getattr(*a)", "getattr(a, *b)", 'getattr(a, f"{b}")', 'getattr(a, "x" + b)', 'getattr(a, (b := "x"))', "getattr(a, b.c)",
        'getattr(getattr(a, "x"), b)', 'getattr(f(a, "x"), b)', 'getattr(f("x"), b)', 'f(a)(getattr, "x", "y")',
        'getattr(a, b if c else "x", "y")', "hasattr(a, b)", 'getattr("x".join, a)', 'getattr(a or "x", b)', "vars(a)",
        "a.__dict__",
        '"{0.b}".format(a)',
    ],
)  # fmt: skip
def test_names_that_are_computed(text):
    for parameters in ("", "a, b, c, d, g"):
        assert computes_names(eval(f"lambda {parameters}: {text}").__code__)
