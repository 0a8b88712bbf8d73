"""What all of `autograd_core.scipy` shares: how it is loaded, how calls are bound, and what errors say."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.optimize
import scipy.signal
import scipy.sparse.linalg
import scipy.stats

from autograd_core import Tensor, no_grad
from autograd_core.errors import AutogradError, DetachError, UnsupportedError, culprits
from autograd_core.scipy import linalg, sparse
from autograd_core.scipy.__main__ import updated
from autograd_core.scipy.declaring import MADE, Submodule

PAGE = Path(__file__).parent.parent.parent / "docs" / "api" / "scipy.md"


def run(code):
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_scipy_is_imported_only_by_who_uses_it():
    assert run("import sys, autograd_core; print('scipy' in sys.modules)") == "False"


def test_submodules_are_loaded_when_used():
    there = "print('scipy.linalg' in sys.modules)"
    assert run(f"import sys; from autograd_core import scipy; {there}; scipy.linalg.expm; {there}").split() == ["False", "True"]


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        ("sys.modules['scipy'] = None", "needs SciPy, which is not installed; write pip install scipy"),
        (
            "import scipy; scipy.__version__ = '1.13.1'",
            "needs SciPy 1.14 or newer, got 1.13.1; write pip install -U scipy",
        ),
    ],
)
def test_without_scipy_the_error_says_what_to_install(hidden, words):
    code = f"import sys\n{hidden}\ntry:\n    import autograd_core.scipy\nexcept ImportError as error:\n    print(error)"
    assert f"autograd_core.scipy {words}" in run(code)


def test_an_unknown_name():
    with pytest.raises(AttributeError, match=r"of SciPy's modules there are .*linalg"):
        linalg.__class__.__getattribute__(sys.modules["autograd_core.scipy"], "nothing")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        linalg.nothing  # noqa: B018


def test_arguments_are_bound_as_scipy_does():
    a = Tensor(np.eye(2), requires_grad=True)
    with pytest.raises(TypeError, match="expm: too many positional arguments"):
        linalg.expm(a, 2)
    with pytest.raises(TypeError, match="expm: got an unexpected keyword argument 'B'"):
        linalg.expm(a, B=2)
    assert isinstance(linalg.expm(A=a), Tensor)


def test_a_list_of_tensors_is_an_array():
    x = Tensor(0.5, requires_grad=True)
    out = linalg.expm([[x, 1.0], [0.0, x]])
    np.testing.assert_allclose(out.numpy(), scipy.linalg.expm([[0.5, 1.0], [0.0, 0.5]]))
    out[0, 1].backward()  # eˣ
    np.testing.assert_allclose(x.grad, np.exp(0.5))


def test_declarations_that_are_wrong_are_noticed():
    table = Submodule("constants")
    try:
        with pytest.raises(TypeError, match="convert_temperature of SciPy has no argument nothing"):
            table.composed("convert_temperature")(lambda val, nothing: val)
        table.value_only("precision")
        with pytest.raises(ValueError, match=r"scipy\.constants\.precision is declared already"):
            table.unsupported({"precision": "write …"})
        assert table.derivative("what SciPy lacks", "x") is None
    finally:
        del MADE["constants"]


def test_plain_scipy_on_a_tensor_names_the_counterpart():
    a = Tensor(np.eye(2), requires_grad=True)
    words = "^scipy.linalg.expm would cut .*; write `from autograd_core.scipy import linalg` and linalg.expm"
    with pytest.raises(DetachError, match=words):
        scipy.linalg.expm(a)


@pytest.mark.parametrize("name", ["linalg.circulant", "fftpack.fft", "fftpack.dctn", "signal.ShortTimeFFT"])
def test_what_asks_for_the_memory_of_a_tensor_is_named(name):
    t = Tensor(np.arange(4.0), requires_grad=True)
    module, _, last = name.rpartition(".")
    function = getattr(importlib.import_module(f"scipy.{module}"), last)
    with pytest.raises(AttributeError, match=rf"^scipy\.{name} would cut .*; write .*, or t\.numpy\(\) for the value$") as caught:
        function(t, *((1, 1.0) if last == "ShortTimeFFT" else ()))
    assert ("linalg.circulant(…), which has a derivative" in str(caught.value)) == (module == "linalg")
    assert not hasattr(t, "strides")
    with pytest.raises(AttributeError, match=r"^'Tensor' object has no attribute 'flags'; .*t\.numpy\(\)\.flags"):
        t.flags  # noqa: B018


def test_nothing_is_said_to_have_a_derivative_that_has_none():
    t = Tensor(0.3, requires_grad=True)
    for call, instead in (
        (lambda: scipy.signal.lti(t, [1.0, 2.0]), r"it with NumPy's .*primitive \(autograd_core\.scipy has no counterpart"),
        (lambda: scipy.stats.zipf.pmf(2, t), "its log density with NumPy's"),
        (
            lambda: scipy.interpolate.CubicSpline([0, 1, 2], [t, 1.0, 2.0]),
            r".* interpolate\.CubicSpline\(…\), which has a derivative",
        ),
    ):
        with pytest.raises(DetachError, match=rf"^scipy\.[\w.]+ would cut .*; write {instead}"):
            call()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("optimize.brentq", lambda t: scipy.optimize.brentq(lambda x: x * t - 1, 0, 3)),
        ("optimize.bisect", lambda t: scipy.optimize.bisect(lambda x: x * t - 1, 0, 3)),
        ("optimize.root_scalar", lambda t: scipy.optimize.root_scalar(lambda x: x * t - 1, bracket=(0, 3))),
        ("optimize.fsolve", lambda t: scipy.optimize.fsolve(lambda x: x * t - 1, 1.0)),
        ("optimize.root", lambda t: scipy.optimize.root(lambda x: x * t - 1, 1.0)),
        ("integrate.quad", lambda t: scipy.integrate.quad(lambda x: x * t, 0, 1)),
        ("sparse.linalg.cg", lambda t: scipy.sparse.linalg.cg(diagonal(t), np.ones(2))),
        ("sparse.linalg.expm_multiply", lambda t: scipy.sparse.linalg.expm_multiply(diagonal(t), np.ones(2))),
    ],
)
def test_of_what_c_would_hide_too(name, call):
    """SciPy's C takes an error in a number for none, and a Matrix for no operator."""
    path, _, last = name.rpartition(".")
    package = "autograd_core.scipy" if path.count(".") == 0 else "autograd_core.scipy.sparse"
    module = path.rpartition(".")[2]
    words = rf"^scipy\.{name} would cut .*; write `from {package} import {module}` and {module}\.{last}\(…\), which has"
    with pytest.raises(DetachError, match=words):
        call(Tensor(1.3, requires_grad=True))


