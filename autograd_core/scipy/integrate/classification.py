"""Every public name of scipy.integrate: what is written here, what has no derivative by nature, and what to write instead."""

from autograd_core.scipy.declaring import Submodule
from autograd_core.scipy.integrate import initial_value, quadrature, samples  # noqa: F401

integrate = Submodule("integrate")

WRITTEN = {
    initial_value: "solve_ivp odeint",
    quadrature: "quad quad_vec nquad dblquad tplquad fixed_quad",
}
for module, names in WRITTEN.items():
    for name in names.split():
        integrate.solver(getattr(module, name))

integrate.unsupported(
    {
        "solve_bvp": "write its equations, collocated at a mesh, for optimize.root",
        "tanhsinh": "write quad(f, a, b), or quad_vec",
        "cubature": "write nquad(f, ranges)",
        "qmc_quad": "write np.mean(f(points)) times the volume, with points of scipy.stats.qmc",
        "nsum": "write np.sum(f(np.arange(a, b)))",
        "ode complex_ode": "write solve_ivp(f, (t0, t1), y0, t_eval=…)",
    }
)
# Weights and points for given numbers; methods, which may be given to solve_ivp
integrate.constants("newton_cotes lebedev_rule OdeSolver RK23 RK45 DOP853 Radau BDF LSODA")
integrate.constants("DenseOutput OdeSolution IntegrationWarning ODEintWarning")
