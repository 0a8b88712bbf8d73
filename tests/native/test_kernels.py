"""Long calls by elements as loops of machine code: beside NumPy, beside long doubles, in threads, and what is left to NumPy."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, capture, value_and_grad
from autograd_core.capturing.native import build, vectors
from autograd_core.capturing.native.kernel import Kernel
from autograd_core.capturing.replay import blocks
from autograd_core.errors import CaptureError
from tests.capture.common import Twins, equal, replays
from tests.native.common import native, ulps

R = np.random.default_rng(0)
N = 40_001  # some blocks, of which the last one is shorter
VECTORS = pytest.mark.skipif(vectors.libmvec() is None, reason="there are vector functions in glibc alone, and on x86-64")


@pytest.fixture(autouse=True)
def written_out_in_few_operations(monkeypatch):
    """So that programs of such arrays are too long to be written out whole, on single numbers."""
    monkeypatch.setattr(build, "LONGEST", 20_000)


def kernels(fast):
    """The Kernels of the last program."""
    return [piece for piece in fast.program.pieces if type(piece) is Kernel]


def by_kernels(f, *args, count=1, **options):
    """(captured function, its result), of which so many runs of calls are kernels."""
    fast = capture(f, strict=True, native=True, **options)
    for _ in range(3):
        result = fast(*args)
    assert replays(fast, *args) is None
    assert len(kernels(fast)) == count
    return fast, result


def special(dtype):
    """Numbers of all sizes, and those that are none."""
    info = np.finfo(dtype)
    ends = [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, info.max, -info.max, info.tiny, -info.tiny, info.smallest_subnormal]
    sizes = np.exp(R.uniform(np.log(info.tiny), np.log(info.max), N // 2)) * R.choice([-1, 1], N // 2)
    return np.concatenate([ends, sizes, R.uniform(-30, 30, N - N // 2 - len(ends))]).astype(dtype)


X, Y = (special("f8") for _ in range(2))
WHOLE, OTHERS = R.integers(-50, 50, N), R.integers(-50, 50, N)
ARITHMETIC = {  # whose bits are promised
    "sums and products": (lambda x, y: (x + y * 2.5 - 1) * x - -y, X, Y),
    "quotients": (lambda x, y: x / y + 1 / (x + 1), X, Y),
    "roots and squares": (lambda x, y: np.sqrt(np.abs(x)) * x**2 + np.square(y), X, Y),
    "choices": (lambda x, y: np.where((x > y) & ~(x == 0), np.maximum(x, y), np.minimum(x, 3 - y)) * 2, X, Y),
    "bounds": (lambda x, y: np.clip(x * 2, -1.5, 20.0) + np.sign(y) * 2, X, Y),
    "whole numbers": (lambda x, y: (np.floor(x) + np.ceil(y)) * np.rint(x) + np.copysign(x, y), X, Y),
    "single precision": (lambda x, y: (x * 3 + y / x) * 2 - np.sqrt(np.abs(y)), special("f4"), special("f4")),
    "two precisions": (lambda x, y: x * y + np.multiply(x, x) * 2, special("f4"), Y),
    "integers": (lambda i, j: (i * j + 3 - j) * np.maximum(i, j) // 1 + (i > j), WHOLE, OTHERS),
    "short integers": (lambda i, j: (i * j - 7) * i + np.where(i == j, i, j), WHOLE.astype("i4"), OTHERS.astype("i4")),
    "integers and floats": (lambda i, y: i * y + i / 3, WHOLE, Y),
    "truths": (lambda x, y: ((x > 0) & (y > 0)) | ((x < y) ^ (y == y)), X, Y),
}


@pytest.mark.parametrize("name", ARITHMETIC)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_arithmetic_has_the_same_bits(name):
    f, x, y = ARITHMETIC[name]
    _, found = by_kernels(f, x, y)
    assert ulps(found, f(x, y)) == 0


LIBRARY = (
    np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sin, np.cos, np.tan, np.arcsin, np.arccos, np.arctan,
    np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh, np.cbrt,
)  # fmt: skip


@VECTORS
@pytest.mark.parametrize("dtype", ["f8", "f4"])
@pytest.mark.parametrize("f", LIBRARY, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_functions_of_several_numbers_are_right_to_four_units(f, dtype):
    """Beside NumPy's function of numbers with eleven bits more, or twenty-nine."""
    x = special(dtype)
    fast = capture(lambda x: f(x) * np.abs(f(x)), strict=True, native=True)  # to have two calls; signs of zeros are kept
    plain = capture(lambda x: (f(x), -f(x)), strict=True, native=True)
    for _ in range(3):
        fast(x)
        found, turned = plain(x)
    assert kernels(fast)
    assert kernels(plain)
    expected = f(x.astype(np.longdouble if dtype == "f8" else np.float64)).astype(dtype)
    assert ulps(found, expected) <= 4
    assert ulps(turned, -found) == 0


