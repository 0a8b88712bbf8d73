"""Gradients through scipy.integrate against closed forms, hand-written variational equations, and what must be refused."""

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg

from autograd_core import Tensor, capture, grad, hessian, hvp, jacobian, jvp, vjp
from autograd_core.errors import ConvergenceError, GraphError, UnsupportedError
from autograd_core.scipy import integrate
from autograd_core.scipy.integrate import adjoint
from autograd_core.scipy.integrate.kronrod import integral
from autograd_core.scipy.integrate.problem import Problem

A = np.array([[-0.5, 2.0], [-1.0, -0.3]])
Y0 = np.array([1.0, 0.5])
METHODS = ("RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA")


def close(ours, expected, tolerance):
    ours, expected = np.asarray(ours), np.asarray(expected)
    assert ours.shape == expected.shape
    assert np.max(np.abs(ours - expected)) <= tolerance * np.max(np.abs(expected)), np.max(np.abs(ours - expected))


def end(A, y0, T=1.5, **options):
    return integrate.solve_ivp(lambda t, y: A @ y, (0.0, T), y0, **options).y[:, -1]


def by_matrix(A, y0, T):
    """d exp(A T) y0 / dA, by SciPy's Fréchet derivative."""
    found = np.zeros((2, 2, 2))
    for i, j in np.ndindex(2, 2):
        E = np.zeros((2, 2))
        E[i, j] = T
        found[:, i, j] = scipy.linalg.expm_frechet(A * T, E)[1] @ y0
    return found


@pytest.mark.parametrize("gradient", ["adjoint", "forward"])
@pytest.mark.parametrize("method", METHODS)
def test_a_linear_system_is_as_precise_as_its_solution(method, gradient):
    """y(T) = exp(A T) y0. The gradient may be off by 100 times rtol."""
    rtol = 1e-3 if method == "RK23" else 1e-6
    options = {"method": method, "rtol": rtol, "atol": rtol / 100, "gradient": gradient}
    of_A, of_y0, of_T = jacobian(end, (0, 1, 2))(A, Y0, 1.5, **options)
    E = scipy.linalg.expm(A * 1.5)
    close(of_y0, E, 100 * rtol)
    close(of_A, by_matrix(A, Y0, 1.5), 100 * rtol)
    close(of_T, A @ E @ Y0, 100 * rtol)


def test_both_ways_are_chosen_by_what_they_cost():
    """One unknown at many times goes forward, many unknowns at one time backward: counted in evaluations of f."""
    calls = 0

    def f(t, y):
        nonlocal calls
        calls += 1
        return -k * y

    def cost(gradient, n, times):
        nonlocal calls
        y = integrate.solve_ivp(f, (0, 3), np.ones(n), t_eval=np.linspace(0, 3, times)[1:], gradient=gradient).y
        calls = 0
        y.sum().backward()
        return calls

    k = Tensor(0.7, requires_grad=True)
    for n, times, better in ((1, 40, "forward"), (30, 2, "adjoint")):
        assert cost("auto", n, times) == cost(better, n, times)


def predator_prey(t, y, k):
    return np.stack([k[0] * y[0] - k[1] * y[0] * y[1], k[1] * y[0] * y[1] - k[2] * y[1]])


def variational(k, y0, times):
    """dy / d(y0, k) at the times, from the equations of first variation written by hand, at a tolerance of 1e-12."""

    def f(t, z):
        (a, b), S = z[:2], z[2:].reshape(2, 5)
        J = np.array([[k[0] - k[1] * b, -k[1] * a], [k[1] * b, k[1] * a - k[2]]])
        F = np.array([[0, 0, a, -a * b, 0], [0, 0, 0, a * b, -b]])
        return np.concatenate([predator_prey(t, z[:2], k), (J @ S + F).ravel()])

    start = np.concatenate([y0, np.eye(2, 5).ravel()])
    z = scipy.integrate.solve_ivp(f, (0, times[-1]), start, "DOP853", times, rtol=1e-12, atol=1e-13).y
    return z[2:].reshape(2, 5, -1)


