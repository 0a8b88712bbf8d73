"""scipy.interpolate: its functions. Classes are in test_interpolate."""

import numpy as np

from tests.scipy.cases import R, call, covers

X = np.array([0.0, 0.7, 1.1, 2.0, 2.6, 3.3])
AT = np.array([0.4, 0.9, 2.9])
covers("interpolate.pchip_interpolate", call(X, R(6), AT), call(X, R(6), AT, der=1), dtypes=())
covers("interpolate.make_interp_spline", call(X, R(6)), pick=lambda spline: spline(AT), dtypes=())
covers("interpolate.interpn", call((X,), R(6), AT[:, None]), dtypes=())
