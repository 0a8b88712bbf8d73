"""Shapes, orders, repetitions, padding and spacing: golden cases, errors, and arguments that no finite difference reaches."""

import numpy as np
import pytest

from autograd_core import Tensor, grad, vjp
from autograd_core.errors import UnsupportedError

windows = np.lib.stride_tricks.sliding_window_view


def pulled(f, x, g):
    return vjp(f, np.asarray(x, float))[1](np.asarray(g, float))[0]


GOLDEN = [
    ("repeat sums over the repeats", lambda x: np.repeat(x, [2, 0, 1]), [1, 2, 3], [1, 10, 100], [11, 0, 100]),
    ("tile sums over the tiles", lambda x: np.tile(x, 2), [1, 2], [1, 2, 3, 4], [4, 6]),
    ("resize starts again", lambda x: np.resize(x, 3), [1, 2], [1, 10, 100], [101, 10]),
    ("broadcast_to sums over what was repeated", lambda x: np.broadcast_to(x, (2, 2)), [[1], [2]], [[1, 2], [3, 4]], [[3], [7]]),
    ("windows that overlap add up", lambda x: windows(x, 2), [1, 2, 3], [[1, 2], [3, 4]], [1, 5, 4]),
    (
        "trim_zeros: the zeros at the ends get none, the one between does",
        np.trim_zeros,
        [0, 1, 0, 2, 0, 0],
        [1, 2, 3],
        [0, 1, 2, 3, 0, 0],
    ),
    ("trim_zeros at the front only", lambda x: np.trim_zeros(x, "f"), [0, 1, 0], [1, 2], [0, 1, 2]),
    ("trim_zeros of zeros leaves nothing", lambda x: np.trim_zeros(x, "b"), [0, 0], [], [0, 0]),
    ("diag of a vector", lambda x: np.diag(x, 1), [5], [[1, 2], [3, 4]], [2]),
    ("diag of a matrix", np.diag, [[1, 2], [3, 4]], [5, 6], [[5, 0], [0, 6]]),
    ("pad: a constant has no gradient", lambda x: np.pad(x, 1), [1, 2], [9, 1, 2, 9], [1, 2]),
    ("pad: edge", lambda x: np.pad(x, (2, 1), "edge"), [1, 2], [1, 2, 3, 4, 5], [6, 9]),
    ("pad: reflect does not repeat the edge", lambda x: np.pad(x, 1, "reflect"), [1, 2, 3], [1, 0, 0, 0, 1], [0, 2, 0]),
    ("pad: symmetric does", lambda x: np.pad(x, 1, "symmetric"), [1, 2, 3], [1, 0, 0, 0, 1], [1, 0, 1]),
    ("pad: wrap", lambda x: np.pad(x, 1, "wrap"), [1, 2, 3], [1, 0, 0, 0, 1], [1, 0, 1]),
    (
        "pad: reflect odd is 2 edge - reflected",
        lambda x: np.pad(x, (1, 0), "reflect", reflect_type="odd"),
        [1, 2, 3],
        [1, 0, 0, 0],
        [2, -1, 0],
    ),
    ("pad: mean", lambda x: np.pad(x, (1, 0), "mean"), [1, 2], [1, 0, 0], [0.5, 0.5]),
    ("pad: empty leaves what is inside", lambda x: np.pad(x, 1, "empty")[1:-1], [1, 2], [3, 4], [3, 4]),
    ("linspace of one number is its start", lambda x: np.linspace(x[0], x[1], 1), [1, 2], [5], [5, 0]),
    ("astype to complex and back", lambda x: np.real(np.astype(x, complex)), [1, 2], [3, 4], [3, 4]),
]


@pytest.mark.parametrize(("f", "x", "g", "expected"), [pytest.param(*row[1:], id=row[0]) for row in GOLDEN])
def test_golden(f, x, g, expected):
    np.testing.assert_array_equal(pulled(f, x, g), expected)


