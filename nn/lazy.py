"""Lazy layers: they take the size of their inputs from the first call, and are ordinary layers from then on."""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from autograd_core import Tensor, errors
from nn.convolution import Conv1d, Conv2d, Conv3d
from nn.errors import LazyError
from nn.linear import Linear
from nn.module import Module
from nn.normalization import BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn


class Unmade(Tensor):
    """What stands for the parameters of a lazy layer before its first call. Whoever wants to use it gets an error."""

    __slots__ = ("layer",)

    def __init__(self, layer: str) -> None:
        super().__init__(0.0)
        self.layer = layer

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise LazyError(
            f"{self.layer} has no parameters yet, since it takes the size of its input from the first call: call the model once "
            "with an input before you use its parameters"
        )

    def __deepcopy__(self, memo: Any) -> Unmade:
        return Unmade(self.layer)

    def __reduce__(self) -> Any:
        return Unmade, (self.layer,)

    def __repr__(self) -> str:
        return f"<parameters of {self.layer} before its first call>"


def _without_uses(kind: type[Unmade]) -> None:
    """Let all that a Tensor is used for refuse: its attributes, methods and operators, and NumPy's functions of it."""
    for name in dir(Tensor):
        inherited = getattr(Tensor, name)
        if name in vars(kind) or hasattr(object, name) or inherited is None:
            continue
        if isinstance(inherited, property):
            setattr(kind, name, property(kind._refuse, kind._refuse))
        elif callable(inherited):
            setattr(kind, name, kind._refuse)


_without_uses(Unmade)


class Lazy(Module):
    """What lazy layers have. Their arguments are those of the layer that they become, without the first, the size of the input.

    kind       that layer's class
    axis       of the input whose size it is
    defaults   of arguments, if they are others than that layer's
    """

    kind: ClassVar[Any]
    axis: ClassVar[int]
    defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    weight: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            given = inspect.signature(self.kind).bind(0, *args, **kwargs)  # so that a wrong argument is an error here
        except TypeError as error:
            raise TypeError(f"{type(self).__name__}: {error}") from None
        self._shown = ", ".join(f"{name}={value!r}" for name, value in list(given.arguments.items())[1:])
        for name, value in self.defaults.items():
            given.arguments.setdefault(name, value)
        self._given = given
        self.weight = Unmade(f"{type(self).__name__}({self._shown})")

    def extra_repr(self) -> str:
        return self._shown if "_shown" in vars(self) else super().extra_repr()

    def forward(self, x: Any) -> Any:
        if x.ndim < (least := -self.axis if self.axis < 0 else self.axis + 1):
            raise errors.ShapeError(f"the input must have {least} axes at least, got shape {x.shape}")
        lazy, kind, size, before = type(self), self.kind, x.shape[self.axis], dict(vars(self))
        _, *args = self._given.args
        kwargs = self._given.kwargs
        del self._given, self._shown, self.weight
        self.__class__ = kind  # the same object, so that it is wherever it was
        try:
            kind.__init__(self, size, *args, **kwargs)
            return kind.forward(self, x)
        except BaseException:
            self.__class__ = lazy
            vars(self).clear()
            vars(self).update(before)
            raise


class LazyLinear(Lazy, Linear):
    """A Linear whose in_features are those of its first input: `LazyLinear(out_features, bias=True)`.

    >>> import numpy as np, nn
    >>> net = nn.Sequential(nn.Flatten(), nn.LazyLinear(4))
    >>> net
    Sequential(
      (0): Flatten(start_dim=1, end_dim=-1)
      (1): LazyLinear(out_features=4)
    )
    >>> net(np.zeros((5, 3, 2))).shape
    (5, 4)
    >>> net[1]
    Linear(in_features=6, out_features=4)  # 28 parameters
    """

    kind, axis = Linear, -1


