"""What is registered with a Module by name, found by path, and saved beside parameters."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, errors, no_grad


class Norm(nn.Module):
    """Batch norm as courses write it: a buffer that is set anew in each call."""

    def __init__(self):
        super().__init__()
        self.gamma = nn.Parameter(np.ones(2))
        self.register_buffer("mean", np.zeros(2))
        self.register_buffer("scratch", np.zeros(1), persistent=False)

    def forward(self, x):
        with no_grad():
            self.mean = 0.5 * self.mean + 0.5 * np.mean(x, axis=0)
        return (x - self.mean) * self.gamma


X = np.array([[1.0, 2.0], [3.0, 6.0]])


def test_a_registered_buffer_stays_one_whatever_tensor_is_set():
    norm = Norm()
    norm(Tensor(X))
    norm(X)
    assert type(norm.mean) is Tensor
    np.testing.assert_allclose(norm.mean.data, [1.5, 3.0])
    assert [name for name, _ in norm.named_buffers()] == ["mean", "scratch"]
    assert [name for name, _ in norm.named_parameters()] == ["gamma"]
    assert list(norm.state_dict()) == ["gamma", "mean"]
    other = Norm()
    other.load_state_dict(norm.state_dict())
    np.testing.assert_array_equal(other.mean.data, norm.mean.data)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_copies_know_their_buffers(copied):
    norm = Norm()
    norm.other = nn.Buffer(np.ones(1), persistent=False)
    norm(X)
    other = copied(norm)
    assert [name for name, _ in other.named_buffers()] == ["mean", "scratch", "other"]
    assert list(other.state_dict()) == ["gamma", "mean"]
    other(X)
    np.testing.assert_allclose(norm.mean.data, [1, 2])
    np.testing.assert_allclose(other.mean.data, [1.5, 3])


def test_a_buffer_that_comes_later():
    norm = nn.Identity()
    norm.register_buffer("mean", None)
    assert (list(norm.state_dict()), norm.mean) == ([], None)
    norm.mean = Tensor([1.0])
    assert list(norm.state_dict()) == ["mean"]
    norm.register_buffer("mean", Tensor([2.0]))  # anew
    assert isinstance(norm.mean, nn.Buffer)


def test_what_is_registered_by_name():
    net = nn.Identity()
    net.register_parameter("w", nn.Parameter([1.0]))
    net.register_parameter("none", None)
    net.add_module("first", nn.Linear(1, 1))
    net.register_module("second", None)
    assert [name for name, _ in net.named_parameters()] == ["w", "first.weight", "first.bias"]
    assert net.none is net.second is None
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["w"]
    assert len(list(net.parameters(recurse=False))) == 1


def test_parts_are_found_by_their_paths():
    shared = nn.Linear(2, 2)
    net = nn.Sequential({"encoder": nn.Sequential(shared, nn.BatchNorm1d(2)), "decoder": shared})
    assert net.get_submodule("") is net
    assert net.get_submodule("encoder.0") is net.get_submodule("decoder") is shared
    assert net.get_parameter("decoder.weight") is shared.weight
    assert net.get_buffer("encoder.1.running_mean") is net[0][1].running_mean
    assert len(list(net.named_parameters())) + 2 == len(list(net.named_parameters(remove_duplicate=False)))
    assert len(list(net.named_modules())) + 1 == len(list(net.named_modules(remove_duplicate=False)))


MISTAKES = {
    "submodule": (
        lambda m: m.get_submodule("0.wieght"),
        AttributeError,
        r"get_submodule: Sequential has no Module at '0.wieght'",
    ),
    "parameter": (
        lambda m: m.get_parameter("0.wieght"),
        AttributeError,
        r"no Parameter at '0.wieght'; did you mean '0.weight'\?",
    ),
    "buffer": (lambda m: m.get_buffer("0.weight"), AttributeError, "no Buffer at '0.weight'"),
    "dot": (lambda m: m.register_buffer("a.b", None), KeyError, "without dots, since it is part of a path, got 'a.b'"),
    "taken": (lambda m: m.register_buffer("forward", None), KeyError, "has an attribute 'forward' already; take another name"),
    "trained": (
        lambda m: m.register_buffer("w", nn.Parameter([1.0])),
        TypeError,
        r"'w' requires a gradient.* write \.detach\(\)",
    ),
    "array": (lambda m: m.register_parameter("w", np.ones(2)), TypeError, r"or None, got ndarray; write nn\.Parameter\(…\)"),
    "result": (lambda m: m.register_parameter("w", m[0].weight * 2), TypeError, "got the result of an operation"),
    "module": (lambda m: m.add_module("x", nn.Linear), TypeError, "add_module: 'x' must be a Module or None, got type"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run(nn.Sequential(nn.Linear(1, 1)))


def test_gradients_set_to_zero_in_place():
    net = nn.Linear(2, 1)
    net(X).sum().backward()
    gradient = net.weight.grad
    net.zero_grad(set_to_none=False)
    assert net.weight.grad is gradient
    np.testing.assert_array_equal(gradient, [[0, 0]])


class Counting(nn.Module):
    def __init__(self):
        self.weight, self.steps = nn.Parameter([1.0]), 0

    def get_extra_state(self):
        return {"steps": self.steps}

    def set_extra_state(self, state):
        self.steps = state["steps"]


def test_extra_state_is_saved_and_taken_back(tmp_path):
    net, other = (nn.Sequential(Counting(), nn.Linear(1, 1), Counting()) for _ in range(2))
    net[0].steps, net[2].steps = 3, 4
    state = net.state_dict()
    assert state["0._extra_state"] == {"steps": 3}
    nn.save(net, tmp_path / "net.npz")
    assert other.load_state_dict(nn.load(tmp_path / "net.npz")) == ([], [])
    assert (other[0].steps, other[2].steps) == (3, 4)
    del state["0._extra_state"]
    with pytest.raises(ValueError, match=r"0\._extra_state: missing"):
        other.load_state_dict(state)
    assert other.load_state_dict(state, strict=False) == (["0._extra_state"], [])


def test_prefixes_and_the_tensors_themselves():
    net = nn.Linear(2, 1)
    assert list(net.state_dict(prefix="head.")) == ["head.weight", "head.bias"]
    assert net.state_dict(keep_vars=True)["weight"] is net.weight


def test_assigning_takes_the_dtypes_of_the_state():
    net = nn.BatchNorm1d(2)
    weight, optimizer = net.weight, nn.optim.SGD(net.parameters(), lr=1.0)
    state = {name: value.astype(np.float32) if value.dtype.kind == "f" else value for name, value in net.state_dict().items()}
    state["weight"] = np.array([2.0, 3.0], np.float32)
    net.load_state_dict(state, assign=True)
    assert {str(t.dtype) for t in (net.weight, net.bias, net.running_mean)} == {"float32"}
    assert net.weight is weight
    assert net.weight.requires_grad
    np.sum(net.weight * np.float32(1)).backward()
    optimizer.step()
    np.testing.assert_array_equal(net.weight.data, [1, 2])
    with pytest.raises(ValueError, match="weight: the model trains it, the state has dtype int64"):
        net.load_state_dict({**state, "weight": np.array([1, 2])}, assign=True)
    with pytest.raises(errors.ShapeError, match="weight: the model has shape"):
        net.load_state_dict({**state, "weight": np.ones(3)}, assign=True)


def test_a_buffer_in_a_captured_step():
    """One that is changed in place, as those of our own layers; a new Tensor in each call is refused with its name."""
    results = []
    for wrap in (lambda step: step, lambda step: capture(step, strict=True)):
        layer = nn.Identity()
        layer.register_buffer("total", np.zeros(2))

        @wrap
        def step(x, layer=layer):
            layer.total.data = layer.total.data + x
            return layer.total.data * 2

        results.append([step(np.ones(2) * k) for k in range(4)])
    np.testing.assert_array_equal(*results)
    norm = Norm()
    refused = capture(lambda x: norm(x), strict=True)
    with pytest.raises(errors.CaptureError, match="mean"):  # noqa: PT012
        refused(X)
        refused(X)