@pytest.mark.parametrize("name", ["cg", "gmres", "lsqr", "eigsh", "svds", "minres"])
def test_iterative_solvers_of_a_dense_tensor_are_named(name):
    t = Tensor(np.eye(4), requires_grad=True)
    with pytest.raises(DetachError, match=rf"^scipy\.sparse\.linalg\.{name} would cut the Tensor"):
        getattr(scipy.sparse.linalg, name)(t, *((1,) if name in ("eigsh", "svds") else (np.ones(4),)))


@pytest.mark.parametrize("method", ["BFGS", "Nelder-Mead", "L-BFGS-B", "COBYLA"])
def test_of_what_a_minimiser_would_take_for_no_number(method):
    """It catches a TypeError, and a DetachError is one."""
    t = Tensor(1.3, requires_grad=True)
    with pytest.raises(AutogradError, match=r"^scipy\.optimize\.minimize would cut .*; write .* optimize\.minimize\(…\)"):
        scipy.optimize.minimize(lambda x: np.sum((x - t) ** 2), [0.0], method=method)


@pytest.mark.parametrize("options", [{}, {"updating": "deferred", "workers": map}, {"updating": "deferred", "vectorized": True}])
def test_of_what_differential_evolution_would_take_for_a_wrong_map(options):
    t = Tensor(1.3, requires_grad=True)
    with pytest.raises(AutogradError, match=r"^scipy\.optimize\.differential_evolution would cut the Tensor out of the graph"):
        scipy.optimize.differential_evolution(lambda x: np.sum((x - t) ** 2, axis=0), [(0.0, 2.0)] * 2, **options)


