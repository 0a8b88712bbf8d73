"""Indices that are computed: picked, assigned to and added to by them, and the places of the greatest, as NumPy has them."""

import numpy as np
import pytest

from autograd_core import capture, value_and_grad
from tests.native.common import native

R = np.random.default_rng(0)


COMPUTED = {  # of x (4, 3), rows (5,), columns (3,), and a number n, all of them arguments
    "rows": lambda x, rows, columns, n: x[rows],
    "columns": lambda x, rows, columns, n: x[:, columns],
    "a row": lambda x, rows, columns, n: x[n],
    "part of a row": lambda x, rows, columns, n: x[n, 1:],
    "a column": lambda x, rows, columns, n: x[..., n],
    "an element": lambda x, rows, columns, n: x[n, n - 1],
    "one of each row": lambda x, rows, columns, n: x[np.arange(3), columns],
    "pairs": lambda x, rows, columns, n: x[columns[:, None], columns],
    "beside slices": lambda x, rows, columns, n: x[None, columns, ::2],
    "beside a list": lambda x, rows, columns, n: x[[0, 1, 2], columns, None],
    "beside a number": lambda x, rows, columns, n: x[rows, n],
    "what was made before": lambda x, rows, columns, n: (x * 2)[np.argmax(x * x, 0)],
    "take": lambda x, rows, columns, n: [np.take(x, rows), np.take(x, columns, 1), np.take(x, n, axis=0)],
    "take along an axis": lambda x, rows, columns, n: [
        np.take_along_axis(x, np.argmax(x, 1, keepdims=True), 1),
        np.take_along_axis(x, np.stack([columns, columns]), 0),
        np.take_along_axis(x, rows, None),
    ],
    "places of the greatest": lambda x, rows, columns, n: [
        np.argmax(x), np.argmin(x, 0), np.argmax(x, 1, keepdims=True), np.argmax(x > 0, 0), np.argmin(rows), x.argmax(-1),
    ],
}  # fmt: skip


def index_arguments():
    return R.normal(size=(4, 3)), np.array([2, -1, 0, 0, 3]), np.array([1, 1, -3]), np.int64(2)


def test_indices_that_are_computed():
    args = index_arguments()
    together = lambda *args: [f(*args) for f in COMPUTED.values()]
    fast, found = native(together, *args)
    others = R.normal(size=(4, 3)), np.array([-4, 3, 3, 1, 1]), np.array([2, 0, 0]), np.int64(-2)
    for args, found in ((args, found), (others, fast(*others))):  # noqa: B020
        for name, got, expected in zip(COMPUTED, found, together(*args), strict=True):
            for a, b in zip(*[x if type(x) is list else [x] for x in (got, expected)], strict=True):
                assert a.dtype == b.dtype, name
                np.testing.assert_array_equal(a, b, err_msg=name)


def test_indices_out_of_bounds_are_an_error_as_they_are_for_numpy():
    fast, _ = native(lambda x, rows: x[rows] * 2, np.ones((4, 3)), np.array([0, 1]))
    for rows in ([0, 4], [-5, 0]):
        with pytest.raises(IndexError, match="out of bounds"):
            fast(np.ones((4, 3)), np.array(rows))


def test_assignments_by_indices_that_are_computed():
    """One after the other: of an element that is named twice, the last one stays, and sums are added up in order."""

    def f(x, rows, columns, n, new):
        results = []
        for index in (rows, n, (n, slice(1, None)), (np.arange(3), columns), (Ellipsis, columns), x > 0):
            changed, added = np.array(x), np.array(x)
            changed[index] = 0.5 if index is results else -0.0
            np.add.at(added, index, 1e-3)
            results += [changed, added]
        changed, added = np.array(x), np.array(x)
        changed[rows] = new
        np.add.at(added, rows, new)
        greatest = np.array(x)
        np.maximum.at(greatest, rows, new)
        return [*results, changed, added, greatest]

    args = (*index_arguments(), R.normal(size=(5, 3)))
    fast, found = native(f, *args)
    others = R.normal(size=(4, 3)), np.array([-1, 3, 3, 3, -1]), np.array([0, -1, 2]), np.int64(-1), R.normal(size=(5, 3))
    for got, args in ((found, args), (fast(*others), others)):  # noqa: B020
        for a, b in zip(got, f(*args), strict=True):
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(np.signbit(a), np.signbit(b))


@pytest.mark.parametrize("x", [[1.0, np.nan, 3.0, np.nan], [-0.0, 0.0, -0.0, 0.0], [np.inf, -np.inf, np.inf, 1.0]])
def test_places_of_the_greatest_among_special_numbers(x):
    f = lambda x: [np.argmax(x), np.argmin(x), np.argmax(x[::-1]), np.argmin(x[::-1])]
    fast, _ = native(f, np.zeros(4))
    assert fast(np.array(x)) == f(np.array(x))


def test_gradients_through_indices_that_are_computed():
    table, rows = R.normal(size=(6, 3)), np.array([1, 1, 5, 0])
    both = value_and_grad(lambda table, rows: np.sum(np.tanh(table[rows]) ** 2), 0)
    fast, _ = native(both, table, rows)
    for rows in (rows, np.array([2, 2, 2, 2])):  # noqa: B020
        for got, expected in zip(fast(table, rows), both(table, rows), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-14)


def test_an_index_that_the_step_closes_over_may_be_refilled():
    """It is taken for constant at first; once other numbers are in it, it is computed."""
    data, rows = R.normal(size=(6, 3)), np.array([0, 1])
    fast = capture(lambda x: np.sum(data[rows] * x, 0), native=True, strict=True)
    for i in range(12):
        rows[:] = i % 6, (i + 3) % 6
        np.testing.assert_array_equal(fast(np.float64(2.0)), np.sum(data[rows] * 2, 0))
    assert len(fast._programs) == 2
    assert type(fast.program).__name__ == "NativeProgram"
