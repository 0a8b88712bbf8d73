"""numpy.linalg, at well-conditioned matrices with eigenvalues and singular values far from each other and from zero."""

import numpy as np

from tests.derivatives.cases import C, M, R, call, covers

r = np.random.default_rng(5)


def orthogonal(n, dtype=float):
    x = r.standard_normal((n, n)) + (1j * r.standard_normal((n, n)) if dtype is complex else 0)
    return np.linalg.qr(x)[0]


def of_values(m, n, values, dtype=float):
    """A matrix with the singular values given."""
    k = min(m, n)
    return orthogonal(m, dtype)[:, :k] * np.asarray(values[:k]) @ orthogonal(n, dtype)[:k]


def G(m, n=None, dtype=float, batch=None):
    """A general matrix with singular values 2, 1.6, 1.1, 0.7, or a stack of such."""
    n = m if n is None else n
    values = [2, 1.6, 1.1, 0.7]
    return M(
        of_values(m, n, values, dtype) if batch is None else np.stack([of_values(m, n, values, dtype) for _ in range(batch)])
    )


def H(n, dtype=float, batch=None, low=0.6):
    """A Hermitian matrix with eigenvalues from `low`, 0.7 apart (positive definite)."""
    values = low + 0.7 * np.arange(n)
    made = [(q * values) @ q.conj().T for q in (orthogonal(n, dtype) for _ in range(batch or 1))]
    made = [(x + x.conj().T) / 2 for x in made]
    return M(made[0] if batch is None else np.stack(made))


def E(n, batch=None):
    """A real matrix, not symmetric, with real eigenvalues 0.5, 1.2, …"""
    made = []
    for _ in range(batch or 1):
        v = of_values(n, n, [1.4, 1.1, 0.9, 0.7])
        made.append(v * (0.5 + 0.7 * np.arange(n)) @ np.linalg.inv(v))
    return M(made[0] if batch is None else np.stack(made))


EMPTY, ONE = M(np.zeros((0, 0))), M([[1.5]])
STACK_OF_NONE = M(np.zeros((0, 2, 2)))

covers("linalg.inv", call(G(3)), call(G(2, batch=3)), call(G(3, dtype=complex)), call(ONE), call(EMPTY), call(STACK_OF_NONE))
covers(
    "linalg.solve",
    call(G(3), R(3)),
    call(G(3), R(3, 2)),
    call(G(2, batch=3), R(2)),
    call(G(2, batch=3), R(3, 2, 1)),
    call(G(2, batch=3), R(2, 2)),
    call(G(2), R(3, 2, 2)),
    call(M(np.stack([G(2).value, G(2).value])[:, None]), R(3, 2, 2)),
    call(G(2, dtype=complex), C(2)),
    call(G(2), C(2, 2)),
    call(G(2, dtype=complex), R(2)),
    call(ONE, R(1)),
    call(EMPTY, R(0)),
)
covers(
    "linalg.tensorsolve",
    call(M(G(4).value.reshape(2, 2, 4)), R(2, 2)),
    call(M(G(4).value.reshape(2, 2, 4).transpose(1, 0, 2)), R(2, 2)),
)
covers("linalg.tensorsolve", call(M(G(4).value.reshape(4, 2, 2).transpose(1, 0, 2)), R(4), axes=(0, 2)))
covers(
    "linalg.tensorinv",
    call(M(G(4).value.reshape(2, 2, 4)), ind=2),
    call(M(G(4).value.reshape(4, 2, 2)), 1),
    call(M(G(4).value.reshape(2, 2, 2, 2))),
)
covers(
    "linalg.pinv",
    call(G(3), rcond=0.6),
    call(G(4, 3, complex), rcond=0.6),
    call(H(3), rcond=0.5, hermitian=True),
    call(G(4, 2)),
    call(G(2, 4)),
    call(G(3)),
    call(G(3, 2, batch=2)),
    call(G(3, 2, dtype=complex)),
    call(G(2, 3, dtype=complex)),
    call(G(3, 2), 1e-10),
    call(G(3, 2), rtol=1e-10),
    call(H(3), hermitian=True),
    call(H(2, complex), hermitian=True),
    call(M(np.zeros((0, 2)))),
)
covers(
    "linalg.lstsq",
    call(G(4, 3), R(4), rcond=0.6),
    call(G(4, 2), R(4)),
    call(G(4, 2), R(4, 3)),
    call(G(2, 4), R(2)),
    call(G(2, 3), R(2, 2)),
    call(G(3), R(3)),
    call(G(4, 2), R(4), rcond=-1),
    call(G(4, 2), R(4), 1e-10),
    call(G(3, 2, dtype=complex), C(3)),
    call(G(3, 2), C(3, 2)),
)
covers(
    "linalg.multi_dot",
    call([R(2, 3), R(3, 4), R(4, 2)]),
    call((R(2, 3), R(3, 2))),
    call([R(3), R(3, 4), R(4, 2)]),
    call([R(2, 3), R(3, 4), R(4)]),
    call([R(3), R(3, 2), R(2, 4), R(4)]),
    call([R(3), R(3)]),
    call([C(2, 2), R(2, 3), C(3, 2)]),
    call([R(2, 3), np.ones((3, 2)), R(2, 2)]),
)
covers(
    "linalg.matrix_power",
    call(G(3), 3),
    call(G(2), 0),
    call(G(2), 1),
    call(G(2, batch=2), -2),
    call(G(2), -1),
    call(G(2, dtype=complex), 5),
)
covers("linalg.det", call(G(3)), call(G(2, batch=3)), call(G(3, dtype=complex)), call(ONE), call(EMPTY), call(STACK_OF_NONE))
covers(
    "linalg.det",
    call(M(np.eye(3))),
    call(M(np.diag([1.0, 2, 0]))),
    call(M(of_values(3, 3, [2, 1, 0]))),
    call(M(np.zeros((2, 2)))),
)
covers("infinite", call(R(3), np.zeros(3, bool)), call(R(), False))
covers("cofactor", call(G(3)), call(G(2, batch=3)), call(G(3, dtype=complex)))
covers("linalg.slogdet", call(G(3)), call(G(2, batch=3)), call(G(3, dtype=complex)), call(ONE), call(EMPTY))
covers(
    "linalg.cholesky",
    call(H(3)),
    call(H(3), upper=True),
    call(H(3, complex)),
    call(H(2, complex), upper=True),
    call(H(2, batch=3)),
    call(ONE),
    call(EMPTY),
)
covers(
    "linalg.qr",
    call(G(4, 2)),
    call(G(3)),
    call(G(2, 4)),
    call(G(3, 2), "complete"),
    call(G(3), mode="complete"),
    call(G(2, 3), "complete"),
    call(G(4, 2), "r"),
    call(G(2, 3), "r"),
    call(G(3, 2, batch=2)),
    call(G(3, 2, dtype=complex)),
    call(G(3, dtype=complex), "r"),
    call(G(2, 3, dtype=complex), "r"),
    call(ONE),
)
covers(
    "linalg.eigh", call(H(3)), call(H(3, low=-0.8), "U"), call(H(2, batch=3), UPLO="L"), call(ONE), call(M(np.diag([1.0, 2, 4])))
)
covers(
    "linalg.eigvalsh",
    call(H(3)),
    call(H(3, low=-0.8), "U"),
    call(H(3, complex)),
    call(H(2, complex), UPLO="U"),
    call(H(2, batch=3)),
    call(ONE),
)
covers("linalg.eig", call(E(3)), call(E(2, batch=3)), call(ONE))
covers(
    "linalg.eigvals",
    call(E(3)),
    call(M(np.array([[1.0, 2], [-3, 0.5]]))),
    call(G(3, dtype=complex)),
    call(E(2, batch=2)),
    call(ONE),
)
covers(
    "linalg.svd",
    call(G(3)),
    call(G(3, 2)),
    call(G(2, 3)),
    call(G(4, 2), False),
    call(G(2, 4), full_matrices=False),
    call(G(3, 2), compute_uv=False),
    call(G(2, 3, dtype=complex), compute_uv=False),
    call(G(2, batch=3)),
    call(H(3, low=-0.9), hermitian=True),
    call(H(3, low=-0.9), compute_uv=False, hermitian=True),
    call(ONE),
)
covers("factors_of_svd", call(G(3, 2), True), call(G(4, 2), False))
covers("linalg.svdvals", call(G(3)), call(G(4, 2)), call(G(2, 3, dtype=complex)), call(G(2, batch=3)))

