"""`autograd.scipy`: SciPy's functions on recorded arrays, where SciPy is installed."""

import importlib
import importlib.util

from autograd_core.compat.hips import arrays

STATS = "beta chi2 dirichlet gamma multivariate_normal norm poisson t"


def is_there():
    return importlib.util.find_spec("scipy") is not None


def modules():
    """(name, {name: function}) of each module, parents first."""
    yield "autograd.scipy", {}
    special = importlib.import_module("scipy.special")
    yield "autograd.scipy.special", arrays.namespace(special)
