"""What of scipy.linalg has no derivative here, and why."""

from autograd_core.scipy.linalg.parts import linalg

linalg.value_only("bandwidth ishermitian issymmetric")
linalg.constants("""
    LinAlgError LinAlgWarning find_best_blas_type get_blas_funcs get_lapack_funcs
    dft hadamard helmert hilbert invhilbert invpascal pascal
""")
linalg.unsupported({
    "null_space orth": (
        "write np.eye(n) - linalg.pinv(a) @ a for the projector on the null space, a @ linalg.pinv(a) for that on the range: "
        "the vectors are any basis of a space, and only what does not depend on the choice has a derivative"
    ),
    "cossin": "write linalg.svd of the blocks",
    "hessenberg": "write linalg.eigvals(a) for its eigenvalues, or linalg.schur(a, 'complex')",
    "qz ordqz": "write linalg.eig(a, b) for the generalised eigenvalues and vectors",
    "cdf2rdf rsf2csf": "write linalg.eig(a) or linalg.schur(a, 'complex'), and go on with complex numbers",
    "matrix_balance": "write it with a itself: the scales are powers of 2, without a derivative",
    "qr_delete qr_insert qr_update": "write linalg.qr of the changed matrix",
    "expm_cond": "write np.linalg.norm of linalg.expm_frechet along the directions of interest",
    "clarkson_woodruff_transform": "write S @ a, with S = linalg.clarkson_woodruff_transform(np.eye(len(a)), size, rng)",
})  # fmt: skip
