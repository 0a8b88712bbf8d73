"""PyTorch's names: idioms and lessons beside recorded results of PyTorch, and where PyTorch's meanings end and NumPy's begin."""

import ast
import copy
import io
import json
import pathlib
import pickle
import re
import threading
import warnings

import numpy as np
import pytest

import autograd_core
import autograd_core.compat.torch as torch
import nn as numpys_nn
from autograd_core.compat.torch import nn
from tests.compat.torch import FOLDER, changed, difference, dtypes_of_results, idioms, program, programs, run

F = nn.functional
RECORDED = json.loads((FOLDER / "recorded.json").read_text(encoding="utf-8"))
IDIOMS, PROGRAMS = idioms(), programs()


# What nn has to have for an idiom: it is skipped as long as that is missing, and counts as failed
@pytest.mark.filterwarnings("ignore:.*did nothing, since no parameter has a gradient")  # schedules are shown without
@pytest.mark.parametrize("title", IDIOMS)
def test_idiom_gives_the_results_of_pytorch(title):
    try:
        assert difference(RECORDED["idioms"][title], run(IDIOMS[title], changed)) is None
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("name", PROGRAMS)
def test_lesson_trains_as_under_pytorch(name):
    # Errors of single precision grow from step to step
    assert difference(RECORDED["programs"][name], program(PROGRAMS[name], changed), rtol=2e-3, atol=2e-4) is None


def test_records_are_of_these_idioms():
    assert RECORDED["idioms"].keys() == IDIOMS.keys()
    assert RECORDED["programs"].keys() == PROGRAMS.keys()
    assert all(RECORDED["idioms"].values())
    assert len(IDIOMS) >= 200


@pytest.mark.parametrize(
    "wrong",
    [{"x": {**RECORDED["idioms"]["tensors: view with -1"]["a"], "values": [1.0] * 16}}, {"x": 1}, {}],
)
def test_a_difference_is_noticed(wrong):
    assert difference({"x": RECORDED["idioms"]["tensors: view with -1"]["a"]}, wrong) is not None


def test_dtypes_of_results_are_those_of_pytorch():
    wanted, found = RECORDED["dtypes"], dtypes_of_results(torch)
    assert len(wanted) > 1500
    assert {case: found.get(case) for case in wanted} == wanted


# One Tensor, two meanings


def test_a_tensor_is_one_of_autograd_core_inside_its_functions():
    @autograd_core.primitive(x=lambda g, x: g * 2 * x)
    def square(x):
        assert type(x) is np.ndarray
        return x * x

    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = square(x)
    assert type(y) is torch.Tensor
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [2, 4])
    assert type(np.sum(x)) is torch.Tensor
    assert type(np.add(np.ones(2), x)) is torch.Tensor
    assert isinstance(autograd_core.softmax(x), torch.Tensor)


def test_user_functions_run_outside_of_what_calls_them():
    seen = []

    class Net(nn.Module):
        def forward(self, x):
            seen.append(x.size(0))  # NumPy's size is a number
            return x.max(dim=1).values

    net = nn.Sequential(nn.Linear(3, 4), Net())
    assert net(torch.ones(2, 3)).shape == (2,)
    x = torch.ones(2, requires_grad=True)
    x.register_hook(lambda g: seen.append(g.size(0)))
    x.sum().backward()
    gradient = torch.func.grad(lambda x: x.view(-1).max(0).values)(torch.tensor([1.0, 3.0]))
    assert seen == [2, 2]
    assert gradient.tolist() == [0, 1]


def test_meanings_are_of_a_thread():
    started, done = threading.Event(), threading.Event()

    @autograd_core.primitive(x=lambda g: g)
    def waits(x):
        started.set()
        done.wait(10)
        return x * 1

    thread = threading.Thread(target=lambda: waits(torch.ones(3)))
    thread.start()
    started.wait(10)
    size = torch.ones(3).size(0)  # while the other thread is inside
    done.set()
    thread.join()
    assert size == 3


def test_an_error_inside_leaves_no_trace():
    for wrong in (lambda: torch.ones(2).view(3), lambda: F.cross_entropy(torch.ones(2, 3), torch.tensor([5, 0]))):
        with pytest.raises((RuntimeError, ValueError)):
            wrong()
        assert torch.ones(2).size(0) == 2


def test_shape_errors_are_runtime_errors_too():
    for wrong in (
        lambda: torch.ones(2, 3) @ torch.ones(2, 3),
        lambda: torch.ones(2) + torch.ones(3),
        lambda: torch.ones(2).view(3),
    ):
        with pytest.raises(RuntimeError) as caught:
            wrong()
        assert isinstance(caught.value, autograd_core.errors.ShapeError)


# What is not there, and devices


@pytest.mark.parametrize(
    ("look", "name"),
    [
        (lambda: torch.frobnicate, "torch.frobnicate"),
        (lambda: nn.FrobnicateLayer, "torch.nn.FrobnicateLayer"),
        (lambda: F.frobnicate, "torch.nn.functional.frobnicate"),
        (lambda: nn.init.frobnicate_, "torch.nn.init.frobnicate_"),
        (lambda: nn.utils.frobnicate, "torch.nn.utils.frobnicate"),
        (lambda: torch.optim.Frobnicator, "torch.optim.Frobnicator"),
        (lambda: torch.utils.data.Frobnicator, "torch.utils.data.Frobnicator"),
        (lambda: torch.linalg.frobnicate, "torch.linalg.frobnicate"),
        (lambda: torch.ones(2).frobnicate, "'frobnicate'"),
        (lambda: torch.ones(2).astype, "'astype'"),  # NumPy's, which PyTorch's Tensors do not have
    ],
)
def test_what_is_missing_is_an_attribute_error_with_its_name(look, name):
    with pytest.raises(AttributeError, match=r"autograd_core\.compat\.torch") as caught:
        look()
    assert name in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: torch.ones(2, device="cuda"),
        lambda: torch.ones(2).to("cuda:0"),
        lambda: torch.ones(2).cuda(),
        lambda: torch.device("mps"),
        lambda: nn.Linear(2, 2).to("cuda"),
        lambda: nn.Linear(2, 2, device="cuda"),
        lambda: torch.randn(2, device="cuda"),
    ],
)
def test_another_device_is_an_error_that_says_so(ask):
    with pytest.raises(RuntimeError, match="NumPy computes on the CPU alone"):
        ask()