@VECTORS
def test_sines_next_to_their_zeros():
    """Where all digits of the product with π count: the exact value is known from mpmath's, by hand: sin(k π (1 + e)) ~ k π e."""
    mpmath = pytest.importorskip("mpmath")
    k = np.arange(1, N + 1)
    x = k * np.pi
    _, found = by_kernels(lambda x: (np.sin(x), np.sin(x) + 1), x)
    with mpmath.workprec(200):
        for i in R.integers(0, N, 300):
            expected = float(mpmath.sin(mpmath.mpf(float(x[i]))))
            assert abs(found[0][i] - expected) <= 4 * np.spacing(abs(expected))


def chain(x):
    return np.sum(np.tanh(x) * np.exp(-x * x) + 0.5 * np.sin(x))


def slope_of_chain(x):
    return (1 - np.tanh(x) ** 2) * np.exp(-x * x) - 2 * x * np.tanh(x) * np.exp(-x * x) + 0.5 * np.cos(x)


@VECTORS
@pytest.mark.parametrize("n", [500, 3_000, N])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_a_chain_and_its_gradient(n, dtype):
    """As one program of machine code if it is short, else by blocks."""
    x = R.normal(size=n).astype(dtype)
    fast = capture(value_and_grad(chain), strict=True, native=True)
    for _ in range(4):
        value, gradient = fast(x)
    wide = x.astype("f8")
    digits = 1e-5 if dtype == "f4" else 1e-13
    np.testing.assert_allclose(value, chain(wide), rtol=digits)
    np.testing.assert_allclose(gradient, slope_of_chain(wide), rtol=digits, atol=digits)
    assert gradient.dtype == x.dtype
    x[0] = 400.0  # where the quick way of tanh does not hold
    np.testing.assert_allclose(fast(x)[1], slope_of_chain(x.astype("f8")), rtol=digits, atol=digits)


@VECTORS
def test_any_number_of_threads_gives_the_same(many_threads):
    x, first = R.normal(size=3 * N), None
    for threads in (1, 2, 3):
        fast, got = by_kernels(value_and_grad(chain), x, threads=threads)
        run = next(thing for thing in fast.program.run.writer.env.values() if type(thing) is blocks.Blocks)
        assert run.threads == threads
        first = first or got
        assert got[0] == first[0]
        np.testing.assert_array_equal(got[1], first[1])


