"""The logistic function, its inverse and its logarithm."""

from autograd_core.derivatives.activations import sigmoid
from autograd_core.derivatives.bells import sigmoid_slope
from autograd_core.derivatives.elementwise import REALS
from autograd_core.derivatives.strong import over, times
from autograd_core.derivatives.table import derivative

derivative("special.expit", "1 / (1 + e⁻ˣ) | ḡ out (1 - out)", x=lambda g, x: times(g, sigmoid_slope(x)), domain=(REALS,))
derivative(  # as a sum it is infinite to second order for the least x, where of a quotient by x (1 - x) came ∞ - ∞
    "special.logit", "ln(x / (1 - x)) | ḡ / x + ḡ / (1 - x)", x=lambda g, x: over(g, x) + over(g, 1 - x), domain=((0, 1),)
)
derivative("special.log_expit", "-ln(1 + e⁻ˣ) | ḡ / (1 + eˣ)", x=lambda g, x: times(g, sigmoid(-x)), domain=(REALS,))
