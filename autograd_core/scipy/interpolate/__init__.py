"""scipy.interpolate: splines, grids and radial functions, with derivatives in data and points.

piecewise    piecewise polynomials: Hermite, monotone, Akima's        cubic    the cubic spline
basis        B-splines, and grids                                     radial   scattered points
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.interpolate import basis, classification, cubic, piecewise, radial  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("interpolate").exports()
