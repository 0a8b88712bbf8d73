"""The analytic signal, and Fourier transforms of short times."""

import numpy as np
from scipy import signal as original

from autograd_core.graph.variable import count_recorded, plain
from autograd_core.scipy.declaring import Submodule, refused

signal = Submodule("signal")


@signal.composed("hilbert")
def hilbert(x, N, axis):
    """The analytic signal: twice the positive frequencies."""
    if plain(x).dtype.kind == "c":
        raise ValueError("scipy.signal.hilbert: x must be real")
    N = np.shape(x)[axis] if N is None else N
    if N <= 0:
        raise ValueError(f"scipy.signal.hilbert: N must be positive, got {N}")
    keeps = np.zeros(N)
    keeps[0] = keeps[N // 2] = 1
    if N % 2:
        keeps[1 : (N + 1) // 2] = 2
        keeps[0] = 1
    else:
        keeps[1 : N // 2] = 2
    shape = [1] * np.ndim(x)
    shape[axis] = N
    transformed = np.fft.fft(x, N, axis)
    return np.fft.ifft(transformed * keeps.reshape(shape).astype(plain(transformed).real.dtype), axis=axis)


def _window(what, window, nperseg, noverlap, length):
    """(the window's values, nperseg, noverlap), as SciPy takes them."""
    if isinstance(window, (str, tuple)):
        nperseg = min(256 if nperseg is None else int(nperseg), length)
        window = original.get_window(window, nperseg)
    else:
        if count_recorded([window]):
            raise refused(f"scipy.signal.{what}", "window", "a Tensor", "write it with np.fft.rfft of windows times it")
        window = np.asarray(plain(window))
        if window.ndim != 1 or (nperseg is not None and nperseg != window.shape[0]):
            raise ValueError(f"scipy.signal.{what}: window must be a name or a vector of nperseg values")
        nperseg = window.shape[0]
    noverlap = nperseg // 2 if noverlap is None else int(noverlap)
    if noverlap >= nperseg:
        raise ValueError(f"scipy.signal.{what}: noverlap must be less than nperseg, {nperseg}, got {noverlap}")
    return window, nperseg, noverlap


def _scale(what, window, scaling, fs):
    if scaling == "spectrum":
        return 1.0 / window.sum()
    if scaling == "psd":
        return np.sqrt(1.0 / (fs * (window * window).sum()))
    raise ValueError(f"scipy.signal.{what}: scaling must be 'spectrum' or 'psd', got {scaling!r}")


BOUNDARIES = {"even": "reflect", "odd": "odd", "constant": "edge", "zeros": "constant"}


@signal.composed("stft")
def stft(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, boundary, padded, axis, scaling):
    """(frequencies, times, the Fourier transforms of overlapping windows of x)."""
    if detrend:
        raise refused("scipy.signal.stft", "detrend", detrend, "subtract the trend before")
    x = np.moveaxis(x, axis, -1)
    window, nperseg, noverlap = _window("stft", window, nperseg, noverlap, x.shape[-1])
    nfft = nperseg if nfft is None else int(nfft)
    x = _with_boundary(x, boundary, nperseg // 2)
    step = nperseg - noverlap
    if padded:
        x = _zeros_after(x, -(x.shape[-1] - nperseg) % step % nperseg)
    windows = np.lib.stride_tricks.sliding_window_view(x, nperseg, axis=-1)[..., ::step, :]
    onesided = return_onesided and plain(x).dtype.kind != "c"
    transform = np.fft.rfft if onesided else np.fft.fft
    real = np.result_type(plain(x).real.dtype, np.float32)
    result = transform(windows * window.astype(real), nfft) * np.asarray(_scale("stft", window, scaling, fs), real)
    frequencies = (np.fft.rfftfreq if onesided else np.fft.fftfreq)(nfft, 1 / fs)
    times = np.arange(nperseg / 2, x.shape[-1] - nperseg / 2 + 1, step) / fs
    times = times - nperseg / 2 / fs if boundary is not None else times
    result = np.moveaxis(result, -1, -2)  # frequencies, then times
    return frequencies, times, np.moveaxis(result, -2, axis if axis >= 0 else axis - 1) if axis != -1 else result


def _with_boundary(x, boundary, n):
    if boundary is None or n == 0:
        return x
    if boundary not in BOUNDARIES:
        raise ValueError(f"scipy.signal.stft: boundary must be one of {', '.join(BOUNDARIES)} or None, got {boundary!r}")
    widths = [(0, 0)] * (x.ndim - 1) + [(n, n)]
    if boundary == "odd":
        return np.pad(x, widths, mode="reflect", reflect_type="odd")
    return np.pad(x, widths, mode=BOUNDARIES[boundary])


def _zeros_after(x, n):
    return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, n)]) if n else x


@signal.composed("istft")
def istft(Zxx, fs, window, nperseg, noverlap, nfft, input_onesided, boundary, time_axis, freq_axis, scaling):
    """(times, the signal of which these are the Fourier transforms of overlapping windows)."""
    Zxx = np.moveaxis(Zxx, (freq_axis, time_axis), (-2, -1))
    count = Zxx.shape[-1]
    n_default = 2 * (Zxx.shape[-2] - 1) if input_onesided else Zxx.shape[-2]
    nperseg = n_default if nperseg is None else int(nperseg)
    nfft = (nperseg if input_onesided and nperseg == n_default + 1 else n_default) if nfft is None else int(nfft)
    window, nperseg, noverlap = _window("istft", window, nperseg, noverlap, nperseg)
    step = nperseg - noverlap
    pieces = (np.fft.irfft if input_onesided else np.fft.ifft)(Zxx, nfft, axis=-2)[..., :nperseg, :]
    pieces = np.moveaxis(pieces, -2, -1) * window  # (…, times, samples)
    length = nperseg + (count - 1) * step
    places = np.arange(count)[:, None] * step + np.arange(nperseg)
    total = np.zeros((*pieces.shape[:-2], length), plain(pieces).dtype) + 0 * np.sum(pieces, axis=(-2, -1))[..., None]
    total = _added(total, places, pieces)
    weights = np.bincount(places.ravel(), np.tile(window**2, count), length)
    scale = _scale("istft", window, scaling, fs)
    weights = np.where(weights > 1e-10, weights, 1.0)
    signal_ = total / (weights * scale)
    if boundary:
        signal_ = signal_[..., nperseg // 2 : signal_.shape[-1] - nperseg // 2]
    return np.arange(signal_.shape[-1]) / fs, signal_


def _added(total, places, pieces):
    """The pieces added up where they belong: one slice of all pieces for each that do not overlap."""
    for k in range(pieces.shape[-2]):
        start, end = int(places[k, 0]), int(places[k, -1]) + 1
        pad = [(0, 0)] * (total.ndim - 1) + [(start, total.shape[-1] - end)]
        total = total + np.pad(pieces[..., k, :], pad)
    return total
