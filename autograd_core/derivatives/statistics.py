"""Spreads and averages: variances, standard deviations, weighted means, covariances."""

import math
import warnings

import numpy as np

from autograd_core.derivatives.operands import array, cast
from autograd_core.derivatives.reductions import UNSET, axes_of, count, counted, given, kept_shape, masked
from autograd_core.derivatives.rules import Root
from autograd_core.derivatives.strong import over, somewhere, times
from autograd_core.derivatives.table import composed, derivative

# Variances. `mean` is the mean if the caller has it already: then it is an operand of its own


def var_a(g, a, axis, ddof, where, mean, correction):
    n = freedom(np.shape(a), axis, ddof, where, correction)
    g = np.reshape(real(g), kept_shape(np.shape(a), axis))
    return masked(times(g, 2 / n * np.conjugate(deviation(a, axis, where, mean))), where)


def var_mean(g, a, axis, ddof, where, mean, correction):
    return -var_a(g, a, axis, ddof, where, mean, correction)


def std_a(g, a, out, axis, ddof, where, mean, correction):
    """ḡ (a - μ) / (n out), and 0 where all elements are the same: a minimum, though the slope jumps there.

    It is the elements that are compared: the mean of three 0.1 is not 0.1, nor is their computed deviation then 0.
    """
    shape = kept_shape(np.shape(a), axis)
    g, out = np.reshape(real(g), shape), np.reshape(real(out), shape)
    at_zero = still(a, out, axis, where, mean)
    n = freedom(np.shape(a), axis, ddof, where, correction)
    g = over(np.where(at_zero, 0, g), n * np.where(at_zero, 1, out))
    return masked(times(g, np.conjugate(deviation(a, axis, where, mean))), where)


def real(x):
    """x, as a real number, which a variance is even if it comes as a complex one (dtype=complex)."""
    return np.real(x) if x.dtype.kind == "c" else x


def still(a, out, axis, where, mean):
    """Where std is 0, or would be but for rounding."""
    zero = np.reshape(out, kept_shape(np.shape(a), axis)) == 0
    return zero | constant(a, axis, where) if mean is UNSET else zero


def std_mean(g, a, out, axis, ddof, where, mean, correction):
    return -std_a(g, a, out, axis, ddof, where, mean, correction)


def freedom(shape, axis, ddof, where, correction):
    """The number that the sum of squares is divided by; NaN if there is none, as the variance is NaN there."""
    n = count(shape, axis, where) - (ddof if correction is UNSET else correction)
    if given(where):
        return np.where(n > 0, n, np.nan)
    return n if n > 0 else np.nan


def deviation(a, axis, where, mean):
    """a - μ; 0 for an element that `where` leaves out, which may be NaN."""
    if not given(where):
        return a - (np.mean(a, axis=axis, keepdims=True) if mean is UNSET else mean)
    if mean is UNSET:
        mean = np.sum(a, axis=axis, keepdims=True, where=where) / np.maximum(count(np.shape(a), axis, where), 1)
    return np.where(where, a, mean) - mean


def constant(a, axis, where):
    """Whether all elements of a slice are the same."""
    options = {"axis": axis, "keepdims": True, "where": where}
    return np.max(a, initial=-np.inf, **options) == np.min(a, initial=np.inf, **options)


derivative("var", "Σ |a - μ|² / n | 2 ḡ (a - μ)* / n | -2 ḡ Σ (a - μ)* / n", a=var_a, mean=var_mean)
derivative(
    "std",
    "√(Σ |a - μ|² / n) | ḡ (a - μ)* / (n out), 0 where out is 0 | -ḡ Σ (a - μ)* / (n out)",
    a=std_a,
    mean=std_mean,
    root=Root(
        lambda a, out, axis, where, mean: np.reshape(still(a, out, axis, where, mean), np.shape(out)), a=var_a, mean=var_mean
    ),
)


@composed("nanvar")
def nanvar(a, axis=None, dtype=None, out=None, ddof=0, keepdims=UNSET, *, where=UNSET, mean=UNSET, correction=UNSET):
    with np.errstate(invalid="ignore", divide="ignore"):  # it warns of a slice of NaNs in words of its own
        return np.var(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=counted(a, where), mean=mean, correction=correction
        )


