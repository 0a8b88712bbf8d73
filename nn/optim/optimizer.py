"""What all optimizers share: groups of parameters with their options, the state of each parameter, and the walk over both.

An optimizer is the arithmetic of one `update`, in place on arrays. `step` hands it each parameter that has a gradient: a
small array whole, a large one in blocks that stay in the cache during the dozen passes of an update.
"""

from __future__ import annotations

import warnings
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy import ndarray

from autograd_core import Tensor, enable_grad
from autograd_core.arrays import wrap
from autograd_core.errors.arguments import Explained
from nn.optim import blocks
from nn.structure import zero
from nn.values import handed_out, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar

    from nn.types import Array, Group, Parameters

ANY = (0, np.inf)
FRACTION = (0, 1)


class Optimizer(Explained):
    """The base of optimizers: give it `defaults`, and write `slots` and `update`; `numbers` and `after` too, if it keeps numbers.

    params   Tensors that require gradients, in any iterable; or dicts such as {"params": […], "lr": 0.1}, whose options
             hold for these only

    Raises ValueError for no parameters at all, one given twice, or options out of range; TypeError for anything but a Tensor.

    >>> import numpy as np
    >>> class SignDescent(Optimizer):
    ...     def __init__(self, params, lr):
    ...         super().__init__(params, lr=lr)
    ...     def update(self, p, g, state, group, s, t):
    ...         p -= group["lr"] * np.sign(g)
    >>> p = Tensor([1.0, -2.0], requires_grad=True)
    >>> np.sum(p * p).backward()
    >>> SignDescent([p], lr=0.25).step()
    >>> p.data
    array([ 0.75, -1.75])
    """

    __keys_in_any_order__ = True  # for `capture`: nothing depends on the order of options, nor on that of a parameter's arrays
    bounds: ClassVar[Mapping[str, tuple[float, float]]] = MappingProxyType({})  # option -> (least value, end: below it)
    scheduled = frozenset({"initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum", "swa_lr"})  # options of schedules

    def __init__(self, params: Parameters, **defaults: Any) -> None:
        self.defaults = defaults
        self.state: dict[
            Tensor, dict[str, Any]
        ] = {}  # Tensor -> {"step": how many it has made, other numbers, and the arrays that `slots` names}
        self.param_groups: list[Group] = []
        self._told = False
        groups = _listed(params, type(self).__name__)
        if not all(isinstance(group, dict) for group in groups):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def slots(self, group: Group) -> Mapping[str, float]:
        """{name: first value} of the arrays that belong to each parameter of this group, of its shape and dtype."""
        return {}

    def numbers(self, group: Group) -> dict[str, float]:
        """{name: first value} of the numbers that belong to each parameter of this group; `after` changes all but "step"."""
        return {"step": 0}

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Group, s: Any, t: Any) -> None:
        """Change the array `p` in place, by its gradient `g` (never changed), element by element: a large one comes in blocks.

        `s` and `t` are scratch: arrays like them, or None if there is no need to spare any: `t = np.multiply(g, g, out=t)`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method update(self, p, g, state, group, s, t): write one")

    after: Callable[[dict[str, Any], Group], None] | None = None  # of (state, group): changes its numbers once an update is made

    def add_param_group(self, group: Group) -> None:
        """Train these parameters too: {"params": a Tensor or several, and options that differ from the defaults}."""
        who = type(self).__name__
        if not isinstance(group, dict) or "params" not in group:
            raise TypeError(f'{who}: a group of parameters must be a dict with "params", got {group!r:.60}')
        unknown = sorted(group.keys() - self.defaults.keys() - self.scheduled - {"params"})
        if unknown:
            near = get_close_matches(unknown[0], self.defaults, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(self.defaults)}"
            raise ValueError(f"{who}: a group of parameters has the unknown option {unknown[0]!r}; {hint}")
        params = group["params"]
        params = [params] if isinstance(params, Tensor) else _listed(params, who)
        known = {id(p) for known_group in self.param_groups for p in known_group["params"]}
        for i, p in enumerate(params):
            if not isinstance(p, Tensor):
                raise TypeError(f"{who}: parameter {i} must be a Tensor, got {type(p).__name__}")
            if not p.requires_grad or not p.is_leaf:
                instead = "leave it out: [p for p in params if p.requires_grad]" if p.is_leaf else "give what made it"
                why = "does not require a gradient" if p.is_leaf else "is the result of an operation"
                raise ValueError(f"{who}: parameter {_described(i, p)} {why}, so it cannot be trained; {instead}")
            if id(p) in known:
                raise ValueError(f"{who}: parameter {_described(i, p)} is there twice, and would be changed twice a step")
            known.add(id(p))
        group = {"params": params, **self.defaults, **{key: value for key, value in group.items() if key != "params"}}
        self._check(group)
        self.param_groups.append(group)

    def _check(self, group: Group) -> None:
        for option, (least, end) in self.bounds.items():
            values = group[option] if isinstance(group[option], (tuple, list)) else (group[option],)
            if not all(least <= value < end for value in values):
                allowed = f"at least {least}" + (f" and less than {end}" if end < np.inf else "")
                raise ValueError(f"{type(self).__name__}: {option} must be {allowed}, got {group[option]}")

    def _check_pair(self, group: Group, option: str) -> None:
        if not isinstance(group[option], (tuple, list)) or len(group[option]) != 2:
            raise ValueError(f"{type(self).__name__}: {option} must be two numbers, got {group[option]}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; with set_to_none=False, set those that are there to 0 in place."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none or p.grad is None:
                    p.grad = None
                else:
                    zero(p)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter by its gradient; those without one stay. Warns once if there is no gradient at all.

        closure   called first, if it is given: it computes the loss, calls `backward()` and returns the loss, as `step` does
        """
        loss = None if closure is None else evaluated(closure)
        idle, after = True, self.after
        for group in self.param_groups:
            for p in group["params"]:
                g = p.grad
                if g is None:
                    continue
                idle = False
                if type(g) is not ndarray:
                    g = g.data if isinstance(g, Tensor) else g
                value = p.data
                state = self.state.get(p) or self._first(p, value, group)
                state["step"] += 1
                small = type(value) is type(g) is ndarray and value.shape and value.size <= blocks.BLOCK
                if small and value.dtype.kind == "f":  # nearly always
                    self.update(value, g, state, group, None, None)
                else:
                    value = blocks.updated(self, value, g, state, group)
                if after is not None:
                    after(state, group)
                p.data = value
        if idle and not self._told:
            self._told = True
            every = [p for group in self.param_groups for p in group["params"]]
            names = ", ".join(_described(i, p) for i, p in enumerate(every[:5])) + ", …" * (len(every) > 5)
            warnings.warn(
                f"{type(self).__name__}.step() did nothing, since no parameter has a gradient: {names}. "
                "Call loss.backward() before, and zero_grad() only after step() or before backward()",
                stacklevel=2,
            )
        return loss

    def _first(self, p: Tensor, value: Any, group: Group) -> dict[str, Any]:
        slots = self.slots(group)
        both = 1 + 1j if value.dtype.kind == "c" else 1  # two real numbers to `update`
        state = self.state[p] = {
            **self.numbers(group),
            **{name: np.full_like(value, first * both) for name, first in slots.items()},
        }
        return state

    def state_dict(self) -> dict[str, Any]:
        """{"state": {number of the parameter: its arrays}, "param_groups": options}, as in PyTorch; the arrays are copies."""
        places = {p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])}
        numbers = self.numbers(self.param_groups[0])
        state = {places[p]: {name: value if name in numbers else handed_out(np.copy(wrap(value))) for name, value in kept.items()}
                 for p, kept in self.state.items()}  # fmt: skip
        groups = [{**_own(group), "params": [places[p] for p in group["params"]]} for group in self.param_groups]
        return {"state": dict(sorted(state.items())), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a `state_dict()`, ours or one of PyTorch's with arrays in it; options that are not ours are ignored.

        Raises ValueError if it is of other parameters or another optimizer; nothing is loaded then.
        """
        who = f"{type(self).__name__}.load_state_dict"
        saved_groups, saved_state = state_dict["param_groups"], state_dict["state"]
        lengths = [len(group["params"]) for group in self.param_groups]
        if [len(group["params"]) for group in saved_groups] != lengths:
            saved_lengths = [len(group["params"]) for group in saved_groups]
            raise ValueError(f"{who}: the groups here have {lengths} parameters, those of the state {saved_lengths}")
        groups, state = [], {}
        for group, saved in zip(self.param_groups, saved_groups, strict=True):
            options = {key: saved[key] for key in (*self.defaults, *self.scheduled) if key in saved}
            if missing := self.defaults.keys() - options.keys() - {"decoupled_weight_decay"}:  # which older states lack
                raise ValueError(f"{who}: the state has no option {sorted(missing)[0]!r}; it is of another optimizer")
            self._check({**group, **options})
            groups.append({**group, **_own(options)})
            for i, p in zip(saved["params"], group["params"], strict=True):
                if i in saved_state:
                    state[p] = self._loaded(p, saved_state[i], groups[-1], f"{who}: parameter {_described(i, p)}")
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update(loaded)
        self.state = {p: kept for p, kept in state.items() if kept}

    def _loaded(self, p: Tensor, saved: Mapping[str, Any], group: Group, what: str) -> dict[str, Any] | None:
        arrays = {name: values_of(value) for name, value in saved.items() if value is not None}
        slots = self.slots(group)
        numbers = {name: type(first)(arrays.pop(name, 1)) for name, first in self.numbers(group).items()}
        if arrays.keys() != slots.keys() and (arrays or "step" in saved):
            raise ValueError(f"{what} needs {sorted(slots) or 'no arrays'}, the state has {sorted(arrays) or 'none'}")
        for name, array in arrays.items():
            if array.shape != p.shape:
                raise ValueError(f"{what}: {name} has shape {array.shape} in the state")
        return {**numbers, **{name: _like(p.data, array) for name, array in arrays.items()}} if arrays or not slots else None

    def __repr__(self) -> str:
        groups = [", ".join(f"{k}={v!r}" for k, v in group.items() if k != "params") for group in self.param_groups]
        return "\n".join(f"{type(self).__name__}({options})" for options in groups)


def evaluated(closure: Callable[[], Any]) -> Any:
    """The loss that a closure returns, which records even under `no_grad()`."""
    if not callable(closure):
        raise TypeError(f"step: closure must be a function that returns the loss, got {type(closure).__name__}")
    with enable_grad():
        return closure()


def ascent(p: Array, g: Array, group: Group, s: Array | None) -> Array:
    """The gradient to descend: −g if `maximize`, plus weight_decay · p. It is `g`, or written into `s`."""
    decay = group["weight_decay"]
    if decay:
        s = np.multiply(p, decay, out=s)
        return np.subtract(s, g, out=s) if group["maximize"] else np.add(s, g, out=s)
    return np.negative(g, out=s) if group["maximize"] else g


def _like(value: Array, array: Array) -> Array:
    """The elements of an array in the dtype and the order in memory of `value`."""
    copy = np.empty_like(wrap(value))
    copy[...] = array
    return handed_out(copy)


def _own(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options whose lists, which schedules change, are no one else's."""
    return {name: list(value) if isinstance(value, list) else value for name, value in options.items()}


def _listed(params: Parameters, who: str) -> list[Any]:
    if isinstance(params, (Tensor, dict)) or hasattr(params, "parameters"):
        instead = "model.parameters()" if hasattr(params, "parameters") else "[…] around it"
        raise TypeError(f"{who}: params must be Tensors in an iterable, got one {type(params).__name__}; write {instead}")
    listed = list(params)
    if not listed:
        raise ValueError(f"{who}: there are no parameters; if they came from a generator, it may have been used up before")
    return listed


def _described(i: int, p: Tensor) -> str:
    return f"{p.name!r} of shape {p.shape}" if p.name else f"{i} of shape {p.shape}"
