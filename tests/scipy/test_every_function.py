"""Every function of `autograd_core.scipy`, in every way there is to test a derivative; and that every one of SciPy's is known."""

import importlib
import inspect
import pkgutil
import types
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, grad, scipy, vjp
from autograd_core.errors import GraphError, UnsupportedError
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import CLASSES, MADE
from autograd_core.testing import gradcheck
from tests import scipy as here
from tests.derivatives.finite import directions
from tests.each import together
from tests.scipy.cases import CASES, REFUSALS

for module in pkgutil.iter_modules(here.__path__):
    if module.name.startswith("cases_"):
        importlib.import_module(f"tests.scipy.{module.name}")
for module in pkgutil.walk_packages(scipy.__path__, "autograd_core.scipy."):
    importlib.import_module(module.name)

FUNCTIONS = {f"{path}.{name}": f for path, sub in MADE.items() for name, f in sub.functions.items()}
ORIGINALS = {f"{path}.{name}": getattr(sub.original, name) for path, sub in MADE.items() for name in sub.functions}


def of_class(*kinds):
    return [f"{path}.{name}" for path, sub in MADE.items() for kind in kinds for name in sub.classes[kind]]


DIFFERENTIABLE = of_class("derivative", "composed", "solver")
CALLS = [
    pytest.param(name, one, settings, id=f"{name}-{i}-{one}"[:100], marks=[pytest.mark.heavy] * bool(i or settings.get("heavy")))
    for name, cases in CASES.items()
    for i, (one, settings) in enumerate(cases)
    if name in DIFFERENTIABLE  # else value only, or the installed SciPy lacks it
]
every_call = together(("name", "one", "settings"), CALLS, by=lambda name, one, settings: name)


def once(name):
    path, _, last = name.rpartition(".")
    entry = MADE[path].entries.get(last)
    return entry is not None and entry.once


def flat(out):
    """The results of a call as a flat list of arrays."""
    if isinstance(out, (tuple, list)):
        return [part for item in out for part in flat(item)]
    return [out]


def results(function, one, settings, operands):
    """The results that have a derivative."""
    args, kwargs = one.with_operands(operands)
    args = settings.get("prepare", lambda *args: args)(*args)
    with warnings.catch_warnings():
        if "warns" in settings:
            warnings.simplefilter("ignore", settings["warns"])
        out = function(*args, **kwargs)
    out = settings.get("pick", lambda out: out)(out)
    return [part for part in flat(out) if np.result_type(plain(part)).kind in "fc"]


# Every function is in one class, and covered


def public(module):
    """The public names of a SciPy module: those of `__all__`, without modules."""
    return [name for name in module.__all__ if not isinstance(getattr(module, name), types.ModuleType) and name != "test"]


UNFINISHED = set()  # modules of which not every name is known yet


@pytest.mark.parametrize("path", [path for path in MADE if path not in UNFINISHED])
def test_every_name_of_scipy_is_in_one_class(path):
    sub = MADE[path]
    unknown = sorted(set(public(sub.original)) - set(sub.functions))
    assert not unknown, (
        f"SciPy has public names that autograd_core.scipy.{path} does not know: {', '.join(unknown)}. Declare each with "
        "derivative, composed, value_only, unsupported or constants"
    )
    assert set(sub.functions) <= set(dir(sub.original))
    assert sorted(name for kind in CLASSES for name in sub.classes[kind]) == sorted(sub.functions)


def test_every_differentiable_function_is_covered():
    missing = [name for name in DIFFERENTIABLE if name not in CASES]
    assert not missing, f"no line in tests/scipy/cases_*.py says where these are smooth: {missing}"


def by_module(names):
    return together(["name"], [pytest.param(name, id=name) for name in names], by=lambda name: name.rpartition(".")[0])


@by_module(of_class("unsupported"))
def test_an_unsupported_function_says_what_to_write(name):
    with pytest.raises(UnsupportedError, match=rf"^scipy\.{name}: there is no derivative for this function; \w+"):
        FUNCTIONS[name](Tensor([[1.0]], requires_grad=True))


