"""Arrays made ready for training: split, standardized, or turned into indicators."""

import math

import numpy as np

from autograd_core import errors
from nn.data.loader import same_length
from nn.random import generator as generator_from


def train_test_split(*arrays, test_size=0.25, seed=None, shuffle=True, stratify=None):
    """Each array in two: (x_train, x_test, y_train, y_test, …), the same rows of each.

    test_size  a share of the rows (rounded up), or a number of them
    shuffle    otherwise the last rows are the test's
    stratify   labels: both parts then have each label in its share, the fractions going to the labels that lose most

    The rows are those of `generator.permutation`: its first ones are the test's. Both parts keep its order.

    >>> x_train, x_test = train_test_split(np.arange(6), test_size=2, shuffle=False)
    >>> x_train, x_test
    (array([0, 1, 2, 3]), array([4, 5]))
    """
    arrays = [np.asarray(a) for a in arrays]
    if not arrays:
        raise TypeError("train_test_split: expected arrays, got none")
    n = same_length("train_test_split", arrays)
    count = test_size if isinstance(test_size, (int, np.integer)) else math.ceil(n * test_size)
    if isinstance(test_size, bool) or not 0 < count < n:
        raise ValueError(f"train_test_split: test_size={test_size} leaves nothing on one side of {n} rows")
    if not shuffle:
        if stratify is not None:
            raise ValueError("train_test_split: stratify needs shuffle=True")
        train, test = np.arange(n - count), np.arange(n - count, n)
    else:
        order = generator_from(seed).permutation(n)
        chosen = np.zeros(n, bool)
        chosen[: count if stratify is None else 0] = True
        if stratify is not None:
            labels = np.asarray(stratify)[order]
            for label, share in zip(*_shares(labels, count), strict=True):
                chosen[np.flatnonzero(labels == label)[:share]] = True
        train, test = order[~chosen], order[chosen]
    return tuple(part for a in arrays for part in (a[train], a[test]))


def _shares(labels, count):
    """(labels, how many of each go into a part of `count` rows): by largest remainders."""
    found, sizes = np.unique(labels, return_counts=True)
    exact = sizes * count / len(labels)
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: count - shares.sum()]] += 1
    if (shares == 0).any() or (shares == sizes).any():
        label = found[np.argmax((shares == 0) | (shares == sizes))]
        raise ValueError(f"train_test_split: label {label} would be missing on one side; it has too few rows for stratify")
    return found, shares


class Standardizer:
    """x ↦ (x − mean) / standard deviation of each feature, as `fit` found them; features that never change become 0.

    >>> standardizer = Standardizer().fit([[0.0, 5.0], [2.0, 5.0]])
    >>> standardizer.transform([[4.0, 5.0]])
    array([[3., 0.]])
    """

    mean = scale = None

    def fit(self, x):
        """Find the means and standard deviations (over axis 0); returns the Standardizer."""
        x = np.asarray(x)
        if x.ndim == 0 or len(x) == 0:
            raise errors.ShapeError(f"Standardizer.fit: expected rows of samples, got shape {x.shape}")
        deviation = x.std(axis=0, dtype=float)
        self.mean = x.mean(axis=0, dtype=float)
        self.scale = np.where(np.all(x == x[0], axis=0), 1.0, deviation)
        return self

    def transform(self, x):
        """The standardized array, in the dtype of floats, as float64 for integers."""
        x = self._like(x)
        return ((x - self.mean) / self.scale).astype(x.dtype if x.dtype.kind == "f" else float)

    def fit_transform(self, x):
        """`fit`, then `transform` of the same array."""
        return self.fit(x).transform(x)

    def inverse_transform(self, x):
        """What `transform` made this of."""
        x = self._like(x)
        return (x * self.scale + self.mean).astype(x.dtype if x.dtype.kind == "f" else float)

    def _like(self, x):
        if self.mean is None:
            raise RuntimeError("Standardizer: call fit(x) with the training data first")
        x = np.asarray(x)
        if x.shape[1:] != self.mean.shape:
            raise errors.ShapeError(f"Standardizer: fitted to features of shape {self.mean.shape}, got shape {x.shape}")
        return x


def one_hot(labels, classes=None, dtype=float):
    """Rows that are 1 at their label and 0 elsewhere, shape (*labels.shape, classes).

    classes   how many labels there are, from 0 on; one more than the largest by default

    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise errors.DTypeError(f"one_hot: labels must be integers, got {labels.dtype}")
    classes = (int(labels.max()) + 1 if labels.size else 0) if classes is None else classes
    wrong = (labels < 0) | (labels >= classes)
    if wrong.any():
        where = tuple(map(int, np.argwhere(wrong)[0]))
        raise ValueError(f"one_hot: label {labels[where]} at {where} is not among the {classes} classes 0 … {classes - 1}")
    return (labels[..., None] == np.arange(classes)).astype(dtype)
