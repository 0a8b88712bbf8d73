"""Γ and its relatives: logarithm, reciprocal, the polygamma functions.

At the poles of Γ the slopes are those that SciPy's functions give there (NaN, or infinite); 1/Γ is entire, and its are right.
"""

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import POSITIVE, REALS
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.special.turns import cospi, sinpi
from autograd_core.derivatives.strong import quiet, times, zero
from autograd_core.derivatives.table import derivative, primitive

derivative("special.gamma", "Γ(x) | ḡ out ψ(x)", x=lambda g, x, out: times(g, times(out, psi(x))), domain=(POSITIVE,))
derivative("special.gammaln", "ln |Γ(x)| | ḡ ψ(x)", x=lambda g, x: times(g, psi(x)), domain=(POSITIVE,))
derivative("special.loggamma", "ln Γ(x) | ḡ ψ(x)", x=lambda g, x: times(g, psi(x)), domain=(POSITIVE,))
derivative("special.digamma", "ψ(x) | ḡ ψ′(x)", x=lambda g, x: times(g, polygamma(1, x)), domain=(POSITIVE,))
derivative("special.rgamma", "1 / Γ(x) | -ḡ out ψ(x)", x=lambda g, x, out: times(g, rgamma_slope(x, out)), domain=(REALS,))
derivative(
    "special.beta", "B(a, b) | ḡ out (ψ(a) - ψ(a + b)) | ḡ out (ψ(b) - ψ(a + b))",
    a=lambda g, a, b, out: times(g, times(out, psi_step(a, b))), b=lambda g, a, b, out: times(g, times(out, psi_step(b, a))),
    domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative(
    "special.betaln", "ln |B(a, b)| | ḡ (ψ(a) - ψ(a + b)) | ḡ (ψ(b) - ψ(a + b))",
    a=lambda g, a, b: times(g, psi_step(a, b)), b=lambda g, a, b: times(g, psi_step(b, a)), domain=(POSITIVE, POSITIVE),
)  # fmt: skip
derivative("special.gammasgn", "the sign of Γ(x) | 0", x=lambda g: zero(g), domain=((0.1, 3),))


def psi(x):
    return quiet(sp.psi, x)


@primitive("ψ⁽ⁿ⁾(x) | ḡ ψ⁽ⁿ⁺¹⁾(x)", x=lambda g, n, x: times(g, polygamma(n + 1, x)))
@kernel
def polygamma(n, x):
    """The n-th derivative of ψ, for an n from 1 on."""
    return sp.polygamma(n, x)


def rgamma_slope(x, out):
    """-ψ(x) / Γ(x), left of 1/2 by reflection: at the poles of Γ it is the limit, and so are its derivatives."""
    left = np.real(x) < 0.5
    z = np.where(left, x, 0.25)
    reflected = quiet(sp.gamma, 1 - z) * (cospi(z) - psi(1 - z) * sinpi(z) / np.pi)
    return np.where(left, reflected, -out * psi(np.where(left, 1, x)))


def psi_step(a, b):
    """ψ(a) - ψ(a + b)."""
    return psi(a) - psi(a + b)
