"""scipy.optimize: each function with a problem whose solution is smooth in the operands, solved nearly to the last digit."""

import numpy as np

from tests.scipy.cases import M, P, R, call, covers


def root_of(result):
    return result.root


def x_of(result):
    return result.x


def x_and_fun(result):
    return result.x, result.fun


def first(result):
    return result[0]


# Roots


def cubic(x, a, b):
    return x**3 + a * x - b


def slope(x, a, b):
    return 3 * x**2 + a


def curvature(x, a, b):
    return 6 * x


def system(x, a):
    return np.stack([x[0] ** 3 + x[1] - a[0], np.exp(x[1]) - x[0] - a[1]])


def jacobian_of_system(x, a):
    return np.array([[3 * x[0] ** 2, 1.0], [-1.0, np.exp(x[1])]])


def cosine(x, a):
    return np.cos(a * x)


for name in ("brentq", "brenth", "bisect", "ridder", "toms748"):
    covers(f"optimize.{name}", call(cubic, 0.0, 3.0, args=(P(), P()), xtol=1e-14), dtypes=())
covers(
    "optimize.root_scalar",
    call(cubic, (P(), P()), "brentq", (0.0, 3.0), xtol=1e-14),
    call(cubic, (P(), P()), fprime=slope, fprime2=curvature, x0=1.0, xtol=1e-13),
    pick=root_of, dtypes=(),
)  # fmt: skip
covers(
    "optimize.newton",
    call(cubic, 1.0, slope, (P(), P()), tol=1e-13),
    call(cubic, np.ones(3), slope, (P(3), P()), tol=1e-13),
    call(cubic, 1.0, None, (P(), P()), tol=1e-13),
    dtypes=(),
)
covers("optimize.root", call(system, [1.0, 0.5], (M([1.7, 0.9]),), jac=jacobian_of_system, tol=1e-12), pick=x_of, dtypes=())
covers("optimize.fsolve", call(system, [1.0, 0.5], (M([1.7, 0.9]),), jacobian_of_system, xtol=1e-12), dtypes=())
covers("optimize.fixed_point", call(cosine, 0.7, (P(),), 1e-14), dtypes=())

# Minima


def bowl(x, a):
    return np.sum((x - a) ** 2) + 0.1 * np.sum(x**4) + 0.3 * x[0] * x[1]


def slope_of_bowl(x, a):
    return 2 * (x - a) + 0.4 * x**3 + 0.3 * x[::-1]


def hessian_of_bowl(x, a):
    return np.diag(2 + 1.2 * x**2) + 0.3 * np.eye(2)[::-1]


def valley(x, a):
    return (x - a) ** 2 + 0.1 * x**4


def valley_of_one(x, a):
    return valley(x[0], a)


