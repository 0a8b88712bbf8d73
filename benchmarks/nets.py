"""One training step (zero_grad, forward, loss, backward, plain gradient descent) of five small nets.

Everybody does the same arithmetic on the same numbers: before anything is timed, three steps of each must give the
losses and parameters of the hand-written ones. Each turn starts again from the first weights.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks import handwritten, ours, peers
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved


@dataclass(frozen=True)
class Net:
    """A net of layers x @ W + b: `hidden` is the activation between them, `loss` includes the last one."""

    name: str
    sizes: tuple
    batch: int
    hidden: str
    loss: str  # sigmoid_bce, half_mse, softmax_cross_entropy
    lr: float
    over_hand: float  # bar: at most this many times the hand-written step; the NumPy calls of the rules alone are 1.3 times it
    dtype: type = np.float64
    biases: bool = True
    under_torch: float | None = 3.0  # bar: at least this many times faster than PyTorch

    def data(self):
        """x, y (for classes: their numbers)."""
        r = np.random.RandomState(0)
        x = r.randn(self.batch, self.sizes[0]).astype(self.dtype)
        if self.loss == "softmax_cross_entropy":
            return x, r.randint(0, self.sizes[-1], self.batch)
        y = r.rand(self.batch, self.sizes[-1])
        return x, (y.round() if self.loss == "sigmoid_bce" else 20 * np.sin(2 * np.pi * y)).astype(self.dtype)

    def parameters(self):
        """Fresh copies of the first weights: [W1, b1, W2, b2, …], or [W1, W2, …] without biases."""
        r = np.random.RandomState(1)
        found = []
        for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False):
            found.append((r.randn(n_in, n_out) / np.sqrt(n_out)).astype(self.dtype))
            if self.biases:
                found.append(np.zeros(n_out, self.dtype))
        return found


DIGITS = {
    "sizes": (784, 128, 64, 10),
    "hidden": "sigmoid",
    "loss": "softmax_cross_entropy",
    "lr": 0.001,
    "dtype": np.float32,
    "biases": False,
}
NETS = (
    Net("A: 3-4-1, batch 5", (3, 4, 1), 5, "tanh", "sigmoid_bce", 0.1, over_hand=3.0),
    Net("C: 1-25-1, batch 100", (1, 25, 1), 100, "sigmoid", "half_mse", 0.03, over_hand=1.8),
    Net("D: 2-4-1, batch 400", (2, 4, 1), 400, "tanh", "sigmoid_bce", 1.2, over_hand=2.0),
    Net("E: 784-128-64-10, batch 1", batch=1, over_hand=1.4, under_torch=None, **DIGITS),
    Net("E: 784-128-64-10, batch 64", batch=64, over_hand=1.3, under_torch=None, **DIGITS),
)
HAND, OURS, OPERATORS, LOGITS = "NumPy by hand", "autograd_core", "autograd_core, operators only", "autograd_core, loss of logits"


def section(quick):
    return [table(net, 5 if quick else 60) for net in NETS]


def table(net, rounds):
    """One net: everybody's step, as ratios to the hand-written one."""
    makers = {HAND: handwritten.make, OURS: ours.make_fused, OPERATORS: ours.make_operators}
    if net.loss == "sigmoid_bce":
        makers[LOGITS] = ours.make_with_logits
    makers.update({peer: make for peer, make in peers.STEPS.items() if installed(peer)})
    runners = {name: make(net) for name, make in makers.items()}
    check_same(net, runners)
    found = interleaved([Contender(name, runner.step, runner.reset) for name, runner in runners.items()], rounds)
    hand, own = found[HAND], found[OURS]
    result = Table(
        f"One training step, net {net.name}, {np.dtype(net.dtype)}",
        ("", "min µs", "median µs", "× by hand (min)", "× by hand (median)"),
        [(name, timing.best * 1e6, timing.median * 1e6, *timing.over(hand)) for name, timing in found.items()],
        [f"{rounds} interleaved rounds; micrograd has no arrays, and so no such step"],
    )
    result.checks.append(Check(f"net {net.name}: over the hand-written step", max(own.over(hand)), net.over_hand))
    if net.under_torch and "PyTorch" in found:
        times = min(found["PyTorch"].over(own))
        result.checks.append(Check(f"net {net.name}: faster than PyTorch", times, net.under_torch, at_least=True))
    return result


def check_same(net, runners):
    """Three steps of each must give the losses and the parameters that the hand-written ones give."""
    expected = None
    for name, runner in runners.items():
        runner.reset()
        losses = [float(runner.step()) for _ in range(3)]
        parameters = [np.asarray(p) for p in runner.parameters()]
        if expected is None:
            expected = losses, parameters
        tolerance = 1e-9 if net.dtype is np.float64 else 2e-4
        np.testing.assert_allclose(losses, expected[0], rtol=tolerance, err_msg=f"{name}: losses of net {net.name}")
        for mine, theirs in zip(parameters, expected[1], strict=True):
            assert mine.dtype == net.dtype, f"{name}: parameters became {mine.dtype}"
            message = f"{name}: parameters of net {net.name}"
            np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance, err_msg=message)
