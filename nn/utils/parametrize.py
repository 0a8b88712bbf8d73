"""Parameters that are made of others by Modules of one's own, whenever they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from autograd_core import Tensor, errors, no_grad
from nn.containers import ModuleDict, ModuleList
from nn.structure import Buffer, Parameter
from nn.utils.making import make, unmake

if TYPE_CHECKING:
    from typing import Any, TypeVar

    from nn.module import Module

    M = TypeVar("M", bound=Module)

__all__ = ["ParametrizationList", "is_parametrized", "register_parametrization", "remove_parametrizations"]


class ParametrizationList(ModuleList):
    """What makes one Parameter: its Modules, called one after another, and what they start from.

    That is `original`, or `original0`, `original1`, … if the first Module takes several.
    """

    def __init__(self, modules: list[Module], original: Tensor) -> None:
        super().__init__(modules)
        start: Any = original
        with no_grad():
            for module in reversed(modules):
                start = module.right_inverse(start) if hasattr(module, "right_inverse") else start
        if isinstance(start, (tuple, list)):
            for i, part in enumerate(start):
                setattr(self, f"original{i}", _like(original, part))
        else:
            original.data = start.data if isinstance(start, Tensor) else start
            self.original = original

    def originals(self) -> list[Tensor]:
        """What it is made of."""
        return [value for name, value in vars(self).items() if name.startswith("original")]

    def forward(self) -> Any:
        out: Any = self.originals()
        for module in self:
            out = module(*out) if isinstance(out, list) else module(out)
        return out

    def put(self, value: Any) -> None:
        """Set what it is made of, so that this value is made of it."""
        with no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise TypeError(
                        f"{type(module).__name__} has no method right_inverse(self, value), so it cannot be set: write one"
                    )
                value = module.right_inverse(value)
        own = self.originals()
        for part, new in zip(own, value if len(own) > 1 else [value], strict=True):
            part.data = new.data if isinstance(new, Tensor) else new


class _ByModules:
    """Makes a Parameter by the ParametrizationList of its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def made(self, module: Any) -> Any:
        return module.parametrizations[self.name]()

    def assign(self, module: Any, value: Any) -> None:
        module.parametrizations[self.name].put(value)


def register_parametrization(module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> M:
    """Make a Parameter of what it was: from now on it is `parametrization(original)`, and `original` is trained.

    parametrization   a Module; with a method `right_inverse(value)`, which returns what makes a value (a tuple if `forward` takes
                      several), the Parameter keeps its value and can be set
    unsafe            whether shape and dtype may change

    Another one takes what the first makes. Returns the Module.

    >>> import numpy as np, nn
    >>> class Symmetric(nn.Module):
    ...     def forward(self, x):
    ...         return np.triu(x) + np.triu(x, 1).T
    >>> layer = nn.Linear(3, 3)
    >>> _ = nn.utils.parametrize.register_parametrization(layer, "weight", Symmetric())
    >>> bool(np.all(layer.weight.data == layer.weight.data.T))
    True
    >>> [name for name, p in layer.named_parameters()]
    ['bias', 'parametrizations.weight.original']
    """
    if is_parametrized(module, tensor_name):
        made = _of(module, tensor_name)
        before, modules = made(), [*made, parametrization]
    else:
        before, modules = vars(module).get(tensor_name), [parametrization]
        if not isinstance(before, (Parameter, Buffer)):
            kind = type(module).__name__
            raise ValueError(
                f"register_parametrization: {kind} has no Parameter or Buffer {tensor_name!r}, got {type(before).__name__}"
            )
        made = ParametrizationList([parametrization], before)
    parametrization.train(module.training)
    with no_grad():
        after = made() if len(modules) == 1 else parametrization(before)
    if not unsafe and (after.shape, after.dtype) != (before.shape, before.dtype):
        raise errors.ShapeError(
            f"register_parametrization: {type(parametrization).__name__} makes {after.dtype} of shape {after.shape} of "
            f"{before.dtype} of shape {before.shape}; write unsafe=True if it may"
        )
    if len(modules) > 1:
        made.append(parametrization)
        return module
    delattr(module, tensor_name)
    held: Any = module
    if not is_parametrized(module):
        held.parametrizations = ModuleDict()
    held.parametrizations[tensor_name] = made
    make(module, tensor_name, _ByModules(tensor_name))
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether anything in a Module, or the Parameter of this name, is made of others by `register_parametrization`."""
    made = vars(module).get("parametrizations")
    return isinstance(made, ModuleDict) and (bool(len(made)) if tensor_name is None else tensor_name in made)


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make it a Parameter of its own again, with the value that was made, or with False the original one. Returns the Module."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"remove_parametrizations: {tensor_name!r} of {type(module).__name__} is not made by any")
    made = _of(module, tensor_name)
    first, *others = made.originals()
    if others and not leave_parametrized:
        raise ValueError(
            "remove_parametrizations: it is made of several, so there is no original one; write leave_parametrized=True"
        )
    with no_grad():
        value = made().data if leave_parametrized else first.data
    unmake(module, tensor_name)
    held: Any = module
    del held.parametrizations[tensor_name]
    if not len(held.parametrizations):
        del held.parametrizations
    setattr(module, tensor_name, _like(first, value))
    return module


def _of(module: Module, name: str) -> ParametrizationList:
    return cast("ParametrizationList", vars(module)["parametrizations"][name])


def _like(original: Tensor, value: Any) -> Tensor:
    """A Tensor of the kind of the original, of another value."""
    value = value.data if isinstance(value, Tensor) else value
    return Parameter(value.copy(), original.requires_grad) if isinstance(original, Parameter) else Buffer(value.copy())
