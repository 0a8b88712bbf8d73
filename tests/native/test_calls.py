"""The other entries against NumPy's replay: moving elements, sums in NumPy's order, products, small matrices."""

import math

import numpy as np
import pytest

from autograd_core import capture, grad
from tests.native.common import native, replayed, ulps

R = np.random.default_rng(0)
ROWS = np.array([2, 0, 1, 1])

MOVING = {
    "transpose": lambda x: np.transpose(x) * 1.5,
    "reshape": lambda x: np.reshape(x, (4, 3)) + 1,
    "swapaxes": lambda x: np.swapaxes(x, 0, 1) - 1,
    "flip": lambda x: np.flip(x, 0) * 2,
    "roll": lambda x: np.roll(x, 1, 1) * 2,
    "repeat": lambda x: np.repeat(x, 2, 0) + x[:1],
    "tile": lambda x: np.tile(x, (2, 1)) * 2,
    "broadcast": lambda x: np.broadcast_to(x[0], x.shape) * x,
    "tril": lambda x: np.tril(x) + 1,
    "triu": lambda x: np.triu(x, 1) + 1,
    "diag": lambda x: np.diag(x[0]) + np.diag(x[1] * 2),
    "diagonal": lambda x: np.diagonal(x) * 2,
    "concatenate": lambda x: np.concatenate([x, -x], 1),
    "stack": lambda x: np.stack([x, x * x]),
    "part": lambda x: x[1:, ::2] * 3,
    "rows": lambda x: x[ROWS] * 2,
    "element": lambda x: x[1, 2] * 2,
    "mask": lambda x: x[np.array([True, False, True])] + 1,
    "new axis": lambda x: x[:, None] + x[None],
    "take": lambda x: np.take(x, ROWS, 1) * 2,
    "pad": lambda x: np.pad(x, 1) + 1,
    "zeros": lambda x: np.zeros_like(x) + x,
    "full": lambda x: np.full_like(x, 2.5) * x,
    "where": lambda x: np.where(x > 0, x, 0.0) + np.where(x < 0, 1.0, x),
    "clip": lambda x: np.clip(x, -0.5, 0.5) * 2,
    "astype": lambda x: x.astype(np.float32) * np.float32(2),
    "to integers": lambda x: (x * 10).astype(np.int64) // 3,
    "ravel": lambda x: np.ravel(x)[::-1] * 2,
    "expand": lambda x: np.expand_dims(x, 1) * 2,
    "squeeze": lambda x: np.squeeze(x[:1]) * 2,
    "integers and numbers": lambda x: np.arange(4) * x,
    "truths": lambda x: (x > 0) * x,
    "itself": lambda x: x,
    "powers": lambda x: [x**2, x**3, np.abs(x) ** 0.5, x**-1, np.abs(x) ** 1.5, x**1, x**0],
}
SUMS = {
    "all": lambda x: np.sum(x),
    "first axis": lambda x: np.sum(x, 0),
    "last axis": lambda x: np.sum(x, 1),
    "kept": lambda x: np.sum(x, 1, keepdims=True),
    "transposed": lambda x: np.sum(x.T, 1),
    "mean": lambda x: np.mean(x, 0),
    "greatest": lambda x: np.max(x, 1),
    "least": lambda x: np.min(x),
    "product": lambda x: np.prod(x[:, :5], 1),
    "any": lambda x: np.any(x > 2, 1),
    "all of them": lambda x: np.all(x > -9),
    "running": lambda x: np.cumsum(x, 1),
    "running flat": lambda x: np.cumsum(x[:2]),
    "three axes": lambda x: np.sum(x.reshape(2, -1, 3), (0, 2)),
    "outer axes": lambda x: np.sum(x.reshape(2, -1, 3), (0, 1)),
    "mean in another dtype": lambda x: np.mean(x.astype(np.float32), 0, keepdims=True),
    "variance": lambda x: np.var(x, 1),
    "count": lambda x: np.sum(x > 0),
    "softmax": lambda x: np.exp(x - np.max(x, -1, keepdims=True)),
}


def alike(functions, *args, digits=0):
    """All in one program, which costs less; the names of those whose results differ."""
    together = lambda *args: [f(*args) for f in functions.values()]
    found, expected = native(together, *args)[1], replayed(together, *args)
    wrong = {}
    for name, a, b in zip(functions, found, expected, strict=True):
        pairs = zip(a, b, strict=True) if isinstance(a, list) else [(a, b)]
        worst = max(ulps(x, y) for x, y in pairs)
        if worst > digits:
            wrong[name] = worst
    assert not wrong


