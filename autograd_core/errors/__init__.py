"""Every error that this package raises of its own accord.

    AutogradError
    ├── GraphError        (RuntimeError)          the backward pass cannot be done, or would be wrong
    ├── ShapeError        (ValueError)            shapes that do not go together
    ├── DTypeError        (TypeError)             a dtype that has no gradient
    ├── DetachError       (TypeError)             something would silently leave the graph
    ├── UnsupportedError  (TypeError)             a function, or an argument of one, without a derivative
    ├── AnomalyError      (FloatingPointError)    a NaN or infinity, found by detect_anomaly
    ├── ConvergenceError  (RuntimeError)          a solver did not arrive, or at a point without a derivative
    ├── ParallelError     (RuntimeError)          a computation in several processes that lost a part, or that do not agree
    ├── CaptureError      (TypeError)             a step that cannot be recorded and replayed
    ├── DrawingError      (RuntimeError)          a picture that cannot be drawn, or not with what is installed
    └── GradientError     (AssertionError)        a derivative that finite differences contradict

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


class ConvergenceError(AutogradError, RuntimeError):
    """A solver did not arrive, or arrived at a point where its solution has no derivative."""


class ParallelError(AutogradError, RuntimeError):
    """A computation in several processes lost data with one of them, or they do not agree on what it is."""


class CaptureError(AutogradError, TypeError):
    """The step cannot be recorded and replayed, or a replay would not be what the step does."""


class DrawingError(AutogradError, RuntimeError):
    """The picture cannot be drawn: it would be too large, or a tool is missing, took too long or failed."""


class GradientError(AutogradError, AssertionError):
    """A derivative that finite differences contradict, or a function of which they cannot be taken.

    What the message says is also there as attributes, None if there is nothing to say.
    """

    verdict: str | None = None  # "gradient wrong", "finite difference too noisy", "not differentiable here", "random", …
    function: str | None = None  # its name
    mode: str | None = None  # "reverse" or "forward"
    order: int | None = None  # 1 for the gradient, 2 for the gradient of the gradient
    argument: str | None = None  # "x", "params['w'][0]"
    index: tuple[int, ...] | None = None  # of its worst element
    ours: float | None = None
    numeric: float | None = None
    slopes: tuple[float, float] | None = None  # from the left and from the right, at a kink
    step: float | None = None  # of the finite differences, relative to the element
    seed: int | None = None
    snippet: str | None = None  # a program that fails in the same way

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        vars(self).update(details)
