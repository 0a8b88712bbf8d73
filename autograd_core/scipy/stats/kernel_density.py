"""The kernel density estimate."""

import math

import numpy as np
from scipy import stats

from autograd_core.derivatives.softmax import logsumexp
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import Variable, count_recorded, plain
from autograd_core.scipy.binding import has_tensor


class gaussian_kde:
    """gaussian_kde: a kernel density estimate, as in SciPy, with derivatives in the data, the weights and the points.

    See scipy.stats.gaussian_kde. `evaluate` (pdf) and `logpdf` have derivatives, also by a number as bandwidth.
    """

    def __init__(self, dataset, bw_method=None, weights=None):
        self._given = dataset, weights
        self._check(bw_method)
        self._bandwidth = bw_method
        self._original = stats.gaussian_kde(plain(dataset), plain(bw_method), plain(weights))

    def set_bandwidth(self, bw_method=None):
        """As SciPy's: "scott", "silverman", a number, or a function of the estimate."""
        self._check(bw_method)
        self._bandwidth = bw_method
        self._original.set_bandwidth(plain(bw_method))

    def _check(self, bw_method):
        if callable(bw_method) and count_recorded(self._given):
            raise UnsupportedError(
                "scipy.stats.gaussian_kde: there is no derivative through a function as bw_method; write the number that it "
                'gives, "scott" or "silverman"'
            )

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(self._original, name)
        if count_recorded((self._bandwidth, *self._given)) and name not in ("d", "n"):
            raise UnsupportedError(
                f"scipy.stats.gaussian_kde.{name}: there is no derivative for this; evaluate and logpdf have one"
            )
        return value

    def _factor(self, weights, d):
        """The bandwidth in units of the data's spread."""
        if isinstance(self._bandwidth, str) or self._bandwidth is None:
            effective = 1 / np.sum(weights * weights)
            times = (d + 2) / 4 if self._bandwidth == "silverman" else 1.0
            return (effective * times) ** (-1 / (d + 4))
        return self._original.factor if callable(self._bandwidth) else self._bandwidth

    def _log_density(self, points):
        dataset, weights = self._given
        dataset = dataset if isinstance(dataset, Variable) else np.asarray(dataset)
        dataset = dataset[None] if dataset.ndim == 1 else dataset
        d, n = dataset.shape
        weights = np.full(n, 1 / n) if weights is None else weights / np.sum(weights)
        mean = np.sum(dataset * weights, axis=1, keepdims=True)
        spread = ((dataset - mean) * weights) @ np.matrix_transpose(dataset - mean) / (1 - np.sum(weights * weights))
        covariance = spread * self._factor(weights, d) ** 2
        apart = self._points(points, d)[:, :, None] - dataset[:, None, :]
        distance = np.sum(np.tensordot(np.linalg.inv(covariance), apart, 1) * apart, axis=0)
        constant = (d * math.log(2 * math.pi) + np.linalg.slogdet(covariance)[1]) / 2
        return logsumexp(np.log(weights) - distance / 2, axis=1) - constant

    def _points(self, points, d):
        points = np.atleast_2d(points if isinstance(points, Variable) else np.asarray(points, float))
        if points.shape == (1, d):
            return np.reshape(points, (d, 1))
        if points.shape[0] != d:
            raise ValueError(f"points have dimension {points.shape[0]}, dataset has dimension {d}")
        return points

    def evaluate(self, points):
        """The density at points of shape (d, m)."""
        if has_tensor((points, self._bandwidth, *self._given)):
            return np.exp(self._log_density(points))
        return self._original.evaluate(points)

    __call__ = pdf = evaluate

    def logpdf(self, x):
        """The log of the density at points of shape (d, m)."""
        return self._log_density(x) if has_tensor((x, self._bandwidth, *self._given)) else self._original.logpdf(x)
