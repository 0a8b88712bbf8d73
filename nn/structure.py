"""What a Module is made of, found among its attributes by `walk`: its Parameters and Buffers here, its Modules in `module`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

import numpy as np

from autograd_core import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Self

    from nn.types import Array, Operand


class Parameter(Tensor):
    """A Tensor that a Module trains: it requires a gradient, unless told not to.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], dtype=float64, requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Operand, requires_grad: bool = True, name: str | None = None) -> None:
        super().__init__(data, requires_grad, name)


class Buffer(Tensor):
    """A Tensor that belongs to a Module's state but is not trained, such as a running mean: set its `.data` to change it.

    persistent   whether `state_dict()` has it

    >>> import nn
    >>> class Counter(nn.Module):
    ...     def __init__(self):
    ...         self.calls = nn.Buffer(0.0)
    ...     def forward(self, x):
    ...         self.calls.data = self.calls.data + 1
    ...         return x
    >>> counter = Counter()
    >>> counter(5.0)
    5.0
    >>> dict(counter.state_dict())
    {'calls': array(1.)}
    """

    __slots__ = ()
    persistent = True

    def __new__(cls, *args: Any, persistent: bool = True, **kwargs: Any) -> Buffer:
        return cast("Buffer", super().__new__(cls if persistent else _Passing))

    if not TYPE_CHECKING:

        def __init__(self, data, requires_grad=False, name=None, *, persistent=True):
            super().__init__(data, requires_grad, name)

    else:

        def __init__(
            self, data: Operand, requires_grad: bool = False, name: str | None = None, *, persistent: bool = True
        ) -> None: ...


class _Passing(Buffer):
    """A Buffer that no `state_dict()` has. A class of its own, so that its copies are such buffers too."""

    __slots__ = ()
    persistent = False


