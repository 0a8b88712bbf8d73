"""Lazy layers: the first call makes them, nothing else does, and a call that fails leaves them as they were."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core.errors import ShapeError
from nn.errors import LazyError

X = np.random.default_rng(0).normal(size=(5, 3))


def test_the_first_call_makes_the_layer():
    lazy = nn.LazyLinear(4, bias=False, generator=0)
    net = nn.Sequential(lazy, nn.Tanh())
    out = net(X)
    assert type(lazy) is nn.Linear
    assert net[0] is lazy
    expected = nn.Linear(3, 4, bias=False, generator=0)
    np.testing.assert_array_equal(out.numpy(), np.tanh(expected(X)).numpy())
    assert repr(lazy) == repr(expected)
    assert list(net.state_dict()) == ["0.weight"]


def test_images_with_and_without_a_batch():
    for shape in ((2, 3, 6, 6), (2, 5, 6, 6)):
        lazy = nn.LazyConv2d(4, 3, padding=1)
        assert lazy(np.zeros(shape)).shape == (2, 4, 6, 6)
        assert type(lazy) is nn.Conv2d
        assert lazy.weight.shape == (4, shape[1], 3, 3)


NORMS = [(nn.LazyBatchNorm1d, (4, 3)), (nn.LazyBatchNorm1d, (4, 3, 5)), (nn.LazyBatchNorm2d, (4, 3, 2, 2)),
         (nn.LazyBatchNorm3d, (4, 3, 2, 2, 2)), (nn.LazyInstanceNorm1d, (4, 3, 5)), (nn.LazyInstanceNorm1d, (3, 5)),
         (nn.LazyInstanceNorm2d, (4, 3, 2, 2)), (nn.LazyInstanceNorm3d, (3, 2, 2, 2))]  # fmt: skip


def built(layer, x):
    layer(x)
    return layer


@pytest.mark.parametrize(("kind", "shape"), NORMS)
def test_norms(kind, shape):
    layer = kind(0.01)
    x = np.random.default_rng(0).normal(size=shape)
    out = layer(x)
    plain = getattr(nn, kind.__name__.removeprefix("Lazy"))
    assert type(layer) is plain
    twin = plain(3, eps=0.01, affine=True, track_running_stats=True)  # PyTorch's defaults of all lazy norms
    np.testing.assert_array_equal(out.numpy(), twin(x).numpy())
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(built(kind(affine=False), x).parameters()) == []


@pytest.mark.parametrize("use", [
    lambda net: list(net.parameters()), lambda net: net.state_dict(), lambda net: nn.optim.SGD(net.parameters(), lr=0.1),
    lambda net: net.load_state_dict({}), lambda net: net[1].weight.data, lambda net: nn.init.zeros_(net[1].weight),
    lambda net: net.requires_grad_(False),
])  # fmt: skip
def test_before_it_the_parameters_are_an_error(use):
    net = nn.Sequential(nn.Flatten(), nn.LazyLinear(4, bias=False))
    message = r"^LazyLinear\(out_features=4, bias=False\) has no parameters yet, .* call the model once with an input before"
    with pytest.raises(LazyError, match=message):
        use(net)


def test_what_needs_no_parameters_works_before_it():
    net = nn.Sequential(nn.Linear(3, 2), nn.LazyLinear(4))
    assert str(net).splitlines()[2] == "  (1): LazyLinear(out_features=4)"
    assert isinstance(net[1], nn.Linear)
    twin = copy.deepcopy(net).eval()
    twin(X)
    assert type(twin[1]) is nn.Linear
    assert not twin[1].training
    assert type(net[1]) is nn.LazyLinear
    again = pickle.loads(pickle.dumps(net))
    assert again(X).shape == (5, 4)


def test_a_summary_is_a_first_call():
    net = nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.LazyLinear(1))
    assert str(net.summary((5, 2))).splitlines()[3] == "0      Linear      (5, 3)           9"
    assert [type(layer) for layer in net] == [nn.Linear, nn.ReLU, nn.Linear]
    assert net[0](X[:, :2]).requires_grad
    assert all(p.requires_grad for p in net.parameters())


def test_a_call_that_fails_makes_nothing():
    lazy = nn.LazyConv2d(4, 9)
    with pytest.raises(ShapeError, match=r"kernel of \(9, 9\) is larger than the image"):
        lazy(np.zeros((1, 2, 4, 4)))
    with pytest.raises(
        ShapeError, match=r"LazyConv2d\(out_channels=4, kernel_size=9\): the input must have 3 axes at least, got"
    ):
        lazy(X)
    assert type(lazy) is nn.LazyConv2d
    assert lazy(np.zeros((1, 5, 9, 9))).shape == (1, 4, 1, 1)


def test_wrong_arguments_are_told_at_once():
    with pytest.raises(TypeError, match=r"^LazyConv2d: got an unexpected keyword argument 'out_chanels'"):
        nn.LazyConv2d(4, 3, out_chanels=3)


@pytest.mark.parametrize("use", [lambda w: w + 1, lambda w: 2 * w, lambda w: w @ w, lambda w: w.sum(), np.exp], ids=range(5))
def test_what_is_not_there_yet_is_not_computed_with(use):
    with pytest.raises(LazyError, match="call the model once"):
        use(nn.LazyLinear(3).weight)
