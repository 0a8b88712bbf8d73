"""scipy.linalg, at matrices that are well conditioned, with eigenvalues and singular values far from each other and from zero."""

import numpy as np
import scipy.linalg

from tests.derivatives.cases_linalg import G, H
from tests.scipy.cases import C, M, P, R, call, covers, refuses

r = np.random.default_rng(14)
STACKS = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 16)  # from then on SciPy takes stacks of matrices


def stacks(*calls):
    return calls if STACKS else ()


def near_one(*shape, dtype=float, by=0.3):
    """1 and a little more: with eigenvalues to the right of 0."""
    noise = r.uniform(-1, 1, shape) + (1j * r.uniform(-1, 1, shape) if dtype is complex else 0)
    return M(1.5 * np.eye(shape[-1]) + by * noise)


def triangle(n, lower=False, dtype=float):
    x = r.uniform(-1, 1, (n, n)) + (1j * r.uniform(-1, 1, (n, n)) if dtype is complex else 0)
    x = x + 2 * np.eye(n)
    return np.tril(x) if lower else np.triu(x)


def bands(lower, upper, n, dtype=float, batch=()):
    """Diagonals of a matrix, the main one the largest."""
    x = r.uniform(-1, 1, (*batch, lower + upper + 1, n)) + (
        1j * r.uniform(-1, 1, (lower + upper + 1, n)) if dtype is complex else 0
    )
    x[..., upper, :] += 2 + lower + upper
    return M(x)


def half_bands(k, n, lower, dtype=float):
    x = bands(k, 0, n, dtype).value if lower else bands(0, k, n, dtype).value
    x[0 if lower else -1] = x[0 if lower else -1].real
    return M(x)


def definite_parts(result):
    """c of (c, lower)."""
    return result[0]


# Systems

covers("linalg.solve", call(G(4), R(4)), call(G(4), R(4, 2)), call(G(3, dtype=complex), C(3)), call(G(3), R(3), transposed=True))
covers("linalg.solve", *stacks(call(G(3, batch=2), R(3)), call(G(3, batch=2), R(2, 3, 2)), call(G(3), R(2, 3, 1))))
for lower in (False, True):
    for kind, a in {"pos": H(3), "sym": H(3), "her": H(3, complex)}.items():
        covers("linalg.solve", call(a, R(3), lower=lower, assume_a=kind))
if "assume_a" in str(scipy.linalg.inv.__doc__):
    for kind in ("diagonal", "tridiagonal", "banded", "upper triangular", "lower triangular"):
        covers("linalg.solve", call(near_one(3, 3), R(3), assume_a=kind, transposed=kind.startswith("lower")))
    covers("linalg.inv", call(H(3), assume_a="pos", lower=True))
covers("linalg.inv", call(G(3)), call(G(3, dtype=complex)), *stacks(call(G(2, batch=2))))
covers("linalg.det", call(G(3)), call(G(3, dtype=complex)), call(G(2, batch=2)))
covers("linalg.norm", call(R(4)), call(R(3, 2), "fro"), call(R(3, 2), 1, axis=0), call(G(3), 2), call(C(3), keepdims=True))
for trans in (0, 1, 2, "C"):
    covers("linalg.solve_triangular", call(M(triangle(3, dtype=complex)), C(3), trans))
covers(
    "linalg.solve_triangular",
    call(R(3, 3), R(3, 2), lower=True, unit_diagonal=True),
    call(M(triangle(3, True)), R(3), lower=True),
    *stacks(call(M(np.stack([triangle(3), triangle(3)])), R(2, 3, 1))),
)
covers("linalg.pinv", call(G(4, 2)), call(G(2, 3, dtype=complex)), call(G(3), atol=0.9), *stacks(call(G(3, 2, batch=2))))
covers("linalg.pinv", call(G(4, 2), return_rank=True))
covers("linalg.pinvh", call(H(3)), call(H(3, complex)), call(H(3), lower=False), call(H(3), rtol=0.5))
covers("linalg.lstsq", call(G(4, 2), R(4)), call(G(4, 2), R(4, 2)), call(G(2, 3), R(2)), call(G(3, 2, dtype=complex), C(3)))
covers("linalg.lstsq", *stacks(call(G(3, 2, batch=2), R(3)), call(G(3, 2, batch=2), R(2, 3, 2))))
covers("linalg.orthogonal_procrustes", call(G(3), G(3)), call(G(4, 2), G(4, 2)))
covers("linalg.subspace_angles", call(G(4, 2), G(4, 2)), call(M(r.normal(size=(5, 1))), M(r.normal(size=(5, 2)))))

