"""The stub says what is there, and type checkers accept user code: the samples, which also run.

The types of nn, testing and visualize stand in their code, where mypy checks them. autograd_core itself has a stub, since
most of Tensor is generated.
"""

import ast
import importlib.util
import inspect
import pathlib
import subprocess
import sys

import pytest

import autograd_core
from autograd_core import Tensor
from autograd_core.derivatives.declaring import signature
from autograd_core.functional import results

ROOT = pathlib.Path(__file__).parent.parent.parent
SAMPLES = ["tests/typing/sample.py", "tests/typing/sample_nn.py"]
STUB = ROOT / "autograd_core" / "__init__.pyi"
NODES = ast.parse(STUB.read_text(encoding="utf-8")).body
ANNOTATED = {"nn", "autograd_core.testing", "autograd_core.visualize"}


def declared():
    """(object, name, node) for every function, class and method in the stub."""
    for node in NODES:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and node.name != "HookHandle":
            yield pytest.param(autograd_core, node.name, node, id=node.name)
        if isinstance(node, ast.ClassDef) and hasattr(autograd_core, node.name):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield pytest.param(
                        getattr(autograd_core, node.name), inner.name, inner, id=f"{node.name}.{inner.name}-{inner.lineno}"
                    )


@pytest.mark.parametrize(("owner", "name", "node"), list(declared()))
def test_what_the_stub_declares_is_there_with_the_same_parameters(owner, name, node):
    value = inspect.getattr_static(owner, name, None) if isinstance(owner, type) else getattr(owner, name, None)
    if value is None and isinstance(owner, type):
        value = getattr(owner, name, None)
    assert value is not None, f"{name} is declared and does not exist"
    if isinstance(node, ast.ClassDef) or isinstance(value, property) or name.startswith("__"):
        return
    if name == "grad" and node.args.args[0].arg == "outputs":  # the form for results has a function of its own
        value = results.gradients
    expected = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    actual = [p.name for p in signature(value).parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    drop = isinstance(owner, type) and not isinstance(value, (staticmethod, classmethod))
    if getattr(getattr(value, "__wrapped__", None), "__module__", None) == "numpy":  # a newer NumPy may take more
        actual = [name for i, name in enumerate(actual) if i < drop or name in expected]
    assert expected[drop:] == actual[drop:]


def test_public_names_are_in_the_stub():
    names = {node.name for node in NODES if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {node.target.id for node in NODES if isinstance(node, ast.AnnAssign)}
    for node in NODES:  # only `import x as x` passes x on
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.name for alias in node.names if alias.asname == alias.name}
    assert set(autograd_core.__all__) - names == set()


def test_public_attributes_of_tensor_are_in_the_stub():
    (node,) = [node for node in NODES if isinstance(node, ast.ClassDef) and node.name == "Tensor"]
    names = {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
    names |= {inner.target.id for inner in node.body if isinstance(inner, ast.AnnAssign)}
    assert {name for name in dir(Tensor) if name not in dir(object) and not name.startswith("_")} - names == set()


def test_no_other_package_has_a_stub():
    """But for the namespace of the Array API, which is generated as Tensor is."""
    generated = [STUB, ROOT / "autograd_core" / "array_api" / "__init__.pyi"]
    assert sorted([*ROOT.glob("autograd_core/**/*.pyi"), *ROOT.glob("nn/**/*.pyi")]) == sorted(generated)


@pytest.mark.parametrize("package", sorted(ANNOTATED))
def test_types_cost_nothing_when_a_program_runs(package):
    """The modules of aliases import numpy.typing, and that of testing hypothesis."""
    program = f"import sys, {package}; print(sorted({{'numpy.typing', 'hypothesis', '{package}.types'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
    assert importlib.util.find_spec(f"{package}.types")


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_sample_runs(sample):
    module = sample.removesuffix(".py").replace("/", ".")
    subprocess.run([sys.executable, "-m", module], cwd=ROOT, check=True, capture_output=True, timeout=60)


@pytest.mark.heavy
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_accept_the_samples(checker):
    pytest.importorskip(checker, reason=f"{checker} is not installed: pip install -e '.[dev]'")
    options = ["--strict", "--follow-imports=silent", "--no-error-summary"] if checker == "mypy" else []
    done = subprocess.run(
        [sys.executable, "-m", checker, *options, *SAMPLES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
