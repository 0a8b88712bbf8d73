"""Minima of scalar functions, local and global."""

import numpy as np
import scipy.optimize as original

from autograd_core.errors import UnsupportedError
from autograd_core.functional.jacobians import hessian
from autograd_core.functional.transforms import hvp, value_and_grad
from autograd_core.graph.variable import plain
from autograd_core.scipy.implicit import stationary
from autograd_core.scipy.optimize.active import of_bounds, of_constraints, solution
from autograd_core.scipy.optimize.asking import AUTOGRAD, check_arrived, derivative_for, first_of
from autograd_core.scipy.solved import dependencies, is_recorded, on_values, with_args


def scalar(f):
    """f, as a function that returns a scalar, also if it returns an array of one element."""
    return lambda x: np.reshape(f(x), ())


def with_value(found, objective):
    """The result with the value at the minimum, as a Tensor if that depends on one."""
    value = objective(found.x)
    if is_recorded(value):
        found.fun = value
    return found


def minimize(
    fun, x0, args=(), method=None, jac=None, hess=None, hessp=None, bounds=None, constraints=(), tol=None, callback=None,
    options=None,
):  # fmt: skip
    """A minimum, with its derivatives by the Tensors in `args` and in the closures of `fun`, bounds and constraints.

    jac, hess, hessp   also "autograd": the derivatives of `fun`, computed here
    bounds             pairs, which may hold Tensors, or a `Bounds`
    constraints        as SciPy takes them; their `jac` may be "autograd" too

    The result is SciPy's; `x` and `fun` are Tensors if `fun` depends on one. At the minimum the gradient is 0, or the equations
    of Karush, Kuhn and Tucker hold if there are bounds or constraints: they are what is differentiated. The derivatives are as
    precise as the minimum: ask for a small tolerance. ConvergenceError if the solver did not arrive, if the minimum
    is flat, or if a bound holds there without pushing.

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> def nearest(p):          # the point of the circle nearest to p
    ...     on_circle = {"type": "eq", "fun": lambda x: np.sum(x * x) - 1, "jac": "autograd"}
    ...     f = lambda x: np.sum((x - p) ** 2)
    ...     return optimize.minimize(f, [1.0, 0.5], jac="autograd", constraints=on_circle, tol=1e-12).x
    >>> jacobian(nearest)(np.array([2.0, 0.0])).round(4) + 0.0
    array([[0. , 0. ],
           [0. , 0.5]])
    """
    both = with_args(fun, args)
    objective = scalar(first_of(both, jac is True))
    if isinstance(jac, str) and jac == AUTOGRAD:
        values, slopes = value_and_grad(objective), True
    else:
        values, slopes = both, derivative_for(jac, None, None, args)
    conditions, given = of_constraints(constraints, "scipy.optimize.minimize")
    start = np.atleast_1d(np.asarray(plain(x0), float))
    found = original.minimize(
        on_values(values), start, method=method, jac=slopes, hess=derivative_for(hess, hessian, objective, args),
        hessp=derivative_for(hessp, hvp, objective, args), bounds=plain(bounds) if isinstance(bounds, (list, tuple)) else bounds,
        constraints=given, tol=tol, callback=callback, options=options,
    )  # fmt: skip
    conditions += of_bounds(bounds, start.size)
    if not found.success:
        everything = lambda x: [objective(x), *[condition._values(x) for condition in conditions]]
        check_arrived("scipy.optimize.minimize", False, found.message, everything, found.x)
    else:
        found.x = solution(objective, found.x, "scipy.optimize.minimize", conditions)
    return with_value(found, objective)


def minimize_scalar(fun, bracket=None, bounds=None, args=(), method=None, tol=None, options=None):
    """A minimum of a function of one number, with its derivatives by the Tensors in `args` and in the closure of `fun`.

    It is found from values alone, to half of the digits: ConvergenceError from the backward pass if that is at a bound.

    >>> from autograd_core import grad
    >>> from autograd_core.scipy import optimize
    >>> grad(lambda a: optimize.minimize_scalar(lambda x: (x - a * a) ** 2).x)(3.0).round(4)
    np.float64(6.0)
    """
    objective = scalar(with_args(fun, args))
    found = original.minimize_scalar(
        on_values(objective), bracket=plain(bracket), bounds=plain(bounds), method=method, tol=tol, options=options
    )
    check_arrived("scipy.optimize.minimize_scalar", found.success, getattr(found, "message", ""), objective, found.x)
    if found.success:
        inside = None if bounds is None else lambda x: plain(bounds[0]) < x < plain(bounds[1])
        found.x = stationary(objective, found.x, "scipy.optimize.minimize_scalar", inside=inside)
    return with_value(found, objective)


def _global(name):
    find, path = getattr(original, name), f"scipy.optimize.{name}"

    def of_bounded(func, bounds, args=(), **options):
        objective = scalar(with_args(func, args))
        found = find(on_values(objective), plain(bounds) if isinstance(bounds, (list, tuple)) else bounds, **options)
        _check_plain_constraints(path, options, objective, found.x)
        check_arrived(path, found.success, found.message, objective, found.x)
        if found.success:
            found.x = solution(objective, found.x, path, of_bounds(bounds, len(found.x)))
        return with_value(found, objective)

    return _described(of_bounded, name)


def _described(function, name):
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""A global minimum, by SciPy's {name}, with its derivatives as in `minimize`.

    They are those of the one minimum that was found: nothing is known of others that might overtake it.
    """
    return function


def _check_plain_constraints(name, options, objective, x):
    if options.get("constraints") and dependencies(objective, (x,)):
        raise UnsupportedError(f"{name}: there is no derivative with constraints; write minimize from its result")


differential_evolution, dual_annealing, shgo = map(_global, ("differential_evolution", "dual_annealing", "shgo"))


def basinhopping(func, x0, niter=100, T=1.0, stepsize=0.5, minimizer_kwargs=None, **options):
    local = dict(minimizer_kwargs or {})
    args, jac = local.pop("args", ()), local.pop("jac", None)
    both = with_args(func, args)
    objective = scalar(first_of(both, jac is True))
    if isinstance(jac, str) and jac == AUTOGRAD:
        both, local["jac"] = value_and_grad(objective), True
    elif jac is not None:
        local["jac"] = derivative_for(jac, None, None, args)
    for name, make in (("hess", hessian), ("hessp", hvp)):
        if name in local:
            local[name] = derivative_for(local[name], make, objective, args)
    _check_plain_constraints("scipy.optimize.basinhopping", local, objective, np.asarray(plain(x0), float))
    found = original.basinhopping(
        on_values(both), plain(x0), niter=niter, T=T, stepsize=stepsize, minimizer_kwargs=local, **options
    )
    found.x = solution(objective, found.x, "scipy.optimize.basinhopping", of_bounds(local.get("bounds"), np.size(found.x)))
    return with_value(found, objective)


_described(basinhopping, "basinhopping")
