"""SciPy's special functions, where SciPy looks for them under SCIPY_ARRAY_API=1: in the namespace of its arguments.

Without that setting most are ufuncs, which NumPy hands over to a Tensor. With it they are functions around these, which make
plain arrays of what comes from a library that they do not know and that has no such function itself. Some ufuncs that the table
does not know SciPy has written with the standard's functions. `polygamma` and `multigammaln` are no ufuncs: `autograd_core.scipy`
has them.
"""

import importlib

import numpy as np

from autograd_core.array_api.wrapping import of_numpy
from autograd_core.derivatives.table import COMPOSED, LATE, TABLE, UNSUPPORTED, VALUE_ONLY


def __getattr__(name):
    words = f"{__name__} has no {name!r}: the table of derivatives knows no function of scipy.special of that name"
    around = None if name.startswith("_") else getattr(importlib.import_module("scipy.special"), name, None)
    function = getattr(around, "__wrapped__", around)
    if function is None:
        raise AttributeError(words)
    if isinstance(function, np.ufunc):
        if "scipy.special" in LATE:
            importlib.import_module(LATE["scipy.special"])
        if not any(function in known for known in (TABLE, COMPOSED, VALUE_ONLY, UNSUPPORTED)):
            raise AttributeError(words)
    else:  # SciPy's own may convert to plain arrays
        ours = getattr(importlib.import_module("autograd_core.scipy.special"), name)
        function = function if ours is around else ours
    made = globals()[name] = of_numpy(function)
    return made
