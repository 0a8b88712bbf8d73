"""The deep net of the memory benchmark: h = tanh(h @ W + b), twelve times, for everybody; run in processes of their own."""

import json
import resource
from contextlib import suppress
from pathlib import Path

import numpy as np

LAYERS = 12


def arrays(n):
    """The input, and (W, b) for each layer."""
    r = np.random.RandomState(0)
    return r.randn(n, n), [(r.randn(n, n) / np.sqrt(n), np.zeros(n)) for _ in range(LAYERS)]


def by_hand(n):
    x, parameters = arrays(n)

    def run():
        outs = [x]
        for W, b in parameters:
            z = outs[-1] @ W
            z += b
            outs.append(np.tanh(z, out=z))
        g, gradients = np.ones((n, n)), []
        for W, _ in reversed(parameters):
            out = outs.pop()
            out *= out
            np.subtract(1, out, out=out)
            out *= g
            gradients.append((outs[-1].T @ out, out.sum(axis=0)))
            g = out @ W.T
        return gradients

    return run


def with_tensors(n):
    from autograd_core import Tensor

    x, parameters = arrays(n)
    parameters = [(Tensor(W, requires_grad=True), Tensor(b, requires_grad=True)) for W, b in parameters]

    def run():
        h = x
        for W, b in parameters:
            h = np.tanh(h @ W + b)
        h.sum().backward()
        return [(W.grad, b.grad) for W, b in parameters]

    return run


def in_torch(n):
    import torch

    x, parameters = arrays(n)
    x = torch.from_numpy(x)
    parameters = [(torch.tensor(W, requires_grad=True), torch.tensor(b, requires_grad=True)) for W, b in parameters]

    def run():
        h = x
        for W, b in parameters:
            h = torch.tanh(h @ W + b)
        h.sum().backward()
        return [(W.grad, b.grad) for W, b in parameters]

    return run


def in_hips(n):
    import autograd.numpy
    from autograd import grad

    x, parameters = arrays(n)

    def loss(parameters):
        h = x
        for W, b in parameters:
            h = autograd.numpy.tanh(autograd.numpy.dot(h, W) + b)
        return autograd.numpy.sum(h)

    return lambda: grad(loss)(parameters)


def in_mygrad(n):
    import mygrad

    x, parameters = arrays(n)
    parameters = [(mygrad.tensor(W), mygrad.tensor(b)) for W, b in parameters]

    def run():
        h = x
        for W, b in parameters:
            h = mygrad.tanh(mygrad.matmul(h, W) + b)
        h.sum().backward()
        return [(W.grad, b.grad) for W, b in parameters]

    return run


def in_jax(n):
    import jax

    jax.config.update("jax_enable_x64", True)
    x, parameters = arrays(n)
    x, parameters = jax.numpy.asarray(x), jax.tree.map(jax.numpy.asarray, parameters)

    def loss(parameters, x):
        h = x
        for W, b in parameters:
            h = jax.numpy.tanh(h @ W + b)
        return h.sum()

    compiled = jax.jit(jax.grad(loss)).lower(parameters, x).compile()
    return lambda: jax.block_until_ready(compiled(parameters, x))


STEPS = {
    "NumPy by hand": by_hand,
    "autograd_core": with_tensors,
    "PyTorch": in_torch,
    "HIPS autograd": in_hips,
    "MyGrad": in_mygrad,
    "JAX": in_jax,
}


def report(name, n):
    """Print the MB by which the peak of resident memory grows during one step, as JSON."""
    STEPS[name](8)()  # whatever is loaded or started at the first step is not counted
    run = STEPS[name](n)
    forget_peak()
    before = high_water()
    kept = run()
    print(json.dumps((high_water() - before) / 1e6))
    del kept


def forget_peak():
    """Let the kernel's high-water mark start again at what is resident now: on Linux; elsewhere it is that of all its life."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def high_water():
    """The highest resident memory so far, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
