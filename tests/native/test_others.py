"""The address of machine code in the hands of others: ctypes, cffi, SciPy's integrators, Numba."""

import ctypes

import numpy as np
import pytest

from autograd_core import grad, jacobian
from tests.native.common import native

NUMBER = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)
NUMBERS = ctypes.POINTER(ctypes.c_double)
ARRAY = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, NUMBERS)


def lorenz(s):
    return np.stack([10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]])


START = np.array([1.0, 2.0, 20.0])


def pointers(*arrays):
    return [array.ctypes.data_as(NUMBERS) for array in arrays]


def test_ctypes():
    fast, _ = native(lambda x, y: np.sin(x) * y, np.float64(1.0), np.float64(2.0))
    assert fast.program.signature == "double (double, double)"
    f = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_double)(fast.program.address)
    assert f(0.5, 3.0) == pytest.approx(np.sin(0.5) * 3, rel=1e-15)
    fast, _ = native(lambda x: np.sum(x * x), np.ones(3))
    assert fast.program.signature == "double (int, double *)"
    g = ARRAY(fast.program.address)
    assert g(3, (ctypes.c_double * 3)(1, 2, 3)) == 14
    assert np.isnan(g(2, (ctypes.c_double * 3)(1, 2, 3)))
    fast, _ = native(jacobian(lorenz), START)
    assert fast.program.signature == "int (const double *, double *)"
    slopes = np.empty((3, 3))
    assert ctypes.CFUNCTYPE(ctypes.c_int, NUMBERS, NUMBERS)(fast.program.address)(*pointers(START, slopes)) == 0
    np.testing.assert_array_equal(slopes, jacobian(lorenz)(START))


def test_a_program_that_does_not_apply_says_so():
    """It answers 1 and writes nothing; a function of numbers answers NaN."""
    fast, _ = native(lambda x: np.sum(x) * 2 if np.sum(x) > 0 else x[0], np.ones(3))
    g = ARRAY(fast.program.address)
    assert g(3, (ctypes.c_double * 3)(1, 2, 3)) == 12
    assert np.isnan(g(3, (ctypes.c_double * 3)(-1, -2, -3)))
    fast, _ = native(lambda x: x * 2 if np.sum(x) > 0 else x, np.ones(3))
    f, out = ctypes.CFUNCTYPE(ctypes.c_int, NUMBERS, NUMBERS)(fast.program.address), np.full(3, 7.0)
    assert f(*pointers(np.full(3, -1.0), out)) == 1
    assert out.tolist() == [7.0] * 3


def test_cffi():
    """`ffi.cast` of the address to the signature, as a pointer."""
    cffi = pytest.importorskip("cffi", reason="needs cffi")
    ffi, (fast, _) = cffi.FFI(), native(grad(lambda x: np.exp(-x * x)), np.float64(0.3))
    f = ffi.cast(fast.program.signature.replace(" (", " (*)(", 1), fast.program.address)
    assert f(0.5) == pytest.approx(-np.exp(-0.25), rel=1e-15)
    fast, _ = native(lorenz, START)
    f = ffi.cast(fast.program.signature.replace(" (", " (*)(", 1), fast.program.address)
    slopes = np.empty(3)
    assert f(ffi.from_buffer("double[]", START), ffi.from_buffer("double[]", slopes)) == 0
    np.testing.assert_array_equal(slopes, lorenz(START))


def test_scipys_integrators_take_it_as_it_is():
    """A function of a number, and one of an array, whose first element is what is integrated over."""
    integrate = pytest.importorskip("scipy.integrate", reason="needs SciPy")
    from scipy import LowLevelCallable

    fast, _ = native(lambda x: np.exp(-x * x), np.float64(0.0))
    f = LowLevelCallable(NUMBER(fast.program.address))
    assert integrate.quad(f, -np.inf, np.inf)[0] == pytest.approx(np.sqrt(np.pi), rel=1e-8)
    fast, _ = native(lambda x: np.exp(-x[1] * x[0]) * x[2], np.ones(3))
    g = LowLevelCallable(ARRAY(fast.program.address))
    assert integrate.quad(g, 0, np.inf, args=(2.0, 3.0))[0] == pytest.approx(1.5, rel=1e-8)
    fast, _ = native(lambda x: x[0] * x[0] * x[1], np.ones(2))
    h = LowLevelCallable(ARRAY(fast.program.address))
    assert integrate.nquad(h, [[0, 3], [0, 2]])[0] == pytest.approx(18, rel=1e-8)


@pytest.mark.heavy
def test_as_a_right_hand_side_of_scipys():
    """`solve_ivp` takes functions of Python's, such as the captured one; the Jacobian goes the same way."""
    integrate = pytest.importorskip("scipy.integrate", reason="needs SciPy")
    right, slopes = native(lorenz, START)[0], native(jacobian(lorenz), START)[0]
    options = {"method": "Radau", "rtol": 1e-9, "atol": 1e-9}
    found = integrate.solve_ivp(lambda t, s: right(s), (0, 1), START, jac=lambda t, s: slopes(s), **options)
    expected = integrate.solve_ivp(lambda t, s: lorenz(s), (0, 1), START, **options)
    np.testing.assert_allclose(found.y[:, -1], expected.y[:, -1], rtol=1e-6)


@pytest.mark.heavy
def test_numba():
    """In compiled loops: a sum over a function of numbers, and the steps of Runge and Kutta's method, without Python."""
    numba = pytest.importorskip("numba", reason="needs Numba")
    fast, _ = native(grad(lambda x: np.sin(x) * x), np.float64(1.0))
    f = NUMBER(fast.program.address)

    @numba.njit
    def total(n):
        found = 0.0
        for i in range(n):
            found += f(i / n)
        return found

    x = np.arange(1000) / 1000
    assert total(1000) == pytest.approx(np.sum(np.cos(x) * x + np.sin(x)), rel=1e-12)
    fast, _ = native(lorenz, START)
    right = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(fast.program.address)

    @numba.njit
    def solved(s, step, n):
        k1, k2, k3, k4 = np.empty_like(s), np.empty_like(s), np.empty_like(s), np.empty_like(s)
        for _ in range(n):
            right(s.ctypes, k1.ctypes)
            there = s + step / 2 * k1
            right(there.ctypes, k2.ctypes)
            there = s + step / 2 * k2
            right(there.ctypes, k3.ctypes)
            there = s + step * k3
            right(there.ctypes, k4.ctypes)
            s = s + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        return s

    integrate = pytest.importorskip("scipy.integrate", reason="needs SciPy")
    exact = integrate.solve_ivp(lambda t, s: lorenz(s), (0, 0.5), START, rtol=1e-11, atol=1e-11).y[:, -1]
    np.testing.assert_allclose(solved(START, 1e-3, 500), exact, rtol=1e-8)
