"""What tests of capture share: a step run as it is and captured, side by side, and everything that they leave compared."""

from importlib.util import find_spec

import numpy as np
import pytest

from autograd_core import Tensor, capture
from autograd_core.graph.memory import own_class

COMPILED = pytest.param(True, marks=pytest.mark.skipif(find_spec("llvmlite") is None, reason="native code needs llvmlite"))
NATIVE = pytest.mark.parametrize("native", [False, COMPILED])


class Twins:
    """Two of what `make()` returns, (step, {name: thing with state}); one of the steps is captured."""

    def __init__(self, make, **options):
        (self.eager, self.state), (step, self.captured_state) = make(), make()
        self.captured = capture(step, **{"strict": True, **options})

    def __call__(self, *args, exact=False, **kwargs):
        expected, found = self.eager(*args, **kwargs), self.captured(*args, **kwargs)
        equal(found, expected, exact)
        self.same(exact)
        return found

    def same(self, exact=False):
        assert self.state.keys() == self.captured_state.keys()
        for name, thing in self.state.items():
            equal(self.captured_state[name], thing, exact, name)


def equal(found, expected, exact=False, name="result"):
    """Compare arrays, Tensors with their gradients, numbers, and containers of these."""
    if isinstance(expected, Tensor):
        assert own_class(found) is own_class(expected)
        assert found.requires_grad == expected.requires_grad
        equal(found._value, expected._value, exact, name)
        if expected.is_leaf:
            equal(found.grad, expected.grad, exact, f"{name}.grad")
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            equal(found[key], expected[key], exact, f"{name}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        assert type(found) is type(expected)
        assert len(found) == len(expected)
        for i, (one, other) in enumerate(zip(found, expected, strict=True)):
            equal(one, other, exact, f"{name}[{i}]")
    elif isinstance(expected, (np.ndarray, np.generic, float, int, complex)):
        assert type(found) is type(expected), f"{name} is {type(found)}, not {type(expected)}"
        assert (np.shape(found), np.result_type(found)) == (np.shape(expected), np.result_type(expected)), name
        if exact:
            np.testing.assert_array_equal(found, expected, err_msg=name)
        else:
            digits = 1e-5 if np.result_type(expected) in (np.float32, np.complex64) else 1e-12
            np.testing.assert_allclose(
                found, expected, rtol=digits, atol=digits * np.max(np.abs(expected), initial=1e-4), err_msg=name
            )
    else:
        assert found == expected, name


def replays(captured, *args, **kwargs):
    """Whether a call is answered by a program: the step itself is not run."""
    run, captured.step = captured.step, _never
    try:
        captured(*args, **kwargs)
    finally:
        captured.step = run


def _never(*args, **kwargs):
    raise AssertionError("the step itself was run, where its program should have been")