@pytest.mark.parametrize("name", ["find_root", "find_minimum"])
def test_of_a_function_in_a_public_module_written_in_a_private_one(name):
    elementwise = pytest.importorskip("scipy.optimize.elementwise", reason="SciPy before 1.15 has none")
    t = Tensor(2.0, requires_grad=True)
    with pytest.raises(AutogradError, match=rf"^scipy\.optimize\.elementwise\.{name} would cut the Tensor out of .*; write "):
        getattr(elementwise, name)(lambda x: (x - t) ** 3, (0.0, 1.0, 3.0)[:: 2 if name == "find_root" else 1])


def diagonal(t):
    return sparse.coo_array((t * np.ones(2), ([0, 1], [0, 1])))


def test_root_finders_take_what_is_no_part_of_a_graph():
    t = Tensor(1.3)
    for root in (scipy.optimize.brentq(lambda x: x * t - 1, 0, 3), scipy.optimize.fsolve(lambda x: x * t - 1, 1.0)):
        np.testing.assert_allclose(root, 1 / 1.3)


def test_plain_scipy_names_what_works_on_values():
    with pytest.raises(DetachError, match=r"^scipy\.linalg\.bandwidth would cut .* linalg\.bandwidth\(…\), which works"):
        scipy.linalg.bandwidth(Tensor(np.eye(2), requires_grad=True))


def test_spsolve_of_a_matrix_says_why():
    with pytest.raises(ValueError, match="unrecognized csc_array constructor input") as caught:
        scipy.sparse.linalg.spsolve(diagonal(Tensor(1.3, requires_grad=True)), np.ones(2))
    assert "scipy.sparse.linalg.spsolve would cut the Matrix out of the graph" in str(caught.value.__cause__)


def test_a_matrix_has_no_other_attributes():
    with pytest.raises(AttributeError, match=r"a sparse Matrix has no attribute 'power'; A\.toscipy\(\) has"):
        diagonal(Tensor(1.3)).power  # noqa: B018
    with pytest.raises(DetachError, match=r"^np\.asarray\(A\) would cut the Matrix .* A\.toarray\(\) for a Tensor"):
        np.asarray(diagonal(Tensor(1.3)))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("fminbound", lambda t: scipy.optimize.fminbound(lambda x: (x - t) ** 2, -3, 4)),
        ("fminbound", lambda t: scipy.optimize.fminbound(lambda x: (x - 1) ** 2, -t, 4)),
        ("fminbound", lambda t: scipy.optimize.fminbound(lambda x, t: (x - t) ** 2, -3, 4, args=(t,))),
        ("minimize_scalar", lambda t: scipy.optimize.minimize_scalar(lambda x: (x - t) ** 2, method="bounded", bounds=(0, 3))),
        ("minimize_scalar", lambda t: scipy.optimize.minimize_scalar(lambda x: (x - t) ** 2)),
        ("minimize_scalar", lambda t: scipy.optimize.minimize_scalar(lambda x: (x - t) ** 2, method="golden")),
        ("brent", lambda t: scipy.optimize.brent(lambda x: (x - t) ** 2)),
        ("brent", lambda t: scipy.optimize.brent(lambda x: (x - 1) ** 2, brack=(-t, 0.5, 3))),
        ("golden", lambda t: scipy.optimize.golden(lambda x: (x - t) ** 2)),
        ("newton", lambda t: scipy.optimize.newton(lambda x: x * x - t, 1.0)),
        ("newton", lambda t: scipy.optimize.newton(lambda x: x * x - t, 1.3**0.5, fprime=lambda x: 2 * x)),
        ("root_scalar", lambda t: scipy.optimize.root_scalar(lambda x: x * x - t, x0=1.0, method="secant")),
        ("fixed_point", lambda t: scipy.optimize.fixed_point(lambda x: np.cos(t * x), 0.7)),
        ("fixed_point", lambda t: scipy.optimize.fixed_point(lambda x: np.cos(t * x / 2), 0.7, method="iteration")),
    ],
)
def test_iterations_are_not_differentiated(name, call):
    """The slope of where an iteration stops is not that of its limit: 0 if it starts there, and it may come from values alone."""
    words = {"golden": "minimize_scalar", "brent": "minimize_scalar", "fminbound": "minimize_scalar"}.get(name, name)
    with pytest.raises(
        UnsupportedError,
        match=rf"^scipy\.optimize\.{name} would differentiate its iterations, and not their limit; "
        rf"write `from autograd_core\.scipy import optimize` and optimize\.{words}\(.*, or t\.detach\(\) first$",
    ):
        call(Tensor(1.3, requires_grad=True))
    if name != "fixed_point":  # which writes into a number
        call(Tensor(1.3))  # no part of a graph
        with no_grad():
            call(Tensor(1.3, requires_grad=True))


