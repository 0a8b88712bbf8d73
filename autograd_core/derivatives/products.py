"""Products of vectors, matrices and tensors.

Each is linear in both operands, so a derivative is the same product with ḡ in the place of one of them. Nothing is
conjugated but where the product itself does it (`vdot`, `vecdot`, `vecmat`).
"""

import math
import warnings

import numpy as np

from autograd_core.derivatives.matrices import pulled_left, pulled_right
from autograd_core.derivatives.strong import strongly, times
from autograd_core.derivatives.table import composed, derivative

# matmul and dot: the same for up to two dimensions


def matmul_a(g, a_shape, b):
    if type(b) is np.ndarray and b.ndim == 2 == len(a_shape):
        return pulled_left(g, b.T)
    if np.ndim(b) == 1:
        return times(g if len(a_shape) == 1 else g[..., None], b)
    if len(a_shape) == 1:
        return pulled_right(b, g) if np.ndim(b) == 2 else pulled_right(b, g[..., None])[..., 0]
    return pulled_left(g, np.matrix_transpose(b))


def matmul_b(g, a, b_shape):
    if type(a) is np.ndarray and a.ndim == 2 and len(b_shape) <= 2:
        return pulled_right(a.T, g)
    if np.ndim(a) == 1:
        return times(g, a) if len(b_shape) == 1 else times(g[..., None, :], a[:, None])
    if len(b_shape) == 1:
        if np.ndim(a) == 2:
            return pulled_right(np.matrix_transpose(a), g)
        return pulled_right(np.matrix_transpose(a), g[..., None])[..., 0]
    if len(b_shape) == 2:  # one matrix for a whole stack: one product of the stack's rows, not a sum of products
        rows = math.prod(a.shape[:-1])
        return pulled_right(np.matrix_transpose(np.reshape(a, (rows, a.shape[-1]))), np.reshape(g, (rows, b_shape[-1])))
    return pulled_right(np.matrix_transpose(a), g)


def dot_a(g, a_shape, b):
    ndim = np.ndim(b)
    if not a_shape or not ndim:
        return times(g, b) if a_shape else np.sum(times(g, b))
    return matmul_a(g, a_shape, b) if ndim <= 2 else tensordot_a(g, a_shape, b, (-1, -2))


def dot_b(g, a, b_shape):
    ndim = np.ndim(a)
    if not b_shape or not ndim:
        return times(g, a) if b_shape else np.sum(times(g, a))
    return matmul_b(g, a, b_shape) if len(b_shape) <= 2 else tensordot_b(g, a, b_shape, (-1, -2))


def inner_a(g, a_shape, b):
    return dot_a(g, a_shape, b) if not a_shape or not np.ndim(b) else tensordot_a(g, a_shape, b, (-1, -1))


def inner_b(g, a, b_shape):
    return dot_b(g, a, b_shape) if not b_shape or not np.ndim(a) else tensordot_b(g, a, b_shape, (-1, -1))


# tensordot: contract ḡ with the other operand over that one's free axes; put what comes out into the operand's order


def tensordot_a(g, a_shape, b, axes):
    a_axes, b_axes, a_free, b_free = contraction(axes, len(a_shape), np.ndim(b))
    pairs = list(range(len(a_free), len(a_free) + len(b_free))), b_free
    back = strongly(lambda g, b: np.tensordot(g, b, pairs), g, b)
    return np.transpose(back, inverse_order([*a_free, *paired(a_axes, b_axes)]))


def tensordot_b(g, a, b_shape, axes):
    a_axes, b_axes, a_free, b_free = contraction(axes, np.ndim(a), len(b_shape))
    pairs = a_free, list(range(len(a_free)))
    back = strongly(lambda g, a: np.tensordot(a, g, pairs), g, a)
    return np.transpose(back, inverse_order([*paired(b_axes, a_axes), *b_free]))


def contraction(axes, a_ndim, b_ndim):
    """tensordot's `axes`: those contracted of a and of b, in pairs, and those left of each."""
    try:
        a_axes, b_axes = axes
    except TypeError:
        a_axes, b_axes = range(a_ndim - axes, a_ndim), range(axes)
    a_axes, b_axes = (
        [k % ndim for k in ((axis,) if isinstance(axis, (int, np.integer)) else axis)]
        for axis, ndim in ((a_axes, a_ndim), (b_axes, b_ndim))
    )
    return a_axes, b_axes, [k for k in range(a_ndim) if k not in a_axes], [k for k in range(b_ndim) if k not in b_axes]


def paired(axes, others):
    """`axes` in the order in which their partners stand in an array."""
    return [axis for _, axis in sorted(zip(others, axes, strict=True))]


def inverse_order(order):
    """The permutation that brings axes which stand in `order` back to 0, 1, 2, …"""
    return sorted(range(len(order)), key=order.__getitem__)


# The table

