"""Where random numbers come from: one generator for everything that was given none, and `manual_seed` to reset it."""

from __future__ import annotations

import copy
from _thread import _local  # as in autograd_core: `threading` takes a millisecond to import
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nn.types import Generator


class _Drawn(_local):
    """The generator that this thread draws from, whatever it is given: see `Draws`."""

    generator: np.random.Generator | None = None


_drawn = _Drawn()

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
    """The given `numpy.random.Generator`, a new one from a seed, or for None the shared one; inside of `Draws` theirs."""
    if _drawn.generator is not None:
        return _drawn.generator
    if given is None:
        return _shared
    if isinstance(given, np.random.Generator):
        return given
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        return np.random.default_rng(given)
    raise TypeError(f"generator must be a numpy.random.Generator, a seed (int) or None, got {type(given).__name__}")


class Draws:
    """A context in which this thread draws from a generator of its own, which `with` gives: the same numbers each time."""

    def __init__(self, own: np.random.Generator) -> None:
        self.own = own

    def __enter__(self) -> np.random.Generator:
        _drawn.generator = copy.deepcopy(self.own)
        return _drawn.generator

    def __exit__(self, *error: object) -> None:
        _drawn.generator = None
