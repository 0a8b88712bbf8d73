"""Hypergeometric functions and parabolic cylinder functions, in the argument: their parameters are constants."""

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.special.integrals import parts
from autograd_core.derivatives.special.kernels import kernel
from autograd_core.derivatives.strong import times
from autograd_core.derivatives.table import derivative, primitive

derivative(
    "special.hyp0f1", "₀F₁(v; z) | ḡ ₀F₁(v + 1; z) / v", parameters="v z",
    z=lambda g, v, z: times(g, sp.hyp0f1(v + 1, z) / v),
)  # fmt: skip
derivative(
    "special.hyp1f1", "₁F₁(a; b; x) | ḡ a / b ₁F₁(a + 1; b + 1; x)", parameters="a b x",
    x=lambda g, a, b, x: times(g, a / b * sp.hyp1f1(a + 1, b + 1, x)),
)  # fmt: skip
derivative(
    "special.hyp2f1", "₂F₁(a, b; c; z) | ḡ a b / c ₂F₁(a + 1, b + 1; c + 1; z)", parameters="a b c z",
    z=lambda g, a, b, c, z: times(g, a * b / c * sp.hyp2f1(a + 1, b + 1, c + 1, z)),
)  # fmt: skip
derivative(
    "special.hyperu", "U(a, b, x) | -ḡ a U(a + 1, b + 1, x)", parameters="a b x",
    x=lambda g, a, b, x: -times(g, a * hyperu(a + 1, b + 1, x)),
)  # fmt: skip


@primitive("U(a, b, x) | -ḡ a U(a + 1, b + 1, x)", x=lambda g, a, b, x: -times(g, a * hyperu(a + 1, b + 1, x)))
@kernel
def hyperu(a, b, x):
    """SciPy's, and where that is NaN, as for small x and large b, by Kummer's transformation (DLMF 13.2.40)."""
    out = sp.hyperu(a, b, x)
    lost = np.isnan(out)
    return np.where(lost, x ** (1 - b) * sp.hyperu(a - b + 1, 2 - b, x), out) if lost.any() else out


# Of the second derivative their differential equation says that it is a multiple of the function

for name, doc in ("pbdv", "Dᵥ(x), Dᵥ′(x)"), ("pbvv", "Vᵥ(x), Vᵥ′(x)"):
    derivative(
        f"special.{name}", f"{doc} | ḡ₀ out₁ + ḡ₁ (x² / 4 - v - ½) out₀", parameters="v x", outputs=2,
        x=lambda g, v, x, out: parts(g, lambda: out[1], lambda: (x * x / 4 - v - 0.5) * out[0]),
    )  # fmt: skip
derivative(
    "special.pbwa", "W(a, x), W′(a, x) | ḡ₀ out₁ + ḡ₁ (a - x² / 4) out₀", parameters="a x", outputs=2,
    x=lambda g, a, x, out: parts(g, lambda: out[1], lambda: (a - x * x / 4) * out[0]),
)  # fmt: skip
