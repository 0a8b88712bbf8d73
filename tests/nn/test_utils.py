"""nn.utils beyond the numbers in test_optim_parity.py: norms, vectors, weights made of others, functions of weights."""

import copy

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, errors, grad, hessian
from autograd_core.testing import gradcheck
from nn import utils

r = np.random.default_rng(0)
X = r.normal(size=(5, 3))


def test_total_norms():
    parts = [np.array([3.0, 0.0]), Tensor([[4.0]])]
    for p, expected in ((2.0, 5.0), (1.0, 7.0), (np.inf, 4.0), (3, 91 ** (1 / 3))):
        np.testing.assert_allclose(utils.get_total_norm(parts, p), expected, rtol=1e-14)
    np.testing.assert_allclose(utils.get_total_norm(np.full((2, 2), 2.0)), 4)
    assert utils.get_total_norm([]) == 0
    with pytest.raises(FloatingPointError, match="get_total_norm: the norm is nan"):
        utils.get_total_norm([np.array([np.nan])], error_if_nonfinite=True)


def test_clipping_by_a_norm_that_is_known():
    p = nn.Parameter(np.zeros(2))
    p.grad = np.array([3.0, 4.0])
    utils.clip_grads_with_norm_(p, 1.0, utils.get_total_norm([p.grad]))
    np.testing.assert_allclose(p.grad, [0.6, 0.8], rtol=1e-6)
    assert nn.optim.clip_grad_norm_ is utils.clip_grad_norm_


def test_parameters_as_a_vector():
    layer = nn.Linear(3, 2)
    vector = utils.parameters_to_vector(layer.parameters())
    np.testing.assert_array_equal(vector.data, [*np.ravel(layer.weight.data), *layer.bias.data])
    np.sum(vector * np.arange(8.0)).backward()
    np.testing.assert_array_equal(layer.weight.grad, np.arange(6.0).reshape(2, 3))
    utils.vector_to_parameters(vector * 2, layer.parameters())  # the value of a Tensor in a graph
    np.testing.assert_array_equal(utils.parameters_to_vector(layer.parameters()).data, 2 * vector.data)
    assert layer.weight.is_leaf
    with pytest.raises(errors.ShapeError, match=r"the parameters have 8 elements, expected \(8,\), got \(9,\)"):
        utils.vector_to_parameters(np.ones(9), layer.parameters())
    with pytest.raises(ValueError, match="there are no parameters"):
        utils.parameters_to_vector([])


MADE = {
    "weight_norm": lambda m: utils.weight_norm(m),
    "weight_norm of the whole": lambda m: utils.weight_norm(m, dim=None),
    "spectral_norm": lambda m: utils.spectral_norm(m, generator=0),
}


@pytest.mark.parametrize("case", MADE)
def test_weights_that_are_made_train_and_are_saved(case):
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        model = nn.Sequential(MADE[case](nn.Linear(3, 4, generator=1)), nn.Tanh(), nn.Linear(4, 1, generator=2))
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
    other = copy.deepcopy(model)
    other.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(other.eval()(X).data, model.eval()(X).data)
    assert "0.weight" not in model.state_dict()


@pytest.mark.parametrize("function", ["weight_norm", "spectral_norm"])
def test_gradients_of_what_weights_are_made_of(function):
    layer = getattr(utils, function)(nn.Linear(3, 2, generator=3)).eval()
    paths = [name for name, _ in layer.named_parameters()]
    values = [p.data for p in layer.parameters()]
    assert gradcheck(lambda *parts: nn.functional_call(layer, dict(zip(paths, parts, strict=True)), X), *values)


def test_what_weight_norm_is():
    layer = nn.Linear(3, 2, generator=3)
    before = layer.weight.data.copy()
    utils.weight_norm(layer)
    np.testing.assert_allclose(layer.weight.data, before, rtol=1e-14)
    layer.weight_g.data = np.array([[2.0], [3.0]])
    layer(X)
    np.testing.assert_allclose(np.linalg.norm(layer.weight.data, axis=1), [2, 3])
    np.sum(layer.weight * layer.weight).backward()  # between calls it is in the graph, too: ‖g v / ‖v‖‖² = g²
    np.testing.assert_allclose(layer.weight_g.grad, [[4.0], [6.0]])
    with pytest.raises(AttributeError, match="'Linear' object has no attribute 'wieght'"):
        layer.wieght  # noqa: B018


