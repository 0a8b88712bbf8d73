"""Every entry of the table, in every way there is to test a derivative."""

import importlib
import os
import pkgutil
import warnings
from collections import Counter

import numpy as np
import pytest

from autograd_core import Tensor, vjp
from autograd_core.derivatives.coverage import load_everything
from autograd_core.derivatives.partial import Partial
from autograd_core.derivatives.table import COMPOSED, TABLE, resolve
from autograd_core.graph.backward_pass import collect
from autograd_core.graph.nodes import Leaf
from autograd_core.graph.variable import plain
from autograd_core.testing import gradcheck
from tests import derivatives
from tests.derivatives.cases import CASES, Operand, call
from tests.derivatives.duck import bare, duck
from tests.derivatives.finite import directions
from tests.each import together

load_everything()
for module in pkgutil.iter_modules(derivatives.__path__):
    if module.name.startswith("cases_"):
        importlib.import_module(f"tests.derivatives.{module.name}")


def of_others(entry):
    """Whether an entry is of the tests, or of a package that is checked by tests of its own, whichever are imported first."""
    others = ("tests.", "nn.", "examples.", "autograd_core.scipy.")
    return getattr(entry.forward, "__module__", "").startswith(others)  # older ufuncs name no module


def of_special(entry):
    """Whether an entry is for scipy.special: tests/scipy compares these with mpmath."""
    where = getattr(getattr(entry, "forward", None), "__module__", None) or ""  # older ufuncs name no module
    return entry.__name__.startswith("special.") or ".derivatives.special." in where


# By the functions' own names: `joined` is shown as "concatenate", which is a composed function. An entry without rules
# has no derivative to test.
OWN = [entry for entry in TABLE.values() if any(entry.rules.values()) and not of_others(entry)]
ENTRIES = {entry.__name__: entry for entry in OWN}


class Composed:
    """A composed function, with what the tests ask of an entry: it has no rules of its own."""

    domain, kinks, rules = None, (), {}

    def __init__(self, name):
        self.name = self.__name__ = name
        self.function = resolve(name)


def of_name(name):
    return ENTRIES.get(name) or (Composed(name) if resolve(name) in COMPOSED else None)


def elementwise_calls(entry):
    """Calls at points spread over the domain of an elementwise entry: alone, broadcast, scalar, empty."""
    r = np.random.default_rng(7)

    def points(interval, shape):
        low, high = np.clip(interval, -3, 3)
        found = r.uniform(low + 0.05 * (high - low), high - 0.05 * (high - low), shape)
        for kink in entry.kinks:
            found = np.where(np.abs(found - kink) < 0.1, kink + 0.25, found)
        return Operand(found)

    one = [((4, 3),), ((),), ((0, 2),)]
    two = [((4, 3), (4, 3)), ((4, 1), (3,)), ((), (3,)), ((), ()), ((1,), (0, 1))]
    many = [((3,),) * len(entry.domain), ((2, 1), (2,), *[()] * (len(entry.domain) - 2)), ((0, 2),) * len(entry.domain)]
    for group in {1: one, 2: two}.get(len(entry.domain), many):
        yield call(*(points(interval, shape) for interval, shape in zip(entry.domain, group, strict=True)))


QUICK = os.environ.get("HYPOTHESIS_PROFILE") == "quick"


def calls_of(name):
    """All calls at which an entry is smooth."""
    entry = of_name(name)
    return [*(elementwise_calls(entry) if entry.domain is not None else ()), *CASES.get(name, ())]


def some(calls):
    """In the quick profile two calls for each number of operands, which reach every rule; else all."""
    counts = Counter()
    for one in calls:
        counts[len(one.operands())] += 1
        if not QUICK or counts[len(one.operands())] <= 2:
            yield one


def all_calls():
    for name in [*ENTRIES, *(name for name in CASES if name not in ENTRIES)]:
        entry = of_name(name)
        if entry is not None:
            for i, one in enumerate(some(calls_of(name))):
                slow = i > 0 and of_special(entry)
                yield pytest.param(entry, one, id=f"{name}-{i}-{one}"[:100], marks=[pytest.mark.heavy] * slow)


CALLS = list(all_calls())
every_call = together(("entry", "one"), CALLS, by=lambda entry, one: entry.__name__)


def run(entry, one, operands):
    """The results of a call, as a flat list of those that are float or complex."""
    args, kwargs = one.with_operands(operands)
    if getattr(COMPOSED.get(entry.function), "changes_operand", False):
        args = (np.copy(args[0]), *args[1:])  # what a function that changes its first argument made of it
    out = entry.function(*args, **kwargs)
    if out is None:
        out = args[0]
    outs = list(out) if isinstance(out, (tuple, list)) else [out]
    return [out for out in outs if np.result_type(plain(out)).kind in "fc"]


def test_every_entry_is_covered():
    assert len(ENTRIES) == len(OWN), "two functions of the same name"
    missing = [name for name, entry in ENTRIES.items() if entry.domain is None and name not in CASES]
    assert not missing, f"no line in tests/derivatives/cases_*.py says where these are smooth: {missing}"
    covered = {resolve(name) for name in CASES if name not in ENTRIES}
    missing = [function.__name__ for function in COMPOSED if function not in covered]
    assert not missing, f"no line says where these composed functions are smooth: {missing}"
    unknown = sorted(name for name in CASES if of_name(name) is None)
    assert not unknown, f"covers(...) for names that are not in the table: {unknown}"