def test_integers_do_not_take_floats_in_place():
    with pytest.raises(RuntimeError, match=r"result type torch\.float32 can't be cast to the desired output type torch\.int64"):
        torch.ones(2, dtype=torch.long).add_(1.5)


# Memory and copies


def test_a_row_of_data_is_the_memory_of_the_parameter():
    layer = nn.Linear(3, 2)
    layer.weight.data[0] = 7.0
    layer.weight.data[1].fill_(8)
    assert layer.weight[:, 0].tolist() == [7, 8]
    layer.weight.grad = torch.ones(2, 3)
    layer.weight.grad[0].zero_()
    assert layer.weight.grad.sum().item() == 3


def test_a_change_after_saving_is_an_error_as_in_pytorch():
    x, w = torch.ones(3), torch.ones(3, requires_grad=True)
    y = (w * x).sum()
    x.add_(1)
    with pytest.raises(RuntimeError, match="changed"):
        y.backward()
    y = (w * w).sum()
    w.data.mul_(2)
    with pytest.raises(RuntimeError, match="changed"):
        y.backward()


def test_copies_and_pickles_keep_the_class():
    layer = nn.Linear(2, 3)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert type(other) is nn.Linear
        assert type(other.weight) is nn.Parameter
        assert torch.equal(other.weight, layer.weight)
    t = pickle.loads(pickle.dumps(torch.ones(2, requires_grad=True)))
    assert type(t) is torch.Tensor
    assert t.requires_grad


def test_layers_within_layers_of_nn_have_these_classes_too():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    assert isinstance(net, numpys_nn.Sequential)
    for part in (*net.parameters(), *net.buffers()):
        assert isinstance(part, torch.Tensor)
    assert {str(p.dtype) for p in net.parameters()} == {"torch.float32"}
    assert isinstance(net[0], nn.Linear)


def test_whole_modules_are_loaded_only_if_trusted():
    file = io.BytesIO()
    torch.save(nn.Linear(2, 2), file)
    file.seek(0)
    with pytest.raises(pickle.UnpicklingError, match="weights_only=False"):
        torch.load(file)


def test_files_on_disk(tmp_path):
    path = tmp_path / "model.pth"
    torch.save({"state": nn.Linear(2, 1).state_dict(), "epoch": 3, "list": [torch.ones(2), 1.5]}, path)
    found = torch.load(path)
    assert found["epoch"] == 3
    assert found["list"][0].tolist() == [1, 1]
    assert list(path.parent.iterdir()) == [path]


# Where it stands


FILES = sorted(pathlib.Path(torch.__file__).parent.rglob("*.py"))
ALLOWED = (
    "autograd_core",
    "autograd_core.compat.torch",
    "autograd_core.visualize",
    "autograd_core.testing",
    "nn",
    "numpy",
    "scipy.special",
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: "/".join(file.parts[-2:]))
def test_it_is_made_of_public_names(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    private = {"_value", "_node", "_grad", "_views", "_view", "_become", "_edit"}
    assert not [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in private]
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name.partition(".")[0] in ("autograd_core", "nn"):
                assert name in ALLOWED or name.startswith("autograd_core.compat.torch."), name


def test_nobody_else_knows_it():
    root = pathlib.Path(autograd_core.__file__).parent
    others = [file for file in [*root.rglob("*.py"), *pathlib.Path(numpys_nn.__file__).parent.rglob("*.py")] if file not in FILES]
    imported = re.compile(r"^\s*(from|import) autograd_core\.compat\.torch", re.MULTILINE)
    assert not [file for file in others if imported.search(file.read_text(encoding="utf-8"))]


def test_importing_it_changes_nothing_elsewhere():
    assert numpys_nn.Linear(2, 2).weight.dtype == np.float64
    assert type(numpys_nn.Linear(2, 2).weight) is numpys_nn.Parameter
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert type(autograd_core.Tensor([1.0]) + 1) is autograd_core.Tensor


def test_tensors_can_be_drawn():
    figure = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed").Figure()
    axes, x = figure.subplots(), torch.linspace(0, 1, 5)
    axes.plot(x, x**2)
    axes.imshow(torch.eye(3))
    axes.hist(x, 3)
    axes.contourf(*torch.meshgrid(x, x, indexing="xy"), torch.ones(5, 5) * x)
    np.testing.assert_allclose(axes.lines[0].get_ydata(), np.linspace(0, 1, 5) ** 2, rtol=1e-6)


def test_elements_are_forgotten_with_their_last_name():
    from autograd_core.compat.torch import assigning

    before = len(assigning._places)
    x = torch.arange(1000.0)
    assert sum(v.item() for v in x) == 499500
    kept = x[3]
    assert len(assigning._places) == before + 1
    x[3] = 7
    assert kept.item() == 7
    del kept
    assert len(assigning._places) == before