derivative("matmul", "a @ b | ḡ @ bᵀ | aᵀ @ ḡ", a=matmul_a, b=matmul_b)
derivative("dot", "a · b | ḡ · bᵀ | aᵀ · ḡ", a=dot_a, b=dot_b)
derivative("inner", "Σ a b over the last axes | ḡ b | ḡ a", a=inner_a, b=inner_b)
derivative(
    "tensordot",
    "Σ a b over axes | Σ ḡ b over b's other axes | Σ a ḡ over a's other axes",
    a=tensordot_a,
    b=tensordot_b,
)
derivative(
    "outer",
    "a bᵀ | ḡ · b | a · ḡ",
    a=lambda g, a_shape, b: np.reshape(strongly(np.matmul, g, np.ravel(b)), a_shape),
    b=lambda g, a, b_shape: np.reshape(strongly(np.matmul, np.matrix_transpose(g), np.ravel(a)), b_shape),
)
derivative(
    "vdot",
    "Σ a* b | (ḡ b)* | ḡ a*",
    a=lambda g, a_shape, b: np.reshape(np.conjugate(times(g, b)), a_shape),
    b=lambda g, a, b_shape: np.reshape(times(g, np.conjugate(a)), b_shape),
)
derivative(
    "vecdot",
    "Σ a* b along the last axis | (ḡ b)* | ḡ a*",
    a=lambda g, b: np.conjugate(times(g[..., None], b)),
    b=lambda g, a: times(g[..., None], np.conjugate(a)),
)
derivative(
    "matvec",
    "a · b | ḡ bᵀ | aᵀ · ḡ",
    a=lambda g, b: times(g[..., :, None], b[..., None, :]),
    b=lambda g, a: strongly(lambda g, a: np.matvec(np.matrix_transpose(a), g), g, a),
)
derivative(
    "vecmat",
    "a* · b | (b · ḡ)* | a* ḡᵀ",
    a=lambda g, b: np.conjugate(strongly(lambda g, b: np.matvec(b, g), g, b)),
    b=lambda g, a: times(g[..., None, :], np.conjugate(a)[..., :, None]),
)


# Composed


@composed("kron")
def kron(a, b):
    ndim = max(np.ndim(a), np.ndim(b))
    a_shape, b_shape = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    a = np.reshape(a, [n for size in a_shape for n in (size, 1)])
    b = np.reshape(b, [n for size in b_shape for n in (1, size)])
    return np.reshape(a * b, [m * n for m, n in zip(a_shape, b_shape, strict=True)])


@composed("cross")
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if not {a.shape[-1], b.shape[-1]} <= {2, 3}:
        raise ValueError(f"cross: the vectors must have 2 or 3 elements, got {a.shape[-1]} and {b.shape[-1]}")
    if a.shape[-1] == b.shape[-1] == 3:
        return np.moveaxis(np.roll(a, -1, -1) * np.roll(b, 1, -1) - np.roll(a, 1, -1) * np.roll(b, -1, -1), -1, axisc)
    warnings.warn("cross: NumPy deprecates vectors of 2 elements; give them a third, 0", DeprecationWarning, stacklevel=5)
    last = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == b.shape[-1]:
        return last
    first = a[..., 1] * b[..., 2] if b.shape[-1] == 3 else -a[..., 2] * b[..., 1]
    second = -a[..., 0] * b[..., 2] if b.shape[-1] == 3 else a[..., 2] * b[..., 0]
    return np.stack((first, second, last), axis=axisc)


@composed("trace")
def trace(a, offset=0, axis1=0, axis2=1, dtype=None):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


# numpy.linalg's versions of the same, which mean the last axes


@composed("linalg.matmul")
def linalg_matmul(x1, x2, /):
    return np.matmul(x1, x2)


@composed("linalg.tensordot")
def linalg_tensordot(x1, x2, /, *, axes=2):
    return np.tensordot(x1, x2, axes=axes)


@composed("linalg.outer")
def linalg_outer(x1, x2, /):
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"linalg.outer: x1 and x2 must have one dimension, got {np.ndim(x1)} and {np.ndim(x2)}; use np.outer")
    return np.outer(x1, x2)


@composed("linalg.vecdot")
def linalg_vecdot(x1, x2, /, *, axis=-1):
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


@composed("linalg.cross")
def linalg_cross(x1, x2, /, *, axis=-1):
    if np.shape(x1)[axis] != 3 or np.shape(x2)[axis] != 3:
        raise ValueError(f"linalg.cross: the vectors must have 3 elements, got {np.shape(x1)[axis]} and {np.shape(x2)[axis]}")
    return np.cross(x1, x2, axis=axis)


@composed("linalg.trace")
def linalg_trace(x, /, *, offset=0, dtype=None):
    return np.trace(x, offset, axis1=-2, axis2=-1, dtype=dtype)


@composed("linalg.diagonal")
def linalg_diagonal(x, /, *, offset=0):
    return np.diagonal(x, offset, axis1=-2, axis2=-1)


@composed("linalg.matrix_transpose")
def linalg_matrix_transpose(x, /):
    return np.matrix_transpose(x)
