"""Parameters that are made of others by Modules; the numbers of weight and spectral norm are in test_optim_parity.py."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import capture, errors
from nn.utils.parametrize import is_parametrized, register_parametrization, remove_parametrizations

X = np.arange(6.0).reshape(2, 3) / 6


class Symmetric(nn.Module):
    def forward(self, x):
        return np.triu(x) + np.swapaxes(np.triu(x, 1), 0, 1)

    def right_inverse(self, value):
        return np.triu(value)


class Exp(nn.Module):
    def forward(self, x):
        return np.exp(x)

    def right_inverse(self, value):
        return np.log(value)


class Scaled(nn.Module):
    """Of a number and a matrix."""

    def forward(self, scale, matrix):
        return scale * matrix

    def right_inverse(self, value):
        return np.array(2.0), value / 2


class Flat(nn.Module):
    def forward(self, x):
        return x.reshape(-1)


def positive():
    layer = nn.Linear(3, 3, generator=0)
    layer.weight.data = np.abs(layer.weight.data) + 0.1
    return layer


def test_a_weight_is_made_whenever_it_is_used():
    layer = positive()
    before = layer.weight.data.copy()
    assert register_parametrization(layer, "weight", Exp()) is layer
    assert is_parametrized(layer)
    assert is_parametrized(layer, "weight")
    assert not is_parametrized(layer, "bias")
    np.testing.assert_allclose(layer.weight.data, before, rtol=1e-12)
    assert list(layer.state_dict()) == ["bias", "parametrizations.weight.original"]
    np.sum(layer(X)).backward()
    original = layer.get_parameter("parametrizations.weight.original")
    np.testing.assert_allclose(original.grad, before * X.sum(axis=0), rtol=1e-12)  # d eᵃ = eᵃ
    layer.weight = np.full((3, 3), 2.0)
    np.testing.assert_allclose(original.data, np.log(np.full((3, 3), 2.0)))
    np.testing.assert_allclose(layer(X).data, X.sum(axis=1, keepdims=True) * 2 + layer.bias.data, rtol=1e-12)


def test_one_after_another_and_of_several():
    layer = positive()
    before = layer.weight.data.copy()
    register_parametrization(register_parametrization(layer, "weight", Scaled()), "weight", Exp())
    np.testing.assert_allclose(layer.weight.data, np.exp(before))
    shapes = {name: p.shape for name, p in layer.named_parameters()}
    assert shapes == {"bias": (3,), "parametrizations.weight.original0": (), "parametrizations.weight.original1": (3, 3)}
    layer.weight = before
    np.testing.assert_allclose(layer.weight.data, before)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_copies(copied):
    layer = register_parametrization(positive(), "weight", Symmetric())
    layer(X)
    other = copied(layer)
    other.weight = np.eye(3)
    np.testing.assert_array_equal(other(X).data, X + other.bias.data)
    assert not np.array_equal(layer.weight.data, np.eye(3))
    assert isinstance(other, nn.Linear)
    other.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(other(X).data, layer(X).data)
    assert repr(other).startswith("Linear(in_features=3")


@pytest.mark.parametrize("leave", [True, False])
def test_back_to_a_parameter(leave):
    layer = register_parametrization(positive(), "weight", Exp())
    expected = layer.weight.data if leave else layer.parametrizations["weight"].original.data.copy()
    assert remove_parametrizations(layer, "weight", leave_parametrized=leave) is layer
    assert type(layer) is nn.Linear
    np.testing.assert_array_equal(layer.weight.data, expected)
    assert [name for name, _ in layer.named_parameters()] == ["bias", "weight"]
    assert not is_parametrized(layer)


def test_in_a_captured_step():
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        model = nn.Sequential(
            nn.utils.parametrizations.spectral_norm(nn.Linear(3, 4, generator=1), generator=0), nn.Tanh(), positive()
        )
        model[2] = register_parametrization(nn.Linear(4, 4, generator=2), "weight", Symmetric())
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

        @wrap
        def step(x, model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = np.mean(model(x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        results.append([step(X).item() for _ in range(5)])
    np.testing.assert_allclose(results[1], results[0], rtol=1e-12)
    assert results[0][-1] < results[0][0]


MISTAKES = {
    "shape": (
        lambda m: register_parametrization(m, "weight", Flat()),
        errors.ShapeError,
        r"Flat makes float64 of shape \(9,\).* unsafe",
    ),
    "no parameter": (
        lambda m: register_parametrization(m, "wieght", Exp()),
        ValueError,
        "no Parameter or Buffer 'wieght', got NoneType",
    ),
    "not made": (lambda m: remove_parametrizations(m, "weight"), ValueError, "'weight' of Linear is not made by any"),
    "several": (
        lambda m: remove_parametrizations(register_parametrization(m, "weight", Scaled()), "weight", leave_parametrized=False),
        ValueError,
        "there is no original one; write leave_parametrized=True",
    ),
    "set": (
        lambda m: setattr(register_parametrization(m, "bias", Flat()), "bias", np.zeros(3)),
        TypeError,
        r"Flat has no method right_inverse\(self, value\)",
    ),
    "weight norm": (
        lambda m: setattr(nn.utils.weight_norm(m), "weight", np.eye(3)),
        AttributeError,
        "weight of Linear is made of weight_g, weight_v by weight_norm; set these",
    ),
    "no attribute": (lambda m: register_parametrization(m, "weight", Exp()).wieght, AttributeError, "no attribute 'wieght'"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run(positive())
