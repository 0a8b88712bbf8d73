"""scipy.linalg, for arrays and Tensors.

systems         solve, inv, det, lstsq, pinv: what one matrix does to others
factors         cholesky, lu, ldl, qr, svd, polar, and solving with factors
spectra         eigenvalues and eigenvectors, schur
functions       expm, logm, sqrtm and other functions of a matrix
equations       Sylvester, Lyapunov and Riccati equations
banded          matrices given by their diagonals
shapes          toeplitz, block_diag and others that put elements into their places
classification  what has no derivative, and why
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.linalg import functions  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("linalg").exports()
