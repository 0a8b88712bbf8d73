"""Convolution, pooling, normalisation and loops over time: the arrays are larger, and lie in memory in another order."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture
from nn import functional, optim
from tests.capture.common import Twins, replays
from tests.capture.test_buffers import Peaks

r = np.random.default_rng(0)


def images(pool=nn.MaxPool2d, normalised=False, padding=2, activation=nn.ReLU, dtype=float):
    more = {"dtype": dtype}
    norm = [nn.BatchNorm2d(4, **more)] if normalised else []
    return nn.Sequential(
        nn.Conv2d(2, 4, 5, padding=padding, bias=not normalised, **more), *norm, activation(), pool(2),
        nn.Conv2d(4, 6, 3, stride=2, **more), activation(), nn.Flatten(), nn.Linear(24 if padding else 6, 5, **more),
    )  # fmt: skip


class Recurrent(nn.Module):
    """Gates as in an LSTM: parts of one product."""

    def __init__(self, n=6, dtype=float):
        self.x, self.h, self.out = (
            nn.Linear(3, 4 * n, dtype=dtype),
            nn.Linear(n, 4 * n, bias=False, dtype=dtype),
            nn.Linear(n, 5, dtype=dtype),
        )
        self.n = n

    def forward(self, sequence):
        n = self.n
        h = c = np.zeros((sequence.shape[1], n), sequence.dtype)
        for x in sequence:
            z = self.x(x) + self.h(h)
            c = Tensor.sigmoid(z[:, :n]) * c + Tensor.sigmoid(z[:, n : 2 * n]) * np.tanh(z[:, 2 * n : 3 * n])
            h = Tensor.sigmoid(z[:, 3 * n :]) * np.tanh(c)
        return self.out(h)


class Attention(nn.Module):
    """One block of self-attention, with two heads."""

    def __init__(self, n=8, dtype=float):
        self.norm, self.all = nn.LayerNorm(n, dtype=dtype), nn.Linear(n, 3 * n, dtype=dtype)
        self.out = nn.Linear(n, 5, dtype=dtype)

    def forward(self, x):
        b, t, n = x.shape
        heads = [
            np.transpose(np.reshape(one, (b, t, 2, n // 2)), (0, 2, 1, 3)) for one in np.split(self.all(self.norm(x)), 3, axis=-1)
        ]
        scores = functional.softmax(heads[0] @ np.swapaxes(heads[1], -1, -2) / 2, -1)
        return self.out(np.mean(np.reshape(np.transpose(scores @ heads[2], (0, 2, 1, 3)), (b, t, n)) + x, axis=1))


NETS = {
    "max pooling": (images, (2, 12, 12)),
    "mean pooling, tanh": (lambda **more: images(nn.AvgPool2d, activation=nn.Tanh, **more), (2, 12, 12)),
    "batch norm": (lambda **more: images(normalised=True, **more), (2, 12, 12)),
    "no padding": (lambda **more: images(padding=0, **more), (2, 12, 12)),
    "over time": (Recurrent, None),
    "attention": (Attention, (7, 8)),
}


def training(make, optimizer, dtype):
    def made():
        model = make(dtype=dtype)
        for i, p in enumerate(model.parameters()):
            p.data = (np.random.default_rng(i).normal(size=p.shape) / 3).astype(dtype)
        trained = optimizer(model.parameters())

        def step(x, classes):
            trained.zero_grad()
            loss = functional.cross_entropy(model(x), classes)
            loss.backward()
            trained.step()
            return loss.detach()

        return step, dict([*model.named_parameters(), *model.named_buffers()])

    return made


def batch(shape, n, dtype):
    x = r.normal(size=(4, n, 3) if shape is None else (n, *shape)).astype(dtype)
    return x, r.integers(0, 5, n)


@pytest.mark.parametrize("passes", [None, ()], ids=["all passes", "no passes"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("make", "shape"), NETS.values(), ids=NETS)
def test_training(make, shape, dtype, passes):
    both = Twins(
        training(make, lambda p: optim.SGD(p, lr=0.1, momentum=0.9), dtype), **({} if passes is None else {"passes": passes})
    )
    for n in (3, 3, 8, 3, 8, 8):
        both(*batch(shape, n, dtype))
    replays(both.captured, *batch(shape, 8, dtype))
    replays(both.captured, *batch(shape, 3, dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("make", "shape"), NETS.values(), ids=NETS)
def test_memory(make, shape, dtype):
    """A replay takes what it holds, and next to nothing beside it; together, hardly more than a step takes."""
    step, _ = training(make, lambda p: optim.SGD(p, lr=0.1), dtype)()
    peaks = Peaks(step, *batch(shape, 64, dtype))
    assert peaks.replay < peaks.eager / 2
    assert peaks.held + peaks.replay < 1.4 * peaks.eager


def test_an_element_of_a_gradient_that_is_nothing_but_rounding():
    """A channel that no image lights up has a gradient of 0, or nearly, of which Adam makes a whole step in any direction."""

    def make():
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
        for i, p in enumerate(model.parameters()):
            p.data = np.random.default_rng(i).normal(size=p.shape)
        optimizer = optim.Adam(model.parameters(), lr=0.1)

        def step(x):
            optimizer.zero_grad()
            loss = np.mean(model(x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return step

    fast = capture(make(), strict=True)
    for i in range(6):
        fast(np.random.default_rng(i).normal(size=(64, 3)))
