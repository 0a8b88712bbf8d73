"""Eigenvalues and eigenvectors, and Schur's form.

SciPy says which values and vectors there are, of which sign, in which order; the rules are those of numpy.linalg.
"""

import numpy as np
import scipy.linalg

from autograd_core.derivatives.decompositions import eig_a, eigh_a
from autograd_core.derivatives.gauges import check_equal, check_phases, gaps
from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import linalg, meant, mH, mT, refused


@primitive(
    "λ, V as given, of the Hermitian a | V* K Vᵀ",
    name="scipy.linalg.eigh",
    outputs=2,
    a=lambda g, lower, out: eigh_a(g, "L" if lower else "U", *out),
)
def eigh_as(a, lower, values, vectors):
    return values, vectors


eigh_as.fills = False  # the rule leaves out what is not asked for


@primitive("λ, V as given, of a | V⁻ᵀ K Vᵀ", name="scipy.linalg.eig", outputs=2, a=lambda g, out: eig_a(g, *out))
def eig_as(a, values, vectors):
    return values, vectors


eig_as.fills = False


# Hermitian matrices


@linalg.composed("eigh", "the eigenvalues and eigenvectors of a Hermitian matrix, or of two")
def eigh(a, b, lower, eigvals_only, type, check_finite, subset_by_index, subset_by_value, driver):
    whole = scipy.linalg.eigh(
        plain(a), None if b is None else plain(b), lower=lower, type=type, check_finite=check_finite,
        subset_by_index=subset_by_index, subset_by_value=subset_by_value, driver=driver,
    )  # fmt: skip
    if b is not None:
        a, b = meant(a, "hermitian", lower), meant(b, "hermitian", lower)
        factor = np.linalg.cholesky(b)
        a = mH(np.linalg.solve(factor, mH(np.linalg.solve(factor, a)))) if type == 1 else mH(factor) @ a @ factor
        back = (lambda y: factor @ y) if type == 3 else (lambda y: np.linalg.solve(mH(factor), y))
        there = plain(factor)
        vectors = np.linalg.solve(there, whole[1]) if type == 3 else mH(there) @ whole[1]
        values, vectors = chosen(a, True, whole[0], vectors)
        return values if eigvals_only else (values, back(vectors))
    values, vectors = chosen(a, lower, *whole)
    return values if eigvals_only else (values, vectors)


def chosen(a, lower, values, vectors):
    """The eigenvalues and eigenvectors of `a` that are given: all, or a part of them, whose derivative needs the others."""
    n = a.shape[-1]
    if values.shape[-1] == n:
        return eigh_as(a, lower, values, vectors)
    every, basis = np.linalg.eigh(plain(a), "L" if lower else "U")
    count = values.shape[-1]
    if every.ndim > 1 or count == 0:
        raise refused("scipy.linalg.eigh", "subset_by_index", "a part of a stack's", "write it for each matrix")
    first = int(np.argmin([np.max(np.abs(every[i : i + count] - values)) for i in range(n - count + 1)]))
    part = slice(first, first + count)
    phases = np.sum(np.conjugate(basis[:, part]) * vectors, axis=0)
    basis[:, part] = basis[:, part] * np.where(phases == 0, 1, phases / np.abs(np.where(phases == 0, 1, phases)))
    values, vectors = eigh_as(a, lower, every, basis)
    return values[part], vectors[:, part]


@linalg.composed("eigvalsh", "the eigenvalues of a Hermitian matrix, or of two")
def eigvalsh(a, b, lower, type, check_finite, subset_by_index, subset_by_value, driver):
    return linalg.eigh(
        a, b, lower=lower, eigvals_only=True, type=type, check_finite=check_finite,
        subset_by_index=subset_by_index, subset_by_value=subset_by_value, driver=driver,
    )  # fmt: skip


@linalg.composed("eig_banded", "the eigenvalues and eigenvectors of a Hermitian matrix, given by its diagonals")
def eig_banded(a_band, lower, eigvals_only, select, select_range, max_ev, check_finite):
    found = scipy.linalg.eig_banded(
        plain(a_band), lower, select=select, select_range=select_range, max_ev=max_ev, check_finite=check_finite
    )
    values, vectors = chosen(dense(a_band, lower), True, *found)
    return values if eigvals_only else (values, vectors)


@linalg.composed("eigvals_banded", "the eigenvalues of a Hermitian matrix, given by its diagonals")
def eigvals_banded(a_band, lower, select, select_range, check_finite):
    return linalg.eig_banded(a_band, lower, True, select=select, select_range=select_range, check_finite=check_finite)


