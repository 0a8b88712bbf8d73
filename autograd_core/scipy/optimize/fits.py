"""Least squares: of functions, of models to data, and linear; and linear programs."""

import inspect

import numpy as np
import scipy.optimize as original

from autograd_core.errors import ConvergenceError, UnsupportedError
from autograd_core.functional.jacobians import jacobian
from autograd_core.graph.variable import Variable, plain
from autograd_core.scipy.binding import has_tensor, stacked
from autograd_core.scipy.optimize.active import Condition, identity, of_bounds, solution
from autograd_core.scipy.optimize.asking import check_arrived, derivative_for
from autograd_core.scipy.optimize.minima import with_value
from autograd_core.scipy.solved import as_tensor, as_tuple, dependencies, is_recorded, on_values

LOSSES = {  # ρ(z) of z = residual²
    "linear": lambda z: z,
    "soft_l1": lambda z: 2 * (np.sqrt(1 + z) - 1),
    "huber": lambda z: np.where(z <= 1, z, 2 * np.sqrt(np.where(z <= 1, 1, z)) - 1),
    "cauchy": np.log1p,
    "arctan": np.arctan,
}


def least_squares(
    fun, x0, jac="2-point", bounds=(-np.inf, np.inf), loss="linear", f_scale=1.0, args=(), kwargs=None, **options
):  # fmt: skip
    """A minimum of ½ Σ ρ(fᵢ²), with its derivatives by the Tensors in `args`, in `bounds` and in the closure of `fun`.

    jac   also "autograd"

    `x`, `fun` and `cost` are Tensors if `fun` depends on one. See `minimize` for what is differentiated and what is refused.

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> M = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> fit = lambda y: optimize.least_squares(lambda x: M @ x - y, np.zeros(2), jac="autograd").x
    >>> np.abs(jacobian(fit)(np.array([1.0, 2.0, 4.0])) - np.linalg.pinv(M)).max() < 1e-12
    np.True_
    """
    more, names = as_tuple(args), kwargs or {}
    f = lambda x: np.reshape(as_tensor(fun(x, *more, **names), fun), -1)
    slopes = (lambda x: jac(x, *more, **names)) if callable(jac) else jac
    found = original.least_squares(
        on_values(f), plain(x0), jac=derivative_for(slopes, jacobian, f, ()), bounds=_pair(plain(bounds)), loss=loss,
        f_scale=f_scale, **options,
    )  # fmt: skip
    rho = LOSSES[loss] if isinstance(loss, str) else (lambda z: loss(z)[0])
    cost = lambda x: 0.5 * f_scale**2 * np.sum(rho((f(x) / f_scale) ** 2))
    check_arrived("scipy.optimize.least_squares", found.success, found.message, cost, found.x)
    if found.success:
        found.x = solution(cost, found.x, "least_squares", _within(bounds, found.active_mask))
    for name, value in (("fun", f(found.x)), ("cost", cost(found.x))):
        if is_recorded(value):
            found[name] = value
    return found


def _pair(bounds):
    return bounds if isinstance(bounds, original.Bounds) else tuple(bounds)


def _within(bounds, mask):
    lower, upper = (bounds.lb, bounds.ub) if isinstance(bounds, original.Bounds) else bounds
    return [Condition(identity, lower, upper, chosen=mask)] if np.any(mask) else []


