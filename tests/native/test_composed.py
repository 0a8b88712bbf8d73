"""Functions that NumPy makes of others: the same bits as NumPy, also of what is special; sums of products to the last digits."""

import numpy as np
import pytest

from tests.native.common import native, ulps

R = np.random.default_rng(0)
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308, -1e308, 5e-324, 1.0, -1.5, 2.5]

EXACT = {  # of x (4, 3), v (7,), w (3,)
    "split": lambda x, v, w: [*np.split(x, 2), *np.array_split(v, 3), *np.hsplit(x, 3), *np.unstack(x), *np.vsplit(x, 2)],
    "append": lambda x, v, w: [np.append(x, v), np.append(x, x * 2, 0), np.append(x, 1.5)],
    "insert": lambda x, v, w: [np.insert(v, 2, w[0]), np.insert(x, 1, w, axis=0), np.insert(v, [1, 3], w[:2])],
    "delete": lambda x, v, w: [np.delete(v, 2), np.delete(x, [0, 2], 0)],
    "resize": lambda x, v, w: [np.resize(v, (3, 5)), np.diagflat(w), np.dstack([x, x])],
    "shift": lambda x, v, w: [np.fft.fftshift(v), np.fft.ifftshift(x, 1)],
    "linalg": lambda x, v, w: [np.linalg.diagonal(x[:3]), np.linalg.matrix_transpose(x), np.linalg.outer(v, w), np.real(x)],
    "diff": lambda x, v, w: [np.diff(v), np.diff(x, 2, 0), np.diff(x, axis=0), np.diff(x > 0), np.ediff1d(x)],
    "ptp": lambda x, v, w: [np.ptp(v), np.ptp(x, 0), np.ptp(x, axis=1, keepdims=True)],
    "nanmax": lambda x, v, w: [np.nanmax(np.where(v > 1, np.nan, v)), np.nanmin(np.where(x > 0, np.nan, x), 0)],
    "count": lambda x, v, w: [
        np.count_nonzero(x > 0), np.count_nonzero(x > 0, axis=0), np.count_nonzero(np.floor(v)),
        np.count_nonzero(x > 0, axis=1, keepdims=True),
    ],
    "round": lambda x, v, w: [np.round(v, 2), np.round(x * 100, -1), np.round(w), np.around(v, 3), x.round(1)],
    "divmod": lambda x, v, w: [*np.divmod(v, 0.3), *np.divmod(np.arange(-3, 4), 3)],
    "select": lambda x, v, w: [np.select([v > 1, v > 0], [v * 2, v * 3], -1.0), np.select([x > 0], [x])],
    "polyval": lambda x, v, w: [np.polyval(w, v), np.polyval([1.0, 2.0, 3.0], x)],
    "trace": lambda x, v, w: [np.trace(x), np.trace(x, 1), np.linalg.trace(x[:3]), np.trace(np.stack([x, x]), 0, 1, 2)],
    "kron": lambda x, v, w: [np.kron(v, w), np.kron(x, x[:2])],
    "norm": lambda x, v, w: [np.linalg.norm(x, axis=0), np.linalg.norm(x, None, 1, True), np.linalg.vector_norm(x, axis=1)],
    "frexp": lambda x, v, w: [*np.frexp(v), *np.frexp(x), np.ldexp(v, np.array([3, -3, 0, 2000, -2000, 1, 60])), np.ldexp(w, 2)],
    "modf": lambda x, v, w: [*np.modf(v), *np.modf(w * 3), np.fix(v), np.imag(x)],
    "choose": lambda x, v, w: np.choose(np.array([0, 2, 1]), [w, w * 2, 7.0]),
    "chosen": lambda x, v, w: np.choose((v > 0).astype(np.int64), [v, -v]),
    "pad": lambda x, v, w: [np.pad(v, 2), np.pad(x, 1, constant_values=2.5), np.pad(w, (0, 2), mode="constant")],
    "beginning": lambda x, v, w: [
        np.max(v, initial=0.5), np.min(x, 1, initial=-0.25), np.max(x, axis=0, initial=-1.0, where=x < 0.5),
        np.min(x, axis=1, keepdims=True, initial=9.0, where=np.array([True, False, True])), np.max(v > 0, initial=False),
    ],
    "running": lambda x, v, w: [np.cumsum(v, dtype=float), np.cumprod(x, 1), np.sum(x[0, 0]), np.sum(v[:0])],
}  # fmt: skip
CLOSE = {
    "norm": lambda x, v, w: [np.linalg.norm(v), np.linalg.norm(x), np.linalg.norm(v, 2), np.linalg.vector_norm(x)],
    "vecdot": lambda x, v, w: [np.vecdot(x, w), np.linalg.vecdot(x, x * 2), np.matvec(x, w), np.vecmat(w, x.T)],
    "matmul": lambda x, v, w: [np.linalg.matmul(x, x.T), np.linalg.tensordot(x, w, axes=1)],
    "convolve": lambda x, v, w: [np.convolve(*pair, mode) for pair in ((v, w), (w, v)) for mode in ("full", "same", "valid")],
    "correlate": lambda x, v, w: [np.correlate(v, other, mode) for other in (w, v[:4]) for mode in ("full", "same", "valid")],
}


def arguments():
    return R.normal(size=(4, 3)), R.normal(size=7), R.normal(size=3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_same_bits():
    """Of numbers, and of NaN, infinities, signs of zeros, overflow."""
    together = lambda *args: [f(*args) for f in EXACT.values()]
    fast, _ = native(together, *arguments())
    special = R.choice(SPECIAL, (4, 3)), R.choice(SPECIAL, 7), R.choice(SPECIAL, 3)
    for args in (arguments(), special, (special[0], *arguments()[1:])):
        for name, found, expected in zip(EXACT, fast(*args), together(*args), strict=True):
            for a, b in zip(*[y if type(y) is list else [y] for y in (found, expected)], strict=True):
                assert ulps(a, b) == 0, name


def test_sums_of_products():
    together = lambda *args: [f(*args) for f in CLOSE.values()]
    fast, _ = native(together, *arguments())
    for args in (arguments(), arguments()):
        for name, found, expected in zip(CLOSE, fast(*args), together(*args), strict=True):
            for a, b in zip(found, expected, strict=True):
                assert (a.shape, a.dtype) == (b.shape, b.dtype)
                np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-14, err_msg=name)
