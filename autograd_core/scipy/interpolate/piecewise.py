"""Piecewise polynomials through given points: cubic splines, Hermite, monotone and Akima's, and their derivatives and integrals.

Each is SciPy's class, which checks its arguments and evaluates what no Tensor goes into. With Tensors the coefficients are
computed again, from the same formulas, as functions of the points.
"""

import numpy as np
from scipy import interpolate as original

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.declaring import Submodule, refused
from autograd_core.scipy.interpolate.attributes import recordable

interpolate = Submodule("interpolate")


def evaluate(c, x, points, nu, extrapolate, axis):
    """The nu-th derivative at `points` of polynomials with coefficients c, of shape (order, pieces, …), highest power first."""
    points = points if has_tensor([points]) else np.asarray(points, float)
    ends, flat = plain(x), np.reshape(points, (-1,))
    if extrapolate == "periodic":
        flat = x[0] + np.remainder(flat - x[0], x[-1] - x[0])
    i = np.clip(np.searchsorted(ends, plain(flat), side="right") - 1, 0, len(ends) - 2)
    step = np.reshape(flat - x[i], (-1,) + (1,) * (np.ndim(c) - 2))
    order = np.shape(c)[0]
    out = 0 * (c[-1][i] * step)
    for k in range(order - nu):
        power = order - 1 - k
        factor = float(np.prod(np.arange(power - nu + 1, power + 1)))
        out = out * step + factor * c[k][i]
    if extrapolate is False:
        outside = (plain(flat) < ends[0]) | (plain(flat) > ends[-1])
        out = np.where(np.reshape(outside, np.shape(plain(step))), np.nan, out)
    out = np.reshape(out, np.shape(points) + np.shape(c)[2:])
    return np.moveaxis(out, range(np.ndim(points)), range(axis, axis + np.ndim(points))) if axis and np.ndim(points) else out


class Piecewise:
    """What the classes have in common. With Tensors the coefficients `c` and the breakpoints `x` are Tensors."""

    recorded: dict = {}  # noqa: RUF012
    c, x = recordable("c"), recordable("x")

    def _record(self, c, x):
        """Put the coefficients and breakpoints as functions of Tensors in the place of SciPy's."""
        if plain(x)[-1] < plain(x)[0]:
            raise refused(f"scipy.interpolate.{type(self).__name__}", "x", "decreasing breakpoints", "turn them round")
        self.recorded = {"c": c, "x": x}

    def __call__(self, x, nu=0, extrapolate=None):
        """The values, or the nu-th derivatives, at x."""
        if not has_tensor([x, self.c, self.x]):
            return super().__call__(x, nu, extrapolate)
        if not nu >= 0:
            raise ValueError(f"scipy.interpolate.{type(self).__name__}: nu must be at least 0, got {nu}")
        if self.x[-1] < self.x[0]:
            raise refused(f"scipy.interpolate.{type(self).__name__}", "x", "decreasing breakpoints", "turn them round")
        return evaluate(self.c, self.x, x, nu, self.extrapolate if extrapolate is None else extrapolate, self.axis)

    def derivative(self, nu=1):
        """The piecewise polynomial that is the nu-th derivative."""
        if nu < 0:
            return self.antiderivative(-nu)
        c, x = self.c, self.x
        for _ in range(nu):
            order = np.shape(c)[0]
            powers = np.reshape(np.arange(order - 1, 0, -1.0), (-1,) + (1,) * (np.ndim(c) - 1))
            c = c[:-1] * powers if order > 1 else 0 * c
        return PPoly._of(c, x, self.extrapolate, self.axis)

    def antiderivative(self, nu=1):
        """The piecewise polynomial of which this is the nu-th derivative, 0 at the first breakpoint."""
        if nu < 0:
            return self.derivative(-nu)
        c, x = self.c, self.x
        for _ in range(nu):
            order = np.shape(c)[0]
            powers = np.reshape(np.arange(order, 0, -1.0), (-1,) + (1,) * (np.ndim(c) - 1))
            raised = c / powers
            width = np.reshape(x[1:] - x[:-1], (-1,) + (1,) * (np.ndim(c) - 2))
            whole = sum(raised[k] * width ** (order - k) for k in range(order))
            constant = np.concatenate([0 * whole[:1], np.cumsum(whole[:-1], axis=0)])
            c = np.concatenate([raised, constant[None]])
        extrapolate = False if self.extrapolate == "periodic" else self.extrapolate
        return PPoly._of(c, x, extrapolate, self.axis)

    def integrate(self, a, b, extrapolate=None):
        """The integral from a to b."""
        if not has_tensor([a, b, self.c, self.x]):
            return super().integrate(a, b, extrapolate)
        extrapolate = self.extrapolate if extrapolate is None else extrapolate
        if extrapolate == "periodic":
            raise refused("scipy.interpolate.PPoly.integrate", "extrapolate", extrapolate, "integrate each period")
        whole = self.antiderivative()
        return whole(b, extrapolate=extrapolate) - whole(a, extrapolate=extrapolate)

    def roots(self, discontinuity=True, extrapolate=None):
        """SciPy's, of values."""
        return self.solve(0.0, discontinuity, extrapolate)

    def solve(self, y=0.0, discontinuity=True, extrapolate=None):
        """SciPy's, of values."""
        self._refuse("solve", "write autograd_core.scipy.optimize.brentq of the spline", y)
        return super().solve(y, discontinuity, extrapolate)

    def extend(self, c, x):
        """SciPy's, of values."""
        self._refuse("extend", "write PPoly of np.concatenate([…], axis=1) of both", c, x)
        super().extend(c, x)

    def _refuse(self, method, instead, *values):
        if count_recorded([self.c, self.x, *values]):
            what = f"scipy.interpolate.{type(self).__name__}.{method}"
            raise UnsupportedError(f"{what}: there is no derivative for this method; {instead}")


