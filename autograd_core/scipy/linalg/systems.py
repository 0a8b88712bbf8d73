"""Systems of equations, inverses, determinants and norms. X⁻ᵀ is the transpose of the inverse.

The rules are those of numpy.linalg. What is added: SciPy's kinds of matrices, of which only a part is read.
"""

import numpy as np
import scipy.linalg
from scipy.linalg.lapack import dgecon, dgetrf, dgetrs

from autograd_core.derivatives.linalg import solve_a, solve_b
from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import are_doubles, doubles, linalg, meant, mH, mT, refused, substituted


class Back:
    """What the rules of `a` and `b` share of a solved system: a⁻ᵀ ḡ, computed once for each ḡ."""

    last = None

    def back(self, g):
        last, self.last = self.last, None
        if last is not None and last[0] is g:
            return last[1]
        result = self.solved(g)
        self.last = g, result
        return result


class Factors(Back):
    """LU of a real matrix."""

    def __init__(self, packed, pivots):
        self.packed, self.pivots = packed, pivots

    def solved(self, g):
        return dgetrs(self.packed, self.pivots, g, trans=1)[0]


def factors_of(a, b, assume_a):
    """Factors of a well conditioned matrix without structure; None of others, which SciPy has ways, warnings and errors for."""
    if not are_doubles(a, b):
        return None
    first, last = a[0, -1], a[-1, 0]
    if assume_a not in (None, "general", "gen") or first == last or first == 0 or last == 0:
        return None
    packed, pivots, info = dgetrf(a)
    if info or not dgecon(packed, np.max(np.sum(np.abs(a), axis=0)))[0] > 1e-14:  # or NaN
        return None
    return Factors(packed, pivots)


def solved_b(g, a, b_shape, factors):
    return solve_b(g, a, b_shape) if factors is None or type(g) is not np.ndarray else factors.back(g)


def solved_a(g, a, b_shape, factors, out):
    if factors is None or type(g) is not np.ndarray or not np.all(np.isfinite(g)):
        return solve_a(g, a, b_shape, out)
    back = factors.back(g)
    return -np.outer(back, out) if len(b_shape) == 1 else -back @ out.T


@primitive(
    "a⁻¹ b | -(a⁻ᵀ ḡ) outᵀ | a⁻ᵀ ḡ",
    name="scipy.linalg.solve",
    kept={"factors": lambda a: None},
    a=lambda g, a, b_shape, factors, out: solved_a(g, a, b_shape, factors, out),
    b=lambda g, a, b_shape, factors: solved_b(g, a, b_shape, factors),
)
def solved(a, b, assume_a, lower, check_finite):
    factors = factors_of(a, b, assume_a)
    if factors is not None:
        return dgetrs(factors.packed, factors.pivots, b)[0], factors
    return scipy.linalg.solve(a, b, lower=lower, check_finite=check_finite, assume_a=assume_a), None


@linalg.composed("solve", "x with a x = b")
def solve(a, b, lower, check_finite, assume_a, transposed):
    a = meant(a, assume_a, lower)
    if transposed:
        if np.iscomplexobj(a):
            raise NotImplementedError("scipy.linalg.solve can currently not solve a^T x = b for complex matrices.")
        a, lower = mT(a), not lower
        assume_a = {"lower triangular": "upper triangular", "upper triangular": "lower triangular"}.get(assume_a, assume_a)
    return solved(a, b, assume_a, lower, check_finite)


@linalg.composed("inv", "a⁻¹")
def inv(a, assume_a=None, lower=False):
    return np.linalg.inv(meant(a, assume_a, lower))


@linalg.composed("det", "the determinant")
def det(a):
    return np.linalg.det(*doubles(a))


@linalg.composed("norm", "‖a‖, of a vector or matrix")
def norm(a, ord, axis, keepdims):
    out = np.linalg.norm(a, ord, axis, keepdims)
    by_blas = ord in (None, 2) and axis is None and not keepdims and len(a.shape) == 1  # its result is a Python number
    return doubles(out)[0] if by_blas else out


# Triangular systems


def transposition(trans):
    """0, 1 or 2 for "N", "T" and "C"."""
    return {"N": 0, "T": 1, "C": 2}.get(trans, trans)


class Triangle(Back):
    """A real triangular matrix, by LAPACK without SciPy's checks: a tenth of the time for ten rows."""

    def __init__(self, a, trans, lower, unit_diagonal):
        self.a, self.transposed, self.lower, self.unit_diagonal = a, trans > 0, bool(lower), bool(unit_diagonal)

    def solved(self, g):
        return substituted(self.a, g, not self.transposed, self.lower, self.unit_diagonal)[0]


def solved_triangle(a, b, trans, lower, unit_diagonal, overwrite_b, check_finite):
    known = are_doubles(a, b) and transposition(trans) in (0, 1, 2)
    if known and (not check_finite or (np.isfinite(a).all() and np.isfinite(b).all())):
        triangle = Triangle(a, transposition(trans), lower, unit_diagonal)
        x, wrong = substituted(a, b, triangle.transposed, triangle.lower, triangle.unit_diagonal)
        if not wrong:
            return x, triangle
    return scipy.linalg.solve_triangular(a, b, trans, lower, unit_diagonal, check_finite=check_finite), None


