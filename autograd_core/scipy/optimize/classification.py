"""Every public name of scipy.optimize: what is written here, what has no derivative by nature, and what to write instead."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.optimize import fits, minima, roots

optimize = Submodule("optimize")

WRITTEN = {
    roots: "root fsolve root_scalar brentq brenth bisect ridder toms748 newton fixed_point",
    minima: "minimize minimize_scalar differential_evolution dual_annealing shgo basinhopping",
    fits: "least_squares curve_fit nnls lsq_linear linprog",
}
for module, names in WRITTEN.items():
    for name in names.split():
        optimize.solver(getattr(module, name))

# Permutations, searches for an interval, and comparisons of derivatives
optimize.value_only("linear_sum_assignment bracket rosen_hess_prod check_grad approx_fprime")

_MINIMIZE = "write minimize(f, x0, method={!r})"
optimize.unsupported(
    {
        "fmin": _MINIMIZE.format("Nelder-Mead"),
        "fmin_bfgs": _MINIMIZE.format("BFGS"),
        "fmin_cg": _MINIMIZE.format("CG"),
        "fmin_cobyla": _MINIMIZE.format("COBYLA"),
        "fmin_l_bfgs_b": _MINIMIZE.format("L-BFGS-B"),
        "fmin_ncg": _MINIMIZE.format("Newton-CG"),
        "fmin_powell": _MINIMIZE.format("Powell"),
        "fmin_slsqp": _MINIMIZE.format("SLSQP"),
        "fmin_tnc": _MINIMIZE.format("TNC"),
        "quadratic_assignment": "write it with the values: its result is a permutation, which does not move with the data",
        "brute direct": "write minimize(f, x0) from its result",
        "fminbound": "write minimize_scalar(f, bounds=(a, b))",
        "brent golden": "write minimize_scalar(f, bracket=…)",
        "leastsq": "write least_squares(f, x0, method='lm')",
        "broyden1 broyden2 anderson linearmixing diagbroyden excitingmixing": "write root(f, x0, method=…), of the same name",
        "newton_krylov": "write root(f, x0, method='krylov')",
        "isotonic_regression": "write it with the values: its result is a mean over blocks that change with the data",
        "milp": "write linprog for one without integers: with them the result does not move with the data",
        "line_search": "write minimize, which has one",
        "rosen rosen_der rosen_hess": "write the function with NumPy, 100 (y - x²)² + (1 - x)²",
    }
)
optimize.constants(
    "OptimizeResult RootResults OptimizeWarning NoConvergence Bounds LinearConstraint NonlinearConstraint "
    "HessianUpdateStrategy BFGS SR1 LbfgsInvHessProduct BroydenFirst InverseJacobian KrylovJacobian show_options "
    "linprog_verbose_callback"
)
