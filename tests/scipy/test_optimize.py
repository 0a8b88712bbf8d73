"""Gradients of solutions of scipy.optimize against closed forms, and what must be refused."""

import numpy as np
import pytest
import scipy.optimize

from autograd_core import Tensor, grad, hessian, jacobian, jvp, no_grad
from autograd_core.errors import ConvergenceError, GraphError, UnsupportedError
from autograd_core.scipy import implicit, optimize

BRACKETING = ("brentq", "brenth", "bisect", "ridder", "toms748")


def near(ours, expected, tolerance=1e-9):
    np.testing.assert_allclose(ours, expected, rtol=tolerance, atol=tolerance)


# Roots


@pytest.mark.parametrize("name", BRACKETING)
def test_a_cube_root_has_derivatives_of_every_order(name):
    """x = a^(1/3)."""
    f = lambda a: getattr(optimize, name)(lambda x: x**3 - a, 0.0, 10.0, xtol=1e-14)
    near(grad(f)(8.0), 1 / 12)
    near(grad(grad(f))(8.0), -1 / 144)
    near(grad(grad(grad(f)))(8.0), 10 / 27 * 8 ** (-8 / 3))
    near(jvp(f, (8.0,), (3.0,))[1], 0.25)


def test_derivatives_on_request_reach_the_solver():
    """x³ = a in five ways; each is called with what it asked for."""
    f = lambda x, a: x**3 - a
    ways = {
        "newton": lambda a: optimize.newton(f, 1.5, "autograd", (a,), tol=1e-13),
        "halley": lambda a: optimize.newton(f, 1.5, "autograd", (a,), tol=1e-13, fprime2="autograd"),
        "root_scalar": lambda a: optimize.root_scalar(f, (a,), fprime="autograd", fprime2="autograd", x0=1.5, xtol=1e-13).root,
        "root": lambda a: optimize.root(f, [1.5], (a,), jac="autograd", tol=1e-12).x[0],
        "fsolve": lambda a: optimize.fsolve(f, [1.5], (a,), "autograd", xtol=1e-12)[0],
    }
    for way in ways.values():
        near(way(8.0), 2.0)
        near(grad(way)(8.0), 1 / 12)
        near(grad(grad(way))(8.0), -1 / 144)


@pytest.mark.parametrize("method", ["hybr", "lm", "krylov", "broyden1", "df-sane"])
def test_a_system_by_every_kind_of_method(method):
    """x y = a, x - y = b: x = (b + √(b² + 4 a)) / 2."""

    def solution(p):
        return optimize.root(lambda x: [x[0] * x[1] - p[0], x[0] - x[1] - p[1]], [2.2, 0.9], method=method, tol=1e-10).x

    s = 3.0  # √(b² + 4 a) at a = 2, b = 1
    near(jacobian(solution)(np.array([2.0, 1.0])), [[1 / s, 0.5 + 0.5 / s], [1 / s, -0.5 + 0.5 / s]], 1e-6)


def test_many_unknowns_are_solved_without_a_matrix(monkeypatch):
    """A x + x³ = b: dx/db = (A + 3 x²)⁻¹; also its second derivative, by the theorem for the linear system itself."""
    A = np.array([[3.0, 1.0, 0.0], [1.0, 4.0, -1.0], [0.0, -1.0, 5.0]])
    f = lambda b: optimize.root(lambda x: A @ x + x**3 - b, np.ones(3), jac="autograd", tol=1e-12).x
    b = np.array([1.0, 2.0, 3.0])
    by_matrix = jacobian(f)(b), hessian(lambda b: np.sum(f(b) ** 2))(b)
    near(by_matrix[0], np.linalg.inv(A + np.diag(3 * f(b) ** 2)))
    monkeypatch.setattr(implicit, "DENSE", 1)
    near(jacobian(f)(b), by_matrix[0])
    near(hessian(lambda b: np.sum(f(b) ** 2))(b), by_matrix[1], 1e-8)


def test_each_element_of_newton_is_its_own_equation():
    a = np.linspace(1, 3, 7)
    f = lambda a: optimize.newton(lambda x: x * x - a, np.ones(7), tol=1e-13)
    near(jacobian(f)(a), np.diag(0.5 / np.sqrt(a)))
    t = Tensor(a, requires_grad=True)
    root, converged, zero_slope = optimize.newton(lambda x: x * x - t, np.ones(7), full_output=True)
    assert isinstance(root, Tensor)
    assert np.all(converged)
    assert not np.any(zero_slope)


