"""What is masked away contributes exactly 0 to every gradient: one property for every entry of the table.

In a loss such as `np.sum(np.where(ok, f(w * x), 0))` some elements of x are NaN, infinite or at a pole. The outputs that they
reach are masked, so the derivatives by w are those of the same loss with harmless numbers in their place: of first and second
order, in reverse and forward mode.
"""

import itertools
import warnings

import numpy as np
import pytest

from autograd_core import grad, jvp
from tests.derivatives.finite import directions
from tests.derivatives.test_table import ENTRIES, QUICK, calls_of, of_special, run

NAN, INF = np.nan, np.inf
BAD = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 1e3, -1e3, 1e200, -1e200, 1e-320]

# NumPy itself never returns from an infinity
NO_INFINITY = "linalg.pinv linalg.lstsq"
# LAPACK gives a diagonal matrix with a NaN the right vectors: its outputs are not masked
NOT_MASKED = "linalg.eigh"


def every(names):
    """All of them; those of scipy.special are slow."""
    return pytest.mark.parametrize(
        "name", [pytest.param(name, marks=[pytest.mark.heavy] * of_special(ENTRIES[name])) for name in names]
    )


def orders(loss, w):
    """The gradient of a loss, its derivative in the direction of w, and the gradient of the sum of the gradient."""
    return [grad(loss)(w), jvp(loss, (w,), (w,))[1], grad(lambda w: np.sum(grad(loss)(w)))(w)]


@every([name for name, entry in ENTRIES.items() if entry.domain is not None])
def test_elements_that_are_masked_contribute_zero(name):
    """An elementwise entry at a good point and all bad ones, in pairs where it has two operands."""
    entry = ENTRIES[name]
    good = [(low + high) / 2 + 0.05 for low, high in np.clip(entry.domain, -3, 3)]
    points = [good, *itertools.product(*[[x, *BAD] for x in good])]
    columns = [np.array(column) for column in zip(*points, strict=True)]
    ok = np.arange(len(points)) == 0

    def loss(w, columns=columns, ok=ok):
        return np.sum(np.where(ok, entry.function(*[w * column for column in columns]), 0))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = orders(loss, np.ones(len(points)))
        wanted = orders(lambda w: loss(w, columns=[np.array([x]) for x in good], ok=np.array([True])), np.ones(1))
    for order, one, other in zip(("first", "forward", "second"), found, wanted, strict=True):
        if order == "forward":
            np.testing.assert_allclose(one, other, rtol=1e-12)
        else:
            np.testing.assert_allclose(one[0], other[0], rtol=1e-12)
            faults = {points[i]: one[i] for i in range(1, len(points)) if one[i] != 0}
            assert not faults, f"{name}, {order} order"


def spoiled(good):
    """Operands with NaN, an infinity or 0 as their first element, and with nothing but NaN: one of them at a time."""
    for i, x in enumerate(good):
        for bad in [NAN, INF, 0.0] if x.size else []:
            first = x.copy()
            first.reshape(-1)[0] = bad
            yield [*good[:i], first, *good[i + 1 :]]
        if x.size > 1:
            yield [*good[:i], np.full_like(x, NAN), *good[i + 1 :]]


def outputs(entry, one, operands):
    """The results of a call on plain arrays; None where NumPy refuses these numbers."""
    try:
        return [np.asarray(out) for out in run(entry, one, [1.0 * x for x in operands])]
    except (ValueError, TypeError, OverflowError, IndexError):  # LinAlgError is a ValueError
        return None


@every([name for name, entry in ENTRIES.items() if calls_of(name) and name not in NOT_MASKED.split()])
def test_outputs_that_are_masked_contribute_zero(name):
    """The calls of `cases_*.py`, with bad numbers in an operand; the outputs that are no longer what they were are masked."""
    entry, faults, tried = ENTRIES[name], [], 0

    def loss(w, one, operands, kept, weights):
        outs = run(entry, one, [w * x for x in operands])
        return sum(np.sum(np.real(np.where(ok, out, 0) * c)) for out, ok, c in zip(outs, kept, weights, strict=True))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for one in calls_of(name)[: 2 if QUICK else 6]:
            good, wanted = one.operands(), {}
            expected = outputs(entry, one, good)
            weights = directions(expected, 3)
            for operands in spoiled(good):
                if name in NO_INFINITY.split() and any(np.isinf(x).any() for x in operands):
                    continue
                outs = outputs(entry, one, operands)
                if outs is None or [out.shape for out in outs] != [out.shape for out in expected]:
                    continue
                kept = [np.isfinite(out) & (out == other) for out, other in zip(outs, expected, strict=True)]
                key = repr(kept)
                if key not in wanted:  # most often nothing is kept
                    some = any(ok.any() for ok in kept)
                    wanted[key] = orders(lambda w: loss(w, one, good, kept, weights), 1.0) if some else [0, 0, 0]  # noqa: B023
                found = orders(lambda w: loss(w, one, operands, kept, weights), 1.0)  # noqa: B023
                tried += 1
                if not np.allclose(found, wanted[key], rtol=1e-9, atol=1e-11):
                    faults.append(f"{one!r} of {operands}: {found}, right {wanted[key]}")
    assert tried or not any(x.size for one in calls_of(name)[:6] for x in one.operands())
    assert not faults, f"{name}, {len(faults)} of {tried}:\n" + "\n".join(faults[:4])