def test_trim_zeros_of_several_axes():
    if np.lib.NumpyVersion(np.__version__) < "2.2.0":
        pytest.skip("NumPy before 2.2 trims one axis only")
    x = np.array([[0, 0, 2.0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(pulled(np.trim_zeros, x, [[1, 2], [3, 4]]), [[0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(np.trim_zeros(Tensor(x, requires_grad=True), axis=1).numpy(), x[:, 1:3])


def test_infinity_inside_stays_inside():
    """Odd reflection multiplies by factors that may be 0; what is inside must not go through them."""
    x = Tensor([np.inf, 1.0, 2.0, 3.0], requires_grad=True)
    np.testing.assert_array_equal(np.pad(x, (0, 1), "reflect").numpy(), [np.inf, 1, 2, 3, 2])
    np.testing.assert_array_equal(np.pad(x, 1, "edge").numpy(), [np.inf, np.inf, 1, 2, 3, 3])


PLAIN = [
    lambda x: np.astype(x, int),
    lambda x: np.astype(x, bool),
    np.zeros_like,
    lambda x: np.full_like(x, 7.0),
    lambda x: np.full_like(x, 7, dtype=int),
]


@pytest.mark.parametrize("f", PLAIN)
def test_what_has_no_derivative_is_plain(f):
    x = np.array([1.5, 4.5])
    result = f(Tensor(x, requires_grad=True))
    assert type(result) is np.ndarray
    expected = f(x)
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result, expected)


def test_full_like_of_a_recorded_value():
    assert grad(lambda v: np.sum(np.full_like(Tensor([1.0, 2, 3]), v) * 2))(1.0) == 6
    t = np.full_like(Tensor(np.ones(2, np.float32)), Tensor(2.0, requires_grad=True))
    assert t.dtype == np.float32


def test_an_order_that_depends_on_memory():
    x = Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    assert np.ravel(x, "K").requires_grad
    assert np.reshape(x, (3, 2), order="A").requires_grad
    for f in (lambda: np.ravel(x.T, "K"), lambda: np.ravel(x.T, "A"), lambda: np.reshape(x.T, 6, order="A")):
        with pytest.raises(UnsupportedError, match='depends on how the array lies in memory; write order="C" or order="F"'):
            f()


REFUSED = [
    (lambda x: np.pad(x, 1, lambda *args: None), UnsupportedError, "pad: a function as mode .* np.concatenate"),
    (lambda x: np.pad(x, 1, "mirror"), ValueError, "pad: mode 'mirror' is not supported; there are empty, constant, edge"),
    (lambda x: np.pad(x, -1), ValueError, "pad: pad_width must not be negative, got -1"),
    (lambda x: np.diag(x[0]), ValueError, r"diag: v must have 1 or 2 dimensions, got shape \(\)"),
    (lambda x: np.fliplr(x), ValueError, "fliplr: the array must have 2 or more dimensions"),
    (lambda x: np.meshgrid(x, x, indexing="yx"), ValueError, "meshgrid: indexing must be 'xy' or 'ij', got 'yx'"),
    (lambda x: np.trim_zeros(x, "x"), ValueError, "trim_zeros: trim must be 'f', 'b' or 'fb', got 'x'"),
    (lambda x: np.geomspace(x[0] * 0, 1.0), ValueError, "geomspace: start and stop must not be 0"),
    (lambda x: np.reshape(x, (4, 5)), ValueError, "cannot reshape array of size 2"),
    (
        lambda x: np.apply_along_axis(np.sum, 0, np.zeros_like(x, shape=(2, 0)) * x[0]),
        ValueError,
        "apply_along_axis: .* length 0",
    ),
]


@pytest.mark.parametrize(("f", "error", "words"), REFUSED, ids=[row[2][:30] for row in REFUSED])
def test_refused(f, error, words):
    with pytest.raises(error, match=words):
        f(Tensor([1.0, 2.0], requires_grad=True))


@pytest.mark.parametrize(
    ("shape", "width", "axis"),
    [((9,), 8, 0), ((9,), 2, 0), ((3, 9), 7, 1), ((600, 2), 599, 0), ((1100,), 550, 0), ((7, 2, 3), 3, 0)],
)
def test_windows_laid_over_each_other(shape, width, axis):
    """Whichever way the sum goes through memory it is the sum over the places that a number was copied to."""
    x = np.zeros(shape)
    g = np.random.default_rng(0).integers(-9, 9, windows(x, width, axis).shape).astype(float)
    places = windows(np.arange(x.size).reshape(shape), width, axis)
    np.testing.assert_array_equal(
        pulled(lambda x: windows(x, width, axis), x, g).ravel(), np.bincount(places.ravel(), g.ravel(), x.size)
    )


def test_meshgrid_as_used_for_a_field():
    def f(x, y):
        X, Y = np.meshgrid(x, y)
        return np.sum(X * Y**2)

    by_x, by_y = grad(f, (0, 1))(np.array([1.0, 2]), np.array([3.0, 4, 5]))
    np.testing.assert_array_equal(by_x, [50, 50])  # Σ y²
    np.testing.assert_array_equal(by_y, [18, 24, 30])  # 2 y Σ x
