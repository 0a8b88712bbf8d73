"""Elliptic integrals and functions against mpmath."""

import numpy as np
import pytest

from autograd_core import grad
from tests.scipy.right import check, mp

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")

M = [-1e4, -1.3, -1e-9, 0.0, 0.3, 0.9, 1 - 1e-9]
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-13), (np.float32, 5e-6)], ids=["float64", "float32"])


@DTYPES
def test_complete(dtype, rtol):
    points = M if dtype is np.float64 else M[1:-1]
    check(special.ellipk, mp.ellipk, points, rtol=rtol, dtype=dtype)
    check(special.ellipe, mp.ellipe, points, rtol=rtol, dtype=dtype)
    check(special.ellipkm1, lambda p: mp.ellipk(1 - p), [1e-9, 0.3, 1.0, 5.0], rtol=rtol, dtype=dtype, dps=60)


@pytest.mark.parametrize(("name", "double"), [("ellipkinc", mp.ellipf), ("ellipeinc", mp.ellipe)])
def test_incomplete(name, double):
    """Up to a quarter turn and beyond it, where mpmath adds the complete ones as well."""
    points = [(1e-6, 0.4), (0.7, -3.0), (-1.2, 0.9), (1.5707, 0.999), (2.0, 0.3), (-9.0, -0.7), (1.0, 0.0)]
    check(getattr(special, name), double, *zip(*points, strict=True), by=(0, 1), rtol=1e-12, dps=25)


CARLSON = {
    "elliprf": (mp.elliprf, [(0.3, 2.0, 5.0), (1e-8, 1.0, 30.0), (1.0, 1.0, 1.0)]),
    "elliprd": (mp.elliprd, [(0.3, 2.0, 5.0), (1e-8, 1.0, 30.0)]),
    "elliprc": (mp.elliprc, [(0.3, 2.0), (7.0, 0.01)]),
    "elliprj": (mp.elliprj, [(0.3, 2.0, 5.0, 0.4)]),
    "elliprg": (mp.elliprg, [(0.3, 2.0, 5.0), (1e-3, 1.0, 4.0)]),
}


@pytest.mark.parametrize("name", CARLSON)
def test_symmetric(name):
    double, points = CARLSON[name]
    check(getattr(special, name), double, *zip(*points, strict=True), by=range(len(points[0])), rtol=1e-12, dps=20)


def test_symmetric_at_0():
    """R_F(0, y, z) is K, and by its first argument it has an infinite slope there."""
    y = 0.7
    found = grad(special.elliprf, (0, 1))(0.0, y, 1.0)
    assert found[0] == -np.inf
    np.testing.assert_allclose(found[1], -float(mp.diff(mp.ellipk, 1 - y)), rtol=1e-13)


def test_principal_values():
    """R_C(x, y) for y < 0 by DLMF 19.2.20; the principal value of R_J, which has no such form, has a NaN for its slope."""
    points = [(0.3, -2.0), (7.0, -0.01), (1e-5, -1.0), (1.0, -1.0)]
    right = lambda x, y: mp.sqrt(x / (x - y)) * mp.elliprc(x - y, -y)
    check(special.elliprc, right, *zip(*points, strict=True), by=(0, 1), rtol=1e-12, dps=25)
    assert np.isnan(grad(special.elliprj, (0, 1, 2, 3))(0.3, 2.0, 5.0, -0.4)).all()


LEFT = [
    (-0.7 + 0.1j, -2.0 + 1j, -1.0 + 0.5j),
    (-1.0 + 1j, -1.0 - 1j, 0.5),
    (-2.0 - 0.3j, 3.0 + 0.2j, 1j),
    (-1.0 + 2j, 1.0, -1.0 - 0.6j),
]


@pytest.mark.parametrize("name", ["elliprc", "elliprd", "elliprg"])
@pytest.mark.parametrize("part", ["real", "imag"])
@pytest.mark.parametrize("numbers", LEFT, ids=str)
def test_left_of_the_imaginary_axis(name, numbers, part):
    f, double, count = getattr(special, name), getattr(mp, name), 2 if name == "elliprc" else 3
    found = grad(lambda v: getattr(np, part)(f(*[z + t for z, t in zip(numbers, v, strict=False)])))(np.zeros(count))
    for k in range(count):
        with mp.workdps(30):
            along = lambda t, k=k: double(*[mp.mpmathify(z) + t * (i == k) for i, z in enumerate(numbers[:count])])
            right = getattr(mp.diff(along, 0), part)
        np.testing.assert_allclose(found[k], float(right), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("k", range(4))
def test_jacobi(k):
    """sn, cn, dn by mpmath's own; φ by the inverse of F."""
    if k < 3:
        f = lambda u, m: mp.ellipfun(("sn", "cn", "dn")[k], u, m=m)
    else:
        f = lambda u, m: mp.findroot(lambda phi: mp.ellipf(phi, m) - u, float(special.ellipj(float(u), float(m))[3]))
    points = [(0.7, 0.3), (-2.2, 0.8), (5.0, 0.1), (1.3, 0.99)]
    check(lambda u, m: special.ellipj(u, m)[k], f, *zip(*points, strict=True), by=(0, 1), rtol=2e-11, dps=30 if k < 3 else 25)


def test_jacobi_at_m_0():
    """sn is sin u, and its slope by m -(u - sin u cos u) cos u / 4 (DLMF 22.10.4)."""
    u = 0.7
    found = grad(lambda u, m: special.ellipj(u, m)[0], (0, 1))(u, 0.0)
    np.testing.assert_allclose(found, (np.cos(u), -(u - np.sin(u) * np.cos(u)) * np.cos(u) / 4), rtol=1e-13)


def test_complex_arguments():
    z = np.array([0.3 + 1j])
    found = grad(lambda x: np.sum(np.real(special.elliprf(x + z, 2.0, 1j))))(np.array([0.0]))
    right = mp.diff(lambda x: mp.elliprf(x, 2, 1j), mp.mpc(0.3, 1))
    np.testing.assert_allclose(found, [float(right.real)], rtol=1e-13)
    second = grad(grad(lambda x: np.real(special.elliprf(x + z[0], 2.0, 1j))))(0.0)
    np.testing.assert_allclose(second, float(mp.diff(lambda x: mp.elliprf(x, 2, 1j), mp.mpc(0.3, 1), 2).real), rtol=1e-11)
