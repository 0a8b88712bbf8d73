"""numpy.linalg at its edges: complex matrices, equal eigenvalues, singular matrices, zeros, and which triangle is read."""

import warnings

import numpy as np
import pytest

from autograd_core import Tensor, grad, hvp, jvp, vjp
from autograd_core.derivatives.gauges import GaugeWarning
from autograd_core.graph.backward_pass import collect
from tests.derivatives.cases_linalg import E, G, H, of_values, orthogonal
from tests.derivatives.duck import bare, duck
from tests.derivatives.finite import directional, directions, pairing

r = np.random.default_rng(11)
W = r.standard_normal((4, 4))
WC = W + 1j * r.standard_normal((4, 4))


def check(f, *xs, rtol=1e-7, order=2):
    """f's gradient, and with order=2 the derivative of that, against finite differences. A warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ts = directions(xs, 1)
        g = grad(f, argnum=tuple(range(len(xs))))
        (numeric,) = directional(lambda values: [f(*values)], xs, ts)
        np.testing.assert_allclose(pairing(g(*xs), ts), numeric, rtol=rtol, atol=1e-9)
        if order == 2:
            numeric = directional(lambda values: g(*values), xs, ts)
            for ours, wanted in zip(jvp(g, xs, tuple(ts))[1], numeric, strict=True):
                np.testing.assert_allclose(ours, wanted, rtol=1e-6, atol=1e-7)


# Complex matrices: functions that do not depend on the phases of the vectors


def hermitian(a):
    return (a + np.conjugate(np.matrix_transpose(a))) / 2


def mH(x):
    return np.conjugate(np.matrix_transpose(x))


def squared(x):
    return np.real(x * np.conjugate(x))


def of_eigh(a, W=WC):
    values, vectors = np.linalg.eigh(a)
    n = values.shape[-1]
    return np.sum(np.real(W[:n, :n] * ((vectors * np.exp(values)) @ mH(vectors))))


def of_one_vector(a):
    _, vectors = np.linalg.eigh(a)
    return np.sum(np.arange(1, 4) * squared(vectors[:, 1]))


def of_svd(a, full_matrices=False):
    U, s, Vh = np.linalg.svd(a, full_matrices=full_matrices)
    k = s.shape[-1]
    rebuilt = (U[..., :k] * s**2) @ Vh[..., :k, :] + U[..., :k] @ Vh[..., :k, :]
    return np.sum(np.real(WC[: a.shape[0], : a.shape[1]] * rebuilt))


def of_full_svd(a):
    """The projection on the space that the added vectors span."""
    U, _, Vh = np.linalg.svd(a)
    k = min(a.shape)
    left, right = U[:, k:], Vh[k:]
    m, n = a.shape
    return np.sum(np.real(WC[:m, :m] * (left @ mH(left)))) + np.sum(np.real(WC[:n, :n] * (mH(right) @ right)))


def of_eig(a):
    values, vectors = np.linalg.eig(a)
    n = values.shape[-1]
    return np.sum(np.real(WC[:n, :n] * ((vectors * np.exp(values)) @ np.linalg.inv(vectors)))) + np.sum(
        squared(vectors) ** 2 * WC[:n, :n].real
    )


def of_full_qr(a):
    Q, R = np.linalg.qr(a, "complete")
    rest = Q[:, a.shape[1] :]
    return np.sum(np.real(WC[: a.shape[0], : a.shape[0]] * (rest @ mH(rest)))) + np.sum(np.real(R) ** 3)


@pytest.mark.parametrize(
    ("f", "operand"),
    [
        (of_eigh, H(3, complex)),
        (of_one_vector, H(3, complex)),
        (of_svd, G(3, dtype=complex)),
        (of_svd, G(4, 2, dtype=complex)),
        (of_svd, G(2, 4, dtype=complex)),
        (lambda a: of_svd(a, True), G(4, 2, dtype=complex)),
        (of_full_svd, G(4, 2, dtype=complex)),
        (of_full_svd, G(2, 4)),
        (of_full_qr, G(4, 2, dtype=complex)),
        (of_full_qr, G(4, 2)),
        (of_eig, G(3, dtype=complex)),
        (of_eig, G(3)),
        (lambda a: np.sum(np.real(WC[:3, :3] * np.linalg.svd(hermitian(a), hermitian=True)[0] ** 2)), H(3)),
    ],
)
def test_complex_factors(f, operand):
    check(f, operand.value)


def test_eigenvectors_of_a_real_matrix_keep_their_length():
    """The sum of |v|² is constant, so its gradient is 0."""
    g = grad(lambda a: np.sum(squared(np.linalg.eig(a)[1])))(E(3).value)
    np.testing.assert_allclose(g, 0, atol=1e-12)


# Equal eigenvalues and singular values

Q4 = orthogonal(4)
DEGENERATE = {
    "identity": np.eye(4),
    "diagonal": np.diag([1.0, 1, 2, 3]),
    "rotated": Q4 @ np.diag([1.0, 1, 2, 3]) @ Q4.T,
    "pairs": np.diag([2.0, 2, 3, 3]),
    "stack": np.stack([np.eye(4), np.diag([1.0, 2, 3, 4]), np.diag([1.0, 1, 1, 3])]),
}
degenerate = pytest.mark.parametrize("a", DEGENERATE.values(), ids=DEGENERATE)


def rebuilt(a, function, weight=W):
    values, vectors = np.linalg.eigh(hermitian(a))
    return np.sum(weight * ((vectors * function(values)[..., None, :]) @ np.matrix_transpose(vectors)))


def product_of_svd(a):
    U, s, Vh = np.linalg.svd(a)
    return np.sum(W * ((U * s[..., None, :]) @ Vh))


@degenerate
@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.sum(np.linalg.eigvalsh(hermitian(a))),
        lambda a: np.sum(np.linalg.eigvalsh(hermitian(a)) ** 3),
        lambda a: np.sum(np.linalg.svdvals(a)),
        lambda a: np.sum(np.linalg.norm(a, "nuc", axis=(-2, -1))),
        lambda a: np.sum(np.real(np.linalg.eigvals(a))),
        lambda a: rebuilt(a, lambda v: v),
        lambda a: rebuilt(a, lambda v: v, 1),
        lambda a: rebuilt(a, np.sqrt),
        product_of_svd,
    ],
    ids=["sum", "cubes", "singular", "nuclear", "eigvals", "rebuilt", "rebuilt-ones", "sqrtm", "svd"],
)
def test_results_that_do_not_depend_on_the_basis(f, a):
    check(f, a, order=1)


def test_rebuilding_the_identity_gives_the_weight():
    np.testing.assert_allclose(grad(lambda a: rebuilt(a, lambda v: v))(np.eye(4)), (W + W.T) / 2, atol=1e-14)


def test_projection_on_a_space_of_equal_eigenvalues():
    def f(a):
        _, vectors = np.linalg.eigh(hermitian(a))
        return np.sum(W * (vectors[:, :2] @ vectors[:, :2].T))

    check(f, DEGENERATE["rotated"], order=1)


@pytest.mark.parametrize(
    ("f", "a", "words"),
    [
        (
            lambda a: np.sum(np.linalg.eigh(a)[1] * W),
            np.diag([1.0, 1, 2, 3]),
            "arbitrary choice of vectors of the equal eigenvalues 1",
        ),
        (
            lambda a: np.real(np.linalg.eig(a)[1][0, 1]),
            np.diag([1.0, 1, 2, 3]),
            "arbitrary choice of vectors of the equal eigenvalues 1",
        ),
        (
            lambda a: np.sum(np.linalg.svd(a)[0] * W),
            np.diag([3.0, 2, 2, 1]),
            "arbitrary choice of vectors of the equal singular values 2",
        ),
        (lambda a: rebuilt(a, np.log), np.eye(4), "the eigenvalues 1 are equal, and the gradient does not show"),
        (
            lambda a: np.sum(np.linalg.svd(a)[0] * W),
            of_values(4, 2, [2, 1]),
            "choice of the vectors of U that full_matrices=True adds",
        ),
        (
            lambda a: np.sum(np.linalg.svd(a)[2] * W),
            of_values(2, 4, [2, 1]),
            "choice of the vectors of Vᴴ that full_matrices=True adds",
        ),
        (
            lambda a: np.sum(np.linalg.qr(a, "complete")[0] * W),
            of_values(4, 2, [2, 1]),
            "choice of the columns of Q beyond those of a",
        ),
        (lambda a: np.sum(np.real(np.linalg.eigh(a)[1])), H(3, complex).value, "arbitrary phases of the complex vectors"),
        (lambda a: np.sum(np.real(np.linalg.svd(a)[0])), G(3, dtype=complex).value, "arbitrary phases of the complex vectors"),
        (
            lambda a: np.sum(np.real(np.linalg.eig(a)[1])),
            G(3, dtype=complex).value,
            "arbitrary phases of the complex eigenvectors",
        ),
    ],
)
def test_results_that_depend_on_the_basis_warn(f, a, words):
    with pytest.warns(GaugeWarning, match=words):
        grad(f)(a)
    with pytest.warns(GaugeWarning, match="may be wrong"):  # forward mode and second derivatives: recorded passes alone
        jvp(f, (a,), (np.ones_like(a),))
    with pytest.warns(GaugeWarning, match="may be wrong"):
        hvp(f)(a, np.ones_like(a))


def test_forward_mode_through_vectors_of_equal_eigenvalues_warns():
    with pytest.warns(GaugeWarning, match="forward mode"):
        jvp(lambda a: rebuilt(a, np.sqrt), (np.eye(4),), (W,))


# Which triangle


@pytest.mark.parametrize(("UPLO", "zero"), [("L", np.triu), ("U", np.tril), ("l", np.triu), ("u", np.tril)])
def test_eigh_sends_its_gradient_to_the_triangle_it_reads(UPLO, zero):
    a = H(3).value
    g = grad(lambda a: np.sum(np.linalg.eigvalsh(a, UPLO=UPLO) ** 2))(a)
    assert np.all(zero(g, 1 if zero is np.triu else -1) == 0)
    # Σ λ² = Σ a² over the whole matrix, and each element of the triangle stands for two
    np.testing.assert_allclose(g + g.T - np.diag(np.diag(g)), 4 * a - 2 * np.diag(np.diag(a)), atol=1e-12)


# Singular matrices


@pytest.mark.parametrize(
    ("a", "cofactors"),
    [
        ([[1.0, 2], [2, 4]], [[4, -2], [-2, 1]]),
        ([[0.0, 0], [0, 0]], [[0, 0], [0, 0]]),
        ([[2.0, 0, 0], [0, 3, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0], [0, 0, 6]]),
        ([[1.0, 1, 1], [1, 1, 1], [1, 1, 1]], np.zeros((3, 3))),
    ],
)
def test_derivative_of_det_is_the_cofactors(a, cofactors):
    np.testing.assert_allclose(grad(np.linalg.det)(np.array(a)), cofactors, atol=1e-14)


@pytest.mark.parametrize(
    "a", [np.zeros((2, 2)), np.eye(3), np.diag([1.0, 2, 0]), of_values(3, 3, [2, 1, 0]), of_values(3, 3, [1, 1, 0])]
)
def test_second_derivative_of_det(a):
    check(np.linalg.det, a)


def test_slogdet():
    a = G(3).value
    out, pullback = vjp(np.linalg.slogdet, a)
    assert type(out) is type(np.linalg.slogdet(a))
    np.testing.assert_allclose(pullback(type(out)(0.0, 1.0))[0], np.linalg.inv(a).T)
    tiny = 1e-200 * np.eye(3)  # its determinant is 0 in floating point; the logarithm and its derivative are not
    np.testing.assert_allclose(grad(lambda a: np.linalg.slogdet(a)[1])(tiny), 1e200 * np.eye(3))


def test_slogdet_of_a_singular_matrix_is_infinite_but_for_a_zero():
    a = np.diag([1.0, 0])
    with np.errstate(divide="ignore"):
        assert grad(lambda a: np.linalg.slogdet(a)[1])(a)[1, 1] == np.inf
        np.testing.assert_array_equal(grad(lambda a: np.where(np.False_, np.linalg.slogdet(a)[1], 1.0))(a), np.zeros((2, 2)))


# Norms


@pytest.mark.parametrize(
    ("shape", "ord"),
    [*(((3,), p) for p in (None, 2, 1, np.inf, 3, 1.5, 0.5, 0)), *(((2, 3), p) for p in (None, "fro", "nuc", 2, 1, np.inf, -2))],
)
def test_gradient_of_a_norm_at_zero_is_zero(shape, ord):
    np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, ord))(np.zeros(shape)), np.zeros(shape))


@pytest.mark.parametrize("ord", [None, 2, 1, np.inf, 3, 1.5])
def test_each_row_has_its_own_zero(ord):
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    g = grad(lambda x: np.sum(np.linalg.norm(x, ord, axis=1)))(x)
    np.testing.assert_allclose(g[0], grad(lambda x: np.linalg.norm(x, ord))(x[0]))
    np.testing.assert_array_equal(g[1], 0)


def test_norms_share_ties():
    np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, np.inf))(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0])
    np.testing.assert_allclose(grad(lambda x: np.linalg.norm(x, 2))(np.eye(2)), np.eye(2) / 2)


def test_what_where_did_not_take_of_a_norm_is_zero():
    x = np.zeros(3)
    np.testing.assert_array_equal(grad(lambda x: np.where(np.True_, 1.0, np.linalg.norm(x)))(x), x)
    np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x) ** 2)(x), x)


# Several outputs


def test_lstsq_gives_what_numpy_gives():
    a, b = G(4, 2).value, np.arange(4.0)
    x, residuals, rank, s = np.linalg.lstsq(Tensor(a, requires_grad=True), b)
    for ours, theirs in zip((x.numpy(), residuals.numpy(), rank, s.numpy()), np.linalg.lstsq(a, b), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not isinstance(rank, Tensor)


@pytest.mark.parametrize("used", [(0,), (1,), (2,), (0, 2), (0, 1, 2)])
def test_outputs_that_are_not_used(used):
    check(lambda a: sum(np.sum(np.linalg.svd(a, full_matrices=False)[k] * W[k, 0]) ** 3 for k in used), G(3, 2).value)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.linalg.eigh(x),
        lambda x: np.linalg.eig(x),
        lambda x: np.linalg.svd(x),
        lambda x: np.linalg.svd(x[:, :2]),
        lambda x: np.linalg.qr(x),
        lambda x: np.linalg.qr(x[:, :2]),
        lambda x: np.linalg.slogdet(x),
        lambda x: np.linalg.lstsq(x[:, :2], x[:, 2]),
    ],
)
def test_rules_of_several_outputs_are_plain_numpy(call):
    out = call(Tensor(H(3).value, requires_grad=True))
    order, *_ = collect([out[0]._node])
    (node,) = [node for node in order if node.pattern.entry.outputs]
    g = tuple([np.full(one.shape, 0.5) if isinstance(one, Tensor) else None for one in out])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GaugeWarning)
        for pull in node.pattern.pulls:
            expected = pull(g, node.saved)
            np.testing.assert_allclose(bare(pull(duck(g), duck(node.saved))), expected, rtol=1e-12, atol=1e-12)


def test_results_are_named_tuples():
    x = Tensor(H(3).value, requires_grad=True)
    assert np.linalg.eigh(x).eigenvalues.requires_grad
    assert np.linalg.svd(x).Vh.requires_grad
    assert np.linalg.svd(x, hermitian=True).Vh.requires_grad
    assert np.linalg.qr(x[:2]).R.shape == (2, 3)


# The rest


@pytest.mark.parametrize("mode", ["raw", "economic"])
def test_qr_modes_without_a_derivative(mode):
    with pytest.raises(TypeError, match=rf"linalg.qr: there is no derivative with mode='{mode}'"):
        np.linalg.qr(Tensor(np.eye(2), requires_grad=True), mode=mode)


def test_matrix_rank_is_a_plain_number():
    assert np.linalg.matrix_rank(Tensor(np.eye(3), requires_grad=True)) == 3


def test_pinv_of_fixed_rank():
    """A matrix of rank 1: along the matrices of rank 1 the derivative is the right one."""
    check(
        lambda u, v: np.sum(WC[:3, :2].real.T[:2] * np.linalg.pinv(np.outer(u, v), rcond=1e-8)),
        np.array([1.0, 2, -1]),
        np.array([0.5, 2]),
    )


@pytest.mark.parametrize("f", [np.linalg.eigvalsh, np.linalg.svdvals, lambda a: np.real(np.linalg.eigvals(a))])
def test_second_derivatives_at_equal_values_warn(f):
    square = lambda a: np.sum(f((a + a.T) / 2) ** 2)
    np.testing.assert_allclose(grad(square)(np.eye(2)), 2 * np.eye(2), atol=1e-14)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        jvp(grad(square), (np.eye(2),), (np.ones((2, 2)),))
    messages = [str(one.message) for one in caught if one.category is GaugeWarning]
    assert any("values 1 are equal, where derivatives beyond the first, and forward mode, are not known" in m for m in messages)


def test_one_triangle_has_the_gradient_that_others_spread_over_both():
    """PyTorch 2.13's gradients of these, which are symmetric: (g + gᵀ) / 2 of ours."""
    a = np.array([[4.0, 1.0, -2.0], [1.0, 3.0, 0.5], [-2.0, 0.5, 5.0]])
    w = np.array([[1.0, 0, 0], [2.0, -1, 0], [0.5, 3, 1.5]])
    of_cholesky = [
        [0.059295558113, 1.02536376294, 0.131272997695],
        [1.02536376294, -0.578425761067, 0.761514645346],
        [0.131272997695, 0.761514645346, 0.393303318064],
    ]
    of_eigenvalues = [
        [1.193656436343, -0.965756152771, -1.546620174321],
        [-0.965756152771, -0.844429098041, -1.115265799997],
        [-1.546620174321, -1.115265799997, 1.650772661698],
    ]
    for f, expected, triangle in (
        (lambda a: np.sum(np.linalg.cholesky(a) * w), of_cholesky, np.tril),
        (lambda a: np.sum(np.linalg.cholesky(a, upper=True) * w.T), of_cholesky, np.triu),
        (lambda a: np.linalg.eigvalsh(a) @ np.array([1.0, -2, 3]), of_eigenvalues, np.tril),
        (lambda a: np.linalg.eigvalsh(a, "U") @ np.array([1.0, -2, 3]), of_eigenvalues, np.triu),
    ):
        g = grad(f)(a)
        assert np.array_equal(g, triangle(g))
        np.testing.assert_allclose((g + g.T) / 2, expected, atol=1e-11)


