"""Gradients through ODE solvers, here, in torchdiffeq and in diffrax; `minimize` with our gradient and with SciPy's differences.

All solve the same equations to the same tolerances with methods of the same order; torchdiffeq has none of its own for stiff
equations. Each contender's gradient is compared with ours. What diffrax needs to compile (it is run under jit) is not counted.
"""

import importlib.util

import numpy as np

from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

RTOL, ATOL = 1e-6, 1e-8


def lotka_volterra(xp, stack, t, y, p):
    return stack([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])


def robertson(xp, stack, t, y, p):
    slow, fast = p[0] * y[0], p[2] * y[1] * y[2]
    quadratic = p[1] * y[1] ** 2
    return stack([fast - slow, slow - fast - quadratic, quadratic])


def reaction_diffusion(xp, stack, t, y, p):
    """u′ = p₀ u_xx + p₁ u (1 - u) on 100 cells."""
    left, right = xp.concatenate([y[:1], y[:-1]]), xp.concatenate([y[1:], y[-1:]])
    return p[0] * (left - 2 * y + right) + p[1] * y * (1 - y)


# name, right-hand side, y0, parameters, end, whether it is stiff
PROBLEMS = (
    ("Lotka-Volterra", lotka_volterra, [1.0, 0.5], [1.1, 0.4, 0.1, 0.4], 10.0, False),
    ("Robertson, stiff", robertson, [1.0, 0.0, 0.0], [0.04, 3e7, 1e4], 100.0, True),
    ("reaction-diffusion, 100 cells", reaction_diffusion, np.exp(-(np.linspace(-3, 3, 100) ** 2)), [5.0, 1.0], 2.0, False),
)


def ours(f, y0, p, end, stiff):
    from autograd_core import value_and_grad
    from autograd_core.scipy.integrate import solve_ivp

    def loss(y0, p):
        rhs = lambda t, y, p: f(np, np.stack, t, y, p)
        y = solve_ivp(rhs, (0, end), y0, "Radau" if stiff else "RK45", args=(p,), rtol=RTOL, atol=ATOL).y[:, -1]
        return np.sum(y**2)

    both = value_and_grad(loss, (0, 1))
    return lambda: both(y0, p)


def torchdiffeq(f, y0, p, end, stiff):
    if stiff:
        return None
    import torch
    from torchdiffeq import odeint, odeint_adjoint

    class Rhs(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.p = torch.nn.Parameter(torch.tensor(p))

        def forward(self, t, y):
            return f(torch, torch.stack, t, y, self.p)

    # Its adjoint goes back in time without y at the steps, and diffusion cannot be undone
    solve = odeint if f is reaction_diffusion else odeint_adjoint

    def both():
        rhs, start = Rhs(), torch.tensor(y0, requires_grad=True)
        times = torch.tensor([0.0, end], dtype=torch.float64)
        loss = (solve(rhs, start, times, method="dopri5", rtol=RTOL, atol=ATOL)[-1] ** 2).sum()
        loss.backward()
        return loss.item(), (start.grad.numpy(), rhs.p.grad.numpy())

    return both


def diffrax(f, y0, p, end, stiff):
    import diffrax
    import jax

    jax.config.update("jax_enable_x64", True)
    term = diffrax.ODETerm(lambda t, y, p: f(jax.numpy, jax.numpy.stack, t, y, p))
    solver, steps = (diffrax.Kvaerno5() if stiff else diffrax.Dopri5()), diffrax.PIDController(rtol=RTOL, atol=ATOL)

    def loss(y0, p):
        y = diffrax.diffeqsolve(term, solver, 0.0, end, None, y0, p, stepsize_controller=steps, max_steps=16**4).ys[-1]
        return (y**2).sum()

    both = jax.jit(jax.value_and_grad(loss, (0, 1)))
    start, parameters = jax.numpy.asarray(y0), jax.numpy.asarray(p)
    return lambda: jax.block_until_ready(both(start, parameters))


MAKERS = {"torchdiffeq": torchdiffeq, "diffrax": diffrax}


def odes(quick):
    rounds = 2 if quick else 7
    table = Table(
        "Gradients through ODEs, by the initial values and the parameters",
        ("", "ms (min)", *(f"× {peer}" for peer in MAKERS)),
        notes=[f"{rounds} rounds, interleaved; rtol {RTOL:g}; RK45 or Dormand-Prince 5, Radau and Kvaerno5; diffrax under jit"],
    )
    for name, f, y0, p, end, stiff in PROBLEMS[: 2 if quick else None]:
        y0, p = np.array(y0), np.array(p)
        mine = ours(f, y0, p, end, stiff)
        contenders = [Contender("autograd_core", mine)]
        for peer, make in MAKERS.items():
            theirs = make(f, y0, p, end, stiff) if importlib.util.find_spec(peer) else None
            if theirs is not None:
                check_near(f"{name}, {peer}", mine(), theirs())
                contenders.append(Contender(peer, theirs))
        found = interleaved(contenders, rounds)
        time = found.pop("autograd_core")
        table.rows.append((name, time.best * 1e3, *(time.over(found[peer])[0] if peer in found else None for peer in MAKERS)))
        if "torchdiffeq" in found:
            table.checks.append(Check(f"{name}: over torchdiffeq", max(time.over(found["torchdiffeq"])), 1))
    return [table]


def check_near(name, mine, theirs):
    """Raise unless two solvers' gradients agree as far as their tolerances let them."""
    for a, b in zip(mine[1], theirs[1], strict=True):
        a, b = np.asarray(a), np.asarray(b)
        if np.max(np.abs(a - b)) > 1e-3 * np.max(np.abs(a)):
            raise AssertionError(f"{name}: {b.ravel()[:4]} instead of {a.ravel()[:4]}")


def minimize(quick):
    """Poisson regression: 50 coefficients, by BFGS."""
    import scipy.special
    from scipy.optimize import minimize

    from autograd_core.scipy import optimize, stats

    r, rounds = np.random.RandomState(0), 2 if quick else 7
    x = np.column_stack([np.ones(1000), r.randn(1000, 49)]) / 7
    y = r.poisson(np.exp(x @ r.randn(50))).astype(float)
    loss = lambda c: -np.sum(stats.poisson.logpmf(y, np.exp(x @ c)))
    constant = scipy.special.gammaln(y + 1)
    plain = lambda c: -np.sum(y * (x @ c) - np.exp(x @ c) - constant)
    runs = {
        "jac='autograd'": lambda: optimize.minimize(loss, np.zeros(50), jac="autograd", method="BFGS"),
        "finite differences": lambda: minimize(plain, np.zeros(50), method="BFGS"),
    }
    found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    mine, theirs = found.values()
    table = Table(
        "minimize, a Poisson regression with 50 coefficients and 1,000 observations",
        ("", "ms (min)", "× finite differences", "gradient left, largest"),
        notes=[f"{rounds} rounds, interleaved; BFGS with SciPy's defaults"],
    )
    for name, run in runs.items():
        left = np.max(np.abs(x.T @ (np.exp(x @ np.asarray(run().x)) - y)))
        table.rows.append((name, found[name].best * 1e3, found[name].over(theirs)[0], f"{left:.1e}"))
    table.checks.append(Check("minimize: over finite differences", max(mine.over(theirs)), 1))
    return [table]