ORDERS = [None, 2, 1, np.inf, -np.inf, 3, 2.5, 0.5, -1, -2, 0]
covers("linalg.norm", *(call(R(5), order) for order in ORDERS), *(call(R(3, 4), ord=order, axis=0) for order in ORDERS))
covers("linalg.norm", *(call(C(3), order) for order in ORDERS))
MATRIX_ORDERS = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]
covers(
    "linalg.norm",
    *(call(G(3), order) for order in MATRIX_ORDERS),
    *(call(R(2, 2, 3), order, (1, 2), True) for order in MATRIX_ORDERS),
)
covers(
    "linalg.norm",
    *(call(G(2, 3, dtype=complex), order) for order in MATRIX_ORDERS),
    *(call(G(2, 3, batch=2), order, (-1, 0)) for order in ("nuc", 1, -np.inf)),
)
covers(
    "linalg.norm",
    call(R()),
    call(R(2, 2, 2)),
    call(R(2, 3), None, None, True),
    call(R(2, 3), axis=-1, keepdims=True),
    call(R(2, 3), axis=(0, 1)),
    call(R(0, 2), axis=1),
)
covers("linalg.norm", call(R(2, 3), axis=(1,)), call(R(0)), call(R(1), 3))
covers("linalg.matrix_norm", call(G(2, 3)), call(G(2, batch=2), ord="nuc", keepdims=True))
covers(
    "linalg.vector_norm",
    call(R(2, 3)),
    call(R(2, 3, 2), axis=(0, -1), ord=3),
    call(R(2, 3), axis=1, keepdims=True),
    call(R(2, 3), axis=(1, 0), keepdims=True),
    call(R(3), ord=1),
)
covers(
    "linalg.cond",
    *(call(G(3), p) for p in (None, 2, -2, 1, -1, np.inf, -np.inf, "fro")),
    call(G(3, 2)),
    call(G(2, batch=2), p="fro"),
)
if np.isrealobj(np.linalg.cond(np.eye(2, dtype=complex), 1)):  # NumPy before 2.4 gives a complex number there
    covers("linalg.cond", call(G(2, dtype=complex), 1))
covers("tall_qr", call(G(4, 2), "reduced"), call(G(3, 2), "complete"))
