"""The table of scipy.special, one file a family. Loaded when one of SciPy's ufuncs first meets a Tensor.

Here, and nowhere else in the package, SciPy is imported: by then the user has done so. Names that the installed SciPy lacks
are skipped, as those of NumPy are. What NumPy and SciPy cannot compute (the derivative of a distribution function in its
parameters, say) is in the `*_kernels.py`, on plain arrays; see `kernels` for how they are put into the table.
"""

import scipy.special  # noqa: F401

# Importing a family puts its functions into the table
from autograd_core.derivatives.special import (  # noqa: F401
    airy,
    bessel,
    classification,
    distributions,
    elementary,
    elliptic,
    entropy,
    error,
    gamma,
    hypergeometric,
    incomplete,
    integrals,
    logistic,
    polynomials,
    spherical,
    student,
)
