"""The standard's linear algebra: that of NumPy."""

import numpy as np

from autograd_core.array_api.array import closed
from autograd_core.array_api.wrapping import lookup

OF_NUMPY = str.split("""
    cholesky cross det diagonal eigh eigvalsh inv matmul matrix_norm matrix_power matrix_rank matrix_transpose outer
    pinv qr slogdet solve svd svdvals tensordot trace vecdot vector_norm
""")


def eig(x, /):
    """`np.linalg.eig`, complex even if no eigenvalue is."""
    result = np.linalg.eig(x)
    return type(result)(*[_complex(part) for part in result])


def eigvals(x, /):
    """`np.linalg.eigvals`, complex even if none of them is."""
    return _complex(np.linalg.eigvals(x))


def _complex(result):
    return closed(result.astype(np.result_type(result, np.complex64), copy=False))


__all__ = [*OF_NUMPY, "eig", "eigvals"]
__getattr__ = lookup(globals(), np.linalg, OF_NUMPY, "the standard has none, but np.linalg may, and takes Tensors")


def __dir__():
    return __all__
