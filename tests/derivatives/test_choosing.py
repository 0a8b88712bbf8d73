"""`only` and `either` are `np.where`, bit for bit, below and above the size from which they go by integers."""

import numpy as np
import pytest

from autograd_core.derivatives.choosing import LARGE, cleared, either, only

r = np.random.default_rng(0)


def special(shape, dtype):
    x = r.normal(size=shape).astype(dtype)
    for value in (np.inf, -np.inf, np.nan, -0.0, np.finfo(dtype).tiny / 4):
        x[r.random(shape) < 0.1] = value
    return x


def same_bits(found, expected):
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "c16"])
@pytest.mark.parametrize("shape", [(7,), (LARGE + 1,), (80, 90), (2, 60, 70)])
def test_both(shape, dtype):
    a, b = special(shape, dtype), special(shape, dtype)
    mask = a > b if dtype != "c16" else a.real > b.real
    pairs = [(mask, a, b), (mask.T, a.T, b.T), (mask[::-1], a, b), (~mask, a[..., ::-1], np.asfortranarray(b))]
    for mask, a, b in pairs:
        found, expected = only(mask, a), np.where(mask, a, 0)
        same_bits(found, expected)
        same_bits(either(mask, a, b), np.where(mask, a, b))
        same_bits(cleared(a, ~mask), np.where(mask, a, 0))


def test_a_gradient_that_is_spread():
    """One for each row, and one for all."""
    mask = r.random((100, 90)) < 0.3
    for g in (special((100, 1), "f8"), special((1, 1), "f4"), special((90,), "f8")):
        same_bits(only(mask, g), np.where(mask, g, 0))
    a, b = special((100, 90), "f8"), special((1, 90), "f8")
    same_bits(either(mask, a, b), np.where(mask, a, b))
    same_bits(either(mask, a, 2.0), np.where(mask, a, 2.0))
