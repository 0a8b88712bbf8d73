"""Warnings where a gradient depends on what LAPACK happened to choose.

They look at arrays and at the values of Tensors, since forward mode and second derivatives have nothing but recorded passes.
"""

import warnings

import numpy as np

from autograd_core.derivatives.entry import KinkWarning
from autograd_core.derivatives.operands import values_of


class GaugeWarning(UserWarning):
    """A gradient that depends on an arbitrary choice: of a basis among equal eigenvalues, or of the phase of a complex vector.

    >>> import warnings
    >>> import numpy as np
    >>> from autograd_core import grad
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     _ = grad(lambda a: np.linalg.eigh(a).eigenvectors[1, 0])(np.eye(2))
    >>> [warning.category.__name__ for warning in caught]
    ['GaugeWarning']
    """


def gaps(values):
    """Which pairs of values are equal, up to rounding, and λj - λi for the others (1 for these)."""
    difference = values[..., None, :] - values[..., :, None]
    rounding = 10 * values.shape[-1] * np.finfo(values.dtype).eps
    equal = np.abs(difference) <= rounding * np.max(np.abs(values), axis=-1, keepdims=True, initial=0)[..., None]
    return equal, np.where(equal, 1, difference)


def seen(x):
    """The values of a Tensor, to look at; anything else as it is."""
    return values_of(x) if hasattr(x, "numpy") else x


def check_phases(diagonal, scale, what):
    diagonal, scale = seen(diagonal), seen(scale)
    if type(diagonal) is np.ndarray and diagonal.dtype.kind == "c" and significant(np.imag(diagonal), scale):
        warn(f"the gradient depends on the arbitrary phases of the complex {what}")


def check_equal(values, equal, m, what):
    """A part of the vectors' gradient that turns the vectors of equal eigenvalues into each other."""
    equal, m = seen(equal), seen(m)
    if type(m) is np.ndarray and significant(np.where(equal & ~np.eye(values.shape[-1], dtype=bool), m, 0), m):
        warn(f"the gradient depends on the arbitrary choice of vectors of the equal {what} {coinciding(values, equal)}")


def check_slope(values, equal, of_values, rest, what):
    if type(equal) is not np.ndarray:
        return
    if type(of_values) is not np.ndarray or type(rest) is not np.ndarray:
        warn(f"with equal {what}, derivatives beyond the first, and forward mode, are not right for what depends on the vectors")
    elif significant(rest, of_values):
        warn(f"the {what} {coinciding(values, equal)} are equal, and the gradient does not show what a change between them does")


def check_second(values, a, what):
    """In a pass that is itself recorded: the gradient V* ḡ Vᵀ of values has a derivative, which needs what the vectors do."""
    if type(a) is not np.ndarray:
        equal, _ = gaps(values)
        if type(equal) is np.ndarray and np.count_nonzero(equal) > values.size:
            warn(
                f"the {what} {coinciding(values, equal)} are equal, where derivatives beyond the first, and "
                "forward mode, are not known"
            )


def check_null(s, a, least=0):
    """The same for singular values from `least` that are 0 but for rounding: at 0 each has a kink, where its sign changes."""
    s = seen(s)
    if type(a) is not np.ndarray and type(s) is np.ndarray and s.size:
        limit = np.finfo(s.dtype).eps * max(a.shape[-2:]) * np.max(s, axis=-1, keepdims=True)
        if np.any((s >= least) & (s <= limit)):
            unknown = "derivatives beyond the first, and forward mode, are not known"
            message = f"a singular value is 0 but for rounding, where {unknown}, so they may be wrong"
            warnings.warn(message, KinkWarning, stacklevel=4)


def check_shared(g, shares):
    """In a pass that is itself recorded: where several sums are the extreme one, and the gradient that comes in is 0.

    (If it is not 0, the first derivative jumps already, and a convention decides.)
    """
    if type(g) is np.ndarray or type(shares := seen(shares)) is not np.ndarray:
        return
    shared = (shares > 0) & (shares < 1)
    if shared.any() and type(g := seen(g)) is np.ndarray and np.any((g == 0) & shared):
        message = "linalg.norm: several sums are equal, where derivatives beyond the first are not known, so they may be wrong"
        warnings.warn(message, KinkWarning, stacklevel=4)


def check_free(turning, what):
    turning = seen(turning)
    if type(turning) is np.ndarray and significant(turning, 1):
        warn(f"the gradient depends on the arbitrary choice of {what}")


def significant(part, whole):
    """Whether a part is more than rounding."""
    limit = np.sqrt(np.finfo(part.dtype).eps) * np.max(np.abs(whole), initial=0)
    return bool(np.any(np.abs(part) > limit))


def coinciding(values, equal):
    """The values that occur more than once."""
    several = np.count_nonzero(equal, axis=-1) > 1
    return ", ".join(f"{value:.6g}" for value in np.unique(np.round(np.real_if_close(values[several]), 6)))


def warn(message):
    warnings.warn(f"{message}, so it may be wrong", GaugeWarning, stacklevel=4)
