"""What errors say of PyTorch's names and arguments, and whether the lines they give are right.

PyTorch's names and results were recorded by tests/reference/make_words.py.
"""

import importlib
import importlib.util
import inspect
import json
import pathlib
import re
import subprocess
import sys
import traceback
import warnings

import numpy as np
import pytest

import autograd_core
import nn
from autograd_core import Tensor, errors
from autograd_core.errors import hints, words
from tests.words import OPERANDS, arrays, run

ROOT = pathlib.Path(__file__).parent.parent
RECORDED = json.loads((ROOT / "tests" / "reference" / "torch_words.json").read_text(encoding="utf-8"))
NEEDS_SCIPY = pytest.mark.skipif(importlib.util.find_spec("scipy") is None, reason="SciPy is not installed")
LINES = {theirs: ours for _, theirs, compared, ours in hints.rows() if compared}
LINES |= {theirs: theirs.replace("torch.", "np.") for theirs in RECORDED["results"] if theirs not in LINES}
LESS_EXACT = {"u.polygamma(1)": 1e-9}  # PyTorch's: at 1.5 it gives 0.93480220097, and π² / 2 - 4 is 0.93480220054


def names(requires_grad=False):
    """What the lines name: Tensors of floats, arrays of integers and bools."""
    found = {"np": np, "nn": nn, "autograd_core": autograd_core, "Tensor": Tensor, "rng": np.random.default_rng(0)}
    for name, value in OPERANDS.items():
        found[name] = value.copy()
        if value.dtype.kind == "f" and name != "a":
            found[name] = Tensor(value.copy(), requires_grad=requires_grad) * 1 if requires_grad else Tensor(value.copy())
    return found


@pytest.mark.parametrize("requires_grad", [False, True], ids=["constant", "recorded"])
@pytest.mark.parametrize("theirs", [pytest.param(x, marks=[NEEDS_SCIPY] * ("scipy" in LINES[x])) for x in LINES])
def test_each_line_gives_pytorchs_numbers(theirs, requires_grad):
    own = names(requires_grad)
    if "scipy" in LINES[theirs]:
        importlib.import_module("scipy.special")
        own["scipy"] = importlib.import_module("scipy")
        importlib.import_module("autograd_core.scipy.linalg")
        importlib.import_module("autograd_core.scipy.special")
    with np.errstate(invalid="ignore"):
        found = arrays(run(LINES[theirs], own))
    expected = RECORDED["results"][theirs]
    assert len(found) == len(expected)
    for ours, (dtype, values) in zip(found, expected, strict=True):
        values = np.array(values)
        values = values[..., 0] + 1j * values[..., 1] if dtype.startswith("complex") else values
        assert ours.shape == values.shape
        np.testing.assert_allclose(ours.astype(values.dtype), values, rtol=LESS_EXACT.get(theirs, 1e-12), atol=1e-12)
        if "astype" in LINES[theirs]:
            assert ours.dtype == dtype


def test_every_line_that_is_compared_was_recorded():
    from tests.reference.make_words import lines

    assert lines() == list(RECORDED["results"])


OTHER = [ours for _, theirs, compared, ours in hints.rows() if not compared and "(" in ours and theirs[1:2] == "."]
OTHER += [ours for _, theirs, compared, ours in hints.rows() if not compared and ours.startswith(("rng.", "np."))]


@pytest.mark.parametrize("ours", OTHER)
def test_lines_without_the_same_numbers_run(ours):
    given = {**names(), "path": "unused"}
    given["t"] = given["t"] if "bool" not in ours else given["t"][0, 0]
    with np.printoptions():  # which one of them sets
        run(ours, given)


MODULES = {"torch": autograd_core, "nn": nn, "nn.functional": nn.functional, "nn.optim": nn.optim, "nn.data": nn.data}
NOT_THERE = [name for name in RECORDED["names"]["Tensor"] if not hasattr(Tensor, name)]