def test_every_rule_is_run():
    """Every (entry, argument) of the table is among what the calls of this file differentiate, and run on ducks."""
    graphs = [recorded(*parameter.values) for parameter in CALLS]
    reached = {(node.pattern.entry.__name__, argument) for outs in graphs for node, argument, _, _ in rules_of(outs)}
    wanted = {(name, argument) for name, entry in ENTRIES.items() for argument, rule in entry.rules.items() if rule is not None}
    assert wanted - reached == set()


@every_call
def test_value_and_dtype_are_numpys(entry, one):
    operands = one.operands()
    expected = run(entry, one, operands)
    results = run(entry, one, [Tensor(x, requires_grad=True) for x in operands])
    for result, value in zip(results, expected, strict=True):
        assert isinstance(result, Tensor)
        assert result.dtype == value.dtype
        assert result.shape == np.shape(value)
        if isinstance(entry, Composed):
            np.testing.assert_allclose(result.numpy(), value, rtol=1e-13, atol=1e-14)
        else:
            np.testing.assert_array_equal(result.numpy(), value)


@every_call
def test_derivatives(entry, one):
    """Pullback, pushforward, their being each other's transpose, and the same of the gradient, against finite differences."""
    xs = one.operands()
    f = lambda *values: tuple(run(entry, one, values))
    if any(x.size for x in xs) and any(np.size(out) for out in f(*xs)):
        # Along a single element of a diagonal matrix LAPACK turns eigenvectors round, but not along a random direction
        gradcheck(f, *xs, directions=3 if entry.name == "linalg.eigh" else None)
    out, pullback = vjp(f, *xs)
    for x, g in zip(xs, pullback(tuple(directions(out, 2))), strict=True):
        assert g.shape == x.shape
        assert g.dtype == x.dtype


COMPLEX_TOO = {"float32": np.complex64, "float16": np.complex64, "longdouble": np.clongdouble}


@every_call
def test_gradients_keep_the_dtype(entry, one):
    missing = []
    for dtype, and_complex in COMPLEX_TOO.items():
        xs = [x.astype(and_complex if np.iscomplexobj(x) else dtype) for x in one.operands()]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                expected = run(entry, one, xs)
            except TypeError:
                missing.append(dtype)
                continue
            tensors = [Tensor(x, requires_grad=True) for x in xs]
            results = run(entry, one, tensors)
            for result, value in zip(results, expected, strict=True):
                assert result.dtype == value.dtype, dtype
                if result.requires_grad:
                    result.backward(np.ones(result.shape, result.dtype), retain_graph=True)
        for tensor in tensors:
            assert tensor.grad is None or tensor.grad.dtype == tensor.dtype
    if missing:
        pytest.skip(f"NumPy has no {entry.name} for {', '.join(missing)}")


def recorded(entry, one):
    """The results of a call on Tensors of which all require gradients, as far as these do."""
    return [out for out in run(entry, one, [Tensor(x, requires_grad=True) for x in one.operands()]) if out.requires_grad]


def rules_of(outs):
    """Every rule in the graph of some results: (node, its argument, the rule, gradients to try it with)."""
    order, *_ = collect([out._node for out in outs])
    parts = {}  # of a node with several outputs: (their count, {number of the output: gradient})
    for node in order:
        if node.spec is None:  # all outputs together, and each alone, where the others are not used
            count, given = parts[node]
            alone = [{k: g} for k, g in given.items()] if len(given) > 1 else []
            gradients = [tuple(some.get(k) for k in range(count)) for some in (given, *alone)]
        else:
            shape, dtype = node.spec if type(node.spec) is tuple else ((), np.dtype(node.spec))
            gradients = [directions([np.zeros(shape, dtype)], 6)[0].astype(dtype)[()]]
            if node.parents[0].spec is None:
                k, count = node.saved
                parts.setdefault(node.parents[0], (count, {}))[1][k] = gradients[0]
        for key, pull in zip(node.pattern.keys, node.pattern.pulls, strict=True):
            yield node, key if type(key) is str else key[0], pull, gradients


def values(contribution):
    """What a rule returned, as one array."""
    if isinstance(contribution, Partial):
        contribution = contribution.dense()
    if type(contribution) is tuple:  # one output of several
        (contribution,) = [part for part in contribution if part is not None]
    return bare(contribution)


@every_call
def test_rules_are_plain_numpy(entry, one):
    """The rules give the same on a duck array as on ndarray: they use operators and NumPy functions only."""
    outs, reached = recorded(entry, one), set()
    for node, argument, pull, gradients in rules_of(outs):
        reached.add(node.pattern.entry)
        saved = duck(node.saved, kinds="efdgFDG")  # conditions and indices are static, and no ducks
        for g in gradients:
            result, expected = pull(duck(g), saved), pull(g, node.saved)
            rule = f"{node.pattern.entry}, {argument}"
            np.testing.assert_allclose(values(result), values(expected), rtol=1e-12, atol=1e-12, err_msg=rule)
    if isinstance(entry, Composed):  # the rules are those of what it is made of, and none where it returns its operand
        assert reached or all(type(out._node) is Leaf for out in outs)
    else:
        assert entry in reached
