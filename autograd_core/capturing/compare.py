"""Whether a replay does what the step does: results, and all that is left behind."""

import numpy as np

from autograd_core.errors import CaptureError
from autograd_core.trees import flatten

DIGITS = 1e3  # rounding errors, of the largest element, by which two orders of adding up may differ


def agree(expected, found, state, replayed):
    """Raise CaptureError unless results and states are the same, to the last digits."""
    results = list(zip(flatten(expected)[0], flatten(found)[0], strict=True))
    kept = [(name, a, b) for (name, a), (_, b) in zip(state.values(), replayed.values(), strict=True)]
    noise = noise_in([np.asarray(a) for name, a, _ in kept if name.endswith(".grad") and a is not None])
    # Of a gradient that is nothing but noise, an optimizer may make anything
    moved_by_noise = {name[: -len(".grad")] for name, a, b in kept if name.endswith(".grad") and both_within(a, b, noise)}
    for i, (name, a, b) in enumerate([*((f"result {i}", a, b) for i, (a, b) in enumerate(results)), *kept]):
        a, b = getattr(a, "_value", a), getattr(b, "_value", b)
        excused = i >= len(results) and (name in moved_by_noise or both_within(a, b, noise))
        if not excused and not alike(a, b):
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


def noise_in(gradients):
    """How large a gradient may be that is 0 but for rounding, such as that of a bias before a batch norm."""
    sizes = [np.finfo(g.dtype).eps * np.max(np.abs(g), initial=0) for g in gradients if g.dtype.kind in "fc"]
    return DIGITS * max(sizes, default=0)


def both_within(a, b, noise):
    arrays = all(isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc" for x in (a, b))
    return arrays and np.shape(a) == np.shape(b) and max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0)) <= noise


def shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 80 else text[:77] + "…"
