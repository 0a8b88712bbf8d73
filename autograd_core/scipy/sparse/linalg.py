"""scipy.sparse.linalg: systems with sparse matrices, by factors and by iteration, eigenvalues, and products with eᴬ.

`A` is a `Matrix` (its elements a Tensor), a SciPy sparse array (constant), or a dense Tensor if SciPy takes arrays. The
functions are in `factors`, `iterating` and `spectra`.
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.sparse import factors, iterating, spectra  # noqa: F401

sparse = Submodule("sparse.linalg")

sparse.constants("""
    ArpackError ArpackNoConvergence LaplacianNd LinearOperator MatrixRankWarning SuperLU aslinearoperator use_solver
""")
sparse.value_only("is_sptriangular spbandwidth onenormest spilu")
sparse.unsupported({
    "eigs": "write sparse.linalg.eigsh for a Hermitian matrix, linalg.eig(A.toarray()) for another one",
    "lobpcg": "write sparse.linalg.eigsh",
    "svds": "write linalg.svd(A.toarray())",
    "expm": "write linalg.expm(A.toarray()), or sparse.linalg.expm_multiply(A, b)",
    "funm_multiply_krylov": "write sparse.linalg.expm_multiply(A, b) for the exponential, linalg.funm(A.toarray(), f) @ b else",
    "inv": "write sparse.linalg.spsolve(A, b)",
    "matrix_power": "write A @ (A @ x)",
    "lsqr lsmr": "write linalg.lstsq(A.toarray(), b), or sparse.linalg.cg of the normal equations",
})  # fmt: skip

__all__, __getattr__, __dir__ = sparse.exports()
