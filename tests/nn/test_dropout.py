"""Dropout beyond parity: what is dropped, and what stays as it was on average."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import ShapeError
from nn import functional

CHANNELS = {
    nn.Dropout1d: [(200, 50, 3), (9000, 3)],
    nn.Dropout2d: [(200, 50, 3, 2)],
    nn.Dropout3d: [(200, 50, 2, 3, 2), (9000, 2, 3, 2)],
}


@pytest.mark.parametrize(("kind", "shape"), [(kind, shape) for kind, shapes in CHANNELS.items() for shape in shapes])
def test_whole_channels_are_dropped(kind, shape):
    x = Tensor(np.ones(shape), requires_grad=True)
    out = kind(0.3, generator=0)(x)
    spatial = int(kind.__name__[-2])
    channels = out.numpy().reshape(*shape[:-spatial], -1)
    np.testing.assert_array_equal(channels.min(axis=-1), channels.max(axis=-1))
    assert set(np.unique(channels)) == {0, 1 / 0.7}
    assert (channels[..., 0] == 0).mean() == pytest.approx(0.3, abs=0.02)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, out.numpy())


@pytest.mark.parametrize("kind", [nn.AlphaDropout, nn.FeatureAlphaDropout])
def test_mean_and_variance_stay(kind):
    x = np.random.default_rng(0).normal(size=(600, 400, 2))
    out = kind(0.4, generator=0)(x)
    assert out.mean() == pytest.approx(0, abs=0.01)
    assert out.var() == pytest.approx(1, abs=0.02)
    lowest, counts = np.unique(out, return_counts=True)
    dropped = lowest[counts.argmax()]
    # By the formulas of the paper: a = 1 / √((1 - p)(1 + p α'²)), and a dropped element is -a α' (1 - p)
    bound = 1.0507009873554805 * 1.6732632423543772
    assert dropped == pytest.approx(-bound * 0.6 / np.sqrt(0.6 * (1 + 0.4 * bound**2)), rel=1e-12)
    assert (out == dropped).mean() == pytest.approx(0.4, abs=0.01)
    whole = (out == dropped).all(axis=-1).mean()
    assert whole == pytest.approx(0.4 if kind is nn.FeatureAlphaDropout else 0.16, abs=0.01)


@pytest.mark.parametrize("kind", [nn.Dropout, nn.AlphaDropout])
def test_the_ends_of_the_range(kind):
    x = Tensor(np.ones((3, 4), np.float32))
    assert kind(0.0)(x) is x
    assert kind(0.5).eval()(x) is x
    out = kind(1.0)(x)
    assert out.dtype == np.float32
    assert not out.numpy().any()
    assert kind(0.5, True, generator=0)(x).dtype == np.float32


def test_functions_have_the_defaults_of_pytorch():
    x = np.ones((2, 3, 4))
    assert functional.alpha_dropout(x) is x  # not training, unlike the others
    assert functional.feature_alpha_dropout(x) is x
    assert (functional.dropout1d(x, generator=0) != x).any()


WORDS = {
    "1d": (
        lambda: nn.Dropout1d()(np.ones(3)),
        r"Dropout1d\(p=0.5, .*\): dropout1d: input must have .*\(channels, length\), got \(3,\)",
    ),
    "2d": (
        lambda: nn.Dropout2d()(np.ones((2, 3, 4))),
        r"dropout2d: .*got \(2, 3, 4\); write dropout1d for \(n, channels, length\)",
    ),
    "3d": (lambda: nn.Dropout3d()(np.ones((2, 3))), r"dropout3d: .*got \(2, 3\); write dropout for an array of features"),
    "features": (lambda: functional.feature_alpha_dropout(np.ones(3), training=True), r"shape \(n, channels, …\), got \(3,\)"),
}


@pytest.mark.parametrize("case", WORDS)
def test_words(case):
    call, words = WORDS[case]
    with pytest.raises(ShapeError, match=words):
        call()


def test_wrong_numbers():
    with pytest.raises(ValueError, match=r"Dropout2d: p must be a probability from 0 to 1, got -1"):
        nn.Dropout2d(-1)
    for call in (lambda g: nn.Dropout(0.5, g), lambda g: functional.dropout(np.ones(3), 0.5, True, g)):
        with pytest.raises(TypeError, match=r"ropout: inplace must be True or False, got Generator; write generator=…"):
            call(np.random.default_rng(0))
