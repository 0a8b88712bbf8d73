"""Module: holds parameters, finds those of its parts by looking, and can be called."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from autograd_core import Tensor, errors
from nn.errors import LazyError
from nn.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, Self

    from numpy.typing import DTypeLike

    from nn.types import Array, Forward, Operand, P, R_co, X


class Keys(NamedTuple):
    """The keys that `load_state_dict` missed in the state, and those it did not expect there."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Parameter(Tensor):
    """A Tensor that a Module trains: it requires a gradient, unless told not to.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], dtype=float64, requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Operand, requires_grad: bool = True, name: str | None = None) -> None:
        super().__init__(data, requires_grad, name)


class Buffer(Tensor):
    """A Tensor that belongs to a Module's state but is not trained, such as a running mean."""

    __slots__ = ()


class Module:
    """The base of layers, losses and models: set Parameters and Modules as attributes, and write `forward`.

    Nothing is registered: `parameters()` and the other methods look at the attributes, and into lists, tuples and dicts. A plain
    Tensor that requires a gradient counts as a Parameter too. What is reached twice counts once.

    >>> import numpy as np, nn
    >>> class Twice(nn.Module):
    ...     def __init__(self):
    ...         self.layers = [nn.Linear(2, 3), nn.Linear(3, 2)]
    ...     def forward(self, x):
    ...         for layer in self.layers:
    ...             x = np.tanh(layer(x))
    ...         return x
    >>> [name for name, p in Twice().named_parameters()]
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    """

    __reached_whole__ = True  # for `capture`: all attributes of a Module count, since the code here looks at them with vars()
    training = True  # of the class, so that a Module whose author forgot super().__init__() works

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no method forward(self, x): write one")

    def __call__(self: Forward[P, R_co], *args: P.args, **kwargs: P.kwargs) -> R_co:
        try:
            return self.forward(*args, **kwargs)
        except Exception as error:
            name_layer(error, cast("Module", self))
            raise

    # What it is made of

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """(path, Module) for this one and every Module in it, from the outside in."""
        return ((name, part) for name, part in _walk(self, prefix) if isinstance(part, Module))

    def modules(self) -> Iterator[Module]:
        """This Module and every one in it."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, Module) for those that are directly in this one."""
        return ((name, part) for name, part in _walk(self, deep=False) if isinstance(part, Module) and part is not self)

    def children(self) -> Iterator[Module]:
        """The Modules that are directly in this one."""
        return (module for _, module in self.named_children())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """(path, Parameter) for each in this Module and the Modules in it; a shared one once, under its first path."""
        return ((name, part) for name, part in _walk(self, prefix) if _is_parameter(part))

    def parameters(self) -> Iterator[Tensor]:
        """The Parameters of this Module and those in it."""
        return (part for _, part in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Buffer]]:
        """(path, Buffer) for each that belongs to the state but is not trained."""
        return ((name, part) for name, part in _walk(self, prefix) if isinstance(part, Buffer))

    def buffers(self) -> Iterator[Buffer]:
        """The Buffers of this Module and those in it."""
        return (part for _, part in self.named_buffers())

    # Doing something to all of it; each returns the Module

    def train(self, mode: bool = True) -> Self:
        """Switch to training, or with False to evaluation: what Dropout and BatchNorm ask."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Switch to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Switch the gradients of all Parameters on, or off to freeze them."""
        for parameter in list(self.parameters()):
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> Self:
        """Forget the gradients of all Parameters."""
        for parameter in self.parameters():
            parameter.grad = None
        return self

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call `function(module)` for every Module in this one, from the inside out, and for this one."""
        for module in reversed(list(self.modules())):
            function(module)
        return self

    # Its state

    def state_dict(self) -> dict[str, Array]:
        """{path: array} of all Parameters and Buffers: copies, which further training does not change.

        A shared Parameter is there under each of its paths, as in PyTorch.
        """
        return {name: np.array(part.data) for name, part in _state(self).items()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> Keys:
        """Put the values of a `state_dict()` into the Parameters and Buffers, which keep their dtypes.

        state    {path: array}, of these shapes exactly
        strict   whether missing and unexpected paths are errors too

        Returns (missing_keys, unexpected_keys). Raises ValueError (ShapeError if shapes differ) with all problems at
        once; nothing is loaded then.
        """
        own = _state(self)
        missing = [name for name in own if name not in state]
        unexpected = [name for name in state if name not in own]
        problems, misfit, values = [], False, []
        if strict:
            problems += [f"{name}: missing" for name in missing]
            problems += [f"{name}: unexpected{_near(name, missing)}" for name in unexpected]
        for name, part in own.items():
            if name not in state:
                continue
            if isinstance(state[name], Tensor) and state[name].requires_grad and not _is_parameter(state[name]):
                problems.append(f"{name}: a Tensor that would be cut out of its graph; write .detach() after it")
                continue
            value = np.asarray(getattr(state[name], "data", state[name]) if isinstance(state[name], Tensor) else state[name])
            if value.shape != part.shape:
                misfit = True
                problems.append(f"{name}: the model has shape {part.shape}, the state {value.shape}")
            elif not np.can_cast(value.dtype, part.dtype, "same_kind"):
                problems.append(f"{name}: the model has dtype {part.dtype}, the state {value.dtype}")
            values.append((part, value))
        if problems:
            kind = errors.ShapeError if misfit else ValueError
            listed = "\n  ".join(problems)
            raise kind(
                f"load_state_dict: nothing was loaded into {type(self).__name__}, since the state does not fit:\n  {listed}"
            )
        for part, value in values:
            data = np.empty_like(part.data)  # in the order in memory that it has
            data[...] = value
            part.data = data
        return Keys(missing, unexpected)

    # How it looks

    def extra_repr(self) -> str:
        """What `repr` writes between the brackets: the attributes that are numbers, strings and the like."""
        plain = (bool, int, float, str, tuple, type(None))
        shown = [(name, value) for name, value in vars(self).items() if isinstance(value, plain) and name[0] != "_"]
        return ", ".join(f"{name}={value!r}" for name, value in shown if name != "training")

    def __repr__(self) -> str:
        children = list(self.named_children())
        try:
            count = sum(p.size for p in self.parameters())
        except LazyError:  # they are not there yet
            count = 0
        suffix = f"  # {count:,} parameter{'s' * (count != 1)}" if count else ""
        if not children:
            return f"{type(self).__name__}({self.extra_repr()}){suffix}"
        shown = [name if name.isprintable() else repr(name)[1:-1] for name, _ in children]
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, (_, child) in zip(shown, children, strict=True)]
        return "\n  ".join([f"{type(self).__name__}({self.extra_repr()}", *lines]) + f"\n){suffix}"

    def summary(self, input_shape: Sequence[int], dtype: DTypeLike | None = None) -> Summary:
        """The shape and the parameters of every layer, as a table to print, for an input of zeros of `input_shape`, batch first.

        dtype   of the input; by default that of the first Parameter

        >>> import nn
        >>> print(nn.Sequential(nn.Linear(3, 4), nn.Tanh()).summary((5, 3)))
        layer  kind        output  parameters
        -------------------------------------
               Sequential  (5, 4)          16
        0      Linear      (5, 4)          16
        1      Tanh        (5, 4)           0
        """
        return Summary(self, input_shape, dtype)


class SameKind(Module):
    """A Module of one input that returns a Tensor for a Tensor and an array for an array."""

    if TYPE_CHECKING:

        def forward(self, x: X) -> X: ...

        __call__ = forward  # type: ignore[assignment]  # without it, mypy does not see through a generic `forward`


def _near(name: str, names: list[str]) -> str:
    matches = get_close_matches(name, names, 1)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def _is_parameter(part: object) -> bool:
    return isinstance(part, Parameter) or (isinstance(part, Tensor) and part.requires_grad and part.is_leaf)


HOLDERS = (Tensor, Module, dict, list, tuple, set, frozenset)


def _walk(root: Module, prefix: str = "", deep: bool = True, once: bool = True) -> Iterator[tuple[str, Any]]:
    """(path, part) for every Module and Tensor in a Module, in PyTorch's order: a Module, its Tensors, the Modules in it.

    once   yield what several paths reach only at the first; otherwise at all paths that don't pass through it twice
    deep   look into Modules that are parts too

    What containers hold is an attribute `_items`, which has no name in the path.
    """
    stack: list[tuple[str, Any, tuple[int, ...]]] = [(prefix, root, ())]
    seen: set[int] = set()
    while stack:
        path, part, above = stack.pop()
        if id(part) in (seen if once else above):
            continue
        seen.add(id(part))
        if isinstance(part, Tensor):
            yield path, part
            continue
        if isinstance(part, Module):
            yield path, part
            inside: Iterable[tuple[Any, Any]] = vars(part).items() if deep or part is root else ()
        elif isinstance(part, dict):
            inside = part.items()
        elif isinstance(part, (list, tuple)):
            inside = enumerate(part)
        elif any(isinstance(item, (Module, Tensor)) for item in part):
            raise TypeError(f"{path} is a set, so the Modules or Parameters in it have no order: make it a list")
        else:
            continue
        above, dot = (*above, id(part)), path and path + "."
        holders = [(name, item) for name, item in inside if isinstance(item, HOLDERS)]
        holders.sort(key=lambda pair: not isinstance(pair[1], Tensor))
        stack += [(path if name == "_items" else f"{dot}{name}", item, above) for name, item in reversed(holders)]


def _state(module: Module) -> dict[str, Tensor]:
    """{path: Parameter or Buffer}."""
    state = {}
    for name, part in _walk(module, once=False):
        if _is_parameter(part) or isinstance(part, Buffer):
            if name in state:
                raise ValueError(f"state_dict: two parameters have the path {name!r}; give them different names")
            state[name] = part
    return state


def name_layer(error: Exception, module: Module) -> None:
    """Put the path of the layer where an error was raised into its message, as far as `module` knows it.

    Done on the way out, once for each Module passed: the last one that contains the layer has the longest path.
    """
    layer, message = getattr(error, "_layer", (module, None))
    path = next((name for name, part in module.named_modules() if part is layer), None)
    if path is None:
        return
    where = f"{'layer ' + path + ', ' if path else ''}{type(layer).__name__}({layer.extra_repr()})"
    if isinstance(error, errors.AutogradError):
        message = str(error) if message is None else message
        error.args = (f"{where}: {message}",)
    else:
        notes = getattr(error, "__notes__", [])
        if message is not None:
            notes.remove(message)
        message = f"in {where}"
        error.add_note(message)
    error._layer = layer, message  # type: ignore[attr-defined]
