"""scipy.integrate, for arrays and Tensors: solutions of differential equations, and integrals.

What a result depends on are its limits or initial values, and the Tensors in `args` and in the closure of the function.

initial_value   solve_ivp and odeint, events and dense output
problem         an initial value problem, as SciPy solves it
flow            y at given times, an operation with derivatives; when it takes which of
adjoint             the backward integration from the last time, with kronrod for its integrals
sensitivities       the problem whose solution has y and its sensitivities
quadrature      quad, quad_vec, nquad and its like, fixed_quad
samples         trapezoid, simpson, romb, and running integrals
classification  every public name of scipy.integrate
"""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.integrate import classification  # noqa: F401

__all__, __getattr__, __dir__ = Submodule("integrate").exports()
