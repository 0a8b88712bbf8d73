"""Matrix factorisations and eigenvalues. Singular values are in `singular_values`.

The rules follow one pattern. With ḡ paired as Re Σ ḡ da (no conjugate), a factorisation turns da into P = (left inverse) da
(right inverse), the factors move by parts of P, and a matrix K says how much the result wants of each element of P.

Which triangle. `cholesky` and `eigh` read one triangle of their matrix and take the other for granted, so the gradient has
its entries in that triangle, where a change of the matrix has an effect; the other is 0. Made of a symmetric expression
such as x @ x.T, the gradient of x is the same as with a symmetric one.

Equal eigenvalues. Eigenvectors of equal eigenvalues are any basis of their space. A result that depends on the basis has no
derivative; one that does not has, and `apart` finds it if it can be found, or else warns with `GaugeWarning`.
"""

import numpy as np

from autograd_core.derivatives.gauges import check_equal, check_free, check_phases, check_second, check_slope, gaps, seen
from autograd_core.derivatives.matrixwise import matrixwise
from autograd_core.derivatives.table import composed, derivative, primitive
from autograd_core.errors import UnsupportedError

derivative(
    "linalg.cholesky",
    "L, with a = L Lᴴ | L⁻ᵀ ½tril(Lᵀ ḡ) L⁻*",
    a=lambda g, upper, out: matrixwise(
        lambda g, known: cholesky_a(g, upper, *known), g, (out,), seen=np.triu if upper else np.tril
    ),
)
derivative(
    "linalg.eigh",
    "λ, V with a = V λ Vᴴ | V* (λ̄ + Vᵀ V̄ / (λj - λi)) Vᵀ",
    outputs=2,
    a=lambda g, UPLO, out: matrixwise(lambda g, known: eigh_a(g, UPLO, *known), g, out, (1, 2, 1, 2)),
)
derivative(
    "linalg.eigvalsh",
    "λ, with a = V λ Vᴴ | V* ḡ Vᵀ",
    a=lambda g, a, UPLO: matrixwise(lambda g, known: eigvalsh_a(g, known[0], UPLO), g, (a,), (1, 2)),
)
derivative("linalg.eig", "λ, V with a = V λ V⁻¹ | V⁻ᵀ (λ̄ + Vᵀ V̄ / (λj - λi)) Vᵀ", outputs=2, a=lambda g, out: eig_a(g, *out))
derivative("linalg.eigvals", "λ, with a = V λ V⁻¹ | V⁻ᵀ ḡ Vᵀ", a=lambda g, a: eigvals_a(g, a))


def mT(x):
    return np.matrix_transpose(x)


def mH(x):
    return np.conjugate(np.matrix_transpose(x))


# Triangular factors


def lower_half(x):
    """The lower triangle, with half the diagonal: what a triangular factor takes of a Hermitian change."""
    n = x.shape[-1]
    return x * (np.tri(n, dtype=np.float32) - np.eye(n, dtype=np.float32) / 2)


def one_triangle(g, UPLO):
    """The gradient of a Hermitian matrix as that of the one triangle which was read."""
    both = g + mH(g)
    return lower_half(both) if UPLO in ("L", "l") else mT(lower_half(mT(both)))


def cholesky_a(g, upper, out, solve=np.linalg.solve):
    """`solve` is for triangles, of which the upper one is not 0: scipy.linalg has a quicker one."""
    if upper:
        g, out = mH(g), mH(out)
    middle = lower_half(mT(out) @ g)
    left = solve(mT(out), middle)
    return one_triangle(mT(solve(mH(out), mT(left))), "U" if upper else "L")


@primitive(
    "Q, R with a = Q R | Q* (K + the rest of Q̄) R⁻ᵀ",
    name="linalg.qr",
    outputs=2,
    a=lambda g, mode, out: matrixwise(
        lambda g, known: tall_qr_a(g, mode, *known), g, out, seen=lambda g: (g[0], g[1] if g[1] is None else np.triu(g[1]))
    ),
)
def tall_qr(a, mode):
    """qr of a matrix that is no wider than high, with mode "reduced" or "complete"."""
    return np.linalg.qr(a, mode)


tall_qr.fills = False  # its rule leaves out what is not asked for


def tall_qr_a(g, mode, Q, R, solve=np.linalg.solve):
    """Qᴴ dQ = Ω is the antihermitian matrix with the lower triangle of C = Qᴴ da R⁻¹, and dR = (C - Ω) R. `solve` as above."""
    of_Q, of_R = (np.zeros(x.shape, x.dtype) if part is None else part for part, x in zip(g, (Q, R), strict=True))
    n = R.shape[-1]
    m = mT(Q) @ of_Q
    wanted = of_R @ mT(R)
    turning = m - wanted - mH(m - wanted)
    if Q.shape[-1] > n:
        check_free(turning[..., n:, n:], "the columns of Q beyond those of a")
    K = (lower_half(turning) + wanted)[..., :n]
    back = np.conjugate(Q) @ K
    if Q.shape[-2] > Q.shape[-1]:
        back = back + of_Q - np.conjugate(Q) @ m
    return mT(solve(R[..., :n, :], mT(back)))


