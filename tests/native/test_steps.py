"""Whole steps by machine code beside eager ones: what they leave behind, guards, arrays that lie otherwise in memory, C."""

import ctypes
import re
import shutil
import subprocess

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, grad, hessian, jacobian, value_and_grad
from tests.capture.common import Twins, equal
from tests.native.common import native, ulps

R = np.random.default_rng(0)


def training(optimizer, hidden=nn.Tanh, dtype=np.float64):
    """A function that makes (step, what it leaves behind)."""

    def make():
        random = np.random.default_rng(1)
        model = nn.Sequential(nn.Linear(3, 4), hidden(), nn.Linear(4, 1), nn.Sigmoid())
        for p in model.parameters():
            p.data = random.normal(size=p.shape).astype(dtype)
        updates, loss_of = optimizer(model.parameters()), nn.BCELoss()

        def step(x, y):
            updates.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            updates.step()
            return loss.detach()

        return step, dict(model.named_parameters())

    return make


OPTIMIZERS = {
    "SGD": lambda p: nn.optim.SGD(p, lr=0.1),
    "momentum": lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adam": lambda p: nn.optim.Adam(p, lr=0.01),
}


@pytest.mark.parametrize("name", ["SGD", *[pytest.param(name, marks=pytest.mark.heavy) for name in ("momentum", "Adam")]])
def test_trainings(name):
    """Losses, parameters and gradients after each of some steps."""
    twins = Twins(training(OPTIMIZERS[name]), native=True)
    x, y = R.normal(size=(5, 3)), (R.random((5, 1)) > 0.5) * 1.0
    for _ in range(8):
        twins(x, y)
    assert type(twins.captured.program).__name__ == "NativeProgram"


@pytest.mark.heavy
def test_single_precision_stays_single():
    twins = Twins(training(OPTIMIZERS["SGD"], nn.ReLU, np.float32), native=True)
    for _ in range(5):
        twins(R.normal(size=(5, 3)).astype(np.float32), np.ones((5, 1), np.float32))
    assert type(twins.captured.program).__name__ == "NativeProgram"


def test_a_gradient_that_is_held_stays_as_it_is():
    w = Tensor([1.0, 2.0], requires_grad=True)

    @capture(native=True, strict=True)
    def step(x):
        w.grad = None
        np.sum(w * x).backward()

    held = []
    for i in range(5):
        step(np.full(2, float(i)))
        held.append(w.grad)
    assert [g.tolist() for g in held] == [[float(i)] * 2 for i in range(5)]


def test_gradients_add_up():
    w = Tensor([1.0, 2.0], requires_grad=True)
    fast = capture(lambda x: np.sum(w * x).backward(), native=True, strict=True)
    for _ in range(5):
        fast(np.ones(2))
    np.testing.assert_array_equal(w.grad, [5.0, 5.0])


def test_branches_and_settings_have_programs_of_their_own():
    scale = {"by": 2.0}
    fast = capture(lambda x: np.sum(x) * scale["by"] if np.sum(x) > 0 else x[0] * 1.0, native=True, strict=True)
    for sign in (1, -1, 1, -1):
        for _ in range(2):
            assert fast(np.full(3, 1.0 * sign)) == (6.0 if sign > 0 else -1.0)
    scale["by"] = 3.0
    assert [float(fast(np.ones(3))) for _ in range(3)] == [9.0] * 3


def test_arrays_that_lie_otherwise_in_memory():
    fast, _ = native(lambda x: x * 2 + x[0], np.ones((4, 3)))
    whole = R.normal(size=(3, 8))
    for x in (whole.T[:4], whole[:, :3].T[:, :3].repeat(2, 0)[:4], whole[:, ::2].T.copy("F"), np.flip(R.normal(size=(4, 3)), 0)):
        np.testing.assert_array_equal(fast(x), x * 2 + x[0])
    raw = np.zeros(4 * 3 * 8 + 1, np.uint8)[1:]
    odd = raw.view(np.float64).reshape(4, 3)
    odd[...] = 1.5
    np.testing.assert_array_equal(fast(odd), np.full((4, 3), 4.5))
    np.testing.assert_array_equal(fast(np.ones((4, 3), ">f8")), np.full((4, 3), 3.0))


def test_columns_first():
    """Arguments and parameters in Fortran's order are read, and written, as they lie."""
    x = np.asfortranarray(R.normal(size=(3, 5)))
    _, found = native(lambda x: x @ x.T, x)
    np.testing.assert_allclose(found, x @ x.T, rtol=1e-14)
    w = Tensor(np.asfortranarray(R.normal(size=(3, 2))), requires_grad=True)
    first = w.data.copy()

    @capture(native=True, strict=True)
    def step():
        w.grad = None
        np.sum(w * w).backward()
        w.data -= 0.25 * w.grad

    for _ in range(4):
        step()
    np.testing.assert_allclose(w.data, first / 16, rtol=1e-15)


