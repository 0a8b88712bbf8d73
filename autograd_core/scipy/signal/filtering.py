"""Filters: recursive ones, their cascades, forward and backward, and smoothing by polynomials.

y = (b / a) x is a convolution with b, then the recursion y[n] = x[n] - Σ a[k] y[n - k]. Its derivative by x is the recursion
run backward in time; by a[k] it is -Σ v[n] y[n - k], with v that of x. States are those of SciPy, the transposed direct form II:
a state z at the start is an input Σ z[k] δ[n - k] to the recursion.
"""

from itertools import pairwise

import numpy as np
from scipy import signal as original

from autograd_core.derivatives.table import primitive
from autograd_core.graph.variable import plain
from autograd_core.scipy.declaring import Submodule, refused

signal = Submodule("signal")


def backward_in_time(g, a):
    return np.flip(recursion(np.flip(g, -1), a), -1)


def _by_coefficients(g, a, out):
    v = backward_in_time(g, a)
    terms = [-np.sum(v[..., k:] * out[..., : out.shape[-1] - k]) for k in range(1, a.shape[0])]
    return np.stack([0 * a[0], *terms])


@primitive(
    "y[n] = x[n] - Σ a[k] y[n - k] | ḡ through the recursion, backward | -Σ x̄[n] y[n - k]",
    name="recursion",
    x=lambda g, a: backward_in_time(g, a),
    a=lambda g, a, out: _by_coefficients(g, a, out),
)
def recursion(x, a):
    """The filter 1 / a along the last axis, with a[0] = 1."""
    return original.lfilter([1.0], a, x, axis=-1)


def shifted(x, k):
    """x later by k, from zeros, along the last axis."""
    if k == 0:
        return x
    return np.concatenate([np.zeros((*x.shape[:-1], min(k, x.shape[-1])), x.dtype), x[..., : max(x.shape[-1] - k, 0)]], axis=-1)


def filtered(b, a, x, zi=None):
    """(b / a) x along the last axis, and the state at the end: (y, zf)."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    b, a = b / a[0], a / a[0]
    n, order = x.shape[-1], max(b.shape[0], a.shape[0]) - 1
    forced = sum([b[k] * shifted(x, k) for k in range(1, b.shape[0])], b[0] * x)
    if zi is not None:
        start = zi if order <= n else zi[..., :n]
        pad = [(0, 0)] * (zi.ndim - 1) + [(0, n - start.shape[-1])]
        forced = forced + np.pad(start, pad)
    y = recursion(forced, a) if a.shape[0] > 1 else forced
    return y, _state(b, a, x, y, zi, order) if zi is not None else None


def _state(b, a, x, y, zi, order):
    """z[k] at the end: Σ of b[j] x - a[j] y for j > k at the last times, and what is left of zi."""
    n, states = x.shape[-1], []
    for k in range(order):
        state = 0 * y[..., -1]
        for j in range(k + 1, order + 1):
            last = n - (j - k)
            if last >= 0:
                state = state + (b[j] * x[..., last] if j < b.shape[0] else 0) - (a[j] * y[..., last] if j < a.shape[0] else 0)
        states.append(state + (zi[..., k + n] if k + n < order else 0))
    return np.stack(states, axis=-1) if states else zi


def along(axis, x):
    return np.moveaxis(x, axis, -1)


@signal.composed("lfilter")
def lfilter(b, a, x, axis, zi):
    """A recursive or non-recursive filter along one axis."""
    x = along(axis, np.atleast_1d(x))
    y, zf = filtered(b, a, x, None if zi is None else np.broadcast_to(along(axis, zi), _shape_of_state(b, a, x)))
    y = np.moveaxis(y, -1, axis)
    return y if zi is None else (y, np.moveaxis(zf, -1, axis))


def _shape_of_state(b, a, x):
    return (*x.shape[:-1], max(np.size(plain(b)), np.size(plain(a))) - 1)


@signal.composed("lfilter_zi")
def lfilter_zi(b, a):
    """The state at which the response to a step is steady."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    b, a = b / a[0], a / a[0]
    n = max(b.shape[0], a.shape[0])
    b, a = np.pad(b, (0, n - b.shape[0])), np.pad(a, (0, n - a.shape[0]))
    below = np.eye(n - 1, k=1)
    step = np.eye(n - 1) - below + np.concatenate([a[1:, None], np.zeros((n - 1, n - 2))], axis=1)
    return np.linalg.solve(step, b[1:] - a[1:] * b[0])


