"""scipy.ndimage: linear filters, and values between the elements of an array, with derivatives in both.

filters    correlation, Gaussian and mean filters, derivatives         splines    from values to B-splines
places     at coordinates, shifted, zoomed, rotated
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.ndimage import classification, filters, places, splines  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("ndimage").exports()
