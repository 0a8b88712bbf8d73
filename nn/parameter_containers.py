"""Parameters in a list or a dict of their own. (Plain lists and dicts of Parameters work as well.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core import Tensor
from nn.containers import DictOf, ListOf
from nn.structure import Buffer, Parameter

if TYPE_CHECKING:
    from typing import Any


class ParameterList(ListOf):
    """A list of Parameters, made of Tensors or arrays: all that ModuleList has.

    >>> import numpy as np, nn
    >>> layer = nn.Identity()
    >>> layer.scales = nn.ParameterList([np.ones(2), np.zeros(1)])
    >>> [name for name, p in layer.named_parameters()]
    ['scales.0', 'scales.1']
    """

    def _checked(self, item: Any) -> Tensor:
        return as_parameter(self, item)


class ParameterDict(DictOf):
    """A dict of Parameters, made of Tensors or arrays: all that ModuleDict has.

    >>> import numpy as np, nn
    >>> nn.ParameterDict({"scale": np.ones(2)})["scale"]
    Tensor([1., 1.], dtype=float64, requires_grad=True)
    """

    def _checked(self, item: Any) -> Tensor:
        return as_parameter(self, item)


def as_parameter(container: ListOf | DictOf, item: Any) -> Tensor:
    """The item as a Parameter; TypeError for a Module."""
    if isinstance(item, (Parameter, Buffer)):
        return item
    if hasattr(item, "forward") or isinstance(item, (str, dict)):
        kind = type(container).__name__
        raise TypeError(f"{kind} takes Parameters, Tensors and arrays, got {type(item).__name__}")
    return Parameter(item)
