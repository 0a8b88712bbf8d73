"""An initial value problem, as SciPy solves it."""

import numpy as np
import scipy.integrate as original

from autograd_core.errors import ConvergenceError
from autograd_core.functional.jacobians import jacobian
from autograd_core.graph.modes import no_grad
from autograd_core.graph.variable import plain
from autograd_core.scipy.solved import as_tensor, on_values

IMPLICIT = {"Radau", "BDF", "LSODA"}
BY_ROWS = 64  # unknowns up to which the Jacobian for an implicit method is ours; beyond it, SciPy's differences are quicker


class Problem:
    """y′ = f(t, y), and how it is solved.

    f          function (t, y) -> y′, on arrays or Tensors
    options    what else SciPy's solve_ivp is given: rtol, atol, max_step, …
    jacobian   function (t, y) -> f_y for an implicit method, or None
    gradient   "auto", "adjoint" or "forward"
    """

    def __init__(self, f, name, method, options, jacobian=None, gradient="auto"):
        self.f, self.name, self.method, self.gradient = f, name, method, gradient
        self.options, self.jacobian = options, jacobian
        self.evaluations = None  # of f, that a solution takes

    @property
    def implicit(self):
        return self.method in IMPLICIT

    @property
    def rtol(self):
        return np.max(self.options.get("rtol", 1e-3))

    @property
    def atol(self):
        return self.options.get("atol", 1e-6)

    def solve(self, start, end, y, **options):
        """SciPy's solution."""
        return solved(on_values(self.f), start, end, y, self.method, self.name, self.jacobian, **self.options, **options)

    def at(self, y0, t0, ts):
        """y at the times, which may come in any order, on one side of t0 or on both."""
        out = np.empty((len(y0), len(ts)), np.result_type(y0, float))
        out[:, ts == t0] = y0[:, None]
        for among in (np.flatnonzero(ts > t0), np.flatnonzero(ts < t0)[::-1]):
            if len(among):
                order = among[np.argsort(np.abs(ts[among] - t0), kind="stable")]
                times, where = np.unique(np.abs(ts[order] - t0), return_inverse=True)
                times = t0 + np.sign(ts[order[0]] - t0) * times
                times[-1] = ts[order[-1]]
                solution = self.solve(t0, times[-1], y0, t_eval=times)
                self.evaluations = solution.nfev
                out[:, order] = solution.y[:, where]
        return out


def solved(f, start, end, y, method, name, jac=None, **options):
    """SciPy's solution of a problem; ConvergenceError if it does not get to the end."""
    if jac is not None:
        options["jac"] = jac
    with no_grad():
        solution = original.solve_ivp(f, (start, end), y, method=method, **options)
    if not solution.success:
        raise ConvergenceError(f"{name}: {method} did not get from t = {start:.6g} to {end:.6g}: {solution.message}")
    return solution


def own_jacobian(f, t, y):
    """f_y of a function (t, y), for an implicit method; None if it is better left to SciPy."""
    if len(y) > BY_ROWS or np.iscomplexobj(y):
        return None
    of = lambda t, y: jacobian(lambda y: as_tensor(f(t, y), f))(y)
    try:
        with no_grad():
            plain(of(t, y))
    except Exception:  # f works on arrays only, as SciPy allows
        return None
    return on_values(of)
