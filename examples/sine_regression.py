"""A function fitted by a net of one hidden layer, 1-25-1: y = 20 sin(2πx) for x = 0, 0.01 … 0.99.

The hidden layer is a sigmoid one, the output is linear (a sigmoid could not leave 0 … 1). It descends ½ MSE, whose
derivative by the output is the plain error, output - y; it prints MSE.
"""

import sys

import numpy as np

import nn
from autograd_core import capture
from examples.common import BLUE, GREY, ORANGE, Options, agrees, figure, positive, progress, save, stop, verdict

LR, STEPS = 0.3, 4000
REFERENCE = {  # MSE every 100 steps and after the last, by a program that has every derivative written by hand
    "mse_every_100": [
        260.181247, 31.991211, 19.718373, 16.756319, 10.389368, 6.521393, 4.195070, 2.753939, 1.881926, 1.347754,
        1.009677, 0.787915, 0.637530, 0.532586, 0.457610, 0.403040, 0.362755, 0.332708, 0.310143, 0.293133,
        0.280297, 0.270628, 0.263379, 0.257991, 0.254040, 0.251205, 0.249243, 0.247975, 0.247267, 0.247025,
        0.247189, 0.247721, 0.248604, 0.249822, 0.251354, 0.253155, 0.255146, 0.257216, 0.259242, 0.261111,
    ],
    "final_mse": 0.2610591044570229,
}  # fmt: skip


def data():
    x = np.arange(100)[:, None] / 100
    return x, 20 * np.sin(2 * np.pi * x)


def make_model():
    """Weights uniform on [0, 1), zero biases."""
    random = np.random.RandomState(0)
    model = nn.Sequential(nn.Linear(1, 25), nn.Sigmoid(), nn.Linear(25, 1))
    start = {"0.weight": random.rand(25, 1), "0.bias": np.zeros(25), "2.weight": random.rand(1, 25), "2.bias": np.zeros(1)}
    model.load_state_dict(start)
    return model


def train(model, x, y, lr=LR, steps=STEPS, quick=False, captured=False):
    """Plain gradient descent on all points at once: MSE before each step, and the curves that the net went through."""
    optimizer = nn.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()

    def step(x, y):
        optimizer.zero_grad()
        loss = criterion(model(x), y) / 2
        loss.backward()
        optimizer.step()
        return loss.detach()

    if captured:
        step = capture(step)

    errors, curves = [], {}
    for number in (bar := progress(steps, quick)):
        if number in (0, 100, 1000):
            curves[number] = model(x).numpy()
        with np.errstate(over="ignore", invalid="ignore"):  # the next line looks
            errors.append(2 * step(x, y).item())
        if not np.isfinite(errors[-1]):
            stop(f"the error became {errors[-1]} at step {number}; try a smaller rate than --lr {lr}")
        if number % 100 == 0:
            bar.write(f"step {number:4}: MSE {errors[-1]:.3f}")
            bar.set_postfix(MSE=f"{errors[-1]:.3f}")
    print(f"after {steps} steps: MSE {errors[-1]:.3f}")
    curves[steps] = model(x).numpy()
    return errors, curves


def draw(x, y, errors, curves, path):
    picture, (left, right) = figure(1, 2, 10, 4)
    left.plot(x, y, ".", color=GREY, markersize=5, label="data")
    styles = [(GREY, ":"), (ORANGE, "-."), (ORANGE, "--"), (BLUE, "-")]
    for (step, curve), (color, line) in zip(sorted(curves.items()), styles[-len(curves) :], strict=True):
        left.plot(x, curve, color=color, linestyle=line, linewidth=1.8, label=f"after {step:,} steps" if step else "at the start")
    left.set(xlabel="x", ylabel="y", title="20 sin(2πx), and what the net makes of it")
    left.legend(frameon=False)
    right.semilogy(errors, color=BLUE)
    right.set(xlabel="step", ylabel="mean squared error", title="Error")
    save(picture, path)


def main(argv=None):
    parser = Options(__doc__)
    parser.add_argument("--lr", type=positive(float), default=LR, help=f"learning rate ({LR})")
    parser.add_argument("--steps", type=positive(int), help=f"number of steps ({STEPS})")
    parser.add_argument("--capture", action="store_true", help="record a step once and replay it: the same numbers, sooner")
    options = parser.parse(argv)
    steps = options.steps or (301 if options.quick else STEPS)
    x, y = data()
    model = make_model()
    print(model)
    errors, curves = train(model, x, y, options.lr, steps, options.quick, options.capture)
    draw(x, y, errors, curves, options.out / "fit.png")

    if options.lr != LR:
        print(
            f"There are reference numbers for --lr {LR} only; the error {'fell' if errors[-1] < errors[0] else 'did NOT fall'}."
        )
        return 0 if errors[-1] < errors[0] else 1
    print("Compared with derivatives written by hand:")
    known = REFERENCE["mse_every_100"][: len(errors[::100])]
    results = [agrees("MSE every 100 steps", errors[::100][: len(known)], known, 3)]
    if steps == STEPS:
        results.append(agrees("MSE after the last step", errors[-1], REFERENCE["final_mse"], 3))
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
