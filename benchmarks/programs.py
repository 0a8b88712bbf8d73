"""Values with gradients of whole programs, eager and captured, beside the peers: a Kalman filter, the likelihood of a Gaussian
process, a Poisson regression, and a chain of calls by elements at six sizes."""

from time import perf_counter

import numpy as np

from autograd_core import capture, value_and_grad
from benchmarks import THREADS
from benchmarks.machine import installed, release
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved, settle

EAGER, CAPTURED, NATIVE = "autograd_core", "captured", "captured, native"
JAX, TORCH, HIPS = "JAX", "PyTorch", "HIPS autograd"
AN_OPERATION = 1e-4  # seconds that capturing may take for each operation of a long program
CHAIN = (100, 1000, 10_000, 100_000, 1_000_000, 4_000_000)
STEPS, OPERATIONS = 200, 28  # of the filter, and in each step of it


# The programs, in functions that all of NumPy's likenesses have: xp is one of them


def transition(xp, carry, y, q, r):
    """One step of a Kalman filter of a level and its slope: (mean, covariance, loss) after the observation y."""
    (level, slope), (a, b, c), loss = carry
    level, a, b, c = level + slope, a + 2 * b + c + q[0], b + c, c + q[1]
    spread, miss = a + r, y - level
    k, m = a / spread, b / spread
    loss = loss + 0.5 * (xp.log(spread) + miss * miss / spread)
    return (level + k * miss, slope + m * miss), (a - k * a, b - k * b, c - m * b), loss


def first():
    return (0.0, 0.0), (10.0, 0.0, 10.0), 0.0


def kalman(xp, theta, ys):
    q, r, carry = xp.exp(theta[:2]), xp.exp(theta[2]), first()
    for y in ys:
        carry = transition(xp, carry, y, q, r)
    return carry[2]


def scanned(theta, ys):
    """The same in JAX, as its documentation writes loops."""
    import jax

    q, r = jax.numpy.exp(theta[:2]), jax.numpy.exp(theta[2])
    start = jax.tree.map(jax.numpy.asarray, first())
    return jax.lax.scan(lambda carry, y: (transition(jax.numpy, carry, y, q, r), None), start, ys)[0][2]


def gaussian_process(xp, theta, apart, ones, y):
    """The negative log likelihood of y, with squared distances `apart`: an amplitude, a length, and noise."""
    amplitude, length, noise = xp.exp(theta[0]), xp.exp(theta[1]), xp.exp(theta[2])
    covariance = amplitude * xp.exp(-0.5 * apart / length) + noise * ones
    return 0.5 * xp.sum(y * xp.linalg.solve(covariance, y)) + 0.5 * xp.linalg.slogdet(covariance)[1]


def poisson(xp, w, x, y):
    z = x @ w
    return xp.sum(xp.exp(z) - y * z) / len(y)


def chain(xp, x):
    return xp.sum(xp.tanh(x) * xp.exp(-x * x) + 0.5 * xp.sin(x))


# Each in every library: a function without arguments that returns (value, gradient), finished


def contenders(f, theta, *data, in_jax=None, native=False):
    """{name: function}; the first argument is the one to differentiate by."""
    theta, r = np.asarray(theta), {}
    ours = value_and_grad(lambda theta: f(np, theta, *data))
    fast = capture(ours, strict=True, threads=THREADS)
    r[EAGER], r[CAPTURED] = lambda: ours(theta), lambda: fast(theta)
    if native and release("llvmlite"):
        compiled = capture(ours, strict=True, threads=THREADS, native=True)
        r[NATIVE] = lambda: compiled(theta)
    if installed(JAX):
        import jax

        jax.config.update("jax_enable_x64", True)
        values = [jax.numpy.asarray(a) for a in (theta, *data)]
        jitted = jax.jit(jax.value_and_grad(in_jax or (lambda theta, *data: f(jax.numpy, theta, *data))))
        r[JAX] = lambda: jax.block_until_ready(jitted(*values))
    if installed(TORCH):
        import torch

        torch.set_num_threads(THREADS)
        leaf, tensors = torch.tensor(theta, requires_grad=True), [torch.from_numpy(np.asarray(a)) for a in data]

        def in_torch():
            leaf.grad = None
            value = f(torch, leaf, *tensors)
            value.backward()
            return value.detach(), leaf.grad

        r[TORCH] = in_torch
    if installed(HIPS):
        import autograd
        import autograd.numpy as anp

        theirs = autograd.value_and_grad(lambda theta: f(anp, theta, *data))
        r[HIPS] = lambda: theirs(theta)
    return r


