"""What is wrong is told: which layer, what was expected, what came."""

import ast
import functools
import pathlib

import numpy as np
import pytest

import autograd_core
import nn
from autograd_core.errors import DTypeError, ShapeError
from nn import functional

IMAGE = np.zeros((2, 3, 8, 8))
X = np.zeros((4, 3))


def test_an_error_names_the_layer_by_its_path():
    net = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Tanh(), nn.Linear(5, 1)))
    message = (
        "layer 1.1, Linear(in_features=5, out_features=1): "
        "linear: x must have the shape (…, 5) for a weight of shape (1, 5), got (4, 4)"
    )
    with pytest.raises(ShapeError) as caught:
        net(X)
    assert str(caught.value) == message


def test_an_error_names_the_layer_in_lists_and_dicts():
    class Net(nn.Module):
        def __init__(self):
            self.heads = {"left": [nn.Conv2d(1, 1, 3)]}

        def forward(self, x):
            return self.heads["left"][0](x)

    with pytest.raises(ShapeError, match=r"^layer heads.left.0, Conv2d\(.*\(2, 3, 8, 8\) and \(1, 1, 3, 3\)"):
        Net()(IMAGE)


def test_an_error_of_another_kind_gets_a_note():
    class Broken(nn.Module):
        def forward(self, x):
            return {}["missing"]

    with pytest.raises(KeyError) as caught:
        nn.Sequential(nn.Tanh(), nn.Sequential(Broken()))(X)
    assert caught.value.args == ("missing",)
    assert caught.value.__notes__ == ["in layer 1.0, Broken()"]


def test_a_lone_layer_has_no_path():
    with pytest.raises(ShapeError, match=r"^Linear\(in_features=2, out_features=1\): linear"):
        nn.Linear(2, 1)(X)


def test_a_misspelt_attribute():
    with pytest.raises(AttributeError, match=r"'Linear' object has no attribute 'wieght'"):
        _ = nn.Linear(2, 1).wieght
    assert not hasattr(nn.Tanh(), "weight")


def test_an_error_inside_a_property_is_not_hidden():
    class Net(nn.Module):
        @property
        def width(self):
            return self.heigth

    with pytest.raises(AttributeError, match="'Net' object has no attribute 'heigth'"):
        _ = Net().width


def test_a_module_without_forward():
    with pytest.raises(NotImplementedError, match=r"Module has no method forward"):
        nn.Module()(X)


def test_a_set_of_modules():
    net = nn.Identity()
    net.layers = {nn.Linear(1, 1)}
    with pytest.raises(TypeError, match="layers is a set, so the Modules or Parameters in it have no order: make it a list"):
        list(net.parameters())