K = np.array([1.1, 0.9, 1.3])
TIMES = np.array([0.4, 2.0, 5.0])


@pytest.mark.parametrize(("method", "gradient"), [("RK45", "adjoint"), ("RK45", "forward"), ("LSODA", "adjoint")])
def test_predator_and_prey(method, gradient):
    def weighted(y0, k):
        y = integrate.solve_ivp(
            predator_prey, (0, 5), y0, method, TIMES, args=(k,), rtol=1e-7, atol=1e-9, gradient=gradient
        ).y  # fmt: skip
        return np.sum(y * WEIGHTS)

    expected = np.einsum("ik,ijk->j", WEIGHTS, variational(K, Y0, TIMES))
    of_y0, of_k = grad(weighted, (0, 1))(Y0, K)
    close(np.concatenate([of_y0, of_k]), expected, 1e-5)


WEIGHTS = np.array([[1.0, -0.5, 0.3], [0.2, 0.7, -1.1]])


def test_odeint_at_its_own_tolerance():
    def last(y0, k):
        return integrate.odeint(lambda y, t: predator_prey(t, y, k), y0, [0.0, 0.4, 2.0])[-1]

    S = variational(K, Y0, TIMES[:2])[:, :, -1]
    close(np.hstack(jacobian(last, (0, 1))(Y0, K)), S, 2e-6)


def test_options_of_odeint():
    """y = exp(-k t): time first, a Jacobian by hand, and the info as SciPy returns it."""

    def last(k):
        y, info = integrate.odeint(
            lambda t, y, k: -k * y, [1.0], [0.0, 2.0], (k,), lambda t, y, k: [[-k]], full_output=True, tfirst=True
        )
        assert info["message"] == "Integration successful."
        return y[-1, 0]

    close(grad(last)(0.5), -2 * np.exp(-1.0), 1e-6)


def robertson(t, y, k):
    a, b = k[0] * y[0], k[2] * y[1] * y[2]
    c = k[1] * y[1] ** 2
    return np.stack([b - a, a - b - c, c])


def test_robertson_is_stiff_over_four_decades():
    """dy/dk at t = 40 from the equations of first variation, by Radau at a tolerance of 1e-10."""
    k, y0 = np.array([0.04, 3e7, 1e4]), np.array([1.0, 0.0, 0.0])

    def f(t, z):
        y, S = z[:3], z[3:].reshape(3, 3)
        J = np.array(
            [
                [-k[0], k[2] * y[2], k[2] * y[1]],
                [k[0], -k[2] * y[2] - 2 * k[1] * y[1], -k[2] * y[1]],
                [0, 2 * k[1] * y[1], 0],
            ]
        )
        F = np.array([[-y[0], 0, y[1] * y[2]], [y[0], -(y[1] ** 2), -y[1] * y[2]], [0, y[1] ** 2, 0]])
        return np.concatenate([robertson(t, y, k), (J @ S + F / k * k).ravel()])

    atol = np.concatenate([np.full(3, 1e-13), np.tile(1e-13 / k, 3)])
    z = scipy.integrate.solve_ivp(f, (0, 40.0), np.concatenate([y0, np.zeros(9)]), "Radau", rtol=1e-9, atol=atol).y[3:, -1]
    expected = z.reshape(3, 3) * k  # by ln k, so that all are of one size
    for method in ("BDF", "LSODA"):
        last = lambda k, method=method: integrate.solve_ivp(
            robertson, (0, 40.0), y0, method, args=(k,), rtol=1e-6, atol=1e-10, gradient="adjoint"
        ).y[2, -1]  # fmt: skip
        close(grad(last)(k) * k, expected[2], 1e-4)