class PPoly(Piecewise, original.PPoly):
    """PPoly: piecewise polynomials by their coefficients, with derivatives in these. See scipy.interpolate.PPoly."""

    def __init__(self, c, x, extrapolate=None, axis=0):
        super().__init__(plain(c), plain(x), extrapolate, axis)
        if has_tensor([c, x]):
            self._record(np.moveaxis(c, (axis, axis + 1), (0, 1)) if axis else c, x)

    @classmethod
    def _of(cls, c, x, extrapolate, axis):
        made = cls.construct_fast(np.ascontiguousarray(plain(c)), np.ascontiguousarray(plain(x)), extrapolate, axis)
        if has_tensor([c, x]):
            made._record(c, x)
        return made


def points_of(x, y, axis):
    """(x, y with the axis of the points first), as arrays or Tensors."""
    x = x if has_tensor([x]) else np.asarray(x, float)
    y = y if has_tensor([y]) else np.asarray(y, float)
    return x, np.moveaxis(y, axis, 0)


def along_first(values, like):
    """Values for each point, to multiply `like` with."""
    return np.reshape(values, (-1,) + (1,) * (np.ndim(like) - 1))


def hermite(x, y, slopes):
    """The coefficients of cubic polynomials with these values and slopes at x."""
    width = along_first(x[1:] - x[:-1], y)
    slope = (y[1:] - y[:-1]) / width
    bend = (slopes[:-1] + slopes[1:] - 2 * slope) / width
    return np.stack([bend / width, (slope - slopes[:-1]) / width - bend, slopes[:-1], y[:-1]])


class CubicHermiteSpline(Piecewise, original.CubicHermiteSpline):
    """CubicHermiteSpline: cubic pieces with given values and slopes, with derivatives in all of them.

    See scipy.interpolate.CubicHermiteSpline.
    """

    def __init__(self, x, y, dydx, axis=0, extrapolate=None):
        super().__init__(plain(x), plain(y), plain(dydx), axis, extrapolate)
        if has_tensor([x, y, dydx]):
            x, y = points_of(x, y, axis)
            self._record(hermite(x, y, points_of(x, dydx, axis)[1]), x)


