"""B-splines, and interpolation with them; on grids of several dimensions too."""

import numpy as np
from scipy import interpolate as original

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.declaring import Submodule, refused
from autograd_core.scipy.interpolate.attributes import recordable
from autograd_core.scipy.splines import basis, or_one

interpolate = Submodule("interpolate")


class BSpline(original.BSpline):
    """BSpline: a spline by its coefficients, with derivatives in these and in the points. See scipy.interpolate.BSpline."""

    recorded: dict = {}  # noqa: RUF012
    c = recordable("c")

    def __init__(self, t, c, k, extrapolate=True, axis=0):
        if count_recorded([t]):
            raise refused("scipy.interpolate.BSpline", "t", "a Tensor", "write the knots as numbers")
        super().__init__(plain(t), plain(c), k, extrapolate, axis)
        if has_tensor([c]):
            self.recorded = {"c": np.moveaxis(c, axis, 0)}

    def __call__(self, x, nu=0, extrapolate=None):
        """The values, or the nu-th derivatives, at x."""
        if not has_tensor([x, self.c]):
            return super().__call__(x, nu, extrapolate)
        extrapolate = self.extrapolate if extrapolate is None else extrapolate
        c, t, k = self.c, self.t, self.k
        for _ in range(nu):
            n = len(t) - k - 1
            if k == 0:
                c, t = 0 * c, t
                continue
            widths = np.reshape(or_one(t[k + 1 : n + k] - t[1:n]), (-1,) + (1,) * (np.ndim(c) - 1))
            c, t, k = (c[1:n] - c[: n - 1]) * k / widths, t[1:-1], k - 1
        x = x if has_tensor([x]) else np.asarray(x, float)
        flat = np.reshape(x, (-1,))
        first, last = t[k], t[len(t) - k - 1]
        if extrapolate == "periodic":
            flat = first + np.remainder(flat - first, last - first)
        start, values = basis(t, k, flat)
        out = sum(np.reshape(value, (-1,) + (1,) * (np.ndim(c) - 1)) * c[start + r] for r, value in enumerate(values))
        if extrapolate is False:
            outside = (plain(flat) < first) | (plain(flat) > last)
            out = np.where(np.reshape(outside, (-1,) + (1,) * (np.ndim(c) - 1)), np.nan, out)
        out = np.reshape(out, np.shape(x) + np.shape(c)[1:])
        n = np.ndim(x)
        return np.moveaxis(out, range(n), range(self.axis, self.axis + n)) if self.axis and n else out

    def derivative(self, nu=1):
        """SciPy's, of values; spline(x, nu=1) has derivatives."""
        self._refuse("derivative", "write spline(x, nu=1)")
        return super().derivative(nu)

    def antiderivative(self, nu=1):
        """SciPy's, of values."""
        self._refuse("antiderivative", "write autograd_core.scipy.interpolate.CubicSpline, whose integral has derivatives")
        return super().antiderivative(nu)

    def integrate(self, a, b, extrapolate=None):
        """SciPy's, of values."""
        self._refuse("integrate", "write autograd_core.scipy.interpolate.CubicSpline, whose integral has derivatives", a, b)
        return super().integrate(a, b, extrapolate)

    def _refuse(self, method, instead, *values):
        if count_recorded([self.c, *values]):
            raise UnsupportedError(f"scipy.interpolate.BSpline.{method}: there is no derivative for this method; {instead}")


def linear_map(x, k, t, bc_type):
    """The matrix from values at x to the coefficients of the spline through them."""
    made = original.make_interp_spline(x, np.eye(len(x)), k=k, t=t, bc_type=bc_type)
    return made.t, made.c


@interpolate.composed("make_interp_spline")
def make_interp_spline(x, y, k, t, bc_type, axis):
    """The spline through points, as a BSpline; with derivatives in the values."""
    if count_recorded([x, t]):
        raise refused("scipy.interpolate.make_interp_spline", "x", "a Tensor", "write CubicSpline, which has that derivative")
    if not isinstance(bc_type, (str, type(None))) or bc_type == "periodic":
        what = "write CubicSpline, which takes it, or a name: 'not-a-knot', 'natural' or 'clamped'"
        raise refused("scipy.interpolate.make_interp_spline", "bc_type", bc_type, what)
    x = np.asarray(plain(x), float)
    knots, matrix = linear_map(x, k, t, bc_type)
    coefficients = np.tensordot(matrix, np.moveaxis(y, axis, 0), 1)
    axis = axis % np.ndim(y)
    return BSpline(knots, np.moveaxis(coefficients, 0, axis), k, axis=axis)