def test_a_fixed_point():
    """x = cos(a x): dx/da = -x sin(a x) / (1 + a sin(a x))."""
    f = lambda a: optimize.fixed_point(lambda x: np.cos(a * x), 0.7, xtol=1e-14)
    x = f(1.2)
    near(grad(f)(1.2), -x * np.sin(1.2 * x) / (1 + 1.2 * np.sin(1.2 * x)))


class Line:
    def __init__(self, slope):
        self.slope = slope

    def __call__(self, x):
        return self.slope * x - 1


def test_tensors_in_objects_and_intermediate_ones():
    """s² x = 1: dx/ds = -2 / s³."""
    s = Tensor(2.0, requires_grad=True)
    optimize.brentq(Line(s * s), 0.0, 5.0).backward()
    near(s.grad, -0.25)


def test_without_tensors_and_under_no_grad_it_is_scipys_own():
    assert type(optimize.brentq(lambda x: x**3 - 8.0, 0, 10)) is float
    a = Tensor(8.0, requires_grad=True)
    with no_grad():
        assert type(optimize.brentq(lambda x: x**3 - a, 0, 10)) is float
    x, found = optimize.brentq(lambda x: x**3 - a, 0, 10, full_output=True)
    assert isinstance(x, Tensor)
    assert found.converged


# Minima


def test_a_ridge_regression_by_its_penalty():
    """x = (Mᵀ M + p)⁻¹ Mᵀ y; dx/dp = -(Mᵀ M + p)⁻¹ x, and once more."""
    r = np.random.default_rng(0)
    M, y = r.normal(size=(6, 3)), r.normal(size=6)

    def f(p, **options):
        return optimize.minimize(lambda x: np.sum((M @ x - y) ** 2) + p * np.sum(x * x), np.zeros(3), tol=1e-12, **options).x

    inverse = np.linalg.inv(M.T @ M + 0.7 * np.eye(3))
    x = inverse @ M.T @ y
    newton = {"method": "trust-exact", "jac": "autograd", "hess": "autograd"}
    for options in ({"jac": "autograd"}, newton, {"method": "Newton-CG", "jac": "autograd", "hessp": "autograd"}):
        near(jacobian(lambda p, o=options: f(p, **o))(0.7), -inverse @ x, 1e-6)
    near(jacobian(jacobian(lambda p: f(p, **newton)))(0.7), 2 * inverse @ inverse @ x, 1e-8)


def test_the_value_at_a_minimum_is_differentiated_too():
    """min (x - a)² + x² = a² / 2."""
    f = lambda a: optimize.minimize(lambda x: (x[0] - a) ** 2 + x[0] ** 2, [0.0], jac="autograd", tol=1e-12).fun
    near(grad(f)(3.0), 3.0)
    near(grad(grad(f))(3.0), 1.0)


def test_bounds_hold_and_let_go():
    """min |x - a|² in a box: what is at a bound moves with the bound, the rest with a."""
    a = np.array([2.0, 0.3, -4.0])

    def f(a, high):
        return optimize.minimize(
            lambda x: np.sum((x - a) ** 2), np.zeros(3), jac="autograd", bounds=[(-1, high)] * 3, method="L-BFGS-B"
        ).x

    of_a, of_high = jacobian(f, (0, 1))(a, 1.0)
    near(of_a, np.diag([0.0, 1.0, 0.0]))
    near(of_high, [1.0, 0.0, 0.0])


@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_constraints_of_every_kind(method):
    """min |x - p|² with x₀ + x₁ = s and x₂ ≥ 0: a projection; the inequality pushes, the nonlinear one does not."""

    def f(p, s):
        constraints = [
            {"type": "eq", "fun": lambda x: x[0] + x[1] - s, "jac": "autograd"},
            scipy.optimize.LinearConstraint([[0.0, 0.0, 1.0]], 0.0, np.inf),
            scipy.optimize.NonlinearConstraint(lambda x: np.sum(x * x), -np.inf, 100.0),
        ]
        return optimize.minimize(
            lambda x: np.sum((x - p) ** 2), np.ones(3), jac="autograd", constraints=constraints, method=method, tol=1e-12
        ).x

    of_p, of_s = jacobian(f, (0, 1))(np.array([1.0, 2.0, -1.0]), 1.0)
    near(of_p, [[0.5, -0.5, 0.0], [-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]], 1e-6)
    near(of_s, [0.5, 0.5, 0.0], 1e-6)


