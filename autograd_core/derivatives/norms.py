"""Norms of vectors and matrices. At 0 all have the gradient 0, and extrema share the gradient among those that are equal."""

import math

import numpy as np

from autograd_core.derivatives.gauges import check_null, check_second, check_shared
from autograd_core.derivatives.matrixwise import matrixwise
from autograd_core.derivatives.rules import Root
from autograd_core.derivatives.strong import or_inf, over, times
from autograd_core.derivatives.table import composed, derivative


def norm_x(g, x, ord, axis, keepdims, out):
    axes = axes_of_norm(x, axis)
    if keepdims is not True and axes:
        g, out = np.expand_dims(g, axes), np.expand_dims(out, axes)
    if is_euclidean(ord, axes):
        return times(np.where(out == 0, 0, g), np.conjugate(x) / or_inf(out))
    return vector_norm_x(g, x, ord, axes, out) if len(axes) == 1 else matrix_norm_x(g, x, ord, axes)


def axes_of_norm(x, axis):
    ndim = len(x.shape)
    return tuple(range(ndim)) if axis is None else tuple(k % ndim for k in (axis if isinstance(axis, tuple) else (axis,)))


def is_euclidean(ord, axes):
    return ord is None or ord in ("fro", "f") or (ord == 2 and len(axes) == 1)


def square_of_norm_x(g, x, ord, axis, keepdims):
    """Σ |x|²; the square of another norm has a kink at 0, too, unless there is but one element."""
    axes = axes_of_norm(x, axis)
    if not is_euclidean(ord, axes):
        return None
    g = g if keepdims is True or not axes else np.expand_dims(g, axes)
    return times(g, 2 * np.conjugate(x))


def vector_norm_x(g, x, p, axis, out):
    size = np.abs(x)
    if p == 0:
        return times(g, np.zeros(x.shape, x.dtype))
    if abs(p) == np.inf:
        return times(g, even_shares(size, p > 0, axis) * direction(x, size))
    if p == 1:
        return times(g, direction(x, size))
    return times(g, direction(x, size) * np.where(size == 0, 1, over(size, out)) ** (p - 1))


def matrix_norm_x(g, x, ord, axes):
    if ord in ("nuc", 2, -2):
        g, x = np.moveaxis(g, axes, (-2, -1)), np.moveaxis(x, axes, (-2, -1))
        return np.moveaxis(matrixwise(lambda g, known: spectral_norm_x(g, *known, ord), g, (x,)), (-2, -1), axes)
    down, across = axes if abs(ord) == 1 else axes[::-1]
    size = np.abs(x)
    shares = even_shares(np.sum(size, axis=down, keepdims=True), ord > 0, across)
    check_shared(g, shares)
    return times(g, shares * direction(x, size))


def spectral_norm_x(g, x, ord):
    U, s, Vh = np.linalg.svd(x, full_matrices=False)
    if ord != 2:  # of which only the largest counts
        check_null(s, x)
    if ord != "nuc":  # the sum does not see that two are equal
        check_second(s[..., :2] if ord == 2 else s[..., -2:], x, "singular values")
    weight = np.where(s == 0, 0, g[..., 0] * (1 if ord == "nuc" else even_shares(s, ord > 0, -1)))
    return np.conjugate(U) * weight[..., None, :] @ np.conjugate(Vh)


def even_shares(values, largest, axis):
    """1 at the extremum along `axis`, shared if several are equal."""
    hit = values == (np.max if largest else np.min)(values, axis=axis, keepdims=True)
    return hit / np.sum(hit, axis=axis, keepdims=True)


def direction(x, size):
    """The derivative of |x|, 0 at 0. (A quotient, since that of a complex number varies.)"""
    return over(np.conjugate(x), size) if x.dtype.kind == "c" else np.sign(x)


derivative("linalg.norm", "‖x‖ | ḡ x* / out for the 2-norm", x=norm_x, root=Root(lambda out: out == 0, x=square_of_norm_x))


@composed("linalg.matrix_norm")
def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    return np.linalg.norm(x, ord, (-2, -1), keepdims)


@composed("linalg.vector_norm")
def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    if not isinstance(axis, tuple) and axis is not None:
        return np.linalg.norm(x, ord, axis, keepdims)
    shape = np.shape(x)
    axes = range(len(shape)) if axis is None else [k % len(shape) for k in axis]
    rest = [k for k in range(len(shape)) if k not in axes]
    flat = np.reshape(np.transpose(x, [*axes, *rest]), (math.prod(shape[k] for k in axes), *(shape[k] for k in rest)))
    out = np.linalg.norm(flat, ord, 0)
    return np.reshape(out, [1 if k in axes else n for k, n in enumerate(shape)]) if keepdims else out