def curve_fit(
    f, xdata, ydata, p0=None, sigma=None, absolute_sigma=False, check_finite=None, bounds=(-np.inf, np.inf), method=None,
    jac=None, *, full_output=False, nan_policy=None, **options
):  # fmt: skip
    """Parameters of a model f(xdata, *p) fitted to data, and their covariance, with derivatives by data, sigma and closure.

    jac   also "autograd"

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> x, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.9, 5.2, 7.1])
    >>> line = lambda x, a, b: a * x + b
    >>> slopes = jacobian(lambda y: optimize.curve_fit(line, x, y, jac="autograd")[0])(y)      # how each datum moves a and b
    >>> np.abs(slopes - np.linalg.pinv(np.stack([x, np.ones(4)]).T)).max() < 1e-7
    np.True_
    """
    name = "scipy.optimize.curve_fit"
    xdata, ydata, sigma = map(_as_data, (xdata, ydata, sigma))

    def residuals(p):
        r = f(xdata, *[p[i] for i in range(len(p))]) - ydata
        if sigma is None:
            return np.reshape(r, -1)
        if np.ndim(sigma) < 2:
            return np.reshape(r / sigma, -1)
        return np.linalg.solve(np.linalg.cholesky(sigma), np.reshape(r, -1))

    cost = lambda p: 0.5 * np.sum(residuals(p) ** 2)
    values = on_values(f)
    values.__signature__ = inspect.signature(f)
    model = lambda x, *p: values(x, *p)
    model.__signature__ = values.__signature__
    slopes = jac
    if isinstance(jac, str) and jac == "autograd":
        slopes = on_values(lambda x, *p: jacobian(lambda p: f(x, *[p[i] for i in range(len(p))]))(np.array(p)))
    elif callable(jac):
        slopes = on_values(jac)
    if p0 is None:
        count = len(values.__signature__.parameters) - 1
        starts = {}
    else:
        count, starts = np.size(plain(p0)), {"p0": plain(p0)}
    if check_finite is not None:
        starts["check_finite"] = check_finite
    x, y, deviations = plain(xdata), plain(ydata), plain(sigma)
    p, covariance, *more = original.curve_fit(
        model, x, y, sigma=deviations, absolute_sigma=absolute_sigma, bounds=_pair(plain(bounds)), method=method, jac=slopes,
        full_output=True, nan_policy=nan_policy, **starts, **options,
    )  # fmt: skip
    if dependencies(cost, (p,)):
        if nan_policy is not None:
            raise UnsupportedError(f"{name}: there is no derivative with nan_policy={nan_policy!r}; leave the missing data out")
        lower, upper = (bounds.lb, bounds.ub) if isinstance(bounds, original.Bounds) else bounds
        p = solution(cost, p, name, [Condition(identity, lower, upper)])
        if np.all(np.isfinite(covariance)):
            J = jacobian(residuals)(p)
            covariance = np.linalg.inv(J.T @ J)
            if not absolute_sigma:
                covariance = covariance * (2 * cost(p) / (J.shape[0] - count))
    return (p, covariance, *more) if full_output else (p, covariance)


def _as_data(values):
    """Lists as arrays, or as Tensors if they hold some; what else a model may take as it is."""
    if type(values) not in (list, tuple):
        return values
    return stacked(list(values)) if has_tensor(values) else np.asarray(values, float)


def nnls(A, b, **options):
    """The x ≥ 0 that makes |A x - b| least, and that norm, with derivatives by A and b.

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> jacobian(lambda b: optimize.nnls(np.eye(2), b)[0])(np.array([1.0, -1.0])) + 0.0
    array([[1., 0.],
           [0., 0.]])
    """
    x, norm = original.nnls(plain(A), plain(b), **options)
    objective = lambda x: 0.5 * np.sum((A @ x - b) ** 2)
    if not dependencies(objective, (x,)):
        return x, norm
    x = solution(objective, x, "scipy.optimize.nnls", [Condition(identity, 0.0, None, chosen=np.where(x == 0, -1, 0))])
    return x, np.linalg.norm(A @ x - b)