def sections(what, sos):
    if np.ndim(sos) != 2 or np.shape(sos)[1] != 6:
        raise ValueError(f"scipy.signal.{what}: sos must have the shape (sections, 6), got {np.shape(sos)}")
    return sos


@signal.composed("sosfilt")
def sosfilt(sos, x, axis, zi):
    """A cascade of filters of second order."""
    x = along(axis, np.atleast_1d(x))
    states = []
    for i in range(sections("sosfilt", sos).shape[0]):
        start = None if zi is None else along(axis, zi[i])
        x, state = filtered(sos[i, :3], sos[i, 3:], x, None if start is None else np.broadcast_to(start, (*x.shape[:-1], 2)))
        states.append(state)
    y = np.moveaxis(x, -1, axis)
    return y if zi is None else (y, np.stack([np.moveaxis(state, -1, axis) for state in states]))


@signal.composed("sosfilt_zi")
def sosfilt_zi(sos):
    """The states at which the response of a cascade to a step is steady."""
    scale, states = 1.0, []
    for i in range(sections("sosfilt_zi", sos).shape[0]):
        b, a = sos[i, :3], sos[i, 3:]
        states.append(scale * lfilter_zi_of(b, a))
        scale = scale * np.sum(b) / np.sum(a)
    return np.stack(states)


lfilter_zi_of = lfilter_zi


def extended(what, x, padtype, padlen, least):
    """x along its last axis with what comes before and after, and how many that are on each side."""
    if padtype not in ("odd", "even", "constant", None):
        raise ValueError(f"scipy.signal.{what}: padtype must be 'odd', 'even', 'constant' or None, got {padtype!r}")
    edge = 0 if padtype is None else (3 * least if padlen is None else padlen)
    if x.shape[-1] <= edge:
        raise ValueError(f"scipy.signal.{what}: x must be longer than padlen, which is {edge}")
    if not edge:
        return x, 0
    before, after = x[..., edge:0:-1], x[..., -2 : -edge - 2 : -1]
    if padtype == "odd":
        before, after = 2 * x[..., :1] - before, 2 * x[..., -1:] - after
    elif padtype == "constant":
        before, after = x[..., :1] + 0 * before, x[..., -1:] + 0 * after
    return np.concatenate([before, x, after], axis=-1), edge


def _forth_and_back(run, x, zi, edge):
    """A filter run forward and then backward, each from the steady state of the first value."""
    y = run(x, zi * x[..., :1])
    y = np.flip(run(np.flip(y, -1), zi * y[..., -1:]), -1)
    return y[..., edge : y.shape[-1] - edge] if edge else y


@signal.composed("filtfilt")
def filtfilt(b, a, x, axis, padtype, padlen, method, irlen):
    """A filter run forward and backward, so that it shifts nothing."""
    if method != "pad":
        raise refused("scipy.signal.filtfilt", "method", method, "write method='pad'")
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    x, edge = extended("filtfilt", along(axis, np.atleast_1d(x)), padtype, padlen, max(b.shape[0], a.shape[0]))
    if max(b.shape[0], a.shape[0]) == 1:
        y = x * (b[0] / a[0]) ** 2
        return np.moveaxis(y[..., edge : y.shape[-1] - edge], -1, axis)
    y = _forth_and_back(lambda x, z: filtered(b, a, x, z)[0], x, lfilter_zi_of(b, a), edge)
    return np.moveaxis(y, -1, axis)