def test_a_large_problem_is_solved_again_in_pieces(monkeypatch):
    """The same gradient from 3 pieces as at once, and the closed form."""
    times = np.linspace(0, 1.5, 8)[1:]

    def last(y0):
        return integrate.solve_ivp(lambda t, y: A @ y, (0, 1.5), y0, "DOP853", times, rtol=1e-8, atol=1e-10, gradient="adjoint").y

    weights = np.cos(np.arange(14)).reshape(2, 7)
    expected = sum(w @ scipy.linalg.expm(A * t) for w, t in zip(weights.T, times, strict=True))
    monkeypatch.setattr(adjoint, "AT_ONCE", 0)
    solutions = []
    original = Problem.solve
    monkeypatch.setattr(
        Problem, "solve", lambda self, *args, **options: solutions.append(args[:2]) or original(self, *args, **options)
    )
    close(grad(lambda y0: np.sum(weights * last(y0)))(Y0), expected, 1e-7)
    assert len(solutions) == 3
    np.testing.assert_allclose([start for start, _ in solutions], [times[5], times[2], 0.0])


def test_a_parameter_that_does_nothing_yet_is_integrated_as_finely_as_it_must_be():
    """y' = k sin 50 t at k = 0: neither the solution nor its adjoint moves, so both take steps far too long for the integral."""
    for gradient in ("adjoint", "forward"):
        last = lambda k, gradient=gradient: integrate.solve_ivp(
            lambda t, y: [k * np.sin(50 * t)], (0, 3), [0.0], gradient=gradient, rtol=1e-6, atol=1e-8
        ).y[0, -1]  # fmt: skip
        close(grad(last)(0.0), (1 - np.cos(150.0)) / 50, 1e-4)


def test_kronrod_is_exact_to_its_degree_and_refines():
    """x¹¹ over one interval, and √x, whose slope is infinite at 0."""
    found = integral(lambda x: np.array([x**11, np.sqrt(x)]), np.array([0.0, 1.0]), 1e-9)
    np.testing.assert_allclose(found, [1 / 12, 2 / 3], rtol=1e-9)


# Times, events, dense output


def test_times_and_dense_output_move_along_the_solution():
    """y = cos t: its slope is -sin t, at times that are asked for as at the ends."""
    spring = lambda t, y: [y[1], -y[0]]
    options = {"rtol": 1e-9, "atol": 1e-11}
    at = lambda t: integrate.solve_ivp(spring, (0, 4), [1.0, 0.0], t_eval=t, **options).y[0]
    t = np.array([0.5, 1.0, 3.0])
    close(jacobian(at)(t), np.diag(-np.sin(t)), 1e-7)
    dense = lambda t: integrate.solve_ivp(spring, (0, 4), [1.0, 0.0], dense_output=True, **options).sol(t)[0]
    close(jacobian(dense)(t), np.diag(-np.sin(t)), 1e-6)
    close(grad(dense)(2.0), -np.sin(2.0), 1e-6)
    from_to = lambda a, b: integrate.solve_ivp(spring, (a, b), [1.0, 0.0], **options).y[0, -1]  # cos(b - a)
    close(grad(from_to, (0, 1))(0.5, 2.0), [np.sin(1.5), -np.sin(1.5)], 1e-7)
    close(grad(from_to, (0, 1))(2.0, 0.5), [-np.sin(1.5), np.sin(1.5)], 1e-7)
    with pytest.raises(ValueError, match=r"sol: t must be in \[0, 4\]"):
        grad(dense)(5.0)


def hits_ground(t, y):
    return y[0]


hits_ground.terminal, hits_ground.direction = True, -1


def test_the_time_of_a_terminal_event():
    """A ball falls from h: it lands at t = √(2 h / g) with v = -√(2 g h)."""

    def landing(h, g):
        found = integrate.solve_ivp(lambda t, y: [y[1], -g], (0, 10), [h, 0.0], events=hits_ground, rtol=1e-8, atol=1e-10)
        return np.stack([found.t_events[0][0], found.t[-1], found.y[1, -1], found.y_events[0][0, 1]])

    h, g = 3.0, 9.81
    t, v = np.sqrt(2 * h / g), np.sqrt(2 * g * h)
    of_h, of_g = jacobian(landing, (0, 1))(h, g)
    close(of_h, [t / (2 * h), t / (2 * h), -v / (2 * h), -v / (2 * h)], 1e-6)
    close(of_g, [-t / (2 * g), -t / (2 * g), -v / (2 * g), -v / (2 * g)], 1e-6)
    close(grad(grad(lambda h: landing(h, g)[0]))(h), -t / (4 * h * h), 1e-5)


