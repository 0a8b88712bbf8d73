"""Every error that this package raises of its own accord.

    AutogradError
    ├── GraphError        (RuntimeError)          the backward pass cannot be done, or would be wrong
    ├── ShapeError        (ValueError)            shapes that do not go together
    ├── DTypeError        (TypeError)             a dtype that has no gradient
    ├── DetachError       (TypeError)             something would silently leave the graph
    ├── UnsupportedError  (TypeError)             a function, or an argument of one, without a derivative
    └── AnomalyError      (FloatingPointError)    a NaN or infinity, found by detect_anomaly

Each also is the built-in error in brackets, so that code that catches that one goes on working.
"""


class AutogradError(Exception):
    """The base of all errors of this package."""


class GraphError(AutogradError, RuntimeError):
    """The backward pass cannot be done on this graph, or would give a wrong number."""


class ShapeError(AutogradError, ValueError):
    """The shapes of the operands do not go together."""


class DTypeError(AutogradError, TypeError):
    """The dtype cannot carry a gradient."""


class DetachError(AutogradError, TypeError):
    """The call would take a value out of the graph behind the user's back."""


class UnsupportedError(AutogradError, TypeError):
    """The function, or this way of calling it, has no derivative here."""


class AnomalyError(AutogradError, FloatingPointError):
    """A non-finite value turned up while `detect_anomaly` was looking for one."""
