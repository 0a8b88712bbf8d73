"""scipy.ndimage."""

import numpy as np

from tests.scipy.cases import P, R, call, covers, refuses

MODES = ("reflect", "constant", "nearest", "mirror", "wrap")
W, W2, WIDE = np.array([0.3, -1.0, 0.5]), np.array([0.3, -1.0, 0.5, 0.2]), np.array([[1.0, -0.5], [0.2, 0.7], [0.4, 0.1]])

covers("ndimage.correlate1d", *[call(R(5), W, mode=mode, cval=0.4) for mode in MODES])
covers("ndimage.correlate1d", call(R(2, 5), R(4), axis=1, origin=1), call(R(3), np.ones(9), mode="mirror"), dtypes=())
covers("ndimage.convolve1d", call(R(5), R(3)), call(R(5, 2), R(4), axis=0, mode="wrap", origin=-1), dtypes=())
covers("ndimage.correlate", call(R(4, 5), R(3, 2)), call(R(4, 3), WIDE, mode="wrap", origin=[1, -1]), dtypes=())
covers("ndimage.convolve", call(R(4, 5), R(3, 2)), call(R(4, 3), WIDE, mode="constant", cval=1.5, origin=[0, -1]), dtypes=())
covers("ndimage.gaussian_filter1d", call(R(7), np.array(0.8) + 0, order=1), call(R(2, 7), 1.1, axis=1, radius=2))
covers("ndimage.gaussian_filter", call(R(4, 5), 0.8), call(R(4, 5), [0.5, 0.9], order=[0, 2], mode="mirror"), call(R(4, 5), P()))
covers("ndimage.uniform_filter1d", call(R(6), 3), call(R(2, 6), 4, axis=1, mode="constant", cval=2.0, origin=-1))
covers("ndimage.uniform_filter", call(R(4, 5), 3), call(R(4, 5), [2, 3], mode="nearest"))
covers("ndimage.sobel", call(R(4, 5)), call(R(4, 5), 0, mode="wrap"))
covers("ndimage.prewitt", call(R(4, 5)), call(R(4, 5), 0, mode="constant", cval=1.0))
covers("ndimage.laplace", call(R(4, 5)), call(R(4, 5), mode="mirror"))
covers("ndimage.gaussian_laplace", call(R(4, 5), 0.7), call(R(6), 0.9, mode="nearest"))
covers("ndimage.gaussian_gradient_magnitude", call(R(4, 5), 0.7), dtypes=())

AT = np.array([[0.3, 1.6, -0.7, 4.2], [2.2, 0.1, 1.4, 3.3]])
ALL = (*MODES, "grid-wrap", "grid-constant", "grid-mirror")
covers("ndimage.map_coordinates", *[call(R(4, 4), AT, order=3, mode=mode, cval=0.7) for mode in ALL], dtypes=())
covers("ndimage.map_coordinates", *[call(R(5), AT[:1], order=order, mode="mirror") for order in range(6)], dtypes=())
covers("ndimage.map_coordinates", call(R(4, 4), P(2, 3), mode="reflect"), call(R(5), P(1, 3), order=2, mode="wrap"), dtypes=())
covers("ndimage.shift", call(R(5), P(), order=3), call(R(4, 3), [0.3, -0.6], order=1, mode="reflect"), dtypes=())
covers("ndimage.zoom", call(R(4, 3), 1.7), call(R(4), 2.0, order=1, mode="grid-wrap", grid_mode=True), dtypes=())
covers("ndimage.rotate", call(R(4, 5), 25.0), call(R(4, 4), P(), reshape=False, order=3, mode="nearest"), dtypes=())
MATRIX = np.array([[0.9, 0.2], [-0.1, 1.1]])
covers(
    "ndimage.affine_transform", call(R(4, 4), MATRIX, 0.3), call(R(4, 4), np.array([0.8, 1.1]), [0.2, 0.1], order=1), dtypes=()
)
covers(
    "ndimage.spline_filter1d",
    *[call(R(6), order, mode=mode) for order in (2, 3, 5) for mode in ("mirror", "reflect", "grid-wrap")],
)
covers("ndimage.spline_filter", call(R(4, 5)), call(R(4, 5), 4, mode="reflect"))
refuses("ndimage.zoom", call(np.ones((3, 3)), P()), words="rounded to a shape")
refuses("ndimage.sobel", call(R(4, 5), output=np.float32), words="leave output out")
for name in ("binary_closing", "binary_dilation", "binary_erosion", "binary_fill_holes", "binary_hit_or_miss", "binary_opening"):
    covers(f"ndimage.{name}", call(R(3, 3)))
for name in ("binary_propagation", "label", "maximum_position", "minimum_position"):
    covers(f"ndimage.{name}", call(R(3, 3)))