def test_an_event_with_a_parameter_of_its_own():
    """y = e⁻ᵗ falls below a at t = -ln a; nothing else depends on a."""

    def when(a):
        falls = lambda t, y: y[0] - a
        return integrate.solve_ivp(lambda t, y: -y, (0, 5), [1.0], events=[falls], rtol=1e-9, atol=1e-11).t_events[0][0]

    close(grad(when)(0.3), -1 / 0.3, 1e-6)


# Higher orders, forward mode, complex numbers, what is closed over


@pytest.mark.parametrize("method", ["DOP853", "Radau"])
def test_second_derivatives(method):
    """y(2) = y0 exp(-2 k)."""
    last = lambda z: integrate.solve_ivp(lambda t, y: -z[0] * y, (0, 2), z[1:], method, rtol=1e-8, atol=1e-10).y[0, -1]
    e = np.exp(-1.0)
    close(hessian(last)(np.array([0.5, 3.0])), [[12 * e, -2 * e], [-2 * e, 0]], 1e-6)


def test_second_derivatives_of_predator_and_prey():
    """The product of the Hessian with a vector, against differences of the variational equations."""
    f = lambda k: integrate.solve_ivp(predator_prey, (0, 2), Y0, args=(k,), rtol=1e-8, atol=1e-10).y[0, -1]
    v, step = np.array([0.5, -1.0, 0.7]), 1e-4
    ahead, behind = (variational(K + s * step * v, Y0, TIMES[1:2])[0, 2:, 0] for s in (1, -1))
    close(hvp(f)(K, v), (ahead - behind) / (2 * step), 1e-5)


def test_forward_mode():
    E = scipy.linalg.expm(A * 1.5)
    out, change = jvp(lambda y0: end(A, y0, rtol=1e-8, atol=1e-10), (Y0,), (np.array([1.0, 2.0]),))
    close(out, E @ Y0, 1e-7)
    close(change, E @ [1.0, 2.0], 1e-7)


def test_complex_unknowns():
    """z(T) = exp(i w T): d Re z / dw = -T sin(w T)."""
    z = lambda w: integrate.solve_ivp(lambda t, z: 1j * w * z, (0, 2.0), [1.0 + 0j], rtol=1e-9, atol=1e-11).y[0, -1]
    close(grad(lambda w: np.real(z(w)))(0.7), -2 * np.sin(1.4), 1e-7)
    close(grad(lambda w: np.imag(z(w)))(0.7), 2 * np.cos(1.4), 1e-7)
    with pytest.raises(UnsupportedError, match=r"solve_ivp: there are no sensitivities of a complex problem.*real and the imag"):
        jvp(lambda w: np.real(z(w)), (0.7,), (1.0,))


class Decay:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, t, y):
        return -self.rate * y


def test_tensors_in_objects_and_intermediate_ones():
    """y(1) = exp(-r), with r an attribute that was itself computed: r = s²."""
    s = Tensor(0.8, requires_grad=True)
    y = integrate.solve_ivp(Decay(s * s), (0, 1), [1.0], rtol=1e-9, atol=1e-11).y
    y[0, -1].backward()
    close(s.grad, -2 * 0.8 * np.exp(-0.64), 1e-7)


def test_without_tensors_it_is_scipys_own():
    found = integrate.solve_ivp(lambda t, y: A @ y, (0, 1), Y0, dense_output=True)
    expected = scipy.integrate.solve_ivp(lambda t, y: A @ y, (0, 1), Y0, dense_output=True)
    assert type(found.y) is np.ndarray
    np.testing.assert_array_equal(found.y, expected.y)
    np.testing.assert_array_equal(found.t, expected.t)
    np.testing.assert_array_equal(found.sol(0.3), expected.sol(0.3))


