"""Steps with something that happens between calls, run as they are and captured side by side: see `check`."""

import collections
import dataclasses
import types
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.graph.memory import own_class
from tests.capture.common import replays

X = np.array([1.0, 2.0, 3.0])
CALLS = 10


class Scenario:
    """What `make()` of a scenario returns.

    step     the function
    args     its arguments for call number k
    events   {k: what happens before call number k}
    state    a function that returns all else that is to be compared
    """

    def __init__(self, step, args=lambda k: (X + k,), events=None, state=lambda: None):
        self.step, self.args, self.events, self.state = step, args, events or {}, state


def check(make, refused=None, followed=True, **options):
    """Results and all state are those of the step itself; and it is captured to the end, or refused in these words."""
    eager, other = make(), make()
    fast = capture(other.step, **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for k in range(CALLS):
            for world in (eager, other):
                world.events.get(k, lambda: None)()
            expected, found = eager.step(*eager.args(k)), fast(*other.args(k))
            assert_same(found, expected, f"the result of call {k}")
            assert_same(other.state(), eager.state(), f"the state after call {k}")
    told = [str(w.message) for w in caught if "not captured" in str(w.message)]
    if refused is not None:
        import re

        assert told, "it was not refused"
        assert re.search(refused, told[0], re.DOTALL), told[0]
    else:
        assert not told, told
        if followed:
            replays(fast, *other.args(CALLS))
    return fast


def assert_same(found, expected, name):
    """Compare anything that a step returns or leaves: types, containers, numbers to the last digits."""
    assert own_class(found) is own_class(expected), f"{name} is a {type(found)}, not a {type(expected)}"
    if isinstance(expected, Tensor):
        assert_same(found._value, expected._value, name)
        if expected.is_leaf:
            assert_same(found.grad, expected.grad, f"{name}.grad")
    elif isinstance(expected, (np.ndarray, np.generic)):
        assert found.dtype == expected.dtype, name
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14, err_msg=name)
    elif isinstance(expected, (dict, collections.UserDict)):
        assert list(found) == list(expected), name
        for key in expected:
            assert_same(found[key], expected[key], f"{name}[{key!r}]")
    elif isinstance(expected, (list, tuple, collections.deque, collections.UserList)):
        assert len(found) == len(expected), name
        for i, (a, b) in enumerate(zip(found, expected, strict=True)):
            assert_same(a, b, f"{name}[{i}]")
    elif dataclasses.is_dataclass(expected) or isinstance(expected, types.SimpleNamespace):
        assert_same(vars(found), vars(expected), name)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12, nan_ok=True), name
    elif isinstance(expected, (int, str, bool, type(None), complex)):
        assert found == expected, name


def module(source, **names):
    """The namespace of a module of this source, of its own in each world."""
    namespace = {"__name__": "a_module_of_the_user", "np": np, "Tensor": Tensor, **names}
    exec(compile(source, "<user>", "exec"), namespace)
    return types.SimpleNamespace(namespace=namespace)
