"""Parts of complex numbers, and angles.

A gradient x̄ of a complex x stands for the derivative Re(x̄ dx), without conjugation. So a function with a complex derivative
f' has ḡ f' for its rule, as a real one has, and only the functions here and |x| take conjugates or parts.
"""

import numpy as np

from autograd_core.derivatives.elementwise import REALS
from autograd_core.derivatives.rules import same
from autograd_core.derivatives.table import composed, derivative, primitive

derivative("conjugate", "x* | ḡ*", x=lambda g: np.conjugate(g), domain=(REALS,))
derivative("real", "Re val | ḡ", val=same, domain=(REALS,))
derivative("imag", "Im val | -i ḡ", val=lambda g: -1j * g, domain=(REALS,))
derivative("real_if_close", "a, as real where its imaginary parts are rounding errors | ḡ", a=same, domain=(REALS,))
derivative("unwrap", "p plus multiples of the period | ḡ", p=same)


@primitive("re + i im | Re ḡ | -Im ḡ", re=lambda g: np.real(g), im=lambda g: -np.imag(g))
def of_parts(re, im):
    """The complex number of two real ones. (With arithmetic an infinite part would make a NaN of the other.)"""
    out = np.array(re, np.result_type(re.dtype, np.complex64))
    out.imag[...] = im
    return out if out.ndim else out[()]


@composed("angle")
def angle(z, deg=False):
    angles = np.arctan2(np.imag(z), np.real(z))
    return angles * (180 / np.pi) if deg else angles
