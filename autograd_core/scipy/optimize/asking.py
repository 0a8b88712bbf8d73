"""What the functions of `optimize` share: derivatives on request, and what happens if a solver does not arrive."""

from autograd_core.errors import ConvergenceError
from autograd_core.scipy.solved import dependencies, on_values, with_args

AUTOGRAD = "autograd"


def derivative_for(given, make, f, args):
    """A derivative for SciPy: that which `make` makes of f if it is asked for, the user's own on values, or SciPy's setting."""
    if isinstance(given, str) and given == AUTOGRAD:
        return on_values(make(f))
    return on_values(with_args(given, args)) if callable(given) else given


def first_of(f, several):
    """The first result of f, if it returns several."""
    return (lambda *args: f(*args)[0]) if several else f


def check_arrived(name, arrived, message, f, x):
    """Raise if a solver did not arrive, and the result is one to differentiate; else that is SciPy's `success` to say."""
    if not arrived and dependencies(f, (x,)):
        words = str(message).strip().rstrip(".")
        raise ConvergenceError(
            f"{name}: the solver did not arrive, so the result has no derivative: {words}. Start elsewhere, change its "
            'tolerance or method, or give it exact derivatives (jac="autograd")'
        )
