"""What SciPy's distributions of one variable have in common: their methods, on Tensors.

A distribution is given by functions of its variable and its shape parameters, made of NumPy's and scipy.special's, so that their
derivatives are the table's. `density` has those with a density, `mass` those on the integers. A call without a Tensor is
SciPy's own.
"""

import functools
import inspect

import numpy as np
from scipy import stats

from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import Variable, count_recorded, plain
from autograd_core.scipy.binding import Signature, has_tensor


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
        parameters = [inspect.Parameter(key, kind, default=value) for key, value in defaults.items()]
        self.signature = inspect.Signature(parameters)
        self.bound = Signature(self.original, self.signature).quickly

    def __repr__(self):
        return f"<autograd_core.scipy.stats.{self.name}>"

    instead = "write it with its density, pdf, which has a derivative"  # of a method without one

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
            raise UnsupportedError(f"scipy.stats.{self.name}.{method}: there is no derivative for this method; {self.instead}")
        return getattr(self.original, method)(*map(plain, args), **{key: plain(value) for key, value in kwds.items()})

    def cdf(self, x, *args, **kwds):
        """The probability of no more than x."""
        return self._probability("cdf", 0.0, 1.0, x, args, kwds)

    def sf(self, x, *args, **kwds):
        """The probability of more than x, 1 - cdf."""
        return self._probability("sf", 1.0, 0.0, x, args, kwds)

    def logcdf(self, x, *args, **kwds):
        """The log of the cdf."""
        return self._probability("logcdf", -np.inf, 0.0, x, args, kwds)

    def logsf(self, x, *args, **kwds):
        """The log of the sf."""
        return self._probability("logsf", 0.0, -np.inf, x, args, kwds)

    def probability(self, method, z, shapes):
        """cdf, sf, or one of their logs, in its own form if there is one."""
        if method in self.functions:
            return self.functions[method](z, *shapes)
        if method.startswith("log"):
            mass = self.probability(method.removeprefix("log"), z, shapes)
            rest = self.probability("sf" if method == "logcdf" else "cdf", z, shapes)
            return either_log(np.log(mass), rest)
        return 1 - self.functions["cdf"](z, *shapes)

    def mean(self, *args, **kwds):
        """The expectation."""
        return self._moment("mean", args, kwds)

    def var(self, *args, **kwds):
        """The variance."""
        return self._moment("var", args, kwds)

    def std(self, *args, **kwds):
        """The standard deviation."""
        if not has_tensor((*args, *kwds.values())) or "var" not in self.functions:
            return self._without_derivative("std", *args, **kwds)
        return np.sqrt(self.var(*args, **kwds))

    def parameters(self, method, args, kwds):
        """All parameters of a call: those of the shape, then loc and scale."""
        values = self.bound(args, kwds)
        if values is None:
            try:
                self.signature.bind(*args, **kwds)
            except TypeError as error:
                raise TypeError(
                    f"scipy.stats.{self.name}.{method}: {error}; it takes {', '.join(self.signature.parameters)}"
                ) from None
        return [value if isinstance(value, Variable) else np.asarray(value)[()] for value in values]

    def known(self, result, good):
        """A result, and NaN if there is no distribution with these parameters."""
        return result if np.all(good) else result * np.where(good, 1.0, np.nan)

    def support_of(self, shapes):
        """(least, largest) z for these shape parameters."""
        return [end(*shapes) if callable(end) else end for end in self.ends]


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


def either_log(log, rest):
    """The log of a probability; by what it leaves where that is the smaller part, and the log would have no digits."""
    small = rest < 0.5
    return np.where(small, np.log1p(-np.where(small, rest, 0.0)), log)


def is_distribution(value):
    """Whether one of SciPy's names is a distribution: an object of a class that SciPy names `…_gen`."""
    return isinstance(value, (stats.rv_continuous, stats.rv_discrete)) or type(value).__name__.endswith("_gen")


def positive(*parameters):
    good = np.True_
    for value in parameters:
        good = good & (np.asarray(value) > 0)
    return good
