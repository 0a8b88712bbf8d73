"""What all functions of nn do with operands that are no arrays: lists become arrays, np.matrix and masked arrays are refused
(see `errors.arguments`)."""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor
from autograd_core.errors.arguments import unsuited_operand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

SUITED = frozenset({Tensor, np.ndarray, np.float64, np.float32, float, int, bool, str, type(None)})
LISTS = (list, tuple)
OPERANDS = frozenset({"X", "Any", "Operand", "Array", "ArrayLike", "Tensor"})  # in annotations; sizes are numbers and sequences


def suit(namespace: dict[str, Any], names: list[str]) -> None:
    """Put a function that refuses them in the place of each of these, in its own module too, where pickle looks for it."""
    for name in names:
        function = namespace[name]
        if function.__module__.startswith("nn."):  # those of autograd_core refuse by themselves
            namespace[name] = suited(name, function)
            setattr(sys.modules[function.__module__], name, namespace[name])


def suited(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which takes lists of numbers for operands too, and refuses matrices by the name of the argument."""
    code: Any = function
    names = code.__code__.co_varnames
    listed = {name for name, kind in code.__annotations__.items() if operand(kind)}

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not (SUITED.issuperset(map(type, args)) and (not kwargs or SUITED.issuperset(map(type, kwargs.values())))) and not (
            all_fit(names, args, listed) and all_fit(kwargs, kwargs.values(), listed)
        ):
            error = unsuited_operand(name, names, args, kwargs)
            if error is not None:
                raise error
            for i, value in enumerate(args):
                if isinstance(value, LISTS) and i < len(names) and names[i] in listed:
                    args = (*args[:i], np.asarray(value), *args[i + 1 :])
            for key, value in kwargs.items():
                if isinstance(value, LISTS) and key in listed:
                    kwargs = {**kwargs, key: np.asarray(value)}
        return function(*args, **kwargs)

    return checked


def all_fit(names: Iterable[str], values: Iterable[Any], listed: set[str]) -> bool:
    """Whether all values are suited, or sizes, such as the stride of a convolution, for arguments that are no operands."""
    return all(
        type(value) in SUITED or (type(value) is tuple and name not in listed and SUITED.issuperset(map(type, value)))
        for name, value in zip(names, values, strict=False)
    )


def operand(annotation: str) -> bool:
    """Whether this is what an array may be given for."""
    return OPERANDS.issuperset({*annotation.split(" | ")} - {"None"})
