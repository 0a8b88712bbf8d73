"""Matrices of a known kind, and the sizes of networks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_core.testing.strategies.arrays import arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy
    from numpy.typing import DTypeLike

    from autograd_core.testing.types import Array, Count, Sides


def orthogonal(n: Count = None, *, batch: Sequence[int] = (), dtype: DTypeLike = np.float64) -> SearchStrategy[Array]:
    """Orthogonal matrices of n rows (1 to 4 by default, or a strategy), unitary for a complex dtype; Q Qᴴ = 1.

    They are products of reflections 1 - 2 v vᴴ / vᴴ v, the simplest being the unit matrix. batch is the shape in front.

    >>> from autograd_core.testing.strategies import hypothesis, orthogonal
    >>> hypothesis.find(orthogonal(2), lambda q: True)
    array([[1., 0.],
           [0., 1.]])
    """
    return _sides(n).flatmap(lambda n: _orthogonal(n, tuple(batch), np.dtype(dtype)))


@st.composite
def _orthogonal(draw: st.DrawFn, n: int, batch: Sides, dtype: DTypeLike) -> Array:
    q = np.broadcast_to(np.eye(n, dtype=dtype), (*batch, n, n)).copy()
    for _ in range(draw(st.integers(0, 3))):
        v = draw(arrays((*batch, n), dtype, elements=(-1, 1), layout="C"))[..., None]
        squared = np.sum(np.abs(v) ** 2, axis=(-2, -1), keepdims=True)
        q = q - 2 * (q @ v) @ np.conj(np.swapaxes(v, -1, -2)) / np.where(squared == 0, 1, squared)
    return q.astype(dtype)


def well_conditioned(
    rows: Count = None, columns: Count = None, *, condition: float = 5, batch: Sequence[int] = (), dtype: DTypeLike = np.float64
) -> SearchStrategy[Array]:
    """Matrices U diag(s) Vᴴ whose singular values s lie between 1 and `condition`, and apart from each other.

    Square by default. So `inv`, `solve`, `svd` and `qr` are smooth at them, and differences lose few digits.

    >>> import numpy as np
    >>> from autograd_core.testing.strategies import hypothesis, well_conditioned
    >>> bool(np.linalg.cond(hypothesis.find(well_conditioned(3), lambda a: True)) <= 5)
    True
    """
    _check_condition("well_conditioned", condition)
    sides = st.tuples(_sides(rows), st.none() if columns is None else _sides(columns))
    return sides.flatmap(
        lambda sizes: _well_conditioned(sizes[0], sizes[1] or sizes[0], condition, tuple(batch), np.dtype(dtype))
    )


@st.composite
def _well_conditioned(draw: st.DrawFn, rows: int, columns: int, condition: float, batch: Sides, dtype: DTypeLike) -> Array:
    k = min(rows, columns)
    left, right = (draw(_orthogonal(n, batch, dtype))[..., :k] for n in (rows, columns))
    return ((left * _spectrum(draw, k, condition, batch)) @ np.conj(np.swapaxes(right, -1, -2))).astype(dtype)


def positive_definite(
    n: Count = None, *, condition: float = 5, batch: Sequence[int] = (), dtype: DTypeLike = np.float64
) -> SearchStrategy[Array]:
    """Symmetric positive-definite matrices Q diag(s) Qᴴ (Hermitian for a complex dtype), whose eigenvalues s lie between 1
    and `condition`, and apart from each other; equal to their transpose to the last bit.

    >>> from autograd_core.testing.strategies import hypothesis, positive_definite
    >>> hypothesis.find(positive_definite(2, condition=2), lambda a: True)
    array([[1., 0.],
           [0., 2.]])
    """
    _check_condition("positive_definite", condition)
    return _sides(n).flatmap(lambda n: _positive_definite(n, condition, tuple(batch), np.dtype(dtype)))


@st.composite
def _positive_definite(draw: st.DrawFn, n: int, condition: float, batch: Sides, dtype: DTypeLike) -> Array:
    q = draw(_orthogonal(n, batch, dtype))
    a = (q * _spectrum(draw, n, condition, batch)) @ np.conj(np.swapaxes(q, -1, -2))
    return ((a + np.conj(np.swapaxes(a, -1, -2))) / 2).astype(dtype)


def _spectrum(draw: st.DrawFn, n: int, condition: float, batch: Sides) -> Array:
    """Numbers from 1 to `condition` in any order, none near another: eigenvectors have no derivative if two are equal."""
    count = math.prod(batch)
    if n == 0:
        return np.ones((*batch, 1, 0))
    steps = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n).map(lambda gaps: np.cumsum([1 + gap for gap in gaps])))
    values = 1 + (condition - 1) * (steps - 1) / max(steps[-1] - 1, 1) if n > 1 else np.ones(1)
    orders = [draw(st.permutations(range(n))) for _ in range(count)]
    return values[np.array(orders, dtype=int).reshape(*batch, 1, n)]


def _check_condition(function: str, condition: float) -> None:
    if not condition > 1:
        raise ValueError(f"{function}: condition (the largest singular value over the smallest) must be above 1, got {condition}")


def _sides(n: Count) -> SearchStrategy[int]:
    if isinstance(n, st.SearchStrategy):
        return n
    if n is not None and (not isinstance(n, (int, np.integer)) or n < 1):
        raise ValueError(f"the number of rows or columns must be a positive integer or a strategy for one, got {n!r}")
    return st.integers(1, 4) if n is None else st.just(int(n))


class Network(NamedTuple):
    """The sizes of a multilayer perceptron: how many rows a batch has, and how wide each layer is, from input to output.

    >>> Network(batch=5, sizes=(3, 4, 1))
    Network(batch=5, sizes=(3, 4, 1))
    """

    batch: int
    sizes: tuple

    @property
    def parameters(self) -> list[Sides]:
        """The shapes of weights and biases in order: (in, out), (out,) for each layer."""
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return [shape for ins, outs in pairs for shape in ((ins, outs), (outs,))]


def networks(max_layers: int = 3, max_width: int = 5, max_batch: int = 4) -> SearchStrategy[Network]:
    """Sizes of small networks: batches of 1 and more, layers of width 1 among them.

    >>> from autograd_core.testing.strategies import hypothesis, networks
    >>> hypothesis.find(networks(), lambda net: len(net.sizes) == 3)
    Network(batch=1, sizes=(1, 1, 1))
    """
    if min(max_layers, max_width, max_batch) < 1:
        raise ValueError(f"networks: expected at least 1 of each, got {max_layers=}, {max_width=}, {max_batch=}")
    sizes = st.lists(st.integers(1, max_width), min_size=2, max_size=max_layers + 1).map(tuple)
    return st.builds(Network, st.integers(1, max_batch), sizes)