@pytest.mark.parametrize("vectorized", [False, True])
def test_options_of_scipy(vectorized):
    f = lambda k: integrate.solve_ivp(
        lambda t, y: -k * y, (0, 1), [2.0], "Radau", vectorized=vectorized, jac="autograd", rtol=1e-8, atol=1e-10, max_step=0.2
    ).y[0, -1]  # fmt: skip
    if vectorized:
        f = lambda k: integrate.solve_ivp(lambda t, y: -k * y, (0, 1), [2.0], vectorized=True, rtol=1e-8, atol=1e-10).y[0, -1]
    close(grad(f)(0.5), -2 * np.exp(-0.5), 1e-6)


# Refusals


def test_a_failed_integration_is_an_error_if_it_is_to_be_differentiated():
    explosion = lambda k: integrate.solve_ivp(lambda t, y: k * y * y, (0, 2), [1.0])
    assert explosion(1.0).status == -1
    with pytest.raises(ConvergenceError, match=r"^scipy.integrate.solve_ivp: RK45 did not get to the end, t = 2, .*step size"):
        grad(lambda k: explosion(k).y[0, -1])(1.0)


def test_a_changed_function_is_an_error():
    scale = np.array([1.0])
    k = Tensor(0.5, requires_grad=True)
    y = integrate.solve_ivp(lambda t, y: -k * scale * y, (0, 1), [1.0]).y
    scale[0] = 2.0
    with pytest.raises(GraphError, match="solve_ivp: in the backward pass the function returns something else"):
        y.sum().backward()
    value = integrate.quad(lambda x: k * scale[0] * x, 0, 1)[0]
    scale[0] = 3.0
    with pytest.raises(GraphError, match="quad: in the backward pass the function returns something else"):
        value.backward()


def test_a_tensor_that_is_used_for_a_moment_is_no_silent_zero():
    k = Tensor(0.5, requires_grad=True)
    y = integrate.solve_ivp(lambda t, y: -y * (k if 0.011 < t < 0.012 else 0.5), (0, 1), [1.0], max_step=0.003).y
    if isinstance(y, Tensor):
        with pytest.raises(GraphError, match="depends on other Tensors than before"):
            y.sum().backward()


def test_wrong_ways():
    with pytest.raises(ValueError, match="solve_ivp: gradient must be one of auto, adjoint, forward, got 'x'"):
        integrate.solve_ivp(lambda t, y: y, (0, 1), [1.0], gradient="x")
    z = Tensor([1.0 + 0j], requires_grad=True)
    y = integrate.solve_ivp(lambda t, y: 1j * y, (0, 1), z, "BDF", gradient="adjoint").y
    with pytest.raises(UnsupportedError, match="no adjoint of a complex problem with method='BDF'; write it with the real"):
        np.real(y).sum().backward()
    x = Tensor(0.5, requires_grad=True)
    with pytest.raises(UnsupportedError, match="quad: there is no derivative with complex_func=True"):
        integrate.quad(lambda t: np.exp(1j * x * t), 0, 1, complex_func=True)
    with pytest.raises(UnsupportedError, match="quad: with weight= there is no derivative by the limits"):
        integrate.quad(lambda t: t, 0, x, weight="cos", wvar=1.0)
    with pytest.raises(UnsupportedError, match="quad: there is no derivative by wvar; write"):
        integrate.quad(lambda t: t, 0, 1.0, weight="cos", wvar=x)


def test_a_captured_step_with_a_solver_runs_as_it_is():
    step = capture(lambda k: integrate.solve_ivp(lambda t, y: -k * y, (0, 1), [1.0], rtol=1e-8, atol=1e-10).y[0, -1])
    with pytest.warns(RuntimeWarning, match="runs as it is, not captured"):
        first = step(Tensor(0.5))
    close([first, step(Tensor(2.0))], np.exp([-0.5, -2.0]), 1e-6)


