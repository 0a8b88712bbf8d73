"""Every way of writing a call gives the same: by position, by keyword, with NumPy's defaults given, with out=.

The calls are those of the table's tests (tests/derivatives/cases_*.py), for every function that is not elementwise.
"""

import functools
import inspect
import warnings

import numpy as np
import pytest

from autograd_core import Tensor, no_grad, vjp
from autograd_core.derivatives.declaring import signature
from autograd_core.derivatives.table import COMPOSED
from autograd_core.errors import DetachError
from autograd_core.graph.variable import plain
from tests.derivatives.cases import CASES
from tests.derivatives.finite import close, directions
from tests.derivatives.test_table import of_name
from tests.each import together

P = inspect.Parameter
# Optional arguments that some NumPy since 2.0 has, deprecated long before: of no use to anyone.
LEFT = {("reshape", "newshape"), ("corrcoef", "bias"), ("corrcoef", "ddof")}
LEFT |= {(name, "interpolation") for name in ("quantile", "percentile", "nanquantile", "nanpercentile")}


def of_ufunc(out=None, *, casting="same_kind", order="K", dtype=None, subok=True, **core):
    """What stands for the signature of a ufunc behind its operands, which NumPy tells from 2.4 on only."""


def known_signature(entry):
    """The signature of a function, as far as it matters here."""
    function = entry.forward if entry.function is entry else entry.function
    if isinstance(function, np.ufunc):
        operands = [P(f"x{i}", P.POSITIONAL_ONLY) for i in range(function.nin)]
        found = inspect.signature(of_ufunc)
        found = found.replace(parameters=[*operands, *found.parameters.values()])
        left = {"out"} if function.nout > 1 else set()
    else:
        found = signature(function)
        left = {name for name, p in found.parameters.items() if (entry.name, name) in LEFT and p.default is not P.empty}
        if entry.name == "unique_values":  # its dispatcher takes x by position only, and its signature does not say so
            found = found.replace(parameters=[p.replace(kind=P.POSITIONAL_ONLY) for p in found.parameters.values()])
    return found.replace(parameters=[p for p in found.parameters.values() if p.name not in left])


def all_calls():
    """(entry, call, signature) for every call of a function that is not elementwise."""
    for name, calls in CASES.items():
        entry = of_name(name)
        if entry is None or entry.domain is not None:
            continue
        known = known_signature(entry)
        for i, one in enumerate(calls):
            if is_numpys(entry, one):
                yield entry, one, known, f"{name}-{i}-{one}"[:100]


def is_numpys(entry, one):
    """Whether the installed NumPy takes a call: `astype(…, device=None)` and `clip(x, None, None)` came with 2.1."""
    args, kwargs = one.with_operands([x.copy() for x in one.operands()])
    with warnings.catch_warnings(action="ignore"):
        try:
            entry.function(*args, **kwargs)
        except (TypeError, ValueError):
            return False
    return True


CALLS = list(all_calls())


def has_out(entry, one, known):
    given = known.bind(*one.args, **one.kwargs).arguments
    return "out" in known.parameters and "out" not in given and getattr(entry, "outputs", None) is None


def every(calls):
    cases = [pytest.param(*case, id=id) for *case, id in calls]
    return together(("entry", "one", "known"), cases, by=lambda entry, one, known: entry.name)


every_call = every(CALLS)
every_call_with_out = every([case for case in CALLS if has_out(*case[:3])])

# The ways of writing a call: (signature, args, kwargs) -> (args, kwargs), or None where there is no other way


def by_keyword(known, args, kwargs):
    """All that can have a name has it."""
    parameters = list(known.parameters.values())
    if len(args) > sum(p.kind in (P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD) for p in parameters):
        return None  # `*operands` follow: what stands before them has no other way
    only = [p for p in parameters if p.kind is P.POSITIONAL_ONLY]
    named = {p.name: value for p, value in zip(parameters, args, strict=False) if p.kind is P.POSITIONAL_OR_KEYWORD}
    return (args[: len(only)], {**named, **kwargs}) if named else None


def by_position(known, args, kwargs):
    """All that has a position stands in it, with the defaults before."""
    parameters = [p for p in known.parameters.values() if p.kind in (P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD)]
    positions = [i for i, p in enumerate(parameters) if p.name in kwargs]
    if not positions or any(p.kind is P.VAR_POSITIONAL for p in known.parameters.values()):
        return None
    missing = parameters[len(args) : max(positions) + 1]
    rest = {name: value for name, value in kwargs.items() if name not in {p.name for p in missing}}
    return (*args, *[kwargs.get(p.name, p.default) for p in missing]), rest


