"""What a graph alone does not keep, kept on request: values, constants, the user's lines, modules, gradients.

    with record():
        loss = criterion(model(X), y)
        loss.backward()

A graph keeps what its derivatives need and nothing else. Inside `record()` every recorded operation also gets a `Kept`,
found by its node in `kept` for as long as the graph lives:

    value      the result
    operands   the values of all arguments in the signature's order, as they were (arrays that may change are copied)
    given      the same, but the very objects that were given, so that an array used twice is known to be the same
    line       (code object, line number) of the user's call
    modules    the modules in whose `forward` the call was, the outermost first: Part(name, title), …
    grad       the sum of what backward passes inside `record()` have sent to it, None before one
    reached    number of the last pass that has come here; a pass may run inside another, for a `checkpoint`
    seed       (number of the pass, gradient) of the last pass that started here, or None
    sent       {number of an operand: (number of the pass, moment, contribution)} of the last pass that went through it

and `parameters` has {leaf: (name of the outermost module, "fc1.weight")} for all parameters of the modules called.
"""

from __future__ import annotations

import itertools
import re
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from autograd_core.derivatives.partial import Output, Partial
from autograd_core.graph.anomaly import calling_line
from autograd_core.graph.modes import Mode, anomaly, recording
from autograd_core.graph.nodes import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType
    from typing import Any, TypeVar

    from numpy.typing import NDArray

    F = TypeVar("F", bound=Callable[..., Any])

_SIZES = re.compile(r"\b(in|out)_(features|channels)=")  # everybody knows the first two numbers

_moments = itertools.count(1)

kept: WeakKeyDictionary = WeakKeyDictionary()  # node -> Kept
parameters: WeakKeyDictionary = WeakKeyDictionary()  # leaf -> (name of the outermost module, path in it)


class Part(NamedTuple):
    """One level of a module's path: Part("fc1", "Linear(3, 4)"). The title is "" for a mere container, such as a list; if
    calls of one module are drawn apart, `call` tells which one it is."""

    name: str
    title: str
    call: int = 0


class Kept:
    """What `record()` keeps of one operation."""

    __slots__ = ("given", "grad", "line", "modules", "operands", "reached", "seed", "sent", "value")

    def __init__(self, value: Any, given: Any, operands: list[Any], line: Any, modules: tuple[Part, ...]) -> None:
        self.value, self.given, self.operands, self.line, self.modules, self.grad = value, given, operands, line, modules, None
        self.reached, self.seed = 0, None
        self.sent: dict[int, tuple[int, int, Any]] = {}