# Factors

covers("linalg.cholesky", call(H(3)), call(H(3), lower=True), call(H(3, complex)), *stacks(call(H(3, batch=2))))
covers("linalg.cho_factor", call(H(3)), call(H(3, complex), lower=True), pick=definite_parts)
covers("linalg.cho_solve", call((M(triangle(3)), False), R(3)), call((M(triangle(3, True, complex)), True), C(3, 2)))
covers("linalg.lu", call(G(3)), call(G(3, dtype=complex)), call(G(4, 2)), call(G(2, 4)), pick=lambda out: out[1:])
covers("linalg.lu", call(G(3), permute_l=True), *stacks(call(G(3, batch=2), p_indices=True)), pick=lambda out: out[-2:])
large = r.uniform(-1, 1, (48, 45)) / 8 + np.eye(48, 45)  # beyond this size triangular systems are solved as such
covers("linalg.lu", call(M(large)), call(M(large.T)), pick=lambda out: out[1:], directions=1)
covers("linalg.cholesky", call(M(large.T @ large)), call(M(large.T @ large), lower=True), directions=1)
covers("linalg.lu_factor", call(G(3)), call(G(3, dtype=complex)), call(G(4, 2)), call(G(2, 4)), *stacks(call(G(3, batch=2))))
lu, piv = scipy.linalg.lu_factor(r.normal(size=(3, 3)) + np.diag([0, 1, 3.0]))
covers("linalg.lu_solve", *(call((M(lu), piv), R(3, 2), trans) for trans in (0, 1, 2)), call((M(lu), piv), R(3)))
covers("linalg.lu_solve", call((M(lu + 0.1j), piv), C(3), 2))
indefinite = np.array([[0.1, 2.0, 1.0, 0.3], [2.0, 0.2, 0.4, 1.0], [1.0, 0.4, 3.0, 0.2], [0.3, 1.0, 0.2, -1.0]])
covers("linalg.ldl", call(M(indefinite)), call(M(indefinite), lower=False), call(H(3, complex)))
covers("linalg.ldl", call(M(indefinite + 0.3j * indefinite**2), hermitian=False), *stacks(call(H(3, batch=2))))
covers("linalg.qr", call(G(3)), call(G(3, 4, dtype=complex)), call(G(4, 2), mode="economic"), call(G(4, 2), mode="r"))
covers("linalg.qr", call(G(3), pivoting=True), *stacks(call(G(3, batch=2))))
covers(
    "linalg.qr_multiply", call(G(4, 2), R(3, 4)), call(G(4, 2), R(2, 3), "left"), call(G(3, dtype=complex), C(3), conjugate=True)
)
covers("linalg.rq", call(G(3)), call(G(2, 3), mode="economic"), call(G(3, dtype=complex), mode="r"))
covers(
    "linalg.svd", call(G(3)), call(G(4, 2), full_matrices=False), call(G(2, 3), compute_uv=False), *stacks(call(G(3, batch=2)))
)
covers("linalg.svdvals", call(G(3)), call(G(2, 3, dtype=complex)), *stacks(call(G(3, batch=2))))
covers("linalg.diagsvd", call(P(2), 2, 3), call(P(2), 4, 2))
covers("linalg.polar", call(G(3)), call(G(4, 2), "left"), call(G(2, 3, dtype=complex)), call(M(np.eye(3))))
covers("linalg.polar", *stacks(call(G(3, batch=2))))

# Spectra


def without_signs(result):
    """LAPACK may turn an eigenvector round where an element of the matrix changes."""
    return result[0], np.abs(result[1])


