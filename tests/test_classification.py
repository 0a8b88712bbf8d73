"""Every public function of NumPy is in one class of the table, and behaves as its class says."""

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd_core
from autograd_core import Tensor, no_grad
from autograd_core.derivatives.classification import NOT_DISPATCHED
from autograd_core.derivatives.coverage import CLASSES, MODULES, classes_of, classify, load_everything, markdown, public_functions
from autograd_core.derivatives.table import COMPOSED, TABLE, UNSUPPORTED, VALUE_ONLY, resolve
from autograd_core.errors import DetachError, UnsupportedError

load_everything()
FUNCTIONS = {path: function for module in MODULES for path, function in public_functions(module).items()}
PATHS = {}  # function -> its first name
for path in FUNCTIONS:
    PATHS.setdefault(FUNCTIONS[path], path)

# Names that only some NumPy since 2.0 has: these may be declared without being there.
OTHER_VERSIONS = {
    "cumulative_prod", "cumulative_sum", "matvec", "unstack", "vecmat",
    "in1d", "row_stack", "trapz", "fix",
}  # fmt: skip

DECLARED = """
import importlib, pathlib, sys, types
package = pathlib.Path({package!r})
for name, path in ("autograd_core", package), ("autograd_core.derivatives", package / "derivatives"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [str(path)]
from autograd_core.derivatives import table
resolve = table.resolve
def noting(path):
    print(path, resolve(path) is not None)
    return resolve(path)
table.resolve = noting
for path in sorted((package / "derivatives").glob("*.py")):
    if path.stem != "__init__":
        importlib.import_module("autograd_core.derivatives." + path.stem)
"""


def is_dispatched(function):
    """Whether NumPy hands a call of this function over to the arguments' protocols."""
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


@pytest.mark.parametrize("module", MODULES)
def test_every_public_function_is_in_one_class(module):
    found = {path: classes_of(path, function) for path, function in public_functions(module).items()}
    unknown = [path for path, classes in found.items() if not classes]
    assert not unknown, (
        f"NumPy {np.__version__} has public functions that the table does not know: {', '.join(unknown)}. Write derivative(...) "
        "or composed(...) for each in autograd_core/derivatives/, or add it to a list in classification.py"
    )
    twice = {path: classes for path, classes in found.items() if len(classes) > 1}
    assert not twice, f"declared in more than one class: {twice}; take the names out of classification.py"


def test_every_declared_name_is_numpys():
    """A name in derivative(...), composed(...), value_only(...) that NumPy lacks is skipped; a typing error would be, too."""
    code = DECLARED.format(package=str(Path(autograd_core.__file__).parent))
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    declared = dict(line.split() for line in done.stdout.splitlines())
    assert len(declared) > 100
    declared |= {path: str(path in FUNCTIONS) for path in NOT_DISPATCHED}
    missing = {path for path, is_there in declared.items() if is_there == "False"}
    assert missing <= OTHER_VERSIONS, "no NumPy has these; a name of some NumPy since 2.0 belongs into OTHER_VERSIONS"


def test_classes_of_numpy_are_not_functions():
    """The rule for what is left out: an object of type `type` (np.float64, np.ndarray, np.matrix, np.nditer, np.vectorize …)."""
    for name in ("float64", "ndarray", "dtype", "matrix", "nditer", "vectorize", "poly1d", "broadcast", "errstate"):
        assert isinstance(getattr(np, name), type)
        assert name not in FUNCTIONS
    declared = [*TABLE, *COMPOSED, *VALUE_ONLY, *UNSUPPORTED]
    assert [function for function in declared if isinstance(function, type)] == []


# What NumPy does not hand over


def test_not_dispatched_is_what_numpy_does_not_hand_over():
    there = [path for path in NOT_DISPATCHED if path in FUNCTIONS]
    assert [path for path in there if is_dispatched(FUNCTIONS[path])] == []
    plain = {path for path, function in FUNCTIONS.items() if not is_dispatched(function) and function not in UNSUPPORTED}
    assert plain == set(there)


@pytest.fixture
def t():
    return Tensor([3.0, 1.0, 2.0], requires_grad=True) * 1.0