def test_least_squares_with_a_robust_loss():
    """One datum far off: the optimum of a huber loss is the mean of the others plus its capped pull, so it does not follow it."""
    f = lambda y: optimize.least_squares(lambda m: m[0] - y, [0.0], loss="huber", f_scale=0.5, gtol=1e-12).x[0]
    near(grad(f)(np.array([0.1, 0.2, 0.15, 30.0])), [1 / 3, 1 / 3, 1 / 3, 0.0], 1e-7)


def test_a_fit_and_its_covariance():
    """A line: parameters and covariance by the normal equations, for the data, the deviations and the absolute scale."""
    x, y, s = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.9, 5.2, 7.1]), np.array([0.1, 0.2, 0.1, 0.3])

    def ours(x, y, s):
        p, covariance = optimize.curve_fit(lambda x, a, b: a * x + b, x, y, sigma=s, absolute_sigma=True)
        return np.concatenate([p, covariance.reshape(-1)])

    def by_hand(x, y, s):
        D, W = np.stack([x, np.ones(4)]).T, np.diag(1 / s**2)
        covariance = np.linalg.inv(D.T @ W @ D)
        return np.concatenate([covariance @ D.T @ W @ y, covariance.reshape(-1)])

    for one, other in zip(jacobian(ours, (0, 1, 2))(x, y, s), jacobian(by_hand, (0, 1, 2))(x, y, s), strict=True):
        near(one, other, 1e-6)


def test_correlated_deviations_of_a_fit():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.9, 5.2])
    C = np.array([[1.0, 0.3, 0.0], [0.3, 1.0, 0.2], [0.0, 0.2, 0.5]])
    D = np.stack([x, np.ones(3)]).T
    f = lambda y: optimize.curve_fit(lambda x, a, b: a * x + b, x, y, sigma=C)[0]
    V = np.linalg.inv(C)
    near(jacobian(f)(y), np.linalg.solve(D.T @ V @ D, D.T @ V), 1e-6)


def test_a_linear_program():
    """max x + 2 y with x + y ≤ b₀, x + 3 y ≤ b₁: the corner ((3 b₀ - b₁) / 2, (b₁ - b₀) / 2), whatever c is nearby."""
    f = lambda c, b: optimize.linprog(c, [[1.0, 1.0], [1.0, 3.0]], b).x
    of_c, of_b = jacobian(f, (0, 1))(np.array([-1.0, -2.0]), np.array([4.0, 6.0]))
    near(of_c, np.zeros((2, 2)))
    near(of_b, [[1.5, -0.5], [-0.5, 0.5]])


# Refusals


def test_a_solver_that_did_not_arrive_is_an_error():
    with pytest.raises(
        ConvergenceError, match=r"scipy\.optimize\.root: the solver did not arrive, so the result has no derivative"
    ):
        grad(lambda a: optimize.root(lambda x: x * x + a, [1.0]).x[0])(1.0)
    with pytest.raises(ConvergenceError, match=r"scipy\.optimize\.minimize: the solver did not arrive.*iterations"):
        grad(lambda a: optimize.minimize(lambda x: (x[0] - a) ** 4, [0.0], options={"maxiter": 1}).x[0])(1.0)
    with pytest.raises(ConvergenceError, match=r"scipy\.optimize\.brentq: the solver did not arrive"):
        grad(lambda a: optimize.brentq(lambda x: x**3 - a, 0.0, 9.0, maxiter=2, disp=False))(8.0)
    assert not optimize.root(lambda x: x * x + 1.0, [1.0]).success  # as SciPy says it, where nothing is differentiated


def test_a_point_that_is_no_solution_is_an_error():
    rough = lambda a: optimize.minimize(
        lambda x: np.sum((x - a) ** 2), [0.0, 0.5], method="Nelder-Mead", options={"xatol": 0.3, "fatol": 0.3}
    )
    with pytest.raises(ConvergenceError, match="what was found is no solution: a Newton step from there would move it by"):
        grad(lambda a: rough(a).x[0])(1.0)


