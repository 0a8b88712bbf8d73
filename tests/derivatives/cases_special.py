"""scipy.special: calls beyond what `domain` says. Without SciPy there are no such entries."""

from autograd_core.coverage import has_scipy
from tests.derivatives.cases import C, M, P, call, covers

if has_scipy():
    covers("polygamma", call(1, P(3, 2)), call(2, P()), call(1, M([-0.3, -1.6])))
    covers("special.rgamma", call(M([-2.5, -3.0, -1.0, 0.0, 0.3])))
    covers("sinpi", call(C(3)))
    covers("cospi", call(C(3)))
    covers("special.gamma", call(M([-0.3, -1.6])))
    covers("special.gammaln", call(M([-0.3, -1.6])))
