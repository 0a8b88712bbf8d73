"""Arrays of other libraries: as an index or an argument they are converted once; a function that would cut the graph is named."""

import importlib
import sys

import numpy as np
import pytest

from autograd_core import Tensor, cross_entropy, grad, hvp, jacobian, no_grad, primitive, value_and_grad
from autograd_core.errors import DetachError, UnsupportedError

X = np.array([1.0, 2.0, 3.0])


class Array:
    """What only has `__array__`."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


class Labelled(Array):
    """What computes with ufuncs itself, and then with calls alone, as xarray's DataArray."""

    shape = property(lambda self: self.values.shape)
    ndim = property(lambda self: self.values.ndim)
    dtype = property(lambda self: self.values.dtype)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return Labelled(self.values[index])

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__":
            raise NotImplementedError(f"{method} of {ufunc}")
        return Labelled(ufunc(*[np.asarray(x) for x in inputs], **kwargs))

    def __bool__(self):
        raise ValueError("no truth value")


class Column(Labelled):
    """What makes everything it meets an array of its own, as pandas' Series."""

    def __mul__(self, other):
        return Column(self.values * np.asarray(other))

    __rmul__ = __mul__


def of_library(name, make):
    module = pytest.importorskip(name, reason=f"{name} is not installed")
    return make(module)


KINDS = {
    "__array__ alone": Array,
    "labelled": Labelled,
    "a column": Column,
    "a memoryview": lambda values: memoryview(np.asarray(values)),
    "pandas.Index": lambda values: of_library("pandas", lambda pandas: pandas.Index(values)),
    "pandas.Series": lambda values: of_library("pandas", lambda pandas: pandas.Series(values)),
    "pandas.array": lambda values: of_library("pandas", lambda pandas: pandas.array(values)),
    "xarray.DataArray": lambda values: of_library("xarray", lambda xarray: xarray.DataArray(values)),
}
INDICES = {
    "integers": lambda kind: kind([0, 2, 0]),
    "booleans": lambda kind: kind([True, False, True]),
    "in a tuple": lambda kind: (kind([0, 2, 0]),),
    "behind an ellipsis": lambda kind: (..., kind([1])),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", INDICES)
def test_indices(case, kind):
    """Gradients against those for the same index in NumPy."""
    index, same = INDICES[case](KINDS[kind]), INDICES[case](np.array)
    weights = np.arange(1.0, 1 + X[same].size)
    of = lambda index: grad(lambda x: np.sum(x[index] ** 2 * weights))(X)
    np.testing.assert_array_equal(of(index), of(same))

    def assigned(index):
        def f(x):
            y = x * 1
            y[index] = 5 * x[1]
            return np.sum(y)

        return grad(f)(X)

    np.testing.assert_array_equal(assigned(index), assigned(same))


def test_ranges_and_lists():
    assert grad(lambda x: np.sum(x[range(2)]))(X).tolist() == [1, 1, 0]
    assert grad(lambda x: np.sum(x[range(0)]))(X).tolist() == [0, 0, 0]
    assert grad(lambda x: np.sum(x[[Tensor(0), Tensor(2)]]))(X).tolist() == [1, 0, 1]
    with pytest.raises(IndexError):
        Tensor(X)[{0}]


@pytest.mark.parametrize("kind", [list, Array], ids=["list", "foreign"])
def test_an_index_that_changes_before_the_backward_pass(kind):
    index = kind([0, 2])
    x = Tensor(X, requires_grad=True)
    y = x[index]
    (index.values if kind is Array else index)[0] = 1
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [1, 0, 1])


CALLS = {
    "take": lambda x, c: np.take(x, c([0, 2])),
    "where": lambda x, c: np.where(c([True, False, True]), x, 0.0),
    "dot": lambda x, c: np.dot(x, c(X)),
    "clip": lambda x, c: np.clip(x, c([1.5, 1.5, 1.5]), None),
    "interp": lambda x, c: np.interp(x, c(X), c(X**2)),
    "average": lambda x, c: np.average(x, weights=c(X)),
    "compress": lambda x, c: np.compress(c([True, False, True]), x),
    "sum where": lambda x, c: np.sum(x, where=c([True, False, True])),
    "gradient": lambda x, c: np.gradient(x, c(X)),
    "cross_entropy": lambda x, c: cross_entropy(np.outer(x, x), c([0, 1, 2])),
    "concatenate": lambda x, c: np.concatenate([x, c(X)]) ** 2,
}


@pytest.mark.parametrize("kind", ["__array__ alone", "labelled", "pandas.Series", "xarray.DataArray"])
@pytest.mark.parametrize("call", CALLS)
def test_constant_arguments(call, kind):
    of = lambda make: jacobian(lambda x: CALLS[call](x, make))(X + 0.25)
    np.testing.assert_array_equal(of(KINDS[kind]), of(np.array))


def test_a_users_function_gets_its_objects_as_they_are():
    seen = []
    scaled = primitive(x=lambda g, by: seen.append(by) or g * np.asarray(by))(lambda x, by: x * np.asarray(by))
    by = Labelled(X)
    np.testing.assert_array_equal(grad(lambda x: np.sum(scaled(x, by)))(X), X)
    assert seen == [by]


