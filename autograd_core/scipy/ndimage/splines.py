"""The spline filter: from values at the grid's points to the coefficients of B-splines through them.

Along an axis it is the inverse of a banded matrix B, whose rows are the B-splines at the points, bent back at the ends; its
transpose is the inverse of Bᵀ. On short axes SciPy's filter is not quite that inverse (with mode="reflect" it differs by 1e-5 on
4 points), so there the transpose is taken of the filter itself.
"""

import functools

import numpy as np
from scipy import ndimage as original
from scipy import sparse
from scipy.sparse.linalg import splu

from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule, refused

ndimage = Submodule("ndimage")

VALUES = {
    2: np.array([1, 6, 1]) / 8, 3: np.array([1, 4, 1]) / 6, 4: np.array([1, 76, 230, 76, 1]) / 384,
    5: np.array([1, 26, 66, 26, 1]) / 120,
}  # fmt: skip


def bent(index, n, mode):
    """The index inside 0 … n - 1 that an index of the spline's grid stands for."""
    if n == 1:
        return 0 * index
    if mode == "nearest":  # without a filter before; after one there is padding
        return np.clip(index, 0, n - 1)
    if mode == "grid-wrap":
        return index % n
    if mode in ("reflect", "grid-mirror"):
        index = index % (2 * n)
        return np.where(index < n, index, 2 * n - 1 - index)
    index = index % (2 * n - 2)
    return np.where(index < n, index, 2 * n - 2 - index)


SHORT = 64


@functools.lru_cache(maxsize=32)
def of_units(n, order, mode):
    """The matrix of SciPy's filter along an axis of n elements."""
    return original.spline_filter1d(np.eye(n), order, axis=0, mode=mode)


@functools.lru_cache(maxsize=32)
def factors(n, order, mode):
    """The factorised matrix Bᵀ."""
    values = VALUES[order]
    half = len(values) // 2
    rows = np.repeat(np.arange(n), len(values))
    columns = bent(rows + np.tile(np.arange(-half, half + 1), n), n, mode)
    matrix = sparse.coo_matrix((np.tile(values, n), (rows, columns)), (n, n)).tocsc()
    return splu(matrix.T.tocsc())


@primitive("B⁻¹ x along an axis | B⁻ᵀ ḡ", name="spline_filter1d", x=lambda g, order, axis, mode: turned(g, order, axis, mode))
def filtered(x, order, axis, mode):
    return original.spline_filter1d(x, order, axis, np.result_type(x.dtype, np.float64), mode)


@primitive(
    "B⁻ᵀ x along an axis | B⁻¹ ḡ",
    name="spline_filter1d transposed",
    x=lambda g, order, axis, mode: filtered(g, order, axis, mode),
)
def turned(x, order, axis, mode):
    x = np.moveaxis(x, axis, 0)
    flat = np.reshape(x, (x.shape[0], -1))
    if x.shape[0] <= SHORT:
        out = of_units(x.shape[0], order, mode).T @ flat
    else:
        solver = factors(x.shape[0], order, mode)
        parts = [flat.real, flat.imag] if flat.dtype.kind == "c" else [flat]
        solved = [solver.solve(np.ascontiguousarray(part, float)) for part in parts]
        out = solved[0] if len(solved) == 1 else solved[0] + 1j * solved[1]
    return np.moveaxis(np.reshape(out, x.shape), 0, axis)


def checked_order(what, order, least=0):
    if order not in range(least, 6):
        raise RuntimeError("spline order not supported")
    return order


def double(what, output):
    if np.dtype(output if output is not None else float) != np.float64 or isinstance(output, np.ndarray):
        raise refused(f"scipy.ndimage.{what}", "output", output, "leave output out, and write .astype(…) for another dtype")


@ndimage.composed("spline_filter1d")
def spline_filter1d(input, order, axis, output, mode):
    """The coefficients of B-splines along one axis."""
    double("spline_filter1d", output)
    return one_axis(input, checked_order("spline_filter1d", order), axis, mode)


def one_axis(x, order, axis, mode):
    if order in (0, 1) or np.shape(x)[axis] == 1:
        return x.astype(np.result_type(plain(x).dtype, np.float64))
    return filtered(x, order, axis % np.ndim(x), mode)


@ndimage.composed("spline_filter")
def spline_filter(input, order, output, mode):
    """The coefficients of B-splines along all axes."""
    double("spline_filter", output)
    return every_axis(input, checked_order("spline_filter", order, 2), mode)


def every_axis(x, order, mode):
    for axis in range(np.ndim(x)):
        x = one_axis(x, order, axis, mode)
    return x
