"""scipy.optimize, for arrays and Tensors: solutions that have derivatives, by the implicit function theorem.

What a solution depends on are the Tensors in `args`, in the closures of the functions, and in bounds. `implicit`, beside this
folder, has the theorem.

roots           root, root_scalar, brentq and its like, newton, fixed_point
minima          minimize, minimize_scalar, the global searches
active          the bounds and constraints that hold a minimum
fits            least_squares, curve_fit, nnls, lsq_linear, linprog
asking          derivatives on request (jac="autograd"), and what happens if a solver does not arrive
classification  every public name of scipy.optimize
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.optimize import classification  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("optimize").exports()