def test_a_parameter_that_must_not_be_written_is_an_error_as_it_is_for_numpy():
    w = Tensor([1.0, 2.0], requires_grad=True)

    @capture(native=True, strict=True)
    def step():
        w.grad = None
        np.sum(w * w).backward()
        w.data[...] = w.data - w.grad

    step(), step(), step()
    w.data.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        step()


def test_values_that_change_places():
    """What is read is read before anything is written."""
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])

    @capture(native=True, strict=True)
    def step():
        kept = np.array(a.data)
        a.data[...] = b.data
        b.data[...] = kept

    for _ in range(5):
        step()
    assert (a.data.tolist(), b.data.tolist()) == ([3.0, 4.0], [1.0, 2.0])


def test_kinds_of_numbers():
    """Python's numbers, NumPy's of several dtypes, arrays without axes, integers that wrap around."""
    rate = np.float32(0.5)
    f = lambda x, n, k: (x * 2.0, n + 1, k * k, x > 1, np.asarray(x) + rate)
    args = np.float64(1.5), np.int64(7), np.int32(2**14)
    found = native(f, *args)[1]
    equal(found, f(*args), exact=True)
    with np.errstate(over="ignore"):
        largest = native(lambda n: n + np.ones(3, np.int64), np.full(3, 2**63 - 1))[1]
    assert largest.tolist() == [-(2**63)] * 3


def test_numbers_of_python_do_as_python_does():
    """They raise for a quotient by 0, and are as long as need be."""
    count = {"n": 1, "rate": 2.0}

    def step(x):
        count["n"] = count["n"] * 3
        return x * (1 / count["rate"])

    def last():
        fast = capture(step, native=True, strict=True)
        return [(float(fast(np.float64(1.0))), count["n"]) for _ in range(45)][-1]

    assert last() == (0.5, 3**45)
    count["n"] = 1
    fast = capture(lambda x: x * (1 / count["rate"]), native=True, strict=True)
    for rate in (2.0, 4.0, 5.0):
        count["rate"] = rate
        assert fast(np.float64(1.0)) == 1 / rate
    count["rate"] = 0.0
    with pytest.raises(ZeroDivisionError):
        fast(np.float64(1.0))


def test_a_gradient_that_is_held_while_numpy_stands_in():
    w = Tensor(np.ones(3), requires_grad=True)

    @capture(native=True, strict=True)
    def step(x):
        w.grad = None
        np.sum(w * x).backward()

    held = []
    for i in range(6):
        x = np.full(3, float(i))
        step(x)
        w.data.flags.writeable = i < 3
        held.append(w.grad)
    w.data.flags.writeable = True
    assert [g[0] for g in held] == list(range(6))


def test_infinities_are_those_of_numpy_without_its_warnings():
    fast, _ = native(lambda x: [1 / x, x / x, np.log(x)], np.ones(3))
    with np.errstate(all="ignore"):
        x = np.array([0.0, -1.0, np.inf])
        expected = [1 / x, x / x, np.log(x)]
    for found, right in zip(fast(x), expected, strict=True):
        assert ulps(found, right) <= 4


def test_derivatives():
    rosenbrock = lambda x: np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
    x = np.linspace(-1, 1, 5)
    pair = lambda x: np.stack([np.sum(np.sin(x)), x[0] * x[1]])
    for transform, f in ((grad, rosenbrock), (value_and_grad, rosenbrock), (hessian, rosenbrock), (jacobian, pair)):
        equal(native(transform(f), x)[1], transform(f)(x))


@pytest.mark.heavy
def test_a_filter_becomes_a_loop():
    """Steps that repeat themselves, forward and backward, with other numbers at each call."""
    move, seen = np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[1.0, 0.0]])
    track = R.normal(size=(30, 1))

    def likelihood(noise):
        state, spread, total = np.zeros(2), np.eye(2), 0.0
        for t in range(len(track)):
            state, spread = move @ state, move @ spread @ move.T + np.exp(noise[0]) * np.eye(2)
            wide = seen @ spread @ seen.T + np.exp(noise[1]) * np.eye(1)
            gain, miss = np.linalg.solve(wide, seen @ spread).T, track[t] - seen @ state
            total = total - 0.5 * (miss @ np.linalg.solve(wide, miss) + np.log(wide[0, 0]))
            state, spread = state + gain @ miss, spread - gain @ seen @ spread
        return total

    both = value_and_grad(likelihood)
    fast, _ = native(both, np.array([0.1, 0.2]))
    assert fast.program.schedule.length < 1500
    for noise in R.normal(size=(3, 2)):
        for found, expected in zip(fast(noise), both(noise), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-11)
    track[3] += 1.0  # in place
    np.testing.assert_allclose(fast(noise)[0], both(noise)[0], rtol=1e-11)


