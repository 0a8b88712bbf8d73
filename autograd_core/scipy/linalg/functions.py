"""Functions of a matrix.

The derivative of f(A) along E stands in f([[A, E], [0, A]]), top right; its transpose is the derivative of f at Aᵀ.
"""

import numpy as np

from autograd_core.scipy.declaring import Submodule

linalg = Submodule("linalg")


def mT(x):
    return np.matrix_transpose(x)


linalg.derivative("expm", "eᴬ | L(Aᵀ, ḡ), of the derivative along ḡ", A=lambda g, A: expm_along(mT(A), g))


def doubled(A, E):
    """[[A, E], [0, A]]."""
    return np.concatenate([np.concatenate([A, E], axis=-1), np.concatenate([np.zeros(A.shape, A.dtype), A], axis=-1)], axis=-2)


def expm_along(A, E):
    n = A.shape[-1]
    return linalg.expm(doubled(A, E))[..., :n, n:]
