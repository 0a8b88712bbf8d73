"""The gradient in float32 or float16, the arguments' own dtype, against that in float64: as near as rounding allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, no_grad, vjp
from autograd_core.errors import GradientError
from autograd_core.graph.variable import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from autograd_core.testing.subject import Subject
    from autograd_core.testing.types import Array, Function, Random

ALONE = 30  # up to this many results, each is pulled back alone: beside others, a small one drowns in their rounding
NEARBY = 4  # points a rounding away: a wrong gradient is off to the same side at each of them, rounding is not
ULPS = 8  # the roundings that a gradient may be off by


@no_grad()  # whatever else the function depends on is not an argument
def check_own_dtype(subject: Subject, rng: Random) -> None:
    """Raise a GradientError if the gradient is wrong in the arguments' own dtype, and right in float64."""
    if all(leaf.dtype.itemsize >= np.result_type(leaf.dtype, np.float64).itemsize for leaf in subject.leaves):
        return
    eps = float(max(np.finfo(leaf.dtype).eps for leaf in subject.leaves))
    with np.errstate(all="ignore"):
        try:
            with no_grad():
                values = [plain(value) for value in subject.run(*[Tensor(leaf.copy()) for leaf in subject.leaves])]
                wide = [plain(value) for value in subject.run(*[Tensor(leaf) for leaf in subject.widened()])]
        except TypeError:  # numpy.linalg has no float16
            return
        if not all(_is_near(value, right, eps) for value, right in zip(values, wide, strict=True)):
            return  # more, or less, than the dtype can hold: what the function itself has lost, its gradient has not
        points = [subject.leaves, *[[_nearby(leaf, eps, rng) for leaf in subject.leaves] for _ in range(NEARBY)]]
        pulls = [(vjp(subject.run, *leaves)[1], vjp(subject.run, *_widened(leaves))[1]) for leaves in points]
        for weights in _weights(values, rng):
            size = sum(np.sum(np.abs(w * value)) for w, value in zip(weights, wide, strict=True))
            pairs = [_both(*pull, weights, values) for pull in pulls]
            _compare(subject, pairs, eps, size)


def _weights(values: Sequence[Array], rng: Random) -> Iterator[list[Array]]:
    """Cotangents: signs for all results together, and of few results each alone."""
    yield [rng.choice([-1.0, 1.0], np.shape(value)) for value in values]
    if 1 < sum(map(np.size, values)) <= ALONE:
        for i, value in enumerate(values):
            for row in np.eye(np.size(value)):
                yield [np.reshape(row, value.shape) if j == i else np.zeros(np.shape(other)) for j, other in enumerate(values)]


def _both(own: Function, wide: Function, weights: Sequence[Array], values: Sequence[Array]) -> tuple[Any, Any]:
    """The gradients in the own dtype and in float64."""
    narrow = tuple(np.asarray(w).astype(value.dtype) for w, value in zip(weights, values, strict=True))
    return own(narrow), wide(tuple(weights))


def _compare(subject: Subject, pairs: list[tuple[Any, Any]], eps: float, size: Any) -> None:
    for i, (name, leaf) in enumerate(zip(subject.names, subject.leaves, strict=True)):
        ours, right = pairs[0][0][i], pairs[0][1][i]
        if ours.dtype != leaf.dtype or ours.shape != leaf.shape:
            raise GradientError(
                f"gradcheck: the gradient of {subject.name} by {name} must be {leaf.dtype} of shape {leaf.shape}, as that is, "
                f"got {ours.dtype} of shape {ours.shape}",
                verdict="dtype", function=subject.name, argument=name,
            )  # fmt: skip
        if not leaf.size or not np.isfinite(right).all() or np.max(np.abs(right)) > np.finfo(leaf.dtype).max:
            continue
        spread = np.max([np.abs(exact[i] - right) for _, exact in pairs], axis=0)
        largest = np.max(np.abs(leaf)) or 1
        allowed = ULPS * (eps * np.abs(right) + spread) + np.finfo(leaf.dtype).smallest_normal
        allowed += 4 * eps * size / np.maximum(np.abs(leaf), 1e-3 * largest)  # what a difference of larger numbers rounds to
        off = np.array([own[i].astype(exact[i].dtype) - exact[i] for own, exact in pairs])
        beyond = ~(np.abs(off) <= allowed).any(axis=0)
        if leaf.dtype.kind == "f":
            beyond &= (off > 0).all(axis=0) | (off < 0).all(axis=0) | np.isnan(off).any(axis=0)
        if beyond.any():
            excess = np.where(beyond, np.nan_to_num(np.abs(off[0]), nan=np.inf), -1)
            index = tuple(int(k) for k in np.unravel_index(np.argmax(excess), excess.shape))
            raise GradientError(
                f"gradcheck: the gradient of {subject.name} by {name} is right in float64 and wrong in {leaf.dtype}: "
                f"at index {index} of shape {leaf.shape} it is {ours[index]} there and {right[index]} in float64, "
                f"which may be {allowed[index]:.1e} apart",
                verdict="dtype", function=subject.name, argument=name, index=index,
                ours=ours[index], numeric=right[index],
            )  # fmt: skip


def _is_near(value: Array, right: Array, eps: float) -> bool:
    """Whether a value in a narrow dtype is neither beyond its range nor made of numbers below it."""
    off, most = np.max(np.abs(value - right), initial=0), np.max(np.abs(right), initial=0)
    return bool(np.isfinite(value).all() and off <= 64 * eps * most)


def _nearby(leaf: Array, eps: float, rng: Random) -> Array:
    """A copy, each element one to three roundings away."""
    return (leaf * (1 + eps * rng.integers(1, 4, leaf.shape) * rng.choice([-1.0, 1.0], leaf.shape))).astype(leaf.dtype)


def _widened(leaves: Sequence[Array]) -> list[Array]:
    return [leaf.astype(np.result_type(leaf.dtype, np.float64)) for leaf in leaves]
