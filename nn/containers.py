"""Modules that hold Modules: one after another, in a list, in a dict. (Plain lists and dicts of Modules work as well.)"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, overload

from nn.module import Module, name_layer

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
    from typing import Any, Self, SupportsIndex

    from autograd_core import Tensor
    from nn.types import Operand


class ListOf(Module):
    """What ModuleList and ParameterList share: the methods of a list, on `_items`."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self._items = [self._checked(item) for item in items]

    def _checked(self, item: Any) -> Any:
        """The item, or an error for one of a wrong kind."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        return type(self)(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __setitem__(self, index: SupportsIndex, item: Any) -> None:
        self._items[index] = self._checked(item)

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        del self._items[index]

    def __add__(self, other: Iterable[Any]) -> Self:
        return type(self)([*self._items, *other])

    def __iadd__(self, other: Iterable[Any]) -> Self:
        return self.extend(other)

    def append(self, item: Any) -> Self:
        """Put one at the end; returns the list."""
        self._items.append(self._checked(item))
        return self

    def extend(self, items: Iterable[Any]) -> Self:
        """Put several at the end; returns the list."""
        self._items += [self._checked(item) for item in items]
        return self

    def insert(self, index: int, item: Any) -> None:
        """Put one before that of an index."""
        self._items.insert(index, self._checked(item))

    def pop(self, index: int = -1) -> Any:
        """Take one out, the last if no other is named, and return it."""
        return self._items.pop(index)


class DictOf(Module):
    """What ModuleDict and ParameterDict share: the methods of a dict, on `_items`."""

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._items: dict[str, Any] = {}
        self.update(items)

    def _checked(self, item: Any) -> Any:
        """The item, or an error for one of a wrong kind."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __setitem__(self, name: str, item: Any) -> None:
        self._items[checked_name(self, name)] = self._checked(item)

    def __delitem__(self, name: str) -> None:
        del self._items[name]

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._items.keys()

    def values(self) -> ValuesView[Any]:
        """What is in it."""
        return self._items.values()

    def items(self) -> ItemsView[str, Any]:
        """Pairs of a name and what it names."""
        return self._items.items()

    def get(self, name: str, default: Any = None) -> Any:
        """What a name stands for, or else the default."""
        return self._items.get(name, default)

    def update(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Put in all of a dict, or of pairs."""
        for name, item in items.items() if isinstance(items, DictOf) else dict(items).items():
            self[name] = item

    def pop(self, name: str) -> Any:
        """Take one out, and return it."""
        return self._items.pop(name)

    def clear(self) -> None:
        """Take all out."""
        self._items.clear()


class ModuleList(ListOf):
    """A list of Modules: indexing, slices, `+`, `len`, iteration, `append`, `extend`, `insert`, `pop`, `del`.

    >>> import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 3), nn.Linear(3, 1)])
    >>> len(layers), [name for name, _ in layers.named_parameters()]
    (2, ['0.weight', '0.bias', '1.weight', '1.bias'])
    """

    def _checked(self, item: Any) -> Module:
        return checked(self, item)


class ModuleDict(DictOf):
    """A dict of Modules: indexing, `len`, `in`, iteration over names, and the other methods of a dict.

    >>> import numpy as np, nn
    >>> branches = nn.ModuleDict({"up": nn.ReLU(), "down": nn.Tanh()})
    >>> list(branches), branches["up"](np.array([-1.0, 2.0]))
    (['up', 'down'], array([0., 2.]))
    """

    def _checked(self, item: Any) -> Module:
        return checked(self, item)


class Sequential(Module):
    """Modules one after another: each gets what the one before it returns.

    Given as arguments, or as one dict {name: Module}. Indexing, slices, `+`, `len`, iteration, `append`, `extend`, `insert`,
    `pop` and `del` work.

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
        """One of the Modules, or for a slice a Sequential of several, under the names that they have here."""
        names = list(self._items)[index]
        return Sequential({name: self._items[name] for name in names}) if isinstance(names, list) else self._items[names]

    def __setitem__(self, index: SupportsIndex, module: Module) -> None:
        self._items[list(self._items)[index]] = checked(self, module)

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        modules = list(self)
        del modules[index]
        self._number(modules)

    def __add__(self, other: Iterable[Module]) -> Sequential:
        return Sequential(*self, *other)

    def _number(self, modules: Iterable[Module]) -> None:
        """Hold these Modules, under their numbers."""
        self._items = {str(i): checked(self, module) for i, module in enumerate(modules)}

    def append(self, module: Module) -> Self:
        """Put a Module at the end; returns the Sequential."""
        self._items[str(len(self))] = checked(self, module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Put Modules at the end; returns the Sequential."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Put a Module before that of an index, and number all anew; returns the Sequential."""
        modules = list(self)
        modules.insert(index, module)
        self._number(modules)
        return self

    def pop(self, index: SupportsIndex) -> Any:
        """Take a Module out, number the others anew, and return it."""
        modules = list(self)
        taken = modules.pop(operator.index(index))
        self._number(modules)
        return taken


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
