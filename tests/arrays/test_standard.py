"""Arrays of PyTorch, JAX and array-api-strict as values, through `wrap`."""

import importlib

import numpy as np
import pytest

from autograd_core import Tensor, grad, hvp
from autograd_core.arrays import unwrap, wrap
from autograd_core.errors import UnsupportedError
from tests.arrays.test_device import OPTIMIZERS, mlp, trained

LIBRARIES = {"torch": "torch", "jax": "jax.numpy", "array_api_strict": "array_api_strict"}


@pytest.fixture(params=LIBRARIES)
def asarray(request):
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    if request.param == "jax":
        jax = importlib.import_module("jax")
        jax.config.update("jax_enable_x64", True)
    return importlib.import_module(LIBRARIES[request.param]).asarray


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_training(asarray, name):
    found, loss = trained(mlp, OPTIMIZERS[name], asarray, wrap)
    right, expected = trained(mlp, OPTIMIZERS[name], np.array)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-10)
    for a, b in zip(found, right, strict=True):
        assert type(unwrap(a.data)) is type(asarray(np.ones(2)))
        np.testing.assert_allclose(np.asarray(unwrap(a.data)), b.data, rtol=1e-8, atol=1e-11)


@pytest.mark.heavy
def test_gradients_are_of_its_kind(asarray):
    x, v = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]]), np.ones((2, 3))
    functions = [
        lambda t: np.sum(np.tanh(t) @ np.transpose(t)),
        lambda t: np.mean(np.exp(t.reshape(3, 2)) / (1 + t[0, 0] ** 2)),
        lambda t: np.sum(np.where(t > 0, np.log1p(np.abs(t)), t) * np.max(t, axis=1, keepdims=True)),
        lambda t: np.sum(np.concatenate([t, t**2])[1:]) + np.var(t) + np.vdot(t, np.flip(t, axis=0)),
    ]
    for f in functions:
        found = grad(f)(wrap(asarray(x)))
        assert type(unwrap(found)) is type(asarray(x))
        np.testing.assert_allclose(np.asarray(unwrap(found)), grad(f)(x), rtol=1e-12, atol=1e-14)
    f = functions[0]
    product = unwrap(hvp(f)(wrap(asarray(x)), wrap(asarray(v))))
    np.testing.assert_allclose(np.asarray(product), hvp(f)(x, v), rtol=1e-12)


def test_wrap_refuses_what_is_no_array():
    assert wrap(x := np.ones(2)) is x
    with pytest.raises(TypeError, match=r"wrap: expected an array of PyTorch, JAX or another library .*, got list"):
        wrap([1.0])


def test_bad_input():
    strict = pytest.importorskip("array_api_strict", reason="array_api_strict is not installed")
    t = Tensor(wrap(strict.asarray(np.ones(3))), requires_grad=True)
    with pytest.raises(UnsupportedError, match="multiply: an array of NumPy's cannot stand beside one of array_api_strict"):
        t * np.ones(3)
    with pytest.raises(UnsupportedError, match="no such function for arrays of array_api_strict"):
        np.interp(t, t, t)
    assert (t * 2).tolist() == [2.0, 2.0, 2.0]
