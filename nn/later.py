"""Names of a package that are loaded when they are first used, so that `import nn` takes no longer for what few programs need."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any


def later(package: str, modules: Mapping[str, Iterable[str]], missing: Callable[[str], Any]) -> Callable[[str], Any]:
    """A package's `__getattr__`, from {module: the names that it has, of which one may be the module itself}.

    missing   raises the error for any other name
    """
    places = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> Any:
        if name not in places:
            return missing(name)
        module = import_module(places[name])
        value = module if module.__name__ == f"{package}.{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    return load
