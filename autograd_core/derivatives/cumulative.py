"""Running sums and products along an axis, and the recurrence that their derivatives are."""

import numpy as np

from autograd_core.derivatives.reductions import axes_of, before, flattened, unflattened, without_nan
from autograd_core.derivatives.strong import both
from autograd_core.derivatives.table import composed, derivative, primitive


def cumsum_a(g, a_shape, axis):
    """The running sum of ḡ from the end."""
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], a_shape)
    reverse = (slice(None),) * axes_of(axis, np.ndim(g))[0] + (slice(None, None, -1),)
    return np.cumsum(g[reverse], axis=axis)[reverse]


def cumprod_a(g, a, out, axis):
    """x̄ᵢ = Σₖ ḡₖ Πⱼ xⱼ over k ≥ i, j ≤ k but i: what is before i, times tᵢ = ḡᵢ + xᵢ₊₁ tᵢ₊₁."""
    shape = np.shape(a)
    if axis is None or not shape:
        a, g, axis = np.reshape(a, -1), np.reshape(g, -1), 0
    x, g = flattened(a, axis), flattened(g, axis)
    return np.reshape(unflattened(both(before(x), returning(x, g)), np.shape(a), axis), shape)


def returning(a, g):
    """tᵢ = gᵢ + aᵢ₊₁ tᵢ₊₁, along the last axis from its end."""
    return recurrence(delayed(a[..., ::-1]), g[..., ::-1])[..., ::-1]


def delayed(a):
    """0, a₀, a₁, …: the array moved on by one along the last axis."""
    return np.concatenate([np.zeros_like(a[..., :1]), a[..., :-1]], axis=-1)


@primitive(
    "sᵢ = bᵢ + aᵢ sᵢ₋₁ | tᵢ outᵢ₋₁ with tᵢ = ḡᵢ + aᵢ₊₁ tᵢ₊₁ | t",
    a=lambda g, a, out: both(returning(a, g), delayed(out)),
    b=lambda g, a: returning(a, g),
)
def recurrence(a, b):
    """s₀ = b₀, sᵢ = bᵢ + aᵢ sᵢ₋₁ along the last axis, in O(n) steps and O(log n) calls.

    Two steps are one step of the same kind, s₂ᵢ₊₁ = (b₂ᵢ₊₁ + a₂ᵢ₊₁ b₂ᵢ) + (a₂ᵢ₊₁ a₂ᵢ) s₂ᵢ₋₁: that is a problem of half
    the length for the odd places, and one more step from these gives the even ones.
    """
    n = b.shape[-1]
    if n < 2:
        return b * np.ones_like(a)
    half = n // 2
    even, odd = (..., slice(0, 2 * half, 2)), (..., slice(1, None, 2))
    s_odd = recurrence(both(a[odd], a[even]), b[odd] + both(a[odd], b[even]))
    s_even = np.concatenate([b[..., :1], b[..., 2::2] + both(a[..., 2::2], s_odd[..., : (n - 1) // 2])], axis=-1)
    pairs = np.reshape(np.stack([s_even[..., :half], s_odd], axis=-1), (*b.shape[:-1], 2 * half))
    return np.concatenate([pairs, s_even[..., half:]], axis=-1)


derivative("cumsum", "sᵢ = Σⱼ aⱼ, j ≤ i | Σₖ ḡₖ, k ≥ i", a=cumsum_a)
derivative("cumprod", "pᵢ = Πⱼ aⱼ, j ≤ i | Σₖ ḡₖ Πⱼ aⱼ, j ≤ k but i", a=cumprod_a)


@composed("nancumsum")
def nancumsum(a, axis=None, dtype=None, out=None):
    return np.cumsum(without_nan(a, 0), axis=axis, dtype=dtype)


@composed("nancumprod")
def nancumprod(a, axis=None, dtype=None, out=None):
    return np.cumprod(without_nan(a, 1), axis=axis, dtype=dtype)


@composed("cumulative_sum")
def cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    x = np.atleast_1d(x)
    return starting(np.cumsum(x, axis=axis_needed("cumulative_sum", x, axis), dtype=dtype), 0, axis, include_initial)


@composed("cumulative_prod")
def cumulative_prod(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    x = np.atleast_1d(x)
    return starting(np.cumprod(x, axis=axis_needed("cumulative_prod", x, axis), dtype=dtype), 1, axis, include_initial)


def axis_needed(name, x, axis):
    if axis is None and np.ndim(x) > 1:
        raise ValueError(f"{name}: an array of {np.ndim(x)} dimensions needs axis=, got axis=None")
    return axis


def starting(running, value, axis, wanted):
    """What a running sum or product is before the first element, put in front."""
    if not wanted:
        return running
    axis = axis or 0
    shape = list(running.shape)
    shape[axis] = 1
    return np.concatenate([np.full(shape, value, running.dtype), running], axis=axis)
