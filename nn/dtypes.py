"""The dtype of new parameters: float64, unless `set_default_dtype` says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import DTypeLike

_default: np.dtype[Any] = np.dtype(np.float64)


def set_default_dtype(dtype: DTypeLike) -> None:
    """Give the parameters and buffers of all layers made from now on this dtype, unless they are given a `dtype=` of their own.

    dtype   a floating one. Inputs must be of it too: float64 data beside float32 parameters are computed in float64

    >>> import numpy as np, nn
    >>> nn.set_default_dtype(np.float32)
    >>> nn.Linear(2, 3).weight.dtype
    dtype('float32')
    >>> nn.set_default_dtype(np.float64)
    """
    global _default
    chosen = None if dtype is None else np.dtype(dtype)
    if chosen is None or chosen.kind != "f":
        raise TypeError(f"set_default_dtype: dtype must be a floating one, such as np.float32, got {dtype!r}")
    _default = chosen


def get_default_dtype() -> np.dtype[Any]:
    """The dtype of the parameters of new layers.

    >>> import nn
    >>> nn.get_default_dtype()
    dtype('float64')
    """
    return _default


def dtype_of(dtype: DTypeLike | None) -> np.dtype[Any]:
    """What a layer's `dtype=` means: None is the default."""
    return _default if dtype is None else np.dtype(dtype)
