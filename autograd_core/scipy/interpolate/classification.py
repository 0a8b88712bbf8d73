"""What of scipy.interpolate has no derivative here."""

from autograd_core.scipy.declaring import Submodule

interpolate = Submodule("interpolate")

SPLINES = "write autograd_core.scipy.interpolate.CubicSpline or make_interp_spline"
interpolate.unsupported({
    "splev splint spalde splder splantider insert sproot splprep splrep make_splprep make_splrep generate_knots": SPLINES,
    "make_lsq_spline make_smoothing_spline": "write np.linalg.lstsq with the matrix of scipy.interpolate.BSpline.design_matrix",
    "interp1d UnivariateSpline InterpolatedUnivariateSpline LSQUnivariateSpline":
        "write np.interp, or " + SPLINES.removeprefix("write "),
    """BivariateSpline LSQBivariateSpline LSQSphereBivariateSpline RectBivariateSpline RectSphereBivariateSpline
    SmoothBivariateSpline SmoothSphereBivariateSpline bisplev bisplrep NdBSpline NdPPoly interp2d""":
        "write autograd_core.scipy.interpolate.RegularGridInterpolator with method='cubic'",
    "CloughTocher2DInterpolator LinearNDInterpolator NearestNDInterpolator griddata Rbf":
        "write autograd_core.scipy.interpolate.RBFInterpolator",
    """AAA BarycentricInterpolator FloaterHormannInterpolator KroghInterpolator barycentric_interpolate krogh_interpolate
    lagrange pade approximate_taylor_polynomial BPoly""":
        "write the polynomial with np.polyval, and its coefficients with np.linalg.solve",
})  # fmt: skip
