"""Which class stands for an array of which library, and what users call."""

import importlib
import sys

import numpy as np

from autograd_core.arrays.device import Device
from autograd_core.arrays.foreign import Foreign
from autograd_core.derivatives.kinds import stands_in, taken_in

BY_LIBRARY = {"dask": ("autograd_core.arrays.dask_functions", "Lazy")}


def adapter_of(kind):
    """The class that stands for arrays of the type `kind`, which speaks NumPy's two protocols."""
    library = kind.__module__.partition(".")[0]
    if library in BY_LIBRARY:
        module, name = BY_LIBRARY[library]
        return getattr(importlib.import_module(module), name)
    known = {"library": library, "has_functions": hasattr(sys.modules[library], "asarray"), "__slots__": ()}
    return type(f"Device of {library}", (Device,), known)


def wrap(x):
    """An array of another library behind NumPy's functions and operators, changed in place like one of NumPy's.

    x   an array of PyTorch, JAX, array-api-strict or any library of the Array API standard, to be given to Tensors and NumPy's
        functions: results are of the same kind, and `unwrap` gives the library's own array. One of Dask, CuPy or another library
        that speaks NumPy's protocols can be given to Tensors as it is; one of NumPy's, and a Tensor, stays what it is

    Raises TypeError for anything else.

    >>> import numpy as np
    >>> wrap(np.array([0.5, 1.0]))      # as it is; torch.tensor([0.5, 1.0]) would now take np.exp, and so would a Tensor of it
    array([0.5, 1. ])
    """
    if isinstance(x, (np.ndarray, np.generic)) or hasattr(type(x), "__autograd_function__"):
        return x
    x = taken_in(x)
    if stands_in(x):
        return x
    from autograd_core.arrays.standard import standing_for  # only now: a stand-in of `capture` needs none of it

    return standing_for(x)


def unwrap(x):
    """The library's own array: of what `wrap` returned, or a Tensor's value or gradient that is such. All else stays as it is.

    >>> unwrap(2.0)
    2.0
    """
    return x.held if isinstance(x, Foreign) else x
