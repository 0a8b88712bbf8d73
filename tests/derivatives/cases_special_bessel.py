"""scipy.special: Bessel functions and their relatives. Without SciPy there are no such entries."""

import numpy as np

from autograd_core.coverage import has_scipy
from tests.derivatives.cases import C, M, P, R, call, covers

if has_scipy():
    for name in ("jv", "iv", "ive", "jve"):
        covers(f"special.{name}", call(2, R(3)), call(0.3, P()), call(np.array([[1.0], [2.5]]), C(2)), call(1, R(0)))
    for name in ("yv", "yve", "hankel1", "hankel1e", "hankel2", "hankel2e"):
        covers(f"special.{name}", call(2, P(3)), call(0.3, P()), call(np.array([[1.0], [2.5]]), C(2)), call(1, P(0)))
    covers("special.yn", call(2, P(3)), call(np.array([0, 3]), P()))
    covers("special.kn", call(2, P(3)), call(np.array([0, 3]), P()))
    covers("bessel_j", call(2, R(3), 1), call(0.3, P(), 2), call(1, M([0.0, 30.0]), 0))
    covers("bessel_y", call(2, P(3), 1), call(0.3, P(), 2))
    covers("bessel_i", call(2, R(3), 1), call(0.3, P(), 2), call(1, M([0.0, 3.0]), 0))
    covers("scaled_i", call(2, R(3), 1), call(0.3, P(), 2), call(1, M([-30.0, 25.0]), 0))
    covers("macdonald", call(P(2, 1), P(3), 0, 1, 0), call(M(-0.7), P(), 1, 0, 1), call(M([1.3, 0.4]), M([3.0, 30.0]), 0, 0, 1))
    covers("hankel", call(2, P(3), 1, 1), call(0.3, C(2), 2, -1))
    covers("scaled_hankel", call(2, P(3), 1, 1), call(0.3, C(2), 2, -1), call(1, M([25.0 + 3.0j, 30.0 + 0j]), 0, 1))
