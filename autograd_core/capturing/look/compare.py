"""Whether a replay does what the step does: results, and all that is left behind."""

from functools import cache

import numpy as np

from autograd_core.capturing.look.containers import flatten, structure

SMALL = 4096  # bytes
DIGITS = 1e3  # rounding errors, of the largest element, by which two orders of adding up may differ …
MOST = 0.1  # … but no more than this part of it: a thousand of float16 would be all of it


def disagreement(expected, replayed_result, state, replayed, known):
    """(name, found, expected) of the first that is not the same, to the last digits, of results and states, [(name, value)].

    `known` says which objects were there before, of which nothing is taken apart.
    """
    if structure(expected, known, True) != structure(replayed_result, known, True):
        return "the result", shown(replayed_result), shown(expected)
    pairs = zip(flatten(expected, known, True)[0], flatten(replayed_result, known, True)[0], strict=True)
    results = [(f"result {i}", a, b) for i, (a, b) in enumerate(pairs)]
    kept = [
        (name, value_in(a), value_in(b))
        for (name, a), (_, b) in zip(state, replayed, strict=True)
        if a is not b or isinstance(a, np.generic) or name.endswith(".grad")
    ]  # of the others there is nothing to compare
    coarsest = max([eps_of(a) for _, a, _ in (*kept, *results)], default=0)  # a norm in float64 of arrays in float32 is no better
    others = [(name, a, b) for name, a, b in kept if not alike(a, b, coarsest if np.ndim(a) == 0 else 0)]
    if others:
        gradients = [np.asarray(a) for name, a, _ in kept if name.endswith(".grad") and a is not None]
        noise = noise_in(gradients or [a for _, a, _ in kept if isinstance(a, np.ndarray)])
        free = {name.removesuffix(".grad"): only_noise(a, b, noise) for name, a, b in kept if name.endswith(".grad")}
        shapes = {g.shape for g in gradients}
        sums = {name for name, a, _ in others if name.endswith(".grad") or (name not in free and np.shape(a) in shapes)}
        others = [(name, a, b) for name, a, b in others if not excused(a, b, noise, name in sums, free.get(name))]
    for name, a, b in [*[entry for entry in results if not alike(*entry[1:], coarsest)], *others]:
        return name, shown(value_in(b)), shown(value_in(a))
    return None


def value_in(value):
    """What is in a Tensor."""
    return getattr(value, "_value", value)


def eps_of(value):
    dtype = getattr(value, "dtype", None)
    return eps(dtype) if dtype is not None and dtype.kind in "fc" else 0


@cache
def eps(dtype):
    return np.finfo(dtype).eps


def alike(a, b, coarsest=0):
    """Whether two values are the same except for rounding, in their dtype or in one that is as coarse as this."""
    a, b = value_in(a), value_in(b)
    if a is b:
        return True
    if not isinstance(a, (np.ndarray, np.generic, bool, int, float, complex)):
        return a is b or type(a) is not type(b) or not isinstance(a, (str, bytes, type(None), tuple)) or a == b
    if b is None or type(a) is not type(b):
        return False
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype.kind not in "fc":
        return bool(np.array_equal(a, b))
    if not a.size or (a.nbytes <= SMALL and a.tobytes() == b.tobytes()):  # as most are, in a tenth of the time
        return True
    with np.errstate(all="ignore"):
        error = min(DIGITS * max(coarsest, eps(a.dtype)), MOST)
        if np.abs(b - a).max() <= error * np.abs(a).max() < np.inf:  # nearly always, and three times as fast
            return True
        largest = np.max(np.abs(a), initial=0, where=np.isfinite(a))
        return bool(np.allclose(b, a, rtol=error, atol=error * largest, equal_nan=True))


def noise_in(gradients):
    """The largest that a gradient may be that is 0 except for rounding, such as that of a bias before a batch norm."""
    sizes = [eps(g.dtype) * largest(g) for g in gradients if g.dtype.kind in "fc"]
    return DIGITS * max(sizes, default=0)


def only_noise(a, b, noise):
    """For each element of two gradients, whether they differ and are too small to say anything; None if there is no such."""
    if not are_floats(a, b):
        return None
    noisy = (a != b) & (np.abs(a) <= noise) & (np.abs(b) <= noise)
    return noisy if noisy.any() else None


def excused(a, b, noise, is_sum, free):
    """Whether two values may differ as they do, since gradients are no more exact than `noise`.

    is_sum   whether they are gradients or, such as moments, sums of them: a small one is no more exact than large ones
    free     elements whose gradients are nothing but noise, of which an optimizer may make anything
    """
    if not are_floats(a, b):
        return False
    with np.errstate(all="ignore"):
        if max(largest(a), largest(b)) <= noise or (is_sum and largest(a - b) <= noise):
            return True
    return free is not None and free.shape == a.shape and alike(a[~free], b[~free])


def are_floats(*arrays):
    """Whether these are arrays of floats, or numbers of NumPy's, of one shape."""
    return all(isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc" and x.shape == arrays[0].shape for x in arrays)


def largest(x):
    return np.max(np.abs(x), initial=0)


def shown(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 80 else text[:77] + "…"