def lsq_linear(A, b, bounds=(-np.inf, np.inf), **options):
    """The x within bounds that makes |A x - b| least, with derivatives by A, b and the bounds that hold it.

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> M = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> solve = lambda b: optimize.lsq_linear(M, b).x
    >>> np.abs(jacobian(solve)(np.array([1.0, 2.0, 4.0])) - np.linalg.pinv(M)).max() < 1e-12
    np.True_
    """
    found = original.lsq_linear(plain(A), plain(b), _pair(plain(bounds)), **options)
    if not has_tensor((A, b, bounds)):
        return found
    if not isinstance(A, (np.ndarray, Variable, list)):
        raise UnsupportedError(
            f"scipy.optimize.lsq_linear: there is no derivative with A of type {type(A).__name__}; write A.toarray()"
        )
    A, b = (as_tensor(one, lsq_linear) for one in (A, b))
    objective = lambda x: 0.5 * np.sum((A @ x - b) ** 2)
    check_arrived("scipy.optimize.lsq_linear", found.success, found.message, objective, found.x)
    found.x = solution(objective, found.x, "scipy.optimize.lsq_linear", _within(bounds, found.active_mask))
    for name, value in (("fun", A @ found.x - b), ("cost", objective(found.x))):
        if is_recorded(value):
            found[name] = value
    return found


def linprog(
    c, A_ub=None, b_ub=None, A_eq=None, b_eq=None, bounds=(0, None), method="highs", callback=None, options=None, x0=None,
    integrality=None,
):  # fmt: skip
    """The corner of a polyhedron where c x is least, with derivatives by A, b and bounds; by c they are 0, and those of `fun` x.

    ConvergenceError if the solution is not one corner with just as many constraints as unknowns: it has a kink there.

    >>> from autograd_core import grad
    >>> from autograd_core.scipy import optimize
    >>> value = lambda b: -optimize.linprog([-1.0, -2.0], A_ub=[[1.0, 1.0], [1.0, 3.0]], b_ub=b).fun
    >>> grad(value)([4.0, 6.0])              # the shadow prices
    [np.float64(0.5), np.float64(0.5)]
    """
    name = "scipy.optimize.linprog"
    given = [None if one is None else plain(one) for one in (c, A_ub, b_ub, A_eq, b_eq, bounds)]
    found = original.linprog(
        *given, method=method, callback=callback, options=options, x0=plain(x0), integrality=integrality
    )  # fmt: skip
    if found.x is None:
        return found
    c, A_ub, b_ub, A_eq, b_eq = (as_tensor(one, linprog) if has_tensor((one,)) else one for one in (c, A_ub, b_ub, A_eq, b_eq))
    conditions = []
    if A_ub is not None:
        conditions.append(Condition(lambda x: _product(A_ub, x), None, _array(b_ub)))
    if A_eq is not None:
        conditions.append(Condition(lambda x: _product(A_eq, x), _array(b_eq), _array(b_eq)))
    n = len(found.x)
    pairs = bounds if bounds is not None else (0, None)
    pairs = [pairs] * n if len(pairs) == 2 and np.ndim(plain(pairs[0]) if pairs[0] is not None else 0) == 0 else pairs
    conditions += of_bounds(pairs, n)
    objective = lambda x: np.sum(_array(c) * x)
    everything = lambda x: [objective(x), *[condition._values(x) for condition in conditions], b_ub, b_eq, *_flat(pairs)]
    if not dependencies(everything, (found.x,)):
        return found
    check_arrived(name, found.success, found.message, everything, found.x)
    if integrality is not None and np.any(integrality):
        raise UnsupportedError(f"{name}: there is no derivative with integrality, since integers do not move; give it the values")
    held = sum(len(condition.places) for condition in conditions if condition.holds(found.x))
    if held != n:
        raise ConvergenceError(
            f"{name}: {held} constraints hold the solution of {n} unknowns, so it is not one corner (it may be an edge, or a "
            "corner where more constraints meet than needed) and has no derivative"
        )
    found.x = solution(objective, found.x, name, conditions)
    return with_value(found, objective)


def _product(A, x):
    return as_tensor(A @ x, linprog) if not isinstance(A, list) else np.asarray(A) @ x


def _array(value):
    return value if isinstance(value, Variable) else np.asarray(value, float)


def _flat(pairs):
    return [one for pair in pairs for one in pair]
