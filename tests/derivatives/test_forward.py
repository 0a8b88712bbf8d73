"""Forward mode in one pass, while the function runs and after it, says what two backward passes say: for every entry of the
table, at first and second order."""

import warnings

import numpy as np
import pytest

from autograd_core import hessian, jacobian, jvp, linear, primitive, vjp
from autograd_core.functional.pushforward import TwoPasses, in_one_pass, of_outputs, start
from autograd_core.functional.trace import Trace
from autograd_core.graph.variable import plain
from tests.derivatives.finite import directions
from tests.derivatives.test_table import CALLS, Composed, run

# Their rules look at the numbers of ḡ: whether what was computed depends on the phases of vectors, or on a branch
LOOK = {"linalg.eigh", "linalg.eig", "tall_qr", "factors_of_svd", "power", "float_power"}
LOOK |= {"power_of_root", "product_of_roots"}  # roots of 0 go by two passes


def all_ways(f, xs):
    """The tangents of the results along some direction: while f runs and by one pass after it, or None; and by two."""
    trace = Trace(lambda values: f(*values), tuple(xs))
    ts = [np.asarray(t).astype(x.dtype)[()] for t, x in zip(directions(xs, 3), xs, strict=True)]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        meanwhile = Trace(lambda values: f(*values), tuple(xs), start=lambda inputs: start(inputs, ts))
        at_once = None if meanwhile.forward is None else of_outputs(meanwhile, meanwhile.forward.tangents)
        return at_once, in_one_pass(trace, ts), TwoPasses(trace)(ts)


def check(f, xs, of_gradients=False):
    """Whether one pass will do; raises unless it then says the same. While a gradient is computed, tangents may meet an operation
    that they cannot go through, and that nothing depends on in the end: then they go after it."""
    at_once, one, two = all_ways(f, xs)
    assert (at_once is None) == (one is None) or (of_gradients and at_once is None)
    for ours, expected in zip(at_once or (), one or (), strict=at_once is not None):
        np.testing.assert_array_equal(ours, expected)
    for ours, expected in zip(one or (), two, strict=bool(one)):
        assert np.shape(ours) == np.shape(expected)
        assert ours.dtype == expected.dtype
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-12)
    return one is not None


def gradients(f):
    def pulled(*values):
        out, pullback = vjp(f, *values)
        return pullback(tuple(directions([np.asarray(plain(part)) for part in out], 2)))

    return pulled


def function_of(entry, one):
    return lambda *values: tuple(run(entry, one, values))


BY_NAME: dict = {}
for parameter in CALLS:
    BY_NAME.setdefault(parameter.values[0].__name__, []).append(parameter.values)


