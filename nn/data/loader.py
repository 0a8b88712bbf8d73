"""DataLoader: arrays in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.random import generator as generator_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from numpy.typing import ArrayLike

    from nn.types import Array, Generator


class DataLoader:
    """Iterates over arrays of the same length in batches: `for x, y in DataLoader(X, Y, batch_size=64, shuffle=True, seed=0)`.

    arrays      arrays or Tensors, whose rows are samples
    batch_size  rows in a batch; the last one has the rows left over, unless `drop_last`
    shuffle     another order in every epoch, the same ones in every run with the same `seed`
    seed        an int or a numpy.random.Generator; None for that of `nn.manual_seed`

    A batch is a tuple with an array for each, or the array itself if there is only one. Without `shuffle` batches are views.
    Raises ShapeError for arrays of different lengths.

    >>> import numpy as np
    >>> [x.tolist() for x in DataLoader(np.arange(5), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        *arrays: ArrayLike | Tensor,
        batch_size: int = 1,
        shuffle: bool = False,
        seed: Generator = None,
        drop_last: bool = False,
    ) -> None:
        if not arrays:
            raise TypeError("DataLoader: expected arrays, got nothing")
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be a whole number of at least 1, got {batch_size!r}")
        self.arrays = tuple(a.numpy() if isinstance(a, Tensor) else np.asarray(a) for a in arrays)
        self.rows = same_length("DataLoader", self.arrays)
        self.batch_size, self.shuffle, self.drop_last = batch_size, bool(shuffle), bool(drop_last)
        self.generator = generator_from(seed) if seed is not None else None

    def __len__(self) -> int:
        """How many batches an epoch has."""
        return self.rows // self.batch_size if self.drop_last else -(-self.rows // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        order = generator_from(self.generator).permutation(self.rows) if self.shuffle else None
        for i in range(len(self)):
            part = slice(i * self.batch_size, (i + 1) * self.batch_size)
            batch = tuple(a[part if order is None else order[part]] for a in self.arrays)
            yield batch if len(batch) > 1 else batch[0]


def same_length(who: str, arrays: Sequence[Array]) -> int:
    """The length that all arrays have."""
    lengths = [len(a) if a.ndim else None for a in arrays]
    if None in lengths or len(set(lengths)) > 1:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise errors.ShapeError(f"{who}: the arrays must have the same number of rows, got shapes {shapes}")
    return len(arrays[0])
