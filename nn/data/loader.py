"""DataLoader: arrays in batches."""

import numpy as np

from autograd_core import Tensor, errors
from nn.random import generator as generator_from


class DataLoader:
    """Goes through arrays of the same length in batches: `for x, y in DataLoader(X, Y, batch_size=64, shuffle=True, seed=0)`.

    arrays      arrays or Tensors, whose rows are samples
    batch_size  rows in a batch; the last one has what is left over, unless `drop_last`
    shuffle     another order in every epoch, the same ones in every run with the same `seed`
    seed        an int or a numpy.random.Generator; None for the one of `nn.manual_seed`

    A batch is a tuple with an array for each, or the array itself where there is one. Without `shuffle` batches are views.
    Raises ShapeError for arrays of different lengths.

    >>> import numpy as np
    >>> [x.tolist() for x in DataLoader(np.arange(5), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, *arrays, batch_size=1, shuffle=False, seed=None, drop_last=False):
        if not arrays:
            raise TypeError("DataLoader: expected arrays, got nothing")
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be a whole number of at least 1, got {batch_size!r}")
        self.arrays = tuple(a.numpy() if isinstance(a, Tensor) else np.asarray(a) for a in arrays)
        self.rows = same_length("DataLoader", self.arrays)
        self.batch_size, self.shuffle, self.drop_last = batch_size, bool(shuffle), bool(drop_last)
        self.generator = generator_from(seed) if seed is not None else None

    def __len__(self):
        """How many batches an epoch has."""
        return self.rows // self.batch_size if self.drop_last else -(-self.rows // self.batch_size)

    def __iter__(self):
        order = generator_from(self.generator).permutation(self.rows) if self.shuffle else None
        for i in range(len(self)):
            part = slice(i * self.batch_size, (i + 1) * self.batch_size)
            batch = tuple(a[order[part] if self.shuffle else part] for a in self.arrays)
            yield batch if len(batch) > 1 else batch[0]


def same_length(who, arrays):
    """The length that all arrays have."""
    lengths = [len(a) if a.ndim else None for a in arrays]
    if None in lengths or len(set(lengths)) > 1:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise errors.ShapeError(f"{who}: the arrays must have the same number of rows, got shapes {shapes}")
    return lengths[0]
