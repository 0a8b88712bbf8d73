"""A double pendulum fitted to a noisy track, through its integrator: as it is, captured, and as machine code.

The track of the lower mass was measured with noise. What is fitted are the four numbers from which it started and the
masses' ratio, by BFGS on the mean square, through the steps of Runge and Kutta's method. Three times the same: the
function as it is, its replayed NumPy calls, and native code made of them.
"""

import sys
from time import perf_counter

import numpy as np
import scipy.optimize

from autograd_core import capture, value_and_grad
from examples.common import BLUE, GREY, ORANGE, Options, agrees, figure, optional, save, verdict

GRAVITY, STEP, NOISE = 9.81, 0.02, 0.03  # m/s², s, m; the rods are 1 m long
TRUTH = np.array([1.2, 0.6, 0.0, 0.4, 0.7])  # both angles and their velocities at the start, and the ratio of the masses
GUESS = np.array([1.0, 0.8, 0.1, 0.0, 1.0])


def motion(state, ratio):
    """The derivative of angles and velocities by time; `ratio` is the lower mass over the upper one."""
    a, b, u, v = state[0], state[1], state[2], state[3]
    sine, cosine, whole = np.sin(a - b), np.cos(a - b), 1 + ratio
    below = whole - ratio * cosine * cosine
    du = (GRAVITY * (ratio * np.sin(b) * cosine - whole * np.sin(a)) - ratio * sine * (v * v + u * u * cosine)) / below
    dv = (whole * (GRAVITY * (np.sin(a) * cosine - np.sin(b)) + sine * u * u) + ratio * sine * cosine * v * v) / below
    return np.stack([u, v, du, dv])


def track(fitted, steps):
    """Where the lower mass is after each step, (steps, 2)."""
    state, ratio, places = fitted[:4], fitted[4], []
    for _ in range(steps):
        k1 = motion(state, ratio)
        k2 = motion(state + STEP / 2 * k1, ratio)
        k3 = motion(state + STEP / 2 * k2, ratio)
        k4 = motion(state + STEP * k3, ratio)
        state = state + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        places.append(np.stack([np.sin(state[0]) + np.sin(state[1]), -np.cos(state[0]) - np.cos(state[1])]))
    return np.stack(places)


def fit(loss):
    """(what is fitted, calls, seconds of the quickest call)."""
    seconds = []

    def timed(fitted):
        start = perf_counter()
        result = loss(fitted)
        seconds.append(perf_counter() - start)
        return result

    return scipy.optimize.minimize(timed, GUESS, jac=True, method="BFGS", options={"gtol": 1e-8}).x, len(seconds), min(seconds)


def main(argv=None):
    options = Options(__doc__).parse(argv)
    steps = 20 if options.quick else 100
    right = track(TRUTH, steps)
    measured = right + NOISE * np.random.default_rng(0).normal(size=right.shape)
    make = lambda: value_and_grad(lambda fitted: np.mean((track(fitted, steps) - measured) ** 2))
    optional("llvmlite", "native")
    native = capture(make(), native=True, strict=True)
    losses = {"as it is": make(), "captured": capture(make(), strict=True), "native": native}
    fits = {name: fit(loss) for name, loss in losses.items()}
    for name, (fitted, calls, seconds) in fits.items():
        print(f"{name:9} {seconds * 1e6:10.1f} µs a gradient, {calls} of them   fitted {np.round(fitted, 4)}")
    print(str(native.program).splitlines()[0])
    first = fits["as it is"][0]
    results = [
        agrees(f"{name}: what was fitted", fitted, first, 5) for name, (fitted, _, _) in fits.items() if name != "as it is"
    ]
    error = np.sqrt(np.mean((track(first, steps) - right) ** 2))
    print(f"the fitted track is {error * 100:.2f} cm from the true one, of {NOISE * 100:.0f} cm of noise")
    results.append(bool(error < NOISE))
    picture, axes = figure(1, 1, 5, 4)
    axes.plot(*measured.T, ".", color=GREY, label="measured")
    axes.plot(*track(GUESS, steps).T, color=ORANGE, label="before the fit")
    axes.plot(*track(first, steps).T, color=BLUE, label="fitted")
    axes.set(title="A double pendulum, fitted to its measured track", xlabel="x in metres", ylabel="y in metres", aspect="equal")
    axes.legend(frameon=False)
    save(picture, options.out / "track.png")
    return verdict(results)


if __name__ == "__main__":
    sys.exit(main())
