"""Initial values: each function fills a Parameter (or an array) in place and returns it.

`generator` is a `numpy.random.Generator`, a seed, or None for the one that `nn.manual_seed` sets.
Shapes are PyTorch's: (outputs, inputs, *kernel), so fan_in = inputs × kernel elements and fan_out = outputs × kernel elements.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.random import generator as generator_of

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import ArrayLike, NDArray

    from nn.types import Array, Fan, Generator, T

GAINS = {"linear": 1, "conv2d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator = None) -> T:
    """Uniform between a and b.

    >>> import numpy as np
    >>> w = uniform_(np.empty((100, 100)), -1.0, 3.0, generator=0)
    >>> float(w.min().round(1)), float(w.max().round(1))
    (-1.0, 3.0)
    """
    return _fill(tensor, generator_of(generator).uniform(a, b, tensor.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator = None) -> T:
    """Normal with that mean and standard deviation.

    >>> import numpy as np
    >>> w = normal_(np.empty((100, 100)), mean=5.0, std=2.0, generator=0)
    >>> float(w.mean().round(1)), float(w.std().round(1))
    (5.0, 2.0)
    """
    return _fill(tensor, generator_of(generator).normal(mean, std, tensor.shape))


def constant_(tensor: T, value: ArrayLike) -> T:
    """All the same.

    >>> import numpy as np
    >>> constant_(np.empty(3), 0.5)
    array([0.5, 0.5, 0.5])
    """
    return _fill(tensor, np.full(tensor.shape, value))


def zeros_(tensor: T) -> T:
    """All 0.

    >>> import numpy as np
    >>> zeros_(np.empty(3))
    array([0., 0., 0.])
    """
    return constant_(tensor, 0)


def ones_(tensor: T) -> T:
    """All 1.

    >>> import numpy as np
    >>> ones_(np.empty(3))
    array([1., 1., 1.])
    """
    return constant_(tensor, 1)


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator = None) -> T:
    """Uniform in ± gain √(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).

    >>> import numpy as np
    >>> w = xavier_uniform_(np.empty((100, 50)), generator=0)
    >>> float(w.max().round(2))   # √(6 / 150)
    0.2
    """
    bound = gain * math.sqrt(6 / sum(fans("xavier_uniform_", tensor.shape)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator = None) -> T:
    """Normal with standard deviation gain √(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010).

    >>> import numpy as np
    >>> w = xavier_normal_(np.empty((100, 100)), generator=0)
    >>> float(w.std().round(2))   # √(2 / 200)
    0.1
    """
    return normal_(tensor, 0, gain * math.sqrt(2 / sum(fans("xavier_normal_", tensor.shape))), generator)


def kaiming_uniform_(
    tensor: T, a: float = 0.0, mode: Fan = "fan_in", nonlinearity: str = "leaky_relu", generator: Generator = None
) -> T:
    """Uniform in ± gain √(3 / fan) (He et al., 2015); `a` is the slope to the left of leaky_relu.

    >>> import numpy as np
    >>> w = kaiming_uniform_(np.empty((100, 50)), nonlinearity="relu", generator=0)
    >>> float(w.max().round(2))   # √2 √(3 / 50)
    0.35
    """
    bound = math.sqrt(3) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: T, a: float = 0.0, mode: Fan = "fan_in", nonlinearity: str = "leaky_relu", generator: Generator = None
) -> T:
    """Normal with standard deviation gain / √fan (He et al., 2015); `a` is the slope to the left of leaky_relu.

    >>> import numpy as np
    >>> w = kaiming_normal_(np.empty((100, 50)), nonlinearity="relu", generator=0)
    >>> float(w.std().round(2))   # √(2 / 50)
    0.2
    """
    return normal_(tensor, 0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def orthogonal_(tensor: T, gain: float = 1.0, generator: Generator = None) -> T:
    """A random orthogonal matrix of (first axis, all others), uniformly distributed, times gain (Saxe et al., 2013).

    >>> import numpy as np
    >>> w = orthogonal_(np.empty((2, 5)), generator=0)
    >>> bool(np.allclose(w @ w.T, np.eye(2)))
    True
    """
    if len(tensor.shape) < 2:
        raise errors.ShapeError(f"orthogonal_: needs two axes or more, got shape {tensor.shape}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    q, r = np.linalg.qr(generator_of(generator).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))  # makes the decomposition unique, and so q uniform
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The gain that PyTorch recommends for a nonlinearity; `param` is the slope to the left of leaky_relu (0.01 by default).

    >>> calculate_gain("leaky_relu", 0)
    1.4142135623730951
    """
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in GAINS:
        raise ValueError(f"calculate_gain: nonlinearity must be one of {', '.join([*GAINS, 'leaky_relu'])}, got {nonlinearity!r}")
    return GAINS[nonlinearity]


def default_(weight: Tensor | NDArray[Any], bias: Tensor | NDArray[Any] | None = None, generator: Generator = None) -> None:
    """PyTorch's default for linear and convolutional layers: weight and bias uniform in ±1/√fan_in.

    >>> import numpy as np
    >>> weight, bias = np.empty((100, 25)), np.empty(100)
    >>> default_(weight, bias, generator=0)
    >>> float(weight.max().round(2)), float(bias.max().round(2))   # 1 / √25
    (0.2, 0.19)
    """
    bound = 1 / math.sqrt(max(fans("default_", weight.shape)[0], 1))
    generator = generator_of(generator)
    uniform_(weight, -bound, bound, generator)
    if bias is not None:
        uniform_(bias, -bound, bound, generator)


def fans(name: str, shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out) of a weight.

    >>> fans("weight", (8, 3, 5, 5))
    (75, 200)
    """
    if len(shape) < 2:
        raise errors.ShapeError(f"{name}: needs a weight of two axes or more, (outputs, inputs, …), got shape {shape}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _kaiming_std(name: str, tensor: Any, a: float, mode: Fan, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{name}: mode must be 'fan_in' or 'fan_out', got {mode!r}")
    fan = fans(name, tensor.shape)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _fill(tensor: T, values: Array) -> T:
    if isinstance(tensor, Tensor):
        data = np.empty_like(tensor.data)  # in the order in memory that it has
        data[...] = values
        tensor.data = data
    else:
        tensor[...] = values
    return tensor
