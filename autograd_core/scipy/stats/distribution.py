"""What SciPy's distributions of one variable have in common: their methods, on Tensors.

    Continuous("expon", log_density=lambda z: -z, cdf=lambda z: -np.expm1(-z), support=(0, np.inf))

A distribution is given by functions of the standardised variable z = (x - loc) / scale and its shape parameters: the log of
the density, which every other derivative follows from, and the cdf and what else SciPy has a better form for than through
the cdf (sf, logcdf, logsf). They are made of NumPy's and scipy.special's functions, so their derivatives are the table's. The
quantiles and random draws are SciPy's, with derivatives by the implicit function theorem: for F(x; θ) = q it is
∂x/∂q = 1 / f(x) and ∂x/∂θ = -∂F/∂θ / f(x), with q of the draw held fixed (Figurnov, Mohamed and Mnih, 2018).

A call without a Tensor is SciPy's own.
"""

import functools
import inspect

import numpy as np
from scipy import stats

from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.functional.transforms import vjp
from autograd_core.graph.modes import enable_grad
from autograd_core.graph.variable import Variable, count_recorded, plain
from autograd_core.scipy.binding import has_tensor

INSTEAD = "write it with its density, pdf, which has a derivative"


class Distribution:
    """One of SciPy's distributions: its methods take arrays and Tensors, as variable and as parameters.

    name      SciPy's name for it
    shapes    names of its shape parameters
    support   (least, largest) z, each a number or a function of the shape parameters
    valid     function of the shape parameters: whether there is such a distribution; all positive if not given
    """

    methods: tuple = ()

    def __init__(self, name, shapes="", *, support, valid=None, **functions):
        self.name, self.original, self.shapes = name, getattr(stats, name), tuple(shapes.split())
        self.ends, self.valid, self.functions = support, valid or (lambda *shapes: positive(*shapes)), functions
        self.__doc__ = f"{name}: scipy.stats.{name}, for arrays and Tensors. With derivatives: {', '.join(self.methods)}."
        kind, empty = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
        defaults = {**dict.fromkeys(self.shapes, empty), **self.location}
        self.signature = inspect.Signature([inspect.Parameter(key, kind, default=value) for key, value in defaults.items()])

    def __repr__(self):
        return f"<autograd_core.scipy.stats.{self.name}>"

    def __call__(self, *args, **kwds):
        """The distribution with these parameters: its methods take the variable alone."""
        return Frozen(self, args, kwds)

    freeze = __call__

    def __getattr__(self, method):
        if method.startswith("_") or not hasattr(self.original, method):
            raise AttributeError(f"scipy.stats.{self.name} has no {method!r}")
        return functools.partial(self._without_derivative, method)

    def _without_derivative(self, method, *args, **kwds):
        """A method of SciPy's on plain values."""
        if count_recorded(args) + count_recorded(kwds.values()):
            raise UnsupportedError(f"scipy.stats.{self.name}.{method}: there is no derivative for this method; {INSTEAD}")
        return getattr(self.original, method)(*map(plain, args), **{key: plain(value) for key, value in kwds.items()})

    def parameters(self, method, args, kwds):
        """All parameters of a call: those of the shape, then loc and scale."""
        try:
            bound = self.signature.bind(*args, **kwds)
        except TypeError as error:
            raise TypeError(
                f"scipy.stats.{self.name}.{method}: {error}; it takes {', '.join(self.signature.parameters)}"
            ) from None
        bound.apply_defaults()
        return [value if isinstance(value, Variable) else np.asarray(value)[()] for value in bound.arguments.values()]

    def support_of(self, shapes):
        """(least, largest) z for these shape parameters."""
        return [end(*shapes) if callable(end) else end for end in self.ends]


