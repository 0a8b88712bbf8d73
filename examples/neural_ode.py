"""A differential equation that nobody knows, learnt from measurements along one of its solutions.

The measurements are of dy/dt = A y³, a spiral; a net takes the place of the right-hand side (Chen et al., 2018). It learns from
short pieces of the path, by Runge-Kutta steps that are written here, so that a whole step is captured. What it has learnt is then
solved by SciPy to eight digits, from the first measurement and from a start that it has never seen, and one gradient is compared
with that through SciPy's solver, by the adjoint equation.
"""

import sys

import numpy as np
import scipy.integrate

import nn
from autograd_core import capture, no_grad
from autograd_core.scipy import integrate
from examples.common import BLUE, GREY, ORANGE, Options, below, draw_training, figure, positive, repeat, save, verdict

A = np.array([[-0.1, 2.0], [-2.0, -0.1]])
TIMES = np.linspace(0, 15, 601)
START, UNSEEN = np.array([2.0, 0.0]), np.array([-0.6, -1.5])
PIECE, BATCH = 10, 64  # measurements that are predicted in one go, and how many such pieces a step has


class RightHandSide(nn.Module):
    """dy/dt of states (…, 2)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 50), nn.Tanh(), nn.Linear(50, 2))

    def forward(self, y):
        return self.layers(y**3)


def true_path(start):
    """(601, 2), the solution at TIMES."""
    return scipy.integrate.odeint(lambda y, t: A @ y**3, start, TIMES, rtol=1e-9, atol=1e-9)


def runge_kutta(f, y, steps):
    """States after 1, 2, … steps of fourth order: (n, 2) -> (steps, n, 2)."""
    states, dt = [], TIMES[1]
    for _ in range(steps):
        k1 = f(y)
        k2 = f(y + dt / 2 * k1)
        k3 = f(y + dt / 2 * k2)
        k4 = f(y + dt * k3)
        y = y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(y)
    return np.stack(states)


def learnt_path(model, start):
    with no_grad():
        return integrate.solve_ivp(lambda t, y: model(y), (0, TIMES[-1]), start, t_eval=TIMES, rtol=1e-8, atol=1e-8).y.T


def train(model, measured, steps, quick):
    """The loss of each step, and {step: mean error on a path that it does not see}."""
    optimizer = nn.optim.Adam(model.parameters(), lr=1e-2)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    rng = np.random.default_rng(0)
    x_val = true_path(UNSEEN)

    @capture
    def step(start, target):
        optimizer.zero_grad()
        loss = np.mean(np.abs(runge_kutta(model, start, PIECE) - target))
        loss.backward()
        optimizer.step()
        return loss

    def pieces(path, first):
        return path[first], np.stack([path[first + k + 1] for k in range(PIECE)])

    def descend(number):
        loss = step(*pieces(measured, rng.integers(0, len(measured) - PIECE, BATCH))).item()
        schedule.step()
        return loss

    def validated():
        start, target = pieces(x_val, np.arange(0, len(x_val) - PIECE, PIECE))
        with no_grad():
            return np.mean(np.abs(runge_kutta(model, start, PIECE).numpy() - target))

    return repeat(descend, validated, steps, quick, "on a path that it does not see")


def gradients(model, piece):
    """The gradient of an error at the end of a piece, by the first weights: through Runge-Kutta steps, and through SciPy."""
    found, times = [], TIMES[:PIECE]
    by_scipy = lambda y: integrate.odeint(lambda y, t: model(y), y, times, rtol=1e-10, atol=1e-10)[-1]
    for end in (lambda y: runge_kutta(model, y[None], PIECE - 1)[-1, 0], by_scipy):
        model.zero_grad()
        np.sum((end(piece[0]) - 2 * piece[-1]) ** 2).backward()
        found.append(next(model.parameters()).grad.copy())
    return found


def draw(paths, losses, checks, path):
    picture, (left, middle, right) = figure(1, 3, 14, 4.4)
    for axis, (truth, learnt), title in zip(
        (left, middle), paths, ("Measured, and learnt", "From a start never seen"), strict=True
    ):
        axis.plot(*truth.T, color=GREY, linewidth=4, alpha=0.4, label="truth")
        axis.plot(*learnt.T, color=BLUE, linewidth=1.2, linestyle="--", label="learnt")
        axis.plot(*truth[0], "o", color=ORANGE, label="start")
        axis.set(title=title, xlabel="y₁", ylabel="y₂", aspect="equal")
    left.legend(frameon=False, loc="center")
    draw_training(right, losses, checks, yscale="log", xlabel="step", ylabel="mean error of y", title="Loss")
    save(picture, path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--steps", type=positive(int), help="number of steps (2000)")
    options = parser.parse(argv)
    nn.manual_seed(0)
    model = RightHandSide()
    measured = true_path(START)
    losses, checks = train(model, measured, options.steps or (500 if options.quick else 2000), options.quick)
    paths = [(true_path(start), learnt_path(model, start)) for start in (START, UNSEEN)]
    draw(paths, losses, checks, options.out / "spiral.png")

    ours, theirs = gradients(model, measured[300 : 300 + PIECE])
    apart = np.max(np.abs(ours - theirs)) / np.max(np.abs(theirs))
    results = [below("gradient through Runge-Kutta steps, apart from SciPy's", apart, 1e-5)]
    for name, (truth, learnt), quick, whole in zip(("measured", "unseen"), paths, (0.5, 1.0), (0.05, 0.1), strict=True):
        off = float(np.mean(np.linalg.norm(learnt - truth, axis=1)))
        if not options.steps:
            results.append(below(f"mean distance from the {name} path", off, quick if options.quick else whole))
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