def compared(title, runs, rounds, tolerance=1e-8):
    """The table of these, whose results must be the same."""
    expected = [np.asarray(part) for part in runs[EAGER]()]
    for name, run in runs.items():
        for _ in range(3):  # what is captured chooses its number of threads meanwhile
            got = run()
        for mine, part in zip(expected, got, strict=True):
            scale = max(1.0, float(np.abs(mine).max()))
            np.testing.assert_allclose(np.asarray(part), mine, rtol=tolerance, atol=tolerance * scale, err_msg=f"{name}: {title}")
    times = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    rows = [(name, time.best * 1e3, time.median * 1e3, *time.over(times[CAPTURED])) for name, time in times.items()]
    columns = ("", "min ms", "median ms", "× captured (min)", "× captured (median)")
    return Table(title, columns, rows, [f"{THREADS} thread{'s' * (THREADS > 1)}"]), times


def kalman_filter(quick):
    steps = 20 if quick else STEPS
    ys, theta = np.cumsum(np.random.default_rng(0).normal(size=steps)), np.zeros(3)
    runs = contenders(kalman, theta, ys, in_jax=scanned)
    settle()
    taken, operations = [], OPERATIONS * steps
    for _ in range(3):
        fast = capture(value_and_grad(lambda theta: kalman(np, theta, ys)), strict=True)
        start = perf_counter()
        fast(theta)
        taken.append(perf_counter() - start)
    table, _ = compared(
        f"A Kalman filter of {steps} steps, {operations:,} operations, value and gradient", runs, 3 if quick else 20
    )
    table.checks.append(
        Check("Kalman filter: capturing, ms an operation", min(taken) / operations * 1e3, AN_OPERATION * 1e3, "ms")
    )
    return [table]


def likelihood(quick):
    n, r = 40 if quick else 200, np.random.default_rng(1)
    x = np.sort(r.uniform(0, 10, n))
    data = (x[:, None] - x) ** 2, np.eye(n), np.sin(x) + 0.1 * r.normal(size=n)
    title = f"The likelihood of a Gaussian process at {n} points, value and gradient"
    return [compared(title, contenders(gaussian_process, [0.1, 0.2, -2.0], *data), 3 if quick else 20)[0]]


def regression(quick):
    n, r = 2000 if quick else 100_000, np.random.default_rng(2)
    x, w = r.normal(size=(n, 50)), r.normal(size=50) / 20
    y = r.poisson(np.exp(x @ w)).astype(float)
    title = f"Poisson regression, {n:,} × 50, value and gradient"
    return [compared(title, contenders(poisson, np.zeros(50), x, y), 3 if quick else 20)[0]]


def elementwise(quick):
    tables = []
    for dtype, bar in ((np.float64, 1.0), (np.float32, 0.7)):
        rows, checks = [], []
        for n in CHAIN[:3] if quick else CHAIN:
            x = np.random.default_rng(3).normal(size=n).astype(dtype)
            tolerance = 1e-8 if dtype is np.float64 else 2e-3
            _, times = compared(f"chain of {n}", contenders(chain, x, native=True), 3 if quick else 20, tolerance)
            rows.append((f"{n:,}", *[time.best * 1e3 for time in times.values()]))
            if n >= 100_000 and JAX in times:
                ratio = max(times[CAPTURED].over(times[JAX]))
                checks.append(Check(f"elementwise chain of {n:,}, {np.dtype(dtype)}: over JAX", ratio, bar))
                if NATIVE in times:
                    ratio = max(times[NATIVE].over(times[JAX]))
                    checks.append(Check(f"elementwise chain of {n:,}, {np.dtype(dtype)}: native, over JAX", ratio, bar))
        title = f"Σ tanh(x) e^(-x²) + ½ sin x and its gradient, {np.dtype(dtype)}, min ms"
        notes = [f"{THREADS} thread{'s' * (THREADS > 1)}; OMP_NUM_THREADS=2 python -m benchmarks programs gives everybody two"]
        tables.append(Table(title, ("elements", *times), rows, notes, checks))
    return tables


SECTIONS = {"kalman": kalman_filter, "likelihood": likelihood, "regression": regression, "elementwise": elementwise}