CONVERSIONS = {
    "array": lambda t: np.array(t),
    "array of a list": lambda t: np.array([t, t]),
    "array of numbers": lambda t: np.array([t[0], t[1]]),
    "asarray": lambda t: np.asarray(t),
    "asarray with dtype": lambda t: np.asarray(t, dtype=np.float32),
    "asanyarray": lambda t: np.asanyarray(t),
    "ascontiguousarray": lambda t: np.ascontiguousarray(t),
    "asfortranarray": lambda t: np.asfortranarray(t),
    "asarray_chkfinite": lambda t: np.asarray_chkfinite(t),
    "require": lambda t: np.require(t, float, "C"),
    "full": lambda t: np.full((2, 3), t),
    "full of a number": lambda t: np.full(3, t[0]),
    "arange": lambda t: np.arange(t[0]),
    "eye": lambda t: np.eye(t[0]),
    "tri": lambda t: np.tri(t[0]),
    "fromiter": lambda t: np.fromiter([t[0], t[1]], float),
    "fromiter of a Tensor": lambda t: np.fromiter(t, float),
    "kaiser": lambda t: np.kaiser(3, t[0]),
    "hanning": lambda t: np.hanning(t[0]),
    "vectorize": lambda t: np.vectorize(lambda x: x * 2)(t),
    "float64": lambda t: np.float64(t[0]),
}


@pytest.mark.parametrize("name", CONVERSIONS)
def test_a_conversion_of_a_recorded_tensor_is_refused(name, t):
    with pytest.raises((DetachError, ValueError)) as caught:
        CONVERSIONS[name](t)
    wrapped = name.startswith("fromiter")  # by an error of its own
    assert isinstance(caught.value.__cause__ if wrapped else caught.value, DetachError)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("convert", [np.matrix, np.asmatrix], ids=["matrix", "asmatrix"])
def test_no_matrix_of_a_recorded_tensor(convert, t):
    with pytest.raises(DetachError):
        convert(t)


def test_constructors_that_compute_stay_recorded(t):
    def slope(result):
        s.grad = None
        np.sum(result).backward()
        return s.grad

    s = Tensor(2.0, requires_grad=True)
    assert slope(np.fromfunction(lambda i: i * s, (4,))) == 6.0
    assert slope(np.fft.rfftfreq(4, d=s)) == pytest.approx(-0.75 / 4)


@pytest.mark.parametrize("name", ["zeros", "ones", "arange", "eye", "asarray", "full"])
def test_like_gives_tensors(name, t):
    """`like=` is the one way in which a constructor is handed over."""
    arguments = {"asarray": ([1.0, 2.0],), "full": (2, 7.0)}.get(name, (2,))
    result = FUNCTIONS[name](*arguments, like=t)
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.numpy(), FUNCTIONS[name](*arguments))


def test_like_of_a_recorded_tensor_is_refused_too(t):
    with pytest.raises(UnsupportedError, match=r"asarray: there is no derivative for this function; .*t.detach"):
        np.asarray(t, like=t)
    with pytest.raises(UnsupportedError, match=r"full: there is no derivative for this function; .*t.detach"):
        np.full(3, t, like=t)


# What has no derivative by nature

# The arguments of value-only functions, given a Tensor or an array of three numbers; one such argument where nothing is said.
ARGUMENTS = {
    **dict.fromkeys(
        str.split("""
            equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor allclose array_equal
            array_equiv isclose in1d isin may_share_memory shares_memory
        """),
        lambda x: (x, np.array([3.0, 0.0, 2.0])),
    ),
    "common_type": lambda x: (x, x),
    **dict.fromkeys(["diag_indices_from", "tril_indices_from", "triu_indices_from"], lambda x: (x * x[:, None],)),
    "argpartition": lambda x: (x, 1),
    "lexsort": lambda x: ((x, x),),
    "searchsorted": lambda x: (np.array([0.0, 1.5, 4.0]), x),
    "digitize": lambda x: (x, np.array([0.0, 1.5, 4.0])),
    "can_cast": lambda x: (x.dtype, np.float32),
    "result_type": lambda x: (x, np.float32),
    "einsum_path": lambda x: ("i,i->", x, x),
    "linalg.matrix_rank": lambda x: (x * x[:, None],),
}
INTEGERS = {
    "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_not", "bitwise_invert", "bitwise_count", "bitwise_left_shift",
    "bitwise_right_shift", "invert", "left_shift", "right_shift", "gcd", "lcm",
}  # fmt: skip
OTHER_KINDS = {"isnat", "ravel_multi_index", "unravel_index"}
FILES = {"save", "savez", "savez_compressed", "savetxt"}
NAMES = sorted(PATHS[function] for function in VALUE_ONLY if function in PATHS)  # the others are SciPy's, in tests/scipy


