"""The adjoint of an initial value problem: gradients of its solution, integrated backward from the last time.

Only what comes out at the given times is kept between the passes: they are the checkpoints. The backward pass solves the problem
again from them with dense output, all of it at once if it is small, else √K pieces one after the other.
"""

import itertools

import numpy as np

from autograd_core.errors import UnsupportedError
from autograd_core.scipy.integrate.kronrod import integral
from autograd_core.scipy.integrate.problem import solved
from autograd_core.scipy.solved import Traced, shape_of, size_of

AT_ONCE = 1 << 22  # numbers: evaluations of f times unknowns, up to which dense output is kept for the whole
SMALL = 1e-3  # absolute tolerance of λ, relative to its rtol and its size


def pulled_back(flown, g, out, y0, t0, ts):
    """The gradients of y0 and of each node, for g of the results `out` at the times `ts`."""
    problem, nodes = flown.problem, flown.nodes
    if np.iscomplexobj(y0) and problem.implicit:
        raise UnsupportedError(
            f"{problem.name}: there is no adjoint of a complex problem with method={problem.method!r}; write it with the real "
            "and the imaginary part as unknowns, or use RK45 or DOP853"
        )
    g = np.asarray(g)
    of_y0, of_nodes = np.zeros(len(y0), g.dtype), np.zeros(sum(map(size_of, nodes)))
    for side in (ts > t0, ts < t0):
        there = np.flatnonzero(side & np.any(g != 0, axis=0))
        if len(there):
            back = _Back(problem, nodes, y0, t0, there[np.argsort(np.abs(ts[there] - t0), kind="stable")])
            a, b = back.run(g, out, ts)
            of_y0, of_nodes = of_y0 + a, of_nodes + b
    of_y0 = of_y0 + np.sum(g[:, ts == t0], axis=1)
    ends = np.cumsum([0, *map(size_of, nodes)])
    parts = [of_nodes[a:b] for a, b in itertools.pairwise(ends)]
    shapes = [shape_of(node) for node in nodes]
    return [of_y0, *[part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]]


class _Back:
    """The backward integration on one side of t0; `order` are the numbers of the times, away from t0."""

    def __init__(self, problem, nodes, y0, t0, order):
        self.problem, self.nodes, self.y0, self.t0, self.order = problem, nodes, y0, t0, order

    def run(self, g, out, ts):
        problem, order = self.problem, self.order
        adjoint = np.zeros(len(self.y0), g.dtype)
        of_nodes = np.zeros(sum(map(size_of, self.nodes)))
        small = len(self.y0) * (problem.evaluations or 0) <= AT_ONCE
        length = len(order) if small else int(np.ceil(np.sqrt(len(order))))
        for first in range((len(order) - 1) // length * length, -1, -length):
            piece = order[first : first + length]
            begin, state = (ts[order[first - 1]], out[:, order[first - 1]]) if first else (self.t0, self.y0)
            dense = problem.solve(begin, ts[piece[-1]], state, dense_output=True).sol
            stops = [begin, *ts[piece[:-1]]]
            for k, stop in zip(piece[::-1], stops[::-1], strict=True):
                adjoint = adjoint + g[:, k]
                if ts[k] != stop:
                    adjoint, more = self._segment(dense, adjoint, ts[k], stop)
                    of_nodes = of_nodes + more
        return adjoint, of_nodes

    def _segment(self, dense, adjoint, start, stop):
        """λ at `stop` for λ at `start`, and the integral of λᵀ f_θ from `stop` to `start`."""
        problem = self.problem
        f = problem.f
        at = lambda t, nodes: Traced(lambda y: f(t, y), [dense(t)], nodes, problem.name)
        slope = lambda t, a: -at(t, None).pull(a, False)[0]
        jac = (lambda t, a: -at(t, None).rows(False)[0].T) if problem.implicit else None
        size = np.max(np.abs(adjoint), initial=0) or 1.0
        options = {name: problem.options[name] for name in ("max_step",) if name in problem.options}
        solution = solved(
            slope, start, stop, adjoint, problem.method, f"{problem.name} (its adjoint)", jac,
            rtol=problem.rtol, atol=problem.rtol * SMALL * size, dense_output=bool(self.nodes), **options,
        )  # fmt: skip
        if not self.nodes:
            return solution.y[:, -1], 0.0

        def integrand(t):
            parts = at(t, self.nodes).pull(solution.sol(t), False)[1:]
            return np.concatenate([np.ravel(part) for part in parts])

        # A method of order 5 or 8 takes shorter steps than a rule of degree 11 needs: two at once are as precise
        return solution.y[:, -1], integral(integrand, [*solution.t[:0:-2], solution.t[0]], problem.rtol)