# Refusals


def installed(name, source, tmp_path, monkeypatch):
    """A library, as if it were installed."""
    folder = tmp_path / "site-packages"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


SOLVER = """
import numpy as np
def _checked(a):
    return np.asarray(a)
def solve(a):
    return _checked(a)
def total(a):
    return float(a[0])
"""
TABLES = """
import numpy as np
class Series:
    def __init__(self, v):
        self.v = v
    def __mul__(self, o):
        return self.v * np.asarray(o)
"""


def test_the_function_of_a_library_is_named(tmp_path, monkeypatch):
    solver = installed("solverlib", SOLVER, tmp_path, monkeypatch)
    cure = "write it with NumPy's functions, or give it a derivative of your own with autograd_core.primitive, or t.detach"
    with pytest.raises(DetachError, match=f"^solve of solverlib would cut the Tensor out of the graph; {cure}"):
        grad(lambda x: solver.solve(x))(X)
    with pytest.raises(DetachError, match=f"^total of solverlib would cut .*{cure}"):
        grad(lambda x: solver.total(x))(X)
    tables = installed("polars", TABLES, tmp_path, monkeypatch)
    with pytest.raises(DetachError, match=r"^an operation of polars would cut .* write series.to_numpy\(\) or data_array"):
        grad(lambda x: np.sum(tables.Series(X) * x))(X)
    with no_grad():
        np.testing.assert_array_equal(solver.solve(Tensor(X, requires_grad=True)), X)


def test_vectorize_is_named():
    with pytest.raises(DetachError, match=r"^vectorize of numpy would cut .* autograd_core\.primitive"):
        grad(lambda x: np.sum(np.vectorize(lambda v: 2 * v)(x)))(X)


def test_the_users_own_line_gets_the_words_of_before():
    with pytest.raises(DetachError, match=r"^np.asarray\(t\) or np.array\(\[t, …\]\) would cut .* np.stack\(\[t, …\]\)"):
        grad(lambda x: np.asarray(x))(X)


REAL = {
    "series * t": ("pandas", lambda m, x: m.Series(X) * x, "an operation of pandas"),
    "t * series": ("pandas", lambda m, x: x * m.Series(X), "an operation of pandas"),
    "Series(t)": ("pandas", lambda m, x: m.Series(x), "an operation of pandas"),
    "scipy.special.softmax": ("scipy.special", lambda m, x: m.softmax(x), "scipy.special.softmax"),
    "scipy.integrate.quad": ("scipy.integrate", lambda m, x: m.quad(lambda u: u * x[0], 0, 1)[0], "scipy.integrate.quad"),
    "scipy.linalg.solve": ("scipy.linalg", lambda m, x: m.solve(np.eye(3), x), "scipy.linalg.solve"),
    "scipy.signal.convolve": ("scipy.signal", lambda m, x: m.convolve(x, x), "scipy.signal.convolve"),
    "numba": ("numba", lambda m, x: m.njit(lambda v: v * 2)(x), r"numba takes no Tensor; .*@autograd_core\.primitive"),
    "numba with a signature": (
        "numba",
        lambda m, x: m.njit("float64[:](float64[:])")(lambda v: v * 2)(x),
        "numba takes no Tensor",
    ),
}


@pytest.mark.parametrize("case", REAL)
def test_real_libraries(case):
    name, run, words = REAL[case]
    module = pytest.importorskip(name, reason=f"{name} is not installed")
    with pytest.raises(DetachError, match=words):
        grad(lambda x: np.sum(run(module, x)))(X)


def test_ufuncs_of_other_libraries_name_themselves():
    special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
    with pytest.raises(UnsupportedError, match=r"^mathieu_a: there is no derivative .* autograd_core\.primitive"):
        grad(lambda x: np.sum(special.mathieu_a(1, x)))(X)


# SciPy's hessp


def weighted(x, a):
    return np.sum(a * (x - 1) ** 4)


def test_a_hessian_product_with_scipys_order_of_arguments():
    """hessp(x, vector, *args). The Hessian is diag(12 a (x - 1)²)."""
    x, a, v = np.array([3.0, 2.0]), np.array([1.0, 2.0]), np.array([5.0, 7.0])
    expected = 12 * a * (x - 1) ** 2 * v
    np.testing.assert_allclose(hvp(weighted, vector=1)(x, v, a), expected)
    np.testing.assert_allclose(hvp(weighted)(x, a, v), expected)
    for bad in (lambda: hvp(weighted, vector=3)(x, v, a), lambda: hvp(weighted)(x)):
        with pytest.raises(TypeError, match=r"hvp\(f\) takes the arguments of f and .* got \d arguments"):
            bad()
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is not installed")
    f = value_and_grad(lambda x, a: weighted(x, a) + np.sum(x**2))
    hessp = hvp(lambda x, a: weighted(x, a) + np.sum(x**2), vector=1)
    found = optimize.minimize(f, x, args=(a,), jac=True, hessp=hessp, method="Newton-CG", options={"xtol": 1e-10})
    np.testing.assert_allclose(4 * a * (found.x - 1) ** 3 + 2 * found.x, 0, atol=1e-6)
    assert found.success
