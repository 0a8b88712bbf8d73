"""What is remembered from one recording to the next is forgotten with what it is about, and looked at again if that changes."""

import contextvars
import gc
import sys
import types
import weakref

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture
from autograd_core.errors import CaptureError
from autograd_core.graph.modes import no_grad

pytestmark = pytest.mark.usefixtures("either_way")

X = np.array([1.0, 2.0, 3.0])


def captured_once():
    """References to what a step was made of, which is gone."""

    class Scaled:
        factor = 2.0

        def __call__(self, x):
            return x * self.factor

    class Items(dict):
        pass

    scaled, items, array = Scaled(), Items(a=1.0), np.full(3, 7.0)
    step = lambda x: scaled(x) * items["a"] + array
    fast = capture(step, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), 2 * X + 7)
    return [weakref.ref(thing) for thing in (Scaled, Items, scaled, step, array)]


def test_classes_and_arrays_are_not_kept():
    references = captured_once()
    gc.collect()
    assert [reference() for reference in references] == [None] * 5


def test_code_that_is_made_at_run_time_is_not_kept():
    scope = {"scale": 2.0}
    exec("def f(x): return x * scale", scope)
    fast = capture(scope["f"], strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(fast(X), 2 * X)
    code = weakref.ref(scope["f"].__code__)
    del scope, fast
    gc.collect()
    assert code() is None


def test_other_code_of_a_function_is_looked_at_between_captures():
    scope = {"a": 2.0, "b": 5.0}
    exec("def helper(x): return x * a\ndef other(x): return x * b\ndef step(x): return helper(x) + 1", scope)
    first = capture(scope["step"], strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(first(X), 2 * X + 1)
    scope["helper"].__code__ = scope["other"].__code__
    second = capture(scope["step"], strict=True)
    for fast in (first, second):
        for b in (5.0, 6.0, 7.0, 7.0):  # which the code before did not name
            scope["b"] = b
            np.testing.assert_array_equal(fast(X), b * X + 1)


def test_a_class_that_changes_is_looked_at_between_captures():
    class Scale:
        a, b = 2.0, 5.0

        def of(self, x):
            return x * self.a

    scale = Scale()
    step = lambda x: scale.of(x) + 1
    first = capture(step, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(first(X), 2 * X + 1)
    Scale.of = lambda self, x: x * self.b
    second = capture(step, strict=True)
    for fast in (first, second):
        for b in (5.0, 6.0, 7.0, 7.0):
            Scale.b = b
            np.testing.assert_array_equal(fast(X), b * X + 1)


def test_a_container_that_gets_a_method_is_looked_at_again():
    class Items(list):
        pass

    items = Items([2.0])
    step = lambda x: x * items[0]
    first = capture(step, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(first(X), 2 * X)
    Items.__getitem__ = lambda self, i: list.__getitem__(self, i) * 3
    for value in (2.0, 4.0):
        items[0] = value
        np.testing.assert_array_equal(step(X), 3 * value * X)
        with pytest.raises(CaptureError, match="reaches items, an Items, into which a replay cannot look"):
            first(X)
        with pytest.warns(RuntimeWarning, match="runs as it is, not captured"):
            np.testing.assert_array_equal(capture(step)(X), 3 * value * X)


METHODS = {
    "__getitem__": (dict, lambda self, key: dict.__getitem__(self, key) * 10), "__len__": (dict, lambda self: 7),
    "get": (dict, lambda self, key: dict.get(self, key) * 10), "__contains__": (dict, lambda self, key: False),
    "__iter__": (list, lambda self: iter([5.0, 6.0])), "index": (list, lambda self, value: 5),
    "__bool__": (list, lambda self: False),
    "__reversed__": (tuple, lambda self: iter([9.0])), "__add__": (tuple, lambda self, other: (8.0,)),
}  # fmt: skip
USES = {
    "__getitem__": lambda t: t["a"], "__len__": len, "get": lambda t: t.get("a"), "__contains__": lambda t: 1.0 + ("a" in t),
    "__iter__": sum, "index": lambda t: t.index(3.0), "__bool__": lambda t: 2.0 if t else 3.0,
    "__reversed__": lambda t: next(reversed(t)), "__add__": lambda t: (t + t)[0],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.* runs as it is, not captured:RuntimeWarning")
@pytest.mark.parametrize(
    ("name", "base"), [(name, b) for name in METHODS for b in ("class", "base") if (METHODS[name][0], b) != (tuple, "base")]
)
def test_a_container_of_every_kind_that_gets_a_method(name, base):
    """Of its own, or with another base class; in captures before and afterwards."""
    kind, method = METHODS[name]
    Kind = type("Kind", (kind,), {})
    Things = type("Things", (Kind,), {})
    things = Things({"a": 2.0} if kind is dict else [2.0, 3.0])
    step, use = lambda x: x * use(things), USES[name]
    first = capture(step)
    for _ in range(3):
        np.testing.assert_array_equal(first(X), step(X))
    before = step(X)
    if base == "class":
        setattr(Things, name, method)
    else:
        Things.__bases__ = (type("Other", (kind,), {name: method}),)
    assert not np.array_equal(step(X), before)
    second = capture(step)
    for _ in range(4):
        np.testing.assert_array_equal(first(X), step(X))
        np.testing.assert_array_equal(second(X), step(X))


def test_what_is_said_of_warnings_is_seen_call_by_call():
    other = contextvars.ContextVar("other")
    other.set(np.zeros(2))  # which cannot be compared as a whole

    def step(x):
        a = np.log(x)
        with np.errstate(divide="ignore"):
            b = np.log(x - 1)
            with no_grad():
                c = np.log(x - 2)
        return a, b, c, np.log(x + 1)

    fast = capture(step, strict=True)
    for _ in range(3):
        fast(X + 2)
    assert fast.program.text.count("errstate(divide='ignore')") == 1  # around two of four
    with np.errstate(divide="raise"):
        with pytest.raises(FloatingPointError):
            fast(np.array([0.0, 1.0, 2.0]))  # the first logarithm of 0
        _, _, c, _ = fast(np.array([2.0, 3.0, 2.0]))
    np.testing.assert_array_equal(c, [-np.inf, 0, -np.inf])


@pytest.mark.parametrize(
    "write", [
        lambda x, out: np.sum(x, 0, None, out), lambda x, out: np.mean(x, 0, None, out), lambda x, out: np.max(x, 0, out),
        lambda x, out: np.any(x > 0, 0, out), lambda x, out: np.dot(x, x.T, out), lambda x, out: np.concatenate([x, x], 0, out),
    ],
)  # fmt: skip
def test_a_result_that_is_written_by_position_is_refused(write):
    x = np.arange(4.0).reshape(2, 2)
    out = np.zeros_like(write(x, None))
    with pytest.raises(CaptureError, match="writes into one of its arguments"):
        capture(lambda x: write(x, out) + 0, strict=True)(x)


def test_optimizers_leave_the_same_without_scratch_arrays():
    from nn import optim

    for kind, options in ((optim.SGD, {"momentum": 0.9, "weight_decay": 0.1}), (optim.Adam, {}), (optim.RMSprop, {})):
        states = []
        for captured in (False, True):
            p, q = Tensor(X, requires_grad=True), Tensor(np.array(0.5), requires_grad=True)
            updates = kind([p, q], lr=0.1, **options)

            def step(p=p, q=q, updates=updates):
                updates.zero_grad()
                np.sum((p * q) ** 2).backward()
                updates.step()

            run = capture(step, strict=True) if captured else step
            for _ in range(5):
                run()
            states.append((p.data.copy(), float(q.data)))
        np.testing.assert_allclose(states[1][0], states[0][0], rtol=1e-12)
        assert states[1][1] == pytest.approx(states[0][1], rel=1e-12)


SCALE = {"factor": 2.0}
PLACE = sys.modules["nn.linear"]


def scaled_linear(x, weight, bias=None):
    return (x @ weight.T) * SCALE["factor"]


def scaled_forward(self, x):
    return functional.linear(x, self.weight, self.bias) * factor  # noqa: F821 - names of nn.linear


@pytest.mark.parametrize("where", ["a function in its module", "a method in its class", "code in a function"])
def test_what_somebody_puts_into_a_library_is_followed_by_the_next_capture(where, monkeypatch):
    layer = nn.Linear(3, 2, bias=False)
    layer.weight.data = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]])
    step = lambda x: layer(x).detach()
    expected = np.array([[7.0, 9.0]])
    first = capture(step, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(first(X[None]), expected)
    if where == "a function in its module":
        monkeypatch.setattr(nn.functional, "linear", scaled_linear)
    elif where == "code in a function":  # as a prompt does that reloads what was edited
        monkeypatch.setattr(nn.Linear.forward, "__code__", scaled_forward.__code__)
    else:
        monkeypatch.setattr(nn.Linear, "forward", lambda self, x: scaled_linear(x, self.weight))
    monkeypatch.setattr(PLACE, "factor", 2.0, raising=False)
    second = capture(step, strict=True)
    for factor in (2.0, 2.0, 2.0, 5.0, 0.5):
        monkeypatch.setitem(SCALE, "factor", factor)
        monkeypatch.setattr(PLACE, "factor", factor, raising=False)
        np.testing.assert_array_equal(second(X[None]).data, expected * factor)


def test_a_name_that_a_library_gets_is_followed_by_the_next_capture(monkeypatch):
    """As a global of its module, which hides what was built in."""
    module = types.ModuleType("extension_with_a_name_less")
    module.__extends_autograd_core__ = True
    exec("def shrunk(x): return inner(x)\ndef inner(x): return x * abs(-2.0)", vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    shrunk = module.shrunk
    step = lambda x: shrunk(x) + 1
    first = capture(step, strict=True)
    for _ in range(3):
        np.testing.assert_array_equal(first(X), 2 * X + 1)
    monkeypatch.setattr(module, "abs", lambda number: number * SCALE["factor"], raising=False)
    second = capture(step, strict=True)
    for factor in (2.0, 2.0, 2.0, 5.0, 0.5):
        monkeypatch.setitem(SCALE, "factor", factor)
        np.testing.assert_array_equal(second(X), -2 * factor * X + 1)