def some_of(calls, count):
    return calls[:: max(1, len(calls) // count)]


@pytest.mark.parametrize("first", sorted({name[:8] for name in BY_NAME}))
def test_one_pass_says_what_two_say(first):
    for name, calls in BY_NAME.items():
        if name[:8] == first:
            done = [check(function_of(*both), both[1].operands()) for both in some_of(calls, 2)]
            if not isinstance(calls[0][0], Composed) and name not in LOOK:
                assert all(done)


@pytest.mark.heavy
@pytest.mark.parametrize("name", BY_NAME)
def test_every_call_and_the_gradients_of_some(name):
    for both in BY_NAME[name]:
        check(function_of(*both), both[1].operands())
    for both in some_of(BY_NAME[name], 3):
        check(gradients(function_of(*both)), both[1].operands(), of_gradients=True)


# What is kept of a rule holds for other numbers too


@pytest.mark.parametrize("f", [
    lambda a, b: a @ b, lambda a, b: np.linalg.solve(a, b), lambda a, b: np.linalg.det(a) * b, lambda a, b: np.where(a > 0, a, b),
    lambda a, b: np.prod(a, axis=0), lambda a, b: np.std(a, axis=0) + b, lambda a, b: np.linalg.norm(a, axis=1), np.hypot,
    lambda a, b: a[np.array([True, False, True])] * b[0], lambda a, b: np.sort(a, axis=0), lambda a, b: np.convolve(a[0], b[1]),
    lambda a, b: np.linalg.pinv(a) + np.linalg.inv(b), lambda a, b: linear(a, b, a[0]), lambda a, b: np.cumprod(a * b),
])  # fmt: skip
def test_other_numbers_of_the_same_shapes(f):
    r = np.random.default_rng(1)
    for change in (lambda x: x, np.negative, lambda x: x * (np.abs(x) > 0.4), lambda x: x + 3 * np.eye(3), np.zeros_like):
        xs = [change(r.normal(size=(3, 3))) for _ in range(2)]
        try:
            at_once, one, two = all_ways(f, xs)
        except np.linalg.LinAlgError:
            continue
        for ours in (at_once, one):
            if ours is not None:
                np.testing.assert_allclose(ours, two, rtol=1e-9, atol=1e-11)


def test_zeros_are_strong():
    """Where a factor of 0 masks what has no derivative, as in two passes."""
    x, t = np.array([0.0, 1.0]), np.array([1.0, 3.0])
    mask = np.array([0.0, 1.0])
    expected = [0, 3]
    for f in (
        lambda x: mask * np.sqrt(x) * 2, lambda x: np.where(x > 0, np.sqrt(x), 0) * 2, lambda x: np.diag(mask) @ np.sqrt(x) * 2,
    ):  # fmt: skip
        np.testing.assert_array_equal(jvp(f, (x,), (t,))[1], expected)
    assert jvp(lambda x: np.sqrt(x)[1], (x,), (t,))[1] == 1.5
    with np.errstate(divide="ignore"):
        assert np.isinf(jvp(np.sqrt, (0.0,), (1.0,))[1])


def test_a_singular_matrix_has_a_way_of_its_own():
    a, t = np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 0.0]])
    assert jvp(np.linalg.det, (np.eye(2),), (t,))[1] == 1
    np.testing.assert_allclose(jvp(np.linalg.det, (a,), (t,))[1], 4, rtol=1e-14)  # the cofactor of the first element
    signed = lambda a: np.linalg.slogdet(a)[1]
    assert jvp(signed, (np.eye(2),), (t,))[1] == 1
    with np.errstate(all="ignore"):
        assert not np.isfinite(jvp(signed, (a,), (t,))[1])


def test_tangents_are_arrays_of_their_own():
    x, t = np.ones(3), np.arange(3.0)
    _, (same, twice, rows) = jvp(lambda x: (x, x + 0, np.broadcast_to(x, (2, 3))), (x,), (t,))
    for made in (same, twice, rows):
        assert made.flags.c_contiguous
        assert made.flags.writeable
        assert not np.shares_memory(made, t)
    assert not np.shares_memory(same, twice)


def test_a_rule_of_a_user_is_followed():
    seen = []

    @primitive(x=lambda g, x: seen.append(type(g).__name__) or np.sum(g) * 2 * x)
    def energy(x):
        return np.sum(x * x) * np.ones(2)

    x, t = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    np.testing.assert_allclose(jvp(energy, (x,), (t,))[1], [-3, -3])
    np.testing.assert_allclose(jvp(energy, (x + 1,), (t,))[1], [-4, -4])
    assert seen == ["Tensor", "Tensor"]  # each time: it may read what is outside, such as `seen`


def test_jacobian_by_columns():
    r = np.random.default_rng(0)
    A = r.normal(size=(20, 3))
    f = lambda x: np.tanh(A @ x)
    x = r.normal(size=3)
    np.testing.assert_allclose(jacobian(f)(x), A / np.cosh(A @ x)[:, None] ** 2, rtol=1e-13)
    np.testing.assert_allclose(hessian(lambda x: np.sum(np.cos(x)))(x), -np.diag(np.cos(x)), rtol=1e-13)