def test_moving():
    alike(MOVING, R.normal(size=(3, 4)), digits=4)  # exponents are left to pow


@pytest.mark.heavy
def test_moving_in_loops():
    alike(
        {name: f for name, f in MOVING.items() if name not in ("mask", "reshape", "rows", "take", "integers and numbers")},
        R.normal(size=(30, 40)),
        digits=4,
    )


@pytest.mark.parametrize(
    "shape", [(4, 9), *[pytest.param(shape, marks=pytest.mark.heavy) for shape in ((6, 6), (2, 300), (12, 150))]]
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_are_in_the_order_of_numpy(shape, dtype):
    x = (R.normal(size=shape) * 10.0 ** R.integers(-3, 3, shape)).astype(dtype)
    exact = {name: f for name, f in SUMS.items() if name not in ("softmax",)}
    alike(exact, x)


PRODUCTS = {
    "matmul": lambda x, y: x @ y,
    "transposed": lambda x, y: y.T @ x.T,
    "dot": lambda x, y: np.dot(x, y),
    "vector": lambda x, y: x @ y[:, 0],
    "row": lambda x, y: x[0] @ y,
    "inner": lambda x, y: x[0] @ y[:, 1],
    "outer": lambda x, y: np.outer(x[0], y[0]),
    "einsum": lambda x, y: np.einsum("ij,jk->ki", x, y),
    "stack": lambda x, y: np.stack([x, 2 * x]) @ y,
    "traced": lambda x, y: np.einsum("ij,ji->", x, y[:, : len(x)]),
}


@pytest.mark.parametrize(
    "sizes", [(2, 3, 4), *[pytest.param(sizes, marks=pytest.mark.heavy) for sizes in ((7, 30, 9), (3, 200, 4))]]
)
def test_products_to_the_last_digits(sizes):
    n, k, m = sizes
    m = max(n, m)
    x, y = R.normal(size=(n, k)), R.normal(size=(k, m))
    together = lambda x, y: [f(x, y) for f in PRODUCTS.values()]
    found, expected = native(together, x, y)[1], replayed(together, x, y)
    for name, a, b in zip(PRODUCTS, found, expected, strict=True):
        scale = np.max(np.abs(x)) * np.max(np.abs(y)) * k
        assert np.max(np.abs(a - b)) <= k * 2.3e-16 * scale, name


def test_sums_of_negative_zeros_are_those_of_numpy():
    """They begin with 0.0; so 1 / (x @ w) has the same sign."""

    def f(x, w):
        sums = [np.sum(x), np.sum(x, 0), np.sum(x, axis=()), np.mean(x, 1), np.sum(x[0, 0]), np.mean(x[0, 0])]
        products = [x @ w, x[0] @ w[0], np.dot(x, w[0, 0]), np.vdot(x, w), np.tensordot(x[0], w[0], 0), x[:, :1] @ w[:1]]
        sums_of_products = [np.einsum("i,j->ij", x[0], w[0]), np.einsum("ij->i", x)]
        return [*sums, *products, *sums_of_products, np.multiply.reduce(x), np.cumsum(x), np.outer(x, w)]

    x, w = np.full((3, 3), -0.0), np.ones((3, 3))
    for got, expected in zip(native(f, x, w)[1], f(x, w), strict=True):
        np.testing.assert_array_equal(np.signbit(got), np.signbit(expected))


def test_products_by_a_single_number_are_those_of_blas():
    """0 times NaN is 0 there, but not in a product by elements."""

    def f(x, s):
        return [np.dot(x, s), np.inner(s, x), np.dot(x[0], s), np.dot(s, s), np.inner(x[:1, 0], s), x[0] @ x[0], s * x]

    x, fast = np.array([[1.0, -2.0], [3.0, 4.0]]), native(f, np.ones((2, 2)), np.float64(1.0))[0]
    for rows, s in ((x, -0.0), (np.array([[np.nan, np.inf], [-0.0, 1.0]]), 0.0), (-0.0 * x, 2.0), (x, 3.0)):
        with np.errstate(invalid="ignore"):
            expected = f(rows, np.float64(s))
        for got, wanted in zip(fast(rows, np.float64(s)), expected, strict=True):
            np.testing.assert_array_equal(got, wanted)
            np.testing.assert_array_equal(
                np.signbit(got), np.signbit(wanted) & ~np.isnan(wanted) | np.signbit(got) & np.isnan(got)
            )


def test_determinants_of_singular_and_of_large_matrices():
    fast, _ = native(np.linalg.det, np.eye(4))
    assert fast(np.diag([1e-200, 1e-200, 1e200, -1e200])) == pytest.approx(-1)
    assert fast(np.zeros((4, 4))) == 0
    assert fast(np.diag([1.0, 0.0, 2.0, 3.0])) == 0
    assert np.isnan(fast(np.full((4, 4), np.nan)))


@pytest.mark.parametrize("n", [2, 3, pytest.param(5, marks=pytest.mark.heavy)])
def test_small_matrices(n):
    """Solutions, inverses, determinants and factors, whose pivots are those of LAPACK."""
    a, b = R.normal(size=(n, n)), R.normal(size=(n, 2))
    spd = a @ a.T + np.eye(n)

    def f(a, b, spd):
        sign, logarithm = np.linalg.slogdet(a)
        return [
            np.linalg.solve(a, b),
            np.linalg.solve(a, b[:, 0]),
            np.linalg.inv(a),
            np.linalg.det(a),
            sign,
            logarithm,
            np.linalg.cholesky(spd),
        ]

    found = native(f, a, b, spd)[1]
    for got, expected in zip(found, f(a, b, spd), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-11)
    stack = np.stack([a, a.T + np.eye(n)])
    np.testing.assert_allclose(native(np.linalg.inv, stack)[1], np.linalg.inv(stack), rtol=1e-11, atol=1e-11)


def test_a_matrix_without_an_inverse_is_an_error_as_it_is_for_numpy():
    fast, _ = native(np.linalg.inv, np.eye(2))
    with pytest.raises(np.linalg.LinAlgError):
        fast(np.zeros((2, 2)))
    fast, _ = native(np.linalg.cholesky, np.eye(2))
    with pytest.raises(np.linalg.LinAlgError):
        fast(-np.eye(2))


def test_functions_of_math_raise_as_they_do():
    rate = {"value": 2.0}

    def f(x):
        rate["value"] += 1.0
        return x * math.sqrt(rate["value"])

    fast = capture(f, native=True, strict=True)
    assert [float(fast(np.float64(1.0))) for _ in range(4)] == [math.sqrt(3 + i) for i in range(4)]
    rate["value"] = -3.0
    with pytest.raises(ValueError, match=r"math domain|nonnegative"):
        fast(np.float64(1.0))


def test_long_straight_code_is_that_of_python():
    """Some thousands of operations in several functions; Python's own floats are the other way to the same numbers."""
    random = np.random.default_rng(7)
    inputs = random.uniform(0.5, 1.5, 12)
    steps = [(random.integers(4), random.integers(12), random.integers(12)) for _ in range(3000)]

    def run(values, absolute):
        values = list(values)
        for kind, i, j in steps:
            a, b = values[i], values[j]
            made = a - b if kind == 0 else a * b if kind == 1 else a / (absolute(b) + 1) if kind == 2 else 0.5 * (a + b)
            values[i] = made / (absolute(made) + 1)
        return values

    fast, found = native(lambda x: np.stack(run([x[i] for i in range(12)], np.abs)), inputs)
    assert len(fast.program.schedule.parts) > 4
    np.testing.assert_array_equal(found, run(inputs.tolist(), abs))
    for bad in (np.nan, np.inf, -np.inf):
        inputs[3] = bad
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(fast(inputs), run(inputs.tolist(), abs))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_tested_to_be_finite(dtype):
    """The strong zero of a product asks it; whatever comes, the gradient is that of the step."""
    f = grad(lambda x: np.sum(x[0] * x[1] / x[2] + x[1] * x[3]))
    fast, _ = native(f, np.arange(1, 5).astype(dtype))
    edges = [np.nan, np.inf, -np.inf, np.finfo(dtype).max, np.finfo(dtype).tiny, 0.0, -0.0]
    with np.errstate(all="ignore"):
        for i in range(4):
            for edge in edges:
                x = np.arange(1, 5).astype(dtype)
                x[i] = edge
                np.testing.assert_array_equal(fast(x), f(x))
