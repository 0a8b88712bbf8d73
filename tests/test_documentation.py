"""Every example in a docstring and in the documentation runs and prints what it says."""

import doctest
import importlib
import linecache
import pathlib
import pkgutil
import re
import subprocess
import sys

import numpy as np
import pytest

import autograd_core
from autograd_core.derivatives import coverage

ROOT = pathlib.Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [module.name for module in pkgutil.walk_packages(autograd_core.__path__, "autograd_core.")]
FUNCTIONS = [
    name
    for name in autograd_core.__all__
    if callable(value := getattr(autograd_core, name)) and not (isinstance(value, type) and issubclass(value, Exception))
]


SLOW = "autograd_core.testing.strategies."  # hypothesis draws examples
NEED = {  # modules and pages
    "autograd_core.parallel": ["dask"], "autograd_core.arrays": ["dask"], "scipy": ["scipy"], "big-data": ["dask"],
    "other-arrays": ["dask", "array_api_strict"], "native": ["llvmlite", "numba", "cffi"],
    "autograd_core.capturing.native": ["llvmlite"],
    "autograd_core.visualize.widget": ["anywidget"],
}  # fmt: skip


def skip_without(place):
    for library in NEED.get(place, ()):
        pytest.importorskip(library, reason=f"{library} is not installed")


@pytest.fixture(autouse=True)
def no_files_in_memory():
    """For each docstring doctest asks of each file that `linecache` holds whether it has changed: nine tenths of its time."""
    for name, known in list(linecache.cache.items()):
        if known[1:2] not in ((), (None,)):  # else its text comes from no file
            del linecache.cache[name]


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.heavy] * name.startswith(SLOW)) for name in MODULES])
def test_docstring_examples(name):
    skip_without(name)
    skip_without(name.rpartition(".")[0])
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert failed == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions_have_examples_that_run(name):
    """Also those of Entry instances, which `doctest.testmod` does not find."""
    value = getattr(autograd_core, name)
    examples = doctest.DocTestParser().get_doctest(value.__doc__, {name: value}, name, None, None)
    assert examples.examples, f"the docstring of autograd_core.{name} has no example (>>>)"
    assert doctest.DocTestRunner(optionflags=OPTIONS).run(examples).failed == 0


@pytest.mark.parametrize("package", ["testing", "testing.strategies", "visualize", "sparse"])
def test_public_names_of_other_packages_have_examples(package):
    """`test_docstring_examples` runs them."""
    module = importlib.import_module(f"autograd_core.{package}")
    public = {name: getattr(module, name) for name in module.__all__}
    ours = [name for name, value in public.items() if getattr(value, "__module__", "").startswith("autograd_core")]
    assert len(ours) >= 5
    assert [name for name in ours if ">>>" not in (public[name].__doc__ or "")] == []


@pytest.mark.parametrize("name", autograd_core.__all__)
def test_public_names_are_documented(name):
    """By a docstring of their own: that of an instance must not be that of its class, nor that of a class its parent's."""
    value = getattr(autograd_core, name)
    own = vars(value).get("__doc__") if isinstance(value, type) else value.__doc__
    assert own, f"autograd_core.{name} has no docstring"
    assert isinstance(value, type) or own != type(value).__doc__, f"autograd_core.{name} has only the docstring of its class"
    assert getattr(value, "__name__", name).rpartition(".")[2] == name


def test_public_names_are_listed():
    assert len(set(autograd_core.__all__)) == len(autograd_core.__all__)
    found = vars(autograd_core).items()
    exported = {name for name, value in found if not name.startswith("_") and not isinstance(value, type(np))}
    assert exported == set(autograd_core.__all__) - {"errors", "array_api"}  # modules
    assert len(FUNCTIONS) == len(exported) - 3  # GaugeWarning, KinkWarning, LoopWarning


def test_public_names_are_offered_before_they_are_loaded():
    program = "import autograd_core as a; print(sorted(set(a.__all__) - set(dir(a))), 'grad' in vars(a))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[0] == "[] False"


def test_readme_examples(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some save files
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=OPTIONS, encoding="utf-8")
    assert failed == 0
    assert tried > 10


SLOW_PAGES = {"odes", "native", "6-convolution", "7-sequences", "8-what-goes-wrong"}  # they train, or solve


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.stem, marks=[pytest.mark.heavy] * (page.stem in SLOW_PAGES))
        for page in sorted((ROOT / "docs").rglob("*.md"))
    ],
)
def test_examples_of_the_documentation(page, tmp_path, monkeypatch):
    skip_without(page.stem)
    monkeypatch.chdir(tmp_path)  # some save files
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=OPTIONS, encoding="utf-8")
    assert failed == 0


def test_every_code_block_of_the_readme_is_run():
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(blocks) == README.count("\n```") / 2
    for language, block in blocks:
        if language == "bash":  # run by tests/examples, and by whoever runs this
            assert "-m examples.digit_classification" in block or "-m pytest tests" in block
        else:
            assert language == "python"
            assert block.startswith(">>> ")


def test_docs_have_the_coverage_of_numpy():
    text = (ROOT / "docs" / "numpy.md").read_text(encoding="utf-8")
    if f"Of NumPy {coverage.version()}:" not in text:
        pytest.skip("the coverage in docs/numpy.md is that of another NumPy")
    assert coverage.updated(text) == text, "write it anew with python -m autograd_core.derivatives.coverage docs/numpy.md"


def test_the_readme_is_short():
    assert len(README.split()) < 1200


def test_docs_have_the_coverage_of_scipy():
    scipy = pytest.importorskip("scipy", reason="SciPy is not installed")
    text = (ROOT / "docs" / "scipy.md").read_text(encoding="utf-8")
    if f"Of SciPy {coverage.version(scipy)}:" not in text:
        pytest.skip("the coverage in docs/scipy.md is that of another SciPy")
    assert coverage.updated(text) == text, "write it anew with python -m autograd_core.derivatives.coverage docs/scipy.md"


def test_coverage_needs_a_place_to_be_written_to():
    with pytest.raises(ValueError, match="the text must have the lines <!-- coverage"):
        coverage.updated(coverage.START)
