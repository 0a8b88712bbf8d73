"""The problem of forward sensitivities: how a solution changes with its start and with what f closes over.

    S′ = f_y S + [0 | f_θ],  S(t₀) = [1 | 0]

Its tolerances are those of y; an absolute one is divided by the size of what it is the derivative by, as CVODES does it
(Hindmarsh et al., ACM Trans. Math. Softw. 31, 2005), since S is of the size of y / θ.
"""

import numpy as np
from scipy.sparse import csc_matrix

from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.integrate.problem import Problem
from autograd_core.scipy.solved import Traced, size_of


class Beside:
    """y and S as one state [y, S], for the problem that both solve."""

    def __init__(self, problem, nodes, n, width, of_start):
        self.original, self.nodes, self.n, self.width, self.of_start = problem, nodes, n, width, of_start

    def problem(self, y0):
        """The problem of y and S together."""
        problem = self.original
        options = {**problem.options, "atol": self._tolerances(np.abs(y0))}
        options.pop("first_step", None)
        jac = self.jacobian if problem.implicit else None
        return Problem(self.slope, problem.name, problem.method, options, jac)

    def slope(self, t, z):
        y, S = z[: self.n], np.reshape(z[self.n :], (self.n, self.width))
        f = self.original.f
        if isinstance(t, Variable):
            traced = Traced(f, [t, y], self.nodes, self.original.name)
        else:
            traced = Traced(lambda y: f(t, y), [y], self.nodes, self.original.name)
        record = traced.between.is_recorded()
        by_y, *by_nodes = traced.rows(record)[isinstance(t, Variable) :]
        change = by_y @ S
        if by_nodes:
            change = change + np.hstack([np.zeros((self.n, self.n))] * self.of_start + by_nodes)
        value = traced.between.released(traced.output) if not record else traced.output
        return np.concatenate([np.reshape(value, -1), np.reshape(change, -1)])

    def jacobian(self, t, z):
        """f_y for each column. How f_y changes with y is left out: it only helps a method to converge."""
        f, y = self.original.f, plain(z)[: self.n]
        by_y = Traced(lambda y: f(t, y), [y], None, self.original.name).rows(False)[0]
        size = self.n * (1 + self.width)
        whole = np.zeros((size, size))
        whole[: self.n, : self.n] = by_y
        whole[self.n :, self.n :] = np.kron(by_y, np.eye(self.width))
        return whole if self.original.method == "LSODA" else csc_matrix(whole)

    def _tolerances(self, sizes):
        atol = np.broadcast_to(self.original.atol, self.n)
        by = [one or 1.0 for one in sizes] if self.of_start else []
        for node in self.nodes:
            by += [one or 1.0 for one in value_at(node)]
        return np.concatenate([atol, (atol[:, None] / np.array(by)).reshape(-1)])


def value_at(node):
    """The sizes of the elements at a node, as far as they are known: a leaf knows its Tensor."""
    owner = node.owner() if hasattr(node, "owner") else None
    return np.ones(size_of(node)) if owner is None else np.abs(np.ravel(owner._value))
