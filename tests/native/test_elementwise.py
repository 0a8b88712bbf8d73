"""Every entry by elements against NumPy: over its domain, and at the points where something is special."""

import numpy as np
import pytest

from autograd_core.capturing.native.table import ELEMENTWISE
from autograd_core.capturing.native.table.elementwise import OF_THE_LIBRARY
from tests.native.common import native, ulps

EDGES = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, -0.5, 2.0, -2.5, 1.5, 1e-310, 1e300, -1e300, 0.1, 3.0, 88.0, -745.0]
WHOLE = [0, 1, -1, 2, -2, 7, -7, 5, 2**62, -(2**63), 2**63 - 1, 3, 10]
ROUNDED = {np.sqrt, np.fabs, np.floor, np.ceil, np.trunc, np.rint, np.copysign, np.fmod}  # which are exact, in any library
# The last digits, of libm and of NumPy's own loops
LAST_DIGITS = 4
COMPOSED = {
    np.logaddexp: 8,
    np.logaddexp2: 8,
    np.power: 4,
    np.float_power: 4,
    np.deg2rad: 1,
    np.rad2deg: 1,
    np.radians: 1,
    np.degrees: 1,
}


def points(kind, rng):
    if kind == "?":
        return np.array([True, False, True, False])
    if kind in "lq":
        return np.array(WHOLE)
    if kind == "i":
        return np.array([0, 1, -1, 7, -7, 2**31 - 1, -(2**31), 5], np.int32)
    edges = np.array(EDGES, kind) if kind == "d" else np.array([x for x in EDGES if abs(x) < 1e38 or not np.isfinite(x)], kind)
    return np.concatenate([edges, rng.normal(size=30).astype(kind), (rng.normal(size=20) * 30).astype(kind)])


# Without native code: NumPy has loops of integers for these, which nobody differentiates
OF_FLOATS = {np.power, np.reciprocal, np.float_power}


def known(kind, count):
    """The ufuncs of so many operands that compute in this dtype, or make numbers of those that have code from it."""
    found = []
    for ufunc in ELEMENTWISE:
        if getattr(np, ufunc.__name__, None) is not ufunc:  # of SciPy, if that is there: see test_special
            continue
        if ufunc.nin != count or (kind not in "fd" and ufunc in OF_FLOATS):
            continue
        try:
            dtypes = ufunc.resolve_dtypes((*[np.dtype(kind)] * count, None))
        except TypeError:
            continue
        if all(dtype.char in "fd?liq" for dtype in dtypes):
            found.append(ufunc)
    return found


OF_ZEROS = {np.maximum, np.minimum, np.fmax, np.fmin}


def allowed(ufunc):
    return COMPOSED.get(ufunc, 0 if ufunc in ROUNDED or ufunc not in OF_THE_LIBRARY else LAST_DIGITS)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("kind", ["d", *[pytest.param(kind, marks=pytest.mark.heavy) for kind in "f?li"]])
def test_elementwise(kind, count):
    """All pairs of points at once, and some as numbers, which have code of their own."""
    x, ufuncs = points(kind, np.random.default_rng(0))[: 30 if count == 2 else None], known(kind, count)
    args = [x] if count == 1 else [np.repeat(x, len(x)), np.tile(x, len(x))]
    expected = [ufunc(*args) for ufunc in ufuncs]
    _, found = native(lambda *args: [ufunc(*args) for ufunc in ufuncs], *args)
    numbers = [part[:: max(1, part.size // 3)][:3].copy() for part in args]
    _, singles = native(lambda *args: [ufunc(*[a[i] for a in args]) for ufunc in ufuncs for i in range(len(args[0]))], *numbers)
    for i, ufunc in enumerate(ufuncs):
        if ufunc in OF_ZEROS:  # of 0.0 and -0.0 NumPy takes the one or the other, as its loops are long or short
            same = (args[0] == args[1]) & (args[0] == 0)
            np.testing.assert_array_equal(found[i][same], 0)
            found[i][same] = expected[i][same]
            assert ulps(found[i], expected[i]) == 0, ufunc
            continue
        assert ulps(found[i], expected[i]) <= allowed(ufunc), ufunc
        few = len(numbers[0])
        assert ulps(np.array(singles[i * few : i * few + few]), ufunc(*numbers)) <= allowed(ufunc), ufunc
