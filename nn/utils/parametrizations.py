"""Ways to make a weight of others, for `parametrize`: a length and a direction, or a matrix of norm 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core import is_recomputing
from nn.module import Buffer, Module
from nn.random import generator as generator_of
from nn.utils.parametrize import register_parametrization
from nn.utils.weights import SpectralNorm, WeightNorm, axis_of_outputs

if TYPE_CHECKING:
    from typing import Any, TypeVar

    from nn.types import Generator

    M = TypeVar("M", bound=Module)

__all__ = ["spectral_norm", "weight_norm"]


class _WeightNorm(Module):
    def __init__(self, dim: int | None) -> None:
        self.dim = dim

    def forward(self, g: Any, v: Any) -> Any:
        return v * (g / WeightNorm("", self.dim).norm(v))

    def right_inverse(self, weight: Any) -> Any:
        return WeightNorm("", self.dim).norm(weight), weight


class _SpectralNorm(Module):
    def __init__(self, weight: Any, n_power_iterations: int, eps: float, dim: int, generator: Generator) -> None:
        self.n_power_iterations, self.dim = n_power_iterations, dim
        self._norm = SpectralNorm("", n_power_iterations, eps, dim)
        matrix, draw = self._norm.matrix(weight), generator_of(generator)
        self._u, self._v = (Buffer(self._norm.unit(draw.normal(size=size)).astype(weight.dtype)) for size in matrix.shape)
        self._follow(matrix, 15)

    def _follow(self, matrix: Any, times: int) -> None:
        for _ in range(times):
            self._u.data = self._norm.unit(matrix @ self._v.data)
            self._v.data = self._norm.unit(matrix.T @ self._u.data)

    def forward(self, weight: Any) -> Any:
        if self.training and not is_recomputing():
            self._follow(self._norm.matrix(weight.data), self.n_power_iterations)
        return weight / (self._u.data @ (self._norm.matrix(weight) @ self._v.data))

    def right_inverse(self, weight: Any) -> Any:
        return weight


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Make a weight of a length and a direction, g v / ‖v‖, for each slice of `dim`, or for None of the whole.

    They are `module.parametrizations.weight.original0` and `original1`. (Salimans and Kingma 2016.) Returns the Module.

    >>> import nn
    >>> layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    >>> {name: p.shape for name, p in layer.named_parameters()}
    {'bias': (2,), 'parametrizations.weight.original0': (2, 1), 'parametrizations.weight.original1': (2, 3)}
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
    *,
    generator: Generator = None,
) -> M:
    """Divide a weight by its largest singular value, followed by `n_power_iterations` whenever it is used in training.

    dim         the axis of the outputs: 0, but 1 for transposed convolutions, if it is not given
    generator   of the first vectors: a `numpy.random.Generator`, a seed, or None for the one of `nn.manual_seed`

    (Miyato et al. 2018.) Returns the Module.
    """
    weight = SpectralNorm.weight_of(module, name)
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: n_power_iterations must be at least 1, got {n_power_iterations}")
    dim = axis_of_outputs(module) if dim is None else dim
    return register_parametrization(module, name, _SpectralNorm(weight.data, n_power_iterations, eps, dim, generator))
