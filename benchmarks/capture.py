"""A whole training step captured and replayed: the five nets through nn and nn.optim, Adam, and expressions of scalars."""

import subprocess
import sys
import tracemalloc
from time import perf_counter

import numpy as np

from autograd_core import Tensor, capture
from benchmarks import handwritten, peers
from benchmarks.expressions import expression
from benchmarks.machine import installed
from benchmarks.nets import HAND, NETS, check_same
from benchmarks.nn import ModuleStep
from benchmarks.report import Check, Table
from benchmarks.scalars import in_micrograd
from benchmarks.timing import Contender, interleaved
from nn import optim

EAGER, CAPTURED, JAX = "nn and nn.optim", "captured", "JAX"
AT_THE_END, MANY = "JAX, waited for after 50 steps only", 50
OVER_HAND = dict(zip([net.name for net in NETS], (0.8, 0.8, 0.8, 0.45, 0.97), strict=True))
OVER_JAX, OVER_JAX_AT_THE_END = 1.3, 1.0


class CapturedStep(ModuleStep):
    """The same step, captured. (`reset` puts the first weights back, into the same arrays.)"""

    def __init__(self, net):
        super().__init__(net)
        self.captured = capture(super().step, strict=True)

    def step(self):
        return self.captured()

    def reset(self):
        for p, first in zip(self.p, self.net.parameters(), strict=True):
            p.data[...] = first.T


class InPlace(ModuleStep):
    reset = CapturedStep.reset


def waited_for_at_the_end(step):
    """MANY steps of JAX as a training loop makes them: it works ahead on another core, if there is one."""
    import jax

    def run():
        for _ in range(MANY):
            loss, step.p = step.update(step.p, step.x, step.y)
        jax.block_until_ready((loss, step.p))

    return run


def with_adam(kind):
    """A step of this kind that trains with Adam."""

    class Step(kind):
        def __init__(self, net):
            super().__init__(net)
            self.optimizer = optim.Adam(self.p, lr=net.lr)

    return Step


def nets(quick):
    found, ahead = [], 0
    for net in NETS:
        makers = {HAND: handwritten.make, EAGER: InPlace, CAPTURED: CapturedStep}
        if installed(JAX):
            makers[JAX] = peers.STEPS[JAX]
        runners = {name: make(net) for name, make in makers.items()}
        check_same(net, runners)
        contenders = [Contender(name, one.step, one.reset) for name, one in runners.items()]
        if JAX in runners:
            contenders.append(Contender(AT_THE_END, waited_for_at_the_end(runners[JAX]), runners[JAX].reset))
        times = interleaved(contenders, 5 if quick else 60)
        if JAX in runners:
            times[AT_THE_END].rounds = [seconds / MANY for seconds in times[AT_THE_END].rounds]
        table = Table(
            f"One training step, net {net.name}, {np.dtype(net.dtype)}",
            ("", "min µs", "median µs", "× by hand (min)", "× by hand (median)"),
            [(name, time.best * 1e6, time.median * 1e6, *time.over(times[HAND])) for name, time in times.items()],
        )
        table.checks.append(
            Check(f"net {net.name}: over the hand-written step", max(times[CAPTURED].over(times[HAND])), OVER_HAND[net.name])
        )
        if JAX in times:
            ratio = max(times[CAPTURED].over(times[JAX]))
            ahead += ratio < 1
            table.checks.append(Check(f"net {net.name}: over JAX", ratio, OVER_JAX))
            ratio = max(times[CAPTURED].over(times[AT_THE_END]))
            table.checks.append(Check(f"net {net.name}: over JAX waited for at the end only", ratio, OVER_JAX_AT_THE_END))
        once = times[EAGER].best
        table.checks.append(Check(f"net {net.name}: capturing, in eager steps", recording(net) / once, 20))
        first = first_recording(net)
        table.notes.append(f"the first capture in a process takes {first * 1e3:.1f} ms")
        table.checks.append(Check(f"net {net.name}: the first capture in a process, in eager steps", first / once, 20))
        held, eager = peak(runners[CAPTURED].step), peak(runners[EAGER].step)
        table.notes.append(
            f"peak memory of a step: {eager / 1e3:.1f} kB, of a replay {held / 1e3:.1f} kB beside the "
            f"{runners[CAPTURED].captured.program.nbytes / 1e3:.1f} kB that the program holds"
        )
        table.checks.append(
            Check(f"net {net.name}: peak memory, over the step's", (held + runners[CAPTURED].captured.program.nbytes) / eager, 1)
        )
        found.append(table)
    if installed(JAX):
        found[-1].checks.append(Check("nets on which it is ahead of JAX", ahead, 2, "", at_least=True))
    return found


FIRST = "from benchmarks import capture, nets; net = nets.NETS[{}]; capture.InPlace(net).step(); print(capture.recording(net, 1))"


def first_recording(net):
    """Seconds that it takes in a process that has captured nothing yet."""
    line = [sys.executable, "-c", FIRST.format(NETS.index(net))]
    return min([float(subprocess.run(line, check=True, capture_output=True, text=True).stdout) for _ in range(3)])


def recording(net, times=3):
    """Seconds that the calls until the first replay take, at best."""
    best = np.inf
    for _ in range(times):
        step = CapturedStep(net)
        start = perf_counter()
        step.step()
        step.step()
        best = min(best, perf_counter() - start)
    return best


def peak(step):
    """Peak bytes of one step, beyond those in use before."""
    step()
    tracemalloc.start()
    try:
        step()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def adam(quick):
    rows, checks = [], []
    for net in NETS[:3]:
        eager, fast = with_adam(InPlace)(net), with_adam(CapturedStep)(net)
        times = interleaved([Contender(EAGER, eager.step), Contender(CAPTURED, fast.step)], 5 if quick else 60)
        ratio = min(times[EAGER].over(times[CAPTURED]))
        rows += [(f"{net.name}: {name}", time.best * 1e6, time.median * 1e6) for name, time in times.items()]
        checks.append(Check(f"net {net.name}, Adam: faster than the step itself", ratio, 2, at_least=True))
    return [Table("One training step with Adam", ("", "min µs", "median µs"), rows, checks=checks)]


def scalars(quick):
    f, inputs = expression(0)
    leaves = [Tensor(value, requires_grad=True) for value in inputs]

    @capture(strict=True)
    def step():
        for leaf in leaves:
            leaf.grad = None
        f(Tensor.relu, *leaves).backward()

    def run():
        step()
        return [leaf.grad.item() for leaf in leaves]

    runs = {CAPTURED: run}
    if installed("micrograd"):
        runs["micrograd"] = in_micrograd(f, inputs)
        run()
        np.testing.assert_allclose(runs["micrograd"](), run(), rtol=1e-9)
    run()
    times = interleaved([Contender(name, one) for name, one in runs.items()], 5 if quick else 40)
    table = Table("An expression of 1,000 scalar operations, forward and backward", ("", "min µs", "median µs"))
    table.rows = [(name, time.best * 1e6, time.median * 1e6) for name, time in times.items()]
    if "micrograd" in times:
        ratio = min(times["micrograd"].over(times[CAPTURED]))
        table.checks.append(Check("scalars: faster than micrograd", ratio, 10, at_least=True))
    return [table]


SECTIONS = {"nets": nets, "adam": adam, "scalars": scalars}
