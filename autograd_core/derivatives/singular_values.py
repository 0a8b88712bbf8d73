"""Singular values."""

import warnings

import numpy as np

from autograd_core.derivatives.decompositions import apart, mH, mT
from autograd_core.derivatives.entry import KinkWarning
from autograd_core.derivatives.gauges import (
    check_free,
    check_null,
    check_second,
)
from autograd_core.derivatives.matrixwise import matrixwise
from autograd_core.derivatives.rules import Root
from autograd_core.derivatives.strong import over
from autograd_core.derivatives.table import composed, derivative, primitive

derivative(
    "linalg.svdvals",
    "s, with x = U s Vᴴ | U* ḡ V",
    x=lambda g, x, out: matrixwise(lambda g, known: singular_values_a(g, *known), g, (x,), (1, 2)),
    root=Root(lambda out: out == 0, x=lambda g: None),
)


@primitive(
    "U, s, Vᴴ with a = U s Vᴴ | U* K V + the rest of Ū and V̄",
    name="linalg.svd",
    outputs=3,
    a=lambda g, out: matrixwise(lambda g, known: factors_of_svd_a(g, *known), g, out, (2, 1, 2, 2, 1, 2)),
)
def factors_of_svd(a, full_matrices):
    return np.linalg.svd(converging(a), full_matrices)


def converging(a):
    """a, which must have no infinity: NumPy refuses a NaN, but LAPACK seeks the singular vectors of an infinity for ever."""
    if type(a) is np.ndarray and not np.all(np.isfinite(a)):
        raise np.linalg.LinAlgError("SVD did not converge")
    return a


def factors_of_svd_a(g, U, s, Vh):
    zero = s == 0
    if type(s) is not np.ndarray and g[1] is not None and type(zero) is np.ndarray and zero.any():
        what = "derivatives beyond the first, and forward mode, are not known, so they may be wrong"
        warnings.warn(f"linalg.svd: a singular value is 0, where {what}", KinkWarning, stacklevel=4)
    return svd_a(g, U, s, Vh)


factors_of_svd.fills = False  # where values are equal, only U and Vᴴ have no derivative


def svd_a(g, U, s, Vh):
    """With P = Uᴴ da V: Uᴴ dU + Vᴴ dV = (P + Pᴴ) / (sj - si), Uᴴ dU - Vᴴ dV = (P - Pᴴ) / (si + sj).

    Written as sum and difference, only the first has a problem where singular values are equal, the same as in `eigh`.
    """
    of_U, of_s, of_Vh = g
    n = s.shape[-1]
    of_s = np.zeros(s.shape, s.dtype) if of_s is None else np.where(s == 0, 0, of_s)
    if of_U is None and of_Vh is None:
        return np.conjugate(U[..., :n]) * of_s[..., None, :] @ np.conjugate(Vh[..., :n, :])
    of_U = np.zeros(U.shape, U.dtype) if of_U is None else of_U
    of_Vh = np.zeros(Vh.shape, Vh.dtype) if of_Vh is None else of_Vh
    left = (mT(U) @ of_U)[..., :n, :n]
    right = np.conjugate(Vh @ mT(of_Vh))[..., :n, :n]
    difference = left - right
    K = apart(s, of_s, left + right, "singular values")
    K = K + over(difference - mH(difference), 2 * (s[..., None, :] + s[..., :, None]))
    first, last = np.conjugate(U[..., :n]), np.conjugate(Vh[..., :n, :])
    back = first @ K @ last
    if max(U.shape[-2:]) > n:
        back = back + beyond(of_U, U, s, "U") @ last
    if max(Vh.shape[-2:]) > n:
        back = back + first @ mT(beyond(mT(of_Vh), mT(Vh), s, "Vᴴ"))
    return back


def beyond(g, U, s, name):
    """What of U's gradient lies outside the space of its first columns, divided by the singular values."""
    n = s.shape[-1]
    m = mT(U) @ g
    if U.shape[-1] > n:
        turning = m - mH(m)
        check_free(turning[..., n:, n:], f"the vectors of {name} that full_matrices=True adds")
        rest = np.conjugate(U[..., n:]) @ turning[..., n:, :n]
    else:
        rest = g - np.conjugate(U) @ m
    return over(rest, s[..., None, :])


def singular_values_a(g, x):
    U, s, Vh = np.linalg.svd(x, full_matrices=False)
    check_second(s, x, "singular values")
    check_null(s, x, least=np.finfo(s.dtype).tiny)  # `Root` knows of those that are exactly 0
    return svd_a((None, g, None), U, s, Vh)


@composed("linalg.svd")
def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    if not hermitian:
        return factors_of_svd(a, full_matrices) if compute_uv else np.linalg.svdvals(a)
    if not compute_uv:
        return np.sort(np.abs(np.linalg.eigvalsh(a)), axis=-1)[..., ::-1]
    values, vectors = np.linalg.eigh(a)
    order = np.argsort(np.abs(values), axis=-1)[..., ::-1]
    values, vectors = np.take_along_axis(values, order, axis=-1), np.take_along_axis(vectors, order[..., None, :], axis=-1)
    kind = type(np.linalg.svd(np.eye(1)))
    return kind(vectors, np.abs(values), mH(vectors * np.sign(values)[..., None, :]))
