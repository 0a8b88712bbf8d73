"""Distributions on the integers, with derivatives in their parameters.

Discrete("geom", "p", support=(1, np.inf), log_mass=lambda k, p: sp.xlog1py(k - 1, -p) + np.log(p), …)
"""

import numpy as np

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.stats.distribution import Distribution


class Discrete(Distribution):
    """A distribution on the integers.

    log_mass, cdf, sf, logcdf, logsf   functions of k (from the least on) and the shape parameters
    mean, var                          functions of the shape parameters
    """

    location = {"loc": 0}  # noqa: RUF012
    instead = "write it with its probabilities, pmf, which have a derivative: cdf is np.sum(pmf(np.arange(k + 1), …))"
    methods = ("pmf", "logpmf", "cdf", "sf", "logcdf", "logsf", "mean", "var", "std")

    def logpmf(self, k, *args, **kwds):
        """The log of the probability of k."""
        if not has_tensor((k, *args, *kwds.values())):
            return self.original.logpmf(k, *args, **kwds)
        given, outside, k, shapes = self._at("logpmf", k, args, kwds)
        return self._or(given, outside | (given != k), self.functions["log_mass"](k, *shapes), -np.inf, shapes)

    def pmf(self, k, *args, **kwds):
        """The probability of k."""
        if not has_tensor((k, *args, *kwds.values())):
            return self.original.pmf(k, *args, **kwds)
        given, outside, k, shapes = self._at("pmf", k, args, kwds)
        return self._or(given, outside | (given != k), np.exp(self.functions["log_mass"](k, *shapes)), 0.0, shapes)

    def _at(self, method, k, args, kwds):
        """(k - loc, where that is outside the support, the nearest integer below that is inside, shape parameters)."""
        *shapes, loc = self.parameters(method, args, kwds)
        for name, value in (("k", k), ("loc", loc)):
            if count_recorded([value]):
                raise UnsupportedError(
                    f"scipy.stats.{self.name}.{method}: {name} is an integer, by which there is no derivative; write "
                    f"{name}.detach()"
                )
        k = np.asarray(plain(k), float)[()] - plain(loc)
        least, largest = (plain(end) for end in self.support_of(shapes))
        inside = np.clip(np.floor(np.where(np.isnan(k), least, k)), least, largest)
        return k, (k < least) | (k > largest), inside, shapes

    def _or(self, given, outside, result, otherwise, shapes):
        """The result in the support, `otherwise` elsewhere, and NaN for k = NaN and parameters of no distribution."""
        result = np.where(outside, otherwise, result) if np.any(outside) else result + 0 * outside
        return self.known(result, self.valid(*map(plain, shapes)) & ~np.isnan(given))

    def _probability(self, method, below, above, k, args, kwds):
        if not has_tensor((k, *args, *kwds.values())):
            return getattr(self.original, method)(k, *args, **kwds)
        if "cdf" not in self.functions:
            return self._without_derivative(method, k, *args, **kwds)
        given, _, k, shapes = self._at(method, k, args, kwds)
        least, largest = (plain(end) for end in self.support_of(shapes))
        outside = (given < least) | (given >= largest)  # from the largest on all is below
        k = np.where(outside, least, k)[()]
        return self._or(given, outside, self.probability(method, k, shapes), np.where(given < least, below, above), shapes)

    def _moment(self, method, args, kwds):
        if not has_tensor((*args, *kwds.values())) or method not in self.functions:
            return self._without_derivative(method, *args, **kwds)
        *shapes, loc = self.parameters(method, args, kwds)
        result = self.functions[method](*shapes) + (loc if method == "mean" else 0 * loc)
        return self.known(result, self.valid(*map(plain, shapes)))