class Structure:
    """The part of Module that finds, registers and changes its Parameters and Buffers."""

    # What it is made of

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """(path, Parameter) for each in this Module and, unless told otherwise, the Modules in it; a shared one once."""
        parts = walk(self, prefix, recurse, remove_duplicate)
        return ((path, part) for path, part, buffer in parts if is_parameter(part, buffer))

    def parameters(self, recurse: bool = True) -> Iterator[Tensor]:
        """The Parameters of this Module and, unless told otherwise, those in it."""
        return (part for _, part in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, *, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """(path, Buffer) for each that belongs to the state but is not trained."""
        parts = walk(self, prefix, recurse, remove_duplicate)
        return ((path, part) for path, part, buffer in parts if buffer is not None)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The Buffers of this Module and, unless told otherwise, those in it."""
        return (part for _, part in self.named_buffers(recurse=recurse))

    def get_parameter(self, target: str) -> Tensor:
        """The Parameter of a path such as "encoder.0.weight"."""
        return cast("Tensor", at(self, target, "get_parameter", "a Parameter", is_parameter))

    def get_buffer(self, target: str) -> Tensor:
        """The Buffer of a path such as "norm.running_mean"."""
        return cast("Tensor", at(self, target, "get_buffer", "a Buffer", lambda part, buffer: buffer is not None))

    # What is put there by name

    def register_buffer(self, name: str, tensor: Tensor | Array | None, persistent: bool = True) -> None:
        """Make an attribute that is saved with the Module, but not trained: a Tensor or array, or None for one that comes later.

        persistent   whether `state_dict()` has it

        Whatever Tensor is set as this attribute afterwards is the buffer then.

        >>> import numpy as np, nn
        >>> layer = nn.Identity()
        >>> layer.register_buffer("total", np.zeros(2))
        >>> layer.total = layer.total + 1
        >>> layer.state_dict()
        {'total': array([1., 1.])}
        """
        self._check_free("register_buffer", name, vars(self).get("_registered", ()))
        if isinstance(tensor, Tensor) and tensor.requires_grad:
            raise TypeError(
                f"register_buffer: {name!r} requires a gradient, and a buffer is not trained; write .detach(), or set an "
                "nn.Parameter as the attribute"
            )
        if tensor is not None and not isinstance(tensor, Buffer):
            tensor = Buffer(tensor, persistent=persistent)
        vars(self).setdefault("_registered", {})[name] = persistent
        setattr(self, name, tensor)

    def register_parameter(self, name: str, param: Tensor | None) -> None:
        """Set a Parameter as an attribute; None for one that is left out."""
        self._check_free("register_parameter", name, vars(self))
        if param is not None and not is_parameter(param, None):
            got = "the result of an operation" if isinstance(param, Tensor) and param.requires_grad else type(param).__name__
            raise TypeError(f"register_parameter: {name!r} must be an nn.Parameter or None, got {got}; write nn.Parameter(…)")
        setattr(self, name, param)

    def _check_free(self, what: str, name: str, own: Iterable[str]) -> None:
        if not isinstance(name, str) or not name or "." in name:
            raise KeyError(f"{what}: a name must be a string without dots, since it is part of a path, got {name!r}")
        if hasattr(self, name) and name not in own:
            raise KeyError(f"{what}: {type(self).__name__} has an attribute {name!r} already; take another name")

    # Doing something to all of them; each returns the Module

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Switch the gradients of all Parameters on, or off to freeze them."""
        for parameter in list(self.parameters()):
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> Self:
        """Forget the gradients of all Parameters; with set_to_none=False, set those that are there to 0 in place."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                zero(parameter)
        return self


def is_parameter(part: object, buffer: bool | None = None) -> bool:
    """Whether a part is trained: a Parameter, or any leaf that requires a gradient; `buffer` as `walk` has it."""
    if isinstance(part, Parameter):
        return buffer is None
    return buffer is None and isinstance(part, Tensor) and part.requires_grad and part.is_leaf


def zero(tensor: Tensor) -> None:
    """Set a gradient that is there to 0: in place, unless it is a Tensor, which may be part of a graph."""
    gradient: Any = tensor.grad
    if isinstance(gradient, Tensor):
        tensor.grad = np.zeros_like(gradient.data)
    elif gradient is not None:
        gradient[...] = 0


HOLDERS = (Tensor, Structure, dict, list, tuple, set, frozenset)


def walk(root: Structure, prefix: str = "", deep: bool = True, once: bool = True) -> Iterator[tuple[str, Any, bool | None]]:
    """(path, part, buffer) for every Module and Tensor in a Module, in PyTorch's order: a Module, its Tensors, the Modules in it.

    `buffer` is None for what is no buffer, else whether it is persistent.

    once   yield what several paths reach only at the first; otherwise at all paths that don't pass through it twice
    deep   look into Modules that are parts too

    What containers hold is an attribute `_items`, which has no name in the path.
    """
    stack: list[tuple[str, Any, bool | None, tuple[int, ...]]] = [(prefix, root, None, ())]
    seen: set[int] = set()
    while stack:
        path, part, buffer, above = stack.pop()
        if id(part) in (seen if once else above):
            continue
        seen.add(id(part))
        if isinstance(part, Tensor):
            yield path, part, part.persistent if buffer is None and isinstance(part, Buffer) else buffer
            continue
        registered: dict[str, bool] = {}
        if isinstance(part, Structure):
            yield path, part, None
            inside: Iterable[tuple[Any, Any]] = vars(part).items() if deep or part is root else ()
            registered = vars(part).get("_registered", registered)
        elif isinstance(part, dict):
            inside = part.items()
        elif isinstance(part, (list, tuple)):
            inside = enumerate(part)
        elif any(isinstance(item, (Structure, Tensor)) for item in part):
            raise TypeError(f"{path} is a set, so the Modules or Parameters in it have no order: make it a list")
        else:
            continue
        above, dot = (*above, id(part)), path and path + "."
        holders = [(name, item) for name, item in inside if isinstance(item, HOLDERS)]
        holders.sort(key=lambda pair: not isinstance(pair[1], Tensor))
        stack += [
            (path if name == "_items" else f"{dot}{name}", item, registered.get(name), above) for name, item in reversed(holders)
        ]


def near(name: str, names: Iterable[str]) -> str:
    """A question that names what was probably meant, if anything is near."""
    matches = get_close_matches(name, list(names), 1)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def at(module: Structure, target: str, what: str, kind: str, wanted: Callable[[Any, bool | None], bool]) -> Any:
    parts = {path: part for path, part, buffer in walk(module, once=False) if wanted(part, buffer)}
    if target not in parts:
        raise AttributeError(f"{what}: {type(module).__name__} has no {kind[2:]} at {target!r}{near(str(target), parts)}")
    return parts[target]
