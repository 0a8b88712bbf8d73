"""What the documentation states, as far as a program can tell whether it is true."""

import ast
import importlib.util
import pathlib
import pkgutil
import re
import subprocess
import sys
from contextvars import ContextVar
from graphlib import TopologicalSorter
from importlib.util import find_spec

import pytest

import autograd_core
import nn
from autograd_core.derivatives.table import TABLE, resolve

ROOT = pathlib.Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "tests" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = [*sorted((ROOT / "autograd_core").rglob("*.py")), *sorted((ROOT / "nn").rglob("*.py"))]
MODULES = [
    name for package in (autograd_core, nn) for _, name, _ in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    if not name.startswith("autograd_core.arrays.dask") or importlib.util.find_spec("dask")
]  # fmt: skip


def read(path):
    return path.read_text(encoding="utf-8")


def ids(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) if not re.match(r"http|(\.\./)?_figures", link)]
    assert [link for link in links if not (page.parent / link).exists()] == []


MENTIONED = re.compile(r"`((?:autograd_core|nn|docs|tests|examples|benchmarks|graph|visualize)/[\w./*-]*)`")


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_files_that_are_named_exist(page):
    roots = (ROOT, ROOT / "autograd_core")
    assert [name for name in MENTIONED.findall(read(page)) if not any([*root.glob(name)] for root in roots)] == []


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_programs_that_are_named_exist(page):
    named = set(re.findall(r"python -m ((?:autograd_core|nn|examples|benchmarks|tests)[\w.]*)", read(page)))
    assert [name for name in named if not importlib.util.find_spec(name)] == []


def test_pages_that_code_sends_readers_to_exist():
    named = {name for path in SOURCES for name in re.findall(r"\bdocs/[\w/-]+\.md", read(path))}
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [path for path in SOURCES if "the README" in read(path)] == []  # it has no table of conventions


ENTRIES = [ROOT / "docs" / "how-it-works.md", ROOT / "autograd_core" / "derivatives" / "table.py", ROOT / "CONTRIBUTING.md"]


def test_entries_that_are_shown_are_those_of_the_table():
    table = {line.strip() for path in (ROOT / "autograd_core" / "derivatives").glob("*.py") for line in read(path).splitlines()
             if line.startswith("derivative(")}  # fmt: skip
    shown = [line.strip() for path in ENTRIES for line in read(path).splitlines() if re.match(r" +derivative\(\"", line)]
    assert len(shown) >= 5
    assert [line for line in shown if line not in table] == []
    assert repr(TABLE[resolve("exp")]) in read(ENTRIES[0])


def test_context_variables_are_counted():
    found = {}
    without = (
        {"autograd_core.visualize.widget"} if find_spec("anywidget") is None else set()
    )  # a module that cannot be loaded then
    for name in set(MODULES) - without:
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, ContextVar):
                found[value.name] = value
    assert set(found) == {"recording", "anomaly", "recomputing", "silent", "ours", "forward_mode", "numpy_meaning"}
    design = " ".join(read(ROOT / "docs" / "design.md").split())
    assert "there are five context variables, `recording`, `anomaly`, `recomputing`, `silent` and `ours`" in design


def test_the_code_map_has_every_folder():
    block = re.search(r"## Code map\n\n(.*?)\n\n", read(ROOT / "docs" / "how-it-works.md"), re.DOTALL)[1]
    table = re.findall(r"^\| `([^`|]+)`", read(ROOT / "CONTRIBUTING.md"), re.MULTILINE)
    folders = {path.parent.name for path in (ROOT / "autograd_core").glob("*/__init__.py")}
    assert set(re.findall(r"^ +(\w+)/ ", block, re.MULTILINE)) == folders | {"nn"}
    assert {name.removeprefix("autograd_core/").rstrip("/") for name in table} >= folders | {"nn", "docs", "tests"}


FILES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES}


def imported(path):
    """The files of the packages that a file imports, also in functions and for types alone."""
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in FILES)
        elif isinstance(node, ast.ImportFrom) and node.module in FILES:
            for full in (f"{node.module}.{name.name}" for name in node.names):
                yield full if full in FILES else node.module


def folder_of(name):
    return ".".join(name.split(".")[: 2 if name.startswith("autograd_core") else 1])


