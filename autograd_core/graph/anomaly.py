"""The search for the first NaN, and for values that were changed between the two passes."""

import functools
import sys

import numpy as np

from autograd_core.errors import AnomalyError
from autograd_core.graph.edits import edits
from autograd_core.graph.modes import Mode, anomaly, recording
from autograd_core.graph.nodes import name_of, user_line


class detect_anomaly(Mode):
    """Raise AnomalyError at the first NaN, forward or backward, naming the operation and the user's line; and GraphError
    in a backward pass through values that were changed behind the library's back.

    check_nan   look for NaN (the default)
    check_inf   look for infinities too; not the default, since a masked -inf or log(0) is often meant

    What is searched is the result of every recorded operation and every gradient that a rule sends back, not values
    that nothing is recorded of: constants, and what is computed under `no_grad()`. Inside, every recorded operation
    keeps the line that called it, and errors from the backward pass show it; this costs some microseconds an
    operation and two more readings of its values; outside it costs nothing.

    Every recorded operation also keeps a checksum of all values that it saved for the backward pass. So an array that was
    written to in the meantime, though not through a Tensor, is noticed, and the line of the operation named: `t.data[0] = …`,
    `t.detach().numpy()`, and any element of one's own array that served as a constant, a mask or an index. (That such an
    array was filled again is noticed outside too, but not each single element of one larger than 256 KB, and without the
    line.) A backward pass through what was recorded inside looks for that wherever it is run, before any gradient changes.
    What the graph has released, or is never run backward, may be written to as outside.

    >>> import autograd_core as ag, numpy as np
    >>> x = ag.Tensor([0.0, 1.0], requires_grad=True)
    >>> with ag.detect_anomaly(), np.errstate(all="ignore"):
    ...     y = x / x
    Traceback (most recent call last):
    ...
    autograd_core.errors.AnomalyError: divide made a NaN at index (0,) ...
    >>> with ag.detect_anomaly(check_inf=True), np.errstate(all="ignore"):
    ...     y = 1 / x
    Traceback (most recent call last):
    ...
    autograd_core.errors.AnomalyError: divide made an infinity at index (0,) ...
    >>> mask = np.array([1.0, 0.0])
    >>> with ag.detect_anomaly():
    ...     y = np.sum(x * mask)
    ...     mask[:] = 1
    ...     y.backward()
    Traceback (most recent call last):
    ...
    autograd_core.errors.GraphError: backward: multiply (...) had saved its argument b of shape (2,), which was then changed ...
    """

    def __init__(self, check_nan=True, check_inf=False):
        super().__init__(*[check_nan] if callable(check_nan) else [])
        self.check_nan, self.check_inf = check_nan, check_inf
        self._beside = None

    def _value(self):
        return self

    def _settings(self):
        return {"check_nan": self.check_nan, "check_inf": self.check_inf}

    def __enter__(self):
        outer = anomaly.get()
        if outer is not self:
            self._beside = None if isinstance(outer, detect_anomaly) else outer
        self._tokens.append((anomaly.set(self), recording.set(self)))
        return self

    def __exit__(self, *exc):
        self._leave(anomaly, recording)

    def made(self, node, out, values):
        """Note the user's line in a new node, whose operation made `out` of the `values` of its arguments, and look at it."""
        if self._beside is not None:  # `visualize.record()` around this goes on keeping what is made
            self._beside.made(node, out, values)
        node.line = calling_line()
        edits.watch(node)
        self._look(node, out, "made")

    def starts(self, grads):
        """A backward pass begins with these gradients."""
        if self._beside is not None:
            self._beside.starts(grads)

    def sent(self, node, i, contribution):
        """Look at a gradient that a rule returned."""
        if self._beside is not None and self._beside.sent is not None:
            self._beside.sent(node, i, contribution)
        self._look(node, contribution, "the derivative of {} sent")

    def _look(self, node, value, verb):
        value = np.asarray(getattr(value, "_value", value)) if not isinstance(value, tuple) else np.zeros(0)
        if value.dtype.kind not in "fc":
            return
        for wanted, test, what in ((self.check_nan, np.isnan, "a NaN"), (self.check_inf, np.isinf, "an infinity")):
            if wanted and (bad := test(value)).any():
                index = tuple(int(i) for i in np.argwhere(bad)[0])
                subject = verb.format(name_of(node)) if "{}" in verb else f"{name_of(node)} {verb}"
                raise AnomalyError(f"{subject} {what} at index {index} of shape {value.shape}{user_line(node)}")


def calling_line():
    """(code object, line number) of the nearest frame outside this package, NumPy, and code that is in no module."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_inside(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame.f_code, frame.f_lineno


@functools.cache
def _is_inside(module):
    top = module.partition(".")[0]
    return top in ("autograd_core", "numpy", "") or getattr(sys.modules.get(top), "__extends_autograd_core__", False)