def test_spectral_norm_finds_the_largest_singular_value():
    layer = nn.Conv2d(2, 3, 2, generator=3)
    weight = layer.weight.data.copy()
    utils.spectral_norm(layer, n_power_iterations=200, generator=0)
    layer(np.zeros((1, 2, 4, 4)))
    np.testing.assert_allclose(layer.weight.data, weight / np.linalg.norm(weight.reshape(3, -1), 2), rtol=1e-10)
    u = layer.weight_u.data.copy()
    layer.eval()(np.zeros((1, 2, 4, 4)))
    np.testing.assert_array_equal(layer.weight_u.data, u)


MISTAKES = {
    "twice": (lambda: utils.weight_norm(utils.weight_norm(nn.Linear(1, 1))), "'weight' of Linear is made of others already"),
    "no weight": (
        lambda: utils.spectral_norm(nn.Linear(1, 1, bias=False), "bias"),
        "Linear has no Parameter 'bias', got NoneType",
    ),
    "not made": (lambda: utils.remove_weight_norm(nn.Linear(1, 1)), "remove_weight_norm: 'weight' of Linear was not made by"),
    "iterations": (lambda: utils.spectral_norm(nn.Linear(1, 1), n_power_iterations=0), "n_power_iterations must be at least 1"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, words = MISTAKES[case]
    with pytest.raises(ValueError, match=words):
        run()


# A Module as a function of its weights


def net():
    return nn.Sequential(nn.Linear(3, 2, generator=0), nn.Tanh(), nn.Linear(2, 1, generator=1))


def test_functional_call_gives_what_a_model_of_these_weights_gives():
    model, other = net(), nn.Sequential(nn.Linear(3, 2, generator=5), nn.Tanh(), nn.Linear(2, 1, generator=6))
    before = model.state_dict()
    for given in (
        other.state_dict(),
        dict(other.named_parameters()),
        [other[0].state_dict(prefix="0."), other[2].state_dict(prefix="2.")],
    ):
        np.testing.assert_array_equal(utils.stateless.functional_call(model, given, X).data, other(X).data)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert isinstance(model[0].weight, nn.Parameter)
    np.testing.assert_array_equal(nn.functional_call(model, {}, (X,)).data, model(X).data)


def test_derivatives_by_weights():
    model = net()
    loss = np.mean(model(X) ** 2)
    loss.backward()
    weights = model.state_dict()
    found = grad(lambda w: np.mean(nn.functional_call(model, w, X) ** 2))(weights)
    for name, p in model.named_parameters():
        np.testing.assert_allclose(found[name], p.grad, rtol=1e-12)
        assert p.is_leaf
    model.requires_grad_(False)
    second = hessian(lambda w: np.mean(nn.functional_call(model, {"2.weight": w}, X) ** 2))(weights["2.weight"])
    hidden = np.tanh(X @ weights["0.weight"].T + weights["0.bias"])
    np.testing.assert_allclose(second.reshape(2, 2), 2 * hidden.T @ hidden / 5, rtol=1e-10)  # of a linear layer


def test_lists_dicts_and_ties():
    class Odd(nn.Module):
        def __init__(self):
            self.parts = [nn.Parameter([1.0]), {"deep": nn.Parameter([2.0])}]
            self.tied = self.parts[0]

        def forward(self, x):
            return x * self.parts[0] + self.parts[1]["deep"] * self.tied

    odd = Odd()
    assert nn.functional_call(odd, {"parts.1.deep": np.array([5.0])}, 3.0).item() == 8
    assert nn.functional_call(odd, {"tied": np.array([10.0])}, 3.0).item() == 50
    assert nn.functional_call(odd, {"tied": np.array([10.0])}, 3.0, tie_weights=False).item() == 23
    with pytest.raises(ValueError, match="are one Tensor, but were given two"):
        nn.functional_call(odd, {"tied": np.array([1.0]), "parts.0": np.array([2.0])}, 3.0)


def test_weights_come_back_after_an_error():
    model = net()
    weight = model[0].weight
    with pytest.raises(errors.ShapeError):
        nn.functional_call(model, {"0.weight": np.ones((7, 7))}, X)
    assert model[0].weight is weight
    with pytest.raises(KeyError, match=r"Sequential has no Tensor at '0\.wieght'; did you mean '0\.weight'\?"):
        nn.functional_call(model, {"0.wieght": np.ones((2, 3))}, X)
    with pytest.raises(KeyError, match=r"'2\.weight' is missing"):
        nn.functional_call(model, {"0.weight": np.ones((2, 3))}, X, strict=True)
    with pytest.raises(ValueError, match=r"'0\.bias' is in two of the dicts"):
        nn.functional_call(model, [{"0.bias": np.ones(2)}, {"0.bias": np.ones(2)}], X)
