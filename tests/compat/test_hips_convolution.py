"""HIPS autograd's `scipy.signal.convolve`, against the definition, written out as loops."""

import itertools

import numpy as np
import pytest

from autograd_core.compat.hips.convolution import convolve
from autograd_core.testing import gradcheck


def by_definition(A, B, axes, dot_axes, mode):
    """Σ A[…, i, …] B[…, k - i, …] over i, and over the axes that are summed; cut to the mode."""
    conv_A, conv_B = axes
    own_A = [i for i in range(A.ndim) if i not in (*conv_A, *dot_axes[0])]
    own_B = [j for j in range(B.ndim) if j not in (*conv_B, *dot_axes[1])]
    A = np.transpose(A, [*own_A, *dot_axes[0], *conv_A])
    B = np.transpose(B, [*own_B, *dot_axes[1], *conv_B])
    a, b, many = len(own_A), len(own_B), len(dot_axes[0])
    n, m = A.shape[a + many :], B.shape[b + many :]
    out = np.zeros((*A.shape[:a], *B.shape[:b], *[x + y - 1 for x, y in zip(n, m, strict=True)]))
    for i in itertools.product(*map(range, n)):
        for j in itertools.product(*map(range, m)):
            product = np.tensordot(A[(..., *i)], B[(..., *j)], (list(range(a, a + many)), list(range(b, b + many))))
            out[(..., *[x + y for x, y in zip(i, j, strict=True)])] += product
    for axis, (x, y) in enumerate(zip(n, m, strict=True), a + b):
        size = {"full": x + y - 1, "same": x, "valid": abs(x - y) + 1}[mode]
        first = (x + y - 1 - size) // 2 if mode == "same" else min(x, y) - 1 if mode == "valid" else 0
        out = np.take(out, range(first, first + size), axis)
    return out


CASES = {
    "one axis": ((6,), (3,), None, ((), ())),
    "two axes": ((5, 4), (2, 3), None, ((), ())),
    "some axes": ((2, 5, 3), (3, 2), ([1], [0]), ((), ())),
    "a sum": ((2, 6), (2, 3), ([1], [1]), ([0], [0])),
    "images and channels": ((2, 3, 5, 4), (3, 2, 2, 3), ([2, 3], [2, 3]), ([1], [0])),
    "the second longer": ((2, 3), (4, 5), ([1], [1]), ((), ())),
    "the second longer, a sum": ((2, 3, 2), (2, 4, 5), ([1], [2]), ([0], [0])),
}


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("name", CASES)
def test_as_defined(name, mode, rng):
    shape_A, shape_B, axes, dot_axes = CASES[name]
    A, B = rng.normal(size=shape_A), rng.normal(size=shape_B)
    whole = (list(range(A.ndim)), list(range(A.ndim))) if axes is None else axes
    expected = by_definition(A, B, whole, dot_axes, mode)
    got = convolve(A, B, axes=axes, dot_axes=dot_axes, mode=mode)
    assert np.shape(got) == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)
    assert gradcheck(lambda A, B: convolve(A, B, axes=axes, dot_axes=dot_axes, mode=mode), A, B, directions=2)


def test_wrong_modes_and_sizes_are_told():
    with pytest.raises(ValueError, match=r"^convolve: mode must be one of full, valid, same, got 'wrap'"):
        convolve(np.ones(3), np.ones(2), mode="wrap")
    with pytest.raises(ValueError, match=r"^convolve: in mode 'valid' one array must be at least as long as the other"):
        convolve(np.ones((3, 2)), np.ones((2, 3)), mode="valid")
