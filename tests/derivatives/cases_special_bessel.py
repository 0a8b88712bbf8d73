"""scipy.special: Bessel functions and their relatives. Without SciPy there are no such entries."""

import numpy as np

from autograd_core.derivatives.coverage import has_scipy
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
    # By the order, for positive arguments
    for name in ("jv", "jve", "yv", "yve", "iv", "ive", "hankel1", "hankel1e", "hankel2", "hankel2e"):
        covers(f"special.{name}", call(M(0.7), P(3)), call(M([[1.3], [2.5]]), P(2)))
    for name in ("bessel_j", "bessel_y", "bessel_i", "scaled_i"):
        covers(name, call(M(0.7), P(3), 0), call(M([[1.3], [2.5]]), P(2), 1))
    for name in ("hankel", "scaled_hankel"):
        covers(name, call(M(0.7), P(3), 0, 1), call(M([[1.3], [2.5]]), P(2), 1, -1))
    for name in ("order_j", "order_y", "order_i", "order_scaled_i"):
        covers(name, call(M(0.7), P(3), 1, 0), call(M([[1.3], [2.5]]), P(2), 1, 1), call(M([0.3, 2.0]), M([3.0, 0.5]), 2, 0))
    # Airy, Kelvin, Struve and the rest
    for name in ("airy", "airye", "kelvin", "itj0y0", "iti0k0", "it2j0y0", "it2i0k0"):
        covers(f"special.{name}", call(P(3)), call(P()), call(P(0)))
    covers("special.itairy", call(M([0.1, 0.2, 0.35])), call(M(0.3)), call(P(0)))  # from 2 on its values have errors of 1e-7
    covers("special.airy", call(R(3)), call(C(2)))
    covers("special.airye", call(M([10.0, 30.0])))
    covers("scaled_airy", call(P(3), 1, 0), call(M([10.0, 0.5, -2.0]), 1, 1), call(P(), 2, 1))
    covers("kelvin", call(R(3), 1, 0), call(P(3), 0, 2), call(P(), 2, 3), call(M([3.0, 8.0]), 1, 1))
    for name in ("struve", "modstruve"):
        covers(f"special.{name}", call(1, R(3)), call(0.3, P()), call(np.array([[0.0], [2.5]]), P(2)), call(2, R(0)))
    for sign in (-1, 1):
        covers("struve", call(1, R(3), 1, sign, 0), call(0.3, P(), 2, sign, 0), call(0, M([3.0, 0.5]), 1, sign, 1))
        covers("less_one", call(R(3), 0, sign), call(P(), 2, sign), call(M([5.0, -6.0]), 1, sign))
    covers("special.besselpoly", call(P(3), 1.5, 1), call(P(), 0.5, 0), call(M([0.4, 1.0]), 2.0, np.array([0.5, 1.5])))
    for name in ("special.wright_bessel", "special.log_wright_bessel"):
        covers(name, call(0.5, 1.2, P(3)), call(1.0, 1.0, P()))
    # Elliptic integrals
    covers("power_integral", call(P(2), P(2), P(2), P(2), 0, 0.5, 1.5, 0.5, 1), call(P(2, 1), P(2), 1.0, 1.0, 1, 1.5, 1.5, 0, 0))
    covers(
        "sine_integral",
        call(R(3), M(0.4), 1, 1.5),
        call(M([1.0, 4.0, -7.0]), M([0.3, -0.5, 0.8]), 1, 0.5),
        call(R(), 0.3, 0, -0.5),
    )
    covers("special.ellipj", call(P(3), M([0.2, 0.5, 0.8])), call(R(), M(0.4)), call(R(2, 1), M([0.1, 0.7])), call(P(0), 0.3))
    # Hypergeometric functions and polynomials
    covers("special.hyp0f1", call(1.5, R(3)), call(np.array([[0.5], [2.0]]), C(2)), call(2, R()))
    covers("special.hyp1f1", call(0.5, 1.5, R(3)), call(2.0, np.array([0.5, 2.0]), C(2)), call(1, 2, R()))
    covers("special.hyp2f1", call(0.5, 1.5, 2.5, M([-3.0, 0.2, 0.8])), call(1, 2, 3.5, M([0.3 + 0.4j])), call(1, 2, 3, M(0.3)))
    covers("special.hyperu", call(0.5, 1.5, P(3)), call(np.array([0.5, 2.0]), 1.5, P(2)), call(1, 2.5, P()))
    for name in ("pbdv", "pbvv", "pbwa"):
        covers(f"special.{name}", call(1.3, R(3)), call(np.array([[0.5], [2.0]]), P(2)), call(0.7, R()))
    for name, parameters in [
        ("jacobi", (0.5, 1.5)), ("sh_jacobi", (2.5, 1.5)), ("gegenbauer", (0.7,)), ("genlaguerre", (0.7,)), ("laguerre", ()),
        ("legendre", ()), ("sh_legendre", ()), ("chebyt", ()), ("chebyu", ()), ("chebyc", ()), ("chebys", ()), ("sh_chebyt", ()),
        ("sh_chebyu", ()), ("hermite", ()), ("hermitenorm", ()),
    ]:  # fmt: skip
        covers(
            f"special.eval_{name}",
            call(3, *parameters, M([0.2, 0.7, 0.4])),
            call(np.array([[0], [1], [4]]), *parameters, M([0.3])),
        )
    covers("legendre", call(3, M([0.2, -0.7]), 1), call(2.5, M(0.3), 0), call(np.array([0.0, 4.0]), M([0.2, 0.6]), 2))
    covers(
        "special.lpmv", call(1, 3, M([0.2, -0.7])), call(np.array([0.0, 2.0, -1.0]), 2.5, M([0.3, 0.5, 0.8])), call(0, 2, M(0.3))
    )
