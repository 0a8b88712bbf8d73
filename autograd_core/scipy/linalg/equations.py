"""Sylvester's, Lyapunov's and Riccati's equations. Each derivative solves an equation of the same kind."""

import numpy as np

from autograd_core.graph.variable import plain
from autograd_core.scipy.linalg.parts import linalg, mH, mT

linalg.derivative(
    "solve_sylvester",
    "x with a x + x b = q | -y outᵀ | -outᵀ y | y, with aᵀ y + y bᵀ = ḡ",
    a=lambda g, a, b, out: -sylvester_q(g, a, b) @ mT(out),
    b=lambda g, a, b, out: -mT(out) @ sylvester_q(g, a, b),
    q=lambda g, a, b: sylvester_q(g, a, b),
)
linalg.derivative(
    "solve_discrete_lyapunov",
    "x with x = a x aᴴ + q | y (x aᴴ)ᵀ + (yᵀ a x)* | y, with y = aᵀ y a* + ḡ",
    a=lambda g, a, method, out: discrete_lyapunov_a(discrete_lyapunov_q(g, a, method), a, out),
    q=lambda g, a, method: discrete_lyapunov_q(g, a, method),
)


def sylvester_q(g, a, b):
    return regular_sylvester(mT(a), mT(b), g, "solve_sylvester")


def regular_sylvester(a, b, q, what):
    """x with a x + x b = q, for the rule of `what`. LAPACK changes an equation without a solution into one that has one."""
    x = linalg.solve_sylvester(a, b, q)
    if type(x) is np.ndarray and x.size and np.max(np.abs(a @ x + x @ b - q)) > 1e-3 * np.max(np.abs(q)):
        raise np.linalg.LinAlgError(f"scipy.linalg.{what}: it has no derivative here, since its equation is singular")
    return x


def discrete_lyapunov_q(g, a, method):
    return linalg.solve_discrete_lyapunov(mT(a), g, method)


def discrete_lyapunov_a(y, a, x):
    return y @ np.conjugate(a) @ mT(x) + np.conjugate(mT(y) @ a @ x)


@linalg.composed("solve_continuous_lyapunov", "x with a x + x aᴴ = q")
def solve_continuous_lyapunov(a, q):
    return linalg.solve_sylvester(a, mH(a), q)


@linalg.composed("solve_lyapunov", "x with a x + x aᴴ = q")
def solve_lyapunov(a, q):
    return linalg.solve_sylvester(a, mH(a), q)


# Riccati equations: SciPy's solution x, constant, followed by two of Newton's steps, which change it by rounding only.
# The first has the right first derivative; the second, since Newton's method doubles the order, that of second and third.


@linalg.composed("solve_continuous_are", "x with aᴴ x e + eᴴ x a - (eᴴ x b + s) r⁻¹ (bᴴ x e + sᴴ) + q = 0")
def solve_continuous_are(a, b, q, r, e, s, balanced):
    def newton(x):
        xe = x if e is None else x @ e
        left = mH(b) @ xe if s is None else mH(b) @ xe + mH(s)
        k = np.linalg.solve(r, left)
        rest = mH(a) @ xe + mH(xe) @ a - mH(left) @ k + q
        closed = a - b @ k
        if e is not None:
            closed, rest = over_e(closed, e), over_e(mH(over_e(mH(rest), e)), e)
        return x - linalg.solve_sylvester(mH(closed), closed, rest)

    return newton(newton(start("solve_continuous_are", a, b, q, r, e, s, balanced)))


@linalg.composed("solve_discrete_are", "x with aᴴ x a - eᴴ x e - (aᴴ x b + s) (r + bᴴ x b)⁻¹ (bᴴ x a + sᴴ) + q = 0")
def solve_discrete_are(a, b, q, r, e, s, balanced):
    def newton(x):
        left = mH(b) @ x @ a if s is None else mH(b) @ x @ a + mH(s)
        k = np.linalg.solve(r + mH(b) @ x @ b, left)
        rest = mH(a) @ x @ a - (x if e is None else mH(e) @ x @ e) - mH(left) @ k + q
        closed = a - b @ k
        if e is not None:
            closed, rest = over_e(closed, e), over_e(mH(over_e(mH(rest), e)), e)
        return x + linalg.solve_discrete_lyapunov(mH(closed), rest)

    return newton(newton(start("solve_discrete_are", a, b, q, r, e, s, balanced)))


def over_e(m, e):
    """m e⁻¹."""
    return mT(np.linalg.solve(mT(e), mT(m)))


def start(name, *values):
    """SciPy's solution for the values of the arguments."""
    return getattr(linalg.original, name)(*map(plain, values))
