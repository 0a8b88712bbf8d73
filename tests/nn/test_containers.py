"""Modules and Parameters in lists, dicts and Sequentials: the methods that Python's and PyTorch's have."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor


def layers(n=3):
    return [nn.Linear(1, 1, generator=i) for i in range(n)]


def names(module):
    return [name for name, _ in module.named_parameters()]


@pytest.mark.parametrize("kind", [nn.ModuleList, nn.ParameterList])
def test_lists_are_as_pythons(kind):
    items = layers() if kind is nn.ModuleList else [nn.Parameter([float(i)]) for i in range(3)]
    listed, plain = kind(items), list(items)
    first, last = items[0], items[-1]
    for act in (
        lambda x: x.append(first),
        lambda x: x.extend([last, first]),
        lambda x: x.insert(1, last),
        lambda x: x.pop(),
        lambda x: x.pop(0),
        lambda x: x.__setitem__(-1, first),
        lambda x: x.__delitem__(0),
        lambda x: x.__delitem__(slice(1, 3)),
        lambda x: x.__iadd__([first, last]),
    ):
        act(listed)
        act(plain)
        assert list(listed) == plain
    assert list(listed.__add__([first])) == [*plain, first]
    assert type(listed[1:]) is type(listed.__add__([])) is kind
    assert list(listed[::-1]) == plain[::-1]
    holder = nn.Identity()
    holder.list = listed
    assert {name.split(".")[1] for name in names(holder)} <= {str(i) for i in range(len(plain))}


@pytest.mark.parametrize("kind", [nn.ModuleDict, nn.ParameterDict])
def test_dicts_are_as_pythons(kind):
    items = layers() if kind is nn.ModuleDict else [nn.Parameter([float(i)]) for i in range(3)]
    named, plain = kind({"a": items[0]}), {"a": items[0]}
    for act in (
        lambda x: x.update({"b": items[1]}),
        lambda x: x.update([("c", items[2])]),
        lambda x: x.__setitem__("a", items[2]),
        lambda x: x.pop("b"),
        lambda x: x.__delitem__("a"),
    ):
        act(named)
        act(plain)
        assert dict(named.items()) == plain
    assert (named.get("c"), named.get("d", 3)) == (items[2], 3)
    assert list(kind(named)) == list(named.keys()) == ["c"]
    named.clear()
    assert len(named) == 0


def test_sequentials_number_their_modules():
    a, b, c = layers()
    net = nn.Sequential(a, b)
    assert net.insert(1, c) is net
    assert list(net) == [a, c, b]
    assert names(net)[2] == "1.weight"
    assert net.pop(0) is a
    assert names(net) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    net.extend([a])
    del net[0]
    assert list(net) == [b, a]
    net[-1] = c
    assert list(net) == [b, c]
    assert list(net + nn.Sequential(a)) == [b, c, a]
    assert list(net) == [b, c]


def test_slices_keep_the_names_as_in_pytorch():
    net = nn.Sequential({"first": nn.Linear(1, 1), "second": nn.Tanh(), "third": nn.Linear(1, 1)})
    assert names(net[1:]) == ["third.weight", "third.bias"]
    assert names(nn.Sequential(*layers())[1:]) == ["1.weight", "1.bias", "2.weight", "2.bias"]


def test_parameters_are_made_of_tensors_and_arrays():
    plain, trained = Tensor([1.0]), nn.Parameter([2.0])
    made = nn.ParameterList([plain, np.ones(2), trained, [1.0, 2.0]])
    assert all(isinstance(p, nn.Parameter) for p in made)
    assert made[2] is trained
    assert len(list(made.parameters())) == 4


MISTAKES = {
    "a layer": (lambda: nn.ParameterList([nn.Tanh()]), TypeError, "ParameterList takes Parameters, Tensors and arrays, got Tanh"),
    "a parameter": (lambda: nn.ModuleList([nn.Parameter([1.0])]), TypeError, "ModuleList takes Modules, got Parameter"),
    "a name": (lambda: nn.ParameterDict({"a.b": [1.0]}), KeyError, "must be a string without dots"),
    "an index": (lambda: nn.Sequential(nn.Tanh()).pop(3), IndexError, "out of range"),
    "a class": (lambda: nn.Sequential(nn.Tanh()).insert(0, nn.Tanh), TypeError, r"got the class Tanh; write Tanh\(\)"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run()
