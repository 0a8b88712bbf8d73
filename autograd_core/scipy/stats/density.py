"""Distributions with a density.

    Continuous("expon", log_density=lambda z: -z, cdf=lambda z: -np.expm1(-z), support=(0, np.inf))

One is given by functions of the standardised variable z = (x - loc) / scale and its shape parameters: the log of the density,
and the cdf and whatever SciPy has a better form for than through the cdf (sf, logcdf, logsf). The quantiles and random draws
are SciPy's, with derivatives by the implicit function theorem: for F(x; θ) = q it is ∂x/∂q = 1 / f(x) and
∂x/∂θ = -∂F/∂θ / f(x), with the q of a draw held fixed (Figurnov, Mohamed and Mnih, 2018).
"""

import numpy as np

from autograd_core.derivatives.table import primitive
from autograd_core.functional.transforms import vjp
from autograd_core.graph.modes import enable_grad
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.binding import has_tensor
from autograd_core.scipy.stats.distribution import Distribution, positive


class Continuous(Distribution):
    """A distribution with a density.

    log_density, density, cdf, sf, logcdf, logsf   functions of z and the shape parameters; the first at least
    entropy, mean, var                             functions of the shape parameters, of the standardised variable
    periodic                                       whether it has no value at infinity
    none_at_0                                      whether the density is 0 at z = 0, where these functions have no value
    """

    location = {"loc": 0, "scale": 1}  # noqa: RUF012
    methods = ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf", "rvs", "entropy", "mean", "var", "std")

    def logpdf(self, x, *args, **kwds):
        """The log of the density."""
        if not has_tensor((x, *args, *kwds.values())):
            return self.original.logpdf(x, *args, **kwds)
        _, outside, z, shapes, scale = self._at("logpdf", x, args, kwds)
        return self._or(outside, self.functions["log_density"](z, *shapes) - np.log(scale), -np.inf, shapes, scale)

    def pdf(self, x, *args, **kwds):
        """The density."""
        if not has_tensor((x, *args, *kwds.values())):
            return self.original.pdf(x, *args, **kwds)
        _, outside, z, shapes, scale = self._at("pdf", x, args, kwds)
        return self._or(outside, self.density(z, shapes) / scale, 0.0, shapes, scale)

    def density(self, z, shapes):
        """That of the standardised variable."""
        if "density" in self.functions:
            return self.functions["density"](z, *shapes)
        return np.exp(self.functions["log_density"](z, *shapes))

    def ppf(self, q, *args, **kwds):
        """The x with cdf(x) = q."""
        return self._quantile("ppf", q, args, kwds)

    def isf(self, q, *args, **kwds):
        """The x with sf(x) = q."""
        return self._quantile("isf", q, args, kwds)

    def rvs(self, *args, size=None, random_state=None, **kwds):
        """Random draws: SciPy's, which move with the parameters."""
        if not has_tensor((*args, *kwds.values())):
            return self.original.rvs(*args, size=size, random_state=random_state, **kwds)
        if self.shapes and "cdf" not in self.functions:
            return self._without_derivative("rvs", *args, size=size, random_state=random_state, **kwds)
        *shapes, loc, scale = self.parameters("rvs", args, kwds)
        if size is None:
            size = np.broadcast_shapes(*[np.shape(value) for value in (*shapes, loc, scale)]) or None
        z = self.original.rvs(*map(plain, shapes), size=size, random_state=random_state)
        return (drawn(tuple(shapes), z, self) if shapes else z) * scale + loc

    def entropy(self, *args, **kwds):
        """-∫ f log f."""
        return self._moment("entropy", args, kwds)

    def _at(self, method, x, args, kwds, steep=False):
        """(z, where z is outside the support or None, z with a harmless value there, shape parameters, scale).

        steep   whether an end of the support at which the density is infinite is outside
        """
        *shapes, loc, scale = self.parameters(method, args, kwds)
        x = x if isinstance(x, Variable) else np.asarray(x)[()]
        z = (x - loc) / scale
        least, largest = self.support_of(shapes)
        value = plain(z)
        outside = (value < plain(least)) | (value > plain(largest))  # not NaN, which is passed on
        if not self.functions.get("periodic"):
            outside = outside | np.isinf(value)
        if self.functions.get("none_at_0"):
            outside = outside | (value == 0)
        if steep and (ends := (value == plain(least)) | (value == plain(largest))).any():
            with np.errstate(all="ignore"):
                outside = outside | (ends & np.isposinf(self.density(value, [plain(shape) for shape in shapes])))
        if not outside.any():
            return z, None, z, shapes, scale
        return z, outside, np.where(outside, harmless(least, largest), z), shapes, scale

    def _or(self, outside, result, otherwise, shapes, scale):
        """The result in the support, `otherwise` elsewhere, and NaN for parameters of which there is no distribution."""
        if outside is not None:
            result = np.where(outside, otherwise, result)
        return self.known(result, self.valid(*map(plain, shapes)) & positive(plain(scale)))

    def _probability(self, method, below, above, x, args, kwds):
        if not has_tensor((x, *args, *kwds.values())):
            return getattr(self.original, method)(x, *args, **kwds)
        if "cdf" not in self.functions:
            return self._without_derivative(method, x, *args, **kwds)
        given, outside, z, shapes, scale = self._at(method, x, args, kwds, steep=True)
        otherwise = np.where(plain(given) < plain(z), below, above) if outside is not None else None
        return self._or(outside, self.probability(method, z, shapes), otherwise, shapes, scale)

    def _quantile(self, method, q, args, kwds):
        if not has_tensor((q, *args, *kwds.values())):
            return getattr(self.original, method)(q, *args, **kwds)
        if "cdf" not in self.functions:
            return self._without_derivative(method, q, *args, **kwds)
        *shapes, loc, scale = self.parameters(method, args, kwds)
        return self.known(quantile(q, tuple(shapes), self, method) * scale + loc, positive(plain(scale)))

    def _moment(self, method, args, kwds):
        if not has_tensor((*args, *kwds.values())) or method not in self.functions:
            return self._without_derivative(method, *args, **kwds)
        *shapes, loc, scale = self.parameters(method, args, kwds)
        standard = self.functions[method](*shapes)
        result = {
            "entropy": lambda: standard + np.log(scale) + 0 * loc,
            "mean": lambda: standard * scale + loc,
            "var": lambda: standard * scale**2 + 0 * loc,
        }[method]()
        return self._or(None, result, None, shapes, scale)


