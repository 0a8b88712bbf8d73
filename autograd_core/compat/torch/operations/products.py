"""Products of vectors and matrices, as PyTorch has them."""

import functools

import numpy as np

from autograd_core.compat.torch.promotion import alike

FUNCTIONS_ONLY = ("einsum", "tensordot", "cdist", "chain_matmul")
AXES = {"mm": (2, 2), "bmm": (3, 3), "mv": (2, 1), "dot": (1, 1)}


def _product(name):
    def product(input, other):
        if (input.ndim, other.ndim) != AXES[name]:
            wanted = " and ".join(f"{n}-D" for n in AXES[name])
            raise RuntimeError(f"{name}: expected {wanted} tensors, got {input.ndim}-D and {other.ndim}-D; write a @ b")
        return np.matmul(input, other)

    product.__name__, product.__doc__ = name, f"`torch.{name}`: input @ other, of {AXES[name]} axes."
    return product


mm, bmm, mv, dot = map(_product, AXES)
vdot = dot


def outer(input, vec2):
    """All products of an element of each."""
    return np.outer(*alike(input, vec2))


ger = outer


def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """beta · input + alpha · mat1 @ mat2"""
    return beta * input + alpha * np.matmul(mat1, mat2)


addmv = baddbmm = addmm


def einsum(equation, *operands):
    """Products and sums of operands by the letters of their axes."""
    operands = operands[0] if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else operands
    return np.einsum(equation.replace(" ", ""), *operands)


def cdist(x1, x2, p=2.0):
    """The distances of all rows of x1 to all rows of x2."""
    difference = x1[..., :, None, :] - x2[..., None, :, :]
    return np.linalg.norm(difference, p, axis=-1)


def _vander(x, count, step):
    return np.power(x[:, None], np.arange(count, dtype=x.dtype)[::step])


def _solved(b, lower):
    lower = np.tril(lower)
    return np.linalg.solve(np.matrix_transpose(lower), np.linalg.solve(lower, b))


def logdet(input):
    """The logarithm of the determinant."""
    sign, value = np.linalg.slogdet(input)
    return np.where(_positive(sign), value, np.nan)


def _positive(sign):
    return np.asarray(sign.detach().numpy() if hasattr(sign, "detach") else sign) > 0


def cholesky(input, upper=False):
    """The lower triangular L with L Lᵀ = input."""
    lower = np.linalg.cholesky(input)
    return np.matrix_transpose(lower) if upper else lower


TABLE = {  # what one expression says
    "vander": lambda x, N=None, increasing=False: _vander(x, len(x) if N is None else N, 1 if increasing else -1),
    "cholesky_solve": lambda B, L, upper=False: _solved(B, np.matrix_transpose(L) if upper else L),
    "matmul": lambda input, other: np.matmul(input, other),
    "inner": lambda input, other: np.inner(*alike(input, other)),
    "addr": lambda input, vec1, vec2, *, beta=1, alpha=1: beta * input + alpha * np.outer(vec1, vec2),
    "tensordot": lambda a, b, dims=2: np.tensordot(a, b, dims),
    "kron": lambda input, other: np.kron(*alike(input, other)),
    "cross": lambda input, other, dim=-1: np.cross(input, other, axis=dim),
    "matrix_power": lambda input, n: np.linalg.matrix_power(input, n),
    "chain_matmul": lambda *matrices: functools.reduce(np.matmul, matrices),
    "inverse": lambda input: np.linalg.inv(input),
    "pinverse": lambda input: np.linalg.pinv(input),
    "det": lambda input: np.linalg.det(input),
}  # fmt: skip
