"""How arrays lie in memory: the order of their axes, and where they begin."""

from collections.abc import Iterable
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

LINE = 64  # bytes


@lru_cache(1000)  # asked for each value, and nearly always for the same few
def in_memory(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of an array, those with the longest steps first, without those along which there is no step to take."""
    axes = [axis for axis, n in enumerate(shape) if n > 1]
    return tuple(sorted(axes, key=lambda axis: -abs(strides[axis])))


def arranged(flat: np.ndarray, shape: tuple[int, ...], axes: Iterable[int]) -> np.ndarray:
    """A flat array in a shape whose axes follow each other in memory like this."""
    axes = [*(axis for axis, n in enumerate(shape) if n < 2), *axes]
    if axes == list(range(len(shape))):
        return flat.reshape(shape)
    return flat.reshape([shape[axis] for axis in axes]).transpose(np.argsort(axes))


def aligned(shape: int | tuple[int, ...], dtype: Any, order: Any = "C") -> np.ndarray:
    """An empty array; a large one begins at a line of the cache: products and sums then take up to a third less."""
    nbytes = (shape if isinstance(shape, int) else prod(shape)) * np.dtype(dtype).itemsize
    if nbytes < 4096:
        return np.empty(shape, dtype, order)
    raw = np.empty(nbytes + LINE, np.uint8)
    start = -address(raw) % LINE
    return raw[start : start + nbytes].view(dtype).reshape(shape, order=order)


def hollow(sample: Any) -> Any:
    """An array of the same type, shape and order in memory, but without the memory; numbers and short arrays as they are."""
    if type(sample) is not np.ndarray or sample.nbytes < 1000:
        return sample
    return _hollow(sample.dtype, sample.shape, sample.strides)


@lru_cache(1000)  # a convolution is the same few calls for each of its blocks, and each such array takes 1 kB
def _hollow(dtype: Any, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
    return np.lib.stride_tricks.as_strided(np.empty(1, dtype), shape, strides)


def let_go(values: Iterable[Any]) -> None:
    """Leave these values hollow samples: what each was while recording has served."""
    for value in values:
        value.sample = hollow(value.sample)


def order_of(array: np.ndarray) -> str:
    """ "F" if an array is in Fortran's order, and not in C's too; else "C"."""
    return "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]
