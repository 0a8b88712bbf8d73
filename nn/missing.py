"""What the modules of nn say of a name that they lack."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from autograd_core.errors import hints

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PLACES = ("nn", "nn.functional", "nn.optim", "nn.optim.lr_scheduler", "nn.data", "nn.utils", "nn.init", "autograd_core")


def missing(module: str, what: str) -> Callable[[str], Any]:
    """A module's `__getattr__`: an AttributeError that says where the name is, what to write, or that there is no such `what`."""

    def find(name: str) -> Any:
        for place in PLACES:
            if place != module and place in sys.modules and name in getattr(sys.modules[place], "__all__", ()):
                raise AttributeError(f"module {module!r} has no attribute {name!r}; it is {place}.{name}", name=name)
        public = getattr(sys.modules[module], "__all__", ())
        raise hints.absent(f"module {module!r}", name, public, f"there is no such {what} here")

    return find