def solve_triangular_b(g, a, trans, lower, unit_diagonal, triangle):
    """What op(a)⁻ᵀ makes of ḡ: the transpose of aᴴ is the conjugate of a."""
    if triangle is not None and type(g) is np.ndarray and g.dtype.char == "d":
        return triangle.back(g)
    trans = transposition(trans)
    if trans == 2:
        return np.conjugate(linalg.solve_triangular(a, np.conjugate(g), 0, lower, unit_diagonal))
    return linalg.solve_triangular(a, g, 1 - trans, lower, unit_diagonal, check_finite=not isinstance(a, np.ndarray))


def solve_triangular_a(g, a, b_shape, trans, lower, unit_diagonal, triangle, out):
    back = -solve_triangular_b(g, a, trans, lower, unit_diagonal, triangle)
    trans = transposition(trans)
    if len(b_shape) == 1:
        back, out = back[..., None], out[..., None]
    whole = back @ mT(out) if trans == 0 else out @ mT(back)
    whole = np.conjugate(whole) if trans == 2 else whole
    return np.tril(whole, -1 if unit_diagonal else 0) if lower else np.triu(whole, 1 if unit_diagonal else 0)


linalg.derivative(
    "solve_triangular",
    "x with a x = b, a triangular | the triangle of -(a⁻ᵀ ḡ) outᵀ | a⁻ᵀ ḡ",
    forward=solved_triangle,
    kept={"triangle": lambda a: None},
    a=lambda g, a, b_shape, trans, lower, unit_diagonal, triangle, out: solve_triangular_a(
        g, a, b_shape, trans, lower, unit_diagonal, triangle, out
    ),
    b=lambda g, a, trans, lower, unit_diagonal, triangle: solve_triangular_b(g, a, trans, lower, unit_diagonal, triangle),
)


# Least squares


@linalg.composed("pinv", "a⁺, the Moore-Penrose inverse")
def pinv(a, atol, rtol, return_rank):
    return pseudo_inverse(a, atol, rtol, return_rank, hermitian=False)


@linalg.composed("pinvh", "a⁺ of a Hermitian matrix")
def pinvh(a, atol, rtol, lower, return_rank):
    return pseudo_inverse(meant(a, "hermitian", lower), atol, rtol, return_rank, hermitian=True)


def pseudo_inverse(a, atol, rtol, return_rank, hermitian):
    """NumPy's, which knows a relative limit only: SciPy's is atol + rtol max(s)."""
    value = plain(a)
    s = np.linalg.svd(value, compute_uv=False)
    largest = np.max(s, axis=-1, initial=0)
    if rtol is None:
        rtol = 0.0 if atol else max(value.shape[-2:]) * np.finfo(s.dtype).eps
    limit = (atol or 0.0) + rtol * largest
    out = np.linalg.pinv(a, rtol=limit / np.where(largest == 0, 1, largest), hermitian=hermitian)
    return (out, np.sum(s > limit[..., None], axis=-1)) if return_rank else out


@linalg.composed("lstsq", "x that minimises |a x - b|, residuals, rank and singular values")
def lstsq(a, b, cond, lapack_driver):
    if lapack_driver == "gelsy":
        raise refused("scipy.linalg.lstsq", "lapack_driver", lapack_driver, "write 'gelsd', the default")
    cond = np.finfo(np.result_type(a.dtype, b.dtype, np.float32)).eps if cond is None else cond
    m, n = a.shape[-2:]
    if len(a.shape) == 2 and len(b.shape) < 3:
        x, residuals, rank, s = np.linalg.lstsq(a, b, rcond=cond)
        return x, residuals if residuals.size == 0 or len(b.shape) > 1 else residuals[0], rank, s
    inverse, rank = pseudo_inverse(a, None, cond, True, hermitian=False)
    vector = len(b.shape) == 1
    x = inverse @ (b[:, None] if vector else b)
    rest = np.sum(np.abs(a @ x - (b[:, None] if vector else b)) ** 2, axis=-2)
    if m <= n or np.any(rank < n):
        rest = np.zeros((*rest.shape[:-1], 0), plain(rest).dtype)
    elif vector:
        rest = rest[..., 0]
    return x[..., 0] if vector else x, rest, rank, np.linalg.svdvals(a)


@linalg.composed("orthogonal_procrustes", "the orthogonal R that makes A R nearest to B, and its scale")
def orthogonal_procrustes(A, B):
    m = mT(mT(B) @ np.conjugate(A))
    R = linalg.polar(m)[0]
    return R, np.real(np.sum(np.conjugate(R) * m))


@linalg.composed("subspace_angles", "the angles between the columns' spaces, the largest first")
def subspace_angles(A, B):
    for name, x in (("A", A), ("B", B)):
        if np.linalg.matrix_rank(plain(x)) < x.shape[-1]:
            raise refused("scipy.linalg.subspace_angles", name, "a matrix of dependent columns", "leave columns out")
    first, second = np.linalg.qr(A)[0], np.linalg.qr(B)[0]
    inner = mH(first) @ second
    cosines = np.linalg.svdvals(inner)
    rest = second - first @ inner if A.shape[-1] >= B.shape[-1] else first - second @ mH(inner)
    sines = np.linalg.svdvals(rest)
    by_sine = plain(cosines)[..., ::-1] ** 2 >= 0.5
    near = np.arcsin(np.where(by_sine, sines, 0))
    return np.where(by_sine, near, np.arccos(np.where(by_sine, 0, cosines[..., ::-1])))
