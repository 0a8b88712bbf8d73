"""`autograd.scipy`: SciPy's functions on recorded arrays, if SciPy is installed."""

import importlib
import importlib.util

import numpy as np

import autograd_core
from autograd_core.compat.hips import arrays, convolution

STATS = ("beta", "chi2", "dirichlet", "gamma", "multivariate_normal", "norm", "poisson", "t")


def is_there():
    return importlib.util.find_spec("scipy") is not None


def modules():
    """(name, {name: function}) of each module, parents first."""
    yield "autograd.scipy", {}
    special = importlib.import_module("autograd_core.scipy.special")
    yield "autograd.scipy.special", arrays.namespace(special) | {"logsumexp": logsumexp}
    yield "autograd.scipy.misc", {"logsumexp": logsumexp}
    yield "autograd.scipy.signal", {"convolve": convolution.convolve}
    for name in ("linalg", "integrate"):  # which take lists of recorded values, and tuples of arguments, as they are
        module = importlib.import_module(f"autograd_core.scipy.{name}")
        yield f"autograd.scipy.{name}", {function: getattr(module, function) for function in module.__all__}
    stats = importlib.import_module("autograd_core.scipy.stats")
    yield "autograd.scipy.stats", {}
    for name in STATS:
        distribution = getattr(stats, name)
        yield (
            f"autograd.scipy.stats.{name}",
            {method: getattr(distribution, method) for method in METHODS if hasattr(distribution.original, method)},
        )


METHODS = str.split("pdf logpdf pmf logpmf cdf logcdf sf logsf ppf isf entropy rvs mean var std")


def logsumexp(x, axis=None, b=1.0, keepdims=False):
    """log Σ b eˣ."""
    x = arrays.asarray(x)
    if np.ndim(b) == 0 and b == 1:
        return autograd_core.logsumexp(x, axis=axis, keepdims=keepdims)
    return importlib.import_module("autograd_core.scipy.special").logsumexp(x, axis=axis, b=b, keepdims=keepdims)
