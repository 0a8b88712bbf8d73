"""Module: the base of layers, losses and models. It can be called, and shown.

What it is made of is in `structure`, its state in `state`, dtypes in `conversion`, hooks in `hooks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from autograd_core import errors
from autograd_core.errors.arguments import Explained
from nn.conversion import Conversion
from nn.errors import LazyError
from nn.hooks import Hooked, called
from nn.random import Draws
from nn.random import generator as generator_of
from nn.state import State
from nn.structure import Buffer, Parameter, at, walk
from nn.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Self

    from numpy.typing import DTypeLike

    from nn.types import Forward, P, R_co, X

__all__ = ["Buffer", "Module", "Parameter", "SameKind", "name_layer"]


class Module(State, Conversion, Hooked, Explained):
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

    training = True  # of the class, so that a Module whose author forgot super().__init__() works
    __reached_whole__ = True  # for `capture`: all attributes of a Module count, since the code here looks at them with vars()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no method forward(self, x): write one")

    def __call__(self: Forward[P, R_co], *args: P.args, **kwargs: P.kwargs) -> R_co:
        hooks = self._hooks  # type: ignore[attr-defined]
        try:
            if hooks is None:
                return self.forward(*args, **kwargs)
            return cast("R_co", called(self, hooks, args, kwargs))
        except Exception as error:
            name_layer(error, cast("Module", self))
            raise

    # The Modules that it is made of

    def named_modules(self, prefix: str = "", *, remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """(path, Module) for this one and every Module in it, from the outside in; a shared one once, unless told otherwise."""
        return ((path, part) for path, part, _ in walk(self, prefix, once=remove_duplicate) if isinstance(part, Module))

    def modules(self) -> Iterator[Module]:
        """This Module and every one in it."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """(name, Module) for those that are directly in this one."""
        parts = walk(self, deep=False)
        return ((path, part) for path, part, _ in parts if isinstance(part, Module) and part is not self)

    def children(self) -> Iterator[Module]:
        """The Modules that are directly in this one."""
        return (module for _, module in self.named_children())

    def get_submodule(self, target: str) -> Module:
        """The Module of a path such as "encoder.0"; "" is this one. Raises AttributeError for a path that is none."""
        return cast("Module", at(self, target, "get_submodule", "a Module", lambda part, buffer: isinstance(part, Module)))

    def add_module(self, name: str, module: Module | None) -> None:
        """Set a Module as an attribute; None for one that is left out."""
        self._check_free("add_module", name, vars(self))
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"add_module: {name!r} must be a Module or None, got {type(module).__name__}")
        setattr(self, name, module)

    def register_module(self, name: str, module: Module | None) -> None:
        """`add_module` under another name."""
        self.add_module(name, module)

    def train(self, mode: bool = True) -> Self:
        """Switch to training, or with False to evaluation: what Dropout and BatchNorm ask."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Switch to evaluation."""
        return self.train(False)

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call `function(module)` for every Module in this one, from the inside out, and for this one."""
        for module in reversed(list(self.modules())):
            function(module)
        return self

    # For who runs it on parts of a batch, in several threads or processes

    mixes_samples = False  # whether the result for a sample depends on the others of the batch, as BatchNorm's does in training

    def independent_draws(self, count: int) -> list[Draws]:
        """`count` contexts, one for each thread or process: dropout draws other numbers there, the same after `manual_seed`."""
        return [Draws(own) for own in generator_of().spawn(count)]

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