class PchipInterpolator(Piecewise, original.PchipInterpolator):
    """PchipInterpolator: monotone cubic pieces, with derivatives in points and values.

    See scipy.interpolate.PchipInterpolator.
    """

    def __init__(self, x, y, axis=0, extrapolate=None):
        super().__init__(plain(x), plain(y), axis, extrapolate)
        if has_tensor([x, y]):
            x, y = points_of(x, y, axis)
            self._record(hermite(x, y, monotone_slopes(x, y)), x)


def monotone_slopes(x, y):
    """The slopes of Fritsch and Butland (1984): weighted harmonic means, 0 where the data turn."""
    h = along_first(x[1:] - x[:-1], y)
    m = (y[1:] - y[:-1]) / h
    if np.shape(m)[0] == 1:
        return np.concatenate([m, m])
    before, after = m[:-1], m[1:]
    turns = np.sign(plain(before)) * np.sign(plain(after)) <= 0
    first, second = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    safe = [np.where(turns, 1.0, part) for part in (before, after)]
    inner = np.where(turns, 0.0, (first + second) / (first / safe[0] + second / safe[1]))
    return np.concatenate([_end_slope(h[:1], h[1:2], m[:1], m[1:2]), inner, _end_slope(h[-1:], h[-2:-1], m[-1:], m[-2:-1])])


def _end_slope(h0, h1, m0, m1):
    """The slope at an end, from three points, as far as it keeps the shape."""
    slope = ((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1)
    value, first, second = plain(slope), plain(m0), plain(m1)
    wrong = np.sign(value) != np.sign(first)
    large = (np.sign(first) != np.sign(second)) & (np.abs(value) > 3 * np.abs(first)) & ~wrong
    return np.where(wrong, 0.0, np.where(large, 3 * m0, slope))


class Akima1DInterpolator(Piecewise, original.Akima1DInterpolator):
    """Akima1DInterpolator: cubic pieces that overshoot little, with derivatives in points and values.

    See scipy.interpolate.Akima1DInterpolator.
    """

    def __init__(self, x, y, axis=0, *, method="akima", extrapolate=None):
        super().__init__(plain(x), plain(y), axis, method=method, extrapolate=extrapolate)
        if has_tensor([x, y]):
            x, y = points_of(x, y, axis)
            self._record(hermite(x, y, akima_slopes(x, y, method)), x)


def akima_slopes(x, y, method):
    """The slopes of Akima (1970), means of the slopes beside weighted by how much the next ones differ."""
    m = (y[1:] - y[:-1]) / along_first(x[1:] - x[:-1], y)
    if np.shape(m)[0] == 1:
        return np.concatenate([m, m])
    before, after = 2 * m[:1] - m[1:2], 2 * m[-1:] - m[-2:-1]
    m = np.concatenate([2 * before - m[:1], before, m, after, 2 * after - m[-1:]])
    apart = np.abs(m[1:] - m[:-1])
    if method == "makima":
        apart = apart + np.abs(m[1:] + m[:-1]) / 2
    left, right = apart[:-2], apart[2:]
    total = left + right
    known = plain(total) > 1e-9 * np.max(plain(total), initial=-np.inf)
    weighted = (right * m[1:-2] + left * m[2:-1]) / np.where(known, total, 1.0)
    return np.where(known, weighted, (m[3:] + m[:-3]) / 2)


for made in (PPoly, CubicHermiteSpline, PchipInterpolator, Akima1DInterpolator):
    interpolate.put("constants", made.__name__, made)


@interpolate.composed("pchip_interpolate")
def pchip_interpolate(xi, yi, x, der, axis):
    """The values of a monotone cubic interpolation, or their derivatives."""
    spline = PchipInterpolator(xi, yi, axis=axis)
    return spline(x) if der == 0 else (spline(x, nu=der) if np.ndim(der) == 0 else [spline(x, nu=n) for n in der])
