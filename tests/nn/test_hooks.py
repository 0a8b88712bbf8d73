"""Hooks of Modules: when they are called, with what, what their results do; copies, errors, capture."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, errors, grad, no_grad

X = np.arange(6.0).reshape(3, 2) / 6


class Add(nn.Module):
    def forward(self, a, b, factor=1.0):
        return a * 2 + b * factor


def net():
    return nn.Sequential(nn.Linear(2, 3, generator=0), nn.Tanh(), nn.Linear(3, 1, generator=1))


def test_forward_hooks_see_arguments_and_outputs_in_order():
    seen, layer = [], nn.Linear(2, 3)
    layer.register_forward_pre_hook(lambda module, args: seen.append(("before", module, args)))
    layer.register_forward_hook(lambda module, args, out: seen.append(("after", module, args, out)))
    first = layer.register_forward_hook(lambda module, args, out: seen.append("first"), prepend=True)
    out = layer(X)
    assert [seen[0][0], seen[1], seen[2][0]] == ["before", "first", "after"]
    assert seen[0][1] is seen[2][1] is layer
    assert seen[0][2][0] is seen[2][2][0] is X
    assert seen[2][3] is out
    first.remove()
    first.remove()
    layer(X)
    assert [entry[0] for entry in seen[3:]] == ["before", "after"]


def test_layers_in_a_sequential_have_their_hooks_called():
    model, shapes = net(), []
    with model[1].register_forward_hook(lambda module, args, out: shapes.append(out.shape)):
        model(X)
    model(X)
    assert shapes == [(3, 3)]


def test_what_hooks_return_takes_the_place():
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda module, args: args[0] + 1)  # one value, without a tuple
    layer.register_forward_pre_hook(lambda module, args: (args[0] * 10,))
    layer.register_forward_hook(lambda module, args, out: -out)
    np.testing.assert_array_equal(layer(np.ones(2)), [-20, -20])


def test_hooks_with_keywords():
    layer = Add()
    layer.register_forward_pre_hook(lambda module, args, kwargs: (args, {"factor": 3.0}), with_kwargs=True)
    seen = []
    layer.register_forward_hook(lambda module, args, kwargs, out: seen.append(kwargs), with_kwargs=True)
    assert layer(1.0, 2.0, factor=5.0) == 8
    assert seen == [{"factor": 3.0}]
    layer.register_forward_pre_hook(lambda module, args, kwargs: args, with_kwargs=True)
    with pytest.raises(TypeError, match=r"must return None or \(args, kwargs\), got \(1\.0"):
        layer(1.0, 2.0, 3.0)


def test_a_hook_that_is_always_called():
    layer, seen = nn.Linear(2, 3), []
    layer.register_forward_hook(lambda module, args, out: seen.append(out), always_call=True)
    layer.register_forward_hook(lambda module, args, out: seen.append("other"))
    with pytest.raises(errors.ShapeError, match=r"^Linear\(in_features=2, out_features=3\): "):
        layer(np.zeros((3, 5)))
    assert seen == [None]


def gradients(layer, *inputs, loss=np.sum, **kwargs):
    tensors = [Tensor(value, requires_grad=True) for value in inputs]
    loss(layer(*tensors, **kwargs)).backward()
    return [t.grad for t in tensors]


def test_backward_hooks_see_the_gradients():
    """Of a · 2 + b · 3, whose sum of squares has the gradient 2 out."""
    layer, seen = Add(), []
    layer.register_full_backward_hook(lambda module, ins, outs: seen.append((module, ins, outs)))
    a, b = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    found = gradients(layer, a, b, factor=3.0, loss=lambda out: np.sum(out**2))
    g = 2 * (a * 2 + b * 3)
    ((module, ins, outs),) = seen
    assert module is layer
    np.testing.assert_array_equal(outs, [g])
    np.testing.assert_array_equal(ins, [2 * g, 3 * g])
    np.testing.assert_array_equal(found, [2 * g, 3 * g])


def test_what_backward_hooks_return_takes_the_place():
    layer = Add()
    layer.register_full_backward_pre_hook(lambda module, outs: (outs[0] * 10,))
    layer.register_full_backward_hook(lambda module, ins, outs: (ins[0] + 1, None))
    layer.register_full_backward_hook(lambda module, ins, outs: (ins[0], outs[0] * 100))
    found = gradients(layer, np.ones(2), np.ones(2))
    np.testing.assert_array_equal(found, [[21, 21], [1000, 1000]])


def test_backward_hooks_of_a_layer_whose_input_needs_no_gradient():
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda module, ins, outs: seen.append((ins, outs)))
    layer(X).sum().backward()
    np.testing.assert_array_equal(seen[0][1][0], np.ones((3, 1)))
    assert seen[0][0] == (None,)
    np.testing.assert_array_equal(layer.bias.grad, [3.0])
    with no_grad():
        layer(X)
    assert len(seen) == 1


def test_backward_hooks_of_several_outputs_and_of_several_passes():
    class Pair(nn.Module):
        def forward(self, x):
            return x * 2, x * 3

    layer, seen = Pair(), []
    layer.register_full_backward_hook(lambda module, ins, outs: seen.append((ins[0].copy(), [g.copy() for g in outs])))
    x = Tensor([1.0, 2.0], requires_grad=True)
    a, b = layer(x)
    loss = np.sum(a) + np.sum(b * 5)
    for _ in range(2):
        loss.backward(retain_graph=True)
    assert len(seen) == 2
    for ins, outs in seen:
        np.testing.assert_array_equal(outs, [[1, 1], [5, 5]])
        np.testing.assert_array_equal(ins, [17, 17])
    np.testing.assert_array_equal(x.grad, [34, 34])


def test_second_derivatives_go_through_backward_hooks():
    layer = nn.Tanh()
    layer.register_full_backward_hook(lambda module, ins, outs: (ins[0] * 2,))
    slope = grad(lambda x: np.sum(layer(x)))
    x = np.array([0.3])
    np.testing.assert_allclose(slope(x), 2 / np.cosh(x) ** 2)
    second = grad(lambda x: np.sum(slope(x)))(x)
    # the slope 2 / cosh² is itself differentiated through the layer, whose hook doubles that derivative again
    np.testing.assert_allclose(second, 2 * 2 * -2 * np.tanh(x) / np.cosh(x) ** 2)


def test_a_hook_that_returns_too_few_gradients():
    layer = Add()
    layer.register_full_backward_hook(lambda module, ins, outs: ins[0])
    with pytest.raises(
        TypeError, match="register_full_backward_hook: the hook must return None or 2 gradients in a tuple, got 1"
    ):
        gradients(layer, np.ones(2), np.ones(2))
    with pytest.raises(TypeError, match="a hook must be a function, got int"):
        layer.register_forward_hook(3)


class Counter:
    """A hook that can be pickled."""

    def __init__(self):
        self.count = 0

    def __call__(self, module, args, out):
        self.count += 1


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_copies_have_hooks_of_their_own(copied):
    layer, hook = nn.Linear(2, 3), Counter()
    handle = layer.register_forward_hook(hook)
    other = copied(layer)
    handle.remove()
    other(X)
    layer(X)
    assert hook.count == 0
    (its,) = other._hooks.kinds["after"].values()
    assert its.function.count == 1
    assert list(other.state_dict()) == ["weight", "bias"]


def test_a_module_as_a_hook_is_no_part():
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(Watcher())
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    assert len(list(layer.modules())) == 1


class Watcher(nn.Module):
    def __init__(self):
        self.weight = nn.Parameter([1.0])

    def forward(self, module, args, out):
        return out * self.weight


def test_hooks_in_a_captured_step():
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        model = net()
        model[0].register_forward_hook(lambda module, args, out: out * 0.5)
        model[2].register_full_backward_hook(lambda module, ins, outs: (ins[0] * 2,))
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1)

        @wrap
        def step(x, model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = np.sum(model(x) ** 2)
            loss.backward()
            optimizer.step()
            return loss.detach()

        results.append([step(X + k).item() for k in range(5)] + [p.data for p in model.parameters()])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-12)
