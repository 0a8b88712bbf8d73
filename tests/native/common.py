"""What the tests of native code share: a function by machine code and by NumPy's replay of the same program, side by side."""

import numpy as np
import pytest

from autograd_core import capture
from autograd_core.capturing.native.choice import FITTING

pytest.importorskip("llvmlite", reason="native code needs llvmlite")

CALLS = 3  # the last one is a replay in any case


def native(f, *args, **options):
    """(captured function, its result), by machine code."""
    fast = capture(f, strict=True, native=True, **options)
    for _ in range(CALLS):
        result = fast(*args)
    assert type(fast.program).__name__ == "NativeProgram", fast.program.program.notes
    return fast, result


def replayed(f, *args):
    fast = capture(f, strict=True, passes=FITTING)
    for _ in range(CALLS):
        result = fast(*args)
    return result


def bits(array):
    """Numbers as integers that follow one another as the numbers do, so that a difference counts those between."""
    array = np.asarray(array)
    if array.dtype.kind != "f":
        return array.astype(np.int64)
    whole = array.view(f"i{array.itemsize}").astype(np.int64)
    least = np.int64(-(2**63) if array.itemsize == 8 else -(2**31))
    return np.where(whole < 0, least - whole, whole)


def ulps(found, expected):
    """How many numbers lie between two at most; NaN is as far from NaN as 0 from 0, and 0.0 from -0.0 as one step."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    if found.dtype.kind != "f":
        return 0 if np.array_equal(found, expected) else np.inf
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(found), nan)
    found, expected = np.where(nan, 0, found).astype(found.dtype), np.where(nan, 0, expected).astype(found.dtype)
    signs = np.signbit(found) != np.signbit(expected)
    assert not np.any(signs & (found == 0) & (expected == 0)), "the sign of a zero"
    infinite = np.isinf(expected)
    np.testing.assert_array_equal(found[infinite], expected[infinite])
    return int(np.max(np.abs(bits(found) - bits(expected)), initial=0, where=~infinite))
