"""Where random numbers come from: one generator for everything that was given none, and `manual_seed` to reset it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nn.types import Generator

_shared = np.random.default_rng()


def manual_seed(seed: int) -> np.random.Generator:
    """Reset the shared generator, so that every run draws the same numbers; returns it.

    Layers, initialisers, dropout and loaders draw from it unless they are given a `generator=`.

    >>> import nn
    >>> first = nn.Linear(3, 4, generator=nn.manual_seed(0)).weight
    >>> bool((first.data == nn.Linear(3, 4, generator=0).weight.data).all())
    True
    """
    global _shared
    _shared = np.random.default_rng(seed)
    return _shared


def generator(given: Generator = None) -> np.random.Generator:
    """The given `numpy.random.Generator`, a new one from a seed, or for None the shared one."""
    if given is None:
        return _shared
    if isinstance(given, np.random.Generator):
        return given
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        return np.random.default_rng(given)
    raise TypeError(f"generator must be a numpy.random.Generator, a seed (int) or None, got {type(given).__name__}")
