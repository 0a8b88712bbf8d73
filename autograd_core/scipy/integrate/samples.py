"""Integrals of samples: sums of them with weights, and so made of NumPy's functions."""

import numpy as np
import scipy.integrate as original

from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule

integrate = Submodule("integrate")


@integrate.composed("trapezoid")
def trapezoid(y, x, dx, axis):
    """the area below straight lines between samples"""
    return np.trapezoid(y, x, dx, axis)


def steps(y, x, dx, axis):
    """The samples with their axis last, and a function slice -> the steps between them."""
    y = np.moveaxis(y, axis, -1)
    if x is None:
        return y, lambda *_: dx
    h = np.diff(x if np.ndim(x) == 1 else np.moveaxis(x, axis, -1), axis=-1)
    return y, lambda *ends: h[..., slice(*ends)]


def from_start(parts, initial, axis):
    """Running sums of the parts of an integral, after `initial` if that is given."""
    total = np.cumsum(parts, axis=-1)
    if initial is not None:
        initial = initial if np.ndim(initial) < total.ndim else np.moveaxis(initial, axis, -1)
        first = np.zeros_like(plain(total)[..., :1]) + initial
        total = np.concatenate([first, total + first], axis=-1)
    return np.moveaxis(total, -1, axis)


@integrate.composed("cumulative_trapezoid")
def cumulative_trapezoid(y, x, dx, axis, initial):
    """running areas below straight lines between samples"""
    y, h = steps(y, x, dx, axis)
    return from_start(h(None) * (y[..., 1:] + y[..., :-1]) / 2, initial, axis)


@integrate.composed("simpson")
def simpson(y, x, dx, axis):
    """the area below parabolas through samples; an odd one at the end by Cartwright's rule"""
    y, h = steps(y, x, dx, axis)
    count = y.shape[-1]
    if count < 3:
        return np.sum(h(None) * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)
    last = count - 2 + count % 2  # the number of the last sample below a parabola
    h0, h1 = h(0, last, 2), h(1, last, 2)
    both = h0 + h1
    parts = (2 - h1 / h0) * y[..., 0:last:2] + both**2 / (h0 * h1) * y[..., 1:last:2] + (2 - h0 / h1) * y[..., 2 : last + 1 : 2]
    total = np.sum(both / 6 * parts, axis=-1, keepdims=True)
    if count % 2 == 0:
        a, b = h(-2, -1), h(-1, None)
        total = total + (2 * b**2 + 3 * a * b) / (6 * (a + b)) * y[..., -1:] + (b**2 + 3 * a * b) / (6 * a) * y[..., -2:-1]
        total = total - b**3 / (6 * a * (a + b)) * y[..., -3:-2]
    return total[..., 0]


def _below_parabola(y0, y1, y2, a, b):
    """The area over the first of two steps a, b, below the parabola through three samples."""
    both = a + b
    square = a * a / (both * b)
    return a / 6 * ((3 - a / both) * y0 + (3 + square + a / both) * y1 - square * y2)


@integrate.composed("cumulative_simpson")
def cumulative_simpson(y, x, dx, axis, initial):
    """running areas below parabolas through samples"""
    y, h = steps(y, x, dx, axis)
    count = y.shape[-1]
    if count < 3:
        return from_start(h(None) * (y[..., 1:] + y[..., :-1]) / 2, initial, axis)
    a, b = h(None, -1), h(1, None)
    ahead = _below_parabola(y[..., :-2], y[..., 1:-1], y[..., 2:], a, b)  # step k, from the samples k, k + 1, k + 2
    behind = _below_parabola(y[..., 2:], y[..., 1:-1], y[..., :-2], b, a)  # step k + 1, from the same
    number = np.arange(count - 1)
    use_ahead = (number % 2 == 0) & (number < count - 2)
    padded = [(0, 0)] * (y.ndim - 1)
    parts = np.where(use_ahead, np.pad(ahead, [*padded, (0, 1)]), np.pad(behind, [*padded, (1, 0)]))
    return from_start(parts, initial, axis)


@integrate.composed("romb")
def romb(y, dx, axis):
    """Romberg's integral of 2ᵏ + 1 samples"""
    y = np.moveaxis(y, axis, -1)
    return dx * (y @ original.romb(np.eye(y.shape[-1]), axis=0))