def check_is_plain(result):
    """Neither a Tensor nor an array of objects anywhere in a result."""
    if isinstance(result, (tuple, list)):
        for part in result:
            check_is_plain(part)
    else:
        assert not isinstance(result, Tensor)
        assert not isinstance(result, np.ndarray) or result.dtype.kind != "O"


@pytest.mark.parametrize("name", [name for name in NAMES if name not in INTEGERS | FILES | OTHER_KINDS])
@pytest.mark.parametrize("record", [True, False], ids=["recorded", "not recorded"])
@pytest.mark.filterwarnings("ignore:`in1d` is deprecated:DeprecationWarning")
def test_value_only_function_works_on_the_value(name, record):
    function, arguments = FUNCTIONS[name], ARGUMENTS.get(name, lambda x: (x,))
    values = np.array([3.0, 1.0, 2.0])
    result = function(*arguments(Tensor(values, requires_grad=record)))
    check_is_plain(result)
    expected = function(*arguments(values))
    assert type(result) is type(expected)
    if name == "empty_like":
        result, expected = result * 0, expected * 0
    np.testing.assert_equal(result, expected)


def test_arguments_are_for_value_only_functions():
    named = {*ARGUMENTS, *INTEGERS, *OTHER_KINDS, *FILES} & FUNCTIONS.keys()
    assert {name for name in named if FUNCTIONS[name] not in VALUE_ONLY} == set()


@pytest.mark.parametrize("name", [name for name in NAMES if name in INTEGERS])
def test_integer_function(name, t):
    function = FUNCTIONS[name]
    arguments = [np.array([6, 4, 3]), np.array([2, 3, 1])][: function.nin]
    result = function(Tensor(arguments[0]), *arguments[1:])
    check_is_plain(result)
    np.testing.assert_array_equal(result, function(*arguments))
    with pytest.raises(TypeError, match=function.__name__):  # NumPy's own error: not for floats
        function(t, *arguments[1:])


def test_indices_of_integer_tensors():
    assert np.ravel_multi_index((Tensor([1, 2]), Tensor([0, 3])), (3, 4)).tolist() == [4, 11]
    assert [type(part) for part in np.unravel_index(Tensor([4, 11]), (3, 4))] == [np.ndarray, np.ndarray]


def test_isnat_is_for_dates(t):
    with pytest.raises(TypeError, match="isnat"):
        np.isnat(t)


def test_files_hold_the_value(t, tmp_path):
    np.save(tmp_path / "a.npy", t)
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), t.numpy())
    for save in np.savez, np.savez_compressed:
        save(tmp_path / "a.npz", t, named=t)
        with np.load(tmp_path / "a.npz") as found:
            np.testing.assert_array_equal(found["arr_0"], t.numpy())
            np.testing.assert_array_equal(found["named"], t.numpy())
    np.savetxt(tmp_path / "a.txt", t)
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "a.txt"), t.numpy())


def test_value_only_out_is_written(t):
    out = np.zeros((), int)
    assert np.argmax(t, out=out) is out
    assert out == 0
    flags = np.zeros(3, bool)
    assert np.greater(t, 1.5, out=flags) is flags
    assert flags.tolist() == [True, False, True]


@pytest.mark.parametrize("record", [True, False], ids=["recorded", "not recorded"])
def test_value_only_ufunc_in_other_forms_is_plain_too(record):
    x = np.array([3.0, 1.0, 2.0])
    t = Tensor(x, requires_grad=record)
    for form in (
        lambda x: np.greater(x, 1.5, where=np.array([True, True, False]), out=np.zeros(3, bool)),
        lambda x: np.isnan(x, order="C"),
        lambda x: np.less.outer(x, x),
        lambda x: np.logical_and.reduce(x),
        lambda x: np.logical_or.accumulate(x > 1.5),
    ):
        result = form(t)
        check_is_plain(result)
        np.testing.assert_array_equal(result, form(x))


