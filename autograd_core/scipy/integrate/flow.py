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

from autograd_core.errors import UnsupportedError
from autograd_core.graph.modes import no_grad
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.integrate.adjoint import pulled_back
from autograd_core.scipy.integrate.sensitivities import Beside
from autograd_core.scipy.solved import (
    Solved,
    as_tensor,
    bits_of,
    changed,
    dependencies,
    is_recorded,
    on_values,
    place,
    shape_of,
    size_of,
)

RESTART = {
    "RK23": 6,
    "RK45": 8,
    "DOP853": 16,
    "Radau": 30,
    "BDF": 60,
    "LSODA": 60,
}  # evaluations until a step is as long as it can
LOOKED_AT = 8  # points of a solution, to see which Tensors f uses


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


def sensitivities(flown, y0, t0, ts, of_start):
    """By a flow of their own: dY / dy0 (if `of_start`) and dY / dθ for each node: arrays of shape (n, K, *shape of it)."""
    problem, nodes, n = flown.problem, flown.nodes, len(y0)
    sizes = [n] * of_start + [size_of(node) for node in nodes]
    width = sum(sizes)
    beside = Beside(problem, nodes, n, width, of_start)
    first = np.hstack([np.eye(n)] * of_start + [np.zeros((n, width - n * of_start))])
    start = np.concatenate([y0, first.reshape(-1)])
    states = flow(beside.problem(plain(y0)), start, t0, ts)
    S = np.transpose(np.reshape(states[n:], (n, width, -1)), (0, 2, 1))
    ends = np.cumsum([0, *sizes])
    shapes = [(n,)] * of_start + [shape_of(node) for node in nodes]
    return [np.reshape(S[:, :, a:b], (n, -1, *shape)) for a, b, shape in zip(ends[:-1], ends[1:], shapes, strict=True)]
