"""A function as a map of real vectors, with its derivative: the object of finite differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, jvp, no_grad, vjp
from autograd_core.graph.variable import plain
from autograd_core.testing.differences import first_step, scales
from autograd_core.testing.vectors import Layout, as_vector

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from numpy.typing import DTypeLike

    from autograd_core.testing.types import Array, Function, Line

OUTSIDE = (np.linalg.LinAlgError, ArithmeticError, ValueError, IndexError)  # what a function may raise outside its domain


class Map:
    """The function (*leaves) -> (*results), as a function of one vector, at one place.

    The value is what the function itself returns, the pullback and the pushforward are ours.
    """

    def __init__(
        self,
        function: Function,
        leaves: Sequence[Array],
        names: list[str],
        outputs: list[str] | None = None,
        make: Function = Tensor,
    ) -> None:
        self.function, self.leaves, self.make = function, _locked(leaves), make
        self._pullback: Function | None = None
        self.inputs = Layout(names, leaves)
        self.vector = as_vector(leaves)
        results = self._results(leaves)
        self.outputs = Layout(outputs or [f"result[{i}]" for i in range(len(results))], results)
        self.middle = as_vector(results)
        self.eps = max(np.finfo(result.dtype).eps for result in results)
        # Of what each result rounds to `eps` of: both parts of a complex number, of its absolute value
        self.size = as_vector([np.abs(result) * (1 + 1j if result.dtype.kind == "c" else 1) for result in results])

    def _results(self, leaves: Sequence[Array]) -> list[Array]:
        with no_grad(), np.errstate(all="ignore"):
            return [np.asarray(plain(result)) for result in self.function(*[self.make(leaf) for leaf in leaves])]

    def value(self, vector: Array) -> Array:
        """The results for other leaves: NaN if there are none, or if they have other shapes."""
        try:
            results = self._results(self.inputs.split(vector))
        except OUTSIDE:
            return np.full(self.middle.shape, np.nan)
        if [result.shape for result in results] != self.outputs.shapes:
            return np.full(self.middle.shape, np.nan)
        return as_vector(results)

    def line(self, direction: Array) -> Line:
        """The results as a function of a number, the step along `direction`."""
        return lambda step: self.value(self.vector + step * direction)

    @no_grad()  # whatever else the function depends on is not an argument
    def pullback(self, weights: Array) -> Array:
        """The gradient of the sum of the results with these weights."""
        if self._pullback is None:
            self._pullback = vjp(self.function, *self.leaves)[1]
        return as_vector(self._pullback(_locked(self.outputs.split(weights, dual=True))), dual=True)

    @no_grad()
    def pushforward(self, direction: Array) -> Array:
        """How the results change in a direction."""
        return as_vector(jvp(self.function, tuple(self.leaves), _locked(self.inputs.split(direction)))[1])

    def gradient(self, weights: Array) -> Map:
        """The pullback of these weights, as a map itself."""
        seeds = _locked(self.outputs.split(weights, dual=True))
        pull = lambda *leaves: vjp(self.function, *leaves)[1](seeds)
        map = Map(pull, self.leaves, self.inputs.names, [f"gradient by {name}" for name in self.inputs.names])
        # A gradient may be a difference of larger numbers, as that of a saturated softmax: a change below their last digit
        # is lost in it
        map.size += first_step(float(self.eps)) / 4 * (np.abs(weights) @ self.size) / scales(self.vector)
        return map

    def widened(self, dtype: DTypeLike) -> Map | None:
        """The same at the same place in another precision, or None if the function has none there."""
        try:
            wide = Map(self.function, [leaf.astype(np.result_type(leaf, dtype)) for leaf in self.leaves],
                       self.inputs.names, self.outputs.names, self.make)  # fmt: skip
        except (TypeError, *OUTSIDE):
            return None
        wide.size = self.size
        return wide if wide.eps < self.eps else None


def _locked(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The arrays, read-only: a rule that writes into its arguments fails."""
    for array in arrays:
        array.flags.writeable = False
    return tuple(arrays)


class HandMap(Map):
    """A map whose derivative was written by hand: `vjp_rule(cotangent, *args)` or `jvp_rule(tangents, *args)`."""

    def __init__(
        self,
        function: Function,
        leaves: Sequence[Array],
        names: list[str],
        outputs: list[str] | None,
        pull: Function | None = None,
        push: Function | None = None,
    ) -> None:
        super().__init__(function, leaves, names, outputs, make=lambda leaf: leaf)
        self.pull: Any = pull  # of the two only the one whose mode is asked for
        self.push: Any = push

    def pullback(self, weights: Array) -> Array:
        return as_vector(self.pull(self.outputs.split(weights, dual=True)), dual=True)

    def pushforward(self, direction: Array) -> Array:
        return as_vector(self.push(self.inputs.split(direction)))
