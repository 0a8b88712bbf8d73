"""The types of nn.data. A batch is an array or a tuple of them, as the data are, and Any to a type checker."""

from collections.abc import Iterator
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from autograd_core import Array, Tensor
from nn.functional import Generator

__all__: list[str]

class DataLoader:
    batch_size: int
    shuffle: bool
    drop_last: bool
    def __init__(
        self,
        *arrays: ArrayLike | Tensor,
        batch_size: int = 1,
        shuffle: bool = False,
        seed: Generator = None,
        drop_last: bool = False,
    ) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...

class Standardizer:
    mean: Any
    scale: Any
    def fit(self, x: ArrayLike) -> Self: ...
    def transform(self, x: ArrayLike) -> Array: ...
    def fit_transform(self, x: ArrayLike) -> Array: ...
    def inverse_transform(self, x: ArrayLike) -> Array: ...

def train_test_split(
    *arrays: ArrayLike,
    test_size: float = 0.25,
    seed: Generator = None,
    shuffle: bool = True,
) -> tuple[Array, ...]: ...
def load_digits(dtype: DTypeLike = ...) -> tuple[Array, NDArray[np.int64]]: ...
def load_mnist(folder: str | PathLike[str] | None = None, dtype: DTypeLike = ...) -> tuple[Array, NDArray[np.int64]]: ...
def read_idx(path: str | PathLike[str], max_bytes: int = ...) -> Array: ...