@composed("nanstd")
def nanstd(a, axis=None, dtype=None, out=None, ddof=0, keepdims=UNSET, *, where=UNSET, mean=UNSET, correction=UNSET):
    with np.errstate(invalid="ignore", divide="ignore"):  # it warns of a slice of NaNs in words of its own
        return np.std(
            a, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims, where=counted(a, where), mean=mean, correction=correction
        )


# Weighted means


@composed("average")
def average(a, axis=None, weights=None, returned=False, *, keepdims=UNSET):
    a = array(a)
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        total = mean.dtype.type(a.size / max(mean.size, 1))
    else:
        weights = aligned("average", array(weights), a.shape, axis)
        total = np.sum(weights, axis=axis, dtype=np.result_type(a.dtype, weights.dtype), keepdims=keepdims)
        if somewhere(total == 0):
            raise ZeroDivisionError("average: the weights sum to zero, so that there is no average")
        mean = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
    if returned:
        return mean, total if total.shape == mean.shape else np.broadcast_to(total, mean.shape).copy()
    return mean


def aligned(name, weights, shape, axis):
    """Weights as an array of the shape of a, where there may be just one for each index along the axes averaged over."""
    if np.shape(weights) == shape:
        return weights
    if axis is None:
        raise TypeError(f"{name}: axis must be given when weights and a differ in shape, got {np.shape(weights)} and {shape}")
    axes = axes_of(axis, len(shape))
    along = tuple(shape[i] for i in axes)
    if np.shape(weights) != along:
        raise ValueError(f"{name}: weights must have the shape of a along axis, {along}, got {np.shape(weights)}")
    weights = np.transpose(weights, list(np.argsort(axes)))
    weights = np.reshape(weights, [n if i in axes else 1 for i, n in enumerate(shape)])
    return np.broadcast_to(weights, shape)


# Covariances


@composed("cov")
def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: ddof must be an integer, got {ddof}")
    m, y = array(m), y if y is None else array(y)
    if m.ndim > 2 or (y is not None and y.ndim > 2):
        raise ValueError(f"cov: m and y must have at most 2 dimensions, got {m.ndim if y is None else (m.ndim, y.ndim)}")
    if dtype is None:
        dtype = np.result_type(np.float64, m.dtype, *(() if y is None else (y.dtype,)))
    x = variables(m, not rowvar and m.ndim == 2)
    if y is not None:
        x = np.concatenate([x, variables(y, not rowvar and y.ndim == 2 and y.shape[0] != 1)], axis=0)
    x = cast(x, dtype)
    ddof = ddof if ddof is not None else 0 if bias else 1
    w = sample_weights(fweights, aweights, x.shape[1])
    mean, total = np.average(x, axis=1, weights=w, returned=True)
    x = x - mean[:, None]
    n = freedom_of(total[0], w, aweights, ddof)
    return np.squeeze((x if w is None else x * w) @ np.conjugate(np.transpose(x)) * np.true_divide(1, n))


def variables(m, columns):
    """The variables as the rows of a matrix."""
    return np.transpose(m) if columns else m if m.ndim == 2 else np.reshape(m, (1, -1))


def sample_weights(fweights, aweights, n):
    """How much each of the n observations counts, or None."""
    weights = {name: array(w) for name, w in {"fweights": fweights, "aweights": aweights}.items() if w is not None}
    for name, w in weights.items():
        if w.shape != (n,):
            raise RuntimeError(f"cov: {name} must have one number for each of the {n} observations, got shape {w.shape}")
        if somewhere(w < 0):
            raise ValueError(f"cov: {name} cannot be negative")
        if name == "fweights" and np.any(w != np.round(w)):
            raise TypeError("cov: fweights must be whole numbers")
    return math.prod(weights.values()) if weights else None


def freedom_of(total, weights, aweights, ddof):
    """The number that the sum of products is divided by."""
    n = total - ddof
    if aweights is not None and ddof:
        n = total - ddof * np.sum(weights * aweights) / total
    if n <= 0:
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
        return 0.0
    return n


@composed("corrcoef")
def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    c = np.cov(x, y, rowvar, dtype=dtype)
    if np.ndim(c) == 0:
        return c / c
    deviations = np.sqrt(np.real(np.diagonal(c)))
    r = c / deviations[:, None] / deviations[None, :]
    if r.dtype.kind == "c":
        return np.clip(np.real(r), -1, 1) + 1j * np.clip(np.imag(r), -1, 1)
    return np.clip(r, -1, 1)  # rounding may lead out of it
