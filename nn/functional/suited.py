"""The refusal of np.matrix and masked arrays by all functions of nn, in the words of autograd_core."""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from nn.values import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

SUITED = frozenset({Tensor, np.ndarray, np.float64, np.float32, float, int, bool, str, type(None)})


def suit(namespace: dict[str, Any], names: list[str]) -> None:
    """Put such a function in the place of each of these, in its own module too, where pickle looks for it."""
    for name in names:
        function = namespace[name]
        if function.__module__.startswith("nn."):  # those of autograd_core refuse by themselves
            namespace[name] = suited(name, function)
            setattr(sys.modules[function.__module__], name, namespace[name])


def suited(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    code: Any = function
    names = code.__code__.co_varnames

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not (SUITED.issuperset(map(type, args)) and (not kwargs or SUITED.issuperset(map(type, kwargs.values())))):
            for argument, value in (*zip(names, args, strict=False), *kwargs.items()):
                refuse(f"{name}: {argument}", argument, value)
        return function(*args, **kwargs)

    return checked
