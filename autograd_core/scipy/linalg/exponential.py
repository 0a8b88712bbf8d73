"""The exponential of a matrix.

The derivative of f(A) along E stands in f([[A, E], [0, A]]), top right; its transpose is the derivative of f at Aᵀ
(Mathias 1996). For the exponential SciPy has a quicker way, `expm_frechet`, which rules take on arrays. It computes eᴬ
again, which for large matrices takes as long as what is new: there `Steps` keeps what the forward pass has made.
"""

import math

import numpy as np
import scipy.linalg

from autograd_core.scipy.linalg.parts import doubles, linalg, mT

LARGE = 100  # rows from which on `Steps` takes no longer than SciPy's own forward pass, and 0.7 of the time with the gradient

# m: the norm up to which the derivative of the Padé approximant of order m is that of eˣ to the last digit (Al-Mohy and
# Higham 2009, table 6.1; for 13 the limit of their second paper of that year, which keeps the denominator well conditioned)
NORMS = {3: 1.08e-2, 5: 2.00e-1, 7: 7.83e-1, 13: 4.25}
# The first term of the backward error of order 13, relative to A: that of A²⁷
ERROR = 1 / (math.comb(26, 13) * math.factorial(27))
ROUNDING = 2.0**-53
HUGE = 1e4  # the norm beyond which there would be more than ten squares to keep


def one_norm(A):
    return np.max(np.sum(np.abs(A), axis=0))


