"""Module: what it finds, what it does to all of it, how it is saved, copied and shown."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_core import Tensor, errors, grad, no_grad


class Net(nn.Module):
    """Everything that a Module can hold, without a call of super().__init__()."""

    def __init__(self):
        self.scale = nn.Parameter(np.ones(2))
        self.layers = [nn.Linear(2, 3, generator=0), (nn.Tanh(), nn.Linear(3, 2, generator=1))]
        self.heads = {"left": nn.Linear(2, 1, generator=2), "right": {"deep": nn.Parameter(np.zeros(1))}}
        self.norm = nn.BatchNorm1d(2)
        self.size, self.title, self.data = 2, "net", np.zeros(3)

    def forward(self, x):
        x = self.layers[1][1](self.layers[1][0](self.layers[0](x)))
        self.last = self.norm(x) * self.scale
        return self.heads["left"](self.last) + self.heads["right"]["deep"]


NAMES = [
    "scale", "layers.0.weight", "layers.0.bias", "layers.1.1.weight", "layers.1.1.bias",
    "heads.left.weight", "heads.left.bias", "heads.right.deep", "norm.weight", "norm.bias",
]  # fmt: skip
X = np.arange(8.0).reshape(4, 2) / 8


def names(module):
    return [name for name, _ in module.named_parameters()]


def test_parameters_are_found_in_lists_tuples_and_dicts():
    net = Net()
    assert names(net) == NAMES
    assert [p.shape for p in net.parameters()][:3] == [(2,), (3, 2), (3,)]
    assert all(isinstance(p, nn.Parameter) and p.requires_grad for p in net.parameters())
    net(X).sum().backward()
    assert all(p.grad is not None for p in net.parameters())


def test_own_parameters_come_before_those_of_parts_as_in_pytorch():
    class Late(nn.Module):
        def __init__(self):
            self.inner = nn.Linear(1, 1)
            self.late = nn.Parameter(np.zeros(1))

    assert names(Late()) == ["late", "inner.weight", "inner.bias"]


def test_a_plain_tensor_that_requires_a_gradient_is_a_parameter():
    net = nn.Identity()
    net.w, net.constant = Tensor(np.zeros(2), requires_grad=True), Tensor(np.zeros(2))
    assert names(net) == ["w"]


def test_what_is_computed_is_no_parameter():
    net = Net()
    net(X)
    assert isinstance(net.last, Tensor)
    assert names(net) == NAMES


def test_a_frozen_parameter_stays_one():
    net = nn.Linear(2, 2).requires_grad_(False)
    assert names(net) == ["weight", "bias"]
    assert not net(X).requires_grad
    assert net.requires_grad_()(X).requires_grad


def test_shared_parameters_count_once_and_are_saved_under_each_name():
    shared = nn.Linear(2, 2)
    net = nn.Sequential(shared, nn.Tanh(), shared)
    assert names(net) == ["0.weight", "0.bias"]
    assert len(list(net.modules())) == 3
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert "# 6 parameters" in repr(net)
    tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    assert names(tied) == ["0.weight", "0.bias", "1.bias"]
    assert tied.load_state_dict(tied.state_dict()) == ([], [])


def test_modules_that_point_to_each_other():
    parent, child = nn.Sequential(), nn.Linear(1, 1)
    child.parent, child.self = parent, [child]
    parent.append(child)
    assert names(parent) == ["0.weight", "0.bias"]
    assert list(parent.state_dict()) == ["0.weight", "0.bias"]
    assert parent.train().training


def test_deep_nesting_is_no_recursion():
    net = nn.Linear(1, 1)
    for _ in range(2000):
        net = nn.Sequential(net)
    assert len(list(net.parameters())) == 2


def test_named_modules_children_and_buffers():
    net = Net()
    kinds = [(name, type(module).__name__) for name, module in net.named_modules()]
    assert kinds == [
        ("", "Net"), ("layers.0", "Linear"), ("layers.1.0", "Tanh"), ("layers.1.1", "Linear"), ("heads.left", "Linear"),
        ("norm", "BatchNorm1d"),
    ]  # fmt: skip
    nested = nn.Sequential(nn.Sequential(nn.Tanh()), nn.ReLU())
    assert [name for name, _ in nested.named_children()] == ["0", "1"]
    assert [type(module) for module in nested.children()] == [nn.Sequential, nn.ReLU]
    assert [name for name, _ in net.named_buffers()] == ["norm.running_mean", "norm.running_var", "norm.num_batches_tracked"]
    assert len(list(net.buffers())) == 3


def test_train_and_eval_reach_every_module_and_return_it():
    net = Net()
    assert all(module.training for module in net.modules())
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert all(module.training for module in net.train().modules())


def test_apply_goes_from_the_inside_out():
    seen = []
    net = nn.Sequential(nn.Sequential(nn.Tanh()), nn.ReLU())
    assert net.apply(lambda module: seen.append(type(module))) is net
    assert seen[-1] is nn.Sequential
    assert sorted(kind.__name__ for kind in seen) == ["ReLU", "Sequential", "Sequential", "Tanh"]
    assert seen.index(nn.Tanh) < seen.index(nn.Sequential)


def test_zero_grad():
    net = Net()
    net(X).sum().backward()
    assert all(p.grad is None for p in net.zero_grad().parameters())


def test_state_dict_is_a_copy_and_goes_round():
    net, other = Net(), Net()
    net(X)  # moves the running mean
    state = net.state_dict()
    assert list(state) == [*NAMES, "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"]
    before = state["layers.0.weight"].copy()
    net.layers[0].weight.data = before + 1
    np.testing.assert_array_equal(state["layers.0.weight"], before)
    result = other.load_state_dict(state)
    assert (result.missing_keys, result.unexpected_keys) == ([], [])
    for name, value in other.state_dict().items():
        np.testing.assert_array_equal(value, state[name])
    state["scale"][:] = 7
    assert (other.scale.numpy() == 1).all()


def test_loading_keeps_the_dtype_of_the_model():
    net = nn.Linear(2, 2, dtype=np.float32)
    net.load_state_dict({"weight": np.full((2, 2), 0.1), "bias": Tensor(np.zeros(2))})
    assert net.weight.dtype == np.float32
    assert net.weight.numpy()[0, 0] == np.float32(0.1)


def test_loading_tells_all_problems_at_once_and_loads_nothing():
    net = Net()
    before = net.state_dict()
    state = {name: value + 1 for name, value in before.items() if name != "scale"}
    state["layers.0.weight"] = np.zeros((3, 7))
    state["norm.running_mean"] = np.zeros(1)  # would broadcast
    state["layers.0.bias"] = np.zeros(3, complex)
    state["heads.lefd.weight"] = np.zeros(2)
    with pytest.raises(errors.ShapeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value) == (
        "load_state_dict: nothing was loaded into Net, since the state does not fit:\n"
        "  scale: missing\n"
        "  heads.lefd.weight: unexpected\n"
        "  layers.0.weight: the model has shape (3, 2), the state (3, 7)\n"
        "  layers.0.bias: the model has dtype float64, the state complex128\n"
        "  norm.running_mean: the model has shape (2,), the state (1,)"
    )
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_loading_a_part_returns_what_is_missing_and_unexpected():
    net = nn.Linear(2, 2)
    result = net.load_state_dict({"weight": np.ones((2, 2)), "other": np.ones(1)}, strict=False)
    assert result == (["bias"], ["other"])
    assert (net.weight.numpy() == 1).all()
    with pytest.raises(errors.ShapeError, match=r"weight: the model has shape \(2, 2\), the state \(3,\)"):
        net.load_state_dict({"weight": np.ones(3)}, strict=False)


def test_a_typing_error_in_a_name_is_told():
    with pytest.raises(ValueError, match=r"wieght: unexpected; did you mean 'weight'\?"):
        nn.Linear(2, 2, bias=False).load_state_dict({"wieght": np.ones((2, 2))})


def test_two_parameters_of_one_path():
    net = nn.Identity()
    net.parts = {1: nn.Parameter([1.0]), "1": nn.Parameter([2.0])}
    with pytest.raises(ValueError, match=r"two parameters have the path 'parts\.1'"):
        net.state_dict()


def test_load_state_dict_does_not_cut_a_graph():
    w, layer = Tensor(np.ones((1, 2)), requires_grad=True), nn.Linear(2, 1, bias=False)
    before = layer.weight.data.copy()
    with pytest.raises(ValueError, match=r"weight: a Tensor that would be cut out of its graph; write \.detach\(\)"):
        layer.load_state_dict({"weight": w * 2})
    with pytest.raises(ValueError, match="weight: a Tensor that would be cut"):
        grad(lambda w: np.sum(layer.load_state_dict({"weight": w}) and layer(np.ones((1, 2)))))(w.data)
    np.testing.assert_array_equal(layer.weight.data, before)
    layer.load_state_dict({"weight": (w * 2).detach()})
    np.testing.assert_array_equal(layer.weight.data, [[2, 2]])
    layer.load_state_dict({"weight": w})  # a leaf, as in dict(other.named_parameters())
    np.testing.assert_array_equal(layer.weight.data, [[1, 1]])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_copies_after_a_forward_pass(copied):
    net = Net()
    net(X).sum().backward()
    other = copied(net)
    assert names(other) == NAMES
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        assert p is not q
        assert type(q) is nn.Parameter
        np.testing.assert_array_equal(p.numpy(), q.numpy())
        np.testing.assert_array_equal(p.grad, q.grad)
    other.scale.data = np.zeros(2)
    assert (net.scale.numpy() == 1).all()


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_copies_share_what_was_shared(copied):
    shared = nn.Linear(2, 2)
    other = copied(nn.Sequential(shared, shared))
    assert other[0] is other[1]
    assert other[0] is not shared


def test_repr():
    net = nn.Sequential({"conv": nn.Conv2d(1, 2, 3, padding="same"), "rest": nn.Sequential(nn.Flatten(), nn.Linear(8, 1))})
    assert repr(net) == (
        "Sequential(\n"
        "  (conv): Conv2d(in_channels=1, out_channels=2, kernel_size=(3, 3), stride=1, padding='same')  # 20 parameters\n"
        "  (rest): Sequential(\n"
        "    (0): Flatten(start_dim=1, end_dim=-1)\n"
        "    (1): Linear(in_features=8, out_features=1)  # 9 parameters\n"
        "  )  # 9 parameters\n"
        ")  # 29 parameters"
    )
    assert repr(nn.Linear(999, 2, bias=False)) == "Linear(in_features=999, out_features=2, bias=None)  # 1,998 parameters"
    assert repr(nn.Linear(1, 1).eval()) == "Linear(in_features=1, out_features=1)  # 2 parameters"
    assert repr(nn.Tanh()) == "Tanh()"


def test_summary():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Dropout(), nn.Linear(2 * 4 * 4, 10))
    net[1].eval()
    before = net.state_dict()
    table = net.summary((5, 1, 6, 6))
    assert table.rows[0] == ("", "Sequential", (5, 10), 20 + 4 + 330)
    assert table.rows[1:3] == [("0", "Conv2d", (5, 2, 4, 4), 20), ("1", "BatchNorm2d", (5, 2, 4, 4), 4)]
    assert str(table).splitlines()[0].split() == ["layer", "kind", "output", "parameters"]
    assert str(table).splitlines()[-1].split() == ["4", "Linear", "(5,", "10)", "330"]
    assert (net.training, net[1].training, net[0].training) == (True, False, True)
    assert all("forward" not in vars(module) for module in net.modules())
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_summary_of_what_is_not_called_and_of_integers():
    net = Net()
    net.unused = nn.Linear(1, 1)
    assert "unused      Linear       not called" in str(net.summary((4, 2)))
    assert nn.Embedding(5, 3).summary((2, 7), dtype=int).rows == [("", "Embedding", (2, 7, 3), 15)]


def test_summary_leaves_the_module_as_it_was_after_an_error():
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))
    with pytest.raises(errors.ShapeError, match=r"layer 1, Linear\(in_features=5, out_features=6\): .*\(2, 4\)"):
        net.summary((2, 3))
    assert net[0].training
    assert "forward" not in vars(net[0])


def test_parameter_is_a_tensor():
    p = nn.Parameter([1.0, 2.0], name="w")
    assert isinstance(p, Tensor)
    assert p.requires_grad
    assert p.is_leaf
    assert type(p * 2) is Tensor
    with no_grad():
        p += 1
    assert (p.numpy() == [2, 3]).all()
    with pytest.raises(errors.DTypeError, match="float or complex"):
        nn.Parameter([1, 2])


def test_containers():
    first, second = nn.Tanh(), nn.ReLU()
    listed = nn.ModuleList([first]).append(second).extend([first])
    assert [len(listed), listed[0], listed[-1]] == [3, first, first]
    assert list(listed[1:]) == [second, first]
    listed[0] = second
    assert listed[0] is second
    named = nn.ModuleDict({"a": first})
    named["b"] = second
    named.update({"c": first})
    assert list(named) == list(named.keys()) == ["a", "b", "c"]
    assert list(named.values())[1] is dict(named.items())["b"] is second
    assert "a" in named
    assert len(named) == 3
    net = nn.Sequential(first, second).append(first)
    assert list(net) == [first, second, first]
    assert isinstance(net[:2], nn.Sequential)
    assert len(net[:2]) == 2
    assert net[-1] is first
    holder = nn.Identity()
    holder.list, holder.dict = nn.ModuleList([nn.Linear(1, 1)]), nn.ModuleDict({"a": nn.Linear(1, 1, bias=False)})
    assert names(holder) == ["list.0.weight", "list.0.bias", "dict.a.weight"]


def test_a_layer_of_ones_own_can_be_called_with_keywords():
    class Scaled(nn.Module):
        def forward(self, x, factor=1.0):
            return x * factor

    assert Scaled()(2.0, factor=3.0) == 6.0
