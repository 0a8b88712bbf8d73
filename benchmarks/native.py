"""Machine code beside the replay and beside JAX and CasADi: expressions of scalars, nets, functions of few numbers, a filter."""

from functools import partial
from time import perf_counter

import numpy as np

from autograd_core import Tensor, capture, grad, hessian, jacobian, value_and_grad
from benchmarks.capture import CapturedStep
from benchmarks.expressions import expression
from benchmarks.machine import installed
from benchmarks.nets import NETS, check_same
from benchmarks.peers import STEPS
from benchmarks.report import Check, Table
from benchmarks.scalars import in_micrograd
from benchmarks.timing import Contender, Timing, interleaved

EAGER, REPLAY, NATIVE, JAX, CASADI, MICROGRAD = "as it is", "replayed", "native", "JAX", "CasADi", "micrograd"
WAITING, AT_THE_END = "JAX, waiting for each result", "JAX, waiting for the last of 20"
COLUMNS = "", "min µs", "median µs", "× native (min)", "× native (median)"


def run(f, *args):
    """A call without arguments, after those in which a captured function is recorded."""
    for _ in range(3):
        f(*args)
    return lambda: f(*args)


def in_jax(compiled, args):
    """{name: call} of a function that `jax.jit` made: waiting each time, and only at the end of 20 calls."""
    import jax

    args = [jax.numpy.asarray(arg) for arg in args]
    jax.block_until_ready(compiled(*args))

    def last():
        for _ in range(20):
            result = compiled(*args)
        jax.block_until_ready(result)

    return {WAITING: lambda: jax.block_until_ready(compiled(*args)), AT_THE_END: last}


def timed(runs, rounds):
    """{name: Timing} of calls; those that make 20 at once count one."""
    found = interleaved([Contender(name, call) for name, call in runs.items()], rounds)
    if AT_THE_END in found:
        found[AT_THE_END] = Timing([seconds / 20 for seconds in found[AT_THE_END].rounds])
    return found


def rows(times):
    return [(name, t.best * 1e6, t.median * 1e6, *t.over(times[NATIVE])) for name, t in times.items()]


def compiling(make, *args):
    """(seconds of making the machine code, the least of three; the captured function)"""
    best = np.inf
    for _ in range(3):
        fast = capture(make(), native=True, strict=True)
        run(fast, *args)
        best = min(best, fast.program.seconds)
    return best, fast


# Scalars


def scalars(quick):
    """The random expression of 1,000 operations and its gradient."""
    f, inputs = expression(0)
    make = lambda: value_and_grad(lambda v: f(Tensor.relu, *[v[i] for i in range(len(inputs))]))
    x = np.array(inputs)
    seconds, fast = compiling(make, x)
    runs = {REPLAY: run(capture(make(), strict=True), x), NATIVE: run(fast, x)}
    if installed("micrograd"):
        runs[MICROGRAD] = in_micrograd(f, inputs)
    if installed(JAX) and not quick:  # which compiles for half a minute
        import jax

        jax.config.update("jax_enable_x64", True)
        relu = lambda v: jax.numpy.maximum(v, 0.0)
        compiled = jax.jit(jax.value_and_grad(lambda v: f(relu, *[v[i] for i in range(len(inputs))])))
        start = perf_counter()
        runs.update(in_jax(compiled, [x]))
        told = f"JAX compiles for {perf_counter() - start:.1f} s"
    else:
        told = "without JAX"
    times = timed(runs, 5 if quick else 40)
    table = Table(
        "1,000 scalar operations and their gradient", COLUMNS, rows(times), [f"compiled in {seconds * 1e3:.0f} ms; {told}"]
    )
    table.checks += [
        Check("scalars: a call", times[NATIVE].best * 1e6, 3, "µs"), Check("scalars: compiling", seconds, 0.1, "s"),
    ]  # fmt: skip
    return [table]


# Nets


class NativeStep(CapturedStep):
    """The same step, by machine code where that is quicker."""

    def __init__(self, net, native="auto"):
        super().__init__(net)
        self.captured = capture(super(CapturedStep, self).step, strict=True, native=native)


