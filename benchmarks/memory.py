"""Memory: the peak of a deep net, flat use over many training steps, and loops that index."""

import gc
import json
import subprocess
import sys
import tracemalloc
from statistics import median
from time import perf_counter

import numpy as np

from autograd_core import Tensor
from benchmarks import deep, nets, ours
from benchmarks.machine import installed
from benchmarks.report import Check, Table
from benchmarks.timing import LINEAR_LOOP, exponent, settle


def section(quick):
    return [
        peak(300 if quick else 1000),
        flat(1_000 if quick else 10_000),
        indexing((500, 1000, 2000) if quick else (1000, 4000, 16_000, 64_000)),
    ]


def peak(n):
    """The peak of `deep.LAYERS` layers, traced here and as resident memory in fresh processes."""
    unit, layers = n * n * 8 / 1e6, deep.LAYERS
    units = layers + 1 + 2
    bar = 1.15 * units * unit
    traced = traced_peak(n)
    result = Table(
        f"Peak memory of {layers} layers of matmul, add, tanh, forward and backward, each array {unit:.1f} MB",
        ("", "MB", "× the arithmetic"),
        notes=[
            f"by arithmetic: {layers} outputs, each kept once for both derivatives that need it, one of which goes",
            "for every gradient of a weight that comes; the gradient on its way down; and two temporaries:",
            f"{units} × {unit:.1f} MB = {units * unit:.0f} MB. Inputs and weights are there before, and not counted.",
            "Resident memory is the growth of its peak in fresh processes, after a warming step on small arrays.",
        ],
    )
    result.rows.append(("autograd_core, as tracemalloc sees it", traced, traced / (units * unit)))
    for name in deep.STEPS:
        if name in ("autograd_core", "NumPy by hand") or installed(name):
            grown = median(resident_peak(name, n) for _ in range(3))
            result.rows.append((f"{name}, resident", grown, grown / (units * unit)))
    result.checks.append(Check("peak memory of the deep net", traced, bar, "MB"))
    return result


def traced_peak(n):
    run = deep.STEPS["autograd_core"](n)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = run()
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return (highest - before) / 1e6


def resident_peak(name, n):
    """MB by which the resident memory of a fresh process peaks while it runs one peer's step."""
    code = f"from benchmarks import deep; deep.report({name!r}, {n})"
    return json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def flat(steps):
    """Training steps with the garbage collector off: what is allocated must not grow."""
    rows = []
    for make, label in ((ours.make_fused, "functions for nets"), (ours.make_operators, "operators")):
        runner = make(nets.NETS[0])
        gc.collect()
        gc.disable()
        tracemalloc.start()
        for _ in range(100):
            runner.step()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(steps):
            runner.step()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        gc.enable()
        rows.append((label, grown, grown / steps))
    title = f"{steps:,} training steps of net A with the garbage collector off"
    result = Table(title, ("", "bytes more", "bytes more a step"), rows)
    result.checks.append(Check("training steps: growth in bytes a step", max(row[2] for row in rows), 1, "bytes"))
    return result


def indexing(sizes):
    """A loop that reads every element of an array, forward and backward: linear."""
    rows = []
    for size in sizes:
        best = min(read_all(size) for _ in range(3))
        rows.append((f"{size:,}", best * 1e3, best / size * 1e6))
    p = exponent(sizes, [row[1] for row in rows])
    rows.append(("fitted exponent", p, None))
    result = Table("A loop that reads N elements one by one, forward and backward", ("N", "ms", "µs an element"), rows)
    result.checks.append(Check("indexing in a loop: exponent", p, LINEAR_LOOP, ""))
    return result


def read_all(size):
    x = Tensor(np.linspace(0, 1, size), requires_grad=True)
    settle()
    start = perf_counter()
    total = 0.0
    for i in range(size):
        total = total + x[i] * x[i]
    total.backward()
    taken = perf_counter() - start
    np.testing.assert_allclose(x.grad, 2 * x.numpy())
    return taken