class Continuous(Distribution):
    """A distribution with a density.

    log_density, density, cdf, sf, logcdf, logsf   functions of z and the shape parameters; the first at least
    entropy, mean, var                             functions of the shape parameters, of the standardised variable
    """

    location = {"loc": 0, "scale": 1}  # noqa: RUF012
    methods = ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf", "rvs", "entropy", "mean", "var", "std")

    def _at(self, method, x, args, kwds):
        """(z, where z is in the support, z there and a harmless value elsewhere, shape parameters, scale)."""
        *shapes, loc, scale = self.parameters(method, args, kwds)
        x = x if isinstance(x, Variable) else np.asarray(x)[()]
        z = (x - loc) / scale
        least, largest = self.support_of(shapes)
        value = plain(z)
        inside = (plain(least) <= value) & (value <= plain(largest))
        if inside.all():
            return z, None, z, shapes, scale
        return z, inside, np.where(inside, z, self.harmless(least, largest)), shapes, scale

    def harmless(self, least, largest):
        """A z in the support."""
        least, largest = plain(least), plain(largest)
        both = np.isfinite(least) & np.isfinite(largest)
        return np.where(both, least / 2 + largest / 2, np.where(np.isfinite(least), least + 1, largest - 1))

    def _or(self, inside, result, otherwise, shapes, scale):
        """The result in the support, `otherwise` elsewhere, and NaN for parameters of which there is no distribution."""
        if inside is not None:
            result = np.where(inside, result, otherwise)
        good = self.valid(*map(plain, shapes)) & positive(plain(scale))
        return result if np.all(good) else result * np.where(good, 1.0, np.nan)

    def logpdf(self, x, *args, **kwds):
        if not has_tensor((x, *args, *kwds.values())):
            return self.original.logpdf(x, *args, **kwds)
        _, inside, z, shapes, scale = self._at("logpdf", x, args, kwds)
        return self._or(inside, self.functions["log_density"](z, *shapes) - np.log(scale), -np.inf, shapes, scale)

    def pdf(self, x, *args, **kwds):
        if not has_tensor((x, *args, *kwds.values())):
            return self.original.pdf(x, *args, **kwds)
        _, inside, z, shapes, scale = self._at("pdf", x, args, kwds)
        return self._or(inside, self.density(z, shapes) / scale, 0.0, shapes, scale)

    def density(self, z, shapes):
        """That of the standardised variable."""
        return (
            self.functions["density"](z, *shapes)
            if "density" in self.functions
            else np.exp(self.functions["log_density"](z, *shapes))
        )

    def _probability(self, method, below, above, x, args, kwds):
        if not has_tensor((x, *args, *kwds.values())):
            return getattr(self.original, method)(x, *args, **kwds)
        if "cdf" not in self.functions:
            return self._without_derivative(method, x, *args, **kwds)
        outside, inside, z, shapes, scale = self._at(method, x, args, kwds)
        result = self.probability(method, z, shapes)
        otherwise = np.where(plain(outside) < plain(z), below, above) if inside is not None else None
        return self._or(inside, result, otherwise, shapes, scale)

    def probability(self, method, z, shapes):
        """cdf, sf, or one of their logs, in its own form if there is one."""
        if method in self.functions:
            return self.functions[method](z, *shapes)
        if method.startswith("log"):
            return np.log(self.probability(method.removeprefix("log"), z, shapes))
        return 1 - self.functions["cdf"](z, *shapes)

    def cdf(self, x, *args, **kwds):
        return self._probability("cdf", 0.0, 1.0, x, args, kwds)

    def sf(self, x, *args, **kwds):
        return self._probability("sf", 1.0, 0.0, x, args, kwds)

    def logcdf(self, x, *args, **kwds):
        return self._probability("logcdf", -np.inf, 0.0, x, args, kwds)

    def logsf(self, x, *args, **kwds):
        return self._probability("logsf", 0.0, -np.inf, x, args, kwds)

    def _quantile(self, method, q, args, kwds):
        if not has_tensor((q, *args, *kwds.values())):
            return getattr(self.original, method)(q, *args, **kwds)
        if "cdf" not in self.functions:
            return self._without_derivative(method, q, *args, **kwds)
        *shapes, loc, scale = self.parameters(method, args, kwds)
        return quantile(q, tuple(shapes), self, method) * scale + loc

    def ppf(self, q, *args, **kwds):
        return self._quantile("ppf", q, args, kwds)

    def isf(self, q, *args, **kwds):
        return self._quantile("isf", q, args, kwds)

    def rvs(self, *args, size=None, random_state=None, **kwds):
        if not has_tensor((*args, *kwds.values())):
            return self.original.rvs(*args, size=1 if size is None else size, random_state=random_state, **kwds)
        if self.shapes and "cdf" not in self.functions:
            return self._without_derivative("rvs", *args, size=size, random_state=random_state, **kwds)
        *shapes, loc, scale = self.parameters("rvs", args, kwds)
        if size is None:
            size = np.broadcast_shapes(*[np.shape(value) for value in (*shapes, loc, scale)]) or None
        z = self.original.rvs(*map(plain, shapes), size=size, random_state=random_state)
        return (drawn(tuple(shapes), z, self) if shapes else z) * scale + loc

    def _moment(self, method, args, kwds, of_standard):
        if not has_tensor((*args, *kwds.values())) or method not in self.functions:
            return self._without_derivative(method, *args, **kwds)
        *shapes, loc, scale = self.parameters(method, args, kwds)
        return self._or(None, of_standard(self.functions[method](*shapes), loc, scale), None, shapes, scale)

    def entropy(self, *args, **kwds):
        return self._moment("entropy", args, kwds, lambda standard, loc, scale: standard + np.log(scale))

    def mean(self, *args, **kwds):
        return self._moment("mean", args, kwds, lambda standard, loc, scale: standard * scale + loc)

    def var(self, *args, **kwds):
        return self._moment("var", args, kwds, lambda standard, loc, scale: standard * scale**2 + 0 * loc)

    def std(self, *args, **kwds):
        if not has_tensor((*args, *kwds.values())) or "var" not in self.functions:
            return self._without_derivative("std", *args, **kwds)
        return np.sqrt(self.var(*args, **kwds))