@by_module([name for name in FUNCTIONS if name not in of_class("constants")])
def test_name_signature_and_docstring(name):
    function, path = FUNCTIONS[name], name.rpartition(".")[0]
    module = importlib.import_module(f"autograd_core.scipy.{path}")
    assert getattr(module, function.__name__) is function
    assert function.__name__ in module.__all__
    assert function.__module__ == module.__name__
    assert f"scipy.{name}" in function.__doc__
    try:
        expected = inspect.signature(ORIGINALS[name])
    except (TypeError, ValueError):
        return  # in C
    found = inspect.signature(function)
    if name in of_class("solver"):  # which may have keywords of their own
        own = [p for p in found.parameters.values() if p.name not in expected.parameters]
        assert all(p.kind is p.KEYWORD_ONLY for p in own)
        found = found.replace(parameters=[p for p in found.parameters.values() if p not in own])
    assert str(found) == str(expected)  # as text, since a default of NaN is not equal to itself


# Differentiable ones


@every_call
def test_value_and_dtype_are_scipys(name, one, settings):
    """Of Tensors that require a gradient; without Tensors it is SciPy's own call."""
    operands = one.operands()
    expected = results(ORIGINALS[name], one, settings, operands)
    tensors = results(FUNCTIONS[name], one, settings, [Tensor(x, requires_grad=True) for x in operands])
    assert expected
    for result, value in zip(tensors, expected, strict=True):
        assert isinstance(result, Tensor)
        assert result.dtype == np.asarray(value).dtype
        assert result.shape == np.shape(value)
        np.testing.assert_allclose(result.numpy(), value, rtol=1e-11, atol=1e-11)
    for result, value in zip(results(FUNCTIONS[name], one, settings, operands), expected, strict=True):
        np.testing.assert_array_equal(result, value)


@every_call
def test_derivatives(name, one, settings):
    """First and second order, backward and forward mode, against finite differences; first order where there is no more."""
    xs = one.operands()
    f = lambda *values: tuple(results(FUNCTIONS[name], one, settings, values))
    options = {key: settings[key] for key in ("rtol", "atol", "directions", "order", "modes") if key in settings}
    if once(name) or settings.get("once"):
        modes = ("reverse", "forward") if settings.get("jvp") else ("reverse",)
        gradcheck(f, *xs, order=1, modes=modes, **options)
        with pytest.raises(GraphError, match="once=True"):
            grad(lambda *values: sum(np.sum(np.abs(g) ** 2) for g in flat(grad(total(f), 0)(*values))))(*xs)
    else:
        gradcheck(f, *xs, **options)


def total(f):
    return lambda *values: sum(np.sum(np.abs(out) ** 2) for out in f(*values))


@every_call
def test_gradients_keep_shape_and_dtype(name, one, settings):
    for dtype in (None, *settings.get("dtypes", ("float32",))):
        xs = one.operands()
        if dtype is not None:
            xs = [x.astype(np.result_type(np.complex64, dtype) if np.iscomplexobj(x) else dtype) for x in xs]
        expected = results(ORIGINALS[name], one, settings, xs)
        out, pullback = vjp(lambda *values: tuple(results(FUNCTIONS[name], one, settings, values)), *xs)
        for result, value in zip(out, expected, strict=True):
            assert np.asarray(result).dtype == np.asarray(value).dtype
        seeds = tuple([d.astype(np.asarray(o).dtype) for d, o in zip(directions(list(out), 2), out, strict=True)])
        for x, g in zip(xs, flat(pullback(seeds)), strict=True):
            assert g.shape == x.shape
            assert g.dtype == x.dtype


# The others


@pytest.mark.parametrize("name", [name for name in of_class("value only") if name in CASES])
def test_value_only_returns_what_scipy_returns(name):
    for one, settings in CASES[name]:
        pick = settings.get("pick", lambda out: out)
        args, kwargs = one.with_operands([Tensor(x, requires_grad=True) for x in one.operands()])
        result = FUNCTIONS[name](*args, **kwargs)
        args, kwargs = one.with_operands(one.operands())
        for mine, scipys in zip(flat(pick(result)), flat(pick(ORIGINALS[name](*args, **kwargs))), strict=True):
            assert not isinstance(mine, Tensor)
            np.testing.assert_array_equal(mine, scipys)


def test_every_function_of_values_is_tried():
    assert [name for name in of_class("value only") if name not in CASES] == []


@pytest.mark.parametrize("name", [name for name in REFUSALS if name in FUNCTIONS])
def test_refusals_say_what_to_write(name):
    for one, words in REFUSALS[name]:
        args, kwargs = one.with_operands([Tensor(x, requires_grad=True) for x in one.operands()])
        with pytest.raises(UnsupportedError, match=words) as caught:
            FUNCTIONS[name](*args, **kwargs)
        assert str(caught.value).startswith(f"scipy.{name}: ")
        args, kwargs = one.with_operands(one.operands())
        FUNCTIONS[name](*args, **kwargs)  # without a Tensor it is SciPy's own
