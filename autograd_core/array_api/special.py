"""SciPy's special functions, where SciPy looks for them under SCIPY_ARRAY_API=1: in the namespace of its arguments.

Without that setting they are ufuncs, which NumPy hands over to a Tensor. With it they are functions around these, which make
plain arrays of what comes from a library that they do not know and that has no such function itself. Some that the table does
not know SciPy has written with the standard's functions.
"""

import importlib

import numpy as np

from autograd_core.derivatives.table import COMPOSED, TABLE, UNSUPPORTED, VALUE_ONLY
from autograd_core.tensor.dispatch import LATE


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(f"{__name__} has no {name!r}")
    function = getattr(importlib.import_module("scipy.special"), name, None)
    ufunc = getattr(function, "__wrapped__", function)
    if isinstance(ufunc, np.ufunc):
        if "scipy.special" in LATE:
            importlib.import_module(LATE["scipy.special"])
        if ufunc in TABLE or ufunc in COMPOSED or ufunc in VALUE_ONLY or ufunc in UNSUPPORTED:
            globals()[name] = ufunc
            return ufunc
    raise AttributeError(f"{__name__} has no {name!r}: the table of derivatives knows no function of scipy.special of that name")
