"""scipy.special: calls beyond what `domain` says. Without SciPy there are no such entries."""

import numpy as np

from autograd_core.derivatives.coverage import has_scipy
from autograd_core.derivatives.table import resolve
from tests.derivatives.cases import C, M, P, R, call, covers

if has_scipy():
    covers("polygamma", call(1, P(3, 2)), call(2, P()), call(1, M([-0.3, -1.6])))
    covers("special.rgamma", call(M([-2.5, -3.0, -1.0, 0.0, 0.3])))
    for name in (
        "sinpi",
        "cospi",
        "gaussian",
        "inverse_gaussian",
        "special.erf",
        "special.erfc",
        "special.erfi",
        "special.erfcx",
    ):
        covers(name, call(C(3)))
    for name in ("special.wofz", "special.dawsn", "special.ndtr", "special.log_ndtr"):
        covers(name, call(C(3)))
    for name in ("special.gamma", "special.gammaln"):
        covers(name, call(M([-0.3, -1.6])))
    covers("special.dawsn", call(M([6.0, 8.0, -8.0])))
    covers("special.wofz", call(M([8.0 + 1.0j, 7 - 1j, -7.5 - 3.0j, 3.0 + 9.0j])))
    covers("faddeeva", call(C(3), 1), call(C(), 2))
    covers("repeated", call(M([-1.0, 0.3, 0.7, 0.8, 9.0]), 1), call(R(), 2))
    covers("dawson", call(M([-1.0, 0.3, 6.8, 7.5]), 1), call(R(), 2))
    covers("voigt", call(R(3), P(3), P(3), 1, 0), call(R(2, 1), P(2), 0.7, 2, 1))
    covers("moment", call(R(3), 1), call(M([-50.0, 45.0]), 2), call(R(), 1))
    covers("log1p_ratio", call(P(3), 1), call(M([-0.3, -0.7, 5.0]), 2), call(P(), 1))
    covers("boxcox_moment", call(R(3), R(3), 1), call(P(2, 1), P(2), 2), call(R(), 0.3, 1))
    covers("log_rate", call(P(3), P(3), 1), call(M([0.3, 2.0]), M([0.4, 5.0]), 2), call(P(), P(), 1))
    covers("less_ratio", call(P(3), P(3)), call(P(2, 1), P()))
    covers("special.huber", call(P(3), M([0.1, -0.2, 0.25])))
    covers("polygamma_step", call(P(3), P(3), 0), call(P(2, 1), P(2), 1), call(M(-0.3), M(0.7), 0))
    covers("polygamma_sum", call(P(3), P(3), 1), call(P(2, 1), P(2), 2), call(M(-0.3), M(0.7), 1))
    covers("gamma_density", call(P(3, 1), P(2)), call(M([12.0, 30.0]), M([9.0, 50.0])))
    covers("lower_gamma", call(P(3, 1), P(2), 1), call(M([12.0, 30.0, 0.4]), M([9.0, 50.0, 6.0]), 2))
    covers("beta_density", call(P(3, 1), P(2), M(0.3)), call(M([12.0, 30.0]), M([15.0, 20.0]), M([0.3, 0.7])))
    covers("lower_beta", call(P(2), P(), M(0.3), 1, 0), call(M(1.5), M(2.0), M(0.4), 1, 1))
    covers("special.wofz", call(C()))
    for name in ("special.exp1", "special.expi", "special.wrightomega", "special.digamma", "special.loggamma"):
        covers(name, call(C(3)))
    covers("expn", call(1, P(3)), call(0, P()), call(-2, P(2)))
    covers("spherical_j", call(0, R(3)), call(2, P()), call(1, M([0.0, 1e-3, 30.0])))
    covers("spherical_y", call(0, P(3)), call(2, P()), call(1, M([0.4, 3.0, 30.0])))
    covers("spherical_k", call(0, P(3)), call(2, P()), call(1, M([0.4, 3.0, 9.0])))
    covers("legendre_derivative", call(3, R(3), 1, 0.2), call(np.array([2, 4]), M([-0.4, 0.3]), 2, 0.0))
    covers("spherical_legendre", call(3, 1, M([0.4, 1.2, 2.5])), call(2, np.array([0, -1]), M([0.7, 1.0])))
    covers("log_norm", call(M([0.7, 3.0, 40.0]), 0), call(P(), 1), call(M([2.0, 1e3]), 2))
    covers("log_bell", call(M([0.7, 3.0, 40.0]), M([0.2, -3.0, 1.5])), call(P(2, 1), R(3)))
    covers("spherical_i", call(0, R(3)), call(2, P()), call(1, M([0.0, 1e-3, 3.0])))
    covers("hurwitz", call(M([1.5, 2.5]), P(2), 1), call(M(3.0), P(), 0), call(M([1.5, -0.5]), 2, 2))
    covers("agm", call(P(3, 1), P(2), 1, 0), call(P(3), P(3), 1, 1), call(P(3), P(), 0, 1))
    covers("special.expn", call(0, P(3)), call(1, P(2)), call(3, P()))
    for name in ("special.sici", "special.shichi", "special.fresnel", "special.modfresnelp", "special.modfresnelm"):
        covers(name, call(P(3)), call(P()), call(R(0)))
    covers("special.shichi", call(C(2)))
    covers("special.lambertw", call(P(3), 0, 1e-8), call(C(2), 1, 1e-8))
    covers("lambert_rest", call(M([-0.36, -0.365]), M([-0.8, -1.1])), call(M(-0.362), M(-0.8)))
    covers("hyperu", call(0.5, 1.5, P(3)), call(2.5, 0.3, P()))
    covers("student_part", call(P(3), R(3)), call(M(30.0), M([0.3, 9.0])))
    covers("off_density", call(P(3), 2.5, P(3)), call(P(), 4.0, P()))
    covers("kolmogorov", call(M([0.4, 0.8, 1.2, 2.0]), 1), call(P(), 2))
    covers("smirnov", call(5, M([0.05, 0.3, 0.7]), 1), call(np.array([3, 2, 8]), M([0.35, 0.3, 0.55]), 2))
    for name in ("special.bdtr", "special.bdtrc"):
        covers(name, call(2, 7, M([0.2, 0.6])), call(np.array([0, 3]), 5, M(0.3)))
    covers("special.bdtri", call(2, 7, M([0.2, 0.6])))
    covers("special.bdtrik", call(M([0.3, 0.6]), M(7.0), M(0.4)))
    covers("special.bdtrin", call(M([2.0, 3.0]), M(0.3), M(0.4)))
    for name in ("special.nbdtr", "special.nbdtrc"):
        covers(name, call(2, 7, M([0.2, 0.6])), call(np.array([0, 3]), 5, M(0.3)))
    covers("special.nbdtri", call(2, 7, M([0.2, 0.6])))
    covers("special.nbdtrik", call(M([0.3, 0.6]), M(7.0), M(0.4)))
    covers("special.nbdtrin", call(M([2.0, 3.0]), M(0.3), M(0.4)))
    for name in ("special.pdtr", "special.pdtrc"):
        covers(name, call(2, M([0.2, 3.0])), call(np.array([0.0, 3.5]), M(1.3)))
    covers("special.pdtri", call(2, M([0.2, 0.6])))
    covers("special.smirnov", call(5, M([0.05, 0.3, 0.7])))
    covers("special.smirnovi", call(5, M([0.1, 0.3, 0.7])))
    covers("special.fdtridfd", call(M(2.0), M([0.4, 0.5]), M(0.8)))
    covers("special.chndtr", call(P(3), 2.5, P(3)))
    covers("special.chndtrix", call(M([0.2, 0.6]), 2.5, P(2)))
    covers("special.chndtrinc", call(M([2.0, 5.0]), 2.5, M([0.3, 0.6])))
    covers("special.gdtr", call(M([1.25, 2.25]), M([2.0, 1.625]), M([1.25, 2.25])))
    covers("special.gdtrc", call(M([1.25, 2.25]), M([2.0, 1.625]), M([1.25, 2.25])))
    covers("special.gdtria", call(M([0.3, 0.7]), M([2.0, 1.625]), M([1.25, 2.25])))
    covers("special.gdtrib", call(M([1.25, 2.25]), M([0.6, 0.45]), M([1.25, 2.25])))
    covers("special.gdtrix", call(M([1.25, 2.25]), M([2.0, 1.625]), M([0.3, 0.7])))
    covers("special.chdtr", call(M([1.25, 2.25]), M([1.92, 1.515])))
    covers("special.chdtrc", call(M([1.25, 2.25]), M([1.92, 1.515])))
    covers("special.chdtri", call(M([1.25, 2.25]), M([0.6, 0.45])))
    covers("special.chdtriv", call(M([0.3, 0.7]), M([2.0, 1.625])))
    covers("special.pdtrik", call(M([0.35, 0.55]), M([3.8, 3.35])))
    covers("special.btdtria", call(M([0.38, 0.62]), M([2.0, 1.625]), M([0.38, 0.62])))
    covers("special.btdtrib", call(M([1.25, 2.25]), M([0.56, 0.47]), M([0.38, 0.62])))
    covers("special.fdtr", call(M([1.25, 2.25]), M([2.0, 1.625]), M([1.11, 2.19])))
    covers("special.fdtrc", call(M([1.25, 2.25]), M([2.0, 1.625]), M([1.11, 2.19])))
    covers("special.fdtri", call(M([1.25, 2.25]), M([2.0, 1.625]), M([0.25, 0.45])))
    covers("special.stdtr", call(M([1.25, 2.25]), M([0.4, -0.2])))
    covers("special.stdtrit", call(M([1.25, 2.25]), M([0.6, 0.45])))
    covers("special.stdtridf", call(M([0.715, 0.735]), M([0.73, 0.722])))
    covers("special.kolmogorov", call(M([0.81, 1.49])))
    covers("special.kolmogi", call(M([0.3, 0.7])))
    for name in ("special.gammaincinv", "special.gammainccinv"):
        covers(name, call(M([0.7, 2.0]), M([0.3, 0.6])))
    for name in ("special.betaincinv", "special.betainccinv"):
        covers(name, call(M([0.7, 2.0]), M([1.5, 0.8]), M([0.3, 0.6])))
    if resolve("special.btdtr") is not None:  # up to SciPy 1.16
        covers("special.btdtr", call(M([1.25, 2.25]), M([2.0, 1.625]), M([0.3, 0.7])))
        covers("special.btdtri", call(M([1.25, 2.25]), M([2.0, 1.625]), M([0.3, 0.7])))