def test_every_method_of_pytorch_that_is_missing_has_its_line_or_a_reason():
    assert len(NOT_THERE) > 300
    without = [name for name in NOT_THERE if hints.hint(name) is None]
    assert without == []
    t = Tensor(OPERANDS["t"])
    for name in NOT_THERE:
        with pytest.raises(AttributeError, match=f"^'Tensor' object has no attribute '{name}'; (PyTorch's|it )") as caught:
            getattr(t, name)
        assert caught.value.name == name


@pytest.mark.parametrize("where", MODULES)
def test_every_name_of_pytorchs_modules_is_answered(where):
    module = MODULES[where]
    public = module.__all__
    for name in RECORDED["names"][where]:
        if hasattr(module, name):
            continue
        with pytest.raises(AttributeError, match=f"^module '{module.__name__}' has no attribute '{name}'; ") as caught:
            getattr(module, name)
        said = str(caught.value).partition("; ")[2]
        answers = r"PyTorch's .* here|it is not here: .*|it would change .*|it is [\w.]+|there is no such .*|NumPy has np\.\w+"
        near = re.fullmatch(r"the nearest name is '(\w+)'", said)
        assert near[1] in public if near else re.fullmatch(answers, said), said
        located = re.fullmatch(r"it is ([\w.]+)", said)
        if located:
            assert run(located[1], {"nn": nn, "autograd_core": autograd_core}) is not None


@pytest.mark.parametrize("package", ["scipy", "sparse"])
def test_packages_to_import_are_told(package):
    program = f"import autograd_core\nautograd_core.{package}\n"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT).stderr
    assert said.endswith(f"module 'autograd_core' has no attribute '{package}'; write import autograd_core.{package} first\n")


def test_nothing_that_exists_is_hidden_or_changed():
    public = {name for name in dir(Tensor) if name[0] != "_"}
    assert {"shape", "sum", "T", "backward"} <= public
    assert public & set(NOT_THERE) == set()
    assert all(hasattr(Tensor, name) for name in public)
    assert not hasattr(Tensor([1.0]), "view")
    assert not hasattr(Tensor, "view")
    assert getattr(Tensor([1.0]), "view", None) is None

    class Own(Tensor):
        def view(self, *shape):
            return self.reshape(*shape)

    assert Own([1.0, 2.0]).view(2, 1).shape == (2, 1)
    assert "view" in dir(Own)
    assert "view" in dir(Own([1.0]))


def test_no_private_name_is_suggested():
    assert [name for name in dir(Tensor([1.0])) if name[0] == "_" and name[:2] != "__"] == []
    for name in ("viw", "nod", "valu", "vieww", "squeezee", "T_"):
        try:
            getattr(Tensor([1.0]), name)
        except AttributeError as error:
            said = "".join(traceback.format_exception_only(error))
        assert "Did you mean: '_" not in said, said
    program = "from autograd_core import Tensor\nTensor([1.0]).vew\n"  # in C, the interpreter's own printing
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT).stderr
    assert "has no attribute 'vew'" in said
    assert "'_" not in said
    program = "from autograd_core import Tensor\nTensor([1.0]).view(1)\n"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT).stderr
    assert said.endswith("PyTorch's t.view(3, 2) is t.reshape(3, 2) here\n")  # and no "Did you mean"


