"""Derivatives of functions of scipy.special against mpmath, which takes differences with many digits."""

import functools
import itertools
import warnings

import numpy as np
import pytest

from autograd_core import grad

mp = pytest.importorskip("mpmath")


def slope(f, k):
    """The derivative of an elementwise function by its operand k."""
    return lambda *xs: grad(lambda *ys: np.sum(f(*ys)), k)(*xs)


def check(f, double, *columns, by=(0,), orders=(1, 2), pairs=None, rtol=1e-13, atol=0.0, dtype=np.float64, dps=50, product=False):
    """Raise where a derivative is off by more than rtol of it (or atol), or not finite where the right one is in range.

    f, double   the function, and the same of numbers of mpmath
    columns     for each operand the values; with product=True every combination of them
    by          the operands to differentiate by
    pairs       of them the second derivatives are by, in the order of the passes; all, if None
    """
    points = list(itertools.product(*columns)) if product else list(zip(*columns, strict=True))
    xs = [np.array(column, dtype) for column in zip(*points, strict=True)]
    wanted = [(k,) for k in by if 1 in orders]
    wanted += [pair for pair in (itertools.product(by, repeat=2) if pairs is None else pairs) if 2 in orders]
    right_at = functools.cache(lambda point, ks: _right(double, point, ks, dps))
    faults = []
    for ks in wanted:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            g = f
            for k in ks:
                g = slope(g, k)
            found = g(*xs)
        assert found.dtype == dtype
        for i, value in enumerate(found):
            point = tuple(float(x[i]) for x in xs)
            right = right_at(point, tuple(sorted(ks)))
            if abs(right) > np.finfo(dtype).max or abs(right) < 1e3 * np.finfo(dtype).tiny:
                if np.isnan(value):
                    faults.append(f"by {ks} at {point}: NaN, right {mp.nstr(right, 17)}")
                continue
            error = abs(mp.mpf(float(value)) - right) if np.isfinite(value) else mp.inf
            if error > rtol * abs(right) + atol:
                off = mp.nstr(error / abs(right), 3) if right else "all"
                faults.append(f"by {ks} at {point}: {value}, right {mp.nstr(right, 17)}, off by {off}")
    assert not faults, f"{len(faults)} of {len(points) * len(wanted)}:\n" + "\n".join(faults[:12])


def _right(double, point, ks, dps):
    with mp.workdps(dps):
        exact = [mp.mpf(x) for x in point]
        order = tuple(ks.count(k) for k in range(len(point)))
        if len(point) == 1:
            return mp.re(mp.diff(double, exact[0], order[0]))
        return mp.re(mp.diff(double, tuple(exact), order))
