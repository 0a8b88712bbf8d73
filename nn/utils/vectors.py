"""All parameters as one vector, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nn.types import Array


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All elements of the parameters one after another, in C's order: a Tensor of one axis, in their graph.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(2, 1)
    >>> vector = nn.utils.parameters_to_vector(layer.parameters())
    >>> vector.shape
    (3,)
    >>> nn.utils.vector_to_parameters(np.arange(3.0), layer.parameters())
    >>> layer.weight.data
    array([[0., 1.]])
    """
    parts = [p.reshape(-1) for p in parameters]
    if not parts:
        raise ValueError(
            "parameters_to_vector: there are no parameters; if they came from a generator, it may have been used up before"
        )
    vector: Tensor = np.concatenate(parts)  # type: ignore[assignment, arg-type]
    return vector


def vector_to_parameters(vec: Tensor | Array, parameters: Iterable[Tensor]) -> None:
    """Set the parameters to the elements of a vector, as `parameters_to_vector` has them. Of a Tensor it takes the value.

    >>> import numpy as np, nn
    >>> layer = nn.Linear(2, 1)
    >>> vector_to_parameters(np.array([1.0, 2.0, 3.0]), layer.parameters())
    >>> layer.weight.data, layer.bias.data
    (array([[1., 2.]]), array([3.]))
    """
    values, parameters = values_of(vec), list(parameters)
    count = sum(p.size for p in parameters)
    if values.shape != (count,):
        raise errors.ShapeError(
            f"vector_to_parameters: the parameters have {count} elements, expected ({count},), got {values.shape}"
        )
    start = 0
    for p in parameters:
        p.data = values[start : start + p.size].reshape(p.shape)
        start += p.size
