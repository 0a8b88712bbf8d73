"""The implicit function theorem: from F(x, θ) = 0 follows dx = -F_x⁻¹ F_θ dθ, whatever found x.

    root_at      x at its place in the graph, for the residual F that it is a root of
    stationary   the same for the minimum of an objective, with the constraints that hold it

The pullback solves F_xᵀ λ = ḡ and pulls -λ back through F. All of it is computed with differentiable calls, in which x is again
the root, so derivatives of every order follow. Up to DENSE unknowns F_x is a matrix, computed row by row; above that only its
products with vectors are, and GMRES solves the system.
"""

import numpy as np
from scipy.sparse.linalg import LinearOperator, gmres

from autograd_core.derivatives.stamps import bits
from autograd_core.errors import ConvergenceError, GraphError, UnsupportedError
from autograd_core.functional.transforms import grad, vjp
from autograd_core.graph.modes import no_grad
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.solved import Solved, Traced, changed, dependencies, place

DENSE = 500  # unknowns up to which F_x is formed; its decomposition then takes 10 ms
FAR = 1e-3  # a Newton step of this size, relative to the solution: what was found is none
MULTIPLIER = 1e-6  # of a constraint, relative to the gradient: one that small holds nothing


def root_at(f, x, name, each=False, inside=None):
    """x, at its place in the graph if f depends on a Tensor there: a root of f, which has as many results as x has elements.

    each     whether every result depends on its own element of x alone
    inside   function of a point -> whether it is within bounds that do not hold x; the exact root must be
    """
    values = np.asarray(x)[()]
    nodes = dependencies(f, (values,))
    return place(name, values, Root(f, values, nodes, name, each, inside), (), nodes) if nodes else x


class Root(Solved):
    """How the gradient of a root is pulled back."""

    def __init__(self, f, x, nodes, name, each=False, inside=None):
        super().__init__()
        self.f, self.nodes, self.name, self.each, self.inside = f, nodes, name, each or np.size(x) == 1, inside
        residual = Traced(f, [x], nodes, name).output
        if residual.dtype.kind == "c":
            raise UnsupportedError(
                f"{name}: there is no derivative of a complex solution; write the equations with its real and imaginary part"
            )
        if residual.size != np.size(x):
            raise GraphError(
                f"{name}: the function must return as many values as there are unknowns, {np.size(x)}, got shape {residual.shape}"
            )
        self.bits = bits(residual._value)

    def gradients(self, g, out, operands):
        record = isinstance(g, Variable) or isinstance(out, Variable)
        traced = Traced(self.f, [out], self.nodes, self.name)
        if bits(traced.output._value) != self.bits:
            raise changed(self.name)
        whole = self._by_matrix if traced.output.size <= DENSE else self._by_products
        cotangent = (self._by_element if self.each else whole)(traced, g, record)
        return dict(enumerate(traced.pull(-np.reshape(cotangent, traced.output.shape), record)[1:]))

    def _by_element(self, traced, g, record):
        slope = traced.pull(np.ones(traced.output.shape, traced.output.dtype), record)[0]
        values, residual, x = np.ravel(plain(slope)), np.ravel(traced.output._value), np.ravel(traced.inputs[0]._value)
        with np.errstate(all="ignore"):
            step = residual / values
        if not np.all(np.isfinite(step)):
            raise self._singular()
        self._check_step(step, x)
        return np.reshape(g, slope.shape) / slope

    def _by_matrix(self, traced, g, record):
        jacobian = traced.rows(record)[0]
        values, x = plain(jacobian), np.ravel(traced.inputs[0]._value)
        residual = np.ravel(traced.output._value)
        # Equilibrated: unknowns and equations may be of any scale
        with np.errstate(all="ignore"):
            scaled = values / np.max(np.abs(values), axis=1, keepdims=True)
            scaled = scaled / np.max(np.abs(scaled), axis=0)
        if not np.all(np.isfinite(scaled)) or np.linalg.cond(scaled) > 0.01 / np.finfo(values.dtype).eps:
            raise self._singular()
        self._check_step(np.linalg.solve(values, residual), x)
        return np.linalg.solve(jacobian.T, np.reshape(g, -1))

    def _by_products(self, traced, g, record):
        shape = traced.output.shape
        size, dtype = traced.output.size, traced.output.dtype
        transposed = LinearOperator(
            (size, size), lambda v: np.ravel(traced.pull(np.reshape(v, shape).astype(dtype), False)[0]), dtype=dtype
        )
        cotangent, failed = gmres(transposed, np.ravel(plain(g)), rtol=1e-12, atol=0, restart=100, maxiter=20)
        if failed:
            raise self._singular()
        if not record:
            return cotangent
        # Jᵀ λ = ḡ is an equation like any other, so the theorem gives its derivatives too
        return root_at(
            lambda v: np.reshape(traced.pull(np.reshape(v, shape), True)[0], -1) - np.reshape(g, -1), cotangent, self.name
        )

    def _check_step(self, step, x):
        size = np.max(np.abs(step), initial=0)
        if not size <= FAR * max(1, np.max(np.abs(x), initial=0)):
            raise ConvergenceError(
                f"{self.name}: what was found is no solution: a Newton step from there would move it by {size:.2g}. "
                "Ask for a smaller tolerance, or start elsewhere"
            )
        if self.inside is not None and not self.inside(x - step):
            raise ConvergenceError(
                f"{self.name}: what was found is so near to a bound or constraint that it cannot be said whether that holds it. "
                "Ask for a smaller tolerance, or use a method that ends on bounds: L-BFGS-B, SLSQP"
            )

    def _singular(self):
        return ConvergenceError(
            f"{self.name}: the Jacobian of the equations is singular at the solution (a multiple root, a flat minimum, a "
            "direction in which nothing changes), so the solution has no derivative there"
        )


def stationary(objective, x, name, active=None, least=(), inside=None):
    """x, at its place in the graph: where the objective is stationary, held by the constraints that are active there.

    active   function x -> the values, all 0 at the solution, of the equations and active inequalities; None if there are none
    least    the numbers of those that are inequalities. Each must push, or the solution has a kink there
    inside   function x -> whether all others hold
    """
    gradient = grad(objective)
    if active is None:
        return root_at(gradient, x, name, inside=inside)
    with no_grad():
        slope = plain(gradient(x))
        values, pullback = vjp(active, x)
        count = np.size(values)
        rows = [plain(pullback(row)[0]) for row in np.eye(count)]
    multipliers = np.linalg.lstsq(np.stack(rows).T, -slope, rcond=None)[0]
    weak = np.abs(multipliers) <= MULTIPLIER * max(np.max(np.abs(slope)), np.finfo(float).tiny)
    if np.any(weak[list(least)]):
        raise ConvergenceError(
            f"{name}: a constraint or bound holds at the solution without pushing, so the solution has a kink there and no "
            "derivative; leave the constraint out if it is not meant to matter"
        )
    n = len(x)

    def kkt(z):
        lagrangian = lambda x: np.reshape(objective(x), ()) + np.sum(z[n:] * active(x))
        return np.concatenate([grad(lagrangian)(z[:n]), np.reshape(active(z[:n]), -1)])

    among = None if inside is None else lambda z: inside(z[:n])
    return root_at(kkt, np.concatenate([x, multipliers]), name, inside=among)[:n]
