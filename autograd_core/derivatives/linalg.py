"""numpy.linalg: inverses, systems of equations, determinants and powers. Norms and factorisations have files of their own.

X⁻ᵀ is the transpose of the inverse; ᴴ the conjugate transpose, the same as ᵀ for real matrices.
"""

import math
import operator

import numpy as np

from autograd_core.derivatives.decompositions import mH, mT, one_triangle
from autograd_core.derivatives.matrices import pulled_left, pulled_right
from autograd_core.derivatives.matrixwise import matrixwise
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.singular_values import converging
from autograd_core.derivatives.strong import finite, nowhere, over, times
from autograd_core.derivatives.table import composed, derivative, primitive

derivative("linalg.inv", "a⁻¹ | -outᵀ ḡ outᵀ", a=lambda g, out: matrixwise(inv_a, g, (out,)))
derivative(
    "linalg.solve",
    "a⁻¹ b | -(a⁻ᵀ ḡ) outᵀ | a⁻ᵀ ḡ",
    a=lambda g, a, b_shape, out: solve_a(g, a, b_shape, out),
    b=lambda g, a, b_shape: solve_b(g, a, b_shape),
)
derivative(
    "linalg.pinv",
    "a⁺ | three terms, for the rank fixed",
    forward=lambda a, rcond=None, hermitian=False, *, rtol=np._NoValue: np.linalg.pinv(
        a if hermitian else converging(a), rcond, hermitian, rtol=rtol
    ),
    a=lambda g, a, hermitian, out: matrixwise(lambda g, known: pinv_a(g, known[0], hermitian, known[1]), g, (a, out)),
)
derivative(
    "linalg.lstsq",
    "argmin |a x - b|² | as pinv | a⁺ᵀ ḡ and the residuals",
    outputs=4,
    forward=lambda a, b, rcond=None: np.linalg.lstsq(converging(a), b, rcond),
    a=lambda g, a, b, rcond, out: lstsq_a(g, a, b, rcond, out),
    b=lambda g, a, b, rcond, out: lstsq_b(g, a, b, rcond, out),
)
derivative(
    "linalg.multi_dot",
    "a b c … | (product before)ᵀ ḡ (product after)ᵀ",
    sequence="arrays",
    arrays=lambda g, arrays, i: multi_dot_one(g, arrays, i),
)
derivative("linalg.det", "det a | ḡ cofactor(a)", a=lambda g, a, out: det_rule(g, a, out))
derivative(
    "linalg.slogdet",
    "(sign, ln |det a|) | ḡ a⁻ᵀ",
    outputs=2,
    a=lambda g, a, out: matrixwise(
        lambda g, known: slogdet_a(g, known[0], known[1], out[1]), g, (a, out[0]), (0, 0, 2, 0), seen=turning
    ),
)


def inv_a(g, known):
    back = mT(known[0])
    return -back @ g @ back


def det_a(g, known):
    return g[..., None, None] * cofactor(known[0])


# Systems of equations. Only a `b` of one dimension is a vector; else it is a stack of matrices, as in NumPy 2.


def solve_b(g, a, b_shape):
    core = 1 if len(b_shape) == 1 else 2
    rule = lambda g, known: np.linalg.solve(mT(known[0]), g[..., None])[..., 0] if core == 1 else np.linalg.solve(mT(known[0]), g)
    return matrixwise(rule, g, (a,), (core, 2), core)


def solve_a(g, a, b_shape, out):
    back = solve_b(g, a, b_shape)
    return times(-back[..., :, None], out[..., None, :]) if len(b_shape) == 1 else pulled_left(-back, mT(out))


def pinv_a(g, a, hermitian, out):
    """From d(a⁺) = -a⁺ da a⁺ + a⁺ a⁺ᴴ daᴴ (1 - a a⁺) + (1 - a⁺ a) daᴴ a⁺ᴴ a⁺ (Golub and Pereyra 1973)."""
    p, h = mT(out), mH(g)
    rows, columns = h @ np.conjugate(out), np.conjugate(out) @ h
    back = -p @ g @ p + (rows - mT(a @ out) @ rows) @ p + p @ (columns - columns @ mT(out @ a)) + of_cut_off(g, a, out)
    return one_triangle(back, "L") if hermitian else back