class record(Mode):
    """Keep, of every operation inside, what drawings can show beyond the graph: values, constants, source lines, modules.

    Also a decorator. It costs some microseconds an operation and the memory of the values, which go with the graph.

    >>> from autograd_core import Tensor
    >>> from autograd_core.visualize import record, records
    >>> w = Tensor(3.0, requires_grad=True, name="w")
    >>> with record():
    ...     y = w * w + 2.0
    >>> [float(box.value) for box in records(y)]
    [3.0, 9.0, 2.0, 11.0, 11.0]
    """

    if TYPE_CHECKING:  # for users: the engine, and Mode with it, has no types

        def __init__(self) -> None: ...
        def __call__(self, function: F) -> F: ...

    def __enter__(self) -> record:
        outer, grad_mode = anomaly.get(), recording.get()
        if outer is not self:
            self._outer = outer
        mode: Any = self
        self._tokens.append((anomaly.set(mode), recording.set(mode if grad_mode is not False else False)))
        self._forget()
        return self

    def __exit__(self, *exc: Any) -> None:
        self._leave(anomaly, recording)
        self._forget()

    def _forget(self) -> None:
        self._copies: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}
        self._roots: dict[int, _Root] = {}

    def made(self, node: Any, out: Any, values: Sequence[Any]) -> None:
        """Keep what there is to know of a new node, whose operation made `out` of the `values` of its arguments."""
        if self._outer is not None:
            self._outer.made(node, out, values)
        results = {key for key, parent in zip(node.pattern.keys, node.parents, strict=True) if type(parent) is not Leaf}
        names = node.pattern.entry.parameters
        operands = [self._as_it_is(value, name, results) for name, value in zip(names, values, strict=False)]
        kept[node] = Kept(out, values, operands, calling_line(), self._modules())

    def starts(self, grads: Mapping[Any, Any]) -> None:
        """A backward pass begins, with these gradients."""
        if self._outer is not None:
            self._outer.starts(grads)
        number = next(_moments)
        for node, seed in grads.items():
            if node in kept:
                kept[node].reached, kept[node].seed = number, (number, getattr(seed, "_value", seed))

    def sent(self, node: Any, i: int, contribution: Any) -> None:
        """Add up what a rule sends back to an operand that was recorded here."""
        if self._outer is not None:
            self._outer.sent(node, i, contribution)
        value = getattr(contribution, "_value", contribution)
        if isinstance(value, Partial):
            value = np.array(value.dense())[()]  # the pass goes on adding to it
        sender, keep = kept.get(node), kept.get(node.parents[i])
        if sender is not None:
            sender.sent[i] = sender.reached, next(_moments), value
            if keep is not None:
                keep.reached = sender.reached
        if keep is None or isinstance(contribution, Output):
            return
        keep.grad = value if keep.grad is None else keep.grad + value

    def _as_it_is(self, value: Any, name: Any, results: set[Any]) -> Any:
        """An argument that will stay what it is: the user can change leaves and constants, but no result of an operation."""
        if type(value) is np.ndarray:
            return value if name in results else self._copy(value)
        if type(value) in (list, tuple):
            return type(value)([self._as_it_is(item, (name, i), results) for i, item in enumerate(value)])
        return value

    def _copy(self, array: NDArray[Any]) -> NDArray[Any]:
        """A copy; the same as before if the array has not changed since."""
        before, copy = self._copies.get(id(array), (None, array))
        if before is array and np.array_equal(array, copy, equal_nan=array.dtype.kind in "fc"):
            return copy
        copy = array.copy()
        copy.flags.writeable = False
        self._copies[id(array)] = array, copy
        return copy

    def _modules(self) -> tuple[Part, ...]:
        """The modules in whose `forward` this operation is, read off the stack: no module needs to know that it is watched."""
        frame: FrameType | None = sys._getframe(2)
        inside: list[Any] = []
        while frame is not None:
            code = frame.f_code
            if code.co_name == "forward" and code.co_argcount:
                module = frame.f_locals.get(code.co_varnames[0])
                if hasattr(type(module), "named_modules") and not (inside and inside[-1] is module):
                    inside.append(module)
            frame = frame.f_back
        if not inside:
            return ()
        root = self._root(inside[-1])
        parts = [Part(root.name, root.name)]
        for module in reversed(inside[:-1]):
            path = root.parts(module)
            parts = [parts[0], *path] if path else [*parts, Part(type(module).__name__, title_of(module))]
        return tuple(parts)

    def _root(self, module: Any) -> _Root:
        root = self._roots.get(id(module))
        if root is None:
            kind = type(module).__name__
            same = sum(type(root.module) is type(module) for root in self._roots.values())
            root = self._roots[id(module)] = _Root(module, f"{kind} {same + 1}" if same else kind)
        return root


class _Root:
    """An outermost module: the paths of the modules in it, and those of its parameters, which it tells `parameters`."""

    def __init__(self, module: Any, name: str) -> None:
        self.module, self.name = module, name
        for path, tensor in module.named_parameters():
            if type(tensor._node) is Leaf:
                parameters[tensor._node] = name, path
        inside = dict(module.named_modules())
        self._paths = {id(part): path for path, part in inside.items()}
        self._titles = {path: title_of(part) for path, part in inside.items()}

    def parts(self, module: Any) -> tuple[Part, ...]:
        """The path of a module in this one; empty if it is not in it."""
        return parts_of(self._paths.get(id(module), ""), self._titles)


def parts_of(path: str, titles: Mapping[str, str] = MappingProxyType({})) -> tuple[Part, ...]:
    """The Parts of a dotted path, with {path: title} if titles are known.

    >>> [part.name for part in parts_of("layers.0")]
    ['layers', '0']
    """
    names = path.split(".") if path else []
    paths = [".".join(names[: i + 1]) for i in range(len(names))]
    return tuple([Part(name, titles.get(path, "")) for name, path in zip(names, paths, strict=True)])


def title_of(module: Any) -> str:
    """'Linear(3, 4)'; of a module that contains others only its kind."""
    inside = next(iter(module.named_children()), None) if hasattr(module, "named_children") else None
    details = module.extra_repr() if inside is None and hasattr(module, "extra_repr") else None
    return type(module).__name__ + (f"({_SIZES.sub('', details)})" if details else "")