def harmless(least, largest):
    """A z in the support."""
    least, largest = plain(least), plain(largest)
    both = np.isfinite(least) & np.isfinite(largest)
    one = np.where(np.isfinite(least), least + 1, np.where(np.isfinite(largest), largest - 1, 0.5))
    return np.where(both, least / 2 + largest / 2, one)


def by_parameters(distribution, z, shapes, g):
    """-(∂F/∂θ) ḡ / f at z, for each shape parameter; in the upper half of the sf, since there 1 - F has no digits."""
    low = distribution.probability("cdf", plain(z), [plain(shape) for shape in shapes]) < 0.5

    def below(*shapes):
        parts = []
        if np.any(low):
            parts.append(distribution.probability("cdf", z, shapes))
        if not np.all(low):
            parts.append(-distribution.probability("sf", z, shapes))
        return parts[0] if len(parts) == 1 else np.where(low, *parts)

    with enable_grad():
        _, pullback = vjp(below, *shapes)
        return pullback(-g / distribution.density(z, shapes))


@primitive(
    "F⁻¹(q; θ) | ḡ / f | -ḡ ∂F/∂θ / f",
    name="quantile",
    sequence="shapes",
    q=lambda g, out, shapes, distribution, method: (g if method == "ppf" else -g) / distribution.density(out, shapes),
    shapes=lambda g, out, shapes, distribution, i: by_parameters(distribution, out, shapes, g)[i],
)
def quantile(q, shapes, distribution, method):
    return getattr(distribution.original, method)(q, *shapes)


@primitive(
    "z with F(z; θ) = q | -ḡ ∂F/∂θ / f",
    name="draw",
    sequence="shapes",
    shapes=lambda g, out, shapes, distribution, i: by_parameters(distribution, out, shapes, g)[i],
)
def drawn(shapes, z, distribution):
    return z