@pytest.mark.parametrize(
    "solve",
    [
        lambda a: optimize.root_scalar(lambda x: x**3 - (a - 1), bracket=(-1.0, 1.0), method="bisect").root,  # a triple root
        lambda a: optimize.root(lambda x: np.stack([x[0] + x[1] - a, 2 * x[0] + 2 * x[1] - 2 * a]), [0.5, 0.5]).x[0],
        lambda a: optimize.minimize(lambda x: (x[0] + x[1] - a) ** 2, [0.3, 0.3], jac="autograd").x[0],  # a valley
    ],
    ids=["triple root", "dependent equations", "valley"],
)
def test_a_singular_solution_is_an_error(solve):
    with pytest.raises(ConvergenceError, match=r"singular at the solution|is no solution"):
        grad(solve)(1.0)


def test_a_bound_that_does_not_push_is_a_kink():
    with pytest.raises(ConvergenceError, match=r"a constraint or bound holds at the solution without pushing.*kink"):
        grad(lambda a: optimize.minimize(lambda x: (x[0] - a) ** 2, [0.5], jac="autograd", bounds=[(1.0, 2.0)]).x[0])(1.0)


def test_a_solution_beside_a_bound_that_may_hold_it_is_an_error():
    """The slope at the bound is so small that a Newton step is small as well; but it leads out."""
    slight = lambda x, a: (x - a) ** 2
    with pytest.raises(ConvergenceError, match="minimize_scalar: what was found is so near to a bound"):
        grad(lambda a: optimize.minimize_scalar(slight, bounds=(0.0, 1.0), args=(a,), method="bounded").x)(1.0 + 1e-5)
    with pytest.raises(ConvergenceError, match=r"minimize: what was found is (so near to a bound|no solution)"):
        grad(
            lambda a: optimize.minimize(
                lambda x: slight(x[0], a), [0.5], jac="autograd", bounds=[(0.0, 1.0)], method="trust-constr"
            ).x[0]
        )(1.0 + 1e-4)


def test_an_edge_of_a_linear_program_has_no_derivative():
    with pytest.raises(ConvergenceError, match=r"scipy\.optimize\.linprog: .* so it is not one corner|without pushing"):
        jacobian(lambda b: optimize.linprog([-1.0, -1.0], [[1.0, 1.0]], b).x)(np.array([1.0]))
    with pytest.raises(UnsupportedError, match=r"linprog: there is no derivative with integrality"):
        jacobian(lambda b: optimize.linprog([-1.0], [[1.0]], b, integrality=[1]).x)(np.array([1.5]))


def test_a_changed_function_is_an_error():
    scale, a = np.array([1.0]), Tensor(8.0, requires_grad=True)
    x = optimize.brentq(lambda x: scale[0] * x**3 - a, 0.0, 10.0)
    scale[0] = 2.0
    with pytest.raises(GraphError, match=r"scipy\.optimize\.brentq: in the backward pass the function returns something else"):
        x.backward()


def test_words_for_what_is_not_supported():
    with pytest.raises(UnsupportedError, match=r"minimize: a constraint must be a dict, a LinearConstraint or a NonlinearC"):
        optimize.minimize(lambda x: x @ x, [0.0], constraints=[3])
    z = Tensor(1.0 + 1.0j, requires_grad=True)
    with pytest.raises(UnsupportedError, match="newton: there is no derivative of a complex solution"):
        optimize.newton(lambda x: x * x - z, 1.0 + 0.5j)
    with pytest.raises(UnsupportedError, match="curve_fit: there is no derivative with nan_policy='omit'"):
        optimize.curve_fit(lambda x, a: a * x, [1.0, 2.0], Tensor([1.0, 2.0], requires_grad=True), nan_policy="omit")
    a = Tensor(1.5, requires_grad=True)
    with pytest.raises(UnsupportedError, match=r"fmin_bfgs: .*write minimize\(f, x0, method='BFGS'\)"):
        optimize.fmin_bfgs(lambda x: (x[0] - a) ** 2, [0.0])
    with pytest.raises(UnsupportedError, match=r"golden: .*write minimize_scalar\(f, bracket=…\)"):
        optimize.golden(lambda x: (x - a) ** 2)
    assert optimize.bracket(lambda x: (x - a) ** 2) == scipy.optimize.bracket(lambda x: (x - 1.5) ** 2)
