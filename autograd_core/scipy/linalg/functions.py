"""Functions of a matrix beside the exponential, whose way to a derivative, `along`, most of them take."""

import numpy as np
import scipy.linalg

from autograd_core.derivatives.table import primitive
from autograd_core.errors import UnsupportedError
from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.linalg.equations import regular_sylvester
from autograd_core.scipy.linalg.exponential import along, expm_along
from autograd_core.scipy.linalg.parts import doubles, linalg, mT

WITHOUT_DISP = "with disp=False it returns an estimate of the error, too, which has no derivative; write it without disp"

linalg.derivative(
    "logm",
    "ln A | L(Aᵀ, ḡ), the derivative along ḡ",
    refuse=lambda disp=None: WITHOUT_DISP if disp is False else None,
    A=lambda g, A: along(linalg.logm, *doubles(mT(A), g)),
)
linalg.derivative(
    "sqrtm",
    "√A | x with outᵀ x + x outᵀ = ḡ",
    refuse=lambda disp=None: WITHOUT_DISP if disp is False else None,
    A=lambda g, out: regular_sylvester(mT(out), mT(out), g, "sqrtm"),
)


# Powers: as e^(t ln A), but for whole numbers, which need no logarithm


@primitive(
    "Aᵗ | as e^(t ln A) | Σ ḡ (out ln A)",
    name="scipy.linalg.fractional_matrix_power",
    A=lambda g, A, t: power_A(g, doubles(A)[0], t),
    t=lambda g, A, out: np.sum(g * (out @ linalg.logm(*doubles(A))), axis=(-2, -1)),
)
def power(A, t):
    return scipy.linalg.fractional_matrix_power(A, t)


def power_A(g, A, t):
    return along(linalg.logm, mT(A), t * expm_along(t * mT(linalg.logm(A)), g))


@linalg.composed("fractional_matrix_power", "Aᵗ, the principal power")
def fractional_matrix_power(A, t):
    whole = count_recorded((t,)) == 0 and float(plain(t)).is_integer()
    return np.linalg.matrix_power(A, int(plain(t))) if whole else power(A, t)


# Made of the exponential, as in SciPy


@linalg.composed("cosm", "cos A")
def cosm(A):
    if np.iscomplexobj(A):
        return (linalg.expm(1j * A) + linalg.expm(-1j * A)) / 2
    return np.real(linalg.expm(1j * A))


@linalg.composed("sinm", "sin A")
def sinm(A):
    if np.iscomplexobj(A):
        return (linalg.expm(1j * A) - linalg.expm(-1j * A)) / 2j
    return np.imag(linalg.expm(1j * A))


@linalg.composed("tanm", "tan A")
def tanm(A):
    return np.linalg.solve(cosm(A), sinm(A))


@linalg.composed("coshm", "cosh A")
def coshm(A):
    return (linalg.expm(A) + linalg.expm(-A)) / 2


@linalg.composed("sinhm", "sinh A")
def sinhm(A):
    return (linalg.expm(A) - linalg.expm(-A)) / 2


@linalg.composed("tanhm", "tanh A")
def tanhm(A):
    return np.linalg.solve(coshm(A), sinhm(A))


@linalg.composed("signm", "A (A²)^(-1/2), 1 or -1 for each eigenvalue's real part")
def signm(A, disp=None):
    if disp is False:
        raise UnsupportedError(f"scipy.linalg.signm: {WITHOUT_DISP}")
    out = A @ np.linalg.inv(linalg.sqrtm(A @ A))
    return out if np.iscomplexobj(A) else np.real(out)


@linalg.composed("funm", "V f(λ) V⁻¹ for the eigenvalues λ and eigenvectors V; `func` must be written with NumPy's functions")
def funm(A, func, disp=None):
    if disp is False:
        raise UnsupportedError(f"scipy.linalg.funm: {WITHOUT_DISP}")
    values, vectors = linalg.eig(A)
    out = mT(np.linalg.solve(mT(vectors), mT(vectors * func(values)[..., None, :])))
    if np.iscomplexobj(A):
        return out
    value = plain(out)
    rounding = 1e3 * np.finfo(value.dtype).eps * np.max(np.abs(value), initial=0)
    return np.real(out) if np.max(np.abs(value.imag), initial=0) <= rounding else out
