"""Two nets play against each other: one makes points, the other tells them from real ones, which lie on a ring.

The generator turns noise into points of the plane and never sees a real one; all it learns from is the gradient of the
discriminator's answer (Goodfellow et al., 2014). The discriminator pays for steep slopes at real points, a gradient in its loss;
without that the two go round in circles (Mescheder, Geiger and Nowozin, 2018). Writes the losses, and a film of the points.
"""

import sys

import numpy as np

import nn
from autograd_core import Tensor, capture, grad, no_grad
from examples.common import BLUE, GREY, Options, below, draw_curves, figure, film, positive, repeat, save, verdict

BATCH, WIDTH, NOISE, PENALTY, SECTORS = 256, 64, 0.05, 0.1, 12


def ring(rng, count):
    """Real points (count, 2): at all angles alike, about 1 from the middle."""
    angle, radius = rng.uniform(0, 2 * np.pi, count), 1 + NOISE * rng.standard_normal(count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).astype(np.float32)


def net(n_out):
    return nn.Sequential(
        nn.Linear(2, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, WIDTH), nn.LeakyReLU(0.2), nn.Linear(WIDTH, n_out)
    ).float()


def train(generator, discriminator, steps, quick, frames):
    """The losses of both, {step: mean distance from the ring}, and the points made from the same noise, `frames` times."""
    players = [nn.optim.Adam(net.parameters(), lr=2e-3, betas=(0.5, 0.9)) for net in (generator, discriminator)]
    schedules = [nn.optim.lr_scheduler.LinearLR(player, 1.0, 0.05, steps) for player in players]
    judged = nn.functional.binary_cross_entropy_with_logits
    rng, same = np.random.default_rng(0), np.random.default_rng(1).standard_normal((1000, 2), np.float32)
    ones, zeros = np.ones((BATCH, 1), np.float32), np.zeros((BATCH, 1), np.float32)

    @capture
    def step(real, noise):
        made, real = generator(noise), Tensor(real, requires_grad=True)
        players[1].zero_grad()
        scores = discriminator(real)
        (slope,) = grad(np.sum(scores), real, create_graph=True)
        caught = (judged(scores, ones) + judged(discriminator(made.detach()), zeros)) / 2
        (caught + PENALTY / 2 * np.sum(slope**2) / BATCH).backward()
        players[1].step()
        players[0].zero_grad()
        fooled = judged(discriminator(made), ones)
        fooled.backward()
        players[0].step()
        return fooled.detach(), caught.detach()

    losses, made = [], []
    shown = set(np.linspace(0, steps - 1, frames).astype(int))

    def play(number):
        if number in shown:
            made.append((number, points_of(generator, same)))
        fooled, caught = step(ring(rng, BATCH), rng.standard_normal((BATCH, 2), np.float32))
        for schedule in schedules:
            schedule.step()
        losses.append(caught.item())
        return fooled.item()

    of_generator, checks = repeat(play, lambda: distance(points_of(generator, same)), steps, quick, "mean distance from the ring")
    return {"generator": of_generator, "discriminator": losses}, checks, made


def points_of(generator, noise):
    with no_grad():
        return generator(noise).numpy()


def distance(points):
    """The mean distance of points from the circle in the middle of the ring."""
    return float(np.mean(np.abs(np.linalg.norm(points, axis=1) - 1)))


def draw_film(made, path):
    real = ring(np.random.default_rng(2), 1000)
    picture, axis = figure(1, 1, 4, 4.2)

    def show(number, points):
        axis.clear()
        axis.plot(*real.T, ".", color=GREY, markersize=2, alpha=0.3)
        axis.plot(*points.T, ".", color=BLUE, markersize=3)
        axis.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", title=f"step {number:,}", xticks=[], yticks=[])

    film(picture, show, [*made, *[made[-1]] * 8], path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--steps", type=positive(int), help="number of steps (3000)")
    options = parser.parse(argv)
    steps = options.steps or (400 if options.quick else 3000)
    nn.manual_seed(0)
    generator, discriminator = net(2), net(1)
    losses, checks, made = train(generator, discriminator, steps, options.quick, 6 if options.quick else 48)
    picture, axis = figure(1, 1, 6.5, 4)
    curves = {name: (range(steps), values) for name, values in losses.items()}
    curves["nobody can tell: log 2"] = [0, steps], [np.log(2)] * 2
    draw_curves(axis, curves, xlabel="step", ylabel="binary cross-entropy", title="Two nets that play against each other")
    save(picture, options.out / "losses.png")
    draw_film(made, options.out / "ring.gif")

    points = points_of(generator, np.random.default_rng(3).standard_normal((4000, 2), np.float32))
    if options.steps:
        return verdict([below("mean distance from the ring, and at first", checks[steps], checks[0])])
    results = [below("mean distance from the ring", distance(points), 0.2 if options.quick else 0.06)]
    counts = np.histogram(np.arctan2(points[:, 1], points[:, 0]), SECTORS, (-np.pi, np.pi))[0]
    rarest = len(points) / SECTORS / counts.min() if counts.min() else np.inf
    results.append(below(f"times too few points in the emptiest of {SECTORS} sectors", rarest, 2))
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