@pytest.mark.parametrize("order", ["F", "C", "strided"])
def test_matrices_however_they_lie_in_memory(order):
    """The program is recorded for one order, and is right for others."""
    make = {"F": np.asfortranarray, "C": np.ascontiguousarray, "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2]}[order]
    step = lambda x, y: (x * y + x, np.max(x * y + x))
    for recorded in (np.ascontiguousarray, np.asfortranarray):
        fast = capture(step, strict=True, native=True)
        for k in range(4):
            x, y = (R.normal(size=(N // 60 + 1, 61)) for _ in range(2))
            x, y = (recorded(x), recorded(y)) if k < 3 else (make(x), make(y))
            equal(fast(x, y), step(x, y), exact=True)
        assert kernels(fast)


def test_every_second_element():
    step = lambda x: x * x + x
    fast, _ = by_kernels(step, R.normal(size=N))
    x = R.normal(size=2 * N)[::2]
    np.testing.assert_array_equal(fast(x), step(x))
    assert replays(fast, x) is None


def test_numbers_are_read_at_each_call():
    """Those of NumPy and of Python, given and closed over."""
    rate = {"value": 2.0}
    step = lambda x, a, b: x * a + b - x * rate["value"]
    fast, x = capture(step, strict=True, native=True), R.normal(size=N)
    for k in range(5):
        rate["value"] = 0.5 * k
        np.testing.assert_array_equal(fast(x, np.float64(k + 1), 1.5 * k), step(x, np.float64(k + 1), 1.5 * k))
    assert kernels(fast)


def test_a_test_that_fails_in_one_element():
    def step(x):
        return np.log(x) * 2 if np.all(x > 0) else np.zeros_like(x)

    x = R.uniform(1, 2, N)
    fast = capture(step, native=True)
    for _ in range(4):
        fast(x)
    x[-1] = -1.0
    np.testing.assert_array_equal(fast(x), 0)
    x[-1] = 1.0
    np.testing.assert_allclose(fast(x), step(x), rtol=1e-15)


def test_a_shifted_view_is_read_before_its_memory_is_written_over():
    def step(x):
        y = x * x + 1
        return y[::-1] * 3 + y * x

    fast, x = capture(step, strict=True, native=True), R.normal(size=N)
    for _ in range(4):
        np.testing.assert_array_equal(fast(x), step(x))
    assert kernels(fast)


def test_an_argument_that_shares_memory_with_what_is_written():
    def make():
        base = np.linspace(0, 1, N + 1)
        state = {"w": base[1:]}

        def step(x):
            state["w"] *= 2.0 * x + 1.0

        return step, base

    (step, base), (same, other) = make(), make()
    fast = capture(step, strict=True, native=True)
    for k in range(4):
        x = R.normal(size=N)
        fast(x if k < 3 else base[:-1])
        same(x if k < 3 else other[:-1])
        np.testing.assert_array_equal(base, other)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop"])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_updates_of_long_parameters(optimizer, dtype):
    def make():
        weight = Tensor(np.linspace(-1, 1, N).astype(dtype), requires_grad=True)
        how = {"momentum": 0.9} if optimizer == "SGD" else {}
        rule = getattr(nn.optim, optimizer)([weight], lr=0.01, **how)

        def step(x):
            rule.zero_grad()
            loss = ((weight * x - 1) ** 2).sum()
            loss.backward()
            rule.step()
            return loss

        return step, {"weight": weight}

    both = Twins(make, native=True)
    for k in range(5):
        both((R.normal(size=N) + k).astype(dtype))
    assert kernels(both.captured)


def test_gradients_that_somebody_holds_stay_as_they_are():
    weight, held = Tensor(np.linspace(-1, 1, N), requires_grad=True), []

    def step(x):
        weight.grad = None
        (weight * weight * x).sum().backward()

    fast = capture(step, strict=True, native=True)
    for k in range(6):
        fast(np.full(N, float(k)))
        held.append(weight.grad)
    for k, gradient in enumerate(held):
        np.testing.assert_array_equal(gradient.data, 2 * weight.data * k)
    assert len(kernels(fast)) == len({id(kernel) for kernel in kernels(fast)})


@VECTORS
def test_what_has_no_vector_code_divides_a_run():
    """`np.fmod` is a function of C's library that glibc has no vector form of."""
    step = lambda x: np.exp(np.fmod(np.tanh(x) + x, 0.7) * 2) + x
    fast, _ = by_kernels(step, R.normal(size=N), count=2)
    assert "by NumPy: fmod" in str(fast.program)
    x = R.normal(size=N)
    np.testing.assert_allclose(fast(x), step(x), rtol=1e-14, atol=1e-15)


def test_without_vector_functions_numpy_runs_them(monkeypatch):
    monkeypatch.setattr(vectors, "libmvec", lambda: None)
    vectors.variants.cache_clear()
    step = lambda x: np.exp(x * 2 + 1) * x - 1
    x = R.normal(size=N)
    fast, found = by_kernels(step, x, count=2)
    np.testing.assert_array_equal(found, step(x))
    assert "by NumPy: exp" in str(fast.program)
    fast, found = native(lambda x: np.exp(x) * 2, x[:500])
    np.testing.assert_allclose(found, np.exp(x[:500]) * 2, rtol=1e-15)
    vectors.variants.cache_clear()


def test_what_ran_where_is_printed():
    fast, _ = by_kernels(lambda x: np.sort((x * 2 + 1) * x), R.normal(size=N))
    _, first, second, *lines = str(fast.program).splitlines()
    assert first.startswith("  native code for 3 calls, in one part, compiled in")
    assert second == "  by NumPy: sort"
    assert sum("native code, 3 operations for each element" in line for line in lines) == 1
    assert [name for line in lines for name in ("multiply(", "add(") if name in line] == ["multiply(", "add(", "multiply("]
    with pytest.raises(CaptureError, match=r"^address: its arrays are too long, .* of shorter arrays$"):
        fast.program.address  # noqa: B018


def test_auto_tries_both():
    step, x = lambda x: (x * 2 + 1) * x, R.normal(size=N)
    fast = capture(step, strict=True, native="auto")
    for _ in range(40):
        np.testing.assert_array_equal(fast(x), step(x))
    assert str(fast.program).startswith("chosen: native in parts")


@pytest.mark.parametrize("native", [False, True, "auto"])
def test_the_truth_of_a_number_that_is_zero_in_single_precision(native):
    """Of those on trial, machine code alone was compared with the step."""
    x = np.array([0.0, -0.0, 1.0, np.nan] * 600, "f4")
    for f, truths in ((np.logical_or, np.ones(4)), (np.logical_and, x[:4] != 0), (np.logical_xor, x[:4] == 0)):
        fast = capture(lambda x: f(1e-50, x) & (x == x), strict=True, native=native)  # noqa: B023
        for _ in range(8):
            np.testing.assert_array_equal(fast(x)[:4], truths * [1, 1, 1, 0])
        assert replays(fast, x) is None
