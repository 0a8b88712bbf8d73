"""Constructors of layers and optimizers, whose arguments are PyTorch's: what to write for one that they lack."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

NOT_HERE = {
    "device": "nothing in its place: parameters lie where their arrays do, NumPy's on the CPU, CuPy's on a GPU",
    "learning_rate": "lr={value}",
    "axis": "dim={value}",
    "keepdims": "keepdim={value}",
}


class _Signature:
    """That of the constructor: without it, `inspect.signature` would give that of `__new__`."""

    def __get__(self, instance: Any, owner: Any) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        if owner.__init__ is object.__init__:  # which says (*args, **kwargs) and takes none
            return inspect.Signature()
        signature = inspect.signature(owner.__init__)
        return signature.replace(parameters=list(signature.parameters.values())[1:], return_annotation=signature.empty)


class Explained:
    """The base of classes whose constructor tells what to write for an argument that it lacks."""

    __signature__ = _Signature()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if not NOT_HERE.keys().isdisjoint(kwargs):
            taken = cls.__signature__.parameters
            for name in () if any(p.kind is p.VAR_KEYWORD for p in taken.values()) else kwargs:
                if name in NOT_HERE and name not in taken:
                    value = kwargs[name] if type(kwargs[name]) in (int, float, bool) else "…"
                    raise TypeError(f"{cls.__name__}: there is no argument {name!r}; write {NOT_HERE[name].format(value=value)}")
        above: Callable[..., Self] = super().__new__
        if above is not object.__new__:
            return above(cls, *args, **kwargs)
        if (args or kwargs) and cls.__init__ is object.__init__ and cls.__new__ is Explained.__new__:
            raise TypeError(f"{cls.__name__}() takes no arguments")  # object.__init__ leaves it to who has a __new__
        return above(cls)
