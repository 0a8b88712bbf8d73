"""scipy.special: its functions that are no ufuncs."""

import numpy as np

from tests.scipy.cases import C, M, P, R, call, covers

covers("special.polygamma", call(2, P(3)), call(0, P(2, 2)), dtypes=())
covers("special.multigammaln", call(M([2.7, 3.4]), 3), call(M(0.8), 1), dtypes=())
covers("special.logsumexp", call(R(4)), call(R(3), b=P(3), keepdims=True))
covers("special.logsumexp", call(R(2, 3), axis=1, b=R(2, 3), return_sign=True), pick=lambda out: out[0])
covers("special.softmax", call(R(2, 3)), call(R(2, 3), axis=1))
covers("special.log_softmax", call(R(2, 3)), call(R(2, 3), axis=0))
covers("special.factorial", call(P(3)), dtypes=())
covers("special.comb", call(np.array([5.3, 4.1]), P(2)), dtypes=())
covers("special.perm", call(np.array([5.3, 4.1]), P(2)), dtypes=())
for name in ("spherical_jn", "spherical_yn", "spherical_in", "spherical_kn"):
    covers(f"special.{name}", call(2, P(3)), call(np.arange(3), P(3), derivative=True), call(1, C(2)), dtypes=())
covers("special.legendre_p", call(np.array([0, 1, 4]), M([0.3, -0.6, 1.7])), call(3, M(0.4), diff_n=1), dtypes=())
angles = M([0.3, 1.4, 2.8])
covers("special.sph_legendre_p", call(3, np.array([[-2], [0], [3]]), angles), call(3, 1, angles, diff_n=1), dtypes=())
covers("special.assoc_legendre_p", call(3, np.array([[-2], [0], [1]]), M([0.3, -0.6])), call(2, 1, M(0.4), diff_n=1), dtypes=())
covers("special.assoc_legendre_p", call(3, 2, M([1.7, 2.5]), branch_cut=3, norm=True), call(3, 1, C(2), branch_cut=3), dtypes=())
covers("special.sph_harm_y", call(3, np.array([[-2], [0], [1]]), angles, M(0.6)), call(2, 1, angles, M(0.6), diff_n=2), dtypes=())