# What is not supported

BAD_CALLS = {
    "polyfit": lambda t: np.polyfit(t, t, 1),
    "polydiv": lambda t: np.polydiv(t, t),
    "ix_": lambda t: np.ix_(t, t),
    **{name: (lambda t, f=FUNCTIONS[name]: f(t, t)) for name in str.split("histogram2d intersect1d setdiff1d setxor1d union1d")},
    "busday_count": lambda t: np.busday_count(t, t),
    "busday_offset": lambda t: np.busday_offset(t, t),
}
DISPATCHED = sorted(PATHS[function] for function in UNSUPPORTED if function in PATHS and is_dispatched(function))


@pytest.mark.parametrize("name", DISPATCHED)
def test_unsupported_function_names_itself_and_the_way_out(name, t):
    function = FUNCTIONS[name]
    with pytest.raises(UnsupportedError) as caught:
        BAD_CALLS.get(name, function)(t)
    message = str(caught.value)
    assert message.startswith(f"{function.__name__}: there is no derivative for this function; ")
    assert message.endswith(UNSUPPORTED[function])


@pytest.mark.parametrize("hint", sorted(set(UNSUPPORTED.values())))
def test_a_hint_says_what_to_write(hint):
    assert "write " in hint or "t.detach()" in hint
    for word in hint.replace("(", " ").replace(")", " ").split():
        if word.startswith("np."):
            assert resolve(word.removeprefix("np.").rstrip(",.")) is not None


def test_unsupported_function_works_where_nothing_is_recorded(t):
    expected = np.roots([3.0, 1.0, 2.0])
    result = np.roots(Tensor([3.0, 1.0, 2.0]))
    assert isinstance(result, Tensor)
    np.testing.assert_array_equal(result.numpy(), expected)
    with no_grad():
        np.testing.assert_array_equal(np.roots(t).numpy(), expected)
        np.testing.assert_array_equal(np.roots(t.detach()).numpy(), expected)


def test_roots_by_the_way_that_its_hint_names():
    """The companion matrix has differentiable eigenvalues: (x - 2)(x - 5) = x² - 7x + 10, d root / d constant = -1 / p'(root)."""
    c = Tensor([-7.0, 10.0], requires_grad=True)
    companion = np.stack([-c, np.array([1.0, 0.0])])
    largest = np.max(np.real(np.linalg.eigvals(companion)))
    largest.backward()
    np.testing.assert_allclose(largest.numpy(), 5.0)
    np.testing.assert_allclose(c.grad, [-5 / 3, -1 / 3])


def test_unknown_ufunc(t):
    cube = np.frompyfunc(lambda x: x**3, 1, 1)
    with pytest.raises(UnsupportedError, match=r"vectorized\): there is no derivative for this function; .*primitive"):
        cube(t)
    with pytest.raises(UnsupportedError, match="there is no derivative"):
        cube(t, where=np.array([True, False, True]))


def test_unknown_function_of_another_package(t):
    def entropy(x):
        """A function that hands itself over as NumPy's do, such as those of scipy or sparse."""
        return type(x).__array_function__(x, entropy, (type(x),), (x,), {})

    entropy.__module__ = "thermo.stats"
    with pytest.raises(UnsupportedError, match=r"^entropy: there is no derivative for this function of thermo.stats; "):
        entropy(t)


# The coverage table


def test_coverage_table_has_every_function_once():
    text = markdown()
    for module, classes in classify().items():
        section = text.partition(f"### {module}\n")[2].partition("### ")[0]
        for path in public_functions(module):
            assert section.count(f"`{path.rpartition('.')[2]}`") == 1, path
        for name, functions in classes.items():
            assert (f"**{name.capitalize()}** ({len(functions)}), {CLASSES[name]}:" in section) == bool(functions)


def test_coverage_is_printed():
    done = subprocess.run(
        [sys.executable, "-m", "autograd_core.derivatives.coverage"], capture_output=True, text=True, check=True
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert done.stdout.startswith(f"Coverage of NumPy {np.__version__}\n\n{markdown()}\n")
    assert done.stderr == ""
