"""Arrays on a device: on a stand-in as strict as CuPy's arrays, nothing is converted and nothing waited for."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, cross_entropy, grad, hvp, value_and_grad
from autograd_core.errors import CaptureError, UnsupportedError
from tests.arrays import strict_device
from tests.arrays.strict_device import place

RNG = np.random.default_rng(5)
IMAGES, CLASSES = RNG.normal(size=(6, 1, 8, 8)), np.arange(6) % 3


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.Tanh(), nn.Linear(8, 3))


def convolutions():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3), nn.Tanh(), nn.Flatten(),
        nn.Linear(20, 3),
    )  # fmt: skip


def trained(make, optimizer, place, wrapped=lambda x: x):
    nn.manual_seed(0)
    model = make()
    for p in (*model.parameters(), *model.buffers()):
        p.data = wrapped(place(p.data))
    x, t = wrapped(place(IMAGES)), wrapped(place(CLASSES))
    optimizer, loss = optimizer(model.parameters()), nn.CrossEntropyLoss()
    strict_device.counts.clear()
    for _ in range(3):
        optimizer.zero_grad()
        last = loss(model(x), t)
        last.backward()
        optimizer.step()
    return [*model.parameters(), *model.buffers()], last


OPTIMIZERS = {
    "SGD": lambda p: nn.optim.SGD(p, lr=0.1),
    "momentum": lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: nn.optim.Adam(p, lr=0.01),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("make", [mlp, convolutions])
def test_training_converts_nothing_and_waits_for_nothing(make, name):
    found, loss = trained(make, OPTIMIZERS[name], place)
    assert not strict_device.counts["conversions"]
    assert not strict_device.counts["waits"]
    right, expected = trained(make, OPTIMIZERS[name], np.array)
    assert type(loss.data) is strict_device.ndarray
    np.testing.assert_allclose(loss.item(), expected.item(), rtol=1e-10)
    for a, b in zip(found, right, strict=True):
        if make is mlp or a.name != "0.bias":  # before batch norm its gradient is rounding, which Adam makes a step of
            np.testing.assert_allclose(a.data.get(), b.data, rtol=1e-6, atol=1e-8)
        assert a.grad is None or type(a.grad) is strict_device.ndarray


def test_functions_of_functions():
    w, v, f = RNG.normal(size=4), RNG.normal(size=4), lambda w: np.sum(np.tanh(w) ** 2) + np.linalg.norm(w) ** 3
    with strict_device.watched():
        value, gradient = value_and_grad(f)(place(w))
        product = hvp(f)(place(w), place(v))
    np.testing.assert_allclose(value.get(), f(w))
    np.testing.assert_allclose(gradient.get(), grad(f)(w), rtol=1e-12)
    np.testing.assert_allclose(product.get(), hvp(f)(w, v), rtol=1e-12)


def test_views_share_memory_as_numpys_do():
    t = Tensor(place(np.zeros((2, 3))))
    row = t[0]
    row[...] = 7
    assert t.data.get().tolist() == [[7, 7, 7], [0, 0, 0]]


def test_bad_input():
    t = Tensor(place(np.ones((2, 3))), requires_grad=True)
    mixed = "an array of NumPy's cannot stand beside one of strict_device; convert it first, with strict_device.asarray"
    for use in (
        lambda: t * np.ones(3),
        lambda: np.where(np.ones((2, 3), bool), t, 0),
        lambda: np.average(t, weights=np.ones((2, 3))),
    ):
        with pytest.raises(UnsupportedError, match=mixed):
            use()
    with pytest.raises(UnsupportedError, match=r"spacing: there is no such function for arrays of strict_device"):
        np.spacing(t)
    with pytest.raises(CaptureError, match=r"the step has a ndarray of another library.*run it without capture"):
        capture(strict=True)(lambda x: x * 2)(place(np.ones(3)))
    # A class number out of range would have to be waited for: the loss and the gradients of that row are NaN
    loss = cross_entropy(t, place(np.array([0, 3])))
    loss.backward()
    assert np.isnan(loss.item())
    assert np.isnan(t.grad.get()).tolist() == [[False] * 3, [True] * 3]


def test_two_libraries_in_one_call():
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    t = Tensor(place(np.ones(3)), requires_grad=True)
    with pytest.raises(
        UnsupportedError, match=r"multiply: arrays of two libraries, (Dask and strict_device|strict_device and Dask)"
    ):
        t * Tensor(da.ones(3))
