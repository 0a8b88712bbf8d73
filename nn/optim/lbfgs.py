"""LBFGS: quasi-Newton steps, each along several evaluations of a closure."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from autograd_core import Tensor, errors
from nn.optim.blocks import run_of
from nn.optim.line_search import Point, strong_wolfe
from nn.optim.optimizer import ANY, Optimizer, evaluated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from nn.types import Array, Group, Parameters

LISTS = ("old_dirs", "old_stps", "ro")
NUMBERS = MappingProxyType({"func_evals": 0, "n_iter": 0})


class LBFGS(Optimizer):
    """Quasi-Newton steps from the last `history_size` changes of the gradient (Nocedal and Wright 2006, algorithm 7.5).

    `step(closure)` makes up to `max_iter` of them with at most `max_eval` (5/4 max_iter) calls of the closure, which must forget
    the gradients, compute the loss, call `backward()` and return the loss. It ends earlier if no gradient is above
    `tolerance_grad`, or if the loss or all parameters change by less than `tolerance_change`.

    lr               the length of a step, in units of the quasi-Newton step
    line_search_fn   None, or "strong_wolfe" for a length that meets the strong Wolfe conditions (algorithms 3.5 and 3.6)

    One group of parameters. A step branches by values, so `capture` refuses it: capture the closure.

    >>> import numpy as np, nn
    >>> p = nn.Parameter([-1.5, 2.0])
    >>> optimizer = nn.optim.LBFGS([p], line_search_fn="strong_wolfe", max_iter=50)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
    ...     loss.backward()
    ...     return loss
    >>> _ = optimizer.step(closure)
    >>> p.data.round(3)
    array([1., 1.])
    """

    bounds = MappingProxyType({"lr": ANY, "max_iter": ANY, "max_eval": ANY, "history_size": ANY})

    def __init__(
        self,
        params: Parameters,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        super().__init__(params, lr=lr, max_iter=max_iter, max_eval=max_eval, tolerance_grad=tolerance_grad,
                         tolerance_change=tolerance_change, history_size=history_size, line_search_fn=line_search_fn)  # fmt: skip

    def add_param_group(self, group: Group) -> None:
        if self.param_groups:
            raise ValueError(
                "LBFGS takes one group of parameters, since it treats all as one vector: give all with the same options"
            )
        super().add_param_group(group)

    def _check(self, group: Group) -> None:
        super()._check(group)
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn must be None or 'strong_wolfe', got {group['line_search_fn']!r}")

    @property
    def _params(self) -> list[Tensor]:
        return self.param_groups[0]["params"]  # type: ignore[no-any-return]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to `max_iter` quasi-Newton steps; returns the loss that the closure returned first."""
        if closure is None:
            raise TypeError(
                "LBFGS.step needs a closure, which it calls several times: write optimizer.step(closure), with a function that "
                "forgets the gradients, computes the loss, calls backward() and returns the loss"
            )
        group = self.param_groups[0]
        lr, max_eval, smallest = group["lr"], group["max_eval"], group["tolerance_change"]
        state = self.state.setdefault(self._params[0], {**NUMBERS})
        first = evaluated(closure)
        loss, gradient = _number(first), self._gradient()
        calls = 1
        state["func_evals"] += 1
        if self._is_small(gradient):
            return first
        for i in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            d = self._direction(gradient, state)
            before, state["prev_flat_grad"], state["prev_loss"] = loss, gradient, loss
            t = min(1.0, 1.0 / np.abs(gradient).sum()) * lr if state["n_iter"] == 1 else lr
            state["d"], state["t"] = d, t
            slope = gradient.dot(d)
            if slope > -smallest:
                break
            small = False
            if group["line_search_fn"] is not None:
                here = [p.data.copy() for p in self._params]
                point, evaluations = strong_wolfe(
                    lambda t, d=d, here=here: self._evaluated_at(closure, here, t, d),  # type: ignore[misc]
                    t, d, Point(0, loss, gradient, slope), smallest, max_eval - calls)  # fmt: skip
                t, loss, gradient = point.t, point.loss, point.gradient
                state["t"] = t
                self._move(t, d)
                small = self._is_small(gradient)
            else:
                self._move(t, d)
                evaluations = 0
                if i != group["max_iter"]:  # the last point is evaluated by the next call
                    loss, gradient = _number(evaluated(closure)), self._gradient()
                    small = self._is_small(gradient)
                    evaluations = 1
            calls += evaluations
            state["func_evals"] += evaluations
            if calls >= max_eval or small or np.abs(d * t).max() <= smallest or abs(loss - before) < smallest:
                break
        return first

    def _direction(self, gradient: Array, state: dict[str, Any]) -> Array:
        """−H · gradient, by the two loops over what the last steps told about the Hessian."""
        if state["n_iter"] == 1:
            state.update(dict.fromkeys(LISTS, ()), H_diag=1)
            return -gradient
        changes, steps, inverses = (state[name] for name in LISTS)
        y, s = gradient - state["prev_flat_grad"], state["d"] * state["t"]
        product = y.dot(s)
        if product > 1e-10:  # positive curvature
            first = len(changes) == self.param_groups[0]["history_size"]  # the oldest one is forgotten
            changes, steps, inverses = (*changes[first:], y), (*steps[first:], s), (*inverses[first:], 1.0 / product)
            state.update(zip(LISTS, (changes, steps, inverses), strict=True), H_diag=product / y.dot(y))
        d, factors = -gradient, []
        for y, s, inverse in zip(reversed(changes), reversed(steps), reversed(inverses), strict=True):
            factors.append(s.dot(d) * inverse)
            d -= factors[-1] * y
        d *= state["H_diag"]
        for y, s, inverse, factor in zip(changes, steps, inverses, reversed(factors), strict=True):
            d += (factor - y.dot(d) * inverse) * s
        return d

    def _gradient(self) -> Array:
        """All gradients as one vector of real numbers; those that are missing are 0."""
        runs = []
        for p in self._params:
            g = p.grad.data if isinstance(p.grad, Tensor) else p.grad
            runs.append(run_of(np.zeros_like(p.data) if g is None else np.conj(g), "C"))
        return np.concatenate(runs)

    def _is_small(self, gradient: Array) -> bool:
        return bool(np.abs(gradient).max(initial=0) <= self.param_groups[0]["tolerance_grad"])

    def _move(self, t: Any, d: Array) -> None:
        """Add t · d to the parameters."""
        start = 0
        for p in self._params:
            size = p.size * (2 if p.dtype.kind == "c" else 1)
            part = (d[start : start + size] * t).astype(p.data.real.dtype, copy=False)
            _put(p, p.data + part.view(p.dtype).reshape(p.shape))
            start += size

    def _evaluated_at(self, closure: Callable[[], Any], here: list[Array], t: Any, d: Array) -> Point:
        self._move(t, d)
        loss, gradient = _number(evaluated(closure)), self._gradient()
        for p, value in zip(self._params, here, strict=True):
            _put(p, value)
        return Point(t, loss, gradient, gradient.dot(d))

    def state_dict(self) -> dict[str, Any]:
        """{"state": {0: vectors over all parameters, numbers and lists of them}, "param_groups": options}; vectors are copies."""
        places = list(range(len(self._params)))
        state = [{name: _copied(value) for name, value in kept.items()} for kept in self.state.values()]
        return {"state": dict(enumerate(state)), "param_groups": [{**self.param_groups[0], "params": places}]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a `state_dict()`, ours or one of PyTorch's with arrays in it.

        Raises ValueError if it is of other parameters or another optimizer; nothing is loaded then.
        """
        who, (saved, *others), group = "LBFGS.load_state_dict", state_dict["param_groups"], self.param_groups[0]
        if others or len(saved["params"]) != len(self._params):
            raise ValueError(f"{who}: there are {len(self._params)} parameters here, the state is of others")
        if missing := self.defaults.keys() - saved.keys():
            raise ValueError(f"{who}: the state has no option {sorted(missing)[0]!r}; it is of another optimizer")
        options = {name: saved[name] for name in (*self.defaults, *self.scheduled) if name in saved}
        self._check({**group, **options})
        kept = {name: _copied(value) for name, value in state_dict["state"].get(0, {}).items() if name != "al"}
        size = self._gradient().size
        if "d" in kept and kept["d"].shape != (size,):
            raise ValueError(f"{who}: the parameters have {size} elements, those of the state {kept['d'].size}")
        group.update(options)
        self.state = {self._params[0]: kept} if kept else {}


def _put(p: Tensor, value: Array) -> None:
    """Change a parameter in place."""
    data = p.data
    if isinstance(data, np.ndarray):
        data[...] = value
        value = data
    p.data = value


def _number(loss: Any) -> float:
    value = loss.data if isinstance(loss, Tensor) else loss
    if hasattr(value, "__stands_for_array__"):
        raise errors.CaptureError(
            "capture: LBFGS.step, whose line search and stopping depend on values; capture the closure instead: optimizer.step("
            "capture(closure))"
        )
    if loss is None or np.size(value) != 1:
        got = "None" if loss is None else f"{type(loss).__name__} of shape {np.shape(value)}"
        raise TypeError(f"LBFGS.step: the closure must return the loss, a single number, got {got}")
    return float(value)


def _copied(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    value = value if isinstance(value, (int, float, type(None))) else np.asarray(value).copy()
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
