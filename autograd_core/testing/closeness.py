"""Comparing gradients: nested containers of arrays or Tensors, with the path of what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core.errors import GradientError
from autograd_core.graph.trees import flatten, paths
from autograd_core.graph.variable import plain

if TYPE_CHECKING:
    from typing import Any


def assert_allclose(actual: Any, expected: Any, rtol: float = 1e-7, atol: float = 0.0, name: str = "gradient") -> None:
    """Raise a GradientError unless two gradients agree: |actual - expected| <= atol + rtol * |expected|, element by element.

    actual, expected   arrays, numbers, Tensors, or the same nested containers of them; shapes must be the same too
    name               what the message calls them

    >>> import numpy as np
    >>> assert_allclose({"w": np.ones(2)}, {"w": np.array([1.0, 1.5])})
    Traceback (most recent call last):
    ...
    autograd_core.errors.GradientError: gradient['w'] differs from what is expected in 1 of 2 elements, most at index (1,) ...
    """
    where, expected_at = paths(actual), paths(expected)
    if where != expected_at:
        only = sorted(set(where) ^ set(expected_at))
        raise GradientError(f"{name} is not in the expected containers: not in both are {name}{f', {name}'.join(only)}")
    for path, ours, right in zip(where, flatten(actual)[0], flatten(expected)[0], strict=True):
        ours, right = np.asarray(plain(ours)), np.asarray(plain(right))
        if ours.shape != right.shape:
            raise GradientError(f"{name}{path} has shape {ours.shape}, expected {right.shape}", argument=f"{name}{path}")
        with np.errstate(invalid="ignore"):
            off = np.where((ours == right) | (np.isnan(ours) & np.isnan(right)), 0, np.abs(ours - right))
            bad = ~(off <= atol + rtol * np.abs(right)) & (off != 0)
        if bad.any():
            excess = np.where(bad, np.nan_to_num(off, nan=np.inf), -1)
            index = tuple(int(k) for k in np.unravel_index(np.argmax(excess), off.shape))
            relative = off[index] / np.abs(right[index]) if right[index] != 0 else np.inf
            raise GradientError(
                f"{name}{path} differs from what is expected in {bad.sum()} of {bad.size} elements, most at index {index} of "
                f"shape {ours.shape}: {ours[index]!r}, expected {right[index]!r}, "
                f"{off[index]:.3e} absolute, {relative:.3e} relative",
                argument=f"{name}{path}", index=index, ours=ours[index], numeric=right[index],
            )  # fmt: skip
