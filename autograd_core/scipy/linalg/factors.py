"""Factorisations, and solving with factors. In the formulas ḡ is paired as Re Σ ḡ da, without a conjugate."""

import numpy as np
import scipy.linalg

from autograd_core.derivatives.decompositions import cholesky_a, tall_qr_a, whole_qr
from autograd_core.derivatives.matrixwise import matrixwise
from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.equations import regular_sylvester
from autograd_core.scipy.linalg.parts import linalg, meant, mH, mT, refused, solve_triangle

# Cholesky


@primitive(
    "L, with a = L Lᴴ | L⁻ᵀ ½tril(Lᵀ ḡ) L⁻*",
    name="scipy.linalg.cholesky",
    a=lambda g, lower, out: cholesky_a(g, not lower, out, solve_triangle),
)
def factor_of(a, lower):
    return np.linalg.cholesky(a, upper=not lower)


@linalg.composed("cholesky", "the triangular factor of a positive definite matrix")
def cholesky(a, lower):
    return factor_of(a, lower)


@linalg.composed("cho_factor", "the triangular factor, with what a has in the other triangle, and `lower`")
def cho_factor(a, lower):
    other = np.triu(a, 1) if lower else np.tril(a, -1)
    return factor_of(a, lower) + other, lower


@linalg.composed("cho_solve", "x with a x = b, from cho_factor(a)")
def cho_solve(c_and_lower, b):
    c, lower = c_and_lower
    first, second = (0, 2) if lower else (2, 0)
    return linalg.solve_triangular(c, linalg.solve_triangular(c, b, first, lower), second, lower)


# LU, with the exchange of rows that SciPy chose


def lu_a(of_L, of_U, L, U):
    """Of a square matrix L⁻ᵀ (tril(Lᵀ L̄) below the diagonal + triu(Ū Uᵀ)) U⁻ᵀ; rows or columns beyond follow by substitution."""
    k = min(L.shape[-2], U.shape[-1])
    tall, wide = L.shape[-2] > k, U.shape[-1] > k
    first_L, first_U = L[..., :k, :], U[..., :k]
    of_L, of_U = np.tril(of_L, -1), np.triu(of_U)
    if tall:
        below = mT(solve_triangle(first_U, mT(of_L[..., k:, :])))
        of_L, of_U = of_L[..., :k, :], of_U - np.triu(mT(L[..., k:, :]) @ below)
    if wide:
        beside = solve_triangle(first_L, of_U[..., k:], 1, True, True)
        of_L, of_U = of_L - np.tril(beside @ mT(U[..., k:]), -1), of_U[..., :k]
    middle = np.tril(mT(first_L) @ of_L, -1) + np.triu(of_U @ mT(first_U))
    back = mT(solve_triangle(first_U, mT(solve_triangle(first_L, middle, 1, True, True))))
    if tall:
        back = np.concatenate([back, below], axis=-2)
    return np.concatenate([back, beside], axis=-1) if wide else back


def rows(x, order):
    """x[order], or that of each matrix of a stack."""
    return np.take_along_axis(x, order[..., None], axis=-2)


@primitive(
    "(p, L, U) with a = L[p] U | L⁻ᵀ (tril(Lᵀ L̄) + triu(Ū Uᵀ)) U⁻ᵀ",
    name="scipy.linalg.lu",
    outputs=3,
    a=lambda g, out: rows(lu_a(g[1], g[2], out[1], out[2]), plain(out[0])),
)
def pivoted_lu(a, check_finite):
    return scipy.linalg.lu(a, check_finite=check_finite, p_indices=True)


pivoted_lu.fills = True


@linalg.composed("lu", "P, L, U with a = P L U")
def lu(a, permute_l, check_finite, p_indices):
    p, L, U = pivoted_lu(a, check_finite)
    p = plain(p)
    if permute_l:
        return rows(L, p), U
    if p_indices:
        return p, L, U
    return (p[..., None] == np.arange(L.shape[-2])).astype(np.real(plain(L)[..., :0]).dtype), L, U


def order_of(pivots, n):
    """The permutation p that exchanging row i with row pivots[i], one after the other, makes: a[p] = L U."""
    pivots = np.asarray(pivots)
    order = np.empty((*pivots.shape[:-1], n), int)
    order[...] = np.arange(n)
    for i in range(pivots.shape[-1]):
        here, there = order[..., i].copy(), pivots[..., i, None].astype(int)
        order[..., i] = np.take_along_axis(order, there, axis=-1)[..., 0]
        np.put_along_axis(order, there, here[..., None], axis=-1)
    return order


