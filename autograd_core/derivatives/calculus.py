"""Differences, integrals, interpolation and convolution of arrays.

Most are made of slices, sums and products, so that their derivatives of every order come with them.
"""

import numpy as np

from autograd_core.derivatives.operands import array, cast
from autograd_core.derivatives.reductions import UNSET
from autograd_core.derivatives.strong import strongly
from autograd_core.derivatives.table import composed, derivative


def part(axis, *limits):
    """The index of a slice along an axis."""
    return (slice(None),) * axis + (slice(*limits),)


def position(name, axis, ndim):
    """`axis` as a number from 0."""
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(axis, ndim, name)
    return axis % ndim


# Differences


@composed("diff")
def diff(a, n=1, axis=-1, prepend=UNSET, append=UNSET):
    if n < 0:
        raise ValueError(f"diff: the order n must not be negative, got {n}")
    a = array(a)
    if a.ndim == 0:
        raise ValueError("diff: the array must have at least one dimension, got a scalar")
    axis = position("diff", axis, a.ndim)
    if n == 0:
        return a
    ends = [edge(prepend, a.shape, axis), a, edge(append, a.shape, axis)]
    if prepend is not UNSET or append is not UNSET:
        a = np.concatenate([end for end in ends if end is not None], axis=axis)
    for _ in range(n):
        a = a[part(axis, 1, None)] - a[part(axis, None, -1)]
    return a


def edge(value, shape, axis):
    """What goes before or after an array of this shape: a number becomes a slice of it."""
    if value is UNSET:
        return None
    value = array(value)
    return value if value.ndim else np.broadcast_to(value, (*shape[:axis], 1, *shape[axis + 1 :]))


@composed("ediff1d")
def ediff1d(ary, to_end=None, to_begin=None):
    ary = array(ary)
    for name, value in {"to_end": to_end, "to_begin": to_begin}.items():
        if value is not None and not np.can_cast(array(value).dtype, ary.dtype, "same_kind"):
            raise TypeError(f"ediff1d: {name} must go into {ary.dtype}, the dtype of ary, got {array(value).dtype}")
    ary = np.reshape(ary, -1)
    parts = [to_begin, ary[1:] - ary[:-1], to_end]
    return np.concatenate([cast(np.reshape(array(part), -1), ary.dtype) for part in parts if part is not None])