def by_parameters(distribution, z, shapes, g):
    """-(∂F/∂θ) ḡ / f at z, for each shape parameter."""
    with enable_grad():
        _, pullback = vjp(lambda *shapes: distribution.probability("cdf", z, shapes), *shapes)
        return pullback(-g / distribution.density(z, shapes))


def one_of(parts, i):
    return parts[i]


@primitive(
    "F⁻¹(q; θ) | ḡ / f | -ḡ ∂F/∂θ / f",
    name="quantile",
    sequence="shapes",
    q=lambda g, out, shapes, distribution, method: (g if method == "ppf" else -g) / distribution.density(out, shapes),
    shapes=lambda g, out, shapes, distribution, i: one_of(by_parameters(distribution, out, shapes, g), i),
)
def quantile(q, shapes, distribution, method):
    return getattr(distribution.original, method)(q, *shapes)


@primitive(
    "z with F(z; θ) = q | -ḡ ∂F/∂θ / f",
    name="draw",
    sequence="shapes",
    shapes=lambda g, out, shapes, distribution, i: one_of(by_parameters(distribution, out, shapes, g), i),
)
def drawn(shapes, z, distribution):
    return z


class Discrete(Distribution):
    """A distribution on integers, with derivatives in its parameters.

    log_mass, cdf, sf, logcdf, logsf   functions of k (from the least on) and the shape parameters
    entropy, mean, var                 functions of the shape parameters
    """

    location = {"loc": 0}  # noqa: RUF012
    methods = ("pmf", "logpmf", "cdf", "sf", "logcdf", "logsf", "mean", "var", "std")

    def _at(self, method, k, args, kwds):
        if count_recorded([k]):
            raise UnsupportedError(
                f"scipy.stats.{self.name}.{method}: k is an integer, by which there is no derivative; write k.detach()"
            )
        *shapes, loc = self.parameters(method, args, kwds)
        if count_recorded([loc]):
            raise UnsupportedError(
                f"scipy.stats.{self.name}.{method}: loc is an integer, by which there is no derivative; write loc.detach()"
            )
        k = np.asarray(plain(k), float)[()] - plain(loc)
        least, largest = (plain(end) for end in self.support_of(shapes))
        return k, (least <= k) & (k <= largest), np.clip(np.floor(k), least, largest), shapes

    def _or(self, inside, result, otherwise, shapes):
        result = result if inside.all() else np.where(inside, result, otherwise)
        good = self.valid(*map(plain, shapes))
        return result if np.all(good) else result * np.where(good, 1.0, np.nan)

    def logpmf(self, k, *args, **kwds):
        if not has_tensor((k, *args, *kwds.values())):
            return self.original.logpmf(k, *args, **kwds)
        given, inside, k, shapes = self._at("logpmf", k, args, kwds)
        return self._or(inside & (given == k), self.functions["log_mass"](k, *shapes), -np.inf, shapes)

    def pmf(self, k, *args, **kwds):
        if not has_tensor((k, *args, *kwds.values())):
            return self.original.pmf(k, *args, **kwds)
        given, inside, k, shapes = self._at("pmf", k, args, kwds)
        return self._or(inside & (given == k), np.exp(self.functions["log_mass"](k, *shapes)), 0.0, shapes)

    def _probability(self, method, below, above, k, args, kwds):
        if not has_tensor((k, *args, *kwds.values())):
            return getattr(self.original, method)(k, *args, **kwds)
        given, _, k, shapes = self._at(method, k, args, kwds)
        least, largest = (plain(end) for end in self.support_of(shapes))
        inside = (least <= given) & (given < largest)
        k = np.where(inside, k, least)[()]
        return self._or(inside, self._one(method, k, shapes), np.where(given < least, below, above), shapes)

    def _one(self, method, k, shapes):
        if method in self.functions:
            return self.functions[method](k, *shapes)
        if method.startswith("log"):
            return np.log(self._one(method.removeprefix("log"), k, shapes))
        return 1 - self.functions["cdf"](k, *shapes)

    def cdf(self, k, *args, **kwds):
        return self._probability("cdf", 0.0, 1.0, k, args, kwds)

    def sf(self, k, *args, **kwds):
        return self._probability("sf", 1.0, 0.0, k, args, kwds)

    def logcdf(self, k, *args, **kwds):
        return self._probability("logcdf", -np.inf, 0.0, k, args, kwds)

    def logsf(self, k, *args, **kwds):
        return self._probability("logsf", 0.0, -np.inf, k, args, kwds)

    def _moment(self, method, args, kwds):
        if not has_tensor((*args, *kwds.values())) or method not in self.functions:
            return self._without_derivative(method, *args, **kwds)
        *shapes, loc = self.parameters(method, args, kwds)
        return self._or(np.True_, self.functions[method](*shapes) + (loc if method == "mean" else 0), None, shapes)

    def mean(self, *args, **kwds):
        return self._moment("mean", args, kwds)

    def var(self, *args, **kwds):
        return self._moment("var", args, kwds)

    def std(self, *args, **kwds):
        if not has_tensor((*args, *kwds.values())) or "var" not in self.functions:
            return self._without_derivative("std", *args, **kwds)
        return np.sqrt(self.var(*args, **kwds))