def lu_factor_a(g, out):
    packed, order = out[0], order_of(plain(out[1]), out[0].shape[-2])
    k = min(packed.shape[-2:])
    L = np.tril(packed[..., :k], -1) + np.eye(packed.shape[-2], k, dtype=packed.dtype)
    return rows(lu_a(g[0][..., :k], g[0][..., :k, :], L, np.triu(packed[..., :k, :])), np.argsort(order, axis=-1))


linalg.derivative("lu_factor", "L and U in one matrix, and the pivots | as lu", outputs=2, a=lambda g, out: lu_factor_a(g, out))


@linalg.composed("lu_solve", "x with a x = b, from lu_factor(a)")
def lu_solve(lu_and_piv, b, trans):
    packed, pivots = lu_and_piv
    order = order_of(plain(pivots), packed.shape[-1])
    permuted = lambda b, order: b[order] if order.ndim == 1 and len(b.shape) == 1 else rows(b, of_stack(order, b))
    if trans == 0:
        first = linalg.solve_triangular(packed, permuted(b, order), lower=True, unit_diagonal=True)
        return linalg.solve_triangular(packed, first)
    first = linalg.solve_triangular(packed, linalg.solve_triangular(packed, b, trans), trans, True, True)
    return permuted(first, np.argsort(order, axis=-1))


def of_stack(order, b):
    """Orders of rows in as many dimensions as b has them."""
    return np.broadcast_to(order, np.broadcast_shapes((*b.shape[:-2], 1), (*order.shape[:-1], 1))[:-1] + order.shape[-1:])


# L D Lᴴ


def ldl_A(g, lower, hermitian, L, d, order):
    """With P = L⁻¹ da L⁻ᴴ, in blocks: dD is P's diagonal, L⁻¹ dL = (P below the diagonal) D⁻¹."""
    of_L, of_d, _ = g
    L, of_L, back_order = rows(L, order), rows(of_L, order), np.argsort(order, axis=-1)
    in_block = np.eye(L.shape[-1], dtype=bool) | (plain(d) != 0)
    beside = np.tril(~in_block) if lower else np.triu(~in_block)
    P = np.where(in_block, of_d, 0) + mT(np.linalg.solve(d, mT(np.where(beside, mT(L) @ of_L, 0))))
    left = np.linalg.solve(mT(L), P)
    back = mT(np.linalg.solve(mH(L) if hermitian else mT(L), mT(left)))
    return np.take_along_axis(rows(back, back_order), back_order[..., None, :], axis=-1)


@primitive(
    "(L, D, order) with a = L D Lᴴ | L⁻ᵀ (D̄ + (Lᵀ L̄) D⁻ᵀ) L⁻*",
    name="scipy.linalg.ldl",
    outputs=3,
    A=lambda g, lower, hermitian, out: ldl_A(g, lower, hermitian, out[0], out[1], plain(out[2])),
)
def ldl_factors(A, lower, hermitian, check_finite):
    return scipy.linalg.ldl(A, lower, hermitian, check_finite=check_finite)


@linalg.composed("ldl", "L, D and the order of rows, with A = L D Lᴴ")
def ldl(A, lower, hermitian, check_finite):
    L, d, order = ldl_factors(meant(A, "hermitian" if hermitian else "symmetric", lower), lower, hermitian, check_finite)
    return L, d, plain(order)


# Q R


@primitive(
    "Q, R with a = Q R | Q* (K + the rest of Q̄) R⁻ᵀ",
    name="scipy.linalg.qr",
    outputs=2,
    a=lambda g, mode, out: matrixwise(
        lambda g, known: tall_qr_a(g, mode, known[0], known[1], solve_triangle),
        g, out, seen=lambda g: (g[0], g[1] if g[1] is None else np.triu(g[1])),
    ),
)  # fmt: skip
def tall_qr(a, mode):
    """NumPy's, whose rule solves with the triangle R by SciPy's quicker way."""
    return np.linalg.qr(a, mode)


tall_qr.fills = False


@linalg.composed("qr", "Q, R with a = Q R")
def qr(a, mode, pivoting, check_finite):
    if mode == "raw":
        raise refused("scipy.linalg.qr", "mode", mode, "write 'full', 'economic' or 'r'")
    if mode not in ("full", "economic", "r"):
        raise ValueError("Mode argument should be one of ['full', 'r', 'economic', 'raw']")
    order = ()
    if pivoting:
        order = (scipy.linalg.qr(plain(a), mode="r", pivoting=True, check_finite=check_finite)[1],)
        a = np.take_along_axis(a, order[0][..., None, :], axis=-1)
    Q, R = whole_qr(tall_qr, a, "complete" if mode == "full" else "reduced")
    if mode == "r":
        missing = a.shape[-2] - R.shape[-2]
        R = np.concatenate([R, np.zeros((*R.shape[:-2], missing, R.shape[-1]), R.dtype)], axis=-2) if missing else R
    return (R, *order) if mode == "r" else (Q, R, *order)