@signal.composed("sosfiltfilt")
def sosfiltfilt(sos, x, axis, padtype, padlen):
    """A cascade run forward and backward."""
    n = sections("sosfiltfilt", sos).shape[0]
    values = plain(sos)
    taps = 2 * n + 1 - min(int(np.sum(values[:, 2] == 0)), int(np.sum(values[:, 5] == 0)))
    x, edge = extended("sosfiltfilt", along(axis, np.atleast_1d(x)), padtype, padlen, taps)
    zi = sosfilt_zi(sos)

    def run(x, first):
        for i in range(n):
            x, _ = filtered(sos[i, :3], sos[i, 3:], x, np.expand_dims(zi[i], tuple(range(x.ndim - 1))) * first)
        return x

    y = run(x, x[..., :1])
    y = np.flip(run(np.flip(y, -1), y[..., -1:]), -1)
    return np.moveaxis(y[..., edge : y.shape[-1] - edge] if edge else y, -1, axis)


# Linear in the signal, with coefficients that are numbers


def _ends(window, polyorder, deriv, delta):
    """The matrices from the first and the last values of a signal to its smoothed ones there: SciPy's, of unit vectors."""
    of_units = original.savgol_filter(np.eye(window), window, polyorder, deriv=deriv, delta=delta, axis=0, mode="interp")
    half = window // 2
    return of_units[:half], of_units[window - half :]


@signal.composed("savgol_filter")
def savgol_filter(x, window_length, polyorder, deriv, delta, axis, mode, cval):
    """The Savitzky-Golay filter: polynomials fitted to each window."""
    x = along(axis, x if plain(x).dtype.kind == "f" else x.astype(float))
    kernel = original.savgol_coeffs(window_length, polyorder, deriv=deriv, delta=delta).astype(x.dtype)
    pads = {"mirror": "reflect", "nearest": "edge", "wrap": "wrap", "constant": "constant", "interp": None}
    if mode not in pads:
        raise ValueError(f"scipy.signal.savgol_filter: mode must be one of {', '.join(pads)}, got {mode!r}")
    if mode == "interp":
        if window_length > x.shape[-1]:
            raise ValueError("scipy.signal.savgol_filter: with mode='interp' window_length must be no more than the size of x")
        padded = x
    else:
        half, even = window_length // 2, 1 - window_length % 2
        widths = [(0, 0)] * (x.ndim - 1) + [(half - even, half)]
        padded = np.pad(x, widths, constant_values=cval) if mode == "constant" else np.pad(x, widths, mode=pads[mode])
    windows = np.lib.stride_tricks.sliding_window_view(padded, window_length, axis=-1)
    inner = windows @ np.flip(kernel)
    if mode == "interp" and window_length > 1:
        first, last = (matrix.astype(x.dtype) for matrix in _ends(window_length, polyorder, deriv, delta))
        start, end = x[..., :window_length] @ first.T, x[..., x.shape[-1] - window_length :] @ last.T
        inner = np.concatenate([start, inner[..., : x.shape[-1] - 2 * (window_length // 2)], end], axis=-1)
    return np.moveaxis(inner, -1, axis)


@signal.composed("detrend")
def detrend(data, axis, type, bp):
    """The signal without its mean, or without the line fitted to it between breaks."""
    if type not in ("linear", "l", "constant", "c"):
        raise ValueError(f"scipy.signal.detrend: type must be 'linear' or 'constant', got {type!r}")
    data = data if plain(data).dtype.kind in "fc" else data.astype(float)
    if type in ("constant", "c"):
        return data - np.mean(data, axis=axis, keepdims=True)
    data = along(axis, data)
    breaks = sorted({0, *np.ravel(bp).tolist(), data.shape[-1]})
    if breaks[-1] > data.shape[-1]:
        raise ValueError("scipy.signal.detrend: breakpoints must be less than the length of data along its axis")
    parts = []
    for start, end in pairwise(breaks):
        line = np.stack([np.ones(end - start), np.arange(1, end - start + 1) / (end - start)], axis=1).astype(data.dtype)
        q, _ = np.linalg.qr(line)
        part = data[..., start:end]
        parts.append(part - (part @ q) @ q.T)
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)
