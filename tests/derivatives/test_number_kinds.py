"""Activations, softmax and losses of complex numbers, and of integers and bools of every size."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, grad, vjp
from autograd_core.errors import DTypeError

mp = pytest.importorskip("mpmath")

Z = np.array([1 + 2j, -0.5 + 0.3j, -3 - 1j, 40 + 1j, -40 + 1j, 800 - 2j, 0.2j])
logistic = lambda z: 1 / (1 + mp.exp(-z))


@pytest.mark.parametrize(
    ("f", "double"),
    [
        (ac.softplus, lambda z: mp.log(1 + mp.exp(z))),
        (ac.sigmoid, logistic),
        (ac.silu, lambda z: z * logistic(z)),
        (np.tanh, mp.tanh),
    ],
)
def test_what_continues_to_complex_numbers(f, double):
    """Value and complex derivative (the pullback of 1), by mpmath with 900 digits."""
    with mp.workdps(900):
        exact = [mp.mpc(z.real, z.imag) for z in Z]
        values = [complex(double(z)) for z in exact]
        slopes = [complex(mp.diff(double, z)) for z in exact]
    np.testing.assert_allclose(f(Z), values, rtol=1e-14)
    np.testing.assert_allclose(vjp(f, Z)[1](np.ones(len(Z), complex))[0], slopes, rtol=2e-13)
    assert f(Z.astype(np.complex64)).dtype == np.complex64


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_softmax_of_complex_numbers(name):
    """By numpy: eᶻ / Σ eᶻ, z - ln Σ eᶻ and ln Σ eᶻ; and by differences along the real axis."""
    z = np.array([1 + 2j, 0.3 - 1j, -0.5 + 0.2j])
    e = np.exp(z)
    right = {"softmax": e / e.sum(), "log_softmax": z - np.log(e.sum()), "logsumexp": np.log(e.sum())}[name]
    f = getattr(ac, name)
    np.testing.assert_allclose(f(z), right, rtol=1e-14)
    out, pullback = vjp(f, z)
    g, t = np.array([1 - 1j, 0.5, 2j])[: np.size(out)].reshape(np.shape(out)), np.array([0.3, -1, 0.5j])
    numeric = (f(z + 1e-6 * t) - f(z - 1e-6 * t)) / 2e-6
    np.testing.assert_allclose(np.sum(pullback(g)[0] * t), np.sum(g * numeric), rtol=1e-8)


def ones(dtype):
    return np.ones((2, 3), dtype)


LABELS = np.array([0, 2])
REAL_ONLY = {
    "relu": lambda z: ac.relu(z),
    "leaky_relu": lambda z: ac.leaky_relu(z),
    "elu": lambda z: ac.elu(z),
    "gelu": lambda z: ac.gelu(z, "tanh"),
    "normal_cdf": lambda z: ac.normal_cdf(z),
    "mse_loss": lambda z: ac.mse_loss(z, ones(float)),
    "binary_cross_entropy": lambda z: ac.binary_cross_entropy(z, ones(float)),
    "binary_cross_entropy_with_logits": lambda z: ac.binary_cross_entropy_with_logits(z, ones(float)),
    "cross_entropy": lambda z: ac.cross_entropy(z, LABELS),
    "nll_loss": lambda z: ac.nll_loss(z, LABELS),
}


@pytest.mark.parametrize("dtype", [complex, np.complex64])
@pytest.mark.parametrize("name", REAL_ONLY)
def test_what_does_not_is_refused(name, dtype):
    for z in (ones(dtype), Tensor(ones(dtype), requires_grad=True)):
        with pytest.raises(DTypeError, match=f"^{name}: .* must be real, got .*complex.*; write "):
            REAL_ONLY[name](z)


SMALL = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16"]
OF_INTEGERS = {
    "sigmoid": ac.sigmoid,
    "softplus": ac.softplus,
    "relu": ac.relu,
    "leaky_relu": ac.leaky_relu,
    "elu": ac.elu,
    "silu": ac.silu,
    "gelu": ac.gelu,
    "gelu tanh": lambda x: ac.gelu(x, "tanh"),
    "normal_cdf": ac.normal_cdf,
    "softmax": ac.softmax,
    "softmax axis": lambda x: ac.softmax(x, 0),
    "log_softmax": ac.log_softmax,
    "logsumexp": ac.logsumexp,
    "mse_loss": lambda x: ac.mse_loss(x, x[::-1]),
    "mse_loss none": lambda x: ac.mse_loss(x, x[::-1], "none"),
    "with logits": lambda x: ac.binary_cross_entropy_with_logits(x, (x > 0).astype(x.dtype)),
    "logits of integers alone": lambda x: ac.binary_cross_entropy_with_logits(np.asarray(x, float), (x > 0).astype(x.dtype)),
    "binary_cross_entropy": lambda x: ac.binary_cross_entropy((x > 0).astype(x.dtype), (x[::-1] > 0).astype(x.dtype)),
    "targets of integers alone": lambda x: ac.binary_cross_entropy(np.full(x.shape, 0.25), (x > 0).astype(x.dtype)),
    "cross_entropy": lambda x: ac.cross_entropy(x, np.array([0, 1], np.uint8)),
    "cross_entropy of one-hot": lambda x: ac.cross_entropy(
        np.asarray(x, float), np.eye(2, 3).astype(x.dtype), label_smoothing=0.1
    ),
    "nll_loss": lambda x: ac.nll_loss(x, np.array([0, 1], np.int8)),
}


@pytest.mark.parametrize("dtype", SMALL[:-1])
@pytest.mark.parametrize("name", OF_INTEGERS)
def test_integers_are_taken_as_float64(name, dtype):
    """By the same of float64."""
    x = np.array([[100, 0, 3], [0, 120, 1]]).astype(dtype)
    if dtype in ("int8", "int16", "int32", "int64"):
        x[0] = [-128, -100, 5]
    found, right = OF_INTEGERS[name](x), OF_INTEGERS[name](x.astype(float))
    np.testing.assert_allclose(found, right, rtol=1e-14)
    assert name == "relu" or found.dtype == np.float64


def test_small_integers_of_the_issue():
    np.testing.assert_allclose(ac.softmax(np.array([100, 200], np.uint8)), [np.exp(-100.0), 1], rtol=1e-14)


@pytest.mark.parametrize("dtype", SMALL)
def test_integer_targets_have_right_gradients(dtype):
    """A target of small integers beside predictions that are recorded: 0 - 1 must not wrap around to 255."""
    target = np.array([0, 1]).astype(dtype)
    p = np.array([0.25, 0.25])
    np.testing.assert_allclose(
        grad(lambda p: ac.binary_cross_entropy(p, target, "sum"))(p), [4 / 3, -4], rtol=1e-3 * (dtype == "float16") + 1e-14
    )
    found = grad(lambda x: ac.binary_cross_entropy_with_logits(x, target, "sum"))(np.array([0.0, 0.0]))
    np.testing.assert_allclose(found, [0.5, -0.5], rtol=1e-14)
    np.testing.assert_allclose(grad(lambda p: ac.mse_loss(p, target, "sum"))(p), [0.5, -1.5], rtol=1e-14)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(ac.relu(x)), lambda x: np.sum(np.sqrt(ac.relu(x * np.ones(3))))])
def test_an_infinite_slope_is_not_sent_through_relu(f):
    """√(max(x, 0)) is constant left of 0: its derivative there is 0, to every order."""
    with np.errstate(divide="ignore"):
        assert grad(f)(-1.0) == 0
        assert grad(grad(f))(-1.0) == 0