DEGREES = {"slinear": 1, "cubic": 3, "quintic": 5}


class RegularGridInterpolator:
    """RegularGridInterpolator: interpolation on a grid, with derivatives in the values and in the points.

    See scipy.interpolate.RegularGridInterpolator. The grid itself is numbers; method="pchip" and nu have no derivatives.
    """

    def __init__(self, points, values, method="linear", bounds_error=True, fill_value=np.nan, **options):
        if count_recorded([points]):
            raise refused("scipy.interpolate.RegularGridInterpolator", "points", "a Tensor", "write the grid as numbers")
        grid = tuple(np.asarray(plain(axis), float) for axis in points)
        self._original = original.RegularGridInterpolator(grid, plain(values), method, bounds_error, plain(fill_value), **options)
        self.grid, self.method = self._original.grid, method  # ascending, whatever was given
        descending = [i for i, axis in enumerate(grid) if axis.size > 1 and axis[0] > axis[-1]]
        self.values = np.flip(values, descending) if descending else values
        self.bounds_error, self.fill_value = bounds_error, fill_value

    def __call__(self, xi, method=None, *, nu=None):
        """The values at points of shape (…, number of axes)."""
        if not has_tensor([xi, self.values, self.fill_value]):
            return self._original(xi, method, nu=nu)
        method = method or self.method
        if nu is not None and any(nu):
            raise refused("scipy.interpolate.RegularGridInterpolator", "nu", nu, "take the derivative with grad")
        if method not in ("linear", "nearest", *DEGREES):
            raise refused("scipy.interpolate.RegularGridInterpolator", "method", method, "write method='cubic'")
        xi = np.stack(np.broadcast_arrays(*xi), axis=-1) if isinstance(xi, tuple) else xi
        xi = xi if has_tensor([xi]) else np.asarray(xi, float)
        xi = xi[:, None] if xi.ndim == 1 and len(self.grid) == 1 and xi.shape[0] != 1 else xi
        if xi.shape[-1] != len(self.grid):
            raise ValueError(
                f"the points must have {len(self.grid)} coordinates, one for each axis of the grid, got {xi.shape[-1]}"
            )
        flat = np.reshape(xi, (-1, len(self.grid)))
        value = plain(flat)
        outside = np.any([(value[:, i] < g[0]) | (value[:, i] > g[-1]) for i, g in enumerate(self.grid)], axis=0)
        if self.bounds_error and outside.any():
            self._original(value)  # raises
        values = self.values if has_tensor([self.values]) else np.asarray(self.values, float)
        result = self._inside(values, flat, method)
        if self.fill_value is not None and not self.bounds_error:
            result = np.where(np.reshape(outside, (-1,) + (1,) * (result.ndim - 1)), self.fill_value, result)
        return np.reshape(result, xi.shape[:-1] + np.shape(values)[len(self.grid) :])

    def _inside(self, values, flat, method):
        """Σ of the values around each point with the products of their weights."""
        starts, weights = [], []
        for axis, grid in enumerate(self.grid):
            x = flat[:, axis]
            if method in ("linear", "nearest"):
                i = np.clip(np.searchsorted(grid, plain(x), side="right") - 1, 0, len(grid) - 2)
                share = (x - grid[i]) / (grid[i + 1] - grid[i])
                share = np.where(plain(share) <= 0.5, 0.0, 1.0) if method == "nearest" else share
                starts.append(i)
                weights.append([1 - share, share])
            else:
                knots, matrix = linear_map(grid, DEGREES[method], None, None)
                values = np.moveaxis(np.tensordot(matrix, values, axes=(1, axis)), 0, axis)
                start, of_axis = basis(knots, DEGREES[method], x)
                starts.append(start)
                weights.append(of_axis)
        total = 0.0
        for corner in np.ndindex(*[len(of_axis) for of_axis in weights]):
            weight = 1.0
            for of_axis, k in zip(weights, corner, strict=True):
                weight = weight * of_axis[k]
            part = values[tuple([start + k for start, k in zip(starts, corner, strict=True)])]
            total = total + np.reshape(weight, (-1,) + (1,) * (np.ndim(part) - 1)) * part
        return total


@interpolate.composed("interpn")
def interpn(points, values, xi, method, bounds_error, fill_value):
    """Interpolation on a grid."""
    return RegularGridInterpolator(points, values, method, bounds_error, fill_value)(xi)


interpolate.put("constants", "BSpline", BSpline)
interpolate.put("constants", "RegularGridInterpolator", RegularGridInterpolator)
