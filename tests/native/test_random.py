"""Random programs, their values and gradients, by machine code beside eager ones."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from autograd_core import capture, value_and_grad
from autograd_core.testing.strategies import calls

pytest.importorskip("llvmlite", reason="native code needs llvmlite")

lowered: list[bool] = []


@settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(calls(scalar=True))
def random_programs(case):
    f, arguments = case
    numbers = tuple(range(len(arguments)))
    both = value_and_grad(f, numbers)
    value, gradients = both(*arguments)
    fast = capture(both, native=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for _ in range(3):
            found, others = fast(*arguments)
    np.testing.assert_allclose(found, value, rtol=1e-11, atol=1e-11)
    for g, other in zip(gradients, others, strict=True):
        np.testing.assert_allclose(other, g, rtol=1e-9, atol=1e-9 * max(1.0, np.max(np.abs(g), initial=0.0)))
        assert (type(other), np.shape(other)) == (type(g), np.shape(g))
    if hasattr(fast, "_programs") and fast._programs:  # else the step is not captured at all
        lowered.append(type(fast.program).__name__ == "NativeProgram")


@pytest.mark.heavy
def test_random_programs():
    """Most of them have native code, else nothing was tried; sorting, convolution and SciPy's functions have none."""
    random_programs()
    assert len(lowered) > 10
    assert np.mean(lowered) > 0.7