# Matrices that are not finite

DECOMPOSITIONS = {
    "svd": lambda a: np.linalg.svd(a),
    "svd, thin": lambda a: np.linalg.svd(a, full_matrices=False)[1],
    "svd, hermitian": lambda a: np.linalg.svd(a, hermitian=True)[1],
    "svdvals": np.linalg.svdvals,
    "eigh": np.linalg.eigh,
    "eigvalsh": np.linalg.eigvalsh,
    "eig": np.linalg.eig,
    "eigvals": np.linalg.eigvals,
    "qr": np.linalg.qr,
    "cholesky": np.linalg.cholesky,
    "inv": np.linalg.inv,
    "pinv": np.linalg.pinv,
    "lstsq": lambda a: np.linalg.lstsq(a, np.ones(3))[0],
    "solve": lambda a: np.linalg.solve(a, np.ones(3)),
    "det": np.linalg.det,
    "slogdet": np.linalg.slogdet,
    "cond": np.linalg.cond,
    "cond, -2": lambda a: np.linalg.cond(a, -2),
    "cond, 1": lambda a: np.linalg.cond(a, 1),
    "norm": np.linalg.norm,
    "nuclear norm": lambda a: np.linalg.norm(a, "nuc"),
    "2-norm": lambda a: np.linalg.norm(a, 2),
    "least 2-norm": lambda a: np.linalg.norm(a, -2),
}
ENDLESS = {"svd", "svd, thin", "pinv", "lstsq"}  # NumPy itself never returns from an infinity


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("name", DECOMPOSITIONS)
def test_a_matrix_that_is_not_finite(name, bad):
    """NumPy's value or error, and a backward pass that comes to an end: with NaN, or with inv's right 0 of 1 / ∞."""
    f, a = DECOMPOSITIONS[name], np.diag([1.0, 2, 3]) + 0.1
    a[0, 0] = bad
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", GaugeWarning)
        try:
            value = None if name in ENDLESS and bad == np.inf else f(a)
        except np.linalg.LinAlgError:
            value = None
        if value is None:
            with pytest.raises(np.linalg.LinAlgError, match=r"converge|infs or NaNs"):
                f(Tensor(a, requires_grad=True))
            return
        x = Tensor(a, requires_grad=True)
        outs = f(x)
        pairs = zip(outs, value, strict=True) if isinstance(value, tuple) else [(outs, value)]
        total = 0
        for out, expected in pairs:
            np.testing.assert_array_equal(out.numpy(), expected)
            total = total + np.sum(out)
        total.backward()
    assert np.isnan(x.grad).any() or name == "inv"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize(
    "f",
    [
        np.linalg.svdvals,
        np.linalg.eigvalsh,
        np.linalg.det,
        np.linalg.inv,
        lambda a: np.linalg.norm(a, "nuc", (1, 2)),
        np.linalg.cond,
    ],
)
def test_a_bad_matrix_of_a_stack_is_its_own_affair(f, bad):
    """Masked away it gets 0; in the result it gets NaN; the others get what they get alone."""
    good = np.random.default_rng(0).normal(size=(3, 2, 2)) + 2 * np.eye(2)
    stack = good.copy()
    stack[1, 0, 0] = bad
    try:
        with np.errstate(all="ignore"):
            f(stack)
    except np.linalg.LinAlgError:
        with pytest.raises(np.linalg.LinAlgError):
            f(Tensor(stack, requires_grad=True))
        return
    ok = np.array([True, False, True])
    wide = lambda out: ok.reshape(3, *(1,) * (out.ndim - 1))
    expected = grad(lambda a: np.sum(f(a)))(good)
    with np.errstate(all="ignore"):
        masked = grad(lambda a: np.sum(np.where(wide(f(a)), f(a), 0)))(stack)
        whole = grad(lambda a: np.sum(f(a)))(stack)
    np.testing.assert_allclose(masked[ok], expected[ok], rtol=1e-12)
    assert np.array_equal(masked[1], np.zeros((2, 2)))
    np.testing.assert_allclose(whole[ok], expected[ok], rtol=1e-12)
    assert np.isnan(whole[1]).any() or (f is np.linalg.inv and bad == np.inf)
