"""scipy.linalg, for arrays and Tensors.

systems         solve, inv, det, norm, pinv, lstsq and other distances between spaces
factors         cholesky, lu, ldl, qr, svd, polar, and solving with factors
spectra         eigenvalues and eigenvectors, schur
exponential     expm, expm_frechet
functions       logm, sqrtm and other functions of a matrix
equations       Sylvester's, Lyapunov's and Riccati's equations
banded          matrices given by their diagonals
shapes          toeplitz, block_diag and others that put elements into their places
cyclic          products and systems with Toeplitz and circulant matrices
classification  what has no derivative, and why
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.linalg import (  # noqa: F401
    banded,
    classification,
    cyclic,
    equations,
    exponential,
    factors,
    functions,
    shapes,
    spectra,
    systems,
)

__all__, __getattr__, __dir__ = Submodule("linalg").exports()