@composed("gradient")
def gradient(f, *varargs, axis=None, edge_order=1):
    f = array(f)
    axes = axis if isinstance(axis, tuple) else range(f.ndim) if axis is None else (axis,)
    axes = [position("gradient", i, f.ndim) for i in axes]
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, got {edge_order}")
    f = f if f.dtype.kind in "fc" else cast(f, np.float64)
    slopes = tuple(cast(slope(f, h, i, edge_order), f.dtype) for h, i in zip(spacings(varargs, f.shape, axes), axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def spacings(varargs, shape, axes):
    """For each axis the distance between its points: a number, or an array of the distances."""
    if len(varargs) <= 1:
        given = list(varargs or [1.0]) * len(axes)
        if varargs and np.ndim(varargs[0]):
            given = list(varargs)
    else:
        given = list(varargs)
    if len(given) != len(axes):
        raise TypeError(f"gradient: expected one distance, or one for each of the {len(axes)} axes, got {len(varargs)}")
    for k, (i, h) in enumerate(zip(axes, given, strict=True)):
        if np.ndim(h) > 1 or (np.ndim(h) == 1 and np.shape(h) != (shape[i],)):
            raise ValueError(f"gradient: the coordinates of axis {i} must have shape ({shape[i]},), got {np.shape(h)}")
        if np.ndim(h) == 1:
            h = array(h)
            given[k] = np.diff(h if h.dtype.kind in "fc" else cast(h, np.float64))
    return given


def slope(f, h, axis, edge_order):
    """The derivative of f along one axis, of second order inside, from the values at three points.

    With distances p before and q after a point: f' = (q/p (f - f₋) + p/q (f₊ - f)) / (p + q).
    """
    if f.shape[axis] < edge_order + 1:
        raise ValueError(f"gradient: axis {axis} needs at least {edge_order + 1} points, got {f.shape[axis]}")
    steps = f[part(axis, 1, None)] - f[part(axis, None, -1)]
    if np.ndim(h):
        h = np.reshape(h, [-1 if i == axis else 1 for i in range(f.ndim)])
        p, q = h[part(axis, None, -1)], h[part(axis, 1, None)]
        inside = (steps[part(axis, None, -1)] * (q / p) + steps[part(axis, 1, None)] * (p / q)) / (p + q)
        slopes = steps / h
    else:
        inside = (f[part(axis, 2, None)] - f[part(axis, None, -2)]) / (2 * h)
        slopes = steps / h
    first, last = slopes[part(axis, None, 1)], slopes[part(axis, -1, None)]
    if edge_order == 2:  # the straight line through the slopes at the middles of two steps, taken on to the end
        ratio = lambda at, near: h[part(axis, *at)] / (h[part(axis, *at)] + h[part(axis, *near)]) if np.ndim(h) else 0.5
        first = first + (first - slopes[part(axis, 1, 2)]) * ratio((None, 1), (1, 2))
        last = last + (last - slopes[part(axis, -2, -1)]) * ratio((-1, None), (-2, -1))
    return np.concatenate([first, inside, last], axis=axis)


# Integrals


@composed("trapezoid")
def trapezoid(y, x=None, dx=1.0, axis=-1):
    y = array(y)
    axis = position("trapezoid", axis, y.ndim)
    if x is not None:
        x = array(x)
        dx = x[1:] - x[:-1] if x.ndim == 1 else np.diff(x, axis=axis)
        if x.ndim == 1:
            dx = np.reshape(dx, [-1 if i == axis else 1 for i in range(y.ndim)])
    return np.sum(dx * (y[part(axis, 1, None)] + y[part(axis, None, -1)]) / 2, axis=axis)


# Interpolation


@composed("interp")
def interp(x, xp, fp, left=None, right=None, period=None):
    """Straight lines between the points; at a point the slope is that of the line after it, and 0 at the last."""
    x, xp, fp = array(x), array(xp), array(fp)
    x, xp, fp = cast(x, np.float64), cast(xp, np.float64), cast(fp, np.complex128 if fp.dtype.kind == "c" else np.float64)
    if xp.ndim != 1 or fp.ndim != 1 or xp.shape != fp.shape or xp.size == 0:
        raise ValueError(f"interp: xp and fp must be vectors of one length, at least 1, got shapes {xp.shape} and {fp.shape}")
    if period is not None:
        if period == 0:
            raise ValueError("interp: period must not be 0")
        period = abs(period)
        x, xp = x % period, xp % period
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
        left = right = None
    last = xp.shape[0] - 1
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, last)
    j = np.minimum(i + 1, last)
    x0, y0 = xp[i], fp[i]
    width = np.where(xp[j] == x0, 1, xp[j] - x0)
    y = y0 + (fp[j] - y0) / width * (x - x0)
    y = np.where(x < xp[0], fp[0] if left is None else left, y)
    return np.where(x > xp[-1], fp[-1] if right is None else right, y)


# Convolution. What a mode leaves out of the full result is as much before as after, or one less


def convolve_a(g, a_shape, v):
    """v slid along ḡ: āᵢ = Σₙ ḡₙ vₙ₋ᵢ."""
    v = np.reshape(v, -1)
    n = a_shape[0] if a_shape else 1
    full, g = n + v.shape[0] - 1, np.reshape(g, -1)
    start = (full - g.shape[0]) // 2
    whole = np.concatenate([np.zeros_like(g, shape=(start,)), g, np.zeros_like(g, shape=(full - start - g.shape[0],))])
    return strongly(lambda g, v: np.convolve(g, v[::-1], mode="valid"), whole, v)


derivative(
    "convolve",
    "outₙ = Σᵢ aᵢ vₙ₋ᵢ | Σₙ ḡₙ vₙ₋ᵢ | Σₙ ḡₙ aₙ₋ᵢ",
    a=lambda g, a_shape, v: convolve_a(g, a_shape, v),
    v=lambda g, v_shape, a: convolve_a(g, v_shape, a),
)


@composed("correlate")
def correlate(a, v, mode="valid"):
    a, v = np.reshape(array(a), -1), np.reshape(array(v), -1)
    if a.shape[0] >= v.shape[0]:
        return np.convolve(a, np.conjugate(v)[::-1], mode=mode)
    return np.convolve(np.conjugate(v), a[::-1], mode=mode)[::-1]


# Counting with weights

derivative(
    "bincount", "outᵢ = Σⱼ wⱼ where xⱼ = i | ḡ[x]", parameters="x weights minlength", weights=lambda g, x: np.take(g, x)
)  # fmt: skip