# What there is no native code for


def test_what_cannot_be_lowered_is_replayed_and_named():
    fast = capture(lambda x: np.sort(x) * 2, native=True, strict=True)
    for _ in range(3):
        assert fast(np.array([2.0, 1.0])).tolist() == [2.0, 4.0]
    assert "by NumPy, since there is no native code for sort" in str(fast.program)


def test_complex_numbers_are_replayed():
    fast = capture(lambda x: x * 2j, native=True, strict=True)
    assert [fast(np.ones(2)).tolist() for _ in range(3)][-1] == [2j, 2j]
    assert "no native code for multiply" in str(fast.program)


@pytest.mark.parametrize("native", ["yes", 1, None, np.ones(2)])
def test_what_is_asked_for(native):
    with pytest.raises(TypeError, match=r"native must be True, False or .auto., got"):
        capture(lambda x: x, native=native)


def test_without_llvmlite(monkeypatch):
    from autograd_core.capturing.native import machine

    monkeypatch.setitem(__import__("sys").modules, "llvmlite.binding", None)
    monkeypatch.setitem(__import__("sys").modules, "llvmlite", None)
    machine.library.cache_clear()
    with pytest.raises(ImportError, match=r"write pip install llvmlite"):
        capture(lambda x: x, native=True)
    machine.library.cache_clear()


def test_auto_takes_the_quicker_and_says_so():
    fast = capture(grad(lambda x: np.sum(np.exp(x) * x)), native="auto", strict=True)
    x = np.linspace(0, 1, 4)
    for _ in range(40):
        np.testing.assert_allclose(fast(x), np.exp(x) * (1 + x), rtol=1e-15)
    first = str(fast.program).splitlines()[0]
    assert first.startswith("chosen: ")
    assert re.fullmatch(r"chosen: native [\d.]+ µs, NumPy [\d.]+ µs", first)
    assert fast.program.signature == "int (const double *, double *)"  # also if NumPy is the quicker
    assert "int gradient(" in fast.program.c_source("gradient")


# As C


COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@pytest.mark.skipif(COMPILER is None, reason="no C compiler on this machine")
@pytest.mark.heavy
@pytest.mark.parametrize("vectors", [False, True])
def test_the_file_of_c(tmp_path, monkeypatch, vectors):
    """The same program compiled by the machine's compiler, without a warning: the same numbers to the last bit, unless loops call
    functions of several numbers at once, which C's library has not."""
    if not vectors:
        monkeypatch.setattr("autograd_core.capturing.native.vectors.variants", lambda *_: None)

    def f(x, n):
        y = np.where(x > 0, np.exp(x), x) + np.array([1.0, np.inf, -np.inf, np.nan, 0.5])[: x.shape[1]]
        return np.sum(y[:, :1] * np.tanh(x) @ x.T, 0), n * n // 3 - 2**62, x > 0, np.cumsum(x.astype(np.float32))

    x, n = R.normal(size=(40, 5)), np.int64(11)
    fast, expected = native(f, x, n)
    (tmp_path / "step.c").write_text(fast.program.c_source("twice"))
    command = [
        COMPILER,
        "-O2",
        "-std=c11",
        "-Wall",
        "-Werror",
        "-ffp-contract=off",
        "-shared",
        "-fPIC",
        "-o",
        "step.so",
        "step.c",
        "-lm",
    ]
    subprocess.run(command, cwd=tmp_path, check=True)
    twice = ctypes.CDLL(str(tmp_path / "step.so")).twice
    pointer = lambda array: ctypes.c_void_p(array.ctypes.data)
    number, results = np.array([n]), []
    for kind, ids in fast.program.outputs:
        results.append(np.empty(ids.size, {"f8": float, "f4": np.float32, "i8": np.int64, "b1": bool}[kind]))
    assert twice(pointer(x), pointer(number), *map(pointer, results)) == 0
    for value, found in zip([expected[1]], results[:1], strict=True):
        assert found[0] == value
    for array, found in zip([expected[0], *expected[2:]], results[1:], strict=True):
        if vectors and array is expected[0]:  # a sum of products of exp x and tanh x
            size = np.max(np.abs(array), where=np.isfinite(array), initial=0)
            np.testing.assert_allclose(found.reshape(array.shape), array, rtol=1e-14, atol=1e-14 * size)
        else:
            assert ulps(found.reshape(array.shape), array) == 0


def test_names_for_c():
    fast, _ = native(lambda x: x * 2, np.float64(1.0))
    with pytest.raises(ValueError, match="identifier of C, got '2x'"):
        fast.program.c_source("2x")