def of_cut_off(g, a, p):
    """What the terms of Golub and Pereyra lack if rcond cuts off more than rounding, as they are for a matrix of that rank.

    With a = U S Vᴴ and P = Uᴴ da V, for a value s that stays and one z that goes, Vᴴ d(a⁺) U has
    (z/s Pij + Pji*) / (s² - z²) at both (i, j) and (j, i); the terms have Pji* / s².
    """
    rounding = 1e3 * np.finfo(a.dtype).eps * np.max(np.abs(a), axis=(-2, -1), initial=0)
    if nowhere(np.max(np.abs(a - a @ p @ a), axis=(-2, -1), initial=0) > rounding):
        return 0
    U, s, Vh = np.linalg.svd(a, full_matrices=False)
    stay = np.arange(s.shape[-1]) < np.round(np.real(np.trace(a @ p, axis1=-2, axis2=-1)))[..., None]
    apart = stay[..., :, None] != stay[..., None, :]
    first, other = s[..., :, None], s[..., None, :]
    large = np.where(apart, np.where(stay[..., :, None], first, other), 1)
    small = np.where(apart, np.where(stay[..., :, None], other, first), 0)
    wanted = np.conjugate(Vh) @ g @ np.conjugate(U)
    q = small / large
    inner = (q * wanted + q**2 * mH(wanted)) / (large**2 - small**2)
    return np.conjugate(U) @ inner @ np.conjugate(Vh)


def lstsq_a(g, a, b, rcond, out):
    """The terms of `pinv_a` with g = ḡ bᵀ, in an order that makes no matrix of a's rows by a's rows."""
    of_x, of_residuals, _, of_s = g
    back = np.zeros(a.shape, a.dtype)
    if of_x is not None:
        x, of_x, rest, p, sent = least_squares(of_x, a, b, rcond, out)
        columns = pulled_right(np.conjugate(x), mH(of_x))
        turned = pulled_right(np.conjugate(rest), mH(sent))
        back = back - pulled_left(sent, mT(x)) + turned @ p + p @ (columns - columns @ mT(mT(p) @ a))
        of_inverse = pulled_left(of_x, mT(b if len(b.shape) > 1 else b[:, None]))
        back = back + of_cut_off(of_inverse, a, mT(p))
    if of_residuals is not None and of_residuals.size:
        x, _, rest, _, _ = least_squares(of_residuals, a, b, rcond, out)
        back = back - pulled_left(times(of_residuals, 2 * np.conjugate(rest)), mT(x))
    if of_s is not None:
        U, _, Vh = np.linalg.svd(a, full_matrices=False)
        back = back + np.conjugate(U) * of_s @ np.conjugate(Vh)
    return back


def lstsq_b(g, a, b, rcond, out):
    of_x, of_residuals, _, _ = g
    back = np.zeros(b.shape, b.dtype)
    if of_x is not None:
        back = back + np.reshape(least_squares(of_x, a, b, rcond, out)[-1], b.shape)
    if of_residuals is not None and of_residuals.size:
        rest = least_squares(of_residuals, a, b, rcond, out)[2]
        back = back + np.reshape(times(of_residuals, 2 * np.conjugate(rest)), b.shape)
    return back


def least_squares(g, a, b, rcond, out):
    """x and ḡ as matrices, the remainder b - a x, a⁺ᵀ, and a⁺ᵀ ḡ."""
    rcond = np.finfo(a.dtype).eps * (max(a.shape) if rcond is None else 1) if rcond in (None, -1) else rcond
    x, g, b = (v[:, None] if len(v.shape) == 1 and len(b.shape) == 1 else v for v in (out[0], g, b))
    p = mT(np.linalg.pinv(a, rcond=rcond))
    return x, g, b - a @ x, p, p @ g if g.shape[0] == x.shape[0] else None


@composed("linalg.tensorsolve")
def tensorsolve(a, b, axes=None):
    if axes is not None:
        moved = [axis % np.ndim(a) for axis in axes]
        a = np.transpose(a, [k for k in range(np.ndim(a)) if k not in moved] + moved)
    shape = np.shape(a)[np.ndim(b) :]
    return np.reshape(np.linalg.solve(np.reshape(a, (-1, math.prod(shape))), np.ravel(b)), shape)


@composed("linalg.tensorinv")
def tensorinv(a, ind=2):
    shape = np.shape(a)
    return np.reshape(np.linalg.inv(np.reshape(a, (math.prod(shape[:ind]), -1))), shape[ind:] + shape[:ind])


# Products


def multi_dot_one(g, arrays, i):
    """With row and column vectors at the ends made matrices: the gradient is a chain itself, in the best order again."""
    first, last = arrays[0], arrays[-1]
    chain = [*arrays]
    if len(first.shape) == 1:
        chain[0], g = first[None, :], g[None, ...]
    if len(last.shape) == 1:
        chain[-1], g = last[:, None], g[..., None]
    chain = [mT(matrix) for matrix in chain]
    after, before = chain[i + 1 :][::-1], chain[:i][::-1]
    if all(map(finite, chain)):
        return np.reshape(np.linalg.multi_dot([*before, g, *after]), arrays[i].shape)
    back = pulled_right(product(before), g) if before else g
    return np.reshape(pulled_left(back, product(after)) if after else back, arrays[i].shape)


def product(matrices):
    return np.linalg.multi_dot(matrices) if len(matrices) > 1 else matrices[0]