@pytest.mark.parametrize("name", ["tanhsinh", "nsum", "cubature"])
def test_integrals_without_a_derivative_see_what_the_function_closes_over(name):
    k = Tensor(1.5, requires_grad=True)
    ends = {"cubature": ([0.0], [1.0]), "nsum": (1, np.inf)}.get(name, (0.0, 1.0))
    with pytest.raises(UnsupportedError, match=rf"scipy\.integrate\.{name}: there is no derivative for this function; write "):
        getattr(integrate, name)(lambda x: k / x[..., 0] ** 2 if np.ndim(x) > 1 else k / x**2, *ends)


# Integrals


def test_second_derivatives_of_an_integral():
    """∫ₐᵇ s e^(-s x) dx = e^(-s a) - e^(-s b)."""
    f = lambda z: integrate.quad(lambda x: z[2] * np.exp(-z[2] * x), z[0], z[1])[0]
    a, b, s = z = np.array([0.3, 1.2, 0.7])
    ea, eb = np.exp(-s * a), np.exp(-s * b)
    expected = [
        [s * s * ea, 0, (s * a - 1) * ea],
        [0, -s * s * eb, (1 - s * b) * eb],
        [(s * a - 1) * ea, (1 - s * b) * eb, a * a * ea - b * b * eb],
    ]
    close(hessian(f)(z), expected, 1e-7)
    close(jvp(f, (z,), (z,))[1], z @ [-s * ea, s * eb, b * eb - a * ea], 1e-9)


def test_second_derivatives_of_an_integral_of_vectors():
    """Σ ∫₀^∞ e^(-k x) dx = Σ 1 / k."""
    k = np.array([1.0, 2.0])
    close(hessian(lambda k: np.sum(integrate.quad_vec(lambda x: np.exp(-k * x), 0, np.inf)[0]))(k), np.diag(2 / k**3), 1e-6)


def test_second_derivative_of_a_double_integral():
    """∫₀ᵃ ∫₀ˣ x y dy dx = a⁴ / 8, times c."""
    f = lambda z: integrate.dblquad(lambda y, x: z[1] * x * y, 0, z[0], 0, lambda x: x)[0]
    a, c = z = np.array([1.5, 2.0])
    close(grad(f)(z), [c * a**3 / 2, a**4 / 8], 1e-8)
    close(hvp(f)(z, np.array([1.0, 0.0])), [c * 1.5 * a * a, a**3 / 2], 1e-7)


def test_an_infinite_limit_and_an_integrable_pole():
    """Γ(s) = ∫₀^∞ x^(s-1) e^(-x) dx; Γ′(1/2) = Γ(1/2) ψ(1/2), with ψ(1/2) = -γ - 2 ln 2."""
    gamma = lambda s: integrate.quad(lambda x: x ** (s - 1) * np.exp(-x), 0, 1)[0] + integrate.quad(
        lambda x: x ** (s - 1) * np.exp(-x), 1, np.inf
    )[0]  # fmt: skip
    close(grad(gamma)(0.5), np.sqrt(np.pi) * (-np.euler_gamma - 2 * np.log(2)), 1e-6)


def test_the_pullback_of_several_results_at_once():
    out, pullback = vjp(lambda k: integrate.quad_vec(lambda x: np.stack([k * x, k * k * x * x]), 0, 1)[0], 3.0)
    np.testing.assert_allclose(out, [1.5, 3.0])
    np.testing.assert_allclose(pullback(np.array([1.0, 10.0]))[0], 0.5 + 10 * 2.0)


def test_a_backward_pass_evaluates_few_times():
    """Beside the solution that is solved again and the adjoint, the integral over the parameters takes seven for two steps."""
    count = [0]
    k = Tensor(np.linspace(0.5, 2, 50), requires_grad=True)

    def f(t, y):
        count[0] += 1
        return -k * y

    found = integrate.solve_ivp(f, (0, 3), np.ones(50), rtol=1e-7, atol=1e-9, gradient="adjoint")
    last, count[0] = found.y[:, -1], 0
    np.sum(last).backward()
    assert count[0] < 2.7 * found.nfev
    np.testing.assert_allclose(k.grad, -3 * np.exp(-3 * k.numpy()), rtol=1e-5)
