"""scipy.special: its functions that are no ufuncs."""

import numpy as np

from tests.scipy.cases import M, P, R, call, covers

covers("special.polygamma", call(2, P(3)), call(0, P(2, 2)), dtypes=())
covers("special.multigammaln", call(M([2.7, 3.4]), 3), call(M(0.8), 1), dtypes=())
covers("special.logsumexp", call(R(4)), call(R(3), b=P(3), keepdims=True))
covers("special.logsumexp", call(R(2, 3), axis=1, b=R(2, 3), return_sign=True), pick=lambda out: out[0])
covers("special.softmax", call(R(2, 3)), call(R(2, 3), axis=1))
covers("special.log_softmax", call(R(2, 3)), call(R(2, 3), axis=0))
covers("special.factorial", call(P(3)), dtypes=())
covers("special.comb", call(np.array([5.3, 4.1]), P(2)), dtypes=())
covers("special.perm", call(np.array([5.3, 4.1]), P(2)), dtypes=())
