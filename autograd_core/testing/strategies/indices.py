"""Indices and axes that fit a shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from autograd_core.testing.strategies.arrays import shapes_that_broadcast

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from hypothesis.strategies import SearchStrategy

    from autograd_core.testing.types import Array, Sides


@st.composite
def indices(draw: st.DrawFn, shape: Sequence[int]) -> Any:
    """Any index that an array of this shape takes: integers, slices with steps of either sign, `...`, `np.newaxis`,
    masks, lists and arrays of integers (negative and repeated ones too), and mixtures of all of them.

    >>> import numpy as np
    >>> from autograd_core.testing.strategies import hypothesis, indices
    >>> hypothesis.find(indices((3,)), lambda i: isinstance(i, slice) and np.zeros(3)[i].size == 2)
    slice(None, None, 2)
    """
    shape = tuple(shape)
    ways = [_basic(shape), st.tuples(*map(_part, shape)), st.sampled_from([..., (), (..., None)]), _mask(shape)]
    if shape:
        ways += [_part(shape[0]), _rows(shape[0]), _together(shape), _mixed(shape), _mask(shape[:1])]
        ways += [_mask(shape[-1:]).map(lambda mask: (..., mask))]
    return draw(st.one_of(ways))


def _integer(n: int) -> SearchStrategy[int]:
    """An index along an axis of n elements, counted from either end."""
    return st.integers(-n, n - 1).map(lambda i: i if i >= 0 else -n - 1 - i)  # -n … -1 the other way round: -1 the simplest


@st.composite
def _slice(draw: st.DrawFn, n: int) -> slice:
    step = draw(st.sampled_from([None, 1, 2, -1, -2]))
    ends = st.none() | st.integers(-n - 1, n + 1)
    return slice(draw(ends), draw(ends), step)


def _part(n: int) -> SearchStrategy[Any]:
    """A basic index along one axis."""
    return st.one_of(*[_integer(n)] * (n > 0), _slice(n))


@st.composite
def _basic(draw: st.DrawFn, shape: Sides) -> tuple[Any, ...]:
    """Integers, slices, at most one `...` and some `np.newaxis`, for any number of axes."""
    taken = draw(st.integers(0, len(shape)))
    ellipsis = draw(st.none() | st.integers(0, taken))
    parts: list[Any] = []
    for k in range(taken):
        if k == ellipsis:
            parts.append(...)
        axis = k if ellipsis is None or k < ellipsis else len(shape) - taken + k
        parts.append(draw(_part(shape[axis])))
    if ellipsis == taken:
        parts.append(...)
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), np.newaxis)
    return tuple(parts)


def _rows(n: int) -> SearchStrategy[Any]:
    """A list or array of integers along one axis; for an empty axis there is but the empty one."""
    rows = st.lists(_integer(n), min_size=1, max_size=5) if n else st.just(np.zeros(0, int))
    return st.one_of(rows, rows.map(np.array))


def _integers(n: int, shape: Sides) -> SearchStrategy[Array]:
    """An array of integers of this shape along an axis of n elements."""
    count = math.prod(shape)
    if not n or not count:
        shape = shape if not count else (0,)
        return st.just(np.zeros(shape, int))
    return st.lists(_integer(n), min_size=count, max_size=count).map(lambda numbers: np.array(numbers).reshape(shape))


@st.composite
def _together(draw: st.DrawFn, shape: Sides) -> tuple[Array, ...]:
    """Arrays of integers for some of the first axes, which broadcast together."""
    count = draw(st.integers(1, len(shape)))
    if 0 in shape[:count]:
        return tuple([np.zeros(0, int)] * count)
    shapes = draw(shapes_that_broadcast(count, max_dims=2, max_side=3))
    return tuple([draw(_integers(n, shape_of_index)) for n, shape_of_index in zip(shape, shapes, strict=False)])


@st.composite
def _mixed(draw: st.DrawFn, shape: Sides) -> tuple[Any, ...]:
    """Integer arrays or a mask at one axis or two, also apart from each other, with basic indices for the others."""
    chosen = draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, max_size=2, unique=True))
    length = 0 if any(shape[axis] == 0 for axis in chosen) else draw(st.integers(1, 3))
    parts: list[Any] = []
    for axis, n in enumerate(shape):
        if axis not in chosen:
            parts.append(draw(_slice(n)))
        elif len(chosen) == 1 and draw(st.booleans()):
            parts.append(draw(_mask((n,))))
        elif n == 0:
            parts.append(np.zeros(0, int))
        else:
            numbers = draw(_integers(n, (length,)))
            parts.append(numbers.tolist() if draw(st.booleans()) else numbers)
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), np.newaxis)
    return tuple(parts)


def _mask(shape: Sides) -> SearchStrategy[Array]:
    count = math.prod(shape)
    return st.lists(st.booleans(), min_size=count, max_size=count).map(lambda bools: np.array(bools, bool).reshape(shape))


@st.composite
def axes(draw: st.DrawFn, ndim: int, *, none: bool = True, several: bool = True, min_count: int = 0) -> int | Sides | None:
    """What `axis=` of a reduction takes for an array of `ndim` axes: None, an axis counted from either end, or a tuple.

    none, several   whether None, and tuples, are among them
    min_count       the fewest axes that a tuple names

    >>> from autograd_core.testing.strategies import axes, hypothesis
    >>> hypothesis.find(axes(3), lambda axis: isinstance(axis, tuple) and len(axis) == 2)
    (0, 1)
    """
    if not ndim and not none and not several:
        raise ValueError("axes: an array of no axes has none to choose; allow none=True or several=True")
    ways: list[SearchStrategy[Any]] = [st.none()] * none
    if ndim:
        ways.append(_integer(ndim))
    if several:
        numbers = st.lists(st.integers(0, ndim - 1), min_size=min_count, max_size=ndim, unique=True) if ndim else st.just([])
        ways.append(numbers.flatmap(lambda chosen: st.tuples(*[st.sampled_from([axis, axis - ndim]) for axis in chosen])))
    return draw(st.one_of(ways))
