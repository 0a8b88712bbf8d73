"""A differential equation solved by a net that never sees its solution: the equation itself is the loss.

The heat equation u_t = κ u_xx on a rod of length 1 whose ends are kept at 0, and which is u(x, 0) = sin πx + ½ sin 3πx warm at
first. The net's second derivative by x and its first by t are in the loss, which is differentiated once more by the weights
(Raissi, Perdikaris and Karniadakis, 2019). Compared with the closed form, where each wave fades at its own rate.
"""

import sys

import numpy as np

import nn
from autograd_core import Tensor, capture, grad, no_grad
from examples.common import BLUE, GREY, ORANGE, Options, below, draw_training, figure, positive, repeat, save, verdict

KAPPA, POINTS = 0.05, 256


def closed_form(x, t):
    return np.exp(-KAPPA * np.pi**2 * t) * np.sin(np.pi * x) + np.exp(-9 * KAPPA * np.pi**2 * t) * np.sin(3 * np.pi * x) / 2


class Temperature(nn.Module):
    """(n, 1) places and times -> (n, 1) temperatures. What is known is built in: the first temperature, and 0 at both ends."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, x, t):
        return closed_form(x, 0) + t * x * (1 - x) * self.layers(np.concatenate([2 * x - 1, 2 * t - 1], axis=1))


def residual(model, x, t):
    """How far the net is from the equation at these points, u_t - κ u_xx: 0 for its solution."""
    x, t = Tensor(x, requires_grad=True), Tensor(t, requires_grad=True)
    u_x, u_t = grad(np.sum(model(x, t)), [x, t], create_graph=True)
    (u_xx,) = grad(np.sum(u_x), x, create_graph=True)
    return u_t - KAPPA * u_xx


def train(model, steps, quick):
    """The mean square of the residual at each step's points, and {step: that at the validation points}."""
    optimizer = nn.optim.Adam(model.parameters(), lr=1e-2)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    rng = np.random.default_rng(0)
    x_val, t_val = np.random.default_rng(1).random((2, 1000, 1))

    @capture
    def step(x, t):
        optimizer.zero_grad()
        loss = np.mean(residual(model, x, t) ** 2)
        loss.backward()
        optimizer.step()
        return loss

    def descend(number):
        loss = step(*rng.random((2, POINTS, 1))).item()
        schedule.step()
        return loss

    return repeat(descend, lambda: np.mean(residual(model, x_val, t_val).numpy() ** 2), steps, quick)


def draw(u, exact, losses, checks, path):
    picture, axes = figure(2, 2, 10, 7)
    for axis, values, title, cmap in (
        (axes[0, 0], u, "Temperature, by the net", "inferno"),
        (axes[0, 1], u - exact, "Error: the net less the closed form", "RdBu_r"),
    ):
        reach = np.abs(values).max()
        shown = axis.imshow(
            values, origin="lower", extent=(0, 1, 0, 1), aspect="auto", cmap=cmap, vmin=-reach * (cmap != "inferno"), vmax=reach
        )
        axis.set(title=title, xlabel="time t", ylabel="place x")
        picture.colorbar(shown, ax=axis)
    x = np.linspace(0, 1, len(u))
    for part, color in ((0, GREY), (10, ORANGE), (50, BLUE)):
        axes[1, 0].plot(x, exact[:, part], color=color, linewidth=4, alpha=0.3)
        axes[1, 0].plot(x, u[:, part], color=color, linestyle="--", label=f"t = {part / 100:g}")
    axes[1, 0].set(title="The net (dashed) over the closed form", xlabel="place x", ylabel="temperature")
    axes[1, 0].legend(frameon=False)
    labels = {"xlabel": "step", "ylabel": "mean (u_t - κ u_xx)²", "title": "Loss"}
    draw_training(axes[1, 1], losses, checks, yscale="log", **labels)
    save(picture, path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--steps", type=positive(int), help="number of steps (5000)")
    options = parser.parse(argv)
    nn.manual_seed(0)
    model = Temperature()
    losses, checks = train(model, options.steps or (1000 if options.quick else 5000), options.quick)

    grid = np.linspace(0, 1, 101)
    t, x = np.meshgrid(grid, grid)
    with no_grad():
        u = model(x.reshape(-1, 1), t.reshape(-1, 1)).numpy().reshape(x.shape)
    exact = closed_form(x, t)
    draw(u, exact, losses, checks, options.out / "heat.png")
    error = float(np.max(np.abs(u - exact)))
    if options.steps:
        return verdict([below("last mean squared residual over the first", losses[-1] / losses[0], 1)])
    return verdict([below("largest error of a temperature, which are 0 to 1.08", error, 0.02 if options.quick else 0.003)])


if __name__ == "__main__":
    sys.exit(main())
