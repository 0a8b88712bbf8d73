"""Modules that hold Modules: one after another, in a list, in a dict. (Plain lists and dicts of Modules work as well.)"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from nn.module import Module, name_layer

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
    from typing import Any, Self, SupportsIndex

    from autograd_core import Tensor
    from nn.types import Operand


class ModuleList(Module):
    """A list of Modules: indexing, slices, `len`, iteration, `append`, `extend`."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self._items = [checked(self, module) for module in modules]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> ModuleList: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        return ModuleList(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __setitem__(self, index: SupportsIndex, module: Module) -> None:
        self._items[index] = checked(self, module)

    def append(self, module: Module) -> Self:
        """Put a Module at the end; returns the list."""
        self._items.append(checked(self, module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put Modules at the end; returns the list."""
        self._items += [checked(self, module) for module in modules]
        return self


class ModuleDict(Module):
    """A dict of Modules: indexing, `len`, `in`, iteration over names, `keys`, `values`, `items`, `update`."""

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self._items: dict[str, Module] = {}
        self.update(modules)

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self._items[checked_name(self, name)] = checked(self, module)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._items.keys()

    def values(self) -> ValuesView[Any]:
        """The Modules."""
        return self._items.values()

    def items(self) -> ItemsView[str, Any]:
        """(name, Module) pairs."""
        return self._items.items()

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Put all Modules of a dict, or of (name, Module) pairs, into this one."""
        for name, module in dict(modules).items():
            self[name] = module


class Sequential(Module):
    """Modules one after another: each gets what the one before it returns.

    Given as arguments, or as one dict {name: Module}. Indexing, slices, `len`, iteration and `append` work.

    >>> import numpy as np, nn
    >>> net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    >>> net(np.zeros((5, 3))).shape
    (5, 1)
    >>> net
    Sequential(
      (0): Linear(in_features=3, out_features=4)  # 16 parameters
      (1): Tanh()
      (2): Linear(in_features=4, out_features=1)  # 5 parameters
    )  # 21 parameters
    """

    def __init__(self, *modules: Module | dict[str, Any]) -> None:
        named = modules[0] if len(modules) == 1 and isinstance(modules[0], dict) else {str(i): m for i, m in enumerate(modules)}
        self._items = {checked_name(self, name): checked(self, module) for name, module in named.items()}

    def forward(self, x: Operand) -> Tensor:
        module: Module = self
        out: Any = x
        try:
            for module in self._items.values():
                out = module.forward(out) if module._hooks is None else module(out)  # as module(x), with one call less for each
        except Exception as error:
            name_layer(error, module)
            raise
        return out

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items.values())

    @overload
    def __getitem__(self, index: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        chosen = list(self)[index]
        return Sequential(*chosen) if isinstance(index, slice) else chosen

    def append(self, module: Module) -> Self:
        """Put a Module at the end; returns the Sequential."""
        self._items[str(len(self))] = checked(self, module)
        return self


def checked_name(container: Module, name: object) -> str:
    """The name; KeyError for one that a path can't have."""
    if isinstance(name, str) and name and "." not in name:
        return name
    raise KeyError(f"{type(container).__name__}: a name must be a string without dots, since it is part of a path, got {name!r}")


def checked(container: Module, module: object) -> Module:
    """The Module; TypeError for anything else."""
    if isinstance(module, Module):
        return module
    kind = type(container).__name__
    if isinstance(module, type) and issubclass(module, Module):
        raise TypeError(f"{kind}: got the class {module.__name__}; write {module.__name__}()")
    hint = f"; write {kind}(*layers)" if kind == "Sequential" and isinstance(module, (list, tuple)) else ""
    raise TypeError(f"{kind} takes Modules, got {type(module).__name__}{hint}")