class LazyConv1d(Lazy, Conv1d):
    """A Conv1d whose in_channels are those of its first input: `LazyConv1d(out_channels, kernel_size, …)`, arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyConv1d(8, kernel_size=3)
    >>> layer(np.zeros((1, 2, 5))).shape
    (1, 8, 3)
    >>> layer.weight.shape
    (8, 2, 3)
    """

    kind, axis = Conv1d, -2


class LazyConv2d(Lazy, Conv2d):
    """A Conv2d whose in_channels are those of its first input: `LazyConv2d(out_channels, kernel_size, …)`, arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyConv2d(8, kernel_size=3)
    >>> layer(np.zeros((1, 2, 5, 5))).shape
    (1, 8, 3, 3)
    >>> layer.weight.shape
    (8, 2, 3, 3)
    """

    kind, axis = Conv2d, -3


class LazyConv3d(Lazy, Conv3d):
    """A Conv3d whose in_channels are those of its first input: `LazyConv3d(out_channels, kernel_size, …)`, arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyConv3d(8, kernel_size=3)
    >>> layer(np.zeros((1, 2, 5, 5, 5))).shape
    (1, 8, 3, 3, 3)
    >>> layer.weight.shape
    (8, 2, 3, 3, 3)
    """

    kind, axis = Conv3d, -4


class LazyBatchNorm1d(Lazy, BatchNorm1d):
    """A BatchNorm1d whose num_features are those of its first input, (n, f) or (n, f, length): arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyBatchNorm1d()
    >>> _ = layer(np.zeros((4, 3, 2)))
    >>> layer.num_features
    3
    """

    kind, axis = BatchNorm1d, 1


class LazyBatchNorm2d(Lazy, BatchNorm2d):
    """A BatchNorm2d whose num_features are those of its first input, (n, channels, height, width): arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyBatchNorm2d()
    >>> _ = layer(np.zeros((4, 3, 2, 2)))
    >>> layer.num_features
    3
    """

    kind, axis = BatchNorm2d, 1


class LazyBatchNorm3d(Lazy, BatchNorm3d):
    """A BatchNorm3d whose num_features are those of its first input, (n, channels, d, h, w): arguments as there.

    >>> import numpy as np, nn
    >>> layer = nn.LazyBatchNorm3d()
    >>> _ = layer(np.zeros((4, 3, 2, 2, 2)))
    >>> layer.num_features
    3
    """

    kind, axis = BatchNorm3d, 1


TRACKED = MappingProxyType({"affine": True, "track_running_stats": True})  # as in PyTorch, unlike the others


class LazyInstanceNorm1d(Lazy, InstanceNorm1d):
    """An InstanceNorm1d whose num_features are those of its first input; affine and track_running_stats are True by default.

    >>> import numpy as np, nn
    >>> layer = nn.LazyInstanceNorm1d()
    >>> _ = layer(np.zeros((4, 3, 2)))
    >>> layer.num_features
    3
    """

    kind, axis, defaults = InstanceNorm1d, -2, TRACKED


class LazyInstanceNorm2d(Lazy, InstanceNorm2d):
    """An InstanceNorm2d whose num_features are those of its first input; affine and track_running_stats are True by default.

    >>> import numpy as np, nn
    >>> layer = nn.LazyInstanceNorm2d()
    >>> _ = layer(np.zeros((4, 3, 2, 2)))
    >>> layer.num_features
    3
    """

    kind, axis, defaults = InstanceNorm2d, -3, TRACKED


class LazyInstanceNorm3d(Lazy, InstanceNorm3d):
    """An InstanceNorm3d whose num_features are those of its first input; affine and track_running_stats are True by default.

    >>> import numpy as np, nn
    >>> layer = nn.LazyInstanceNorm3d()
    >>> _ = layer(np.zeros((4, 3, 2, 2, 2)))
    >>> layer.num_features
    3
    """

    kind, axis, defaults = InstanceNorm3d, -4, TRACKED
