"""scipy.sparse, as far as derivatives need it: matrices whose elements are a Tensor, and their `linalg`.

    A = sparse.coo_array((data, (rows, columns)), shape=(n, n))      # data a Tensor: a `Matrix`; else SciPy's own array
    x = sparse.linalg.spsolve(A, b)                                  # gradients in data and b

`csr_array((data, indices, indptr))`, `csc_array(…)` and `dia_array((data, offsets), shape)` likewise. What is where in the
matrix never changes; the gradient of `data` is that of the elements which are stored.
"""

import importlib

from autograd_core.scipy.sparse.matrix import Matrix, coo_array, csc_array, csr_array, dia_array


def __getattr__(name):
    if name != "linalg":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return importlib.import_module(f"{__name__}.linalg")


__all__ = ["Matrix", "coo_array", "csc_array", "csr_array", "dia_array", "linalg"]