A = M([0.8, -0.6])
TO_THE_END = {"ftol": 1e-15, "gtol": 1e-12}
EXACT = {"jac": slope_of_bowl, "hess": hessian_of_bowl, "method": "Newton-CG", "options": {"xtol": 1e-13}}
covers("optimize.minimize", call(bowl, [0.5, 0.5], (A,), **EXACT), pick=x_and_fun, dtypes=())
covers(
    "optimize.minimize",
    call(bowl, [0.5, 0.5], (A,), "L-BFGS-B", slope_of_bowl, bounds=[(0.9, 2.0), (None, None)], options=TO_THE_END),
    call(bowl, [0.5, 0.5], (A,), "L-BFGS-B", slope_of_bowl, bounds=[(None, M(0.3)), (None, None)], options=TO_THE_END),
    call(bowl, [0.5, 0.5], (A,), "SLSQP", slope_of_bowl, tol=1e-15,
         constraints={"type": "eq", "fun": lambda x: x[0] + x[1] ** 2 - 1, "jac": lambda x: np.array([1, 2 * x[1]])}),
    pick=x_of, dtypes=(), rtol=1e-5,
)  # fmt: skip
covers("optimize.minimize_scalar", call(valley, args=(P(),), tol=1e-12), pick=x_of, dtypes=(), rtol=1e-4, atol=1e-5)
covers(
    "optimize.differential_evolution",
    call(valley_of_one, [(-2.0, 2.0)], (P(),), rng=0, popsize=5, maxiter=20),
    order=1, pick=x_of, dtypes=(), rtol=1e-4, atol=1e-4,
)  # fmt: skip
GLOBAL = {"pick": x_of, "dtypes": (), "rtol": 1e-4, "atol": 1e-4, "order": 1}
BOUNDS = [(-2.0, 2.0)]
covers("optimize.shgo", call(valley_of_one, BOUNDS, (P(),), minimizer_kwargs={"options": {"ftol": 1e-14}}), **GLOBAL)
covers("optimize.dual_annealing", call(valley_of_one, BOUNDS, (P(),), rng=0, maxiter=10), **GLOBAL)
covers(
    "optimize.basinhopping",
    call(bowl, [0.5, 0.5], 2, rng=0, minimizer_kwargs={"args": (A,), "jac": slope_of_bowl, "options": {"gtol": 1e-11}}),
    pick=x_of, dtypes=(), rtol=1e-5,
)  # fmt: skip

# Fits

X = np.linspace(0, 2, 6)
Y = np.array([1.1, 0.767, 0.535, 0.374, 0.261, 0.182])  # so near to a curve that SciPy finds all digits, which differences need


def misfit(p, y):
    return p[0] * np.exp(-p[1] * X) - y


def slope_of_misfit(p, y):
    e = np.exp(-p[1] * X)
    return np.stack([e, -p[0] * X * e], axis=1)


def decay(x, a, k):
    return a * np.exp(-k * x)


def slope_of_decay(x, a, k):
    e = np.exp(-k * x)
    return np.stack([e, -a * x * e], axis=1)


TIGHT = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}
covers(
    "optimize.least_squares",
    call(misfit, [1.0, 1.0], slope_of_misfit, args=(M(Y),), **TIGHT),
    call(misfit, [1.0, 1.5], slope_of_misfit, ([0.0, 1.2], [2.0, 3.0]), args=(M(Y),), **TIGHT),
    pick=x_of, dtypes=(), rtol=1e-5,
)  # fmt: skip
covers(
    "optimize.curve_fit",
    call(decay, X, M(Y), [1.0, 1.0], jac=slope_of_decay, **TIGHT),
    call(decay, X, M(Y), [1.0, 1.0], np.linspace(0.1, 0.2, 6), True, jac=slope_of_decay, **TIGHT),
    dtypes=(), rtol=1e-5,
)  # fmt: skip
covers("optimize.nnls", call(R(4, 3), M([1.0, 2.0, -1.0, 0.5])), dtypes=(), atol=1e-9)
covers(
    "optimize.lsq_linear", call(R(4, 2), R(4)), call(R(4, 2), R(4), ([-0.1, -3.0], [0.1, 3.0])), pick=x_of, dtypes=(), atol=1e-8
)
covers(
    "optimize.linprog",
    call(M([-1.0, -2.0]), M([[1.0, 1.0], [1.0, 3.0]]), M([4.0, 6.0])),
    call([-1.0, -2.0], None, None, M([[1.0, 1.0]]), M([4.0]), [(0, None), (0, M(3.0))]),
    pick=x_and_fun, dtypes=(),
)  # fmt: skip

# Without a derivative by nature

covers("optimize.linear_sum_assignment", call(R(3, 3)))
covers("optimize.bracket", call(lambda x: (x - 1) ** 2, R(), 2.5))
covers("optimize.rosen_hess_prod", call(R(3), R(3)))
covers("optimize.approx_fprime", call(R(2), lambda x: float(np.sum(np.asarray(x) ** 2))))
covers("optimize.check_grad", call(lambda x: float(np.sum(x**2)), lambda x: 2 * x, R(2)))