def test_imports_run_one_way():
    """Between files and between folders: a CycleError shows a circle."""
    files = {name: set(imported(path)) - {name} for name, path in FILES.items()}
    TopologicalSorter(files).prepare()
    folders = {folder_of(name): set() for name in files}
    for name, others in files.items():
        folders[folder_of(name)] |= set(map(folder_of, others)) - {folder_of(name)}
    TopologicalSorter(folders).prepare()
    assert folders["autograd_core.derivatives"] == {"autograd_core.errors"}
    stated = re.search(r"From the ground up: (.*?)\. A test", " ".join(read(ROOT / "docs" / "design.md").split()))[1]
    floors = [re.findall(r"`(\w+(?:/__init__\.py)?)`", floor) for floor in stated.split(";")]
    floor_of = {name.removesuffix("/__init__.py"): i for i, floor in enumerate(floors) for name in floor}
    short = lambda folder: folder.removeprefix("autograd_core.")
    assert set(floor_of) == set(map(short, folders))
    up = [(a, b) for a, others in folders.items() for b in others if floor_of[short(a)] <= floor_of[short(b)]]
    assert up == []


def test_the_table_knows_numpy_only_and_its_special_functions_scipy():
    for name, path in FILES.items():
        if name.startswith("autograd_core.derivatives"):
            nodes = [*ast.walk(ast.parse(read(path)))]
            modules = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
            modules |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
            others = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
            assert others <= {"numpy", "autograd_core"} | ({"scipy"} if ".special" in name else set()), name


API = ["nn", "nn.functional", "nn.optim", "nn.optim.lr_scheduler", "nn.optim.swa_utils", "nn.data", "nn.init", "nn.errors"]
API += ["nn.utils", "nn.utils.rnn", "nn.utils.parametrize", "nn.utils.parametrizations"]
API += [
    f"autograd_core{part}"
    for part in ("", ".testing", ".testing.strategies", ".visualize", ".sparse", ".parallel", ".arrays", ".errors")
]
ELSEWHERE = ["autograd_core.capture", "nn.functional.tanh"]  # has a page of its own; is NumPy's


def test_nn_and_the_faces_are_written_with_public_names():
    words = {"autograd_core.errors.arguments", "autograd_core.errors.hints"}
    modules = (
        words | {name for name in API if name.startswith("autograd_core")} | {"autograd_core.array_api", "autograd_core.scipy"}
    )
    for name in FILES:
        if not name.startswith(("nn", "autograd_core.compat")):
            continue
        for node in ast.walk(ast.parse(read(FILES[name]))):
            if isinstance(node, ast.ImportFrom) and re.match(r"autograd_core(?!\.compat)", node.module or ""):
                assert node.module in modules, f"{name} imports from {node.module}"
                public = getattr(importlib.import_module(node.module), "__all__", None)
                names = {alias.name for alias in node.names} - {"compat"}
                private = {each for each in names if each[0] == "_" or (public is not None and each not in public)}
                assert {each for each in private if f"{node.module}.{each}" not in modules} == set(), name


def test_reference_pages_have_every_public_name(monkeypatch):
    """Under one of its names: `nn.optim.StepLR` is `nn.optim.lr_scheduler.StepLR`."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    reference = importlib.import_module("reference")
    pages = [reference.documented(read(page)) for page in (ROOT / "docs" / "api").glob("*.md")]
    documented = {id(value) for page in pages for value in page.values()}
    public = {f"{package}.{name}": value for package in API for name, value in reference.public(package).items()}
    assert len(public) > 400
    assert [name for name, value in public.items() if id(value) not in documented and name not in ELSEWHERE] == []


WITHOUT_GRAPHVIZ = """
import sys
sys.modules["graphviz"] = None         # as if it were not installed
import nn
from autograd_core import Tensor, errors
from autograd_core.visualize import draw, explore, listing, make_dot, records
y = Tensor(2.0, requires_grad=True) * 3.0
assert draw(y).svg.startswith("<svg") and draw(y).dot.startswith("digraph")
assert explore(y, path=None).text and listing(y) and records(y)
try:
    make_dot(y)
except errors.DrawingError as error:
    print(error)
"""


def test_all_but_make_dot_works_without_graphviz():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_GRAPHVIZ], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "make_dot needs the package graphviz: pip install graphviz. draw, listing and explore do without it\n"


def test_what_is_required_is_what_the_readme_says():
    required = re.search(r"install_requires =\n((?: +.*\n)+)", read(ROOT / "setup.cfg"))[1]
    assert [re.match(r" *([\w-]+)", line)[1] for line in required.splitlines()] == ["numpy", "graphviz"]
    readme = " ".join(read(ROOT / "README.md").split())
    assert "It needs NumPy, and for `make_dot` alone the small pure-Python package `graphviz`" in readme
