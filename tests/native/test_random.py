"""Random programs, their values and gradients, by machine code beside eager ones."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from autograd_core import capture, value_and_grad
from autograd_core.testing.strategies import calls

pytest.importorskip("llvmlite", reason="native code needs llvmlite")

ran: dict = {}  # {whether there are sorts: how many programs ran as they should}
quiet = settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def alike(f, arguments, kinds, of):
    """Values and gradients by machine code, as a whole or in parts, beside eager ones."""
    both = value_and_grad(f, tuple(range(len(arguments))))
    fast = capture(both, native=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        value, gradients = both(*arguments)
        for _ in range(3):
            found, others = fast(*arguments)
    np.testing.assert_allclose(found, value, rtol=1e-11, atol=1e-11)
    for g, other in zip(gradients, others, strict=True):
        np.testing.assert_allclose(other, g, rtol=1e-9, atol=1e-9 * max(1.0, np.max(np.abs(g), initial=0.0)))
        assert (type(other), np.shape(other)) == (type(g), np.shape(g))
    if hasattr(fast, "_programs") and fast._programs:  # else the step is not captured at all
        kind = type(fast.program).__name__
        ran.setdefault(of, []).append(kind in kinds and (kind == "NativeProgram" or bool(fast.program.parts)))


@quiet
@given(calls(scalar=True))
def random_programs(case):
    alike(*case, ("NativeProgram", "PartlyNative"), "plain")


@quiet
@given(calls(scalar=True))
def random_programs_between_sorts(case):
    """What is sorted has no native code: the arguments, and a function of the result."""
    f, arguments = case
    in_order = lambda x: np.sort(x * 1.0, -1) if np.ndim(x) else x

    def g(*args):
        y = f(*map(in_order, args))
        return np.sum(np.sort(np.stack([y, np.tanh(y), 3 - y])) * np.array([1.0, -2.0, 0.5])) + np.sin(y)

    alike(g, arguments, ("PartlyNative",), "sorted")


@pytest.mark.heavy
def test_random_programs():
    """Nearly all of them have native code, else nothing was tried."""
    random_programs()
    assert len(ran["plain"]) > 10
    assert np.mean(ran["plain"]) > 0.9


@pytest.mark.heavy
def test_random_programs_in_parts():
    random_programs_between_sorts()
    assert len(ran["sorted"]) > 10
    assert np.mean(ran["sorted"]) > 0.9
