"""Sines and cosines of tangents: their digits, and where they are made so."""

import mpmath
import numpy as np
import pytest

from autograd_core import capture, value_and_grad
from autograd_core.capturing.passes import sines, tangents
from autograd_core.capturing.program.functions import is_quick
from tests.capture.common import equal, replays

r = np.random.default_rng(3)
SIZE = tangents.ENOUGH
MADE = "of tangents"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """As if NumPy had quick code here."""
    monkeypatch.setattr(tangents, "is_quick", lambda name: True)


def captured(step, *args, **options):
    fast = capture(step, strict=True, **options)
    for _ in range(3):
        equal(fast(*args), step(*args))
    return fast


def near_zeros():
    multiples = np.arange(-SIZE // 2, SIZE // 2) * (np.pi / 2)
    return multiples + r.normal(size=SIZE) * 10.0 ** r.uniform(-17, -2, SIZE)


ARGUMENTS = {
    "normal": r.normal(size=SIZE),
    "large": r.uniform(-1e5, 1e5, SIZE),
    "near zeros": near_zeros(),
    "small": r.normal(size=SIZE) * 10.0 ** r.uniform(-300, 0, SIZE),
}


@pytest.mark.parametrize("x", ARGUMENTS.values(), ids=ARGUMENTS)
@pytest.mark.parametrize("names", [("sin",), ("cos",), ("cos", "sin")], ids=" and ".join)
def test_all_digits_but_the_last(names, x):
    """Against 40 digits."""
    fast = captured(lambda x: tuple([getattr(np, name)(x) * 1 for name in names]), x)
    assert str(fast.program).count(MADE) == len(names)
    with mpmath.workdps(40):
        for name, found in zip(names, fast(x), strict=True):
            for a, argument in zip(found.tolist(), x.tolist(), strict=True):
                expected = getattr(mpmath, name)(argument)
                assert abs(a - expected) <= 4.5 * 2.0**-53 * 2 * abs(expected)


def test_signs_of_zero():
    x = np.zeros(SIZE)
    x[::2] = -0.0
    sin, cos = captured(lambda x: (np.sin(x) * 1, np.cos(x) * 1), x)(x)
    np.testing.assert_array_equal(np.signbit(sin), np.signbit(x))
    np.testing.assert_array_equal(cos, np.ones(SIZE))


@pytest.mark.parametrize("shape", [(SIZE,), (40, 50), (2**16,)], ids=str)
def test_values_and_gradients(shape):
    x, y = r.normal(size=(2, *shape))
    step = value_and_grad(lambda x, y: np.sum(np.sin(x * y) * np.cos(x) + np.sin(x + 1)), (0, 1))
    fast = captured(step, x, y)
    assert str(fast.program).count(MADE) == 6
    replays(fast, y, x)
    equal(fast(y, x), step(y, x))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, 1e6, 1e300])
def test_arguments_for_which_it_does_not_hold(bad):
    step = lambda x: np.cos(x) + np.sin(x)
    x = r.normal(size=SIZE)
    fast, wrong = captured(step, x), x.copy()
    wrong[7] = bad
    with np.errstate(invalid="ignore"):
        for given in (wrong, x, wrong, x):
            np.testing.assert_allclose(fast(given), step(given), rtol=1e-14, atol=1e-15)
    assert MADE in str(captured(step, x).program)
    with np.errstate(invalid="ignore"):
        late = capture(step, strict=True)
        for _ in range(3):
            late(wrong)
    assert MADE not in str(late.program)


def test_where_it_is_left():
    """Few elements, other dtypes, numbers, without the pass, and without quick code."""
    step = lambda x: np.sin(x) * np.cos(x)
    for x in (r.normal(size=SIZE - 1), r.normal(size=SIZE).astype("f4"), r.normal(size=SIZE) + 1j, np.float64(0.5)):
        assert MADE not in str(captured(step, x).program)
    x = r.normal(size=SIZE)
    assert MADE in str(captured(step, x, passes=(sines,)).program)
    assert MADE not in str(captured(step, x, passes=()).program)


def test_without_quick_code(monkeypatch):
    monkeypatch.setattr(tangents, "is_quick", lambda name: False)
    assert MADE not in str(captured(lambda x: np.sin(x) * 2, r.normal(size=SIZE)).program)


def test_what_numpy_says_of_its_code():
    assert not is_quick("spacing")  # written in C alone
    assert not is_quick("no such function")
