"""Powers, exponentials and trigonometric functions of SciPy's own, many of which NumPy has too."""

import math

import numpy as np
from scipy import special as sp

from autograd_core.derivatives.elementwise import INSIDE, POSITIVE, REALS
from autograd_core.derivatives.rules import Root
from autograd_core.derivatives.strong import over, quiet, times, zero
from autograd_core.derivatives.table import derivative
from autograd_core.derivatives.transcendental import DEGREE, LN2, LN10

derivative("special.exp2", "2ˣ | ḡ out ln 2", x=lambda g, out: times(g, out * LN2), domain=(REALS,))
derivative("special.exp10", "10ˣ | ḡ out ln 10", x=lambda g, out: times(g, out * LN10), domain=(REALS,))
derivative("special.expm1", "eˣ - 1 | ḡ eˣ", x=lambda g, x: times(g, quiet(np.exp, x)), domain=(REALS,))
derivative("special.log1p", "ln(1 + x) | ḡ / (1 + x)", x=lambda g, x: over(g, 1 + x), domain=(POSITIVE,))
derivative(
    "special.cbrt", "∛x | ḡ / (3 out²)",
    x=lambda g, out: over(g, 3 * out * out), domain=(POSITIVE,), root=Root(lambda out: out == 0, lambda: 3, x=lambda g: None),
)  # fmt: skip
derivative("special.cosm1", "cos x - 1 | -ḡ sin x", x=lambda g, x: times(g, -quiet(np.sin, x)), domain=(REALS,))
derivative("special.round", "x to an integer | 0", x=lambda g: zero(g), domain=(INSIDE,))

# In degrees

derivative("special.sindg", "sin x° | π ḡ cos x° / 180", x=lambda g, x: times(g, sp.cosdg(x) * DEGREE), domain=(REALS,))
derivative("special.cosdg", "cos x° | -π ḡ sin x° / 180", x=lambda g, x: times(g, sp.sindg(x) * -DEGREE), domain=(REALS,))
derivative("special.tandg", "tan x° | π ḡ (1 + out²) / 180", x=lambda g, out: times(g, (1 + out * out) * DEGREE), domain=(REALS,))
derivative(
    "special.cotdg", "cot x° | -π ḡ (1 + out²) / 180",
    x=lambda g, out: times(g, times(1 + out * out, -DEGREE)), domain=((20, 70),),
)  # fmt: skip
derivative(
    "special.radian", "degrees, minutes and seconds in radians | π ḡ / 180 | π ḡ / 10800 | π ḡ / 648000", parameters="d m s",
    d=lambda g: g * DEGREE, m=lambda g: g * (math.pi / 10800), s=lambda g: g * (math.pi / 648000), domain=(REALS, REALS, REALS),
)  # fmt: skip
