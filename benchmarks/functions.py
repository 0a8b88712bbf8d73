"""Functions of functions beside the peers: forward mode, Jacobians, Hessians, gradients of each sample, small derivatives."""

from dataclasses import dataclass

import numpy as np

from autograd_core import elementwise_grad, grad, hessian, hvp, jacobian, jvp, vmap
from benchmarks import THREADS
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import Contender, interleaved

OURS, HIPS, JAX, TORCH = "autograd_core", "HIPS autograd", "JAX, jit", "torch.func"
r = np.random.default_rng(0)
MATRIX, POINT, DIRECTION, ELEMENTS = r.normal(size=(100, 100)) / 10, r.normal(size=100), r.normal(size=100), r.normal(size=200)
W1, W2, SAMPLES, TARGETS = r.normal(size=(10, 20)), r.normal(size=20), r.normal(size=(64, 10)), r.normal(size=64)


def wide(xp, matrix):
    """100 numbers to 100, through tanh of 10,000."""
    return lambda x: xp.sum(xp.tanh(matrix * x), 1)


def product(xp, matrix):
    return lambda x: xp.tanh(xp.matmul(matrix, x))


def rosenbrock(xp):
    return lambda x: xp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def sample(xp):
    """The loss of one sample."""
    return lambda w1, w2, x, y: (xp.matmul(xp.tanh(xp.matmul(x, w1)), w2) - y) ** 2


@dataclass
class Case:
    """What is timed here, and what makes the same of each peer. The bars are for ours."""

    name: str
    ours: object
    peers: dict
    over_hips: float | None = None  # at most this many times HIPS autograd
    seconds: float | None = None  # at most these


def hips(make):
    def of():
        import autograd
        import autograd.numpy as anp

        return make(autograd, anp)

    return of


def jax(make):
    def of():
        import jax

        jax.config.update("jax_enable_x64", True)
        function, arguments = make(jax, jax.numpy)
        function, arguments = jax.jit(function), [jax.numpy.asarray(x) for x in arguments]
        return lambda: jax.block_until_ready(function(*arguments))

    return of


def torch(make):
    def of():
        import torch

        torch.set_num_threads(THREADS)
        function, arguments = make(torch.func, torch)
        arguments = [torch.as_tensor(x) for x in arguments]
        return lambda: function(*arguments)

    return of


def in_torch(array):
    import torch

    return torch.as_tensor(array)


def pushed(f):
    """jvp of a function of (module, matrix), in all."""
    return {
        HIPS: hips(lambda a, xp: lambda: a.make_jvp(f(xp, MATRIX))(POINT)(DIRECTION)),
        JAX: jax(lambda j, xp: (lambda x, v: j.jvp(f(xp, MATRIX), (x,), (v,)), (POINT, DIRECTION))),
        TORCH: torch(lambda t, xp: (lambda x, v: t.jvp(f(xp, in_torch(MATRIX)), (x,), (v,)), (POINT, DIRECTION))),
    }


def rows(f):
    return {
        HIPS: hips(lambda a, xp: lambda: a.jacobian(f(xp, MATRIX))(POINT)),
        JAX: jax(lambda j, xp: (j.jacrev(f(xp, MATRIX)), (POINT,))),
        TORCH: torch(lambda t, xp: (t.jacrev(f(xp, in_torch(MATRIX))), (POINT,))),
    }


