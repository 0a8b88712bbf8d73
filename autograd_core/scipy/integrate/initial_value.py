"""solve_ivp and odeint: SciPy's solution, with y, event times and dense output at their places in the graph."""

import numpy as np
import scipy.integrate as original

from autograd_core.errors import ConvergenceError
from autograd_core.functional.jacobians import jacobian
from autograd_core.graph.variable import plain
from autograd_core.scipy.binding import stacked
from autograd_core.scipy.implicit import root_at
from autograd_core.scipy.integrate.flow import flow
from autograd_core.scipy.integrate.problem import IMPLICIT, Problem, own_jacobian
from autograd_core.scipy.solved import as_tensor, dependencies, is_recorded, on_values, with_args

GRADIENTS = ("auto", "adjoint", "forward")


def solve_ivp(
    fun, t_span, y0, method="RK45", t_eval=None, dense_output=False, events=None, vectorized=False, args=None, *, gradient="auto",
    **options,
):  # fmt: skip
    """The solution of y′ = fun(t, y), with derivatives by y0, t_span, t_eval, and the Tensors in `args` and closures.

    gradient   how a backward pass is computed: "adjoint" (for many unknowns or parameters), "forward" (sensitivities: for few
               unknowns at many times), or "auto", which takes what needs fewer evaluations
    jac        (among the options) also "autograd"; left out, an implicit method gets the Jacobian of `fun` computed here, if it
               has up to 64 unknowns

    The result is SciPy's; `y`, `t`, `sol`, `t_events` and `y_events` have Tensors if they depend on one. Times that the
    solver chose are constants; the last, if an event ended the integration there, is not. Gradients are as precise as the
    solution: set rtol and atol. ConvergenceError if there is something to differentiate and the solver did not arrive.

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> last = lambda k: integrate.solve_ivp(lambda t, y: -k * y, (0, 2), [1.0], rtol=1e-9, atol=1e-12).y[0, -1]
    >>> grad(last)(0.5).round(6)                  # of exp(-2 k): -2 exp(-1)
    np.float64(-0.735759)
    """
    if gradient not in GRADIENTS:
        raise ValueError(f"scipy.integrate.solve_ivp: gradient must be one of {', '.join(GRADIENTS)}, got {gradient!r}")
    given = with_args(fun, args)
    f = _one_column(given) if vectorized else (lambda t, y: as_tensor(given(t, y), fun))
    span, start = [float(plain(one)) for one in t_span], np.atleast_1d(np.asarray(plain(y0)))
    start = start if start.dtype.kind in "fc" else start.astype(float)
    name = method if isinstance(method, str) else method.__name__
    method = name if getattr(original, name, None) is method else method
    options["jac"] = jac = _jacobian(options.get("jac"), f, args, name, span[0], start, options)
    if jac is None:
        del options["jac"]
    watched = [_Event(one, args) for one in _as_list(events)]
    found = original.solve_ivp(
        on_values(given), span, start, method=method, t_eval=plain(t_eval), dense_output=dense_output,
        events=watched or None, vectorized=vectorized, **options,
    )  # fmt: skip
    kept = {key: value for key, value in options.items() if key not in ("jac", "jac_sparsity")}
    problem = Problem(
        f,
        "scipy.integrate.solve_ivp",
        name if isinstance(method, str) else method,
        kept,
        jac if callable(jac) else None,
        gradient,
    )
    problem.evaluations = found.nfev
    if found.status == -1:
        last = (found.t[-1], found.y[:, -1]) if len(found.t) else (span[0], start)
        if any(map(is_recorded, [y0, *t_span])) or dependencies(f, (span[0], start), last):
            raise ConvergenceError(
                f"scipy.integrate.solve_ivp: {name} did not get to the end, t = {span[1]:.6g}, so there is no result to "
                f"differentiate: {found.message}"
            )
        return found
    return _placed(found, problem, y0, t_span, t_eval, events, watched)


def _one_column(f):
    return lambda t, y: np.reshape(as_tensor(f(t, np.reshape(y, (-1, 1))), f), -1)


def _as_list(events):
    return [] if events is None else list(events) if isinstance(events, (list, tuple)) else [events]


def _jacobian(jac, f, args, name, t, y, options):
    """The Jacobian for SciPy: the user's, or ours if it is left out or asked for."""
    if isinstance(jac, str) and jac == "autograd":
        return on_values(lambda t, y: jacobian(lambda y: f(t, y))(y))
    if callable(jac):
        return on_values(with_args(jac, args))
    if jac is None and name in IMPLICIT and not {"jac_sparsity", "lband", "uband"} & set(options):
        return own_jacobian(f, t, y)
    return jac


class _Event:
    """A user's event for SciPy, with the attributes that SciPy reads; `at` records."""

    def __init__(self, event, args):
        self.at = with_args(event, args)
        self._values = on_values(self.at)
        for name in ("terminal", "direction"):
            if hasattr(event, name):
                setattr(self, name, getattr(event, name))

    def __call__(self, t, y):
        return self._values(t, y)


