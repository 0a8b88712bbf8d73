"""The cubic spline: cubic pieces with continuous second derivatives."""

import numpy as np
from scipy import interpolate as original

from autograd_core.graph.variable import plain
from autograd_core.scipy import linalg
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.interpolate.piecewise import Piecewise, along_first, hermite, points_of

interpolate = Submodule("interpolate")


class CubicSpline(Piecewise, original.CubicSpline):
    """CubicSpline: the cubic spline through points, with derivatives in points and values. See scipy.interpolate.CubicSpline."""

    def __init__(self, x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
        ends = bc_type if isinstance(bc_type, str) else [_plain_end(end) for end in bc_type]
        super().__init__(plain(x), plain(y), axis, ends, extrapolate)
        if has_tensor([x, y, bc_type]):
            x, y = points_of(x, y, axis)
            self._record(hermite(x, y, slopes(x, y, bc_type)), x)


def _plain_end(end):
    return end if isinstance(end, str) else (end[0], plain(end[1]))


def slopes(x, y, bc_type):
    """The slopes at the points, by the equations of continuity and one for each end (de Boor, 1978, chapter IV)."""
    h = x[1:] - x[:-1]
    width = along_first(h, y)
    slope = (y[1:] - y[:-1]) / width
    n = np.shape(plain(x))[0]
    if bc_type == "periodic":
        return _periodic(h, width, slope, n)
    first, last = (bc_type, bc_type) if isinstance(bc_type, str) else bc_type
    if n == 2:
        first, last = ((1, slope[0]) if end == "not-a-knot" else end for end in (first, last))
    if n == 3 and (first, last) == ("not-a-knot", "not-a-knot"):
        return _parabola(h, width, slope)
    start, end = _at_end(first, h, width, slope), _at_end(last, h[::-1], width[::-1], slope[::-1], -1)
    diagonal = np.concatenate([start[:1], 2 * (h[:-1] + h[1:]), end[:1]])
    above = np.concatenate([np.zeros(1), start[1:2], h[:-1]])
    below = np.concatenate([h[1:], end[1:2], np.zeros(1)])
    inner = 3 * (width[1:] * slope[:-1] + width[:-1] * slope[1:])
    right = np.concatenate(
        [_right(first, h, width, slope)[None], inner, _right(last, h[::-1], width[::-1], slope[::-1], -1)[None]]
    )
    flat = np.reshape(right, (n, -1))
    return np.reshape(linalg.solve_banded((1, 1), np.stack([above, diagonal, below]), flat), np.shape(right))


def _order_and_value(end, like):
    """(order of the derivative that is given, its value): SciPy's names for the common ones."""
    if isinstance(end, str):
        return {"clamped": 1, "natural": 2}[end], 0 * like
    return end[0], end[1] + 0 * like


def _at_end(end, h, width, slope, sign=1):
    """The two coefficients of the equation at an end, counted from there."""
    if end == "not-a-knot":
        return np.stack([h[1], h[0] + h[1]])
    order, _ = _order_and_value(end, slope[0])
    one = h[0] / h[0]
    return np.stack([one, 0 * one]) if order == 1 else np.stack([2 * h[0], h[0]])


def _right(end, h, width, slope, sign=1):
    """The right side of the equation at an end."""
    if end == "not-a-knot":
        d = width[0] + width[1]
        return ((width[0] + 2 * d) * width[1] * slope[0] + width[0] ** 2 * slope[1]) / d
    order, value = _order_and_value(end, slope[0])
    return value if order == 1 else -sign * value * width[0] ** 2 / 2 + 3 * slope[0] * width[0]


def _parabola(h, width, slope):
    """Three points and no further condition: a parabola."""
    first = (slope[0] * (2 * width[0] + width[1]) - slope[1] * width[0]) / (width[0] + width[1])
    middle = 2 * slope[0] - first
    return np.stack([first, middle, 2 * slope[1] - middle])


def _periodic(h, width, slope, n):
    """The same equations on a circle, whose last point is its first."""
    if n == 2:
        return 0 * np.concatenate([slope, slope])
    count = n - 1
    i = np.arange(count)
    previous, following = (i - 1) % count, (i + 1) % count
    eye = np.eye(count)
    matrix = (h[i])[:, None] * eye[previous] + (2 * (h[previous] + h[i]))[:, None] * eye + (h[previous])[:, None] * eye[following]
    right = 3 * (width[i] * slope[previous] + width[previous] * slope[i])
    found = np.reshape(np.linalg.solve(matrix, np.reshape(right, (count, -1))), np.shape(right))
    return np.concatenate([found, found[:1]])


interpolate.put("constants", "CubicSpline", CubicSpline)