class Frozen:
    """A distribution with its parameters given."""

    def __init__(self, dist, args, kwds):
        self.dist, self.args, self.kwds = dist, args, kwds
        dist.parameters("__call__", args, kwds)

    def __getattr__(self, method):
        if method.startswith("_"):
            raise AttributeError(method)
        function = getattr(self.dist, method)
        if method in ("rvs", "mean", "var", "std", "entropy", "support", "median", "stats"):
            return functools.partial(function, *self.args, **self.kwds)
        return lambda x, *rest, **options: function(x, *rest, *self.args, **self.kwds, **options)

    def rvs(self, size=None, random_state=None):
        return self.dist.rvs(*self.args, **self.kwds, size=size, random_state=random_state)


class Undifferentiable:
    """One of SciPy's distributions that has no derivatives here: its methods are SciPy's, and refuse Tensors of a graph."""

    def __init__(self, name):
        self.name, self.original = name, getattr(stats, name)
        self.__doc__ = f"{name}: scipy.stats.{name}, without derivatives."

    def __call__(self, *args, **kwds):
        self._refuse("__call__", args, kwds)
        return self.original(*args, **kwds)

    def __getattr__(self, method):
        if method.startswith("_") or not hasattr(self.original, method):
            raise AttributeError(f"scipy.stats.{self.name} has no {method!r}")
        function = getattr(self.original, method)
        if not callable(function):
            return function

        def on_values(*args, **kwds):
            self._refuse(method, args, kwds)
            return function(*map(plain, args), **{key: plain(value) for key, value in kwds.items()})

        return on_values

    def _refuse(self, method, args, kwds):
        if count_recorded(args) + count_recorded(kwds.values()):
            what = f"scipy.stats.{self.name}" + ("" if method == "__call__" else f".{method}")
            raise UnsupportedError(
                f"{what}: there is no derivative for this distribution; write its log density with NumPy's and scipy.special's "
                "functions"
            )


def is_distribution(value):
    """Whether one of SciPy's names is a distribution: an object of a class that SciPy names `…_gen`."""
    return isinstance(value, (stats.rv_continuous, stats.rv_discrete)) or type(value).__name__.endswith("_gen")


def positive(*parameters):
    good = np.True_
    for value in parameters:
        good = good & (np.asarray(value) > 0)
    return good
