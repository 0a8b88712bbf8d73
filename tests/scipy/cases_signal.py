"""scipy.signal."""

import numpy as np

from tests.scipy.cases import C, M, R, call, covers, refuses

covers(
    "signal.convolve",
    call(R(5), R(3)),
    call(R(3), R(5), "valid"),
    call(R(4, 3), R(2, 2), "same"),
    call(C(4), C(2)),
    call(R(4), C(3), "valid", "fft"),
    rtol=1e-6,
)
covers(
    "signal.correlate",
    call(R(5), R(3)),
    call(R(3), R(5), "valid"),
    call(R(5), R(3), "valid"),
    call(R(4, 3), R(2, 2), "same"),
    call(C(4), C(2)),
    call(C(2), C(4), "same"),
)
covers(
    "signal.fftconvolve",
    call(R(5), R(3)),
    call(R(3), R(5), "valid"),
    call(C(4, 3), C(2, 3), "same"),
    call(R(2, 5), R(2, 3), axes=1),
    call(R(1, 5), R(3, 2), axes=[1]),
)
covers("signal.oaconvolve", call(R(7), R(2)), call(R(5), R(3), "same"))
covers(
    "signal.convolve2d",
    call(R(4, 3), R(2, 2)),
    call(R(4, 3), R(3, 2), "same", "symm"),
    call(R(4, 3), R(2, 2), "full", "wrap"),
    call(R(4, 3), R(2, 2), "same", "fill", 1.5),
)
covers("signal.correlate2d", call(R(4, 3), R(2, 2)), call(C(4, 3), C(2, 2), "same", "wrap"), call(R(4, 3), R(2, 2), "valid"))
FIR, IIR = np.array([1.0]), np.array([2.0, -0.7, 0.3])
covers(
    "signal.lfilter",
    call(R(3), IIR + 0, R(6)),
    call(R(2), R(1), R(2, 5)),
    call(R(3), R(1), R(4, 2), 0),
    call(R(2), IIR, R(5), zi=R(2)),
    call(R(4), IIR, R(2), zi=R(3)),
)
covers("signal.lfilter_zi", call(R(3), IIR), call(R(2), IIR))
SOS = np.array([[1.0, 0.4, 0.2, 1.0, -0.5, 0.1], [0.7, -0.3, 0.1, 1.0, 0.2, -0.1]])
covers("signal.sosfilt", call(SOS, R(6)), call(SOS, R(2, 5), zi=R(2, 2, 2)), dtypes=())
covers(
    "signal.filtfilt",
    call(R(2), IIR, R(14)),
    call(R(3), IIR, R(2, 12), padtype="even", padlen=4),
    call(R(2), IIR, R(14), padtype=None),
    call(R(2), IIR, R(14), padtype="constant"),
    dtypes=(),
)
covers("signal.sosfiltfilt", call(SOS, R(20)), call(SOS, R(12, 2), axis=0, padtype="even", padlen=5), dtypes=())
covers(
    "signal.savgol_filter",
    call(R(9), 5, 2),
    call(R(2, 9), 5, 3, deriv=1, delta=0.5),
    call(R(9, 2), 3, 1, axis=0, mode="mirror"),
    call(R(9), 5, 2, mode="constant", cval=0.7),
    call(R(9), 5, 2, mode="wrap"),
    call(R(9), 4, 2, mode="nearest"),
)
covers("signal.detrend", call(R(6)), call(R(2, 7), type="constant"), call(R(8, 2), axis=0, bp=[3]))
covers("signal.hilbert", call(R(6)), call(R(2, 5)), call(R(4, 2), 6, 0))
covers(
    "signal.stft",
    call(R(16), nperseg=8),
    call(R(2, 13), nperseg=6, noverlap=2, boundary="even"),
    call(R(12), nperseg=4, boundary=None, padded=False, scaling="psd", fs=2.0),
    call(C(12), nperseg=4, nfft=6, boundary="odd", return_onesided=False),
    call(R(14, 2), nperseg=4, axis=0, boundary="constant"),
    pick=lambda out: out[2],
)
covers(
    "signal.istft",
    call(C(5, 4)),
    call(C(2, 4, 3), nperseg=6, noverlap=4),
    call(C(6, 3), window="boxcar", input_onesided=False, boundary=False, scaling="psd"),
    pick=lambda out: out[1],
    dtypes=(),
)
for name, value in {
    "argrelextrema": call(R(6), np.greater),
    "argrelmax": call(R(6)),
    "argrelmin": call(R(6)),
    "find_peaks_cwt": call(R(9), [1, 2]),
    "choose_conv_method": call(R(6), R(3)),
}.items():
    covers(f"signal.{name}", value)
refuses("signal.filtfilt", call(R(2), IIR, R(14), method="gust"), words="with method='gust'; write method='pad'")
refuses("signal.stft", call(R(16), nperseg=8, detrend="linear"), words="with detrend='linear'; subtract the trend before")
covers("signal.find_peaks", call(R(9)))
PEAKS = np.array([0.0, 2.0, 0.5, 3.0, 0.0])
covers("signal.peak_prominences", call(M(PEAKS), [1, 3]))
covers("signal.peak_widths", call(M(PEAKS), [1, 3]))
covers("signal.sosfilt_zi", call(M(SOS)), dtypes=())