@composed("linalg.qr")
def qr(a, mode="reduced"):
    """A wide matrix is the qr of its first columns, which must be independent, and R of the others is Qᴴ times these."""
    if mode not in ("reduced", "complete", "r"):
        raise UnsupportedError(f"linalg.qr: there is no derivative with mode={mode!r}; use 'reduced', 'complete' or 'r'")
    factors = whole_qr(tall_qr, a, "complete" if mode == "complete" else "reduced")
    return factors[1] if mode == "r" else factors


def whole_qr(tall, a, mode):
    """Q and R of any matrix, by a function for one that is no wider than high."""
    rows, columns = np.shape(a)[-2:]
    factors = tall(a[..., :rows] if columns > rows else a, mode)
    if columns > rows:
        Q, R = factors
        factors = factors._replace(R=np.concatenate([R, mH(Q) @ a[..., rows:]], axis=-1))
    return factors


# Eigenvalues


def eigh_a(g, UPLO, values, vectors):
    """V* K Vᵀ, from dλ = diag P and Vᴴ dV = P / (λj - λi) with P = Vᴴ da V."""
    of_values, of_vectors = g
    if of_vectors is None:
        return one_triangle(np.conjugate(vectors) * of_values[..., None, :] @ mT(vectors), UPLO)
    K = apart(values, of_values, mT(vectors) @ of_vectors, "eigenvalues")
    return one_triangle(np.conjugate(vectors) @ K @ mT(vectors), UPLO)


def eigvalsh_a(g, a, UPLO):
    values, vectors = np.linalg.eigh(a, UPLO)
    check_second(values, a, "eigenvalues")
    return eigh_a((g, None), UPLO, values, vectors)


def eigvals_a(g, a):
    values, vectors = np.linalg.eig(a)
    check_second(values, a, "eigenvalues")
    return eig_a((g, None), values, vectors)


def eig_a(g, values, vectors):
    """V⁻ᵀ K Vᵀ, from dλ = diag P and V⁻¹ dV = P / (λj - λi) with P = V⁻¹ da V, and vectors that keep their length and phase."""
    of_values, of_vectors = g
    K = 0 if of_values is None else diagonal(of_values)
    if of_vectors is not None:
        m = mT(vectors) @ of_vectors
        lengths = np.diagonal(m, axis1=-2, axis2=-1)
        m = m - np.conjugate(mH(vectors) @ vectors) * lengths[..., None, :]
        equal, gap = gaps(values)
        if (
            type(basis := seen(vectors)) is np.ndarray and np.imag(basis).any()
        ):  # real ones have none (NumPy 2.5 calls them complex, too)
            check_phases(lengths, of_vectors, "eigenvectors")
        check_equal(values, equal, m, "eigenvalues")
        K = K + np.where(equal, 0, m / gap)
    return np.linalg.solve(mT(vectors), K @ mT(vectors))


def apart(values, of_values, m, what):
    """K for values and vectors of a Hermitian kind: the values' gradient on the diagonal, beside it (m - mᴴ) / 2 (λj - λi).

    Where λi = λj this is 0/0 if the result does not depend on the basis; the limit is not a function of what came in.
    It is one for the case that is met, V f(λ) Vᴴ and what is linear in it: m is B f then, the diagonal's gradient B f',
    and the limit wanted is B f' too. So it is taken as m + mᴴ times the slope that the diagonal shows, and a diagonal
    that shows none warns.
    """
    if of_values is None:
        of_values = np.zeros(values.shape, values.dtype)
    equal, gap = gaps(values)
    skew, even = m - mH(m), (m + mH(m)) / 2
    K = diagonal(of_values) + np.where(equal, 0, skew / (2 * gap))
    check_phases(np.diagonal(skew, axis1=-2, axis2=-1), m, "vectors")
    if isinstance(equal, np.ndarray) and np.count_nonzero(equal) == values.size:
        return K
    check_equal(values, equal, skew, what)
    slope, rest = slope_in_blocks(equal, of_values, np.real(np.diagonal(even, axis1=-2, axis2=-1)), values)
    check_slope(values, equal, of_values, rest, what)
    beside = equal & ~np.eye(values.shape[-1], dtype=bool)
    return K + np.where(beside, slope[..., None] * even, 0)


def slope_in_blocks(equal, y, x, values):
    """For each block of equal values the slope of y over x (through 0 if x is constant there), and what it leaves of y."""
    block = np.where(equal, 1, 0)
    count = np.sum(block, axis=-1)
    mean = lambda v: np.sum(block * v[..., None, :], axis=-1) / count
    dx, dy = x - mean(x), y - mean(y)
    spread, square = mean(dx * dx), mean(x * x)
    level = spread <= 1e-8 * square
    slope = np.where(level, mean(x * y), mean(dx * dy)) / np.where(level, np.where(square == 0, 1, square), spread)
    # The slope f'/f is about 1/λ. Where it is very much steeper, x is rounding about 0 and there is nothing to see in it.
    blind = (count > 1) & ((square == 0) | (np.abs(slope * values) > 1 / np.sqrt(np.finfo(x.dtype).eps)))
    return np.where(blind, 0, slope), np.where(blind, y, dy - slope * dx)


def diagonal(v):
    return v[..., None] * np.eye(v.shape[-1], dtype=v.dtype)