def nets(quick):
    found = []
    for net in NETS:
        runners = {REPLAY: CapturedStep(net), NATIVE: NativeStep(net)}
        if installed(JAX):
            runners[WAITING] = STEPS[JAX](net)
        check_same(net, runners)
        for _ in range(40):  # by then it is decided
            runners[NATIVE].step()
        contenders = [Contender(name, one.step, one.reset) for name, one in runners.items()]
        if installed(JAX):
            contenders.append(Contender(AT_THE_END, twenty_steps(STEPS[JAX](net))))
        times = interleaved(contenders, 5 if quick else 40)
        if AT_THE_END in times:
            times[AT_THE_END] = Timing([seconds / 20 for seconds in times[AT_THE_END].rounds])
        chosen = str(runners[NATIVE].captured.program).splitlines()[0]
        table = Table(
            f"One training step, net {net.name}, {np.dtype(net.dtype)}", COLUMNS, rows(times), [f'native="auto": {chosen}']
        )
        table.checks.append(Check(f"net {net.name}: native over the replay", times[NATIVE].over(times[REPLAY])[0], 1.05))
        if net is NETS[0]:
            table.checks.append(Check("net A: a step", times[NATIVE].best * 1e6, 4, "µs"))
            if installed(JAX):
                ahead = max(times[NATIVE].over(times[name])[0] for name in (WAITING, AT_THE_END))
                table.checks.append(Check("net A: over JAX's faster way", ahead, 0.35))
        found.append(table)
    return found


def twenty_steps(step):
    step.reset()

    def run():
        for _ in range(20):
            loss, step.p = step.update(step.p, step.x, step.y)
        step.jax.block_until_ready(loss)

    return run


# Functions of a few numbers, of the array library that is given


def rosenbrock(xp, x):
    return xp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def lorenz(xp, s):
    return xp.stack([10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]])


def pendulum(xp, s):
    """Two rods of length 1 with a mass of 1 at each end: angles, and angular velocities."""
    a, b, u, v = s[0], s[1], s[2], s[3]
    d = a - b
    sine, cosine = xp.sin(d), xp.cos(d)
    below = 2 - cosine * cosine
    du = (-9.81 * (2 * xp.sin(a) - xp.sin(b) * cosine) - sine * (v * v + u * u * cosine)) / below
    dv = (9.81 * 2 * (xp.sin(a) * cosine - xp.sin(b)) + sine * (2 * u * u + v * v * cosine)) / below
    return xp.stack([u, v, du, dv])


FUNCTIONS = {  # name: (function, derivative, size, bar in µs)
    "Rosenbrock-10, gradient": (rosenbrock, "gradient", 10, 2), "Rosenbrock-10, Hessian": (rosenbrock, "hessian", 10, 4),
    "Lorenz": (lorenz, None, 3, 2), "Lorenz, Jacobian": (lorenz, "jacobian", 3, 2), "double pendulum": (pendulum, None, 4, 2),
    "double pendulum, Jacobian": (pendulum, "jacobian", 4, 2),
}  # fmt: skip
OURS = {"gradient": grad, "hessian": hessian, "jacobian": jacobian, None: lambda f: f}


class OfCasADi:
    """The few functions that are asked for, of CasADi's symbols."""

    def __init__(self):
        import casadi

        self.sin, self.cos, self.sum = casadi.sin, casadi.cos, casadi.sum1
        self.stack = lambda parts: casadi.vertcat(*parts)


def in_casadi(f, derivative, x):
    import casadi

    symbols = casadi.SX.sym("x", len(x))
    out = f(OfCasADi(), symbols)
    out = out if derivative is None else getattr(casadi, derivative)(out, symbols)
    made = casadi.Function("f", [symbols], [out[0] if derivative == "hessian" else out])
    buffer, call = made.buffer()  # the way without wrappers
    result = np.zeros(made.nnz_out(0))  # what is not 0 by the structure
    buffer.set_arg(0, memoryview(x))
    buffer.set_res(0, memoryview(result))
    kept = made, buffer, x, result  # to which the call does not refer
    return lambda: kept and call()