def with_defaults(known, args, kwargs):
    """The defaults that the call leaves out are given, too."""
    given = known.bind(*args, **kwargs).arguments
    left = {p.name: p.default for p in known.parameters.values() if p.name not in given and p.default is not P.empty}
    named = {name: value for name, value in left.items() if known.parameters[name].kind is not P.POSITIONAL_ONLY}
    return (args, {**kwargs, **named}) if named else None


# Values and gradients


def floats(out):
    """The results of a call that are float or complex, as a list."""
    outs = list(out) if isinstance(out, (tuple, list)) else [out]
    assert all(getattr(one, "dtype", np.dtype(bool)).kind != "O" for one in outs)
    return [out for out in outs if np.result_type(plain(out)).kind in "fc"]


def value_and_gradients(function, operands):
    """The results of `function(*operands)`, and the gradients for incoming ones that only depend on the shapes."""
    outs, pullback = vjp(lambda *values: tuple(floats(function(*values))), *operands)
    return outs, pullback(tuple(directions(outs, 1)))


def check_same(found, expected):
    for ours, theirs in zip(found, expected, strict=True):
        assert [(x.dtype, x.shape) for x in ours] == [(x.dtype, x.shape) for x in theirs]
        close(ours, theirs, rtol=1e-13, atol=1e-14)


def run(entry, one, values, write=lambda args, kwargs: (args, kwargs)):
    """The result of a call, written in some way; for a function that changes its first argument, what it makes of a copy."""
    if getattr(COMPOSED.get(entry.function), "changes_operand", False):
        values = [np.copy(value) for value in values]
    args, kwargs = write(*one.with_operands(values))
    out = entry.function(*args, **kwargs)
    return values[0] if out is None else out


def empty_out(entry, args, kwargs):
    """A Tensor for the result of a call."""
    value = entry.function(*plain(args), **plain(kwargs))
    return Tensor(np.zeros(np.shape(value), value.dtype))


@every_call
def test_every_way_of_writing_a_call_is_the_same(entry, one, known):
    expected = value_and_gradients(lambda *values: run(entry, one, values), one.operands())
    for way in by_keyword, by_position, with_defaults:
        write = functools.partial(way, known)
        written = write(*one.with_operands(one.operands()))
        if written is None:
            continue
        try:
            check_same(value_and_gradients(lambda *values, write=write: run(entry, one, values, write), one.operands()), expected)
        except Exception as error:
            error.add_note(f"written {way.__name__.replace('_', ' ')}: {written}")
            raise


@every_call_with_out
def test_out_of_a_tensor_is_part_of_the_graph(entry, one, known):
    expected = value_and_gradients(lambda *values: run(entry, one, values), one.operands())

    def by_name(*values):
        args, kwargs = one.with_operands(values)
        out = empty_out(entry, args, kwargs)
        assert entry.function(*args, **kwargs, out=out) is out
        return out

    def in_its_position(*values):
        args, kwargs = one.with_operands(values)
        out = empty_out(entry, args, kwargs)
        args, kwargs = by_position(known, args, {**kwargs, "out": out})
        assert entry.function(*args, **kwargs) is out
        return out

    check_same(value_and_gradients(by_name, one.operands()), expected)
    if by_position(known, one.args, {**one.kwargs, "out": None}) is not None:
        check_same(value_and_gradients(in_its_position, one.operands()), expected)


@every_call_with_out
def test_out_of_an_array_would_lose_the_gradient(entry, one, known):
    args, kwargs = one.with_operands([Tensor(x, requires_grad=True) for x in one.operands()])
    value = entry.function(*plain(args), **plain(kwargs))
    out = np.full(np.shape(value), 7, value.dtype)
    with pytest.raises(DetachError, match="out=: an ndarray cannot hold"):
        entry.function(*args, **kwargs, out=out)
    assert (out == 7).all()
    with no_grad():
        assert entry.function(*args, **kwargs, out=out) is out
    np.testing.assert_allclose(out, value, rtol=1e-13, atol=1e-14)


def test_the_calls_are_many():
    """The table's tests have not moved away from under this file."""
    assert len({entry.name for entry, *_ in CALLS}) > 150
    assert len({entry.name for entry, one, known, _ in CALLS if has_out(entry, one, known)}) > 30