M = Tensor(OPERANDS["t"], requires_grad=True)
CALLS = {
    "max dim": (lambda: M.max(dim=1), r"^max: there is no argument 'dim'; write axis=1$"),
    "sum keepdim": (lambda: M.sum(1, keepdim=True), r"^sum: there is no argument 'keepdim'; write keepdims=True$"),
    "mean dim": (lambda: Tensor(OPERANDS["t"]).mean(dim=0), r"^mean: there is no argument 'dim'; write axis=0$"),
    "std": (lambda: M.std(unbiased=False), r"^std: there is no argument 'unbiased'; write ddof=1 for unbiased=True"),
    "cumsum": (lambda: M.cumsum(dim=0), r"^cumsum: there is no argument 'dim'; write axis=0$"),
    "squeeze": (lambda: M.squeeze(dim=0), r"^squeeze: .*write axis=0$"),
    "softmax": (lambda: autograd_core.softmax(M, dim=1), r"^softmax: there is no argument 'dim'; write axis=1$"),
    "sort": (lambda: M.sort(descending=True), r"^sort: there is no argument 'descending'; write np\.sort\(t\)"),
    "sort dim": (lambda: M.sort(dim=1), r"^sort: there is no argument 'dim'; write axis=1$"),
    "flatten": (lambda: M.flatten(1), r"^flatten: order must be 'C' or 'F', got 1; .*t\.reshape\(len\(t\), -1\)$"),
    "start_dim": (lambda: M.flatten(start_dim=1), r"^flatten: .*write t\.reshape\(len\(t\), -1\) for start_dim=1$"),
    "positions": (lambda: M.sum(1, True), r"^sum\(1, True, …\): NumPy has other arguments in these places; .*keepdims=True$"),
    "positions of max": (lambda: M.max(1, True), r"^max\(1, True\): NumPy has other arguments"),
    "device": (
        lambda: Tensor([1.0], device="cpu"),
        r"^Tensor: there is no argument 'device'; write nothing in its place: .* NumPy's on the CPU, CuPy's on a GPU$",
    ),
    "dtype": (lambda: Tensor([1.0], dtype=float), r"^Tensor: .*write Tensor\(np\.array\(data, dtype\)\)$"),
    "unknown": (lambda: Tensor([1.0], foo=1), r"^Tensor: there is no argument 'foo'$"),
    "tensor": (lambda: autograd_core.tensor([1.0]), r"^autograd_core\.tensor is a module; write autograd_core\.Tensor\(data\)$"),
    "layer": (lambda: nn.Linear(3, 4, device="cpu"), r"^Linear: there is no argument 'device'; write nothing in its place"),
    "layer's axis": (lambda: nn.Softmax(axis=1), r"^Softmax: there is no argument 'axis'; write dim=1$"),
    "layer without arguments": (lambda: nn.Tanh(2), r"^Tanh\(\) takes no arguments$"),
    "layer without arguments, by name": (lambda: nn.Sigmoid(inplace=True), r"^Sigmoid\(\) takes no arguments$"),
    "optimizer": (lambda: nn.optim.Adam([M], learning_rate=0.1), r"^Adam: there is no argument 'learning_rate'; write lr=0\.1$"),
    "layer, other": (lambda: nn.Linear(3, 4, foo=1), r"Linear.__init__\(\) got an unexpected keyword argument 'foo'"),
    # No name of an inner function
    "max, other": (lambda: M.max(foo=1), r"^max\(\) got an unexpected keyword argument 'foo'$"),
    "mean, other": (lambda: Tensor(OPERANDS["t"]).mean(foo=1), r"^mean\(\) got an unexpected keyword argument 'foo'$"),
    "clip, other": (lambda: M.clip(foo=1), r"^clip\(\) got an unexpected keyword argument 'foo'$"),
    "clip, constant": (lambda: Tensor(OPERANDS["t"]).clip(foo=1), r"^clip\(\) got an unexpected keyword argument 'foo'$"),
    "tanh": (lambda: M.tanh(1), r"^Tensor\.tanh\(\) takes 1 positional argument but 2 were given$"),
    "reshape": (lambda: M.reshape(shape=(3, 2)), r"^Tensor\.reshape\(\) got an unexpected keyword argument 'shape'$"),
}


@pytest.mark.parametrize("case", CALLS)
def test_arguments_that_are_not_there(case):
    call, words = CALLS[case]
    with pytest.raises(TypeError, match=words) as caught:
        call()
    assert "<locals>" not in str(caught.value)