CASES = {
    "class in Sequential": (lambda: nn.Sequential(nn.Tanh), TypeError, r"Sequential: got the class Tanh; write Tanh\(\)"),
    "list in Sequential": (lambda: nn.Sequential([nn.Tanh()]), TypeError, r"got list; write Sequential\(\*"),
    "function in ModuleList": (lambda: nn.ModuleList([np.tanh]), TypeError, "ModuleList takes Modules, got ufunc"),
    "dot in ModuleDict": (lambda: nn.ModuleDict({"a.b": nn.Tanh()}), KeyError, "without dots.*'a.b'"),
    "dot in Sequential": (lambda: nn.Sequential({"a.b": nn.Tanh()}), KeyError, "Sequential: a name must be .*'a.b'"),
    "generator": (lambda: nn.Linear(2, 2, generator="x"), TypeError, "Generator, a seed .*got str"),
    "dropout p": (lambda: nn.Dropout(1.5), ValueError, "Dropout: p must be a probability from 0 to 1, got 1.5"),
    "loss reduction": (lambda: nn.MSELoss("average"), ValueError, "MSELoss: reduction must be .* got 'average'"),
    "conv2d axes": (lambda: nn.Conv2d(3, 1, 3)(IMAGE[0, 0]), ShapeError, r"got \(8, 8\) and \(1, 3, 3, 3\)"),
    "conv2d bias": (
        lambda: functional.conv2d(IMAGE, np.zeros((2, 3, 3, 3)), np.zeros(3)),
        ShapeError,
        r"bias must have the shape \(2,\)",
    ),
    "conv2d kernel": (lambda: nn.Conv2d(3, 1, 9)(IMAGE), ShapeError, r"kernel of \(9, 9\) is larger than the image, \(8, 8\)"),
    "conv2d same": (lambda: nn.Conv2d(3, 1, 3, stride=2, padding="same"), ValueError, r"'same' needs stride 1, got \(2, 2\)"),
    "conv2d padding": (lambda: nn.Conv2d(3, 1, 3, padding="full"), ValueError, "'same' or 'valid', got 'full'"),
    "conv2d stride": (lambda: nn.Conv2d(3, 1, 3, stride=0), ValueError, "stride must be an integer ≥ 1, or two .*got 0"),
    "pool padding": (lambda: nn.MaxPool2d(2, padding=2)(IMAGE), ValueError, "at most half of the kernel"),
    "pool axes": (lambda: nn.AvgPool2d(2)(X), ShapeError, r"avg_pool2d: input must have the shape \(n, .*got \(4, 3\)"),
    "batch norm features": (lambda: nn.BatchNorm1d(2)(X), ShapeError, r"shape \(n, 2\) or \(n, 2, length\), got \(4, 3\)"),
    "batch norm axes": (lambda: nn.BatchNorm2d(3)(X), ShapeError, r"shape \(n, 3, height, width\), got \(4, 3\)"),
    "batch of one": (lambda: nn.BatchNorm1d(3)(X[:1]), ShapeError, r"one value for each channel has no variance.*eval\(\)"),
    "no running mean": (lambda: functional.batch_norm(X), ValueError, "running_mean and running_var are needed"),
    "layer norm": (lambda: nn.LayerNorm(4)(X), ShapeError, r"last axes of input must have the shape \(4,\), got \(4, 3\)"),
    "embedding range": (lambda: nn.Embedding(3, 2)([[0, 3]]), ValueError, r"index 3 at \(0, 1\) is not one of the 3 from 0 to 2"),
    "embedding negative": (lambda: nn.Embedding(3, 2)([-1]), ValueError, r"index -1 at \(0,\)"),
    "embedding dtype": (lambda: nn.Embedding(3, 2)(X), DTypeError, r"embedding: indices must be integers, got dtype float64"),
    "one_hot range": (lambda: functional.one_hot([5], 3), ValueError, r"one_hot: index 5 at \(0,\) is not one of the 3"),
    "flatten": (lambda: nn.Flatten(2)(X), ShapeError, r"flatten: there are no axes 2 to -1 in shape \(4, 3\)"),
    "xavier of a vector": (lambda: nn.init.xavier_uniform_(np.zeros(3)), ShapeError, r"xavier_uniform_: .*got shape \(3,\)"),
    "orthogonal vector": (lambda: nn.init.orthogonal_(np.zeros(3)), ShapeError, "orthogonal_: needs two axes"),
    "kaiming mode": (lambda: nn.init.kaiming_normal_(X.copy(), mode="in"), ValueError, "'fan_in' or 'fan_out', got 'in'"),
    "gain": (lambda: nn.init.calculate_gain("swish"), ValueError, "must be one of linear, .*got 'swish'"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_words(case):
    call, kind, words = CASES[case]
    with pytest.raises(kind, match=words):
        call()


def test_nn_uses_only_public_names_of_the_engine():
    folder = pathlib.Path(nn.__file__).parent
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "autograd_core":
                public = ("", ".arrays", ".errors", ".errors.arguments")
                assert node.module.removeprefix("autograd_core") in public, f"{file.name} imports from {node.module}"
                found |= {name.name for name in node.names if node.module == "autograd_core"}
            if isinstance(node, ast.Import):
                private = [name.name for name in node.names if name.name.startswith("autograd_core.")]
                assert private == [], f"{file.name} imports {private}"
            if isinstance(node, ast.Attribute) and node.attr in {"_value", "_node", "_grad", "_name"}:
                raise AssertionError(f"{file.name} uses {node.attr}")
    assert found
    assert found <= {*autograd_core.__all__}


def test_a_constructor_whose_wrapper_takes_more():
    class Placed(nn.Linear):
        @functools.wraps(nn.Linear.__init__)
        def __init__(self, *args, device=None, **kwargs):
            self.place = device
            super().__init__(*args, **kwargs)

    assert Placed(2, 3, device="here").place == "here"
    with pytest.raises(TypeError, match="there is no argument 'device'"):
        nn.Linear(2, 3, device="here")