def coefficients(m):
    """Those of the numerator of order m: the odd powers of A are U, the even ones V; the denominator is V - U."""
    return [float(math.factorial(2 * m - j) // (math.factorial(m - j) * math.factorial(j))) for j in range(m + 1)]


class Steps:
    """eᴬ by scaling and squaring, with what its pullback asks for.

        powers = A², A⁴, A⁶                    as many as the order needs
        sums = coefficients @ powers           W and V; for order 13, also what A⁶ is a factor of in each
        U = A W,  root = 1 + 2 U (V - U)⁻¹,  eᴬ = root^(2ˢ)

    The pullback goes back through these lines: two products for each of theirs. So a value with its gradient takes three
    times the products of a value; `expm` and `expm_frechet` of SciPy together take four.
    """

    def __init__(self, A, norm):
        order = next((m for m, limit in NORMS.items() if norm <= limit), 13)
        self.A, n = A, len(A)
        self.powers = powers = np.empty((min(order // 2, 3), n, n), A.dtype)
        for i in range(len(powers)):
            np.matmul(powers[i - 1] if i else A, powers[0] if i else A, out=powers[i])
        self.scale = 1.0
        if norm > NORMS[13]:
            self.scale = scale = 0.5 ** squarings(A, norm, powers)
            self.A = A * scale
            powers *= scale ** np.array([2, 4, 6])[:, None, None]
        b = coefficients(order)
        self.coefficients = np.array([b[3:8:2], b[2:7:2], b[9::2], b[8:13:2]][: 4 if order == 13 else 2])
        self.sums = sums = np.tensordot(self.coefficients, powers, 1)
        if order == 13:
            sums[:2] += powers[2] @ sums[2:]
        W, V = sums[:2]
        W.flat[:: n + 1] += b[1]
        V.flat[:: n + 1] += b[0]
        U = self.A @ W
        # Transposed, matrices lie in memory as LAPACK wants them
        self.factors = scipy.linalg.lu_factor((V - U).T, overwrite_a=True, check_finite=False)
        root = scipy.linalg.lu_solve(self.factors, (U + U).T, overwrite_b=True, check_finite=False).T
        root.flat[:: n + 1] += 1
        self.squares = [root]
        for _ in range(round(-math.log2(self.scale))):
            self.squares.append(self.squares[-1] @ self.squares[-1])

    def back(self, g):
        A, powers, sums = self.A.T, mT(self.powers), self.sums
        for x in self.squares[-2::-1]:
            g = x.T @ g + g @ x.T
        of_sum = scipy.linalg.lu_solve(self.factors, g.T, trans=1, check_finite=False).T
        of_difference = self.squares[0].T @ of_sum
        of_sums = np.empty_like(sums)
        of_U = of_sum + of_difference
        np.matmul(A, of_U, out=of_sums[0])
        np.subtract(of_sum, of_difference, out=of_sums[1])
        if len(sums) == 4:
            np.matmul(powers[2], of_sums[:2], out=of_sums[2:])
        of_powers = np.tensordot(self.coefficients.T, of_sums, 1)
        if len(sums) == 4:
            of_powers[2] += of_sums[0] @ sums[2].T
            of_powers[2] += of_sums[1] @ sums[3].T
        of_A = of_U @ sums[0].T
        for i in range(len(powers) - 1, 0, -1):
            of_powers[i - 1] += of_powers[i] @ powers[0]
            of_powers[0] += powers[i - 1] @ of_powers[i]
        of_A += of_powers[0] @ A
        of_A += A @ of_powers[0]
        return of_A * self.scale


def squarings(A, norm, powers):
    """How often to halve A before order 13 (Al-Mohy and Higham 2009, algorithm 6.1).

    By the norms of its powers, which may be far less than powers of its norm; then once more for what rounding makes of
    them, which the powers of |A| tell.
    """
    size = max(one_norm(powers[1]) ** (1 / 4), one_norm(powers[2]) ** (1 / 6), NORMS[13])
    s = math.ceil(math.log2(size / NORMS[13]))
    size_of_A, columns = np.abs(A) * 0.5**s, np.ones(len(A))
    for _ in range(27):
        columns = columns @ size_of_A
    rest = ERROR * np.max(columns) / (norm * 0.5**s)
    return s + max(0, math.ceil(math.log2(max(rest / ROUNDING, 1)) / 26))


def steps_of(A):
    """Steps for a large matrix of doubles; None for others, of which SciPy knows more (triangles) or has other orders."""
    if not (type(A) is np.ndarray and A.ndim == 2 and A.shape[0] == A.shape[1] >= LARGE and A.dtype.char in "dD"):
        return None
    norm = one_norm(A)
    return Steps(A, norm) if norm < HUGE and A[0, -1] != 0 and A[-1, 0] != 0 else None


def exponential(A):
    steps = steps_of(A)
    return (scipy.linalg.expm(A), None) if steps is None else (steps.squares[-1], steps)


def exponential_A(g, A, steps):
    plainly = steps is not None and type(g) is np.ndarray and g.dtype == A.dtype
    return steps.back(g) if plainly else expm_along(mT(A), g)


linalg.derivative(
    "expm",
    "eᴬ | L(Aᵀ, ḡ), the derivative along ḡ",
    forward=exponential,
    kept={"steps": lambda A: None},
    A=lambda g, A, steps: exponential_A(g, A, steps),
)


def doubled(A, E):
    """[[A, E], [0, A]]."""
    zero = np.zeros(A.shape, A.dtype)
    return np.concatenate([np.concatenate([A, E], axis=-1), np.concatenate([zero, A], axis=-1)], axis=-2)


def along(f, A, E):
    """The derivative of a function of matrices at A along E."""
    n = A.shape[-1]
    return f(doubled(A, E))[..., :n, n:]


def expm_along(A, E):
    if type(A) is type(E) is np.ndarray and A.ndim == 2 and A.size:
        return scipy.linalg.expm_frechet(A, E, compute_expm=False)
    return along(linalg.expm, A, E)


@linalg.composed("expm_frechet", "eᴬ, and its derivative along E")
def expm_frechet(A, E, compute_expm):
    n = A.shape[-1]
    both = linalg.expm(doubled(*doubles(A, E)))
    return (both[..., :n, :n], both[..., :n, n:]) if compute_expm else both[..., :n, n:]
