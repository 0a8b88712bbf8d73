"""Arrays made ready for training: split, or standardized."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors
from nn.data.datasets import as_array, same_length
from nn.random import generator as generator_from

if TYPE_CHECKING:
    from typing import Any, Self

    from numpy.typing import ArrayLike

    from nn.types import Array, Generator


def train_test_split(
    *arrays: ArrayLike, test_size: float = 0.25, seed: Generator = None, shuffle: bool = True
) -> tuple[Array, ...]:
    """Each array in two: (x_train, x_test, y_train, y_test, …), the same rows of each.

    test_size  a share of the rows (rounded up), or a number of them
    shuffle    otherwise the last rows are the test's

    The rows are those of `generator.permutation`: its first ones are the test's. Both parts keep its order.

    >>> x_train, x_test = train_test_split(np.arange(6), test_size=2, shuffle=False)
    >>> x_train, x_test
    (array([0, 1, 2, 3]), array([4, 5]))
    """
    given = [as_array("train_test_split", a, i) for i, a in enumerate(arrays)]
    if not given:
        raise TypeError("train_test_split: expected arrays, got none")
    n = same_length("train_test_split", given)
    count = test_size if isinstance(test_size, (int, np.integer)) else math.ceil(n * test_size)
    if isinstance(test_size, bool) or not 0 < count < n:
        raise ValueError(f"train_test_split: test_size={test_size} leaves nothing on one side of {n} rows")
    order = generator_from(seed).permutation(n) if shuffle else np.roll(np.arange(n), count)
    train, test = order[count:], order[:count]
    return tuple(part for a in given for part in (a[train], a[test]))


class Standardizer:
    """x ↦ (x − mean) / standard deviation of each feature, as `fit` found them; features that never change become 0.

    >>> standardizer = Standardizer().fit([[0.0, 5.0], [2.0, 5.0]])
    >>> standardizer.transform([[4.0, 5.0]])
    array([[3., 0.]])
    """

    mean: Any = None
    scale: Any = None

    def fit(self, x: ArrayLike) -> Self:
        """Find the means and standard deviations (over axis 0); returns the Standardizer."""
        x = as_array("Standardizer.fit", x, 0)
        if x.ndim == 0 or len(x) == 0:
            raise errors.ShapeError(f"Standardizer.fit: expected rows of samples, got shape {x.shape}")
        deviation = x.std(axis=0, dtype=float)
        self.mean = x.mean(axis=0, dtype=float)
        self.scale = np.where(np.all(x == x[0], axis=0), 1.0, deviation)
        return self

    def transform(self, x: ArrayLike) -> Array:
        """The standardized array, in the dtype of floats, as float64 for integers."""
        x = self._like(x)
        return ((x - self.mean) / self.scale).astype(x.dtype if x.dtype.kind == "f" else float)

    def fit_transform(self, x: ArrayLike) -> Array:
        """`fit`, then `transform` of the same array."""
        return self.fit(x).transform(x)

    def inverse_transform(self, x: ArrayLike) -> Array:
        """Undo `transform`."""
        x = self._like(x)
        return (x * self.scale + self.mean).astype(x.dtype if x.dtype.kind == "f" else float)

    def _like(self, x: ArrayLike) -> Array:
        if self.mean is None:
            raise RuntimeError("Standardizer: call fit(x) with the training data first")
        x = as_array("Standardizer", x, 0)
        if x.shape[1:] != self.mean.shape:
            raise errors.ShapeError(f"Standardizer: fitted to features of shape {self.mean.shape}, got shape {x.shape}")
        return x
