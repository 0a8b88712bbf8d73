"""Products and systems with Toeplitz and circulant matrices, which never stand written out."""

import numpy as np
import scipy.linalg

from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import doubles, linalg, mT


def column_and_row(c_or_cr):
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, np.conjugate(c_or_cr))
    c, r = np.ravel(c) if np.ndim(c) == 0 else c, np.ravel(r) if np.ndim(r) == 0 else r
    return c, r


def diagonal_sums(m):
    """The sums over each diagonal of a stack of square matrices, from the lowest to the highest."""
    n = m.shape[-1]
    # Row i is to move by i places: so it is, where rows of 2 n elements are read as rows of 2 n - 1
    padded = np.concatenate([m[..., ::-1, :], np.zeros(m.shape, m.dtype)], axis=-1)
    flat = np.reshape(padded, (*m.shape[:-2], 2 * n * n))[..., : n * (2 * n - 1)]
    return np.sum(np.reshape(flat, (*m.shape[:-2], n, 2 * n - 1)), axis=-2)


def transposed_solution(g, c, r):
    """T⁻ᵀ ḡ. The first element of the row is not read."""
    return solved_toeplitz(np.concatenate([c[..., :1], r[..., 1:]], axis=-1), c, g)


def of_diagonals(g, c, r, b_shape, out):
    back = -transposed_solution(g, c, r)
    return diagonal_sums(back[..., :, None] * out[..., None, :] if len(b_shape) == 1 else back @ mT(out))


def solved_toeplitz_r(g, c, r, b_shape, out):
    sums = of_diagonals(g, c, r, b_shape, out)[..., c.shape[-1] - 1 :]
    return np.where(np.arange(c.shape[-1]) == 0, 0, sums)


@primitive(
    "x with T x = b | the diagonals of -(T⁻ᵀ ḡ) outᵀ | the same | T⁻ᵀ ḡ",
    name="scipy.linalg.solve_toeplitz",
    c=lambda g, c, r, b_shape, out: of_diagonals(g, c, r, b_shape, out)[..., c.shape[-1] - 1 :: -1],
    r=solved_toeplitz_r,
    b=transposed_solution,
)
def solved_toeplitz(c, r, b):
    return scipy.linalg.solve_toeplitz((c, r), b)


@linalg.composed("solve_toeplitz", "x with T x = b, for the Toeplitz matrix T of a column, or of a column and a row")
def solve_toeplitz(c_or_cr, b):
    return solved_toeplitz(*column_and_row(c_or_cr), b)


@linalg.composed("matmul_toeplitz", "T x, for the Toeplitz matrix T of a column, or of a column and a row")
def matmul_toeplitz(c_or_cr, x):
    c, r, x = doubles(*column_and_row(c_or_cr), x)
    vector = len(x.shape) == 1
    x = x[:, None] if vector else x
    n, m = c.shape[-1], r.shape[-1]
    cyclic = np.concatenate([c, r[..., :0:-1]], axis=-1)[..., :, None]
    if any(np.iscomplexobj(one) for one in (c, r, x)):
        out = np.fft.ifft(np.fft.fft(cyclic, axis=-2) * np.fft.fft(x, n + m - 1, axis=-2), axis=-2)
    else:
        out = np.fft.irfft(np.fft.rfft(cyclic, axis=-2) * np.fft.rfft(x, n + m - 1, axis=-2), n + m - 1, axis=-2)
    return out[..., :n, 0] if vector else out[..., :n, :]


@linalg.composed("solve_circulant", "x with C x = b, for the circulant matrix C of c")
def solve_circulant(c, b, singular, tol, caxis, baxis, outaxis):
    if c.shape[caxis] != b.shape[baxis]:
        raise ValueError(f"Shapes of c {c.shape} and b {b.shape} are incompatible")
    spectrum = np.fft.fft(np.moveaxis(c, caxis, -1), axis=-1)
    size = np.abs(plain(spectrum))
    if tol is None:
        tol = np.max(size, axis=-1, keepdims=True) * size.shape[-1] * np.finfo(np.float64).eps
    lost = size <= tol
    if np.any(lost) and singular == "raise":
        raise np.linalg.LinAlgError("near singular circulant matrix.")
    parts = np.fft.fft(np.moveaxis(b, baxis, -1), axis=-1) / np.where(lost, 1, spectrum)
    x = np.fft.ifft(np.where(lost, 0, parts), axis=-1)
    x = x if np.iscomplexobj(c) or np.iscomplexobj(b) else np.real(x)
    return np.moveaxis(x, -1, outaxis)
