"""Interpolation of scattered points by radial functions."""

import numpy as np
from scipy import interpolate as original

from autograd_core.graph.variable import plain
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.declaring import Submodule, refused

interpolate = Submodule("interpolate")


def _thin_plate(apart):
    square = np.sum(apart * apart, axis=-1)
    zero = plain(square) == 0
    return np.where(zero, 0.0, square * np.log(np.where(zero, 1.0, square)) / 2)


def of_distance(function):
    return lambda apart: function(np.linalg.norm(apart, axis=-1))


def of_square(function):
    return lambda apart: function(np.sum(apart * apart, axis=-1))


KERNELS = {
    "linear": of_distance(lambda r: -r),
    "thin_plate_spline": _thin_plate,
    "cubic": of_distance(lambda r: r**3),
    "quintic": of_distance(lambda r: -(r**5)),
    "multiquadric": of_square(lambda s: -np.sqrt(s + 1)),
    "inverse_multiquadric": of_square(lambda s: 1 / np.sqrt(s + 1)),
    "inverse_quadratic": of_square(lambda s: 1 / (s + 1)),
    "gaussian": of_square(lambda s: np.exp(-s)),
}


class RBFInterpolator:
    """RBFInterpolator: interpolation by radial functions, with derivatives in data, smoothing and points.

    See scipy.interpolate.RBFInterpolator. All points are used: `neighbors` has no derivatives.
    """

    def __init__(self, y, d, neighbors=None, smoothing=0.0, kernel="thin_plate_spline", epsilon=None, degree=None):
        self._original = original.RBFInterpolator(plain(y), plain(d), neighbors, plain(smoothing), kernel, plain(epsilon), degree)
        self._given = y, d, smoothing, epsilon
        self.neighbors, self.kernel, self.powers = neighbors, self._original.kernel, self._original.powers
        if neighbors is not None and has_tensor(self._given):
            raise refused("scipy.interpolate.RBFInterpolator", "neighbors", neighbors, "leave neighbors out")

    def __call__(self, x):
        """The values at points of shape (n, dimensions)."""
        if not has_tensor([x, *self._given]):
            return self._original(x)
        if self.neighbors is not None:
            raise refused("scipy.interpolate.RBFInterpolator", "neighbors", self.neighbors, "leave neighbors out")
        y, d, smoothing, epsilon = (value if has_tensor([value]) else np.asarray(value, float) for value in self._with_epsilon())
        x = x if has_tensor([x]) else np.asarray(x, float)
        n, kernel = y.shape[0], KERNELS[self.kernel]
        low, high = plain(y).min(axis=0), plain(y).max(axis=0)
        shift, scale = (low + high) / 2, np.where(high > low, (high - low) / 2, 1.0)
        polynomials, at_x = self._monomials((y - shift) / scale), self._monomials((x - shift) / scale)
        matrix = kernel((y[:, None] - y[None]) * epsilon) + np.eye(n) * smoothing
        m = polynomials.shape[1]
        whole = np.concatenate([
            np.concatenate([matrix, polynomials], axis=1),
            np.concatenate([np.matrix_transpose(polynomials), np.zeros((m, m))], axis=1),
        ])  # fmt: skip
        right = np.reshape(d, (n, -1))
        right = np.concatenate([right, np.zeros((m, right.shape[1]))])
        found = np.linalg.solve(whole, right)
        out = np.concatenate([kernel((x[:, None] - y[None]) * epsilon), at_x], axis=1) @ found
        return np.reshape(out, (x.shape[0], *np.shape(d)[1:]))

    def _with_epsilon(self):
        y, d, smoothing, epsilon = self._given
        return y, d, smoothing, 1.0 if epsilon is None else epsilon

    def _monomials(self, x):
        if not len(self.powers):
            return np.zeros((x.shape[0], 0))
        return np.stack([np.prod(x**power, axis=-1) for power in self.powers.astype(float)], axis=1)


interpolate.put("constants", "RBFInterpolator", RBFInterpolator)
