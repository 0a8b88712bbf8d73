"""The stubs say what is there, and type checkers accept user code: the samples, which also run.

The types of nn stand in its code, where mypy checks them.
"""

import ast
import importlib
import inspect
import pathlib
import subprocess
import sys

import pytest

from autograd_core.derivatives.table import signature  # older NumPys do not tell those of functions in C

ROOT = pathlib.Path(__file__).parent.parent.parent
SAMPLES = ["tests/typing/sample.py", "tests/typing/sample_nn.py"]
STUBS = sorted((ROOT / "autograd_core").rglob("*.pyi"))


def module_of(path):
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def of_stub(path):
    """(object, name, node) for every function, class and method in a stub."""
    module = module_of(path)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield module, node.name, node
        if isinstance(node, ast.ClassDef) and hasattr(module, node.name):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield getattr(module, node.name), inner.name, inner


def all_stubs():
    return [
        pytest.param(owner, name, node, id=f"{path.parent.name}-{getattr(owner, '__name__', '')}.{name}-{node.lineno}")
        for path in STUBS
        for owner, name, node in of_stub(path)
    ]


@pytest.mark.parametrize(("owner", "name", "node"), all_stubs())
def test_what_a_stub_declares_is_there_with_the_same_parameters(owner, name, node):
    if name == "HookHandle":
        return
    value = inspect.getattr_static(owner, name, None) if isinstance(owner, type) else getattr(owner, name, None)
    if value is None and isinstance(owner, type):
        value = getattr(owner, name, None)
    assert value is not None, f"{name} is declared and does not exist"
    if isinstance(node, ast.ClassDef) or isinstance(value, property) or name.startswith("__"):
        return
    declared = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    found = [p.name for p in signature(value).parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    drop = isinstance(owner, type) and not isinstance(value, (staticmethod, classmethod))
    if getattr(getattr(value, "__wrapped__", None), "__module__", None) == "numpy":  # a newer NumPy may take more
        found = [name for i, name in enumerate(found) if i < drop or name in declared]
    assert declared[drop:] == found[drop:]


@pytest.mark.parametrize("path", STUBS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_public_names_are_in_the_stub(path):
    declared = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            declared.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            declared.add(node.target.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):  # only `import x as x` passes x on
            declared |= {alias.name for alias in node.names if alias.asname == alias.name}
    module = module_of(path)
    own = [name for name, value in vars(module).items() if name[0] != "_" and getattr(value, "__module__", "") == module.__name__]
    assert {*getattr(module, "__all__", own)} - declared == set()


def test_each_public_package_of_autograd_core_has_a_stub():
    groups = ("graph", "tensor", "functional", "derivatives", "capturing", "compat")
    internal = tuple(f"autograd_core/{group}" for group in groups)
    inits = (ROOT / "autograd_core").rglob("__init__.py")
    packages = {init.parent.relative_to(ROOT).as_posix() for init in inits}
    assert {path.parent.relative_to(ROOT).as_posix() for path in STUBS} == {p for p in packages if not p.startswith(internal)}


@pytest.mark.parametrize("kind", ["Tensor", "Drawing"])
def test_public_attributes_are_in_the_stub(kind):
    """Of the classes that users meet most."""
    of = {name: (path, node) for path in STUBS for _, name, node in of_stub(path) if name == kind}
    path, node = of[kind]
    declared = {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
    declared |= {inner.target.id for inner in node.body if isinstance(inner, ast.AnnAssign)}
    found = {name for name in dir(getattr(module_of(path), kind)) if name not in dir(object) and not name.startswith("_")}
    assert found - declared == set()


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
