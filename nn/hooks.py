"""Functions of a user's own that run before or after a Module's `forward`, and when gradients pass it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_core import Tensor, is_grad_enabled, primitive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Self

    from nn.types import Forward

KINDS = ("before", "after", "gradient before", "gradient")


class Hook:
    """A function, and how it is called."""

    def __init__(self, function: Callable[..., Any], with_kwargs: bool, always: bool) -> None:
        self.function, self.with_kwargs, self.always = function, with_kwargs, always


class Registry:
    """The hooks of one Module, by kind, in the order in which they are called. No dict: nothing in it is a part of the Module."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[int, Hook]] = {kind: {} for kind in KINDS}
        self.count = 0

    def add(self, kind: str, hook: Hook, first: bool) -> RemovableHandle:
        if not callable(hook.function):
            raise TypeError(f"a hook must be a function, got {type(hook.function).__name__}")
        self.count += 1
        own = self.kinds[kind]
        self.kinds[kind] = {self.count: hook, **own} if first else {**own, self.count: hook}
        return RemovableHandle(self, kind, self.count)


class RemovableHandle:
    """What the methods that register a hook return: `remove()` takes it away, and so does the end of `with handle:`."""

    def __init__(self, registry: Registry, kind: str, id: int) -> None:
        self._registry, self._kind, self.id = registry, kind, id

    def remove(self) -> None:
        """Take the hook away; nothing happens if it is gone already."""
        kinds = self._registry.kinds
        kinds[self._kind] = {id: hook for id, hook in kinds[self._kind].items() if id != self.id}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Hooked:
    """The part of Module that keeps hooks."""

    _hooks: Registry | None = None

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns, unless None, takes the place of the arguments.

        with_kwargs   call hook(module, args, kwargs), which returns None or (args, kwargs)
        prepend       before those that are there already
        """
        return self._hook("before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False, always_call: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns, unless None, takes the place of the output.

        with_kwargs   call hook(module, args, kwargs, output)
        always_call   call it also after an error, with None as the output
        prepend       before those that are there already

        >>> import numpy as np, nn
        >>> net, shapes = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), []
        >>> handle = net[0].register_forward_hook(lambda module, args, output: shapes.append(output.shape))
        >>> _ = net(np.zeros((5, 2)))
        >>> handle.remove()
        >>> shapes
        [(5, 3)]
        """
        return self._hook("after", hook, prepend, with_kwargs, always_call)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` when the gradients of the outputs are known, a tuple of arrays; what it returns,
        unless None, takes their place."""
        return self._hook("gradient before", hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the gradients of the inputs are known; what it returns, unless None,
        takes the place of `grad_input`.

        Both are tuples of arrays (Tensors in a pass with create_graph=True), one for each argument given by position and for each
        output, None if there is no gradient. If no argument requires one, it is called once those of the outputs are known.
        """
        return self._hook("gradient", hook, prepend)

    def _hook(
        self, kind: str, hook: Callable[..., Any], first: bool, with_kwargs: bool = False, always: bool = False
    ) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = Registry()
        return self._hooks.add(kind, Hook(hook, with_kwargs, always), first)


def called(module: Forward[..., Any], hooks: Registry, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What `module(*args, **kwargs)` is if it has hooks."""
    done: set[int] = set()
    try:
        for hook in list(hooks.kinds["before"].values()):
            args, kwargs = _before(module, hook, args, kwargs)
        passing = (
            Passing(module, hooks) if (hooks.kinds["gradient"] or hooks.kinds["gradient before"]) and is_grad_enabled() else None
        )
        out = module.forward(*(args if passing is None else passing.inputs(args)), **kwargs)
        for id, hook in list(hooks.kinds["after"].items()):
            done.add(id)
            changed = _after(module, hook, args, kwargs, out)
            out = out if changed is None else changed
        return out if passing is None else passing.outputs(out)
    except Exception:
        for id, hook in list(hooks.kinds["after"].items()):
            if hook.always and id not in done:
                _after(module, hook, args, kwargs, None)
        raise


def _before(module: Forward[..., Any], hook: Hook, args: Any, kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if not hook.with_kwargs:
        changed = hook.function(module, args)
        if changed is not None:
            args = changed if isinstance(changed, tuple) else (changed,)
        return args, kwargs
    changed = hook.function(module, args, kwargs)
    if changed is None:
        return args, kwargs
    if not isinstance(changed, tuple) or len(changed) != 2:
        raise TypeError(
            f"register_forward_pre_hook: a hook with with_kwargs=True must return None or (args, kwargs), got {changed!r:.60}"
        )
    return changed


def _after(module: Forward[..., Any], hook: Hook, args: Any, kwargs: dict[str, Any], out: Any) -> Any:
    return hook.function(module, args, kwargs, out) if hook.with_kwargs else hook.function(module, args, out)


class Passing:
    """One call of a Module that has hooks of gradients: its inputs and outputs go through a place in the graph of their own each,
    at which all their gradients are known at once."""

    def __init__(self, module: Forward[..., Any], hooks: Registry) -> None:
        self.module, self.hooks = module, hooks
        self.of_outputs: tuple[Any, ...] = ()
        self.count = 0
        self.has_inputs = False

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, those that require gradients through a place of their own."""
        self.count = len(args)
        passed = _through(args, self._gradients_of_inputs)
        self.has_inputs = passed is not args
        return passed

    def outputs(self, out: Any) -> Any:
        """The outputs likewise: a Tensor, or a tuple or list of them."""
        if isinstance(out, (tuple, list)):
            passed = _through(tuple(out), self._gradients_of_outputs)
            return passed if type(out) is tuple else type(out)(passed) if type(out) is list else type(out)(*passed)  # type: ignore[misc]
        return _through((out,), self._gradients_of_outputs)[0]

    def _gradients_of_outputs(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.hooks.kinds["gradient before"].values()):
            gradients = _replaced("register_full_backward_pre_hook", gradients, hook.function(self.module, gradients))
        self.of_outputs = gradients
        if not self.has_inputs:
            self._gradients_of_inputs((None,) * self.count)
        return gradients

    def _gradients_of_inputs(self, gradients: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.hooks.kinds["gradient"].values()):
            changed = hook.function(self.module, gradients, self.of_outputs)
            gradients = _replaced("register_full_backward_hook", gradients, changed)
        return gradients


def _replaced(what: str, gradients: tuple[Any, ...], changed: Any) -> tuple[Any, ...]:
    if changed is None:
        return gradients
    changed = tuple(changed) if isinstance(changed, (tuple, list)) else (changed,)
    if len(changed) != len(gradients):
        raise TypeError(f"{what}: the hook must return None or {len(gradients)} gradients in a tuple, got {len(changed)}")
    return changed


def _through(values: tuple[Any, ...], watch: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> tuple[Any, ...]:
    """The values, those that require gradients at one place of their own in the graph; `watch` gets and returns all gradients."""
    places = [i for i, value in enumerate(values) if isinstance(value, Tensor) and value.requires_grad]
    if not places:
        return values
    known: list[Any] = [None, (), set()]  # the gradients of a pass, what was made of them, and which were fetched

    def gradient(g: tuple[Any, ...], i: int) -> Any:
        if known[0] is None or i in known[2] or any(a is not b for a, b in zip(g, known[0], strict=True)):
            full: list[Any] = [None] * len(values)
            for place, one in zip(places, g, strict=True):
                full[place] = one
            known[:] = [g, watch(tuple(full)), set()]
        known[2].add(i)
        made = known[1][places[i]]
        if len(known[2]) == len(places):
            known[:] = [None, (), set()]
        return made

    @primitive("x | ḡ", name="hooks", sequence="parts", outputs=len(places), parts=gradient)
    def passed(parts: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(part.copy() for part in parts)

    new = list(values)
    for place, value in zip(places, passed([values[i] for i in places]), strict=True):
        new[place] = value
    return tuple(new)