@composed("linalg.matrix_power")
def matrix_power(a, n):
    n = operator.index(n)
    if n == 0:  # the identity, recorded: a sum of no products
        return a[..., :0] @ a[..., :0, :] + np.eye(a.shape[-1], dtype=a.dtype)
    square, result = a if n > 0 else np.linalg.inv(a), None
    for digit in bin(abs(n))[:1:-1]:
        if digit == "b":
            break
        if digit == "1":
            result = square if result is None else result @ square
        square = square @ square
    return result


# Determinants


def det_rule(g, a, out):
    """ḡ det(a) a⁻ᵀ, if nothing is recorded and one matrix's inverse can be relied on."""
    if type(a) is np.ndarray and a.ndim == 2 and type(g) is type(out) is np.float64 and g:
        inverse = safe_inverse(a)
        if inverse is not None:
            return g * out * inverse.T
    return matrixwise(det_a, g, (a,), (0, 2))


@primitive(
    "the transpose of the adjugate of a | ḡ · its derivative",
    a=lambda g, a: matrixwise(lambda g, known: cofactor_a(g, *known), g, (a,)),
)
def cofactor(a):
    """The derivative of det a: det(a) a⁻ᵀ, and its limit if a has no inverse."""
    inverse = safe_inverse(a)
    if inverse is not None:
        return np.linalg.det(a)[..., None, None] * mT(inverse)
    # a = U S Vᴴ: the cofactors of S are the products of the other singular values.
    U, s, Vh = np.linalg.svd(converging(a))
    others = np.prod(np.where(np.eye(s.shape[-1], dtype=bool), 1, s[..., None, :]), axis=-1)
    return unit_determinant(U, Vh) * np.conjugate(U) * others[..., None, :] @ np.conjugate(Vh)


def cofactor_a(g, a):
    """The second derivative of det, a symmetric form: tr(a⁻¹g) a⁻ᵀ - a⁻ᵀ gᵀ a⁻ᵀ, times det a."""
    inverse = safe_inverse(a)
    if inverse is not None:
        b = mT(inverse)
        return np.linalg.det(a)[..., None, None] * (np.sum(g * b, axis=(-2, -1), keepdims=True) * b - b @ mT(g) @ b)
    U, s, Vh = np.linalg.svd(a)
    diagonal = np.eye(s.shape[-1], dtype=bool)
    others = (
        np.prod(np.where(diagonal[:, None] | diagonal, 1, s[..., None, None, :]), axis=-1) * ~diagonal
    )  # products of all but s_i and s_j
    g = mH(U) @ g @ mH(Vh)
    along = np.sum(others * np.diagonal(g, axis1=-2, axis2=-1)[..., None, :], axis=-1)
    return unit_determinant(U, Vh) * np.conjugate(U) @ (along[..., None] * diagonal - mT(others * g)) @ np.conjugate(Vh)


def unit_determinant(U, Vh):
    return (np.linalg.det(U) * np.linalg.det(Vh))[..., None, None]


def safe_inverse(a):
    """The inverse, or None unless all matrices are known to be so well conditioned that it can be relied on."""
    try:
        inverse = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return None
    if type(a) is np.ndarray and a.ndim == 2 and a.dtype.kind == "f":
        return inverse if np.vdot(a, a) * np.vdot(inverse, inverse) < 1e12 else None
    safe = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(inverse, axis=(-2, -1)) < 1e6
    return inverse if isinstance(safe, (np.ndarray, np.generic)) and safe.all() else None


def turning(g):
    """Without the gradient of a real sign, which stays what it is."""
    return g if g[0] is None or g[0].dtype.kind == "c" else (None, np.zeros_like(g[0]) if g[1] is None else g[1])


def slogdet_a(g, a, sign, log):
    of_sign, of_log = g
    weight = np.zeros(log.shape, log.dtype) if of_log is None else of_log
    if of_sign is not None and sign.dtype.kind == "c":  # the sign turns with the imaginary part of tr(a⁻¹ da)
        weight = weight + 1j * np.imag(of_sign * sign)
    try:
        return weight[..., None, None] * mT(np.linalg.inv(a))
    except np.linalg.LinAlgError:  # infinite if det a = 0, but for ḡ = 0
        return over(weight[..., None, None] * cofactor(a), np.linalg.det(a)[..., None, None])


# The condition


@composed("linalg.cond")
def cond(x, p=None):
    if p in (None, 2, -2):
        s = np.linalg.svdvals(x)
        with np.errstate(divide="ignore", invalid="ignore"):  # as NumPy does
            r = s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    else:
        r = np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, (-2, -1))
    unknown = np.isnan(r) & ~np.any(np.isnan(x), axis=(-2, -1))
    return r if nowhere(unknown) else infinite(r, unknown)


@primitive("r, with ∞ in the place of some | ḡ", name="linalg.cond", r=same)
def infinite(r, where):
    """r, and infinity if NumPy says so: of a matrix without a NaN the condition is never NaN. Its gradient is."""
    return np.where(where, np.inf, r)[()]