covers("linalg.eigh", call(H(3)), call(H(3), lower=False), call(H(3, complex)), *stacks(call(H(3, batch=2))), pick=without_signs)
covers("linalg.eigh", *(call(H(2), H(2), type=type) for type in (1, 2, 3)), pick=without_signs, directions=3)
covers("linalg.eigh", call(H(4), subset_by_index=[1, 2]), call(H(4), subset_by_value=[0, 1.5]), pick=without_signs, directions=3)
covers("linalg.eigh", call(H(3), H(3), subset_by_index=[0, 1]), pick=without_signs, directions=3)
covers("linalg.eigh", call(H(3), eigvals_only=True))
covers("linalg.eigvalsh", call(H(3)), call(H(3, complex)), call(H(3), H(3)), call(H(4), subset_by_index=[1, 2]))
covers("linalg.eig", call(near_one(3, 3, by=1)), call(G(3), G(3)), pick=lambda out: np.abs(out[1]))
covers("linalg.eig", call(G(3), right=False), call(M(np.diag([1.0, 2, 4]) + 0.1)), *stacks(call(G(3, batch=2), right=False)))
covers("linalg.eigvals", call(near_one(3, 3, by=1)), call(C(3, 3)), call(G(3), G(3)))
covers("linalg.eig_banded", call(half_bands(1, 4, True), lower=True), call(half_bands(2, 4, False)), pick=without_signs)
covers(
    "linalg.eigvals_banded",
    call(half_bands(1, 4, True), lower=True),
    call(half_bands(1, 4, False), select="i", select_range=(1, 2)),
)
covers("linalg.eigh_tridiagonal", call(R(4), P(3)), call(R(4), P(3), select="i", select_range=(0, 1)), pick=without_signs)
covers("linalg.eigvalsh_tridiagonal", call(R(4), P(3)), call(R(4), P(3), select="v", select_range=(-1, 5)))
real = np.diag([1.0, 2.5, 4.2]) + 0.3 * r.uniform(-1, 1, (3, 3))
covers("linalg.schur", call(M(real)), call(M(real), sort=lambda x: x > 2), pick=lambda out: out[:2])
covers("linalg.schur", call(near_one(3, 3, by=1), "complex"), pick=lambda out: np.abs(out[0][np.triu_indices(3)]))

# Functions of a matrix

covers("linalg.expm", call(R(3, 3)), call(C(2, 2, 2)))
covers("linalg.expm_frechet", call(R(2, 2), R(2, 2)), call(C(2, 2), C(2, 2), compute_expm=False))
covers("linalg.sqrtm", call(near_one(3, 3)), call(near_one(2, 2, dtype=complex)), *stacks(call(near_one(2, 2, 2))))
covers("linalg.logm", call(near_one(2, 2)), warns=RuntimeWarning)  # of float32 SciPy says that it may be inaccurate
covers("linalg.logm", call(near_one(2, 2, dtype=complex)), *stacks(call(near_one(2, 2, 2))), warns=RuntimeWarning, directions=1)
several_signs = np.array([[1.0, 0.4, 0.2], [0.3, -1.5, 0.5], [0.1, 0.2, 2.0]])
covers("linalg.signm", call(M(several_signs)), call(M(several_signs + 0.2j)))
covers(
    "linalg.fractional_matrix_power",
    call(M([[1.7, 0.1], [0.2, 1.3]]), 0.3),
    call(M([[1.7, 0.1], [0.2, 1.3]]), M(-1.5)),
    call(near_one(2, 2), 2),
)
for name in ("cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm"):
    covers(f"linalg.{name}", call(M(R(2, 2).value / 3)), call(M(C(2, 2).value / 3)))
covers("linalg.funm", call(M(real), np.exp), call(near_one(3, 3, by=1), np.sin), call(near_one(2, 2, dtype=complex), np.sqrt))

# Equations

covers(
    "linalg.solve_sylvester",
    call(near_one(3, 3), near_one(2, 2), R(3, 2)),
    call(near_one(2, 2, dtype=complex), near_one(2, 2, dtype=complex), C(2, 2)),
)
for name in ("solve_continuous_lyapunov", "solve_lyapunov"):
    covers(f"linalg.{name}", call(near_one(3, 3), R(3, 3)), call(near_one(2, 2, dtype=complex), C(2, 2)))
small = M(near_one(3, 3).value / 3)
covers(
    "linalg.solve_discrete_lyapunov", call(small, R(3, 3)), call(M(small.value + 0.1j), C(3, 3)), call(small, R(3, 3), "bilinear")
)


def symmetric(a, b, q, r, *others):
    return a, b, q + np.matrix_transpose(q), r + np.matrix_transpose(r), *others


for name in ("solve_continuous_are", "solve_discrete_are"):
    small = [M(0.3 * R(2, 2).value) for _ in range(3)]
    covers(f"linalg.{name}", call(R(3, 3), R(3, 1), H(3), H(1)), prepare=symmetric, directions=2)
    covers(f"linalg.{name}", call(small[0], R(2, 2), H(2), H(2), near_one(2, 2), small[1]), prepare=symmetric, directions=2)