def functions(quick):
    found = []
    for name, (f, derivative, size, bar) in FUNCTIONS.items():
        x = np.linspace(0.1, 1.2, size)
        make = partial(OURS[derivative], partial(f, np))
        seconds, fast = compiling(make, x)
        runs = {EAGER: run(make(), x), REPLAY: run(capture(make(), strict=True), x), NATIVE: run(fast, x)}
        if installed(JAX):
            import jax

            jax.config.update("jax_enable_x64", True)
            theirs = {"gradient": jax.grad, "hessian": jax.hessian, "jacobian": jax.jacobian, None: lambda f: f}[derivative]
            runs.update(in_jax(jax.jit(theirs(partial(f, jax.numpy))), [x]))
        if installed(CASADI):
            runs[CASADI] = in_casadi(f, derivative, x)
        times = timed(runs, 5 if quick else 40)
        table = Table(name, COLUMNS, rows(times), [f"compiled in {seconds * 1e3:.0f} ms"])
        table.checks.append(Check(f"{name}: a call", times[NATIVE].best * 1e6, bar, "µs"))
        found.append(table)
    return found


# A filter

TRANSITION, SEEN = np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[1.0, 0.0]])


def likelihood(track):
    """The log-likelihood of a track under constant velocity, by a Kalman filter: of the logarithms of both noises."""

    def of(noise):
        state, spread, total = np.zeros(2), np.eye(2), 0.0
        moving, seeing = np.exp(noise[0]) * np.eye(2), np.exp(noise[1]) * np.eye(1)
        for t in range(len(track)):
            state, spread = TRANSITION @ state, TRANSITION @ spread @ TRANSITION.T + moving
            wide = SEEN @ spread @ SEEN.T + seeing
            gain = np.linalg.solve(wide, SEEN @ spread).T
            miss = track[t] - SEEN @ state
            total = total - 0.5 * (miss @ np.linalg.solve(wide, miss) + np.log(wide[0, 0]))
            state, spread = state + gain @ miss, spread - gain @ SEEN @ spread
        return total

    return of


def in_jax_scan(track):
    import jax
    import jax.numpy as jnp

    def of(noise):
        moving, seeing = jnp.exp(noise[0]) * jnp.eye(2), jnp.exp(noise[1]) * jnp.eye(1)

        def step(carry, z):
            state, spread, total = carry
            state, spread = TRANSITION @ state, TRANSITION @ spread @ TRANSITION.T + moving
            wide = SEEN @ spread @ SEEN.T + seeing
            gain = jnp.linalg.solve(wide, SEEN @ spread).T
            miss = z - SEEN @ state
            total = total - 0.5 * (miss @ jnp.linalg.solve(wide, miss) + jnp.log(wide[0, 0]))
            return (state + gain @ miss, spread - gain @ SEEN @ spread, total), None

        return jax.lax.scan(step, (jnp.zeros(2), jnp.eye(2), 0.0), track)[0][2]

    return jax.jit(jax.value_and_grad(of))


def kalman(quick):
    steps, noise = 20 if quick else 200, np.array([-1.0, 0.2])
    track = np.cumsum(np.random.default_rng(0).normal(size=(steps, 1)), 0)
    seconds, fast = compiling(lambda: value_and_grad(likelihood(track)), noise)
    runs = {REPLAY: run(capture(value_and_grad(likelihood(track)), strict=True), noise), NATIVE: run(fast, noise)}
    if installed(JAX):
        import jax

        jax.config.update("jax_enable_x64", True)
        runs.update(in_jax(in_jax_scan(jax.numpy.asarray(track)), [noise]))
    times = timed(runs, 5 if quick else 20)
    table = Table(
        f"A Kalman filter, {steps} steps, value and gradient", COLUMNS, rows(times), [f"compiled in {seconds * 1e3:.0f} ms"]
    )
    table.checks += [
        Check("filter: a call", times[NATIVE].best * 1e3, 0.15, "ms"), Check("filter: compiling", seconds, 0.5, "s"),
    ]  # fmt: skip
    return [table]


SECTIONS = {"scalars": scalars, "nets": nets, "functions": functions, "filter": kalman}
