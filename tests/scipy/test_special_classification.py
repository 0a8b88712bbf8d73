"""Every public function of scipy.special is in one class of the table, and behaves as its class says."""

import importlib
import subprocess
import sys
import warnings

import numpy as np
import pytest

from autograd_core import Tensor
from autograd_core.derivatives.coverage import SCIPY_MODULES, classes_of, load_everything, markdown, public_functions
from autograd_core.derivatives.table import TABLE, UNSUPPORTED
from autograd_core.errors import UnsupportedError

special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
load_everything()
classification = importlib.import_module("autograd_core.derivatives.special.classification")
FUNCTIONS = public_functions("scipy.special")

# Names that only some SciPy since 1.14 has: these may be declared without being there
OTHER_VERSIONS = set(
    classification.special("""
    btdtr btdtri sph_harm log_wright_bessel softplus lpn lpmn clpmn
    legendre_p legendre_p_all assoc_legendre_p assoc_legendre_p_all sph_legendre_p sph_legendre_p_all sph_harm_y sph_harm_y_all
""").split()
)


def test_every_public_function_is_in_one_class():
    found = {path: classes_of(path, function) for path, function in FUNCTIONS.items()}
    unknown = [path for path, classes in found.items() if not classes]
    assert not unknown, (
        f"this SciPy has public functions that the table does not know: {', '.join(unknown)}. Write derivative(...) for each in "
        "autograd_core/derivatives/special/, or add it to a list in classification.py there"
    )
    twice = {path: classes for path, classes in found.items() if len(classes) > 1}
    assert not twice, f"declared in more than one class: {twice}; take the names out of classification.py"


def test_what_is_not_dispatched_is_no_ufunc():
    names = classification.NOT_DISPATCHED | classification.WRITTEN_WITH_OTHERS
    assert [path for path in names if isinstance(FUNCTIONS.get(path), np.ufunc)] == []


DECLARED = """
import scipy.special
from autograd_core.derivatives import table
resolve = table.resolve
def noting(path):
    if path.startswith("special."):
        print(path, resolve(path) is not None)
    return resolve(path)
table.resolve = noting
import autograd_core.derivatives.special
"""


def test_every_declared_name_is_scipys():
    """A name that SciPy lacks is skipped; a typing error would be, too."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", DECLARED], capture_output=True, text=True, check=True)
    declared = dict(line.split() for line in done.stdout.splitlines())
    assert len(declared) > 200
    names = classification.NOT_DISPATCHED | classification.WRITTEN_WITH_OTHERS
    missing = {path for path, is_there in declared.items() if is_there == "False"} | (names - FUNCTIONS.keys())
    assert missing <= OTHER_VERSIONS, "no SciPy has these; a name of some SciPy since 1.14 belongs into OTHER_VERSIONS"


def test_scipy_is_not_imported_without_its_user():
    code = "import sys, numpy as np, autograd_core; t = autograd_core.Tensor(1.0, requires_grad=True); np.exp(t).backward(); "
    code += "assert not [name for name in sys.modules if name.partition('.')[0] == 'scipy' or '.derivatives.special' in name]"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("call", ["special.beta(t, 2.0)", "special.beta.outer(t, [2.0], out=autograd_core.Tensor([0.0]))"])
def test_the_first_use_loads_the_table(call):
    """In whatever form; and it is only then that it is loaded."""
    code = "import sys, autograd_core; from scipy import special; t = autograd_core.Tensor(0.5, requires_grad=True); "
    code += f"assert 'autograd_core.derivatives.special' not in sys.modules; y = {call}; assert y.requires_grad, y"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("path", sorted(path for path, function in FUNCTIONS.items() if function in UNSUPPORTED))
def test_unsupported_function_names_itself_and_the_way_out(path):
    function = FUNCTIONS[path]
    t = Tensor([0.3, 0.7], requires_grad=True)
    with pytest.raises(UnsupportedError) as caught:
        function(*[t] * function.nin)  # of whatever arguments: they are not looked at
    assert str(caught.value) == f"{function.__name__}: there is no derivative for this function; {UNSUPPORTED[function]}"
    values = [np.array([1, 2])] * function.nin
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_equal(
            [np.asarray(part) for part in np.atleast_1d(function(*map(Tensor, values)))],
            [np.asarray(part) for part in np.atleast_1d(function(*values))],
        )


def test_coverage_has_every_function_once():
    text = markdown(SCIPY_MODULES)
    for path in FUNCTIONS:
        assert text.count(f"`{path.rpartition('.')[2]}`") == 1, path


def test_names_in_drawings_are_scipys():
    for function, entry in TABLE.items():
        if isinstance(function, np.ufunc) and entry.name.startswith("special."):
            assert hasattr(special, entry.name.removeprefix("special.").partition("(")[0])