def _placed(found, problem, y0, t_span, t_eval, events, watched):
    """SciPy's result, with Tensors if it depends on one."""
    start = _flat(y0)
    if events is not None:
        for i, event in enumerate(watched):
            found.t_events[i], found.y_events[i] = _event_at(
                problem, event, start, t_span[0], found.t_events[i], found.y_events[i]
            )
    times = found.t if t_eval is None else _flat(t_eval)[: len(found.t)]
    if t_eval is None:
        last = t_span[1]
        if found.status == 1:
            last = next(t[-1] for t in found.t_events if len(t) and plain(t[-1]) == found.t[-1])
        if is_recorded(t_span[0]) or is_recorded(last):
            times = np.concatenate([np.reshape(t_span[0], 1), found.t[1:-1], np.reshape(last, 1)])
    dense = found.sol
    found.t, found.y = times if is_recorded(times) else found.t, flow(problem, start, t_span[0], times, found.y)
    if dense is not None:
        found.sol = Dense(dense, problem, start, t_span[0])
    return found


def _flat(values):
    return np.reshape(stacked(list(values)) if isinstance(values, (list, tuple)) else values, -1)


def _event_at(problem, event, y0, t0, times, states):
    """The times of an event and y there: the roots of event(t, y(t)) in t."""
    if not len(times):
        return times, states

    def values(t):
        out = states.T if np.array_equal(plain(t), times) else None
        y = flow(problem, y0, t0, t, out)
        return np.stack([np.reshape(event.at(t[k], y[:, k]), ()) for k in range(len(times))])

    at = root_at(values, times, "scipy.integrate.solve_ivp (its events)", each=True)
    return at, np.transpose(flow(problem, y0, t0, at, np.ascontiguousarray(states.T)))


class Dense:
    """The solution as a function of t: `sol(t)` of shape (n,), or (n, k) for k times. Its slope in t is f(t, y)."""

    def __init__(self, dense, problem, y0, t0):
        self._dense, self._problem, self._y0, self._t0 = dense, problem, y0, t0

    def __getattr__(self, name):
        return getattr(self._dense, name)

    def __call__(self, t):
        values = np.asarray(plain(t), float)
        out = self._dense(np.atleast_1d(values))
        low, high = sorted((self._dense.t_min, self._dense.t_max))
        y = flow(self._problem, self._y0, self._t0, np.reshape(t, -1), out)
        if is_recorded(y) and np.any((values < low) | (values > high)):
            raise ValueError(f"sol: t must be in [{low:.6g}, {high:.6g}], where the problem was solved, got {values!r:.60}")
        return y if values.ndim else y[:, 0]


def odeint(func, y0, t, args=(), Dfun=None, full_output=0, tfirst=False, *, gradient="auto", **options):
    """The solution of y′ = func(y, t) at the times t, of shape (K, n), with derivatives by y0, t, `args` and closures.

    gradient   as in `solve_ivp`, which does the same with more methods

    >>> import numpy as np
    >>> from autograd_core import grad
    >>> from autograd_core.scipy import integrate
    >>> last = lambda k: integrate.odeint(lambda y, t: -k * y, 1.0, [0.0, 2.0])[-1, 0]
    >>> grad(last)(0.5).round(6)
    np.float64(-0.735759)
    """
    if gradient not in GRADIENTS:
        raise ValueError(f"scipy.integrate.odeint: gradient must be one of {', '.join(GRADIENTS)}, got {gradient!r}")
    given = with_args(func, args)
    f = (lambda t, y: as_tensor(given(t, y), func)) if tfirst else (lambda t, y: as_tensor(given(y, t), func))
    f = _reshaped(f)
    start, times = _flat(y0), _flat(t)
    slopes = on_values(with_args(Dfun, args)) if Dfun is not None else None
    values, info = original.odeint(
        on_values(given), plain(y0), plain(times), Dfun=slopes, full_output=1, tfirst=tfirst, **options
    )  # fmt: skip
    kept = {key: 1.49012e-8 if options.get(key) is None else options[key] for key in ("rtol", "atol")}
    if options.get("hmax"):
        kept["max_step"] = options["hmax"]
    first = np.asarray(plain(times), float)
    start_values = np.asarray(plain(start), float)
    problem = Problem(f, "scipy.integrate.odeint", "LSODA", kept, None, gradient)
    problem.evaluations = int(info["nfe"][-1]) if len(info["nfe"]) else 1
    if info["message"] != "Integration successful.":
        if any(map(is_recorded, (start, times))) or dependencies(f, (first[0], start_values)):
            raise ConvergenceError(
                f"scipy.integrate.odeint: it did not get to the end, so there is no result to differentiate: {info['message']}"
            )
    else:
        problem.jacobian = own_jacobian(f, first[0], start_values)
        values = np.transpose(flow(problem, start, times[0], times, np.ascontiguousarray(values.T)))
    return (values, info) if full_output else values


def _reshaped(f):
    return lambda t, y: np.reshape(f(t, y), np.shape(y))
