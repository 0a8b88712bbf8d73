"""Arrays that are somewhere else, Dask's, Zarr's and files as np.memmap: a batch is loaded when it is asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import errors

if TYPE_CHECKING:
    from typing import Any

    from nn.types import Array


class Stored:
    """An array of a DataLoader of which `stored[index]` loads the rows, once each, as an ndarray of its own."""

    def __init__(self, array: Any) -> None:
        self.array, self.shape, self.ndim = array, array.shape, len(array.shape)
        if self.ndim and math.isnan(self.shape[0]):
            raise errors.ShapeError(
                "DataLoader: a Dask array has chunks of unknown length; write a = a.compute_chunk_sizes() first"
            )

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, index: Any) -> Array:
        if isinstance(index, (int, np.integer, slice)):
            return self._loaded(self.array[index])
        index = np.asarray(index)
        index = np.flatnonzero(index) if index.dtype == bool else index
        rows, back = np.unique(index, return_inverse=True)  # so that no chunk is opened twice
        return self._loaded(self.array.oindex[rows] if hasattr(self.array, "oindex") else self.array[rows])[back]

    def _loaded(self, part: Any) -> Array:
        return np.array(part.compute() if is_lazy(part) else part)

    def __getstate__(self) -> Any:
        if isinstance(self.array, np.memmap):
            raise TypeError("an np.memmap would be sent as a whole; write a data set that opens the file in __getitem__")
        return vars(self)


def is_stored(data: Any) -> bool:
    """Whether it is an array that is not in memory, as far as can be told without a package that nobody has imported."""
    return is_lazy(data) or hasattr(data, "oindex") or isinstance(data, np.memmap)


def is_lazy(data: Any) -> bool:
    """Whether it is an array that Dask computes."""
    return hasattr(data, "__dask_graph__") and hasattr(data, "chunks")
