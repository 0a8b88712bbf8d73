"""Weights that are made of others before each call: a length and a direction, or a matrix of norm 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from autograd_core import is_recomputing, no_grad
from nn.module import Buffer, Module, Parameter
from nn.random import generator as generator_of
from nn.utils.making import make, unmake

if TYPE_CHECKING:
    from typing import Any, NoReturn

    from autograd_core import Tensor
    from nn.hooks import RemovableHandle
    from nn.types import Array, Generator

    M = TypeVar("M", bound=Module)


class _Made:
    """Makes the attribute `name` of a Module out of others: once for a call of the Module, and for whoever asks between calls.

    It is no attribute between calls, so that nobody gets an old one, and a copy of the Module holds no graph.
    """

    suffixes: tuple[str, ...] = ()  # of what it is made of
    function = ""  # what a user called

    def __init__(self, name: str) -> None:
        self.name = name
        self.handles: list[RemovableHandle] = []

    def made(self, module: Module) -> Tensor:
        """The weight."""
        raise NotImplementedError

    def assign(self, module: Module, value: Any) -> NoReturn:
        """An error: it would be made anew at the next call."""
        parts = ", ".join(self.name + suffix for suffix in self.suffixes)
        raise AttributeError(f"{self.name} of {type(module).__name__} is made of {parts} by {self.function}; set these")

    def before(self, module: Module, args: Any) -> None:
        """Make it for a call."""
        vars(module)[self.name] = self.made(module)

    def after(self, module: Module, args: Any, out: Any) -> None:
        """Forget it."""
        vars(module).pop(self.name, None)

    def parts(self, module: Module) -> list[Any]:
        """What it is made of."""
        return [getattr(module, self.name + suffix) for suffix in self.suffixes]

    def put(self, module: Module, *parts: Tensor) -> None:
        """Put the parts in the place of the weight."""
        delattr(module, self.name)
        for suffix, part in zip(self.suffixes, parts, strict=True):
            setattr(module, self.name + suffix, part)
        make(module, self.name, self)
        self.handles = [
            module.register_forward_pre_hook(self.before),
            module.register_forward_hook(self.after, prepend=True, always_call=True),
        ]

    @classmethod
    def weight_of(cls, module: Module, name: str) -> Tensor:
        """The Parameter that is to be made out of others."""
        if name in vars(module).get("_made", {}):
            raise ValueError(f"{cls.function}: {name!r} of {type(module).__name__} is made of others already")
        weight = vars(module).get(name)
        if not isinstance(weight, Parameter):
            raise ValueError(f"{cls.function}: {type(module).__name__} has no Parameter {name!r}, got {type(weight).__name__}")
        return weight

    @classmethod
    def remove(cls, module: Module, name: str) -> None:
        """Put the weight itself in the place of the parts."""
        made = vars(module).get("_made", {})
        if not isinstance(made.get(name), cls):
            raise ValueError(f"remove_{cls.function}: {name!r} of {type(module).__name__} was not made by {cls.function}")
        hook = made[name]
        with no_grad():
            weight = hook.made(module).data.copy()
        unmake(module, name)
        for handle in hook.handles:
            handle.remove()
        for suffix in hook.suffixes:
            delattr(module, name + suffix)
        setattr(module, name, Parameter(weight))


class WeightNorm(_Made):
    """What `weight_norm` puts into a Module."""

    suffixes, function = ("_g", "_v"), "weight_norm"

    def __init__(self, name: str, dim: int | None) -> None:
        super().__init__(name)
        self.dim = dim

    def made(self, module: Module) -> Tensor:
        g, v = self.parts(module)
        weight: Tensor = v * (g / self.norm(v))
        return weight

    def norm(self, v: Any) -> Any:
        """The norm of each slice of `dim`, with all axes; for None that of the whole."""
        squares = np.real(v * np.conj(v)) if v.dtype.kind == "c" else v * v
        if self.dim is None:
            return np.sqrt(np.sum(squares))
        axes = tuple(i for i in range(v.ndim) if i != self.dim % v.ndim)
        return np.sqrt(np.sum(squares, axis=axes, keepdims=True))


class SpectralNorm(_Made):
    """What `spectral_norm` puts into a Module."""

    suffixes, function = ("_orig", "_u", "_v"), "spectral_norm"

    def __init__(self, name: str, n_power_iterations: int, eps: float, dim: int) -> None:
        super().__init__(name)
        self.n_power_iterations, self.eps, self.dim = n_power_iterations, eps, dim

    def made(self, module: Module) -> Tensor:
        weight, u, v = self.parts(module)
        result: Tensor = weight / (u.data @ (self.matrix(weight) @ v.data))
        return result

    def before(self, module: Module, args: Any) -> None:
        weight, u, v = self.parts(module)
        if module.training and not is_recomputing():
            matrix = self.matrix(weight.data)
            for _ in range(self.n_power_iterations):
                v.data = self.unit(matrix.T @ u.data)
                u.data = self.unit(matrix @ v.data)
        super().before(module, args)

    def matrix(self, weight: Any) -> Any:
        """The weight with `dim` as its rows, and all other axes as its columns."""
        return np.moveaxis(weight, self.dim, 0).reshape(weight.shape[self.dim], -1)

    def unit(self, x: Array) -> Array:
        """The vector divided by its norm."""
        return x / np.maximum(np.sqrt(np.sum(x * x)), self.eps)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Make a weight of a length and a direction, g v / ‖v‖, which are trained in its place (Salimans and Kingma 2016).

    dim   the axis along which there is a length for each slice: 0 for one for each output; None for one for the whole

    The Module has Parameters `weight_g` and `weight_v` then, of which `weight` is made when it is used. Returns the Module.

    >>> import nn
    >>> layer = nn.utils.weight_norm(nn.Linear(3, 2))
    >>> {name: p.shape for name, p in layer.named_parameters()}
    {'bias': (2,), 'weight_g': (2, 1), 'weight_v': (2, 3)}
    """
    weight = WeightNorm.weight_of(module, name)
    hook = WeightNorm(name, dim)
    hook.put(module, Parameter(hook.norm(weight.data)), Parameter(weight.data))
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the weight a Parameter of its own again; returns the Module.

    >>> import nn
    >>> layer = weight_norm(nn.Linear(2, 3))
    >>> sorted(name for name, _ in layer.named_parameters())
    ['bias', 'weight_g', 'weight_v']
    >>> sorted(name for name, _ in remove_weight_norm(layer).named_parameters())
    ['bias', 'weight']
    """
    WeightNorm.remove(module, name)
    return module


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
    *,
    generator: Generator = None,
) -> M:
    """Divide a weight by its largest singular value, followed by `n_power_iterations` at each call in training.

    dim         the axis of the outputs: 0, but 1 for transposed convolutions, if it is not given
    generator   of the first vectors: a `numpy.random.Generator`, a seed, or None for the one of `nn.manual_seed`

    The Module has a Parameter `weight_orig`, and Buffers `weight_u` and `weight_v`. Returns the Module. (Miyato et al. 2018.)

    >>> import numpy as np, nn
    >>> layer = nn.utils.spectral_norm(nn.Linear(3, 2), n_power_iterations=50, generator=0)
    >>> _ = layer(np.zeros(3))
    >>> float(np.linalg.norm(layer.weight.data, 2).round(6))
    1.0
    """
    weight = SpectralNorm.weight_of(module, name)
    if n_power_iterations < 1:
        raise ValueError(f"spectral_norm: n_power_iterations must be at least 1, got {n_power_iterations}")
    dim = axis_of_outputs(module) if dim is None else dim
    hook, draw = SpectralNorm(name, n_power_iterations, eps, dim), generator_of(generator)
    sizes = hook.matrix(weight.data).shape
    u, v = (Buffer(hook.unit(draw.normal(size=size)).astype(weight.dtype)) for size in sizes)
    hook.put(module, weight, u, v)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make the weight a Parameter of its own again, divided as it is now; returns the Module.

    >>> import nn
    >>> layer = spectral_norm(nn.Linear(2, 3))
    >>> sorted(name for name, _ in layer.named_parameters())
    ['bias', 'weight_orig']
    >>> sorted(name for name, _ in remove_spectral_norm(layer).named_parameters())
    ['bias', 'weight']
    """
    SpectralNorm.remove(module, name)
    return module


def axis_of_outputs(module: Module) -> int:
    """The axis of a layer's weight that its outputs have: 0, but 1 in a transposed convolution."""
    return 1 if any(kind.__name__.startswith("ConvTranspose") for kind in type(module).__mro__) else 0
