"""Bounds and constraints of a minimum: which of them hold it, as equations for the implicit function theorem."""

import numpy as np
import scipy.optimize as original

from autograd_core.errors import UnsupportedError
from autograd_core.functional.jacobians import jacobian
from autograd_core.graph.modes import no_grad
from autograd_core.graph.variable import plain
from autograd_core.scipy.implicit import stationary
from autograd_core.scipy.optimize.asking import derivative_for
from autograd_core.scipy.solved import as_tensor, on_values, with_args

NEAR = 1e-6  # of a bound or constraint, relative to it: interior methods end that far from one that holds


def solution(objective, x, name, conditions):
    """The minimum x at its place in the graph, with the conditions that are active there."""
    held = [condition for condition in conditions if condition.holds(x)]
    inside = (lambda x: all(condition.inside(x) for condition in conditions)) if conditions else None
    if not held:
        return stationary(objective, x, name, inside=inside)
    least, count = [], 0
    for condition in held:
        size = len(condition.places)
        least += [count + i for i, among in enumerate(condition.one_sided) if among]
        count += size
    active = lambda x: np.concatenate([condition(x) for condition in held])
    return stationary(objective, x, name, active, least, inside)


class Condition:
    """Values of a function of x between a lower and an upper bound, each an array, a Tensor or None.

    After `holds(x)` it is the function of x that is 0 if the active ones of them hold.
    places      the numbers of the active values
    one_sided   for each whether it is an inequality
    """

    def __init__(self, f, lower, upper, chosen=None):
        self.f, self.lower, self.upper, self.chosen = f, lower, upper, chosen

    def holds(self, x):
        values, lower, upper = self._plain(x)
        equal = lower == upper
        with np.errstate(invalid="ignore"):
            at_lower, at_upper = (
                np.isfinite(bound) & (np.abs(values - bound) <= NEAR * np.maximum(1, np.abs(bound))) for bound in (lower, upper)
            )
        if self.chosen is not None:  # the solver says which
            at_lower, at_upper = self.chosen < 0, self.chosen > 0
        self.places = np.flatnonzero(at_lower | at_upper | equal)
        self.one_sided = ~equal[self.places]
        self.up = at_upper[self.places] & ~at_lower[self.places]
        return len(self.places) > 0

    def inside(self, x):
        """Whether those that are not active hold at another point."""
        values, lower, upper = self._plain(x)
        others = np.delete(np.arange(len(values)), self.places)
        return np.all((values >= lower)[others]) and np.all((values <= upper)[others])

    def _plain(self, x):
        with no_grad():
            values = np.ravel(plain(self._values(x)))
        return values, _full(self.lower, len(values), -np.inf), _full(self.upper, len(values), np.inf)

    def _values(self, x):
        return np.reshape(as_tensor(self.f(x), self.f), -1)

    def __call__(self, x):
        values = self._values(x)
        bounds = [self.upper if up else self.lower for up in self.up]
        ends = np.stack([np.reshape(one, -1)[i if np.size(one) > 1 else 0] for one, i in zip(bounds, self.places, strict=True)])
        return values[self.places] - ends


def _full(bound, size, end):
    bound = np.asarray(end if bound is None else plain(bound), float)
    return np.broadcast_to(np.ravel(bound) if bound.ndim else bound, size)


def identity(x):
    return x


def of_bounds(bounds, size):
    """The conditions of `bounds`: pairs of numbers, Tensors and None, one for each unknown, or a `Bounds`."""
    if bounds is None:
        return []
    if isinstance(bounds, original.Bounds):
        return [Condition(identity, bounds.lb, bounds.ub)]
    pairs = [(low, high) for low, high in bounds]
    if len(pairs) == 1 and size > 1:
        pairs *= size
    lower = np.stack([-np.inf if low is None else low for low, _ in pairs])
    upper = np.stack([np.inf if high is None else high for _, high in pairs])
    return [Condition(identity, lower, upper)]


def of_constraints(constraints, name):
    """The conditions of `constraints`, and the constraints for SciPy: dicts, `LinearConstraint`s, `NonlinearConstraint`s."""
    given = [constraints] if not isinstance(constraints, (list, tuple)) else constraints
    found = [_constraint(one, name) for one in given]
    return [condition for condition, _ in found], [values for _, values in found]


def _constraint(one, name):
    if isinstance(one, dict):
        args = one.get("args", ())
        f = with_args(one["fun"], args)
        upper = 0.0 if one["type"].lower() == "eq" else None
        values = {**one, "fun": on_values(f), "args": ()}
        if one.get("jac") is not None:
            values["jac"] = derivative_for(one["jac"], jacobian, f, args)
        return Condition(f, 0.0, upper), values
    if isinstance(one, original.LinearConstraint):
        A = one.A
        return Condition(lambda x: A @ x, one.lb, one.ub), one
    if isinstance(one, original.NonlinearConstraint):
        values = original.NonlinearConstraint(
            on_values(one.fun), plain(one.lb), plain(one.ub), jac=derivative_for(one.jac, jacobian, one.fun, ()),
            hess=on_values(one.hess) if callable(one.hess) else one.hess, keep_feasible=one.keep_feasible,
            finite_diff_rel_step=one.finite_diff_rel_step, finite_diff_jac_sparsity=one.finite_diff_jac_sparsity,
        )  # fmt: skip
        return Condition(one.fun, one.lb, one.ub), values
    raise UnsupportedError(
        f"{name}: a constraint must be a dict, a LinearConstraint or a NonlinearConstraint, got {type(one).__name__}"
    )
