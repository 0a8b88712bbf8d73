"""Roots: of one equation in one unknown, of systems, and fixed points."""

import numpy as np
import scipy.optimize as original

from autograd_core.functional.jacobians import jacobian
from autograd_core.functional.transforms import elementwise_grad
from autograd_core.graph.variable import plain
from autograd_core.scipy.implicit import root_at
from autograd_core.scipy.optimize.asking import check_arrived, derivative_for, first_of
from autograd_core.scipy.solved import as_tensor, on_values, with_args


def returning_array(f):
    """f, as a function that returns one array or Tensor, also if it returns a list of numbers."""
    return lambda *args: as_tensor(f(*args), f)


def root(fun, x0, args=(), method="hybr", jac=None, tol=None, callback=None, options=None):
    """A root of a system of equations, with its derivatives by the Tensors in `args` and in the closure of `fun`.

    jac   also "autograd": the Jacobian of `fun`, computed here

    The result is SciPy's; `x` is a Tensor if `fun` depends on one. ConvergenceError if there is something to differentiate and
    the solver did not arrive, or the Jacobian is singular there (from the backward pass).

    >>> import numpy as np
    >>> from autograd_core import jacobian
    >>> from autograd_core.scipy import optimize
    >>> def solution(a):
    ...     return optimize.root(lambda x: [x[0] * x[1] - a[0], x[0] - x[1] - a[1]], [2.0, 1.0], jac="autograd").x
    >>> jacobian(solution)(np.array([2.0, 1.0])).round(3)        # x = 2, y = 1
    array([[ 0.333,  0.667],
           [ 0.333, -0.333]])
    """
    both = with_args(fun, args)
    f = returning_array(first_of(both, jac is True))
    slopes = derivative_for(jac, jacobian, f, args)
    found = original.root(
        on_values(both), plain(x0), method=method, jac=slopes, tol=tol, callback=callback, options=options
    )  # fmt: skip
    check_arrived("scipy.optimize.root", found.success, found.message, f, found.x)
    found.x = root_at(f, found.x, "scipy.optimize.root")
    return found


def fsolve(func, x0, args=(), fprime=None, full_output=0, col_deriv=0, **options):
    """A root of a system of equations; see `root`."""
    f = returning_array(with_args(func, args))
    slopes = derivative_for(fprime, jacobian, f, args)
    x, info, code, message = original.fsolve(
        on_values(with_args(func, args)), plain(x0), fprime=slopes, full_output=1, col_deriv=col_deriv, **options
    )  # fmt: skip
    check_arrived("scipy.optimize.fsolve", code == 1, message, f, x)
    x = root_at(f, x, "scipy.optimize.fsolve")
    return (x, info, code, message) if full_output else x


def root_scalar(
    f, args=(), method=None, bracket=None, fprime=None, fprime2=None, x0=None, x1=None, xtol=None, rtol=None, maxiter=None,
    options=None,
):  # fmt: skip
    """A root of one equation, with its derivatives by the Tensors in `args` and in the closure of `f`.

    fprime, fprime2   also "autograd"

    `root` of the result is a Tensor if `f` depends on one. Its bracket and its start have no derivative: the root does not depend
    on them.

    >>> from autograd_core import grad
    >>> from autograd_core.scipy import optimize
    >>> cube_root = lambda a: optimize.root_scalar(lambda x: x**3 - a, bracket=(0, 10)).root
    >>> grad(cube_root)(8.0).round(6), grad(grad(cube_root))(8.0).round(6)      # 1/12, -1/144
    (np.float64(0.083333), np.float64(-0.006944))
    """
    both = with_args(f, args)
    value = first_of(both, fprime is True or fprime2 is True)
    found = original.root_scalar(
        on_values(both), method=method, bracket=plain(bracket), fprime=derivative_for(fprime, elementwise_grad, value, args),
        fprime2=derivative_for(fprime2, _second, value, args), x0=plain(x0), x1=plain(x1), xtol=xtol, rtol=rtol, maxiter=maxiter,
        options=options,
    )  # fmt: skip
    check_arrived("scipy.optimize.root_scalar", found.converged, found.flag, value, found.root)
    found.root = root_at(value, found.root, "scipy.optimize.root_scalar", each=True)
    return found


def _second(f):
    return elementwise_grad(elementwise_grad(f))


def _bracketing(name):
    find, path = getattr(original, name), f"scipy.optimize.{name}"

    def bracketing(f, a, b, args=(), full_output=False, **options):
        value = with_args(f, args)
        x, found = find(on_values(value), plain(a), plain(b), full_output=True, **options)
        check_arrived(path, found.converged, found.flag, value, x)
        x = root_at(value, x, path, each=True)
        found.root = x
        return (x, found) if full_output else x

    bracketing.__name__ = bracketing.__qualname__ = name
    bracketing.__doc__ = f"""A root of f between a and b, by SciPy's {name}; see `root_scalar`.

    It is a Tensor if f depends on one, in `args` or its closure. The bracket has no derivative.
    """
    return bracketing


brentq, brenth, bisect, ridder, toms748 = map(_bracketing, ("brentq", "brenth", "bisect", "ridder", "toms748"))


def newton(
    func, x0, fprime=None, args=(), tol=1.48e-08, maxiter=50, fprime2=None, x1=None, rtol=0.0, full_output=False, disp=True
):  # fmt: skip
    """Roots by Newton's method, Halley's or the secant method, each element of `x0` for itself.

    fprime, fprime2   also "autograd"

    >>> import numpy as np
    >>> from autograd_core import elementwise_grad
    >>> from autograd_core.scipy import optimize
    >>> square_root = lambda a: optimize.newton(lambda x: x * x - a, np.ones(2), fprime="autograd")
    >>> elementwise_grad(square_root)(np.array([4.0, 9.0])).round(6)
    array([0.25    , 0.166667])
    """
    f = with_args(func, args)
    found = original.newton(
        on_values(f), plain(x0), derivative_for(fprime, elementwise_grad, f, args), tol=tol, maxiter=maxiter,
        fprime2=derivative_for(fprime2, _second, f, args), x1=plain(x1), rtol=rtol, full_output=True, disp=disp,
    )  # fmt: skip
    x, result, *_ = found
    converged = np.all(getattr(result, "converged", result))
    check_arrived("scipy.optimize.newton", converged, "the largest number of iterations was reached, or a slope was 0", f, x)
    x = root_at(f, x, "scipy.optimize.newton", each=True)
    if not full_output:
        return x
    if len(found) == 2:
        result.root = x
        return x, result
    return type(found)(x, *found[1:]) if hasattr(found, "_fields") else (x, *found[1:])


def fixed_point(func, x0, args=(), xtol=1e-8, maxiter=500, method="del2"):
    """x = f(x), with its derivatives by the Tensors in `args` and in the closure of `func`: dx = (1 - f′)⁻¹ f_θ dθ.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import optimize
    >>> x = lambda a: optimize.fixed_point(lambda x: np.cos(a * x), 0.7)
    >>> slope = grad(x)(1.0)
    >>> round(float(slope * (1 + np.sin(x(1.0))) + x(1.0) * np.sin(x(1.0))), 8) + 0.0     # from x = cos(a x)
    0.0
    """
    f = with_args(func, args)
    x = original.fixed_point(on_values(f), plain(x0), xtol=xtol, maxiter=maxiter, method=method)
    return root_at(lambda x: f(x) - x, x, "scipy.optimize.fixed_point")
