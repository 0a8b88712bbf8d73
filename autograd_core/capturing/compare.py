"""Whether a replay does what the step does: results, and all that is left behind."""

import numpy as np

from autograd_core.errors import CaptureError
from autograd_core.trees import flatten

DIGITS = 1e3  # rounding errors, of the largest element, by which two orders of adding up may differ


def agree(expected, found, state, replayed):
    """Raise CaptureError unless results and states are the same, to the last digits."""
    pairs = zip(flatten(expected)[0], flatten(found)[0], strict=True)
    values = zip(state.values(), replayed.values(), strict=True)
    everything = [(f"result {i}", a, b) for i, (a, b) in enumerate(pairs)] + [(name, a, b) for (name, a), (_, b) in values]
    for name, a, b in everything:
        a, b = getattr(a, "_value", a), getattr(b, "_value", b)
        if not alike(a, b):
            raise CaptureError(
                f"capture: the replay is not what the step does: {name} is {shown(b)}, not {shown(a)}. Usual causes: random "
                "numbers from elsewhere than a numpy.random.Generator that the step closes over, the time, a file, or "
                "something that the step changes and that is neither an array nor a number"
            )


def alike(a, b):
    """Whether two values are the same, but for rounding."""
    if not isinstance(a, (np.ndarray, np.generic, bool, int, float, complex)):
        return a is b or type(a) is not type(b) or not isinstance(a, (str, bytes, type(None), tuple)) or a == b
    if b is None or type(a) is not type(b):
        return False
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype.kind not in "fc":
        return bool(np.array_equal(a, b))
    with np.errstate(all="ignore"):
        error = DIGITS * np.finfo(a.dtype).eps
        largest = np.max(np.abs(a), initial=0, where=np.isfinite(a))
        return bool(np.allclose(b, a, rtol=error, atol=error * largest, equal_nan=True))


def shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 80 else text[:77] + "…"