# Bands

covers("linalg.solve_banded", call((1, 1), bands(1, 1, 4), R(4)), call((2, 1), bands(2, 1, 5), R(5, 2)))
covers(
    "linalg.solve_banded",
    call((0, 1), bands(0, 1, 3, complex), C(3)),
    *stacks(call((1, 1), bands(1, 1, 4, batch=(2,)), R(2, 4, 1))),
)
covers("linalg.solveh_banded", call(half_bands(1, 4, False), R(4)), call(half_bands(2, 4, True, complex), C(4, 2), lower=True))
covers("linalg.cholesky_banded", call(half_bands(1, 4, False)), call(half_bands(2, 5, True), lower=True))
covers("linalg.cholesky_banded", call(half_bands(1, 3, True, complex), lower=True), call(half_bands(2, 3, False, complex)))
covers(
    "linalg.cho_solve_banded",
    call((half_bands(1, 4, False), False), R(4)),
    call((half_bands(2, 4, True, complex), True), C(4, 2)),
)

# Shapes

covers("linalg.toeplitz", call(R(3)), call(R(3), R(4)), call(C(2)))
covers("linalg.hankel", call(R(3)), call(R(3), R(2)))
covers("linalg.circulant", call(R(4)), call(C(2)))
covers("linalg.companion", call(P(4)), call(P(2)))
covers("linalg.leslie", call(P(4), P(3)))
covers("linalg.fiedler", call(R(4)))
covers("linalg.fiedler_companion", call(P(6)), call(P(5)), call(P(2)))
for mode in ("full", "same", "valid"):
    covers("linalg.convolution_matrix", call(R(3), 5, mode), call(R(5), 3, mode))
covers("linalg.block_diag", call(R(2, 2), R(3), np.ones((1, 2)), R(1, 3)), call(R(2), C(1, 1)))
covers("linalg.khatri_rao", call(R(2, 3), R(4, 3)), call(C(1, 2), R(2, 2)))
covers("linalg.kron", call(R(2, 2), R(2, 3)), warns=DeprecationWarning)  # SciPy 1.17 has it no longer
covers(
    "linalg.solve_toeplitz",
    call(P(3), R(3)),
    call((M(np.array([4, 1, 0.5])), R(3)), R(3, 2)),
    call((C(3), M(np.array([1, 0.3, 0.2j]))), C(3)),
)
covers("linalg.matmul_toeplitz", call(R(3), R(3)), call((R(3), R(4)), R(4, 2)), call((C(2), R(3)), R(3)))
covers("linalg.solve_circulant", call(M(np.array([4, 1, 0.5])), R(3)), call(M(np.array([4, 1, 0.5j])), R(3, 2)))
covers(
    "linalg.solve_circulant",
    call(np.array([1.0, 1, 1]), R(3), singular="lstsq"),
    call(M(np.array([4, 1, 0.5])), R(2, 3), baxis=1, outaxis=1),
)

# No derivative

covers("linalg.bandwidth", call(R(3, 3)))
covers("linalg.ishermitian", call(H(3)))
covers("linalg.issymmetric", call(H(3)))
refuses("linalg.svd", call(G(3), lapack_driver="gesvd"), words="no derivative with lapack_driver='gesvd'; write 'gesdd'")
refuses("linalg.lstsq", call(G(3), R(3), lapack_driver="gelsy"), words="lapack_driver='gelsy'; write 'gelsd'")
refuses("linalg.qr", call(G(3), mode="raw"), words="no derivative with mode='raw'; write 'full'")
refuses("linalg.eig", call(G(3), left=True), words="left=True; write np.conj")
refuses("linalg.eig", call(G(3), homogeneous_eigvals=True), words="homogeneous_eigvals=True; write False")
refuses("linalg.eigvals", call(G(3), homogeneous_eigvals=True), words="homogeneous_eigvals=True; write False")
refuses("linalg.schur", call(M(np.array([[0.0, 1], [-1, 0]]))), words="2 × 2 blocks .* write output='complex'")
refuses("linalg.subspace_angles", call(M(np.ones((3, 2))), R(3, 1)), words="A=.*dependent columns.*leave columns out")