@linalg.composed("eigh_tridiagonal", "the eigenvalues and eigenvectors of a symmetric matrix of three diagonals")
def eigh_tridiagonal(d, e, eigvals_only, select, select_range, check_finite, tol, lapack_driver):
    found = scipy.linalg.eigh_tridiagonal(
        plain(d), plain(e), False, select, select_range, check_finite, tol, "auto" if eigvals_only else lapack_driver
    )
    n = d.shape[-1]
    below = np.concatenate([e, np.zeros((*e.shape[:-1], 1), e.dtype)], axis=-1)
    a = d[..., None] * np.eye(n, dtype=d.dtype) + below[..., None, :] * np.eye(n, k=-1, dtype=e.dtype)
    values, vectors = chosen(a, True, *found)
    return values if eigvals_only else (values, vectors)


@linalg.composed("eigvalsh_tridiagonal", "the eigenvalues of a symmetric matrix of three diagonals")
def eigvalsh_tridiagonal(d, e, select, select_range, check_finite, tol, lapack_driver):
    return eigh_tridiagonal(d, e, True, select, select_range, check_finite, tol, lapack_driver)


def dense(a_band, lower):
    """The lower triangle of the Hermitian matrix of which the diagonals are given, one below the other."""
    count, n = a_band.shape[-2:]
    total = 0
    for k in range(count):
        diagonal = a_band[..., k, : n - k] if lower else np.conjugate(a_band[..., count - 1 - k, k:])
        filled = np.concatenate([diagonal, np.zeros((*diagonal.shape[:-1], k), diagonal.dtype)], axis=-1)
        total = total + filled[..., None, :] * np.eye(n, k=-k, dtype=filled.real.dtype)
    return total


# General matrices


@linalg.composed("eig", "the eigenvalues and right eigenvectors")
def eig(a, b, left, right, check_finite, homogeneous_eigvals):
    if left:
        raise refused("scipy.linalg.eig", "left", left, "write np.conj(np.linalg.inv(v)).T of the right eigenvectors v")
    if homogeneous_eigvals:
        raise refused("scipy.linalg.eig", "homogeneous_eigvals", homogeneous_eigvals, "write False, the default")
    found = scipy.linalg.eig(plain(a), None if b is None else plain(b), check_finite=check_finite)
    values, vectors = eig_as(a if b is None else np.linalg.solve(b, a), *found)
    return (values, vectors) if right else values


@linalg.composed("eigvals", "the eigenvalues")
def eigvals(a, b, check_finite, homogeneous_eigvals):
    if homogeneous_eigvals:
        raise refused("scipy.linalg.eigvals", "homogeneous_eigvals", homogeneous_eigvals, "write False, the default")
    return linalg.eig(a, b, right=False, check_finite=check_finite)


# Schur's form


def schur_a(g, T, Z):
    """Z* (T̄ + Y) Zᵀ, from M = Zᴴ da Z = dT + X T - T X with X = Zᴴ dZ antihermitian.

    X's lower triangle is what makes dT's 0. In the basis of T's eigenvectors V, an upper triangle that leaves lower triangles to
    themselves, it is that of V⁻¹ M V divided by λj - λi.
    """
    of_T, of_Z = np.triu(g[0]), g[1]
    values, V = np.linalg.eig(T)
    # What the result wants of X: of Z̄ through dZ = Z X, of T̄ through dT = M - X T + T X. Above the diagonal X is -Xᴴ
    wanted = mT(Z) @ of_Z - of_T @ mT(T) + mT(T) @ of_T
    check_phases(np.diagonal(wanted, axis1=-2, axis2=-1), wanted, "Schur vectors")
    inner = np.tril(mT(V) @ np.tril(wanted - mH(wanted), -1) @ mT(np.linalg.inv(V)), -1)
    equal, gap = gaps(values)
    check_equal(values, equal, inner, "eigenvalues")
    Y = np.linalg.solve(mT(V), np.where(equal, 0, inner / gap) @ mT(V))
    return np.conjugate(Z) @ (of_T + Y) @ mT(Z)


@primitive(
    "T, Z as given, of a = Z T Zᴴ | Z* (T̄ + Y) Zᵀ", name="scipy.linalg.schur", outputs=2, a=lambda g, out: schur_a(g, *out)
)
def schur_as(a, T, Z):
    return T, Z


@linalg.composed("schur", "T, Z with a = Z T Zᴴ, T an upper triangle")
def schur(a, output, sort, check_finite):
    T, Z, *count = scipy.linalg.schur(plain(a), output, sort=sort, check_finite=check_finite)
    if np.any(np.tril(T, -1)):
        raise UnsupportedError(
            "scipy.linalg.schur: there is no derivative of the 2 × 2 blocks of a real T with complex eigenvalues; "
            "write output='complex', or linalg.eigvals(a) for the eigenvalues"
        )
    return (*schur_as(a, T, Z), *count)
