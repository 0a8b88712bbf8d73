"""Attributes of a Module that are made of others whenever somebody asks for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from nn.module import Module

if TYPE_CHECKING:
    from typing import Any


class Maker(Protocol):
    """What makes an attribute. No Module, since its parts would be found among those of the Module whose attribute it makes."""

    def made(self, module: Any) -> Any:
        """The attribute."""

    def assign(self, module: Any, value: Any) -> None:
        """What setting the attribute does."""


class Making(Module):
    """The class of a Module that makes some of its attributes, beside its own one.

    Only such a Module has it: with a `__getattr__`, every look at an attribute takes 0.1 µs longer.
    """

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            made = self.__dict__.get("_made")
            if made and name in made:
                return made[name].made(self)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

        def __setattr__(self, name, value):
            made = self.__dict__.get("_made")
            if made and name in made:
                made[name].assign(self, value)
            else:
                super().__setattr__(name, value)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _remade, (type(self).__mro__[2],), vars(self)


def make(module: Module, name: str, maker: Maker) -> None:
    """Let an attribute be made from now on."""
    vars(module).setdefault("_made", {})[name] = maker
    if not isinstance(module, Making):
        kind: Any = type(module)
        module.__class__ = _making(kind)


def unmake(module: Module, name: str) -> None:
    """Let it be an attribute like others again."""
    made = vars(module)["_made"]
    del made[name]
    if not made:
        module.__class__ = type(module).__mro__[2]


@cache
def _making(kind: Any) -> Any:
    """A class of Modules, with Making before it."""
    return type(kind.__name__, (Making, kind), {"__module__": kind.__module__, "__doc__": kind.__doc__})


def _remade(kind: type) -> Any:
    made = _making(kind)
    return made.__new__(made)