def test_comparisons_of_others_called_so_are_let_alone():
    def newton(t):
        return t > 1

    assert newton(Tensor(1.3, requires_grad=True))


@pytest.mark.parametrize("name", ["brentq", "brenth", "bisect", "ridder"])
def test_a_bracket_may_be_tensors(name):
    """The root does not depend on it."""
    f, t = (lambda x: x**3 + x - 2), Tensor(3.0, requires_grad=True)
    find = getattr(scipy.optimize, name)
    np.testing.assert_allclose(find(f, -t, t, xtol=1e-12 * t, rtol=1e-13 * t), 1)
    with pytest.raises(DetachError, match=rf"^scipy\.optimize\.{name} would cut the Tensor"):
        find(lambda x: x**3 + x - t, -t, t)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda t: scipy.signal.lfilter([1.0], np.stack([1.0, t]), np.ones(3)),
            r"signal\.lfilter would cut .*; write .* signal\.lfilter\(…\), which has a derivative",
        ),
        (
            lambda t: scipy.optimize.milp(np.stack([t, 1.0])),
            r"optimize\.milp would cut .*; write .* optimize\.linprog for one without integers: with them the result does",
        ),
    ],
)
def test_of_what_c_would_find_no_array(call, words):
    with pytest.raises(DetachError, match=rf"^scipy\.{words}"):
        call(Tensor(1.3, requires_grad=True))


@pytest.mark.parametrize("places", ["BEFORE_C", "CATCHING", "ITERATING", "BRACKETING"])
def test_the_private_functions_that_errors_go_by_are_there(places):
    """Names of SciPy's own frames: one that a newer SciPy lacks would let errors be lost, or numbers be wrong."""
    for name, module in getattr(culprits, places).items():
        source = inspect.getsource(importlib.import_module(module))
        assert re.search(rf"^ *def {name}\(", source, re.MULTILINE), f"{places}: {module} has no function {name} in this SciPy"


@pytest.mark.parametrize(
    "path",
    ["fft", "integrate", "interpolate", "linalg", "ndimage", "optimize", "signal", "sparse.linalg", "spatial.distance", "stats"],
)
def test_each_module_has_its_list_and_an_example(path):
    text = PAGE.read_text(encoding="utf-8")
    assert f"<!-- functions of scipy.{path} -->" in text
    section = re.search(rf"^## {re.escape(path)}$(.*?)(^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    assert ">>> " in section


def test_no_module_is_without_a_list():
    updated("")  # loads them
    listed = set(re.findall(r"<!-- functions of scipy\.([\w.]+) -->", PAGE.read_text(encoding="utf-8")))
    assert {*MADE} - {"special"} == listed


def test_the_page_lists_what_there_is():
    text = PAGE.read_text(encoding="utf-8")
    if f"of SciPy {'.'.join(scipy.__version__.split('.')[:2])}." not in text:
        pytest.skip("the lists of the page are those of another SciPy")
    assert updated(text) == text, "write it anew with python -m autograd_core.scipy docs/api/scipy.md"
