"""Derivatives by finite differences: what the table is compared with, and independent of it."""

import itertools

import numpy as np


def directional(f, xs, ts, step=2e-3):
    """d/ds f(x + s t) at s = 0, for functions of lists of arrays: central differences, extrapolated three times."""

    def difference(h):
        plus = f([x + h * t for x, t in zip(xs, ts, strict=True)])
        minus = f([x - h * t for x, t in zip(xs, ts, strict=True)])
        return [(a - b) / (2 * h) for a, b in zip(plus, minus, strict=True)]

    rows = [difference(step / 2**k) for k in range(4)]
    for order in (4, 16, 64):  # Richardson: each removes the next even power of the step
        rows = [[(order * b - a) / (order - 1) for a, b in zip(low, high, strict=True)] for low, high in itertools.pairwise(rows)]
    return rows[0]


def directions(arrays, seed):
    """A random direction for each array, complex for complex ones."""
    r = np.random.default_rng(seed)
    return [r.standard_normal(x.shape) + (1j * r.standard_normal(x.shape) if np.iscomplexobj(x) else 0) for x in arrays]


def pairing(a, b):
    """Re Σ a b, the pairing under which a pullback is the transpose of the derivative (for complex values too)."""
    return sum(np.real(np.sum(x * y)) for x, y in zip(a, b, strict=True))


def close(ours, numeric, rtol=1e-7, atol=1e-8):
    """Raise where lists of arrays differ by more than rounding."""
    for a, b in zip(ours, numeric, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=atol * max(1, np.max(np.abs(b), initial=0)))
