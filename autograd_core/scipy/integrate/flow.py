"""y at given times, for an initial value problem that SciPy solves: an operation with derivatives.

    y′ = f(t, y), y(t₀) = y₀          Y = [y(t₁) … y(t_K)], of shape (n, K)

Two ways lead to its gradients, and both solve another initial value problem with the same method and tolerances:

    adjoint         λ′ = -f_yᵀ λ backward from the last time, ḡ_k added at t_k; then ȳ₀ = λ(t₀) and θ̄ = ∫ λᵀ f_θ dt. y(t) is not
                    integrated backward, which for a stiff problem would blow up: it is solved again, with dense output, from
                    the results that are there anyway, as `checkpoint` does it (see `adjoint`)
    sensitivities   S′ = f_y S + f_θ forward, beside y; then ȳ₀ and θ̄ are ḡ S

The first needs one pullback of f for each evaluation, but starts anew at each time; the second n pullbacks, but never starts
anew. So few unknowns at many times go forward. A pass that is itself recorded always does: there the sensitivities are a flow
of their own, which has derivatives in the same way.

Both: t̄_k = ḡ_k f(t_k, y_k) and t̄₀ = -ȳ₀ f(t₀, y₀).
"""

import numpy as np
import scipy.integrate as original

from autograd_core.errors import ConvergenceError, UnsupportedError
from autograd_core.functional.jacobians import jacobian
from autograd_core.graph.modes import no_grad
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.solved import Solved, as_tensor, bits_of, changed, dependencies, is_recorded, on_values, place, size_of

IMPLICIT = {"Radau", "BDF", "LSODA"}
RESTART = {
    "RK23": 6,
    "RK45": 8,
    "DOP853": 16,
    "Radau": 30,
    "BDF": 60,
    "LSODA": 60,
}  # evaluations until a step is as long as it can
LOOKED_AT = 8  # points of a solution, to see which Tensors f uses
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


def flow(problem, y0, t0, ts, out=None):
    """y at the times `ts`, for y(t0) = y0. `out` are the values, if they are known."""
    start, begin, times = np.asarray(plain(y0)), float(plain(t0)), np.asarray(plain(ts), float)
    if out is None:
        out = problem.at(start, begin, times)
    chosen = np.unique(np.linspace(0, len(times) - 1, min(len(times), LOOKED_AT)).round().astype(int)) if len(times) else []
    points = [(begin, start), *[(float(times[k]), np.ascontiguousarray(out[:, k])) for k in chosen]]
    nodes = dependencies(problem.f, *points)
    operands = (y0, t0, ts)
    wanted = [is_recorded(one) for one in operands]
    if not nodes and not any(wanted):
        return np.asarray(out)
    return place(problem.name, out, Flow(problem, nodes, wanted, [points[0], points[-1]]), operands, nodes)


class Flow(Solved):
    """How a gradient of y at given times is pulled back.

    wanted   whether y0, t0 and the times are to get one
    points   (t, y) at which f must be the same in the backward pass
    """

    def __init__(self, problem, nodes, wanted, points):
        super().__init__()
        self.problem, self.nodes, self.wanted, self.points = problem, nodes, wanted, points
        self.bits = bits_of(problem.f, points)
        self.forward = None  # the sensitivities, once they are known

    def gradient(self, g, i, out, operands):
        if i == 2:  # needs no other problem solved
            return self._of_times(g, out, operands[2])
        return super().gradient(g, i, out, operands)

    def gradients(self, g, out, operands):
        from autograd_core.scipy.integrate.adjoint import pulled_back
        from autograd_core.scipy.integrate.sensitivities import sensitivities

        if bits_of(self.problem.f, self.points) != self.bits:
            raise changed(self.problem.name)
        y0, t0, ts = operands
        record = any(isinstance(one, Variable) for one in (g, out, *operands))
        of_start = self.wanted[0] or self.wanted[1]
        if (record or self.problem.gradient == "forward") and np.iscomplexobj(plain(y0)):
            raise UnsupportedError(
                f"{self.problem.name}: there are no sensitivities of a complex problem, as second derivatives, forward mode and "
                'gradient="forward" need; write it with the real and the imaginary part as unknowns'
            )
        if record:
            blocks = sensitivities(self, y0, t0, ts, of_start)
        elif self._goes_forward(y0, ts):
            if self.forward is None:
                with no_grad():
                    self.forward = sensitivities(self, y0, t0, ts, of_start)
            blocks = self.forward
        else:
            return self._with_start(pulled_back(self, g, out, y0, t0, ts), y0, t0)
        found = [np.sum(np.reshape(g, (*g.shape, *([1] * (block.ndim - 2)))) * block, axis=(0, 1)) for block in blocks]
        return self._with_start(found if of_start else [None, *found], y0, t0)

    def _with_start(self, found, y0, t0):
        """{number of an operand: its gradient}, from those of y0 (None if it is not wanted) and of the nodes."""
        of_y0, *others = found
        gradients = {3 + j: one for j, one in enumerate(others)}
        if of_y0 is not None:
            gradients[0] = of_y0
            if self.wanted[1]:
                gradients[1] = -np.real(np.sum(of_y0 * self._slope(t0, y0)))
        return gradients

    def _slope(self, t, y):
        if isinstance(t, Variable) or isinstance(y, Variable):
            return as_tensor(self.problem.f(t, y), self.problem.f)
        return np.asarray(on_values(self.problem.f)(float(t), y))

    def _of_times(self, g, out, ts):
        slopes = [np.sum(g[:, k] * self._slope(ts[k], out[:, k])) for k in range(len(plain(ts)))]
        return np.real(np.stack(slopes)) if slopes else np.zeros(0)

    def _goes_forward(self, y0, ts):
        """Whether sensitivities take fewer pullbacks of f than the adjoint."""
        problem = self.problem
        if problem.gradient != "auto" or np.iscomplexobj(y0):
            return problem.gradient == "forward"
        count = (len(y0) if self.wanted[0] or self.wanted[1] else 0) + sum(size_of(node) for node in self.nodes)
        evaluations, starts = problem.evaluations or 100, len(ts)
        restart = RESTART.get(problem.method, 30)
        backward = evaluations + starts * restart + (7 * (evaluations / 6 + starts) if self.nodes else 0)
        return len(y0) * evaluations < backward and len(y0) * count <= 400