def test_errors_inside_a_function_of_the_users_own_stay():
    def inner(x):
        return x

    @autograd_core.primitive(x=lambda g: g)
    def own(x, dim=None):
        return inner(x, dim=dim)

    for x in (M, Tensor(OPERANDS["t"])):
        with pytest.raises(TypeError, match=r"\.inner\(\) got an unexpected keyword argument 'dim'"):
            own(x, dim=1)
    with pytest.raises(TypeError, match=r"^max\(\) got an unexpected keyword argument 'dtype'$"):
        M.max(dtype=float)


def test_no_method_shows_the_name_of_an_inner_function():
    for name in dir(Tensor):
        member = inspect.getattr_static(Tensor, name)
        if inspect.isfunction(member) and name[0] != "_":
            assert "<locals>" not in member.__qualname__, name
            with pytest.raises((TypeError, ValueError)) as caught:
                getattr(Tensor(OPERANDS["t"]), name)(no_such_argument=1)
            assert "<locals>" not in str(caught.value), name
            assert "Methods" not in str(caught.value), name


PRODUCTS = {
    "matmul": (lambda: M @ np.ones(2), "3 elements of the first operand meet 2 of the second"),
    "matmul of constants": (lambda: Tensor(OPERANDS["t"]) @ np.ones((2, 2)), "3 elements of the first operand meet 2 of the sec"),
    "vecdot": (lambda: np.vecdot(M, np.ones(2)), "3 elements of the first operand meet 2 of the second"),
    "a number": (lambda: M @ 3.0, "operand 1 has 0 axes, and 1 are needed"),
}


@pytest.mark.parametrize("case", PRODUCTS)
def test_no_signature_of_an_inner_loop_is_shown(case):
    call, words = PRODUCTS[case]
    with pytest.raises(errors.ShapeError, match=words) as caught:
        call()
    assert "->" not in str(caught.value)


def test_a_transpose_that_changes_nothing_is_told():
    with pytest.warns(UserWarning, match=r"t\.transpose\(0, 1\) is the matrix t itself.*t\.swapaxes\(0, 1\)") as caught:
        M.transpose(0, 1)
    assert caught[0].filename == __file__
    with pytest.raises(errors.ShapeError, match=r"the axes \(0, 1\) are not all 3 of the Tensor.*t\.swapaxes\(0, 1\)"):
        Tensor(np.ones((2, 2, 2))).transpose(0, 1)
    with warnings.catch_warnings(action="error"):
        for axes in ((), (1, 0), ((0, 1),), ([0, 1],)):  # what programs compute comes as one argument
            M.transpose(*axes)
        np.transpose(M, (0, 1))


def test_constructors_keep_their_signatures():
    assert list(inspect.signature(nn.Linear).parameters)[:2] == ["in_features", "out_features"]
    assert list(inspect.signature(nn.optim.SGD).parameters)[:2] == ["params", "lr"]

    class Own(nn.Module):
        def __init__(self, device):
            self.device = device

        def forward(self, x):
            return x

    assert Own(device="cpu").device == "cpu"

    class Open(nn.Module):
        def __init__(self, **options):
            self.options = options

    assert Open(device="cpu").options == {"device": "cpu"}


def test_a_module_can_have_another_base_whose_constructor_takes_arguments():
    class Named:
        def __new__(cls, name):
            made = super().__new__(cls)
            made.named = name
            return made

    class Both(nn.Module, Named):
        def __init__(self, name):
            self.name = name

    assert Both("a").named == Both(name="a").named == "a"


def test_the_page_is_up_to_date():
    spec = importlib.util.spec_from_file_location("pytorch_page", ROOT / "docs" / "pytorch_page.py")
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.updated(text) == text, "write it anew with python docs/pytorch_page.py"
    with pytest.raises(ValueError, match="the page must have the lines"):
        page.updated("")


def test_the_table_has_no_line_twice_and_no_bar():
    lines = [theirs for _, theirs, _, _ in hints.rows()]
    assert len(lines) == len(set(lines))
    assert not any("|" in line for line in words.ROWS.splitlines())  # they become rows of a table