@linalg.composed("qr_multiply", "Q c or c Q, and R")
def qr_multiply(a, c, mode, pivoting, conjugate):
    Q, *others = linalg.qr(a, mode="economic", pivoting=pivoting)
    Q = np.conjugate(Q) if conjugate else Q
    return (Q @ c if mode == "left" else c @ Q, *others)


@linalg.composed("rq", "R, Q with a = R Q")
def rq(a, mode):
    """The qr of a turned upside down, transposed: with J the reversal, (J a)ᴴ = Q R gives a = (J Rᴴ J) (J Qᴴ)."""
    if mode not in ("full", "r", "economic"):
        raise ValueError("Mode argument should be one of ['full', 'r', 'economic']")
    m, n = a.shape[-2:]
    Q, R = np.linalg.qr(mH(a[..., ::-1, :]), "complete" if mode != "economic" and n > m else "reduced")
    R, Q = mH(R)[..., ::-1, ::-1], mH(Q)[..., ::-1, :]
    # Each column of R and row of Q may have another sign (or phase) than SciPy's
    of_scipy = scipy.linalg.rq(plain(a), mode="economic" if mode == "economic" else "full")[1]
    free = Q.shape[-2] - m  # rows that R has nothing of: SciPy's are a rotation of these
    if free > 0:
        same = (of_scipy[..., :free, :] @ np.conjugate(np.swapaxes(plain(Q)[..., :free, :], -1, -2))) @ Q[..., :free, :]
        Q = np.concatenate([same, Q[..., free:, :]], axis=-2)
    turn = np.sum(of_scipy * np.conjugate(plain(Q)), axis=-1)
    turn = np.where(np.abs(np.abs(turn) - 1) < 1e-3, turn / np.abs(np.where(turn == 0, 1, turn)), 1).astype(plain(Q).dtype)
    R, Q = R * np.conjugate(turn)[..., None, :], turn[..., :, None] * Q
    return R if mode == "r" else (R, Q)


# Singular values


def only_gesdd(what, lapack_driver):
    if lapack_driver != "gesdd":
        raise refused(what, "lapack_driver", lapack_driver, "write 'gesdd', the default")


@linalg.composed("svd", "U, s, Vᴴ with a = U s Vᴴ")
def svd(a, full_matrices, compute_uv, lapack_driver):
    only_gesdd("scipy.linalg.svd", lapack_driver)
    return tuple(np.linalg.svd(a, full_matrices)) if compute_uv else np.linalg.svdvals(a)


@linalg.composed("svdvals", "the singular values")
def svdvals(a):
    return np.linalg.svdvals(a)


@linalg.composed("diagsvd", "the matrix with s on its diagonal")
def diagsvd(s, M, N):
    if s.shape[-1] not in (M, N):
        raise ValueError("Length of s must be M or N.")
    core = s[..., None] * np.eye(s.shape[-1], N, dtype=s.dtype)
    missing = np.zeros((*core.shape[:-2], M - core.shape[-2], N), s.dtype)
    return np.concatenate([core, missing], axis=-2)


# The polar form


def unitary_a(g, a, u):
    """uᴴ du = x with p x + x p = uᴴ da - daᴴ u, p = uᴴ a; outside u's columns du = da p⁻¹. Equal singular values do no harm."""
    p = mH(u) @ a
    y = regular_sylvester(mT(p), mT(p), mT(u) @ g, "polar")
    back = np.conjugate(u) @ (y - mH(y))
    if u.shape[-2] > u.shape[-1]:
        back = back + mT(np.linalg.solve(p, mT(g - np.conjugate(u) @ (mT(u) @ g))))
    return back


@primitive(
    "u of a = u p | u* (y - yᴴ), with pᵀ y + y pᵀ = uᵀ ḡ", name="scipy.linalg.polar", a=lambda g, a, out: unitary_a(g, a, out)
)
def unitary(a):
    """The unitary factor of a matrix that is no wider than high."""
    return scipy.linalg.polar(a)[0]


@linalg.composed("polar", "u, p with a = u p, or p u")
def polar(a, side):
    if side not in ("right", "left"):
        raise ValueError("`side` must be either 'right' or 'left'")
    u = unitary(a) if a.shape[-2] >= a.shape[-1] else mH(unitary(mH(a)))
    return u, mH(u) @ a if side == "right" else a @ mH(u)
