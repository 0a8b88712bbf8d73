"""Batches, splits, standardizing and indicators."""

from itertools import chain

import numpy as np
import pytest

import nn
from autograd_core import Tensor, errors
from nn.data import DataLoader, Standardizer, train_test_split

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)


def epoch(loader):
    return [batch.tolist() for batch in loader]


def test_batches_in_order_are_views():
    batches = list(DataLoader(X, Y, batch_size=4))
    assert [y.tolist() for _, y in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    for x, y in batches:
        np.testing.assert_array_equal(x, X[y])
        assert np.shares_memory(x, X)


@pytest.mark.parametrize(
    ("rows", "size", "drop", "expected"),
    [(10, 4, False, 3), (10, 4, True, 2), (8, 4, False, 2), (0, 4, False, 0), (3, 4, True, 0)],
)
def test_length(rows, size, drop, expected):
    loader = DataLoader(np.arange(rows), batch_size=size, drop_last=drop)
    assert len(loader) == expected == len(list(loader))
    assert all(len(batch) == size for batch in loader) or not drop


def test_every_epoch_has_another_order_and_every_run_the_same():
    one, other = (DataLoader(Y, batch_size=3, shuffle=True, seed=5) for _ in range(2))
    first, second = epoch(one), epoch(one)
    assert first != second
    assert sorted(chain(*first)) == sorted(chain(*second)) == list(range(10))
    assert [epoch(other), epoch(other)] == [first, second]
    assert epoch(DataLoader(Y, batch_size=3, shuffle=True, seed=np.random.default_rng(5))) == first


def test_rows_stay_together():
    for x, y in DataLoader(X, Y, batch_size=3, shuffle=True, seed=0):
        np.testing.assert_array_equal(x, X[y])


def test_without_a_seed_the_shared_generator_decides():
    loader = DataLoader(Y, batch_size=3, shuffle=True)
    nn.manual_seed(0)
    first = epoch(loader)
    nn.manual_seed(0)
    assert epoch(loader) == first


def test_two_passes_at_once():
    loader = DataLoader(Y, batch_size=5, shuffle=True, seed=0)
    for a, b in zip(loader, loader, strict=True):
        assert len(a) == len(b) == 5


def test_tensors_are_arrays_here():
    assert [type(x) for x in DataLoader(Tensor(X), batch_size=10)] == [np.ndarray]


MISTAKES = {
    "lengths": (
        lambda: DataLoader(X, Y[:3]),
        errors.ShapeError,
        r"DataLoader: the arrays .* got shapes \(10, 2\), \(3,\)",
    ),
    "a number": (lambda: DataLoader(X, np.array(1.0)), errors.ShapeError, r"\(10, 2\), \(\)"),
    "batch_size 0": (lambda: DataLoader(X, batch_size=0), ValueError, "batch_size must be a whole number of at least 1, got 0"),
    "batch_size 2.5": (lambda: DataLoader(X, batch_size=2.5), ValueError, "got 2.5"),
    "nothing": (lambda: DataLoader(), TypeError, "expected arrays, or a data set, got nothing"),
    "a generator": (
        lambda: DataLoader(x for x in X),
        TypeError,
        "got generator; for a stream of samples .* nn.data.IterableDataset",
    ),
    "seed": (lambda: DataLoader(X, shuffle=True, seed="a"), TypeError, "generator must be a numpy.random.Generator, a seed"),
    "split, lengths": (
        lambda: train_test_split(X, Y[:3]),
        errors.ShapeError,
        "train_test_split: the arrays must",
    ),
    "split, nothing": (lambda: train_test_split(), TypeError, "expected arrays, got none"),
    "split, all": (lambda: train_test_split(X, test_size=10), ValueError, "test_size=10 leaves nothing on one side of 10 rows"),
    "split, 1.5": (lambda: train_test_split(X, test_size=1.5), ValueError, "test_size=1.5 leaves nothing"),
    "not fitted": (lambda: Standardizer().transform(X), RuntimeError, "call fit"),
    "other features": (
        lambda: Standardizer().fit(X).transform(X[:, :1]),
        errors.ShapeError,
        r"shape \(2,\), got .* \(10, 1\)",
    ),
    "no rows": (lambda: Standardizer().fit(X[:0]), errors.ShapeError, r"expected rows of samples, got shape \(0, 2\)"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told(case):
    run, kind, words = MISTAKES[case]
    with pytest.raises(kind, match=words):
        run()


def test_a_split_is_exact_and_the_same_for_all_arrays():
    x_train, x_test, y_train, y_test = train_test_split(X, Y, test_size=0.25, seed=0)
    order = np.random.default_rng(0).permutation(10)
    np.testing.assert_array_equal(y_test, order[:3])
    np.testing.assert_array_equal(y_train, order[3:])
    np.testing.assert_array_equal(x_train, X[y_train])
    np.testing.assert_array_equal(x_test, X[y_test])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_standardized_to_mean_0_and_deviation_1(dtype, rng):
    x = (rng.standard_normal((50, 3)) * [1, 10, 100] + 5).astype(dtype)
    standardizer = Standardizer()
    z = standardizer.fit_transform(x)
    assert z.dtype == (dtype if dtype is not np.int64 else float)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(z.std(axis=0), 1, atol=1e-6)
    np.testing.assert_allclose(standardizer.inverse_transform(z), x, rtol=1e-4, atol=1e-4)


def test_a_feature_that_never_changes_becomes_0():
    x = np.full((3, 1), 0.1)  # whose mean, rounded, is another number
    assert np.abs(Standardizer().fit_transform(x)).max() < 1e-15
