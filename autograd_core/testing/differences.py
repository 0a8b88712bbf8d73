"""Finite differences: derivatives that know nothing of rules.

Central differences of a smooth function have an error in even powers of the step alone, so that from those of a few steps,
each half of the one before, the powers can be removed one by one (Richardson, Phil. Trans. A 210, 1911). What is
left is the rounding of the function, divided by the step. Steps are relative to the size of each input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from autograd_core.testing.types import Array, Line

STEPS = 0.25 * 0.5 ** np.arange(36)  # of a ladder: from a quarter of the input down to 7e-12 of it


def first_step(eps: float) -> float:
    """The step for a function that rounds to `eps`, relative to the input: 7e-4 for float64, 0.04 for float32.

    There the error of the extrapolated difference, h⁴, is as large as rounding, eps/h.
    """
    return eps ** (1 / 5)


def scales(x: Array) -> Array:
    """How far from each element of a vector to step, in units of the relative step: its size, or that of its neighbours."""
    sizes = np.abs(x)
    largest = np.max(sizes, initial=0)
    return np.maximum(sizes, 1e-3 * largest) if largest > 0 else np.ones_like(x)


def directional(line: Line, step: float) -> Array:
    """d/ds line(s) at s = 0, for a function of a number whose values are arrays: from steps h and h/2, with an error of h⁴."""
    with np.errstate(all="ignore"):
        whole, half = (line(step) - line(-step)) / (2 * step), (line(step / 2) - line(-step / 2)) / step
        return (4 * half - whole) / 3


class Ladder:
    """Differences of line(s) at s = 0 for every step from a quarter to 1e-11, if a single step does not tell enough.

    line   a function of a number, whose values are vectors
    eps    what its values are rounded to

    For each step and element: `central`, `right` and `left`, the slopes; `central_error`, …, how far each may be off:
    what extrapolation changed, what the next step changes, and rounding.
    """

    def __init__(self, line: Line, eps: Any) -> None:
        self.middle = line(0.0)
        with np.errstate(all="ignore"):
            plus, minus = np.array([line(h) for h in STEPS]), np.array([line(-h) for h in STEPS])
            h = STEPS.reshape(-1, *[1] * (plus.ndim - 1)).astype(plus.dtype)
            self.plus, self.minus, self.h = plus, minus, h
            values = np.maximum(np.abs(plus), np.abs(minus))
            values = np.maximum(np.where(np.isfinite(values), values, 0), np.abs(self.middle))
            self.size = np.maximum.accumulate(values[::-1])[::-1]  # within each step: what is far away does not round here
            slopes = (plus - minus) / (2 * h)
            # Steps are relative, so that the rounding of the input, times the slope, is eps times this slope
            self.noise = noise = eps * (self.size + np.abs(slopes)) / h
            self.central, self.central_error = _settled(slopes, noise, (4, 16))
            self.right, self.right_error = _settled((plus - self.middle) / h, 2 * noise, (2, 4))
            self.left, self.left_error = _settled((self.middle - minus) / h, 2 * noise, (2, 4))

    def best(self) -> tuple[Array, Array, Array]:
        """(the central slope, its error, the number of its step), each an array with an element for each of the line's."""
        chosen = np.argmin(self.central_error, axis=0)
        take = lambda values: np.take_along_axis(values, chosen[None], axis=0)[0]
        return take(self.central), take(self.central_error), chosen


def _settled(rows: Array, noise: Array, powers: tuple[int, int]) -> tuple[Array, Array]:
    """Differences extrapolated twice, and their errors."""
    first = (powers[0] * rows[1:] - rows[:-1]) / (powers[0] - 1)
    second = (powers[1] * first[1:] - first[:-1]) / (powers[1] - 1)
    slopes = second[:-1]
    error = np.maximum(np.abs(slopes - first[1:-1]), np.abs(slopes - second[1:])) + 4 * noise[2:-1]
    return slopes, np.where(np.isfinite(error), error, np.inf)
