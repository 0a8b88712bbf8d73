"""What of scipy.signal has no derivative here: designs of filters, systems and peaks."""

from autograd_core.scipy.declaring import Submodule

signal = Submodule("signal")

signal.unsupported({
    """bessel besselap bilinear bilinear_zpk buttap butter buttord cheb1ap cheb1ord cheb2ap cheb2ord cheby1 cheby2 ellip ellipap
    ellipord firls firwin firwin2 firwin_2d gammatone iircomb iirdesign iirfilter iirnotch iirpeak remez minimum_phase lp2bp
    lp2bp_zpk lp2bs lp2bs_zpk lp2hp lp2hp_zpk lp2lp lp2lp_zpk band_stop_obj kaiser_atten kaiser_beta kaiserord normalize""":
        "write the design with numbers, and differentiate by the filter's coefficients",
    """abcd_normalize cont2discrete dbode bode dfreqresp dimpulse dlsim dstep freqresp impulse lsim step place_poles invres
    invresz residue residuez sos2tf sos2zpk ss2tf ss2zpk tf2sos tf2ss tf2zpk zpk2sos zpk2ss zpk2tf unique_roots""":
        "write the system with NumPy's functions: matrices with @, polynomials with np.polymul and np.polyval",
    """coherence csd periodogram welch spectrogram lombscargle""":
        "write it with autograd_core.scipy.signal.stft, as np.mean(np.abs(Z) ** 2, axis=-1)",
    "decimate resample resample_poly upfirdn": "write autograd_core.scipy.signal.lfilter and a slice, or np.fft.rfft and irfft",
    "deconvolve": "write autograd_core.scipy.signal.lfilter",
    "czt zoom_fft": "write np.fft.fft, or the sum it is",
    "envelope hilbert2": "write np.abs(autograd_core.scipy.signal.hilbert(x))",
    "freqs freqs_zpk freqz freqz_sos freqz_zpk sosfreqz group_delay findfreqs": "write np.polyval(b, z) / np.polyval(a, z)",
    """cspline1d cspline1d_eval cspline2d gauss_spline qspline1d qspline1d_eval qspline2d spline_filter symiirorder1
    symiirorder2""": "write scipy.interpolate's splines",
    "chirp gausspulse sawtooth square sweep_poly": "write it with np.sin, np.cos and np.where",
    "medfilt medfilt2d order_filter wiener": "write np.median of np.lib.stride_tricks.sliding_window_view",
    "lfiltic": "write it with autograd_core.scipy.signal.lfilter_zi",
    "sepfir2d": "write autograd_core.scipy.signal.convolve2d of an array padded by np.pad(…, mode='reflect')",
    "vectorstrength": "write np.abs(np.mean(np.exp(2j * np.pi * events / period)))",
})  # fmt: skip
signal.value_only("argrelextrema argrelmax argrelmin find_peaks find_peaks_cwt peak_prominences peak_widths choose_conv_method")
signal.constants("""
    BadCoefficients CZT ShortTimeFFT StateSpace TransferFunction ZerosPolesGain ZoomFFT dlti lti check_COLA check_NOLA
    closest_STFT_dual_window correlation_lags czt_points get_window max_len_seq savgol_coeffs unit_impulse
""")