CASES = (
    Case(
        "jvp, 100 → 100 with tanh of 10,000", lambda: jvp(wide(np, MATRIX), (POINT,), (DIRECTION,)), pushed(wide), over_hips=1.2,
    ),
    Case("jvp, tanh of a product 100 × 100", lambda: jvp(product(np, MATRIX), (POINT,), (DIRECTION,)), pushed(product)),
    Case("jacobian, 100 → 100 with tanh of 10,000", lambda: jacobian(wide(np, MATRIX))(POINT), rows(wide), seconds=5e-3),
    Case("jacobian, tanh of a product 100 × 100", lambda: jacobian(product(np, MATRIX))(POINT), rows(product), seconds=5e-3),
    Case("hessian, Rosenbrock of 100", lambda: hessian(rosenbrock(np))(POINT), {
        HIPS: hips(lambda a, xp: lambda: a.hessian(rosenbrock(xp))(POINT)),
        JAX: jax(lambda j, xp: (j.hessian(rosenbrock(xp)), (POINT,))),
        TORCH: torch(lambda t, xp: (t.hessian(rosenbrock(xp)), (POINT,))),
    }, seconds=2e-3),
    Case("hvp, Rosenbrock of 100", lambda: hvp(rosenbrock(np))(POINT, DIRECTION), {
        HIPS: hips(lambda a, xp: lambda: a.hessian_vector_product(rosenbrock(xp))(POINT, DIRECTION)),
    }),
    Case("gradients of each of 64 samples, 10-20-1", lambda: vmap(grad(sample(np), (0, 1)), (None, None, 0, 0))(
        W1, W2, SAMPLES, TARGETS
    ), {
        "autograd_core, a loop": lambda: lambda: [
            grad(sample(np), (0, 1))(W1, W2, x, y) for x, y in zip(SAMPLES, TARGETS, strict=True)
        ],
        JAX: jax(lambda j, xp: (j.vmap(j.grad(sample(xp), (0, 1)), (None, None, 0, 0)), (W1, W2, SAMPLES, TARGETS))),
        TORCH: torch(lambda t, xp: (t.vmap(t.grad(sample(xp), (0, 1)), (None, None, 0, 0)), (W1, W2, SAMPLES, TARGETS))),
    }),
    Case("elementwise_grad, tanh of 200", lambda: elementwise_grad(np.tanh)(ELEMENTS), {
        HIPS: hips(lambda a, xp: lambda: a.elementwise_grad(xp.tanh)(ELEMENTS)),
    }, over_hips=1.2),
    Case("grad(sin), made and called", lambda: grad(np.sin)(0.5), {
        HIPS: hips(lambda a, xp: lambda: a.grad(xp.sin)(0.5)),
    }, over_hips=1.2),
)  # fmt: skip


def section(quick):
    return [table(case, 3 if quick else 40) for case in CASES]


def table(case, rounds):
    """One case: everybody's time."""
    runs = {OURS: case.ours}
    runs.update({peer: make() for peer, make in case.peers.items() if peer.startswith(OURS) or installed(MODULES[peer])})
    expected = flat(case.ours())
    for peer, run in runs.items():
        np.testing.assert_allclose(flat(run()), expected, rtol=1e-6, atol=1e-8, err_msg=f"{peer}: {case.name}")
    found = interleaved([Contender(name, run) for name, run in runs.items()], rounds)
    own = found[OURS]
    result = Table(
        f"Derivatives: {case.name}",
        ("", "min µs", "median µs", "× ours (min)", "× ours (median)"),
        [(name, timing.best * 1e6, timing.median * 1e6, *timing.over(own)) for name, timing in found.items()],
        [f"{rounds} interleaved rounds"],
    )
    if case.over_hips and HIPS in found:
        result.checks.append(Check(f"{case.name}: over HIPS autograd", max(own.over(found[HIPS])), case.over_hips))
    if case.seconds:
        result.checks.append(Check(f"{case.name}: median", own.median * 1e3, case.seconds * 1e3, "ms"))
    return result


MODULES = {HIPS: "HIPS autograd", JAX: "JAX", TORCH: "PyTorch"}


def flat(result):
    """The numbers of a result, of a list of results by their places."""
    if isinstance(result, list):
        return np.concatenate([np.ravel(np.stack(parts)) for parts in zip(*result, strict=True)])
    if isinstance(result, tuple):
        return np.concatenate([flat(part) for part in result])
    return np.ravel(np.asarray(result))
